"""Which version of the criteria a verdict was made by: SHA-256 over canonical JSON.

The hash covers what a policy says, not how its file is laid out: comments, key order and blank
lines change nothing; a changed word changes it.
"""

import hashlib
from collections.abc import Iterable

import rfc8785

from deskless.policies.policy import Policy

SHORT = 12  # hex digits shown to people: enough to tell versions apart, short enough to read out


def digest(value: object) -> str:
    """SHA-256 in hex of a JSON value in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]


def policy_hash(policy: Policy) -> str:
    """The hash of one policy's parsed content; its path and layout do not count."""
    content = policy.model_dump(mode="json", exclude={"path", "text"})
    for example in content["examples"]:
        del example["line"]
    for part in ("criterion", "not_this"):
        content[part] = " ".join(content[part].split())
    return digest(content)


def book_hash(policies: Iterable[Policy]) -> str:
    """The hash of a whole set, whatever order the files were read in."""
    return digest({policy.id: policy_hash(policy) for policy in policies})
