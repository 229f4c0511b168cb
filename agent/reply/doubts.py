"""What speaks against an act in how the sentences of a reply were read: each a reason to ask."""

import re
from collections.abc import Mapping, Sequence

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.modes import Manner, is_unsure, keeps, says_myself
from deskless.agent.reply.evidence import speaks_of
from deskless.agent.reply.features import NAME
from deskless.agent.reply.readings import (
    DEEDS,
    Reading,
    Whole,
    firmly,
    patterns_in,
    speaks_in,
    takes,
    weight,
)
from deskless.agent.reply.sentences import Sentence
from deskless.agent.reply.situation import Place
from deskless.mailbox.sender.confirmations import opens_as_confirmation

SURE = 0.6
"""How likely the best act has to be."""

AHEAD = 0.12
"""How far it has to be ahead of the next one that excludes it."""

RIVAL = 0.5
"""From when an act of another sentence is a second answer."""

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

SURE_ALONE, RIVALRY_ALONE = 0.75, 0.1
"""The same where words are all there is: then it is asked sooner."""


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
    asking = wanting + shares.get("question", 0.0)
    taken = act in {"accept", "bounce", "progress"} and asking >= WANTING
    return TWO_THINGS if taken and not tells_when(whole) else ""


WANTING = 0.12
"""From when something is asked of us beside what is answered."""


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
    bar = CLEARLY if act == "later" or (act == "accept" and not whole.alone) else 0.0
    vague = whole.situation.place is not Place.OWNED and loudest(act, whole) < bar
    return TWO_THINGS if vague else ""


CLEARLY = 0.9
"""How likely the sentence that says it best has to make an answer to an offer."""


def loudest(act: str, whole: Whole) -> float:
    """How likely an act is in the sentence that says it best."""
    return max(row.acts.get(act, 0.0) for row in whole.readings)


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


def doubts_writer(act: str, whole: Whole, shares: Mapping[str, float]) -> str:
    """Whether a program may have written it, that confirms what came in and takes nothing: only
    somebody who speaks of themselves answers for themselves.
    """
    opens = opens_as_confirmation(whole.readings[0].sentence.text)
    own = any(patterns_in(row, "i") for row in whole.readings)
    return "It reads like an automatic answer." if opens and not own else ""


IN_WORDS: Mapping[str, tuple[str, ...]] = {
    "bounce": ("cannot", "somebody else", "not mine", "hand on", "no rights", "whose", "name him",
               "too much", "knows not", "wrong party", "excuse"),
    "offer": ("name him", "whose", "hand on", "somebody else", "take", "knows not"),
    "later": ("ask again", "undecided"),
    "resolved": ("works", "put away", "cause"),
    "close": ("put away", "works", "call off"),
    "reopen": ("again", "waits", "wrong"),
    "undo": ("take back", "was not me", "wrong"),
    "withdraw": ("call off", "put away", "works"),
    "go": ("live",),
    "live": ("live",),
}  # fmt: skip
"""Ideas of which an act that moves or ends something has to speak: a guess is not enough."""


def doubts_evidence(act: str, whole: Whole, _: Mapping[str, float]) -> str:
    """Whether no sentence that carries an act speaks of it."""
    ideas = IN_WORDS.get(act)
    if not ideas or any(
        firmly(row, act) or patterns_in(row, *ideas) or speaks_of(" ".join(row.masked), *ideas)
        for row in whole.readings
    ):
        return ""
    return "I am not sure what you want me to do."


def doubts_content(act: str, whole: Whole, _: Mapping[str, float]) -> str:
    """Whether words that would count as news of the case say no more than that they were read."""
    texts = [row.sentence.text for row in whole.readings]
    bare = all(not re.sub(r"\W", "", concept_patterns()["yes"].sub(" ", text)) for text in texts)
    if act == "reason" and (is_unsure(texts[0]) or bare):
        return "It does not say why."
    if act in NEWS and any(speaks_in("mocks", text, "") for text in texts):
        return "I am not sure that it is meant."
    if act in NEWS and only_read([row.sentence for row in whole.readings]):
        return "It says no more than that you read it."
    return ""


def only_read(sentences: Sequence[Sentence]) -> bool:
    """Whether sentences say no more than that their writer read or knows something."""
    frame, yes = concept_patterns("frames")["takes note"], concept_patterns()["yes"]
    left = [
        word
        for sentence in sentences
        for word in re.findall(r"[^\W\d_]{2,}", frame.sub(" ", sentence.text))
        if not yes.fullmatch(word)
    ]
    return len(left) < FEW and any(frame.search(sentence.text) for sentence in sentences)


def doubts_news(whole: Whole) -> str:
    """Whether words that would renew a promise are more than news of the case: a condition, a
    question or a wish beside them wants an answer first.
    """
    if tells_when(whole):
        open_end = any(row.sentence.asks for row in whole.readings)
        return "I am not sure whether that is for the case." if open_end else ""
    open_end = any(row.acts and row.manner is not Manner.PLAIN for row in whole.readings)
    news = sum(whole.share(act) for act in ("progress", "accept", "note"))
    vague = news < SURE or (whole.share("need") >= WISHED and asks_reporter(whole))
    return "I am not sure whether that is for the case." if open_end or vague else ""


WISHED = 0.04
"""From when words of progress may ask somebody for something."""

NEWS = frozenset({"progress", "accept", "resolved"})
FEW = 2
"""Words beside *noted* with which a reply may say something."""

CHECKS = (
    doubts_writer, doubts_person, doubts_rivals, doubts_address, doubts_words, doubts_evidence,
    doubts_content,
)  # fmt: skip
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


AGREED = 0.35
"""How likely it has to be by the words alone."""


def agreed(act: str, whole: Whole) -> bool:
    """Whether the words alone, too, make an act likely in a sentence that carries it."""
    return any(row.by_words.get(act, 0.0) >= AGREED for row in whole.carriers(act))


def excludes(act: str, other: str) -> bool:
    """Whether two acts cannot both be meant."""
    return (
        act in DEEDS
        and other in DEEDS
        and act != other
        and frozenset({act, other}) not in COMPATIBLE
    )
