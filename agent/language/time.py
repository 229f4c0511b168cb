"""Times as people write them in replies, read exactly or not at all.

Our own small grammar reads the common shapes of English, German, French and Spanish; dateparser
is the last resort and is believed only where it cannot have guessed (`guess_local_time`). A time
that is past, more than sixty days away, in a gap of the clock, or that may mean two things is not
read: `NotRead.why` is the sentence for the mail that asks back. Whatever is read is echoed
absolute, with its zone (`say_instant`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deskless.agent.case.say_time import say_ago, say_instant, say_length, say_timer
from deskless.agent.language.clock_time import (
    Grain,
    Moment,
    read_clock_time,
    settle_clock_time,
    working_spans,
)
from deskless.agent.language.day import Day, Odd, read_day
from deskless.agent.language.fold import fold_line
from deskless.agent.language.time_words import (
    CLOCKS,
    HALVES,
    LEADS,
    NUMBERS,
    THIS,
    UNIT_WORDS,
    UNITS,
)
from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours

CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
LONGEST_GUESS = 60


def guess_local_time(text: str, now: datetime, languages: Sequence[str]) -> datetime | None:
    """The local time (naive) that a text with an explicit date and time names, or None.

    The last resort: dateparser, believed only where it cannot have guessed. On its own it is
    silently wrong: it reads "morgen 15 Uhr" as ten o'clock and "Montag 12 Uhr" as a date in the
    past. So it is asked only for texts with a number for the day and an hour with its minutes, must
    give the same answer from two different todays and for both orders of day and month, and every
    number of the text must stand in its answer.
    """
    numbers = [int(word) for word in re.findall(r"\d+", text)]
    if len(text) > LONGEST_GUESS or not 3 <= len(numbers) <= 4 or not CLOCK.search(text):
        return None
    answers = {
        ask_dateparser(text, base, order, languages)
        for base in bases(now)
        for order in ("DMY", "MDY")
    }
    if len(answers) != 1:
        return None
    instant = answers.pop()
    return instant if instant and numbers_spoken(instant, numbers) else None


def bases(now: datetime) -> tuple[datetime, datetime]:
    """Two todays of the same year: what depends on today comes out differently."""
    here = now.replace(tzinfo=None)
    other = here - timedelta(days=3)
    return here, other if other.year == here.year else here + timedelta(days=3)


def ask_dateparser(
    text: str, base: datetime, order: str, languages: Sequence[str]
) -> datetime | None:
    """One answer of dateparser."""
    import dateparser  # it takes half a second to load, and most replies need none

    settings = {
        "RELATIVE_BASE": base,
        "DATE_ORDER": order,
        "PREFER_DATES_FROM": "current_period",
        "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        parsed = dateparser.parse(text, languages=list(languages), settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return parsed.replace(tzinfo=None) if isinstance(parsed, datetime) else None


def numbers_spoken(instant: datetime, numbers: Sequence[int]) -> bool:
    """Whether every number of the text stands in the answer, and hour and minute among them."""
    held = {
        instant.day,
        instant.month,
        instant.year,
        instant.hour,
        instant.hour % 12,
        instant.minute,
    }
    return set(numbers) <= held and {instant.minute, instant.day} <= set(numbers)


FARTHEST = timedelta(days=60)
LONGEST = 80
"""Characters of a text that can be a time."""

LEAD = re.compile(rf"(?:{'|'.join(sorted(map(re.escape, LEADS), key=len, reverse=True))})(?: |$)")
UNIT = {word: unit for unit, words in UNIT_WORDS.items() for word in words}
WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
SPAN = re.compile(
    rf"(?:(?P<lead>in|dans|en|dentro de|within|for|next) )?(?:(\d{{1,3}}) ?|({WORDS}) )"
    rf"({'|'.join(sorted(UNIT, key=len, reverse=True))})\.?(?: ?(?:and |und |et |y )?(\d{{1,2}})"
    r" ?(?:m|min|mins|minutes?|minuten|minutos)?)?"
)
HALF = re.compile(r"(?:in |dans |en |dentro de |within )?(.+)")
STAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2})(?::\d{2})?(?:\.\d+)? ?(z|[+-]\d{2}:?\d{2})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class When:
    """A time that was read: the instant (UTC), the words, and how exactly they said it."""

    at: datetime
    text: str
    granularity: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """Words that are no time, or none that can be taken; `why` is half a sentence."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a time is read against: now (aware), the writer's zone, hours and languages."""

    now: datetime
    zone: ZoneInfo
    hours: Hours | None
    languages: tuple[str, ...]

    @property
    def today(self) -> date:
        """The writer's date."""
        return self.now.astimezone(self.zone).date()


def read_time(
    text: str,
    now: datetime,
    zone: ZoneInfo,
    *,
    hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> When | NotRead:
    """The instant a text names, said at `now` (aware) by somebody in `zone`. Never raises.

    A bare day is the start of its working time, "today" the end of it, a bare time its next
    occurrence.
    """
    frame = Frame(now, zone, hours, languages)
    folded = fold_line(text).text.strip(" ,;:!")
    if not folded or len(folded) > LONGEST:
        return NotRead(text, "there is no time in it")
    try:
        reading = (
            read_instant(folded, frame)
            or read_instant(folded.strip(" ."), frame)
            or guess_instant(text, frame)
        )
    except Odd as odd:
        return NotRead(text, str(odd))
    except OverflowError:
        return NotRead(text, "it lies beyond the calendar")
    if reading is None:
        return NotRead(text, "I do not know this way to say a time")
    return within_reach(When(reading[0], text, reading[1].value), now, zone)


def within_reach(moment: When, now: datetime, zone: ZoneInfo) -> When | NotRead:
    """The same time when it lies ahead and not too far."""
    if moment.at <= now:
        return NotRead(moment.text, f"{say_instant(moment.at, zone)} has passed")
    if moment.at - now > FARTHEST:
        return NotRead(
            moment.text, f"{say_instant(moment.at, zone)} is more than {FARTHEST.days} days away"
        )
    return moment


Found = tuple[datetime, Grain]


def read_instant(text: str, frame: Frame) -> Found | None:
    """The instant by our own grammar; None when the shape is not ours."""
    stamped = STAMP.fullmatch(text)
    if stamped:
        return read_timestamp(" ".join(stamped.groups())), Grain.MINUTE
    spanned = span_of(text)
    if spanned is not None:
        return frame.now.astimezone(UTC) + spanned, Grain.SPAN
    text, named = zoned(text)
    reading = read_day_and_time(text, frame if named is None else zone_of(named, frame))
    if reading and named and CLOCKS[named][1]:
        called = reading[0].astimezone(ZoneInfo(CLOCKS[named][0])).tzname()
        if called != CLOCKS[named][1]:
            raise Odd(f"on that day the clock shows {called}, not {CLOCKS[named][1]}")
    return reading


def zoned(text: str) -> tuple[str, str | None]:
    """A text without the clock named at its end, and that clock."""
    head, _, last = text.rpartition(" ")
    last = last.strip("()")
    return (head, last) if head and last in CLOCKS else (text, None)


def zone_of(named: str, frame: Frame) -> Frame:
    """The same frame on another clock."""
    return Frame(frame.now, ZoneInfo(CLOCKS[named][0]), frame.hours, frame.languages)


def read_timestamp(text: str) -> datetime:
    """An ISO 8601 instant with its offset. Raises Odd when the calendar has none such."""
    try:
        return datetime.strptime(text.replace("z", "+0000"), "%Y-%m-%d %H:%M %z").astimezone(UTC)
    except ValueError:
        raise Odd("there is no such day or hour") from None


def span_of(text: str) -> timedelta | None:
    """How long from now a text says: "in 2 hours", "30 min", "einer halben Stunde"."""
    half = HALF.fullmatch(text)
    if half and half[1] in HALVES:
        return timedelta(minutes=HALVES[half[1]])
    match = SPAN.fullmatch(text)
    if match is None:
        return None
    if not match["lead"] and match[4] in {"h", "heures", "heure", "horas", "hora"}:
        return None
    count = int(match[2]) if match[2] else NUMBERS[match[3]]
    return timedelta(minutes=count * UNITS[UNIT[match[4]]] + int(match[5] or 0))


def unled(text: str) -> tuple[str, bool]:
    """A text without the words that lead up to a time, and whether there were any."""
    led = False
    while (match := LEAD.match(text)) and text[match.end() :].strip(" ,"):
        text, led = text[match.end() :].strip(" ,"), True
    return text, led


def read_day_and_time(text: str, frame: Frame) -> Found | None:
    """A day, a time, or both in either order. Raises Odd when two readings differ."""
    words = re.sub(r"(?<=\d)t(?=\d)", " ", text).split()
    readings: dict[datetime, Grain] = {}
    odd: list[Odd] = []
    for cut in range(len(words) + 1):
        front, two = " ".join(words[:cut]), " ".join(words[cut:])
        for order in ((front, two), (two, front)):
            try:
                read = together(*order, frame)
            except Odd as trouble:
                odd.append(trouble)
                continue
            if read:
                readings.setdefault(*read)
    if len(readings) > 1:
        shown = " or ".join(say_instant(at, frame.zone) for at in sorted(readings)[:2])
        raise Odd(f"it may be {shown}")
    if odd and not readings:
        raise odd[0]
    return next(iter(readings.items()), None)


def together(day_text: str, time_text: str, frame: Frame) -> Found | None:
    """The instant of a day's words and a time's words; either may be empty."""
    on = named_day(day_text, frame, alone=not time_text) if day_text else None
    if day_text and on is None:
        return None
    bare, led = unled(time_text.strip(" ,"))
    clock = read_clock_time(bare, led=led or on is not None) if bare else None
    if bare and clock is None:
        return None
    if clock is None:
        return whole_day(on, frame) if on else None
    return join_day_and_time(on, clock, frame)


def named_day(text: str, frame: Frame, *, alone: bool) -> Day | None:
    """The day some words name: "on Monday", "this" before a part of today.

    German "so" and "do" are days beside a time and ordinary words `alone`.
    """
    bare, _ = unled(text.strip(" ,"))
    if not alone and (bare in THIS or bare == "heut"):
        return Day(frame.today)
    if alone and bare.strip(".").isalpha() and len(bare.strip(".")) < 3:
        return None
    return read_day(bare.strip(" ,"), frame.today, frame.languages)


def whole_day(on: Day, frame: Frame) -> Found:
    """A bare day: when work starts on it, or when it ends if the day is today."""
    if on.again:
        raise Odd("it may be today or a week from now")
    if on.ends or on.date == frame.today:
        return join_day_and_time(on, Moment(end=True), frame)[0], Grain.DAY
    return local(on.date, working_spans(on.date, frame.hours)[0][0], frame), Grain.DAY


def join_day_and_time(on: Day | None, clock: Moment, frame: Frame) -> Found:
    """A time on its day; without one, or on a weekday that is today's, the next occurrence."""
    when = on.date if on else frame.today
    at = local(when, settle_clock_time(clock, when, frame.hours), frame, ends=clock.end)
    again = 1 if on is None and not clock.end else 7 if on and on.again else 0
    if at <= frame.now and again:
        when += timedelta(days=again)
        at = local(when, settle_clock_time(clock, when, frame.hours), frame, ends=clock.end)
    return at, clock.grain


def local(on: date, at: time, frame: Frame, *, ends: bool = False) -> datetime:
    """A local time as an instant (UTC); a working day that `ends` at 00:00 ends at midnight.

    Raises Odd where the clock skips that time or shows it twice.
    """
    if ends and at == time():
        on += timedelta(days=1)
    first = datetime.combine(on, at, frame.zone)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise Odd(f"the clock is changed that night, so {at:%H:%M} is not one time")
    return first.astimezone(UTC)


def guess_instant(text: str, frame: Frame) -> Found | None:
    """The last resort, for languages and shapes that are not ours."""
    instant = guess_local_time(text, frame.now.astimezone(frame.zone), frame.languages)
    return (local(instant.date(), instant.time(), frame), Grain.MINUTE) if instant else None


__all__ = ["NotRead", "When", "read_time", "say_ago", "say_instant", "say_length", "say_timer"]
