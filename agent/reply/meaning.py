"""A reply by its meaning: sentences, each an act said in some manner, put together as one answer.

This is the second layer, for what the grammar does not know word for word. It prefers to ask: two
acts that exclude each other, a condition, hearsay, a question or a turn change nothing. What can be
taken back may act on a clear reading; what leaves or ends is only understood, and its own word is
asked for (`Command.confirm`).
"""

from dataclasses import replace

from deskless.agent.case.verbs import Command, Unclear
from deskless.agent.language.fold import LIMIT
from deskless.agent.reply.act_slots import VERBS, with_slots
from deskless.agent.reply.decide_act import beside_acts, decide_act
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.readings import Encode, Whole, read_whole
from deskless.agent.reply.sentences import reply_sentences
from deskless.agent.reply.situation import Situation

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
