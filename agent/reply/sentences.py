"""The sentences of a reply: what its writer says, without greeting, signature and small print."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deskless.agent.language.fold import fold_line, fold_text, line_clauses
from deskless.agent.language.lexicon import DISCLAIMER, speech
from deskless.agent.reply.parts import calls
from deskless.policies.people.matrix import Person

MOST = 12
"""Sentences that are looked at: somebody who answers says it in fewer."""

LONGEST = 600
"""Characters of a sentence that are looked at."""

WRAPPED = 58
"""Characters from which a line is taken to go on in the next one."""

FOOT = 5
"""Lines that a name and what stands below it may have."""

SHORT = 6
"""Words that a line of a signature may have."""

ABBREVIATED = re.compile(
    r"\b(?:z\. ?b|u\. ?a|d\. ?h|bzw|ca|nr|hr|fr|dr|mr|mrs|ms|mme|mlle|sr|sra|srta|no|art|tel|st"
    r"|approx|resp|evtl|ggf|vs|etc|p\. ?ej|aprox|a|p|a\. m|p\. m|[a-z])\.$"
)
"""What a dot stands behind without an end of the sentence."""

STOP = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+|\s+[–—]\s+|\s-\s|\s*;\s+|\n+")
WELCOME = re.compile(
    r"(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|hallo|hi|moin|servus"
    r"|guten (?:morgen|tag|abend)|liebe[rs]?|sehr geehrte[rs]?|gru(?:e)?(?:ss|s) gott|mahlzeit"
    r"|bonjour|bonsoir|salut|coucou|cher|chere|hola|buenos dias|buenas(?: tardes| noches)?|buenas"
    r"|estimad[oa]s?|querid[oa]s?)\b[^.!?:,]{0,40}|team|all)[,:!.]*"
)
GOODBYE = re.compile(
    r"(?:mit )?(?:besten?|freundlichen?|lieben?|viele[n]?|scho(?:e)?ne[n]?|herzliche[n]?)"
    r" (?:dank und )?gru(?:e)?(?:ss|s)(?:e|en)?|gru(?:e)?(?:ss|s)e?|lg|vg|mfg"
    r"|(?:(?:best|kind|warm|many)(?: regards| wishes)?|regards|cheers|thanks|thank you|br|rgds)"
    r"|(?:bien )?cordialement|(?:bien )?a (?:vous|toi|bientot)|salutations|bonne (?:journee|soiree)"
    r"|cdt|cdlt|amicalement|(?:un )?saludos?|un abrazo|atentamente|cordialmente|gracias|merci"
    r"|danke|vielen dank|desolee?|saludos cordiales"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `raw` as written, `text` folded; `asks` when it ends with a question mark."""

    raw: str
    text: str
    asks: bool


def reply_sentences(fresh: str, people: Sequence[Person]) -> list[Sentence]:
    """What is said in a reply, sentence by sentence."""
    lines = [line.strip() for line in fresh.splitlines()]
    lines = [line for line in lines if not line.startswith(">")]
    body = without_signature(without_greeting(lines), people)
    sentences: list[Sentence] = []
    for raw in split_sentences("\n".join(unwrapped(body))):
        text = fold_text(raw)
        bare = text.strip(" .,;:!-")
        if bare and not DISCLAIMER.search(bare) and not WELCOME.fullmatch(bare):
            sentences.append(Sentence(raw, text, raw.rstrip("\"'»”) ").endswith("?")))
    return sentences[:MOST]


def without_greeting(lines: list[str]) -> list[str]:
    """Lines from the first that is no greeting."""
    start = 0
    while start < len(lines) and (
        not lines[start] or WELCOME.fullmatch(fold_text(lines[start]).strip())
    ):
        start += 1
    return lines[start:]


def without_signature(lines: list[str], people: Sequence[Person]) -> list[str]:
    """Lines before the one that ends the mail: a goodbye, a bar, a name with little below it."""
    names = {name for person in people for name in calls(person)}
    for place, raw in enumerate(lines):
        text = fold_text(raw).strip(" .,!-")
        if raw.startswith(("--", "__")) or DISCLAIMER.match(text):
            return lines[:place]
        below = [line for line in lines[place:] if line]
        small = len(below) <= FOOT and all(len(line.split()) <= SHORT for line in below)
        if place and small and text and (is_goodbye(text) or signed(text, names)):
            return lines[:place]
    return lines


def is_goodbye(text: str) -> bool:
    """Whether a folded line opens the end of a mail."""
    opening = line_clauses(fold_line(text))
    first = opening[0].text if opening else ""
    return bool(GOODBYE.fullmatch(first) or speech().closing.fullmatch(first))


def signed(text: str, names: set[str]) -> bool:
    """Whether a folded line is a name of the team, also with an initial: "O. Haddad", "D."."""
    bare = re.sub(r"^[a-z]\. ?", "", text)
    return text in names or bare in names or (len(text) <= 2 and text.isalpha())


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines as they were before a program broke them."""
    joined: list[str] = []
    before = ""
    for line in lines:
        if joined and line and len(before) >= WRAPPED and not before.endswith((".", "!", "?", ":")):
            joined[-1] = f"{joined[-1]} {line}"
        elif line:
            joined.append(line)
        before = line
    return joined


def split_sentences(text: str) -> list[str]:
    """A text cut where sentences end, not behind "z.B." or "4 p.m."."""
    cut: list[str] = []
    start = 0
    for match in STOP.finditer(text):
        piece = text[start : match.start()].strip()
        if piece and "\n" not in match[0] and abbreviated(piece):
            continue
        if piece:
            cut.append(piece[:LONGEST])
        start = match.end()
    rest = text[start:].strip()
    return [*cut, rest[:LONGEST]] if rest else cut


def abbreviated(piece: str) -> bool:
    """Whether a text ends in an abbreviation rather than in a sentence."""
    return bool(ABBREVIATED.search(fold_text(piece)))
