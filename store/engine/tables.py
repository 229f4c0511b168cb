"""The tables in SQLAlchemy's Core, written by `make tables` from `models.py`.

Core alone, without an object layer: no statement needs one, and loading one would take longer than
all that `deskless cases` does.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Table, Text

from deskless.store.engine.rows import Instant

metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    """A table whose rows belong to an organisation each."""
    return Table(name, metadata, Column("org_id", Text, primary_key=True), *columns)


def _key(name: str, kind: Any = Text) -> Column[Any]:
    """A part of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def _always(name: str, kind: Any = Text, default: Any = None) -> Column[Any]:
    """A column that every row fills; numbers have 64 bits: UIDs, ranks and counts need them."""
    return Column(name, kind, nullable=False, default=default)


def _maybe(name: str, kind: Any = Text) -> Column[Any]:
    """A column that may be NULL."""
    return Column(name, kind)


# A ledger entry: `leaf` is its canonical JSON, the other columns are copies to search by.
EntryRow = _table(
    "entry",
    _key("seq", BigInteger),
    _always("leaf", LargeBinary),
    _always("leaf_hash", LargeBinary),
    _always("kind"),
    _always("at", Instant),
    _maybe("ticket"),
    _maybe("case_key"),
)

# The erasable half of an entry: the leaf holds HMAC-SHA256(salt, content).
SecretRow = _table(
    "entry_private",
    _key("seq", BigInteger),
    _always("salt", LargeBinary),
    _always("content"),
)

# The tree as it stands: its size and the hashes of its full subtrees, left to right.
HeadRow = _table(
    "head",
    _always("size", BigInteger),
    _always("frontier", LargeBinary),
)

# Every head we ever signed; append-only.
SignedRow = _table(
    "signed_head",
    _key("size", BigInteger),
    _always("note", LargeBinary),
    _always("at", Instant),
)

# A number that only counts committed things: tickets, people, open cases by status.
CounterRow = _table(
    "counter",
    _key("name"),
    _always("value", BigInteger),
)

# A person ("p1") or customer ("c1"); `name` is erasable.
PersonRow = _table(
    "person",
    _key("id"),
    _always("name", Text, default=""),
    _maybe("erased_at", Instant),
)

# Which address belongs to whom, once per kind ("p" or "c").
AddressRow = _table(
    "person_address",
    _key("kind"),
    _key("address"),
    _always("id"),
)

# A customer conversation under the team's ticket id.
ThreadRow = _table(
    "thread",
    _key("ticket"),
    _always("number", BigInteger),
    _maybe("customer"),
    _always("opened_at", Instant),
    _always("last_at", Instant),
    _maybe("merged_into"),
)

# A Message-ID and the conversation it belongs to, also when it was only mentioned.
ReferenceRow = _table(
    "thread_ref",
    _key("message_id"),
    _always("ticket"),
)

# One contribution to a conversation; a forward makes two (`part` 0 and 1).
PostRow = _table(
    "post",
    _key("digest"),
    _key("part", BigInteger),
    _always("ticket"),
    _maybe("message_id"),
    _always("kind"),
    _always("side"),
    _always("direction"),
    _always("internal", Boolean),
    _always("at", Instant),
    _maybe("private"),
)

# A mail byte for byte, or a draft for a customer, by its digest; JSON text in `private`.
PaperRow = _table(
    "paper",
    _key("digest"),
    _key("kind"),
    _maybe("ticket"),
    _maybe("private"),
)

# A mail that was read, by where it lay.
PlaceRow = _table(
    "place",
    _key("folder"),
    _key("uidvalidity", BigInteger),
    _key("uid", BigInteger),
    _always("digest"),
    _always("at", Instant),
)

# A case as it stands; `rank` is NULL when the case needs nobody's eyes.
ShelfRow = _table(
    "case_shelf",
    _key("key"),
    _always("ticket"),
    _always("seq", BigInteger),
    _always("status"),
    _maybe("owner"),
    _maybe("tier"),
    _maybe("severity"),
    _maybe("rank", BigInteger),
    _maybe("due_at", Instant),
    _always("state"),
    _maybe("private"),
)

# A mail that is owed or was sent, with its frozen bytes.
LetterRow = _table(
    "letter",
    _key("id", BigInteger),
    _always("message_id"),
    _always("kind"),
    _maybe("case_key"),
    _maybe("ticket"),
    _always("recipients"),
    _always("envelope_from"),
    _always("raw", LargeBinary),
    _always("text"),
    _always("state"),
    _always("urgency", BigInteger),
    _always("attempts", BigInteger, default=0),
    _always("next_at", Instant),
    _always("created_at", Instant),
    _maybe("sent_at", Instant),
    _maybe("last_error"),
    _maybe("worker"),
    _maybe("lease_until", Instant),
    _always("fence", BigInteger, default=0),
)

# Who a letter goes to, for the breakers that count mail per person.
RecipientRow = _table(
    "letter_to",
    _key("address"),
    _key("letter", BigInteger),
    _always("created_at", Instant),
)

# How far a folder has been read.
CursorRow = _table(
    "mail_cursor",
    _key("folder"),
    _always("uidvalidity", BigInteger),
    _always("uid", BigInteger),
)

# A mail that could not be handled: `raw` are its bytes once it was set aside.
QuarantineRow = _table(
    "quarantine",
    _key("digest"),
    _always("tries", BigInteger),
    _maybe("raw", LargeBinary),
    _maybe("folder"),
    _maybe("uid", BigInteger),
    _maybe("why"),
    _maybe("at", Instant),
    _maybe("resolved_at", Instant),
)

# A right to answer, known by the SHA-256 of its text only.
TokenRow = _table(
    "token",
    _key("hash"),
    _always("purpose"),
    _maybe("case_key"),
    _maybe("handoff"),
    _maybe("person"),
    _always("issued_at", Instant),
    _always("expires_at", Instant),
    _maybe("used_at", Instant),
    _maybe("revoked_at", Instant),
)

# A judge's answer, kept so that the same situation has the same outcome; `value` quotes.
VerdictRow = _table(
    "verdict",
    _key("key"),
    _maybe("ticket"),
    _always("value"),
    _always("at", Instant),
)

# What a judge cost on one UTC day: tokens, and millionths of a US dollar.
UsageRow = _table(
    "usage",
    _key("day"),
    _always("calls", BigInteger),
    _always("tokens", BigInteger),
    _always("micro_usd", BigInteger),
)

# A conversation that still waits for a judge.
WaitingRow = _table(
    "judge_queue",
    _key("ticket"),
    _always("next_at", Instant),
    _always("tries", BigInteger),
    _always("why"),
)

# The text of a policy book under its hash, once; append-only.
BookRow = _table(
    "book",
    _key("hash"),
    _always("text"),
)

# A small piece of our own state as JSON under a key.
NoteRow = _table(
    "note",
    _key("key"),
    _always("value"),
)
