"""The answer to a doubt: it is one (YES, ESCALATE, with words behind it), or LEAVE.

A yes may only wake somebody, who can bounce it; leaving ends a matter, so it needs its own word at
the beginning and no word of the other reading behind it.
"""

import re

from deskless.agent.case.verbs import Command, Unclear, Verb
from deskless.agent.language.fold import fold_line

YES = re.compile(r"(?:yes|yep|ja|oui|si)\b[ ,.:;!-]*(.*)")
LEAVE = re.compile(
    r"(?:please |bitte |no,? |nein,? |non,? )?"
    r"(?:leave|ignore|lassen|lass|laisse[rz]?|deja(?:r|lo)?)\b"
    r"|(?:no|nein|non|nope|nee)\b"
)
RAISES = re.compile(r"e[sk]+[ck]al|outage|urgent|dringend")
TURNED = re.compile(
    r"\b(?:but|aber|mais|pero|sin embargo)\b"
    r"|\b(?:not|don'?t|no|nicht|kein|keine|pas|sin)\b[\w ]{0,14}"
    r"(?:e[sk]+[ck]al|need|necessary|urgent|noetig|notig|eilig)"
)
"""What takes a yes back in the same line."""


def read_doubt_answer(asked: Command | Unclear, words: str) -> Verb | None:
    """ESCALATE or CLOSE, where an answer to a doubt says so; None: it says neither clearly."""
    lines = [line for line in words.splitlines() if line.strip()]
    first = fold_line(lines[0]).text if lines else ""
    if isinstance(asked, Command) and not asked.doubts:
        if asked.verb in {Verb.ESCALATE, Verb.YES}:
            return Verb.ESCALATE
        if asked.verb in {Verb.BOUNCE, Verb.CLOSE}:
            return Verb.CLOSE
        return None
    if not first or "?" in first:
        return None
    agreed = YES.match(first)
    if agreed and not TURNED.search(agreed[1]):
        return Verb.ESCALATE
    if LEAVE.match(first) and not RAISES.search(first):
        return Verb.CLOSE
    return None
