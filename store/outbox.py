"""Mail owed: written in the turn that decided it, sent after the commit.

pending → in_flight → sent | pending (temporary failure) | failed | unknown (the final dot went out
and no answer came). A worker claims letters for a while and gets a fence number with each; every
later word about the letter must carry that number, so a worker that was thought dead cannot
overrule its successor. The bytes are frozen when the row is written: a letter sent twice is the
same letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, LetterRow, RecipientRow, WaitingRow
from deskless.store.people import canonical_address

PENDING, IN_FLIGHT, SENT, FAILED, UNKNOWN = "pending", "in_flight", "sent", "failed", "unknown"
OWED = (PENDING, IN_FLIGHT, UNKNOWN)
DOUBTFUL = (UNKNOWN, IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A mail to be sent: `raw` its frozen bytes, `text` its plain words (to cut quotes of them).

    Not before `not_before`; smaller `urgency` goes first. `remark` says why it waits, if it does.
    """

    message_id: str
    kind: str
    to: tuple[str, ...]
    envelope_from: str
    raw: bytes
    created_at: datetime
    case: str | None = None
    ticket: str | None = None
    text: str = ""
    urgency: int = 5
    not_before: datetime | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the outbox; `fence` is the number of the claim that it was handed out under."""

    id: int
    message_id: str
    kind: str
    case: str | None
    ticket: str | None
    to: tuple[str, ...]
    envelope_from: str
    raw: bytes
    text: str
    state: str
    urgency: int
    attempts: int
    next_at: datetime
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None
    fence: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Who wants letters at what moment, how many at most, and for how long they are his."""

    worker: str
    now: datetime
    limit: int = 20
    lease: timedelta = timedelta(minutes=10)


def put_letter(session: Session, letter: NewLetter) -> bool:
    """Owe a letter; False when one with its Message-ID stands already (then nothing changes)."""
    if by_message_id(session, letter.message_id) is not None:
        return False
    number = int(rows.bump_numbers(session, CounterRow, {"name": "letter"}, value=1).value)
    row = {
        "id": number,
        "message_id": letter.message_id,
        "kind": letter.kind,
        "case_key": letter.case,
        "ticket": letter.ticket,
        "recipients": rows.pack_json(list(letter.to)),
        "envelope_from": letter.envelope_from,
        "raw": letter.raw,
        "text": letter.text,
        "state": PENDING,
        "urgency": letter.urgency,
        "attempts": 0,
        "next_at": letter.not_before or letter.created_at,
        "created_at": letter.created_at,
        "fence": 0,
        "last_error": letter.remark or None,
    }
    rows.insert_rows(session, LetterRow, [row])
    to = sorted({canonical_address(address) for address in letter.to})
    told = [{"address": each, "letter": number, "created_at": letter.created_at} for each in to]
    rows.insert_rows(session, RecipientRow, told)
    return True


def letter_of(row: Row[Any]) -> Letter:
    """The letter that a row keeps."""
    return Letter(
        id=row.id,
        message_id=row.message_id,
        kind=row.kind,
        case=row.case_key,
        ticket=row.ticket,
        to=tuple(rows.unpack_json(row.recipients)),
        envelope_from=row.envelope_from,
        raw=bytes(row.raw),
        text=row.text,
        state=row.state,
        urgency=row.urgency,
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
        sent_at=row.sent_at,
        last_error=row.last_error,
        fence=row.fence,
    )


def claim_letters(session: Session, ask: Claim) -> list[Letter]:
    """Take the most urgent pending letters that are due and nobody else holds."""
    letters = LetterRow
    return _take(session, ask, letters.c.state == PENDING)


def due(session: Session, ask: Claim, states: Sequence[str]) -> bool:
    """Whether a claim would find a letter in one of these states; takes nothing."""
    letters = LetterRow
    query = select(letters.c.id).where(*_free(session, ask), letters.c.state.in_(states)).limit(1)
    return run_statement(session, query).first() is not None


def _free(session: Session, ask: Claim) -> tuple[ColumnElement[bool], ...]:
    """The condition that a letter's time has come and nobody holds it."""
    letters = LetterRow
    free = letters.c.lease_until.is_(None) | (letters.c.lease_until <= ask.now)
    return is_mine(session, letters), letters.c.next_at <= ask.now, free


def claim_doubtful(session: Session, ask: Claim) -> list[Letter]:
    """Take the letters of which nobody knows whether they went out: to be looked for first.

    Those marked unknown whose time has come, and those in flight whose worker's lease ran out.
    """
    letters = LetterRow
    return _take(session, ask, letters.c.state.in_(DOUBTFUL))


def _take(session: Session, ask: Claim, state: ColumnElement[bool]) -> list[Letter]:
    letters = LetterRow
    query = (
        select(letters)
        .where(*_free(session, ask), state)
        .order_by(letters.c.urgency, letters.c.next_at, letters.c.id)
        .limit(ask.limit)
        .with_for_update(skip_locked=True)
    )
    taken = [letter_of(row) for row in run_statement(session, query).all()]
    change = letters.update().where(
        is_mine(session, letters), letters.c.id.in_([letter.id for letter in taken])
    )
    until = ask.now + ask.lease
    again = change.values(worker=ask.worker, lease_until=until, fence=letters.c.fence + 1)
    fences = (
        run_statement(session, again.returning(letters.c.id, letters.c.fence)).all()
        if taken
        else []
    )
    now_at = {row.id: row.fence for row in fences}
    return [replace(letter, fence=now_at[letter.id]) for letter in taken]


def _mark(session: Session, letter: Letter, **values: Any) -> bool:
    letters = LetterRow
    change = letters.update().where(
        is_mine(session, letters), letters.c.id == letter.id, letters.c.fence == letter.fence
    )
    return run_statement(session, change.values(**values)).rowcount == 1


def mark_in_flight(session: Session, letter: Letter) -> bool:
    """Say that the letter is about to go out; commit before connecting.

    False, here and below, when another worker has claimed the letter since: hands off.
    """
    letters = LetterRow
    return _mark(session, letter, state=IN_FLIGHT, attempts=letters.c.attempts + 1)


def mark_sent(session: Session, letter: Letter, at: datetime) -> bool:
    """The server took it (or it was found in a mailbox) at that moment."""
    done = {"state": SENT, "sent_at": at, "lease_until": None, "last_error": None}
    return _mark(session, letter, **done)


def mark_retry(session: Session, letter: Letter, at: datetime, error: str) -> bool:
    """It surely did not go out; try again from that moment on."""
    return _mark(session, letter, state=PENDING, next_at=at, lease_until=None, last_error=error)


def mark_failed(session: Session, letter: Letter, error: str) -> bool:
    """It will never go out."""
    return _mark(session, letter, state=FAILED, lease_until=None, last_error=error)


def mark_unknown(session: Session, letter: Letter, at: datetime, error: str) -> bool:
    """It may have gone out; look for it from that moment on."""
    return _mark(session, letter, state=UNKNOWN, next_at=at, lease_until=None, last_error=error)


def hold_letter(session: Session, letter: Letter, until: datetime) -> bool:
    """Give a claimed letter back unsent, not to be tried before then."""
    return _mark(session, letter, state=PENDING, next_at=until, lease_until=None)


def count_by_state(session: Session) -> dict[str, int]:
    """How many letters are owed, by state (pending, in_flight, unknown)."""
    letters = LetterRow
    query = select(letters.c.state, func.count().label("n")).where(
        is_mine(session, letters), letters.c.state.in_(OWED)
    )
    return {row.state: row.n for row in run_statement(session, query.group_by(letters.c.state))}


def next_at(session: Session) -> datetime | None:
    """When the next owed letter may go out, UTC."""
    letters = LetterRow
    query = select(func.min(letters.c.next_at))
    owed = letters.c.state.in_(OWED)
    return run_statement(session, query.where(is_mine(session, letters), owed)).scalar()


def by_message_id(session: Session, message_id: str) -> Letter | None:
    """The letter with exactly that Message-ID."""
    letters = LetterRow
    query = select(letters).where(is_mine(session, letters), letters.c.message_id == message_id)
    row = run_statement(session, query).first()
    return None if row is None else letter_of(row)


def labelled_letters(session: Session, label: str) -> list[Letter]:
    """The letters whose Message-ID holds this label between dots, oldest first."""
    letters = LetterRow
    named = letters.c.message_id.contains(f".{label}.", autoescape=True)
    query = select(letters).where(is_mine(session, letters), named).order_by(letters.c.id)
    return [letter_of(row) for row in run_statement(session, query)]


def of_case(session: Session, case: str) -> list[Letter]:
    """Every letter about a case, oldest first."""
    letters = LetterRow
    query = select(letters).where(is_mine(session, letters), letters.c.case_key == case)
    return [
        letter_of(row)
        for row in run_statement(session, query.order_by(letters.c.created_at, letters.c.id))
    ]


def latest_to(session: Session, case: str, kinds: Iterable[str]) -> dict[str, datetime]:
    """When each address was last written to about a case by a letter of these kinds (UTC).

    A letter to several counts for each of them.
    """
    letters = LetterRow
    query = select(letters.c.recipients, func.max(letters.c.created_at).label("at")).where(
        is_mine(session, letters), letters.c.case_key == case, letters.c.kind.in_(sorted(kinds))
    )
    latest: dict[str, datetime] = {}
    for row in run_statement(session, query.group_by(letters.c.recipients)):
        for address in rows.unpack_json(row.recipients):
            latest[address] = max(latest.get(address, row.at), row.at)
    return latest


def counts_to(session: Session, kind: str, since: datetime) -> dict[str, int]:
    """How many letters of a kind were written to each address since an instant (UTC)."""
    letters = LetterRow
    query = select(letters.c.recipients, func.count().label("n")).where(
        is_mine(session, letters), letters.c.kind == kind, letters.c.created_at > since
    )
    return {
        address: row.n
        for row in run_statement(session, query.group_by(letters.c.recipients))
        for address in rows.unpack_json(row.recipients)
    }


def ids_to(session: Session, case: str, kind: str, address: str) -> tuple[str, ...]:
    """The Message-IDs of the letters of a kind about a case to one address, oldest first."""
    letters = LetterRow
    query = select(letters.c.message_id).where(
        is_mine(session, letters), letters.c.case_key == case, letters.c.kind == kind,
        letters.c.recipients == rows.pack_json([address]),
    )  # fmt: skip
    return tuple(row.message_id for row in run_statement(session, query.order_by(letters.c.id)))


def owed_kinds(session: Session, case: str) -> frozenset[str]:
    """The kinds of the letters about a case that have not left yet."""
    letters = LetterRow
    query = select(letters.c.kind).where(
        is_mine(session, letters), letters.c.case_key == case, letters.c.state.in_(OWED)
    )
    return frozenset(row.kind for row in run_statement(session, query))


def last_sent(session: Session, case: str, kind: str) -> datetime | None:
    """When the last letter of this kind about a case left, UTC."""
    letters = LetterRow
    query = select(func.max(letters.c.sent_at)).where(
        is_mine(session, letters), letters.c.case_key == case, letters.c.kind == kind
    )
    return run_statement(session, query).scalar()


def written_since(session: Session, since: datetime, to: str, kinds: Iterable[str]) -> bool:
    """Whether a letter of one of these kinds was written to exactly this address since (UTC)."""
    letters = LetterRow
    query = select(letters.c.recipients).where(
        is_mine(session, letters), letters.c.created_at >= since, letters.c.kind.in_(list(kinds))
    )
    return any(to in rows.unpack_json(row[0]) for row in run_statement(session, query))


def newest(session: Session, case: str, kind: str) -> int | None:
    """The number of the last letter of this kind about a case."""
    letters = LetterRow
    query = select(func.max(letters.c.id)).where(
        is_mine(session, letters), letters.c.case_key == case, letters.c.kind == kind
    )
    return run_statement(session, query).scalar()


def texts_sent(session: Session, message_ids: Iterable[str]) -> list[tuple[str, bytes]]:
    """The plain words of our own mails among these Message-IDs, and their bytes as sent."""
    letters, texts = LetterRow, list[tuple[str, bytes]]()
    wanted: Sequence[str] = sorted(set(message_ids))
    for some in rows.chunks(wanted):
        query = select(letters.c.text, letters.c.raw).where(
            is_mine(session, letters), letters.c.message_id.in_(some), letters.c.text != ""
        )
        matches = run_statement(session, query.order_by(letters.c.id)).all()
        texts += [(row.text, bytes(row.raw)) for row in matches]
    return texts


def held_letters(session: Session, until: datetime) -> list[Letter]:
    """Every letter that is held until then or longer, most urgent first."""
    rows_ = LetterRow
    query = select(rows_).where(
        is_mine(session, rows_), rows_.c.state == PENDING, rows_.c.next_at >= until
    )
    return [
        letter_of(row)
        for row in run_statement(session, query.order_by(rows_.c.urgency, rows_.c.id))
    ]


def count_held(session: Session, until: datetime) -> int:
    """How many letters are held until then or longer."""
    letters = LetterRow
    query = select(func.count()).where(
        is_mine(session, letters), letters.c.state == PENDING, letters.c.next_at >= until
    )
    return int(run_statement(session, query).scalar_one())


def owed_letters(session: Session) -> list[Letter]:
    """Every letter that has not gone out yet, most urgent first."""
    letters = LetterRow
    query = select(letters).where(is_mine(session, letters), letters.c.state.in_(OWED))
    return [
        letter_of(row)
        for row in run_statement(session, query.order_by(letters.c.urgency, letters.c.id))
    ]


def free_claims(session: Session, worker: str) -> int:
    """Release every letter that this worker has claimed; returns how many there were.

    A daemon holds the organisation's lock, so what its own name still has claimed when it starts
    was claimed by a previous run of it, and would else wait for the lease to end.
    """
    letters = LetterRow
    change = letters.update().where(
        is_mine(session, letters),
        letters.c.worker == worker,
        letters.c.state.in_(OWED),
        letters.c.lease_until.is_not(None),
    )
    return int(run_statement(session, change.values(lease_until=None)).rowcount)


def pull_forward(session: Session, now: datetime, after: datetime, before: datetime) -> int:
    """Make due `now` whatever was put off to a time between the two; returns how much it was.

    What was put off under a clock that has since gone back would wait for the length of the jump.
    """
    letters, queue = LetterRow, WaitingRow
    owed = letters.update().where(
        is_mine(session, letters),
        letters.c.state.in_(OWED),
        letters.c.next_at > after,
        letters.c.next_at < before,
    )
    leased = letters.update().where(is_mine(session, letters), letters.c.lease_until > after)
    waiting = queue.update().where(is_mine(session, queue), queue.c.next_at > after)
    run_statement(session, leased.values(lease_until=None))
    moved = run_statement(session, owed.values(next_at=now)).rowcount
    return int(moved + run_statement(session, waiting.values(next_at=now)).rowcount)
