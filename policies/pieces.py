"""What a linear head sees of words: hashed phrases and pieces of words, and its rows of bytes.

Two heads weigh words: the gate of the rules hears whether a mail is a matter of ours, the reader of
replies what an answer asks for. Both cut a text into the same pieces and add up rows of the same
kind of table; how they damp, mask and scale is their own.
"""

from binascii import crc32
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

PHRASE = 3
"""Words of the longest phrase that is one feature."""

LETTERS = (3, 4, 5)
"""Lengths of the pieces of a word that are features."""

LETTER = 0.5
"""What a piece of a word weighs beside a phrase."""


@dataclass(frozen=True, slots=True)
class ByteTable:
    """Weights: a row of one signed byte a column for each feature, and what a byte counts in a
    column.
    """

    numbers: memoryview
    scales: tuple[float, ...]

    def scores(self, features: Iterable[tuple[int, float]]) -> list[float]:
        """The score of each column, of features given as row and value."""
        width = len(self.scales)
        totals = [0.0] * width
        for place, value in features:
            row = self.numbers[place * width : (place + 1) * width]
            totals = [total + value * weight for total, weight in zip(totals, row, strict=True)]
        return [total * scale for total, scale in zip(totals, self.scales, strict=True)]


def word_pieces(words: Sequence[str], width: int) -> Iterator[tuple[int, float]]:
    """Bucket (of `width`) and signed weight of every phrase up to three words, then of the letters
    of every word.
    """
    framed = ["^", *words, "$"]
    for length in range(1, PHRASE + 1):
        for start in range(len(framed) - length + 1):
            bucket, sign = hashed_piece(" ".join(framed[start : start + length]), width)
            yield bucket, sign
    for word in words:
        yield from letter_pieces(word, width)


def hashed_piece(piece: str, width: int) -> tuple[int, int]:
    """The bucket of a feature, of `width`, and its sign there."""
    digest = crc32(piece.encode())
    return digest % width, 1 if digest >> 31 else -1


@lru_cache(maxsize=8192)
def letter_pieces(word: str, width: int) -> tuple[tuple[int, float], ...]:
    """Bucket and signed weight of the pieces of a word, three to five letters each."""
    edged = f"_{word}_"
    pieces = [
        hashed_piece("~" + edged[start : start + length], width)
        for length in LETTERS
        for start in range(len(edged) - length + 1)
    ]
    return tuple((bucket, LETTER * sign) for bucket, sign in pieces)
