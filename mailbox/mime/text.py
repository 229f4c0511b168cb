"""Bytes of a part to text: charsets, transfer encodings, format=flowed, what a calendar says.

Every function takes anything and returns text; what was wrong comes back as a flaw beside it.
Declared Latin-1 and ASCII are read as Windows-1252 where they hold its bytes, as every mail program
does; undeclared bytes are UTF-8, then ISO-2022-JP by its escapes, then Windows-1252.
"""

import binascii
import codecs
import re
import unicodedata
from dataclasses import dataclass

_ALIASES = {
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949",
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8",
    "tis-620": "cp874", "iso-8859-11": "cp874", "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8": "utf-8",
    "utf-8mb4": "utf-8", "cp-850": "cp850", "x-cp1250": "cp1250", "x-cp1251": "cp1251",
    "x-cp1252": "cp1252", "ansi_x3.4-1968": "ascii", "us-ascii": "ascii", "7bit": "ascii",
    "iso646-us": "ascii", "latin1": "latin-1", "iso-8859-1": "latin-1", "iso8859-1": "latin-1",
    "iso_8859-1": "latin-1", "big5-hkscs": "big5hkscs", "x-big5": "big5hkscs", "big5": "big5hkscs",
}  # fmt: skip
# Codecs that Python calls text and that no mail is written in; some take quadratic time.
_NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_ESCAPES = re.compile(rb"\x1b(?:\$[@AB(]|\([BJI])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_UULINE_TEXT = re.compile(r"(?m)^begin [0-7]{3,4} (?P<name>[^\r\n]{1,200})\r?$")
_UULINE = re.compile(rb"(?m)^begin [0-7]{3,4} [^\n]*\n")


def codec(charset: str) -> str | None:
    """Python's name for a declared charset; None when nothing can read it."""
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        codec_info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return (
        None if codec_info.name in _NEVER or not codec_info._is_text_encoding else codec_info.name
    )


def decode_text(raw: bytes, charset: str) -> tuple[str, str | None]:
    """Text of these bytes and what was wrong with the charset (None: nothing); never raises."""
    name = codec(charset) if charset else None
    flaw = None if name or not charset else "unknown charset"
    if name is None or name == "ascii":
        return _clean(_guess(raw)), flaw or (None if raw.isascii() else "undeclared 8-bit text")
    if name == "iso8859-1":
        return _clean(_western(raw)), None
    if name == "utf-8" and raw.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    try:
        return _clean(raw.decode(name)), None
    except UnicodeError:
        flaw = "text does not fit its charset"
    if name.startswith("utf-8") and not _MULTIBYTE.search(raw):
        return _clean(_western(raw)), flaw
    try:
        return _clean(raw.decode(name, "replace")), flaw
    except (UnicodeError, ValueError):
        return _clean(_guess(raw)), flaw


def _guess(raw: bytes) -> str:
    if _ESCAPES.search(raw):
        return raw.decode("iso2022_jp_ext", "replace")
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if _mostly_utf8(raw) else _western(raw)


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more high bytes stand in whole UTF-8 sequences than alone (a text cut or damaged)."""
    high = sum(1 for byte in raw[:65536] if byte > 127)
    return 2 * sum(map(len, _MULTIBYTE.findall(raw[:65536]))) > high


def _western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _clean(text: str) -> str:
    """Without NUL (no database takes it) and lone surrogates (no UTF-8 file does), composed."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return compose_letters(text)


def compose_letters(text: str) -> str:
    """The text in NFC: macOS writes `ö` as two characters, and no word list would know the word."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def decode_transfer(raw: bytes, encoding: str) -> tuple[bytes, str | None]:
    """Undo a Content-Transfer-Encoding (RFC 2045 §6), however sloppily it was written."""
    how = re.match(r"[\"' ]*([a-z0-9-]*)", encoding.lower())
    name = how[1] if how else ""
    if name == "base64":
        return _base64(raw)
    if name in {"quoted-printable", "qp", "quoted"}:
        return binascii.a2b_qp(_tidy(raw)), None
    if name in {"uuencode", "x-uuencode", "x-uue", "uue"}:
        return _uu(raw)
    known = name in {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "plain", "none"}
    return raw, None if known else "unknown transfer encoding"


def _tidy(raw: bytes) -> bytes:
    """Quoted-printable without the blanks that transport added at line ends (RFC 2045 §6.7, 3)."""
    return b"\n".join(word.rstrip(b" \t\r") for word in raw.split(b"\n"))


def _base64(raw: bytes) -> tuple[bytes, str | None]:
    flaw = None
    if _NOT64.search(raw):
        chunks = []
        for line in raw.splitlines():
            bare = line.strip()
            if bare and not _NOT64.search(bare) and b" " not in bare:
                chunks.append(bare)
            elif chunks and bare:  # a list's footer behind the block
                break
        if not chunks:
            return raw, "says base64 and is not"
        raw, flaw = b"\n".join(chunks), "broken base64"
    # Blocks that were padded one by one: the decoder would stop at the first pad.
    blocks = re.findall(rb"[^=]+", re.sub(rb"\s+", b"", raw))
    try:
        return b"".join(
            binascii.a2b_base64(block[: len(block) - (len(block) % 4 == 1)] + b"===")
            for block in blocks
        ), flaw
    except binascii.Error:
        return raw, "says base64 and is not"


def _uu(raw: bytes) -> tuple[bytes, str | None]:
    start = _UULINE.search(raw)
    out = []
    for line in raw[start.end() if start else 0 :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                return raw, "broken uuencoding"
    return b"".join(out), None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that stands uuencoded in the middle of a text; `text` is what it says, where it is
    one that people read.
    """

    name: str
    content: bytes
    text: str


def cut_uuencoded(text: str) -> tuple[str, tuple[Enclosed, ...]]:
    """A text without the files that old programs put into it, and these; one cut short counts."""
    if _UULINE_TEXT.search(text) is None:
        return text, ()
    own: list[str] = []
    files: list[Enclosed] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        begin = _UULINE_TEXT.fullmatch(lines[at].rstrip("\r"))
        end, content = _uu_lines(lines, at + 1) if begin else (at, b"")
        if begin and content:
            files.append(Enclosed(begin["name"].strip(), content, _said_by(content)))
            at = end
            continue
        own.append(lines[at])
        at += 1
    return "\n".join(own), tuple(files)


def _uu_lines(lines: list[str], start: int) -> tuple[int, bytes]:
    """The line behind an uuencoded file and what it holds; nothing where it is none."""
    out, at = bytearray(), start
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if line.strip() in {"end", "`", ""}:
            at += 1
            if line.strip() == "end":
                break
            continue
        count = (ord(line[0]) - 32) & 63
        if not 0 < count <= 45 or len(line) > 4 * ((count + 2) // 3) + 2:
            break
        try:
            out += binascii.a2b_uu(line.encode("ascii"))
        except (binascii.Error, UnicodeEncodeError):
            break
        at += 1
    return at, bytes(out)


def _said_by(content: bytes) -> str:
    """A file as text; empty where it is none."""
    if b"\x00" in content or sum(byte < 32 and byte not in b"\t\n\r\f" for byte in content):
        return ""
    return decode_text(content, "")[0].replace("\r\n", "\n")


def unflow(text: str, delsp: bool) -> str:
    """Join the soft lines of format=flowed (RFC 3676); quoted lines keep their breaks.

    Quoted lines are left as they are, so that who cuts quotes sees one mark a line.
    """
    out: list[list[str]] = []
    soft = False
    for word in text.split("\n"):
        bare = word.rstrip("\r")
        quoted = bare.startswith(">")
        bare = bare[1:] if bare.startswith(" ") and not bare.startswith((" >", " From")) else bare
        flows = bare.endswith(" ") and bare != "-- " and not quoted
        bare = bare[:-1] if flows and delsp else bare
        if soft and not quoted:
            out[-1].append(bare)
        else:
            out.append([bare])
        soft = flows
    return "\n".join("".join(pieces) for pieces in out)


def calendar_words(text: str) -> str:
    """The words of a calendar part (RFC 5545): summary, place, description."""
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    by_field: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key = name.partition(";")[0].upper()
        if key in {"SUMMARY", "LOCATION", "DESCRIPTION"} and value:
            value = re.sub(r"\\([nN,;\\])", lambda m: "\n" if m[1] in "nN" else m[1], value)
            by_field.setdefault(key, value)
    return "\n".join(
        by_field[key] for key in ("SUMMARY", "LOCATION", "DESCRIPTION") if key in by_field
    )
