"""A span of working time from an instant on: hours below a day, working days above.

"24 h" of somebody who works nine to six means the same hour of the next working day, not three
days on; a week is five working days. Pure; instants come in and go out as UTC.
"""

from datetime import UTC, datetime, time, timedelta

from deskless.policies.people.hours import Hours

DAY = timedelta(days=1)
WORKDAYS = 5
"""Working days of a week."""


def instant_after(span: timedelta, start: datetime, hours: Hours) -> datetime | None:
    """The instant at which a span of working time has passed; None: never."""
    if hours.always:
        return start + span
    days, rest = divmod(span, DAY)
    weeks, left = divmod(days, 7)
    at = workdays(start, weeks * WORKDAYS + left, hours)
    return hours.add(at, rest) if at is not None and rest else at


def workdays(start: datetime, count: int, hours: Hours) -> datetime | None:
    """The same time of day `count` working days on, or the end of work if that comes first."""
    at = hours.next_start(start) if count else start
    clock = at.astimezone(hours.zone).time() if at is not None else time()
    for _ in range(count):
        if at is None:
            return None
        tomorrow = at.astimezone(hours.zone).date() + DAY
        at = hours.next_start(datetime.combine(tomorrow, time(), hours.zone))
    return clamp_to_hours(at, clock, hours) if at is not None and count else at


def clamp_to_hours(opening: datetime, clock: time, hours: Hours) -> datetime:
    """A time of day on the working day that opens at `opening`, kept within its hours."""
    day = opening.astimezone(hours.zone)
    wanted = datetime.combine(day.date(), clock, hours.zone).astimezone(UTC)
    close = hours.week[day.weekday()][-1][1]
    ends = datetime.combine(
        day.date() + (DAY if close == time() else timedelta()), close, hours.zone
    )
    return min(max(wanted, opening.astimezone(UTC)), ends.astimezone(UTC))
