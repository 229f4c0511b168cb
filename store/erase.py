"""Forget a person, or everything older than a day, everywhere we keep words.

Entries stay; their private words and salts go, and a digest without its salt says nothing about
anybody. The `erased` entry names the entries concerned, so that verification can tell erasing from
tampering. After the commit run `Store.scrub()`: only then are the bytes gone from the file.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from deskless.store import people
from deskless.store.engine.rows import chunks, is_mine, pack_json, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import (
    AddressRow,
    EntryRow,
    LetterRow,
    PaperRow,
    PersonRow,
    PostRow,
    QuarantineRow,
    RecipientRow,
    SecretRow,
    ShelfRow,
    ThreadRow,
    VerdictRow,
)
from deskless.store.ledger import spans
from deskless.store.ledger.entries import INTRODUCED, NewEntry

GONE = "[erased]"
_TEXTS: tuple[tuple[Table, str], ...] = (
    (PostRow, "private"),
    (PaperRow, "private"),
    (ShelfRow, "private"),
    (VerdictRow, "value"),
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What is gone, or in a dry run would be: spans of entries, and rows counted by kind.

    `people` are the ids that now stand for nobody, `tickets` the conversations that were theirs;
    `cases` lost words and are to be put on the shelf again as replay now has them.
    """

    people: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    seqs: tuple[spans.Span, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def entry(self, at: datetime, actor: str, cause: str) -> NewEntry:
        """The ledger entry that must be appended in the same transaction."""
        data = {
            "people": list(self.people),
            "seqs": [list(span) for span in self.seqs],
            "counts": dict(self.counts),
        }
        return NewEntry(kind="erased", at=at, actor=actor, cause=cause, data=data)


@dataclass(frozen=True, slots=True)
class _Scope:
    """Who is meant: ids, addresses as kept in JSON text, conversations; and how to find them."""

    ids: tuple[str, ...]
    addresses: tuple[str, ...]
    tickets: tuple[str, ...]

    def named(self, column: Any) -> ColumnElement[bool]:
        """A first, coarse condition that a text column names an address."""
        lower = func.lower(column)
        return or_(*(lower.contains(each, autoescape=True) for each in self.addresses))

    def pattern(self, words: Iterable[str]) -> re.Pattern[str]:
        """The words, but not as a part of longer ones (`joann@…` is not `ann@…`)."""
        either = "|".join(re.escape(word) for word in words)
        return re.compile(rf"(?<![\w.+%-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)


def erase_address(session: Session, address: str, at: datetime, *, dry_run: bool = False) -> Erased:
    """Erase the person behind an address and all addresses linked with it; `dry_run` only counts.

    Deleted: private words of every entry of their own conversations or that names them, the texts
    of those conversations, letters about or to them (unsent ones are given up), quarantined mails
    that name them, their addresses and name. In other people's texts only the address is blacked
    out. The caller appends `Erased.entry` in the same transaction.
    """
    scope = _scope(session, address)
    seqs = _entries(session, scope)
    letters = _letters(session, scope)
    quarantine = _in_quarantine(session, scope)
    counts = {"entries": len(seqs), "letters": len(letters), "quarantined": len(quarantine)}
    cases = _cases(session, seqs, scope.tickets)
    if not dry_run:
        _drop(session, seqs)
        _empty(session, letters)
        _blank(session, QuarantineRow, "digest", quarantine, {"raw": None, "why": "erased"})
        _nobody(session, scope, at)
    for rows, column in _TEXTS:
        counts[rows.name] = _texts(session, (rows, column), scope, dry_run)
    return Erased(scope.ids, scope.tickets, cases, tuple(spans.spans_of(seqs)), counts)


def expire_words(session: Session, before: datetime, *, dry_run: bool = False) -> Erased:
    """Erase the words of everything older than `before`, whoever said them; ids stay.

    Cases still on the ranked list and letters still owed keep theirs.
    """
    entries, secrets, shelf = EntryRow, SecretRow, ShelfRow
    letters, quarantine, threads = LetterRow, QuarantineRow, ThreadRow
    busy = select(shelf.c.ticket).where(is_mine(session, shelf), shelf.c.rank.is_not(None))
    idle = or_(entries.c.ticket.is_(None), entries.c.ticket.not_in(busy))
    # Who an id stands for is no word of anybody's: it stays as long as the id has its address.
    idle = and_(idle, entries.c.kind != INTRODUCED)
    beside = (entries.c.org_id == secrets.c.org_id) & (entries.c.seq == secrets.c.seq)
    query = select(secrets.c.seq).select_from(secrets.join(entries, beside)).order_by(secrets.c.seq)
    seqs = _all(session, query.where(is_mine(session, secrets), entries.c.at < before, idle))
    old = select(threads.c.ticket).where(is_mine(session, threads), threads.c.last_at < before)
    done = [letters.c.created_at < before, letters.c.state.in_(["sent", "failed"])]
    mails = _all(
        session, select(letters.c.id).where(is_mine(session, letters), *done, letters.c.raw != b"")
    )
    bad = [quarantine.c.at < before, quarantine.c.raw.is_not(None)]
    digests = _all(session, select(quarantine.c.digest).where(is_mine(session, quarantine), *bad))
    counts = {"entries": len(seqs), "letters": len(mails), "quarantined": len(digests)}
    cases = _cases(session, seqs, ())
    if not dry_run:
        _drop(session, seqs)
        _empty(session, mails)
        _blank(session, QuarantineRow, "digest", digests, {"raw": None, "why": "erased"})
    for rows, _ in _TEXTS:
        aged = rows.c.ticket.in_(old) & rows.c.ticket.not_in(busy)
        counts[rows.name] = _clear(session, rows, aged, dry_run)
    return Erased(cases=cases, seqs=tuple(spans.spans_of(seqs)), counts=counts)


def _all(session: Session, query: Any) -> list[Any]:
    return list(run_statement(session, query).scalars())


def _scope(session: Session, address: str) -> _Scope:
    held, threads = AddressRow, ThreadRow
    known = {people.known_id(session, address, kind) for kind in (people.PERSON, people.CUSTOMER)}
    ids = sorted(each for each in known if each)
    query = select(held.c.address).where(is_mine(session, held), held.c.id.in_(ids))
    addresses = {people.canonical_address(address), *run_statement(session, query).scalars()}
    theirs = select(threads.c.ticket, threads.c.merged_into).where(
        is_mine(session, threads), threads.c.customer.in_(ids)
    )
    # What was merged away lives on in the other conversation, words and all.
    rows = run_statement(session, theirs.order_by(threads.c.number)).all()
    tickets = dict.fromkeys(each for row in rows for each in row if each)
    # As `pack_json` writes them, so that addresses beyond ASCII are found as well.

    return _Scope(
        tuple(ids), tuple(pack_json(each)[1:-1] for each in sorted(addresses)), tuple(tickets)
    )


def _entries(session: Session, scope: _Scope) -> list[int]:
    entries, secrets = EntryRow, SecretRow
    beside = (entries.c.org_id == secrets.c.org_id) & (entries.c.seq == secrets.c.seq)
    owned = select(secrets.c.seq).select_from(secrets.join(entries, beside))
    numbers: set[int] = set()
    for some in chunks(scope.tickets):
        numbers |= set(
            _all(session, owned.where(is_mine(session, entries), entries.c.ticket.in_(some)))
        )
    exact = scope.pattern(scope.addresses)
    naming = select(secrets.c.seq, secrets.c.content).where(
        is_mine(session, secrets), scope.named(secrets.c.content)
    )
    numbers |= {row.seq for row in run_statement(session, naming) if exact.search(row.content)}
    return sorted(numbers)


def _letters(session: Session, scope: _Scope) -> list[int]:
    letters, told = LetterRow, RecipientRow
    to = select(told.c.letter).where(is_mine(session, told), told.c.address.in_(scope.addresses))
    theirs = or_(letters.c.ticket.in_(scope.tickets), letters.c.id.in_(to))
    full = (is_mine(session, letters), letters.c.raw != b"")
    letter_ids = set(_all(session, select(letters.c.id).where(*full, theirs)))
    words = (*scope.addresses, *(each.lower() for each in scope.tickets))
    exact, lower = scope.pattern(words), func.lower(letters.c.text)
    for some in chunks(words, 50):
        coarse = or_(*(lower.contains(word, autoescape=True) for word in some))
        query = select(letters.c.id, letters.c.text).where(*full, coarse)
        letter_ids |= {row.id for row in run_statement(session, query) if exact.search(row.text)}
    return sorted(letter_ids)


def _in_quarantine(session: Session, scope: _Scope) -> list[str]:
    quarantine, exact = QuarantineRow, scope.pattern(scope.addresses)
    query = select(quarantine.c.digest, quarantine.c.raw).where(
        is_mine(session, quarantine), quarantine.c.raw.is_not(None)
    )
    return [
        row.digest
        for row in run_statement(session, query)
        if exact.search(bytes(row.raw).decode("utf-8", "replace"))
    ]


def _cases(session: Session, seqs: Sequence[int], tickets: Sequence[str]) -> tuple[str, ...]:
    entries, shelf = EntryRow, ShelfRow
    case_keys: set[str] = set()
    for some in chunks(seqs):
        query = select(entries.c.case_key).where(is_mine(session, entries), entries.c.seq.in_(some))
        case_keys |= {key for key in run_statement(session, query.distinct()).scalars() if key}
    for each in chunks(tickets):
        query = select(shelf.c.key).where(is_mine(session, shelf), shelf.c.ticket.in_(each))
        case_keys |= set(run_statement(session, query).scalars())
    return tuple(sorted(case_keys))


def _drop(session: Session, seqs: Sequence[int]) -> None:
    secrets = SecretRow
    for some in chunks(seqs):
        run_statement(
            session, secrets.delete().where(is_mine(session, secrets), secrets.c.seq.in_(some))
        )


def _empty(session: Session, letters: Sequence[int]) -> None:
    table, told = LetterRow, RecipientRow
    owed = table.c.state.in_(["pending", "in_flight", "unknown"])
    for some in chunks(letters):
        which = (is_mine(session, table), table.c.id.in_(some))
        gone = table.update().where(*which, owed)
        run_statement(
            session, gone.values(state="failed", last_error="erased", fence=table.c.fence + 1)
        )
        run_statement(
            session, table.update().where(*which).values(raw=b"", text="", recipients="[]")
        )
        run_statement(session, told.delete().where(is_mine(session, told), told.c.letter.in_(some)))


def _blank(
    session: Session, rows: Table, key: str, keys: Sequence[str], to: dict[str, Any]
) -> None:
    for some in chunks(keys):
        run_statement(
            session, rows.update().where(is_mine(session, rows), rows.c[key].in_(some)).values(**to)
        )


def _texts(session: Session, where: tuple[Table, str], scope: _Scope, dry: bool) -> int:
    rows, name = where
    count = _clear(session, rows, rows.c.ticket.in_(scope.tickets), dry)
    exact, keys = scope.pattern(scope.addresses), list(rows.primary_key)
    # In a dry run their own rows still stand and are counted already.
    others = or_(rows.c.ticket.is_(None), rows.c.ticket.not_in(scope.tickets))
    query = select(*keys, rows.c[name].label("said")).where(
        is_mine(session, rows), others, scope.named(rows.c[name])
    )
    for row in run_statement(session, query).all():
        black, hits = exact.subn(GONE, row.said)
        count += bool(hits)
        if hits and not dry:
            this = [key == getattr(row, key.name) for key in keys]
            run_statement(session, rows.update().where(*this).values({name: black}))
    return count


def _clear(session: Session, rows: Table, which: Any, dry: bool) -> int:
    where = [is_mine(session, rows), which]
    if rows is not VerdictRow:
        where.append(rows.c.private.is_not(None))
    if dry:
        query = select(func.count()).select_from(rows).where(*where)
        return int(run_statement(session, query).scalar_one())
    gone: Any = rows.delete() if rows is VerdictRow else rows.update().values(private=None)
    return run_statement(session, gone.where(*where)).rowcount


def _nobody(session: Session, scope: _Scope, at: datetime) -> None:
    held, persons = AddressRow, PersonRow
    run_statement(session, held.delete().where(is_mine(session, held), held.c.id.in_(scope.ids)))
    gone = persons.update().where(is_mine(session, persons), persons.c.id.in_(scope.ids))
    run_statement(session, gone.values(name="", erased_at=at))
