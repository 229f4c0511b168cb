"""Finding in a reply the text that we sent ourselves, however the client changed it.

Clients rewrap, indent, prefix and decorate what they quote, but keep the words in their order. So
both texts are read as words, and a line of the reply is ours where its words stand in our text one
after the other. Short lines ("ACCEPT") are ours only next to a line that is: they are what people
answer with. And what stands outside the block that is quoted, by its marks or its indentation, is
the writer's, though our own text suggests these very words.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import islice

from deskless.mailbox.quoting.header_block import bare_line

_LINK = re.compile(
    r"<(?:https?://|mailto:)[^\s<>]{1,2000}>|\[(?:https?://|mailto:|cid:)[^\s\[\]]{1,2000}\]"
)
_WORD = re.compile(r"\w+")
_RUN = 3  # words that make an index key
_LONG = 5  # words that are ours wherever they stand
_ANSWER = 12  # words that an answer in our own words may have
_SURE = 8  # words in a row that are ours inside a line, too
_STEP = 12  # words of a line that are compared at once
_TRIES = 8  # places of the same three words that are looked at
_WHOLE = 0.9  # share of our text that must be found before the rest can be told from it


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", _LINK.sub(" ", text)).casefold())


class SentText:
    """The words of one text of ours, ready to be looked up."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self.lines = {tuple(line) for line in map(_words, text.splitlines()) if len(line) >= 2}
        self.rules = {line.strip() for line in text.splitlines()} - {""}
        self.places: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self.words) - _RUN + 1):
            starts = self.places.setdefault(tuple(self.words[at : at + _RUN]), [])
            if len(starts) < _TRIES:
                starts.append(at)

    def run(self, line: Sequence[str], at: int) -> int:
        """How many words of the line stand in our text from place `at` on."""
        most = min(len(line), len(self.words) - at)
        count = 0
        while count < most and line[count] == self.words[at + count]:
            count += 1
        return count

    def find(self, line: Sequence[str], near: int) -> tuple[int, int]:
        """The longest run from the line's first word: (place, words); `near` is tried first."""
        best = (near, self.run(line, near) if 0 <= near < len(self.words) else 0)
        if best[1] == len(line) or len(line) < _RUN:
            return best
        for place in self.places.get(tuple(line[:_RUN]), ()):
            count = self.run(line, place)
            if count > best[1]:
                best = (place, count)
        return best

    def within(self, line: Sequence[str]) -> tuple[int, int, int]:
        """The first long run of ours inside a line: (its first word, its place in ours, words)."""
        for start in range(1, len(line) - _SURE + 1):
            place, count = self.find(line[start : start + _STEP], -1)
            if count >= _SURE:
                return start, place, self.run(line[start:], place)
        return 0, 0, 0


def mark_letter(
    lines: Sequence[str], readings: Sequence[str]
) -> tuple[list[str | None], bool] | None:
    """`mark_ours` by the one reading of a letter that the reply quotes; None for one without words.

    Some programs quote the text of a letter, others what they make of its HTML part: whichever is
    found most of is what was quoted.
    """
    marked = [mark_ours(lines, sent) for sent in map(SentText, readings) if sent.words]
    best = max(marked, key=lambda result: result[1], default=None)
    return None if best is None else (best[0], best[1] >= _WHOLE)


def mark_ours(lines: Sequence[str], sent: SentText) -> tuple[list[str | None], float]:
    """Per line None where it is ours, else what of it is not; and what share of ours was found.

    Where nearly all was found, a line below it that was not found is the writer's. Linear in both
    texts.
    """
    left: list[str | None] = list(lines)
    covered = [False] * len(sent.words)
    tokens = [_words(bare_line(line)) for line in lines]
    near, matched = -1, -1
    for at, line in enumerate(tokens):
        if not line:
            continue
        place, count = sent.find(line, near)
        beside = place == near and matched >= 0
        if count == len(line) and (
            beside or count >= _LONG or (count >= 2 and tuple(line) in sent.lines)
        ):
            again = not beside and all(covered[place : place + count])
            left_block = _outside(lines, matched, at) and not (beside and at == matched + 1)
            if (matched < 0 or again or left_block) and _alone(
                lines, tokens, (at, place + count), sent
            ):
                continue
            left[at] = None
            _fill(left, tokens, (at, place), sent)
        elif count >= _LONG or (beside and count >= _RUN):
            left[at] = _after(lines[at], count)
        else:
            start, place, count = sent.within(line)
            if not count:
                continue
            left[at] = f"{_before(lines[at], start)} {_after(lines[at], start + count)}".strip()
        covered[place : place + count] = [True] * count
        near, matched = place + count, at
    _rule(left, tokens, sent)
    return left, sum(covered) / max(1, len(covered))


def _outside(lines: Sequence[str], matched: int, at: int) -> bool:
    """Whether a line stands outside the block of the last line that is ours, if there is one."""
    if matched < 0:
        return False
    block, line = _lead(lines[matched]), _lead(lines[at])
    marks = line.count(">"), block.count(">")
    return marks[0] < marks[1] or (marks == (0, 0) and not line and len(block) > 1)


def _lead(line: str) -> str:
    """The quote marks and blanks that a line begins with."""
    line = line.expandtabs()
    return line[: len(line) - len(line.lstrip("> "))]


def _alone(
    lines: Sequence[str], tokens: Sequence[Sequence[str]], hit: tuple[int, int], sent: SentText
) -> bool:
    """Whether a line found first, or found once more, is the writer's own after all.

    People answer in the very words that we suggest ("ACCEPT update by 16:00"). What we wrote goes
    on with our next words in the next line; an answer does not.
    """
    at, following = hit
    if lines[at].lstrip().startswith(">"):
        return False
    below = next((line for line in tokens[at + 1 :] if line), [])
    if len(tokens[at]) >= _ANSWER:
        return False
    return not below or sent.run(below, following) < min(len(below), _RUN)


def _fill(
    left: list[str | None], tokens: Sequence[Sequence[str]], hit: tuple[int, int], sent: SentText
) -> None:
    """Take the short lines straight above a found one that end where it begins in our text."""
    at, place = hit
    for back in range(at - 1, max(-1, at - 6), -1):
        line = tokens[back]
        if not line:
            continue
        if left[back] is None or len(line) >= _LONG or place < len(line):
            return
        if list(sent.words[place - len(line) : place]) != list(line):
            return
        left[back] = None
        place -= len(line)


def _rule(left: list[str | None], tokens: Sequence[Sequence[str]], sent: SentText) -> None:
    """Take our lines without a word (`---`) that stand straight beside a line of ours."""
    worded = [at for at, line in enumerate(tokens) if line]
    for above, below in zip([None, *worded], [*worded, None], strict=True):
        beside = [at for at in (above, below) if at is not None]
        if not any(left[at] is None for at in beside):
            continue
        first = 0 if above is None else above + 1
        for at in range(first, len(left) if below is None else below):
            if bare_line(left[at] or "").strip() in sent.rules:
                left[at] = None


def _before(line: str, count: int) -> str:
    """The line's first `count` words."""
    body = _LINK.sub(" ", bare_line(line))
    word = next(islice(_WORD.finditer(body), count, None), None)
    return body[: word.start()].rstrip() if word else body


def _after(line: str, count: int) -> str:
    """The line behind its first `count` words."""
    body = _LINK.sub(" ", bare_line(line))
    end = 0
    for seen, word in enumerate(_WORD.finditer(body)):
        if seen == count:
            break
        end = word.end()
    return body[end:].lstrip(" \t.,:;!?)]*_>-–—|")
