"""What a mail quotes and we have never seen: the customer's words, as far as anybody knows.

A shop manager's round mail pasted behind `>`, an answer typed in red between our own questions, an
older conversation from before we were here: whoever quotes it says it to us. Only what we know
already (the posts of the conversation, the letters we sent) is nobody's new word. The lines are
found as `fresh` finds them; a quote is left out line by line where its words are known. A quote
whose head names one of us is ours though we never saw the mail: a notice, a colleague's answer.
What its reader typed into it is theirs, where the words above say that there is something in it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deskless.mailbox.message import Address
from deskless.mailbox.quoting.attribution import attribution_at
from deskless.mailbox.quoting.forward_fields import named_speaker, sender_of_fields
from deskless.mailbox.quoting.fresh import plain_text, quote_at
from deskless.mailbox.quoting.header_block import (
    PREFIX,
    bare_line,
    header_block,
    header_label,
    is_rule,
)
from deskless.mailbox.quoting.html import mark_quotes
from deskless.mailbox.quoting.marks import MarkedText
from deskless.mailbox.quoting.our_text import mark_letter
from deskless.mailbox.quoting.signature import trim_signature, without_armour

LEAST = 3  # words of unknown quote that are worth keeping
_MOST = 200_000  # characters that are compared
_KNOWN = 60  # known texts that are looked through


_INSIDE = re.compile(
    r"(?i)\b(?:below|in-?line|inserted|interspersed|between (?:the|your) lines"
    r"|in (?:the|your) (?:text|mail)"
    r"|in (?:red|blue|green|bold|colou?r)|unten|weiter unten|unterhalb|dazwischen|zwischen|im text"
    r"|in (?:rot|blau|grün|fett|farbe)|(?:rot|blau|grün|farbig) (?:markiert|geschrieben)|ci-dessous"
    r"|ci-après|plus bas|dans le texte|entre les lignes|en (?:rouge|bleu|vert|gras|couleur)|abajo"
    r"|a continuación|en el texto|entre líneas|en (?:rojo|azul|verde|negrita|color)"
    r"|intercalad\w+)\b"
)
"""How people say that their answers stand inside what they quote."""


def words_with_quotes(
    text: str, html: str = "", known: Sequence[str] = (),
    ours: Callable[[Address], bool] = lambda _: False,
) -> str | None:  # fmt: skip
    """The writer's words and those they quote that stand in no known text, in their order.

    None where nothing unknown is quoted. Quote marks and the heads of quoted mails are left out.
    `ours` tells of whom a head names (perhaps by name alone) whether it is one of us.
    """
    pairs = _lines(text, html, known, ours)
    strange = [line for line, quoted in pairs if quoted and line]
    if sum(len(line.split()) for line in strange) < LEAST:
        return None
    runs: list[list[str]] = []
    last: bool | None = None
    for line, quoted in pairs:
        if quoted is not last:
            runs.append([])
        runs[-1].append(line)
        last = quoted
    trimmed = ["\n".join(trim_signature(run)).strip() for run in runs]
    return "\n\n".join(run for run in trimmed if run)


@dataclass(slots=True)
class _Speakers:
    """Whose words stand on a quoted line: of each head above it how deep it reaches, and whose."""

    ours: Callable[[Address], bool]
    heads: list[tuple[int, bool]]

    def begin(self, reading: MarkedText, start: int, end: int) -> None:
        """A head stands on these lines: what is marked deeper, or else as deep, is its writer's."""
        depth, below = _depth(reading.lines[start]), reading.below(end)
        deeper = below < len(reading.lines) and _depth(reading.lines[below]) > depth
        self._leave(depth)
        who = _speaker(reading.lines, start, end)
        self.heads.append((depth if deeper else depth - 1, who is not None and self.ours(who)))

    def is_ours(self, line: str) -> bool:
        """Whether the nearest head that reaches this line names one of us."""
        self._leave(_depth(line))
        return bool(self.heads) and self.heads[-1][1]

    def _leave(self, depth: int) -> None:
        while self.heads and self.heads[-1][0] >= max(depth, 0):
            self.heads.pop()


def _depth(line: str) -> int:
    """How many quote marks stand before a line."""
    marks = PREFIX.match(line)
    return marks[0].count(">") if marks else 0


def _speaker(lines: Sequence[str], start: int, end: int) -> Address | None:
    """Who wrote the mail that the head on these lines stands above; None: nobody is named."""
    label = next((at for at in range(start, end) if header_label(bare_line(lines[at]))), None)
    block = header_block(lines, label) if label is not None else None
    if block is not None and block.convincing:
        return sender_of_fields(block.fields)
    return named_speaker(" ".join(map(bare_line, lines[start:end])))


def _lines(
    text: str, html: str, known: Sequence[str], ours: Callable[[Address], bool]
) -> list[tuple[str, bool]]:
    """The lines that somebody says, each with whether it is quoted; heads and known words gone."""
    marked = mark_quotes(html) if html else None
    lines = without_armour(plain_text((marked or text)[:_MOST])).split("\n")
    left, whole = _unknown(lines, known)
    reading = MarkedText(lines, left, known=whole)
    speakers = _Speakers(ours, [])
    pairs: list[tuple[str, bool]] = []
    mine: set[int] = set()
    at, behind = 0, False
    while at < len(lines):
        quote = quote_at(reading, at, tells=False)
        if quote.end > at and not (reading.quoted[at] and quote.end == at + 1):
            if quote.keeps:
                pairs += [(lines[row], False) for row in range(at, quote.end)]
            else:
                del pairs[len(pairs) - min(quote.above, len(pairs)) :]
                pairs += [(quote.before, False)] if quote.before else []
                behind = behind or quote.cut
            speakers.begin(reading, at - quote.above, quote.end)
            at = quote.end
            continue
        quoted = behind or reading.quoted[at]
        if quoted and (end := _head(reading, at)):
            speakers.begin(reading, at, end)
            at = end
            continue
        line = left[at] if whole and not quoted else lines[at]
        if line is not None and not (is_rule(line) and quoted):
            if quoted and speakers.is_ours(lines[at]):
                mine.add(len(pairs))
            pairs.append((bare_line(line) if quoted else line, quoted))
        at += 1
    own = " ".join(line for line, quoted in pairs if not quoted).strip()
    if own and not whole and not _INSIDE.search(own):
        pairs = [pair for row, pair in enumerate(pairs) if row not in mine]
    return _without_known(pairs, known)


def _without_known(pairs: list[tuple[str, bool]], known: Sequence[str]) -> list[tuple[str, bool]]:
    """The lines without the quoted ones that are known; what is not quoted stays as it is.

    They are compared under quote marks, because a line without one may be an answer in our words.
    """
    left, _ = _unknown([f"> {line}" if quoted else "" for line, quoted in pairs], known)
    items: list[tuple[str, bool]] = []
    for (line, quoted), rest in zip(pairs, left, strict=True):
        if not quoted:
            items.append((line, quoted))
        elif rest is not None:
            items.append((bare_line(rest), quoted))
    return items


def _head(reading: MarkedText, at: int) -> int:
    """The end of the head of a mail inside a quote that begins at a line; 0 where none does."""
    body = bare_line(reading.lines[at])
    if not body or not reading.look():
        return 0
    if header_label(body):
        block = header_block(reading.lines, at)
        return block.end if block and block.convincing else 0
    attribution = attribution_at(reading.lines, at)
    return attribution.end if attribution and attribution.sure else 0


def _unknown(lines: list[str], known: Sequence[str]) -> tuple[list[str | None], bool]:
    """Per line what of it stands in no known text; and whether some known text stands there."""
    left: list[str | None] = list(lines)
    whole = False
    for text in known[:_KNOWN]:
        marked = mark_letter(lines, [plain_text(text)])
        if marked is None:
            continue
        rest, there = marked
        whole = whole or there
        left = [
            None if old is None or new is None else min(old, new, key=len)
            for old, new in zip(left, rest, strict=True)
        ]
    return left, whole
