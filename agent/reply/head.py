"""The linear heads: how likely each act and each mode is, from words and from meaning.

Two heads are fitted to the same utterances (`make talk`): one to hashed words, letters and ideas,
which runs everywhere; one to the vector of a sentence encoder, where there is one. Their chances
are multiplied. Weights are whole bytes with a scale for each class; beside them stands the digest
of what they were fitted to.
"""

import json
import math
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deskless.agent.reply.features import WIDTH, lexical_features

TABLES = Path(__file__).parent / "tables"
WEIGHTS, HEADER = TABLES / "talk.bin", TABLES / "talk.json"

MODES = ("plain", "negated", "conditional", "asking", "other")
WORDS_SHARE, MEANING_SHARE = 0.55, 0.45
"""How much each head counts where both speak; fitted on the development table."""

LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each act and each mode of a text is, each adding up to 1."""

    acts: Mapping[str, float]
    modes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Head:
    """Both heads: `acts` and the modes are the classes, in the order of the weights' columns.

    `words` has a row of one byte a class for each bucket, `meaning` one for each number of a
    sentence vector, of which `centre` is taken away first; scales turn bytes into weights.
    `encoder` says which encoder's vectors are meant.
    """

    acts: tuple[str, ...]
    words: memoryview
    word_scales: tuple[float, ...]
    meaning: memoryview
    meaning_scales: tuple[float, ...]
    centre: tuple[float, ...]
    encoder: str

    def by_words(self, words: list[str]) -> Chances:
        """What the words alone say."""
        totals = [0.0] * len(self.word_scales)
        width = len(totals)
        for bucket, value in lexical_features(words).items():
            row = self.words[bucket * width : (bucket + 1) * width]
            totals = [total + value * weight for total, weight in zip(totals, row, strict=True)]
        return self._chances(totals, self.word_scales)

    def by_meaning(self, vector: Sequence[float]) -> Chances:
        """What the vector of a sentence says."""
        moved = [value - mean for value, mean in zip(vector, self.centre, strict=True)]
        size = math.sqrt(sum(value * value for value in moved)) or 1.0
        totals = [0.0] * len(self.meaning_scales)
        width = len(totals)
        for place, value in enumerate(moved):
            row = self.meaning[place * width : (place + 1) * width]
            totals = [
                total + value / size * weight for total, weight in zip(totals, row, strict=True)
            ]
        return self._chances(totals, self.meaning_scales)

    def _chances(self, totals: list[float], scales: tuple[float, ...]) -> Chances:
        scores = [total * scale for total, scale in zip(totals, scales, strict=True)]
        split = len(self.acts)
        return Chances(
            dict(zip(self.acts, softmax(scores[:split]), strict=True)),
            dict(zip(MODES, softmax(scores[split:]), strict=True)),
        )


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as chances that add up to 1."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def agreed(first: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """The chances of both heads together: what one of them thinks unlikely, is."""
    together = {
        name: max(first[name], LEAST) ** WORDS_SHARE
        * max(other.get(name, 0.0), LEAST) ** MEANING_SHARE
        for name in first
    }
    total = sum(together.values())
    return {name: chance / total for name, chance in together.items()}


@cache
def read_head() -> Head:
    """The heads as they were fitted."""
    known: dict[str, Any] = json.loads(HEADER.read_text("utf-8"))
    plain = zlib.decompress(WEIGHTS.read_bytes())
    classes = len(known["acts"]) + len(MODES)
    centre = array("f")
    split = WIDTH * classes
    meaning = split + known["vector"] * classes
    centre.frombytes(plain[meaning:])
    numbers = memoryview(plain).cast("b")
    return Head(
        acts=tuple(known["acts"]),
        words=numbers[:split],
        word_scales=tuple(known["word_scales"]),
        meaning=numbers[split:meaning],
        meaning_scales=tuple(known["meaning_scales"]),
        centre=tuple(centre),
        encoder=known["encoder"],
    )
