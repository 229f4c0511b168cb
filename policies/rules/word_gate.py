"""The gate where there is no encoder: whether a mail's words and concepts are an open matter.

Lists know what somebody thought of; a linear head on hashed words, letters and the concepts of
`tables/` knows how everyday mail differs from a matter that has to go on. It is fitted to the same
threads as the heads on meanings (`make weights`) and speaks every language that they do. It only
ever lowers: a hit to a question, or to nothing; it never names a criterion.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import copysign, exp, log1p, sqrt
from pathlib import Path

from deskless.policies.pieces import ByteTable, word_pieces
from deskless.policies.rules.gate import MOST, OPEN, Bars, Hearing
from deskless.policies.rules.read import Reading
from deskless.policies.rules.weigh import reading_features
from deskless.policies.verdict import Type

TABLES = Path(__file__).parents[1] / "tables"
WORDS, CONCEPTS = TABLES / "gate_words.bin", TABLES / "gate_concepts.tsv"
WIDTH = 2**13  # buckets that words and letters are hashed into
TELLING = 4  # words; a shorter sentence without a concept is a greeting or a name
CONCEPT, LOUD = 0.7, 8.0  # what a concept weighs beside a word, and all words together
BARS = Bars(sure=0.50, borne=0.60, heard=0.20, looked=0.35, silent=0.60, weighed=True)
"""The lowest with which few ordinary mails are taken for a matter (`bench/verdicts.py --folds`)."""


@dataclass(frozen=True, slots=True)
class WordHeads:
    """The weights: those of words by bucket, and those of the concepts; "" is what every mail
    begins with. `columns` names what they are weights for.
    """

    columns: tuple[str, ...]
    words: ByteTable
    concepts: Mapping[str, tuple[float, ...]]

    def scores(self, words: Mapping[int, float], concepts: Iterable[str]) -> dict[str, float]:
        """What each head makes of the features of a mail."""
        totals = self.words.scores(words.items())
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
        for bucket, weight in word_pieces(plain, WIDTH):
            counts[bucket] = counts.get(bucket, 0.0) + weight
    damped = {bucket: copysign(log1p(abs(count)), count) for bucket, count in counts.items()}
    size = sqrt(sum(value * value for value in damped.values())) or 1.0
    return {bucket: LOUD * value / size for bucket, value in damped.items()}


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
    words = ByteTable(memoryview(WORDS.read_bytes()).cast("b"), scales)
    return WordHeads(columns, words, concepts)
