"""A week's working hours from the words of a sheet: `Mon-Fri 09:00-18:00`, `24/7`.

English, German, French and Spanish weekdays; a lone `mar` is Tuesday in French and Spanish.
"""

import re
from datetime import time
from itertools import pairwise

Span = tuple[time, time]

MIDNIGHT = time(0, 0)
DAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday", "mo", "montag", "lun", "lundi", "lunes"),
            ("tue", "tues", "tuesday", "di", "dienstag", "mar", "mardi", "martes"),
            ("wed", "wednesday", "mi", "mittwoch", "mer", "mercredi", "mie", "miercoles"),
            (
                "thu",
                "thur",
                "thurs",
                "thursday",
                "do",
                "donnerstag",
                "jeu",
                "jeudi",
                "jue",
                "jueves",
            ),
            ("fri", "friday", "fr", "freitag", "ven", "vendredi", "vie", "viernes"),
            ("sat", "saturday", "sa", "samstag", "sam", "samedi", "sab", "sabado"),
            ("sun", "sunday", "so", "sonntag", "dim", "dimanche", "dom", "domingo"),
        )
    )
    for name in names
}
ALWAYS = frozenset({"24/7", "24x7", "always", "around the clock", "immer", "rund um die uhr"})
GROUPS = {"daily": range(7), "every day": range(7), "weekdays": range(5), "weekend": range(5, 7)}
CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:h|uhr)?\s*([ap]\.?m\.?)?"
SPAN = re.compile(rf"{CLOCK}\s*(?:-|to|bis|until)\s*{CLOCK}", re.IGNORECASE)
EXAMPLE = "write `Mon-Fri 09:00-18:00`, `Mon-Thu 8-17; Fri 8-12` or `24/7`"


def read(text: str) -> tuple[bool, tuple[tuple[Span, ...], ...]]:
    """Whether the hours run around the clock, and seven days of spans in order, Monday first.

    A span that ends at midnight ends at 00:00. Raises ValueError with a sentence and an example.
    """
    bare = re.sub(r"\s*[–—−]\s*", "-", " ".join(text.split()).casefold())
    if bare in ALWAYS:
        return True, ((),) * 7
    week: list[list[Span]] = [[] for _ in range(7)]
    for group in filter(None, map(str.strip, bare.split(";"))):
        spans = list(SPAN.finditer(group))
        if not spans:
            raise ValueError(f"`{group}` names no hours; {EXAMPLE}.")
        days = _days(group[: spans[0].start()].strip(" :,"))
        if rest := SPAN.sub("", group[spans[0].start() :]).strip(" ,&+und"):
            raise ValueError(f"`{rest}` is not understood in working hours; {EXAMPLE}.")
        for found in spans:
            _put(week, days, _clock(found[1], found[2], found[3]), _clock(*found.groups()[3:6]))
    if not any(week):
        raise ValueError(f"`{text}` names no hours; {EXAMPLE}.")
    return False, tuple(_ordered(spans, text) for spans in week)


def _days(text: str) -> list[int]:
    """Weekdays of `mon-thu`, `mon,wed`, `fri-mon`, `weekdays`, nothing (Monday to Friday)."""
    if not text:
        return list(range(5))
    if text in GROUPS:
        return list(GROUPS[text])
    days: list[int] = []
    for part in filter(
        None, re.split(r"[,&+\s]+(?!-)", re.sub(r"\s*-\s*|\s+(?:to|bis)\s+", "-", text))
    ):
        if part in {"and", "und", "et", "y"}:
            continue
        ends = [DAYS.get(_bare(one), -1) for one in part.split("-")]
        if -1 in ends or len(ends) > 2:
            raise ValueError(f"`{part}` is not a weekday; {EXAMPLE}.")
        first, last = ends[0], ends[-1]
        days += [number % 7 for number in range(first, (last if last >= first else last + 7) + 1)]
    return list(dict.fromkeys(days))


def _bare(word: str) -> str:
    return word.strip(". :").replace("é", "e").replace("á", "a")


def _clock(hour: str, minute: str | None, half: str | None) -> int:
    """Minutes since midnight; 1440 is the end of the day."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    total = hours * 60 + minutes
    if minutes > 59 or total > 1440:
        raise ValueError(f"`{hour}:{minute or '00'}` is not a time of day; {EXAMPLE}.")
    return total


def _put(week: list[list[Span]], days: list[int], begin: int, end: int) -> None:
    """Enter a span on each day; past midnight it goes on the day after."""
    if begin % 1440 == end % 1440 and (begin, end) != (0, 1440):
        raise ValueError(f"Working hours that begin and end at the same time are none; {EXAMPLE}.")
    for day in days:
        if begin < end:
            week[day].append((_time(begin), _time(end)))
            continue
        week[day].append((_time(begin), MIDNIGHT))
        if end:
            week[(day + 1) % 7].append((MIDNIGHT, _time(end)))


def _ordered(spans: list[Span], text: str) -> tuple[Span, ...]:
    """Spans of a day in order. Raises ValueError when two overlap."""
    ordered = sorted(spans)
    for one, other in pairwise(ordered):
        if one[1] == MIDNIGHT or one[1] > other[0]:
            raise ValueError(f"Two spans of `{text}` overlap; {EXAMPLE}.")
    return tuple(ordered)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
