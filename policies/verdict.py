"""What a judge found about a thread, checked: the only thing the rest of the house believes.

A judge proposes findings; `settle.py` turns them into a `Verdict` by code alone. A quote counts
only if it stands, normalised, in the customer's own words.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeVar

import rfc8785


class Outcome(StrEnum):
    """What is to happen with the thread."""

    ESCALATE = "escalate"
    REVIEW = "review"
    LEAVE = "leave"


class Met(StrEnum):
    """Whether a criterion holds."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


class Severity(StrEnum):
    """How severe it is for the customer. The order is the order of urgency: SEV-1 first."""

    SEV1 = "SEV-1"
    SEV2 = "SEV-2"
    SEV3 = "SEV-3"
    SEV4 = "SEV-4"


class Type(StrEnum):
    """What kind of escalation it is: exactly one of five."""

    TECHNICAL = "technical"
    SERVICE = "service"
    BUSINESS = "business"
    SECURITY = "security"
    COMPLIANCE = "compliance"


class Nature(StrEnum):
    """What drives it: operations, technology, a policy, or how people were spoken to."""

    OPERATIONAL = "operational"
    TECHNICAL = "technical"
    POLICY = "policy"
    COMMUNICATION = "communication"


class Impact(StrEnum):
    """What a customer says of the impact: what happened, how far it reaches, since when, what it
    costs, and what makes it bearable.
    """

    STOPPED = "stopped"
    BROKEN = "broken"
    LOST = "lost"
    EXPOSED = "exposed"
    HURT = "hurt"
    DANGER = "danger"
    THREAT = "threat"
    EVERYONE = "everyone"
    CLIENTS = "clients"
    MANY = "many"
    COST = "cost"
    DATE = "date"
    SINCE = "since"
    WORKAROUND = "workaround"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in a post: `post` is its key, `text` verbatim, `at` RFC 3339 UTC."""

    post: str
    text: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion: met, not met or unclear, with the reason first and the quotes beside it.

    `sure` is False for a hit that a person should look at; such a hit reviews, not escalates.
    `by` is the judge that found it (`rules`, `claude`).
    """

    policy: str
    met: Met
    reason: str
    quotes: tuple[Quote, ...] = ()
    sure: bool = True
    by: str = "rules"


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the six triage questions, or None where nothing is known (NOT STATED)."""

    question: str
    answer: str | None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judged thread.

    `policy_hash` is the hash of the whole book, `engine` who judged (`rules`, `claude`,
    `claude+rules`, `rules (claude: timeout)`), `key` the cache key, `reasons` plain sentences why
    this outcome (also for `leave`). `severity`, `type`, `nature` are set when the outcome is
    not `leave`. `owner` is the id of the suggested next owner and `why_owner` the reason.
    `risks` are churn, security, executive, contract. `leading` is the policy that speaks for the
    case, `steps` how its severity was computed, `may_be` a higher one that one sign speaks for.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    severity: Severity | None
    type: Type | None
    nature: Nature | None
    risks: tuple[str, ...]
    tier: int | None
    owner: str | None
    why_owner: str
    triage: tuple[Answer, ...]
    tried: tuple[Quote, ...]
    told: tuple[Quote, ...]
    knowledge: tuple[str, ...]
    policy_hash: str
    engine: str
    key: str
    prompt: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    summary: str = ""
    leading: str = ""
    steps: tuple[str, ...] = ()
    may_be: Severity | None = None


FORM = 1  # raised when a field changes its meaning; a verdict of another form is judged again
E = TypeVar("E", Severity, Type, Nature)


class UnknownForm(ValueError):
    """A stored verdict that this version cannot read; judge the thread again."""


def to_json(verdict: Verdict) -> str:
    """Canonical JSON of a verdict: sorted keys, no white space, the same bytes every time."""
    return rfc8785.dumps({"form": FORM, **asdict(verdict)}).decode()


def from_json(text: str) -> Verdict:
    """The verdict of `to_json`. Raises UnknownForm when the text is none."""
    try:
        data = json.loads(text)
        if data.pop("form") != FORM:
            raise UnknownForm("The verdict is of another form.")
        return Verdict(**(data | _typed(data)))
    except UnknownForm:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnknownForm(f"The verdict cannot be read: {error}.") from error


def _typed(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": Outcome(data["outcome"]),
        "findings": tuple(finding_of(finding) for finding in data["findings"]),
        "reasons": tuple(data["reasons"]),
        "severity": _enum(Severity, data["severity"]),
        "may_be": _enum(Severity, data.get("may_be")),
        "steps": tuple(data.get("steps", ())),
        "type": _enum(Type, data["type"]),
        "nature": _enum(Nature, data["nature"]),
        "risks": tuple(data["risks"]),
        "triage": tuple(_answer(answer) for answer in data["triage"]),
        "tried": _quotes(data["tried"]),
        "told": _quotes(data["told"]),
        "knowledge": tuple(data["knowledge"]),
    }


def _enum(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def finding_of(data: dict[str, Any]) -> Finding:
    """A finding from what `asdict` made of it."""
    return Finding(**(data | {"met": Met(data["met"]), "quotes": _quotes(data["quotes"])}))


def _answer(data: dict[str, Any]) -> Answer:
    quote = Quote(**data["quote"]) if data["quote"] else None
    return Answer(data["question"], data["answer"], quote)


def _quotes(data: list[dict[str, str]]) -> tuple[Quote, ...]:
    return tuple(Quote(**quote) for quote in data)
