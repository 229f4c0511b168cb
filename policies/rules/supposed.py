"""Which words of a sentence are only supposed: *if nobody can log in, see page 12*.

A fault behind an *if* has not happened, where the sentence begins with the *if* or asks something.
It has where the *if* presses (*if this is not mended today, …*): what goes on, what is near the
writer and denied, or a step that is announced. A table of words cannot tell these apart, the
clause can. What stands in the main clause counts as ever: *whenever* tells of what happens.
"""

from deskless.policies.rules.small_words import CONCEDE, DEFER, IF, NEAR, NEGATORS, SUSTAIN
from deskless.policies.rules.words import FoldedSentence, Span

ANNOUNCES = frozenset(
    ("leaving", "legal-strong", "counsel", "regulator", "publish", "bank-dispute", "ultimatum")
)
"""What a writer means to do to us: beside it an *if* is a condition, not a supposition."""
PRESSES = ANNOUNCES | {"deadline"}


def supposed_spans(sentence: FoldedSentence) -> list[Span]:
    """The clauses of the sentence that only suppose (first word, behind the last)."""
    words = sentence.words
    if IF.isdisjoint(words) and not (words and words[0] in DEFER):
        return []
    if PRESSES & sentence.spans.keys():
        return []
    spans = []
    for start, word in enumerate(words):
        if word in IF or (word in DEFER and start == 0 and sentence.clause[-1]):
            end = _clause_end(sentence, start)
            if _supposes(sentence, start, end):
                spans.append((start, end))
    return spans


def is_supposed(sentence: FoldedSentence, span: Span) -> bool:
    """Whether a place stands within a clause that only supposes, behind its *if*."""
    return any(start < span[0] and span[1] <= end for start, end in supposed_spans(sentence))


def _clause_end(sentence: FoldedSentence, start: int) -> int:
    clause = sentence.clause
    return next(
        (at for at in range(start, len(clause)) if clause[at] != clause[start]), len(clause)
    )


def _supposes(sentence: FoldedSentence, start: int, end: int) -> bool:
    words = sentence.words
    if start and (words[start - 1] in CONCEDE or (not sentence.asks and not _leads(words, start))):
        return False
    behind = frozenset(words[start + 1 : end])
    if SUSTAIN & behind or (words[start] == "si" and "sí" in sentence.text.casefold()):
        return False
    return not (NEAR & behind and NEGATORS & behind)


def _leads(words: tuple[str, ...], start: int) -> bool:
    """Whether only a word that joins stands before it: *and if …*."""
    return start == 1 and len(words[0]) <= _JOINS


_JOINS = 4  # letters of *and*, *also*, *oder*, *pero*
