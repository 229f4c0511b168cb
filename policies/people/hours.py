"""Working time: a person's hours, zone and holidays, and arithmetic on them.

Pure: instants come in and go out as aware datetimes (UTC unless said otherwise). Every sum is done
on instants, so a day on which the clocks change is as long as it really is. A local time that a
change skips means the moment of the change; one that comes twice means the first.
"""

import re
from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from deskless.mailbox.calendar_names import weekdays
from deskless.policies.languages import LANGUAGES

Span = tuple[time, time]

MIDNIGHT = time(0, 0)
SHORT = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
"""As we write them ourselves; read without loading the names of every language."""
MORE = {"tues": 1, "thur": 3, "thurs": 3, "sonnabend": 5}
ALWAYS = frozenset({"24/7", "24x7", "always", "around the clock", "immer", "rund um die uhr"})
GROUPS = {"daily": range(7), "every day": range(7), "weekdays": range(5), "weekend": range(5, 7)}
CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:h|uhr)?\s*([ap]\.?m\.?)?"
SPAN = re.compile(rf"{CLOCK}\s*(?:-|to|bis|until)\s*{CLOCK}", re.IGNORECASE)
EXAMPLE = "write `Mon-Fri 09:00-18:00`, `Mon-Thu 8-17; Fri 8-12` or `24/7`"


def read_week_spans(text: str) -> tuple[bool, tuple[tuple[Span, ...], ...]]:
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
        for match in spans:
            _put(week, days, _clock(match[1], match[2], match[3]), _clock(*match.groups()[3:6]))
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
        ends = [_weekday(_bare(word)) for word in part.split("-")]
        if -1 in ends or len(ends) > 2:
            raise ValueError(f"`{part}` is not a weekday; {EXAMPLE}.")
        first, last = ends[0], ends[-1]
        days += [number % 7 for number in range(first, (last if last >= first else last + 7) + 1)]
    return list(dict.fromkeys(days))


def _bare(word: str) -> str:
    return word.strip(". :")


def _weekday(word: str) -> int:
    """The number of a weekday, Monday 0; -1 where the word is none."""
    if word in SHORT:
        return SHORT[word]
    return {**MORE, **weekdays(LANGUAGES)}.get(word, -1)


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
    for span, other in pairwise(ordered):
        if span[1] == MIDNIGHT or span[1] > other[0]:
            raise ValueError(f"Two spans of `{text}` overlap; {EXAMPLE}.")
    return tuple(ordered)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works.

    `week` has seven entries, Monday first, each the spans of local time in order; an empty entry
    is a free day. A span that ends at 00:00 ends at midnight; one that would run past midnight is
    two spans on two days (`parse_hours` makes them). `free` are local dates without work. `always`
    means around the clock, holidays too.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    free: AbstractSet[date] = frozenset()
    always: bool = False

    def working(self, at: datetime) -> bool:
        """Whether `at` lies in working time."""
        if self.always:
            return True
        return any(begin <= at < end for begin, end in self._on(at.astimezone(self.zone).date()))

    def next_start(self, at: datetime) -> datetime | None:
        """`at` itself when it lies in working time, else the next start (UTC); None: never."""
        if self.always:
            return at.astimezone(UTC)
        first = next(self._spans(at), None)
        return max(first[0], at.astimezone(UTC)) if first else None

    def add(self, start: datetime, span: timedelta) -> datetime | None:
        """The instant (UTC) at which `span` of working time has passed since `start`.

        No time at all has passed at `start` itself. None: that instant never comes, because there
        is no working time or the calendar ends before.
        """
        if span <= timedelta() or self.always:
            return _later(start.astimezone(UTC), max(span, timedelta()))
        left = span
        for begin, end in self._spans(start):
            begin = max(begin, start.astimezone(UTC))
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; nothing when `end` comes first."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if self.always or end <= start:
            return max(end - start, timedelta())
        total = timedelta()
        for begin, stop in self._spans(start):
            if begin >= end:
                break
            total += min(stop, end) - max(begin, start)
        return total

    def _spans(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work as instants (UTC), from the one that ends after `at` to the last day."""
        if not any(self.week):
            return
        day = at.astimezone(self.zone).date()
        while day < date.max:
            yield from (span for span in self._on(day) if span[1] > at)
            day += DAY

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans of one local date; a span that a clock change swallows is left out."""
        if day in self.free or day >= date.max - DAY:
            return
        for begin, end in self.week[day.weekday()]:
            first = _instant(day, begin, self.zone)
            last = _instant(day + DAY if end == MIDNIGHT else day, end, self.zone)
            if last > first:
                yield first, last


def parse_hours(text: str, zone: ZoneInfo, free: AbstractSet[date] = frozenset()) -> Hours:
    """Read `Mon-Fri 09:00-18:00`, `Mon-Thu 8-17; Fri 8-12`, `9-12, 13-17`, `24/7`.

    Hours without days mean Monday to Friday. `Fri 22:00-06:00` runs into Saturday. Raises
    ValueError with a sentence that says what was not understood and shows an example.
    """
    always, days = read_week_spans(text)
    return Hours(zone, days, free, always=always)


def free_days(text: str, years: range) -> frozenset[date]:
    """Public holidays and plain dates: `DE-BE`, `DE-BE, 2026-12-24`, `US; 2026-11-27`.

    A code is a country (ISO 3166-1), with its region behind a `-`. Raises ValueError with a
    sentence for a code or date that does not exist.
    """
    days: set[date] = set()
    for part in filter(None, (word.strip() for word in re.split(r"[,;\s]+", text))):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part):
            try:
                days.add(date.fromisoformat(part))
            except ValueError as error:
                raise ValueError(f"`{part}` is not a date of the calendar.") from error
        else:
            days |= _public(part.upper(), years)
    return frozenset(days)


class FreeDays(AbstractSet[date]):
    """The days of `free_days`, laid out at the first question: a country's take a while.

    What the text says is not checked before that; then it raises as `free_days` does.
    """

    def __init__(self, text: str, years: range) -> None:
        self.text, self.years = text, years

    @cached_property
    def days(self) -> frozenset[date]:
        """The days themselves."""
        return free_days(self.text, self.years)

    def __contains__(self, day: object) -> bool:
        return day in self.days

    def __iter__(self) -> Iterator[date]:
        return iter(self.days)

    def __len__(self) -> int:
        return len(self.days)

    def __hash__(self) -> int:
        return hash((self.text, self.years))


def closed_days(hours: Hours, day: date, count: int = 5) -> tuple[date, ...]:
    """The next local dates, from `day` on, that are free although their weekday is not."""
    ahead = sorted(free_day for free_day in hours.free if free_day >= day)
    return tuple(free_day for free_day in ahead if hours.always or hours.week[free_day.weekday()])[
        :count
    ]


def _public(code: str, years: range) -> set[date]:
    import holidays  # 0.2 s to import, and only configuration reads it

    country, _, region = code.partition("-")
    try:
        return set(holidays.country_holidays(country, subdiv=region or None, years=list(years)))
    except NotImplementedError as error:
        raise ValueError(
            f"`{code}` is no country or region with known holidays; write `DE-BE`, `US` or dates "
            "such as `2026-12-24`."
        ) from error


def _later(start: datetime, span: timedelta) -> datetime | None:
    try:
        return start + span
    except OverflowError:
        return None


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a local time; in a gap, the moment the clocks jump."""
    local = datetime.combine(day, clock, zone)
    at = local.astimezone(UTC)
    shown = at.astimezone(zone).replace(tzinfo=None)
    if shown == local.replace(tzinfo=None):
        return at
    # The wall shows a later time than asked for: the jump lies between the two readings of it.
    early, late = local.replace(fold=1).astimezone(UTC), at
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        before = middle.astimezone(zone).replace(tzinfo=None) < local.replace(tzinfo=None)
        early, late = (middle, late) if before else (early, middle)
    return late.replace(microsecond=0)
