"""A conversation as it stands in one transaction: read once, then passed down.

Whoever decides about a conversation is given its `Situation` instead of fetching for himself: the
thread, its cases, the facts, and the setting of a decision. It is true for the transaction it was
read in and no longer; after something was recorded, the decision's own case is what counts.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from deskless.agent.case.case import Case, Status
from deskless.agent.office import conversation, journal
from deskless.agent.office.office import Office
from deskless.mailbox.thread import Thread
from deskless.policies.people.accounts import CustomerAccount
from deskless.policies.verdict import Severity, UnknownForm, Verdict, from_json
from deskless.store import cases, threads, verdicts
from deskless.store.engine.session import Session
from deskless.store.ledger import entries

if TYPE_CHECKING:  # what judges and what decides, which a command that only looks never loads
    from deskless.agent.case.decision import Setting
    from deskless.policies.facts import Facts
    from deskless.policies.reading.gather import History

SEVERE = frozenset({Severity.SEV1, Severity.SEV2})
WINDOW = timedelta(days=30)
"""In which another conversation of the same customer is a repeat contact."""
SHOWN = 2
"""Cases that are shown as possibly the same matter; a longer list is not read."""
BREATH = timedelta(hours=1)
"""Within which severe cases of one criterion may have one cause, whoever the customers are."""
BATCH = 6
"""Cases of one cause that are shown."""


@dataclass(frozen=True)
class Situation:
    """What is known of a conversation: `ticket` is the one it goes under, also when it was merged.

    `cases` are all there ever were of it, oldest first. `setting` knows the customer's language
    and who had the conversation before.
    """

    ticket: str
    thread: Thread
    cases: tuple[Case, ...]
    setting: "Setting"
    account: CustomerAccount | None
    history: "History"

    @cached_property
    def facts(self) -> "Facts":
        """What code knows about the conversation at the setting's instant."""
        from deskless.policies.reading.gather import gather_facts

        team = self.setting.matrix.id_by_email
        facts = gather_facts(
            self.thread, self.account, now=self.setting.now, history=self.history, team=team
        )
        return replace(facts, hours=self.setting.team)

    @property
    def live_case(self) -> Case | None:
        """The case that is not closed; one that is not even resolved goes first."""
        open_ones = [case for case in self.cases if case.closed_at is None]
        return next((case for case in open_ones if case.live), next(iter(open_ones), None))

    def case(self, key: str | None) -> Case | None:
        """The case of this key, where it is one of this conversation."""
        return next((case for case in self.cases if case.key == key), None)


def read_situation(office: Office, session: Session, ticket: str, now: datetime) -> Situation:
    """The situation of a ticket's conversation at an instant (UTC)."""
    from deskless.policies.reading.gather import History
    from deskless.policies.reading.language import text_language

    thread = conversation.read_thread(session, ticket)
    ticket = thread.ticket or ticket
    of_thread = tuple(cases_of(session, ticket))
    owners = tuple(dict.fromkeys(case.owner for case in reversed(of_thread) if case.owner))
    spoken = text_language("\n".join(post.text for post in thread.from_customer()))
    account = office.rules.accounts.find(thread.customer.email) if thread.customer else None
    return Situation(
        ticket=ticket,
        thread=thread,
        cases=of_thread,
        setting=office.setting(
            session,
            now,
            knew=owners,
            language=spoken,
            account_owner=office.named(account.owner) if account else "",
        ),
        account=account,
        history=History(_other_threads(session, ticket, now), len(of_thread), owners),
    )


def cases_of(session: Session, ticket: str) -> list[Case]:
    """Every case of a conversation and of those that were merged into it, oldest first."""
    rows = [
        row
        for item in threads.ticket_family(session, ticket)
        for row in cases.of_ticket(session, item)
    ]
    return sorted(map(journal.case_of_row, rows), key=lambda case: (case.opened_at, case.key))


def alike(session: Session, case: Case, others: Iterable[Case]) -> list[Case]:
    """Live ones of the `lookalikes` of a case and of its cause: oldest first, never joined."""
    live = (each for each in others if each.live)
    near = sorted(live, key=lambda each: (each.opened_at, each.key))[:SHOWN]
    known_keys = {each.key for each in near}
    return [*near, *(each for each in same_cause(session, case) if each.key not in known_keys)]


def ended_alike(case: Case, now: datetime, others: Iterable[Case]) -> list[Case]:
    """`lookalikes` on the same criterion that ended in the last month, the latest first."""
    ended = [
        each for each in others
        if each.closed_at and now - each.closed_at <= WINDOW and not each.into
            and set(each.policies) & set(case.policies)
    ]  # fmt: skip
    return sorted(ended, key=lambda each: (each.closed_at or now, each.key))[: -SHOWN - 1 : -1]


def lookalikes(session: Session, case: Case, known: Situation | None = None) -> list[Case]:
    """The other cases of this conversation, and those of the ones that were found alike.

    `known` is the situation of the case's own conversation, where somebody has read it.
    """
    span = entries.Span(ticket=case.ticket, kinds=frozenset({"alike", "merged"}))
    named = [str(entry.data["other"]).split(",") for entry in entries.read_entries(session, span)]
    tickets = dict.fromkeys(name for names in named for name in names if name)
    own = known.cases if known else cases_of(session, case.ticket)
    others = (each for ticket in tickets for each in cases_of(session, ticket))
    fields = {each.key: each for each in (*own, *others) if each.key != case.key}
    return list(fields.values())


def same_cause(session: Session, case: Case) -> list[Case]:
    """Severe live cases of other customers that began in the same breath by the same criterion.

    Five customers and one outage: whoever is offered one of them sees the others. Suggested, never
    joined by itself.
    """
    if case.status is not Status.OFFERED or case.severity not in SEVERE or not case.policies:
        return []
    states = [
        json.loads(state)
        for status in (Status.OFFERED, Status.OWNED)
        for state in cases.states_of(session, status.value)
    ]
    keys = [
        str(state["key"])
        for state in states
        if set(state["policies"]) & set(case.policies)
        and state["ticket"] != case.ticket
        and abs(datetime.fromisoformat(state["opened_at"]) - case.opened_at) <= BREATH
    ]
    others = (journal.read_case(session, key) for key in sorted(keys)[:BATCH])
    return [other for other in others if other]


def latest_verdict(session: Session, ticket: str) -> Verdict | None:
    """The newest verdict on a conversation."""
    span = entries.Span(ticket=ticket, kinds=frozenset({"judged"}))
    keys = [str(entry.data["verdict"]) for entry in entries.read_entries(session, span)]
    return kept_verdict(session, keys[-1]) if keys else None


def kept_verdict(session: Session, key: str) -> Verdict | None:
    """The verdict under this key, unless an older version wrote it in another form."""
    text = verdicts.get_answer(session, key)
    try:
        return from_json(text) if text else None
    except UnknownForm:
        return None


def _other_threads(session: Session, ticket: str, now: datetime) -> tuple[datetime, ...]:
    """When the customer's other conversations of the window began (UTC)."""
    info = threads.get_thread(session, ticket)
    if info is None or not info.customer:
        return ()
    recent = threads.of_customer(session, info.customer, now - WINDOW)
    return tuple(each.opened_at for each in recent if each.ticket != ticket)
