"""Opening a case: by a verdict, or by a teammate who gives a reason and what was tried."""

from datetime import timedelta

from deskless.agent.case import event as ev
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.decide import EscalationRequest, open_case
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.escalation_limits import first_tier, present_matrix
from deskless.agent.case.state import advance
from deskless.agent.office import journal, office_events
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation, latest_verdict
from deskless.agent.outbound import perform
from deskless.mailbox.thread import Thread
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Met, Nature, Outcome, Severity, Type, Verdict, to_json
from deskless.store import cases, verdicts
from deskless.store.engine.session import Session


def by_verdict(
    office: Office, session: Session, situation: Situation, verdict: Verdict
) -> Case | None:
    """A new case for an escalating verdict; None where one is live already."""
    if situation.live_case:
        return None
    decision = opening_by_verdict(office, session, situation, verdict)
    perform.carry_out(office, session, decision, situation)
    return decision.case


def opening_by_verdict(
    office: Office, session: Session, situation: Situation, verdict: Verdict
) -> Decision:
    """What an escalating verdict leads to, decided and not yet done."""
    tier = verdict.tier or first_tier(situation.setting, None)
    start = _opening(office, session, situation, verdict, tier=tier)
    return open_case(start, situation.setting, Act(cause=_cause(situation.thread)))


def by_request(
    office: Office, session: Session, mail: Incoming, situation: Situation,
    asked: tuple[str, EscalationRequest],
) -> None:  # fmt: skip
    """A teammate's request: a new case, or the one that is live already, as it stands."""
    person, request = asked
    ticket = situation.ticket
    if office.shadow(session):
        asked_for = office_events.WouldHaveActed(
            at=mail.now, by=person, ticket=ticket, outcome=Outcome.ESCALATE, met=(),
            requester=person,
        )  # fmt: skip
        journal.enter(session, asked_for)
        return
    live = situation.live_case
    if live:
        event = ev.Refused(
            at=mail.now, by=person, cause=mail.cause, why=ev.Why.DUPLICATE, verb="escalate"
        )
        say = "It is escalated already."
        if not live.live:
            say = "It was escalated and is marked as resolved. If it is not, reply REOPEN."
        stands = WriteLetter(LetterKind.AS_IT_STANDS, person, None, (("say", say),))
        perform.carry_out(
            office, session, Decision(advance(live, event), (event,), (stands,)), situation
        )
        return
    verdict, setting = first_verdict(office, session, situation), situation.setting
    tier = first_tier(setting, person)
    start = _opening(office, session, situation, verdict, tier=tier, requester=person)
    act = Act(by=person, cause=mail.cause, message_id=mail.message.message_id or "")
    perform.carry_out(office, session, open_case(start, setting, act, request), situation)


def given_request(session: Session, case: Case) -> EscalationRequest:
    """What the requester has given so far."""
    reason, tried = "", ""
    for event in journal.case_events(session, case.key):
        reason = getattr(event, "reason", "") if isinstance(event, ev.Opening) else reason
        tried = getattr(event, "tried", "") or tried
    return EscalationRequest(reason=reason, tried=tried)


def _opening(  # noqa: PLR0913 - a case knows all of this when it begins
    office: Office,
    session: Session,
    situation: Situation,
    verdict: Verdict,
    *,
    tier: int,
    requester: str | None = None,
) -> ev.Opening:
    ticket, thread, facts = situation.ticket, situation.thread, situation.facts
    seq = cases.next_seq(session, ticket)
    renews = facts.at.date() + timedelta(days=facts.renewal_days or 0)
    spoken = thread.from_customer()
    sender = thread.customer
    account = situation.account
    who = account.customer if account else (sender.name or sender.email) if sender else "a customer"
    return ev.Opening(
        at=facts.at,
        key=f"{ticket}-{seq}",
        ticket=ticket,
        seq=seq,
        severity=verdict.severity or Severity.SEV3,
        type=verdict.type or Type.SERVICE,
        nature=verdict.nature or Nature.OPERATIONAL,
        tier=tier,
        policies=_met(verdict),
        risks=verdict.risks,
        requester=requester,
        verdict=verdict.key,
        policy_hash=office.rules.book.hash,
        account_tier=facts.tier.encode("ascii", "ignore").decode(),
        revenue=facts.revenue,
        renewal=renews.isoformat() if facts.renewal_days is not None else None,
        first_mail=spoken[0].at if spoken else None,
        last_touch=facts.last_customer_touch,
        unanswered_since=facts.unanswered_since,
        summary=verdict.summary,
        subject=f"{who}: {thread.subject or 'no subject'}",
    )


def _met(verdict: Verdict) -> tuple[str, ...]:
    return tuple(finding.policy for finding in verdict.findings if finding.met is Met.MET)


def _cause(thread: Thread) -> str:
    spoken = thread.from_customer()
    return f"mail:{spoken[-1].key}" if spoken else "clock"


def first_verdict(office: Office, session: Session, situation: Situation) -> Verdict:
    """The newest verdict on a conversation, or else a first look of the rules, which is kept.

    When a teammate asks, the case opens before any judge has had its turn: with what the rules see,
    which need no network; a model's later verdict may still raise it.
    """
    judged = latest_verdict(session, situation.ticket)
    if judged is not None:
        return judged
    thread, facts, book = situation.thread, situation.facts, office.rules.book
    opinion = RulesJudge().judge(thread, facts, book.asked())
    verdict = settle_verdict(thread, facts, book, (opinion,), desk_for(office, situation))
    now = situation.setting.now
    verdicts.put_answer(
        session, verdicts.VerdictText(verdict.key, to_json(verdict), now, situation.ticket)
    )
    return verdict


def desk_for(office: Office, situation: Situation) -> Desk:
    """The team as a judge of this conversation sees it: who is there, and who had it before."""
    setting = situation.setting
    return Desk(
        matrix=present_matrix(setting.matrix, setting), now=setting.now,
        tier=setting.matrix.first_line(), load=setting.load, history=setting.knew,
        notes=office.bench.notes,
    )  # fmt: skip
