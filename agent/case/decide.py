"""What follows from a verdict, from time, and from mail that is no answer: events and actions.

Every function takes the case, the setting (with the one instant `now`) and what happened, and
returns a `Decision`. Nothing is performed here. What people ask by reply is in `on_reply`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.deadline import answer_by, next_update_due, remind_at
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.escalation_limits import Choice, choose_named, manager_of, next_owner
from deskless.agent.case.live.event_return import CameBack
from deskless.policies.duration import parse_duration as parse_span
from deskless.policies.people.matrix import Person
from deskless.policies.policy import Policy
from deskless.policies.verdict import Severity

NAG = timedelta(hours=4)
"""A requester who owes two answers is asked again once, after this long."""
WAIT = {
    Severity.SEV1: timedelta(minutes=15),
    Severity.SEV2: timedelta(hours=1),
    Severity.SEV3: timedelta(hours=24),
    Severity.SEV4: timedelta(hours=24),
}
"""A case returned for information moves on without it after this long."""
DAILY = timedelta(hours=24)
"""How often the founder is reminded of a stranded case."""
GRACE = {
    Severity.SEV1: timedelta(minutes=15),
    Severity.SEV2: timedelta(minutes=30),
    Severity.SEV3: timedelta(hours=4),
    Severity.SEV4: timedelta(hours=24),
}
"""How long after a missed promise an owner keeps the case."""
URGENT = frozenset({Severity.SEV1, Severity.SEV2})
"""Severities whose moves the founder is told at once; they own nothing by that."""


@dataclass(frozen=True, slots=True)
class EscalationRequest:
    """What a teammate gave with an escalation: a reason, and what was tried."""

    reason: str = ""
    tried: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the two is still to be asked for."""
        return tuple(name for name in ("reason", "tried") if not getattr(self, name).strip())


def open_case(
    opening: event.Opening, setting: Setting, act: Act, request: EscalationRequest | None = None
) -> Decision:
    """A new case, by verdict (`request` is None) or by a teammate who must give reason and tried.

    `opening` carries the facts; its class, instant and author are set here.
    """
    draft = DecisionDraft(None, setting, act)
    facts = {
        name: getattr(opening, name)
        for name in event.Opening.__dataclass_fields__
        if name not in event.Event.__dataclass_fields__
    }
    given = {"reason": request.reason, "tried": request.tried} if request else {}
    if request and request.missing:
        draft.happen(event.Requested, **facts, **given, missing=request.missing)
        draft.mail(
            LetterKind.ASK_REQUESTER, opening.requester or "", missing=",".join(request.missing)
        )
        return draft.done()
    draft.happen(event.Opened, **facts, **given)
    _alert(draft)
    offer_next(draft)
    if request:
        draft.mail(LetterKind.RECEIPT, opening.requester or "", verb="escalate")
    return draft.done()


def complete_request(
    case: Case, setting: Setting, act: Act, request: EscalationRequest
) -> Decision:
    """The one who was asked has answered: the case goes on."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(event.Completed, reason=request.reason, tried=request.tried)
    offer_next(draft)
    draft.mail(LetterKind.RECEIPT, act.by, verb="escalate")
    return draft.done()


def on_away(case: Case, number: int, until: datetime | None, draft: DecisionDraft) -> Decision:
    """An out-of-office came back for a brief: never an answer, the offer moves on at once."""
    if case.handoff and case.handoff.number == number and case.status is Status.OFFERED:
        draft.happen(event.Away, number=number, until=until, by=case.handoff.to)
        draft.do(Revoke(number))
        offer_next(draft)
    return draft.done()


def on_undelivered(case: Case, number: int, status: str, draft: DecisionDraft) -> Decision:
    """The brief bounced: the next one is asked, and the founder knows of the address."""
    if case.handoff and case.handoff.number == number and case.status is Status.OFFERED:
        gone = case.handoff.to
        draft.happen(event.Undelivered, number=number, status=status)
        draft.do(Revoke(number))
        draft.mail(LetterKind.ALERT, draft.setting.founder, number, undelivered=gone)
        offer_next(draft)
    return draft.done()


def on_removed(case: Case, setting: Setting) -> Decision:
    """Who was asked, or owns it, is no longer in the matrix: the next is asked.

    Of an owner the founder hears it: nobody has it, whoever takes it.
    """
    draft = DecisionDraft(case, setting)
    handoff, owner = case.handoff, case.owner
    if owner and case.status is Status.OWNED and setting.matrix.person(owner) is None:
        draft.happen(event.Released, owner=owner, left=True)
        draft.mail(LetterKind.ALERT, setting.founder, left=owner)
        offer_next(draft)
    elif handoff and case.status is Status.OFFERED and setting.matrix.person(handoff.to) is None:
        draft.happen(event.Lapsed, number=handoff.number)
        draft.do(Revoke(handoff.number))
        offer_next(draft)
    return draft.done()


def on_return(case: Case, setting: Setting, person_id: str) -> Decision:
    """Somebody is back who was away when they were asked: what nobody took since is theirs to take.

    Only where it is with the founder, because the chain has ended: an offer that is open runs its
    time. Once a case and person, so that an absence without an end asks nobody again and again.
    """
    draft = DecisionDraft(case, setting)
    away = [each for each in case.handoffs if each.to == person_id and each.result is Result.AWAY]
    person, handoff = setting.matrix.person(person_id), case.handoff
    if case.status is not Status.STRANDED or len(away) != 1 or not person or not handoff:
        return draft.done()
    draft.happen(CameBack, number=handoff.number, to=person_id, by=event.CLOCK)
    draft.do(Revoke(handoff.number))
    offer_next(draft, Choice(person, away[0].tier, f"{person.name} is back; nobody has taken it."))
    draft.mail(LetterKind.MOVED, handoff.to, handoff.number, returned=person_id)
    return draft.done()


def step_due(case: Case) -> datetime | None:
    """When the status itself has its next step (UTC), which `TIMED` is; None: never."""
    if case.status is Status.REQUESTED:
        if case.handoffs:
            return case.changed_at + WAIT[case.severity]
        return None if case.nagged else case.opened_at + NAG
    if case.status is Status.OPEN:
        return case.changed_at
    if case.status is Status.OWNED and case.promise:
        return case.promise + (GRACE[case.severity] if case.lease_reminded else timedelta(0))
    handoff = case.handoff
    if handoff is None or not case.live:
        return None
    if case.status is Status.STRANDED:
        return handoff.remind_at
    return handoff.answer_by if handoff.reminded else min(handoff.remind_at, handoff.answer_by)


def deadline_at(case: Case) -> datetime | None:
    """The one deadline (UTC) that everything shows of a case; None: nothing is awaited.

    Of an offer it is when that is to be answered, of an owned case the promised update.
    """
    handoff = case.handoff
    if case.status is Status.OFFERED and handoff:
        return handoff.answer_by
    if case.status is Status.STRANDED and handoff:
        return handoff.remind_at
    if case.status is Status.OWNED:
        return case.promise
    return None if case.status is Status.OPEN else step_due(case)


def offer_next(draft: DecisionDraft, choice: Choice | None = None) -> None:
    """Offer the case to `choice`, or to the next in the chain, or leave it with the founder."""
    case, setting = draft.case, draft.setting
    choice = choice or next_owner(case, setting)
    number = len(case.handoffs) + 1
    if choice is None:
        again = setting.now + DAILY
        draft.happen(
            event.Stranded,
            founder=setting.founder,
            number=number,
            remind_at=again,
            by=event.DESKLESS,
        )
        draft.mail(LetterKind.STRANDED, setting.founder, number)
        return
    person = choice.person
    draft.happen(
        event.Offered, number=number, to=person.id, tier=choice.tier, lead=person.lead,
        why=choice.why, by=event.DESKLESS, **_clock(case, setting, person),
    )  # fmt: skip
    draft.mail(LetterKind.BRIEF, person.id, number)


def _clock(case: Case, setting: Setting, person: Person) -> dict[str, Any]:
    """By when an offer that is made now is to be answered, and the computation."""
    within = _within(case, setting) or setting.clocks_of(case).first_response
    clock = answer_by(case.severity, within, setting.now, hours=person.hours, name=person.name)
    remind = remind_at(setting.now, clock.at, person.hours)
    return {"answer_by": clock.at, "remind_at": remind, "clock": clock.text}


def offer_begins(case: Case, setting: Setting, *, anew: bool = False) -> Decision:
    """The brief of the open offer leaves late: the time to answer it begins now.

    `anew`: it never left, and is written again with the time as it is now.
    """
    draft = DecisionDraft(case, setting)
    person = setting.matrix.person(case.handoff.to) if case.handoff else None
    if case.handoff and person and case.status is Status.OFFERED:
        number = case.handoff.number
        draft.happen(event.Retimed, number=number, **_clock(case, setting, person))
        if anew:
            draft.mail(LetterKind.BRIEF, person.id, number)
    return draft.done()


def offer_to(draft: DecisionDraft, to: str) -> None:
    """Offer the case to somebody who was named."""
    offer_next(draft, choose_named(to, draft.case, draft.setting, draft.act.by))


def promised_update_at(case: Case, setting: Setting, owner: Person | None) -> datetime:
    """When the customer is to hear next, by the cadence of the severity."""
    hours = owner.hours if owner else setting.team
    clocks = setting.clocks_of(case)
    return next_update_due(case.severity, setting.now, hours=hours, clocks=clocks).at


def _within(case: Case, setting: Setting) -> str:
    """The shortest span of its policies; one that never grades so severely says nothing here."""
    met = [
        policy for policy in setting.policies if policy.id in case.policies and policy.answer_within
    ]
    spans = [
        policy.answer_within for policy in met if _gravest(policy).value <= case.severity.value
    ]
    return min(spans, key=parse_span) if spans else ""


def _gravest(policy: Policy) -> Severity:
    """The most severe that a policy can grade a case."""
    grades = [policy.severity, *(grade for _, grade in policy.severities)]
    grades += [policy.ceiling] if policy.ceiling else []
    return min(grades, key=lambda severity: severity.value)


def _alert(draft: DecisionDraft) -> None:
    """Severity notifies upwards at once; ownership still moves one tier at a time."""
    if draft.case.severity is Severity.SEV1:
        draft.mail(LetterKind.ALERT, draft.setting.founder)


def _requested(draft: DecisionDraft) -> None:
    case = draft.case
    if case.handoffs:
        draft.happen(event.Completed)
        offer_next(draft)
        return
    draft.happen(event.Reminded, to=case.asked or "")
    draft.mail(
        LetterKind.ASK_REQUESTER, case.asked or "", missing=",".join(case.missing), again="yes"
    )


def _offered(draft: DecisionDraft) -> None:
    handoff = draft.case.handoff
    assert handoff is not None, "an offered case has an open handoff"
    if draft.setting.now < handoff.answer_by:
        draft.happen(event.Reminded, to=handoff.to)
        draft.mail(LetterKind.REMINDER, handoff.to, handoff.number)
        return
    draft.happen(event.Lapsed, number=handoff.number)
    draft.do(Revoke(handoff.number))
    offer_next(draft)


def _stranded(draft: DecisionDraft) -> None:
    handoff = draft.case.handoff
    assert handoff is not None, "a stranded case is a handoff to the founder"
    draft.happen(event.Reminded, to=handoff.to, again=draft.setting.now + DAILY)
    draft.mail(LetterKind.STRANDED, handoff.to, handoff.number, again="yes")


def _owned(draft: DecisionDraft) -> None:
    case = draft.case
    owner = case.owner or ""
    if not case.lease_reminded:
        draft.happen(event.Reminded, to=owner)
        draft.mail(LetterKind.LEASE, owner)
        return
    draft.happen(event.Released, owner=owner)
    draft.mail(LetterKind.RELEASED, owner)
    if case.severity in URGENT:
        manager = manager_of(owner, case.tier, draft.setting)
        for party in dict.fromkeys((manager, draft.setting.founder)):
            if party != owner:
                draft.mail(LetterKind.MOVED, party, old=owner)
    offer_next(draft)


TIMED = {
    Status.REQUESTED: _requested,
    Status.OPEN: offer_next,
    Status.OFFERED: _offered,
    Status.STRANDED: _stranded,
    Status.OWNED: _owned,
}
"""What time brings, by status. Nothing is due of one that has ended but to ask (`live/endings`)."""
