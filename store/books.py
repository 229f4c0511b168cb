"""The text of every policy book that anything was judged under, once per hash, for good."""

from sqlalchemy import select
from sqlmodel import Session

from deskless.store.engine import rows
from deskless.store.engine.rows import mine, run, table
from deskless.store.engine.tables import BookRow


def put(session: Session, hashed: str, text: str) -> bool:
    """Keep a book's text under its hash; False when it is kept already."""
    if get(session, hashed) is not None:
        return False
    return rows.insert_new(session, BookRow, {"hash": hashed, "text": text})


def get(session: Session, hashed: str) -> str | None:
    """The text of the book with that hash."""
    books = table(BookRow)
    query = select(books.c.text).where(mine(session, books), books.c.hash == hashed)
    return run(session, query).scalar()
