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


def find_named_case(session: Session, asked: Command, case: Case) -> Case | None:
    """The case that a command means by key, by ticket, or by the bare number of either.

    `9` is the case whose ticket has this number in the scheme of the case at hand. One that was
    joined to another meanwhile is that one.
    """
    word = asked.subject_id.upper()
    if not word:
        return None
    tickets = [word]
    if word.isdigit():
        head = case.ticket.rstrip("0123456789")
        tickets = [f"{head}{word}"]
    known = journal.read_case(session, word)
    live = [
        other_case for ticket in tickets for other_case in cases_of(session, ticket)
        if other_case.live and other_case.key != case.key
    ]  # fmt: skip
    if known is None and live:
        return live[0] if len(live) == 1 else None
    ended = next(
        (other for ticket in tickets for other in reversed(cases_of(session, ticket))
            if other.key != case.key), None,
    )  # fmt: skip
    return _where_it_went(session, known or ended)


def _where_it_went(session: Session, case: Case | None) -> Case | None:
    """A case, or the one that it was closed into, and so on."""
    seen: set[str] = set()
    while case is not None and not case.live and case.into and case.key not in seen:
        seen.add(case.key)
        case = journal.read_case(session, case.into)
    return case


def follow_join(office: Office, session: Session, decision: Decision, act: Act) -> None:
    """After a decision was carried out: where it closed a case into another, say so there."""
    closed = next(
        (
            past_event
            for past_event in decision.events
            if isinstance(past_event, event.Closed) and past_event.into
        ),
        None,
    )
    into = journal.read_case(session, closed.into) if closed and closed.into else None
    case = decision.case
    if into is None or case is None:
        return
    _unite(session, into.ticket, case.ticket, act)
    situation = read_situation(office, session, into.ticket, office.clock.now())
    decision = on_joined(into, situation.setting, act, case.key)
    perform.carry_out(office, session, decision, situation)


def _unite(session: Session, keep: str, gone: str, act: Act) -> None:
    """One customer's two conversations become one, under the ticket of the case that goes on."""
    first, second = threads.get_thread(session, keep), threads.get_thread(session, gone)
    if first is None or second is None or first.customer != second.customer:
        return
    if threads.ticket_family(session, keep)[0] == threads.ticket_family(session, gone)[0]:
        return
    threads.merge_threads(session, keep, gone)
    merged = office_events.ConversationsMerged(
        at=second.last_at, by=act.by, cause=act.cause, ticket=keep, other=gone, by_what="word"
    )
    journal.enter(session, merged)
