"""What stands below the deciding line: a note, and whatever speaks against the line.

A yes of one line is worth less when the next line goes on with "but", or asks for something else.
The end of a mail, its thanks, names and disclaimers, speaks neither for nor against.
"""

from collections.abc import Sequence
from dataclasses import replace

from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language.fold import Line, fold_line, line_clauses
from deskless.agent.language.lexicon import DISCLAIMER, REVERSAL, speech
from deskless.agent.reply.accept import hear_clauses
from deskless.agent.reply.clause import guess_verbs, says_nothing
from deskless.agent.reply.parts import Scene, exact_people, labelled_parts

CLOSING = 4
"""Words that the closing line of a mail may have: "Many thanks, Dana"."""

SIGNATURE = 6
"""Lines that a signature may have."""

LABELLED = frozenset(
    {Verb.ESCALATE, Verb.PROGRESS, Verb.NOTE, Verb.BOUNCE, Verb.RESOLVED, Verb.FIXED}
)
MOVING = frozenset(
    {Verb.ACCEPT, Verb.BOUNCE, Verb.LATER, Verb.RESOLVED, Verb.CLOSE, Verb.UNDO, Verb.YES}
)
"""Verbs that must not be contradicted by a later line."""


def check_below(command: Command, below: str, rest: Sequence[str], scene: Scene) -> Command:
    """A command with the text below it as a note, and with what speaks against it."""
    note = "\n".join(text for text in (command.note, below) if text)
    labelled = labelled_parts([command.line, *rest]) if command.verb in LABELLED else ()
    doubts = (*command.doubts, *against(command, fold_line(command.line), rest, scene))
    if command.verb in (Verb.RIGHT, Verb.WRONG):
        note, labelled = command.note, command.fields
    return replace(command, note=note, fields=labelled, doubts=doubts)


def explicit(first: Line) -> bool:
    """Whether a line says accept in so many words, not just yes or "on it"."""
    pattern = speech().plain[Verb.ACCEPT]
    return any(pattern.match(line.text) for line in line_clauses(first))


def is_doubtful(lines: Sequence[Line], scene: Scene) -> bool:
    """Whether prose below a mere yes could take it back: a but, a not, another wish."""
    words = speech()
    for line in lines:
        if ends(line):
            return False
        wish = set(guess_verbs(line.text)) & MOVING - {Verb.ACCEPT}
        turned = words.turn.search(line.text) or words.negation.search(line.text)
        if (wish or turned) and not exact_people(line.text, scene.people):
            return True
    return False


def against(command: Command, first: Line, rest: Sequence[str], scene: Scene) -> tuple[str, ...]:
    """Why the lines below a command leave it in doubt."""
    below = [fold_line(text) for text in rest]
    lines = [line for line in below if line.text]
    if command.verb is Verb.SEND and not signature(lines, scene):
        shown = "There is text below SEND. I send only the text you were shown, as it stands."
        return (f"{shown} For words of your own, write SEND: and then the words.",)
    if command.verb not in MOVING or not lines:
        return ()
    if command.verb is Verb.ACCEPT and not explicit(first) and is_doubtful(lines, scene):
        return ("What you write below it may say something else.",)
    turned = REVERSAL.match(lines[0].text)
    if below[0].text:
        turned = speech().turn.match(lines[0].text) or turned
    if turned and command.verb is not Verb.BOUNCE:
        return (f"The next line goes on with “{turned[0]}”.",)
    for line in lines[:8]:
        verbs, extra = hear_clauses(line, scene)
        other = set(verbs) & MOVING - {command.verb}
        if other and not extra:
            return (f"The line “{line.raw}” asks for something else.",)
    return ()


def signature(lines: Sequence[Line], scene: Scene) -> bool:
    """Whether lines are only thanks, names and the end of a mail."""
    for place, line in enumerate(lines):
        if ends(line):
            return len(lines) - place <= SIGNATURE
        if not says_nothing(line) and not exact_people(line.text, scene.people):
            return False
    return True


def ends(line: Line) -> bool:
    """Whether a line begins the end of a mail: "Best, Dana", a bar, a disclaimer."""
    parts = line_clauses(line)
    closing = bool(parts) and speech().closing.fullmatch(parts[0].text)
    short = len(line.text.split()) <= CLOSING
    return (
        line.raw.startswith("--") or bool(closing and short) or bool(DISCLAIMER.search(line.text))
    )
