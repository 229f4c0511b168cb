"""The morning list to support leadership (R86), and what could not be seen (B20)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from deskless.agent import listing, reviews
from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import Blocker
from deskless.agent.case.when import length
from deskless.agent.health import Health
from deskless.agent.office import Office
from deskless.agent.writing import Envelope, write
from deskless.policies.verdict import Type
from deskless.store import entries, quarantine, verdicts
from deskless.store.entries import Span
from deskless.templates.values import Group, Morning

EXECUTIVE = frozenset({"executive", "contract", "churn"})


def send(office: Office, session: Session, now: datetime, health: Health) -> bool:
    """Write the list, if there is anything to say."""
    value = build(office, session, now, health)
    said = value.groups or value.undecided or value.quarantined or value.blind
    if said:
        to = reviews.lead(office)
        write(office, session, value, Envelope(to=to, kind="morning", purpose="office", urgency=6))
    return bool(said)


def build(office: Office, session: Session, now: datetime, health: Health) -> Morning:
    """The list as it stands now. A case stands in the first group that fits."""
    found = listing.lines(office, session, limit=200)
    groups = []
    left = found
    for title, why, fits in GROUPS:
        chosen = [(case, line) for case, line in left if fits(case, now)]
        left = [pair for pair in left if pair not in chosen]
        if chosen:
            groups.append(Group(title=title, why=why, cases=tuple(line for _, line in chosen)))
    since = now - timedelta(days=1)
    seen = sum(1 for _ in entries.read(session, Span(kinds=frozenset({"read"}), since=since)))
    blind = health.blind_for(now)
    return Morning(
        subject=f"[Deskless] Morning list, {now.astimezone(office.config.team.zone):%a %d %b}",
        day=f"{now.astimezone(office.config.team.zone):%A %d %B}",
        groups=tuple(groups),
        seen=seen,
        undecided=_undecided(session, now),
        quarantined=tuple(
            f"{one.digest[:12]} ({one.why.split(':')[0]})" for one in quarantine.waiting(session)
        ),
        blind=length(blind) if blind > timedelta(minutes=1) else "",
        open=len(found),
    )


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
    """Nobody can see the fault yet (tension l)."""
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
