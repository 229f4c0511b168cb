"""ACCEPT: the one answer by which ownership moves, so the strictest to read."""

import re

from deskless.agent.case.command_fold import Line, clauses
from deskless.agent.case.command_parts import Parts, Scene, marks
from deskless.agent.case.command_sense import Sense, guesses, sense
from deskless.agent.case.command_types import Command, Verb
from deskless.agent.case.lexicon_all import KEY, speech

STRONG = re.compile(
    r"(?:i )?accept(?:ed|ing)?(?: it| this)?|acepto|j'accepte|accepte|angenommen|akzeptiert"
    r"|(?:ich )?u(?:e)?bernehme(?: ich)?|je prends|mine|i'?ll take (?:it|this)(?: one)?"
    r"|(?:i'?m )?on it|je m'en (?:occupe|charge)|(?:yo )?me encargo(?: yo)?|mach ich"
)
"""Acceptances firm enough that words behind a comma are the next step, not a second thought."""

KINDS = ("update", "next", "owner", "because")
FREE = 20
"""Words that may follow a firm acceptance without being one of its parts."""


def accept(line: Line, scene: Scene) -> Command | None:
    """`ACCEPT [for NAME] [update by WHEN] [next: …]` and what people write instead."""
    if "?" in line.text:
        return None
    found = marks(line.text, KINDS)
    for end in [len(line.text), *(one.start for one in found)]:
        head = line.part(0, end)
        verbs, extra = heard(head, scene)
        if set(verbs) == {Verb.ACCEPT} and (not extra or firm(head, extra)):
            parts = Parts(inferred=verbs[Verb.ACCEPT] or bool(extra))
            parts.next_action = extra
            behind(line, end, parts, scene)
            return parts.command(Verb.ACCEPT, line)
    return None


def heard(head: Line, scene: Scene) -> tuple[Sense, str]:
    """What the clauses of a text ask together, and the words that no table knows."""
    verbs: Sense = {}
    extra: list[str] = []
    for one in clauses(head):
        bare = KEY.sub("", one.text).strip(" :") if not extra else one.text
        found = sense(bare) if bare else {}
        if found is None:
            extra.append(one.raw)
        else:
            verbs |= meant(found, scene)
    return verbs, ", ".join(extra)


def meant(found: Sense, scene: Scene) -> Sense:
    """A bare yes is what the mail it answers made of it."""
    yes = scene.asked.yes
    return {
        (yes if verb is Verb.YES and yes else verb): inferred for verb, inferred in found.items()
    }


def firm(head: Line, extra: str) -> bool:
    """Whether an acceptance stands although words follow it: no but, no not, nothing else asked."""
    words = speech()
    first = clauses(head)[0].text
    rest = head.text[len(first) :]
    asked = [verb for verb in guesses(rest) if verb is not Verb.ACCEPT]
    return bool(
        STRONG.fullmatch(KEY.sub("", first).strip())
        and not words.turn.search(rest)
        and not words.negation.search(rest)
        and not asked
        and len(extra.split()) <= FREE
    )


def behind(line: Line, start: int, parts: Parts, scene: Scene) -> None:
    """Read the parts behind an acceptance, each from its marker to the next one."""
    found = marks(line.text[start:], KINDS)
    for one, after in zip(found, [*(mark.start for mark in found), None][1:], strict=True):
        text = line.part(start + one.end, None if after is None else start + after)
        if one.kind == "next":
            parts.next_action = text.raw
            if undone(text.text):
                parts.doubts.append("The next step reads like a second answer.")
        elif one.kind == "because":
            parts.notes.append(text.raw)
        elif not placed(one.kind, text, parts, scene):
            shown = line.part(start + one.start, None if after is None else start + after).raw
            parts.doubts.append(f"I could not read “{shown}” as a time or as somebody's name.")


def placed(kind: str, text: Line, parts: Parts, scene: Scene) -> bool:
    """Take a text as a time or a name; several markers ("für", "para") introduce both."""
    if not text.text:
        return False
    if kind == "owner" and parts.person(text, scene):
        return True
    found = parts.time(text, scene)
    return found or (kind != "owner" and parts.person(text, scene))


def undone(text: str) -> bool:
    """Whether a free text takes an acceptance back."""
    return bool(
        speech().hints[Verb.BOUNCE].search(text) or re.match(r"(?:no|wait|nein|non)\b", text)
    )
