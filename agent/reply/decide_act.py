"""Which act a reply is, out of how its sentences were read; in doubt none.

Who asks back is annoying once; who does the wrong thing is not believed again. So whatever speaks
for another answer, in any sentence, is a reason to ask.
"""

import re
from collections.abc import Mapping

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.language.modes import Manner, holds_back
from deskless.agent.reply.act_slots import VERBS
from deskless.agent.reply.doubts import (
    CHECKS,
    RIVAL,
    RIVALRY,
    SURE,
    SURE_ALONE,
    doubts_news,
    tells_when,
)
from deskless.agent.reply.features import NAME
from deskless.agent.reply.readings import (
    DEEDS,
    PLAIN,
    Reading,
    Whole,
    patterns_in,
    takes,
)
from deskless.agent.reply.situation import Place
from deskless.agent.reply.slots import read_severity, read_type

FACTS = 0.3
"""How likely an owner's words have to be facts of the case, where they are nothing else."""

BESIDE = 0.55
"""From when a correction or a question stands beside the main act."""

ASKING, ASKING_ALONE = 0.45, 0.35
"""How likely an act has to be that only asks us something: a wrong guess does no harm."""

LEAVES = frozenset({"send", "close", "go", "live"})

SPOILED = frozenset(
    {"accept", "bounce", "offer", "send", "close", "go", "live", "undo", "resolved", "reopen",
     "withdraw"}
)  # fmt: skip
"""Acts that a condition beside them spoils."""

CORRECTIONS = ("severity", "type", "customer")

ANSWERS = frozenset({"accept", "bounce", "later"})
"""What an offer is answered with."""


def decide_act(whole: Whole) -> tuple[str, str]:
    """The act of a reply; or "ask" and why it is asked back, or nothing where it asks nothing."""
    act, why = likely_act(whole)
    doubt = doubts_news(whole) if act == "progress" else ""
    return ("ask", doubt) if doubt else (act, why)


def likely_act(whole: Whole) -> tuple[str, str]:
    """The act that most speaks for, or "ask" and why, by everything but what news have to be."""
    shares = {act: whole.share(act) for reading in whole.readings for act in reading.acts}
    if is_away(whole):
        return "", "It asks nothing of me."
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


def is_away(whole: Whole) -> bool:
    """Whether a reply opens as a machine does for somebody who is not there."""
    first = whole.readings[0]
    return first.best == "absent" and first.chance >= SURE and patterns_in(first, "away")


def leading_act(whole: Whole, shares: Mapping[str, float]) -> str:
    """The likeliest act; of two that go together the one that leads."""
    best = max(shares, key=lambda act: shares[act], default="other")
    place = whole.situation.place
    stated = {
        row.best for row in whole.readings if row.chance >= BESIDE and row.manner is Manner.PLAIN
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
    if best in {"resolved", "close"} and place is Place.OWNED and goes_on(whole):
        return "progress"
    return best


def goes_on(whole: Whole) -> bool:
    """Whether a sentence beside the one that sounds done plainly tells of further steps."""
    return any(
        row.best == "progress" and row.chance >= SURE_ALONE and row.manner is Manner.PLAIN
        for row in whole.readings
    )


def least_share(act: str, whole: Whole, shares: Mapping[str, float]) -> float:
    """How much has to speak for an act."""
    if (act == "resolved" and seems_done(whole, shares)) or (act == "accept" and accepts(whole)):
        return 0.3
    if act not in DEEDS:
        return ASKING_ALONE if whole.alone else ASKING
    return SURE_ALONE if whole.alone else SURE


def asks_again(whole: Whole) -> bool:
    """Whether a sentence plainly wants to be asked again: what stands before it is why, as long as
    nothing hands the case on.
    """
    wanted = [
        place for place, row in enumerate(whole.readings)
        if row.best == "later" and row.manner is Manner.PLAIN
        and row.chance >= SURE and patterns_in(row, "ask again")
    ]  # fmt: skip
    return bool(wanted) and not any(
        row.best in {"bounce", "offer"} and row.chance >= RIVAL
        and (place > wanted[-1] or patterns_in(row, *HANDS_ON))
        for place, row in enumerate(whole.readings)
    )  # fmt: skip


HANDS_ON = ("somebody else", "hand on", "whose", "name him", "not mine")
"""Ideas with which a case is passed on."""

OWN_ACT = re.compile(
    r"(?<!\w)(?:shall|should|can|could|may|must|would|am|do|soll|darf|kann|muss|bin|"
    r"dois|puis|est-ce a|c'est a|puedo|debo|me toca)(?: \w+){0,2} "
    r"(?:i|me|it be me|ich|je|moi|yo)(?!\w)"
)
"""A question whether its writer shall do something, which is to be answered by them."""


WONDERED = 0.08
"""From when a sentence with a question mark that reads as an act may be a question of us."""


def asks_only(whole: Whole) -> bool:
    """Whether a reply does nothing but ask about the case, and not what its writer shall do."""
    return all(
        row.sentence.asks
        and (
            row.acts.get("question", 0.0) >= WONDERED
            or not (
                NAME in row.masked
                or OWN_ACT.search(row.sentence.text)
                or patterns_in(row, *HANDS_ON, "take")
            )
        )
        for row in whole.readings
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


def accepts(whole: Whole) -> bool:
    """Whether a sentence plainly accepts, whatever else is asked or corrected beside it."""
    return whole.situation.place is Place.OFFERED and any(
        row.manner is Manner.PLAIN and accepts_in(row) for row in whole.readings
    )


def accepts_in(row: Reading) -> bool:
    """Whether a sentence takes the case: as its best reading, or in its words beside another."""
    chance = row.acts.get("accept", 0.0)
    if row.best == "accept":
        return chance >= SURE and (takes(row) or chance >= 0.85)
    return takes(row) and chance >= RIVALRY and not patterns_in(row, "deny", "cannot")


def seems_done(whole: Whole, shares: Mapping[str, float]) -> bool:
    """Whether an owner's facts add up to "it works", with nothing left open."""
    works = any(patterns_in(row, "works") for row in whole.readings)
    open_ends = any(
        patterns_in(row, "partly", "waits", "again") or row.manner is not Manner.PLAIN
        for row in whole.readings
    )
    return works and not open_ends and shares.get("resolved", 0.0) >= 0.25 and not tells_when(whole)


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
        if place and takes_back(row.sentence.text):
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


def takes_back(text: str) -> bool:
    """Whether a later sentence opens with a *no* of its own, or is nothing but a *not*."""
    frames = concept_patterns("frames")
    return bool(
        frames["takes back"].match(text) or frames["ends in no"].fullmatch(text.strip(" .!"))
    )


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
