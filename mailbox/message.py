"""One mail as a value: what was read, before anyone decides what it means.

Nothing here touches the network or the clock. `parse.read_message` makes a `Message` from raw
bytes; the rest of the house only looks at it. Addresses are bare (`local@domain`, lower case);
Message-IDs are kept without their angle brackets; instants are UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What sort of sender wrote a mail. Bounces are told apart first, people last."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    FEEDBACK = "feedback"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: bare address in lower case, and the name that came with it (never trusted)."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part behind the last `@`; empty when there is none."""
        return self.email.rpartition("@")[2]


class Absence(StrEnum):
    """Whether a mail says that its writer is away, and how surely (`sender.kind.read_absence`)."""

    NONE = "none"
    SAID = "said"
    LIKELY = "likely"
    MARKED = "marked"


class Unread(StrEnum):
    """What of a mail nobody has read, in words for a person: never a sign that nothing is wrong."""

    ENCRYPTED = "encrypted"
    SIGNED = "signed, and the content inside could not be opened"
    WINMAIL = "a winmail.dat that could not be opened"
    SAVED = "a saved Outlook mail that could not be opened"
    FILES = "nothing but attached files"
    PASSED_ON = "a file that a colleague passed on"
    PICTURE = "nothing but a picture"
    ELSEWHERE = "only a notice that it is to be read elsewhere"
    CUT = "longer than what is read"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who a mail may be from where the strict From does not say: for reading, never for trust.

    `claimed` are the plausible addresses of a From that is not plain, `originals` those that a
    list, a group or a forwarder kept when it wrote over From, `relays` the addresses of lists that
    passed it on, `list_id` the id of the last one (RFC 2919). `mailing`: it can be unsubscribed
    from (RFC 2369), as what is written to many can.
    """

    claimed: tuple[Address, ...] = ()
    originals: tuple[Address, ...] = ()
    sender: Address | None = None
    relays: tuple[str, ...] = ()
    list_id: str = ""
    mailing: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached part by name, MIME type and decoded size in bytes; never unpacked."""

    name: str
    type: str
    size: int

    @property
    def seals(self) -> bool:
        """Whether it is a signature, a card or a calendar entry: no words of a person's."""
        return self.name.lower().endswith((".p7s", ".asc", ".sig", ".vcf", ".ics"))


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail inside a forward, as far as its own header block tells, and what of it is unread.

    `message_id` is its own, known where it is attached whole.
    """

    sender: Address | None
    to: str
    subject: str
    date: str
    text: str
    unread: tuple[Unread, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient a bounce names, with the RFC 3463 status where given.

    `permanent`: the address is dead, writing again is useless. `final`: this mail is lost, whyever;
    False for one that the server still tries to deliver.
    """

    address: str
    status: str
    permanent: bool
    final: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, frozen.

    `sender` is None exactly when `from_refused` says why. `text` is the whole readable text,
    `fresh` what this writer added, `references` every id of In-Reply-To and References in order
    without doubles. `digest` is the SHA-256 of the raw bytes in hex. `away_until` is the return
    date that an out-of-office names, where it can be read. `automatic`: nobody typed it, so that no
    machine may answer it; it says nothing about what is in it. `receipt` is true for what a mail
    program sends by itself about one mail: a read receipt, a calendar's answer, a reaction. `loop`
    is the value of our own loop header. `other_ids` are ids a relay moved elsewhere
    (X-Microsoft-Original-Message-ID, ...), `returned_id` that of the mail which a bounce returns.
    `unread` says what of it could not be read; a mail that has any is never taken for harmless.
    `raw_headers` is the header block byte for byte, for those who must not trust a parser.
    """

    message_id: str | None
    date: datetime | None
    sender: Address | None
    from_refused: str | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    kind: MailKind
    text: str
    fresh: str
    forwarded: Forwarded | None
    bounce: tuple[FailedRecipient, ...]
    references: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    flaws: tuple[str, ...]
    digest: str
    size: int
    away_until: datetime | None = None
    absence: Absence = Absence.NONE
    automatic: bool = False
    origin: Origin = Origin()
    receipt: bool = False
    loop: str | None = None
    delivered_to: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    returned_id: str | None = None
    html: str = field(default="", repr=False)
    raw_headers: bytes = field(default=b"", repr=False)
