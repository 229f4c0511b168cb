"""The tables as SQLModel classes: the one place that names every column.

Migrations make them (`migrations.py`) and a new or migrated store is held against them. The same
tables in SQLAlchemy's Core, which every statement uses, are written out in `tables.py` by
`make tables`: loading the object layer takes longer than all that `deskless cases` does. `private`
columns hold JSON text that erasure may delete; everything else in a row is ids, enums, digests and
instants, save where a docstring says otherwise.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, inspect
from sqlmodel import Field, SQLModel

from deskless.store.engine.rows import Instant


def number(**options: Any) -> Any:
    """A 64-bit integer column: UIDs, ranks and counts outgrow PostgreSQL's plain integer."""
    return Field(sa_type=BigInteger, **options)


def moment(**options: Any) -> Any:
    """An instant column."""
    return Field(sa_type=cast("Any", Instant), **options)


class Owned(SQLModel):
    """A row of one organisation."""

    org_id: str = Field(primary_key=True)


class EntryRow(Owned, table=True):
    """A ledger entry: `leaf` is its canonical JSON, the other columns are copies to search by."""

    __tablename__ = "entry"
    seq: int = number(primary_key=True)
    leaf: bytes
    leaf_hash: bytes
    kind: str
    at: datetime = moment()
    ticket: str | None
    case_key: str | None


class SecretRow(Owned, table=True):
    """The erasable half of an entry: the leaf holds HMAC-SHA256(salt, content)."""

    __tablename__ = "entry_private"
    seq: int = number(primary_key=True)
    salt: bytes
    content: str


class HeadRow(Owned, table=True):
    """The tree as it stands: its size and the hashes of its full subtrees, left to right."""

    __tablename__ = "head"
    size: int = number()
    frontier: bytes


class SignedRow(Owned, table=True):
    """Every head we ever signed; append-only."""

    __tablename__ = "signed_head"
    size: int = number(primary_key=True)
    note: bytes
    at: datetime = moment()


class CounterRow(Owned, table=True):
    """A number that only counts committed things: tickets, people, open cases by status."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int = number()


class PersonRow(Owned, table=True):
    """A person ("p1") or customer ("c1"); `name` is erasable."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    name: str = ""
    erased_at: datetime | None = moment(default=None)


class AddressRow(Owned, table=True):
    """Which address belongs to whom, once per kind ("p" or "c")."""

    __tablename__ = "person_address"
    kind: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    id: str


class ThreadRow(Owned, table=True):
    """A customer conversation under the team's ticket id."""

    __tablename__ = "thread"
    ticket: str = Field(primary_key=True)
    number: int = number()
    customer: str | None
    opened_at: datetime = moment()
    last_at: datetime = moment()
    merged_into: str | None = None


class ReferenceRow(Owned, table=True):
    """A Message-ID and the conversation it belongs to, also when it was only mentioned."""

    __tablename__ = "thread_ref"
    message_id: str = Field(primary_key=True)
    ticket: str


class PostRow(Owned, table=True):
    """One contribution to a conversation; a forward makes two (`part` 0 and 1)."""

    __tablename__ = "post"
    digest: str = Field(primary_key=True)
    part: int = number(primary_key=True)
    ticket: str
    message_id: str | None
    kind: str
    side: str
    direction: str
    internal: bool
    at: datetime = moment()
    private: str | None


class PaperRow(Owned, table=True):
    """A mail byte for byte, or a draft for a customer, by its digest; JSON text in `private`."""

    __tablename__ = "paper"
    digest: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ticket: str | None
    private: str | None


class PlaceRow(Owned, table=True):
    """A mail that was read, by where it lay."""

    __tablename__ = "place"
    folder: str = Field(primary_key=True)
    uidvalidity: int = number(primary_key=True)
    uid: int = number(primary_key=True)
    digest: str
    at: datetime = moment()


class ShelfRow(Owned, table=True):
    """A case as it stands; `rank` is NULL when the case needs nobody's eyes."""

    __tablename__ = "case_shelf"
    key: str = Field(primary_key=True)
    ticket: str
    seq: int = number()
    status: str
    owner: str | None
    tier: str | None
    severity: str | None
    rank: int | None = number()
    due_at: datetime | None = moment()
    state: str
    private: str | None


class LetterRow(Owned, table=True):
    """A mail that is owed or was sent, with its frozen bytes."""

    __tablename__ = "letter"
    id: int = number(primary_key=True)
    message_id: str
    kind: str
    case_key: str | None
    ticket: str | None
    recipients: str
    envelope_from: str
    raw: bytes
    text: str
    state: str
    urgency: int = number()
    attempts: int = number(default=0)
    next_at: datetime = moment()
    created_at: datetime = moment()
    sent_at: datetime | None = moment(default=None)
    last_error: str | None = None
    worker: str | None = None
    lease_until: datetime | None = moment(default=None)
    fence: int = number(default=0)


class RecipientRow(Owned, table=True):
    """Who a letter goes to, for the breakers that count mail per person."""

    __tablename__ = "letter_to"
    address: str = Field(primary_key=True)
    letter: int = number(primary_key=True)
    created_at: datetime = moment()


class CursorRow(Owned, table=True):
    """How far a folder has been read."""

    __tablename__ = "mail_cursor"
    folder: str = Field(primary_key=True)
    uidvalidity: int = number()
    uid: int = number()


class QuarantineRow(Owned, table=True):
    """A mail that could not be handled: `raw` are its bytes once it was set aside."""

    __tablename__ = "quarantine"
    digest: str = Field(primary_key=True)
    tries: int = number()
    raw: bytes | None = None
    folder: str | None = None
    uid: int | None = number(default=None)
    why: str | None = None
    at: datetime | None = moment(default=None)
    resolved_at: datetime | None = moment(default=None)


class TokenRow(Owned, table=True):
    """A right to answer, known by the SHA-256 of its text only."""

    __tablename__ = "token"
    hash: str = Field(primary_key=True)
    purpose: str
    case_key: str | None
    handoff: str | None
    person: str | None
    issued_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(default=None)
    revoked_at: datetime | None = moment(default=None)


class VerdictRow(Owned, table=True):
    """A judge's answer, kept so that the same situation has the same outcome; `value` quotes."""

    __tablename__ = "verdict"
    key: str = Field(primary_key=True)
    ticket: str | None
    value: str
    at: datetime = moment()


class UsageRow(Owned, table=True):
    """What a judge cost on one UTC day: tokens, and millionths of a US dollar."""

    __tablename__ = "usage"
    day: str = Field(primary_key=True)
    calls: int = number()
    tokens: int = number()
    micro_usd: int = number()


class WaitingRow(Owned, table=True):
    """A conversation that still waits for a judge."""

    __tablename__ = "judge_queue"
    ticket: str = Field(primary_key=True)
    next_at: datetime = moment()
    tries: int = number()
    why: str


class BookRow(Owned, table=True):
    """The text of a policy book under its hash, once; append-only."""

    __tablename__ = "book"
    hash: str = Field(primary_key=True)
    text: str


class NoteRow(Owned, table=True):
    """A small piece of our own state as JSON under a key."""

    __tablename__ = "note"
    key: str = Field(primary_key=True)
    value: str


MODELS: tuple[type[SQLModel], ...] = tuple(Owned.__subclasses__())
"""Every table, in the order of this page."""


def differences(connection: Connection) -> list[str]:
    """What a database lacks of these tables, or has besides them, as `table.column` each."""
    inspector = inspect(connection)
    standing, odd = set(inspector.get_table_names()), []
    for model in MODELS:
        rows = SQLModel.metadata.tables[str(model.__tablename__)]
        wanted = {column.name for column in rows.columns}
        columns = inspector.get_columns(rows.name) if rows.name in standing else []
        odd += [f"{rows.name}.{name}" for name in wanted ^ {str(each["name"]) for each in columns}]
    return sorted(odd)
