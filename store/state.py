"""Small pieces of our own state under a key: weeks reported, live or shadow, breakers, heartbeat.

Never a person's words or address: erasure does not look here.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, org_of, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, NoteRow

_PREFIX = "note:"

# Asked a dozen times a turn, so built once: to build a statement costs as much as to run it.
_MINE = NoteRow.c.org_id == bindparam("org")
_GET = select(NoteRow.c.value).where(_MINE, NoteRow.c.key == bindparam("key"))


@lru_cache(maxsize=64)  # the prefixes are the few names of `state_keys`
def _under(prefix: str) -> Select[tuple[str, str]]:
    notes = NoteRow
    query = select(notes.c.key, notes.c.value)
    return query.where(_MINE, notes.c.key.startswith(prefix, autoescape=True)).order_by(notes.c.key)


def get(session: Session, key: str, default: Any = None) -> Any:
    """The JSON value kept under a key."""
    value = run_statement(session, _GET, {"org": org_of(session), "key": key}).scalar()
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
    standing = run_statement(session, _under(prefix), {"org": org_of(session)})
    return {row.key: rows.unpack_json(row.value) for row in standing}


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
