"""Opinions → a `Verdict`, by code alone: the only place where a thread's outcome is decided.

A judge proposes; here every quote is checked, and outcome, severity, type, risks and next owner are
computed. The outcome follows three rules:

1. A live criterion that is surely met escalates; nothing a model says or a mail contains undoes it.
2. What is left in doubt goes to a person (review): a `maybe` of the rules, an unverified or unclear
   finding of a model, a model that refused or answered junk.
3. Anything else is left alone, with the reason.

Text that talks to a machine decides nothing. It only sends to review what would otherwise have been
left with a doubt, however small. Policies in shadow are judged and recorded, and never act.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from deskless.mailbox.thread import Thread
from deskless.policies.book.book import Book
from deskless.policies.evidence import every, plain
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy, Status
from deskless.policies.reading.already_told import told
from deskless.policies.reading.triage import questions, tried
from deskless.policies.settle.key import Voice, condition_of, key
from deskless.policies.settle.merge import RULES, Merged, merged
from deskless.policies.settle.next_owner import Desk, Suggestion, suggest
from deskless.policies.settle.reasons import reasons, talked
from deskless.policies.verdict import Answer, Met, Nature, Outcome, Quote, Severity, Type, Verdict

# Which policy speaks for the case when several are equally severe.
WEIGHT = (Type.SECURITY, Type.COMPLIANCE, Type.BUSINESS, Type.TECHNICAL, Type.SERVICE)
QUOTES = 8
SUMMARY = 600  # characters of a model's summary that are kept


@dataclass(frozen=True, slots=True)
class _Grade:
    """What kind of case it is; all None for a thread that is left alone."""

    severity: Severity | None = None
    type: Type | None = None
    nature: Nature | None = None
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a colleague would want to know; nothing for a thread that is left alone."""

    triage: tuple[Answer, ...] = ()
    tried: tuple[Quote, ...] = ()
    told: tuple[Quote, ...] = ()
    knowledge: tuple[str, ...] = ()


def settle(
    thread: Thread, facts: Facts, book: Book, opinions: tuple[Opinion, ...], desk: Desk
) -> Verdict:
    """The verdict on a thread. The same arguments give the same verdict, byte for byte.

    `opinions` hold the rules' and a model's; one with `trouble` is not listened to and is named in
    `engine`. Owners are only people of `desk.matrix`. Raises nothing for what a mail or a model
    says.
    """
    heard = tuple(one for one in opinions if not one.trouble)
    found = tuple(merged(policy, heard, thread.from_customer()) for policy in book.asked())
    outcome = _outcome(found, facts, opinions)
    counted = _counted(found, outcome)
    grade = _grade(counted, outcome, facts)
    asked = _asked(desk, counted, outcome, facts)
    voice = _voice(heard)
    read = _Reading() if outcome is Outcome.LEAVE else _reading(thread, heard, desk)
    return Verdict(
        outcome=outcome,
        findings=tuple(one.finding for one in found),
        reasons=reasons(found, outcome, facts, opinions),
        severity=grade.severity,
        type=grade.type,
        nature=grade.nature,
        risks=grade.risks,
        tier=asked.tier,
        owner=asked.person,
        why_owner=asked.why,
        triage=read.triage,
        tried=read.tried,
        told=read.told,
        knowledge=read.knowledge,
        policy_hash=book.hash,
        engine=_engine(opinions),
        key=key(thread, facts, book, _named(voice, heard)),
        prompt=voice.prompt,
        model=voice.model,
        tokens_in=sum(one.tokens_in for one in opinions),
        tokens_out=sum(one.tokens_out for one in opinions),
        summary=plain(voice.summary, SUMMARY),
    )


def severity(policy: Policy, facts: Facts) -> Severity:
    """A policy's severity for these facts: the first condition of its table that holds."""
    for text, grade in policy.severities:
        if condition_of(text).holds(facts):
            return grade
    return policy.severity


def _outcome(found: tuple[Merged, ...], facts: Facts, opinions: tuple[Opinion, ...]) -> Outcome:
    live = [one.finding for one in found if one.policy.status is Status.LIVE]
    if any(one.met is Met.MET and one.sure for one in live):
        return Outcome.ESCALATE
    if any(one.met is not Met.NOT_MET for one in live) or any(map(talked, opinions)):
        return Outcome.REVIEW
    doubts = any(not one.finding.sure or one.dispute for one in found)
    doubts |= any(one.trouble for one in opinions)
    return Outcome.REVIEW if facts.injection and doubts else Outcome.LEAVE


def _counted(found: tuple[Merged, ...], outcome: Outcome) -> tuple[Policy, ...]:
    """The live policies that make the case: the met ones, or the doubtful ones of a review."""
    live = [one for one in found if one.policy.status is Status.LIVE]
    if outcome is Outcome.ESCALATE:
        return tuple(one.policy for one in live if one.finding.met is Met.MET and one.finding.sure)
    return tuple(one.policy for one in live if one.finding.met is not Met.NOT_MET)


def _grade(policies: tuple[Policy, ...], outcome: Outcome, facts: Facts) -> _Grade:
    """The highest severity, and the kind of the policy that gives it."""
    if outcome is Outcome.LEAVE:
        return _Grade()
    if not policies:  # in doubt about no criterion in particular: a model that refused
        return _Grade(Severity.SEV3, Type.SERVICE, Nature.OPERATIONAL)
    leading = min(policies, key=lambda one: (severity(one, facts), WEIGHT.index(one.type), one.id))
    risks = sorted({risk for one in policies for risk in one.risk})
    return _Grade(severity(leading, facts), leading.type, leading.nature, tuple(risks))


def _asked(desk: Desk, policies: tuple[Policy, ...], outcome: Outcome, facts: Facts) -> Suggestion:
    if outcome is Outcome.LEAVE:
        return Suggestion(None, "", None)
    return suggest(desk, policies, facts)


def _voice(heard: tuple[Opinion, ...]) -> Opinion:
    """The opinion whose versions the verdict is kept under: a model's, else the rules'."""
    models = [one for one in heard if one.engine != RULES]
    return (models or list(heard) or [Opinion(RULES, ())])[-1]


def _named(voice: Opinion, heard: tuple[Opinion, ...]) -> Voice:
    ear = next((one.ear for one in heard if one.engine == RULES), "")
    return Voice(voice.prompt, voice.model, voice.schema, ear)


def _engine(opinions: tuple[Opinion, ...]) -> str:
    """Who judged: `rules`, `claude+rules`, `rules (claude: timeout)`."""
    heard = sorted({plain(one.engine, 40) for one in opinions if not one.trouble})
    silent = [
        f"{plain(one.engine, 40)}: {plain(one.trouble, 80)}" for one in opinions if one.trouble
    ]
    return "+".join(heard or ["nobody"]) + (f" ({'; '.join(silent)})" if silent else "")


def _reading(thread: Thread, heard: tuple[Opinion, ...], desk: Desk) -> _Reading:
    return _Reading(
        _triage(thread, heard),
        _quotes(thread, tried(thread), (one.tried for one in heard)),
        _quotes(thread, told(thread), (one.told for one in heard)),
        desk.notes.bearing(thread),
    )


def _triage(thread: Thread, heard: tuple[Opinion, ...]) -> tuple[Answer, ...]:
    """The six answers: a model's where its quote holds, else what the offline reading found."""
    posts = thread.from_customer()
    proposed: dict[str, Answer] = {}
    for opinion in heard:
        for one in opinion.triage:
            quote = next(every((one.quote,) if one.quote else (), posts), None)
            if quote:
                proposed.setdefault(one.question, Answer(one.question, quote.text, quote))
    return tuple(proposed.get(one.question, one) for one in questions(thread))


def _quotes(
    thread: Thread, own: tuple[Quote, ...], proposed: Iterable[tuple[Quote, ...]]
) -> tuple[Quote, ...]:
    """Our own quotes and the proposed ones that hold, each once, ours first."""
    more = every((quote for quotes in proposed for quote in quotes), thread.from_customer())
    return tuple(dict.fromkeys((*own, *more)))[:QUOTES]
