"""Rights to answer: kept as hashes, good once, for one purpose, until they expire."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import TokenRow


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is good for; `hash` is `token_digest` of its text, which is kept nowhere."""

    hash: str
    purpose: str
    issued_at: datetime
    expires_at: datetime
    case: str | None = None
    handoff: str | None = None
    person: str | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def good(self, now: datetime) -> bool:
        """Whether it may still be used."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


def token_digest(text: str) -> str:
    """The hash under which a token's text is known: SHA-256 in hex, of its lower-case form."""
    return sha256(text.strip().lower().encode()).hexdigest()


def issue_token(session: Session, token: Token) -> None:
    """Remember a new token."""
    row = asdict(token)
    rows.insert_rows(session, TokenRow, [{**row, "case_key": row.pop("case")}])


def _token(row: Row[Any]) -> Token:
    values = dict(row._mapping)
    values.pop("org_id")
    return Token(case=values.pop("case_key"), **values)


def get_token(session: Session, hashed: str) -> Token | None:
    """The token with that hash, used up or not."""
    tokens = TokenRow
    query = select(tokens).where(is_mine(session, tokens), tokens.c.hash == hashed)
    row = run_statement(session, query).first()
    return None if row is None else _token(row)


def newest_token(session: Session, case: str, person: str) -> Token | None:
    """The newest token by which this person may answer about a case; None: no good one is left."""
    tokens = TokenRow
    query = select(tokens).where(
        is_mine(session, tokens),
        tokens.c.case_key == case,
        tokens.c.person == person,
        tokens.c.purpose == "case",
        tokens.c.used_at.is_(None),
        tokens.c.revoked_at.is_(None),
    )
    newest = query.order_by(tokens.c.issued_at.desc(), tokens.c.hash).limit(1)
    row = run_statement(session, newest).first()
    return None if row is None else _token(row)


def use_token(session: Session, hashed: str, at: datetime) -> bool:
    """Use a token up; False when it was used, revoked or expired before, or never was."""
    tokens = TokenRow
    change = tokens.update().where(
        is_mine(session, tokens),
        tokens.c.hash == hashed,
        tokens.c.used_at.is_(None),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > at,
    )
    return run_statement(session, change.values(used_at=at)).rowcount == 1


def revoke_tokens(session: Session, handoff: str, at: datetime) -> int:
    """End every unused token of a handoff; returns how many there were."""
    tokens = TokenRow
    change = tokens.update().where(
        is_mine(session, tokens),
        tokens.c.handoff == handoff,
        tokens.c.used_at.is_(None),
        tokens.c.revoked_at.is_(None),
    )
    return run_statement(session, change.values(revoked_at=at)).rowcount
