"""Whether a customer wrote since their case last heard of it.

Told by the ledger, whose order is that in which the mails were read: neither the customer's clock
nor the server's can make news look old, and a thread that is judged again for another reason (new
criteria, a model that answers late) holds none.
"""

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.office.situation import Situation
from deskless.store import threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

READ = "read"


def news_for(session: Session, case: Case, situation: Situation) -> str | None:
    """The digest of the customer's newest mail that the case has not heard of; None: no news."""
    spoken = {f"mail:{post.key}": post.key for post in situation.thread.from_customer()}
    heard = _last_heard(session, case)
    if heard is None:
        return None
    mails: dict[int, Entry] = {}
    for ticket in threads.ticket_family(session, situation.ticket):
        span = Span(ticket=ticket, kinds=frozenset({READ}), after=heard.seq)
        mails |= {entry.seq: entry for entry in entries.read_entries(session, span)}
    causes = [
        entry.cause for _, entry in sorted(mails.items())
        if entry.cause in spoken and entry.cause != heard.cause and not entry.data.get("history")
    ]  # fmt: skip
    return spoken[causes[-1]] if causes else None


def _last_heard(session: Session, case: Case) -> Entry | None:
    """The entry with which the case last took in what its customer had written.

    That is its opening, or a touch by the customer.
    """
    last = None
    for entry in entries.read_entries(session, Span(case=case.key)):
        if last is None or (entry.kind == "touched" and entry.actor == event.CUSTOMER):
            last = entry
    return last
