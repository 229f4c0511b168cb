"""A model's answer, read with suspicion: bounded, about nothing but what was asked.

Servers that do not enforce a schema wrap their JSON in prose or a fence, write `not met` for
`not_met`, or leave fields out; what is meant beyond doubt is taken, the rest is unfit. Whether a
quote holds is not decided here but in `settle.py`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from deskless.policies.judge import Sign
from deskless.policies.settle.model_schema import TRIAGE, asked_readers
from deskless.policies.verdict import Answer, Finding, Impact, Met, Quote, Type

LONGEST = 200_000  # characters of an answer that are read
QUOTES = 6  # of one finding, and of what was tried and told
WORDS = 600  # characters of a reason or a quote
BRACES = 40  # places at which a JSON object is looked for
Place = Callable[[str, str], Quote]
"""Turns (name of a message, words as the model saw them) into a quote of the real message."""


class Unfit(ValueError):
    """An answer that cannot be used; `json` tells whether it was a JSON object at all."""

    def __init__(self, text: str, *, json: bool) -> None:
        super().__init__(text)
        self.json = json


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """An answer in our own types. `missing` are criteria about which nothing was said, `impact` the
    signs that it quotes, `type` what it takes the matter for (None: it does not say).
    """

    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    triage: tuple[Answer, ...] = ()
    tried: tuple[Quote, ...] = ()
    told: tuple[Quote, ...] = ()
    summary: str = ""
    impact: tuple[Sign, ...] = ()
    type: Type | None = None


def read_model_answer(text: str, ids: Sequence[str], place: Place) -> ModelAnswer:
    """The answer to the criteria `ids`: one finding each, in their order.

    A criterion that is left out, or answered twice and differently, is unclear. Raises Unfit when
    there is no JSON object, or none of its findings is about a criterion that was asked.
    """
    data = answer_object(text, "findings")
    by_criterion: dict[str, Finding] = {}
    for item in _list(data.get("findings"), 4 * len(ids) + 4):
        finding = _finding(item, ids, place)
        if finding is not None:
            by_criterion[finding.policy] = _agreed(
                by_criterion.get(finding.policy, finding), finding
            )
    if ids and not by_criterion:
        raise Unfit("the list `findings` holds none of the criteria asked about", json=True)
    missing = tuple(id_ for id_ in ids if id_ not in by_criterion)
    against = _against(data)
    findings = (by_criterion.get(id_, _silent(id_)) for id_ in ids)
    return ModelAnswer(
        findings=tuple(_doubted(finding, against) for finding in findings),
        missing=missing,
        triage=tuple(_triage(data.get("triage"), place)),
        tried=_quotes(data.get("tried"), place),
        told=_quotes(data.get("told"), place),
        summary=_text(data.get("summary")),
        impact=() if against else tuple(_signs(data.get("impact"), place)),
        type=next((type_ for type_ in Type if data.get("type") == type_.value), None),
    )


def _against(data: dict[str, object]) -> str:
    """What the answer itself says against a case: whose matter it is, or that it is not open."""
    whose, stands = (str(data.get(name, "")) for name in ("whose", "open"))
    if whose in asked_readers("whose"):
        return f"not a customer's matter ({whose.replace('-', ' ')})"
    if stands in asked_readers("open"):
        return f"not open ({stands.replace('-', ' ')})"
    return ""


def _doubted(finding: Finding, against: str) -> Finding:
    """A finding beside what the answer says of the mail as a whole: both cannot be sure."""
    if not against or finding.met is not Met.MET:
        return finding
    reason = f"The answer calls it {against}. {finding.reason}"[:WORDS]
    return replace(finding, met=Met.UNCLEAR, sure=False, reason=reason)


def _signs(value: object, place: Place) -> Iterable[Sign]:
    kinds = {kind.value: kind for kind in Impact}
    for item in _list(value, len(kinds)):
        kind = kinds.get(_text(item.get("kind"))) if isinstance(item, dict) else None
        if kind:
            yield from (Sign(kind, quote) for quote in _quotes([item], place))


def answer_object(text: str, field: str) -> dict[str, object]:
    """The JSON object of an answer: the last one with this field, else the first there is.

    Raises Unfit where there is none.
    """
    text = text[:LONGEST]
    decoder = json.JSONDecoder(strict=False)
    best: dict[str, object] | None = None
    at, end = text.find("{"), 0
    for _ in range(BRACES):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict) and (best is None or field in value):
                best = value
        at = text.find("{", end)
    if best is None:
        raise Unfit("there is no JSON object in it", json=False)
    return best


def _finding(item: object, ids: Sequence[str], place: Place) -> Finding | None:
    if not isinstance(item, dict) or item.get("policy") not in ids:
        return None
    met = _met(item.get("met"))
    if met is None:
        return None
    quotes = _quotes(item.get("quotes"), place)
    return Finding(str(item["policy"]), met, _text(item.get("reason")), quotes, by="claude")


def _met(value: object) -> Met | None:
    if isinstance(value, bool):
        return Met.MET if value else Met.NOT_MET
    if not isinstance(value, str):
        return None
    word = value.strip().casefold().replace(" ", "_").replace("-", "_")
    return Met(word) if word in set(Met) else None


def _agreed(first: Finding, second: Finding) -> Finding:
    if first.met is second.met:
        return first
    text = "The answer contradicts itself about this criterion."
    return Finding(first.policy, Met.UNCLEAR, text, first.quotes, by="claude")


def _silent(id_: str) -> Finding:
    return Finding(id_, Met.UNCLEAR, "The answer says nothing about this criterion.", by="claude")


def _triage(value: object, place: Place) -> Iterable[Answer]:
    for name, question in TRIAGE.items():
        item = value.get(name) if isinstance(value, dict) else None
        quote = next(iter(_quotes([item], place)), None)
        yield Answer(question, quote.text if quote else None, quote)


def _quotes(value: object, place: Place) -> tuple[Quote, ...]:
    quotes = []
    for item in _list(value, QUOTES):
        if isinstance(item, dict):
            words = _text(item.get("quote"))
            message = _text(item.get("message"))
        else:
            words, message = _text(item), ""
        if words:
            quotes.append(place(message, words))
    return tuple(quotes)


def _list(value: object, most: int) -> list[object]:
    return value[:most] if isinstance(value, list) else []


def _text(value: object) -> str:
    """A string as it may be kept: bounded, without halves of characters."""
    if not isinstance(value, str):
        return ""
    return value[:WORDS].encode("utf-8", "replace").decode().strip()
