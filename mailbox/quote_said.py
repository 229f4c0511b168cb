"""Attribution lines in a text: "On Monday Ana <ana@x> wrote:", wrapped or not, in any language.

Such a line is known by how it ends (a verb of saying and a colon) and by what it holds (a date or
an address). A line without either counts only where quoted lines follow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskless.mailbox import quote_words as words
from deskless.mailbox.quote_head import PREFIX, bare

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
_DATE = re.compile(r"\d{1,4}[./年-][ \t]?\d{1,2}|\d{1,2}[:.h]\d\d|(?<!\d)(?:19|20)\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]{2,80}")
_DATED = re.compile(
    r"[^\W\d_]{0,12}[.,]{0,2}[ \t]?(?:\(?[^\W\d_]{1,10}\)?[.,]{0,2}[ \t])?\d{1,4}[./年 -]"
)
_SELF = re.compile(
    r"(?<!\w)(?:i|we|you|he|she|they|it|who|ich|wir|er|sie|du|je|j'ai|nous|vous|il|elle|yo|ella|io|eu|ik|wij"
    r"|jij|jag|jeg|vi|ja|my|он|она|я|мы|вы)(?:\s+(?:have|had|has|habe|hat|already|just|also))?\s+$",
    re.I,
)
_DECOR = " \t*_\"'-–—=~|#"
_MOST = 420  # characters an attribution may have; longer is prose
_BACK = 5  # lines it may be wrapped over


@dataclass(frozen=True, slots=True)
class Said:
    """An attribution on lines `start` up to `end` (exclusive).

    `before` are the reply's own words on its first line; `sure` ones need no quote marks below.
    """

    start: int
    end: int
    sure: bool
    before: str = ""


def said(lines: Sequence[str], at: int) -> Said | None:
    """The attribution whose last line is `at`; unsure ones count only above quoted lines."""
    body = bare(lines[at]).rstrip(_DECOR)
    if not body or len(body) > _MOST:
        return None
    colon = body.endswith((":", "："))
    if not colon and not body.lower().endswith(_ENDS):
        return _bare_date(lines[at], at)
    start = _begin(lines, at)
    text = " ".join(bare(line) for line in lines[start : at + 1]).strip(_DECOR)
    verb = None
    for verb in _VERB.finditer(text):  # noqa: B007  the last verb is the one of saying
        pass
    if len(text) > _MOST:
        return None
    addressed, dated = bool(_ADDRESS.search(text)), bool(_DATE.search(text))
    if verb is None:
        return Said(start, at + 1, addressed and dated) if colon and addressed else None
    if _SELF.search(text[: verb.start()]) and not addressed:
        return None
    if not colon and not (addressed or _wrapped(lines[at])):
        return Said(start, at + 1, False) if dated else None
    sure = (addressed or _when(text) or _wrapped(lines[at]) or " via " in text) and _plain(text)
    return _shared(lines, start, at, sure)


def _when(text: str) -> bool:
    """Whether a date and what introduces it begin the text: "On 5 May 2026, Ana wrote:"."""
    return bool(_DATE.search(text)) and bool(_OPENER.match(text) or _DATED.match(text))


def _plain(text: str) -> bool:
    """Whether it reads as one line of a program: no sentence ends inside it."""
    return not re.search(
        r"[^\W\d]{3,}[.!?][ \t]+[A-ZÄÖÜ][^\W\d]+[ \t][^\W\d]+[ \t][^\W\d]+[ \t]", text
    ) or bool(_ADDRESS.search(text))


def _wrapped(line: str) -> bool:
    """Whether dashes stand on both sides: "---- Ana wrote ----"."""
    body = line.strip(" \t>*")
    return body.startswith("--") and body.rstrip(":").endswith("--")


def _begin(lines: Sequence[str], at: int) -> int:
    """The first line of an attribution that ends on line `at`."""
    own = bare(lines[at]).lstrip(_DECOR)
    if _OPENER.match(own) and _DATE.search(own):
        return at
    loose = own.lower().startswith(("wrote", "> wrote")) or PREFIX.match(lines[at]) is not None
    best, blanks = at, 0
    for back in range(at - 1, max(-1, at - 1 - _BACK), -1):
        body = bare(lines[back]).lstrip(_DECOR)
        if not body:
            blanks += 1
            if blanks > 1 or not loose:
                break
            continue
        if (_OPENER.match(body) or _DATED.match(body)) and re.search(r"\d", body):
            return back
        if body.rstrip().endswith((".", "!", "?")):
            break
    if own.startswith(("<", "(")) or (not _DATE.search(own) and not _DATED.match(own)):
        above = bare(lines[at - 1]) if at else ""
        if (above and not _complete(own) and (_ADDRESS.search(above) or _DATE.search(above))) or (
            above and own.startswith("<") and _within(above)
        ):
            best = at - 1
    return best


def _complete(own: str) -> bool:
    """Whether one line says who and that he wrote: nothing above is needed."""
    verb = _VERB.search(own)
    return bool(verb and verb.start() > 2 and (_ADDRESS.search(own) or _DATE.search(own)))


def _within(line: str) -> bool:
    return bool(_WITHIN.search(line))


def _shared(lines: Sequence[str], start: int, at: int, sure: bool) -> Said:
    """Keep the reply's own words where they share the attribution's first line."""
    first = lines[start]
    own = bare(first).lstrip(_DECOR)
    if not (_OPENER.match(own) or _DATED.match(own)):
        inner = _WITHIN.search(first)
        if inner and first[: inner.start()].strip():
            return Said(start, at + 1, sure, first[: inner.start()].rstrip())
    return Said(start, at + 1, sure)


def _bare_date(line: str, at: int) -> Said | None:
    """Old Gmail's line without verb or colon: "2026/4/7 Ana <ana@x>"."""
    body = bare(line)
    if body.endswith(">") and body[:1].isdigit() and _DATE.match(body) and _ADDRESS.search(body):
        return Said(at, at + 1, False)
    return None
