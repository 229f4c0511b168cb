"""Our own keys: one to know our Message-IDs again, a name for this installation, and tokens.

Kept in a file of their own beside the store (0600), apart from the key that signs the ledger.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE = "deskless.keys"
LEDGER_KEY = "deskless-ledger.key"
"""The file of the key that signs the ledger, beside it."""
BITS = 128


@dataclass(frozen=True, slots=True)
class Keys:
    """`ids` signs our Message-IDs, `loop` names this installation in our loop header."""

    ids: bytes
    loop: str


def load_keys(folder: Path) -> Keys:
    """The keys in this folder, made at the first call. I/O. Raises OSError, ValueError."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = {"ids": secrets.token_hex(32), "loop": secrets.token_hex(8)}
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    secrets_kept = json.loads(path.read_text(encoding="ascii"))
    return Keys(ids=bytes.fromhex(secrets_kept["ids"]), loop=secrets_kept["loop"])


def new_token() -> str:
    """A new right to answer: 128 random bits as 26 characters of lower-case base32."""
    return base64.b32encode(secrets.token_bytes(BITS // 8)).decode().rstrip("=").lower()


def new_code() -> str:
    """A one-time code that a person can copy by hand: six digits."""
    return f"{secrets.randbelow(10**6):06}"
