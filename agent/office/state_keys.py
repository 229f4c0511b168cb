"""The keys of our own small state, as one table: key → what lies under it → whose it is.

Nobody asks `store/state` by a loose string; a key is one of these, and knows the type of its value.
The names and the forms of the values are data: a store of before has them, so neither is changed. A
name that ends in a colon is continued by what it is about (`away:` and a person's id).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

from deskless.store import state
from deskless.store.engine.session import Session

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: a generic class that is frozen cannot have them in 3.11
class StateKey(Generic[T]):
    """A key and the type of what lies under it. `owner` is the module whose matter it is.

    `write` and `read` turn a value into JSON and back.
    """

    name: str
    owner: str
    write: Callable[[T], Any] = lambda value: value
    read: Callable[[Any], T] = lambda stored: stored

    def get(self, session: Session, about: str = "") -> T | None:
        """What is kept; None where nothing is."""
        stored = state.get(session, self.name + about)
        return None if stored is None else self.read(stored)

    def put(self, session: Session, value: T, about: str = "") -> None:
        """Keep a value over what was there."""
        state.put(session, self.name + about, self.write(value))

    def once(self, session: Session, value: T, about: str = "") -> bool:
        """Keep a value unless there is one; True for the one caller who was first."""
        return state.once(session, self.name + about, self.write(value))

    def drop(self, session: Session, about: str = "") -> bool:
        """Forget it; False when there was nothing."""
        return state.drop(session, self.name + about)

    def under(self, session: Session) -> dict[str, T]:
        """Everything kept under names that begin so: what each is about → its value."""
        stored = state.under(session, self.name)
        return {name.removeprefix(self.name): self.read(value) for name, value in stored.items()}


@dataclass(frozen=True, slots=True)
class StateCounter:
    """A counter; apart from the values, so that a key may be both."""

    name: str
    owner: str

    def bump(self, session: Session, about: str = "") -> int:
        """Add one and return it."""
        return state.bump(session, self.name + about)

    def counted(self, session: Session, about: str = "") -> int:
        """What it stands at."""
        return state.counted(session, self.name + about)


class FirstLook(TypedDict):
    """When (RFC 3339) and under which UIDVALIDITY a folder was first looked at."""

    at: str
    uidvalidity: int


class UnderWay(TypedDict):
    """The mails that a process of ours was reading, by the digest of their bytes."""

    life: str
    digests: list[str]


class Tripped(TypedDict):
    """A tripped breaker: since when (RFC 3339), at what count, and whether the founder knows.

    `until` is when it closes by itself, `words` the digest of what is repeated; both are missing
    where an earlier version tripped it.
    """

    at: str
    count: int
    limit: int
    told: bool
    until: NotRequired[str]
    words: NotRequired[str]


class Answered(TypedDict):
    """The words that a letter of ours answered: their digests, how often in a row they came, the
    kind of the letter, and when it was written (RFC 3339).
    """

    exact: str
    alike: str
    echoes: int
    kind: str
    at: str


class CopyAsked(TypedDict):
    """The sent letter that is looked for in Sent: its Message-ID, when to look, looks so far."""

    id: str
    at: str
    looks: int


class ShownDraft(TypedDict):
    """The draft that a letter showed: its digest ("" where it could not be sent), and the update it
    promises (RFC 3339, or "").

    `who` is the id of the person it names, `tone` what in it may sound wrong, `kind` what it is; an
    earlier version kept none of them, and its drafts are acknowledgements. `blocked` says why it
    cannot go (then `text` is empty: there are no words yet that somebody could approve).
    """

    text: str
    by: str
    who: NotRequired[str]
    tone: NotRequired[str]
    kind: NotRequired[str]
    blocked: NotRequired[str]


class TrialAnswered(TypedDict):
    """Somebody answered a trial brief: when (ISO 8601), and what proved that it was them."""

    at: str
    proof: str


class HeldWords(TypedDict):
    """Words that wait for proof: the entry that has them, the token they carried, the code."""

    seq: int
    token: str
    code: str
    until: str


class PendingReply(TypedDict):
    """A reply that waits for a model: the entry that has its words, the token it carried, what
    proved it, its Message-ID, whose words it is (`Answering`), and tries that failed.
    """

    seq: int
    token: str
    proof: str
    message_id: str
    answering: dict[str, Any]
    tries: int


class GapTold(TypedDict):
    """Up to which UID of a folder's incarnation it was told what is missing."""

    uidvalidity: int
    uid: int


class LossesOwed(TypedDict):
    """Entries (by number) of mails that nobody has read and nobody was told of yet.

    `told` are the instants (RFC 3339) of the last letters about such mails.
    """

    seqs: list[int]
    told: list[str]


class OpenReview(TypedDict):
    """A doubt that waits for a person: its verdict's key, and who was asked, the last one now.

    Instants are RFC 3339: `at` when the first was asked, `remind` and `due` for the one who has it;
    "" where nothing is to be done any more.
    """

    verdict: str
    asked: list[str]
    at: str
    remind: str
    due: str


class Heartbeat(TypedDict, total=False):
    """How we were: instants as RFC 3339, `blind` in seconds."""

    at: str
    last: dict[str, str]
    troubles: dict[str, str]
    told: list[str]
    blind: int


class OwedAlert(TypedDict):
    """An alert that somebody is to be woken by, and the channels that have not taken it yet.

    `who` is a person's id, `left` the numbers of the channels, `next` when it is tried (RFC 3339).
    """

    who: str
    title: str
    body: str
    left: list[int]
    tries: int
    next: str


class ListTold(TypedDict):
    """When the last morning list was made, and the seconds we had been blind by then."""

    at: str
    blind: int


def _instant(name: str, owner: str) -> StateKey[datetime]:
    return StateKey(name, owner, datetime.isoformat, datetime.fromisoformat)


def _instants(name: str, owner: str) -> StateKey[list[datetime]]:
    return StateKey(
        name, owner, lambda each: [at.isoformat() for at in each],
        lambda stored: [datetime.fromisoformat(text) for text in stored],
    )  # fmt: skip


# How we are, and what we read.
HEARTBEAT = StateKey[Heartbeat]("heartbeat", "operations/heartbeat")
ABSENT = StateKey[bool]("absent:", "reports/rounds")
CLOCK_SEEN = _instant("clock:seen", "daemon/clock_jump")
BEGUN = StateKey[FirstLook]("begun:", "daemon/turn")
GAP = StateKey[GapTold]("gap:", "daemon/turn")
LOSSES = StateKey[LossesOwed]("losses", "reports/losses")
TRYING = StateKey[UnderWay]("trying:", "daemon/quarantine")
BREAKER = StateKey[Tripped]("breaker:", "operations/breaker")
STARTED = _instants("started:", "operations/breaker")
ANSWERED = StateKey[Answered]("answered:", "operations/echo")
OPENED = _instants("opened:", "operations/echo")
POLICIES_BROKEN = StateKey[str]("policies:broken", "daemon/reload")
AUTHSERV_UNSAFE = StateKey[bool]("authserv:unsafe", "commands/check_verdict")
AUTHSERV_RECEIVED = StateKey[str | None]("authserv:received", "commands/check_verdict")
SCRUB_OWED = StateKey[bool]("scrub:owed", "operations/retention")
PEOPLE_ENTERED = StateKey[bool]("people:entered", "daemon/assemble")

# Who is told what, once.
WELCOME = _instant("welcome", "reports/rounds")
RETAINED = StateKey[bool]("retained:", "reports/rounds")
MORNING = StateKey[bool]("morning:", "reports/rounds")
AFTERNOON = StateKey[bool]("afternoon:", "reports/rounds")
SHADOW = StateKey[bool]("shadow:", "reports/rounds")
LIFE = StateKey[bool]("life:", "reports/rounds")
LIFE_TOLD = StateKey[ListTold]("life:told", "reports/life")
WEEKLY = StateKey[bool]("weekly:", "reports/rounds")
STOPPED = _instant("stopped:", "inbound/office_commands")
MORNING_TOLD = StateKey[ListTold]("morning:told", "reports/morning")
SHADOW_ITEMS = StateKey[list[int]]("shadow:items", "reports/shadow")
SHADOW_TOLD = _instant("shadow:told", "reports/shadow")
SHADOW_SEQ = StateKey[int]("shadow:seq", "reports/shadow")
SHADOW_SHOWN = StateKey[list[int]]("shadow:shown:", "reports/shadow")
MARKED = StateKey[str]("marked:", "inbound/shadow_words")
TROUBLE_LETTER = StateKey[str]("trouble:letter:", "outbound/dispatch")
HELPED = StateKey[bool]("helped:", "inbound/office_commands")
UNREAD = StateKey[int]("unread:", "inbound/dialogue")
WARNED = StateKey[bool]("warned:", "inbound/unproven")
REVIEW = StateKey[bool]("review:", "judging/reviews")
DOUBT = StateKey[OpenReview]("doubt:", "judging/reviews")
ALIKE = StateKey[bool]("alike:", "inbound/threading")
LEAKED = StateKey[bool]("leak:", "inbound/canary_watch")
OVERHEARD = StateKey[bool]("overheard:", "inbound/war_room")
SET_BACK = StateKey[int]("set_back:", "inbound/other_lives")
ANOTHER = StateKey[bool]("another:", "inbound/other_lives")

# The team, and its answers.
LIVE = StateKey[bool | list[str]]("mode:live", "inbound/office_commands")
TRIED = StateKey[TrialAnswered]("trial:", "inbound/office_commands")
AWAY = _instant("away:", "inbound/bounces")
HEARD = StateKey[bool]("heard:", "inbound/replies")
HELD = StateKey[HeldWords]("held:", "inbound/unproven")
PENDING = StateKey[PendingReply]("pending:", "office/pending_replies")
CODES = StateCounter("codes:", "inbound/unproven")

# Letters.
ABOUT = StateKey[str]("about:", "outbound/write_letter")
DRAFT = StateKey[ShownDraft]("draft:", "outbound/write_letter")
TONE_ASKED = StateKey[bool]("tone:", "inbound/replies")
SENT_KEEPS = StateKey[bool | str]("sent:keeps", "outbound/receipts")
SENT_ASKED = StateKey[CopyAsked]("sent:asked", "outbound/receipts")
ALERTS = StateKey[OwedAlert]("alert:", "operations/alerts")
LOOKS = StateCounter("looks:", "outbound/receipts")

ALL = tuple(each for each in list(globals().values()) if isinstance(each, StateKey | StateCounter))
