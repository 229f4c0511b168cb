"""Sentences and words as the rules judge sees them: folded, counted, in one of four languages.

Folding makes `GÉNIAL`, `genial` and `génial` one word, and `können`, `koennen`, `konnen` too, so
that capitals, accents and a foreign keyboard neither raise nor lower anything.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from deskless.policies.languages import LANGUAGES
from deskless.policies.reading.language import SURE, languages
from deskless.policies.rules.small_words import BUT

Span = tuple[int, int]

_PIECE = re.compile(
    r"[^\W\d_]+(?:['’`´ʼ][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[€$£%]|[,;:()–—?!]| - |\n", re.UNICODE
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|nr|no|art|abs|str|dr|mr|mrs|ms|st|sr|sra|mme|usw|etc|vs"
    r"|e\.g|i\.e|p\.\s?ej|approx|inc|ltd|tel|inkl|max|min|núm)|(?<!\d\s)\b[^\W\d]|(?<![$€£.,:\d])\d{1,2})\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…]++[\"'”’»)]*+(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•>]|\d+[.)])\s)")
_SPLIT = ("qu", "jusqu", "lorsqu", "puisqu", "quelqu", "presqu")
_LONGEST = 60  # words: beyond that a "sentence" is a wall of text, and is cut


@dataclass(slots=True)
class FoldedSentence:
    """One sentence of one post.

    `text` is verbatim, `words` folded. `clause` and `turn` number each word's clause (any comma)
    and its side of a *but*: what follows a *but* is not undone by what stands before it.
    `spans` is filled by the lexicon: concept → places (first word, behind the last).
    """

    post: int
    text: str
    words: tuple[str, ...]
    clause: tuple[int, ...]
    turn: tuple[int, ...]
    asks: bool
    paragraph: int
    languages: tuple[str, ...]
    spans: dict[str, list[Span]] = field(default_factory=dict)


@lru_cache(maxsize=16384)
def fold_word(word: str) -> tuple[str, ...]:
    """The folded words in one written word: `can't` is one, French `l'équipe` two."""
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", word.lower())
        if not unicodedata.combining(character)
    )
    bare = bare.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae")
    bare = re.sub("['’`´ʼ]", "'", bare)
    head, mark, tail = bare.partition("'")
    if mark and tail and ((len(head) == 1 and head != "i") or head in _SPLIT):
        return (*fold_word(head), *fold_word(tail))
    bare = bare.replace("'", "")
    return (bare.replace("ae", "a").replace("oe", "o").replace("ue", "u"),)


def folded_words(text: str) -> tuple[str, ...]:
    """The folded words of a text, punctuation left out."""
    return _pieces(text)[0]


def _pieces(text: str) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    pieces: list[str] = []
    clauses: list[int] = []
    turns: list[int] = []
    clause = turn = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece[0] in ",;:()–—?! \n":
            clause += piece != "\n"
            turn += piece in ";–— - "
            continue
        for word in fold_word(piece):
            if word in BUT and pieces:
                turn += 1
                clause += 1
            pieces.append(word)
            clauses.append(clause)
            turns.append(turn)
    return tuple(pieces), tuple(clauses), tuple(turns)


def _cuts(text: str) -> list[tuple[int, int, int]]:
    """Start, end and paragraph of each sentence."""
    cuts: list[tuple[int, int, int]] = []
    start = paragraph = 0
    for match in _END.finditer(text):
        if match[0] == "." and _ABBREVIATION.search(
            text[max(start, match.end() - 12) : match.end()]
        ):
            continue
        cuts.append((start, match.end(), paragraph))
        start = match.end()
        paragraph += match[0].count("\n") > 1
    cuts.append((start, len(text), paragraph))
    return cuts


def post_sentences(text: str, post: int) -> list[FoldedSentence]:
    """The sentences of one post in order; `languages` is empty where one is too short to tell."""
    sentences = []
    for start, end, paragraph in _cuts(text):
        piece = text[start:end].strip()
        folded, clause, turn = _pieces(piece)
        own = languages(piece, SURE) if folded else ()
        for at in range(0, len(folded), _LONGEST):
            cut = slice(at, at + _LONGEST)
            asks = piece.endswith("?")
            sentences.append(
                FoldedSentence(
                    post, piece, folded[cut], clause[cut], turn[cut], asks, paragraph, own
                )
            )
    return sentences


def settle_tongues(
    sentences: list[FoldedSentence], fallback: tuple[str, ...]
) -> list[FoldedSentence]:
    """Give short sentences the language of their post; returns those that were given one."""
    given = [sentence for sentence in sentences if not sentence.languages]
    homes: dict[int, tuple[str, ...]] = {}
    for sentence in given:
        if sentence.post not in homes:
            # A sentence cut in two has its text twice.
            whole = dict.fromkeys(other.text for other in sentences if other.post == sentence.post)
            homes[sentence.post] = languages(" ".join(whole)) or fallback or LANGUAGES
        sentence.languages = homes[sentence.post]
    return given
