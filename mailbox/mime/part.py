"""The parts of a mail (RFC 2045, 2046): a tree of offsets into the raw bytes, nothing copied.

Own code instead of the standard library's feed parser, for measured reasons: it takes a third of
the time (0.06 ms against 0.18 ms a mail on 809 real ones), and it neither recurses (1,200 nested
multiparts end the standard library in a RecursionError) nor copies (a 40 MB mail costs it 338 MB).
Broken structure is read the way people see it: a boundary that is missing or never comes is guessed
or left out, a part cut off is a part.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from deskless.mailbox.mime.header import (
    HeaderFields,
    decode_words,
    first_head,
    read_head,
    single_line,
)
from deskless.mailbox.mime.text import decode_text, decode_transfer

DEPTH = 40
PARTS = 2000
LARGEST_PAGE = 32 * 1024 * 1024  # raw bytes of an HTML part with all its pictures

_TYPE = re.compile(r"\s*([\w!#$&^.+*-]{1,80})(?:/([\w!#$&^.+*-]{1,120}))?")
_PARAM = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*)')
_SECTION = re.compile(r"^(.+?)\*(?:(\d{1,3})(\*)?)?$")
_PICTURE = re.compile(rb"(?i)data:[a-z]{1,20}/[\w.+-]{1,80}[^,\"'<>]{0,100},[^\"'<>)]*+")
_LIKELY = re.compile(rb"(?mi)^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?\n(?:content-[a-z-]+[ \t]*:|\r?\n)")


@dataclass(slots=True)
class Part:
    """One part: where it stands in `raw`, and what its headers say.

    `within` is the subtype of the multipart around it, `index` its place there.
    """

    raw: bytes = field(repr=False)
    head: HeaderFields = field(repr=False)
    type: str
    params: dict[str, str]
    start: int
    end: int
    within: str = ""
    index: int = 0
    depth: int = 0
    children: list["Part"] = field(default_factory=list)

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, another word in lower case, or empty."""
        value = self.head.first("content-disposition") or b""
        match = _TYPE.match(value[:200].decode("ascii", "replace"))
        return match[1].lower() if match else ""

    @property
    def name(self) -> str:
        """The file name that the part gives itself; empty when it has none."""
        value = self.head.first("content-disposition")
        filename = header_params(value).get("filename", "") if value else ""
        return single_line(decode_words(filename or self.params.get("name", "")))[:255]

    def encoding(self) -> str:
        """Its Content-Transfer-Encoding, as written."""
        value = self.head.first("content-transfer-encoding")
        return value[:100].decode("ascii", "replace").strip() if value else ""

    def content(self, limit: int | None = None) -> tuple[bytes, str | None]:
        """The decoded bytes (of the first `limit` raw ones) and what was wrong with them."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        return decode_transfer(self.raw[self.start : end], self.encoding())

    def text(self, limit: int) -> tuple[str, list[str]]:
        """The part as text and its flaws; at most `limit` raw bytes of it are read."""
        raw, broken = self.content(limit)
        text, odd = decode_text(raw, self.params.get("charset", ""))
        cut = "text cut" if self.end - self.start > limit else None
        return text.replace("\r\n", "\n").replace("\r", "\n"), [
            flaw for flaw in (broken, odd, cut) if flaw
        ]

    def page(self, limit: int) -> tuple[str, list[str]]:
        """An HTML part as text and its flaws; at most `limit` bytes beside its pictures are read.

        A pasted screenshot stands in the middle of the words as a `data:` address of any length.
        """
        if self.end - self.start <= limit:
            return self.text(limit)
        raw, broken = self.content(LARGEST_PAGE)
        raw = _PICTURE.sub(b"data:,", raw)
        cut = len(raw) > limit or self.end - self.start > LARGEST_PAGE
        text, odd = decode_text(raw[:limit], self.params.get("charset", ""))
        return text.replace("\r\n", "\n").replace("\r", "\n"), [
            flaw for flaw in (broken, odd, "text cut" if cut else None) if flaw
        ]

    def size(self) -> int:
        """The decoded size in bytes, reckoned without decoding."""
        raw, start, end = self.raw, self.start, self.end
        if not self.encoding().lower().startswith("base64"):
            return end - start
        breaks = raw.count(b"\n", start, end) + raw.count(b"\r", start, end)
        pads = raw.count(b"=", max(start, end - 6), end)
        return max(0, (end - start - breaks) * 3 // 4 - pads)

    def walk(self) -> Iterator["Part"]:
        """The part and everything inside, in the order in which they stand."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(part.children))


def header_params(value: bytes) -> dict[str, str]:
    """The parameters of a Content-Type or -Disposition, with RFC 2231 put together and decoded."""
    text = re.sub(r"\r*\n(?=[ \t])", "", value[:16384].decode("utf-8", "replace"))
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAM.finditer(text):
        name, content = match[1].lower(), match[2].strip()
        if content.startswith('"'):
            content = re.sub(r"\\(.)", r"\1", content.strip('"'))
        section = _SECTION.match(name)
        if section is None:
            plain.setdefault(name, content)
            continue
        number = int(section[2] or 0)
        whole = section[3] is not None or section[2] is None
        pieces.setdefault(section[1], {}).setdefault(number, (content, whole))
    for name, parts in pieces.items():
        plain[name] = _joined(parts)
    return plain


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    charset, raw = "", b""
    for number in sorted(parts):
        text, coded = parts[number]
        if coded and not raw and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if coded else text.encode("utf-8", "replace")
    return decode_text(raw, charset or "utf-8")[0]


def kind_of(block: HeaderFields, default: str) -> tuple[str, dict[str, str]]:
    """The media type of a header block in lower case, and its parameters."""
    value = block.first("content-type")
    if value is None:
        return default, {}
    match = _TYPE.match(value[:300].decode("ascii", "replace"))
    if match is None:
        return default, header_params(value)
    main, sub = match[1].lower(), (match[2] or "").lower()
    if not sub:
        sub = {"text": "plain", "multipart": "mixed"}.get(main, "")
    return (f"{main}/{sub}" if sub else default), header_params(value)


def part_tree(raw: bytes) -> tuple[Part, list[str]]:
    """The root part of a mail with everything inside it, and the flaws of its structure."""
    block = first_head(raw)
    kind, params_found = kind_of(block, "text/plain")
    root = Part(raw, block, kind, params_found, min(block.body, len(raw)), len(raw))
    flaws = list(block.flaws)
    todo, count = [root], 1
    while todo:
        part = todo.pop()
        if not part.type.startswith("multipart/"):
            continue
        if part.depth >= DEPTH or count >= PARTS:
            flaws.append("nested too deep" if part.depth >= DEPTH else "too many parts")
            part.type = "application/octet-stream"
            continue
        _open(part, flaws, PARTS - count)
        count += len(part.children)
        todo.extend(reversed(part.children))
    return root, list(dict.fromkeys(flaws))


def _open(part: Part, flaws: list[str], room: int) -> None:
    """Find the children of a multipart; without any it becomes text."""
    boundary = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")
    spans, closed = _split(part, boundary, room) if boundary else ([], False)
    if not spans:
        content, _ = part.content()
        if len(content) != part.end - part.start:  # a multipart that was itself encoded
            part.raw, part.start, part.end = content, 0, len(content)
            spans, closed = _split(part, boundary, room) if boundary else ([], False)
    if not spans and (guess := _LIKELY.search(part.raw, part.start, part.end)):
        spans, closed = _split(part, guess[1], room)
        flaws.append("boundary guessed")
    if not spans:
        flaws.append("multipart without parts")
        part.type = "text/plain"
        return
    if not closed:
        flaws.append("multipart cut off")
    if len(spans) >= room:
        flaws.append("too many parts")
    sub = part.type.partition("/")[2]
    default = "message/rfc822" if sub == "digest" else "text/plain"
    for index, (start, end) in enumerate(spans):
        block = read_head(part.raw, start, end)
        kind, params_found = kind_of(block, default)
        flaws.extend(block.flaws)
        part.children.append(
            Part(part.raw, block, kind, params_found, block.body, end, sub, index, part.depth + 1)
        )


def _split(part: Part, boundary: bytes, room: int) -> tuple[list[tuple[int, int]], bool]:
    """The spans between the boundary's lines, and whether the closing one came.

    Parts behind the closing line count too: a relay that adds a footer makes such mails.
    """
    raw, end = part.raw, part.end
    mark = b"--" + boundary
    spans: list[tuple[int, int]] = []
    position, opened, closed = part.start, -1, False
    while len(spans) < room:
        place = raw.find(mark, position, end)
        if place < 0:
            break
        stop = raw.find(b"\n", place, end)
        stop = end if stop < 0 else stop + 1
        rest = raw[place + len(mark) : stop].strip()
        starts = place == part.start or raw[place - 1] == 10
        position = place + len(mark)
        if not starts or (rest and not rest.startswith(b"--")):
            continue
        if opened >= 0:
            spans.append((opened, max(opened, _before(raw, place))))
        closed = rest.startswith(b"--")
        opened = -1 if closed else stop
        position = stop
    if opened >= 0 and len(spans) < room:
        spans.append((opened, end))
    return [span for span in spans if span[0] < end or span[1] > span[0]], closed


def _before(raw: bytes, mark: int) -> int:
    """The offset before the line break that belongs to a boundary line (RFC 2046 §5.1.1)."""
    mark -= 1
    return mark - 1 if mark > 0 and raw[mark - 1] == 13 else mark
