"""What happens in a war room: it opens, is led, is spoken in, is overheard, and ends.

The room of a case is one mail thread that everybody answers to all; nothing in it is passed on by
us. Words and addresses lie beside the ledger like those of every other event.
"""

from dataclasses import dataclass

from deskless.agent.case.event import Event, private
from deskless.agent.case.event_live import EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOpened(Event):
    """Everybody whom a severe case needs was called together: `people`, led by `commander`."""

    commander: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPassed(Event):
    """`to` leads the room from now on. `named`: a person said so; else by owning the case."""

    to: str
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Event):
    """A teammate (`by`) said this to the room. `proof` is empty where no server vouched for them.

    Whoever speaks in the room belongs to it from then on.
    """

    proof: str = ""
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsiderSeen(Event):
    """Somebody who is not of the team is in the thread; `wrote`: they spoke in it themselves.

    Their words are none of the team's, and are not in the log.
    """

    wrote: bool = False
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClosed(Event):
    """The case came to its end, and the room with it."""


SPOKEN = (Logged, OutsiderSeen)
"""What only listens: it moves nothing in the case, also no clock."""

EVENTS |= {
    cls.__name__.lower(): cls
    for cls in (RoomOpened, CommandPassed, Logged, OutsiderSeen, RoomClosed)
}
