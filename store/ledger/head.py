"""The signed head: a C2SP checkpoint (tlog-checkpoint, signed-note) of the tree.

Three lines of text, the ledger's name, its size and its root, and an Ed25519 signature. Heads
leave the machine as attachments of briefs and weekly mails, and in a header of confirmations, so
that the team's mailboxes can witness what the ledger said and when.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from deskless.store.engine import rows
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import CounterRow, SignedRow
from deskless.store.ledger import entries

ED25519 = b"\x01"
FILENAME = "deskless-head.txt"
_NAME = re.compile(r"[\x21-\x2a\x2c-\x7e]{1,200}")  # printable, no space, no plus
_BODY = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNATURE = re.compile(r"— ([^ \n]+) ([A-Za-z0-9+/]+={0,2})\n")


class HeadRefused(ValueError):
    """A text that is no signed head of ours, and why."""


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """What a ledger looked like: its name, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Key:
    """The ledger's signing key, under the ledger's name (no spaces, no plus sign)."""

    name: str
    private: Ed25519PrivateKey

    def vkey(self) -> str:
        """The public half as a C2SP verifier key: `name+hash+keydata`. Safe to publish."""
        public = self.private.public_key().public_bytes_raw()
        data = base64.b64encode(ED25519 + public).decode()
        return f"{self.name}+{_key_id(self.name, public).hex()}+{data}"


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def signing_key(path: Path, name: str) -> Key:
    """Load the signing key kept at `path`, or make it (mode 0600) on the first run.

    Raises ValueError for a name that a head cannot carry, for a file that is no such key, and for
    a key that belongs to another ledger; OSError when the file cannot be read or made.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"ledger name {name!r}: printable, without spaces and plus signs")
    try:
        made = Ed25519PrivateKey.generate()
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(f"{name} {made.private_bytes_raw().hex()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        return Key(name, made)
    except FileExistsError:
        pass
    word, _, secret = path.read_text("ascii").strip().partition(" ")
    if word != name:
        raise ValueError(f"{path} is the key of {word!r}, not of {name!r}")
    return Key(name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


def sign_head(head: LedgerHead, key: Key) -> bytes:
    """The checkpoint: text, empty line, signature line."""
    text = head.text()
    public = key.private.public_key().public_bytes_raw()
    signature = _key_id(key.name, public) + key.private.sign(text.encode())
    return f"{text}\n— {key.name} {base64.b64encode(signature).decode()}\n".encode()


def verifier_parts(vkey: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """The parts of a verifier key: name, key id, public key. Raises HeadRefused."""
    try:
        name, hashed, data = vkey.strip().split("+", 2)
        raw = base64.b64decode(data, validate=True)
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
        key_id = bytes.fromhex(hashed)
    except (ValueError, binascii.Error) as error:
        raise HeadRefused(f"not a verifier key (name+hash+keydata): {vkey[:80]!r}") from error
    if raw[:1] != ED25519 or key_id != _key_id(name, raw[1:]):
        raise HeadRefused("the verifier key's hash does not fit its name and key")
    return name, key_id, public


def open_head(note: bytes, vkey: str) -> LedgerHead:
    """The head inside a signed note, after its signature was checked.

    Lines may end in CRLF, as mail makes them. Raises HeadRefused when the text is no checkpoint,
    has no signature by this key, or the signature is wrong.
    """
    name, key_id, public = verifier_parts(vkey)
    try:
        text = note.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise HeadRefused("not a signed head (not UTF-8)") from error
    body, gap, signatures = text.partition("\n\n")
    match = _BODY.fullmatch(body + "\n")
    if not gap or not match:
        raise HeadRefused("not a signed head (three lines, an empty one, a signature)")
    for line in _SIGNATURE.finditer(signatures):
        try:
            raw = base64.b64decode(line[2])
            if line[1] != name or raw[:4] != key_id:
                continue
            public.verify(raw[4:], (body + "\n").encode())
        except (binascii.Error, InvalidSignature) as error:
            raise HeadRefused("the signature is wrong") from error
        return LedgerHead(match[1], int(match[2]), base64.b64decode(match[3]))
    raise HeadRefused(f"not signed by {name} ({key_id.hex()})")


def current_head(session: Session, origin: str) -> LedgerHead:
    """The head of the ledger as it stands in this transaction."""
    tree = entries.frontier(session)
    return LedgerHead(origin, tree.size, tree.root())


def publish_head(session: Session, key: Key, at: datetime) -> bytes:
    """Sign the head as it stands, log and count that we did; what goes into a mail.

    A size is signed once: asked again, the same bytes come back.
    """
    head = current_head(session, key.name)
    note = sign_head(head, key)
    number = entries.count_heads(session) + 1
    if rows.insert_new(session, SignedRow, {"size": head.size, "note": note, "at": at}):
        rows.upsert(session, CounterRow, {"name": entries.HEADS, "value": number})
    signed = SignedRow
    query = select(signed.c.note).where(is_mine(session, signed), signed.c.size == head.size)
    return bytes(run_statement(session, query).scalar_one())


def sign_first_head(session: Session, key: Key, at: datetime) -> None:
    """Sign the head of a ledger that has entries and no head yet.

    So a ledger without any signed head is one that somebody has taken them from.
    """
    if entries.count_entries(session) and not entries.count_heads(session):
        publish_head(session, key, at)


def knows_head(session: Session, head: LedgerHead) -> bool:
    """Whether we remember to have signed this very head, of this size and over these entries.

    A head with our signature that we do not remember was signed by a later life of this store:
    what came since is gone from it.
    """
    signed = SignedRow
    query = select(signed.c.note).where(is_mine(session, signed), signed.c.size == head.size)
    note = run_statement(session, query).scalar()
    return note is not None and bytes(note).startswith(head.text().encode())
