"""Why a model did not answer, each reason by one word, and what follows from it.

A word that the mail itself may have caused (`refused the mail`, `answered no JSON`, `cut off`, …)
sends the thread to a person (`policies/settle/reasons.py`); any other leaves the rules' verdict.
A fault with `retry_after` is asked again by the store's queue; one with `pause` keeps the whole
model from being asked for so many seconds, so that a dead key costs one call and a storm is not
fed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anthropic import APIStatusError

HOUR = 3600.0
SOON = 60.0
DEAD = 900.0
"""Seconds until a key or model that was not accepted is tried again."""


@dataclass(frozen=True, slots=True)
class ModelFault:
    """One reason. `said` is a sentence for the founder; empty where the route itself is sound."""

    word: str
    said: str = ""
    retry_after: float | None = None
    pause: float = 0.0


class Silent(Exception):
    """The model gave no usable answer; `fault` tells why."""

    def __init__(self, fault: ModelFault) -> None:
        super().__init__(fault.word)
        self.fault = fault


REFUSED = ModelFault("refused the mail")
CUT = ModelFault("cut off at max_tokens")
TOO_LONG = ModelFault("the mail is too long for the model")
EMPTY = ModelFault("empty answer")
NO_JSON = ModelFault("answered no JSON")
NO_SCHEMA = ModelFault("ignored the schema")
BAD_REQUEST = ModelFault("bad request", "The model's server does not understand the request (400).")
NO_KEY = ModelFault(
    "no key", "There is no key for the model: export ANTHROPIC_API_KEY or set `key` of [judge].",
    None, DEAD,
)  # fmt: skip
KEY = ModelFault(
    "key not accepted", "The model's server does not accept the key (401): wrong, or revoked.",
    None, DEAD,
)  # fmt: skip
CREDIT = ModelFault("no credit", "The account of the model's key has no credit left.", None, DEAD)
BARRED = ModelFault("no permission", "The key may not use this model (403).", None, DEAD)
GONE = ModelFault(
    "model not found",
    "There is no such model (404); it may be retired. Set `model` of [judge] to another.",
    None, DEAD,
)  # fmt: skip
SPENT = ModelFault("spend limit reached", "The account's own spend limit is reached.", None, HOUR)
MOVED = ModelFault("redirected",
"The model's server redirects; set `base_url` to the last address.",
    None, DEAD,
)  # fmt: skip
TIMEOUT = ModelFault("timeout", "The model does not answer in time.", SOON)
UNREACHABLE = ModelFault("unreachable", "The model's server cannot be reached.", SOON)
NOT_API = ModelFault(
    "not the Messages API", "What answers at the model's address is not the Messages API.", SOON * 5
)
BUSY = ModelFault("busy", "The model's server is busy.", SOON, SOON)
LIMITED = ModelFault(
    "rate limited", "The model's server limits how often we may ask (429).", SOON, SOON
)
BROKEN = ModelFault("server error", "The model's server fails.", SOON)

_BY_STATUS = {
    400: BAD_REQUEST, 401: KEY, 402: CREDIT, 403: BARRED, 404: GONE, 408: TIMEOUT, 409: BUSY,
    410: GONE, 413: TOO_LONG, 422: BAD_REQUEST, 425: BUSY, 429: LIMITED, 503: BUSY, 504: TIMEOUT,
    529: BUSY,
}  # fmt: skip
_OVERFLOW = ("too long", "context window", "context length", "context size", "too many tokens")
_MONEY = ("credit balance", "billing", "payment")
_SHAPE = ("output_config", "effort", "json_schema", "format", "cache_control", "ttl", "extra input",
    "extra_forbidden", "schema",
)  # fmt: skip


def fault_of_status(error: "APIStatusError", now: datetime) -> ModelFault:
    """The fault of an answer with a status other than 2xx; Retry-After counts from `now`."""
    told = f"{error.type or ''} {error.api_message or ''}".casefold()
    code = (error.error_code or "").casefold()
    if "spend_limit" in code:
        return SPENT
    if error.status_code in {400, 413, 422} and any(phrase in told for phrase in _OVERFLOW):
        return TOO_LONG
    if error.status_code == 400 and any(phrase in told for phrase in _MONEY):
        return CREDIT
    fault = _BY_STATUS.get(error.status_code)
    if fault is None:
        fault = BROKEN if error.status_code >= 500 else BAD_REQUEST
        fault = MOVED if 300 <= error.status_code < 400 else fault
    wait = retry_after(error.response.headers, now)
    if wait is None or fault.retry_after is None:
        return fault
    return replace(fault, retry_after=wait, pause=max(wait, fault.pause))


def is_shape_fault(error: "APIStatusError") -> bool:
    """Whether a server stumbled over a field of the request that it does not know."""
    told = f"{error.api_message or ''} {error.body if isinstance(error.body, dict) else ''}"
    return error.status_code in {400, 422} and any(phrase in told.casefold() for phrase in _SHAPE)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a server asks us to wait, at most an hour; None where it asks for nothing.

    `retry-after-ms` wins over `retry-after`, which is seconds or an HTTP date (RFC 9110, 10.2.3).
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        try:
            seconds = float(text) / unit
        except ValueError:
            seconds = _until(text, now)
        if math.isfinite(seconds) and seconds > 0:
            return min(seconds, HOUR)
    return None


def _until(text: str, now: datetime) -> float:
    try:
        return (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return math.nan
