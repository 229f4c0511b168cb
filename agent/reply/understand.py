"""A reply through the layers: the exact grammar first, then its meaning, then what both leave.

The second layer takes sentences, each an act said in some manner, together as one answer, and
prefers to ask: two acts that exclude each other, a condition, hearsay, a question or a turn change
nothing. What can be taken back may act on a clear reading; what leaves or ends is only understood,
and its own word is asked for (`Command.confirm`).
"""

import re
from dataclasses import replace

from deskless.agent.case.verbs import Command, Unclear, Verb
from deskless.agent.language.fold import LIMIT, fold_text
from deskless.agent.language.lexicon import REACTION
from deskless.agent.reply.act_slots import TOLD, VERBS, with_slots
from deskless.agent.reply.decide_act import beside_acts, decide_act, takes_back
from deskless.agent.reply.doubts import only_read
from deskless.agent.reply.grammar import read_reply
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.readings import QUOTED, Encode, Whole, read_whole, speaks_in
from deskless.agent.reply.sentences import reply_sentences
from deskless.agent.reply.situation import Situation
from deskless.agent.reply.slots import read_promise

TIMED = frozenset({Verb.ACCEPT, Verb.PROGRESS})
"""Verbs that carry a promise to the customer."""


def understand_reply(
    fresh: str, scene: Scene, situation: Situation, encode: Encode | None = None
) -> Command | Unclear:
    """What a reply asks, by the first layer that is sure. Never raises."""
    literal = read_reply(
        fresh, people=scene.people, now=scene.now, zone=scene.zone, asked=scene.asked
    )
    if isinstance(literal, Command) and not literal.doubts:
        why = unmeant(literal, fresh, scene)
        return replace(literal, doubts=(why,)) if why else with_time(literal, fresh, scene)
    if REACTION.search(fold_text(fresh)) or not fresh.strip():
        return literal
    meant = read_meaning(fresh, scene, situation, encode)
    if isinstance(literal, Command):
        told = isinstance(meant, Command) and bool(meant.until or meant.to) and not meant.doubts
        same = isinstance(meant, Command) and meant.verb is literal.verb
        return meant if told and same and about_time(literal) else literal
    if isinstance(meant, Command) or meant.guesses or not meant.line:
        return meant
    return replace(literal, guesses=()) if "friendly" not in literal.why else literal


MOVING = frozenset({Verb.ACCEPT, Verb.BOUNCE, Verb.RESOLVED, Verb.CLOSE, Verb.UNDO, Verb.REOPEN})
"""Verbs that move a case: their words have to be meant."""


def unmeant(command: Command, fresh: str, scene: Scene) -> str:
    """Why the exact words of a verb are not meant as they stand there; empty where they are.

    What stands behind a colon is a text of its own.
    """
    if command.verb not in MOVING or re.match(r"\W*\w+\s*:", command.line):
        return ""
    sentences = reply_sentences(fresh, scene.people)
    if any(takes_back(sentence.text) for sentence in sentences[1:]):
        return "It takes back what stands before it."
    if command.verb is Verb.ACCEPT and any(QUOTED.search(line.text) for line in sentences[:1]):
        return "It tells what somebody else said."
    if any(speaks_in("mocks", sentence.text, "") for sentence in sentences):
        return "I am not sure that it is meant."
    if command.verb is Verb.ACCEPT and only_read(sentences):
        return "It says no more than that you read it."
    return ""


def about_time(command: Command) -> bool:
    """Whether a command is in doubt only about a time or a name behind it."""
    return all(doubt.startswith("I could not take") for doubt in command.doubts)


def with_time(command: Command, fresh: str, scene: Scene) -> Command:
    """A promise with the time that its words name somewhere else; one that was said and cannot be
    read is a doubt, so that no default takes its place.
    """
    if command.verb not in TIMED or command.until:
        return command
    promise = read_promise(reply_sentences(fresh, scene.people), scene, TOLD)
    if promise.until:
        return replace(command, until=promise.until)
    doubts = (promise.doubt,) if promise.doubt and command.verb is Verb.ACCEPT else ()
    return replace(command, doubts=doubts)


BACKGROUND = frozenset({"note", "progress", "thanks", "other", "reason", "absent"})


def read_meaning(
    fresh: str, scene: Scene, situation: Situation, encode: Encode | None = None
) -> Command | Unclear:
    """What the fresh words of a mail mean, in the situation they were written in."""
    sentences = reply_sentences(fresh, scene.people)
    if not sentences:
        return Unclear("", "There are no words of yours in it.")
    whole = read_whole(sentences, scene, situation, encode)
    line = sentences[0].raw[:LIMIT]
    act, why = decide_act(whole)
    if act not in VERBS:
        guesses = tuple(VERBS[name] for name in likeliest(whole) if name in VERBS) if act else ()
        return Unclear(line, why, guesses)
    command = with_slots(act, whole, scene, fresh)
    if isinstance(command, Unclear):
        return command
    beside = tuple(
        extra for name in beside_acts(act, whole)
        if isinstance(extra := with_slots(name, whole, scene, fresh), Command) and not extra.doubts
    )  # fmt: skip
    return replace(command, line=line, then=tuple(replace(extra, line=line) for extra in beside))


def likeliest(whole: Whole) -> list[str]:
    """The two acts to show as buttons."""
    acts = {act for reading in whole.readings for act in reading.acts} - BACKGROUND
    return sorted(acts, key=lambda act: -whole.share(act))[:2]
