"""The morning list to support leadership, and what could not be seen.

The groups follow from the record alone: a customer reset is a promise that was missed,
better reproduction a blocker somebody named, executive visibility what leadership has to know or to
give; to be late is none of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from deskless.agent.case.case import Case
from deskless.agent.case.event import Blocker
from deskless.agent.case.rank import leadership_signal
from deskless.agent.judging import reviews
from deskless.agent.language.time import say_length
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations import outages
from deskless.agent.operations.health import Health
from deskless.agent.operations.outages import Silence
from deskless.agent.outbound import case_list
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import ends
from deskless.policies.verdict import Type
from deskless.store import quarantine, verdicts
from deskless.store.engine.session import Session
from deskless.templates.values import CaseGroup, Morning

MOST = 200
LONGEST = timedelta(days=7)
"""The list speaks of what came since the last one, at most of this long."""


def send_morning(office: Office, session: Session, now: datetime, health: Health) -> bool:
    """Write the list, if there is anything to say; returns whether there was."""
    value = build_morning(office, session, now, health)
    blind = int(health.blind_for(now).total_seconds())
    state_keys.MORNING_TOLD.put(session, {"at": now.isoformat(), "blind": blind})
    worth_telling = bool(value.groups or value.undecided or value.quarantined or value.blind)
    if worth_telling:
        to = reviews.support_lead(office)
        write_letter(
            office, session, value, Envelope(to=to, kind="morning", purpose="office", urgency=6)
        )
    return worth_telling


def build_morning(office: Office, session: Session, now: datetime, health: Health) -> Morning:
    """The list as it stands now (`now` is UTC). A case stands in the first group that fits."""
    lines = [pair for pair in case_list.ranked_lines(office, session, limit=MOST) if pair[0].live]
    groups = []
    left = lines
    for title, why, fits in GROUPS:
        chosen = [(case, line) for case, line in left if fits(case, now)]
        left = [(case, line) for case, line in left if not fits(case, now)]
        if chosen:
            groups.append(CaseGroup(title=title, why=why, cases=tuple(line for _, line in chosen)))
    since = _since(session, now)
    local = now.astimezone(office.config.team.zone)
    return Morning(
        subject=f"[Deskless] Morning list, {local:%a %d %b}",
        day=f"{local:%A %d %B}",
        groups=tuple(groups),
        seen=outages.count_mails_seen(session, since, now),
        undecided=(*_undecided(session, now), *reviews.open_reviews(office, session)),
        quarantined=tuple(
            f"{mail.digest[:12]} ({mail.why.split(':')[0]})"
            for mail in quarantine.waiting_mails(session)
        ),
        blind=_blind(office, session, (since, now), health),
        open=len(lines),
        ends=ends.end_facts(ends.count_ends(session, since, now)),
    )


def _since(session: Session, now: datetime) -> datetime:
    """When the last list was made: on a Monday the weekend belongs to the news."""
    told_at = state_keys.MORNING_TOLD.get(session)
    last = datetime.fromisoformat(told_at["at"]) if told_at else now - timedelta(days=1)
    return max(last, now - LONGEST)


def _blind(
    office: Office, session: Session, span: tuple[datetime, datetime], health: Health
) -> str:
    """How long nothing was seen since the last list, and when; nothing for less than a minute.

    Short troubles stand in no entry; what this process has counted since then covers them.
    """
    since, now = span
    silences = outages.silences_between(session, since, now)
    counted = health.blind_for(now)
    told = state_keys.MORNING_TOLD.get(session)
    before = timedelta(seconds=told["blind"] if told else 0)
    fresh = counted - before if counted >= before else counted
    long = max(outages.total_silence(silences), min(fresh, now - since))
    if long < timedelta(minutes=1):
        return ""
    when = "; ".join(_told(office, silence) for silence in silences[-3:])
    return f"{say_length(long)} ({when})" if when else say_length(long)


def _told(office: Office, silence: Silence) -> str:
    zone = office.config.team.zone
    return f"{silence.since.astimezone(zone):%a %H:%M} to {silence.until.astimezone(zone):%a %H:%M}"


def _undecided(session: Session, now: datetime) -> tuple[str, ...]:
    waiting = verdicts.due_threads(session, now + timedelta(days=1))
    return tuple(
        f"{queued_thread.ticket} ({queued_thread.why})"
        for queued_thread in waiting
        if queued_thread.tries
    )


def executive(case: Case, _: datetime) -> bool:
    """Leadership has to see it, or alone can give what it needs (`rank.leadership_signal`)."""
    return bool(leadership_signal(case))


def reset(case: Case, now: datetime) -> bool:
    """The customer has to be told something new: a promise was missed or has lapsed."""
    return case.broken_promises > 0 or bool(case.promise and case.promise < now)


def reproduction(case: Case, _: datetime) -> bool:
    """Nobody can see the fault yet: the named blocker is an unclear reproduction."""
    return case.blocker is Blocker.REPRO


def engineering(case: Case, _: datetime) -> bool:
    """Waits for those who build it."""
    technical = case.type in {Type.TECHNICAL, Type.SECURITY}
    return case.blocker is Blocker.BUG_FIX or (technical and case.blocker is None)


GROUPS: tuple[tuple[str, str, Callable[[Case, datetime], bool]], ...] = (
    ("Customer reset", "a promise to the customer was missed", reset),
    ("Executive visibility", "for leadership: to know, or to give what nobody else can", executive),
    ("Better reproduction", "nobody can see the fault yet", reproduction),
    ("Engineering response", "waits for those who build it", engineering),
    ("Everything else that is open", "", lambda _case, _now: True),
)
