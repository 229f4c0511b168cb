"""How far each folder has been read; moved in the transaction that keeps what was read."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import mine, run
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CursorRow


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last UID read in a folder, under the folder's UIDVALIDITY."""

    folder: str
    uidvalidity: int
    uid: int


def get(session: Session, folder: str) -> Cursor | None:
    """Where reading stopped; None when the folder was never read."""
    cursors = CursorRow
    query = select(cursors).where(mine(session, cursors), cursors.c.folder == folder)
    found = run(session, query).first()
    return None if found is None else Cursor(found.folder, found.uidvalidity, found.uid)


def put(session: Session, cursor: Cursor) -> None:
    """Go on from here next time."""
    rows.upsert(session, CursorRow, asdict(cursor))
