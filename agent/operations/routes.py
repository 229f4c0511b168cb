"""The ways out: which courier carries a letter, and which one is left alone for a while.

A server that cannot be reached or refuses the login is not asked again for every letter of a
backlog: the route rests, longer each time, and the letters wait without being tried. Letters about
the machine itself (a trouble, a tripped breaker) go by the other courier where the first one rests
and there are two: that is the route that still works.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskless.agent.office.ports import Sender
from deskless.mailbox.transport.errors import Temporary
from deskless.store.outbox import Letter

CUSTOMERS = frozenset({"acknowledgement"})
ALARMS = frozenset({"trouble", "trouble_over", "breaker_tripped"})
LINE = (1, 2, 5)
"""Minutes that an unreachable server is left alone, by failures in a row; the last repeats."""
LOGIN = (5, 15, 60)
"""The same for a refused login, where every try may lock the account."""
LONGEST = timedelta(hours=1)
"""No rest is longer; one that seems so was set by a clock that has gone back since."""
ROUTE_CODES = frozenset({421, 454})
"""Replies that are about the server and not about this mail (RFC 5321 4.2.2, RFC 4954 6)."""


@dataclass(slots=True)
class Rest:
    """A route that is left alone until an instant (UTC), after so many failures in a row."""

    until: datetime
    failures: int


@dataclass(slots=True)
class Resting:
    """Which servers are left alone for now, by the name of the route."""

    found: dict[str, Rest] = field(default_factory=dict)

    def rests(self, route: str, now: datetime) -> datetime | None:
        """Until when the route is left alone; None: it may be used."""
        rest = self.found.get(route)
        return rest.until if rest and now < rest.until <= now + LONGEST else None

    def failed(self, route: str, now: datetime, pauses: tuple[int, ...]) -> datetime:
        """It did not work: it is left alone until the instant returned."""
        count = self.found[route].failures if route in self.found else 0
        until = now + timedelta(minutes=pauses[min(count, len(pauses) - 1)])
        self.found[route] = Rest(until, count + 1)
        return until

    def worked(self, route: str) -> None:
        """It works."""
        self.found.pop(route, None)


@dataclass(slots=True)
class Routes:
    """The couriers by name: `agent` for the team, `inbox` for customers; both may be one."""

    couriers: Mapping[str, Sender]
    resting: Resting = field(default_factory=Resting)

    def name(self, letter: Letter, now: datetime) -> str:
        """The route of this letter now."""
        first = "inbox" if letter.kind in CUSTOMERS else "agent"
        other = "agent" if first == "inbox" else "inbox"
        if letter.kind in ALARMS and self.two and self.rests(first, now):
            return first if self.rests(other, now) else other
        return first

    @property
    def two(self) -> bool:
        """Whether the two couriers are different ones."""
        return self.couriers["agent"] is not self.couriers["inbox"]

    def label(self, name: str) -> str:
        """What the route is called among the troubles."""
        return "smtp inbox" if self.two and name == "inbox" else "smtp"

    def rests(self, name: str, now: datetime) -> datetime | None:
        """Until when the route is left alone; None: it may be used."""
        return self.resting.rests(self.label(name), now)

    def failed(
        self, name: str, letter: Letter, now: datetime, pauses: tuple[int, ...] = LINE
    ) -> datetime:
        """The route did not work: it rests now. Returns when to try the letter again."""
        until = self.resting.failed(self.label(name), now, pauses)
        return now if self.name(letter, now) != name else until

    def worked(self, name: str) -> None:
        """The route works."""
        self.resting.worked(self.label(name))


def about_route(trouble: Temporary) -> bool:
    """Whether a temporary refusal is about the server rather than about this one mail."""
    return trouble.code is None or trouble.code in ROUTE_CODES
