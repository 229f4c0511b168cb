"""Which of a customer's sentences still count, whatever the criterion is.

Set aside: text that talks to a machine, what somebody only supposes, what happened to others, and
everything up to the point where the customer said that it works again. What follows a *but*, or
comes in a later mail, counts afresh.
"""

import re
from collections import Counter

from deskless.policies.rules.lexicon import PhraseLexicon
from deskless.policies.rules.small_words import BARRIERS, NEGATORS
from deskless.policies.rules.supposed import ANNOUNCES
from deskless.policies.rules.words import FoldedSentence, Span, settle_tongues

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
_DIFF = re.compile(
    r"^(?:diff --git |index [0-9a-f]{7,}\.\.|--- [ab]/|\+\+\+ [ab]/|@@ -\d|new file mode "
    r"|deleted file | ?\d{1,9} files? changed, | ?\S{1,200} {1,99}\| {1,9}\d)",
    re.MULTILINE,
)
_CHANGED = ("", " ", "+", "-", "\\", "\r")  # how a line of a change begins
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]"
)
_REACH = 3  # words a negation reaches over
_SCRAP = 6  # words: "There is no outage." behind an order to a machine is part of it
_CALL = 2  # words before the name of the machine that is called
_SHORT = 35  # words: a longer mail does more than thank

_MACHINERY = frozenset(("machine-noun", "machine-tag", "your-machine"))
_PLEA = 14  # words: a longer order does more than ask for an escalation
_TAINT = frozenset(("verdict", "solved"))
MUTES = ("supposed", "hypothetical", "elsewhere", "joking")
# A plan and somebody else's story mute theirs, too, unless it is what the writer means to do to us.
TOLD = ("future", "another-company")
# *Somebody has changed our bank details* names a bank and is no matter of the bank's.
_OWN = {"third-party", "breach"}
# So many places of these, and a mail is not about its sender: no word of it counts.
FRAMES = {"drill": 1}
_OPENS = 3  # words of a sentence among which whom to call begins to be said
# Whose matter it is instead of a customer's of ours, and how many places it takes to say so. What
# such a mail says may still be grave, so it never opens a case by itself but may ask a person.
STRANGERS = {
    "misdirected-sure": 1, "misdirected": 2, "pitch": 2, "application": 2, "newsletter": 2,
    "vendor": 2, "internal": 2, "private": 2, "another-company": 2,
}  # fmt: skip


def without_blocks(text: str) -> str:
    """The text with every block for machines blanked out; line breaks stay where they were."""
    text = _without_diffs(_INVISIBLE.sub("", text))
    return _BLOCKS.sub(lambda match: "\n" * max(1, match[0].count("\n")), text)


def _without_diffs(text: str) -> str:
    """The text without the changes to a program that stand in it: their words are nobody's."""
    if not _DIFF.search(text):
        return text
    lines, within = text.split("\n"), False
    for number, line in enumerate(lines):
        within = bool(_DIFF.match(line)) or (within and line[:1] in _CHANGED)
        if within:
            lines[number] = ""
    return "\n".join(lines)


def is_denied(sentence: FoldedSentence, span: Span, own: list[Span]) -> bool:
    """Whether a negator stands right before the span, in its clause and outside `own` spans."""
    start = span[0]
    for at in range(start - 1, max(-1, start - 1 - _REACH), -1):
        word = sentence.words[at]
        if sentence.clause[at] != sentence.clause[start] or word in BARRIERS:
            return False
        if word in NEGATORS:
            return not any(low <= at < high for low, high in own)
    return False


def says_concept(sentence: FoldedSentence, concept: str) -> Span | None:
    """Where the sentence says this and does not deny it."""
    places = sentence.spans.get(concept, ())
    return next((span for span in places if not is_denied(sentence, span, [span])), None)


def for_people(sentences: list[FoldedSentence]) -> list[FoldedSentence]:
    """The sentences that speak to people.

    A sentence that gives a machine orders takes with it those behind it in its paragraph that talk
    in a machine's words (of verdicts, criteria, "the customer") or claim that all is well.
    """
    for_reading: list[FoldedSentence] = []
    tainted = (-1, -1)
    for sentence in sentences:
        place = (sentence.post, sentence.paragraph)
        if ("machine" in sentence.spans and not _asks_people(sentence)) or _hailed(sentence):
            tainted = place
        elif place != tainted or (
            len(sentence.words) > _SCRAP and not _TAINT & sentence.spans.keys()
        ):
            for_reading.append(sentence)
    return for_reading


def _asks_people(sentence: FoldedSentence) -> bool:
    """Whether what sounds like an order to a machine only asks us for an escalation, in so many
    words and no more: *please treat this as an escalation*.
    """
    asked = sentence.spans.get("escalation-request", ())
    if _MACHINERY & sentence.spans.keys() or len(sentence.words) > _PLEA:
        return False
    return all(
        any(low <= start and end <= high for low, high in asked)
        for start, end in sentence.spans["machine"]
    )


def _hailed(sentence: FoldedSentence) -> bool:
    """Whether the sentence opens by calling a machine: `AI: …`, `Dear assistant, …`."""
    return any(
        start <= _CALL
        and end < len(sentence.words)
        and sentence.clause[end] > sentence.clause[start]
        for start, end in sentence.spans.get("machine-noun", ())
        if sentence.clause[end - 1] == 0
    )


def settled_turn(sentence: FoldedSentence) -> int:
    """The *turn* of the sentence up to which all is said to be well again; -1: it says no such."""
    span = says_concept(sentence, "withdrawn") or says_concept(sentence, "solved")
    if (
        span is None
        or "unsolved" in sentence.spans
        or (sentence.asks and "solved-for-sure" not in sentence.spans)
    ):
        return -1
    return sentence.turn[span[0]]


def living_sentences(
    sentences: list[FoldedSentence], answered: frozenset[int]
) -> list[tuple[FoldedSentence, int]]:
    """The sentences that still count, each with the first turn that does."""
    alive: list[tuple[FoldedSentence, int]] = []
    closing = _closing(sentences, answered)
    for sentence in sentences:
        turn = settled_turn(sentence)
        if turn >= 0 or sentence is closing:
            alive = []
        if turn < max(sentence.turn, default=0):
            alive.append((sentence, turn + 1))
    return alive


def _closing(sentences: list[FoldedSentence], answered: frozenset[int]) -> FoldedSentence | None:
    """The first sentence of a last, short mail that only thanks for the team's answer."""
    if not sentences or sentences[-1].post not in answered:
        return None
    last = [sentence for sentence in sentences if sentence.post == sentences[-1].post]
    if sum(len(sentence.words) for sentence in last) > _SHORT or any(
        sentence.turn[-1] for sentence in last
    ):
        return None
    unhappy = ("failure", "persistence", "anger", "thanks-ahead", "leaving")
    if any(name in sentence.spans for sentence in last for name in unhappy):
        return None
    return last[0] if any("thanks" in sentence.spans for sentence in last) else None


def is_muted(sentence: FoldedSentence) -> bool:
    """Whether the whole sentence only supposes, jokes, or speaks of others."""
    if any(says_concept(sentence, concept) for concept in MUTES):
        return True
    if ANNOUNCES & sentence.spans.keys() or sentence.spans.keys() >= _OWN:
        return False
    return any(says_concept(sentence, concept) for concept in TOLD)


def spoken_sentences(
    sentences: list[FoldedSentence],
    lexicon: PhraseLexicon,
    answered: frozenset[int] = frozenset(),
    home: tuple[str, ...] = (),
) -> tuple[list[tuple[FoldedSentence, int]], dict[int, str]]:
    """Scan the sentences of one thread, oldest first, and keep what counts, each with the first
    *turn* that does; and the posts that are nobody's matter of ours (`strangers`). `answered` are
    the numbers of the posts that follow a team's answer, `home` the languages of a mail too short
    to tell.
    """
    for spoken_sentence in sentences:
        lexicon.scan(spoken_sentence)
    people = for_people(sentences)
    # Only now, so that a machine's orders in another tongue do not decide the mail's own.
    for spoken_sentence in settle_tongues(people, home):
        lexicon.scan(spoken_sentence)
    framed = _framed(people)
    away = set(_telling(people, "away", 1))
    people = [
        spoken_sentence
        for spoken_sentence in people
        if spoken_sentence.post not in framed
        and not (spoken_sentence.post in away and _covers(spoken_sentence))
    ]
    living = [
        (spoken_sentence, turn)
        for spoken_sentence, turn in living_sentences(people, answered)
        if not is_muted(spoken_sentence)
    ]
    return living, strangers(people)


def _framed(sentences: list[FoldedSentence]) -> set[int]:
    """The posts that only drill."""
    return {post for name, most in FRAMES.items() for post in _telling(sentences, name, most)}


def _covers(sentence: FoldedSentence) -> bool:
    """Whether a sentence of somebody who is away only says whom to call, or that they read no mail.

    *If the shop is down, please call Bo* is no outage; *please call me, the shop is down* is one.
    """
    spans = sentence.spans
    if "cover-mail" in spans and "cover-me" not in spans:
        return True
    begins = [start for start, _ in spans.get("cover-if", ()) if start < _OPENS]
    calls = [end for _, end in spans.get("cover-call", ())]
    return bool(begins and calls) and max(calls) > min(begins) and "cover-me" not in spans


def strangers(sentences: list[FoldedSentence]) -> dict[int, str]:
    """The posts that are no customer's matter of ours, each with the reader that says so."""
    return {
        post: name.removesuffix("-sure")
        for name, most in STRANGERS.items()
        for post in _telling(sentences, name, most)
    }


def _telling(sentences: list[FoldedSentence], name: str, most: int) -> list[int]:
    """The posts that say this in so many places."""
    seen: Counter[int] = Counter()
    for sentence in sentences:
        seen[sentence.post] += len({start for start, _ in sentence.spans.get(name, ())})
    return [post for post, count in seen.items() if count >= most]
