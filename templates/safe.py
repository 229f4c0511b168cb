"""Other people's words made harmless: nothing hidden, nothing alive, nothing endless.

A mail of ours may quote anybody. Whatever comes from outside loses its control, bidi, zero-width
and tag characters (they hide text or turn it round), its links and bare domains (mail clients
make them live by themselves, so they are written `example[.]com`), and what exceeds its bound.
`clean_value` does so to every string of a value by default; a field has to be marked `PLAIN` to
keep its links, so that a forgotten filter in a template cannot let one through.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")
SELECTORS = frozenset(map(chr, range(0xE0100, 0xE01F0)))
GONE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
MARKS = 3

# Last labels that are no top-level domains but very common ends of file names.
NAMES = """
    txt pdf csv eml xls xlsx doc docx ppt pptx png jpg jpeg gif svg html htm xml json log toml yaml
    yml js ts ics exe dmg bak odt ods mp3 mp4 wav heic webp msg
"""
FILES = frozenset(NAMES.split())
SCHEME = re.compile(
    r"(?i)\b(mailto|tel|sms|callto|javascript|vbscript|data|file|cid|geo|sip|sips|xmpp|skype|"
    r"facetime|whatsapp|magnet|[a-z][a-z0-9+.-]{1,20}(?=:[/\\]{2})):(?=\S)"
)
DOTS = "[.\uff0e\u3002\uff61]"
DOMAIN = re.compile(rf"(?<![\w-])[\w-]++(?:{DOTS}[\w-]++)+")
NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a value is printed: characters per string, entries per list."""

    text: int = 1200
    entries: int = 60


class _Fate(dict[int, int | None]):
    """What becomes of a character, by code point: itself, a blank, a line end, or nothing."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        fate: int | None = code
        if char in "\n\u2028\u2029\u0085":
            fate = ord("\n")
        elif char == "\t":
            fate = ord(" ")
        elif char in BLANKS or char in SELECTORS or unicodedata.category(char) in GONE:
            fate = None
        self[code] = fate
        return fate


FATE = _Fate()


def clean_text(text: str) -> str:
    """The text without characters that hide or turn round what stands there; line ends stay.

    At most three combining marks stay on one letter, so that nothing grows over other lines.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(FATE)
    if not any(map(unicodedata.combining, text)):
        return text
    characters: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MARKS:
            characters.append(char)
    return "".join(characters)


def defang(text: str) -> str:
    """The text with every link and bare domain broken up: `https[:]//example[.]com`."""
    if ":" in text:
        text = SCHEME.sub(lambda hit: hit[1] + "[:]", text)
    text = text.replace("\\\\", "\\ \\")
    return DOMAIN.sub(_broken, text)


def _broken(hit: re.Match[str]) -> str:
    """A dotted word with its dots in brackets, where a mail client might make it a link."""
    word = hit[0]
    labels = re.split(DOTS, word)
    last = labels[-1].lower()
    named = len(last) > 1 and not last.replace("_", "").replace("-", "").isdigit()
    # A one-word file name stays readable; `a.b.pdf` or an address with a path does not matter.
    if named and last in FILES and len(labels) == 2:
        return word
    if named or NUMBERS.fullmatch(word):
        return re.sub(DOTS, "[.]", word)
    return word


def one_line(text: str) -> str:
    """All white space, line ends too, as single spaces; none at the ends."""
    return " ".join(text.split())


def bound_text(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words, space, _ = head.rpartition(" ")
    return (words if space and len(words) > limit * 2 // 3 else head).rstrip(" ,;:-") + "…"


def clean_value(value: Any, bounds: Bounds = Bounds()) -> Any:
    """A copy of a value in which every string is clean, defanged, bounded and on one line.

    Lists are bounded, too. Fields whose metadata says `plain` are cleaned of hidden characters
    only, and keep their lines.
    """
    if isinstance(value, str):
        # Cut before cleaning, too: what is thrown away need not be looked at.
        return defang(bound_text(one_line(clean_text(value[: bounds.text * 4])), bounds.text))
    if isinstance(value, tuple):
        return tuple(clean_value(element, bounds) for element in value[: bounds.entries])
    if is_dataclass(value) and not isinstance(value, type):
        parts = {
            field.name: _field(value, field.name, field.metadata, bounds) for field in fields(value)
        }
        return type(value)(**parts)
    return value


def value_size(value: Any) -> int:
    """How many characters a value holds, all its parts together."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, tuple):
        return sum(map(value_size, value))
    if is_dataclass(value):
        return sum(value_size(getattr(value, field.name)) for field in fields(value))
    return 0


def _field(value: Any, name: str, metadata: Mapping[str, Any], bounds: Bounds) -> Any:
    """One field of a value, cleaned as its metadata says."""
    content = getattr(value, name)
    if not metadata.get("plain"):
        return clean_value(content, bounds)
    if isinstance(content, str):
        return clean_text(content)
    if isinstance(content, tuple):
        return tuple(
            clean_text(element) if isinstance(element, str) else element for element in content
        )
    return content
