"""Values that the tests of the store share."""

from datetime import UTC, datetime

from sqlalchemy import select

from deskless.store import cases
from deskless.store.cases import CaseRow
from deskless.store.engine.database import Store
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import ShelfRow
from deskless.store.ledger import audit, head
from deskless.store.ledger.audit import Report
from deskless.store.ledger.entries import NewEntry
from deskless.store.ledger.head import Key
from deskless.store.outbox import NewLetter
from deskless.store.people import Introduction

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AT_NOON = Introduction(NOON)


def entry(kind: str = "seen", **values: object) -> NewEntry:
    """An entry with something in every field that the test does not name."""
    given = {"at": NOON, "actor": "agent", "cause": "clock", "data": {"n": 1}} | values
    return NewEntry(kind=kind, **given)  # type: ignore[arg-type]


def letter(number: str, **values: object) -> NewLetter:
    """A letter that is due, with what the test names."""
    given = {
        "message_id": f"<{number}@acme.example>",
        "kind": "brief",
        "to": ("bo@acme.example",),
        "envelope_from": "deskless@acme.example",
        "raw": b"Subject: brief\n\nhello\n",
        "created_at": NOON,
    } | values
    return NewLetter(**given)  # type: ignore[arg-type]


def every_case(session: Session) -> list[CaseRow]:
    """Everything on the shelf, closed cases too, by key."""
    shelf = ShelfRow
    keys = run_statement(
        session, select(shelf.c.key).where(is_mine(session, shelf)).order_by(shelf.c.key)
    )
    rows = (cases.get_case(session, key) for key in keys.scalars())
    return [row for row in rows if row is not None]


def signed_report(store: Store, key: Key) -> Report:
    """What the audit finds once the first head is signed, as it is when an office is opened."""
    with store.transaction() as session:
        head.sign_first_head(session, key, NOON)
        return audit.audit_ledger(session, key=key.vkey())
