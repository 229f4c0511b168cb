"""The morning list to support leadership, and what could not be seen.

The groups follow from the record alone: a customer reset is a promise that was missed,
better reproduction a blocker somebody named, executive visibility a risk or a case nobody took.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import Blocker
from deskless.agent.judging import reviews
from deskless.agent.language.time import length
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations import outages
from deskless.agent.operations.health import Health
from deskless.agent.operations.outages import Silence
from deskless.agent.outbound import case_list
from deskless.agent.outbound.write_letter import Envelope, write
from deskless.policies.verdict import Type
from deskless.store import quarantine, verdicts
from deskless.store.engine.session import Session
from deskless.templates.values import Group, Morning

EXECUTIVE = frozenset({"executive", "contract", "churn"})
MOST = 200
LONGEST = timedelta(days=7)
"""The list speaks of what came since the last one, at most of this long."""


def send(office: Office, session: Session, now: datetime, health: Health) -> bool:
    """Write the list, if there is anything to say; returns whether there was."""
    value = build(office, session, now, health)
    blind = int(health.blind_for(now).total_seconds())
    state_keys.MORNING_TOLD.put(session, {"at": now.isoformat(), "blind": blind})
    said = bool(value.groups or value.undecided or value.quarantined or value.blind)
    if said:
        to = reviews.lead(office)
        write(office, session, value, Envelope(to=to, kind="morning", purpose="office", urgency=6))
    return said


def build(office: Office, session: Session, now: datetime, health: Health) -> Morning:
    """The list as it stands now (`now` is UTC). A case stands in the first group that fits."""
    found = [pair for pair in case_list.lines(office, session, limit=MOST) if pair[0].live]
    groups = []
    left = found
    for title, why, fits in GROUPS:
        chosen = [(case, line) for case, line in left if fits(case, now)]
        left = [(case, line) for case, line in left if not fits(case, now)]
        if chosen:
            groups.append(Group(title=title, why=why, cases=tuple(line for _, line in chosen)))
    since = _since(session, now)
    local = now.astimezone(office.config.team.zone)
    return Morning(
        subject=f"[Deskless] Morning list, {local:%a %d %b}",
        day=f"{local:%A %d %B}",
        groups=tuple(groups),
        seen=outages.seen(session, since, now),
        undecided=_undecided(session, now),
        quarantined=tuple(
            f"{one.digest[:12]} ({one.why.split(':')[0]})" for one in quarantine.waiting(session)
        ),
        blind=_blind(office, session, (since, now), health),
        open=len(found),
    )


def _since(session: Session, now: datetime) -> datetime:
    """When the last list was made: on a Monday the weekend belongs to the news."""
    kept = state_keys.MORNING_TOLD.get(session)
    last = datetime.fromisoformat(kept["at"]) if kept else now - timedelta(days=1)
    return max(last, now - LONGEST)


def _blind(
    office: Office, session: Session, span: tuple[datetime, datetime], health: Health
) -> str:
    """How long nothing was seen since the last list, and when; nothing for less than a minute.

    Short troubles stand in no entry; what this process has counted since then covers them.
    """
    since, now = span
    found = outages.between(session, since, now)
    counted = health.blind_for(now)
    told = state_keys.MORNING_TOLD.get(session)
    before = timedelta(seconds=told["blind"] if told else 0)
    fresh = counted - before if counted >= before else counted
    long = max(outages.total(found), min(fresh, now - since))
    if long < timedelta(minutes=1):
        return ""
    when = "; ".join(_told(office, one) for one in found[-3:])
    return f"{length(long)} ({when})" if when else length(long)


def _told(office: Office, one: Silence) -> str:
    zone = office.config.team.zone
    return f"{one.since.astimezone(zone):%a %H:%M} to {one.until.astimezone(zone):%a %H:%M}"


def _undecided(session: Session, now: datetime) -> tuple[str, ...]:
    waiting = verdicts.due(session, now + timedelta(days=1))
    return tuple(f"{one.ticket} ({one.why})" for one in waiting if one.tries)


def executive(case: Case, _: datetime) -> bool:
    """Leadership has to see it: stranded, or a risk that is theirs."""
    return case.status is Status.STRANDED or bool(EXECUTIVE & set(case.risks))


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
    ("Executive visibility", "at stake, or nobody took it", executive),
    ("Better reproduction", "nobody can see the fault yet", reproduction),
    ("Engineering response", "waits for those who build it", engineering),
    ("Everything else that is open", "", lambda _case, _now: True),
)
