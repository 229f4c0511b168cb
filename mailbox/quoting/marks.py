"""A reply laid out line by line: which lines carry quote marks, and what lies below a line.

Quote marks are `>`, the initials of old news readers (`AL> `), bars, and lines between `>>>>` and
`<<<<`. A long quoted line that was wrapped on its way loses the mark on its rest; such a rest is
known by what it lacks: it closes a bracket, or goes on in lower case where the line above ended.
"""

import re
from collections.abc import Sequence

from deskless.mailbox.quoting.header_block import PREFIX, bare_line, is_rule

_NAMED = re.compile(r"[ \t]{0,4}([A-Za-z]{1,20})>[ \t>]")
_BAR = re.compile(r"[ \t]{0,4}\|[ \t]?(?!.*\|[ \t]*$)")
_LINKED = re.compile(r"\s*[(<\[]\s*https?://\S{1,900}\s*[)>\]]\s*[>]*\s*")
_WIDE = 58  # a quoted line this long may have been wrapped without its mark
_LOOKS = 2000  # lines in one mail that may be looked at closely: a flood of them is no conversation


class MarkedText:
    """One text being read: its lines, what is left of each (None: ours), and which are quoted.

    `known` says that a text of ours was found whole, so that what stands in it is the writer's.
    """

    def __init__(self, lines: list[str], left: list[str | None], *, known: bool) -> None:
        self.lines, self.kept, self.known = lines, left, known
        self.quoted = _quoted(lines)
        self.looks = _LOOKS
        self._next = self._following()
        self._first = next(
            (
                at
                for at, line in enumerate(lines)
                if left[at] and not self.quoted[at] and bare_line(line) and not is_rule(line)
            ),
            len(lines),
        )

    def _following(self) -> list[int]:
        """Per line the next one, itself included, with anything in it."""
        following = [len(self.lines)] * (len(self.lines) + 1)
        for at in range(len(self.lines) - 1, -1, -1):
            following[at] = at if self.lines[at].strip() not in ("", "=20") else following[at + 1]
        return following

    def below(self, at: int) -> int:
        """The first line from `at` on that is not blank; the number of lines where none is."""
        return self._next[min(at, len(self.lines))]

    def marked_below(self, at: int) -> bool:
        """Whether the next line with anything in it carries a quote mark."""
        below = self.below(at)
        return below < len(self.lines) and self.quoted[below]

    def ours_below(self, at: int) -> bool:
        """Whether a text of ours, found whole, goes on at the next line with anything in it."""
        below = self.below(at)
        return self.known and below < len(self.lines) and self.kept[below] is None

    def empty_above(self, at: int) -> bool:
        """Whether nothing of the writer stands above the line."""
        return self._first >= at

    def look(self) -> bool:
        """Whether one more line may be looked at closely."""
        self.looks -= 1
        return self.looks >= 0


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
    above = bare_line(lines[at - 1])
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
