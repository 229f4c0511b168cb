"""ACCEPT: the one answer by which ownership moves, so the strictest to read."""

import re

from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language.fold import Line, fold_line, line_clauses
from deskless.agent.language.lexicon import KEY, speech
from deskless.agent.reply.clause import Sense, clause_sense, guess_verbs
from deskless.agent.reply.parts import Parts, Scene, exact_people, meant_yes, part_marks

STRONG = re.compile(
    r"(?:i )?accept(?:ed|ing)?(?: it| this)?|acepto|j'accepte|accepte|angenommen|akzeptiert"
    r"|(?:ich )?u(?:e)?bernehme(?: ich)?|je prends|mine|i'?ll take (?:it|this)(?: one)?"
    r"|(?:i'?m )?on it|je m'en (?:occupe|charge)|(?:yo )?me encargo(?: yo)?|mach ich"
)
"""Acceptances firm enough that words behind a comma are the next step, not a second thought."""

KINDS = ("update", "next", "owner", "because")
MARKS = 8
"""Parts an acceptance may have; more is no acceptance."""

FREE = 20
"""Words that may follow a firm acceptance without being one of its parts."""


def read_accept(line: Line, scene: Scene) -> Command | None:
    """`ACCEPT [for NAME] [update by WHEN] [next: …]` and what people write instead.

    A line cut at one of its markers so that all before it is known comes first. Else the words
    behind a firm acceptance are the next step.
    """
    if "?" in line.text:
        return None
    ends = [*(mark.start for mark in part_marks(line.text, KINDS)[:MARKS]), len(line.text)]
    known = next(
        (command for end in reversed(ends) if (command := cut(line, end, scene, free=False))), None
    )
    if known:
        return known
    firmly = [command for end in ends if (command := cut(line, end, scene, free=True))]
    return next(
        (command for command in firmly if not command.doubts), firmly[-1] if firmly else None
    )


def cut(line: Line, end: int, scene: Scene, *, free: bool) -> Command | None:
    """An acceptance whose own words end at `end`; with `free` unknown words may follow them."""
    head = line.part(0, end)
    verbs, extra = hear_clauses(head, scene)
    if set(verbs) != {Verb.ACCEPT} or (extra and not (free and firm(head, extra))):
        return None
    signed = exact_people(fold_line(extra).text, scene.people) if extra else []
    if signed:
        extra = ""
    parts = Parts(inferred=verbs[Verb.ACCEPT] or bool(extra), next_action=extra)
    if signed and [person.id for person in signed] != [scene.asked.writer]:
        parts.doubts.append(f"Is {signed[0].name} to own it, or is that your name?")
    read_parts_behind(line, end, parts, scene)
    return parts.command(Verb.ACCEPT, line)


def hear_clauses(head: Line, scene: Scene) -> tuple[Sense, str]:
    """What the clauses of a text ask together, and the words that no table knows."""
    verbs: Sense = {}
    extra: list[str] = []
    for line in line_clauses(head):
        bare = KEY.sub("", line.text).strip(" :") if not extra else line.text
        asked = clause_sense(bare) if bare else {}
        if asked is None:
            extra.append(line.raw)
        else:
            verbs |= meant_yes(asked, scene)
    return verbs, ", ".join(extra)


def firm(head: Line, extra: str) -> bool:
    """Whether an acceptance stands although words follow it: no but, no not, nothing else asked."""
    words = speech()
    first = line_clauses(head)[0].text
    rest = head.text[len(first) :]
    asked = [verb for verb in guess_verbs(rest) if verb is not Verb.ACCEPT]
    return bool(
        STRONG.fullmatch(KEY.sub("", first).strip())
        and not words.turn.search(rest)
        and not words.negation.search(rest)
        and not asked
        and len(extra.split()) <= FREE
    )


def read_parts_behind(line: Line, start: int, parts: Parts, scene: Scene) -> None:
    """Read the parts behind an acceptance, each from its marker to the next one."""
    marks = part_marks(line.text[start:], KINDS)
    for marker, after in zip(marks, [*(mark.start for mark in marks), None][1:], strict=True):
        text = line.part(start + marker.end, None if after is None else start + after)
        if marker.kind == "next":
            parts.next_action = text.raw
            if undone(text.text):
                parts.doubts.append("The next step reads like a second answer.")
        elif marker.kind == "because":
            parts.notes.append(text.raw)
        else:
            told = len(parts.notes)
            why = place_part(marker.kind, text, parts, scene)
            parts.doubts += [
                f"“{note}” may take it back." for note in parts.notes[told:] if wary(note)
            ]
            shown = line.part(start + marker.start, None if after is None else start + after).raw
            parts.doubts += [f"I could not take “{shown}”: {why}."] if why else []


def place_part(kind: str, text: Line, parts: Parts, scene: Scene) -> str:
    """Take a text as a time or a name, or say why not; "für" and "para" introduce both."""
    if not text.text:
        return "nothing stands behind it"
    if kind == "owner" and parts.person(text, scene):
        return ""
    why = parts.time(text, scene)
    return "" if why and kind != "owner" and parts.person(text, scene) else why


def wary(note: str) -> bool:
    """Whether words left over behind a time or a name hold a not, a but or an if."""
    text = fold_line(note).text
    return bool(speech().turn.search(text) or speech().negation.search(text))


def undone(text: str) -> bool:
    """Whether a free text takes an acceptance back."""
    return bool(
        speech().hints[Verb.BOUNCE].search(text) or re.match(r"(?:no|wait|nein|non)\b", text)
    )
