"""Which acts make sense in answer to which mail, and what a word means there.

The head knows words, not circumstances: "I tell her at three" is a promise of somebody who owns the
case and a yes of nobody. A table says how likely an act is in a situation, and which act the same
words stand for there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """What the answered mail was about, as far as it changes what can be said to it."""

    OFFERED = "offered"
    BOUNCED = "bounced"
    OWNED = "owned"
    OVER = "over"
    REQUEST = "request"
    QUESTION = "question"
    CODE = "code"
    OFFICE = "office"
    BYSTANDER = "bystander"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a reply stands: `place` says what was answered, `owner` that the writer owns the
    case, `names_owner` that the writer may name who takes it (a lead, the founder), `founder` that
    they may set the agent to work. `customers` are names that are the customer's, `criteria` the
    ids of the team's criteria.
    """

    place: Place
    owner: bool = False
    names_owner: bool = False
    founder: bool = False
    customers: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()


ANYWHERE: dict[str, float] = {
    "question": 0.5, "help": 0.4, "status": 0.4, "list": 0.3, "thanks": 0.5, "other": 0.4,
    "note": 0.5, "undo": 0.4, "severity": 0.4, "type": 0.4, "customer": 0.4, "join": 0.4,
    "split": 0.4, "absent": 0.4,
}  # fmt: skip
"""What may be said to anything."""

LIKELY: Mapping[Place, Mapping[str, float]] = {
    Place.OFFERED: ANYWHERE | {
        "accept": 1.0, "bounce": 1.0, "later": 0.8, "need": 0.8, "resolved": 0.15, "close": 0.1,
        "offer": 0.7, "progress": 0.02, "withdraw": 0.1, "reason": 0.1, "reopen": 0.05,
        "send": 0.05,
    },
    Place.BOUNCED: ANYWHERE | {
        "bounce": 1.0, "note": 1.0, "accept": 0.6, "later": 0.3, "need": 0.3, "reason": 0.6,
        "offer": 0.7, "progress": 0.2,
    },
    Place.OWNED: ANYWHERE | {
        "progress": 1.0, "bounce": 0.8, "resolved": 1.0, "close": 0.5, "send": 1.0, "need": 0.6,
        "accept": 0.2, "later": 0.3, "reopen": 0.1, "offer": 0.4, "reason": 0.2, "withdraw": 0.3,
        "undo": 0.7, "note": 0.7,
    },
    Place.OVER: ANYWHERE | {
        "reopen": 1.0, "close": 0.9, "undo": 0.8, "progress": 0.3, "resolved": 0.3, "thanks": 0.8,
        "accept": 0.1, "bounce": 0.2, "need": 0.1, "send": 0.3, "withdraw": 0.1, "reason": 0.1,
        "later": 0.1,
    },
    Place.REQUEST: ANYWHERE | {
        "reason": 1.0, "withdraw": 1.0, "progress": 0.15, "note": 0.3, "resolved": 0.4,
        "close": 0.3, "need": 0.1, "bounce": 0.1, "later": 0.3, "reopen": 0.1, "undo": 0.2,
        "other": 0.15,
    },
    Place.QUESTION: ANYWHERE | {
        "note": 1.0, "reason": 0.6, "progress": 0.4, "withdraw": 0.4, "resolved": 0.2, "later": 0.4,
        "close": 0.2, "bounce": 0.1,
    },
    Place.CODE: {
        "confirm": 1.0, "deny": 1.0, "question": 0.4, "help": 0.3, "thanks": 0.2, "accept": 0.1,
        "bounce": 0.1, "undo": 0.1, "other": 0.3, "status": 0.1, "absent": 0.2, "note": 0.1,
    },
    Place.OFFICE: {
        "right": 1.0, "wrong": 1.0, "go": 1.0, "live": 1.0, "list": 0.8, "status": 0.6,
        "question": 0.6, "thanks": 0.6, "help": 0.5, "other": 0.4, "note": 0.3, "absent": 0.4,
        "offer": 0.05, "accept": 0.05, "close": 0.05, "undo": 0.2, "severity": 0.2, "type": 0.2,
    },
    Place.BYSTANDER: ANYWHERE | {
        "note": 1.0, "status": 0.8, "progress": 0.5, "reason": 0.3, "reopen": 0.4, "accept": 0.2,
        "list": 0.6, "resolved": 0.2, "offer": 0.3, "need": 0.2, "close": 0.2,
    },
}  # fmt: skip
"""How likely an act is in a place, 0 to 1; what is not named there cannot be meant."""

MEANT: Mapping[Place, Mapping[str, str]] = {
    Place.OFFERED: {"reason": "note", "withdraw": "close", "send": "other"},
    Place.BOUNCED: {"reason": "note", "progress": "note"},
    Place.OWNED: {"reason": "progress", "withdraw": "close", "later": "progress",
                  "reopen": "progress"},
    Place.OVER: {"accept": "reopen", "withdraw": "close", "reason": "note", "later": "note"},
    Place.REQUEST: {"progress": "reason", "note": "reason", "resolved": "withdraw",
                    "close": "withdraw", "need": "reason", "undo": "withdraw", "reopen": "reason",
                    "bounce": "other"},
    Place.QUESTION: {"reason": "note", "progress": "note", "resolved": "withdraw",
                     "close": "withdraw"},
    Place.CODE: {"accept": "confirm", "bounce": "deny", "undo": "deny"},
    Place.BYSTANDER: {"progress": "note", "reason": "note"},
}  # fmt: skip
"""The act that words of another one stand for in a place."""

FOUNDERS = frozenset({"go", "live", "right", "wrong"})


def weighed_acts(chances: Mapping[str, float], situation: Situation) -> dict[str, float]:
    """The chance of each act in a situation, from what the words alone say; they add up to 1."""
    likely, meant = LIKELY[situation.place], MEANT.get(situation.place, {})
    weighed: dict[str, float] = {}
    for act, chance in chances.items():
        weight = likely.get(act, 0.0)
        if act in FOUNDERS and not situation.founder:
            weight = 0.0
        name = meant.get(act, act)
        if name == "offer" and not situation.names_owner:
            name = "bounce"
        weighed[name] = weighed.get(name, 0.0) + chance * weight
    total = sum(weighed.values()) or 1.0
    return {act: chance / total for act, chance in weighed.items() if chance}
