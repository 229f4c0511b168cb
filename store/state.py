"""Small pieces of our own state under a key: weeks reported, live or shadow, breakers, heartbeat.

Never a person's words or address: erasure does not look here.
"""

from typing import Any

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import mine, run
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, NoteRow

_PREFIX = "note:"


def get(session: Session, key: str, default: Any = None) -> Any:
    """The JSON value kept under a key."""
    notes = NoteRow
    query = select(notes.c.value).where(mine(session, notes), notes.c.key == key)
    found = run(session, query).scalar()
    return default if found is None else rows.unpack(found)


def put(session: Session, key: str, value: Any) -> None:
    """Keep a JSON value under a key."""
    rows.upsert(session, NoteRow, {"key": key, "value": rows.pack(value)})


def once(session: Session, key: str, value: Any = True) -> bool:
    """Keep a value unless the key is taken; True for the one caller who was first."""
    return rows.insert_new(session, NoteRow, {"key": key, "value": rows.pack(value)})


def drop(session: Session, key: str) -> bool:
    """Forget a key; False when there was nothing."""
    notes = NoteRow
    gone = notes.delete().where(mine(session, notes), notes.c.key == key)
    return run(session, gone).rowcount == 1


def under(session: Session, prefix: str) -> dict[str, Any]:
    """Every note whose key begins so."""
    notes = NoteRow
    query = select(notes.c.key, notes.c.value).where(
        mine(session, notes), notes.c.key.startswith(prefix, autoescape=True)
    )
    return {row.key: rows.unpack(row.value) for row in run(session, query.order_by(notes.c.key))}


def bump(session: Session, key: str, by: int = 1) -> int:
    """Add to a counter of that name (apart from `put` values) and return it."""
    return int(rows.bump(session, CounterRow, {"name": _PREFIX + key}, value=by).value)


def counted(session: Session, key: str) -> int:
    """What `bump` last returned for the key; 0 when never counted."""
    counters = CounterRow
    query = select(counters.c.value).where(
        mine(session, counters), counters.c.name == _PREFIX + key
    )
    return int(run(session, query).scalar() or 0)
