"""One matter, two cases: JOIN closes one into the other, by a person's word alone.

The parties of both are told. Where it is one customer, the conversations become one as well; two
customers stay two.
"""

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act, Decision
from deskless.agent.case.on_mail import on_joined
from deskless.agent.case.verbs import Command
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.office.situation import cases_of, read_situation
from deskless.agent.outbound import perform
from deskless.store import threads
from deskless.store.engine.session import Session


def named(session: Session, asked: Command, case: Case) -> Case | None:
    """The case that a command means by key, by ticket, or by the bare number of either.

    `9` is the case whose ticket has this number in the scheme of the case at hand.
    """
    word = asked.subject_id.upper()
    if not word:
        return None
    tickets = [word]
    if word.isdigit():
        head = case.ticket.rstrip("0123456789")
        tickets = [f"{head}{word}"]
    known = journal.read(session, word)
    live = [
        one for ticket in tickets for one in cases_of(session, ticket)
        if one.live and one.key != case.key
    ]  # fmt: skip
    return known or (live[0] if len(live) == 1 else None)


def follow(office: Office, session: Session, decision: Decision, act: Act) -> None:
    """After a decision was carried out: where it closed a case into another, say so there."""
    closed = next(
        (one for one in decision.events if isinstance(one, event.Closed) and one.into), None
    )
    into = journal.read(session, closed.into) if closed and closed.into else None
    case = decision.case
    if into is None or case is None:
        return
    _unite(session, into.ticket, case.ticket, act)
    situation = read_situation(office, session, into.ticket, office.clock.now())
    decision = on_joined(into, situation.setting, act, case.key)
    perform.carry(office, session, decision, situation)


def _unite(session: Session, keep: str, gone: str, act: Act) -> None:
    """One customer's two conversations become one, under the ticket of the case that goes on."""
    first, second = threads.get(session, keep), threads.get(session, gone)
    if first is None or second is None or first.customer != second.customer:
        return
    if threads.family(session, keep)[0] == threads.family(session, gone)[0]:
        return
    threads.merge(session, keep, gone)
    merged = office_events.ConversationsMerged(
        at=second.last_at, by=act.by, cause=act.cause, ticket=keep, other=gone, by_what="word"
    )
    journal.enter(session, merged)
