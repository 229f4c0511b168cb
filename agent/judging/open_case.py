"""Opening a case: by a verdict, or by a teammate who gives a reason and what was tried."""

from datetime import timedelta

from deskless.agent.case import event as ev
from deskless.agent.case.action import Letter, Mail
from deskless.agent.case.case import Case
from deskless.agent.case.decide import Request, open_case
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.escalation_limits import first_tier
from deskless.agent.judging.first_look import seen
from deskless.agent.office import conversation, journal
from deskless.agent.office.history import facts_of, knew
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.related_cases import cases_of
from deskless.agent.outbound import perform
from deskless.mailbox.thread import Thread
from deskless.policies.facts import Facts
from deskless.policies.verdict import Met, Nature, Severity, Type, Verdict
from deskless.store import cases, threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries


def by_verdict(
    office: Office, session: Session, thread: Thread, facts: Facts, verdict: Verdict
) -> Case | None:
    """A new case for an escalating verdict; None where one is live already."""
    assert thread.ticket is not None, "a stored conversation has its ticket"
    if live_case(session, thread.ticket):
        return None
    now = office.clock.now()
    knows = knew(session, thread.ticket)
    setting = office.setting(session, now, knew=knows, language=facts.language)
    tier = verdict.tier or first_tier(setting, None)
    start = _opening(office, session, thread.ticket, facts, verdict, tier=tier)
    decision = open_case(start, setting, Act(cause=_cause(thread)))
    perform.carry(office, session, decision)
    return decision.case


def by_request(
    office: Office, session: Session, mail: Incoming, ticket: str, asked: tuple[str, Request]
) -> None:
    """A teammate's request: a new case, or the one that is live already, as it stands."""
    person, request = asked
    ticket = threads.family(session, ticket)[0]
    if office.shadow(session):
        data: dict[str, object] = {"outcome": "escalate", "owner": None, "met": [], "by": person}
        note = journal.Note(kind="would", at=mail.now, by=person, ticket=ticket, data=data)
        entries.append(session, [journal.note(note)])
        return
    live = live_case(session, ticket)
    if live:
        event = ev.Refused(
            at=mail.now, by=person, cause=mail.cause, why=ev.Why.DUPLICATE, verb="escalate"
        )
        say = "It is escalated already."
        if not live.live:
            say = "It was escalated and is marked as resolved. If it is not, reply REOPEN."
        stands = Mail(Letter.AS_IT_STANDS, person, None, (("say", say),))
        perform.carry(office, session, Decision(live, (event,), (stands,)))
        return
    kept = seen(office, session, ticket)
    facts = facts_of(office, session, conversation.read(session, ticket))
    knows = knew(session, ticket)
    setting = office.setting(session, mail.now, knew=knows, language=facts.language)
    start = _opening(
        office, session, ticket, facts, kept, tier=first_tier(setting, person), requester=person
    )
    act = Act(by=person, cause=mail.cause, message_id=mail.message.message_id or "")
    perform.carry(office, session, open_case(start, setting, act, request))


def given(session: Session, case: Case) -> Request:
    """What the requester has given so far."""
    reason, tried = "", ""
    for one in journal.events(session, case.key):
        reason = getattr(one, "reason", "") if isinstance(one, ev.Opening) else reason
        tried = getattr(one, "tried", "") or tried
    return Request(reason=reason, tried=tried)


def live_case(session: Session, ticket: str) -> Case | None:
    """The conversation's case that is not closed; one that is not even resolved goes first."""
    kept = [one for one in cases_of(session, ticket) if one.closed_at is None]
    return next((one for one in kept if one.live), kept[0] if kept else None)


def _opening(  # noqa: PLR0913 - a case knows all of this when it begins
    office: Office,
    session: Session,
    ticket: str,
    facts: Facts,
    verdict: Verdict,
    *,
    tier: int,
    requester: str | None = None,
) -> ev.Opening:
    seq = cases.next_seq(session, ticket)
    thread = conversation.read(session, ticket)
    renews = facts.at.date() + timedelta(days=facts.renewal_days or 0)
    spoken = thread.from_customer()
    sender = thread.customer
    account = office.rules.accounts.find(sender.email) if sender else None
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
    return tuple(one.policy for one in verdict.findings if one.met is Met.MET)


def _cause(thread: Thread) -> str:
    spoken = thread.from_customer()
    return f"mail:{spoken[-1].key}" if spoken else "clock"
