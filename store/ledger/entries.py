"""Ledger entries: appended in the caller's transaction, never changed.

An entry's leaf is canonical JSON (RFC 8785) of ids, enums, whole numbers, digests and instants.
What a person said or is called goes into `private`, which lies in a table of its own under a
random salt; the leaf holds only HMAC-SHA256(salt, content), so both can be erased and the tree
still verifies. `heads` in a leaf is how many heads of this ledger had been signed before: whoever
deletes one contradicts every entry that came after it.
"""

import hmac
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import ColumnElement, Row, func, select, tuple_

from deskless.store.engine import rows
from deskless.store.engine.rows import Json, is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, EntryRow, HeadRow, SecretRow, SignedRow
from deskless.store.ledger import blocks, merkle
from deskless.store.ledger.merkle import Frontier

# The plain ASCII and the whole numbers that may stand in a leaf.
_PLAIN = re.compile(r"[\x20-\x7e]*")
_LIMIT = 2**53


def check_leaf(value: Any, where: str) -> None:
    """Refuse what RFC 8785 or a later reader could take in two ways, and people's words.

    `where` names the value in the ValueError that is raised.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise ValueError(f"{where}: a leaf holds printable ASCII only, not {value!r:.60}")
    elif isinstance(value, int):
        if abs(value) >= _LIMIT:
            raise ValueError(f"{where}: {value} is too large for JSON (2^53 or more)")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"{where}: a key must be text, not {key!r}")
            check_leaf(key, f"{where} key")
            check_leaf(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            check_leaf(inner, f"{where}[{index}]")
    else:
        hint = "an instant goes in as RFC 3339 text" if isinstance(value, datetime) else "not JSON"
        hint = "no fractions, count in the smaller unit" if isinstance(value, float) else hint
        raise ValueError(f"{where}: {type(value).__name__} {value!r:.60} in a leaf ({hint})")


VERSION = 2
"""Leaves of version 1 tell no `heads`."""
INTRODUCED = "introduced"
"""The kind of the entries that say who an id stands for, with address and name under salt."""
HEADS = "heads"
"""The counter of the heads that were signed."""
PAGE = 1000


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something that has happened, to be appended.

    `cause` names what made it happen (a Message-ID digest, "clock", "cli"), `policy` the hash of
    the policy book it was judged under. `data` may hold printable ASCII, whole numbers below 2^53,
    booleans, None, lists and dicts; `private` any JSON, mail text with all its oddities included.
    """

    kind: str
    at: datetime
    actor: str
    cause: str
    ticket: str | None = None
    case: str | None = None
    data: Json | None = None
    private: Json | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the ledger keeps it. `seq` counts from 1; `at` is UTC.

    `private` is None when there was none or it was erased; `sealed` tells the two apart (it is
    true when the leaf commits to a private part).
    """

    seq: int
    kind: str
    at: datetime
    actor: str
    cause: str
    ticket: str | None
    case: str | None
    data: Json
    private: Json | None
    policy: str | None
    sealed: bool
    leaf: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """Which entries to read: `since` and `kinds` included, `until` and `after` (a seq) excluded."""

    case: str | None = None
    ticket: str | None = None
    kinds: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int = 0

    def has(self, at: datetime) -> bool:
        """Whether an instant (UTC) lies between `since` and `until`."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def append_entries(session: Session, entries: Sequence[NewEntry]) -> list[Entry]:
    """Append entries to the ledger in this transaction, and return them as kept.

    Raises ValueError for what may not stand in a leaf (a float, text beyond printable ASCII, a
    naive instant, a number of 2^53 or more), before anything is written.
    """
    if not entries:
        return []
    for entry in entries:
        _fit(entry)
    tree, signed = _standing(session, lock=True)
    kept_entries, secret_rows = [], []
    for entry in entries:
        seq = tree.size + 1
        seal = None
        if entry.private is not None:
            salt, content = secrets.token_bytes(32), rows.pack_json(entry.private)
            seal = commitment(salt, content)
            secret_rows.append({"seq": seq, "salt": salt, "content": content})
        place = _Place(rows.org_of(session), seq, signed)
        leaf = rfc8785.dumps(_leaf(place, entry, seal))
        kept_entries.append(_kept(seq, entry, leaf, seal is not None))
        tree.append(kept_entries[-1].leaf_hash)
    rows.insert_rows(session, EntryRow, [_row(entry) for entry in kept_entries])
    rows.insert_rows(session, SecretRow, secret_rows)
    rows.upsert(session, HeadRow, {"size": tree.size, "frontier": tree.packed()})
    blocks.keep_blocks(session, tree.size - len(entries), tree.size)
    return kept_entries


def commitment(salt: bytes, content: str) -> str:
    """The hex digest by which a leaf commits to its private part."""
    return hmac.digest(salt, content.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: whose ledger, its number, and after how many signed heads."""

    org: str
    seq: int
    heads: int


def _leaf(place: _Place, entry: NewEntry, seal: str | None) -> Json:
    return {
        "v": VERSION,
        "org": place.org,
        "seq": place.seq,
        "heads": place.heads,
        "at": rows.to_stamp(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "cause": entry.cause,
        "ticket": entry.ticket,
        "case": entry.case,
        "data": entry.data or {},
        "policy": entry.policy,
        "private": seal,
    }


def _kept(seq: int, entry: NewEntry, leaf: bytes, sealed: bool) -> Entry:
    # Through JSON and back, so that what a caller gets now is what a reader gets tomorrow.
    data = json.loads(leaf)["data"]
    private = rows.unpack_json(None if entry.private is None else rows.pack_json(entry.private))
    return Entry(
        seq=seq,
        kind=entry.kind,
        at=rows.from_stamp(rows.to_stamp(entry.at)),
        actor=entry.actor,
        cause=entry.cause,
        ticket=entry.ticket,
        case=entry.case,
        data=data,
        private=private,
        policy=entry.policy,
        sealed=sealed,
        leaf=leaf,
        leaf_hash=merkle.leaf_hash(leaf),
    )


def _row(entry: Entry) -> Json:
    return {
        "seq": entry.seq,
        "leaf": entry.leaf,
        "leaf_hash": entry.leaf_hash,
        "kind": entry.kind,
        "at": entry.at,
        "ticket": entry.ticket,
        "case_key": entry.case,
    }


def _fit(entry: NewEntry) -> None:
    for name in ("kind", "actor", "cause", "ticket", "case", "policy", "data"):
        check_leaf(getattr(entry, name), name)
    rows.to_stamp(entry.at)


def frontier(session: Session) -> Frontier:
    """The tree as the head row has it."""
    return _standing(session, lock=False)[0]


def count_heads(session: Session) -> int:
    """How many heads of this ledger were ever signed."""
    return _standing(session, lock=False)[1]


def _standing(session: Session, *, lock: bool) -> tuple[Frontier, int]:
    """The tree, and how many heads of it were signed; `lock` keeps other writers out till the end.

    A store of before the count has no counter yet: there the rows are counted.
    """
    heads, counters = HeadRow, CounterRow
    counted = select(counters.c.value).where(is_mine(session, counters), counters.c.name == HEADS)
    query = select(heads.c.size, heads.c.frontier, counted.scalar_subquery().label("signed"))
    query = query.where(is_mine(session, heads))
    row = run_statement(session, query.with_for_update(of=heads) if lock else query).first()
    if row is None:
        return Frontier(), 0
    signed = row.signed if row.signed is not None else _head_rows(session)
    return Frontier.read(row.size, row.frontier), int(signed)


def _head_rows(session: Session) -> int:
    signed = SignedRow
    query = select(func.count()).select_from(signed).where(is_mine(session, signed))
    return int(run_statement(session, query).scalar_one())


def count_entries(session: Session) -> int:
    """How many entries the ledger has."""
    return frontier(session).size


def read_entries(
    session: Session, span: Span | None = None, *, limit: int | None = None
) -> Iterator[Entry]:
    """The entries of `span` (default: all) in their order, streamed in pages; at most `limit`."""
    span, left = span or Span(), limit
    after, last_ = _reach(session, span)
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        page = run_statement(session, _page(session, span, (after, last_)).limit(size)).all()
        fitting = [entry for entry in map(_entry, page) if span.has(entry.at)]
        yield from fitting
        if len(page) < size:
            return
        after = page[-1].seq
        left = None if left is None else left - len(fitting)


def get_entry(session: Session, seq: int) -> Entry | None:
    """The entry of this number; None: there is none."""
    return next(read_entries(session, Span(after=seq - 1), limit=1), None)


def _reach(session: Session, span: Span) -> tuple[int, int | None]:
    """After which entry the span begins, and at which it ends; None: at the end of the ledger.

    Entries are numbered as they come, nearly always in the order of their instants: the numbers of
    the first and the last in the span are found by one look at an index, and pages are read by
    number. A database that were asked for both would sort the whole span again for every page.
    """
    if span.since is None and span.until is None:
        return span.after, None
    entries = EntryRow
    low, high = func.min(entries.c.seq).label("low"), func.max(entries.c.seq).label("high")
    query = select(low, high).where(is_mine(session, entries))
    if span.since is not None:
        query = query.where(entries.c.at >= span.since)
    if span.until is not None:
        query = query.where(entries.c.at < span.until)
    row = run_statement(session, query).one()
    return (span.after, 0) if row.low is None else (max(span.after, row.low - 1), row.high)


def by_case(session: Session) -> Iterator[Entry]:
    """Every entry that is about a case, one case after the other, each in its order; in pages."""
    table = EntryRow
    place, after = tuple_(table.c.case_key, table.c.seq), ("", 0)
    query = _wide().where(is_mine(session, table), table.c.case_key.is_not(None))
    query = query.order_by(table.c.case_key, table.c.seq).limit(PAGE)
    while page := run_statement(session, query.where(place > tuple_(*after))).all():
        entries = [_entry(row) for row in page]
        yield from entries
        after = (entries[-1].case or "", entries[-1].seq)


def _wide() -> Any:
    """Entries with their private words beside them."""
    entries, private = EntryRow, SecretRow
    beside = (entries.c.org_id == private.c.org_id) & (entries.c.seq == private.c.seq)
    query = select(entries.c.seq, entries.c.leaf, entries.c.leaf_hash, private.c.content)
    return query.select_from(entries.outerjoin(private, beside))


def _page(session: Session, span: Span, between: tuple[int, int | None]) -> Any:
    entries, (after, last_) = EntryRow, between
    wanted: list[ColumnElement[bool]] = [is_mine(session, entries), entries.c.seq > after]
    if last_ is not None:
        wanted.append(entries.c.seq <= last_)
    if span.case is not None:
        wanted.append(entries.c.case_key == span.case)
    if span.ticket is not None:
        wanted.append(entries.c.ticket == span.ticket)
    if span.kinds is not None:
        wanted.append(entries.c.kind.in_(sorted(span.kinds)))
    return _wide().where(*wanted).order_by(entries.c.seq)


def last_entry_at(session: Session, kind: str) -> datetime | None:
    """When the newest entry of that kind was made, in UTC."""
    entries = EntryRow
    newest = select(func.max(entries.c.at)).where(is_mine(session, entries), entries.c.kind == kind)
    return run_statement(session, newest).scalar()


def _entry(row: Row[Any]) -> Entry:
    leaf = json.loads(row.leaf)
    return Entry(
        seq=row.seq,
        kind=leaf["kind"],
        at=rows.from_stamp(leaf["at"]),
        actor=leaf["actor"],
        cause=leaf["cause"],
        ticket=leaf["ticket"],
        case=leaf["case"],
        data=leaf["data"],
        private=rows.unpack_json(row.content),
        policy=leaf["policy"],
        sealed=leaf["private"] is not None,
        leaf=bytes(row.leaf),
        leaf_hash=bytes(row.leaf_hash),
    )
