"""What a reply can ask: the values that the command grammar speaks in.

They stand apart from the grammar so that the lexicons can name a verb without importing a reader.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.policies.languages import LANGUAGES
from deskless.policies.people.hours import Hours


class Verb(StrEnum):
    """Everything a reply may ask. A reply asks exactly one of these, or it is `Unclear`."""

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


class Code(StrEnum):
    """Why a case was bounced; the code drives what follows."""

    WRONG_OWNER = "wrong_owner"
    MISSING_INFORMATION = "missing_information"
    NOT_AN_ESCALATION = "not_an_escalation"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mail being answered asked, as far as it changes how an answer reads.

    `yes` is what a bare yes means there (None: nothing). `prose` is the verb that free text
    becomes where any text is an answer: PROGRESS for the afternoon ask, ESCALATE for the two
    questions to a requester; None where prose stays unclear. `hours` are the writer's, for "EOD"
    and a bare day. `languages` (ISO 639-1) is the order in which dates are tried.
    `writer` is the id of who answers, so that their own name is taken for a signature.
    """

    yes: Verb | None = Verb.ACCEPT
    prose: Verb | None = None
    hours: Hours | None = None
    languages: tuple[str, ...] = LANGUAGES
    writer: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What a reply asks.

    `to` is a person's id: where a bounce points, or whom a lead names as owner. `until` (UTC) is
    the promised update of an ACCEPT or the end of a LATER. `note` is the reason and everything
    from line 2 on, verbatim. `subject_id` is a policy id, case key, item number or one-time code.
    `line` is the line that was read. `inferred` says that the words were not the command's own, so
    that the receipt shows how they were read. With `doubts` nothing may change: ask back.
    `fields` are labelled parts (`reason`, `tried`, `progress`, `blocker`, `next`; for RIGHT and
    WRONG one `right` or `wrong` per item number).
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


@dataclass(frozen=True, slots=True)
class Unclear:
    """A reply that is no command: nothing changes. `why` is a sentence for the mail that asks
    back, `guesses` the buttons it shows.
    """

    line: str
    why: str
    guesses: tuple[Verb, ...] = ()
