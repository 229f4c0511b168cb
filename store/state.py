"""Small pieces of our own state under a key: weeks reported, live or shadow, breakers, heartbeat.

Never a person's words or address: erasure does not look here.
"""

from typing import Any

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, NoteRow

_PREFIX = "note:"


def get(session: Session, key: str, default: Any = None) -> Any:
    """The JSON value kept under a key."""
    notes = NoteRow
    query = select(notes.c.value).where(is_mine(session, notes), notes.c.key == key)
    value = run_statement(session, query).scalar()
    return default if value is None else rows.unpack_json(value)


def put(session: Session, key: str, value: Any) -> None:
    """Keep a JSON value under a key."""
    rows.upsert(session, NoteRow, {"key": key, "value": rows.pack_json(value)})


def once(session: Session, key: str, value: Any = True) -> bool:
    """Keep a value unless the key is taken; True for the one caller who was first."""
    return rows.insert_new(session, NoteRow, {"key": key, "value": rows.pack_json(value)})


def drop(session: Session, key: str) -> bool:
    """Forget a key; False when there was nothing."""
    notes = NoteRow
    gone = notes.delete().where(is_mine(session, notes), notes.c.key == key)
    return run_statement(session, gone).rowcount == 1


def under(session: Session, prefix: str) -> dict[str, Any]:
    """Every note whose key begins so."""
    notes = NoteRow
    query = select(notes.c.key, notes.c.value).where(
        is_mine(session, notes), notes.c.key.startswith(prefix, autoescape=True)
    )
    return {
        row.key: rows.unpack_json(row.value)
        for row in run_statement(session, query.order_by(notes.c.key))
    }


def bump(session: Session, key: str, by: int = 1) -> int:
    """Add to a counter of that name (apart from `put` values) and return it."""
    return int(rows.bump_numbers(session, CounterRow, {"name": _PREFIX + key}, value=by).value)


def counted(session: Session, key: str) -> int:
    """What `bump` last returned for the key; 0 when never counted."""
    counters = CounterRow
    query = select(counters.c.value).where(
        is_mine(session, counters), counters.c.name == _PREFIX + key
    )
    return int(run_statement(session, query).scalar() or 0)
