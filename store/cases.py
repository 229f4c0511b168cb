"""The shelf: cases as they stand, ready to be listed. The ledger can rebuild every row.

`rank` orders the list, smallest first, and must not depend on the present moment (take a virtual
deadline), so that an index holds the order; a case that needs nobody's eyes has none.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_

from deskless.store.engine import rows
from deskless.store.engine.rows import Json, is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, EntryRow, ShelfRow

PAGE = 1000
_TALLY = "cases:"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case: `key` is ticket plus `seq`, `state` the whole case as JSON text without private
    words, `private` the words (summary, names, quotes) that erasure may take.
    """

    key: str
    ticket: str
    seq: int
    status: str
    owner: str | None = None
    tier: str | None = None
    severity: str | None = None
    rank: int | None = None
    due_at: datetime | None = None
    state: str = "{}"
    private: Json | None = None


def put_case(session: Session, case: CaseRow) -> None:
    """Put a case on the shelf, over what stood there under its key."""
    shelf = ShelfRow
    before = run_statement(
        session, select(shelf.c.status).where(is_mine(session, shelf), shelf.c.key == case.key)
    ).scalar()
    private = None if case.private is None else rows.pack_json(case.private)
    rows.upsert(session, ShelfRow, {**asdict(case), "private": private})
    if before != case.status:
        rows.bump_numbers(session, CounterRow, {"name": _TALLY + case.status}, value=1)
        if before is not None:
            rows.bump_numbers(session, CounterRow, {"name": _TALLY + before}, value=-1)


def _case(row: Row[Any]) -> CaseRow:
    values = dict(row._mapping)
    values.pop("org_id")
    values["private"] = rows.unpack_json(values["private"])
    return CaseRow(**values)


def get_case(session: Session, key: str) -> CaseRow | None:
    """The case with that key."""
    shelf = ShelfRow
    row = run_statement(
        session, select(shelf).where(is_mine(session, shelf), shelf.c.key == key)
    ).first()
    return None if row is None else _case(row)


def of_ticket(session: Session, ticket: str) -> list[CaseRow]:
    """Every case of a conversation, in order."""
    shelf = ShelfRow
    query = select(shelf).where(is_mine(session, shelf), shelf.c.ticket == ticket)
    return [_case(row) for row in run_statement(session, query.order_by(shelf.c.seq))]


def live_cases(session: Session, *, after: CaseRow | None = None, limit: int = 20) -> list[CaseRow]:
    """A page of the ranked list; `after` is the last case of the page before."""
    return [_case(row) for row in run_statement(session, ranking_query(session, after, limit))]


def ranking_query(session: Session, after: CaseRow | None, limit: int) -> Any:
    """The query behind `live_cases`, so that its plan can be shown."""
    shelf = ShelfRow
    query = select(shelf).where(is_mine(session, shelf), shelf.c.rank.is_not(None))
    if after is not None:
        query = query.where(tuple_(shelf.c.rank, shelf.c.key) > tuple_(after.rank, after.key))
    return query.order_by(shelf.c.rank, shelf.c.key).limit(limit)


def owner_loads(session: Session, statuses: Iterable[str]) -> dict[str, int]:
    """How many cases of these statuses each owner has, of those on the ranked list."""
    shelf = ShelfRow
    query = select(shelf.c.owner, func.count().label("n")).where(
        is_mine(session, shelf),
        shelf.c.rank.is_not(None),
        shelf.c.owner.is_not(None),
        shelf.c.status.in_(sorted(statuses)),
    )
    return {row.owner: row.n for row in run_statement(session, query.group_by(shelf.c.owner))}


def states_of(session: Session, status: str) -> list[str]:
    """The kept states of the ranked cases of one status."""
    shelf = ShelfRow
    query = select(shelf.c.state).where(
        is_mine(session, shelf), shelf.c.rank.is_not(None), shelf.c.status == status
    )
    return [row.state for row in run_statement(session, query)]


def due_cases(session: Session, now: datetime, *, limit: int = 200) -> list[CaseRow]:
    """The cases whose deadline has come, the latest ones first in line."""
    shelf = ShelfRow
    query = select(shelf).where(
        is_mine(session, shelf), shelf.c.due_at.is_not(None), shelf.c.due_at <= now
    )
    return [
        _case(row)
        for row in run_statement(session, query.order_by(shelf.c.due_at, shelf.c.key).limit(limit))
    ]


def next_due(session: Session) -> datetime | None:
    """The earliest deadline of all cases, UTC: when to wake up."""
    shelf = ShelfRow
    earliest = select(func.min(shelf.c.due_at))
    return run_statement(
        session, earliest.where(is_mine(session, shelf), shelf.c.due_at.is_not(None))
    ).scalar()


def counts_by_status(session: Session) -> dict[str, int]:
    """How many cases there are by status; kept as counters, so that asking costs nothing."""
    counters = CounterRow
    query = select(counters.c.name, counters.c.value).where(
        is_mine(session, counters), counters.c.name.like(_TALLY + "%"), counters.c.value > 0
    )
    return {row.name.removeprefix(_TALLY): row.value for row in run_statement(session, query)}


def next_seq(session: Session, ticket: str) -> int:
    """The number of the next case of a conversation, from 1."""
    shelf = ShelfRow
    most = select(func.max(shelf.c.seq)).where(is_mine(session, shelf), shelf.c.ticket == ticket)
    return int(run_statement(session, most).scalar() or 0) + 1


def clear_shelf(session: Session) -> None:
    """Empty the shelf, before it is rebuilt from the ledger."""
    shelf, counters = ShelfRow, CounterRow
    run_statement(session, shelf.delete().where(is_mine(session, shelf)))
    tallies = counters.c.name.like(_TALLY + "%")
    run_statement(session, counters.delete().where(is_mine(session, counters), tallies))


def stray_keys(session: Session) -> list[str]:
    """The keys of cases that no entry of the ledger speaks of."""
    shelf, table = ShelfRow, EntryRow
    told = select(table.c.seq).where(is_mine(session, table), table.c.case_key == shelf.c.key)
    query = select(shelf.c.key).where(is_mine(session, shelf), ~told.exists())
    return list(run_statement(session, query.order_by(shelf.c.key)).scalars())


def tally_statuses(session: Session) -> dict[str, int]:
    """How many cases there are by status, counted one by one: what `counts_by_status` must say."""
    shelf = ShelfRow
    query = select(shelf.c.status, func.count().label("n")).where(is_mine(session, shelf))
    return {row.status: row.n for row in run_statement(session, query.group_by(shelf.c.status))}
