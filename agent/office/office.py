"""Everything a turn works with, wired: configuration, people, criteria, store, keys, clock."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.agent.case.case import Status
from deskless.agent.case.deadline import ClockTable
from deskless.agent.office import state_keys
from deskless.agent.office.addresses import Addresses
from deskless.agent.office.answering import Answering
from deskless.agent.settings.clock import Clock
from deskless.agent.settings.config import Config
from deskless.agent.settings.keys import Keys
from deskless.policies.people.accounts import Accounts
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.people.roster import person_called
from deskless.store import cases
from deskless.store.engine.database import Store
from deskless.store.engine.session import Session

if TYPE_CHECKING:  # what judges and what decides, which a command that only looks never loads
    from deskless.agent.case.decision import Setting
    from deskless.agent.model.model import Bench
    from deskless.mailbox.sender.receiver import Receiver
    from deskless.policies.book.book import Book
    from deskless.policies.policy import Policy
    from deskless.store.ledger.head import Key

LOAD = frozenset({Status.OWNED.value, Status.STRANDED.value})
"""Cases that are somebody's work."""


@dataclass(slots=True)
class Rulebook:
    """What people wrote and may change while we run: swapped as a whole or not at all.

    `read_book` hands out the criteria: those that were checked, or, to a command that only looks,
    the pages that can be read in the folder at the first question for them; it also has
    `read_policy`, which reads one of them.
    """

    read_book: "Callable[[], Book]"
    matrix: Matrix
    accounts: Accounts
    team: Hours
    founder: str
    read_policy: "Callable[[str], Policy | None] | None" = None
    clocks: ClockTable = field(default_factory=ClockTable)

    @property
    def book(self) -> "Book":
        """The criteria."""
        return self.read_book()

    def policy(self, policy_id: str) -> "Policy | None":
        """One criterion by its id; a command that only looks reads no more than its page."""
        return self.read_policy(policy_id) if self.read_policy else self.book.policy(policy_id)


@dataclass(slots=True)
class Office:
    """The wired agent. Only `rules` is ever replaced (on reload).

    `answering` tells whose words the work under way answers; None: nobody's.
    """

    config: Config
    store: Store
    clock: Clock
    keys: Keys
    ledger: "Key"
    addresses: Addresses
    rules: Rulebook
    judges: "Callable[[], Bench]"
    authserv: "Receiver | None" = None
    step: Callable[[str], None] = field(default=lambda _: None)
    log: Any = None
    answering: Answering | None = None

    @contextmanager
    def answers(self, words: Answering | None) -> Iterator[None]:
        """What is written inside the block answers these words."""
        before, self.answering = self.answering, words
        try:
            yield
        finally:
            self.answering = before

    @property
    def bench(self) -> "Bench":
        """Who judges. Raises Problems where they are first asked for now and cannot be had."""
        return self.judges()

    @property
    def folder(self) -> Path:
        """The configuration folder."""
        return self.config.folder

    @property
    def words(self) -> Path | None:
        """The operator's own templates, where there are any."""
        own = self.folder / "templates"
        return own if own.is_dir() else None

    def person(self, id_: str | None) -> Person | None:
        """Somebody of the team."""
        return self.rules.matrix.person(id_) if id_ else None

    def named(self, words: str) -> str:
        """The id of whoever is called this in a sheet, by name or address; empty: nobody."""
        person = person_called(self.rules.matrix, words) if words.strip() else None
        return person.id if person else ""

    def name(self, id_: str | None) -> str:
        """What somebody is called; `nobody` without an id."""
        person = self.person(id_)
        return person.name if person else (id_ or "nobody")

    def shadow(self, session: Session) -> bool:
        """Whether nobody but the founder may get mail."""
        live = state_keys.LIVE.get(session)
        return not (live if live is not None else self.config.mode.live)

    def live(self, session: Session, policies: tuple[str, ...] = ()) -> bool:
        """Whether mail to the team may go out: for everything, or for one of these policies."""
        live = state_keys.LIVE.get(session)
        if live is True or (live is None and self.config.mode.live):
            return True
        return isinstance(live, list) and bool(set(live) & set(policies))

    def loads(self, session: Session) -> dict[str, int]:
        """How many live cases each person has or is asked to take, also in this transaction."""
        loads = cases.owner_loads(session, LOAD)
        for state in cases.states_of(session, Status.OFFERED.value):
            to = json.loads(state)["handoffs"][-1]["to"]
            loads[to] = loads.get(to, 0) + 1
        return loads

    def setting(self, session: Session, now: datetime, **more: Any) -> "Setting":
        """The world as a decision may see it."""
        from deskless.agent.case.decision import Setting

        return Setting(
            now=now, matrix=self.rules.matrix, founder=self.rules.founder, team=self.rules.team,
            policies=self.rules.book.policies, load=self.loads(session), clocks=self.rules.clocks,
            away=state_keys.AWAY.under(session), accounts=self.rules.accounts.accounts,
            stakeholders=self.config.stakeholders.table(),
            approver=self.named(self.config.recovery.approver),
            goodwill_months=self.config.recovery.months(), **more,
        )  # fmt: skip
