"""The linear heads: how likely each act and each mode is, from words and from meaning.

Two heads are fitted to the same utterances (`make talk`): one to hashed words, letters and ideas,
which runs everywhere; one to those and the vector of a sentence encoder, where there is one.
Weights are whole bytes with a scale for each class; beside them stands the digest of what they were
fitted to.
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
from deskless.policies.pieces import ByteTable

TABLES = Path(__file__).parent / "tables"
WEIGHTS, HEADER = TABLES / "talk.bin", TABLES / "talk.json"

MODES = ("plain", "negated", "conditional", "asking", "other")


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each act and each mode of a text is, each adding up to 1."""

    acts: Mapping[str, float]
    modes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Head:
    """Both heads: `acts` and the modes are the classes, in the order of the weights' columns.

    `alone` weighs words where nothing else is known; `words` and `meaning` weigh words and the
    numbers of a sentence vector together, of which `centre` is taken away first. `encoder` says
    which encoder's vectors are meant.
    """

    acts: tuple[str, ...]
    alone: ByteTable
    words: ByteTable
    meaning: ByteTable
    centre: tuple[float, ...]
    encoder: str

    def chances(self, words: list[str], vector: Sequence[float] | None = None) -> Chances:
        """What masked words say, with the vector of their sentence where there is one."""
        seen = lexical_features(words)
        if vector is None:
            return self._chances(self.alone.scores(seen.items()))
        moved = [value - mean for value, mean in zip(vector, self.centre, strict=True)]
        size = math.sqrt(sum(value * value for value in moved)) or 1.0
        by_meaning = self.meaning.scores((place, value / size) for place, value in enumerate(moved))
        by_words = self.words.scores(seen.items())
        return self._chances(
            [first + other for first, other in zip(by_words, by_meaning, strict=True)]
        )

    def _chances(self, scores: Sequence[float]) -> Chances:
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


@cache
def read_head() -> Head:
    """The heads as they were fitted."""
    known: dict[str, Any] = json.loads(HEADER.read_text("utf-8"))
    plain = zlib.decompress(WEIGHTS.read_bytes())
    numbers = memoryview(plain).cast("b")
    classes = len(known["acts"]) + len(MODES)
    start, tables = 0, []
    for rows, scales in zip((WIDTH, WIDTH, known["vector"]), known["scales"], strict=True):
        tables.append(ByteTable(numbers[start : start + rows * classes], tuple(scales)))
        start += rows * classes
    centre = array("f")
    centre.frombytes(plain[start:])
    alone, words, meaning = tables
    return Head(tuple(known["acts"]), alone, words, meaning, tuple(centre), known["encoder"])
