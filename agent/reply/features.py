"""What a linear head sees of a sentence: hashed words and letters, names and numbers masked.

Who is named and which number stands there are slots, not meaning: a person of the matrix reads as
one token and every number as another, so that the head learns "ask NAME" and not "ask Ben".
"""

import re
from binascii import crc32
from collections.abc import Iterable
from functools import cache

from deskless.agent.language.concepts import spoken_concepts
from deskless.agent.language.fold import fold_text

WIDTH = 2**14
"""Buckets that features are hashed into."""

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]")
NUMBER = re.compile(r"\d+(?:[.:,h]\d+)*")
CODE = re.compile(r"\b\d{6}\b")
ORDINARY = frozenset({"dans", "anas", "mayas"})
"""Words of our languages that look like somebody's genitive."""

NAME, NUMERAL, SECRET = "nam", "num", "codex"

WORDS = 3
"""Words of the longest phrase that is one feature."""

IDEA, PAIR = 3.0, 1.0
"""What an idea weighs beside a word, and two ideas in one sentence."""

LETTERS = (3, 4, 5)
"""Lengths of the pieces of a word that are features."""


def masked_words(text: str, names: frozenset[str]) -> list[str]:
    """The folded words of a text, with people's names (folded, in any inflection) and numbers
    as tokens.
    """
    folded = NUMBER.sub(NUMERAL, CODE.sub(SECRET, fold_text(text)))
    return [NAME if is_name(word, names) else word for word in WORD.findall(folded)]


def is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a folded word is somebody's name, also with the s or 's of a genitive."""
    return word in names or (
        word not in ORDINARY and word.removesuffix("s").removesuffix("'") in names
    )


def lexical_features(words: list[str]) -> dict[int, float]:
    """Bucket → weight of the phrases and word pieces of masked words; of length 1 together."""
    buckets: dict[int, float] = {}
    for piece, weight in pieces(words):
        place, sign = hashed(piece)
        buckets[place] = buckets.get(place, 0.0) + sign * weight
    size = sum(weight * weight for weight in buckets.values()) ** 0.5 or 1.0
    return {place: weight / size for place, weight in buckets.items()}


@cache
def hashed(piece: str) -> tuple[int, int]:
    """The bucket of a feature, and its sign there."""
    digest = crc32(piece.encode())
    return digest % WIDTH, 1 if digest >> 31 else -1


def pieces(words: list[str]) -> Iterable[tuple[str, float]]:
    """Every phrase up to three words, and the letters of every word."""
    framed = ["^", *words, "$"]
    for length in range(1, WORDS + 1):
        for place in range(len(framed) - length + 1):
            yield " ".join(framed[place : place + length]), 1.0
    for word in words:
        edged = f"_{word}_"
        for length in LETTERS:
            for place in range(len(edged) - length + 1):
                yield "~" + edged[place : place + length], 0.5
    ideas = spoken_concepts(" ".join(words))
    for place, idea in enumerate(ideas):
        yield f"#{idea}", IDEA
        for other in ideas[place + 1 :]:
            yield f"#{idea}+{other}", PAIR
