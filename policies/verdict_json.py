"""A verdict as JSON and back: the same verdict is the same bytes, always (RFC 8785)."""

import json
from dataclasses import asdict
from typing import Any, TypeVar

import rfc8785

from deskless.policies.verdict import (
    Answer,
    Finding,
    Met,
    Nature,
    Outcome,
    Quote,
    Severity,
    Type,
    Verdict,
)

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
        "findings": tuple(finding(one) for one in data["findings"]),
        "reasons": tuple(data["reasons"]),
        "severity": _enum(Severity, data["severity"]),
        "type": _enum(Type, data["type"]),
        "nature": _enum(Nature, data["nature"]),
        "risks": tuple(data["risks"]),
        "triage": tuple(_answer(one) for one in data["triage"]),
        "tried": _quotes(data["tried"]),
        "told": _quotes(data["told"]),
        "knowledge": tuple(data["knowledge"]),
    }


def _enum(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def finding(data: dict[str, Any]) -> Finding:
    """A finding from what `asdict` made of it."""
    return Finding(**(data | {"met": Met(data["met"]), "quotes": _quotes(data["quotes"])}))


def _answer(data: dict[str, Any]) -> Answer:
    quote = Quote(**data["quote"]) if data["quote"] else None
    return Answer(data["question"], data["answer"], quote)


def _quotes(data: list[dict[str, str]]) -> tuple[Quote, ...]:
    return tuple(Quote(**one) for one in data)
