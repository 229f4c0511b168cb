"""A set of criteria comes into force: an entry, and its whole text kept once under its hash."""

import json

from deskless.agent.office import journal
from deskless.agent.office.office import Office, Rulebook
from deskless.policies.book.book import Book
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.store.ledger import entries


def adopt(office: Office, session: Session, rules: Rulebook) -> None:
    """Record that this set of criteria is in force, and keep its text once."""
    book = rules.book
    known = documents.put(session, book.hash, text_of(book))
    data = {"policies": [one.id for one in book.policies], "hash": book.hash, "new": known}
    note = journal.Note(
        kind="adopted", at=office.clock.now(), cause="command line", data=data, policy=book.hash
    )
    entries.append(session, [journal.note(note)])


def text_of(book: Book) -> str:
    """Every policy's own text, as JSON: id → file."""
    return json.dumps({one.id: one.text for one in book.policies}, ensure_ascii=False)
