"""Outlook's own containers: winmail.dat (TNEF, MS-OXTNEF) and saved mails (.msg, MS-OXMSG).

Both libraries raise whatever a broken file leads them to, and a file without a code page loses its
body in tnefparse: one is put in front. Whatever cannot be read gives None, never an exception.
"""

import logging
import struct
from dataclasses import dataclass
from email.utils import format_datetime

from deskless.mailbox.message import Address, Attachment, Forwarded
from deskless.mailbox.mime.header import own_id, single_line
from deskless.mailbox.mime.text import decode_text
from deskless.mailbox.quoting import html as markup
from deskless.mailbox.sender.from_header import read_from

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LARGEST = 16 * 1024 * 1024  # bytes of a container, and of rich text unpacked
_SIGNATURE = struct.pack("<I", 0x223E9F78)
_HEAD = 6  # bytes of signature and key
_CODE_PAGE = 0x9007
_SMTP_ADDRESS, _SENDER_ADDRESS, _SENDER_NAME, _RICH_TEXT = 0x5D01, 0x0C1F, 0x0C1A, 0x1009
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Winmail:
    """What a winmail.dat holds: the words of its mail, the HTML they came from, its files."""

    text: str
    html: str
    files: tuple[Attachment, ...]


def read_winmail(raw: bytes) -> Winmail | None:
    """The mail in a winmail.dat; None where it cannot be opened or holds nothing."""
    import tnefparse

    logging.getLogger("tnefparse").disabled = True  # it reports every odd field on its own
    if not raw.startswith(_SIGNATURE) or len(raw) > _LARGEST:
        return None
    for candidate in _with_code_page(raw):
        try:
            container = tnefparse.TNEF(candidate)
            page = _text_of(container.htmlbody)
            words = _text_of(container.body) or markup.to_text(page) or _rich(container._rtfbody)
            files = tuple(
                Attachment(single_line(_text_of(each.long_filename())), "", len(each.data))
                for each in container.attachments
            )
        except _BROKEN:
            continue
        return Winmail(words, page, files) if words.strip() or files else None
    return None


def _with_code_page(raw: bytes) -> list[bytes]:
    """The file as it is, and with a code page in front (UTF-8, else Western): some name none."""
    made = []
    for number in (65001, 1252):
        value = struct.pack("<II", number, 0)
        field = struct.pack("<BHHI", 1, _CODE_PAGE, 6, len(value)) + value
        checksum = struct.pack("<H", sum(value) & 0xFFFF)
        made.append(raw[:_HEAD] + field + checksum + raw[_HEAD:])
    return [raw, *made]


def _text_of(value: object) -> str:
    if isinstance(value, bytes):
        return decode_text(value.rstrip(b"\x00"), "")[0]
    return value.rstrip("\x00") if isinstance(value, str) else ""


def _rich(packed: object) -> str:
    """The words of compressed rich text (MS-OXRTFCP); empty where there is none."""
    from compressed_rtf import decompress
    from striprtf.striprtf import rtf_to_text

    if not isinstance(packed, bytes) or len(packed) < 16:
        return ""
    if struct.unpack_from("<I", packed, 4)[0] > _LARGEST:
        return ""
    rich = decompress(packed + b"\x00").decode("latin-1")
    words = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]
    return str(words).strip("\x00\n ")


def read_msg(raw: bytes) -> Forwarded | None:
    """The mail that somebody saved or attached as .msg; None where it cannot be read."""
    from oxmsg import Message

    if not raw.startswith(OLE) or len(raw) > _LARGEST:
        return None
    try:
        letter = Message.load(raw)
        words = letter.body or markup.to_text(letter.html_body or "")
        words = words or _rich(letter.properties.binary_prop_value(_RICH_TEXT))
        sent = letter.sent_date
        return Forwarded(
            _sender_of(letter),
            ", ".join(person.email_address for person in letter.recipients),
            single_line(letter.subject or ""),
            format_datetime(sent) if sent else "",
            words.replace("\r\n", "\n"),
            message_id=own_id(str(letter.message_headers.get("Message-ID", "")).encode()) or "",
        )
    except _BROKEN:
        return None


def _sender_of(letter: object) -> Address | None:
    """Who wrote a saved mail: a colleague's address may be an Exchange path, which is none."""
    properties = letter.properties  # type: ignore[attr-defined]
    name = single_line(properties.str_prop_value(_SENDER_NAME) or "")
    for number in (_SMTP_ADDRESS, _SENDER_ADDRESS):
        email = (properties.str_prop_value(number) or "").strip().lower()
        if "@" in email and not any(char.isspace() for char in email):
            return Address(email, name)
    written = str(letter.message_headers.get("From", ""))  # type: ignore[attr-defined]
    sender, _ = read_from(" ".join(written.split()).encode("utf-8", "replace"))
    return Address(sender.email, sender.name or name) if sender else None
