"""Mails that could not be handled: counted, and at last quarantined with their bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from deskless.store.engine import rows
from deskless.store.engine.rows import mine, run
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


def tries(session: Session, digest: str) -> int:
    """Count one more failed try of the mail and return how many there were.

    Call it in a transaction of its own: the one that failed takes its count with it.
    """
    return int(rows.bump(session, QuarantineRow, {"digest": digest}, tries=1).tries)


def counted(session: Session, digest: str) -> int:
    """How many failed tries of the mail were counted so far."""
    kept = QuarantineRow
    query = select(kept.c.tries).where(mine(session, kept), kept.c.digest == digest)
    return int(run(session, query).scalar() or 0)


def put(session: Session, mail: Quarantined) -> None:
    """Quarantine a mail (its tries stay as counted)."""
    rows.bump(session, QuarantineRow, {"digest": mail.digest}, tries=0)
    kept = QuarantineRow
    change = kept.update().where(mine(session, kept), kept.c.digest == mail.digest)
    values = {"raw": mail.raw, "folder": mail.folder, "uid": mail.uid, "why": mail.why}
    run(session, change.values(**values, at=mail.at, resolved_at=None))


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


def waiting(session: Session) -> list[Quarantined]:
    """Everything in quarantine that nobody has dealt with yet, oldest first."""
    kept = QuarantineRow
    query = select(kept).where(
        mine(session, kept), kept.c.at.is_not(None), kept.c.resolved_at.is_(None)
    )
    return [_quarantined(row) for row in run(session, query.order_by(kept.c.at, kept.c.digest))]


def get(session: Session, digest: str) -> Quarantined | None:
    """One quarantined mail, by its digest or the unique beginning of it."""
    kept = QuarantineRow
    query = select(kept).where(
        mine(session, kept),
        kept.c.digest.startswith(digest, autoescape=True),
        kept.c.at.is_not(None),
    )
    found = run(session, query.limit(2)).all()
    return _quarantined(found[0]) if len(found) == 1 else None


def resolve(session: Session, digest: str, at: datetime) -> bool:
    """Say that somebody dealt with the mail; its tries start again from none."""
    kept = QuarantineRow
    change = kept.update().where(
        mine(session, kept), kept.c.digest == digest, kept.c.resolved_at.is_(None)
    )
    return run(session, change.values(resolved_at=at, tries=0)).rowcount == 1
