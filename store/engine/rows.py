"""What all tables share: the organisation, instants, and the few ways to run a statement.

Every row carries `org_id`. A session knows its organisation (`session.org`), so that no
function asks for it and none can forget it; PostgreSQL checks it once more by row-level security.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, Text
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.types import TypeDecorator

from deskless.store.engine.session import Session

Json = dict[str, Any]


def to_stamp(at: datetime) -> str:
    """An aware instant as RFC 3339 in UTC with microseconds; such texts sort like the instants.

    Raises ValueError for an instant without a zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {at!r}")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def from_stamp(text: str) -> datetime:
    """The aware UTC instant that `to_stamp` wrote."""
    return datetime.fromisoformat(text)


class Instant(TypeDecorator[datetime]):
    """A column of aware instants as `to_stamp` text: readable, sortable, alike on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an instant; a naive one raises ValueError."""
        return None if value is None else to_stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read an instant."""
        return None if value is None else from_stamp(value)


def org_of(session: Session) -> str:
    """The organisation this session works for."""
    return session.org


def is_mine(session: Session, rows: Table) -> ColumnElement[bool]:
    """The condition that a row belongs to this session's organisation."""
    return rows.c.org_id == org_of(session)


def run_statement(session: Session, statement: Any, values: Any = None) -> CursorResult[Any]:
    """Execute a Core statement on the session's own transaction."""
    return session.connection().execute(statement, values)


def _insert(dialect: str, rows: Table) -> Any:
    # Each dialect is loaded where it is used: a program that only looks needs neither's INSERT.
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into_postgres

        return into_postgres(rows)
    from sqlalchemy.dialects.sqlite import insert as into_sqlite

    return into_sqlite(rows)


# A statement is built once for a table and the columns given; to build it costs as much as to run.
@lru_cache(maxsize=64)
def _new_row(dialect: str, rows: Table) -> Any:
    statement = _insert(dialect, rows).on_conflict_do_nothing()
    # Drivers disagree about the row count of an insert that did nothing; a returned row is plain.
    return statement.returning(rows.c.org_id)


@lru_cache(maxsize=64)
def _over_row(dialect: str, rows: Table, given: tuple[str, ...]) -> Any:
    statement = _insert(dialect, rows)
    keys = [column.name for column in rows.primary_key]
    changed = {name: statement.excluded[name] for name in given if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@lru_cache(maxsize=64)
def _sum_row(dialect: str, rows: Table, added: tuple[str, ...]) -> Any:
    statement = _insert(dialect, rows)
    sums = {name: rows.c[name] + statement.excluded[name] for name in added}
    keys = [column.name for column in rows.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=sums).returning(*rows.c)


def insert_rows(session: Session, rows: Table, values: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows; one that stands already raises (StoreRefused outside the transaction)."""
    owned = [{"org_id": org_of(session), **row} for row in values]
    if owned:
        run_statement(session, rows.insert(), owned)


def insert_new(session: Session, rows: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken; True when it was new."""
    statement = _new_row(session.connection().dialect.name, rows)
    return run_statement(session, statement, {"org_id": org_of(session), **row}).first() is not None


def upsert(session: Session, rows: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or overwrite the given columns of the one with the same primary key."""
    statement = _over_row(session.connection().dialect.name, rows, tuple(row))
    run_statement(session, statement, {"org_id": org_of(session), **row})


def bump_numbers(session: Session, rows: Table, key: Mapping[str, Any], **by: int) -> Any:
    """Add to the number columns of the row under `key`, made when missing; returns the row."""
    statement = _sum_row(session.connection().dialect.name, rows, tuple(by))
    return run_statement(session, statement, {"org_id": org_of(session), **key, **by}).one()


def pack_json(value: Any) -> str:
    """JSON as ASCII text: also half surrogates of broken mails survive both engines in it."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def unpack_json(text: str | None) -> Any:
    """What `pack_json` wrote; None stays None."""
    return None if text is None else json.loads(text)


def chunks(items: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """Slices that stay below the databases' limits on bound values."""
    return (items[start : start + size] for start in range(0, len(items), size))
