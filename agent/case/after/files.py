"""The two files of a case that has ended, as its events add up: values without words.

What a task is about and why an offer was made stand beside the ledger, in the events.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.agent.case.after.event_after import Area, Gesture, Level, Standing, TaskKind


class OfferState(StrEnum):
    """How far an offer of goodwill has come."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class RecoveryFile:
    """How hard a customer was hit, how that was reckoned, and who wins them back (an id).

    `corrected`: a person has said the level; the points are then no longer its reason.
    """

    level: Level
    at: datetime
    to: str
    points: tuple[str, ...]
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Goodwill:
    """One offer of goodwill: who made it and who decides (ids), and how far it has come."""

    number: int
    gesture: Gesture
    months: int
    by: str
    approver: str
    state: OfferState = OfferState.ASKED


@dataclass(frozen=True, slots=True)
class Task:
    """Something that one person owes by an instant (UTC); `ended_at` None: still open."""

    number: int
    kind: TaskKind
    owner: str
    due: datetime
    set_at: datetime
    area: Area | None = None
    ended_at: datetime | None = None
    done: bool = False

    @property
    def open(self) -> bool:
        """Whether somebody still owes it."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer answered, 1 to 5, at an instant (UTC); `mail` is the cause of its event."""

    score: int
    at: datetime
    mail: str


@dataclass(frozen=True, slots=True)
class Relation:
    """How the relationship stands by the word of whoever looks after the account, and when."""

    standing: Standing
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """Who is asked to look back (an id), since when, and how many of the five whys are told."""

    to: str
    at: datetime
    whys: int = 0
