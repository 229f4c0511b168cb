"""Folding: how a line looks to the grammar, with every character's way back to the original.

Capitals, accents, curly quotes, dashes, markdown stars, emoji and invisible characters differ from
phone to phone and carry no meaning for a command. Notes and names must stay as they were written,
so a folded line knows where each of its characters came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LIMIT = 2000
"""Characters of one line that the grammar looks at; more is prose in any case."""

SIGNS = {
    "‘": "'",
    "’": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": "->",
    "¿": " ",
    "¡": " ",
    "*": "",
    "_": "",
    "👍": " thumbup ",
    "👌": " thumbup ",
    "✅": " thumbup ",
    "🆗": " thumbup ",
    "✔": " thumbup ",
    "👎": " thumbdown ",
    "❌": " thumbdown ",
    "🚫": " thumbdown ",
}
"""Signs with a reading of their own. Stars and underscores are markdown."""

DROPPED = {"Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"}
HEADING = re.compile(r"^#+\s+")
LEADING = " \t,;:.!=-–—"
EDGES = " \t,;.!:-\"'()[]"


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a part of one: `raw` as written, `text` folded, `at[i]` where `text[i]` came from
    in `raw`.
    """

    raw: str
    text: str
    at: tuple[int, ...]

    def part(self, start: int, end: int | None = None) -> "Line":
        """The part between two places of the folded text, edges trimmed of blanks and signs.

        The last part of a line that is longer than what was folded keeps the rest of it.
        """
        whole = end is None and len(self.raw) > LIMIT
        end = len(self.text) if end is None else end
        while start < end and self.text[start] in EDGES:
            start += 1
        while end > start and self.text[end - 1] in EDGES:
            end -= 1
        if start == end:
            return Line("", "", ())
        first, last = self.at[start], len(self.raw) if whole else self.at[end - 1] + 1
        return Line(
            self.raw[first:last],
            self.text[start:end],
            tuple(place - first for place in self.at[start:end]),
        )

    def rest(self, start: int = 0) -> str:
        """All that was written from a place of the folded text on, verbatim but for the signs
        that lead up to it.
        """
        begin = self.at[start - 1] + 1 if start else 0
        return self.raw[begin:].lstrip(LEADING).rstrip()


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """How one character folds: nothing, a blank, or lower-case letters without accents."""
    if character in SIGNS:
        return SIGNS[character]
    if unicodedata.category(character) in DROPPED - {"Cc"}:
        return ""
    if character.isspace() or unicodedata.category(character) in {"Cc", "So", "Sk"}:
        return " "
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def fold_line(raw: str) -> Line:
    """Fold one line; blanks run together, nothing is left at the ends."""
    raw = HEADING.sub("", unicodedata.normalize("NFC", raw).strip())
    text: list[str] = []
    at: list[int] = []
    for place, character in enumerate(raw[:LIMIT]):
        for letter in fold_character(character):
            if letter == " " and (not text or text[-1] == " "):
                continue
            text.append(letter)
            at.append(place)
    if text and text[-1] == " ":
        text.pop()
        at.pop()
    return Line(raw, "".join(text), tuple(at))


def fold_text(text: str) -> str:
    """Just the folded text, for names and tables."""
    return fold_line(text).text


SPLIT = re.compile(r"[,;!]+|\.+(?=\s|$)|\s-+(?=\s)|\s/\s")


def line_clauses(line: Line) -> list[Line]:
    """The parts between commas, full stops, semicolons and dashes; a dot in `24.11` splits not."""
    cut: list[Line] = []
    start = 0
    for match in SPLIT.finditer(line.text):
        cut.append(line.part(start, match.start()))
        start = match.end()
    cut.append(line.part(start))
    return [piece for piece in cut if piece.text]
