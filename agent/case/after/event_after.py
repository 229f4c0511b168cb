"""What happens to a case after its end: how the customer is won back, and what is owed for it.

Nothing here moves the status of a case. The same rules hold as for every event: a fact, never taken
back; the words of people are private. Tasks and offers have numbers of their own in each case.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.agent.case.event import Event, private
from deskless.agent.case.event_live import EVENTS


class Level(StrEnum):
    """How hard a customer was hit."""

    MINOR = "minor"
    MODERATE = "moderate"
    SIGNIFICANT = "significant"
    SEVERE = "severe"


class Gesture(StrEnum):
    """What a customer may be offered as goodwill."""

    CREDIT = "credit"
    SUPPORT = "premium support"
    TERMS = "extended terms"
    TRAINING = "training"
    EARLY = "early access"
    EXECUTIVE = "executive contact"


class TaskKind(StrEnum):
    """Whom a task is for: the customer who was promised it, or the next one."""

    COMMITMENT = "commitment"
    PREVENTION = "prevention"


class Area(StrEnum):
    """What a preventive action changes."""

    TECHNICAL = "technical"
    PROCESS = "process"
    TRAINING = "training"
    DOCS = "docs"
    COMMUNICATION = "communication"


class Standing(StrEnum):
    """How the relationship with a customer stands some time after a case."""

    LOST = "lost"
    KEPT = "kept"
    STRONGER = "stronger"


class ReviewPart(StrEnum):
    """What a review finds: an answer to one of its five whys, or a lesson."""

    WHY = "why"
    LESSON = "lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryOpened(Event):
    """The customer is to be won back: `to` looks after that.

    `level` is how hard they were hit, `points` how that was reckoned (`3 severity SEV-2`).
    """

    level: Level
    to: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactCorrected(Event):
    """A person says how hard the customer was hit."""

    level: Level
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillOffered(Event):
    """Somebody (`by`) wants to offer the customer this; `approver` is to say yes or no.

    `months` is how long it lasts, 0 where it has no length. `above`: it is more than the level of
    this case allows, so that the founder is asked.
    """

    offer: int
    gesture: Gesture
    approver: str
    months: int = 0
    above: bool = False
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillDecided(Event):
    """Whoever was asked (`by`) said yes or no to an offer."""

    offer: int
    approved: bool
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSet(Event):
    """`owner` is to do `what` by `due` (UTC), in what `area`, where it prevents something."""

    task: int
    kind: TaskKind
    owner: str
    due: datetime
    area: Area | None = None
    what: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnded(Event):
    """A task is done, or (`done` false) given up, with the reason."""

    task: int
    done: bool
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    """The customer answered the question of the letter that says that it is solved: 1 to 5."""

    score: int
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationTold(Event):
    """Whoever looks after the account (`by`) says how the relationship stands."""

    standing: Standing
    note: str = private()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpened(Event):
    """What happened is to be looked back at; `to` is asked for it."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTold(Event):
    """Somebody told what the review found."""

    finding: ReviewPart
    note: str = private()


AFTERWARDS = (
    ReviewOpened, ReviewTold, RecoveryOpened, ImpactCorrected, GoodwillOffered, GoodwillDecided,
    TaskSet, TaskEnded, Rated, RelationTold,
)  # fmt: skip
"""What may happen at any time, and moves neither the status nor a clock of the live case."""

EVENTS |= {cls.__name__.lower(): cls for cls in AFTERWARDS}
