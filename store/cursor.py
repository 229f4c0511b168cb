"""How far each folder has been read; moved in the transaction that keeps what was read."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CursorRow


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last UID read in a folder, under the folder's UIDVALIDITY."""

    folder: str
    uidvalidity: int
    uid: int


def get_cursor(session: Session, folder: str) -> Cursor | None:
    """Where reading stopped; None when the folder was never read."""
    cursors = CursorRow
    query = select(cursors).where(is_mine(session, cursors), cursors.c.folder == folder)
    row = run_statement(session, query).first()
    return None if row is None else Cursor(row.folder, row.uidvalidity, row.uid)


def put_cursor(session: Session, cursor: Cursor) -> None:
    """Go on from here next time."""
    rows.upsert(session, CursorRow, asdict(cursor))
