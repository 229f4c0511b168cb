"""Who is asked next: one tier at a time, nobody twice, nobody who is away, at last the founder.

Whom a tier offers is `policies.settle.next_owner`'s to say, for a first owner and for every later
one alike; here is only who may still be asked, and where the chain stands. Where a tier has a lead,
that lead's no is the tier's.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from deskless.agent.case.case import Case, Handoff, Result, Status
from deskless.agent.case.decision import Setting
from deskless.agent.case.verbs import Code
from deskless.policies.facts import Facts
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.settle.next_owner import Desk, shift_asked, suggest_owner


@dataclass(frozen=True, slots=True)
class Choice:
    """The person to ask, on which tier, and why, in a sentence."""

    person: Person
    tier: int
    why: str


def next_owner(case: Case, setting: Setting) -> Choice | None:
    """The next person to offer the case to; None: the chain has ended."""
    asked = _asked(case, setting)
    tier = _start(case, setting.matrix, asked)
    if tier is None:
        return None
    matrix = present_matrix(setting.matrix, setting)
    below = max((number for number in matrix.tiers() if number < tier), default=tier - 1)
    desk = Desk(
        matrix=matrix, now=setting.now, tier=below, load=setting.load, history=setting.knew,
        passed=asked,
    )  # fmt: skip
    policies = tuple(policy for policy in setting.policies if policy.id in case.policies)
    suggestion = suggest_owner(desk, policies, Facts(at=setting.now, language=setting.language))
    person = matrix.person(suggestion.person) if suggestion.person else None
    if person is None or suggestion.tier is None:
        return None
    if (shift := shift_asked(desk, policies)) and shift.person == person.id:
        # Who is on call works around the clock for what asks for it.
        person = replace(person, hours=replace(person.hours, always=True))
    return Choice(person, suggestion.tier, _why(suggestion.why, case, setting))


def may_go(case: Case, setting: Setting, to: str) -> bool:
    """Whether a bounce may name this person: same tier or the next one, nobody skips."""
    person = setting.matrix.person(to)
    if person is None:
        return False
    tiers = {teammate.tier for teammate in setting.matrix.people if teammate.id == to}
    return bool(tiers & {case.tier, setting.matrix.next_tier(case.tier)})


def choose_named(to: str, case: Case, setting: Setting, by: str) -> Choice:
    """The choice somebody made by name."""
    person = setting.matrix.person(to)
    assert person is not None, "ask may_go first"
    namer = setting.matrix.person(by)
    why = f"{namer.name if namer else by} named {person.name}."
    tiers = sorted(teammate.tier for teammate in setting.matrix.people if teammate.id == to)
    tier = next((number for number in tiers if number >= case.tier), tiers[-1])
    return Choice(person, tier, _why(why, case, setting))


def manager_of(acting: str | None, tier: int, setting: Setting) -> str:
    """Who manages whoever acts on a tier (ids): a lead there or above, or who is called a manager;
    else the founder.
    """
    above = [number for number in setting.matrix.tiers() if number >= tier]
    leads = (
        teammate.id for number in above for teammate in setting.matrix.on(number)
        if teammate.id != acting and _manages(teammate)
    )  # fmt: skip
    return next(leads, setting.founder)


def _manages(person: Person) -> bool:
    words = person.role.casefold().split()
    return person.lead or bool({"manager", "head", "director"} & set(words))


def first_tier(setting: Setting, requester: str | None) -> int:
    """The tier a new case goes to: the one above the requester, or above the first line.

    Who stands on the last tier has nobody above, and asks as anybody of the first line would.
    """
    tiers = setting.matrix.tiers()
    person = setting.matrix.person(requester) if requester else None
    above = setting.matrix.next_tier(person.tier) if person else None
    return above or setting.matrix.next_tier(tiers[0]) or tiers[-1]


def present_matrix(matrix: Matrix, setting: Setting) -> Matrix:
    """The matrix with the absences that out-of-office answers told of."""

    def at_home(person: Person) -> Person:
        until: datetime | None = setting.away.get(person.id)
        if until is None or until <= setting.now:
            return person
        return replace(person, away_until=until.astimezone(person.hours.zone).date().isoformat())

    return replace(matrix, people=tuple(at_home(person) for person in matrix.people))


def approver(case: Case, setting: Setting) -> bool:
    """Whether the open handoff's person approves for a tier and may name the owner."""
    founder = bool(case.handoff and case.handoff.to == setting.founder)
    lead = bool(case.handoff and case.handoff.lead)
    return (lead or founder) and case.status in {Status.OFFERED, Status.STRANDED}


def _asked(case: Case, setting: Setting) -> frozenset[str]:
    """Who was asked in this round; who only wanted information, named somebody who then did not
    take it, or was away and is back, may be asked again: the last of these once.
    """
    away = [each for each in case.round_handoffs if each.result is Result.AWAY]
    times = Counter(each.to for each in away)
    back = {each.to for each in away if times[each.to] == 1 and _is_back(each, setting)}
    return frozenset(
        handoff.to
        for handoff in case.round_handoffs
        if handoff.result is not Result.NAMED
        and not (handoff.result is Result.AWAY and handoff.to in back)
        and not (handoff.result is Result.BOUNCED and handoff.code is Code.MISSING_INFORMATION)
    )


def _is_back(handoff: Handoff, setting: Setting) -> bool:
    """Whether somebody who was away when they were asked no longer is."""
    told, until = handoff.answered_at, setting.away.get(handoff.to)
    return told is not None and told < setting.now and (until is None or until <= setting.now)


def _start(case: Case, matrix: Matrix, asked: frozenset[str]) -> int | None:
    """The tier to look on first: where every lead has been asked, the tier has said no."""
    tier: int | None = case.tier
    while tier is not None:
        leads = [person for person in matrix.on(tier) if person.lead]
        if not leads or any(person.id not in asked for person in leads):
            return tier
        tier = matrix.next_tier(tier)
    return None


def _why(why: str, case: Case, setting: Setting) -> str:
    before = [handoff for handoff in case.round_handoffs if handoff.result is not Result.OFFERED]
    return " ".join([why, *(_told(handoff, setting) for handoff in before[-1:])])


def _told(handoff: Handoff, setting: Setting) -> str:
    person = setting.matrix.person(handoff.to)
    reason_of = {
        Result.BOUNCED: "bounced it", Result.LAPSED: "did not answer in time",
        Result.AWAY: "is out of office", Result.UNDELIVERED: "could not be reached",
        Result.ACCEPTED: "had it and gave no update", Result.NAMED: "named whom to ask",
        Result.WITHDRAWN: "was taken off it",
    }  # fmt: skip
    return f"{person.name if person else handoff.to} {reason_of.get(handoff.result, 'was asked')}."
