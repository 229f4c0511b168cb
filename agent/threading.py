"""Which conversation a mail belongs to: by every id ever seen, never silently by subject.

A mail whose ids lead to two conversations of one customer joins them; of two customers it does
not: it goes with the older one, and the other is only suggested.
"""

from datetime import timedelta

from sqlmodel import Session

from deskless.agent import journal
from deskless.agent.incoming import Incoming
from deskless.agent.office import Office
from deskless.mailbox.join import names
from deskless.store import entries, people, threads

WINDOW = timedelta(days=14)


def join(office: Office, session: Session, mail: Incoming, customer: str | None) -> str | None:
    """The ticket of the mail's conversation; a customer's first mail begins one.

    None for a mail of the team that belongs to no customer's conversation.
    """
    found = threads.find(session, names(mail.message))
    who = people.customer(session, customer) if customer else None
    if found:
        keep = found[0]
        for other in found[1:]:
            _merge(session, mail, keep, other)
        return keep
    if who is None:
        return None
    ticket = threads.ticket(session, office.config.team.ticket, first=office.config.team.first)
    threads.start(session, ticket, mail.now, who)
    _suggest(session, mail, ticket, who)
    return ticket


def _merge(session: Session, mail: Incoming, keep: str, other: str) -> None:
    """Two conversations of one customer become one; of two customers they stay two."""
    first, second = threads.get(session, keep), threads.get(session, other)
    same = first and second and first.customer == second.customer
    kind = "merged" if same else "alike"
    if same:
        threads.merge(session, keep, other)
    note = journal.Note(
        kind=kind, at=mail.now, cause=mail.cause, ticket=keep, data={"other": other, "by": "ids"}
    )
    entries.append(session, [journal.note(note)])


def _suggest(session: Session, mail: Incoming, ticket: str, customer: str) -> None:
    """Another conversation of this customer may be the same matter: shown, not joined (B19)."""
    recent = threads.of_customer(session, customer, mail.now - WINDOW)
    others = [one.ticket for one in recent if one.ticket != ticket][:3]
    if others:
        note = journal.Note(
            kind="alike",
            at=mail.now,
            cause=mail.cause,
            ticket=ticket,
            data={"other": ",".join(others), "by": "customer"},
        )
        entries.append(session, [journal.note(note)])
