"""Marks of text that talks to a machine rather than to people.

A mark is evidence about the mail, never an instruction and never a verdict: it may send a doubtful
thread to a person, and it can neither start nor stop an escalation (`settle.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from deskless.policies.reading.injection_words import BLOB, WORDS

FLAGS = re.IGNORECASE | re.DOTALL
PATTERNS = (
    *((mark, re.compile("|".join(ideas), FLAGS)) for mark, ideas in WORDS.items()),
    ("a block of base64", re.compile("|".join(BLOB))),
)
HIDDEN = re.compile(r"hidden|invisible", re.IGNORECASE)
# Zero-width joiners are at home in emoji and in Indic and Arabic words, so they do not count alone.
ZERO_WIDTH = frozenset("\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\u00ad")
BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
FEW = 3  # odd characters that may slip in from a web page
MOST = 60_000  # characters; what stands behind is not judged either


def marks(text: str, flaws: Iterable[str] = ()) -> tuple[str, ...]:
    """What in a text talks to a machine, as short English words, sorted; empty for most mail.

    `flaws` are the mail reader's findings: text that its HTML hides from a person is one.
    """
    found = set(_characters(text[:MOST]))
    if any(HIDDEN.search(flaw) for flaw in flaws):
        found.add("text hidden from people")
    plain = unicodedata.normalize("NFKC", text[:MOST])
    plain = "".join(char for char in plain if char not in ZERO_WIDTH and char not in BIDI)
    found |= {name for name, pattern in PATTERNS if pattern.search(plain)}
    return tuple(sorted(found))


def _characters(text: str) -> Iterator[str]:
    if any("\U000e0000" <= char <= "\U000e007f" for char in text) and not _flags(text):
        yield "invisible tag characters"
    if sum(char in ZERO_WIDTH for char in text) > FEW:
        yield "invisible characters"
    if any(char in BIDI for char in text):
        yield "characters that turn the reading direction"


def _flags(text: str) -> bool:
    """Whether all tag characters belong to flags such as Scotland's, which are made of them."""
    rest = re.sub("\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f", "", text)
    return not any("\U000e0000" <= char <= "\U000e007f" for char in rest)
