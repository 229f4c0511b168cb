"""Attribution lines in a text: "On Monday Ana <ana@x> wrote:", wrapped or not, in any language.

Such a line is known by how it ends (a verb of saying and a colon) and by what it holds (a date or
an address). A line without either counts only where quoted lines follow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskless.mailbox.quoting import words
from deskless.mailbox.quoting.header_block import PREFIX, bare_line

_CJK = re.compile(r"[\u3000-\u9fff\uac00-\ud7af]")
_SPACED = [verb for verb in words.VERBS.split("|") if not _CJK.search(verb)]
_JOINED = [verb for verb in words.VERBS.split("|") if _CJK.search(verb)]
_VERB = re.compile(
    r"(?<!\w)(?:"
    + "|".join(sorted(_SPACED, key=len, reverse=True)).replace(" ", r"\s+")
    + r")(?!\w)|(?:"
    + "|".join(sorted(_JOINED, key=len, reverse=True))
    + ")",
    re.I,
)
_ENDS = tuple(verb.replace("\\", "") for verb in _SPACED if verb not in ("said", "sent", "écrit"))
_OPENER = re.compile(
    r"(?:" + "|".join(sorted(words.OPENERS.split("|"), key=len, reverse=True)) + r")(?!\w)", re.I
)
_WITHIN = re.compile(
    r"(?:(?<=\S)-{2,}[ \t]*|(?<=\S)[ \t])"
    r"(?=(?:On|Am|Le|El|Il|Em|Op|Den|W dniu|Dnia)[ \t][^\n]{0,30}\d)"
)
_DATE = re.compile(r"\d{1,4}[./年년-][ \t]?\d{1,2}|\d{1,2}[:.h]\d\d|(?<!\d)(?:19|20)\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{2,80}")
_DATED = re.compile(
    r"[^\W\d_]{0,12}[.,]{0,2}[ \t]?(?:\(?[^\W\d_]{1,10}\)?[.,]{0,2}[ \t])?\d{1,4}[./年년 -]"
)
_SELF = re.compile(
    r"(?<!\w)(?:i|we|you|he|she|they|it|who|ich|wir|er|sie|du|je|j'ai|nous|vous|il|elle|yo|ella|io|eu|ik|wij"
    r"|jij|jag|jeg|vi|ja|my|он|она|я|мы|вы)(?:\s+(?:have|had|has|habe|hat|already|just|also))?\s+$",
    re.I,
)
_BRACKETED = re.compile(r"[<(\[]\s?(?:mailto:)?[^\s<>@]{1,80}@[^\s<>@]{2,80}")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時时]\s?\d\d|\d\s?[AaPp]\.?[Mm]|\d\s?Uhr")
_OURS = re.compile(
    r"(?<!\w)(?:your|my|our|the|their|his|her|ihr|ihre|unser|euer|mein|der|die|votre|notre|mon|su"
    r"|nuestro|vuestro|mi|il suo|vostro|nostro|seu|nosso|uw|onze|ваш|наш|мой)\s+[^\W\dA-ZÄÖÜ]",
)
_SENTENCE = re.compile(r"[^\W\d]{3,}[.!?][ \t]+[A-ZÄÖÜ][^\W\d]+[ \t][^\W\d]+[ \t][^\W\d]+[ \t]")
_NOTES = re.compile(
    r"[^\n]{2,60}?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[ \t]\d{1,2}[:.]\d\d[^\n]{0,20}---"
)
_RUNS_ON = re.compile(r"\s?[:：]\s+\S")
_LOOSE = frozenset({"said", "sent", "writes", "reply", "scrive", "pisze"})
_QUOTING = ("quoting", "zitat von", "zitiere", "citando", "citation de", "citat från", "citerar")
_DECOR = " \t*_\"'-–—‐=~|#‪‫‬‎‏"
_MOST = 420  # characters an attribution may have; longer is prose
_BACK = 5  # lines it may be wrapped over


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution on lines `start` up to `end` (exclusive).

    `before` are the reply's own words on its first line; `sure` ones need no quote marks below.
    """

    start: int
    end: int
    sure: bool
    before: str = ""


def attribution_at(lines: Sequence[str], at: int) -> Attribution | None:
    """The attribution whose last line is `at`; unsure ones count only above quoted lines."""
    body = bare_line(lines[at]).rstrip(_DECOR)
    if not body or len(body) > _MOST:
        return _other(lines[at], at) if body else None
    colon = body.endswith((":", "："))
    if not colon and not body.lower().endswith(_ENDS):
        return _other(lines[at], at)
    near = " ".join(lines[max(0, at - 2) : at + 1])[-2 * _MOST :]
    if "@" not in near and not _VERB.search(near):
        return None
    start = _begin(lines, at)
    text = " ".join(bare_line(line) for line in lines[start : at + 1]).strip(_DECOR)
    if len(text) > _MOST:
        return None
    verb = _last(text)
    addressed, dated = bool(_ADDRESS.search(text)), bool(_DATE.search(text))
    if verb is None:
        begins = _DATED.match(text) or _OPENER.match(text)
        sure = bool(_BRACKETED.search(text) and dated and begins)
        sure = sure or (addressed and text.lower().startswith(_QUOTING))
        return Attribution(start, at + 1, sure) if colon and addressed else None
    if _SELF.search(text[: verb.start()]) and not addressed:
        return None
    if not colon and not (addressed or _wrapped(lines[at])):
        return Attribution(start, at + 1, False) if dated else None
    sure = _wrapped(lines[at]) or (_sure(text, verb) and _plain(text))
    return _shared(lines, start, at, sure)


def _last(text: str) -> re.Match[str] | None:
    """The last verb of saying in the text."""
    match = None
    for match in _VERB.finditer(text):  # noqa: B007
        pass
    return match


def _sure(text: str, verb: re.Match[str]) -> bool:
    """Whether only a program writes like this, so that quote marks need not follow."""
    date, bracket = _DATE.search(text), _BRACKETED.search(text)
    begins = bool(_OPENER.match(text) or _DATED.match(text))
    if bracket and date:
        return True
    if verb[0].lower() in _LOOSE:
        return bool(date and begins and _CLOCK.search(text) and not _OURS.search(text))
    if bracket:
        return len(text[: bracket.start()].split()) <= 6 or begins
    if _ADDRESS.match(text) or " via " in text:
        return True
    if date and begins:
        return bool(_CLOCK.search(text) or "," in text) and not _OURS.search(text)
    name = text[: verb.start()].split()
    return bool(date and _CLOCK.search(text)) and 0 < len(name) <= 4 and all(map(_proper, name))


def _proper(word: str) -> bool:
    return word[:1].isupper() or not word[:1].isalpha()


def _plain(text: str) -> bool:
    """Whether it reads as one line of a program: no sentence ends inside it."""
    return bool(_ADDRESS.search(text)) or not _SENTENCE.search(text)


def _wrapped(line: str) -> bool:
    """Whether dashes stand on both sides: "---- Ana wrote ----"."""
    body = line.strip(" \t>*")
    return body.startswith("--") and body.rstrip(":").endswith("--")


def _begin(lines: Sequence[str], at: int) -> int:
    """The first line of an attribution that ends on line `at`."""
    own = bare_line(lines[at]).lstrip(_DECOR)
    if _OPENER.match(own) and _DATE.search(own):
        return at
    loose = own.lower().startswith(("wrote", "> wrote")) or PREFIX.match(lines[at]) is not None
    blanks = 0
    for back in range(at - 1, max(-1, at - 1 - _BACK), -1):
        body = bare_line(lines[back]).lstrip(_DECOR)
        if not body:
            blanks += 1
            if blanks > 1 or not loose:
                break
            continue
        if (_OPENER.match(body) or _DATED.match(body)) and re.search(r"\d", body):
            return back
        if body.rstrip().endswith(("!", "?")) or _ended(body):
            break
    return _named(lines, at, own)


def _ended(body: str) -> bool:
    """Whether a line ends a sentence, not just an abbreviated month."""
    return body.endswith(".") and not _BRACKETED.search(body) and len(body.split()) > 3


def _named(lines: Sequence[str], at: int, own: str) -> int:
    """The first line of an attribution that begins with a name: what is missing stands above."""
    start = at
    while start and at - start < _BACK - 1:
        above = bare_line(lines[start - 1])
        if not above:
            break
        told = _ADDRESS.search(above) or _DATE.search(above)
        has_verb = _VERB.search(own) is not None
        if (
            _complete(own)
            and not own.startswith("<")
            and (_ADDRESS.search(own) or not _BRACKETED.search(above))
        ):
            break
        if has_verb and not told and not (own.startswith(("<", "(")) and not _ended(above)):
            break
        if own.startswith("<") and not (_within(above) or told or len(above.split()) <= 4):
            break
        start -= 1
        own = f"{above} {own}"
    return start if start == at or _VERB.search(own) else at


def _complete(own: str) -> bool:
    """Whether one line says who and that he wrote: nothing above is needed."""
    verb = _VERB.search(own)
    return bool(verb and verb.start() > 2 and (_ADDRESS.search(own) or _DATE.search(own)))


def _within(line: str) -> bool:
    return bool(_WITHIN.search(line))


def _shared(lines: Sequence[str], start: int, at: int, sure: bool) -> Attribution:
    """Keep the reply's own words where they share the attribution's first line."""
    first = lines[start]
    own = bare_line(first).lstrip(_DECOR)
    if not (_OPENER.match(own) or _DATED.match(own)):
        inner = _WITHIN.search(first)
        if inner and first[: inner.start()].strip():
            return Attribution(start, at + 1, sure, first[: inner.start()].rstrip())
    return Attribution(start, at + 1, sure)


def _other(line: str, at: int) -> Attribution | None:
    """Lines without verb and colon, as old Gmail ("2026/4/7 Ana <ana@x>") and Notes had them."""
    body = bare_line(line)
    if "---" in body and _NOTES.match(body):
        return Attribution(at, at + 1, True)
    if "@" in body and _OPENER.match(body) and _DATE.search(body[:200]):
        # Yahoo's app puts the quoted words on the same line.
        verb = _VERB.search(body, 0, _MOST)
        if verb and _RUNS_ON.match(body, verb.end()) and "@" in body[: verb.start()]:
            return Attribution(at, at + 1, True)
    if body.endswith(">") and body[:1].isdigit() and _DATE.match(body) and _ADDRESS.search(body):
        return Attribution(at, at + 1, False)
    return None
