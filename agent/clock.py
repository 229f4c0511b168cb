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
