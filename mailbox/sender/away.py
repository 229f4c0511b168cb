"""When somebody who is away says to be back: the return date in an out-of-office note.

Own patterns, because a general date reader takes any number for a date and is silently wrong in
German and French. A date counts only with words around it that say "back on" or "until", in
English, German, French, Spanish, Italian, Portuguese and Dutch; a start date never does.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from deskless.mailbox import calendar_names

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
MORE_MONTHS = {"jänner": 1, "feber": 2, "mrz": 3, "setiembre": 9}
MORE_DAYS = {
    "tues": 1, "thur": 3, "thurs": 3, "sonnabend": 5, "segunda": 0, "terça": 1, "quarta": 2,
}  # fmt: skip
"""What people also write beside the names in `calendar_names`."""


@cache
def months() -> dict[str, int]:
    """The words for months, January 1."""
    return calendar_names.months(LANGUAGES) | MORE_MONTHS


@cache
def days() -> dict[str, int]:
    """The words for weekdays, Monday 0: whole ones, as the short ones are other words, too
    (*qui*, *sex*, *mar*), but for the English.
    """
    whole = calendar_names.weekdays(LANGUAGES, ("wide",))
    return whole | calendar_names.weekdays(("en",)) | MORE_DAYS


TOMORROW = {"tomorrow", "morgen", "demain", "mañana", "domani", "amanhã"}

# Right before a date: this is the day of the return.
BACK = re.compile(
    r"(?i)\b(?:back|return(?:s|ing)?|resum\w+|available|reachable|zurück|wieder|zurueck|ab|retour"
    r"|joignable|serai|vuelta|regres\w*|reincorpor\w*|volver\w*|vuelvo|disponible|ritorn\w*|rientr\w*"
    r"|di nuovo|volt\w*|regress\w*|retorn\w*|terug|weer|bereikbaar)\b[^.!?\n\d]{0,40}$"
)
# Right behind it, in languages that put the verb there: "am 24.11. wieder erreichbar".
BACK_AFTER = re.compile(
    r"(?i)^[^.!?\n\d]{0,30}\b(?:back|wieder|zurück|zurueck|erreichbar|de retour|terug|weer"
    r"|de vuelta|de volta)\b"
)
# Right before a date: absent up to then.
UNTIL = re.compile(
    r"(?i)(?:\b(?:until|till|til|through|thru|to|bis(?: zum| einschließlich| inkl\.?| incl\.?)*"
    r"|jusqu['’](?:au|à|en)|au|hasta(?: el)?|al|fino al?|sino al|até(?: o dia| dia| o| a)?|ao?"
    r"|tot(?: en met)?|t/m)|[-–—])[ \t]*(?:and including|inclusive|the|den|le|el|il|o|dia|am)?"
    r"[ \t,]*(?:[^\W\d]{2,14}(?:-feira)?\.?,?[ \t]+(?:den |the |le |el )?)?$"
)
INCLUSIVE = re.compile(
    r"(?i)through|thru|einschlie(?:ß|ss)lich|inkl|incl|inclus|compreso|en met|t/m"
)


HORIZON = timedelta(days=400)  # nobody's note speaks of a day further off
READ = 4000  # characters of a note


@cache
def _dates() -> re.Pattern[str]:
    """The ways to name a day."""
    month = "|".join(sorted(months(), key=len, reverse=True))
    day = "|".join(sorted({*days(), *TOMORROW}, key=len, reverse=True))
    return re.compile(
        rf"(?i)\b(?P<iso>\d{{4}}-\d\d-\d\d)\b"
        rf"|(?<![\d.])(?P<d1>\d{{1,2}})\.[ ]?(?P<m1>\d{{1,2}})\.[ ]?(?P<y1>\d{{4}}|\d\d(?!\d))?"
        rf"|(?<!\d)(?P<a>\d{{1,2}})[/-](?P<b>\d{{1,2}})(?:[/-](?P<y2>\d{{4}}|\d\d(?!\d)))?(?![\d/-])"
        rf"|(?<!\d)(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?(?: of| de| di| del)?[ ]"
        rf"(?P<m3>{month})\b\.?(?:,?[ ](?:de |del )?(?P<y3>\d{{4}}))?"
        rf"|\b(?P<m4>{month})\b\.?[ ](?:the )?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b"
        rf"(?:,?[ ](?P<y4>\d{{4}}))?"
        rf"|\b(?P<day>{day})\b"
    )


def until(subject: str, text: str, at: datetime) -> datetime | None:
    """The day of return that a note names, at midnight UTC; None where it names none.

    `at` is the mail's own date (aware): days without a year, and weekdays, are the next ones after
    it. "Until" a day is that day, "through" a day the one after.
    """
    said = f"{subject}\n{text[:READ]}"
    said = re.sub(r"[ \t\xa0]+", " ", said)
    found: list[tuple[int, date]] = []
    for match in _dates().finditer(said):
        before = said[max(0, match.start() - 70) : match.start()].replace("\n", " ")
        after = said[match.end() : match.end() + 50].replace("\n", " ")
        rank = _rank(before, after)
        day = _read(match, at.date()) if rank else None
        if day is None:
            continue
        if rank == 1 and (INCLUSIVE.search(before[-40:]) or INCLUSIVE.match(after.strip(" (,"))):
            day += timedelta(days=1)
        found.append((rank + (match["day"] is None), day))
    if not found:
        return None
    best = max(rank for rank, _ in found)
    day = max(day for rank, day in found if rank == best)
    return datetime.combine(day, time(), UTC)


def _rank(before: str, after: str) -> int:
    """3 for a day of return, 1 for the end of an absence, 0 for any other day."""
    if UNTIL.search(before):
        return 1
    return 3 if BACK.search(before) or BACK_AFTER.match(after) else 0


def _read(match: re.Match[str], today: date) -> date | None:
    """The day that a match means, seen from `today`; None when it is no day, or long past."""
    fits = [
        one
        for one in _readings(match, today)
        if today - timedelta(days=1) <= one <= today + HORIZON
    ]
    return min(fits, default=None)


def _readings(match: re.Match[str], today: date) -> Iterator[date]:
    if match["day"]:
        word = match["day"].lower()
        ahead = 1 if word in TOMORROW else (days()[word] - today.weekday() - 1) % 7 + 1
        yield today + timedelta(days=ahead)
    elif match["iso"]:
        yield from _made(match["iso"][:4], match["iso"][5:7], match["iso"][8:], today)
    elif match["d1"]:
        yield from _made(match["y1"], match["m1"], match["d1"], today)
    elif match["a"]:  # day first or month first: whichever comes next
        yield from _made(match["y2"], match["b"], match["a"], today)
        yield from _made(match["y2"], match["a"], match["b"], today)
    elif match["d3"]:
        yield from _made(match["y3"], str(months()[match["m3"].lower()]), match["d3"], today)
    else:
        yield from _made(match["y4"], str(months()[match["m4"].lower()]), match["d4"], today)


def _made(year: str | None, month: str, day: str, today: date) -> Iterator[date]:
    """The date with these numbers; without a year, this year's and the next one's."""
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [today.year, today.year + 1]
    for one in years:
        try:
            yield date(one, int(month), int(day))
        except ValueError:
            continue
