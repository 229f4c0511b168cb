"""Times and spans as every mail and terminal of ours says them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
YEAR = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def say_instant(at: datetime, zone: ZoneInfo) -> str:
    """An instant as every mail of ours says it: `Fri 20 Nov 14:00 CET`.

    Zones without a name of their own show their offset, `UTC-03`.
    """
    local = at.astimezone(zone)
    name = local.tzname() or ""
    named = name if name[:1].isalpha() else f"UTC{name}"
    return f"{WEEK[local.weekday()]} {local.day} {YEAR[local.month - 1]} {local:%H:%M} {named}"


def say_length(delta: timedelta) -> str:
    """A length of time to the minute, its two biggest parts: `3 d 4 h`, `2 h 10 min`, `40 min`."""
    minutes = int(abs(delta).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or "0 min"


def say_timer(delta: timedelta) -> str:
    """A timer: `in 2 h 10 min` ahead, `late by 40 min` behind, `now` within a minute."""
    if abs(delta) < timedelta(minutes=1):
        return "now"
    return f"in {say_length(delta)}" if delta > timedelta(0) else f"late by {say_length(delta)}"


def say_ago(delta: timedelta) -> str:
    """How long something has been: `40 min ago`, `just now` within a minute."""
    return "just now" if delta < timedelta(minutes=1) else f"{say_length(delta)} ago"
