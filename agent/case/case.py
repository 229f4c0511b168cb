"""The case as a value: what its events add up to at one moment.

Holds no words and no addresses, so that erasing a person never changes it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.agent.case.after.files import (
    Goodwill,
    Rating,
    RecoveryFile,
    Relation,
    ReviewFile,
    Task,
)
from deskless.agent.case.event import Blocker
from deskless.agent.case.event_live import Flag
from deskless.agent.case.verbs import Code
from deskless.policies.verdict import Nature, Severity, Type


class Status(StrEnum):
    """Where a case stands."""

    REQUESTED = "requested"
    OPEN = "open"
    OFFERED = "offered"
    OWNED = "owned"
    STRANDED = "stranded"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Result(StrEnum):
    """What became of a handoff."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    LAPSED = "lapsed"
    AWAY = "away"
    UNDELIVERED = "undelivered"
    WITHDRAWN = "withdrawn"
    NAMED = "named"


FIRST_WORD, OWN_WORDS, APOLOGY = "acknowledgement", "words", "apology"
"""Letters to a customer: the prepared first word and the founder's apology, which can leave once
only, and a person's own words.
"""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A fact that `asker` misses and `asked` may know. Instants UTC."""

    asker: str
    asked: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Handoff:
    """One offer of the case to one person. Instants UTC."""

    number: int
    to: str
    tier: int
    offered_at: datetime
    answer_by: datetime
    remind_at: datetime
    lead: bool = False
    reminded: bool = False
    result: Result = Result.OFFERED
    code: Code | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What `Undone` leads back to: whose act it was, what, when, why, and the case's parts then.

    `kept` are the parts that only later kinds of acts change; None for an act before those.
    `earlier` is what was to be led back to before that act.
    """

    by: str
    what: str
    at: datetime
    status: Status
    tier: int
    owner: str | None
    promise: datetime | None
    handoffs: tuple[Handoff, ...]
    cause: str = ""
    kept: "Kept | None" = None
    earlier: "Before | None" = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a correction or a word of progress changes, as it was before."""

    severity: Severity
    type: Type
    policies: tuple[str, ...]
    blocker: Blocker | None
    broken_promises: int
    judged: Severity | None
    account_tier: str
    revenue: int | None
    renewal: str | None
    put_off: int = 0
    talked: int = 0
    caused: bool = False
    promised_since: datetime | None = None
    eased: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the customer's newest word (of `at`) replaced: it stands again if that comes back."""

    at: datetime
    told_at: datetime | None
    expected: datetime | None
    promise: datetime | None
    wished: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What stakeholders know of a case; `put_off` counts delays of the update promised last."""

    ended: Status | None
    severity: Severity
    owner: str | None
    blocker: Blocker | None
    put_off: int
    eased: bool = False

    def news(self, now: "Picture") -> tuple[str, ...]:
        """Which parts are new in `now`.

        Word that came after all is no news of a delay, nor is a way around that is gone; and the
        end is told once: that what was resolved is closed says nothing more.
        """
        quiet = {
            "put_off": now.put_off < self.put_off,
            "eased": self.eased,
            "ended": self.ended is Status.RESOLVED and now.ended is Status.CLOSED,
        }
        return tuple(
            name for name in Picture.__dataclass_fields__
            if getattr(self, name) != getattr(now, name) and not quiet.get(name)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A red flag of the case: when it went up (UTC), and whether who can act has been told."""

    flag: Flag
    at: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """The war room of a case: who belongs to it (ids), and who was last told to lead it.

    `named` is who leads it by a person's word; None: whoever has the case.
    """

    opened_at: datetime
    commander: str
    people: tuple[str, ...]
    named: str | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation of one thread, as its events add up. Holds no words and no addresses."""

    key: str
    ticket: str
    seq: int
    status: Status
    severity: Severity
    type: Type
    nature: Nature
    tier: int
    opened_at: datetime
    changed_at: datetime
    policies: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    requester: str | None = None
    missing: tuple[str, ...] = ()
    asked: str | None = None
    nagged: bool = False
    owner: str | None = None
    handoffs: tuple[Handoff, ...] = ()
    round: int = 0
    promise: datetime | None = None
    lease_reminded: bool = False
    broken_promises: int = 0
    blocker: Blocker | None = None
    blocked: bool = False
    """Whether somebody has named what blocks it, in words of their own."""
    last_touch: datetime | None = None
    first_mail: datetime | None = None
    unanswered_since: datetime | None = None
    acknowledged_at: datetime | None = None
    approved_at: datetime | None = None
    """When a person said yes to the first letter to the customer, while it has not left."""
    told_at: datetime | None = None
    """When the newest letter to the customer left, one that the team wrote by itself included."""
    expected: datetime | None = None
    """When the customer hears next, by the last word that reached them; None: it named no time."""
    wished: datetime | None = None
    """When the owner wants to write, where the customer was told an earlier time."""
    replaced: Replaced | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""
    into: str | None = None
    verdict: str = ""
    policy_hash: str = ""
    account_tier: str = ""
    revenue: int | None = None
    renewal: str | None = None
    before: Before | None = None
    questioned: datetime | None = None
    inquiry: Inquiry | None = None
    judged: Severity | None = None
    """The severity that a person corrected; the same judgement again does not undo the word."""
    parted: tuple[str, ...] = ()
    room: Room | None = None
    ticked: tuple[tuple[str, datetime], ...] = ()
    """For which instant each clock acted last, by its name."""
    told: Picture | None = None
    """How the case stood when the stakeholders were told last."""
    followers_told_at: datetime | None = None
    told_to: tuple[str, ...] = ()
    """Everybody who was ever told as a stakeholder."""
    unfollowed: tuple[str, ...] = ()
    news: tuple[datetime, datetime] | None = None
    """Since when there is something that stakeholders do not know, and its latest change."""
    flags: tuple[RaisedFlag, ...] = ()
    opened_as: Severity | None = None
    promised_since: datetime | None = None
    """When the promise that stands was last made, also where it was said again for the same time:
    what the customer was told after that keeps it.
    """
    put_off: int = 0
    """How often the next update was put off since the customer last had a word."""
    talked: int = 0
    """How often the owner has told how it stands and named no blocker."""
    dropped: int = 0
    """How often an owner let it lapse without a word."""
    reopened: int = 0
    caused: bool = False
    """Whether a cause is on record."""
    asked_at: datetime | None = None
    """When the letter left that asks the customer whether it is solved."""
    promised_at: datetime | None = None
    """When the next update got the time that it has now: from there its clock is computed."""
    eased: bool = False
    """Whether there is a way around it."""
    fixed_at: datetime | None = None
    """When it was mended for good, by its owner's word."""
    apologised_at: datetime | None = None
    """When the founder's personal word to the customer left, or, while it has not, was approved."""
    close_asked: bool = False
    """Whether somebody wanted to close it before the customer said yes, and was asked why."""
    approvals: tuple[str, ...] = ()
    """How the digests of the approved mails to the customer begin, so that none goes twice."""
    recovery: RecoveryFile | None = None
    """How hard the customer was hit, once that is asked, and who wins them back."""
    offers: tuple[Goodwill, ...] = ()
    tasks: tuple[Task, ...] = ()
    rating: Rating | None = None
    relation: Relation | None = None
    review: ReviewFile | None = None

    @property
    def handoff(self) -> Handoff | None:
        """The offer that is still open."""
        open_ones = (
            handoff for handoff in reversed(self.handoffs) if handoff.result is Result.OFFERED
        )
        return next(open_ones, None)

    @property
    def word_at(self) -> datetime | None:
        """When the first word to the customer left, or, while it has not, was approved."""
        return self.acknowledged_at or self.approved_at

    def told_since(self, at: datetime) -> bool:
        """Whether a letter to the customer has left, or was let go, since then."""
        return any(word is not None and word >= at for word in (self.told_at, self.word_at))

    def owed(self, until: datetime, now: datetime) -> datetime:
        """The next update where its owner means to write by `until`.

        A time that the customer was told, and that is still to come, is put off by a letter alone.
        """
        told = self.expected
        return told if told and now < told < until else until

    @property
    def acting(self) -> str | None:
        """Whose move it is: the owner, else who is asked by the open offer; None: nobody's."""
        return self.owner or (self.handoff.to if self.handoff else None)

    def offer_number(self, person_id: str) -> int | None:
        """The number of the open offer, where it is to this person."""
        handoff = self.handoff
        return handoff.number if handoff and handoff.to == person_id else None

    @property
    def picture(self) -> Picture:
        """The case as stakeholders are told of it."""
        ended = None if self.live else self.status
        return Picture(ended, self.severity, self.owner, self.blocker, self.put_off, self.eased)

    @property
    def kept_word(self) -> bool:
        """Whether the customer has had a word since the promise that stands was made."""
        since = self.promised_since
        return self.told_at is not None and (since is None or self.told_at > since)

    @property
    def content(self) -> bool:
        """Whether the customer has written since it was resolved; who is not content reopens it."""
        since = self.resolved_at
        return since is not None and self.last_touch is not None and self.last_touch > since

    @property
    def live(self) -> bool:
        """Whether somebody still has something to do."""
        return self.status not in {Status.RESOLVED, Status.CLOSED}

    @property
    def round_handoffs(self) -> tuple[Handoff, ...]:
        """The handoffs since the chain last began anew."""
        return self.handoffs[self.round :]
