"""Check a Deskless proof without Deskless: python check_proof.py PROOF.json VERIFIER-KEY

Needs Python 3.11 and `cryptography`. RFC 6962 hashes, C2SP signed note, Ed25519.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its proof lead to (RFC 9162, 2.1.3.2)."""
    top, last = hashlib.sha256(b"\0" + leaf).digest(), size - 1
    for other in path:
        if index & 1 or index == last:
            top = hashlib.sha256(b"\1" + other + top).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            top = hashlib.sha256(b"\1" + top + other).digest()
        index, last = index >> 1, last >> 1
    return top if last == 0 else b""


def main(file: str, vkey: str) -> None:
    """Print what the proof proves; raise when it proves nothing."""
    proof = json.loads(Path(file).read_bytes())
    name, key_id, data = vkey.split("+", 2)
    public = base64.b64decode(data)[1:]
    assert hashlib.sha256(f"{name}\n\1".encode() + public).hexdigest()[:8] == key_id
    text, _, signatures = proof["head"].partition("\n\n")
    origin, size, root = text.split("\n")
    (line,) = (s for s in signatures.splitlines() if s.startswith(f"— {name} "))
    signature = base64.b64decode(line.split(" ")[2])[4:]
    Ed25519PublicKey.from_public_bytes(public).verify(signature, (text + "\n").encode())
    for entry in proof["entries"]:
        path = [base64.b64decode(each) for each in entry["path"]]
        top = climb(entry["leaf"].encode(), entry["index"], int(size), path)
        assert 0 <= entry["index"] < int(size), "no such entry"
        assert top == base64.b64decode(root), f"entry {entry['index'] + 1} is not in the ledger"
        print(entry["leaf"])
    print(f"proved: {len(proof['entries'])} entries of {origin}, ledger of {size}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, InvalidSignature, ValueError, KeyError, OSError, TypeError) as error:
        sys.exit(f"NOT PROVED: {error!r}")
