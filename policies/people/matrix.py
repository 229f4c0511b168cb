"""The escalation matrix: who stands on which tier, and who may be asked next."""

from dataclasses import dataclass, field
from datetime import datetime

from deskless.policies.people.hours import Hours


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the team.

    `id` is what cases, events and the ledger call this person: a slug of the name when read from
    the sheet, an opaque id once the store has given one (`Matrix.with_ids`). `emails` are bare and
    lower case, the first one is where mail goes. `tier` is 1 for the first line. `role` is free
    text; `lead` says this person approves for the tier. `backup` is the id of who stands in.
    `handles` are policy ids, types or roles this person takes; empty: anything.
    """

    id: str
    name: str
    emails: tuple[str, ...]
    tier: int
    role: str
    hours: Hours
    lead: bool = False
    backup: str | None = None
    languages: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    phone: str = ""
    away_until: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """Who (`Person.id`) is on call from `start` to before `end` (UTC)."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everybody, by tier. Pure; `read_matrix` (in `matrix_csv`) makes it from a sheet's export.

    `shifts` is the rota of who is on call, in the order of its file.
    """

    people: tuple[Person, ...]
    tier_names: dict[int, str] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    def person(self, id: str) -> Person | None:  # noqa: A002 - the word list's own term
        """The person with this id."""
        return next((person for person in self.people if person.id == id), None)

    def by_email(self, email: str) -> Person | None:
        """The person who owns this bare address (case-insensitive)."""
        email = email.lower()
        return next((person for person in self.people if email in person.emails), None)

    def id_by_email(self, email: str) -> str | None:
        """The id of the person who owns this bare address; None for an outsider."""
        person = self.by_email(email)
        return person.id if person else None

    def tiers(self) -> tuple[int, ...]:
        """The tiers that have somebody, lowest first."""
        return tuple(sorted({person.tier for person in self.people}))

    def first_line(self) -> int:
        """The tier whose cases are handed on; a team of one tier has it below itself."""
        tiers = self.tiers()
        return tiers[0] if len(tiers) > 1 else (tiers[0] - 1 if tiers else 0)

    def on(self, tier: int) -> tuple[Person, ...]:
        """Everybody on this tier, in the sheet's order."""
        return tuple(person for person in self.people if person.tier == tier)

    def next_tier(self, tier: int) -> int | None:
        """The next tier above that has somebody; None at the top. Nothing skips a tier."""
        return next((number for number in self.tiers() if number > tier), None)

    def on_call(self, at: datetime) -> Shift | None:
        """Whose shift it is at an instant: the shortest that holds it, of two the later line."""
        now = [shift for shift in self.shifts if shift.start <= at < shift.end]
        return min(reversed(now), key=lambda shift: shift.end - shift.start, default=None)

    def with_ids(self, ids: dict[str, str]) -> "Matrix":
        """The same matrix with opaque ids: `ids` maps each person's first address to an id."""
        from dataclasses import replace

        new = {person.id: ids.get(person.emails[0], person.id) for person in self.people}
        return replace(
            self,
            people=tuple(
                replace(
                    person, id=new[person.id], backup=new.get(person.backup or "", person.backup)
                )
                for person in self.people
            ),
            shifts=tuple(
                replace(shift, person=new.get(shift.person, shift.person)) for shift in self.shifts
            ),
        )
