"""Values that the tests of the store share."""

from datetime import UTC, datetime

from deskless.store.entries import NewEntry

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def entry(kind: str = "seen", **values: object) -> NewEntry:
    """An entry with something in every field that the test does not name."""
    given = {"at": NOON, "actor": "agent", "cause": "clock", "data": {"n": 1}} | values
    return NewEntry(kind=kind, **given)  # type: ignore[arg-type]
