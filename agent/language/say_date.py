"""An instant as a customer reads it: in their language, in their zone.

`Samstag, 28. November, 12:42 Uhr`, `Saturday 28 November, 12:42`. Names of days and months are
CLDR's; the zone is named where it is not plainly the reader's own.
"""

from datetime import datetime, tzinfo

FORMS = {
    "en": ("EEEE d MMMM", "{day}, {clock}"),
    "de": ("EEEE, d. MMMM", "{day}, {clock} Uhr"),
    "fr": ("EEEE d MMMM", "{day} à {clock}"),
    "es": ("EEEE d 'de' MMMM", "{day} a las {clock}"),
}
"""The date as CLDR's letters say it, and day and clock together."""


def say_date(at: datetime, zone: tzinfo, language: str, *, theirs: bool = False) -> str:
    """An instant in words of this language (ISO 639-1); English where there is no form for it.

    `theirs`: the zone is known to be the reader's, and need not be named.
    """
    from babel.dates import format_date

    known = language if language in FORMS else "en"
    pattern, together = FORMS[known]
    local = at.astimezone(zone)
    day = format_date(local.date(), pattern, locale=known)
    words = together.format(day=day, clock=f"{local:%H:%M}")
    name = local.tzname() or ""
    return words if theirs else f"{words} ({name})"
