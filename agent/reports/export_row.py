"""One entry of a case as a row of the escalation log: the columns, and how each is filled (R78).

Every instant stands twice, in UTC and in the team's zone, both in RFC 3339. Words that were erased
stand as `[erased]`; a column that does not apply to an event is empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deskless.agent.case.case import Case
from deskless.agent.case.event import EVENTS, Event, private_fields
from deskless.store.ledger.entries import Entry

ERASED = "[erased]"
COLUMNS = (
    "entry", "at_utc", "at_local", "case", "ticket", "customer", "account_tier", "severity", "type",
    "nature", "policies", "event", "by", "by_name", "status_before", "status_after", "owner_before",
    "owner_after", "owner_name", "handoff", "to", "to_name", "tier", "answer_by_utc",
    "answer_by_local", "late", "code", "why", "promise_utc", "promise_local", "blocker", "reason",
    "tried", "subject", "summary", "next_action", "note", "first_mail_utc", "first_mail_local",
    "proof", "cause", "message_id", "policy_hash",
)  # fmt: skip
"""The columns of the log, in their order. New ones are added at the end."""
WORDS = ("subject", "summary", "reason", "tried", "next_action", "note", "message_id")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """How ids and instants are shown: a name for an id, the customer of a ticket, the zone."""

    name: Callable[[str], str]
    customer: Callable[[str], str]
    zone: ZoneInfo


def row(kept: Entry, event: Event, before: Case | None, after: Case | None, shown: Shown) -> Row:
    """The row of an event that led from `before` to `after`; None: the fold could not say."""
    case = after or before
    to = next((str(one) for one in (getattr(event, name, "") for name in TO) if one), "")
    made: Row = {
        "entry": kept.seq,
        "case": kept.case,
        "ticket": kept.ticket,
        "customer": shown.customer(kept.ticket or ""),
        "event": kept.kind,
        "by": kept.actor,
        "by_name": shown.name(kept.actor),
        "owner_name": shown.name(case.owner) if case and case.owner else "",
        "handoff": getattr(event, "number", None) or getattr(event, "handoff", None),
        "to": to,
        "to_name": shown.name(to) if to else "",
        "tier": getattr(event, "tier", None),
        "late": _late(event, before),
        "code": _code(event),
        "why": str(getattr(event, "why", "") or "") if kept.kind == "refused" else _reason(event),
        "blocker": str(getattr(event, "blocker", None) or ""),
        "proof": getattr(event, "proof", ""),
        "cause": kept.cause,
        "policy_hash": kept.policy,
    }
    made |= _standing(before, after)
    made |= _instants(kept, event, shown.zone)
    made |= _words(kept, event)
    return {name: _plain(made.get(name)) for name in COLUMNS}


TO = ("to", "founder", "asked", "owner")
"""Fields of events that name who is meant, the most telling first."""


def _standing(before: Case | None, after: Case | None) -> Row:
    case = after or before
    if case is None:
        return {}
    return {
        "account_tier": case.account_tier,
        "severity": case.severity.value,
        "type": case.type.value,
        "nature": case.nature.value,
        "policies": " ".join(case.policies),
        "status_before": before.status.value if before else "",
        "status_after": after.status.value if after else "",
        "owner_before": (before.owner or "") if before else "",
        "owner_after": (after.owner or "") if after else "",
    }


def _instants(kept: Entry, event: Event, zone: ZoneInfo) -> Row:
    found = {
        "at": kept.at,
        "answer_by": getattr(event, "answer_by", None),
        "promise": getattr(event, "promise", None),
        "first_mail": getattr(event, "first_mail", None),
    }
    made: Row = {}
    for name, at in found.items():
        made[f"{name}_utc"] = stamp(at)
        made[f"{name}_local"] = stamp(at, zone)
    return made


def stamp(at: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant to the second, in UTC (`…Z`) or with a zone's offset; nothing for None."""
    if at is None:
        return ""
    if zone is not None:
        return at.astimezone(zone).isoformat(timespec="seconds")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _words(kept: Entry, event: Event) -> Row:
    """What was said; `[erased]` in every column that the lost words may have filled."""
    gone = kept.sealed and kept.private is None
    hidden = private_fields(EVENTS[kept.kind])
    found: Row = {}
    for name in WORDS:
        said = getattr(event, name, "") if name in hidden else ""
        found[name] = ERASED if gone and name in hidden else said
    spoken = [getattr(event, name) for name in ("detail", "why", "clock") if name in hidden]
    extra = [one for one in spoken if one]
    if gone and {"detail", "why"} & hidden:
        extra = [ERASED]
    if extra and not found["note"]:
        found["note"] = " ".join(extra)
    return found


def _late(event: Event, before: Case | None) -> str:
    """Whether an answer to an offer came after its deadline."""
    handoff = before.handoff if before else None
    number = getattr(event, "number", None)
    answers = type(event).__name__ in {"Accepted", "Bounced"}
    if not answers or handoff is None or handoff.number != number:
        return ""
    return "yes" if event.at > handoff.answer_by else "no"


def _code(event: Event) -> str:
    return str(getattr(event, "code", None) or getattr(event, "verb", "") or "")


def _reason(event: Event) -> str:
    """Why a case was closed, or what an undo took back."""
    if type(event).__name__ == "Closed":
        into = getattr(event, "into", None)
        return f"{getattr(event, 'reason', '')}{f' {into}' if into else ''}"
    return str(getattr(event, "what", "") or "")


def _plain(value: Any) -> Any:
    """None as nothing; text as UTF-8 can carry it, without NUL."""
    if value is None:
        return ""
    if isinstance(value, str) and value:
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    return value
