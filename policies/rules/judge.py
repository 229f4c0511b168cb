"""The judge that is always there: offline, the same every time, with the sentence as its reason.

It reads the customer's own words only, sentence by sentence, against the phrases of each policy
(`phrase`) and the concepts of `tables/`. A phrase under `phrases` is a sure hit, one under
`maybe` asks a person; facts, amounts, accounts make a `maybe` sure. Noise (capitals, exclamation
marks, *urgent*) counts for nothing, and so does whatever talks to a machine.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from deskless.mailbox.thread import Post, Thread
from deskless.policies.evidence import LEAST, MOST
from deskless.policies.facts import Facts
from deskless.policies.judge import Doubt, Opinion
from deskless.policies.policy import Policy
from deskless.policies.rules.compile import Compiled, Criterion, Phrase, compile_book
from deskless.policies.rules.embeddings import NAME, Ear
from deskless.policies.rules.gate import Bars, Hearing, SentenceGate
from deskless.policies.rules.read import Reading, impact_signs, place_counts, read_signals
from deskless.policies.rules.similarity import Likeness, is_mute
from deskless.policies.rules.weigh import (
    heaviest_concepts,
    is_friendly,
    is_pleased,
    margin,
    reading_weight,
)
from deskless.policies.rules.word_gate import WordGate
from deskless.policies.rules.words import FoldedSentence
from deskless.policies.verdict import Finding, Impact, Met, Quote

_QUOTES = 3
_PLEADS = frozenset(("plea", "ask-for"))
_WANTS = _PLEADS | {"asking", "plain-request", "wish", "negative-event"}
"""What a sentence says that wants an answer, besides one that asks."""
ALONE = (Impact.HURT, Impact.THREAT, Impact.EXPOSED)
_FEW = 2  # signs, at least, before weight alone asks a person
_EVEN = 0  # the weight at which a handoff is as likely as none


UNHEARD = Hearing(1.0, {}, Bars(0.0, 0.0, 0.0, 0.0, 0.0))
"""Of a mail in which nothing was hit and nothing weighs: no gate was asked, so none objects."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What lies in the scales beside the sentences: the facts, the weight of the whole mail, and
    what the gate heard.
    """

    facts: Facts
    weight: int
    friendly: bool
    hearing: Hearing

    @property
    def opens(self) -> bool:
        """Whether the mail reads like an open matter."""
        return self.hearing.open >= self.hearing.bars.sure

    def idle(self, hit: "_Hit") -> bool:
        """Whether the mail reads like everyday talk to what this hit says."""
        bars = self.hearing.bars
        bar = bars.heard if hit.phrase.sure else bars.looked
        return not hit.phrase.literal and self.hearing.open < bar

    @property
    def weighty(self) -> bool:
        """Whether the weight of the signs bears it out, where it has to."""
        return not self.hearing.bars.weighed or self.weight >= _EVEN + margin()

    @property
    def borne_out(self) -> bool:
        """Whether another sign may make words to look at sure."""
        return self.weighty and self.hearing.open >= self.hearing.bars.borne

    @property
    def asks(self) -> bool:
        """Whether signs alone, that are no criterion's words, ask a person."""
        return self.weighty and self.hearing.open >= self.hearing.bars.silent

    @property
    def few(self) -> int:
        """Signs, at least, that bear one another out."""
        return _FEW if self.hearing.bars.weighed else 1


@dataclass(slots=True)
class _Hit:
    phrase: Phrase
    sentences: list[FoldedSentence]

    @property
    def only_asked(self) -> bool:
        """Whether all of it stands in questions: they tell nothing for sure, unless they plead or
        remind us of what was told before.
        """
        return "wrote-before" not in self.phrase.near and all(
            sentence.asks and not _PLEADS & sentence.spans.keys() for sentence in self.sentences
        )

    def certain(self, scales: Weighing) -> bool:
        """Whether it stands by itself: a sure phrase, and what is made of concepts neither in
        questions alone nor in an otherwise friendly mail.
        """
        if self.phrase.literal:
            return self.phrase.sure
        return self.phrase.sure and not self.only_asked and not scales.friendly and scales.opens


class Gate(Protocol):
    """Whoever hears whether what the rules hit is an open matter of ours at all."""

    def hear(self, reading: Reading) -> Hearing:
        """What the customer's sentences come to together."""


class RulesJudge:
    """The rules judge. A gate hears whether what the rules hit is an open matter at all: by its
    meaning with sentence embeddings (`ear`), else by its words. With embeddings sentences close in
    meaning to a criterion's examples ask a person, too.
    """

    def __init__(self, ear: Ear | None = None, gate: Gate | None = None) -> None:
        self.ear = NAME if ear else ""
        self._likeness = Likeness(ear) if ear else None
        self._gate = gate or (SentenceGate(ear) if ear else WordGate())

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
        hits = _hits(reading, book)
        heard = bool(hits or heaviest_concepts(reading))
        hearing = self._gate.hear(reading) if heard else UNHEARD
        scales = Weighing(facts, heavy, is_friendly(reading), hearing)
        findings = [
            _finding(criterion, hits.get(criterion.policy.id, []), reading, scales)
            for criterion in book.criteria
        ]
        opinion = Opinion("rules", tuple(findings))
        opinion.doubts = _doubts(findings, reading, scales)
        signs = impact_signs(reading, lambda sentence: _quote(sentence, reading.posts))
        # What a whole night's sleep hangs on must not rest on one word of a doubtful mail.
        opinion.signs = tuple(
            sign for sign in signs if hearing.open >= hearing.bars.borne or sign.kind not in ALONE
        )
        opinion.types = hearing.types
        opinion.ear = self.ear
        if self._likeness and not opinion.doubts:
            opinion.doubts = self._echoes(opinion, reading, policies)
        return opinion

    def _echoes(
        self, opinion: Opinion, reading: Reading, policies: tuple[Policy, ...]
    ) -> tuple[Doubt, ...]:
        """What sounds like an example of a criterion that has nothing else to be found by."""
        assert self._likeness
        silent = {item.policy for item in opinion.findings if item.met is Met.NOT_MET}
        mute = tuple(policy for policy in policies if is_mute(policy) and policy.id in silent)
        if not mute:
            return ()
        spoken = [sentence for sentence, _ in reading.spoken]
        return tuple(
            Doubt(
                f"it sounds like the example “{echo.example}”",
                (_quote(echo.sentence, reading.posts),),
            )
            for echo in self._likeness.echoes(spoken, mute).values()
        )


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


def _doubts(findings: Sequence[Finding], reading: Reading, scales: Weighing) -> tuple[Doubt, ...]:
    """Why a person should look although no criterion was named: they never name one themselves."""
    if any(finding.met is not Met.NOT_MET for finding in findings):
        return ()
    if scales.friendly or is_pleased(reading):
        return ()
    names = heaviest_concepts(reading)
    if reading.strange or not names:
        return ()
    if len(names) < scales.few or not scales.asks:
        return ()
    sentences = {
        id(sentence): sentence for name in names for sentence in reading.whole.get(name, [])[:1]
    }
    told = ", ".join(names).replace("-", " ")
    quotes = _quotes(
        [_Hit(Phrase("", "", False), [sentence]) for sentence in sentences.values()], reading.posts
    )
    return (Doubt(f"several signs together, none of them a criterion's words: {told}", quotes),)


def _finding(criterion: Criterion, hits: list[_Hit], reading: Reading, scales: Weighing) -> Finding:
    policy = criterion.policy
    if policy.accounts and not criterion.concerns(scales.facts):
        hits = [hit for hit in hits if hit.phrase.sure]
    hits = [hit for hit in hits if not scales.idle(hit)]
    hits = [*hits, *_by_pattern(criterion, reading)]
    sure = [hit for hit in hits if hit.certain(scales)]
    ours = [hit for hit in sure if hit.phrase.literal or not _strange(hit, reading)]
    evidence = ours or sure or hits
    quotes, why = _quotes(evidence, reading.posts), _why(evidence)
    if ours:
        return Finding(policy.id, Met.MET, f"The customer says so: {why}.", quotes)
    if listed := _listed(criterion, reading.posts):
        reason = f"The sender is on this policy's list: {listed}."
        return Finding(policy.id, Met.MET, reason, quotes)
    if sure:
        reason = f"A person should look, it reads like {_strange(sure[0], reading)}: {why}."
        return Finding(policy.id, Met.UNCLEAR, reason, quotes, sure=False)
    hits = [hit for hit in hits if hit.phrase.literal or not _strange(hit, reading)]
    if raised := hits and _raised(criterion, hits, reading, scales):
        return Finding(policy.id, Met.MET, f"The customer says so: {why} ({raised}).", quotes)
    if silence := _unanswered(criterion, reading, scales.facts):
        reason = f"Nobody has answered for {policy.waiting} of working time: {_why(silence)}."
        return Finding(policy.id, Met.MET, reason, _quotes(silence, reading.posts))
    if any(hit.phrase.literal or not hit.only_asked for hit in hits):
        return Finding(policy.id, Met.UNCLEAR, f"A person should look: {why}.", quotes, sure=False)
    silent = f"No sentence of the customer's speaks of: {policy.name}."
    return Finding(policy.id, Met.NOT_MET, silent)


def _unanswered(criterion: Criterion, reading: Reading, facts: Facts) -> list[_Hit]:
    """What a customer asked for and has waited too long for, where silence is enough by itself.

    Thanks, praise and news that want no answer ask for nothing; nor does what was written to many.
    """
    waits, policy = criterion.waiting, criterion.policy
    if waits is None or facts.mailing or not waits.holds(facts):
        return []
    if policy.accounts and not criterion.concerns(facts):
        return []
    guards = {name.strip().strip("{}") for name in policy.unless}
    if guards & reading.whole.keys() or is_pleased(reading):
        return []
    since = facts.unanswered_since
    open_posts = {
        number for number, post in enumerate(reading.posts)
        if since and post.at >= since and number not in reading.strange
    }  # fmt: skip
    asking = [
        sentence for sentence, _ in reading.spoken
        if sentence.post in open_posts and (sentence.asks or _WANTS & sentence.spans.keys())
    ]  # fmt: skip
    return (
        [_Hit(Phrase(policy.id, "asked, and not answered", sure=True), asking[:1])]
        if asking
        else []
    )


def _strange(hit: _Hit, reading: Reading) -> str:
    """Whose matter it is instead of a customer's of ours, if the whole hit stands in such mails."""
    names = [reading.strange.get(sentence.post, "") for sentence in hit.sentences]
    return names[0].replace("-", " ") if all(names) else ""


def _raised(criterion: Criterion, hits: list[_Hit], reading: Reading, scales: Weighing) -> str:
    """Why a `maybe` is sure after all; empty when it stays one. A team's own words are weighed by
    its own conditions alone.
    """
    told = criterion.raised(scales.facts)
    if told or scales.friendly or not scales.borne_out:
        return told
    if all(hit.phrase.literal for hit in hits):
        return ""
    others = [name for name in heaviest_concepts(reading) if name not in _names(hits)]
    if len(others) < scales.few:
        return ""
    return "borne out by " + ", ".join(others).replace("-", " ")


def _names(hits: list[_Hit]) -> set[str]:
    return {name for hit in hits for name in (*hit.phrase.near, *hit.phrase.far)}


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
            quote = _quote(sentence, posts)
            by_place.setdefault((sentence.post, quote.text), quote)
    return tuple(by_place.values())[:_QUOTES]


def _quote(sentence: FoldedSentence, posts: tuple[Post, ...]) -> Quote:
    post = posts[sentence.post]
    return Quote(post.key, _shown(sentence.text, post.text), post.at.strftime("%Y-%m-%dT%H:%M:%SZ"))


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
