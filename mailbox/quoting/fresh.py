"""The fresh words of a mail: what this writer added, apart from everything quoted.

The text is read line by line. Four things end or interrupt the writer's words: a header block, an
attribution line, a title such as "-----Original Message-----", and quote marks. What follows one of
the first three is quoted to the end, unless it carries quote marks: then only the marked lines are,
and answers written between or below them stay. Texts that we sent ourselves are known word by word
and go wherever they stand. Footers are cut last (`signature`).

Nothing raises, nothing is destroyed (the caller keeps the text), and the time is linear: no pattern
here can backtrack over more than one line's bounded start.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deskless.mailbox.quoting import words
from deskless.mailbox.quoting.attribution import attribution_at
from deskless.mailbox.quoting.header_block import (
    bare_line,
    header_block,
    header_label,
    is_rule,
    quote_title,
)
from deskless.mailbox.quoting.html import mark_quotes, to_text
from deskless.mailbox.quoting.marks import MarkedText
from deskless.mailbox.quoting.our_text import mark_letter
from deskless.mailbox.quoting.signature import trim_signature, without_armour

MARKER = "-- Reply above this line --"

_MOST = 1_000_000  # characters that are read; a longer text is a file, not an answer
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)])
_UNSEEN.update(dict.fromkeys(range(0x2066, 0x206A)))
_ABOVE = tuple(words.ABOVE.split("|"))


def fresh_text(text: str, *, html: str = "", ours: Sequence[str | Sequence[str]] = ()) -> str:
    """What the writer of a mail added to what was quoted, trimmed; "" when nothing was added.

    `text` is the readable text, `html` the mail's HTML part if there is one (its structure is
    believed before the rules for text), `ours` the exact texts that we sent in this conversation,
    or of each the ways in which it reads (`letter_readings`): not one line of theirs is left.
    Every line of the result is a line of the text, or the end of one that began with our words.
    Never raises.
    """
    if html:
        marked = mark_quotes(html)
        if marked is not None:
            own = _fresh(marked, ours)
            if own or not text.strip():
                return own
        elif not text.strip():
            text = to_text(html)
    return _fresh(text, ours)


def plain_text(text: str) -> str:
    """The text with plain line ends and blanks, and without characters that cannot be seen."""
    text = text[:_MOST].replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)
    return text.replace("\xa0", " ").replace("\u2028", "\n").replace("\x0c", "\n")


def _fresh(text: str, ours: Sequence[str | Sequence[str]]) -> str:
    lines = without_armour(plain_text(text)).split("\n")
    known = False
    fresh_lines: list[str | None] = list(lines)
    for letter in ours[:50]:
        readings = [letter] if isinstance(letter, str) else letter
        marked = mark_letter(lines, [plain_text(reading) for reading in readings])
        if marked is None:
            continue
        left, whole = marked
        known = known or whole
        fresh_lines = [
            None if old is None or new is None else min(old, new, key=len)
            for old, new in zip(fresh_lines, left, strict=True)
        ]
    for at, line in enumerate(lines):
        if _marker(line):
            fresh_lines[at] = None
    runs = _stretches(MarkedText(lines, fresh_lines, known=known), tells=_above(text))
    if not ours and not runs and _opens_above(lines):
        # Nothing stands above a help desk's line: its own notice, whose words stand below.
        below = next(at for at, line in enumerate(lines) if line.strip()) + 1
        return "\n".join(trim_signature(_tidy(lines[below:], False))).strip()
    parts = [trim_signature(_tidy(run, cut)) for run, cut in runs]
    return "\n".join(line for part in parts for line in _padded(part)).strip("\n").strip()


def _above(text: str) -> bool:
    """Whether a help desk's "write above this line" stands in the text."""
    lowered = text.lower()
    return any(phrase in lowered for phrase in _ABOVE)


def _opens_above(lines: Sequence[str]) -> bool:
    """Whether a help desk's line is the first of a mail, and nothing of it is marked as quoted."""
    first = next((line for line in lines if line.strip()), "")
    return _above(first) and not any(line.lstrip().startswith(">") for line in lines)


def _marker(line: str) -> bool:
    return MARKER.strip("#- ") in line and len(bare_line(line)) < len(MARKER) + 20


def _padded(part: list[str]) -> list[str]:
    """A stretch with one blank line under it, or nothing."""
    while part and not part[-1].strip():
        part.pop()
    while part and not part[0].strip():
        part.pop(0)
    return [*part, ""] if part else []


@dataclass(frozen=True, slots=True)
class QuotePiece:
    """A piece of quote: its end, and whether nothing but quote follows.

    `above` lines kept before belong to it; `before` are the writer's words on its first line.
    `keeps`: the line stands above a quote and ends like an attribution, but names nobody; it may as
    well be the writer's own sentence.
    """

    end: int
    cut: bool = False
    above: int = 0
    before: str = ""
    keeps: bool = False


def _stretches(reading: MarkedText, *, tells: bool) -> list[tuple[list[str], bool]]:
    """The writer's lines in stretches between quotes; True where a quote ends the stretch."""
    runs: list[tuple[list[str], bool]] = []
    own: list[str] = []
    at, lines = 0, reading.lines
    while at < len(lines):
        quote = quote_at(reading, at, tells=tells)
        if quote.end == at:
            line = reading.kept[at]
            if line is not None:
                own.append(line)
            at += 1
            continue
        own = own[: len(own) - quote.above]
        if quote.before:
            own.append(quote.before)
        if any(line.strip() for line in own):
            runs.append((own, True))
            own = []
        if quote.cut:
            return runs
        at = quote.end
    if any(line.strip() for line in own):
        runs.append((own, False))
    return runs


def quote_at(reading: MarkedText, at: int, *, tells: bool) -> QuotePiece:
    """What is quoted from line `at` on; nothing where `end` is `at`."""
    lines = reading.lines
    line = lines[at]
    if not line.strip():
        return QuotePiece(at)
    attribution = attribution_at(lines, at) if _may_say(reading, at) and reading.look() else None
    if attribution:
        start, end = attribution.start, attribution.end
        if attribution.sure or reading.marked_below(end):
            above = [
                back
                for back in range(start, at)
                if reading.kept[back] is not None and not reading.quoted[back]
            ]
            return QuotePiece(
                end, not _stays(reading, end), len(above), attribution.before, not attribution.sure
            )
    if reading.quoted[at]:
        return QuotePiece(at + 1)
    if quote_title(line) or _marker(line) or (tells and len(line) < 160 and _above(line)):
        heads = _headed(reading, reading.below(at + 1))
        return QuotePiece(at + 1, cut=not heads and not _stays(reading, at + 1))
    end = _headed(reading, at)
    return QuotePiece(end, not _stays(reading, end)) if end else QuotePiece(at)


def _headed(reading: MarkedText, at: int) -> int:
    """The end of the header block that begins at line `at`; 0 where none begins that quotes."""
    if at >= len(reading.lines) or not header_label(reading.lines[at]) or not reading.look():
        return 0
    block = header_block(reading.lines, at)
    if block is None or not block.convincing:
        return 0
    return block.end if block.dated or not reading.empty_above(at) else 0


def _stays(reading: MarkedText, at: int) -> bool:
    """Whether the quote that begins at `at` is marked line by line, so that answers show in it."""
    return reading.marked_below(at) or reading.ours_below(at)


def _may_say(reading: MarkedText, at: int) -> bool:
    """Whether line `at` can end an attribution: not quoted itself, but for a torn "> wrote:"."""
    if not reading.quoted[at]:
        return bool(reading.lines[at].strip())
    if not bare_line(reading.lines[at]).lower().startswith("wrote"):
        return False
    return any(line.rstrip().endswith("<") for line in reading.lines[max(0, at - 3) : at])


def _tidy(run: list[str], cut: bool) -> list[str]:
    """A stretch without the rules and titles that belong to the quote below it."""
    while cut and run and (not run[-1].strip() or is_rule(run[-1])):
        run.pop()
    return run
