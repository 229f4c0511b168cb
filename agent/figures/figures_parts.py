"""What figures are made of: the window they look at, the world around it, a share of a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskless.policies.people.hours import Hours


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` (included) to `until` (excluded), both UTC."""

    since: datetime
    until: datetime

    def has(self, at: datetime | None) -> bool:
        """Whether an instant lies in it; None never does."""
        return at is not None and self.since <= at < self.until

    def before(self, span: timedelta) -> "Window":
        """The same window, `span` earlier."""
        return Window(self.since - span, self.until - span)


@dataclass(frozen=True, slots=True)
class World:
    """What figures need besides events: the founder's id and the team's hours.

    `customers` maps a ticket to its customer's id, `answered` a ticket to the instant (UTC) of the
    first answer its customer got from anybody.
    """

    founder: str
    hours: Hours
    customers: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    good: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there is nothing to take a share of."""
        return self.good / self.of if self.of else None
