"""What a reply asks: the first line of a mail, read against a small grammar.

Only the fresh words of a mail come here, never what it quotes. The first line that says something
decides; greetings and thanks before it are passed over. A line counts only if *every* part of it
is known, so "I can't accept", "accept? no" and "Accepted: call" are unclear rather than a yes.
Whatever is unclear changes nothing and is asked back. Languages are tried together: English,
German, French and Spanish, and what phones suggest as quick replies.

A typo of one letter in a command is forgiven in a line of at most three words, never two letters
("except"). Nothing here reads a clock.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from deskless.agent.case.verbs import Asked, Code, Command, Unclear, Verb
from deskless.agent.language.fold import LIMIT, Line, clauses, fold
from deskless.agent.language.lexicon import REACTION, REAL, speech
from deskless.agent.language.promised_time import next_update
from deskless.agent.reply.accept import accept
from deskless.agent.reply.bounce import bounce, later
from deskless.agent.reply.clause import empty, guesses, sense
from deskless.agent.reply.contradictions import checked
from deskless.agent.reply.parts import Scene, fields
from deskless.agent.reply.plain import coded, founded, opened, simple, verdicts
from deskless.policies.people.matrix import Matrix, Person

LINES = 100
SIGNS = 12_000
"""Lines and characters of a mail that are looked at; a note keeps all of them."""

TYPED = 5
"""Letters a command needs before a typo in it is forgiven."""

WORDS = 3
"""Words a line may have for that."""

BRIEF = Asked()
MORE = (
    r"(?:next |customer |prochaine |proxima )?(?:update|owner|mise a jour|actualizacion|ruckmeldung"
    r"|rueckmeldung|responsable|verantwortlich) ?(?:[:=]|by\b|bis\b|avant\b|antes\b)"
)
"""How a line opens that goes on with an acceptance."""

Reader = Callable[[Line, Scene], Command | None]
READERS: tuple[Reader, ...] = (
    lambda line, _: coded(line),
    lambda line, _: founded(line),
    accept,
    later,
    bounce,
    lambda line, _: opened(line),
    simple,
)
"""The order in which a line is tried."""


def read(
    fresh: str,
    *,
    people: Matrix | Sequence[Person],
    now: datetime,
    zone: ZoneInfo,
    asked: Asked = BRIEF,
) -> Command | Unclear:
    """What the fresh words of a mail ask. Never raises.

    `now` is aware; times are read as said in `zone`, the writer's. A command with `doubts` must
    change nothing: each is a sentence for the mail that asks back.
    """
    team = people.people if isinstance(people, Matrix) else tuple(people)
    # Somebody on several tiers has a row for each, and is one person all the same.
    scene = Scene(tuple({one.id: one for one in team}.values()), now, zone, asked)
    lines = [one for one in fresh.splitlines() if not one.lstrip().startswith(">")]
    near = within(lines)
    place = opening(near)
    if place is None:
        return Unclear("", "There are no words of yours in it.")
    first, rest = fold(lines[place]), near[place + 1 :]
    if any(REACTION.search(fold(one).text) for one in near[place : place + 6]):
        return Unclear(first.raw[:LIMIT], "A reaction is not an answer.")
    found = verdicts([fold(one) for one in near[place:]]) or decide(first, rest, scene)
    if found is None:
        told = prose(lines[place:], scene)
        return promising(told, near[place:], scene) if told else unclear(first)
    below = "\n".join(lines[place + 1 :]).strip()
    found = checked(replace(found, line=first.raw[:LIMIT]), below, rest, scene)
    return promising(found, near[place:], scene)


def promising(found: Command, lines: Sequence[str], scene: Scene) -> Command:
    """Progress with the next update to the customer, where the words name one."""
    if found.verb is not Verb.PROGRESS or found.until:
        return found
    asked = scene.asked
    until = next_update(
        lines, scene.now, scene.zone, hours=asked.hours, languages=asked.languages
    )  # fmt: skip
    return replace(found, until=until)


def within(lines: Sequence[str]) -> list[str]:
    """The lines that are looked at, so that a huge mail costs no more than a long one."""
    kept: list[str] = []
    left = SIGNS
    for one in lines[:LINES]:
        kept.append(one[: max(left, 0)])
        left -= len(one)
    return kept


def opening(lines: Sequence[str]) -> int | None:
    """The place of the first line that says something; None when none does."""
    return next((place for place, one in enumerate(lines) if not empty(fold(one))), None)


def decide(first: Line, rest: Sequence[str], scene: Scene) -> Command | None:
    """The deciding line through every reader, as written and then with its typo put right."""
    line = body(first)
    joined = fold(" , ".join([line.raw, *more(rest)]))
    tries = ((accept, joined), *((reader, line) for reader in READERS))
    found = next((one for reader, text in tries if (one := reader(text, scene))), None)
    if found:
        return found
    fixed = corrected(line)
    if fixed is None:
        return None
    found = next((one for reader in READERS if (one := reader(fixed, scene))), None)
    return replace(found, inferred=True) if found else None


def body(line: Line) -> Line:
    """A line without the greeting and the thanks that open it."""
    for one in clauses(line):
        if sense(one.text) != {} or speech().doubtful.search(one.text):
            start = line.text.find(one.text)
            line = line.part(start) if line.text[start:] != one.text else one
            break
    found = speech().filler.match(line.text)
    return line.part(found.end()) if found and line.text[found.end() :].strip() else line


def more(rest: Sequence[str]) -> list[str]:
    """Lines right below the first that go on with it: `update by 16:00`, `next: call them`."""
    kept: list[str] = []
    for one in rest[:4]:
        text = fold(one).text
        found = speech().next.match(text) or re.match(MORE, text)
        if not found:
            break
        kept.append(one)
    return kept


def corrected(line: Line) -> Line | None:
    """The line with its first word put right, when it is one slip away from exactly one verb."""
    words = line.text.split()
    first = words[0].strip(".,:;!") if words else ""
    if "?" in line.text or len(words) > WORDS or len(first) < TYPED or first in REAL:
        return None
    near = {word: verb for word, verb in speech().typos.items() if OSA.distance(first, word) == 1}
    if len(set(near.values())) != 1:
        return None
    right = min(near)
    return fold(right + line.raw[line.at[line.text.find(first) + len(first) - 1] + 1 :])


def prose(lines: Sequence[str], scene: Scene) -> Command | None:
    """Free text where the mail it answers said that any text is an answer."""
    if scene.asked.prose is None:
        return None
    text = "\n".join(lines).strip()
    return Command(
        scene.asked.prose,
        note=text,
        line=fold(lines[0]).raw[:LIMIT],
        inferred=True,
        fields=fields(within(lines)),
    )


def unclear(line: Line) -> Unclear:
    """A line that is no command, with the verbs it may have meant."""
    guessed = guesses(line.text)
    if all(sense(one.text) == {} for one in clauses(line)) and line.text:
        guessed = (Verb.ACCEPT, *guessed)
        why = "It sounds friendly, but it does not say that you take it."
    elif "?" in line.text:
        why = "It reads as a question, and I act only on a clear answer."
    elif Verb.ACCEPT in guessed and speech().negation.search(line.text):
        why = "It may be a yes or a no."
    elif len(guessed) > 1:
        why = "It may mean more than one thing."
    else:
        why = "I know no command that begins like this."
    return Unclear(line.raw[:LIMIT], why, guessed)


__all__ = [
    "Asked",
    "Code",
    "Command",
    "Unclear",
    "Verb",
    "read",
]
