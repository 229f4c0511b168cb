"""What a linear head sees of a sentence: hashed words and letters, names and numbers masked.

Who is named and which number stands there are slots, not meaning: a person of the matrix reads as
one token and every number as another, so that the head learns "ask NAME" and not "ask Ben".
"""

import re
from collections.abc import Iterable

from deskless.agent.language.concepts import spoken_concepts
from deskless.agent.language.fold import fold_text
from deskless.policies.pieces import hashed_piece, word_pieces

WIDTH = 2**14
"""Buckets that features are hashed into."""

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]")
NUMBER = re.compile(r"\d+(?:[.:,h]\d+)*")
CODE = re.compile(r"\b\d{6}\b")
ORDINARY = frozenset({"dans", "anas", "mayas"})
"""Words of our languages that look like somebody's genitive."""

NAME, NUMERAL, SECRET = "nam", "num", "codex"

IDEA, PAIR = 3.0, 1.0
"""What an idea weighs beside a word, and two ideas in one sentence."""


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
    for place, weight in (*word_pieces(words, WIDTH), *ideas(words)):
        buckets[place] = buckets.get(place, 0.0) + weight
    size = sum(weight * weight for weight in buckets.values()) ** 0.5 or 1.0
    return {place: weight / size for place, weight in buckets.items()}


def ideas(words: list[str]) -> Iterable[tuple[int, float]]:
    """Bucket and signed weight of what the words are about: every idea, and every two together."""
    spoken = spoken_concepts(" ".join(words))
    for first, idea in enumerate(spoken):
        bucket, sign = hashed_piece(f"#{idea}", WIDTH)
        yield bucket, sign * IDEA
        for other in spoken[first + 1 :]:
            bucket, sign = hashed_piece(f"#{idea}+{other}", WIDTH)
            yield bucket, sign * PAIR
