"""What a person corrects of what the judge said: severity, type, customer, criterion.

Owner, lead and founder may; the clocks follow, who must act is told, and the judgement that was
wrong is named in the entry, so that it counts as wrong.
"""

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.deadline import answer_by, next_update_due
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import ask_back, read_as, refuse_command
from deskless.agent.case.verbs import Command, Verb
from deskless.policies.policy import Policy
from deskless.policies.verdict import Severity, Type

if TYPE_CHECKING:
    from deskless.policies.people.accounts import CustomerAccount


def correct_case(draft: DecisionDraft, asked: Command) -> None:
    """SEV-2 because …, type …, customer …, not CRITERION."""
    if not may_correct(draft.case, draft.setting, draft.act.by):
        draft.happen(event.Noted, note=asked.note or asked.line)
        say = "The owner, a lead or the founder can correct that; your words are kept for them."
        draft.mail(LetterKind.AS_IT_STANDS, draft.act.by, draft.act.number, say=say)
        return
    facts = READERS[asked.verb](draft, asked)
    if isinstance(facts, str):
        ask_back(draft, asked.line, facts, ())
        return
    was = draft.case
    if not _changes(was, facts):
        refuse_command(draft, asked, Why.DONE, "It says so already.")
        return
    severity = facts.get("severity")
    clocks = clocks_follow(was, draft.setting, severity) if severity else {}
    draft.happen(event.Corrected, verdict=was.verdict, note=asked.note, **facts, **clocks)
    draft.mail(LetterKind.RECEIPT, draft.act.by, draft.act.number, **read_as(asked))
    _tell(draft, was)


def may_correct(case: Case, setting: Setting, person_id: str) -> bool:
    """Whether somebody's word stands over the judge's: owner, founder, any tier's lead."""
    leads = {person.id for person in setting.matrix.people if person.lead}
    return person_id in {case.owner, setting.founder, *leads}


def clocks_follow(case: Case, setting: Setting, severity: Severity) -> dict[str, Any]:
    """The offer's deadline and the next update as the new severity asks for them.

    A time that the customer was told stays, unless the new severity asks for an earlier one.
    """
    clocks = setting.clocks.of(severity, case.account_tier)
    if case.status is Status.OFFERED and case.handoff:
        person = setting.matrix.person(case.handoff.to)
        hours = person.hours if person else setting.team
        due = answer_by(severity, clocks.first_response, setting.now, hours=hours)
        return {"answer_by": due.at}
    if case.promise is None:
        return {}
    person = setting.matrix.person(case.owner or "")
    hours = person.hours if person else setting.team
    due = next_update_due(severity, setting.now, hours=hours, clocks=clocks)
    return {"promise": min(due.at, case.promise) if case.word_at or case.expected else due.at}


def _changes(case: Case, facts: dict[str, Any]) -> bool:
    if facts.get("not_met"):
        return facts["not_met"] in case.policies
    if facts.get("account"):
        return True
    kinds = {"severity": case.severity, "type": case.type}
    moved = any(facts[name] != value for name, value in kinds.items() if name in facts)
    return moved or bool(facts.get("policy") and facts["policy"] not in case.policies)


def _tell(draft: DecisionDraft, was: Case) -> None:
    """Who must act hears of it; of a severe case, before or after, the founder."""
    case, by, founder = draft.case, draft.act.by, draft.setting.founder
    acting = case.acting
    parties = [acting, founder if {was.severity, case.severity} & URGENT else None]
    for party in dict.fromkeys(parties):
        if party and party != by:
            number = case.offer_number(party)
            draft.mail(LetterKind.TAKEN, party, number, why="corrected", by=by)


def _severity(draft: DecisionDraft, asked: Command) -> dict[str, Any] | str:
    digit = re.search(r"[1-4]", asked.value)
    if digit is None:
        return "Which severity? SEV-1, SEV-2, SEV-3 or SEV-4."
    return {"severity": Severity(f"SEV-{digit[0]}")}


def _type(draft: DecisionDraft, asked: Command) -> dict[str, Any] | str:
    """A type by its name, or a criterion: then its type, and the criterion holds."""
    kinds = {kind.value: kind for kind in Type}
    word = asked.value.casefold().strip()
    if word in kinds:
        return {"type": kinds[word]}
    policy = find_policy(word, draft.setting.policies)
    if policy:
        return {"type": Type(policy.type), "policy": policy.id}
    near = get_close_matches(word, kinds, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"I know no type called “{asked.value}”.{guess} There are {', '.join(kinds)}."


def _not_met(draft: DecisionDraft, asked: Command) -> dict[str, Any] | str:
    met = tuple(policy for policy in draft.setting.policies if policy.id in draft.case.policies)
    policy = find_policy(asked.value, met)
    gone = [name for name in draft.case.policies if name == asked.value.casefold()]
    if policy or gone:
        return {"not_met": policy.id if policy else gone[0]}
    known = ", ".join(draft.case.policies) or "none"
    return f"“{asked.value}” is no criterion of this case. It rests on: {known}."


def _customer(draft: DecisionDraft, asked: Command) -> dict[str, Any] | str:
    account = find_account(asked.value, draft.setting.accounts)
    if account is None:
        names = {each.customer.casefold(): each.customer for each in draft.setting.accounts}
        near = get_close_matches(asked.value.casefold(), names, 1)
        guess = f" Did you mean {names[near[0]]}?" if near else ""
        return f"I know no customer called “{asked.value}”.{guess}"
    renewal = account.renewal.isoformat() if account.renewal else None
    tier = account.tier.encode("ascii", "ignore").decode()
    return {
        "account": True, "customer": account.customer, "account_tier": tier,
        "revenue": account.revenue, "renewal": renewal,
    }  # fmt: skip


READERS = {
    Verb.SEVERITY: _severity, Verb.TYPE: _type, Verb.NOT_MET: _not_met, Verb.CUSTOMER: _customer,
}  # fmt: skip
"""What each correction sets, or the sentence that asks back."""


def find_policy(word: str, policies: tuple[Policy, ...]) -> Policy | None:
    """The criterion of this id or name, written in any case, with blanks or hyphens."""
    wanted = _plain(word)
    return next(
        (policy for policy in policies if wanted in {_plain(policy.id), _plain(policy.name)}), None
    )


def find_account(word: str, accounts: "tuple[CustomerAccount, ...]") -> "CustomerAccount | None":
    """The customer of this name or domain; a beginning is enough where only one begins so."""
    wanted = word.casefold().strip(" .'’")
    exact = [
        each for each in accounts
        if wanted == each.customer.casefold() or wanted in each.addresses
    ]  # fmt: skip
    begun = [each for each in accounts if wanted and each.customer.casefold().startswith(wanted)]
    named = exact or (begun if len(begun) == 1 else [])
    return named[0] if named else None


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "-", word.casefold().strip())
