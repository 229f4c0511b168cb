"""Who is asked next: one person of the next tier, with the reason.

Nothing skips a tier and nothing depends on the order of the sheet: candidates are
compared by what counts, and by address where nothing else tells them apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from deskless.policies.facts import Facts
from deskless.policies.people.matrix import Matrix, Person, Shift
from deskless.policies.people.roster import asks_on_call, is_called, tier_of
from deskless.policies.policy import Policy

if TYPE_CHECKING:
    from deskless.policies.book.knowledge import Notes

FAR = datetime.max.replace(tzinfo=UTC)


def _no_notes() -> "Notes":
    from deskless.policies.book.knowledge import Notes

    return Notes()


@dataclass(frozen=True, slots=True)
class Desk:
    """The team at one instant.

    `tier` holds the thread now and `holder` is who of it (an id), `load` counts live cases per id,
    `history` are ids that had this customer before (latest first), `passed` are ids not to ask
    again: they bounced or let the offer lapse. `notes` is what the team wrote down for itself.
    """

    matrix: Matrix
    now: datetime
    tier: int = 1
    holder: str | None = None
    load: Mapping[str, int] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    passed: frozenset[str] = frozenset()
    notes: "Notes" = field(default_factory=_no_notes)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whom to offer the case to.

    `person` is None when there is nobody: the chain has ended. `doer` is who of the tier would do
    the work when `person` is a lead who only approves; `others` are the rest, best first.
    """

    person: str | None
    why: str
    tier: int | None
    doer: str | None = None
    others: tuple[str, ...] = ()


def suggest_owner(desk: Desk, policies: tuple[Policy, ...], facts: Facts) -> Suggestion:
    """The next owner for a thread that meets these policies.

    Only the next tier that has somebody to ask; where that tier has a lead, the lead is asked and
    the best fit named. A person who is away is replaced by the backup the matrix names. A team of
    one tier is asked on it: one person may be everybody.
    """
    tiers = desk.matrix.tiers()
    tier = desk.matrix.next_tier(desk.tier if len(tiers) > 1 or desk.holder else 0)
    while tier is not None:
        suggestion = _on(desk, tier, policies, facts)
        if suggestion:
            return suggestion
        # An empty step is passed at once: nobody there could answer for the tier.
        tier = desk.matrix.next_tier(tier)
    top = desk.matrix.tier_names.get(desk.tier, f"T{desk.tier}")
    return Suggestion(None, f"There is nobody to ask above {top}.", None)


def shift_asked(desk: Desk, policies: tuple[Policy, ...]) -> Shift | None:
    """Whose turn it is where a criterion asks for who is on call; None: none does, or nobody is."""
    asked = any(asks_on_call(policy.owner) for policy in policies)
    return desk.matrix.on_call(desk.now) if asked else None


def _on(desk: Desk, tier: int, policies: tuple[Policy, ...], facts: Facts) -> Suggestion | None:
    """The suggestion for one tier; None when it has nobody to ask."""
    everybody = desk.matrix.on(tier)
    there = {person.id: stand for person in everybody if (stand := _there(desk, person))}
    ranked = sorted(
        (person for person in everybody if person.id in there),
        key=lambda person: _rank(desk, person, policies, facts),
    )
    able = [person for person in ranked if _fits(desk, person, policies) is not False] or ranked
    if not able:
        return None
    doer = there[able[0].id]
    leads = [there[person.id] for person in ranked if person.lead]
    others = list(dict.fromkeys(there[person.id].id for person in (*able, *ranked)))
    name = desk.matrix.tier_names.get(tier, f"T{tier}")
    why = _why(desk, able[0], doer, policies, facts)
    if not leads or leads[0].id == doer.id:
        others.remove(doer.id)
        why = f"{doer.name} is on {name}, the next tier; {why}."
        return Suggestion(doer.id, why, tier, doer.id, tuple(others))
    lead = leads[0]
    why = f"{lead.name} approves for {name}, the next tier; best fit: {doer.name}, who {why}."
    return Suggestion(
        lead.id, why, tier, doer.id, tuple(other for other in others if other != lead.id)
    )


def is_away(person: Person, now: datetime) -> bool:
    """Whether the matrix says this person is away today, by the calendar of their own zone."""
    if not person.away_until:
        return False
    return now.astimezone(person.hours.zone).date() < date.fromisoformat(person.away_until[:10])


def _there(desk: Desk, person: Person) -> Person | None:
    """The person, or who stands in for them; None when nobody may be asked."""
    seen: set[str] = set()
    teammate: Person | None = person
    while teammate is not None and teammate.id not in seen:
        if not is_away(teammate, desk.now):
            asked = desk.passed | ({desk.holder} if desk.holder else set())
            return None if teammate.id in asked else teammate
        seen.add(teammate.id)
        teammate = desk.matrix.person(teammate.backup) if teammate.backup else None
    return None


def _fits(desk: Desk, person: Person, policies: tuple[Policy, ...]) -> bool | None:
    """True: sheet, rota or policy names this person for it; False: for other things; None: any."""
    matrix, shift = desk.matrix, shift_asked(desk, policies)
    if shift and shift.person == person.id:
        return True
    if any(policy.owner and is_called(person, policy.owner) for policy in policies):
        return True
    if not person.handles:
        return None
    wanted = {word.casefold() for policy in policies for word in _words(matrix, policy)}
    return any(word in wanted for handle in person.handles for word in (handle, *handle.split()))


def covers(matrix: Matrix, policy: Policy, at: datetime) -> bool:
    """Whether anybody is there for this criterion then, by name or because they take anything."""
    desk = Desk(matrix=matrix, now=at)
    return any(_fits(desk, person, (policy,)) is not False for person in matrix.people)


def _words(matrix: Matrix, policy: Policy) -> tuple[str, ...]:
    named = policy.owner and not asks_on_call(policy.owner)
    role = policy.owner if named and tier_of(matrix, policy.owner) is None else ""
    words = (policy.id, policy.name, policy.type, policy.nature, role, *policy.risk)
    return tuple(word for word in words if word)


def _rank(
    desk: Desk, person: Person, policies: tuple[Policy, ...], facts: Facts
) -> tuple[object, ...]:
    """What counts, most first; smaller is better. The address last, so that order never does."""
    start = person.hours.next_start(desk.now) or FAR
    before = desk.history.index(person.id) if person.id in desk.history else len(desk.history)
    fits = {True: 0, None: 1, False: 2}[_fits(desk, person, policies)]
    shift = shift_asked(desk, policies)
    on_call = shift is not None and shift.person == person.id
    return (
        not on_call,
        fits,
        bool(person.languages) and facts.language not in person.languages,
        not (on_call or person.hours.working(desk.now)),
        before,
        desk.load.get(person.id, 0),
        start,
        person.emails[0],
    )


def _why(
    desk: Desk, person: Person, doer: Person, policies: tuple[Policy, ...], facts: Facts
) -> str:
    """The reasons that hold, in plain words: what is said of the doer, without a subject."""
    reasons = []
    if doer.id != person.id:
        reasons.append(f"stands in for {person.name}, who is away until {person.away_until}")
    shift = shift_asked(desk, policies)
    if shift and shift.person == person.id:
        reasons.append(_turn(desk, shift, person))
    elif named := next(
        (policy for policy in policies if policy.owner and is_called(person, policy.owner)), None
    ):
        reasons.append(f"the criterion `{named.id}` names {named.owner}")
    elif _fits(desk, person, policies):
        reasons.append(f"handles {', '.join(person.handles)}")
    if facts.language in person.languages:
        reasons.append(f"speaks the customer's language ({facts.language})")
    if doer.hours.working(desk.now):
        reasons.append("is at work now")
    elif start := doer.hours.next_start(desk.now):
        reasons.append(f"is back at work {start.astimezone(doer.hours.zone):%a %d %b %H:%M %Z}")
    if person.id in desk.history:
        reasons.append("had this customer before")
    count = desk.load.get(person.id, 0)
    reasons.append(f"has {count} live case{'' if count == 1 else 's'}")
    return "; ".join(reasons)


def _turn(desk: Desk, shift: Shift, person: Person) -> str:
    """`is on call until Mon 30 Nov 09:00 CET, then Ben Okoro`."""
    until = f"{shift.end.astimezone(person.hours.zone):%a %d %b %H:%M %Z}"
    relief = desk.matrix.on_call(shift.end)
    other = desk.matrix.person(relief.person) if relief else None
    return f"is on call until {until}" + (f", then {other.name}" if other else "")
