"""The text part's lines: short enough to survive quoting, and none of them a command.

A reply parser can mistake a quoted line of ours for what the owner said (mailman#212 and many
others). So no line that we send may begin with a word that a reply may begin with, in any of the
four languages. Lines stay at 66 columns: quoted twice they are still under 72, where old mail
programs wrap again, and a word that has been kept off the start of a line stays off.
"""

import re
import unicodedata
from functools import lru_cache

from deskless.templates.words import ALONE, COMMANDS, EDGES, LONG, PHRASES, SOFT, THUMBS

WIDTH = 66
QUOTED = WIDTH - len("| ")
"""Columns of a mail to a customer: shown in a brief behind a bar, its lines stay as they are."""

LEAD = re.compile(r"^[ \t]*(?:(?:[|>] ?)+|[-*•·–] +|\d+[.)] +)*")
MOST = 3


def _plain(word: str) -> str:
    """A word as a lenient reader would see it: no case, no punctuation around it."""
    return (
        unicodedata.normalize("NFKC", word)
        .casefold()
        .strip("\"'’‘“”„«»()[]{}<>.,;:!?¡¿*_~`#|/\\-–—…=+")
    )


def guard_text(text: str) -> str:
    """The text, behind a `re:` where it could otherwise be taken for a command."""
    return f"re: {text}" if is_risky(text) else text


def is_near_word(word: str, other: str) -> bool:
    """Whether two words differ by at most one typing slip (insert, drop, change, swap)."""
    if word == other:
        return True
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), -1)
    if start < 0:
        return True
    a, b = word[start:], other[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped


def is_risky(words: str, *, also: frozenset[str] = frozenset()) -> bool:
    """Whether a line that begins with these words could be taken for a command.

    `also` are further first words to take for one.
    """
    if words.lstrip(EDGES + " ")[:1] in THUMBS:
        return True
    folded = [word for word in map(_plain, words.replace("’", "'").split()) if word]
    if not folded:
        return False
    first = folded[0]
    parts = {first, re.split(r"[^\w']", first, maxsplit=1)[0]} - {""}
    if " ".join(folded[:2]) in PHRASES or (len(folded) == 1 and first in ALONE):
        return True
    return any(part in COMMANDS or part in also or _slip(part) for part in parts)


@lru_cache(maxsize=8192)
def _slip(word: str) -> bool:
    """Whether a long command stands there with one slip of the finger."""
    return len(word) >= 4 and any(is_near_word(word, command) for command in LONG)


def wrap_paragraph(
    text: str, *, first: str = "", rest: str = "", guard: bool = True, width: int = WIDTH
) -> list[str]:
    """One paragraph as lines, none of which begins with a command word.

    A word that must not stand first takes the word before it along; where that cannot help, the
    line begins with `re:`. Words longer than a line (addresses of buttons) are never broken.
    Without `guard` a line may begin with any word.
    """
    lines: list[list[str]] = [[]]
    room = width - len(first)
    for word in text.split():
        line = lines[-1]
        if line and len(" ".join(line)) + 1 + len(word) > room:
            lines.append([*(_brought(line, word) if guard else ()), word])
            room = width - len(rest)
        else:
            line.append(word)
    return [
        (rest if at else first) + (guard_text(words) if guard else words)
        for at, words in enumerate(" ".join(line) for line in lines)
    ]


ITEM = re.compile(r"\s*(?:- |\d+\. )")
"""How a line begins that is an item of a list, and goes on with no line before it."""


def unwrap_text(text: str, width: int = QUOTED) -> str:
    """A mail's text with each paragraph on one line again, for a page that wraps by itself.

    A line that was broken for want of room goes on; one that ended on purpose stays.
    """
    lines: list[str] = []
    before = ""
    for line in text.split("\n"):
        words = line.strip()
        word = words.split(" ", 1)[0]
        if (
            lines
            and before
            and line
            and not ITEM.match(line)
            and len(before) + 1 + len(word) > width
        ):
            lines[-1] += f" {words}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def _brought(line: list[str], word: str) -> list[str]:
    """The words at the end of a line that must come along so that the next one begins well."""
    for count in range(min(MOST, len(line) - 1) + 1):
        brought = line[len(line) - count :]
        if not is_risky(" ".join([*brought, word]), also=SOFT) and (not count or len(line) > count):
            del line[len(line) - count :]
            return brought
    return []


def flow_text(text: str, *, guard: bool = True, width: int = WIDTH) -> str:
    """A text part with every paragraph wrapped, its gutter or indent kept, blank lines single.

    `guard` keeps command words off the beginnings of lines (see `wrap_paragraph`).
    """
    out: list[str] = []
    for line in text.split("\n"):
        lead = LEAD.match(line)
        first = lead[0] if lead else ""
        body = line[len(first) :].strip()
        if not body:
            gutter = first.strip()
            if gutter or (out and out[-1]):
                out.append(gutter)
            continue
        # The gutter goes on through the paragraph; a list's dash does not, its indent does.
        rest = first if re.fullmatch(r"\s*(?:[|>] ?)+", first) else " " * len(first)
        out.extend(
            text_line.rstrip()
            for text_line in wrap_paragraph(body, first=first, rest=rest, guard=guard, width=width)
        )
    return "\n".join(out).strip("\n") + "\n"
