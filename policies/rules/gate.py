"""The gate: whether a mail reads like an open matter of ours, and of which type, by its meaning.

Rules know words; they do not know that a wedding cake was *killed* in praise. A plain linear head
on the mean of the sentences' meanings does (`tables/heads.tsv`, fitted by `make weights`). It is
asked only where the rules hit or doubt, keeps what it knew of a sentence, and never names a
criterion: it may lower a hit to a question or to nothing, and raise silence to a question.

Without the encoder `word_gate` hears the words alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deskless.policies.rules.embeddings import Ear
from deskless.policies.rules.read import Reading
from deskless.policies.verdict import Type

if TYPE_CHECKING:
    from deskless.policies.rules.embeddings import Meaning

FILE = Path(__file__).parents[1] / "tables" / "heads.tsv"
OPEN = "open"
MOST = 12  # sentences of a thread that are heard, the newest
SHORT = 8  # letters: a shorter sentence says nothing


@dataclass(frozen=True, slots=True)
class Bars:
    """From how likely an open matter on (0 to 1) something follows: a criterion's sure words open a
    case (`sure`), and so do words to look at where another quoted sign bears them out (`borne`);
    sure words ask a person (`heard`; below they are everyday talk), and so do words to look at
    (`looked`) and a mail that meets nothing (`silent`). `weighed`: whether the weight of the signs
    has to bear it out as well.
    """

    sure: float
    borne: float
    heard: float
    looked: float
    silent: float
    weighed: bool = False


BARS = Bars(sure=0.45, borne=0.75, heard=0.20, looked=0.50, silent=0.85)
"""From what heads say of threads they were not fitted to (`bench/heads.py --folds`): the lowest
with which of the ordinary mails 1 in 200 opens a case and 1 in 50 asks a person."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How likely a mail is an open matter of ours (0 to 1), how well each type fits it, and the
    bars of who heard it.
    """

    open: float
    types: dict[Type, float]
    bars: Bars


class SentenceGate:
    """Hears what counts of a mail."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def hear(self, reading: Reading) -> Hearing:
        """What the customer's sentences come to together."""
        texts = [sentence.text for sentence, _ in reading.spoken]
        chosen = [text for text in texts if len(text) > SHORT][-MOST:]
        if not chosen:
            return Hearing(0.0, {}, BARS)
        mean = mean_meaning(self._ear, chosen)
        columns = heads()
        scores = {name: _score(mean, weights) for name, weights in columns.items()}
        types = {type_: scores[type_.value] for type_ in Type if type_.value in scores}
        return Hearing(1 / (1 + math.exp(-scores[OPEN])), types, BARS)


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
