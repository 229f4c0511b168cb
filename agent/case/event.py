"""What has happened to a case: past tense, frozen, a closed vocabulary.

An event is a fact and is never taken back; a correction is a later event (`Undone`). Fields
declared with `private()` hold words or addresses of people: they lie beside the ledger, may be
erased, and nothing that `state.advance` computes may depend on them. All instants are UTC. People
are named by their `Person.id`, never by name or address.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from deskless.agent.case.verbs import Code
from deskless.policies.verdict import Nature, Severity, Type

CLOCK, CUSTOMER, DESKLESS = "clock", "customer", "deskless"
"""Actors that are no person."""


def private() -> Any:
    """A field whose text is kept beside the ledger and can be erased."""
    return field(default="", metadata={"private": True})


class Blocker(StrEnum):
    """What truly holds a case up: one of six, or nothing known."""

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
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    PREMATURE = "premature"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Event):
    """What every new case knows: shared by `Requested` and `Opened`."""

    key: str
    ticket: str
    seq: int
    severity: Severity
    type: Type
    nature: Nature
    tier: int
    policies: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    requester: str | None = None
    verdict: str = ""
    policy_hash: str = ""
    account_tier: str = ""
    revenue: int | None = None
    renewal: str | None = None
    first_mail: datetime | None = None
    last_touch: datetime | None = None
    unanswered_since: datetime | None = None
    summary: str = private()
    subject: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(Opening):
    """A teammate asked for an escalation, and reason or attempts are still missing."""

    missing: tuple[str, ...]
    reason: str = private()
    tried: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Opening):
    """The case exists and looks for an owner."""

    reason: str = private()
    tried: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(Event):
    """The requester supplied what was missing."""

    reason: str = private()
    tried: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """A brief was addressed to one person: handoff `number`, to be answered by `answer_by`."""

    number: int
    to: str
    tier: int
    answer_by: datetime
    remind_at: datetime
    lead: bool = False
    why: str = private()
    clock: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed(Event):
    """The brief of a handoff left, or is about to leave, late: its clock begins here."""

    number: int
    answer_by: datetime
    remind_at: datetime
    clock: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(Event):
    """Someone who owes an answer was reminded; `again` is when the next reminder is due, if any."""

    to: str
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Event):
    """Somebody said yes to a handoff, and it could be authenticated.

    `owner` is who owns it now (a lead may name somebody else). `promise` is the next update the
    customer is to get, which is also when the lease lapses; `wished` is as for `Progressed`.
    """

    number: int
    owner: str
    promise: datetime
    tier: int
    next_action: str = private()
    proof: str = ""
    questioned: datetime | None = None
    wished: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced(Event):
    """The person asked said no, with a code where one was given, and a note."""

    number: int
    code: Code | None = None
    to: str | None = None
    note: str = private()
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Event):
    """Who was asked, a lead or the founder, named somebody (`to`), who is asked next.

    Nobody owns it by that: the named one says yes himself.
    """

    number: int
    to: str
    note: str = private()
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquired(Event):
    """`asker` misses a fact, and `asked` may know it. Status, offer and clocks stay as they are.

    `customer` says that the customer is who can know it; then nobody of the team is asked.
    """

    asker: str
    asked: str | None = None
    customer: bool = False
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Informed(Event):
    """Who was asked for a fact has answered it."""

    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Event):
    """A person corrects what the judge said: the severity, the type, the customer, a criterion.

    `verdict` is the one that was wrong, `not_met` the criterion that does not hold, `policy` one
    that does. `answer_by` and `promise` are the clocks as they run from now on. With `account` the
    case is another customer's, whose tier, revenue and renewal these are.
    """

    verdict: str = ""
    severity: Severity | None = None
    type: Type | None = None
    policy: str | None = None
    not_met: str | None = None
    account: bool = False
    account_tier: str = ""
    revenue: int | None = None
    renewal: str | None = None
    answer_by: datetime | None = None
    promise: datetime | None = None
    customer: str = private()
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted(Event):
    """Another case (`other`) that looked like the same matter is none: it is shown no more."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed(Event):
    """The person asked will answer later, still in time; nothing is owned."""

    number: int
    until: datetime
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Event):
    """Nobody answered in time."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Event):
    """The person asked is out of office: never an answer; the offer moves on at once."""

    number: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered(Event):
    """The brief could not be delivered."""

    number: int
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The owner needs more: back to somebody who can tell (`asked`)."""

    asked: str
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded(Event):
    """The chain ended: the founder has it, as handoff `number`, and is reminded at `remind_at`."""

    founder: str
    number: int
    remind_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed(Event):
    """The owner told how it stands: progress, blocker, next action, next promise.

    `proof` is set where it was told by reply: such a step can be taken back, a mail that left
    cannot. `caused`: a cause is named in it; `eased`: a way around it, or (False) that there is
    none any more. `blocks`: it says what blocks it (`blocker`, where that is one of the six), or
    that nothing does; None: neither. `questioned` is a promise that was named and is asked back
    first, being later than the customer of such a case may wait; `wished` one later than was told.
    """

    promise: datetime | None = None
    blocker: Blocker | None = None
    questioned: datetime | None = None
    wished: datetime | None = None
    proof: str = ""
    caused: bool = False
    eased: bool | None = None
    blocks: bool | None = None
    note: str = private()
    next_action: str = private()
    blocked_by: str = private()
    root_cause: str = private()
    status: str = private()
    done: str = private()
    expected: str = private()
    workaround: str = private()
    prevention: str = private()
    impact: str = private()
    process: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """Nobody owns it any more: the lease lapsed without word, or the owner gave it back (`by`).

    `handoff` is the number of that by which they had it; `left`: they left the matrix.
    """

    owner: str
    left: bool = False
    handoff: int | None = None
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Event):
    """The owner says it is solved, or (`fixed`) for good; `caused`: they say why."""

    caused: bool = False
    fixed: bool = False
    note: str = private()
    root_cause: str = private()
    done: str = private()
    prevention: str = private()
    impact: str = private()
    process: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """It is over, with the reason; `into` names the case that a duplicate joins."""

    reason: Why
    into: str | None = None
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Event):
    """It was not over; `promise` is the next update the customer is to get."""

    promise: datetime | None = None
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Event):
    """A person took back their own last act."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """Somebody of the team wrote something down; nothing else changes. `caused`: it says why."""

    caused: bool = False
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched(Event):
    """The customer wrote again, or (by a person of the team) was written to.

    `severity` is what the conversation is judged as now; where that is worse, an open offer is to
    be answered by `answer_by`. `promise` is when the customer hears next, as the team told them.
    """

    severity: Severity | None = None
    answer_by: datetime | None = None
    promise: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Event):
    """A person said yes to this very text for the customer: `text` is its SHA-256.

    `promise` is the next update that the text tells them to expect. `waits`: the customer has been
    told when the letter has left (`Reached`); without it, as in records of an earlier version, the
    yes itself counted.
    """

    text: str
    kind: str = "acknowledgement"
    promise: datetime | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached(Event):
    """A letter approved at `approved` has left: `text`, `kind` and `promise` are of that yes."""

    text: str
    approved: datetime
    kind: str = "acknowledgement"
    promise: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached(Event):
    """A letter to the customer came back: they were not told, and go on waiting.

    `told` is when it left, was approved, or (by hand, of cause `mail`) was read; None: unknown.
    """

    told: datetime | None = None
    status: str = ""
    mail: str = ""
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Event):
    """Somebody tried to act and could not; what is true stays true."""

    why: Why
    verb: str = ""
    number: int | None = None
    detail: str = private()


def private_fields(event: type[Event] | Event) -> frozenset[str]:
    """The names of the fields that may be erased."""
    return frozenset(each.name for each in fields(event) if each.metadata.get("private"))
