"""What stands below the deciding line: a note, and whatever speaks against the line.

A yes of one line is worth less when the next line goes on with "but", or asks for something else.
The end of a mail, its thanks, names and disclaimers, speaks neither for nor against.
"""

from collections.abc import Sequence
from dataclasses import replace

from deskless.agent.case.verbs import Command, Verb
from deskless.agent.language.fold import Line, clauses, fold
from deskless.agent.language.lexicon import DISCLAIMER, REVERSAL, speech
from deskless.agent.reply.accept import heard
from deskless.agent.reply.clause import empty, guesses
from deskless.agent.reply.parts import Scene, exact, fields

CLOSING = 4
"""Words that the closing line of a mail may have: "Many thanks, Dana"."""

SIGNATURE = 6
"""Lines that a signature may have."""

LABELLED = frozenset({Verb.ESCALATE, Verb.PROGRESS, Verb.NOTE, Verb.BOUNCE})
MOVING = frozenset(
    {Verb.ACCEPT, Verb.BOUNCE, Verb.LATER, Verb.RESOLVED, Verb.CLOSE, Verb.UNDO, Verb.YES}
)
"""Verbs that must not be contradicted by a later line."""


def checked(found: Command, below: str, rest: Sequence[str], scene: Scene) -> Command:
    """A command with the text below it as a note, and with what speaks against it."""
    note = "\n".join(one for one in (found.note, below) if one)
    labelled = fields([found.line, *rest]) if found.verb in LABELLED else ()
    doubts = (*found.doubts, *against(found, fold(found.line), rest, scene))
    if found.verb in (Verb.RIGHT, Verb.WRONG):
        note, labelled = found.note, found.fields
    return replace(found, note=note, fields=labelled, doubts=doubts)


def explicit(first: Line) -> bool:
    """Whether a line says accept in so many words, not just yes or "on it"."""
    pattern = speech().plain[Verb.ACCEPT]
    return any(pattern.match(one.text) for one in clauses(first))


def doubtful(lines: Sequence[Line], scene: Scene) -> bool:
    """Whether prose below a mere yes could take it back: a but, a not, another wish."""
    words = speech()
    for one in lines:
        if ends(one):
            return False
        wish = set(guesses(one.text)) & MOVING - {Verb.ACCEPT}
        turned = words.turn.search(one.text) or words.negation.search(one.text)
        if (wish or turned) and not exact(one.text, scene.people):
            return True
    return False


def against(found: Command, first: Line, rest: Sequence[str], scene: Scene) -> tuple[str, ...]:
    """Why the lines below a command leave it in doubt."""
    below = [fold(one) for one in rest]
    said = [one for one in below if one.text]
    if found.verb is Verb.SEND and not signature(said, scene):
        return ("There is text below SEND. I send only the text you were shown, as it stands.",)
    if found.verb not in MOVING or not said:
        return ()
    if found.verb is Verb.ACCEPT and not explicit(first) and doubtful(said, scene):
        return ("What you write below it may say something else.",)
    turned = REVERSAL.match(said[0].text)
    if below[0].text:
        turned = speech().turn.match(said[0].text) or turned
    if turned and found.verb is not Verb.BOUNCE:
        return (f"The next line goes on with “{turned[0]}”.",)
    for one in said[:8]:
        verbs, extra = heard(one, scene)
        other = set(verbs) & MOVING - {found.verb}
        if other and not extra:
            return (f"The line “{one.raw}” asks for something else.",)
    return ()


def signature(lines: Sequence[Line], scene: Scene) -> bool:
    """Whether lines are only thanks, names and the end of a mail."""
    for place, one in enumerate(lines):
        if ends(one):
            return len(lines) - place <= SIGNATURE
        if not empty(one) and not exact(one.text, scene.people):
            return False
    return True


def ends(line: Line) -> bool:
    """Whether a line begins the end of a mail: "Best, Dana", a bar, a disclaimer."""
    parts = clauses(line)
    closing = bool(parts) and speech().closing.fullmatch(parts[0].text)
    short = len(line.text.split()) <= CLOSING
    return (
        line.raw.startswith("--") or bool(closing and short) or bool(DISCLAIMER.search(line.text))
    )
