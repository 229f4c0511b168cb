"""What happens to a case between yes and solved, and by which words the ledger keeps all events.

The same rules hold as for `event`: a fact, never taken back, words of people private.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.agent.case import event as ev
from deskless.agent.case.event import Event, private


class Flag(StrEnum):
    """The red flags of escalation work; what raises each stands in `agent/live/red_flags.py`."""

    DELAYED = "delayed acknowledgement"
    UNDER = "classified too low at first"
    GAP = "communication gap"
    BLAME = "blame language"
    EARLY = "closed too early"
    DROPPED = "no follow-through"
    CAUSE = "root cause not recorded"
    PATTERN = "pattern"
    HANDOFFS = "too many handoffs"
    DRIFT = "updates drifting late"
    UNNAMED = "blocker not named"
    UNSENT = "apology not sent"


class News(StrEnum):
    """Why stakeholders are written to."""

    OPENED = "opened"
    CHANGED = "changed"
    STATUS = "status"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    """A clock of the case (`clock`, a name of `timers.TIMERS`) did what it does at `of` (UTC).

    It does so once for each instant: what is due again is due at a later one.
    """

    clock: str
    of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """The stakeholders know how the case stands: `to` were written to, `knew` had read it."""

    news: News
    to: tuple[str, ...] = ()
    knew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed(Event):
    """A stakeholder (`by`) wants no more mails about this case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged(Event):
    """A red flag went up, which happens once in a case; `to` is who can act on it.

    `about` is the criterion of a pattern. `seen` says what was seen, in our own words.
    """

    flag: Flag
    to: str
    about: str = ""
    seen: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsTold(Event):
    """A mail to `to` told of these flags; none is told again."""

    flags: tuple[Flag, ...]
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Event):
    """Whoever had a case that is over told a fact of it, for the letter that says so.

    `fixed`: it is mended for good.
    """

    fixed: bool = False
    note: str = private()
    root_cause: str = private()
    done: str = private()
    prevention: str = private()
    impact: str = private()
    process: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Event):
    """Somebody of the team told the customer by word of mouth how it stands: it is their word.

    `promise` is when the customer hears next, where they were told. `apology`: it was the personal
    word that was due to them.
    """

    promise: datetime | None = None
    apology: bool = False
    note: str = private()


EVENTS: dict[str, type[Event]] = {
    cls.__name__.lower(): cls
    for cls in (
        ev.Requested, ev.Opened, ev.Completed, ev.Offered, ev.Retimed, ev.Reminded, ev.Accepted,
        ev.Bounced, ev.Postponed, ev.Lapsed, ev.Away, ev.Undelivered, ev.Returned, ev.Stranded,
        ev.Progressed, ev.Released, ev.Resolved, ev.Closed, ev.Reopened, ev.Undone, ev.Noted,
        ev.Touched, ev.Approved, ev.Reached, ev.Unreached, ev.Refused, ev.Named, ev.Inquired,
        ev.Informed, ev.Corrected, ev.Parted,
        Ticked, Told, Unfollowed, Flagged, FlagsTold, Explained, Called,
    )
}  # fmt: skip
"""A closed vocabulary: the words are data and are never renamed."""
BOOKKEEPING = frozenset({"ticked", "told", "flagstold"})
"""Entries by which no clock acts twice and nobody is told twice; to readers no step of a case."""
