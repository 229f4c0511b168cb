"""A text in sentences that remember where they stand, so that evidence can be cited verbatim."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# A full stop behind these ends no sentence. Lower case; compared without the stop.
ABBREVIATIONS = """
mr mrs ms dr prof st vs etc approx bzw usw ggf inkl zzgl evtl str tel sr sra srta ud uds mme mlle
env av jan feb apr jun jul aug sept oct nov dec okt dez e.g i.e z.b d.h u.a p.ej m.a.w inc ltd gmbh
"""
SHORT = frozenset(ABBREVIATIONS.split())
NUMBERED = frozenset(
    ("no", "nr", "nos", "art", "fr", "eur", "chf", "usd", "abs", "ca", "min", "max")
)
END = re.compile(
    r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s|$)|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•–]|\d+[.)])[ \t])"
)
LONGEST = 600  # characters
GREETING = re.compile(
    r"\s*(?:hi|hello|dear|hey|good \w+|hallo|guten|liebe[rs]?|sehr geehrte\w*|moin|servus|bonjour"
    r"|ch[eè]re?s?|madame|monsieur|salut|hola|buen[oa]s|estimad[oa]s?)"
    r"\b[^\n.!?]{0,60},[ \t]*(?=\n)",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\s{0,3}\d")
LETTER = re.compile(r"\s{1,3}[^\W\d_]")
WORD = re.compile(r"[\w.]+$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its words as they stand, and where they begin and end in the text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=64)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, without the white space around them.

    Blank lines, list marks and the line of a greeting end a sentence too; a single line break does
    not, since mail is wrapped at any word. A wall of text is cut between words, at 600 characters
    or before. `text[one.start:one.end] == one.text`.
    """
    return tuple(short for sentence in _whole(text) for short in _short(sentence))


def _whole(text: str) -> Iterator[Sentence]:
    begin = 0
    if greeting := GREETING.match(text):
        yield from _trimmed(text, 0, greeting.end())
        begin = greeting.end()
    for stop in END.finditer(text, begin):
        if stop[0] == "." and _abbreviated(text, stop.start()):
            continue
        yield from _trimmed(text, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(text, begin, len(text))


def _short(sentence: Sentence) -> Iterator[Sentence]:
    at = 0
    while len(sentence.text) - at > LONGEST:
        cut = sentence.text.rfind(" ", at + 1, at + LONGEST)
        cut = cut if cut > 0 else at + LONGEST
        yield from _trimmed(sentence.text, at, cut, sentence.start)
        at = cut
    yield from _trimmed(sentence.text, at, len(sentence.text), sentence.start)


def sentence_around(text: str, start: int, end: int) -> Sentence:
    """The sentence (or run of sentences) in which a span stands."""
    inside = [
        sentence
        for sentence in split_sentences(text)
        if sentence.end > start and sentence.start < end
    ]
    if not inside:
        return Sentence(text[start:end], start, end)
    first, last = inside[0].start, inside[-1].end
    return Sentence(text[first:last], first, last)


def _trimmed(text: str, begin: int, end: int, offset: int = 0) -> Iterator[Sentence]:
    piece = text[begin:end]
    bare = piece.strip()
    if bare:
        start = offset + begin + len(piece) - len(piece.lstrip())
        yield Sentence(bare, start, start + len(bare))


def _abbreviated(text: str, at: int) -> bool:
    """Whether the full stop at `at` belongs to an abbreviation, an initial or an ordinal."""
    word = WORD.search(text, max(at - 12, 0), at)
    if not word:
        return False
    bare = word[0].casefold()
    if bare in SHORT or (len(bare) == 1 and bare.isalpha() and bare not in {"i", "y", "a"}):
        return True
    if bare in NUMBERED:
        return bool(DIGIT.match(text, at + 1))
    # `am 3. März`, `the 1. floor`: an ordinal, when a word goes on behind it
    return len(bare) <= 2 and bare.isdigit() and bool(LETTER.match(text, at + 1))
