"""Spans of time as people write them: `2h`, `90 min`, `1 day`, `3 business days`."""

import re
from datetime import timedelta

UNITS: dict[str, timedelta] = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
NAMES: dict[str, str] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), "h"),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), "d"),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), "w"),
}
ONE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:business\s+|working\s+)?([a-zäöü]+)\.?\s*", re.I)


def parse_duration(text: str) -> timedelta:
    """Read `15 min`, `2h`, `1h 30m`, `1 day`, `1.5 hours`, `2 weeks`.

    Whether a day is a calendar day or a working day is for the caller to say. Raises ValueError
    with a sentence and an example.
    """
    total, at = timedelta(), 0
    bare = text.strip()
    while match := ONE.match(bare, at):
        unit = NAMES.get(match[2].casefold())
        if unit is None:
            raise ValueError(
                f"`{match[2]}` is not a unit of time; write `30 min`, `2h` or `1 day`."
            )
        total += float(match[1].replace(",", ".")) * UNITS[unit]
        at = match.end()
    if at != len(bare) or not bare:
        raise ValueError(f"`{text}` is not a span of time; write `30 min`, `2h` or `1 day`.")
    if total <= timedelta():
        raise ValueError(f"`{text}` is no time at all; write `30 min`, `2h` or `1 day`.")
    return total
