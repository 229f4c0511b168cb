"""What happens to a case between yes and solved, and by which words the ledger keeps all events.

The same rules hold as for `event`: a fact, never taken back, words of people private.
"""

from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case import event as ev
from deskless.agent.case.event import Event, private


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    """A clock of the case (`clock`, a name of `timers.TIMERS`) did what it does at `of` (UTC).

    It does so once for each instant: what is due again is due at a later one.
    """

    clock: str
    of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Event):
    """Whoever had a case that is over told a fact of it, for the letter that says so."""

    note: str = private()
    root_cause: str = private()
    done: str = private()
    prevention: str = private()


EVENTS: dict[str, type[Event]] = {
    cls.__name__.lower(): cls
    for cls in (
        ev.Requested, ev.Opened, ev.Completed, ev.Offered, ev.Retimed, ev.Reminded, ev.Accepted,
        ev.Bounced, ev.Postponed, ev.Lapsed, ev.Away, ev.Undelivered, ev.Returned, ev.Stranded,
        ev.Progressed, ev.Released, ev.Resolved, ev.Closed, ev.Reopened, ev.Undone, ev.Noted,
        ev.Touched, ev.Approved, ev.Reached, ev.Unreached, ev.Refused, ev.Named, ev.Inquired,
        ev.Informed, ev.Corrected, ev.Parted,
        Ticked, Told,
    )
}  # fmt: skip
"""A closed vocabulary: the words are data and are never renamed."""
