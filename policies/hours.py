"""Working time: a person's hours, zone and holidays, and arithmetic on them.

Pure: instants come in and go out as aware datetimes (UTC unless said otherwise).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works.

    `week` maps a weekday (Monday 0) to its spans of local time, in order; a weekday that is
    missing is free. `free` are local dates without work. `always` means around the clock.
    """

    zone: ZoneInfo
    week: tuple[tuple[tuple[time, time], ...], ...]
    free: frozenset[date] = frozenset()
    always: bool = False

    def working(self, at: datetime) -> bool:
        """Whether `at` lies in working time."""
        raise NotImplementedError

    def next_start(self, at: datetime) -> datetime | None:
        """`at` itself when it lies in working time, else the next start (UTC); None: never."""
        raise NotImplementedError

    def add(self, start: datetime, span: timedelta) -> datetime | None:
        """The instant (UTC) at which `span` of working time has passed since `start`."""
        raise NotImplementedError

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants."""
        raise NotImplementedError


def parse(text: str, zone: ZoneInfo, free: frozenset[date] = frozenset()) -> Hours:
    """Read `Mon-Fri 09:00-18:00`, `Mon-Thu 8-17; Fri 8-12`, `24/7`.

    Raises ValueError with a sentence that says what was not understood and shows an example.
    """
    raise NotImplementedError
