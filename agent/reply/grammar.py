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
from deskless.agent.language.fold import LIMIT, Line, fold_line, line_clauses
from deskless.agent.language.lexicon import REACTION, REAL, speech
from deskless.agent.language.promised_time import named_next_update
from deskless.agent.reply.accept import read_accept
from deskless.agent.reply.after.after_words import read_after
from deskless.agent.reply.bounce import read_bounce, read_later
from deskless.agent.reply.clause import clause_sense, guess_verbs, says_nothing
from deskless.agent.reply.contradictions import check_below
from deskless.agent.reply.exact import read_exact
from deskless.agent.reply.own_words import read_own_words
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.plain import (
    read_code,
    read_founder_word,
    read_opened,
    read_simple,
    read_verdicts,
)
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
    lambda line, _: read_code(line),
    lambda line, _: read_founder_word(line),
    read_exact,
    read_accept,
    read_later,
    read_bounce,
    lambda line, _: read_opened(line),
    read_simple,
)
"""The order in which a line is tried."""


def read_reply(
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
    scene = Scene(tuple({person.id: person for person in team}.values()), now, zone, asked)
    lines = [line for line in fresh.splitlines() if not line.lstrip().startswith(">")]
    near = lines_looked_at(lines)
    place = opening(near)
    if place is None:
        return Unclear("", "There are no words of yours in it.")
    quoted = len(lines) < len(fresh.splitlines())
    if own := read_own_words(lines[place:], scene, quoted=quoted):
        return own
    if after := read_after(lines[place:], scene):
        return after
    first, rest = fold_line(lines[place]), near[place + 1 :]
    if any(REACTION.search(fold_line(text).text) for text in near[place : place + 6]):
        return Unclear(first.raw[:LIMIT], "A reaction is not an answer.")
    command = read_verdicts([fold_line(text) for text in near[place:]]) or decide(
        first, rest, scene
    )
    if command is None:
        return unclear(first)
    below = "\n".join(lines[place + 1 :]).strip()
    command = check_below(replace(command, line=first.raw[:LIMIT]), below, rest, scene)
    return promising(command, near[place:], scene)


def promising(command: Command, lines: Sequence[str], scene: Scene) -> Command:
    """Progress, or a call, with the next update to the customer, where the words name one."""
    if command.verb not in {Verb.PROGRESS, Verb.CALLED} or command.until:
        return command
    asked = scene.asked
    # When the customer's trouble shall be over is no promise of a word to them.
    eta = speech().fields["expected"]
    told = [line for line in lines if not eta.match(fold_line(line).text)]
    until = named_next_update(
        told, scene.now, scene.zone, hours=asked.hours, languages=asked.languages
    )
    return replace(command, until=until)


def lines_looked_at(lines: Sequence[str]) -> list[str]:
    """The lines that are looked at, so that a huge mail costs no more than a long one."""
    kept_lines: list[str] = []
    left = SIGNS
    for line in lines[:LINES]:
        kept_lines.append(line[: max(left, 0)])
        left -= len(line)
    return kept_lines


def opening(lines: Sequence[str]) -> int | None:
    """The place of the first line that says something; None when none does."""
    return next(
        (place for place, text in enumerate(lines) if not says_nothing(fold_line(text))), None
    )


def decide(first: Line, rest: Sequence[str], scene: Scene) -> Command | None:
    """The deciding line through every reader, as written and then with its typo put right."""
    line = line_body(first)
    joined = fold_line(" , ".join([line.raw, *more_lines(rest)]))
    tries = ((read_exact, first), (read_accept, joined), *((reader, line) for reader in READERS))
    texts = next((command for reader, text in tries if (command := reader(text, scene))), None)
    if texts:
        return texts
    fixed = corrected(line)
    if fixed is None:
        return None
    texts = next((command for reader in READERS if (command := reader(fixed, scene))), None)
    return replace(texts, inferred=True) if texts else None


def line_body(line: Line) -> Line:
    """A line without the greeting and the thanks that open it."""
    for clause in line_clauses(line):
        if clause_sense(clause.text) != {} or speech().doubtful.search(clause.text):
            start = line.text.find(clause.text)
            line = line.part(start) if line.text[start:] != clause.text else clause
            break
    match = speech().filler.match(line.text)
    return line.part(match.end()) if match and line.text[match.end() :].strip() else line


def more_lines(rest: Sequence[str]) -> list[str]:
    """Lines right below the first that go on with it: `update by 16:00`, `next: call them`."""
    texts: list[str] = []
    for content in rest[:4]:
        text = fold_line(content).text
        match = speech().next.match(text) or re.match(MORE, text)
        if not match:
            break
        texts.append(content)
    return texts


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
    return fold_line(right + line.raw[line.at[line.text.find(first) + len(first) - 1] + 1 :])


def unclear(line: Line) -> Unclear:
    """A line that is no command, with the verbs it may have meant."""
    guessed = guess_verbs(line.text)
    if all(clause_sense(clause.text) == {} for clause in line_clauses(line)) and line.text:
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
    "read_reply",
]
