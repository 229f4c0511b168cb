"""Every sentence of a reply as the heads and the rules read it: its acts, and how it is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.reply.features import masked_words
from deskless.agent.reply.head import read_head
from deskless.agent.reply.modes import (
    Manner,
    is_conditional,
    is_hearsay,
    is_turn,
    is_unsure,
    keeps,
)
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.sentences import Sentence
from deskless.agent.reply.situation import Situation, weighed_acts
from deskless.agent.reply.slots import name_words

Encode = Callable[[str], Sequence[float]]


FIRM = 0.85
"""How likely an act has to be in a sentence for nothing in that sentence to speak against it."""


PLAIN = 0.5
"""How likely a sentence has to be plainly said."""


ENCODED = 2
"""Sentences that are encoded at most: a reply may cost 40 ms."""


DENYING = frozenset(
    {"bounce", "deny", "undo", "reopen", "progress", "note", "need", "question", "withdraw",
     "later", "type", "customer", "severity"}
)  # fmt: skip


DENIED = 0.1
"""How plain a sentence of denial has to be all the same."""


DEEDS = frozenset(
    {"accept", "bounce", "later", "offer", "resolved", "close", "reopen", "send", "undo",
     "withdraw", "confirm", "deny", "go", "live", "join", "split"}
)  # fmt: skip
"""Acts that exclude each other, and that a condition or hearsay spoils."""


INTERROGATIVE = frozenset(
    {"question", "need", "status", "list", "help", "thanks", "note", "other", "progress", "reason"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence as it was read: its acts' chances in this situation, and how it is said."""

    sentence: Sentence
    acts: Mapping[str, float]
    plain: float
    manner: Manner
    by_words: Mapping[str, float]
    masked: tuple[str, ...]

    @property
    def best(self) -> str:
        """The most likely act."""
        return max(self.acts, key=lambda act: self.acts[act], default="other")


@dataclass(frozen=True, slots=True)
class Whole:
    """A reply as it was read: its sentences, and the acts' chances in all of it."""

    readings: tuple[Reading, ...]
    acts: Mapping[str, float]
    situation: Situation
    alone: bool

    def share(self, act: str) -> float:
        """How much speaks for an act: the sentence that says it best, and the whole."""
        best = max(
            (row.acts.get(act, 0.0) * weight(row, act) for row in self.readings), default=0.0
        )
        return (best + self.acts.get(act, 0.0)) / 2

    def carriers(self, act: str) -> list[Reading]:
        """The sentences in which an act is the best reading, else the one that says it best."""
        carrying = [row for row in self.readings if row.best == act]
        return carrying or [max(self.readings, key=lambda row: row.acts.get(act, 0.0))]


def weight(reading: Reading, act: str) -> float:
    """How much a sentence counts for an act, by how it is said."""
    if act in INTERROGATIVE and reading.manner in {Manner.ASKING, Manner.PLAIN, Manner.HEARSAY}:
        return 1.0
    return 0.3 + 0.7 * reading.plain


def read_whole(
    sentences: Sequence[Sentence], scene: Scene, situation: Situation, encode: Encode | None
) -> Whole:
    """Every sentence, and the whole, through both heads."""
    head = read_head()
    names = frozenset(word for person in scene.people for word in name_words(person))
    longest = sorted(sentences, key=lambda sentence: -len(sentence.text))[:ENCODED]
    readings = []
    for sentence in sentences:
        words = masked_words(sentence.raw, names)
        vector = encode(sentence.raw) if encode and sentence in longest else None
        chances = head.chances(words, vector)
        acts = weighed_acts(chances.acts, situation)
        by_words = weighed_acts(head.chances(words).acts, situation) if vector is not None else acts
        if keeps(sentence.text):
            acts = {
                act: chance
                for act, chance in acts.items()
                if act not in {"bounce", "offer", "undo"}
            }
        best = max(acts, key=lambda act: acts[act], default="other")
        manner = manner_of(sentence, " ".join(words), chances.modes, best)
        plain = chances.modes["plain"]
        plain = max(plain, PLAIN) if manner is Manner.PLAIN else plain
        readings.append(Reading(sentence, acts, plain, manner, by_words, tuple(words)))
    together = head.chances(masked_words(" ".join(item.raw for item in sentences), names)).acts
    return Whole(tuple(readings), weighed_acts(together, situation), situation, encode is None)


def manner_of(sentence: Sentence, masked: str, modes: Mapping[str, float], best: str) -> Manner:
    """How a sentence is said: what a rule sees, or the head is sure of.

    Who refuses, denies or takes back says *not* and means it.
    """
    if sentence.asks:
        return Manner.ASKING
    if is_turn(sentence.text):
        return Manner.TURNED
    if (is_conditional(sentence.text) and modes["conditional"] > 0.05) or is_unsure(sentence.text):
        return Manner.CONDITIONAL
    if is_hearsay(masked):
        return Manner.HEARSAY
    least = max(modes, key=lambda mode: modes[mode])
    plain = modes["plain"] >= PLAIN or least == "plain"
    if plain or (least == "negated" and best in DENYING and modes["plain"] >= DENIED):
        return Manner.PLAIN
    return Manner(least)


def patterns_in(row: Reading, *ideas: str) -> bool:
    """Whether a sentence speaks of one of these ideas."""
    return any(concept_patterns()[idea].search(row.sentence.text) for idea in ideas)


def takes(row: Reading) -> bool:
    """Whether a sentence says "I take it", and not "not mine"."""
    patterns = concept_patterns()
    return bool(patterns["take"].search(patterns["not mine"].sub(" ", row.sentence.text)))


def firmly(row: Reading, act: str) -> bool:
    """Whether nothing in a sentence can speak against the act it is read as."""
    least = FIRM - 0.2 if act == "accept" and takes(row) else FIRM
    if act == "accept" and patterns_in(row, "deny", "cannot", "not mine"):
        least = 0.97
    return row.best == act and row.acts[act] >= least
