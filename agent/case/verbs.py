"""What a reply can ask: the values that the command grammar speaks in.

They stand apart from the grammar so that the lexicons can name a verb without importing a reader.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours


class Verb(StrEnum):
    """Everything a reply may ask. A reply asks one of these, or more in turn (`Command.then`), or
    it is `Unclear`.

    NEED asks whoever reported for a missing fact; SEVERITY, TYPE, CUSTOMER and NOT_MET correct
    what the judge said (`Command.value`); OFFER names who shall be asked (`Command.to`); QUESTION
    wants to know something of us; THANKS wants nothing; WITHDRAW takes a request back; SPLIT keeps
    apart what was suggested as one matter; DENY says "that was not me"; WAR_ROOM calls everybody
    together whom a severe case needs, and COMMANDER names who leads them (`Command.to`); FIXED says
    that it is mended for good, CALLED that the customer was told by telephone or in their portal.
    """

    ACCEPT = "accept"
    BOUNCE = "bounce"
    LATER = "later"
    NOTE = "note"
    STATUS = "status"
    SEND = "send"
    RESOLVED = "resolved"
    CLOSE = "close"
    REOPEN = "reopen"
    UNDO = "undo"
    HELP = "help"
    ESCALATE = "escalate"
    LEDGER = "ledger"
    CODE = "code"
    GO = "go"
    LIVE = "live"
    RIGHT = "right"
    WRONG = "wrong"
    YES = "yes"
    JOIN = "join"
    STOP = "stop"
    PROGRESS = "progress"
    NEED = "need"
    SEVERITY = "severity"
    TYPE = "type"
    CUSTOMER = "customer"
    NOT_MET = "not_met"
    OFFER = "offer"
    QUESTION = "question"
    THANKS = "thanks"
    WITHDRAW = "withdraw"
    SPLIT = "split"
    DENY = "deny"
    WAR_ROOM = "war_room"
    COMMANDER = "commander"
    FIXED = "fixed"
    CALLED = "called"


class Layer(StrEnum):
    """Who understood a reply: the exact grammar, the reading by meaning, or a model's proposal."""

    GRAMMAR = "grammar"
    MEANING = "meaning"
    MODEL = "model"


class Code(StrEnum):
    """Why a case was bounced; the code drives what follows."""

    WRONG_OWNER = "wrong_owner"
    MISSING_INFORMATION = "missing_information"
    NOT_AN_ESCALATION = "not_an_escalation"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mail being answered asked, as far as it changes how an answer reads.

    `yes` is what a bare yes means there (None: nothing). `hours` are the writer's, for "EOD" and a
    bare day. `languages` (ISO 639-1) is the order in which dates are tried.
    `writer` is the id of who answers, so that their own name is taken for a signature. `criteria`
    are the ids of the team's criteria, for "not refund-dispute", `customers` the names and
    addresses of its customers, for "customer Northwind".
    """

    yes: Verb | None = Verb.ACCEPT
    hours: Hours | None = None
    languages: tuple[str, ...] = LANGUAGES
    writer: str | None = None
    criteria: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What a reply asks.

    `to` is a person's id: where a bounce points, or whom a lead names as owner. `until` (UTC) is
    the promised update of an ACCEPT or the end of a LATER. `note` is the reason and everything
    from line 2 on, verbatim. `subject_id` is a policy id, case key, item number or one-time code.
    `line` is the line that was read. `inferred` says that the words were not the command's own, so
    that the receipt shows how they were read. With `doubts` nothing may change: ask back.
    `fields` are labelled parts (`reason`, `tried`, `progress`, `blocker`, `next`, `cause`; for
    RIGHT and WRONG one `right` or `wrong` per item number; for SEND `words` of the writer's own).
    `value` is what a correction sets: a severity (`SEV-2`), a type, a customer's name or domain, a
    policy id; of a PROGRESS it is `found` where a cause may be meant, of a NEED `customer` where
    the words say that the customer can know it. `layer` is who understood the words; what is not
    the grammar's is echoed with UNDO. `confirm` says that the words mean an act that leaves or
    ends: its exact word is asked for first. `then` are further acts of the same reply, in their
    order, each without a `then` of its own.
    """

    verb: Verb
    to: str | None = None
    code: Code | None = None
    until: datetime | None = None
    next_action: str = ""
    note: str = ""
    subject_id: str = ""
    line: str = ""
    inferred: bool = False
    doubts: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    value: str = ""
    layer: Layer = Layer.GRAMMAR
    confirm: bool = False
    then: "tuple[Command, ...]" = ()


def own_words(asked: Command) -> str:
    """The words of one's own that a SEND is to let go; empty: the prepared text is meant."""
    return dict(asked.fields).get("words", "") if asked.verb is Verb.SEND else ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A reply that is no command: nothing changes. `why` is a sentence for the mail that asks
    back, `guesses` the buttons it shows.
    """

    line: str
    why: str
    guesses: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a model would read a reply: an act by its name, and the words of the reply that say it.

    `when` and `who` are the reply's own words for a time and a person; empty: it names none.
    Nothing of it counts before it is checked against the reply (`reply/understand.read_proposed`).
    """

    act: str
    quote: str
    when: str = ""
    who: str = ""
