"""A thread, read once: which of the customer's sentences count, and what stands in them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from deskless.mailbox.thread import END, READ, Post, Side, Thread
from deskless.policies.facts import Facts
from deskless.policies.judge import Sign
from deskless.policies.languages import LANGUAGES
from deskless.policies.rules.compile import Compiled
from deskless.policies.rules.guard import is_denied, spoken_sentences, without_blocks
from deskless.policies.rules.supposed import is_supposed
from deskless.policies.rules.words import FoldedSentence, Span, post_sentences
from deskless.policies.verdict import Impact, Quote

_SUM = re.compile(r"\d[\d.,]{0,12}[.,]\d\d")
_SPARSE = 12  # words of a body that leaves the telling to its subject


@dataclass(slots=True)
class Reading:
    """What counts of a thread.

    `spoken` are the sentences, each with the first *turn* that counts; `whole` leads from a concept
    to the sentences that say it. `strange` are the posts that are no customer's matter of ours, by
    number, each with the reader that says so.
    """

    posts: tuple[Post, ...]
    spoken: list[tuple[FoldedSentence, int]]
    strange: dict[int, str] = field(default_factory=dict)
    whole: dict[str, list[FoldedSentence]] = field(default_factory=dict)


def read_signals(thread: Thread, facts: Facts, book: Compiled) -> Reading:
    """Read a thread: its customer's posts, oldest first, against a compiled book."""
    posts = thread.from_customer()
    home = (facts.language,) if facts.language in LANGUAGES else ()
    sentences = [
        sentence
        for index, post in enumerate(posts)
        for sentence in post_sentences(without_blocks(_words_of(post, index)), index)
    ]
    spoken, strange = spoken_sentences(sentences, book.lexicon, _answered(thread), home)
    reading = Reading(posts, spoken, strange)
    for sentence, _ in reading.spoken:
        _doubled(sentence)
    for sentence, first in reading.spoken:
        for name, places in sentence.spans.items():
            if any(place_counts(sentence, span, first, [span]) for span in places):
                reading.whole.setdefault(name, []).append(sentence)
    return reading


def _doubled(sentence: FoldedSentence) -> None:
    """One sum with cents that stands several times in a sentence: `219.00, 219.00, 219.00`."""
    places: dict[str, list[Span]] = {}
    for at, word in enumerate(sentence.words):
        if _SUM.fullmatch(word):
            places.setdefault(word, []).append((at, at + 1))
    for same in places.values():
        if len(same) > 1:
            sentence.spans.setdefault("twice", []).extend(same)


def _answered(thread: Thread) -> frozenset[int]:
    """Which of the customer's posts come after an answer of the team's."""
    numbers: set[int] = set()
    number, heard = 0, False
    for post in thread.posts:
        if post.side is Side.CUSTOMER:
            numbers.update({number} if heard else ())
            number += 1
        heard = heard or (post.side is Side.TEAM and not post.internal)
    return frozenset(numbers)


def _words_of(post: Post, index: int) -> str:
    """A post's own words; the first mail's subject, too, where the body hardly says anything."""
    text = _ends_of(post.text)
    if index or not post.subject or len(text.split()) >= _SPARSE:
        return text
    return f"{post.subject}\n\n{text}"


def _ends_of(text: str) -> str:
    """A text, or the beginning and the end of one too long to be read: people write above and
    below what they paste. `Thread.last_unread` tells of the rest.
    """
    if len(text) <= READ:
        return text
    head, tail = text[: READ - END], text[-END:]
    return "\n\n".join((head.rpartition("\n")[0] or head, tail.partition("\n")[2] or tail))


def place_counts(sentence: FoldedSentence, span: Span, first: int, own: list[Span]) -> bool:
    """Whether a place in a sentence counts: behind its first living *turn*, not denied, and not
    only supposed.
    """
    if sentence.turn[span[0]] < first or is_denied(sentence, span, own):
        return False
    return not is_supposed(sentence, span)


def impact_signs(reading: Reading, quoted: Callable[[FoldedSentence], Quote]) -> Iterator[Sign]:
    """What a mail says of the impact: the first sentence for each kind of sign, in their order.

    Only what counts for a criterion counts here, and nothing of a mail that is no customer's matter
    of ours. The concepts are those of `tables/impact.txt`.
    """
    for kind in Impact:
        for sentence in reading.whole.get(f"impact-{kind.value}", ()):
            if sentence.post not in reading.strange:
                yield Sign(kind, quoted(sentence))
                break
