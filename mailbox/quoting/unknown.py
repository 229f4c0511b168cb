"""What a mail quotes and we have never seen: the customer's words, as far as anybody knows.

A shop manager's round mail pasted behind `>`, an answer typed in red between our own questions, an
older conversation from before we were here: whoever quotes it says it to us. Only what we know
already (the posts of the conversation, the letters we sent) is nobody's new word. The lines are
found as `fresh` finds them; a quote is left out line by line where its words are known.
"""

from collections.abc import Sequence

from deskless.mailbox.quoting.attribution import attribution_at
from deskless.mailbox.quoting.fresh import plain_text, quote_at
from deskless.mailbox.quoting.header_block import bare_line, header_block, header_label, is_rule
from deskless.mailbox.quoting.html import mark_quotes
from deskless.mailbox.quoting.marks import MarkedText
from deskless.mailbox.quoting.our_text import mark_letter
from deskless.mailbox.quoting.signature import trim_signature, without_armour

LEAST = 3  # words of unknown quote that are worth keeping
_MOST = 200_000  # characters that are compared
_KNOWN = 60  # known texts that are looked through


def words_with_quotes(text: str, html: str = "", known: Sequence[str] = ()) -> str | None:
    """The writer's words and those they quote that stand in no known text, in their order.

    None where nothing unknown is quoted. Quote marks and the heads of quoted mails are left out.
    """
    pairs = _lines(text, html, known)
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


def _lines(text: str, html: str, known: Sequence[str]) -> list[tuple[str, bool]]:
    """The lines that somebody says, each with whether it is quoted; heads and known words gone."""
    marked = mark_quotes(html) if html else None
    lines = without_armour(plain_text((marked or text)[:_MOST])).split("\n")
    left, whole = _unknown(lines, known)
    reading = MarkedText(lines, left, known=whole)
    pairs: list[tuple[str, bool]] = []
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
            at = quote.end
            continue
        quoted = behind or reading.quoted[at]
        if quoted and (end := _head(reading, at)):
            at = end
            continue
        line = left[at] if whole and not quoted else lines[at]
        if line is not None and not (is_rule(line) and quoted):
            pairs.append((bare_line(line) if quoted else line, quoted))
        at += 1
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
