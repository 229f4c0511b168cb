"""Sets of entry numbers as spans `(first, last)`, both included, so that millions stay small."""

from collections.abc import Iterable
from typing import Any

Span = tuple[int, int]


def spans_of(seqs: Iterable[int]) -> list[Span]:
    """Ascending numbers as spans."""
    spans: list[Span] = []
    for seq in seqs:
        add_number(spans, seq)
    return spans


def add_number(spans: list[Span], seq: int) -> None:
    """Add a number that is larger than all before it."""
    if spans and spans[-1][1] == seq - 1:
        spans[-1] = (spans[-1][0], seq)
    else:
        spans.append((seq, seq))


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, overlapping and touching ones made one."""
    made: list[Span] = []
    for low, high in sorted(spans):
        if made and low <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return made


def subtract_spans(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `spans` without `taken`."""
    left = join_spans(spans)
    for low, high in join_spans(taken):
        rest: list[Span] = []
        for first, last in left:
            if last < low or high < first:
                rest.append((first, last))
                continue
            rest += [(first, low - 1)] if first < low else []
            rest += [(high + 1, last)] if high < last else []
        left = rest
    return left


def read_spans(value: Any) -> list[Span]:
    """Spans as an entry's data holds them, `[[first, last], …]`; anything else counts for none."""
    if not isinstance(value, list):
        return []
    pairs = [pair for pair in value if isinstance(pair, list) and len(pair) == 2]
    return [(low, high) for low, high in pairs if isinstance(low, int) and isinstance(high, int)]
