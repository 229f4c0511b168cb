"""The judge that is always there: offline, the same every time, with the sentence as its reason.

It reads the customer's own words only, sentence by sentence, against the phrases of each policy
(`phrase`) and the concepts of `tables/`. A phrase under `phrases` is a sure hit, one under
`maybe` asks a person; facts, amounts, accounts make a `maybe` sure. Noise (capitals, exclamation
marks, *urgent*) counts for nothing, and so does whatever talks to a machine.
"""

import asyncio
from dataclasses import dataclass, replace

from deskless.mailbox.thread import Post, Thread
from deskless.policies.evidence import LEAST, MOST
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy
from deskless.policies.rules.compile import Compiled, Criterion, Phrase, compile_book
from deskless.policies.rules.embeddings import NAME, Ear
from deskless.policies.rules.read import Reading, counts, read
from deskless.policies.rules.similarity import Echo, Likeness, heard
from deskless.policies.rules.weigh import friendly, heaviest, margin, pleased, share, weight
from deskless.policies.rules.words import Sentence
from deskless.policies.verdict import Finding, Met, Quote

_QUOTES = 3
_PLEADS = frozenset(("plea", "ask-for"))
_EVEN = 0  # the weight at which a handoff is as likely as none


@dataclass(frozen=True, slots=True)
class Weighing:
    """What lies in the scales beside the sentences: the facts, and the weight of the whole mail."""

    facts: Facts
    weight: int
    friendly: bool


@dataclass(slots=True)
class _Hit:
    phrase: Phrase
    sentences: list[Sentence]

    @property
    def only_asked(self) -> bool:
        """Whether all of it stands in questions: they tell nothing for sure, unless they plead."""
        return all(one.asks and not _PLEADS & one.spans.keys() for one in self.sentences)

    def certain(self, scales: Weighing) -> bool:
        """Whether it stands by itself: a sure phrase, and what is made of concepts neither in
        questions alone nor in an otherwise friendly mail.
        """
        if self.phrase.literal:
            return self.phrase.sure
        return self.phrase.sure and not self.only_asked and not scales.friendly


class Rules:
    """The rules judge. With sentence embeddings (`ear`) it also finds sentences close in meaning
    to a criterion's examples; without them only phrases, patterns and facts count.
    """

    def __init__(self, ear: Ear | None = None) -> None:
        self.ear = NAME if ear else ""
        self._likeness = Likeness(ear) if ear else None

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy; `judge`, beside the loop where it takes its time."""
        if self._likeness:
            return await asyncio.to_thread(self.judge, thread, facts, policies)
        return self.judge(thread, facts, policies)

    def judge(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """One finding per policy, in the order given. Raises ValueError for a broken phrase."""
        book = compile_book(policies)
        reading = read(thread, facts, book)
        heavy = weight(reading)
        scales = Weighing(facts, heavy, friendly(reading))
        hits = _hits(reading, book)
        found = [
            _finding(one, hits.get(one.policy.id, []), reading, scales) for one in book.criteria
        ]
        silent = all(one.met is not Met.MET for one in found)
        # What no phrase caught is seen by a person from even odds on.
        if silent and heavy >= _EVEN and not scales.friendly and not pleased(reading):
            found = _weighed(found, reading, book, scales)
        opinion = Opinion("rules", tuple(found))
        if self._likeness:
            echoes = self._likeness.echoes([one for one, _ in reading.spoken], policies)
            known = heard(found, echoes, policies)
            opinion.findings = tuple(
                _echoed(known[one.policy], reading, one) if one.policy in known else one
                for one in found
            )
            opinion.ear = self.ear
        return opinion


def _echoed(echo: Echo, reading: Reading, silent: Finding) -> Finding:
    """The finding of a criterion that only likeness speaks for: a person should look."""
    hit = _Hit(Phrase(silent.policy, echo.example, sure=False), [echo.sentence])
    reason = f"A person should look, it sounds like the example “{echo.example}”."
    quotes = _quotes([hit], reading.posts)
    return replace(silent, met=Met.UNCLEAR, reason=reason, quotes=quotes, sure=False)


def _hits(reading: Reading, book: Compiled) -> dict[str, list[_Hit]]:
    hits: dict[str, list[_Hit]] = {}
    for sentence, first in reading.spoken:
        for name in sentence.spans:
            for phrase in book.led.get(name, ()):
                held = _held(phrase, sentence, first, reading)
                if held:
                    hits.setdefault(phrase.policy, []).append(_Hit(phrase, held))
    return hits


def _held(phrase: Phrase, sentence: Sentence, first: int, reading: Reading) -> list[Sentence]:
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
        if not any(counts(sentence, span, first, own) for span in spans[name]):
            return []
    far = [reading.whole.get(name, []) for name in phrase.far]
    if not all(far):
        return []
    return [sentence, *(found[0] for found in far if found[0] is not sentence)]


def _weighed(
    found: list[Finding], reading: Reading, book: Compiled, scales: Weighing
) -> list[Finding]:
    """A heavy mail that no phrase caught: a hit of the policy whose own concepts weigh most."""
    here = frozenset(reading.whole)
    shares = [share(one.own & here) for one in book.criteria]
    if not any(shares):
        shares = [share(one.all & here) for one in book.criteria]
    if not any(shares):
        return found
    best = shares.index(max(shares))
    own = sorted((book.criteria[best].own or book.criteria[best].all) & here)[:2]
    names = [*own, *(name for name in heaviest(reading) if name not in own)]
    said = list(
        {id(one): one for name in names for one in reading.whole.get(name, [])[:1]}.values()
    )
    phrase = Phrase(book.criteria[best].policy.id, " & ".join(names), sure=False)
    hit = _Hit(phrase, said)
    if scales.weight >= _EVEN + margin():
        reason = f"Several signs together, none of them a phrase: {phrase.told}."
        finding = Finding(phrase.policy, Met.MET, reason, _quotes([hit], reading.posts))
    else:
        reason = f"A person should look, the signs are few: {phrase.told}."
        quotes = _quotes([hit], reading.posts)
        finding = Finding(phrase.policy, Met.UNCLEAR, reason, quotes, sure=False)
    return [*found[:best], finding, *found[best + 1 :]]


def _finding(criterion: Criterion, hits: list[_Hit], reading: Reading, scales: Weighing) -> Finding:
    policy = criterion.policy
    if policy.accounts and not criterion.concerns(scales.facts):
        hits = [one for one in hits if one.phrase.sure]
    hits = [*hits, *_by_pattern(criterion, reading)]
    sure = [one for one in hits if one.certain(scales)]
    said = sure or hits
    quotes, why = _quotes(said, reading.posts), _why(said)
    if sure:
        return Finding(policy.id, Met.MET, f"The customer says so: {why}.", quotes)
    if listed := _listed(criterion, reading.posts):
        reason = f"The sender is on this policy's list: {listed}."
        return Finding(policy.id, Met.MET, reason, quotes)
    if raised := hits and _raised(criterion, hits, reading, scales):
        return Finding(policy.id, Met.MET, f"The customer says so: {why} ({raised}).", quotes)
    if any(one.phrase.literal or not one.only_asked for one in hits):
        return Finding(policy.id, Met.UNCLEAR, f"A person should look: {why}.", quotes, sure=False)
    silent = f"No sentence of the customer's speaks of: {policy.name}."
    return Finding(policy.id, Met.NOT_MET, silent)


def _raised(criterion: Criterion, hits: list[_Hit], reading: Reading, scales: Weighing) -> str:
    """Why a `maybe` is sure after all; empty when it stays one. A team's own words are weighed by
    its own conditions alone.
    """
    if told := criterion.raised(scales.facts):
        return told
    light = scales.weight < _EVEN - margin()
    if light or scales.friendly or all(one.phrase.literal for one in hits):
        return ""
    return "the whole mail weighs: " + ", ".join(heaviest(reading))


def _by_pattern(criterion: Criterion, reading: Reading) -> list[_Hit]:
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
    """Up to three verbatim sentences, those of the newest mail first."""
    found: dict[tuple[int, str], Quote] = {}
    for hit in sorted(hits, key=lambda one: -one.sentences[0].post):
        for sentence in hit.sentences:
            post = posts[sentence.post]
            text = _shown(sentence.text, post.text)
            at = post.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            found.setdefault((sentence.post, text), Quote(post.key, text, at))
    return tuple(found.values())[:_QUOTES]


def _shown(sentence: str, post: str) -> str:
    """A sentence as it stands in the post; with its line where it is too short to prove anything,
    and the longest line of it where something was cut out of its middle.
    """
    lines = [sentence, *sorted(sentence.splitlines(), key=len, reverse=True)]
    text = next((one.strip() for one in lines if one.strip() and one.strip() in post), "")
    if len(text) >= LEAST:
        return text
    around = [one.strip() for one in post.splitlines() if text and text in one]
    return next((one for one in around if len(one) >= LEAST), post.strip()[:MOST] or sentence)


def _why(hits: list[_Hit]) -> str:
    told = dict.fromkeys(hit.phrase.told for hit in hits)
    return "; ".join(list(told)[:3])
