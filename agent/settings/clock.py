"""The one place that knows what time it is.

Everything else takes an instant as an argument. The demo moves its own clock; the daemon cannot.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...


class Wall:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, UTC, by the machine's clock."""
        return datetime.now(UTC)


class Still:
    """An instant that does not pass: to look at a record as it stood, never to run on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """That instant, UTC."""
        return self.at.astimezone(UTC)
