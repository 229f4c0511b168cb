"""What a model is asked, as a JSON schema: whose matter it is, whether it is open, each criterion
with its reason first, then type, impact and the rest.

Only what every server understands stands in the schema: objects, arrays, strings, enums, every
field required. Lengths and counts are bounded where the answer is read (`model_answer`). The names
of messages are free strings, so that the schema is the same for every thread and can be cached.
"""

from collections.abc import Iterable, Sequence

from deskless.policies.hash import json_digest
from deskless.policies.reading.readers import shipped_readers
from deskless.policies.reading.triage import IMPACT, SINCE, TRIED, WHAT, WHO, WORKAROUND
from deskless.policies.verdict import Impact, Met, Type

TRIAGE = {
    "what": WHAT,
    "since": SINCE,
    "who": WHO,
    "impact": IMPACT,
    "tried": TRIED,
    "workaround": WORKAROUND,
}
"""The triage questions under the short names that the answer uses."""

OURS, OPEN = "customer", "open"
"""The answers with which a matter is a customer's of ours, and open."""


def asked_readers(asks: str) -> tuple[str, ...]:
    """The answers to *whose* or *open* that speak against a case: the readers' ids."""
    return tuple(reader.id for reader in shipped_readers() if reader.asks == asks)


def answer_schema(ids: Sequence[str]) -> dict[str, object]:
    """The JSON schema of an answer about these criteria; the same ids give the same bytes."""
    text: dict[str, object] = {"type": "string"}
    quote = _object({"message": text, "quote": text})
    quotes: dict[str, object] = {"type": "array", "items": quote}
    finding = _object(
        {
            "policy": {"type": "string", "enum": list(ids)},
            "reason": text,
            "quotes": quotes,
            "met": {"type": "string", "enum": [met.value for met in Met]},
        }
    )
    sign = _object({"kind": _one_of(Impact), "message": text, "quote": text})
    return _object(
        {
            "whose": _one_of((OURS, *asked_readers("whose"))),
            "open": _one_of((OPEN, *asked_readers("open"))),
            "findings": {"type": "array", "items": finding},
            "type": _one_of(Type),
            "impact": {"type": "array", "items": sign},
            "triage": _object(dict.fromkeys(TRIAGE, quote)),
            "tried": quotes,
            "told": quotes,
            "summary": text,
        }
    )


def schema_form() -> str:
    """The version of the schema: 12 hex digits that change when its shape does, whoever asks."""
    return json_digest(answer_schema(("id",)))[:12]


def _one_of(words: Iterable[str]) -> dict[str, object]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _object(fields: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
