"""Is the ledger what it was? Every entry, the tree, the guards, and the heads that mailboxes hold.

What is caught: an edited entry, a recomputed leaf, a missing row, a truncation below any head that
a witness holds, a history rewritten and signed again with the stolen key (by an older witness),
changed private words, private words deleted without an `erased` entry, ids exchanged beside the
ledger, signed heads taken away. What cannot be caught: entries dropped or changed after the last
head that left the machine, which is why heads go out with every brief and confirmation.
"""

import heapq
import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Text, select, text, type_coerce

from deskless.store.engine import postgres
from deskless.store.engine.migrations import guard_triggers
from deskless.store.engine.rows import is_mine, org_of, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import AddressRow, EntryRow, PersonRow, SecretRow, SignedRow
from deskless.store.ledger import merkle, spans
from deskless.store.ledger.entries import INTRODUCED, commitment, frontier
from deskless.store.ledger.head import HeadRefused, LedgerHead, open_head
from deskless.store.ledger.merkle import Frontier

PAGE = 5000
MOST = 1000  # problems told one by one; a store that is all wrong needs no million lines


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something that is not as it was; `seq` is the entry, None when it is about the whole."""

    seq: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: `size` entries by the tree, `checked` rows read, the recomputed `root`.

    `heads` signed heads of our own log and `witnessed` heads from mailboxes were compared;
    `covered` is the largest size that a good witness confirms.
    """

    size: int
    root: bytes
    checked: int
    heads: int
    witnessed: int
    covered: int
    problems: tuple[LedgerProblem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


class Identities:
    """What the entries say of people, entry by entry: whose an address is, what an id is called.

    The tables of people can be changed by whoever has the file; the `introduced` entries cannot. A
    ledger of before there were such entries says nothing of anybody.
    """

    def __init__(self) -> None:
        self._owner: dict[tuple[str, str], str] = {}
        self._called: dict[str, str] = {}
        self._any = False

    def learn(self, person: Any, content: str | None) -> None:
        """An `introduced` entry; `content` are its private words, None when they were erased."""
        self._any = True
        try:
            words = json.loads(content or "")
            address, called = str(words["address"]), str(words["name"])
        except (ValueError, KeyError, TypeError):
            return
        if isinstance(person, str) and person:
            self._owner[person[0], address] = person
            self._called[person] = called

    def forget(self, people: Any) -> None:
        """An `erased` entry: these ids stand for nobody any more."""
        gone = set(people) if isinstance(people, list) else set()
        if gone:
            self._owner = {key: who for key, who in self._owner.items() if who not in gone}
            self._called = {who: name for who, name in self._called.items() if who not in gone}

    def contradictions(self, session: Session) -> Iterator[str]:
        """Where the tables of people say otherwise, a sentence each, without any address."""
        if not self._any:
            return
        left, held = dict(self._owner), AddressRow
        query = select(held.c.kind, held.c.address, held.c.id).where(is_mine(session, held))
        for row in run_statement(session, query.order_by(held.c.id)):
            owner = left.pop((row.kind, row.address), None)
            if owner is None:
                yield f"an address stands for {row.id}, and no entry says so"
            elif owner != row.id:
                yield f"an address of {owner} stands for {row.id} now: ids were exchanged"
        yield from (f"an address of {owner} was taken away" for owner in sorted(left.values()))
        people = PersonRow
        names = select(people.c.id, people.c.name).where(
            is_mine(session, people), people.c.erased_at.is_(None)
        )
        for row in run_statement(session, names.order_by(people.c.id)):
            if row.name != self._called.get(row.id, ""):
                yield f"{row.id} is called otherwise than the ledger says"


@dataclass(slots=True)
class _Walk:
    """The running state of one verification."""

    org: str
    problems: list[LedgerProblem] = field(default_factory=list)
    tree: Frontier = field(default_factory=Frontier)
    expected: int = 1
    checked: int = 0
    unsealed: list[spans.Span] = field(default_factory=list)
    erased: list[spans.Span] = field(default_factory=list)
    people: Identities = field(default_factory=Identities)
    signed: list[int] = field(default_factory=list)
    """The sizes of the signed heads that we have, in order."""
    missing: int = 0
    """How many signed heads less than the entries tell of we had at the last one."""

    def tell(self, seq: int | None, what: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(LedgerProblem(seq, what))


def audit_ledger(
    session: Session,
    *,
    key: str,
    witnesses: Sequence[bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check the whole ledger against itself, our signed heads, and heads from mailboxes.

    `key` is the verifier key (from the founder's first mail, not from this machine), `witnesses`
    signed notes as `witness.heads_in` finds them. `progress` is told (checked, of all) now and
    then. Reads in pages: memory does not grow with the ledger.
    """
    tree = frontier(session)
    walk = _Walk(org_of(session))
    _guarded(session, walk)
    seen = _witnesses(witnesses, key, walk)
    walk.signed = _sizes(session)
    heads = _Heads(_merged(_signed(session, key, walk), seen), walk)
    heads.reached(walk.tree)
    for page in _pages(session):
        for row in page:
            _entry(row, walk)
            heads.reached(walk.tree)
        if progress is not None:
            progress(walk.checked, tree.size)
    heads.finish(walk.tree)
    for low, high in spans.subtract_spans(walk.unsealed, walk.erased):
        walk.tell(low, f"private words of entries {low} to {high} are gone, and no entry says so")
    for line in walk.people.contradictions(session):
        walk.tell(None, line)
    _whole(tree, walk)
    if tree.size and not walk.signed:
        walk.tell(None, "no head of this ledger is signed: the signed heads were taken away")
    return Report(
        size=tree.size,
        root=walk.tree.root(),
        checked=walk.checked,
        heads=heads.own,
        witnessed=len(seen),
        covered=heads.covered,
        problems=tuple(walk.problems),
    )


def _pages(session: Session) -> Iterator[Sequence[Row[Any]]]:
    rows, private, after = EntryRow, SecretRow, 0
    beside = (rows.c.org_id == private.c.org_id) & (rows.c.seq == private.c.seq)
    at = type_coerce(rows.c.at, Text).label("at")
    query = (
        select(
            rows.c.seq, rows.c.leaf, rows.c.leaf_hash, rows.c.kind, at, rows.c.ticket,
            rows.c.case_key, private.c.salt, private.c.content,
        )
        .select_from(rows.outerjoin(private, beside))
        .order_by(rows.c.seq)
        .limit(PAGE)
    )  # fmt: skip
    while page := run_statement(
        session, query.where(is_mine(session, rows), rows.c.seq > after)
    ).all():
        yield page
        after = page[-1].seq


def _entry(row: Row[Any], walk: _Walk) -> None:
    seq, leaf, stored, kind, at, ticket, case, salt, content = tuple(row)
    if seq != walk.expected:
        last = seq - 1
        walk.tell(walk.expected, f"entries {walk.expected} to {last} are missing")
    walk.expected = seq + 1
    walk.checked += 1
    hashed = merkle.leaf_hash(leaf)
    walk.tree.append(hashed)
    if hashed != stored:
        walk.tell(seq, "the entry was edited: its leaf does not have the hash it was kept under")
    try:
        values = json.loads(leaf)
        copied = (
            values["seq"],
            values["kind"],
            values["at"],
            values["ticket"],
            values["case"],
            values["org"],
        )
        sealed, data, counted = values["private"], values["data"], values.get("heads")
    except (ValueError, KeyError, TypeError, AttributeError):
        walk.tell(seq, "the leaf is not an entry")
        return
    _count_heads(seq, counted, walk)
    if copied != (seq, kind, at, ticket, case, walk.org):
        walk.tell(seq, "the entry's columns do not say what its leaf says")
    if kind == "erased":
        walk.erased = spans.join_spans(walk.erased + spans.read_spans(data.get("seqs")))
        walk.people.forget(data.get("people"))
    elif kind == INTRODUCED:
        walk.people.learn(data.get("person"), content)
    _private(seq, sealed, (salt, content), walk)


def _count_heads(seq: int, counted: int | None, walk: _Walk) -> None:
    """An entry says how many heads had been signed before it: so many must be there."""
    if counted is None:
        return
    missing = counted - bisect_left(walk.signed, seq)
    if missing != walk.missing:
        walk.missing = missing
        if missing > 0:
            walk.tell(seq, f"signed heads of before this entry are gone: {missing}")
        elif missing < 0:
            walk.tell(seq, f"signed heads of before this entry were added: {-missing}")


def _private(
    seq: int, sealed: str | None, private: tuple[bytes | None, str | None], walk: _Walk
) -> None:
    salt, content = private
    if salt is None or content is None:
        if sealed is not None:
            spans.add_number(walk.unsealed, seq)
    elif sealed is None:
        walk.tell(seq, "private words were added to an entry that had none")
    elif commitment(bytes(salt), content) != sealed:
        walk.tell(seq, "the private words are not those the entry was made with")


def _whole(tree: Frontier, walk: _Walk) -> None:
    if walk.checked != tree.size:
        walk.tell(None, f"the tree has {tree.size} entries, the table {walk.checked}")
    elif walk.tree.root() != tree.root():
        walk.tell(None, "the entries do not add up to the tree's root: leaves were recomputed")


def _guarded(session: Session, walk: _Walk) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for line in postgres.open_walls(connection) + postgres.unguarded_tables(connection):
            walk.tell(None, line)
        return
    query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    present = set(connection.execute(query).scalars())
    for statement in guard_triggers("sqlite"):
        if statement not in present:
            walk.tell(None, f"a guard of the ledger is gone: {statement.split()[2]}")


# A head to compare: where it comes from ("" for our own log) and what it says.
_Told = tuple[str, LedgerHead]


def _witnesses(notes: Sequence[bytes], key: str, walk: _Walk) -> list[_Told]:
    told: list[_Told] = []
    for number, note in enumerate(notes, start=1):
        try:
            told.append((f"witness {number}", open_head(note, key)))
        except HeadRefused as refused:
            walk.tell(None, f"witness {number} proves nothing: {refused}")
    return sorted(told, key=lambda each: each[1].size)


def _sizes(session: Session) -> list[int]:
    signed = SignedRow
    query = select(signed.c.size).where(is_mine(session, signed)).order_by(signed.c.size)
    return list(run_statement(session, query).scalars())


def _signed(session: Session, key: str, walk: _Walk) -> Iterator[_Told]:
    signed, after = SignedRow, -1
    query = select(signed.c.size, signed.c.note).order_by(signed.c.size).limit(PAGE)
    while page := run_statement(
        session, query.where(is_mine(session, signed), signed.c.size > after)
    ).all():
        for row in page:
            try:
                head = open_head(row.note, key)
            except HeadRefused as refused:
                walk.tell(None, f"our head of size {row.size} was changed: {refused}")
                continue
            if head.size != row.size:
                walk.tell(None, f"our head of size {row.size} says {head.size}")
            else:
                yield "", head
        after = page[-1].size


def _merged(own: Iterator[_Told], others: list[_Told]) -> Iterator[_Told]:

    return heapq.merge(own, others, key=lambda each: each[1].size)


class _Heads:
    """Compares heads, sorted by size, with the tree while it grows past them."""

    def __init__(self, told: Iterator[_Told], walk: _Walk) -> None:
        self._told, self._walk = told, walk
        self._next = next(told, None)
        self._before: LedgerHead | None = None
        self.own = self.covered = 0

    def reached(self, tree: Frontier) -> None:
        """Compare every head of exactly this size."""
        while self._next is not None and self._next[1].size <= tree.size:
            source, head = self._next
            self._compare(source, head, tree.root())
            self._next = next(self._told, None)

    def _compare(self, source: str, head: LedgerHead, root: bytes) -> None:
        who = source or "our own log"
        self.own += not source
        before, self._before = self._before, head
        if before and before.size == head.size and before.root != head.root:
            self._walk.tell(None, f"split view: two signed heads of size {head.size} differ")
        if head.root != root:
            self._walk.tell(
                None, f"{who}: the first {head.size} entries are not those that were signed"
            )
        elif source:
            self.covered = head.size

    def finish(self, tree: Frontier) -> None:
        """Tell of heads larger than the ledger."""
        while self._next is not None:
            source, head = self._next
            who = source or "our own log"
            self._walk.tell(
                None, f"{who}: witnessed {head.size} > {tree.size}: entries were cut off"
            )
            self.own += not source
            self._next = next(self._told, None)
