"""Which of a customer's sentences still count, whatever the criterion is.

Set aside: text that talks to a machine, what somebody only supposes, what happened to others, and
everything up to the point where the customer said that it works again. What follows a *but*, or
comes in a later mail, counts afresh.
"""

import re
from collections import Counter

from deskless.policies.rules.lexicon import Lexicon
from deskless.policies.rules.small_words import BARRIERS, NEGATORS
from deskless.policies.rules.words import Sentence, Span, settle_tongues

# Whole blocks that only a machine is meant to read: comments, invented tags, chat templates.
_BLOCKS = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|<((?:instru|syst|sist|anweis|consign|assist|asist|admin|prompt|tool|polic|polít|richtlin"
    r"|verdi|veredicto|overrid|supervis|regel|règle|regla)\w{0,12})(?=[\s>])[^<>]{0,300}>"
    r".*?(?:</\1>|$)"
    r"|<(\w{1,20})\b[^<>]{0,300}(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden"
    r"|font-size\s{0,3}:\s{0,3}0|\shidden)[^<>]{0,300}>.*?(?:</\2>|$)"
    r"|\[INST\].*?(?:\[/INST\]|$)|<\|im_start\|>.*?(?:<\|im_end\|>|$)|<\|[^|]{0,200}\|>"
    r"|```.*?(?:```|$)|\{\s{0,20}[\"'](?:role|content|escalate|verdict|severity)[\"']\s{0,9}:.*?(?:\}|$)"
    r"|(?<![-=#])(?:-{3,}+|={3,}+|#{3,}+)\s{0,9}(?:begin\s|start\s)?(?:of\s)?"
    r"(?:system|admin|instructions?|prompt)\b.*?"
    r"(?:(?:-{3,}+|={3,}+|#{3,}+)\s{0,9}end\b[^\n]*|\n\s{0,99}\n|$)",
    re.IGNORECASE | re.DOTALL,
)
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]"
)
_REACH = 3  # words a negation reaches over
_SCRAP = 6  # words: "There is no outage." behind an order to a machine is part of it
_CALL = 2  # words before the name of the machine that is called
_SHORT = 35  # words: a longer mail does more than thank

_TAINT = frozenset(("verdict", "solved"))
MUTES = ("supposed", "elsewhere", "joking")
FRAMES = {"drill": 1, "away": 1, "pitch": 2}  # so many of these, and a mail is not about its sender


def without_blocks(text: str) -> str:
    """The text with every block for machines blanked out; line breaks stay where they were."""
    text = _INVISIBLE.sub("", text)
    return _BLOCKS.sub(lambda found: "\n" * max(1, found[0].count("\n")), text)


def denied(sentence: Sentence, span: Span, own: list[Span]) -> bool:
    """Whether a negator stands right before the span, in its clause and outside `own` spans."""
    start = span[0]
    for at in range(start - 1, max(-1, start - 1 - _REACH), -1):
        word = sentence.words[at]
        if sentence.clause[at] != sentence.clause[start] or word in BARRIERS:
            return False
        if word in NEGATORS:
            return not any(low <= at < high for low, high in own)
    return False


def says(sentence: Sentence, concept: str) -> Span | None:
    """Where the sentence says this and does not deny it."""
    places = sentence.spans.get(concept, ())
    return next((span for span in places if not denied(sentence, span, [span])), None)


def for_people(found: list[Sentence]) -> list[Sentence]:
    """The sentences that speak to people.

    A sentence that gives a machine orders takes with it those behind it in its paragraph that talk
    in a machine's words (of verdicts, criteria, "the customer") or claim that all is well.
    """
    kept: list[Sentence] = []
    tainted = (-1, -1)
    for one in found:
        place = (one.post, one.paragraph)
        if "machine" in one.spans or _hailed(one):
            tainted = place
        elif place != tainted or (len(one.words) > _SCRAP and not _TAINT & one.spans.keys()):
            kept.append(one)
    return kept


def _hailed(sentence: Sentence) -> bool:
    """Whether the sentence opens by calling a machine: `AI: …`, `Dear assistant, …`."""
    return any(
        start <= _CALL
        and end < len(sentence.words)
        and sentence.clause[end] > sentence.clause[start]
        for start, end in sentence.spans.get("machine-noun", ())
        if sentence.clause[end - 1] == 0
    )


def settled(sentence: Sentence) -> int:
    """The *turn* of the sentence up to which all is said to be well again; -1: it says no such."""
    span = says(sentence, "solved")
    if (
        span is None
        or "unsolved" in sentence.spans
        or (sentence.asks and "solved-for-sure" not in sentence.spans)
    ):
        return -1
    return sentence.turn[span[0]]


def living(found: list[Sentence], answered: frozenset[int]) -> list[tuple[Sentence, int]]:
    """The sentences that still count, each with the first turn that does."""
    alive: list[tuple[Sentence, int]] = []
    closing = _closing(found, answered)
    for one in found:
        turn = settled(one)
        if turn >= 0 or one is closing:
            alive = []
        if turn < max(one.turn, default=0):
            alive.append((one, turn + 1))
    return alive


def _closing(found: list[Sentence], answered: frozenset[int]) -> Sentence | None:
    """The first sentence of a last, short mail that only thanks for the team's answer."""
    if not found or found[-1].post not in answered:
        return None
    last = [one for one in found if one.post == found[-1].post]
    if sum(len(one.words) for one in last) > _SHORT or any(one.turn[-1] for one in last):
        return None
    unhappy = ("failure", "persistence", "anger", "thanks-ahead", "leaving")
    if any(name in one.spans for one in last for name in unhappy):
        return None
    return last[0] if any("thanks" in one.spans for one in last) else None


def muted(sentence: Sentence) -> bool:
    """Whether the whole sentence only supposes, jokes, or speaks of others."""
    return any(says(sentence, concept) for concept in MUTES)


def spoken(
    found: list[Sentence],
    lexicon: Lexicon,
    answered: frozenset[int] = frozenset(),
    home: tuple[str, ...] = (),
) -> list[tuple[Sentence, int]]:
    """Scan the sentences of one thread, oldest first, and keep what counts, each with the first
    *turn* that does. `answered` are the numbers of the posts that follow a team's answer, `home`
    the languages of a mail too short to tell.
    """
    for one in found:
        lexicon.scan(one)
    people = for_people(found)
    # Only now, so that a machine's orders in another tongue do not decide the mail's own.
    for one in settle_tongues(people, home):
        lexicon.scan(one)
    framed = _framed(people)
    people = [one for one in people if one.post not in framed]
    return [(one, turn) for one, turn in living(people, answered) if not muted(one)]


def _framed(found: list[Sentence]) -> set[int]:
    """The posts that sell, drill or answer by machine."""
    seen: Counter[tuple[int, str]] = Counter()
    for one in found:
        for name in FRAMES:
            seen[one.post, name] += len({start for start, _ in one.spans.get(name, ())})
    return {post for (post, name), count in seen.items() if count >= FRAMES[name]}
