"""What a verdict would lead to: who would be asked, until when, by which sentence of the customer.

The decision is made as it would be for real and then not carried out, so what is shown beforehand
is what happens afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskless.agent.case import event
from deskless.agent.case.deadline import answer_by
from deskless.agent.case.decide import deadline_at
from deskless.agent.case.escalation_limits import first_tier
from deskless.agent.judging import open_case, reviews
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.policies.facts import Facts
from deskless.policies.people.accounts import CustomerAccount
from deskless.policies.people.matrix import Person
from deskless.policies.policy import Policy
from deskless.policies.settle.next_owner import Desk, suggest_owner
from deskless.policies.verdict import Met, Outcome, Severity, Verdict
from deskless.store.engine.session import Session


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of a conversation, for a person to look at.

    `at` is the instant it would happen, `until` when the answer would be due (both UTC), `asked`
    who would be asked by name; empty: nobody. `case` is the live case that it belongs to.
    `quote` is the sentence of the customer's that the leading criterion rests on.
    """

    ticket: str
    at: datetime
    customer: str
    subject: str
    outcome: Outcome
    severity: Severity | None = None
    criteria: tuple[str, ...] = ()
    quote: str = ""
    asked: str = ""
    until: datetime | None = None
    why: str = ""
    case: str = ""

    @property
    def moves(self) -> bool:
        """Whether a person would be asked."""
        return self.outcome is not Outcome.LEAVE

    def asdict(self) -> dict[str, Any]:
        """For a program: instants with their zone, words as they are."""
        return {
            "ticket": self.ticket, "at": self.at.isoformat(), "customer": self.customer,
            "subject": self.subject, "outcome": self.outcome.value,
            "severity": self.severity.value if self.severity else None,
            "criteria": list(self.criteria), "quote": self.quote or None,
            "asked": self.asked or None, "until": self.until.isoformat() if self.until else None,
            "why": self.why or None, "case": self.case or None,
        }  # fmt: skip


def foresee_verdict(
    office: Office, session: Session, situation: Situation, verdict: Verdict
) -> Foreseen:
    """What this verdict would lead to at the instant of the situation; nothing is done."""
    live = situation.live_case
    asked, until, why = "", None, ""
    if live is not None:
        handoff = live.handoff
        asked = office.name(live.owner or (handoff.to if handoff else office.rules.founder))
        until, why = deadline_at(live), f"{live.key}, {live.status.value}"
    elif verdict.outcome is Outcome.ESCALATE:
        asked, until, why = _offer(office, session, situation, verdict)
    elif verdict.outcome is Outcome.REVIEW:
        asked, until = _question(office, situation)
        why = "asked whether it is one"
    findings = _in_order(verdict)
    return Foreseen(
        ticket=situation.ticket, at=situation.setting.now,
        customer=_who(situation.account, situation), subject=situation.thread.subject,
        outcome=verdict.outcome, severity=verdict.severity if verdict.outcome is Outcome.ESCALATE
        else None, criteria=tuple(policy for policy, _ in findings),
        quote=next((quote for _, quote in findings if quote), ""), asked=asked, until=until,
        why=why, case=live.key if live else "",
    )  # fmt: skip


def asked_for(
    office: Office, policy: Policy, at: datetime, passed: frozenset[str] = frozenset()
) -> Person | None:
    """Who would be asked for a new case of this criterion at an instant, with nobody busy.

    `passed` are the ids of those who were asked before. None: nobody is left but the founder.
    """
    matrix = office.rules.matrix
    with office.store.reading() as session:
        setting = office.setting(session, at)
    tier = first_tier(setting, None)
    below = max((number for number in matrix.tiers() if number < tier), default=tier - 1)
    desk = Desk(matrix=matrix, now=at, tier=below, passed=passed)
    suggestion = suggest_owner(desk, (policy,), Facts(at=at, language=""))
    return matrix.person(suggestion.person or "")


def _offer(
    office: Office, session: Session, situation: Situation, verdict: Verdict
) -> tuple[str, datetime | None, str]:
    """Whom the case would be offered to, until when, and why; the founder where nobody is left."""
    decision = open_case.opening_by_verdict(office, session, situation, verdict)
    for happened in decision.events:
        if isinstance(happened, event.Offered):
            return office.name(happened.to), happened.answer_by, happened.why
    return office.name(office.rules.founder), None, "nobody else can be asked"


def _question(office: Office, situation: Situation) -> tuple[str, datetime | None]:
    """Whom a doubt would be shown to, and until when it is to be answered."""
    person = reviews.reviewers_of(office, situation).next_after(())
    if person is None:
        return "", None
    within = situation.setting.clocks.of(Severity.SEV3).first_response
    due = answer_by(Severity.SEV3, within, situation.setting.now, hours=person.hours)
    return person.name, due.at


def _in_order(verdict: Verdict) -> list[tuple[str, str]]:
    """Each criterion that speaks and its first quote: the leading one first, the met before the
    doubted.
    """

    def rows() -> Iterator[tuple[bool, bool, str, str]]:
        for finding in verdict.findings:
            if finding.met is not Met.NOT_MET:
                quote = finding.quotes[0].text if finding.quotes else ""
                leads = finding.policy != verdict.leading
                yield leads, finding.met is not Met.MET, finding.policy, quote

    return [(policy, quote) for _, _, policy, quote in sorted(rows(), key=lambda row: row[:2])]


def _who(account: CustomerAccount | None, situation: Situation) -> str:
    sender = situation.thread.customer
    name = (sender.name or sender.email) if sender else "unknown sender"
    return f"{name}, {account.customer}" if account and account.customer != name else name
