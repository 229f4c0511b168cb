"""The judge that is always there: offline, the same every time, with the sentence as its reason.

It reads the customer's own words only, sentence by sentence, against the phrases of each policy
(`rules_phrase.py`) and the concepts of `tables/`. A phrase under `phrases` is a sure hit, one under
`maybe` asks a person; facts, amounts, accounts make a `maybe` sure. Noise (capitals, exclamation
marks, *urgent*) counts for nothing (R12), and so does whatever talks to a machine.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy
from deskless.policies.rules_compile import Compiled, Criterion, Phrase, compile_book
from deskless.policies.rules_guard import denied, spoken, without_blocks
from deskless.policies.rules_words import Sentence, Span, sentences
from deskless.policies.verdict import Finding, Met, Quote

_QUOTES = 3
_MOST = 40_000  # characters of one post; a longer one is a dump, and its head tells enough


@dataclass(slots=True)
class _Hit:
    phrase: Phrase
    sentences: list[Sentence]


@dataclass(slots=True)
class _Reading:
    """A thread, read: what counts of it, and where each concept stands."""

    posts: tuple[Post, ...]
    spoken: list[tuple[Sentence, int]]
    whole: dict[str, list[Sentence]] = field(default_factory=dict)


class Rules:
    """The rules judge. Compiles a set of policies once and keeps the last few sets."""

    def __init__(self) -> None:
        self._compiled = lru_cache(maxsize=8)(compile_book)

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy; `judge` without waiting for anything."""
        return self.judge(thread, facts, policies)

    def judge(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy, in the order given. Raises ValueError for a broken phrase."""
        book = self._compiled(policies)
        reading = _read(thread, facts, book)
        hits = _hits(reading, book)
        found = (_finding(one, hits.get(one.policy.id, []), reading, facts) for one in book.criteria)
        return Opinion("rules", tuple(found))


def _read(thread: Thread, facts: Facts, book: Compiled) -> _Reading:
    posts = thread.from_customer()
    home = (facts.language,) if facts.language in ("en", "de", "fr", "es") else ()
    found = [
        sentence
        for index, post in enumerate(posts)
        for sentence in sentences(without_blocks(_words_of(post, index)), index, home)
    ]
    reading = _Reading(posts, spoken(found, book.lexicon, _answered(thread)))
    for sentence, first in reading.spoken:
        for name, places in sentence.spans.items():
            if any(_counts(sentence, span, first, [span]) for span in places):
                reading.whole.setdefault(name, []).append(sentence)
    return reading


def _answered(thread: Thread) -> frozenset[int]:
    """Which of the customer's posts come after an answer of the team's."""
    found: set[int] = set()
    number, heard = 0, False
    for post in thread.posts:
        if post.side is Side.CUSTOMER:
            found.update({number} if heard else ())
            number += 1
        heard = heard or (post.side is Side.TEAM and not post.internal)
    return frozenset(found)


def _words_of(post: Post, index: int) -> str:
    """A post's own words; the first one's subject, too, unless it is repeated in them."""
    return post.text[:_MOST] if index or not post.subject else f"{post.text[:_MOST]}"


def _counts(sentence: Sentence, span: Span, first: int, own: list[Span]) -> bool:
    return sentence.turn[span[0]] >= first and not denied(sentence, span, own)


def _hits(reading: _Reading, book: Compiled) -> dict[str, list[_Hit]]:
    hits: dict[str, list[_Hit]] = {}
    for sentence, first in reading.spoken:
        for name in sentence.spans:
            for phrase in book.led.get(name, ()):
                held = _held(phrase, sentence, first, reading)
                if held:
                    hits.setdefault(phrase.policy, []).append(_Hit(phrase, held))
    return hits


def _held(phrase: Phrase, sentence: Sentence, first: int, reading: _Reading) -> list[Sentence]:
    """The sentences that make the phrase true, this one first; none when it is not."""
    spans = sentence.spans
    if any(name in spans for name in phrase.absent):
        return []
    if any(name not in spans for name in phrase.near):
        return []
    if any(name in reading.whole for name in phrase.absent_far):
        return []
    own = [span for name in phrase.near for span in spans[name]]
    for name in phrase.near:
        if not any(_counts(sentence, span, first, own) for span in spans[name]):
            return []
    far = [reading.whole.get(name, []) for name in phrase.far]
    if not all(far):
        return []
    return [sentence, *(found[0] for found in far if found[0] is not sentence)]


def _finding(
    criterion: Criterion, hits: list[_Hit], reading: _Reading, facts: Facts
) -> Finding:
    policy = criterion.policy
    if policy.accounts and not criterion.concerns(facts):
        hits = [one for one in hits if one.phrase.sure]
    hits = [*hits, *_by_pattern(criterion, reading)]
    from_listed = _listed(criterion, reading.posts)
    if not hits and not from_listed:
        return Finding(policy.id, Met.NOT_MET, f"No sentence of the customer's speaks of: {policy.name}.")
    sure = [one for one in hits if one.phrase.sure]
    raised = "" if sure else criterion.raised(facts)
    quotes = _quotes(sure or hits, reading.posts)
    if from_listed and not sure:
        return Finding(policy.id, Met.MET, f"The sender is on this policy's list: {from_listed}.", quotes)
    if sure or raised:
        words = f" ({raised})" if raised else ""
        return Finding(policy.id, Met.MET, f"The customer says so{words}: {_why(sure or hits)}.", quotes)
    reason = f"A person should look: {_why(hits)}."
    return Finding(policy.id, Met.UNCLEAR, reason, quotes, sure=False)


def _by_pattern(criterion: Criterion, reading: _Reading) -> list[_Hit]:
    found = []
    for pattern in criterion.patterns:
        for sentence, _ in reading.spoken:
            if pattern.search(sentence.text):
                found.append(_Hit(Phrase(criterion.policy.id, pattern.pattern, True), [sentence]))
    return found


def _listed(criterion: Criterion, posts: tuple[Post, ...]) -> str:
    """The first sender of the thread that the policy lists by address or domain."""
    for post in posts:
        if post.sender and criterion.lists(post.sender.email):
            return post.sender.email
    return ""


def _quotes(hits: list[_Hit], posts: tuple[Post, ...]) -> tuple[Quote, ...]:
    """Up to three verbatim sentences, newest mail first within the order of the hits."""
    found: dict[tuple[int, str], Quote] = {}
    for hit in sorted(hits, key=lambda one: -one.sentences[0].post):
        for sentence in hit.sentences:
            post = posts[sentence.post]
            at = post.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            found.setdefault((sentence.post, sentence.text), Quote(post.key, sentence.text, at))
    return tuple(found.values())[:_QUOTES]


def _why(hits: list[_Hit]) -> str:
    told = dict.fromkeys(hit.phrase.told for hit in hits)
    return "; ".join(list(told)[:3])
