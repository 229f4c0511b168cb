"""Header blocks in a text: the "From: / Sent: / To: / Subject:" lines above a quoted mail.

A block counts only with several different labels and something that a mail has and a timetable
has not: an address, or a subject. "From: Berlin, To: Paris" in a customer's words is no block.
Labels of all languages are looked up in one table, because programs mix them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from deskless.mailbox.quoting import words

Lines = Sequence[str]

PREFIX = re.compile(r"[ \t]{0,4}(?:>[ \t]?)+")
_LABEL = re.compile(
    r"[\s*_•|]{0,16}([^\W\d_][^:：*<>@\n]{0,27}?)[ \t]{0,6}[*_]{0,3}[ \t]{0,4}[:：][*_]{0,3}(.*)",
    re.S,
)
_DASHED = re.compile(
    r"[\s*>|]{0,9}([-‐–—_=*~#]{2,60})[ \t]{0,3}([^-‐–—_=~#*\n][^‐–—_=~#\n]{1,69}?)"
    r"[ \t]{0,3}([-‐–—_=*~#]{2,60})"
)
_RULE = re.compile(r"[\s>*|]{0,9}(?:[-–_=*~#+‐‑―─━]{2,}|—+)(?:[ \t]+[-–_=*~#+—]{2,})*[\s*|]{0,9}")

_GAP = 6  # most lines a wrapped recipient list or subject may take inside a block


def _folded(label: str) -> str:
    if label.isascii():
        return " ".join(label.lower().split())
    # Turkish capital I with a dot folds to i and a combining dot: the dot goes.
    plain = unicodedata.normalize("NFC", label).casefold().replace("\u0307", "")
    return " ".join(plain.split())


def _table() -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for row in words.LABELS.values():
        for kind, cell in zip(
            (words.FROM, words.DATE, words.TO, words.SUBJECT, words.CC), row.split("|"), strict=True
        ):
            for label in cell.split(","):
                kinds.setdefault(_folded(label), set()).add(kind)
    for label in words.EXTRAS.split(","):
        kinds.setdefault(_folded(label), set()).add(words.OTHER)
    return {label: frozenset(match) for label, match in kinds.items()}


_KINDS = _table()
_ORIGINALS = frozenset(map(_folded, words.ORIGINALS.split("|")))
_FORWARDS = frozenset(map(_folded, words.FORWARDS.split("|")))
_FORWARDED_BY = tuple(map(_folded, words.FORWARDED_BY.split("|")))


@dataclass(slots=True)
class Block:
    """A header block on lines `start` up to `end` (exclusive); `fields` by kind."""

    start: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def addressed(self) -> bool:
        """Whether any field holds an address."""
        return any("@" in value or "mailto:" in value for value in self.fields.values())

    @property
    def convincing(self) -> bool:
        """Whether this can only be the head of a mail, and not a list in the writer's words."""
        kinds = self.fields.keys() - {words.OTHER}
        if words.FROM in kinds:
            if len(kinds) >= 3:
                return words.SUBJECT in kinds or self.addressed
            if words.TO in kinds and all("@" in self.fields[kind] for kind in kinds):
                return True
            return self.addressed and bool(kinds & {words.DATE, words.SUBJECT})
        if words.DATE in kinds and words.TO in kinds:
            return self.addressed or words.SUBJECT in kinds
        return False

    @property
    def dated(self) -> bool:
        """Whether it has the fields that a mail program always writes, and a form seldom has."""
        kinds = self.fields.keys()
        return {words.FROM, words.DATE} <= kinds and bool(kinds & {words.TO, words.SUBJECT})


def bare_line(line: str) -> str:
    """The line without quote marks and outer blanks."""
    match = PREFIX.match(line)
    return (line[match.end() :] if match else line).strip()


def header_label(line: str) -> tuple[frozenset[str], str] | None:
    """The kinds a line's label may mean, and its value; None where the line has no known label."""
    if ":" not in line and "：" not in line:
        return None
    match = _LABEL.match(line)
    if not match:
        return None
    kinds = _KINDS.get(_folded(match[1]))
    return (kinds, match[2].strip(" \t*_")) if kinds else None


def _choose(kinds: frozenset[str], seen: dict[str, str]) -> str | None:
    """The kind to count for a label that means two things in two languages: the one still free."""
    if len(kinds) == 1:
        return next(iter(kinds))
    for kind in (words.FROM, words.DATE, words.TO, words.SUBJECT, words.CC, words.OTHER):
        if kind in kinds and kind not in seen:
            return kind
    return next(iter(sorted(kinds)))


def header_block(lines: Lines, start: int) -> Block | None:
    """The header block that begins at line `start`, or None. Wrapped values are put together."""
    block = Block(start, start)
    last, kind, gap, at = start, "", 0, start
    while at < len(lines):
        body = bare_line(lines[at])
        head = header_label(body)
        if head:
            chosen = _choose(head[0], block.fields)
            if chosen is None or (chosen in block.fields and chosen != words.OTHER):
                if chosen not in (words.TO, words.CC):
                    break
                block.fields[chosen] += ", " + head[1]
            else:
                block.fields.setdefault(chosen, head[1])
            kind, last, gap = chosen, at, 0
        elif at == start:
            return None
        elif not body:
            if not _resumes(lines, at, block):
                break
        else:
            gap += 1
            if gap > _GAP or not _belongs(lines, at, kind, block):
                break
            block.fields[kind] = f"{block.fields.get(kind, '')} {body}".strip()
            last = at
        at += 1
    block.end = last + 1
    return block


def _resumes(lines: Lines, blank: int, block: Block) -> bool:
    """Whether a block goes on behind blank lines: some programs put one between the fields."""
    for line in lines[blank + 1 : blank + 3]:
        body = bare_line(line)
        if body:
            head = header_label(body)
            return head is not None and any(kind not in block.fields for kind in head[0])
    return False


def _belongs(lines: Lines, at: int, kind: str, block: Block) -> bool:
    """Whether an unlabelled line wraps the field above: addresses, or more fields follow."""
    if kind in (words.TO, words.CC, words.FROM) and (
        block.fields.get(kind, "").rstrip().endswith((",", ";", "<", ":")) or "@" in lines[at]
    ):
        return True
    for line in lines[at + 1 : at + 1 + _GAP]:
        body = bare_line(line)
        if not body:
            return False
        head = header_label(body)
        if head:
            return any(other not in block.fields for other in head[0])
    return False


def quote_title(line: str) -> str:
    """Where the line is the title above a quoted mail "original" or "forward", else ""."""
    stripped = line.strip(" \t>*|_")
    if stripped.endswith((":", "：")):
        return "forward" if _folded(stripped[:-1]) in _FORWARDS else ""
    match = _DASHED.match(line)
    if not match:
        return "forward" if _folded(stripped) in _FORWARDS and len(stripped) > 12 else ""
    text = _folded(match[2])
    for known in (text, text.partition(" --")[0].strip(), text.strip(" .:")):
        if known in _FORWARDS:
            return "forward"
        if known in _ORIGINALS:
            return "original"
    return "forward" if text.startswith(_FORWARDED_BY) else ""


def is_rule(line: str) -> bool:
    """Whether the line is nothing but a drawn rule (at least two strokes, or an em dash)."""
    return bool(_RULE.fullmatch(line)) if line[:200].strip(" \t>*|-–—_=~#+‐‑―─━") == "" else False
