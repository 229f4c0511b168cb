"""The header block of a mail, from raw bytes: fields, decoded words, addresses, ids, dates.

Own code on bytes, because the block is what everything else is believed by: the standard library
ends the headers at the first line it does not like, and takes `From  :` for an mbox separator
(RFC 5322 §4.5 allows blanks before the colon). Address lists and well-formed dates go to
mail-parser, which measured best there. Nothing here raises, nothing is quadratic: sizes are capped.

A byte above 127 in a header is UTF-8 (RFC 6532) or becomes U+FFFD: nobody declared it, and a guess
would only look right. Inside an encoded word (RFC 2047) it belongs to the charset that the word
names. Encoded words may be broken anywhere, their charsets unknown.
"""

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

from deskless.mailbox.message import Address
from deskless.mailbox.mime.text import compose_letters, decode_text

BLOCK = 512 * 1024  # a header block longer than this is cut
VALUE = 64 * 1024  # so is one field
PEOPLE = 1000  # and a list of addresses
IDS = 1000

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received"
    rb"|return-path|reply-to|sender|references|in-reply-to|delivered-to|list-[a-z]+"
    rb"|x-[\w-]+)[ \t]*:"
)
_POSTMARK = re.compile(rb">?From [^\n]*\n")
_BLANKS = re.compile(rb"(?:[ \t]*+\r*+\n)++")
_WORD = re.compile(
    r"=\?([\w!#$%&+.:^`{}~-]{1,60})(?:\*[\w-]{0,40})?\?([bBqQ])\?(.{0,2000}?)\?=(?:(?=\s*=\?)\s+)?"
)
_ESCAPED = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAK = re.compile(r"[\r\n\t\x0b\x0c\x85\u2028\u2029]+")
_ID = re.compile(r"<\s*([^<>\s][^<>]{0,990}?)\s*>")
_PERSON = re.compile(r"(?i)\bfrom\b[^<]{0,200}<[^<>]*>")
_LIKELY = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_DAY = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, its value as it came, folds included."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """A header block: `fields` in order, `body` the offset at which the body starts."""

    fields: tuple[Field, ...]
    body: int
    flaws: tuple[str, ...] = ()
    index: dict[str, list[bytes]] = field(default_factory=dict, repr=False)

    def first(self, name: str) -> bytes | None:
        """The value of the topmost field of this (lower-case) name."""
        values = self.index.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        """The values of every field of this (lower-case) name, topmost first."""
        return self.index.get(name, [])

    def text(self, name: str) -> str:
        """The topmost field of this name, decoded; empty when there is none."""
        value = self.first(name)
        return "" if value is None else field_words(value)

    def has(self, *names: str) -> bool:
        """Whether one of these (lower-case) fields is there."""
        return any(name in self.index for name in names)


def first_head(raw: bytes) -> HeaderFields:
    """The header block of a whole mail, past blank lines and mbox `From ` lines."""
    start = _skip(raw, 0, len(raw))
    head = read_head(raw, start)
    if not head.fields:  # no header at all: nothing was skipped either
        return replace(head, body=0)
    odd = start > 0 and not raw.startswith((b"From ", b">From "))
    return replace(head, flaws=("blank lines before the headers", *head.flaws)) if odd else head


def header_bytes(raw: bytes, end: int) -> bytes:
    """The header block byte for byte, without blank lines before it."""
    return raw[_skip_blanks(raw, 0, end) : end]


def read_head(raw: bytes, start: int = 0, end: int | None = None) -> HeaderFields:
    """Read the header block that starts at `start`; line ends are LF or CRLF.

    A line that is no field is skipped as long as fields follow it; otherwise the body starts there,
    although no blank line came.
    """
    end = len(raw) if end is None else end
    position = start
    flaws: list[str] = []
    fields: list[tuple[str, list[bytes]]] = []
    while position < end:
        stop = raw.find(b"\n", position, end)
        stop = end if stop < 0 else stop + 1
        line = raw[position:stop]
        name = _NAME.match(line)
        if name:
            fields.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
        elif not line.rstrip(b"\r\n"):
            position = stop
            break
        elif line[:1] in b" \t" and fields and (line.strip() or _goes_on(raw, stop, end)):
            fields[-1][1].append(line)
        elif _goes_on(raw, stop, end):
            flaws.append("a line in the headers is no header")
        else:
            flaws += ["no blank line before the body"] if fields else []
            break
        position = stop
        if position - start > BLOCK:
            flaws.append("header block cut")
            position = _block_end(raw, position, end)
            break
    return _made(fields, position, flaws)


def _made(fields: list[tuple[str, list[bytes]]], body: int, flaws: list[str]) -> HeaderFields:
    made = tuple(Field(name, b"".join(lines)[:VALUE]) for name, lines in fields)
    index: dict[str, list[bytes]] = {}
    for attribute in made:
        index.setdefault(attribute.name, []).append(attribute.value)
    return HeaderFields(made, body, tuple(dict.fromkeys(flaws)), index)


def _skip(raw: bytes, start: int, end: int) -> int:
    """The offset of the first header line, past blank lines and mbox separators."""
    position = _skip_blanks(raw, start, end)
    while (mark := _POSTMARK.match(raw, position, end)) is not None:
        position = mark.end()
    return position


def _skip_blanks(raw: bytes, start: int, end: int) -> int:
    blank = _BLANKS.match(raw, start, end)
    return blank.end() if blank else start


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """Whether one of the next three lines is a header that mail really has."""
    for _ in range(3):
        if _KNOWN.match(raw, position, end):
            return True
        stop = raw.find(b"\n", position, end)
        if stop < 0 or not raw[position:stop].strip():
            return False
        position = stop + 1
    return False


def _block_end(raw: bytes, position: int, end: int) -> int:
    """The offset behind the next empty line; `end` when there is none."""
    ends = [raw.find(mark, position, end) + len(mark) for mark in (b"\n\n", b"\n\r\n")]
    return min((place for place in ends if place > 3 and place > position), default=end)


def field_words(value: bytes) -> str:
    """A field's value on one line of text, unfolded and decoded, without control characters."""
    return compose_letters(single_line(decode_words(value.decode("utf-8", "surrogateescape"))))


def single_line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join(_CONTROL.sub("", _BREAK.sub(" ", text)).split())


def decode_words(text: str) -> str:
    """Decode RFC 2047 encoded words; neighbours of one charset are joined before decoding.

    Bytes that are no UTF-8 may stand in the text as lone surrogates (`surrogateescape`): inside a
    word its charset reads them, elsewhere they become U+FFFD.
    """
    if "=?" not in text:
        return _ESCAPED.sub("\ufffd", text)
    text = re.sub(r"\r*\n(?=[ \t])", "", text)
    out: list[str] = []
    charset, held, last = "", b"", 0
    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        name = match[1].lower()
        if (between or name != charset) and held:
            out.append(decode_text(held, charset)[0])
            held = b""
        out.append(between)
        charset, last = name, match.end()
        held += _unword(match[3], match[2].lower())
    if held:
        out.append(decode_text(held, charset)[0])
    return _ESCAPED.sub("\ufffd", "".join([*out, text[last:]]))


def _unword(body: str, how: str) -> bytes:
    raw = body.encode("utf-8", "surrogateescape")
    if how == "q":
        return binascii.a2b_qp(re.sub(rb"\s+", b"_", raw), header=True)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    return binascii.a2b_base64(raw[: len(raw) - (len(raw) % 4 == 1)] + b"===")


def read_addresses(values: Iterable[bytes]) -> tuple[Address, ...]:
    """Everybody a list of address fields names, at most `PEOPLE`; for reading, never for trust."""
    return tuple(address for value in values for address in _people(value))[:PEOPLE]


@lru_cache(maxsize=512)
def _people(value: bytes) -> tuple[Address, ...]:
    text = value.decode("utf-8", "replace")
    try:
        from mailparser.utils import get_addresses

        pairs = get_addresses(text, decode_names=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pairs = []
    made = [Address(mail.strip().lower(), single_line(name)) for name, mail in pairs if "@" in mail]
    if not made:  # `a@b.c d@e.f`, a missing quote, a group that never ends
        made = [Address(mail.rstrip(".").lower()) for mail in _LIKELY.findall(text)]
    return tuple(made[:PEOPLE])


def message_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """Every Message-ID in these fields, without brackets, in order, without doubles."""
    unique: dict[str, None] = {}
    for value in values:
        text = _PERSON.sub(" ", _unencoded(value))
        tokens = _ID.findall(text) or [
            word.strip("<>,;") for word in text.split() if "@" in word and len(word) < 999
        ]
        unique.update((re.sub(r"\s+", "", token), None) for token in tokens)
    return tuple(unique)[:IDS]


def _unencoded(value: bytes) -> str:
    """A field of ids as text; some programs, Python's library too, made encoded words of long ids.

    No id begins so by itself, but a few hold `=?` further in: only a whole word is decoded.
    """
    text = value.decode("utf-8", "replace")
    return decode_words(text) if re.search(r"(?:^|\s)=\?[\w-]+\?[bBqQ]\?", text) else text


def own_id(value: bytes | None) -> str | None:
    """The id of a Message-ID field, without brackets; None when there is none."""
    if value is None:
        return None
    text = single_line(_unencoded(value))
    match = _ID.search(text)
    name = re.sub(r"\s+", "", match[1]) if match else text.strip("<> ").partition(" ")[0]
    return name[:998] or None


def read_date(value: bytes | None) -> datetime | None:
    """The instant a Date field names, in UTC; odd forms are read as far as they make sense.

    A date without a zone is taken as UTC. None for what no calendar knows.
    """
    text = field_words(value or b"")[:200]
    if not text:
        return None
    try:
        from mailparser.dates import parse_mail_date

        read = parse_mail_date(text).value or _odd(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if read is None:
        return None
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    try:
        return read.astimezone(UTC) if 1970 <= read.year <= 2199 else None
    except (ValueError, OverflowError):
        return None


def _odd(text: str) -> datetime | None:
    """A date in another form than RFC 5322's: ISO 8601, or as the standard library reads it."""
    iso = _DAY.search(text)
    if iso:
        return datetime.fromisoformat(
            f"{iso[1]}-{iso[2]}-{iso[3]}T{iso[4]}:{iso[5]}:{iso[6] or '00'}"
        ).replace(tzinfo=_zone(iso[7]))
    parts = parsedate_tz(re.sub(r"^[A-Za-z]+\s+(?=\d)", "", text)) or parsedate_tz(text)
    if parts is None:
        return None
    shift = max(-86399, min(86399, parts[9] or 0))
    day = datetime(*parts[:3], tzinfo=timezone(timedelta(seconds=shift)))
    return day + timedelta(hours=parts[3], minutes=parts[4], seconds=parts[5])


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(min(shift, timedelta(hours=23)) * (-1 if text[0] == "-" else 1))
