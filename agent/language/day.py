"""Days: "tomorrow", "next Monday", "24.11.", "Nov 24", read against a given today.

A day that could be two days is not read: 11/12 in English, "next Friday" on a Wednesday.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from deskless.agent.language.time_words import (
    COMING,
    DAYS,
    MORE_MONTHS,
    MORE_WEEKDAYS,
    NEXT,
    THIS,
    WEEK_ENDS,
)
from deskless.mailbox import calendar_names
from deskless.policies.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Day:
    """A local date. `again` says it was named by its weekday and is today's: with a time that has
    passed it is a week from now, without a time it is either. `ends`: the end of
    work on it is meant.
    """

    date: date
    again: bool = False
    ends: bool = False


class Odd(ValueError):
    """A day or time that was understood and still cannot be taken; the text says why."""


YEAR = r"(?:,? (?:de |del )?(?P<year>\d{4}))?"
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
NUMBERED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)")
AHEAD = 60
"""Days beyond which a date without a year is rather past than meant for next year."""


@cache
def weekdays() -> dict[str, int]:
    """The words for weekdays in every language of ours, Monday 0."""
    return calendar_names.weekdays(LANGUAGES) | MORE_WEEKDAYS


@cache
def months() -> dict[str, int]:
    """The words for months in every language of ours, January 1."""
    return calendar_names.months(LANGUAGES) | MORE_MONTHS


@cache
def shapes() -> tuple[re.Pattern[str], ...]:
    """How a date with its month is written."""
    names = "|".join(sorted(months(), key=len, reverse=True))
    return (
        re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
        re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}|\d{2})?)?"),
        re.compile(
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)? ?(?:of |de )?(?P<name>{names})\.?{YEAR}"
        ),
        re.compile(rf"(?P<name>{names})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{YEAR}"),
    )


def read_day(text: str, today: date, languages: tuple[str, ...]) -> Day | None:
    """The day a folded text names; None when it names none.

    Raises Odd for one that is named and cannot be: the 31st of February, a Tuesday that is none.
    """
    if text in DAYS:
        return Day(today + timedelta(days=DAYS[text]))
    if text in WEEK_ENDS:
        return Day(today + timedelta(days=(4 - today.weekday()) % 7), ends=True)
    named = weekday(text, today)
    if named:
        return named
    first, _, rest = text.partition(" ")
    wanted = weekdays().get(first.strip(".,"))
    if wanted is not None and rest:
        day = dated(rest.strip(", "), today, languages)
        return day and agree(day, wanted)
    return dated(text, today, languages)


def agree(day: Day, wanted: int) -> Day:
    """The same day, when its weekday is the one that was named beside it."""
    if day.date.weekday() != wanted:
        told = day.date + timedelta(days=wanted - day.date.weekday())
        raise Odd(f"{day.date:%d %b} is a {day.date:%A}, not a {told:%A}")
    return Day(day.date)


def weekday(text: str, today: date) -> Day | None:
    """A day named by its weekday, with or without next, this, prochain."""
    words = text.replace(" que viene", " proximo").split()
    if not 0 < len(words) <= 2:
        return None
    marks = [word for word in words if word in (*NEXT, *COMING, *THIS)]
    left = [word.strip(".") for word in words if word not in marks]
    if len(left) != 1 or left[0] not in weekdays():
        return None
    ahead = (weekdays()[left[0]] - today.weekday()) % 7
    if not marks:
        return Day(today + timedelta(days=ahead), again=ahead == 0)
    if marks[0] in THIS:
        return Day(today + timedelta(days=ahead))
    coming = today + timedelta(days=ahead or 7)
    if marks[0] in NEXT and today.weekday() + (ahead or 7) <= 6:
        after = coming + timedelta(days=7)
        raise Odd(f"“{text}” may be {coming:%d %b} or {after:%d %b}")
    return Day(coming)


def dated(text: str, today: date, languages: tuple[str, ...]) -> Day | None:
    """A day named by its date."""
    for shape in shapes():
        match = shape.fullmatch(text)
        if match:
            parts = match.groupdict()
            month = months()[parts["name"]] if parts.get("name") else int(parts["month"])
            return Day(settle_date(int(parts["day"]), month, parts.get("year"), today))
    slashed = SLASHED.fullmatch(text)
    if slashed:
        day, two = ordered(int(slashed[1]), int(slashed[2]), languages)
        return Day(settle_date(day, two, slashed[3], today))
    numbered = NUMBERED.fullmatch(text)
    return Day(numeral(int(numbered[1]), today)) if numbered else None


def ordered(first: int, two: int, languages: tuple[str, ...]) -> tuple[int, int]:
    """Day and month of `11/24` or `24/11`. Both could be both: only who writes no English is
    sure to put the day first.
    """
    if two > 12:
        return two, first
    if first > 12 or first == two or "en" not in languages:
        return first, two
    raise Odd(f"“{first}/{two}” may be a day and a month or a month and a day")


def settle_date(day: int, month: int, year: str | None, today: date) -> date:
    """The date meant. Without a year it is the coming one, unless that is far off: then it has
    just passed, and saying so is better than next year.
    """
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this = date(today.year, month, day)
        following = date(today.year + 1, month, day) if (month, day) != (2, 29) else this
    except ValueError:
        raise Odd(f"there is no such day as {day}.{month}.") from None
    near = following - today <= timedelta(days=AHEAD)
    return following if this < today and near else this


def numeral(number: int, today: date) -> date:
    """The coming 24th."""
    for month in range(3):
        year, place = divmod(today.year * 12 + today.month - 1 + month, 12)
        try:
            day = date(year, place + 1, number)
        except ValueError:
            continue
        if day >= today:
            return day
    raise Odd(f"there is no such day as the {number}.")
