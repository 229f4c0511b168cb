"""The gate where there is no encoder: whether a mail's words and concepts are an open matter.

Lists know what somebody thought of; a linear head on hashed words, letters and the concepts of
`tables/` knows how everyday mail differs from a matter that has to go on. It is fitted to the same
threads as the heads on meanings (`make weights`) and speaks every language that they do. It only
ever lowers: a hit to a question, or to nothing; it never names a criterion.
"""

from binascii import crc32
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import copysign, exp, log1p, sqrt
from pathlib import Path

from deskless.policies.rules.gate import MOST, OPEN, Bars, Hearing
from deskless.policies.rules.read import Reading
from deskless.policies.rules.weigh import reading_features
from deskless.policies.verdict import Type

TABLES = Path(__file__).parents[1] / "tables"
WORDS, CONCEPTS = TABLES / "gate_words.bin", TABLES / "gate_concepts.tsv"
WIDTH = 2**13  # buckets that words and letters are hashed into
PHRASE = 3  # words of the longest phrase that is one feature
TELLING = 4  # words; a shorter sentence without a concept is a greeting or a name
LETTERS = (3, 4, 5)  # lengths of the pieces of a word that are features
LETTER, CONCEPT, LOUD = 0.5, 0.7, 8.0  # what they weigh beside a word, and all words together
BARS = Bars(sure=0.50, borne=0.60, heard=0.20, looked=0.35, silent=0.60, weighed=True)
"""The lowest with which few ordinary mails are taken for a matter (`bench/verdicts.py --folds`)."""


@dataclass(frozen=True, slots=True)
class WordHeads:
    """The weights: a row of one byte a column for each bucket, what a byte counts in a column, and
    the weights of the concepts; "" is what every mail begins with.
    """

    columns: tuple[str, ...]
    scales: tuple[float, ...]
    words: bytes
    concepts: Mapping[str, tuple[float, ...]]

    def scores(self, words: Mapping[int, float], concepts: Iterable[str]) -> dict[str, float]:
        """What each head makes of the features of a mail."""
        width = len(self.columns)
        totals = [0.0] * width
        for bucket, value in words.items():
            for column in range(width):
                byte = self.words[bucket * width + column]
                totals[column] += value * (byte - 256 if byte > 127 else byte)
        totals = [total * scale for total, scale in zip(totals, self.scales, strict=True)]
        for name in ("", *concepts):
            share = self.concepts.get(name)
            if share:
                part = CONCEPT if name else 1.0
                totals = [total + part * own for total, own in zip(totals, share, strict=True)]
        return dict(zip(self.columns, totals, strict=True))


class WordGate:
    """Hears what counts of a mail by its words."""

    def __init__(self, heads: WordHeads | None = None) -> None:
        self._heads = heads or word_heads()

    def hear(self, reading: Reading) -> Hearing:
        """What the customer's sentences come to together."""
        words, concepts = gate_features(reading)
        scores = self._heads.scores(words, concepts)
        types = {type_: scores[type_.value] for type_ in Type if type_.value in scores}
        return Hearing(1 / (1 + exp(-scores[OPEN])), types, BARS)


def gate_features(reading: Reading) -> tuple[dict[int, float], Collection[str]]:
    """The words of the newest sentences, by bucket, of length `LOUD` together; and the concepts."""
    spoken = [sentence for sentence, _ in reading.spoken]
    telling = [each.words for each in spoken if each.spans or len(each.words) >= TELLING]
    chosen = (telling or [sentence.words for sentence in spoken])[-MOST:]
    return word_features(chosen), sorted(reading_features(reading))


def word_features(sentences: Sequence[tuple[str, ...]]) -> dict[int, float]:
    """Bucket → weight: a word said often counts little more than one said twice."""
    counts: dict[int, float] = {}
    for words in sentences:
        plain = ["num" if word[0].isdigit() else word for word in words]
        framed = ["^", *plain, "$"]
        for length in range(1, PHRASE + 1):
            for start in range(len(framed) - length + 1):
                bucket, sign = hashed_piece(" ".join(framed[start : start + length]))
                counts[bucket] = counts.get(bucket, 0.0) + sign
        for word in plain:
            for bucket, sign in letter_pieces(word):
                counts[bucket] = counts.get(bucket, 0.0) + LETTER * sign
    damped = {bucket: copysign(log1p(abs(count)), count) for bucket, count in counts.items()}
    size = sqrt(sum(value * value for value in damped.values())) or 1.0
    return {bucket: LOUD * value / size for bucket, value in damped.items()}


def hashed_piece(piece: str) -> tuple[int, int]:
    """The bucket of a feature, and its sign there."""
    digest = crc32(piece.encode())
    return digest % WIDTH, 1 if digest >> 31 else -1


@lru_cache(maxsize=8192)
def letter_pieces(word: str) -> tuple[tuple[int, int], ...]:
    """The pieces of a word, three to five letters each."""
    edged = f"_{word}_"
    return tuple(
        hashed_piece("~" + edged[start : start + length])
        for length in LETTERS
        for start in range(len(edged) - length + 1)
    )


@lru_cache(maxsize=1)
def word_heads() -> WordHeads:
    """The weights as they were fitted."""
    rows = [
        line.split("\t")
        for line in CONCEPTS.read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    columns, scales = tuple(rows[0][1:]), tuple(map(float, rows[1][1:]))
    concepts = {name: tuple(map(float, weights)) for name, *weights in rows[2:]}
    return WordHeads(columns, scales, WORDS.read_bytes(), concepts)
