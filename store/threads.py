"""Customer conversations: their ticket ids, their mails, and which Message-IDs lead to them.

Nothing here decides what belongs together; it remembers what was decided. A merged conversation
keeps its row and points to the one that went on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from deskless.store.engine import rows
from deskless.store.engine.rows import Json, chunks, mine, run
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


def ticket(session: Session, pattern: str = "T-{n}", *, first: int = 1) -> str:
    """The next ticket id: `{n}` in the pattern is the number, counted from `first`.

    A number whose transaction is rolled back is given out again, so committed ones have no gaps.
    """
    count = rows.bump(session, CounterRow, {"name": "ticket"}, value=1).value
    return pattern.replace("{n}", str(first - 1 + int(count)))


def start(session: Session, ticket: str, at: datetime, customer: str | None = None) -> ThreadInfo:
    """Open the conversation `ticket` (minted by `ticket`) for a customer id."""
    digits = _NUMBER.search(ticket)
    number = int(digits[1]) if digits else 0
    made = ThreadInfo(ticket, number, customer, at, at)
    row = {"number": number, "customer": customer, "opened_at": at, "last_at": at}
    rows.insert(session, ThreadRow, [{"ticket": ticket, **row, "merged_into": None}])
    return made


def get(session: Session, ticket: str) -> ThreadInfo | None:
    """The conversation with that ticket id, merged away or not."""
    threads = ThreadRow
    query = select(threads).where(mine(session, threads), threads.c.ticket == ticket)
    found = run(session, query).first()
    return None if found is None else _thread(found)


def _thread(row: Row[Any]) -> ThreadInfo:
    return ThreadInfo(
        row.ticket, row.number, row.customer, row.opened_at, row.last_at, row.merged_into
    )


def family(session: Session, ticket: str) -> list[str]:
    """The tickets that are one conversation with this one: the one that goes on, then the others.

    A conversation that was never merged is alone, and so is a ticket that nobody gave out.
    """
    known = get(session, ticket)
    keep = (known.merged_into if known else None) or ticket
    threads = ThreadRow
    query = select(threads.c.ticket).where(mine(session, threads), threads.c.merged_into == keep)
    return [keep, *run(session, query.order_by(threads.c.number)).scalars()]


def find(session: Session, ids: Iterable[str]) -> list[str]:
    """The tickets that any of these Message-IDs belong to, oldest ticket first."""
    refs, threads = ReferenceRow, ThreadRow
    beside = (refs.c.org_id == threads.c.org_id) & (refs.c.ticket == threads.c.ticket)
    found: set[tuple[int, str]] = set()
    query = select(threads.c.number, threads.c.ticket).select_from(refs.join(threads, beside))
    for some in chunks(sorted(set(ids))):
        wanted = query.where(mine(session, refs), refs.c.message_id.in_(some)).distinct()
        found.update((row.number, row.ticket) for row in run(session, wanted))
    return [each for _, each in sorted(found)]


def learn(session: Session, ticket: str, ids: Iterable[str]) -> None:
    """Remember that these Message-IDs lead to the ticket; ids known already keep theirs."""
    for each in sorted(set(ids)):
        rows.insert_new(session, ReferenceRow, {"message_id": each, "ticket": ticket})


def add(session: Session, post: PostInfo) -> bool:
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
        "private": None if post.private is None else rows.pack(post.private),
    }
    if not rows.insert_new(session, PostRow, row):
        return False
    if post.message_id:
        learn(session, post.ticket, [post.message_id])
    threads = ThreadRow
    later = threads.update().where(
        mine(session, threads), threads.c.ticket == post.ticket, threads.c.last_at < post.at
    )
    run(session, later.values(last_at=post.at))
    return True


def posts(session: Session, ticket: str) -> list[PostInfo]:
    """Every post of a conversation, oldest first."""
    kept = PostRow
    query = select(kept).where(mine(session, kept), kept.c.ticket == ticket)
    return [
        _post(row) for row in run(session, query.order_by(kept.c.at, kept.c.digest, kept.c.part))
    ]


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
        private=rows.unpack(row.private),
    )


def merge(session: Session, keep: str, gone: str) -> None:
    """Move posts, mails and Message-IDs of `gone` into the conversation `keep`, and say so."""
    for held in (PostRow, PaperRow, ReferenceRow):
        moved = held.update().where(mine(session, held), held.c.ticket == gone)
        run(session, moved.values(ticket=keep))
    threads = ThreadRow
    merged = (threads.c.ticket == gone) | (threads.c.merged_into == gone)
    change = threads.update().where(mine(session, threads), merged)
    run(session, change.values(merged_into=keep))
    old, new = get(session, gone), get(session, keep)
    if old and new and old.last_at > new.last_at:
        later = threads.update().where(mine(session, threads), threads.c.ticket == keep)
        run(session, later.values(last_at=old.last_at))


def of_customer(session: Session, customer: str, since: datetime) -> list[ThreadInfo]:
    """A customer's conversations with something new since then, newest first; none merged."""
    threads = ThreadRow
    query = select(threads).where(
        mine(session, threads),
        threads.c.customer == customer,
        threads.c.last_at >= since,
        threads.c.merged_into.is_(None),
    )
    return [_thread(row) for row in run(session, query.order_by(threads.c.last_at.desc()))]


def see(session: Session, place: Place, digest: str, at: datetime) -> bool:
    """Remember that the mail at that place was read; False when it was before."""
    row = {"folder": place.folder, "uidvalidity": place.uidvalidity, "uid": place.uid}
    return rows.insert_new(session, PlaceRow, {**row, "digest": digest, "at": at})


def seen(session: Session, place: Place) -> str | None:
    """The digest of the mail read at that place; None when nothing was."""
    places = PlaceRow
    query = select(places.c.digest).where(
        mine(session, places),
        places.c.folder == place.folder,
        places.c.uidvalidity == place.uidvalidity,
        places.c.uid == place.uid,
    )
    return run(session, query).scalar()


def read_before(session: Session, digests: Sequence[str]) -> set[str]:
    """Which of these mails were read before, wherever they lay: what a rescan may pass over."""
    places, found = PlaceRow, set[str]()
    for some in chunks(list(digests)):
        query = select(places.c.digest).where(mine(session, places), places.c.digest.in_(some))
        found.update(run(session, query).scalars())
    return found
