"""The time by which a sentence promises something: `we will call you by Friday 15:00`."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from deskless.agent.language.time import When, read
from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours
from deskless.policies.reading.promises import promises

LEAD = re.compile(
    r"\b(?:by|before|until|till|no later than|within|in|at|today|tomorrow|tonight|bis|vor|um|binnen"
    r"|spätestens|innerhalb|heute|morgen|avant|d['’]ici|dans|demain|antes de|dentro de|en|mañana"
    r"|hasta)\b|(?<=[:=])\s*(?=\S)",
    re.IGNORECASE,
)
UPDATE = re.compile(
    r"\b(?:updates?|promised?|rückmeldung|update an|meldung|mise à jour|nouvelles|actualizaci[oó]n"
    r"|noticias)\b",
    re.IGNORECASE,
)
WORDS = 6
"""Words that a time may have."""


def named(
    sentence: str, now: datetime, zone: ZoneInfo, *, hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> datetime | None:  # fmt: skip
    """The first time (UTC) that a sentence names behind a word like *by*; None: it names none."""
    for lead in LEAD.finditer(sentence):
        words = sentence[lead.start() :].rstrip(".!").split()[:WORDS]
        for end in range(len(words), 0, -1):
            text = " ".join(words[:end]).strip(" ,;:")
            found = read(text, now, zone, hours=hours, languages=languages)
            if isinstance(found, When):
                return found.at
    return None


def next_update(
    lines: Iterable[str], now: datetime, zone: ZoneInfo, *, hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> datetime | None:  # fmt: skip
    """When the customer hears next, as far as somebody who tells how it stands says so (UTC)."""
    told = [one for one in lines if UPDATE.search(one)]
    told += [one for line in lines for one in promises(line)]
    found = (named(one, now, zone, hours=hours, languages=languages) for one in told)
    return min((one for one in found if one), default=None)
