"""Mails byte for byte, drafts word for word, and policy books: each found by its digest.

A mail is kept as JSON text in which every byte is one character, so that both databases hold any
byte, and erasure finds addresses in it. Mails and drafts are private and can be erased; the text of
a policy book that anything was judged under is kept once per hash, for good.
"""

from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import BookRow, PaperRow, PostRow


def put_book(session: Session, hashed: str, text: str) -> bool:
    """Keep a book's text under its hash; False when it is kept already."""
    if get_book(session, hashed) is not None:
        return False
    return rows.insert_new(session, BookRow, {"hash": hashed, "text": text})


def get_book(session: Session, hashed: str) -> str | None:
    """The text of the book with that hash."""
    books = BookRow
    query = select(books.c.text).where(is_mine(session, books), books.c.hash == hashed)
    return run_statement(session, query).scalar()


MAIL, DRAFT = "mail", "draft"


def keep_mail(session: Session, digest: str, ticket: str, raw: bytes) -> bool:
    """Keep a mail of a conversation; False when it is kept already."""
    return _put(session, digest, MAIL, ticket, raw.decode("latin-1"))


def mails_of(session: Session, ticket: str) -> list[bytes]:
    """The mails of a conversation, oldest first, as far as they are kept and not erased."""
    paper, post = PaperRow, PostRow
    beside = (paper.c.org_id == post.c.org_id) & (paper.c.digest == post.c.digest)
    query = (
        select(paper.c.private)
        .select_from(paper.join(post, beside))
        .where(
            is_mine(session, paper),
            post.c.ticket == ticket,
            post.c.part == 0,
            paper.c.kind == MAIL,
            paper.c.private.is_not(None),
        )
        .order_by(post.c.at, post.c.digest)
    )
    return [
        str(rows.unpack_json(each)).encode("latin-1")
        for each in run_statement(session, query).scalars()
    ]


def put_draft(session: Session, digest: str, ticket: str, words: tuple[str, str, str]) -> bool:
    """Keep a draft: address, subject and text; False when it is kept already."""
    return _put(session, digest, DRAFT, ticket, list(words))


def get_draft(session: Session, digest: str) -> tuple[str, str, str] | None:
    """The draft with this digest; None when there is none or it was erased."""
    paper = PaperRow
    query = select(paper.c.private).where(
        is_mine(session, paper), paper.c.digest == digest, paper.c.kind == DRAFT
    )
    content = run_statement(session, query).scalar()
    if content is None:
        return None
    to, subject, text = rows.unpack_json(content)
    return to, subject, text


def _put(session: Session, digest: str, kind: str, ticket: str, words: object) -> bool:
    row = {"digest": digest, "kind": kind, "ticket": ticket, "private": rows.pack_json(words)}
    return rows.insert_new(session, PaperRow, row)
