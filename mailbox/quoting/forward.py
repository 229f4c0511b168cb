"""Finding the forwarded mail in a forward, with the forwarder's own note apart.

Programs mark a forward by a title ("---------- Forwarded message ---------", "Begin forwarded
message:"), by a header block alone (Outlook), or by an attribution line (Outlook 2019). A title
speaks for itself; the other two are forwards only where the subject says so ("Fwd:", "WG:", "TR:"),
because replies carry them too. The outermost mark wins, and the sender is read from its block
alone: an address in the note above can never be taken for it.

email-forward-parser is asked last, for shapes that the rules here do not know.
"""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from emailforwardparser.forward_parser import (  # type: ignore[import-untyped]
    get_forwarded_metadata,
)

from deskless.mailbox.message import Address, Forwarded
from deskless.mailbox.quoting import words
from deskless.mailbox.quoting.attribution import attribution_at
from deskless.mailbox.quoting.forward_fields import (
    glued_fields,
    has_sender_label,
    named_speaker,
    sender_of_fields,
)
from deskless.mailbox.quoting.fresh import plain_text
from deskless.mailbox.quoting.header_block import (
    PREFIX,
    bare_line,
    header_block,
    header_label,
    is_rule,
    quote_title,
)

_MOST = 400_000  # characters searched for the mark
_ASKED = 20_000  # characters the library may see: its patterns are not linear
_SHOWN = 6_000  # ... and, blanks taken together, this much of it
_BLANKS = re.compile(r"([ \t\n])[ \t\n\r\f\v]{3,}")
_FINNISH = re.compile(r"^[ \t>*_]{0,9}(?:lähettäjä|vastaanottaja)[ \t*_]{0,4}:", re.I | re.M)
_LOOKS = 2000  # lines that may be looked at closely
_LOOK = 8  # lines between a title and its block at most


def _prefixes(row: str) -> re.Pattern[str]:
    return re.compile(
        rf"\s*(?:\[[^\]\n]{{1,60}}\]\s*)?(?:{row})\s?(?:\[\d+\]|\(\d+\))?\s?[:：]\s*", re.I
    )


_FORWARD = _prefixes(words.FORWARD_PREFIXES)
_REPLY = _prefixes(words.REPLY_PREFIXES)
_BRACKETED = re.compile(
    r"\s*[\[(]\s?(?:fwd?|wg|tr|rv|enc)\s?[:：]?\s*(.{0,900}?)[\])]\s*$|(.{0,900}?)\s*\(fwd\)\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class ForwardCut:
    """A forward in two: `cover` is what the forwarder wrote above, `forwarded` the mail inside."""

    cover: str
    forwarded: Forwarded


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a forward begins: the cover ends before line `start`, the mail's head is at `head`."""

    start: int
    head: int
    titled: bool


def find_forward(subject: str, text: str) -> ForwardCut | None:
    """The forwarded mail in a mail with this subject and text, or None where it is no forward.

    A reply is never a forward, whatever it quotes. Without a subject only a title counts. Fields
    that the forward does not name are ""; the sender is None where nobody is named. Never raises.
    """
    clean = " ".join(plain_text(subject).split())
    told = bool(_FORWARD.match(clean) or _BRACKETED.match(clean))
    if told and clean[:3].lower() == "vs:" and _FINNISH.search(text[:_MOST]):
        told = False  # Danes and Norwegians forward with "VS:", Finns answer with it
    if not told and _REPLY.match(clean):
        return None
    lines = plain_text(text[:_MOST]).split("\n")
    mark = _mark(lines, told, clean)
    cut = _cut(lines, mark) if mark else None
    if cut is None and told:
        cut = _asked(clean, text)
    if cut is None:
        return None
    return _completed(cut, clean) if told else cut


def _mark(lines: list[str], told: bool, subject: str) -> _Mark | None:
    """The first mark of a forward from the top; None where the first mark is a reply's."""
    looks = _LOOKS
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if ":" in line or "：" in line or "@" in line:
            looks -= 1
        if looks < 0:
            return None
        kind = quote_title(line)
        if kind == "forward" or _sticks(line):
            if told or kind == "forward":
                return _Mark(at, at + 1, titled=True)
        elif kind == "original" and (told or not subject):
            if _headed(lines, at + 1):
                return _Mark(at, at + 1, titled=True)
        elif header_label(line):
            block = header_block(lines, at)
            if block and block.convincing and words.FROM in block.fields:
                drawn = _above(lines, at)
                return (
                    _Mark(drawn, at, titled=False) if told or (not subject and drawn < at) else None
                )
        else:
            attribution = attribution_at(lines, at)
            if attribution and attribution.sure:
                if told or (not subject and _quoted_name(lines, attribution.start, at)):
                    return _Mark(attribution.start, attribution.start, titled=False)
                return None
            if PREFIX.match(line) and not told:
                return None
    return None


def _sticks(line: str) -> bool:
    """Whether a title and its block share the line: "----- Forwarded Message -----From: ..."."""
    return bool(re.match(r"\s*-{4,}.{3,60}?-{4,}\s*\S", line)) and bool(quote_title(line))


def _quoted_name(lines: list[str], start: int, at: int) -> bool:
    """Whether an attribution has its name in quotes, as Outlook 2019 forwards."""
    return bool(re.search(r"[\"«„]", " ".join(lines[start : at + 1])))


def _headed(lines: list[str], at: int) -> bool:
    """Whether a header block follows within a few lines."""
    return any(has_sender_label(bare_line(line)) for line in lines[at : at + _LOOK])


def _above(lines: list[str], at: int) -> int:
    """The line where the drawn rule above a block begins, or the block's own line."""
    start = at
    for above in range(at - 1, max(-1, at - 4), -1):
        if is_rule(lines[above]):
            return above
        if lines[above].strip():
            break
    return start


def _cut(lines: list[str], mark: _Mark) -> ForwardCut | None:
    cover = "\n".join(lines[: mark.start]).strip()
    inner = _titled(lines, mark) if mark.titled else _headless(lines, mark.head)
    return ForwardCut(cover, inner) if inner else None


def _titled(lines: list[str], mark: _Mark) -> Forwarded | None:
    """The mail under a title: a block, a glued block, or nothing but text."""
    rest = _below(lines, mark)
    told = _blocked(rest)
    if told:
        return told
    for at, line in enumerate(rest[:_LOOK]):
        attribution = attribution_at(rest, at) if line.strip() else None
        if attribution and attribution.sure:
            return _attributed(rest, attribution.start, attribution.end)
    return Forwarded(None, "", "", "", "\n".join(rest).strip())


def _below(lines: list[str], mark: _Mark) -> list[str]:
    """The lines under a title without the quote mark that the whole forward may carry."""
    rest = [lines[at] for at in range(mark.head, len(lines))]
    stuck = re.match(r"[\s>]*-{4,}.{3,60}?-{4,}\s*(\S.*)", lines[mark.start])
    if stuck:
        rest.insert(0, stuck[1])
    return _unprefixed(rest)


def _unprefixed(rest: list[str]) -> list[str]:
    """Take one level of quote marks (or four blanks) off, where the first words carry it."""
    first = next((line for line in rest if line.strip()), "")
    if first.lstrip().startswith(">"):
        return [re.sub(r"^[ \t]{0,4}>[ \t]?", "", line, count=1) for line in rest]
    if first.startswith("    "):
        return [re.sub(r"^ {1,4}", "", line, count=1) for line in rest]
    return rest


def _blocked(rest: list[str]) -> Forwarded | None:
    """The mail under the block that stands first; a block glued into one line counts too."""
    at = next((at for at in range(min(len(rest), _LOOK)) if header_label(rest[at])), None)
    block = header_block(rest, at) if at is not None else None
    start = next((at for at, line in enumerate(rest) if line.strip()), 0)
    joined = glued_fields("\n".join(takewhile(str.strip, rest[start : start + 60])))
    if joined and (block is None or len(block.fields) < len(joined[0])):
        return _forwarded(joined[0], "\n".join(rest[start:])[joined[1] :])
    if block is None or words.FROM not in block.fields:
        return None
    return _forwarded(block.fields, "\n".join(rest[block.end :]))


def _headless(lines: list[str], at: int) -> Forwarded | None:
    """The mail under a block or an attribution that stands without a title."""
    rest = _unprefixed(lines[at:])
    if header_label(rest[0]):
        return _blocked(rest)
    for last in range(min(len(rest), 6)):
        attribution = attribution_at(rest, last) if rest[last].strip() else None
        if attribution and attribution.sure:
            return _attributed(rest, 0, attribution.end)
    return None


def _forwarded(fields: dict[str, str], body: str) -> Forwarded:
    lines = _unprefixed(body.split("\n"))
    return Forwarded(
        sender_of_fields(fields),
        fields.get(words.TO, "").strip(),
        fields.get(words.SUBJECT, "").strip(),
        fields.get(words.DATE, "").strip(),
        "\n".join(lines).strip(),
    )


def _attributed(rest: list[str], start: int, end: int) -> Forwarded | None:
    """The mail under an attribution line: a sender and perhaps a date, nothing else."""
    line = " ".join(bare_line(part) for part in rest[start:end])
    who = named_speaker(line)
    if who is None:
        return None
    date = re.search(r"\d[^<>\"«„]{0,60}\d\d(?:\s?[AaPp]\.?[Mm]\.?)?", line.split("<")[0])
    body = _unprefixed(rest[end:])
    return Forwarded(who, "", "", date[0].strip(" ,") if date else "", "\n".join(body).strip())


def _asked(subject: str, text: str) -> ForwardCut | None:
    """What email-forward-parser makes of it; it raises on odd text, and then there is nothing."""
    try:
        metadata = get_forwarded_metadata(_BLANKS.sub(r"\1", text[:_ASKED])[:_SHOWN], subject)
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ):
        return None
    mail = metadata.email
    if not mail.from_.address or mail.from_.address.lower() in metadata.message.lower():
        return None
    inner = Forwarded(
        Address(mail.from_.address.lower(), mail.from_.name),
        ", ".join(to.address or to.name for to in mail.to),
        mail.subject,
        mail.date,
        mail.body,
    )
    return ForwardCut(metadata.message, inner)


def _completed(cut: ForwardCut, subject: str) -> ForwardCut:
    """A forward whose block names no subject has the outer one, without its prefix."""
    if cut.forwarded.subject:
        return cut
    bracketed = _BRACKETED.match(subject)
    own = (bracketed[1] or bracketed[2] or "") if bracketed else _FORWARD.sub("", subject, count=1)
    return replace(cut, forwarded=replace(cut.forwarded, subject=own.strip()))
