"""Who is asked about a doubt: one person at a time, and at last the founder. Pure.

First whoever the customer's account belongs to, then the people of tier 1, those at work before
those who will be, then whoever leads support. Nobody is asked twice, nobody who is away; after a
few it is the founder's, who may have been asked as an owner of the account before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.people.roster import is_called
from deskless.policies.settle.next_owner import is_away

FEW = 3
"""People who are asked before the founder: a doubt must not wander for days."""
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reviewers:
    """The team at one instant. `matrix` knows who is away; `account_owner` is a name as written.

    `lead` and `founder` are ids.
    """

    matrix: Matrix
    now: datetime
    founder: str
    lead: str
    account_owner: str = ""

    def next_after(self, asked: tuple[str, ...]) -> Person | None:
        """Who is asked next, where these ids have been; None: the founder was the last."""
        left = [person for person in self._chain() if person.id not in asked]
        if asked[-1:] == (self.founder,) and (len(asked) > 1 or not left):
            return None
        return left[0] if left and len(asked) < FEW else self.matrix.person(self.founder)

    def on_duty(self) -> tuple[Person, ...]:
        """The people of tier 1 who are not away: those at work first, then who is back soonest."""
        tiers = self.matrix.tiers()
        first = self.matrix.on(tiers[0]) if tiers else ()
        there = [person for person in first if not is_away(person, self.now)]
        return tuple(sorted(there, key=self._at_work))

    def _chain(self) -> Iterator[Person]:
        owner = [
            person for person in self.matrix.people
            if self.account_owner and is_called(person, self.account_owner)
        ][:1]  # fmt: skip
        lead = self.matrix.person(self.lead)
        behind = (*self.on_duty(), *((lead,) if lead else ()))
        named = (*owner, *(person for person in behind if person.id != self.founder))
        return (person for person in named if not is_away(person, self.now))

    def _at_work(self, person: Person) -> tuple[datetime, str]:
        return person.hours.next_start(self.now) or NEVER, person.emails[0]
