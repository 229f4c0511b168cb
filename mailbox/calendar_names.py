"""The names of months and weekdays by language, as Unicode's CLDR has them (through babel).

Lower case, without the dot of an abbreviation; each as it is written, without its accents, and with
its umlauts spelt out (`märz`, `marz`, `maerz`). Loaded when first asked for: a twelfth of a second
for seven languages.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal

Width = Literal["wide", "abbreviated"]
BOTH: tuple[Width, ...] = ("wide", "abbreviated")
LANGUAGES = (
    *("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs", "ru", "tr"),
    *("hu", "ro", "uk", "el"),
)
"""Languages in which mail programs write the date of a forwarded mail."""
_CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.h]([0-5]\d)(?!\d|[./]\d)(?::[0-5]\d)?\s*([ap])?\.?", re.I
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_DAY, _YEAR = re.compile(r"(?<!\d)(\d{1,2})(?![\d:])"), re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SENT = re.compile(
    r"\s*(?:[a-z]{3},\s*)?\d{1,2}\s[a-z]{3}\s\d{4}\s\d\d:\d\d(:\d\d)?\s[-+]\d{4}", re.I
)  # a Date field as RFC 5322 has it, offset and all
_OFFSET = re.compile(
    r":\d\d(?:\s?[ap]\.?m\.?)?\s*\(?(?:(?:utc|gmt)\s?)?(?:([-+−])(\d{1,2})(?::?(\d\d))?(?!\d)"
    r"|(?:utc|gmt|z)\b)",
    re.I,
)
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def months(languages: tuple[str, ...], widths: tuple[Width, ...] = BOTH) -> dict[str, int]:
    """Each name of a month in these languages (ISO 639-1), and its number from 1."""
    return dict(_named("months", languages, widths))


@cache
def weekdays(languages: tuple[str, ...], widths: tuple[Width, ...] = BOTH) -> dict[str, int]:
    """Each name of a weekday in these languages (ISO 639-1), and its number from Monday, 0."""
    return dict(_named("days", languages, widths))


def _named(
    kind: Literal["months", "days"], languages: tuple[str, ...], widths: tuple[Width, ...]
) -> Iterator[tuple[str, int]]:
    from babel.core import Locale

    for language in languages:
        contexts = getattr(Locale(language), kind)
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in contexts[context][width].items():
                    for written in _written(name.lower().strip(". ")):
                        yield written, number


def _written(name: str) -> tuple[str, str, str]:
    """A name as it is, without accents, and with umlauts spelt out."""
    parts = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    return name, bare, name.translate(_SPELT)


def written_date(text: str) -> datetime | None:
    """The date and time that a mail program wrote for people, its zone left out (given as UTC).

    None where there is none, or where day and month could be either (`03/04/2026`).
    """
    text = " ".join(text[:120].split())
    day = _numbered(text) or _spoken(text)
    if day is None:
        return None
    clock = _CLOCK.search(text.replace(day[1], " ", 1) if day[1] else text)
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    half = (clock[3] or "").lower() if clock else ""
    hour = hour % 12 + 12 * (half == "p") if half else hour
    try:
        return datetime(*day[0], hour, minute, tzinfo=UTC)
    except ValueError:
        return None


def has_clock(text: str) -> bool:
    """Whether a written date names a time of day."""
    return bool(_CLOCK.search(text))


def inner_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant (UTC) that the date of a forwarded mail names; `zone` where it names none.

    A Date field as programs send it, or the words that they write for people. None as in
    `written_date`.
    """
    if _SENT.match(text):
        from deskless.mailbox.mime.header import read_date

        return read_date(text.encode("utf-8", "replace"))
    local = written_date(text)
    if local is None:
        return None
    offset = _OFFSET.search(text)
    if offset:
        far = timedelta(hours=int(offset[2] or 0), minutes=int(offset[3] or 0))
        zone = timezone(min(far, timedelta(hours=23)) * (1 if offset[1] in {"+", None} else -1))
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _numbered(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Year, month and day written in digits, and the words that say so."""
    if match := _YEAR_FIRST.search(text):
        return (int(match[1]), int(match[2]), int(match[3])), match[0]
    match = _YEAR_LAST.search(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year += 2000 * (year < 100)
    if match[2] != "." and first <= 12 and second <= 12 and first != second:
        return None
    day, month = (second, first) if second > 12 else (first, second)
    return (year, month, day), match[0]


def _spoken(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Year, month and day with the month's name; no words of it look like a time."""
    names = months(LANGUAGES)
    words = list(re.finditer(r"[^\W\d_]{3,}", text.lower()))
    named = next((word for word in words if word[0] in names), None)
    year = _YEAR.search(text)
    days = [match for match in _DAY.finditer(text) if not year or match.start() != year.start()]
    if named is None or year is None or not days:
        return None
    near = min(days, key=lambda match: abs(match.start() - named.start()))
    return (int(year[1]), names[named[0]], int(near[1])), ""
