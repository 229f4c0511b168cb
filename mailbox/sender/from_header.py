"""Who a mail says it is from: strictly, from the raw header bytes, or refused with the reason.

Exactly one From header with exactly one plain ASCII address, else nobody. Parsers disagree about
everything else (two Froms, groups, routes, comments inside addresses, NUL, look-alikes), and what
two programs read differently is how a forger passes one and shows himself to the other: the
receiving server checks DMARC for the address that *it* read. So this parser accepts only what every
program reads alike, and counts as a From whatever any program might take for one.
"""

import re

from deskless.mailbox.message import Address
from deskless.mailbox.mime.header import decode_words, single_line

LONGEST = 2000  # bytes of a From value; RFC 5321 ends an address at 254

_LINES = re.compile(rb"\r\n|\n|\r")
_NOISE = re.compile(rb"[\x00-\x20\x7f-\xff]")
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})){0,30}"
_PLAIN = re.compile(rf"({_LOCAL}@{_DOMAIN})")
# Words of a display name: quoted, or anything without the characters that structure an address.
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# An encoded word may hold a comma or colon that some program forgot to encode; it holds no `@`.
_ENCODED = r'=\?[\w-]{1,40}\?[bBqQ]\?[^?\s<>@"\\]{0,400}\?='
_PHRASE = rf'(?:{_QUOTED}|{_ENCODED}|[^\s"()<>\[\]:;@\\,]+|\s+)*+'
_NAMED = re.compile(rf"({_PHRASE})<({_LOCAL}@{_DOMAIN})>")
_COMMENT = re.compile(r"\s+\(\s*((?:[^\W_]|['\"]|=\?)[^()<>@\\]*)\)\s*$")
_BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def strict_sender(raw_headers: bytes) -> tuple[Address | None, str | None]:
    """The address a mail is from, or None and the reason why nobody is believed.

    `raw_headers` is the header block byte for byte (Message.raw_headers). The name that comes with
    the address is for show only. The address is given in lower case.
    """
    values, odd = _froms(raw_headers)
    if odd:
        return None, odd
    if not values:
        return None, "no From header"
    if len(values) > 1:
        return None, "more than one From header"
    return read_from(values[0])


def read_from(value: bytes) -> tuple[Address | None, str | None]:
    """The one plain address in a From value (unfolded), or the reason why there is none."""
    refusal = _refusal(value)
    if refusal:
        return None, refusal
    text = value.decode("utf-8", "replace").strip(" \t")
    comment = _COMMENT.search(text)
    bare = text[: comment.start()] if comment else text
    named = _NAMED.fullmatch(bare)
    plain = named[2] if named else bare
    if _PLAIN.fullmatch(plain) is None or "=?" in plain.partition("@")[0]:
        return None, _why(text)
    name = _name(named[1]) if named else ""
    return Address(plain.lower(), name or (_name(comment[1]) if comment else "")), None


def _refusal(value: bytes) -> str | None:
    """What is wrong with the bytes themselves."""
    if not value.strip():
        return "the From header is empty"
    if len(value) > LONGEST:
        return "the From header is too long"
    if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value):
        return "control characters in the From header"
    return None


def _why(text: str) -> str:
    """A sentence for people about a From value that is no plain address."""
    if "@" not in text:
        return "no address in the From header"
    if not text.isascii() and not re.search(r"[\x00-\x7f]@[\x00-\x7f]", text):
        return "the From address is not plain ASCII"
    if len(re.findall(r"[^\s<>]@[^\s<>]", re.sub(_QUOTED, "", text))) > 1 or "," in text:
        return "more than one address in the From header"
    return "the From header is not one plain address"


def _name(phrase: str) -> str:
    bare = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda m: re.sub(r"\\(.)", r"\1", m[1]), phrase)
    return _BIDI.sub("", single_line(decode_words(bare)))[:200]


def _froms(raw: bytes) -> tuple[list[bytes], str | None]:
    """Every value that some program might read as From, unfolded; or why they cannot be told."""
    if b"\n" in raw and any(b"\r" in word.rstrip(b"\r") for word in raw.split(b"\n")):
        return [], "a bare carriage return in the headers"
    values: list[list[bytes]] = []
    inside, first = False, True
    for sentence in _LINES.split(raw):
        if sentence[:1] in (b" ", b"\t"):
            if _smuggled(sentence) or (first and b":" in sentence):
                return [], "an indented From header"
            if inside:
                values[-1].append(sentence)
            continue
        name, colon, value = sentence.partition(b":")
        inside = _NOISE.sub(b"", name).lower() == b"from"
        if inside and not (colon and name.lower() == b"from"):
            return [], "a From header that is written oddly"
        if inside:
            values.append([value])
        first = first and not sentence
    return [b" ".join(piece.strip(b" \t") for piece in value) for value in values], None


def _smuggled(raw_name: bytes) -> bool:
    """Whether an indented line reads like a From header with an address of its own."""
    name, colon, value = raw_name.partition(b":")
    return bool(colon) and _NOISE.sub(b"", name).lower() == b"from" and b"@" in value
