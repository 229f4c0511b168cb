"""The last resort: dateparser, believed only where it cannot have guessed.

On its own it is silently wrong: it reads "morgen 15 Uhr" as ten o'clock and "Montag 12 Uhr" as a
date in the past. So it is asked only for texts with a number for the day and an hour with its
minutes, must give the same answer from two different todays and for both orders of day and month,
and every number of the text must stand in its answer.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
LONGEST = 60


def guess(text: str, now: datetime, languages: Sequence[str]) -> datetime | None:
    """The local time (naive) that a text with an explicit date and time names, or None."""
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    if len(text) > LONGEST or not 3 <= len(numbers) <= 4 or not CLOCK.search(text):
        return None
    answers = {ask(text, base, order, languages) for base in bases(now) for order in ("DMY", "MDY")}
    if len(answers) != 1:
        return None
    found = answers.pop()
    return found if found and spoken(found, numbers) else None


def bases(now: datetime) -> tuple[datetime, datetime]:
    """Two todays of the same year: what depends on today comes out differently."""
    here = now.replace(tzinfo=None)
    other = here - timedelta(days=3)
    return here, other if other.year == here.year else here + timedelta(days=3)


def ask(text: str, base: datetime, order: str, languages: Sequence[str]) -> datetime | None:
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
        found = dateparser.parse(text, languages=list(languages), settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return found.replace(tzinfo=None) if isinstance(found, datetime) else None


def spoken(found: datetime, numbers: Sequence[int]) -> bool:
    """Whether every number of the text stands in the answer, and hour and minute among them."""
    held = {found.day, found.month, found.year, found.hour, found.hour % 12, found.minute}
    return set(numbers) <= held and {found.minute, found.day} <= set(numbers)
