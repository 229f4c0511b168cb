"""What judges said and cost, and which conversations still wait for one."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import UsageRow, VerdictRow, WaitingRow


@dataclass(frozen=True, slots=True)
class VerdictText:
    """A judge's answer as JSON text under the key of its situation."""

    key: str
    value: str
    at: datetime
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What judging cost: calls, tokens, and millionths of a US dollar."""

    calls: int = 0
    tokens: int = 0
    micro_usd: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation whose judging is to be tried again at `next_at` (UTC), after `tries` tries.

    `why` is a short reason in our own words, never a person's.
    """

    ticket: str
    next_at: datetime
    tries: int
    why: str


def get_answer(session: Session, key: str) -> str | None:
    """The answer kept for that situation."""
    table = VerdictRow
    query = select(table.c.value).where(is_mine(session, table), table.c.key == key)
    return run_statement(session, query).scalar()


def put_answer(session: Session, verdict: VerdictText) -> None:
    """Keep an answer."""
    rows.upsert(session, VerdictRow, asdict(verdict))


def add_usage(session: Session, day: date, usage: Usage) -> Usage:
    """Add to what a UTC day cost; returns the day's sum."""
    row = rows.bump_numbers(session, UsageRow, {"day": day.isoformat()}, **asdict(usage))
    return Usage(row.calls, row.tokens, row.micro_usd)


def day_usage(session: Session, day: date) -> Usage:
    """What a UTC day has cost so far."""
    usage = UsageRow
    query = select(usage).where(is_mine(session, usage), usage.c.day == day.isoformat())
    row = run_statement(session, query).first()
    return Usage() if row is None else Usage(row.calls, row.tokens, row.micro_usd)


SILENCE = "silence"
"""Why a conversation is judged again when its customer has waited for so long."""


def queue_thread(session: Session, waiting: Waiting) -> None:
    """Let a conversation wait for a judge; one that waits already gets the new time and reason."""
    rows.upsert(session, WaitingRow, asdict(waiting))


def due_threads(session: Session, now: datetime, *, limit: int = 50) -> list[Waiting]:
    """The conversations to be judged now, longest waiting first."""
    queue = WaitingRow
    query = select(queue).where(is_mine(session, queue), queue.c.next_at <= now)
    result = run_statement(session, query.order_by(queue.c.next_at, queue.c.ticket).limit(limit))
    return [Waiting(row.ticket, row.next_at, row.tries, row.why) for row in result]


def waiting_thread(session: Session, ticket: str) -> Waiting | None:
    """Whether and since how many tries a conversation waits."""
    queue = WaitingRow
    query = select(queue).where(is_mine(session, queue), queue.c.ticket == ticket)
    row = run_statement(session, query).first()
    return None if row is None else Waiting(row.ticket, row.next_at, row.tries, row.why)


def count_queued(session: Session) -> int:
    """How many conversations wait for a judge; for time to pass (`SILENCE`) is no such waiting."""
    queue = WaitingRow
    query = select(func.count()).where(is_mine(session, queue), queue.c.why != SILENCE)
    return int(run_statement(session, query).scalar_one())


def leave_queue(session: Session, ticket: str) -> bool:
    """The conversation waits no longer; False when it did not."""
    queue = WaitingRow
    gone = queue.delete().where(is_mine(session, queue), queue.c.ticket == ticket)
    return run_statement(session, gone).rowcount == 1
