"""Mails that could not be handled: counted, and at last quarantined with their bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import QuarantineRow


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A mail quarantined at `at` (UTC): its bytes, where it lay and what went wrong.

    `raw` is empty once erased; `resolved_at` is when somebody dealt with it.
    """

    digest: str
    raw: bytes
    folder: str
    uid: int
    why: str
    at: datetime
    tries: int = 0
    resolved_at: datetime | None = None


def count_try(session: Session, digest: str) -> int:
    """Count one more failed try of the mail and return how many there were.

    Call it in a transaction of its own: the one that failed takes its count with it.
    """
    return int(rows.bump_numbers(session, QuarantineRow, {"digest": digest}, tries=1).tries)


def tries_counted(session: Session, digest: str) -> int:
    """How many failed tries of the mail were counted so far."""
    table = QuarantineRow
    query = select(table.c.tries).where(is_mine(session, table), table.c.digest == digest)
    return int(run_statement(session, query).scalar() or 0)


def put_mail(session: Session, mail: Quarantined) -> None:
    """Quarantine a mail (its tries stay as counted)."""
    rows.bump_numbers(session, QuarantineRow, {"digest": mail.digest}, tries=0)
    table = QuarantineRow
    change = table.update().where(is_mine(session, table), table.c.digest == mail.digest)
    values = {"raw": mail.raw, "folder": mail.folder, "uid": mail.uid, "why": mail.why}
    run_statement(session, change.values(**values, at=mail.at, resolved_at=None))


def _quarantined(row: Row[Any]) -> Quarantined:
    return Quarantined(
        digest=row.digest,
        raw=bytes(row.raw or b""),
        folder=row.folder,
        uid=row.uid,
        why=row.why,
        at=row.at,
        tries=row.tries,
        resolved_at=row.resolved_at,
    )


def waiting_mails(session: Session) -> list[Quarantined]:
    """Everything in quarantine that nobody has dealt with yet, oldest first."""
    table = QuarantineRow
    query = select(table).where(
        is_mine(session, table), table.c.at.is_not(None), table.c.resolved_at.is_(None)
    )
    return [
        _quarantined(row)
        for row in run_statement(session, query.order_by(table.c.at, table.c.digest))
    ]


def get_mail(session: Session, digest: str) -> Quarantined | None:
    """One quarantined mail, by its digest or the unique beginning of it."""
    table = QuarantineRow
    query = select(table).where(
        is_mine(session, table),
        table.c.digest.startswith(digest, autoescape=True),
        table.c.at.is_not(None),
    )
    matching = run_statement(session, query.limit(2)).all()
    return _quarantined(matching[0]) if len(matching) == 1 else None


def resolve_mail(session: Session, digest: str, at: datetime) -> bool:
    """Say that somebody dealt with the mail; its tries start again from none."""
    table = QuarantineRow
    change = table.update().where(
        is_mine(session, table), table.c.digest == digest, table.c.resolved_at.is_(None)
    )
    return run_statement(session, change.values(resolved_at=at, tries=0)).rowcount == 1
