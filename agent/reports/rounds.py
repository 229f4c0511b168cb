"""The regular mails: welcome, morning, afternoon, shadow digest, weekly summary.

Each is owed once per day or ISO week, known by a key in the store that is set in the transaction
that writes the letter: a restart catches up, and nothing is told twice.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from deskless.agent.inbound.office_commands import STOPPED
from deskless.agent.office.adopting import adopt
from deskless.agent.office.office import Office
from deskless.agent.operations import outages, retention
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write
from deskless.agent.reports import morning, shadow, weekly
from deskless.agent.reports.afternoon import ask_owners
from deskless.agent.settings.config import DAYS
from deskless.store import state
from deskless.store.engine.session import Session
from deskless.templates.values import Welcome

CATCH_UP = timedelta(hours=4)
"""A daily mail that was missed by more than this is not owed any more; a weekly one is."""


def welcome(office: Office, session: Session, now: datetime, _: Health) -> None:
    """The founder's first mail: what watches what, and the ledger's public key."""
    if not state.once(session, "welcome", now.isoformat()):
        return
    book, founder = office.rules.book, office.rules.founder
    value = Welcome(
        inbox=office.config.inbox.address,
        agent=office.addresses.agent,
        key=office.ledger.vkey(),
        founder=office.name(founder).split()[0],
        live=office.live(session),
        policies=tuple(one.name or one.id for one in book.live()),
        people=tuple(f"{one.name} (tier {one.tier})" for one in office.rules.matrix.people),
    )
    write(office, session, value, Envelope(to=founder, kind="welcome", purpose="office"))
    adopt(office, session, office.rules)


def daily(
    name: str,
    when: Callable[[Office], str],
    tell: Callable[[Office, Session, datetime, Health], bool],
) -> Callable[[Office, Session, datetime, Health], None]:
    """A mail that is owed once a working day, from its time on, for a few hours."""

    def owed(office: Office, session: Session, now: datetime, health: Health) -> None:
        at = _at(office, when(office), now)
        if at is None or not at <= now < at + CATCH_UP:
            return
        if state.get(session, f"{STOPPED}{name}") or not _workday(office, at):
            return
        if state.once(session, f"{name}:{at.astimezone(office.config.team.zone):%Y-%m-%d}"):
            tell(office, session, now, health)

    return owed


def week(office: Office, session: Session, now: datetime, health: Health) -> None:
    """The weekly summary, once per ISO week, caught up after downtime."""
    due = week_due(office, now)
    if due is None or state.get(session, f"{STOPPED}weekly"):
        return
    year, number, _ = due.astimezone(office.config.team.zone).isocalendar()
    began = state.get(session, "welcome")
    if began is None or datetime.fromisoformat(began) > due:
        return
    if state.once(session, f"weekly:{year}-W{number:02}"):
        weekly.send(office, session, due, health)


def week_due(office: Office, now: datetime) -> datetime | None:
    """The latest instant (UTC) at which a weekly summary was owed; None: none is wanted."""
    day, _, clock = office.config.daily.weekly.strip().partition(" ")
    if not day or day[:3].lower() not in DAYS:
        return None
    zone = office.config.team.zone
    local = now.astimezone(zone)
    back = (local.weekday() - DAYS.index(day[:3].lower())) % 7
    at = time.fromisoformat(clock.strip() or "08:00")
    due = datetime.combine(local.date() - timedelta(days=back), at, zone)
    return due if due <= local else due - timedelta(days=7)


def _at(office: Office, clock: str, now: datetime) -> datetime | None:
    if not clock:
        return None
    zone = office.config.team.zone
    return datetime.combine(now.astimezone(zone).date(), time.fromisoformat(clock), zone)


def _workday(office: Office, at: datetime) -> bool:
    start = office.rules.team.next_start(at.replace(hour=0, minute=0))
    return start is not None and start.astimezone(at.tzinfo).date() == at.date()


ALL = (
    welcome,
    outages.absence,
    retention.retain,
    daily("morning", lambda office: office.config.daily.morning, morning.send),
    daily("afternoon", lambda office: office.config.daily.afternoon, ask_owners),
    daily("shadow", lambda office: office.config.daily.shadow, shadow.send),
    week,
)
