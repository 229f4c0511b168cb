"""Quotes: a quote counts only if it stands in the customer's own words.

What a judge returns is compared after normalisation (compatibility forms, quote marks, dashes,
white space, soft hyphens, line wrapping) and given back exactly as the customer wrote it. A quote
that a mail will show carries no link, no markup and no control character; where the customer's
sentence has one, the longest stretch without is shown.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deskless.mailbox.thread import END, Post
from deskless.policies.sentences import split_sentences
from deskless.policies.verdict import Quote

LEAST = 12  # characters: shorter fragments stand in any mail and prove nothing
MOST = 280
LONGEST = 4_000  # characters of one quote that are looked at; what follows would be cut anyway
DEEPEST = 60_000  # characters of one post that are searched, the last ones among them
SAME = {
    **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
# Whatever a mail program might make clickable or render, and what nobody can see.
UNFIT = re.compile(
    r"""
    [a-z][a-z0-9+.-]{1,20}:/{1,3}\S* | \b(?:https?|ftp|file|mailto|tel|javascript|data|cid):\S*
    | \bwww\.\S* | \S{1,80}@\S+
    | \b(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b(?:[/:?]\S*)? | (?:\d{1,3}\.){3}\d{1,3}\S*
    | <[^<>]{0,200}> | [<>\[\]|`\\@] | \*\*|__|~~
    | (?:^|(?<=\n))[ \t]*(?:\#{1,6}|-{3,}|={3,}|\*{3,})
    | [\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff]
    | [\U000e0080-\U000e0fff\U000f0000-\U0010ffff]
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Nobody sees these, so a quote without them reads the same: they are left out.
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in normal form, and for each of its characters where it came from."""

    text: str
    places: tuple[int, ...]


@lru_cache(maxsize=32)
def normal_form(text: str) -> Normal:
    """Normal form for comparing: lower case, one kind of quote, dash and space, nothing unseen."""
    out: list[str] = []
    places: list[int] = []
    for place, char in _compared(text):
        for character in SAME.get(char) or unicodedata.normalize("NFKC", char):
            if unicodedata.category(character) in {"Cf", "Cc", "Mn"} and not character.isspace():
                continue
            character = SAME.get(character, character)
            character = " " if character.isspace() else character.casefold()
            if character == " " and (not out or out[-1] == " "):
                continue
            out += character
            places += [place] * len(character)
    # A flowed or hand-wrapped line may break inside `foo-\nbar`; the space stays, and so it must
    # in the quote, which the judge saw as the same text.
    return Normal("".join(out), tuple(places))


def _compared(text: str) -> Iterator[tuple[int, str]]:
    """The characters that are searched, by place: all, or the beginning and the end of a dump."""
    yield from enumerate(text[: DEEPEST if len(text) <= DEEPEST else DEEPEST - END])
    if len(text) > DEEPEST:
        yield from ((place, text[place]) for place in range(len(text) - END, len(text)))


def find_quote(text: str, words: str) -> tuple[int, int] | None:
    """Where `words` stand in `text` after normalisation, as a slice of the original."""
    where = normal_form(text)
    wanted = normal_form(words).text.strip(" ")
    at = where.text.find(wanted) if wanted else -1
    if at < 0:
        return None
    return where.places[at], where.places[at + len(wanted) - 1] + 1


def verify_quote(quote: Quote, posts: Iterable[Post]) -> Quote | None:
    """The quote as it stands in the customer's post, fit to be shown; None when it does not.

    The named post is searched first, then the others: words that the customer wrote elsewhere are
    still the customer's, and the key is put right.
    """
    for post in sorted(posts, key=lambda spoken_post: spoken_post.key != quote.post):
        place = find_quote(post.text, quote.text)
        if place is None:
            continue
        start, end = _words(post.text, *place)
        shown = showable_part(post.text[start:end])
        if len(shown) >= LEAST or (shown and _whole(post.text, start, end)):
            return Quote(post.key, shown, post.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return None


def showable_part(text: str) -> str:
    """The longest stretch of a text that may be shown: no link, no markup, at most 280 characters.

    Line breaks become spaces; nothing else is changed.
    """
    return _cut(max(showable_stretches(text), key=len, default=""))


def showable_stretches(text: str) -> list[str]:
    """The parts of a text between links, markup and control characters, each on one line."""
    pieces = (" ".join(piece.split()) for piece in UNFIT.split(UNSEEN.sub("", text[:LONGEST])))
    return [piece.strip(" ,;:-") for piece in pieces]


def showable_line(text: str, limit: int = MOST) -> str:
    """Free text of a model as one line that may be shown: every unfit stretch taken out."""
    line = " ".join(UNFIT.sub(" ", UNSEEN.sub("", text[: limit * 8])).split())
    return _cut(line, limit)


def verify_quotes(quotes: Iterable[Quote], posts: tuple[Post, ...]) -> Iterator[Quote]:
    """The quotes that hold, each once."""
    seen: set[tuple[str, str]] = set()
    for quote in quotes:
        good = verify_quote(quote, posts)
        if good and (good.post, good.text) not in seen:
            seen.add((good.post, good.text))
            yield good


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """The slice widened to whole words: half a word may turn a meaning (`un|happy`)."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a slice covers a whole sentence, its last mark aside."""
    covered = text[start:end].strip(" .!?\n")
    return any(sentence.text.strip(" .!?") == covered for sentence in split_sentences(text))


def _cut(text: str, limit: int = MOST) -> str:
    """At most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    return text[: limit + 1].rpartition(" ")[0] or text[:limit]
