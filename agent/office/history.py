"""A conversation's facts, earlier owners and latest verdict, gathered from the store.

What a judge and a decision need beyond the words: one place, so that both see the same.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from deskless.agent.office import conversation
from deskless.agent.office.office import Office
from deskless.agent.office.related_cases import cases_of
from deskless.mailbox.thread import Thread
from deskless.policies.verdict import UnknownForm, Verdict, from_json
from deskless.store import threads, verdicts
from deskless.store.engine.session import Session
from deskless.store.ledger import entries

if TYPE_CHECKING:
    from deskless.agent.case.decision import Setting
    from deskless.policies.facts import Facts
    from deskless.policies.reading.gather import History

WINDOW = timedelta(days=30)
"""In which another conversation of the same customer is a repeat contact."""


def facts_of(office: Office, session: Session, thread: Thread) -> "Facts":
    """What code knows about a stored conversation, now."""
    from deskless.policies.reading.gather import gather

    matrix, now = office.rules.matrix, office.clock.now()
    customer = thread.customer.email if thread.customer else ""
    account = office.rules.accounts.find(customer) if customer else None

    def team(email: str) -> str | None:
        person = matrix.by_email(email)
        return person.id if person else None

    past = _history(session, thread, now)
    return gather(thread, account, now=now, history=past, team=team)


def knew(session: Session, ticket: str) -> tuple[str, ...]:
    """Who owned an earlier case of this conversation, latest first."""
    owners = [one.owner for one in reversed(cases_of(session, ticket)) if one.owner]
    return tuple(dict.fromkeys(owners))


def world(office: Office, session: Session, ticket: str, now: datetime) -> "Setting":
    """The setting of a decision about this conversation: its language, and who had it before."""
    from deskless.policies.reading.language import language

    spoken = conversation.read(session, ticket).from_customer()
    said = language("\n".join(one.text for one in spoken))
    return office.setting(session, now, knew=knew(session, ticket), language=said)


def latest(session: Session, ticket: str) -> Verdict | None:
    """The newest verdict on a conversation."""
    span = entries.Span(ticket=ticket, kinds=frozenset({"judged"}))
    keys = [str(one.data["verdict"]) for one in entries.read(session, span)]
    return kept(session, keys[-1]) if keys else None


def kept(session: Session, key: str) -> Verdict | None:
    """The verdict under this key, unless an older version wrote it in another form."""
    text = verdicts.get(session, key)
    try:
        return from_json(text) if text else None
    except UnknownForm:
        return None


def _history(session: Session, thread: Thread, now: datetime) -> "History":
    """The customer's other conversations in the window, and earlier cases of this one."""
    from deskless.policies.reading.gather import History

    ticket = thread.ticket or ""
    info = threads.get(session, ticket)
    others: tuple[datetime, ...] = ()
    if info and info.customer:
        since = now - WINDOW
        known = threads.of_customer(session, info.customer, since)
        others = tuple(one.opened_at for one in known if one.ticket != ticket)
    before = cases_of(session, ticket)
    return History(threads=others, cases=len(before), owners=knew(session, ticket))
