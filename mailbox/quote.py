"""The fresh words of a mail: what this writer added, apart from everything quoted.

The text is read line by line. Four things end or interrupt the writer's words: a header block, an
attribution line, a title such as "-----Original Message-----", and quote marks. What follows one of
the first three is quoted to the end, unless it carries quote marks: then only the marked lines are,
and answers written between or below them stay. Texts that we sent ourselves are known word by word
and go wherever they stand. Footers are cut last (`quote_tail`).

Nothing raises, nothing is destroyed (the caller keeps the text), and the time is linear: no pattern
here can backtrack over more than one line's bounded start.
"""

import re
from collections.abc import Sequence

from deskless.mailbox import quote_words as words
from deskless.mailbox.html import unquoted
from deskless.mailbox.quote_head import PREFIX, bare, block, header, rule, title
from deskless.mailbox.quote_ours import Sent, mark
from deskless.mailbox.quote_said import said
from deskless.mailbox.quote_tail import trim, unsigned

MARKER = "##- Please reply above this line -##"

_MOST = 1_000_000  # characters that are read; a longer text is a file, not an answer
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)])
_UNSEEN.update(dict.fromkeys(range(0x2066, 0x206A)))
_ABOVE = re.compile("|".join(map(re.escape, words.ABOVE.split("|"))), re.I)
_NAMED = re.compile(r"[ \t]{0,4}([A-Za-z]{1,20})>[ \t>]")
_BAR = re.compile(r"[ \t]{0,4}\|[ \t]?(?!.*\|[ \t]*$)")
_LINKED = re.compile(r"\s*[(<\[]\s*https?://\S{1,900}\s*[)>\]]\s*[>]*\s*")
_WIDE = 58  # a quoted line this long may have been wrapped without its mark


def fresh(text: str, *, html: str = "", ours: Sequence[str] = ()) -> str:
    """What the writer of a mail added to what was quoted, trimmed; "" when nothing was added.

    `text` is the readable text, `html` the mail's HTML part if there is one (its structure is
    believed before the rules for text), `ours` the exact texts that we sent in this conversation:
    not one line of theirs is left. Every line of the result is a line of the text, or the end of
    one that began with our words. Never raises.
    """
    if html:
        marked = unquoted(html)
        if marked is not None:
            own = _fresh(marked, ours)
            if own or not text.strip():
                return own
    return _fresh(text, ours)


def plain(text: str) -> str:
    """The text with plain line ends and blanks, and without characters that cannot be seen."""
    text = text[:_MOST].replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)
    return text.replace("\xa0", " ").replace("\u2028", "\n").replace("\x0c", "\n")


def _fresh(text: str, ours: Sequence[str]) -> str:
    lines = unsigned(plain(text)).split("\n")
    known = False
    kept: list[str | None] = list(lines)
    for ourselves in ours[:50]:
        sent = Sent(plain(ourselves))
        if not sent.words:
            continue
        left, whole = mark(lines, sent)
        known = known or whole
        kept = [
            None if old is None or new is None else min(old, new, key=len)
            for old, new in zip(kept, left, strict=True)
        ]
    for at, line in enumerate(lines):
        if _marker(line):
            kept[at] = None
    runs = _stretches(_Reading(lines, kept, known))
    parts = [trim(_tidy(run, cut)) for run, cut in runs]
    return "\n".join(line for part in parts for line in _padded(part)).strip("\n").strip()


def _marker(line: str) -> bool:
    return MARKER.strip("#- ") in line and len(bare(line)) < len(MARKER) + 20


def _padded(part: list[str]) -> list[str]:
    """A stretch with one blank line under it, or nothing."""
    while part and not part[-1].strip():
        part.pop()
    while part and not part[0].strip():
        part.pop(0)
    return [*part, ""] if part else []


class _Reading:
    """One text being read: the raw lines, what is left of each, and which carry quote marks."""

    def __init__(self, lines: list[str], kept: list[str | None], known: bool) -> None:
        self.lines, self.kept, self.known = lines, kept, known
        self.quoted = _quoted(lines)

    def marked_below(self, at: int) -> bool:
        """Whether the next line with anything in it carries a quote mark."""
        for below in range(at, len(self.lines)):
            if self.lines[below].strip() and self.lines[below].strip() != "=20":
                return self.quoted[below]
        return False

    def empty_above(self, at: int) -> bool:
        """Whether nothing of the writer stands above the line."""
        return not any(
            self.kept[above]
            and not self.quoted[above]
            and bare(self.lines[above])
            and not rule(self.lines[above])
            for above in range(at)
        )


def _quoted(lines: Sequence[str]) -> list[bool]:
    """Which lines carry a quote mark, or are the wrapped rest of one that does."""
    marks = [PREFIX.match(line) is not None and "<<<" not in line for line in lines]
    _enclosed(lines, marks)
    for at, line in enumerate(lines):
        if marks[at]:
            continue
        beside = (at > 0 and marks[at - 1]) or (at + 1 < len(lines) and marks[at + 1])
        named, bar = _NAMED.match(line), _BAR.match(line)
        if (
            (
                named
                and any(
                    (other := _NAMED.match(near)) and other[1] == named[1]
                    for near in (
                        lines[at - 1] if at else "",
                        lines[at + 1] if at + 1 < len(lines) else "",
                    )
                )
            )
            or (bar and (beside or (at + 1 < len(lines) and _BAR.match(lines[at + 1]))))
            or (at and marks[at - 1] and line.strip() and _torn(lines, at, marks))
        ):
            marks[at] = True
    return marks


def _enclosed(lines: Sequence[str], marks: list[bool]) -> None:
    """Mark a quote that stands between a line of `>>>` and one of `<<<`."""
    start = -1
    for at, line in enumerate(lines):
        body = line.strip()
        if body.startswith(">>>") and (not body.strip(">") or body.endswith(">>>")):
            start = at
        elif (
            start >= 0 and body.startswith("<<<") and (not body.strip("<") or body.endswith("<<<"))
        ):
            marks[start : at + 1] = [True] * (at + 1 - start)
            start = -1


def _torn(lines: Sequence[str], at: int, marks: list[bool]) -> bool:
    """Whether a line without a mark is the rest of the quoted line above it."""
    above = bare(lines[at - 1])
    line = lines[at].strip()
    follows = at + 1 < len(lines) and marks[at + 1] and lines[at + 1].strip() != ""
    if _LINKED.fullmatch(line):
        return True
    if not follows:
        return False
    if above.count("(") > above.count(")") and line.count(")") > line.count("("):
        return True
    return (
        len(above) >= _WIDE
        and line[:1].islower()
        and len(line) < _WIDE
        and above[-1:] not in ".!?:;"
    )


def _stretches(reading: _Reading) -> list[tuple[list[str], bool]]:
    """The writer's lines in stretches between quotes; True where a quote ends the stretch."""
    runs: list[tuple[list[str], bool]] = []
    own: list[str] = []
    at, lines = 0, reading.lines
    while at < len(lines):
        end, cut, before = _quote(reading, at)
        if end == at:
            line = reading.kept[at]
            if line is not None:
                own.append(line)
            at += 1
            continue
        own = own[: len(own) - before[0]] if before[0] else own
        if before[1]:
            own.append(before[1])
        if any(line.strip() for line in own):
            runs.append((own, True))
            own = []
        if cut:
            return runs
        at = end
    if any(line.strip() for line in own):
        runs.append((own, False))
    return runs


def _quote(reading: _Reading, at: int) -> tuple[int, bool, tuple[int, str]]:
    """What is quoted from line `at` on: its end, whether it goes to the end of the text, and how
    many kept lines above belong to it, with the words that stood before it on the same line.
    """
    lines = reading.lines
    line = lines[at]
    none = (0, "")
    if _answers(reading, at):
        return at, False, none
    attribution = said(lines, at) if _may_say(reading, at) else None
    if attribution:
        marked = reading.marked_below(attribution.end)
        if marked or (attribution.sure and not reading.known):
            above = sum(
                1
                for back in range(attribution.start, at)
                if reading.kept[back] is not None and not reading.quoted[back]
            )
            return attribution.end, not marked, (above, attribution.before)
        if attribution.sure:
            return attribution.end, False, none
    if reading.quoted[at]:
        return at + 1, False, none
    if not line.strip():
        return at, False, none
    if title(line) or (_ABOVE.search(line[:200]) and len(line) < 160) or _marker(line):
        if reading.known or reading.marked_below(at + 1):
            return at + 1, False, none
        return len(lines), True, none
    found = block(lines, at) if header(line) else None
    if found and found.convincing and (found.dated or not reading.empty_above(at)):
        marked = reading.known or reading.marked_below(found.end)
        return (found.end, False, none) if marked else (len(lines), True, none)
    return at, False, none


def _may_say(reading: _Reading, at: int) -> bool:
    """Whether line `at` can end an attribution: not quoted itself, but for a torn "> wrote:"."""
    if not reading.quoted[at]:
        return bool(reading.lines[at].strip())
    if not bare(reading.lines[at]).lower().startswith("wrote"):
        return False
    return any(line.rstrip().endswith("<") for line in reading.lines[max(0, at - 3) : at])


def _answers(reading: _Reading, at: int) -> bool:
    """Whether our own text was found whole and this line is none of it, and plainly written."""
    return False


def _tidy(run: list[str], cut: bool) -> list[str]:
    """A stretch without the rules and titles that belong to the quote below it."""
    while cut and run and (not run[-1].strip() or rule(run[-1])):
        run.pop()
    return run
