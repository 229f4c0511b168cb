"""What the words of a sentence settle that a head leaves open, and which sentences only explain.

A head weighs every sentence by itself. What it cannot know: that "Vera hears from me at eleven"
takes an offered case, that a lead who names somebody offers, that an apology or a circumstance ("on
the train since Erfurt") is the reason of the answer beside it and no answer of its own.
"""

import re
from collections.abc import Mapping

from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.modes import Manner, keeps, says_myself
from deskless.agent.reply.features import NAME
from deskless.agent.reply.situation import Place, Situation

BACKGROUND = frozenset({"other", "thanks"})
"""What is said beside an answer and asks nothing."""

ANSWERS = frozenset({"accept", "bounce", "later"})
"""What may be answered to an offer."""

AGAINST_TAKING = (
    "cannot", "not mine", "somebody else", "no rights", "undecided", "deny", "hand on", "call off",
)  # fmt: skip
EXPLICIT: Mapping[str, tuple[str, ...]] = {
    "accept": ("take",),
    "later": ("ask again",),
    "bounce": ("somebody else", "not mine", "hand on", "whose", "name him", "cannot"),
}
"""Ideas with which an answer says itself what it is."""

PUSHED = 0.7
"""How much of a rival's chance goes to what the words settle."""

APOLOGY = re.compile(
    r"(?<!\w)(?:sorry|apolog\w*|excuse|pardon|forg[io]\w*|my bad|entschuldig\w*|verzeih\w*"
    r"|tut mir leid"
    r"|ging unter|verpennt|vergessen|desolee?s?|excus\w*|oublie|perdon\w*|disculp\w*|lo siento"
    r"|se me paso"
    r"|me (?:lie|entretuve)|olvid\w*|silence|schweigen|silencio|(?:i )?(?:was|were"
    r"|had been) (?:in|on|at)"
    r"|(?:war|steckte|hing) (?:im|in|am|noch|kurz)|j'(?:etais|ai ete)|estaba|estuve)(?!\w)"
)
"""How people excuse that they answer late."""

LIKELY = 0.5
"""How likely a sentence has to be no answer."""

CLEAR = 0.8
"""How likely an answer has to be for the circumstances beside it to explain it."""


def speaks_of(text: str, *ideas: str) -> bool:
    """Whether a folded text speaks of one of these ideas."""
    patterns = concept_patterns()
    return any(patterns[idea].search(text) for idea in ideas)


def settled_acts(
    acts: Mapping[str, float], text: str, masked: str, situation: Situation
) -> Mapping[str, float]:
    """The chances of a sentence's acts after what its words settle; `masked` hides the names."""
    moved = dict(acts)
    offered = situation.place is Place.OFFERED
    if keeps(text):
        gone = sum(moved.pop(act, 0.0) for act in ("bounce", "offer", "undo"))
        if offered:
            moved["accept"] = moved.get("accept", 0.0) + gone
        return moved
    if situation.names_owner and NAME in masked.split() and not says_myself(text):
        shift(moved, "bounce", "offer")
    if offered and speaks_of(text, "take") and not speaks_of(masked, *AGAINST_TAKING):
        shift(moved, "bounce", "accept")
    if offered and tells_when(text) and not speaks_of(text, "ask again"):
        shift(moved, "later", "accept")
        shift(moved, "progress", "accept")
    return moved


def tells_when(text: str) -> bool:
    """Whether a folded sentence is about a word to the customer, and not about one to us."""
    return speaks_of(text, "hears from me") and not speaks_of(text, *AGAINST_TAKING)


def shift(acts: dict[str, float], source: str, target: str) -> None:
    """Move most of one act's chance to another."""
    part = PUSHED * acts.get(source, 0.0)
    acts[source] = acts.get(source, 0.0) - part
    acts[target] = acts.get(target, 0.0) + part


def is_background(acts: Mapping[str, float], text: str) -> bool:
    """Whether a sentence by itself asks nothing: an apology, thanks."""
    best = max(acts, key=lambda act: acts[act], default="other")
    polite = APOLOGY.search(text) or speaks_of(text, "thanks")
    return best in BACKGROUND and acts.get(best, 0.0) >= LIKELY and bool(polite)


def says_itself(act: str, acts: Mapping[str, float], masked: str, manner: Manner) -> bool:
    """Whether a sentence plainly and by its own words gives this answer."""
    return (
        manner is Manner.PLAIN
        and acts.get(act, 0.0) >= CLEAR
        and speaks_of(masked, *EXPLICIT.get(act, ()))
    )


def is_circumstance(acts: Mapping[str, float], masked: str) -> bool:
    """Whether a sentence reads as an answer to an offer without giving it in its own words."""
    best = max(acts, key=lambda act: acts[act], default="other")
    return best in ANSWERS and not speaks_of(masked, *EXPLICIT[best])
