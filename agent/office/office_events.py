"""What happens to the office or to a conversation rather than to a case: one class a kind.

`KINDS` is the table: the kind as the ledger keeps it, and the class. Kinds and the names of their
values are data and never renamed. A field of an event lies in the entry's leaf, where it lasts
(ids, enums, numbers, instants); one made by `words` lies beside it, where it can be erased. A leaf
leaves out what is None. How they are written and read: `journal`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case.event import Why
from deskless.agent.office.event_fields import OfficeEvent, named, words
from deskless.policies.verdict import Outcome, Severity

# Mail that came in.


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRead(OfficeEvent):
    """A mail was seen: what it was, and what became of it; `unread` where nobody could read it."""

    kind: str
    became: str
    uid: int
    received: datetime
    size: int
    history: bool
    unread: bool | None = None
    message_id: str | None = words(always=True, default=None)
    flaws: tuple[str, ...] = words(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRescanned(OfficeEvent):
    """A folder began anew on the server, and was read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsVanished(OfficeEvent):
    """Mails were gone before they were read: so many, of which the first UIDs are named.

    `folder` is theirs.
    """

    uids: tuple[int, ...]
    count: int | None = None
    folder: str | None = words(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsRefused(OfficeEvent):
    """The server would not give mails out; `shown` is what it tells of them, a line each."""

    uids: tuple[int, ...]
    folder: str | None = words(default=None)
    shown: tuple[str, ...] | None = words(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailQuarantined(OfficeEvent):
    """A mail that failed again and again was set aside with its bytes."""

    uid: int
    why: str = words(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRetried(OfficeEvent):
    """A mail that had been set aside was read by a person's command."""

    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsMerged(OfficeEvent):
    """Another conversation became part of this one: by ids, or by a person's word."""

    other: str
    by_what: str = named("by")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsLookedAlike(OfficeEvent):
    """Other conversations (ids, separated by commas) may be the same matter: shown, not joined."""

    other: str
    by_what: str = named("by")


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryLeaked(OfficeEvent):
    """A word of an internal mail was seen outside the team."""

    letter: str
    case: str | None = None
    sender: str = words(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSetBack(OfficeEvent):
    """A signed head over `seen` entries came back that this record, of `size`, does not know."""

    seen: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherDesklessSeen(OfficeEvent):
    """A mail in our name that another installation signed; `other` is a digest of its name."""

    other: str


# Answers, and machines that answer.


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDoubted(OfficeEvent):
    """Words came that could not be believed as they were."""

    why: Why
    trust: str
    about: str | None = None
    handoff: str | None = None
    said: str = words(default="")
    sender: str = words("from", default="")
    spoken: str | None = words("words", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPondered(OfficeEvent):
    """An answer that code could not read waits for a model to propose what it means."""

    about: str
    spoken: str | None = words("words", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyProposed(OfficeEvent):
    """What a model proposed of such an answer (an act; empty: nothing), and whether it was done.

    `trouble` is why there was no proposal.
    """

    about: str
    act: str = ""
    done: bool = False
    trouble: str = ""
    model: str = ""
    prompt: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDenied(OfficeEvent):
    """A person said that an answer in their name was not theirs."""

    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceAnnounced(OfficeEvent):
    """A machine told that somebody is away."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptArrived(OfficeEvent):
    """A machine told that a letter of ours was received or read."""

    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSeen(OfficeEvent):
    """A mail of the team promised the customer another time than the one on record."""

    case: str
    before: datetime
    promise: datetime
    spoken: str = words("words", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtLeft(OfficeEvent):
    """A person left a doubtful conversation with support."""


# Commands to the office.


@dataclass(frozen=True, slots=True, kw_only=True)
class WentLive(OfficeEvent):
    """The founder let mail go out: of one policy, or of all."""

    criterion: str | None = named("policy", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMarked(OfficeEvent):
    """The founder called an item of the shadow digest right or wrong, or a person corrected what
    was judged, and why.

    `entry` is the `would` entry that was shown as `number`, with what it rested on; of a correction
    it is that correction's own, which says what was wrong.
    """

    mark: str
    entry: int
    number: int | None = None
    verdict: str | None = None
    met: tuple[str, ...] | None = None
    reason: str | None = words(default=None)
    shown: tuple[str, ...] | None = words(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularMailStopped(OfficeEvent):
    """The founder wants a regular mail no more."""

    what: str


# Judging.


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationJudged(OfficeEvent):
    """A verdict was given."""

    outcome: Outcome
    severity: Severity | None = None
    met: tuple[str, ...]
    unclear: tuple[str, ...]
    engine: str
    prompt: str
    model: str
    verdict: str
    history: bool
    tokens_in: int
    tokens_out: int
    reasons: tuple[str, ...] = words(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldHaveActed(OfficeEvent):
    """What shadow mode would have done, by a verdict or (`requester`) as a teammate asked."""

    outcome: Outcome
    owner: str | None = None
    severity: Severity | None = None
    met: tuple[str, ...]
    verdict: str | None = None
    requester: str | None = named("by", default=None)
    quotes: tuple[str, ...] | None = words(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(OfficeEvent):
    """A person was shown a doubt."""

    to: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAdopted(OfficeEvent):
    """A set of criteria came into force; `new` when its text was not known before."""

    policies: tuple[str, ...]
    hash: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRefused(OfficeEvent):
    """A set of criteria had mistakes in it and changed nothing."""

    problems: int


# Letters on their way.


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent(OfficeEvent):
    """The server took a letter, or (`found`) its copy was seen."""

    letter: str
    about: str | None = None
    number: int
    found: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUnsettled(OfficeEvent):
    """Nobody knows whether a letter went out."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterUndelivered(OfficeEvent):
    """A letter will not arrive: refused to us, or returned by a machine (RFC 3464 status)."""

    letter: str | None = None
    about: str | None = None
    number: int | None = None
    status: str | None = None
    final: bool | None = None
    said: str | None = words(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLetterApproved(OfficeEvent):
    """A person let a draft go to the customer; `text` is its digest."""

    case: str
    text: str


# How we are.


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleTold(OfficeEvent):
    """The founder was told that a route does not work."""

    route: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleEnded(OfficeEvent):
    """A route works again."""

    route: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentWasAbsent(OfficeEvent):
    """Nothing was running."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerTripped(OfficeEvent):
    """A cap on mails was reached."""

    name: str
    count: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakersReset(OfficeEvent):
    """A person closed the breakers: so many letters go, so many were not true any more."""

    going: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerClosed(OfficeEvent):
    """A breaker had nothing more to hold: so many letters go, so many were not true any more."""

    name: str
    going: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWentBack(OfficeEvent):
    """The clock went back by so many seconds, and so much that waited was made due."""

    seconds: int
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRebuilt(OfficeEvent):
    """The shelf was not what the ledger adds up to, and was mended."""

    differences: int
    cases: int


KINDS: Mapping[str, type[OfficeEvent]] = {
    "absent": AgentWasAbsent,
    "adopted": BookAdopted,
    "alike": ConversationsLookedAlike,
    "another": AnotherDesklessSeen,
    "attempt": AnswerDoubted,
    "breaker": BreakerTripped,
    "breaker_closed": BreakerClosed,
    "breaker_reset": BreakersReset,
    "clock_back": ClockWentBack,
    "denied": AnswerDenied,
    "gone": MailsVanished,
    "judged": ConversationJudged,
    "leaked": CanaryLeaked,
    "left": DoubtLeft,
    "live": WentLive,
    "marked": DigestMarked,
    "merged": ConversationsMerged,
    "not_adopted": BookRefused,
    "out_of_office": AbsenceAnnounced,
    "pondered": ReplyPondered,
    "promise_seen": PromiseSeen,
    "promised": CustomerLetterApproved,
    "proposed": ReplyProposed,
    "quarantined": MailQuarantined,
    "read": MailRead,
    "rebuilt": ShelfRebuilt,
    "receipt": ReceiptArrived,
    "rescanned": FolderRescanned,
    "retried": MailRetried,
    "review": ReviewAsked,
    "sent": LetterSent,
    "set_back": RecordSetBack,
    "stopped": RegularMailStopped,
    "trouble": TroubleTold,
    "trouble_over": TroubleEnded,
    "undeliverable": LetterUndelivered,
    "unknown": LetterUnsettled,
    "unread": MailsRefused,
    "would": WouldHaveActed,
}
"""Kind → class. `erased` is the store's own (`store/erase`); a case's events are `case/event`'s."""
KIND_OF = {cls: kind for kind, cls in KINDS.items()}
