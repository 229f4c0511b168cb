"""Every sentence of a reply as the heads and the rules read it: its acts, and how it is said."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.language.modes import (
    Manner,
    is_conditional,
    is_hearsay,
    is_turn,
    is_unsure,
    waits_for_return,
)
from deskless.agent.reply.evidence import (
    is_background,
    is_circumstance,
    says_itself,
    settled_acts,
)
from deskless.agent.reply.features import NAME, masked_words
from deskless.agent.reply.head import read_head
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


CERTAIN = 0.985
"""How sure the words of a sentence have to be for its meaning not to be looked at."""


SAY = 0.35
"""What the words alone count for a reply of one sentence, beside its meaning."""


WONDERS = re.compile(
    r"(?:and |also |so |aber |und |et |y |pero |mais )?(?:why|who|whose|when|what|how|where|which"
    r"|did|does|has|have|is|are|was"
    r"|warum|wieso|weshalb|wer|wem|wann|was|wie|wo|wohin|welche\w*|hat|habt|haben|ist|sind|kann"
    r"|gibt"
    r"|pourquoi|qui|quand|combien|quoi|quel\w*|est-ce|qu'est-ce|comment|ou|c'est (?:quoi|qui"
    r"|quand|quel\w*)"
    r"|por ?que|quien\w*|cuando|cuant\w+|que|cual\w*|como|donde|de donde|hasta cuando)(?!\w)"
)
"""How a question begins, also where its writer leaves out the mark."""

WONDERING = 0.2
"""How likely the head has to find a question in such a sentence."""

SUPPOSED = 0.75
"""How sure the head has to be of a condition without a word for it."""


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

ENDINGS = frozenset({"resolved", "close", "send", "go", "live", "reopen"})
"""Acts that end something, or begin it again."""


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

    @property
    def chance(self) -> float:
        """How likely that is."""
        return max(self.acts.values(), default=0.0)


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
    names = frozenset(word for person in scene.people for word in name_words(person))
    longest = sorted(sentences, key=lambda sentence: -len(sentence.text))[:ENCODED]
    every = [
        read_sentence(sentence, names, situation, encode if sentence in longest else None)
        for sentence in sentences
    ]
    readings = with_explanations(every)
    asked = [row for row in readings if row.acts] or readings
    words = [word for row in asked for word in row.masked]
    together: Mapping[str, float] = weighed_acts(read_head().chances(words).acts, situation)
    if len(asked) == 1 and encode:
        together = blended(asked[0].acts, together)
    return Whole(tuple(readings), together, situation, encode is None)


def read_sentence(
    sentence: Sentence, names: frozenset[str], situation: Situation, encode: Encode | None
) -> Reading:
    """One sentence through the heads; by its words alone where they leave nothing open."""
    head = read_head()
    # "No problem" is a yes, and holds no *not*.
    agreed = concept_patterns("frames")["all right"].sub("yes", sentence.text)
    words = masked_words(agreed, names)
    masked = " ".join(words)
    chances = head.chances(words)
    by_words = settled_acts(weighed_acts(chances.acts, situation), sentence.text, masked, situation)
    acts: Mapping[str, float] = by_words
    if encode and (
        max(by_words.values(), default=0.0) < CERTAIN or chances.modes["plain"] < CERTAIN
    ):
        chances = head.chances(words, encode(sentence.raw))
        acts = settled_acts(weighed_acts(chances.acts, situation), sentence.text, masked, situation)
    best = max(acts, key=lambda act: acts[act], default="other")
    manner = manner_of(sentence, masked, chances.modes, best)
    if manner is Manner.HEARSAY and says_besides(sentence, names, situation, best):
        manner = Manner.PLAIN
    plain = chances.modes["plain"]
    plain = max(plain, PLAIN) if manner is Manner.PLAIN else plain
    return Reading(sentence, acts, plain, manner, by_words, tuple(words))


def says_besides(sentence: Sentence, names: frozenset[str], situation: Situation, act: str) -> bool:
    """Whether a sentence that tells what somebody said asks for an act in a clause of its own:
    "she says it works, you may close it".
    """
    unquoted = QUOTED.sub(" ", fold_text(sentence.raw))
    clauses = [masked_words(clause, names) for clause in re.split(r"[,;]\s*", unquoted)]
    speaks = concept_patterns("frames")["speaks to us"]
    own = [
        word
        for words in clauses
        if not (is_hearsay(" ".join(words)) or speaks_in("is told", "", " ".join(words)))
        and speaks.search(" ".join(words))
        for word in words
    ]
    if not own:
        return False
    acts = weighed_acts(read_head().chances(own).acts, situation)
    return acts.get(act, 0.0) >= FIRM


def with_explanations(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, of which those that only go with another one count for no act: apologies
    beside an answer, circumstances beside an answer that says itself what it is.
    """
    answers = [row for row in readings if not is_background(row.acts, row.sentence.text)]
    own = [
        row for row in answers
        if any(says_itself(act, row.acts, " ".join(row.masked), row.manner)
               for act in ("accept", "later", "bounce"))
    ]  # fmt: skip
    settled: list[Reading] = []
    for row in readings:
        polite = bool(answers) and is_background(row.acts, row.sentence.text)
        explains = (
            bool(own)
            and row not in own
            and row.manner is not Manner.TURNED
            and (is_circumstance(row.acts, " ".join(row.masked)))
        )
        settled.append(replace(row, acts={}) if polite or explains else row)
    return settled


def blended(acts: Mapping[str, float], words: Mapping[str, float]) -> Mapping[str, float]:
    """One sentence by both heads, with a say of its words alone."""
    return {
        act: SAY * words.get(act, 0.0) + (1 - SAY) * acts.get(act, 0.0) for act in {**acts, **words}
    }


FRAMES: Mapping[str, tuple[Manner, frozenset[str]]] = {
    "wonders": (Manner.ASKING, DEEDS - {"confirm", "deny"}),
    "would have": (Manner.CONDITIONAL, DEEDS - {"deny"}),
    "supposing": (Manner.CONDITIONAL, DEEDS - {"deny"}),
    "only after": (Manner.CONDITIONAL, ENDINGS | {"bounce"}),
    "only partly": (Manner.CONDITIONAL, frozenset({"go"})),
    "leaves open": (Manner.CONDITIONAL, DEEDS - {"deny"}),
    "far from": (Manner.NEGATED, ENDINGS | {"accept", "offer", "join", "split", "withdraw"}),
    "too early": (Manner.NEGATED, ENDINGS),
    "keeps hold": (Manner.NEGATED, frozenset({"bounce", "offer", "undo"})),
    "not i": (Manner.NEGATED, frozenset({"confirm"})),
    "mocks": (Manner.NEGATED, DEEDS - {"deny"}),
    "false alarm": (Manner.NEGATED, frozenset({"reopen"})),
    "not him": (Manner.NEGATED, frozenset({"offer"})),
    "yet i": (Manner.CONDITIONAL, frozenset({"resolved", "close"})),
    "gives reason": (Manner.CONDITIONAL, frozenset({"accept"})),
    "as a rule": (Manner.HEARSAY, frozenset({"accept", "offer", "bounce"})),
    "is told": (Manner.HEARSAY, DEEDS - {"deny", "confirm"}),
    "they do": (Manner.HEARSAY, frozenset({"accept", "bounce", "undo", "close", "send", "offer"})),
}
"""Ways of speaking of the table `frames`, what they make of a sentence, and of which acts."""


def framed(text: str, masked: str, act: str) -> Manner | None:
    """How a sentence names an act without doing it, by its words; None: it does it."""
    if act in DEEDS and QUOTED.search(text):
        return Manner.HEARSAY
    for name, (manner, acts) in FRAMES.items():
        if act in acts and speaks_in(name, text, masked):
            return manner
    return None


def speaks_in(name: str, text: str, masked: str) -> bool:
    """Whether a folded sentence speaks in a way of the table `frames`."""
    pattern = concept_patterns("frames")[name]
    if name == "they do":
        ours = concept_patterns("frames")["speaks to us"].search(text) or NAME in masked.split()
        return bool(pattern.match(text)) and not ours
    if name in OPENING:
        return bool(pattern.match(text) or pattern.match(masked))
    return bool(pattern.search(text) or pattern.search(masked))


QUOTED = re.compile(r'"[^"]{2,}"')
"""Words in quotation marks: somebody else's."""

OPENING = frozenset({"wonders", "gives reason", "takes back"})
"""Ways of speaking with which a sentence opens."""


def manner_of(sentence: Sentence, masked: str, modes: Mapping[str, float], best: str) -> Manner:
    """How a sentence is said: what a rule sees, or the head is sure of.

    Who refuses, denies or takes back says *not* and means it. A condition has its word, so that
    the head alone has to be very sure of one.
    """
    if sentence.asks or (WONDERS.match(sentence.text) and modes["asking"] >= WONDERING):
        return Manner.ASKING
    if is_turn(sentence.text):
        return Manner.TURNED
    spoken = framed(sentence.text, masked, best)
    if spoken:
        return spoken
    if waits_for_return(sentence.text) or is_unsure(sentence.text):
        return Manner.CONDITIONAL
    if is_conditional(sentence.text) and modes["conditional"] > 0.05:
        return Manner.CONDITIONAL
    if is_hearsay(masked):
        return Manner.HEARSAY
    least = max(modes, key=lambda mode: modes[mode])
    # Whoever says that it is not solved after all denies and means it.
    plain = modes["plain"] >= PLAIN or least == "plain" or (least == "negated" and best == "reopen")
    if plain or (least == "negated" and best in DENYING and modes["plain"] >= DENIED):
        return Manner.PLAIN
    if least == "conditional" and (modes[least] < SUPPOSED or best in {"confirm", "deny"}):
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
    return row.best == act and row.chance >= least
