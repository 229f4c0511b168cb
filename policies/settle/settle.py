"""Opinions → a `Verdict`, by code alone: the only place where a thread's outcome is decided.

A judge proposes; here every quote is checked, and outcome, severity, type, risks and next owner are
computed. The outcome follows three rules:

1. A live criterion that is surely met escalates; nothing a model says or a mail contains undoes it.
2. What is left in doubt goes to a person (review): a `maybe` of the rules, a doubt that names no
   criterion (weight, likeness, the gate), an unverified or unclear finding of a model, a model that
   refused or answered junk, a newest mail that nobody could read.
3. Anything else is left alone, with the reason.

Text that talks to a machine decides nothing. It only sends to review what would otherwise have been
left with a doubt, however small. Policies in shadow are judged and recorded, and never act.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deskless.mailbox.message import Unread
from deskless.mailbox.thread import Thread
from deskless.mailbox.threading import SUBSCRIBED
from deskless.policies.book.book import Book
from deskless.policies.evidence import showable_line, verify_quotes
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion, Sign
from deskless.policies.policy import Policy, PolicyStatus
from deskless.policies.reading.already_told import already_told
from deskless.policies.reading.triage import triage_questions, tried_steps
from deskless.policies.settle.key import Voice, verdict_key
from deskless.policies.settle.leading import case_type, ranked_criteria
from deskless.policies.settle.merge import RULES, Merged, merge_opinions
from deskless.policies.settle.next_owner import Desk, Suggestion, suggest_owner
from deskless.policies.settle.reasons import (
    failed_at_mail,
    outcome_reasons,
    type_disputes,
    unread_reasons,
)
from deskless.policies.settle.severity import Severe
from deskless.policies.verdict import Answer, Met, Nature, Outcome, Quote, Severity, Type, Verdict

QUOTES = 8
SUMMARY = 600  # characters of a model's summary that are kept


@dataclass(frozen=True, slots=True)
class _Grade:
    """What kind of case it is; all None for a thread that is left alone."""

    severity: Severity | None = None
    type: Type | None = None
    nature: Nature | None = None
    risks: tuple[str, ...] = ()
    leading: str = ""
    steps: tuple[str, ...] = ()
    may_be: Severity | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a colleague would want to know; nothing for a thread that is left alone."""

    triage: tuple[Answer, ...] = ()
    tried: tuple[Quote, ...] = ()
    told: tuple[Quote, ...] = ()
    knowledge: tuple[str, ...] = ()


def settle_verdict(
    thread: Thread, facts: Facts, book: Book, opinions: tuple[Opinion, ...], desk: Desk
) -> Verdict:
    """The verdict on a thread: byte for byte the same for the same arguments, whatever they say.

    An opinion with `trouble` is not listened to and is named in `engine`. Owners are only people of
    `desk.matrix`.
    """
    heard = tuple(opinion for opinion in opinions if not opinion.trouble)
    posts = thread.from_customer()
    mergeds = tuple(merge_opinions(policy, heard, posts) for policy in book.asked())
    unread = thread.last_unread()
    outcome = _looked_at(_outcome(mergeds, facts, opinions), unread, heard, facts)
    counted = _counted(mergeds, outcome)
    grade = _grade(counted, outcome, facts, _told(thread, heard))
    asked = _asked(desk, tuple(merged.policy for merged in counted), outcome, facts)
    voice = _voice(heard)
    read = _Reading() if outcome is Outcome.LEAVE else _reading(thread, heard, desk)
    return Verdict(
        outcome=outcome,
        findings=tuple(merged.finding for merged in mergeds),
        reasons=(
            *unread_reasons(unread),
            *outcome_reasons(mergeds, outcome, facts, opinions),
            *type_disputes(grade.type, heard),
        ),
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
        key=verdict_key(thread, facts, book, _named(voice, heard)),
        prompt=voice.prompt,
        model=voice.model,
        tokens_in=sum(opinion.tokens_in for opinion in opinions),
        tokens_out=sum(opinion.tokens_out for opinion in opinions),
        summary=showable_line(voice.summary, SUMMARY),
        leading=grade.leading,
        steps=grade.steps,
        may_be=grade.may_be,
    )


def _looked_at(
    outcome: Outcome, unread: tuple[Unread, ...], heard: tuple[Opinion, ...], facts: Facts
) -> Outcome:
    """The outcome; what would be left alone goes to a person where something is in doubt."""
    doubted = any(opinion.doubts for opinion in heard) and facts.mailing != SUBSCRIBED
    return Outcome.REVIEW if outcome is Outcome.LEAVE and (unread or doubted) else outcome


def _outcome(mergeds: tuple[Merged, ...], facts: Facts, opinions: tuple[Opinion, ...]) -> Outcome:
    live = [merged.finding for merged in mergeds if merged.policy.status is PolicyStatus.LIVE]
    if any(finding.met is Met.MET and finding.sure for finding in live):
        # What was written to many by nobody we know wakes nobody; a person looks.
        return Outcome.REVIEW if facts.mailing else Outcome.ESCALATE
    if facts.mailing == SUBSCRIBED:
        return Outcome.LEAVE
    if any(finding.met is not Met.NOT_MET for finding in live) or any(
        map(failed_at_mail, opinions)
    ):
        return Outcome.REVIEW
    doubts = any(not merged.finding.sure or merged.dispute for merged in mergeds)
    doubts |= any(opinion.trouble for opinion in opinions)
    return Outcome.REVIEW if facts.injection and doubts else Outcome.LEAVE


def _counted(mergeds: tuple[Merged, ...], outcome: Outcome) -> tuple[Merged, ...]:
    """The live policies that make the case: the met ones, or the doubtful ones of a review."""
    live = [merged for merged in mergeds if merged.policy.status is PolicyStatus.LIVE]
    if outcome is Outcome.ESCALATE:
        return tuple(
            merged for merged in live if merged.finding.met is Met.MET and merged.finding.sure
        )
    return tuple(merged for merged in live if merged.finding.met is not Met.NOT_MET)


def _told(
    thread: Thread, heard: tuple[Opinion, ...]
) -> tuple[tuple[Sign, ...], Mapping[Type, float] | None]:
    """What the judges say of the impact, as far as the customer's words bear it out, and how well
    each type fits.
    """
    posts = thread.from_customer()
    types: dict[Type, float] = {}
    for opinion in heard:
        for type_, fit in opinion.types.items():
            types[type_] = types.get(type_, 0.0) + fit
    signs = tuple(
        Sign(sign.kind, quote)
        for opinion in heard
        for sign in opinion.signs
        for quote in verify_quotes((sign.quote,), posts)
    )
    return signs, types or None


def _grade(
    counted: tuple[Merged, ...],
    outcome: Outcome,
    facts: Facts,
    told: tuple[tuple[Sign, ...], Mapping[Type, float] | None],
) -> _Grade:
    """The kind of the policy that leads, and the severity that its case comes to."""
    if outcome is Outcome.LEAVE:
        return _Grade()
    if not counted:  # in doubt about no criterion in particular: what the clocks start from
        return _Grade(Severity.SEV3, Type.SERVICE, Nature.OPERATIONAL)
    ranked = ranked_criteria(counted, facts, *told)
    leading, severe = ranked[0]
    if outcome is Outcome.REVIEW and severe.severity is Severity.SEV1:
        # Doubt wakes nobody.
        step = "in doubt no more than SEV-2: may be SEV-1"
        severe = Severe(Severity.SEV2, (*severe.steps, step), Severity.SEV1)
    risks = sorted({risk for merged in counted for risk in merged.policy.risk})
    return _Grade(
        severe.severity,
        case_type(ranked, told[1]),
        leading.nature,
        tuple(risks),
        leading.id,
        severe.steps,
        severe.may_be,
    )


def _asked(desk: Desk, policies: tuple[Policy, ...], outcome: Outcome, facts: Facts) -> Suggestion:
    if outcome is Outcome.LEAVE:
        return Suggestion(None, "", None)
    return suggest_owner(desk, policies, facts)


def _voice(heard: tuple[Opinion, ...]) -> Opinion:
    """The opinion whose versions the verdict is kept under: a model's, else the rules'."""
    models = [opinion for opinion in heard if opinion.engine != RULES]
    return (models or list(heard) or [Opinion(RULES, ())])[-1]


def _named(voice: Opinion, heard: tuple[Opinion, ...]) -> Voice:
    ear = next((opinion.ear for opinion in heard if opinion.engine == RULES), "")
    return Voice(voice.prompt, voice.model, voice.schema, ear)


def _engine(opinions: tuple[Opinion, ...]) -> str:
    """Who judged: `rules`, `claude+rules`, `rules (claude: timeout)`."""
    heard = sorted(
        {showable_line(opinion.engine, 40) for opinion in opinions if not opinion.trouble}
    )
    silent = [
        f"{showable_line(opinion.engine, 40)}: {showable_line(opinion.trouble, 80)}"
        for opinion in opinions
        if opinion.trouble
    ]
    return "+".join(heard or ["nobody"]) + (f" ({'; '.join(silent)})" if silent else "")


def _reading(thread: Thread, heard: tuple[Opinion, ...], desk: Desk) -> _Reading:
    return _Reading(
        _triage(thread, heard),
        _quotes(thread, tried_steps(thread), (opinion.tried for opinion in heard)),
        _quotes(thread, already_told(thread), (opinion.told for opinion in heard)),
        desk.notes.bearing(thread),
    )


def _triage(thread: Thread, heard: tuple[Opinion, ...]) -> tuple[Answer, ...]:
    """The six answers: a model's where its quote holds, else what the offline reading found."""
    posts = thread.from_customer()
    proposed: dict[str, Answer] = {}
    for opinion in heard:
        for answer in opinion.triage:
            quote = next(verify_quotes((answer.quote,) if answer.quote else (), posts), None)
            if quote:
                proposed.setdefault(answer.question, Answer(answer.question, quote.text, quote))
    return tuple(proposed.get(answer.question, answer) for answer in triage_questions(thread))


def _quotes(
    thread: Thread, own: tuple[Quote, ...], proposed: Iterable[tuple[Quote, ...]]
) -> tuple[Quote, ...]:
    """Our own quotes and the proposed ones that hold, each once, ours first."""
    more = verify_quotes((quote for quotes in proposed for quote in quotes), thread.from_customer())
    return tuple(dict.fromkeys((*own, *more)))[:QUOTES]
