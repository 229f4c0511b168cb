"""A reply by its meaning: sentences, each an act said in some manner, put together as one answer.

This is the second layer, for what the grammar does not know word for word. It prefers to ask: two
acts that exclude each other, a condition, hearsay, a question or a turn change nothing. What can be
taken back may act on a clear reading; what leaves or ends is only understood, and its own word is
asked for (`Command.confirm`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from deskless.agent.case.verbs import Code, Command, Layer, Unclear, Verb
from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import LIMIT, fold_text
from deskless.agent.reply.features import NAME, masked_words
from deskless.agent.reply.head import read_head
from deskless.agent.reply.modes import Manner, holds_back, is_conditional, is_hearsay, is_turn, is_unsure, keeps, says_myself
from deskless.agent.reply.parts import Scene, labelled_parts
from deskless.agent.reply.sentences import Sentence, reply_sentences
from deskless.agent.reply.situation import Place, Situation, weighed_acts
from deskless.agent.reply.slots import (
    Promise,
    case_keys,
    judged_numbers,
    name_words,
    positive_people,
    read_criterion,
    read_customer,
    read_one_time_code,
    read_promise,
    read_severity,
    read_type,
)

Encode = Callable[[str], Sequence[float]]

VERBS: Mapping[str, Verb] = {
    "accept": Verb.ACCEPT, "bounce": Verb.BOUNCE, "later": Verb.LATER, "need": Verb.NEED,
    "note": Verb.NOTE, "progress": Verb.PROGRESS, "resolved": Verb.RESOLVED, "close": Verb.CLOSE,
    "reopen": Verb.REOPEN, "send": Verb.SEND, "undo": Verb.UNDO, "severity": Verb.SEVERITY,
    "type": Verb.TYPE, "customer": Verb.CUSTOMER, "offer": Verb.OFFER, "status": Verb.STATUS,
    "list": Verb.LEDGER, "help": Verb.HELP, "question": Verb.QUESTION, "thanks": Verb.THANKS,
    "go": Verb.GO, "live": Verb.LIVE, "right": Verb.RIGHT, "wrong": Verb.WRONG,
    "confirm": Verb.YES, "deny": Verb.DENY, "reason": Verb.ESCALATE, "withdraw": Verb.WITHDRAW,
    "join": Verb.JOIN, "split": Verb.SPLIT,
}  # fmt: skip
"""The verb of each act; *absent* and *other* ask nothing of us."""

SURE = 0.5
"""How likely the best act has to be."""

AHEAD = 0.12
"""How far it has to be ahead of the next one that excludes it."""

FIRM = 0.85
"""How likely an act has to be in a sentence for nothing in that sentence to speak against it."""

RIVAL = 0.5
"""From when an act of another sentence is a second answer."""

PLAIN = 0.5
"""How likely a sentence has to be plainly said."""

FACTS = 0.3
"""How likely an owner's words have to be facts of the case, where they are nothing else."""

BESIDE = 0.55
"""From when a correction or a question stands beside the main act."""

ENCODED = 2
"""Sentences that are encoded at most: a reply may cost 40 ms."""

LEAVING = frozenset({Verb.SEND, Verb.CLOSE, Verb.GO, Verb.LIVE})
"""Acts that leave or end: understood by meaning, their exact word is asked for."""

DENYING = frozenset({"bounce", "deny", "undo", "reopen", "progress", "note", "need", "question", "withdraw", "later", "type", "customer", "severity"})
DENIED = 0.1
"""How plain a sentence of denial has to be all the same."""

AGAINST: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "accept": (("somebody else", "cannot", "not mine", "no rights", "undecided", "call off", "deny"), ("bounce", "later", "offer"), 0.1),
    "progress": (("somebody else", "hand on", "not mine", "no rights", "take back"), ("bounce", "undo"), 0.06),
    "reason": (("call off",), ("withdraw",), 0.08),
    "resolved": (("again", "waits", "partly"), ("progress", "reopen"), 0.15),
    "close": (("again", "waits"), ("progress", "reopen"), 0.3),
    "note": (("somebody else", "not mine", "cannot", "no rights", "take"), ("bounce", "accept"), 0.08),
    "confirm": (("was not me",), ("deny",), 0.15),
}  # fmt: skip
"""Ideas that speak against an act, for which other acts, and from how much of a chance on."""

DEEDS = frozenset(
    {"accept", "bounce", "later", "offer", "resolved", "close", "reopen", "send", "undo", "withdraw",
     "confirm", "deny", "go", "live", "join", "split"}
)  # fmt: skip
"""Acts that exclude each other, and that a condition or hearsay spoils."""

COMPATIBLE = frozenset({
    frozenset({"resolved", "close"}), frozenset({"accept", "reopen"}), frozenset({"bounce", "offer"}),
    frozenset({"deny", "undo"}), frozenset({"undo", "reopen"}), frozenset({"bounce", "deny"}),
    frozenset({"withdraw", "close"}), frozenset({"withdraw", "resolved"}), frozenset({"resolved", "send"}),
})  # fmt: skip
BACKGROUND = frozenset({"note", "progress", "thanks", "other", "reason", "absent"})
RIVALS: Mapping[str, tuple[str, ...]] = {
    "accept": ("bounce", "later", "offer"), "bounce": ("accept", "later"), "later": ("accept", "bounce"),
}  # fmt: skip
RIVALRY = 0.2
"""How much may speak for the other answers to an offer."""

SURE_ALONE, RIVALRY_ALONE = 0.66, 0.12
"""The same where words are all there is: then it is asked sooner."""

LEAVES = frozenset({"send", "close", "go", "live"})
SPOILED = frozenset({"accept", "bounce", "offer", "send", "close", "go", "live", "undo"})
"""Acts that a condition beside them spoils."""

INTERROGATIVE = frozenset({"question", "need", "status", "list", "help", "thanks", "note", "other", "progress", "reason"})
CORRECTIONS = ("severity", "type", "customer")


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
        said = max((row.acts.get(act, 0.0) * weight(row, act) for row in self.readings), default=0.0)
        return (said + self.acts.get(act, 0.0)) / 2

    def carriers(self, act: str) -> list[Reading]:
        """The sentences in which an act is the best reading, else the one that says it best."""
        carrying = [row for row in self.readings if row.best == act]
        return carrying or [max(self.readings, key=lambda row: row.acts.get(act, 0.0))]


def weight(reading: Reading, act: str) -> float:
    """How much a sentence counts for an act, by how it is said."""
    if act in INTERROGATIVE and reading.manner in {Manner.ASKING, Manner.PLAIN, Manner.HEARSAY}:
        return 1.0
    return 0.3 + 0.7 * reading.plain


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
            acts = {act: chance for act, chance in acts.items() if act not in {"bounce", "offer", "undo"}}
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
    if is_conditional(sentence.text) and modes["conditional"] > 0.05 or is_unsure(sentence.text):
        return Manner.CONDITIONAL
    if is_hearsay(masked):
        return Manner.HEARSAY
    least = max(modes, key=lambda mode: modes[mode])
    plain = modes["plain"] >= PLAIN or least == "plain"
    if plain or (least == "negated" and best in DENYING and modes["plain"] >= DENIED):
        return Manner.PLAIN
    return Manner(least)


def likeliest(whole: Whole) -> list[str]:
    """The two acts to show as buttons."""
    acts = {act for reading in whole.readings for act in reading.acts} - BACKGROUND
    return sorted(acts, key=lambda act: -whole.share(act))[:2]


def decide_act(whole: Whole) -> tuple[str, str]:
    """The act of a reply; or "ask" and why it is asked back, or nothing where it asks nothing."""
    shares = {act: whole.share(act) for reading in whole.readings for act in reading.acts}
    ranking = sorted(shares, key=lambda act: -shares[act])
    best = ranking[0] if ranking else "other"
    if best in {"need", *CORRECTIONS} and accepts(whole):
        best = "accept"
    stated = {row.best for row in whole.readings if row.acts[row.best] >= BESIDE and row.manner is Manner.PLAIN}
    if best == "resolved" and "close" in stated and whole.situation.place is Place.OVER:
        best = "close"
    if best in {"progress", "note", "accept"} and whole.situation.place is Place.OWNED:
        letters = [row for row in whole.readings if patterns_in(row, "let go out", "draft")]
        if letters and "send" in stated and all(patterns_in(row, "draft") for row in whole.carriers(best)):
            best = "send"
    if best == "resolved" and any(patterns_in(row, "partly") for row in whole.carriers("resolved")):
        best = "progress" if shares.get("progress", 0.0) >= 0.05 else "resolved"
        shares = shares | {"progress": max(shares.get("progress", 0.0), SURE)}
        if best == "resolved" and not any(row.acts.get("resolved", 0.0) >= 0.99 for row in whole.readings):
            return "ask", "Is it solved, or partly?"
    if best == "progress" and seems_done(whole, shares):
        best = "resolved"
    trouble = spoiled(best, whole)
    if trouble and best in DEEDS and all(row.sentence.asks for row in whole.readings) and shares.get("question", 0.0) >= 0.08:
        return "question", ""
    if trouble and best in DEEDS:
        if whole.situation.place is Place.OWNED and best in {"resolved", "close"}:
            return "progress", ""
        return "ask", trouble
    later = [row for row in whole.carriers("later") if row.best == "later" and row.manner is Manner.PLAIN]
    if best == "bounce" and any(patterns_in(row, "ask again") and row.acts["later"] >= RIVAL for row in later):
        return "later", ""
    if best in {"bounce", "offer"} and any(keeps(row.sentence.text) for row in whole.readings):
        return "ask", "You keep it and pass it on."
    named = whole.situation.names_owner and any(NAME in row.masked for row in whole.carriers("accept"))
    myself = any(says_myself(row.sentence.text) for row in whole.readings)
    if best == "accept" and whole.situation.names_owner and not myself and (named or shares.get("offer", 0.0) >= 0.06):
        return "ask", "Is it you, or somebody you name?"
    against = opposed(best, whole, shares)
    if against:
        return "ask", "It may mean two things."
    rivals = [act for act in ranking[1:] if excludes(best, act)]
    if best in DEEDS and rivals:
        second = rivals[0]
        apart = any(
            row.best == second and row.acts[second] * weight(row, second) >= RIVAL
            and row.manner is Manner.PLAIN for row in whole.readings
        )  # fmt: skip
        against = sum(shares.get(other, 0.0) for other in RIVALS.get(best, ()))
        if against >= (RIVALRY_ALONE if whole.alone else RIVALRY) and not any(firmly(row, best) for row in whole.readings):
            return "ask", "It may mean two things."
        if shares[best] - shares[second] < AHEAD or (apart and shares[best] - shares[second] < 0.3):
            return "ask", "It may mean two things."
    if best == "accept" and whole.situation.place is Place.OWNED:
        best = "progress"
        shares = shares | {"progress": 1.0}
    if best == "note" and whole.situation.place is Place.OWNED and tells_when(whole):
        best = "progress"
        shares = shares | {"progress": shares["note"]}
    if best == "progress" and (shares.get("bounce", 0.0) >= 0.2 or shares.get("other", 0.0) >= 0.2) and not tells_when(whole):
        return "ask", "I am not sure whether that is for the case."
    bar = RIVAL if whole.alone else RIVAL + 0.2
    if best in DEEDS and any(excludes(best, row.best) and row.acts[row.best] >= bar and row.manner is not Manner.ASKING for row in whole.readings):
        return "ask", "It may mean two things."
    if best in {"later", "bounce"} and shares.get("other", 0.0) >= RIVAL:
        return "ask", "I am not sure whether that is for me."
    if best in DEEDS and not any(row.best == best for row in whole.readings):
        return "ask", "It may mean two things."
    if best in {"accept", "bounce"} and max(shares.get("help", 0.0), shares.get("status", 0.0)) >= RIVAL:
        return "ask", "It may mean two things."
    if best == "note" and whole.situation.place is Place.OFFERED:
        answers = sum(shares.get(other, 0.0) for other in ("accept", "bounce", "later"))
        if shares["note"] < RIVAL or answers >= 0.3:
            return "ask", "Is that a note, or an answer?"
    if best in DOUBLE and not agreed(best, whole):
        return "ask", "It may mean two things."
    if best == "accept" and shares["accept"] < 0.8 and not spoken_for(whole):
        return "ask", "It does not say that you take it."
    if best == "need" and shares.get("question", 0.0) > 0.12 and not asks_reporter(whole):
        return "ask", "It reads as a question."
    least = 0.3 if best == "resolved" and seems_done(whole, shares) else SURE_ALONE if whole.alone and best in DEEDS else SURE
    if accepts(whole) and best == "accept":
        least = 0.3
    if shares.get(best, 0.0) >= least or (best not in DEEDS and shares.get(best, 0.0) >= SURE - 0.15):
        return (best, "") if best in VERBS else ("", "It asks nothing of me.")
    return by_facts(whole, shares)


def tells_when(whole: Whole) -> bool:
    """Whether an owner tells when the customer hears, which is no mere note."""
    return any(
        patterns_in(row, "tells customer") and re.search(r"\d", row.sentence.text)
        and not patterns_in(row, "for the file") for row in whole.readings
    )  # fmt: skip


def spoken_for(whole: Whole) -> bool:
    """Whether a sentence that accepts speaks of its writer, says yes, or takes."""
    patterns = concept_patterns()
    return any(
        patterns[idea].search(row.sentence.text)
        for row in whole.carriers("accept")
        for idea in ("take", "yes", "i")
    )


def asks_reporter(whole: Whole) -> bool:
    """Whether a reply says that somebody is to be asked, or that a fact is missing."""
    patterns = concept_patterns()
    return any(
        patterns[idea].search(row.sentence.text)
        for row in whole.readings
        for idea in ("ask who wrote", "need to know")
    )


def by_facts(whole: Whole, shares: Mapping[str, float]) -> tuple[str, str]:
    """What nothing else fits, as facts of a case that the writer owns or was asked about."""
    place = whole.situation.place
    fact = {Place.OWNED: "progress", Place.ASIDE: "note", Place.QUESTION: "note", Place.REQUEST: "reason", Place.BOUNCED: "note"}.get(place)
    risky = max((share for act, share in shares.items() if act in DEEDS), default=0.0)
    together = sum(shares.get(act, 0.0) for act in ("progress", "note", "reason"))
    if fact and together >= FACTS and risky < together:
        return ("note" if shares.get("note", 0) > shares.get(fact, 0) + 0.2 else fact), ""
    return "ask", "I am not sure what you want me to do."


def opposed(act: str, whole: Whole, shares: Mapping[str, float]) -> bool:
    """Whether an idea in the words speaks for another act than the likeliest."""
    if act == "bounce" and shares.get("accept", 0.0) >= 0.1 and any(map(takes, whole.readings)):
        return True
    ideas, others, least = AGAINST.get(act, ((), (), 1.0))
    if max((shares.get(other, 0.0) for other in others), default=0.0) < least:
        return False
    patterns = concept_patterns()
    rows = [row for row in whole.readings if not firmly(row, act) and not keeps(row.sentence.text)]
    return any(patterns[idea].search(row.sentence.text) for row in rows for idea in ideas)


def patterns_in(row: Reading, *ideas: str) -> bool:
    """Whether a sentence speaks of one of these ideas."""
    return any(concept_patterns()[idea].search(row.sentence.text) for idea in ideas)


def takes(row: Reading) -> bool:
    """Whether a sentence says "I take it", and not "not mine"."""
    patterns = concept_patterns()
    return bool(patterns["take"].search(patterns["not mine"].sub(" ", row.sentence.text)))


DOUBLE = frozenset({"accept", "bounce", "resolved", "reopen", "undo", "withdraw"})
"""Acts that both heads have to think of, where there are two."""


def agreed(act: str, whole: Whole) -> bool:
    """Whether the words alone, too, make an act likely in a sentence that carries it."""
    return any(row.by_words.get(act, 0.0) >= 0.2 for row in whole.carriers(act))


def accepts(whole: Whole) -> bool:
    """Whether a sentence plainly accepts, whatever else is asked or corrected beside it."""
    return whole.situation.place is Place.OFFERED and any(
        row.best == "accept" and row.acts["accept"] >= 0.6 and row.manner is Manner.PLAIN and (takes(row) or row.acts["accept"] >= 0.85)
        for row in whole.readings
    )


def seems_done(whole: Whole, shares: Mapping[str, float]) -> bool:
    """Whether an owner's facts add up to "it works", with nothing left open."""
    works = any(patterns_in(row, "works") for row in whole.readings)
    open_ends = any(patterns_in(row, "partly", "waits", "again") or row.manner is not Manner.PLAIN for row in whole.readings)
    return works and not open_ends and shares.get("resolved", 0.0) >= 0.25 and not tells_when(whole)


def firmly(row: Reading, act: str) -> bool:
    """Whether nothing in a sentence can speak against the act it is read as."""
    least = FIRM - 0.2 if act == "accept" and takes(row) else FIRM
    if act == "accept" and patterns_in(row, "deny", "cannot", "not mine"):
        least = 0.97
    return row.best == act and row.acts[act] >= least


def excludes(act: str, other: str) -> bool:
    """Whether two acts cannot both be meant."""
    return act in DEEDS and other in DEEDS and act != other and frozenset({act, other}) not in COMPATIBLE


def spoiled(act: str, whole: Whole) -> str:
    """Why an act may not be done as it was said; empty where nothing stands against it."""
    firm = any(
        row.manner is Manner.PLAIN and row.acts.get(act, 0.0) >= 0.7 and row.plain >= PLAIN for row in whole.readings
    )
    for place, row in enumerate(whole.readings):
        carries = row.best == act
        if row.manner is Manner.TURNED and place and (row.best in DEEDS or len(whole.readings) > 1):
            return "It takes back what stands before it."
        about = row.best in DEEDS
        hangs = row.manner is Manner.CONDITIONAL and act in SPOILED
        other = row.best != act and row.best in {"accept", "bounce", "offer"}
        if hangs and about and (other or not firm):
            return "It hangs on a condition."
        if row.manner is Manner.HEARSAY and about and carries and not firm:
            return "It tells what somebody else said."
        if row.manner is Manner.ASKING and carries and not firm:
            return "It reads as a question, and I act only on a clear answer."
        if row.manner is Manner.NEGATED and carries and not firm:
            return "It may be a yes or a no."
        if carries and act in LEAVES and holds_back(row.sentence.text):
            return "It may be a yes or a no."
        if act == "confirm" and row.manner is not Manner.PLAIN:
            return "It may be a yes or a no."
    return ""


def beside_acts(act: str, whole: Whole) -> list[str]:
    """Corrections that stand beside the main act."""
    raw = " ".join(row.sentence.raw for row in whole.readings)
    wanted = [
        row.best for row in whole.readings
        if row.best in BESIDES.get(act, ()) and row.acts[row.best] >= BESIDE
        and (row.manner is Manner.PLAIN or (row.best == "need" and row.manner is Manner.ASKING))
        and not (act == "send" and patterns_in(row, "draft"))
    ]  # fmt: skip
    if act in {"accept", "progress", "bounce", "reopen"} and read_severity(raw):
        wanted.append("severity")
    kinds = act in BESIDES and read_type(raw) and concept_patterns()["kind"].search(fold_text(raw))
    if kinds and max(row.acts.get("type", 0.0) for row in whole.readings) >= 0.08 and act == "accept":
        wanted.append("type")
    return [name for name in dict.fromkeys(wanted) if name != act]


BESIDES: Mapping[str, tuple[str, ...]] = {
    "accept": ("need", "severity", "type", "customer", "join", "split"),
    "later": ("need",),
    "progress": ("send", "severity", "type", "customer"),
    "bounce": ("severity", "type", "customer"),
    "offer": ("severity", "type"),
    "resolved": ("close",),
    "reopen": ("progress",),
    "severity": ("progress",),
    "question": ("progress",),
    "send": ("progress",),
}
"""Acts of further sentences that stand beside the main one."""


ASKED_AGAIN = frozenset({"ask again"})
TOLD = frozenset({"tells customer"})


def with_slots(act: str, whole: Whole, scene: Scene, fresh: str) -> Command | Unclear:
    """The command of an act, with what stands beside it; or what is missing for it."""
    verb = VERBS[act]
    sentences = [row.sentence for row in whole.readings]
    raw = " ".join(sentence.raw for sentence in sentences)
    line = sentences[0].raw[:LIMIT]
    command = Command(verb, line=line, note=raw, inferred=True, layer=Layer.MEANING, confirm=verb in LEAVING)
    if verb in {Verb.ACCEPT, Verb.PROGRESS, Verb.LATER}:
        promise = read_promise(sentences, scene, ASKED_AGAIN if verb is Verb.LATER else TOLD)
        return timed(command, promise, whole)
    if verb in {Verb.BOUNCE, Verb.OFFER}:
        return directed(command, act, whole, scene)
    if verb in {Verb.SEVERITY, Verb.TYPE, Verb.CUSTOMER}:
        value = {
            Verb.SEVERITY: read_severity(raw), Verb.TYPE: read_type(raw),
            Verb.CUSTOMER: read_customer(raw, scene, whole.situation.customers),
        }[verb]  # fmt: skip
        if not value:
            return Unclear(line, "I could not tell what it should be instead.", (verb,))
        return replace(command, value=value)
    if verb in {Verb.RIGHT, Verb.WRONG}:
        fields = judged_numbers(sentences)
        if not fields:
            return Unclear(line, "I could not tell which item you mean.", (verb,))
        first = Verb.RIGHT if fields[0][0] == "right" else Verb.WRONG
        return replace(command, verb=first, fields=fields, subject_id=fields[0][1])
    if verb is Verb.LIVE:
        return replace(command, subject_id=read_criterion(raw, whole.situation.criteria))
    if verb is Verb.YES:
        code = read_one_time_code(raw)
        return replace(command, verb=Verb.CODE if code else Verb.YES, subject_id=code)
    if verb in {Verb.JOIN, Verb.SPLIT}:
        keys = case_keys(raw)
        return replace(command, subject_id=keys[-1] if keys else "")
    if verb in {Verb.NOTE, Verb.ESCALATE}:
        return replace(command, fields=labelled_parts(fresh.splitlines()))
    return command


def timed(command: Command, promise: Promise, whole: Whole) -> Command:
    """A command with its time; one that was said and not understood is a doubt."""
    doubts = (promise.doubt,) if promise.doubt and command.verb is not Verb.PROGRESS else ()
    fields = labelled_parts([row.sentence.raw for row in whole.readings]) or spoken_parts(whole)
    step = dict(fields).get("next", "") if command.verb is Verb.ACCEPT else ""
    return replace(command, until=promise.until, doubts=doubts, fields=fields, next_action=step)


def spoken_parts(whole: Whole) -> tuple[tuple[str, str], ...]:
    """Blocker, cause and next step, as far as a sentence is plainly about one of them."""
    patterns = concept_patterns()
    parts: dict[str, str] = {}
    for row in whole.readings:
        text = row.sentence.text
        if patterns["waits"].search(text):
            parts.setdefault("blocker", row.sentence.raw)
        elif patterns["cause"].search(text):
            parts.setdefault("cause", row.sentence.raw)
        elif patterns["i"].search(text) and patterns["tells customer"].search(text):
            parts.setdefault("next", row.sentence.raw)
    return tuple(parts.items())


def directed(command: Command, act: str, whole: Whole, scene: Scene) -> Command | Unclear:
    """A command that points to a person; an offer without one is no offer."""
    carriers = whole.carriers(act)
    named = [person for row in carriers if row.manner is not Manner.HEARSAY for person in positive_people(row.sentence.raw, scene)]
    if not named:
        named = [person for row in whole.readings if row.manner is Manner.PLAIN for person in positive_people(row.sentence.raw, scene)]
    people = list(dict.fromkeys(named))
    if len(people) > 1:
        patterns = concept_patterns()
        directly = [
            person for person in people
            for row in whole.readings
            if person in positive_people(row.sentence.raw, scene)
            and (patterns["name him"].search(masked(row, scene)) or patterns["whose"].search(masked(row, scene)))
        ]  # fmt: skip
        people = list(dict.fromkeys(directly)) or people
    if command.verb is Verb.OFFER and len(people) != 1:
        why = "I could not tell who shall take it." if not people else "It names more than one person."
        return Unclear(command.line, why, (Verb.OFFER, Verb.BOUNCE))
    if whole.situation.founder and len(people) == 1:
        command = replace(command, verb=Verb.OFFER)
    person = people[0].id if len(people) == 1 else None
    code = Code.WRONG_OWNER if person and command.verb is Verb.BOUNCE else None
    return replace(command, to=person, code=code)


def masked(row: Reading, scene: Scene) -> str:
    """A sentence with its names masked."""
    names = frozenset(word for person in scene.people for word in name_words(person))
    return " ".join(masked_words(row.sentence.raw, names))
