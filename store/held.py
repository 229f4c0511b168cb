"""Letters that a breaker holds back, and what is owed altogether."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from deskless.store.engine.rows import mine, run, table
from deskless.store.engine.tables import LetterRow
from deskless.store.outbox import OWED, PENDING, Letter, letter_of


def letters(session: Session, until: datetime) -> list[Letter]:
    """Every letter that is held until then or longer, most urgent first."""
    rows_ = table(LetterRow)
    query = select(rows_).where(
        mine(session, rows_), rows_.c.state == PENDING, rows_.c.next_at >= until
    )
    return [letter_of(row) for row in run(session, query.order_by(rows_.c.urgency, rows_.c.id))]


def held(session: Session, until: datetime) -> int:
    """How many letters are held until then or longer."""
    letters = table(LetterRow)
    query = select(func.count()).where(
        mine(session, letters), letters.c.state == PENDING, letters.c.next_at >= until
    )
    return int(run(session, query).scalar_one())


def owed(session: Session) -> list[Letter]:
    """Every letter that has not gone out yet, most urgent first."""
    letters = table(LetterRow)
    query = select(letters).where(mine(session, letters), letters.c.state.in_(OWED))
    return [letter_of(row) for row in run(session, query.order_by(letters.c.urgency, letters.c.id))]
