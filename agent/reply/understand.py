"""A reply through the layers: the exact grammar first, then its meaning, then what both leave."""

from dataclasses import replace

from deskless.agent.case.verbs import Command, Unclear, Verb
from deskless.agent.language.fold import fold_text
from deskless.agent.language.lexicon import REACTION
from deskless.agent.reply.act_slots import TOLD
from deskless.agent.reply.grammar import read_reply
from deskless.agent.reply.meaning import read_meaning
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.readings import Encode
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
        return with_time(literal, fresh, scene)
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
