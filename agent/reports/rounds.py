"""The regular mails and the daily forgetting: welcome, morning, afternoon, shadow digest, week.

When one is looked at is the scheduler's business (`Round.plan`); whether it is owed is derived from
the store, once per day or ISO week, by a key that is set in the transaction that writes the letter:
a restart catches up, and nothing is told twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from schedule import Job, Scheduler

from deskless.agent.judging.spec import spec_lines
from deskless.agent.office import state_keys
from deskless.agent.office.adopting import adopt_rules
from deskless.agent.office.office import Office
from deskless.agent.office.state_keys import StateKey
from deskless.agent.operations import outages, retention
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.agent.reports import life, morning, shadow, weekly
from deskless.agent.reports.afternoon import ask_owners
from deskless.agent.settings.config import DAYS
from deskless.store.engine.session import Session
from deskless.templates.values import Welcome

CATCH_UP = timedelta(hours=4)
"""A daily mail that was missed by more than this is not owed any more; a weekly one is."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that is owed, and the instant it is for.

    `key`, `about` and `value` are what is kept once it is done: the key is taken.
    """

    key: StateKey[Any]
    about: str
    at: datetime
    value: Any = True


@dataclass(frozen=True, slots=True)
class Round:
    """A piece of regular work.

    `owed` reads the store and says what is due now, if anything; `tell` does it in the transaction
    that takes the key. `plan` gives its job a day and a time of the team's zone; None: it is looked
    at when the daemon starts and no more.
    """

    name: str
    owed: Callable[[Office, Session, datetime], Owed | None]
    tell: Callable[[Office, Session, datetime, Health], Any]
    plan: Callable[[Office, Scheduler], Job | None] = lambda _office, _clock: None

    def asked(self, office: Office, session: Session) -> Owed | None:
        """What is owed now and not done yet."""
        owed = self.owed(office, session, office.clock.now())
        done = owed is None or owed.key.get(session, owed.about) is not None
        return None if done else owed

    def look(self, office: Office, health: Health) -> bool:
        """Do it where it is owed; whether it was."""
        with office.store.reading() as session:
            owed = self.asked(office, session)
        if owed is None:
            return False
        with office.store.transaction() as session:
            if not owed.key.once(session, owed.value, owed.about):
                return False
            self.tell(office, session, owed.at, health)
        return True


def _first_mail(_office: Office, _session: Session, now: datetime) -> Owed:
    return Owed(state_keys.WELCOME, "", now, now)


def welcome_founder(office: Office, session: Session, now: datetime, _: Health) -> None:
    """The founder's first mail: what watches what, how it will act, the ledger's public key."""
    book, founder = office.rules.book, office.rules.founder
    value = Welcome(
        inbox=office.config.inbox.address,
        agent=office.addresses.agent,
        key=office.ledger.vkey(),
        founder=office.name(founder).split()[0],
        live=office.live(session),
        policies=tuple(policy.name or policy.id for policy in book.live()),
        people=tuple(
            f"{person.name} (tier {person.tier})" for person in office.rules.matrix.people
        ),
        spec=tuple(spec_lines(office, now)),
    )
    write_letter(office, session, value, Envelope(to=founder, kind="welcome", purpose="office"))
    adopt_rules(office, session, office.rules)


def _absence(_office: Office, session: Session, now: datetime) -> Owed | None:
    last = outages.absent_since(session, now)
    return Owed(state_keys.ABSENT, last.isoformat(), last) if last else None


def _forgetting(office: Office, _session: Session, now: datetime) -> Owed | None:
    if not office.config.store.keep_days:
        return None
    return Owed(state_keys.RETAINED, f"{now:%Y-%m-%d}", now)


def daily_round(
    key: StateKey[bool],
    when: Callable[[Office], str],
    tell: Callable[[Office, Session, datetime, Health], bool],
    *,
    every_day: bool = False,
) -> Round:
    """A mail that is owed once a working day, or every day, from its time on, for a few hours."""
    name = key.name.removesuffix(":")

    def owed(office: Office, session: Session, now: datetime) -> Owed | None:
        at = _at(office, when(office), now)
        if at is None or not at <= now < at + CATCH_UP:
            return None
        if state_keys.STOPPED.get(session, name) or not (every_day or _workday(office, at)):
            return None
        return Owed(key, f"{at.astimezone(office.config.team.zone):%Y-%m-%d}", now)

    def plan(office: Office, clock: Scheduler) -> Job | None:
        at = when(office)
        if not at:
            return None
        hour = f"{time.fromisoformat(at):%H:%M}"
        job: Job = clock.every().day.at(hour, str(office.config.team.zone))
        return job

    return Round(name, owed, tell, plan)


def _week(office: Office, session: Session, now: datetime) -> Owed | None:
    """The weekly summary, once per ISO week, caught up after downtime."""
    due = week_due(office, now)
    if due is None or state_keys.STOPPED.get(session, "weekly"):
        return None
    year, number, _ = due.astimezone(office.config.team.zone).isocalendar()
    began = state_keys.WELCOME.get(session)
    if began is None or began > due:
        return None
    return Owed(state_keys.WEEKLY, f"{year}-W{number:02}", due)


def _plan_week(office: Office, clock: Scheduler) -> Job | None:
    weekly = _weekly(office)
    if weekly is None:
        return None
    day, at = weekly
    weekday: Job = getattr(clock.every(), WEEKDAYS[day])
    job: Job = weekday.at(f"{at:%H:%M}", str(office.config.team.zone))
    return job


def week_due(office: Office, now: datetime) -> datetime | None:
    """The latest instant (UTC) at which a weekly summary was owed; None: none is wanted."""
    weekly = _weekly(office)
    if weekly is None:
        return None
    day, at = weekly
    zone = office.config.team.zone
    local = now.astimezone(zone)
    back = (local.weekday() - day) % 7
    due = datetime.combine(local.date() - timedelta(days=back), at, zone)
    return due if due <= local else due - timedelta(days=7)


def _weekly(office: Office) -> tuple[int, time] | None:
    """The weekday (0 is Monday) and the time of the weekly summary; None: none is wanted."""
    day, _, clock = office.config.daily.weekly.strip().partition(" ")
    if not day or day[:3].lower() not in DAYS:
        return None
    return DAYS.index(day[:3].lower()), time.fromisoformat(clock.strip() or "08:00")


def _at(office: Office, clock: str, now: datetime) -> datetime | None:
    if not clock:
        return None
    zone = office.config.team.zone
    return datetime.combine(now.astimezone(zone).date(), time.fromisoformat(clock), zone)


def _workday(office: Office, at: datetime) -> bool:
    start = office.rules.team.next_start(at.replace(hour=0, minute=0))
    return start is not None and start.astimezone(at.tzinfo).date() == at.date()


ALL = (
    Round("welcome", _first_mail, welcome_founder),
    Round("absence", _absence, outages.record, lambda _office, clock: clock.every().minute),
    Round(
        "forgetting", _forgetting, retention.retain_words,
        lambda _office, clock: clock.every().day.at("00:00", "UTC"),
    ),
    daily_round(state_keys.MORNING, lambda office: office.config.daily.morning,
    morning.send_morning),
    daily_round(state_keys.AFTERNOON, lambda office: office.config.daily.afternoon, ask_owners),
    daily_round(
        state_keys.SHADOW, lambda office: office.config.daily.shadow, shadow.send_shadow,
        every_day=True,
    ),
    Round("weekly", _week, weekly.send_weekly, _plan_week),
    daily_round(
        state_keys.LIFE, lambda office: office.config.daily.life, life.send_life, every_day=True
    ),
)  # fmt: skip
