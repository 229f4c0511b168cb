"""Which act a reply is, out of how its sentences were read; in doubt none.

Who asks back is annoying once; who does the wrong thing is not believed again. So whatever speaks
for another answer, in any sentence, is a reason to ask.
"""

import re
from collections.abc import Mapping

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.reply.act_slots import VERBS
from deskless.agent.reply.features import NAME
from deskless.agent.reply.modes import Manner, holds_back, keeps, says_myself
from deskless.agent.reply.readings import (
    DEEDS,
    PLAIN,
    Reading,
    Whole,
    firmly,
    patterns_in,
    takes,
    weight,
)
from deskless.agent.reply.situation import Place
from deskless.agent.reply.slots import read_severity, read_type

SURE = 0.6
"""How likely the best act has to be."""


AHEAD = 0.12
"""How far it has to be ahead of the next one that excludes it."""


RIVAL = 0.5
"""From when an act of another sentence is a second answer."""


FACTS = 0.3
"""How likely an owner's words have to be facts of the case, where they are nothing else."""


BESIDE = 0.55
"""From when a correction or a question stands beside the main act."""


AGAINST: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "accept": (
        ("somebody else", "cannot", "not mine", "no rights", "undecided", "call off", "deny"),
        ("bounce", "later", "offer"), 0.1,
    ),
    "progress": (
        ("somebody else", "hand on", "not mine", "no rights", "take back"),
        ("bounce", "undo"), 0.06,
    ),
    "reason": (("call off",), ("withdraw",), 0.08),
    "resolved": (("again", "waits", "partly"), ("progress", "reopen"), 0.15),
    "close": (("again", "waits"), ("progress", "reopen"), 0.3),
    "note": (
        ("somebody else", "not mine", "cannot", "no rights", "take"), ("bounce", "accept"), 0.08,
    ),
    "confirm": (("was not me",), ("deny",), 0.15),
}  # fmt: skip
"""Ideas that speak against an act, for which other acts, and from how much of a chance on."""


COMPATIBLE = frozenset({
    frozenset({"resolved", "close"}), frozenset({"accept", "reopen"}),
    frozenset({"bounce", "offer"}),
    frozenset({"deny", "undo"}), frozenset({"undo", "reopen"}), frozenset({"bounce", "deny"}),
    frozenset({"withdraw", "close"}), frozenset({"withdraw", "resolved"}),
    frozenset({"resolved", "send"}),
})  # fmt: skip


RIVALS: Mapping[str, tuple[str, ...]] = {
    "accept": ("bounce", "later", "offer"), "bounce": ("accept", "later"),
    "later": ("accept", "bounce"),
}  # fmt: skip


RIVALRY = 0.15
"""How much may speak for the other answers to an offer."""


ASKING, ASKING_ALONE = 0.45, 0.35
"""How likely an act has to be that only asks us something: a wrong guess does no harm."""


SURE_ALONE, RIVALRY_ALONE = 0.75, 0.1
"""The same where words are all there is: then it is asked sooner."""


LEAVES = frozenset({"send", "close", "go", "live"})


SPOILED = frozenset({"accept", "bounce", "offer", "send", "close", "go", "live", "undo"})
"""Acts that a condition beside them spoils."""


CORRECTIONS = ("severity", "type", "customer")


ANSWERS = frozenset({"accept", "bounce", "later"})
"""What an offer is answered with."""


def decide_act(whole: Whole) -> tuple[str, str]:
    """The act of a reply; or "ask" and why it is asked back, or nothing where it asks nothing."""
    shares = {act: whole.share(act) for reading in whole.readings for act in reading.acts}
    best = leading_act(whole, shares)
    if best in ANSWERS and asks_again(whole):
        return "later", ""
    trouble = spoiled(best, whole) if best in DEEDS else ""
    if trouble:
        if asks_only(whole):
            return "question", ""
        facts = whole.situation.place is Place.OWNED and best in {"resolved", "close"}
        return ("progress", "") if facts else ("ask", trouble)
    doubt = next((why for check in CHECKS if (why := check(best, whole, shares))), "")
    if doubt:
        return "ask", doubt
    if whole.situation.place is Place.OWNED and best == "accept":
        return "progress", ""
    if whole.situation.place is Place.OWNED and best == "note" and tells_when(whole):
        return "progress", ""
    if shares.get(best, 0.0) >= least_share(best, whole, shares):
        return (best, "") if best in VERBS else ("", "It asks nothing of me.")
    return by_facts(whole, shares)


def leading_act(whole: Whole, shares: Mapping[str, float]) -> str:
    """The likeliest act; of two that go together the one that leads."""
    best = max(shares, key=lambda act: shares[act], default="other")
    place = whole.situation.place
    stated = {
        row.best
        for row in whole.readings
        if row.chance >= BESIDE and row.manner is Manner.PLAIN
    }
    if best in {"need", *CORRECTIONS} and accepts(whole):
        return "accept"
    ends = "close" in stated or any(patterns_in(row, "put away") for row in whole.carriers(best))
    if best == "resolved" and ends and place is Place.OVER:
        return "close"
    if best in {"progress", "note", "accept"} and place is Place.OWNED and "send" in stated:
        letters = any(patterns_in(row, "let go out", "draft") for row in whole.readings)
        if letters and all(patterns_in(row, "draft") for row in whole.carriers(best)):
            return "send"
    if best == "progress" and seems_done(whole, shares):
        return "resolved"
    return best


def least_share(act: str, whole: Whole, shares: Mapping[str, float]) -> float:
    """How much has to speak for an act."""
    if (act == "resolved" and seems_done(whole, shares)) or (act == "accept" and accepts(whole)):
        return 0.3
    if act not in DEEDS:
        return ASKING_ALONE if whole.alone else ASKING
    return SURE_ALONE if whole.alone else SURE


def asks_again(whole: Whole) -> bool:
    """Whether a sentence plainly wants to be asked again: what else is said is why, as long as
    nothing hands the case on.
    """
    return any(
        row.best == "later"
        and row.manner is Manner.PLAIN
        and row.chance >= RIVAL
        and patterns_in(row, "ask again")
        for row in whole.readings
    ) and not any(
        row.best in {"bounce", "offer"} and row.chance >= RIVAL and patterns_in(row, *HANDS_ON)
        for row in whole.readings
    )


HANDS_ON = ("somebody else", "hand on", "whose", "name him", "not mine")
"""Ideas with which a case is passed on."""

OWN_ACT = re.compile(
    r"(?<!\w)(?:shall|should|can|could|may|must|would|am|do|soll|darf|kann|muss|bin|"
    r"dois|puis|est-ce a|c'est a|puedo|debo|me toca)(?: \w+){0,2} "
    r"(?:i|me|it be me|ich|je|moi|yo)(?!\w)"
)
"""A question whether its writer shall do something, which is to be answered by them."""


def asks_only(whole: Whole) -> bool:
    """Whether a reply does nothing but ask about the case, and not what its writer shall do."""
    return all(
        row.sentence.asks
        and not OWN_ACT.search(row.sentence.text)
        and not patterns_in(row, *HANDS_ON, "take")
        and (NAME not in row.masked or row.acts.get("question", 0.0) >= 0.08)
        for row in whole.readings
    )


def doubts_person(act: str, whole: Whole, shares: Mapping[str, float]) -> str:
    """Whether it is open who is meant: who keeps and passes on, a lead who names somebody."""
    if act in {"bounce", "offer"} and any(keeps(row.sentence.text) for row in whole.readings):
        return "You keep it and pass it on."
    if act != "accept" or not whole.situation.names_owner:
        return ""
    named = any(NAME in row.masked for row in whole.carriers("accept"))
    myself = any(says_myself(row.sentence.text) for row in whole.readings)
    open_end = not myself and (named or shares.get("offer", 0.0) >= 0.06)
    return "Is it you, or somebody you name?" if open_end else ""


def doubts_rivals(act: str, whole: Whole, shares: Mapping[str, float]) -> str:
    """Whether another act that excludes this one is nearly as likely, or stands beside it."""
    if opposed(act, whole, shares):
        return TWO_THINGS
    rivals = sorted(
        (name for name in shares if excludes(act, name)), key=lambda name: -shares[name]
    )
    if act not in DEEDS or not rivals:
        return ""
    second = rivals[0]
    ahead = shares.get(act, 0.0) - shares[second]
    apart = any(
        row.best == second
        and row.chance * weight(row, second) >= RIVAL
        and row.manner is Manner.PLAIN
        for row in whole.readings
    )
    against = sum(shares.get(other, 0.0) for other in RIVALS.get(act, ()))
    crowded = against >= (RIVALRY_ALONE if whole.alone else RIVALRY)
    loose = not any(firmly(row, act) for row in whole.readings)
    bar = RIVAL if whole.alone else RIVAL + 0.2
    beside = any(
        excludes(act, row.best) and row.chance >= bar and row.manner is not Manner.ASKING
        for row in whole.readings
    )
    unsure = (crowded and loose) or ahead < AHEAD or (apart and ahead < 0.3) or beside
    return TWO_THINGS if unsure else ""


def doubts_address(act: str, whole: Whole, shares: Mapping[str, float]) -> str:
    """Whether the words may be for somebody else, or no more than small talk."""
    away = max(shares.get("bounce", 0.0), shares.get("other", 0.0))
    if act == "progress" and away >= 0.2 and not tells_when(whole):
        return "I am not sure whether that is for the case."
    if act in {"later", "bounce"} and shares.get("other", 0.0) >= RIVAL:
        return "I am not sure whether that is for me."
    wanting = max(shares.get("help", 0.0), shares.get("status", 0.0))
    return TWO_THINGS if act in {"accept", "bounce"} and wanting >= RIVAL else ""


def doubts_words(act: str, whole: Whole, shares: Mapping[str, float]) -> str:
    """Whether the words themselves say too little for an act."""
    if act in DEEDS and not any(row.best == act for row in whole.readings):
        return TWO_THINGS
    if act in DOUBLE and not agreed(act, whole):
        return TWO_THINGS
    if any(denied(row, DONE[act]) for row in whole.readings if act in DONE):
        return "It may be a yes or a no."
    if act == "resolved" and any(patterns_in(row, "partly") for row in whole.carriers(act)):
        return "Is it solved, or partly?"
    if act == "note" and whole.situation.place is Place.OFFERED:
        answers = sum(shares.get(other, 0.0) for other in ("accept", "bounce", "later"))
        if shares["note"] < RIVAL or answers >= 0.3:
            return "Is that a note, or an answer?"
    mere = act == "accept" and whole.situation.place is not Place.OWNED and shares[act] < 0.8
    if mere and not spoken_for(whole):
        return "It does not say that you take it."
    if act == "need" and not (asks_reporter(whole) or wants_fact(whole)):
        return "It reads as a question." if shares.get("question", 0.0) > 0.12 else ""
    return ""


DONE = {"accept": "take", "resolved": "works"}
"""The idea of an act that a *not* beside it turns round."""

NEAR = 3
"""Words from an idea within which a *not* is about it."""


def denied(row: Reading, idea: str) -> bool:
    """Whether every mention of an idea in a sentence has a *not* beside it."""
    patterns = concept_patterns()
    mentions = []
    for clause in re.split(r"[,;:.!?]", row.sentence.text):
        for match in patterns[idea].finditer(clause):
            before = clause[: match.start()].split()[-NEAR:]
            after = clause[match.end() :].split()[:NEAR]
            near = " ".join([*before, match[0], *after])
            mentions.append(bool(patterns["deny"].search(near)))
    return bool(mentions) and all(mentions)


TWO_THINGS = "It may mean two things."
CHECKS = (doubts_person, doubts_rivals, doubts_address, doubts_words)
"""What may be doubted of an act, in turn."""


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


def wants_fact(whole: Whole) -> bool:
    """Whether a sentence asks for something that only who reported the case can know."""
    return any(
        row.acts.get("need", 0.0) >= SURE and row.acts.get("question", 0.0) < RIVALRY
        for row in whole.readings
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
    fact = {
        Place.OWNED: "progress",
        Place.BYSTANDER: "note",
        Place.QUESTION: "note",
        Place.REQUEST: "reason",
        Place.BOUNCED: "note",
    }.get(place)
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


DOUBLE = frozenset({"accept", "bounce", "resolved", "reopen", "undo", "withdraw"})
"""Acts that both heads have to think of, where there are two."""


def agreed(act: str, whole: Whole) -> bool:
    """Whether the words alone, too, make an act likely in a sentence that carries it."""
    return any(row.by_words.get(act, 0.0) >= 0.2 for row in whole.carriers(act))


def accepts(whole: Whole) -> bool:
    """Whether a sentence plainly accepts, whatever else is asked or corrected beside it."""
    return whole.situation.place is Place.OFFERED and any(
        row.best == "accept"
        and row.acts["accept"] >= 0.6
        and row.manner is Manner.PLAIN
        and (takes(row) or row.acts["accept"] >= 0.85)
        for row in whole.readings
    )


def seems_done(whole: Whole, shares: Mapping[str, float]) -> bool:
    """Whether an owner's facts add up to "it works", with nothing left open."""
    works = any(patterns_in(row, "works") for row in whole.readings)
    open_ends = any(
        patterns_in(row, "partly", "waits", "again") or row.manner is not Manner.PLAIN
        for row in whole.readings
    )
    return works and not open_ends and shares.get("resolved", 0.0) >= 0.25 and not tells_when(whole)


def excludes(act: str, other: str) -> bool:
    """Whether two acts cannot both be meant."""
    return (
        act in DEEDS
        and other in DEEDS
        and act != other
        and frozenset({act, other}) not in COMPATIBLE
    )


def spoiled(act: str, whole: Whole) -> str:
    """Why an act may not be done as it was said; empty where nothing stands against it."""
    firm = any(
        row.manner is Manner.PLAIN and row.acts.get(act, 0.0) >= 0.7 and row.plain >= PLAIN
        for row in whole.readings
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
        if row.best in BESIDES.get(act, ()) and row.chance >= BESIDE
        and (row.manner is Manner.PLAIN or (row.best == "need" and row.manner is Manner.ASKING))
        and not (act == "send" and patterns_in(row, "draft"))
    ]  # fmt: skip
    if act in {"accept", "progress", "bounce", "reopen"} and read_severity(raw):
        wanted.append("severity")
    kinds = act in BESIDES and read_type(raw) and concept_patterns()["kind"].search(fold_text(raw))
    if (
        kinds
        and max(row.acts.get("type", 0.0) for row in whole.readings) >= 0.08
        and act == "accept"
    ):
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
