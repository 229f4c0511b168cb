"""Customer conversations: their ticket ids, their mails, and which Message-IDs lead to them.

Nothing here decides what belongs together; it remembers what was decided. A merged conversation
keeps its row and points to the one that went on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from deskless.store.engine import rows
from deskless.store.engine.rows import Json, chunks, is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import (
    CounterRow,
    PaperRow,
    PlaceRow,
    PostRow,
    ReferenceRow,
    ThreadRow,
)

_NUMBER = re.compile(r"(\d{1,18})\D*$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: the IMAP folder, its UIDVALIDITY and the mail's UID in it."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class ThreadInfo:
    """A conversation: `customer` is a customer id, instants are UTC."""

    ticket: str
    number: int
    customer: str | None
    opened_at: datetime
    last_at: datetime
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class PostInfo:
    """One contribution, known by the mail's digest and the part (a forward makes parts 0 and 1).

    `private` holds sender, subject and text as the caller likes; None once erased.
    """

    ticket: str
    digest: str
    at: datetime
    kind: str
    side: str
    direction: str = "in"
    part: int = 0
    message_id: str | None = None
    internal: bool = False
    private: Json | None = None


def next_ticket(session: Session, pattern: str = "T-{n}", *, first: int = 1) -> str:
    """The next ticket id: `{n}` in the pattern is the number, counted from `first`.

    A number whose transaction is rolled back is given out again, so committed ones have no gaps.
    """
    count = rows.bump_numbers(session, CounterRow, {"name": "ticket"}, value=1).value
    return pattern.replace("{n}", str(first - 1 + int(count)))


def start_thread(
    session: Session, ticket: str, at: datetime, customer: str | None = None
) -> ThreadInfo:
    """Open the conversation `ticket` (minted by `ticket`) for a customer id."""
    digits = _NUMBER.search(ticket)
    number = int(digits[1]) if digits else 0
    made = ThreadInfo(ticket, number, customer, at, at)
    row = {"number": number, "customer": customer, "opened_at": at, "last_at": at}
    rows.insert_rows(session, ThreadRow, [{"ticket": ticket, **row, "merged_into": None}])
    return made


def get_thread(session: Session, ticket: str) -> ThreadInfo | None:
    """The conversation with that ticket id, merged away or not."""
    threads = ThreadRow
    query = select(threads).where(is_mine(session, threads), threads.c.ticket == ticket)
    row = run_statement(session, query).first()
    return None if row is None else _thread(row)


def _thread(row: Row[Any]) -> ThreadInfo:
    return ThreadInfo(
        row.ticket, row.number, row.customer, row.opened_at, row.last_at, row.merged_into
    )


def ticket_family(session: Session, ticket: str) -> list[str]:
    """The tickets that are one conversation with this one: the one that goes on, then the others.

    A conversation that was never merged is alone, and so is a ticket that nobody gave out.
    """
    known = get_thread(session, ticket)
    keep = (known.merged_into if known else None) or ticket
    threads = ThreadRow
    query = select(threads.c.ticket).where(is_mine(session, threads), threads.c.merged_into == keep)
    return [keep, *run_statement(session, query.order_by(threads.c.number)).scalars()]


def find_tickets(session: Session, ids: Iterable[str]) -> list[str]:
    """The tickets that any of these Message-IDs belong to, oldest ticket first."""
    refs, threads = ReferenceRow, ThreadRow
    beside = (refs.c.org_id == threads.c.org_id) & (refs.c.ticket == threads.c.ticket)
    pairs: set[tuple[int, str]] = set()
    query = select(threads.c.number, threads.c.ticket).select_from(refs.join(threads, beside))
    for some in chunks(sorted(set(ids))):
        wanted = query.where(is_mine(session, refs), refs.c.message_id.in_(some)).distinct()
        pairs.update((row.number, row.ticket) for row in run_statement(session, wanted))
    return [each for _, each in sorted(pairs)]


def learn_ids(session: Session, ticket: str, ids: Iterable[str]) -> None:
    """Remember that these Message-IDs lead to the ticket; ids known already keep theirs."""
    for each in sorted(set(ids)):
        rows.insert_new(session, ReferenceRow, {"message_id": each, "ticket": ticket})


def add_post(session: Session, post: PostInfo) -> bool:
    """Add a post to its conversation; False when this part of this mail is there already."""
    row = {
        "digest": post.digest,
        "part": post.part,
        "ticket": post.ticket,
        "message_id": post.message_id,
        "kind": post.kind,
        "side": post.side,
        "direction": post.direction,
        "internal": post.internal,
        "at": post.at,
        "private": None if post.private is None else rows.pack_json(post.private),
    }
    if not rows.insert_new(session, PostRow, row):
        return False
    if post.message_id:
        learn_ids(session, post.ticket, [post.message_id])
    threads = ThreadRow
    later = threads.update().where(
        is_mine(session, threads), threads.c.ticket == post.ticket, threads.c.last_at < post.at
    )
    run_statement(session, later.values(last_at=post.at))
    return True


def posts_of(session: Session, ticket: str) -> list[PostInfo]:
    """Every post of a conversation, oldest first."""
    table = PostRow
    query = select(table).where(is_mine(session, table), table.c.ticket == ticket)
    return [
        _post(row)
        for row in run_statement(session, query.order_by(table.c.at, table.c.digest, table.c.part))
    ]


def last_post_at(session: Session, ticket: str) -> datetime | None:
    """When the newest post of a conversation was said; None where it has none."""
    table = PostRow
    query = select(table.c.at).where(is_mine(session, table), table.c.ticket == ticket)
    return run_statement(session, query.order_by(table.c.at.desc()).limit(1)).scalar()


def _post(row: Row[Any]) -> PostInfo:
    return PostInfo(
        ticket=row.ticket,
        digest=row.digest,
        at=row.at,
        kind=row.kind,
        side=row.side,
        direction=row.direction,
        part=row.part,
        message_id=row.message_id,
        internal=bool(row.internal),
        private=rows.unpack_json(row.private),
    )


def merge_threads(session: Session, keep: str, gone: str) -> None:
    """Move posts, mails and Message-IDs of `gone` into the conversation `keep`, and say so."""
    for held in (PostRow, PaperRow, ReferenceRow):
        moved = held.update().where(is_mine(session, held), held.c.ticket == gone)
        run_statement(session, moved.values(ticket=keep))
    threads = ThreadRow
    merged = (threads.c.ticket == gone) | (threads.c.merged_into == gone)
    change = threads.update().where(is_mine(session, threads), merged)
    run_statement(session, change.values(merged_into=keep))
    old, new = get_thread(session, gone), get_thread(session, keep)
    if old and new and old.last_at > new.last_at:
        later = threads.update().where(is_mine(session, threads), threads.c.ticket == keep)
        run_statement(session, later.values(last_at=old.last_at))


def of_customer(session: Session, customer: str, since: datetime) -> list[ThreadInfo]:
    """A customer's conversations with something new since then, newest first; none merged."""
    threads = ThreadRow
    query = select(threads).where(
        is_mine(session, threads),
        threads.c.customer == customer,
        threads.c.last_at >= since,
        threads.c.merged_into.is_(None),
    )
    return [
        _thread(row) for row in run_statement(session, query.order_by(threads.c.last_at.desc()))
    ]


def recent(session: Session, since: datetime, *, limit: int) -> list[ThreadInfo]:
    """The newest conversations with something new since then, newest first; none merged."""
    threads = ThreadRow
    query = select(threads).where(
        is_mine(session, threads), threads.c.last_at >= since, threads.c.merged_into.is_(None)
    )
    rows_ = run_statement(session, query.order_by(threads.c.last_at.desc()).limit(limit))
    return [_thread(row) for row in rows_]


def see_place(session: Session, place: Place, digest: str, at: datetime) -> bool:
    """Remember that the mail at that place was read; False when it was before."""
    row = {"folder": place.folder, "uidvalidity": place.uidvalidity, "uid": place.uid}
    return rows.insert_new(session, PlaceRow, {**row, "digest": digest, "at": at})


def first_uid(session: Session, folder: str, uidvalidity: int) -> int | None:
    """The UID of the first mail that was read in this incarnation of a folder."""
    places = PlaceRow
    query = select(func.min(places.c.uid)).where(
        is_mine(session, places), places.c.folder == folder, places.c.uidvalidity == uidvalidity
    )
    return run_statement(session, query).scalar()


def seen_digest(session: Session, place: Place) -> str | None:
    """The digest of the mail read at that place; None when nothing was."""
    places = PlaceRow
    query = select(places.c.digest).where(
        is_mine(session, places),
        places.c.folder == place.folder,
        places.c.uidvalidity == place.uidvalidity,
        places.c.uid == place.uid,
    )
    return run_statement(session, query).scalar()


def read_before(session: Session, digests: Sequence[str]) -> set[str]:
    """Which of these mails were read before, wherever they lay: what a rescan may pass over."""
    places, digests_read = PlaceRow, set[str]()
    for some in chunks(list(digests)):
        query = select(places.c.digest).where(is_mine(session, places), places.c.digest.in_(some))
        digests_read.update(run_statement(session, query).scalars())
    return digests_read
