"""Claims and times that outlived their reason: a worker that died, a clock that was wrong.

A daemon holds the organisation's lock, so whatever its own name still has claimed when it starts
was claimed by a former life of it. And what was put off under a clock that has since gone back
would wait for the length of the jump.
"""

from datetime import datetime

from sqlmodel import Session

from deskless.store.engine.rows import mine, run, table
from deskless.store.engine.tables import LetterRow, WaitingRow
from deskless.store.outbox import OWED


def free(session: Session, worker: str) -> int:
    """Give back every letter that this worker had claimed; returns how many there were."""
    letters = table(LetterRow)
    change = letters.update().where(
        mine(session, letters),
        letters.c.worker == worker,
        letters.c.state.in_(OWED),
        letters.c.lease_until.is_not(None),
    )
    return int(run(session, change.values(lease_until=None)).rowcount)


def pull(session: Session, now: datetime, after: datetime, before: datetime) -> int:
    """Make due `now` whatever was put off to a time between the two; returns how much it was."""
    letters, queue = table(LetterRow), table(WaitingRow)
    owed = letters.update().where(
        mine(session, letters),
        letters.c.state.in_(OWED),
        letters.c.next_at > after,
        letters.c.next_at < before,
    )
    leased = letters.update().where(mine(session, letters), letters.c.lease_until > after)
    waiting = queue.update().where(mine(session, queue), queue.c.next_at > after)
    run(session, leased.values(lease_until=None))
    moved = run(session, owed.values(next_at=now)).rowcount
    return int(moved + run(session, waiting.values(next_at=now)).rowcount)
