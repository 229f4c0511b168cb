"""The time by which a sentence promises something: `we will call you by Friday 15:00`."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskless.agent.language.time import When, read_time
from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours
from deskless.policies.reading.promises import promise_sentences

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
SAYS_WHEN = re.compile(
    r"(?:(?:and|und|et|y|the|das|le|la|el|your|next|n[äa]chstes|prochaine?|pr[óo]xim[ao])\s+)*"
    r"(?:updates?|rückmeldung|mise à jour|nouvelles|actualizaci[oó]n|noticias)"
    r"(?:\s+(?:due|(?:to\s+)?(?:them|the customer|customer|you)|an kunden))?\s*[:=]?\s*(?=\S)",
    re.IGNORECASE,
)
"""How a sentence begins that only says when the next update comes."""
SOME_DAY = datetime(2000, 1, 3, tzinfo=UTC)
"""Against which words are read where it counts only whether they are a time."""
WORDS = 6
"""Words that a time may have."""


def named_time(
    sentence: str, now: datetime, zone: ZoneInfo, *, hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> datetime | None:  # fmt: skip
    """The first time (UTC) that a sentence names behind a word like *by*; None: it names none."""
    for lead in LEAD.finditer(sentence):
        words = sentence[lead.start() :].rstrip(".!").split()[:WORDS]
        for end in range(len(words), 0, -1):
            text = " ".join(words[:end]).strip(" ,;:")
            moment = read_time(text, now, zone, hours=hours, languages=languages)
            if isinstance(moment, When):
                return moment.at
    return None


def only_says_when(sentence: str) -> bool:
    """Whether a sentence names the time of the next update and nothing else."""
    begins = SAYS_WHEN.match(sentence.strip())
    if begins is None:
        return False
    when = sentence.strip()[begins.end() :].rstrip(" .!")
    bare = LEAD.sub("", when, count=1).strip() if LEAD.match(when) else when
    zone = ZoneInfo("UTC")
    return any(isinstance(read_time(text, SOME_DAY, zone), When) for text in (when, bare) if text)


def named_next_update(
    lines: Iterable[str], now: datetime, zone: ZoneInfo, *, hours: Hours | None = None,
    languages: tuple[str, ...] = LANGUAGES,
) -> datetime | None:  # fmt: skip
    """When the customer hears next, as far as somebody who tells how it stands says so (UTC)."""
    told = [line for line in lines if UPDATE.search(line)]
    told += [promise for line in lines for promise in promise_sentences(line)]
    instants = (
        named_time(sentence, now, zone, hours=hours, languages=languages) for sentence in told
    )
    return min((instant for instant in instants if instant), default=None)
