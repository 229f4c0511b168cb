"""The gate: whether a mail reads like an open matter of ours, and of which type, by its meaning.

Rules know words; they do not know that a wedding cake was *killed* in praise. A plain linear head
on the mean of the sentences' meanings does (`tables/heads.tsv`, fitted by `make weights`). It is
asked only where the rules hit or doubt, keeps what it knew of a sentence, and never names a
criterion: it may lower a hit to a question or to nothing, and raise silence to a question.

Without the encoder there is no gate, and the rules stand alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deskless.policies.rules.embeddings import Ear
from deskless.policies.verdict import Type

if TYPE_CHECKING:
    from deskless.policies.rules.embeddings import Meaning

FILE = Path(__file__).parents[1] / "tables" / "heads.tsv"
OPEN = "open"
MOST = 12  # sentences of a thread that are heard, the newest
SHORT = 8  # letters: a shorter sentence says nothing
# Bars, from what heads say of threads they were not fitted to (`bench/heads.py --folds`): the
# lowest with which of the ordinary mails 1 in 200 opens a case and 1 in 50 asks a person.
SURE = 0.45  # a criterion's sure words open a case from here on,
BORNE = 0.75  # words to look at do where another quoted sign bears them out,
HEARD = 0.20  # sure words ask a person from here on; below it they are everyday talk,
LOOKED = 0.50  # and so do words to look at;
SILENT = 0.85  # a mail that meets nothing asks a person from here on


@dataclass(frozen=True, slots=True)
class Hearing:
    """How likely a mail is an open matter of ours (0 to 1), and how well each type fits it."""

    open: float
    types: dict[Type, float]


class SentenceGate:
    """Hears what counts of a mail."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def hear(self, sentences: Sequence[str]) -> Hearing:
        """What some sentences come to together."""
        chosen = [text for text in sentences if len(text) > SHORT][-MOST:]
        if not chosen:
            return Hearing(0.0, {})
        mean = mean_meaning(self._ear, chosen)
        columns = heads()
        scores = {name: _score(mean, weights) for name, weights in columns.items()}
        types = {type_: scores[type_.value] for type_ in Type if type_.value in scores}
        return Hearing(1 / (1 + math.exp(-scores[OPEN])), types)


def mean_meaning(ear: Ear, sentences: Sequence[str]) -> "Meaning":
    """The mean of the sentences' meanings."""
    total = ear.meaning(sentences[0]).copy()
    for text in sentences[1:]:
        total += ear.meaning(text)
    total /= len(sentences)
    return total


def _score(mean: "Meaning", weights: "Sequence[float]") -> float:
    import numpy

    return float(weights[0] + mean.astype(float) @ numpy.asarray(weights[1:]))


@lru_cache(maxsize=1)
def heads() -> dict[str, tuple[float, ...]]:
    """The weights of each head: the start, then one for each of the 384 numbers."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = lines[0].split()
    rows = [[float(cell) for cell in line.split()] for line in lines[1:]]
    return {name: tuple(row[column] for row in rows) for column, name in enumerate(names)}
