"""A decision in the making: events are folded into the case as they are decided on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deskless.agent.case.action import Action, LetterKind, WriteLetter
from deskless.agent.case.case import Case
from deskless.agent.case.deadline import Clocks, ClockTable
from deskless.agent.case.event import CLOCK, DESKLESS, Event
from deskless.agent.case.state import advance
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix
from deskless.policies.policy import Policy
from deskless.policies.verdict import Severity

if TYPE_CHECKING:
    from deskless.policies.people.accounts import CustomerAccount

ANSWERS = frozenset(
    {
        LetterKind.RECEIPT, LetterKind.AS_IT_STANDS, LetterKind.ASK_BACK, LetterKind.ANSWER,
        LetterKind.STATUS, LetterKind.HELP,
    }
)  # fmt: skip
"""Letters that answer whoever acted; several of one reply become one."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The world as a decision may see it: one instant (UTC), the people, their load and absence.

    `team` are the hours of the team where a person has none. `load` counts live cases per person,
    `away` tells who is known to be away and until when. `knew` are people who had this customer
    before, latest first. `policies` are the team's criteria, `language` the customer's (ISO 639-1),
    `accounts` the team's customers, `account_owner` who of the team looks after this one (an id).
    `stakeholders` are the team's own words for who hears of a severity; without them `CLOCKS` says.
    `heard` is when each person last got a letter that tells how the case stands, `informed` how
    many mails each got as a stakeholder within a day, `lately` how many cases of each criterion
    were opened within the days that make a pattern, none where it was flagged already. `clocks` are
    the team's own clocks. `approver` says yes to goodwill (an id; empty: the founder), up to
    `goodwill_months` for each level of impact, where the team says so.
    """

    now: datetime
    matrix: Matrix
    founder: str
    team: Hours
    load: Mapping[str, int] = field(default_factory=dict)
    away: Mapping[str, datetime | None] = field(default_factory=dict)
    knew: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    language: str = "en"
    accounts: "tuple[CustomerAccount, ...]" = ()
    account_owner: str = ""
    stakeholders: Mapping[Severity, tuple[str, ...]] = field(default_factory=dict)
    heard: Mapping[str, datetime] = field(default_factory=dict)
    informed: Mapping[str, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)
    clocks: ClockTable = field(default_factory=ClockTable)
    approver: str = ""
    goodwill_months: Mapping[str, int] = field(default_factory=dict)

    def clocks_of(self, case: Case) -> Clocks:
        """The clocks that hold for this case, by its severity and its customer's tier."""
        return self.clocks.of(case.severity, case.account_tier)


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and on what grounds.

    `number` is the handoff whose token the mail carried. `proof` says how the person was
    believed: `dmarc`, `code`, `command line`. `draft` is the digest of the customer's draft that
    the mail answered, `draft_kind` what that draft is, `promise` the update that it tells the
    customer to expect, `named` whom it names as looking after it (an id; empty: nobody knows),
    `tone` what in it may sound wrong and was not asked about yet, `blocked` why it cannot go.
    `unread` counts this person's answers in a row that could not be read before.
    """

    by: str = DESKLESS
    cause: str = CLOCK
    message_id: str = ""
    number: int | None = None
    proof: str = ""
    draft: str = ""
    promise: datetime | None = None
    named: str = ""
    tone: str = ""
    blocked: str = ""
    draft_kind: str = "acknowledgement"
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened, what is to be done, and the case as it stands then."""

    case: Case | None
    events: tuple[Event, ...] = ()
    actions: tuple[Action, ...] = ()


class DecisionDraft:
    """Collects the events and actions of one decision."""

    def __init__(self, case: Case | None, setting: Setting, act: Act | None = None) -> None:
        self._case = case
        self.setting = setting
        self.act = act or Act()
        self._events: list[Event] = []
        self._actions: list[Action] = []

    @property
    def case(self) -> Case:
        """The case as it stands after what was decided so far."""
        assert self._case is not None, "a decision about a case begins with Requested or Opened"
        return self._case

    def happen(self, event: type[Event], **facts: Any) -> None:
        """Add an event of this kind, now. Raises IllegalMove where it cannot happen."""
        new = event(
            at=facts.pop("at", self.setting.now),
            by=facts.pop("by", self.act.by),
            cause=self.act.cause,
            message_id=self.act.message_id,
            **facts,
        )
        self._case = advance(self._case, new)
        self._events.append(new)

    def do(self, action: Action) -> None:
        """Add an action."""
        self._actions.append(action)

    def mail(self, letter: LetterKind, to: str, number: int | None = None, **about: str) -> None:
        """Add a letter to somebody of the team; nobody gets the same letter twice."""
        new = WriteLetter(letter, to, number, tuple(sorted(about.items())))
        if to and new not in self._actions:
            self._actions.append(new)

    def answer_as_one(self, begun: int, parts: tuple[WriteLetter, ...]) -> tuple[WriteLetter, ...]:
        """Take the answers to whoever acts out of the actions since `begun`, behind `parts`."""
        mine = [
            action for action in self._actions[begun:]
            if isinstance(action, WriteLetter)
            and action.to == self.act.by and action.letter in ANSWERS
        ]  # fmt: skip
        self._actions = [action for action in self._actions if action not in mine]
        return (*parts, *mine)

    @property
    def begun(self) -> int:
        """How many actions there are so far."""
        return len(self._actions)

    def done(self) -> Decision:
        """The decision."""
        return Decision(self._case, tuple(self._events), tuple(self._actions))
