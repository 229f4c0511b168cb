"""What is to be done: only proposed here, and carried out by `agent/outbound/perform.py`."""

from dataclasses import dataclass
from enum import StrEnum


class LetterKind(StrEnum):
    """Which mail is to be written. Everything but ACKNOWLEDGEMENT goes to the team alone."""

    BRIEF = "brief"
    REMINDER = "reminder"
    RECEIPT = "receipt"
    TAKEN = "taken"
    GIVEN = "given"
    ASK_BACK = "ask_back"
    ASK_REQUESTER = "ask_requester"
    AS_IT_STANDS = "as_it_stands"
    ACKNOWLEDGEMENT = "acknowledgement"
    LEASE = "lease"
    RELEASED = "released"
    STRANDED = "stranded"
    MOVED = "moved"
    ENDED = "ended"
    CONFIRM_END = "confirm_end"
    STATUS = "status"
    HELP = "help"
    ALERT = "alert"
    INQUIRY = "inquiry"
    INFORMED = "informed"
    ANSWER = "answer"
    WAR_ROOM = "war_room"
    STAKEHOLDER = "stakeholder"
    RED_FLAG = "red_flag"
    UPDATE = "update"
    OVERDUE = "overdue"
    APOLOGY = "apology"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done after the events are committed."""


@dataclass(frozen=True, slots=True)
class WriteLetter(Action):
    """Write this letter to this person (`Person.id`), or to the customer (`to` is empty).

    `number` is the handoff it speaks of. `about` are further facts for the text, by name. `parts`
    are the letters that this one stands for: a reply that asked several things gets one answer. A
    letter to a war room goes to everybody in it, whoever `to` is.
    """

    letter: LetterKind
    to: str
    number: int | None = None
    about: tuple[tuple[str, str], ...] = ()
    parts: "tuple[WriteLetter, ...]" = ()

    def says(self, name: str) -> str:
        """The fact of this name, or nothing."""
        return dict(self.about).get(name, "")


@dataclass(frozen=True, slots=True)
class Revoke(Action):
    """No reply to this handoff's mails can act any more."""

    number: int
