"""Signed heads inside saved mails: as attachments, in a header, also in mails forwarded whole."""

import contextlib
import email
import email.policy
import re
from email.message import Message

from deskless.store.head import HEADER, HeadRefused, from_header

_HEAD = re.compile(
    rb"[^\r\n]+\r?\n[0-9]+\r?\n[A-Za-z0-9+/]{43}=\r?\n\r?\n\xe2\x80\x94 [^\r\n]+\r?\n?"
)
_DEPTH = 5
_MOST = 200  # heads of one file; a mailbox of thousands is given file by file


def heads_in(mail: bytes) -> list[bytes]:
    """Every text in a saved mail that looks like a signed head, unverified, without doubles.

    Looks into attachments of any type, the head's header, mails forwarded as `message/rfc822` or
    as an attached `.eml`. A bare head saved as a file of its own counts as well. Never raises.
    """
    found: dict[bytes, None] = {}
    if _HEAD.match(mail):
        found.update(dict.fromkeys(_matches(mail)))
    # A mail the parser chokes on: what was found before that still counts.
    with contextlib.suppress(RecursionError, ValueError, LookupError, AttributeError, TypeError):
        _look(email.message_from_bytes(mail, policy=email.policy.compat32), found, _DEPTH)
    return list(found)[:_MOST]


def _matches(content: bytes) -> list[bytes]:
    return [each.group().replace(b"\r\n", b"\n") for each in _HEAD.finditer(content)]


def _look(mail: Message, found: dict[bytes, None], depth: int) -> None:
    for part in mail.walk():
        for value in part.get_all(HEADER, []):
            try:
                found.update(dict.fromkeys(_matches(from_header(str(value)))))
            except HeadRefused:
                continue
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        found.update(dict.fromkeys(_matches(content)))
        if depth and (part.get_filename() or "").lower().endswith(".eml"):
            _look(email.message_from_bytes(content), found, depth - 1)
