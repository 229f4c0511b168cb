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
DIGITS = re.compile(r"(\d{1,2})([:.])(\d{2})(?: ?(?:uhr|h|hrs|hours|o'clock))?")
BARE = re.compile(r"(\d{1,2})(?: ?o'clock)?")
HALF = re.compile(r"(?:halb|half past) (\d{1,2})")
PART = re.compile(rf"(.+?) (?:de |du )?({'|'.join(sorted(PARTS, key=len, reverse=True))}|la tarde)")


def moment(text: str, *, led: bool) -> Moment | None:
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
    found = AMPM.fullmatch(text)
    if found:
        if not 1 <= int(found[1]) <= 12:
            raise Odd(f"no clock shows “{text}”")
        return clock(int(found[1]) % 12 + 12 * (found[3] == "p"), int(found[2] or 0))
    found = DIGITS.fullmatch(text)
    if found:
        padded = found[1].startswith("0") or found[1] in {"10", "11", "12"}
        return clock(int(found[1]), int(found[3]), open=not padded)
    found = OCLOCK.fullmatch(text)
    if found:
        return clock(int(found[1]), int(found[2] or 0), open=True, literal=True)
    return None


def halved(text: str) -> Moment | None:
    """German `halb 4` is half past three, `halb 0` half past eleven at night; English `half past 3`
    is what it says.
    """
    found = HALF.fullmatch(text)
    if found is None:
        return None
    hour = int(found[1])
    return clock((hour or 24) - 1 if text.startswith("halb") else hour, 30, open=True)


def parted(text: str) -> Moment | None:
    """A number with the part of the day beside it: "9 in the morning", "3 de la tarde"."""
    found = PART.fullmatch(text)
    if found is None:
        return None
    said = numbered(found[1]) or naked(found[1])
    part = PARTS.get(found[2], time(15))
    if said is None or (said.hour > 12 and part.hour < 12):
        return None
    late = part.hour >= 12 and said.hour < 12
    return clock(said.hour + 12 if late else said.hour, said.minute)


def naked(text: str) -> Moment | None:
    """A bare hour, "at 5"."""
    found = BARE.fullmatch(text)
    return clock(int(found[1]), 0, open=True) if found else None


def clock(hour: int, minute: int, *, open: bool = False, literal: bool = False) -> Moment:  # noqa: A002
    """A moment on the clock; 24:00 is none, since it belongs to two days."""
    if hour > 23 or minute > 59:
        raise Odd(f"no clock shows {hour}:{minute:02}")
    return Moment(hour, minute, open and 0 < hour < 12, literal)


def spans(on: date, hours: Hours | None) -> tuple[tuple[time, time], ...]:
    """The working spans of a date's weekday; the usual ones where none are known."""
    if hours is None or hours.always or on.weekday() >= len(hours.week):
        return USUAL
    return tuple(hours.week[on.weekday()]) or USUAL


def settled(said: Moment, on: date, hours: Hours | None) -> time:
    """The time of day meant on a date. Raises Odd when it may be morning or afternoon."""
    if said.end:
        return spans(on, hours)[-1][1]
    if not said.open:
        return time(said.hour, said.minute)
    early, late = time(said.hour, said.minute), time(said.hour + 12, said.minute)
    here, there = daytime(early, on, hours), daytime(late, on, hours)
    if here and not there:
        return early
    if there and not here and not said.literal:
        return late
    if said.literal and not here and not there:
        return early
    raise Odd(f"{said.hour}:{said.minute:02} may be in the morning or in the afternoon")


def daytime(at: time, on: date, hours: Hours | None) -> bool:
    """Whether a time lies within the working day, breaks included."""
    known = hours is not None and not hours.always
    early, late = (spans(on, hours)[0][0], spans(on, hours)[-1][1]) if known else (EARLY, LATE)
    return early <= at and (at <= late or late == time())
