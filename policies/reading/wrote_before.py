"""What customers say about how often they have written before: their sentence, and their count.

Nothing is counted that they did not say: the dates that they name for it, or the number (`this is
the third time that I write`). English, German, French and Spanish.
"""

import re
from dataclasses import dataclass
from functools import cache

from deskless.mailbox import calendar_names
from deskless.mailbox.thread import Thread
from deskless.policies.evidence import verify_quote
from deskless.policies.languages import LANGUAGES
from deskless.policies.sentences import split_sentences
from deskless.policies.verdict import Quote

WROTE = re.compile(
    r"(?i)\b(?:(?:i|we)(?:['’]ve| have| had)? (?:already |also |now )?(?:wrote|written|e-?mailed"
    r"|contacted|called|asked|reported|reminded)"
    r"|(?:habe|haben|hatten?) [^!?]{0,80}(?:geschrieben|angerufen|gemeldet|gefragt|erinnert)"
    r"|schrieb(?:en)? (?:ich|wir)|(?:vous|leur) (?:ai|avons) (?:déjà )?(?:écrit|appelé"
    r"|contacté|signalé)"
    r"|(?:j['’]ai|nous avons) (?:déjà )?(?:écrit|appelé|contacté|signalé)"
    r"|(?:les?|os)? ?(?:he|hemos) (?:ya )?(?:escrito|llamado|contactado|avisado)|(?:les?"
    r"|os) escrib(?:í|imos))\b"
)
ORDINALS = {
    2: "second|zweite[ns]?|deuxième|seconde|segunda",
    3: "third|dritte[ns]?|troisième|tercera",
    4: "fourth|vierte[ns]?|quatrième|cuarta",
    5: "fifth|fünfte[ns]?|cinquième|quinta",
}
TIME = r"(?: (?:time|mail|e-?mail|message|mal|fois|vez|nachricht))"
PAST = (
    r"\b(?:already|before|twice|several times|again and again|bereits|schon|mehrfach|mehrmals"
    r"|zweimal|déjà|plusieurs fois|deux fois|ya|varias veces|dos veces)\b"
)
DAY = r"\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:am|vom|le|du|el|on the|on) \d{1,2}\.?(?![\d:])"


@dataclass(frozen=True, slots=True)
class WroteBefore:
    """The sentence in which they say it, and how often before by it; None: they gave no number."""

    quote: Quote
    times: int | None


def wrote_before(thread: Thread) -> WroteBefore | None:
    """The first such sentence of the customer; None where they say nothing of the kind."""
    for post in thread.from_customer():
        for sentence in split_sentences(post.text[:40_000]):
            times = _ordinal(sentence.text)
            if times is None and not WROTE.search(sentence.text):
                continue
            dates = len(_days().findall(sentence.text))
            if times is None and not dates and not re.search(PAST, sentence.text, re.IGNORECASE):
                continue
            quote = verify_quote(Quote(post.key, sentence.text), (post,))
            if quote:
                return WroteBefore(quote, times or dates or None)
    return None


def _ordinal(text: str) -> int | None:
    """`the third time` is twice before."""
    for number, words in ORDINALS.items():
        if re.search(rf"(?i)\b(?:{words}){TIME}\b", text):
            return number - 1
    return None


@cache
def _days() -> re.Pattern[str]:
    months = "|".join(sorted(calendar_names.months(LANGUAGES), key=len, reverse=True))
    return re.compile(rf"(?i){DAY}|\b\d{{1,2}}\.? (?:de )?(?:{months})\b")
