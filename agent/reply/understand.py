"""A reply through the layers: the exact grammar first, then its meaning, then what both leave.

The second layer takes sentences, each an act said in some manner, together as one answer, and
prefers to ask: two acts that exclude each other, a condition, hearsay, a question or a turn change
nothing. What can be taken back may act on a clear reading; what leaves or ends is only understood,
and its own word is asked for (`Command.confirm`).

The third layer is a model that proposes, where the first two are not sure. It chooses among acts
that can be taken back, and points to the sentence that says so; times, people and facts are read by
code, as everywhere. What stands against an act in the words (a not, a condition, a question,
somebody else's words, a second answer) is not overruled: then it is asked back all the same.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from deskless.agent.case.verbs import Command, Layer, Proposal, Unclear, Verb
from deskless.agent.language.fold import LIMIT, fold_text
from deskless.agent.language.lexicon import REACTION
from deskless.agent.language.modes import (
    Manner,
    is_conditional,
    is_hearsay,
    is_turn,
    is_unsure,
    keeps,
    waits_for_return,
)
from deskless.agent.reply.act_slots import TOLD, VERBS, with_slots
from deskless.agent.reply.decide_act import beside_acts, decide_act, takes_back
from deskless.agent.reply.doubts import (
    AGAINST,
    DONE,
    RIVAL,
    TWO_THINGS,
    asks_reporter,
    denied,
    doubts_content,
    doubts_evidence,
    doubts_person,
    doubts_writer,
    excludes,
    only_read,
    spoken_for,
)
from deskless.agent.reply.grammar import read_reply
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.readings import (
    QUOTED,
    Encode,
    Reading,
    Whole,
    framed,
    patterns_in,
    read_whole,
    speaks_in,
    takes,
)
from deskless.agent.reply.sentences import Sentence, reply_sentences
from deskless.agent.reply.situation import Place, Situation
from deskless.agent.reply.slots import people_named, read_promise

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


PROPOSABLE: Mapping[Place, tuple[str, ...]] = {
    Place.OFFERED: ("accept", "bounce", "later", "need", "note"),
    Place.BOUNCED: ("note",),
    Place.OWNED: ("progress", "note", "need", "bounce", "resolved"),
    Place.OVER: ("note",),
    Place.BYSTANDER: ("note",),
}
"""What may be proposed in answer to which mail: nothing that leaves, ends, opens or confirms."""

LEAST = 2
"""Words that a quote has at least, unless it is the whole sentence."""

UNSURE = "I am not sure what you want me to do."
HANGS = "It hangs on a condition."
EITHER = "It may be a yes or a no."
REFUSING = frozenset({"accept", "resolved"})
"""Acts that a *not* beside what says them spoils."""

IDEAS_AGAINST: Mapping[str, tuple[str, ...]] = {
    name: ideas for name, (ideas, _, _) in AGAINST.items()
} | {
    "progress": (*AGAINST["progress"][0], "too much"),
    "resolved": ("waits", "partly"),
    "bounce": ("call off", "take back"),
    "later": ("call off", "take back", "not mine", "somebody else"),
    "need": ("not mine", "somebody else", "call off"),
}
"""Ideas in a sentence with which it is not read as an act."""


def read_proposed(
    proposal: Proposal, fresh: str, scene: Scene, situation: Situation,
    encode: Encode | None = None,
) -> Command | Unclear:  # fmt: skip
    """The command that a proposal makes of a reply, or why it is asked back all the same."""
    sentences = reply_sentences(fresh, scene.people)
    line = sentences[0].raw[:LIMIT] if sentences else ""
    act = proposal.act
    if not sentences or act not in PROPOSABLE.get(situation.place, ()):
        return Unclear(line, UNSURE)
    quoted = [sentence for sentence in sentences if holds_quote(sentence, proposal.quote)]
    if not quoted:
        return Unclear(line, UNSURE)
    whole = read_whole(sentences, scene, situation, encode)
    why, rivals = stands_against(act, whole, quoted)
    if why:
        return Unclear(line, why, (VERBS[act], *(VERBS[name] for name in rivals if name in VERBS)))
    command = with_slots(act, whole, scene, fresh)
    if (
        isinstance(command, Command)
        and not command.doubts
        and slots_agree(command, proposal, scene)
    ):
        return replace(command, line=quoted[0].raw[:LIMIT], layer=Layer.MODEL)
    doubts = " ".join(getattr(command, "doubts", ()))
    why = doubts or "I could not read the time or the name in it."
    return Unclear(line, why, (VERBS[act],))


def holds_quote(sentence: Sentence, quote: str) -> bool:
    """Whether a quote is words of this sentence, or holds all of it."""
    wanted, text = bare_words(fold_text(quote)), bare_words(sentence.text)
    if f" {text} " in f" {wanted} ":
        return True
    return len(wanted.split()) >= LEAST and f" {wanted} " in f" {text} "


def bare_words(folded: str) -> str:
    """A folded text's words alone, a blank between them."""
    return " ".join(re.findall(r"[\w']+", folded))


def stands_against(
    act: str, whole: Whole, quoted: list[Sentence]
) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    """Why a reply is not read as this act, and the acts that it may mean instead; empty: it may."""
    carriers = [row for row in whole.readings if row.sentence in quoted]
    texts = [row.sentence.text for row in whole.readings]
    if any(map(is_turn, texts)) or any(map(takes_back, texts[1:])):
        return "It takes back what stands before it.", ()
    if act != "note" and any(map(hangs, whole.readings)):
        return HANGS, ()
    if act != "note" and any(map(tells_of_others, whole.readings)):
        return "It tells what somebody else said.", ()
    for row in carriers:
        if why := said_otherwise(act, row):
            return why, ()
    rivals = tuple(
        row.best for row in whole.readings
        if excludes(act, row.best) and row.chance >= RIVAL and row.manner is Manner.PLAIN
    )  # fmt: skip
    ideas = IDEAS_AGAINST.get(act, ())
    against = any(patterns_in(row, *ideas) for row in carriers)
    if rivals or against or beside_acts(act, whole):
        return TWO_THINGS, rivals
    if act == "bounce" and any(takes(row) or keeps(row.sentence.text) for row in whole.readings):
        return TWO_THINGS, ("accept",)
    if act == "need" and not (asks_reporter(whole) or any(each.asks for each in quoted)):
        return UNSURE, ()
    if nothing_here(act, whole, carriers):
        return UNSURE, ()
    checks = (doubts_writer, doubts_person, doubts_evidence, doubts_content)
    return next((why for check in checks if (why := check(act, whole, {}))), ""), ()


def nothing_here(act: str, whole: Whole, carriers: list[Reading]) -> bool:
    """Whether nobody but the model sees this act in its sentence, or sees nothing for us at all."""
    likely = max((row.acts.get(act, 0.0) for row in carriers), default=0.0)
    unasked = any(row.best in {"absent", "other"} and row.chance >= RIVAL for row in whole.readings)
    mere = all(len(bare_words(row.sentence.text).split()) < MERE for row in carriers)
    vague = act == "accept" and mere and not spoken_for(whole)
    return unasked or vague or (act in SEEN and likely < SEEN_AT)


MERE = 3
"""Words below which a sentence says yes, I or take, or accepts nothing."""
SEEN = frozenset({"accept", "bounce", "resolved", "progress", "later"})
SEEN_AT = 0.1
"""How likely the heads have to hold an act that moves something, for it to be done on a model's
word: two readers see it, of whom one cannot be talked to.
"""


def hangs(row: Reading) -> bool:
    """Whether a sentence leaves open whether it will be so."""
    text = row.sentence.text
    open_end = is_conditional(text) or waits_for_return(text) or is_unsure(text)
    return open_end or row.manner is Manner.CONDITIONAL


def tells_of_others(row: Reading) -> bool:
    """Whether a sentence tells what somebody else said or did."""
    return row.manner is Manner.HEARSAY or is_hearsay(" ".join(row.masked))


def said_otherwise(act: str, row: Reading) -> str:
    """Why a sentence does not say an act plainly; empty where it may."""
    masked = " ".join(row.masked)
    if act not in {"need", "note"} and (row.sentence.asks or row.manner is Manner.ASKING):
        return "It reads as a question, and I act only on a clear answer."
    if framed(row.sentence.text, masked, act):
        return EITHER
    if act in REFUSING and (row.manner is Manner.NEGATED or denied(row, DONE[act])):
        return EITHER
    return ""


def slots_agree(command: Command, proposal: Proposal, scene: Scene) -> bool:
    """Whether a command is the act that was proposed, with the time and the person that a model
    sees: what it sees and code does not would be lost in silence.
    """
    if command.verb is not VERBS[proposal.act]:  # a founder's bounce to somebody names an owner
        return False
    timed = command.verb in {Verb.ACCEPT, Verb.PROGRESS, Verb.LATER}
    if timed and proposal.when.strip() and command.until is None:
        return False
    named = {person.id for person in people_named(proposal.who, scene)}
    return command.verb is not Verb.BOUNCE or not named or command.to in named
