"""Sets of entry numbers as spans `(first, last)`, both included, so that millions stay small."""

from collections.abc import Iterable
from typing import Any

Span = tuple[int, int]


def of(seqs: Iterable[int]) -> list[Span]:
    """Ascending numbers as spans."""
    found: list[Span] = []
    for seq in seqs:
        add(found, seq)
    return found


def add(found: list[Span], seq: int) -> None:
    """Add a number that is larger than all before it."""
    if found and found[-1][1] == seq - 1:
        found[-1] = (found[-1][0], seq)
    else:
        found.append((seq, seq))


def joined(found: Iterable[Span]) -> list[Span]:
    """Spans in order, overlapping and touching ones made one."""
    made: list[Span] = []
    for low, high in sorted(found):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return made


def minus(found: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `found` without `taken`."""
    left = joined(found)
    for low, high in joined(taken):
        rest: list[Span] = []
        for first, last in left:
            if last < low or high < first:
                rest.append((first, last))
                continue
            rest += [(first, low - 1)] if first < low else []
            rest += [(high + 1, last)] if high < last else []
        left = rest
    return left


def read(value: Any) -> list[Span]:
    """Spans as an entry's data holds them, `[[first, last], …]`; anything else counts for none."""
    if not isinstance(value, list):
        return []
    pairs = [pair for pair in value if isinstance(pair, list) and len(pair) == 2]
    return [(low, high) for low, high in pairs if isinstance(low, int) and isinstance(high, int)]
