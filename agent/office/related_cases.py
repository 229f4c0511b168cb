"""Which live cases may be the same matter as a case: to be shown, never joined."""

from deskless.agent.case.case import Case
from deskless.agent.office import journal
from deskless.store import cases, threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries

SHOWN = 2
"""How many related cases a brief shows, oldest first: more would not be read."""


def cases_of(session: Session, ticket: str) -> list[Case]:
    """Every case of a conversation and of those that were merged into it, oldest first."""
    rows = [row for one in threads.family(session, ticket) for row in cases.of_ticket(session, one)]
    return sorted(map(journal.case, rows), key=lambda one: (one.opened_at, one.key))


def alike(session: Session, case: Case) -> list[Case]:
    """Live cases of conversations that look like this one's, oldest first."""
    span = entries.Span(ticket=case.ticket, kinds=frozenset({"alike", "merged"}))
    named = [str(one.data["other"]).split(",") for one in entries.read(session, span)]
    tickets = dict.fromkeys(name for names in named for name in names if name)
    found = {
        one.key: one
        for ticket in (case.ticket, *tickets)
        for one in cases_of(session, ticket)
        if one.live and one.key != case.key
    }
    return sorted(found.values(), key=lambda one: (one.opened_at, one.key))[:SHOWN]
