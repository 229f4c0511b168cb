"""Signed heads inside saved mails: as attachments, also in mails forwarded whole."""

import contextlib
import email
import email.policy
import re

_HEAD = re.compile(
    rb"(?:^|(?<=\r))[^\r\n]+\r?\n[0-9]+\r?\n[A-Za-z0-9+/]{43}=\r?\n\r?\n"
    rb"\xe2\x80\x94 [^\r\n]+\r?\n?",
    re.MULTILINE,
)
_WHOLE, _PART = re.compile(rb"message/rfc822", re.IGNORECASE), b"application/x-forwarded"
_DEPTH = 8
_MOST = 200  # heads of one file; a mailbox of thousands is given file by file
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?(?:From [^\r\n]*\r?\n)?[!-9;-~]{1,76}:[ \t\r\n]")


def heads_in(mail: bytes) -> list[bytes]:
    """Every text in a saved mail that looks like a signed head, unverified, without doubles.

    Looks into attachments of any type, mails forwarded as `message/rfc822` or
    as an attached `.eml`. A bare head saved as a file of its own counts as well. Never raises.
    """
    unique: dict[bytes, None] = {}
    if _HEAD.match(mail):
        unique.update(dict.fromkeys(_matches(mail)))
    # A mail the parser chokes on: what was found before that still counts.
    with contextlib.suppress(RecursionError, ValueError, LookupError, AttributeError, TypeError):
        _look(mail, unique, _DEPTH)
    return list(unique)[:_MOST]


def is_mail(content: bytes) -> bool:
    """Whether a file may be a saved mail: it begins with a header field, or it is a bare head."""
    return bool(_FIELD.match(content) or _HEAD.match(content))


def _matches(content: bytes) -> list[bytes]:
    # Nearly no mail bears one; its last line begins with a dash that ordinary mail seldom writes.
    if b"\n\xe2\x80\x94 " not in content:
        return []
    return [each.group().replace(b"\r\n", b"\n") for each in _HEAD.finditer(content)]


def _look(raw: bytes, unique: dict[bytes, None], depth: int) -> None:
    # A forwarded mail is opened by hand, as a part like any other: its sender may have encoded it
    # as a whole, which RFC 2046 (5.2.1) forbids, some gateways do, and the parser does not undo.
    mail = email.message_from_bytes(_WHOLE.sub(_PART, raw), policy=email.policy.compat32)
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        unique.update(dict.fromkeys(_matches(content)))
        named = (part.get_filename() or "").lower().endswith(".eml")
        if depth and (named or part.get_content_type() == _PART.decode()):
            _look(content, unique, depth - 1)


def text_parts(mail: bytes) -> bytes:
    """The text parts of a saved mail, decoded, one after the other. Never raises."""
    texts: list[bytes] = []
    with contextlib.suppress(RecursionError, ValueError, LookupError, AttributeError, TypeError):
        for part in email.message_from_bytes(mail, policy=email.policy.compat32).walk():
            content = part.get_payload(decode=True)
            if part.get_content_maintype() == "text" and isinstance(content, bytes):
                texts.append(content)
    return b"\n".join(texts)
