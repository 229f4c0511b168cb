"""Times of day: "3pm", "15 Uhr", "15h30", "noon", "EOD".

An hour that could be morning or afternoon is settled by working time: "at 5" is five in the
afternoon for somebody who works nine to six. Where working time does not settle it, it is not
read.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from deskless.agent.language.day import Odd
from deskless.agent.language.time_words import ENDS, PARTS
from deskless.policies.people.hours import Hours


class Grain(StrEnum):
    """How exactly a time was said."""

    MINUTE = "minute"
    PART = "part"
    DAY = "day"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day as said: `open` when it may be morning or afternoon (12-hour talk), `literal`
    when it was said the 24-hour way, `end` for the end of the working day.
    """

    hour: int = 0
    minute: int = 0
    open: bool = False
    literal: bool = False
    end: bool = False
    grain: Grain = Grain.MINUTE


USUAL = ((time(9), time(18)),)
"""Working time where nobody's is known."""

EARLY, LATE = time(8), time(18)
"""What counts as daytime for somebody whose hours are not known."""

AMPM = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.? ?m\.?")
OCLOCK = re.compile(r"(\d{1,2}) ?(?:uhr|h|heures?|horas?)(?: ?(\d{2}))?")
DIGITS = re.compile(r"(\d{1,2})([:.])(\d{2})(?: ?(uhr|h|hrs|hours|o'clock))?")
BARE = re.compile(r"(\d{1,2})(?: ?o'clock)?")
HALF = re.compile(r"(?:halb|half past) (\d{1,2})")
PART = re.compile(rf"(.+?) (?:de |du )?({'|'.join(sorted(PARTS, key=len, reverse=True))}|la tarde)")


def read_clock_time(text: str, *, led: bool) -> Moment | None:
    """The time of day a folded text names; None when it names none.

    `led` says that a day or a word like *at* stands before it, so that a bare number may be an
    hour. Raises Odd for an hour that no clock shows.
    """
    if text in ENDS:
        return Moment(end=True, grain=Grain.PART)
    if text in PARTS:
        return Moment(PARTS[text].hour, grain=Grain.PART)
    return numbered(text) or halved(text) or parted(text) or (naked(text) if led else None)


def numbered(text: str) -> Moment | None:
    """A time in digits."""
    match = AMPM.fullmatch(text)
    if match:
        if not 1 <= int(match[1]) <= 12:
            raise Odd(f"no clock shows “{text}”")
        return clock_moment(int(match[1]) % 12 + 12 * (match[3] == "p"), int(match[2] or 0))
    match = DIGITS.fullmatch(text)
    if match:
        padded = match[1].startswith("0") or match[1] in {"10", "11", "12"}
        whole = bool(match[4]) and match[4] in {"uhr", "h"}
        return clock_moment(int(match[1]), int(match[3]), open=not padded, literal=whole)
    match = OCLOCK.fullmatch(text)
    if match:
        return clock_moment(int(match[1]), int(match[2] or 0), open=True, literal=True)
    return None


def halved(text: str) -> Moment | None:
    """German `halb 4` is half past three, `halb 0` half past eleven at night; English `half past 3`
    is what it says.
    """
    match = HALF.fullmatch(text)
    if match is None:
        return None
    hour = int(match[1])
    return clock_moment((hour or 24) - 1 if text.startswith("halb") else hour, 30, open=True)


def parted(text: str) -> Moment | None:
    """A number with the part of the day beside it: "9 in the morning", "3 de la tarde"."""
    match = PART.fullmatch(text)
    if match is None:
        return None
    clock = numbered(match[1]) or naked(match[1])
    part = PARTS.get(match[2], time(15))
    if clock is None or (clock.hour > 12 and part.hour < 12):
        return None
    late = part.hour >= 12 and clock.hour < 12
    return clock_moment(clock.hour + 12 if late else clock.hour, clock.minute)


def naked(text: str) -> Moment | None:
    """A bare hour, "at 5"."""
    match = BARE.fullmatch(text)
    return clock_moment(int(match[1]), 0, open=True) if match else None


def clock_moment(hour: int, minute: int, *, open: bool = False, literal: bool = False) -> Moment:  # noqa: A002
    """A moment on the clock; 24:00 is none, since it belongs to two days."""
    if hour > 23 or minute > 59:
        raise Odd(f"no clock shows {hour}:{minute:02}")
    return Moment(hour, minute, open and 0 < hour < 12, literal)


def working_spans(on: date, hours: Hours | None) -> tuple[tuple[time, time], ...]:
    """The working spans of a date's weekday; the usual ones where none are known."""
    if hours is None or hours.always or on.weekday() >= len(hours.week):
        return USUAL
    return tuple(hours.week[on.weekday()]) or USUAL


def settle_clock_time(clock: Moment, on: date, hours: Hours | None) -> time:
    """The time of day meant on a date. Raises Odd when it may be morning or afternoon."""
    if clock.end:
        return working_spans(on, hours)[-1][1]
    if not clock.open:
        return time(clock.hour, clock.minute)
    early, late = time(clock.hour, clock.minute), time(clock.hour + 12, clock.minute)
    here, there = in_working_day(early, on, hours), in_working_day(late, on, hours)
    if here and not there:
        return early
    if there and not here and not clock.literal:
        return late
    if clock.literal and not here and not there:
        return early
    raise Odd(f"{clock.hour}:{clock.minute:02} may be in the morning or in the afternoon")


def in_working_day(at: time, on: date, hours: Hours | None) -> bool:
    """Whether a time lies within the working day, breaks included."""
    known = hours is not None and not hours.always
    early, late = (
        (working_spans(on, hours)[0][0], working_spans(on, hours)[-1][1])
        if known
        else (EARLY, LATE)
    )
    return early <= at and (at <= late or late == time())
