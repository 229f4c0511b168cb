"""A set of criteria comes into force: an entry, and its whole text kept once under its hash."""

import json

from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office, Rulebook
from deskless.policies.book.book import Book
from deskless.store import documents
from deskless.store.engine.session import Session


def adopt_rules(office: Office, session: Session, rules: Rulebook) -> None:
    """Record that this set of criteria is in force, and keep its text once."""
    book = rules.book
    known = documents.put_book(session, book.hash, book_text(book))
    event = office_events.BookAdopted(
        at=office.clock.now(), cause="command line", policy=book.hash, hash=book.hash, new=known,
        policies=tuple(policy.id for policy in book.policies),
    )  # fmt: skip
    journal.enter(session, event)


def book_text(book: Book) -> str:
    """Every policy's own text, as JSON: id → file."""
    return json.dumps({policy.id: policy.text for policy in book.policies}, ensure_ascii=False)
