"""What every event has: when, by whom, from what cause; and the closed lists that events use."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

CLOCK = "clock"
CUSTOMER = "customer"
DESKLESS = "deskless"


def private() -> Any:
    """A field whose text is kept beside the ledger and can be erased."""
    return field(default="", metadata={"private": True})


class Blocker(StrEnum):
    """What truly holds a case up (R67): one of six, or nothing known."""

    BUG_FIX = "bug_fix"
    ACCESS = "access_issue"
    DECISION = "missing_decision"
    REPRO = "unclear_repro"
    EXCEPTION = "policy_exception"
    DEPENDENCY = "dependency"


class Why(StrEnum):
    """Why an act by mail was refused, or why a case was closed."""

    STALE = "stale"
    NOT_YOURS = "not_yours"
    TAKEN = "taken"
    UNPROVEN = "unproven"
    FORGED = "forged"
    NOT_NOW = "not_now"
    UNCLEAR = "unclear"
    DONE = "done"
    DUPLICATE = "duplicate"
    NOT_AN_ESCALATION = "not_an_escalation"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: when (UTC), by whom, and what caused it.

    `by` is a person's id, `customer`, `deskless` or `clock`. `cause` is `mail:<sha256 of the raw
    mail>`, `clock` or `command line`; `message_id` is that mail's own id.
    """

    at: datetime
    by: str = DESKLESS
    cause: str = CLOCK
    message_id: str = private()
