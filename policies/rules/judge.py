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
from deskless.policies.rules.read import Reading, place_counts, read_signals
from deskless.policies.rules.similarity import Echo, Likeness, heard_echoes
from deskless.policies.rules.weigh import (
    concepts_share,
    heaviest_concepts,
    is_friendly,
    is_pleased,
    margin,
    reading_weight,
)
from deskless.policies.rules.words import FoldedSentence
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
    sentences: list[FoldedSentence]

    @property
    def only_asked(self) -> bool:
        """Whether all of it stands in questions: they tell nothing for sure, unless they plead."""
        return all(
            sentence.asks and not _PLEADS & sentence.spans.keys() for sentence in self.sentences
        )

    def certain(self, scales: Weighing) -> bool:
        """Whether it stands by itself: a sure phrase, and what is made of concepts neither in
        questions alone nor in an otherwise friendly mail.
        """
        if self.phrase.literal:
            return self.phrase.sure
        return self.phrase.sure and not self.only_asked and not scales.friendly


class RulesJudge:
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
        reading = read_signals(thread, facts, book)
        heavy = reading_weight(reading)
        scales = Weighing(facts, heavy, is_friendly(reading))
        hits = _hits(reading, book)
        findings = [
            _finding(criterion, hits.get(criterion.policy.id, []), reading, scales)
            for criterion in book.criteria
        ]
        silent = all(finding.met is not Met.MET for finding in findings)
        # What no phrase caught is seen by a person from even odds on.
        if silent and heavy >= _EVEN and not scales.friendly and not is_pleased(reading):
            findings = _weighed(findings, reading, book, scales)
        opinion = Opinion("rules", tuple(findings))
        if self._likeness:
            echoes = self._likeness.echoes([sentence for sentence, _ in reading.spoken], policies)
            known = heard_echoes(findings, echoes, policies)
            opinion.findings = tuple(
                _echoed(known[finding.policy], reading, finding)
                if finding.policy in known
                else finding
                for finding in findings
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


def _held(
    phrase: Phrase, sentence: FoldedSentence, first: int, reading: Reading
) -> list[FoldedSentence]:
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
        if not any(place_counts(sentence, span, first, own) for span in spans[name]):
            return []
    far = [reading.whole.get(name, []) for name in phrase.far]
    if not all(far):
        return []
    return [sentence, *(sentences[0] for sentences in far if sentences[0] is not sentence)]


def _weighed(
    findings: list[Finding], reading: Reading, book: Compiled, scales: Weighing
) -> list[Finding]:
    """A heavy mail that no phrase caught: a hit of the policy whose own concepts weigh most."""
    here = frozenset(reading.whole)
    shares = [concepts_share(criterion.own & here) for criterion in book.criteria]
    if not any(shares):
        shares = [concepts_share(criterion.all & here) for criterion in book.criteria]
    if not any(shares):
        return findings
    best = shares.index(max(shares))
    own = sorted((book.criteria[best].own or book.criteria[best].all) & here)[:2]
    names = [*own, *(name for name in heaviest_concepts(reading) if name not in own)]
    sentences = list(
        {
            id(sentence): sentence for name in names for sentence in reading.whole.get(name, [])[:1]
        }.values()
    )
    phrase = Phrase(book.criteria[best].policy.id, " & ".join(names), sure=False)
    hit = _Hit(phrase, sentences)
    if scales.weight >= _EVEN + margin():
        reason = f"Several signs together, none of them a phrase: {phrase.told}."
        finding = Finding(phrase.policy, Met.MET, reason, _quotes([hit], reading.posts))
    else:
        reason = f"A person should look, the signs are few: {phrase.told}."
        quotes = _quotes([hit], reading.posts)
        finding = Finding(phrase.policy, Met.UNCLEAR, reason, quotes, sure=False)
    return [*findings[:best], finding, *findings[best + 1 :]]


def _finding(criterion: Criterion, hits: list[_Hit], reading: Reading, scales: Weighing) -> Finding:
    policy = criterion.policy
    if policy.accounts and not criterion.concerns(scales.facts):
        hits = [hit for hit in hits if hit.phrase.sure]
    hits = [*hits, *_by_pattern(criterion, reading)]
    sure = [hit for hit in hits if hit.certain(scales)]
    evidence = sure or hits
    quotes, why = _quotes(evidence, reading.posts), _why(evidence)
    if sure:
        return Finding(policy.id, Met.MET, f"The customer says so: {why}.", quotes)
    if listed := _listed(criterion, reading.posts):
        reason = f"The sender is on this policy's list: {listed}."
        return Finding(policy.id, Met.MET, reason, quotes)
    if raised := hits and _raised(criterion, hits, reading, scales):
        return Finding(policy.id, Met.MET, f"The customer says so: {why} ({raised}).", quotes)
    if any(hit.phrase.literal or not hit.only_asked for hit in hits):
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
    if light or scales.friendly or all(hit.phrase.literal for hit in hits):
        return ""
    return "the whole mail weighs: " + ", ".join(heaviest_concepts(reading))


def _by_pattern(criterion: Criterion, reading: Reading) -> list[_Hit]:
    hits = []
    for pattern in criterion.patterns:
        for sentence, _ in reading.spoken:
            if pattern.search(sentence.text):
                hits.append(_Hit(Phrase(criterion.policy.id, pattern.pattern, True), [sentence]))
    return hits


def _listed(criterion: Criterion, posts: tuple[Post, ...]) -> str:
    """The first sender of the thread that the policy lists by address or domain."""
    for post in posts:
        if post.sender and criterion.lists(post.sender.email):
            return post.sender.email
    return ""


def _quotes(hits: list[_Hit], posts: tuple[Post, ...]) -> tuple[Quote, ...]:
    """Up to three verbatim sentences, those of the newest mail first."""
    by_place: dict[tuple[int, str], Quote] = {}
    for hit in sorted(hits, key=lambda pattern_hit: -pattern_hit.sentences[0].post):
        for sentence in hit.sentences:
            post = posts[sentence.post]
            text = _shown(sentence.text, post.text)
            at = post.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            by_place.setdefault((sentence.post, text), Quote(post.key, text, at))
    return tuple(by_place.values())[:_QUOTES]


def _shown(sentence: str, post: str) -> str:
    """A sentence as it stands in the post; with its line where it is too short to prove anything,
    and the longest line of it where something was cut out of its middle.
    """
    lines = [sentence, *sorted(sentence.splitlines(), key=len, reverse=True)]
    text = next((line.strip() for line in lines if line.strip() and line.strip() in post), "")
    if len(text) >= LEAST:
        return text
    around = [line.strip() for line in post.splitlines() if text and text in line]
    return next((place for place in around if len(place) >= LEAST), post.strip()[:MOST] or sentence)


def _why(hits: list[_Hit]) -> str:
    told = dict.fromkeys(hit.phrase.told for hit in hits)
    return "; ".join(list(told)[:3])
