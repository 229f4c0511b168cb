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
# "From 28 November to 6 December" names the last day of the absence.
SPAN = re.compile(r"(?i)\b(?:from|vom|von|du|del|desde|dal|de|van)\b[^.!?\n]{0,30}\d[^!?\n]{0,30}$")
INCLUSIVE = re.compile(
    r"(?i)through|thru|einschlie(?:ß|ss)lich|inkl|incl|inclus|compreso|en met|t/m"
)


# Words that only somebody who is away writes of himself.
SAYS_AWAY = re.compile(
    r"(?i)\bout[- ]of[- ](?:the[- ])?office\b"
    r"|\bon (?:[a-z]{2,12} )?(?:leave|holidays?|vacation|pto)\b"
    r"|\baway (?:from (?:the office|my (?:desk|mail|e-?mail|computer))|on (?:business|holiday)"
    r"|until|till)"
    r"|\b(?:i am|i['’]m|i will be|i['’]ll be|currently) (?:currently |temporarily )?"
    r"(?:away|travel(?:l)?ing|unavailable|absent)\b"
    r"|\b(?:won['’]?t|will not|not) be "
    r"(?:back|in the office|reading|available|able to (?:read|answer|reply))\b"
    r"|\bno access to (?:my )?(?:e-?)?mail"
    r"|\b(?:when|once|after|until) i(?:['’]m| am)? (?:return|get back|back|come back)"
    # German
    r"|\bnicht im (?:büro|buero|haus|dienst)\b|\bim urlaub\b|\babwesen(?:d|heit)\b"
    r"|\baußer haus\b|\b(?:wieder|nicht) (?:im büro|erreichbar|am platz)\b"
    r"|\bauf (?:dienst|geschäfts)reise\b|\bin elternzeit\b"
    # French, Spanish, Italian, Portuguese, Dutch
    r"|\babsente?\b|\ben (?:congés?|vacances|déplacement)\b|\bde retour\b|\bhors du bureau\b"
    r"|\bfuera de (?:la )?oficina\b|\bde vacaciones\b|\bausente\b|\bestaré de vuelta\b"
    r"|\bfuori (?:sede|ufficio)\b|\bin ferie\b|\bassente\b"
    r"|\bfora do escrit[óo]rio\b|\bde f[ée]rias\b"
    r"|\bniet (?:op kantoor|aanwezig|bereikbaar)\b|\bafwezig\b|\bmet (?:vakantie|verlof)\b"
)
RETURNS = re.compile(r"(?i)\b(?:return(?:s|ing)?|back|zurück|wieder|retour|vuelta|rientro|terug)\b")
SHORT = 700  # characters: who writes more than this has more to say than being away

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


def mentions_away(subject: str, text: str) -> bool:
    """Whether a short note says that its writer is away."""
    return len(text.strip()) <= SHORT and SAYS_AWAY.search(f"{subject}\n{text}") is not None


def says_away(subject: str, text: str) -> bool:
    """Whether a short note says that its writer is away, and speaks of a day or a return.

    For mail that no header marks: "I am on holiday until 7 December" is one, whoever typed it.
    """
    words = f"{subject}\n{text}"
    return mentions_away(subject, text) and bool(_dates().search(words) or RETURNS.search(words))


def away_until(subject: str, text: str, at: datetime) -> datetime | None:
    """The day of return that a note names, at midnight UTC; None where it names none.

    `at` is the mail's own date (aware): days without a year, and weekdays, are the next ones after
    it. "Until" a day is that day, "through" a day the one after.
    """
    content = f"{subject}\n{text[:READ]}"
    content = re.sub(r"[ \t\xa0]+", " ", content)
    dates: list[tuple[int, date]] = []
    for match in _dates().finditer(content):
        before = content[max(0, match.start() - 70) : match.start()].replace("\n", " ")
        after = content[match.end() : match.end() + 50].replace("\n", " ")
        rank = _rank(before, after)
        day = _read(match, at.date()) if rank else None
        if day is None:
            continue
        if rank == 1 and day and _ends_with(before, after):
            day += timedelta(days=1)
        dates.append((rank + (match["day"] is None), day))
    if not dates:
        return None
    best = max(rank for rank, _ in dates)
    day = max(day for rank, day in dates if rank == best)
    return datetime.combine(day, time(), UTC)


def _ends_with(before: str, after: str) -> bool:
    """Whether the day is still one of absence: inclusive words, or the end of a span of days."""
    told = INCLUSIVE.search(before[-40:]) or INCLUSIVE.match(after.strip(" (,"))
    return bool(told or SPAN.search(before))


def _rank(before: str, after: str) -> int:
    """3 for a day of return, 1 for the end of an absence, 0 for any other day."""
    if UNTIL.search(before):
        return 1
    return 3 if BACK.search(before) or BACK_AFTER.match(after) else 0


def _read(match: re.Match[str], today: date) -> date | None:
    """The day that a match means, seen from `today`; None when it is no day, or long past."""
    fits = [
        day
        for day in _readings(match, today)
        if today - timedelta(days=1) <= day <= today + HORIZON
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
    for calendar_year in years:
        try:
            yield date(calendar_year, int(month), int(day))
        except ValueError:
            continue
