"""Outgoing mail: values in, bytes out.

The bytes are frozen when a mail is written, so that sending it again after a crash sends the very
same mail: Message-ID and Date are given, the boundaries follow from them. Nothing a value holds
can become a header of its own (line ends are taken out), and a mail marked internal can never be
put into a customer's thread.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import EmailMessage, Message
from email.policy import SMTP
from io import BytesIO

LOOP = "X-Deskless-Loop"
SIGNED = re.compile(r"<?(deskless\.[a-z0-9-]{1,40})\.([a-z2-7]{26})@([a-z0-9.-]{1,190})>?")
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}")
LINE = 998
"""Octets of a line at most, without its end (RFC 5322 §2.1.1)."""
ID = re.compile(rf"<[!-;=?-~]{{1,{LINE - 3}}}>")
"""A Message-ID that can stand in a line of its own, raw: printable ASCII."""
MANY_REFERENCES = 20
RAW = SMTP.clone(refold_source="none")
"""Headers go out as they were set: the standard library folds again what it finds long, and turns
an address or id of 78 characters or more into an encoded word, which no mail program reads."""


class ComposeRefused(ValueError):
    """The mail must not be written: an address that is not plain, or a leak into a thread."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name, MIME type (`text/csv`, `application/octet-stream`) and bytes."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One mail to be written.

    Addresses are bare. `message_id`, `in_reply_to` and `references` are Message-IDs with or
    without angle brackets. `date` is an instant (UTC, or with its zone). `loop` names this
    installation in the loop header. `internal` is True for everything but an approved mail to a
    customer; then `thread` are the Message-IDs of the customer's thread, which In-Reply-To and
    References must not touch. `auto` is the value of Auto-Submitted (RFC 3834). `headers` are
    further headers of ours, name and value.
    """

    sender: str
    sender_name: str = ""
    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    message_id: str
    date: datetime
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    loop: str
    internal: bool
    thread: frozenset[str] = frozenset()
    auto: str = "auto-generated"
    headers: tuple[tuple[str, str], ...] = ()
    language: str = ""


def compose_mail(mail: Outgoing) -> bytes:
    """The mail as it goes over the wire, CRLF line ends, the same bytes for the same value.

    Raises Refused for an address that is not one plain ASCII address, for no recipient at all,
    for a bad Message-ID, and for an internal mail that answers a customer's thread.
    """
    _guard(mail)
    message = EmailMessage(policy=RAW)
    message.set_raw("From", _from(mail.sender_name, _address(mail.sender)))
    message.set_raw("To", _folded("To", ", ".join(_address(email) for email in mail.to)))
    message.set_raw("Subject", _subject(mail.subject))
    message["Date"] = mail.date.astimezone(UTC)
    message.set_raw("Message-ID", _folded("Message-ID", _id(mail.message_id)))
    if mail.reply_to:
        message.set_raw("Reply-To", _folded("Reply-To", _address(mail.reply_to)))
    if answered := _kept([mail.in_reply_to] if mail.in_reply_to else []):
        message.set_raw("In-Reply-To", _folded("In-Reply-To", answered[0]))
    if known := _kept(mail.references):
        message.set_raw("References", _folded("References", " ".join(known)))
    if mail.language:
        _put(message, "Content-Language", mail.language)
    _mark(message, mail)
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for file in mail.files:
        _attach(message, file)
    _freeze(message, _id(mail.message_id))
    out = BytesIO()
    BytesGenerator(out, policy=RAW).flatten(message)
    return out.getvalue()


def sign_id(key: bytes, label: str, domain: str) -> str:
    """A Message-ID that only we can make: `<deskless.LABEL.MAC@domain>`, the MAC over both.

    `label` names the mail (`brief-1042-1-3`): the same key and label give the same id, which is
    what makes a second sending harmless. Letters, digits and dashes, at most 40.
    """
    label = re.sub(r"[^a-z0-9-]", "-", label.lower())[:40].strip("-") or "mail"
    domain = domain.lower()
    return f"<deskless.{label}.{_mac(key, f'deskless.{label}', domain)}@{domain}>"


def is_signed(key: bytes, message_id: str) -> bool:
    """Whether this Message-ID (with or without brackets) was made with our key."""
    hit = SIGNED.fullmatch(message_id.strip().lower())
    return hit is not None and hmac.compare_digest(_mac(key, hit[1], hit[3]), hit[2])


def _mac(key: bytes, left: str, domain: str) -> str:
    """128 bits of HMAC-SHA-256 in lower-case base32; relays may fold case, so no base64."""
    digest = hmac.digest(key, f"message-id\0{left}\0{domain}".encode(), "sha256")
    return b32encode(digest[:16]).decode().rstrip("=").lower()


def _guard(mail: Outgoing) -> None:
    """Refuse a mail without a recipient, and an internal one that would join a customer's thread.

    An internal mail may only answer ids that are known not to be the customer's.
    """
    if not mail.to:
        raise ComposeRefused("a mail needs a recipient")
    if mail.date.tzinfo is None:
        raise ComposeRefused("the date has no zone")
    if not mail.internal:
        return
    customers = {_bare(email) for email in mail.thread}
    touched = customers & {_bare(reference) for reference in (mail.in_reply_to, *mail.references)}
    if touched:
        raise ComposeRefused(f"an internal mail must not answer the customer's mail {min(touched)}")


def _mark(message: EmailMessage, mail: Outgoing) -> None:
    """The headers that keep machines from answering, and our own."""
    _put(message, "Auto-Submitted", mail.auto)
    _put(message, "X-Auto-Response-Suppress", "OOF, AutoReply")
    _put(message, LOOP, mail.loop)
    for name, value in mail.headers:
        if not re.fullmatch(r"X-Deskless-[A-Za-z-]{1,40}", name) or name == LOOP:
            raise ComposeRefused(f"{name!r} is no header of ours")
        _put(message, name, value)


def _attach(message: EmailMessage, file: File) -> None:
    """One file; an original mail goes as bytes, so that not one of them is changed by us."""
    main, _, sub = file.type.partition("/")
    name = re.sub(r'[\x00-\x1f\x7f"\\/:]+', "_", file.name)[:120] or "file"
    if main in {"message", "multipart"} or not re.fullmatch(r"[a-z]+/[\w.+-]+", file.type):
        main, sub = "application", "octet-stream"
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=name, cte="base64")
    if main == "text":
        list(message.iter_attachments())[-1].set_param("charset", "utf-8")


def _freeze(message: Message, seed: str) -> None:
    """Boundaries that follow from the Message-ID; the generator would draw them by lot."""
    for at, part in enumerate(message.walk()):
        if part.is_multipart():
            # "=_" cannot stand in quoted-printable or base64 (RFC 2045, 6.7), so no body holds it.
            part.set_boundary("=_" + hashlib.sha256(f"{seed}{at}".encode()).hexdigest()[:32])


def _plain(text: str) -> str:
    """One line of header text: control characters and line ends of every kind become blanks."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _put(message: EmailMessage, name: str, text: str) -> None:
    """A header of our own: as it is, folded at blanks; only what is not ASCII is encoded."""
    text = _plain(text)
    value = _folded(name, text) if text.isascii() else _encoded(text, name, ascii_only=False)
    message.set_raw(name, value)


def _folded(name: str, value: str) -> str:
    """The value broken at blanks only, lines of 76 where a word allows it; nothing is encoded."""
    lines, room = [""], 76 - len(name) - 2
    for word in value.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = 75
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    # A word too long to stand behind the header's name gets a line of its own.
    if len(name) + 2 + len(lines[0]) > LINE:
        lines.insert(0, "")
    return "\r\n ".join(lines)


def _subject(text: str) -> str:
    """The subject, folded and encoded (RFC 2047)."""
    text = _plain(text)
    return _encoded(text, "Subject", text.isascii() and "=?" not in text)


def _from(name: str, address: str) -> str:
    """The From header's value: a name, if there is one, and the address in brackets."""
    name = _plain(name)[:60].strip()
    if not name:
        return address
    plain = re.fullmatch(r"[A-Za-z0-9 .'-]+", name)
    # One encoded word only, 45 bytes at most: many readers put a blank between two of them.
    short = name.encode()[:45].decode(errors="ignore")
    words = f'"{name}"' if plain else _encoded(short, "From", ascii_only=False)
    return f"{words}\r\n <{address}>" if len(words) + len(address) > 66 else f"{words} <{address}>"


def _encoded(text: str, header: str, ascii_only: bool) -> str:
    """Header text by the older `Header`: the newer one loses blanks between encoded words."""
    charset = "us-ascii" if ascii_only else "utf-8"
    return Header(text, charset, header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _address(text: str) -> str:
    """The address if it is exactly one plain ASCII address. Raises Refused."""
    local, _, domain = text.rpartition("@")
    labels = all(re.fullmatch(r"(?!-)[\w-]{1,63}(?<!-)", word) for word in domain.split("."))
    if not PLAIN.fullmatch(text) or ".." in f".{local}." or not labels:
        raise ComposeRefused(f"{text!r} is not one plain address")
    return text


def _bare(message_id: str) -> str:
    """A Message-ID without brackets and blanks."""
    return message_id.strip().removeprefix("<").removesuffix(">")


def _id(message_id: str) -> str:
    """A Message-ID in its brackets. Raises Refused if it could break the header."""
    text = f"<{_bare(message_id)}>"
    if not ID.fullmatch(text):
        raise ComposeRefused(f"{message_id!r} is no Message-ID")
    return text


def _kept(references: Sequence[str]) -> list[str]:
    """References in order: the first, which is the root of the thread, and the latest ones.

    Another's id that cannot stand in a header raw (letters beyond ASCII, blanks, longer than a
    line) is left out: a mail that joins its thread a little worse is better than none.
    """
    ids = [f"<{_bare(reference)}>" for reference in references]
    known = list(dict.fromkeys(reference for reference in ids if ID.fullmatch(reference)))
    return known if len(known) <= MANY_REFERENCES else [known[0], *known[1 - MANY_REFERENCES :]]
