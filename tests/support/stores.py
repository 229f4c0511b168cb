"""Values that the tests of the store share."""

from datetime import UTC, datetime

from deskless.store.ledger.entries import NewEntry
from deskless.store.outbox import NewLetter

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


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
