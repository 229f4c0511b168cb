"""The mails that answer a person: what was not understood, what is missing, what is true now."""

from dataclasses import dataclass, field

from deskless.templates.parts import PLAIN, CaseLine, Draft, Fact, Mail, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBack(Mail):
    """A reply that could be read in two ways, or not at all: nothing was changed.

    `line` is the line that was read, `doubt` what is unclear about it, in one sentence. `choices`
    are the commands offered as buttons, each a (label, command) pair. `draft` is the mail to the
    customer that SEND would let go, where that word is asked for.
    """

    line: str
    doubt: str
    choices: tuple[tuple[str, str], ...] = (
        ("I’ll take it", "ACCEPT"),
        ("Not mine", "BOUNCE"),
        ("Later", "LATER"),
    )
    offer: str = ""
    deadline: str = ""
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWanted(Mail):
    """A bounce without a word of why: it counts, and the reason is asked for once."""

    recorded: str
    next_owner: str | None
    undo_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRequester(Mail):
    """A teammate asked for an escalation without the reason or without what was tried.

    Only what is missing is asked. `nag` is true for the one reminder. With a `question` of `asker`
    that alone is asked, and `evidence` are the customer's words that it is about.
    """

    about: str
    customer: str | None = None
    reason_missing: bool = True
    tried_missing: bool = True
    nag: bool = False
    since: str = ""
    question: str = ""
    asker: str = ""
    evidence: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AsItStands(Mail):
    """A late, second, foreign or doubled reply: recorded, refused kindly, with what is true now.

    `kindly` is the one sentence (`Sam took this one at Fri 21 Nov 10:14 CET.`); `why` says what
    about the reply could not count. Nothing was changed by it. `question` says that the reply
    asked something, and this is the answer.
    """

    kindly: str
    why: str = ""
    facts: tuple[Fact, ...] = ()
    can: str = ""
    question: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMail(Mail):
    """The one-time code that confirms a command that came without proof of its sender.

    Goes to the address in the matrix and nowhere else. `wanted` is what the reply asked for, in
    our words, and `sent_from` where it came from. `code` is good until `until`, once.
    """

    wanted: str
    code: str = field(metadata=PLAIN)
    until: str
    sent_from: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Mail):
    """Something happened to your case that you did not do: an attempt, or a change of owner.

    `news` is the sentence that matters, `changed` says whether anything was changed by it,
    `facts` the details, `do` what to do if it is wrong. `address` is one that is to be looked at
    letter by letter.
    """

    news: str
    changed: bool
    address: str = field(default="", metadata=PLAIN)
    facts: tuple[Fact, ...] = ()
    do: str = ""
    quote: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(Mail):
    """The answer to LEDGER or STATUS: the live cases, most urgent first."""

    at: str
    cases: tuple[CaseLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Mail):
    """One case as it stands, with everything that happened to it."""

    at: str
    what: str
    state: str
    severity: str
    owner: str | None
    blocker: str | None
    next: str | None
    promised: str | None
    facts: tuple[Fact, ...] = ()
    clocks: tuple[Fact, ...] = ()
    history: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Mail):
    """What can be written in a reply. `line` is the one that could not be read, if there was one.

    `commands` are (what to write, what it does) pairs.
    """

    line: str = ""
    commands: tuple[tuple[str, str], ...] = (
        ("ACCEPT", "the case is yours; add “update by 16:00” to promise an update"),
        ("BOUNCE to NAME because …", "it goes to the next person, with your reason"),
        ("LATER until 15:00", "you are asked again then; it stays open for others"),
        ("NOTE …", "kept with the case; nothing else changes"),
        ("STATUS", "the case as it stands"),
        ("SEND", "the prepared mail goes to the customer as it is"),
        ("RESOLVED, CLOSE, REOPEN", "what they say"),
        ("UNDO", "takes your last step back"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome(Mail):
    """The founder's first mail: what watches what, and the key that proves the ledger later.

    `key` is the ledger's public key in its printed form: this mailbox is its first witness. `spec`
    says how the office will act, a line each.
    """

    inbox: str = field(metadata=PLAIN)
    agent: str = field(metadata=PLAIN)
    key: str = field(metadata=PLAIN)
    founder: str = ""
    at: str = ""
    live: bool = False
    policies: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    spec: tuple[str, ...] = field(default=(), metadata=PLAIN)
    unsure: tuple[str, ...] = field(default=(), metadata=PLAIN)
