"""Who is asked next: one tier at a time, nobody twice, nobody who is away, at last the founder.

The order on a tier never depends on the order of the sheet: whom the verdict suggests, who had
this customer before, who works now, who carries least, and then the id.
"""

from dataclasses import dataclass
from datetime import timedelta

from deskless.agent.case.case import Case, Handoff, Result, Status
from deskless.agent.case.command_types import Code
from deskless.agent.case.draft import Setting
from deskless.policies.matrix import Person
from deskless.policies.verdict import Severity

REACH = timedelta(days=4)
"""Nobody is asked who will not work for longer than this."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The person to ask, on which tier, and why, in a sentence."""

    person: Person
    tier: int
    why: str


def next_owner(case: Case, setting: Setting) -> Choice | None:
    """The next person to offer the case to; None: the chain has ended."""
    tier: int | None = case.tier
    asked = _asked(case)
    while tier is not None:
        choice = _on(tier, case, setting, asked)
        if choice:
            return choice
        tier = setting.matrix.next_tier(tier)
    return None


def may_go(case: Case, setting: Setting, to: str) -> bool:
    """Whether a bounce may name this person: same tier or the next one, nobody skips (R37)."""
    person = setting.matrix.person(to)
    if person is None:
        return False
    return person.tier in {case.tier, setting.matrix.next_tier(case.tier)}


def named(to: str, case: Case, setting: Setting, by: str) -> Choice:
    """The choice somebody made by name."""
    person = setting.matrix.person(to)
    assert person is not None, "ask may_go first"
    namer = setting.matrix.person(by)
    return Choice(person, person.tier, f"{namer.name if namer else by} named {person.name}.")


def first_tier(setting: Setting, requester: str | None) -> int:
    """The tier a new case goes to: the one above the requester, or above the first line."""
    tiers = setting.matrix.tiers()
    person = setting.matrix.person(requester) if requester else None
    here = person.tier if person else tiers[0]
    return setting.matrix.next_tier(here) or tiers[-1]


def _asked(case: Case) -> frozenset[str]:
    """Who was asked in this round; who only wanted information may be asked again."""
    return frozenset(
        one.to
        for one in case.round_handoffs
        if not (one.result is Result.BOUNCED and one.code is Code.MISSING_INFORMATION)
    )


def _on(tier: int, case: Case, setting: Setting, asked: frozenset[str]) -> Choice | None:
    people = setting.matrix.on(tier)
    leads = tuple(one for one in people if one.lead)
    able = [one for one in (leads or people) if leads or _handles(one, case)]
    able.sort(key=lambda one: _order(one, case, setting))
    for person in able:
        there = _present(person, case, setting, asked)
        if there:
            return Choice(there, tier, _why(there, person, case, setting))
    return None


def _handles(person: Person, case: Case) -> bool:
    if not person.handles:
        return True
    wanted = {*case.policies, case.type.value, case.nature.value, *case.risks}
    return bool(wanted & set(person.handles))


def _order(person: Person, case: Case, setting: Setting) -> tuple[bool, bool, bool, int, str]:
    return (
        person.id != setting.favourite,
        person.id not in setting.knew,
        not (person.hours.working(setting.now) or case.severity is Severity.SEV1),
        setting.load.get(person.id, 0),
        person.id,
    )


def _present(person: Person, case: Case, setting: Setting, asked: frozenset[str]) -> Person | None:
    """The person, or the one who stands in; None when neither can be asked."""
    seen: set[str] = set()
    while person.id not in seen:
        seen.add(person.id)
        if person.id not in asked and not absent(person, setting, case.severity):
            return person
        if person.id in asked and not _was_away(case, person.id):
            return None
        backup = setting.matrix.person(person.backup) if person.backup else None
        if backup is None:
            return None
        person = backup
    return None


def _was_away(case: Case, id_: str) -> bool:
    gone = {Result.AWAY, Result.UNDELIVERED, Result.LAPSED}
    return any(one.to == id_ and one.result in gone for one in case.round_handoffs)


def absent(person: Person, setting: Setting, severity: Severity) -> bool:
    """Whether it is pointless to ask this person now."""
    if person.id in setting.away:
        until = setting.away[person.id]
        if until is None or until > setting.now:
            return True
    if severity is Severity.SEV1:
        return False
    start = person.hours.next_start(setting.now)
    return start is None or start - setting.now > REACH


def _why(there: Person, first: Person, case: Case, setting: Setting) -> str:
    if there.id == setting.favourite and setting.why:
        return setting.why
    parts = []
    if there.id != first.id:
        parts.append(f"{there.name} stands in for {first.name}")
    elif there.lead:
        parts.append(f"{there.name} leads tier {there.tier} and approves what it takes on")
    else:
        parts.append(
            f"{there.name} is on tier {there.tier}" + (f", {there.role}" * bool(there.role))
        )
    if there.id in setting.knew:
        parts.append("had this customer before")
    handled = sorted(set(there.handles) & {*case.policies, case.type.value})
    if handled:
        parts.append(f"takes {', '.join(handled)}")
    before = [one for one in case.round_handoffs if one.result is not Result.OFFERED]
    parts += [_told(one, setting) for one in before[-1:]]
    return "; ".join(parts) + "."


def _told(handoff: Handoff, setting: Setting) -> str:
    person = setting.matrix.person(handoff.to)
    said = {
        Result.BOUNCED: "bounced it", Result.LAPSED: "did not answer in time",
        Result.AWAY: "is out of office", Result.UNDELIVERED: "could not be reached",
        Result.ACCEPTED: "had it and gave no update", Result.WITHDRAWN: "was taken off it",
    }  # fmt: skip
    return f"{person.name if person else handoff.to} {said.get(handoff.result, 'was asked')}"


def approver(case: Case, setting: Setting) -> bool:
    """Whether the open handoff's person approves for a tier and may name the owner (R39)."""
    handoff = case.handoff
    return bool(handoff and handoff.lead and case.status in {Status.OFFERED, Status.STRANDED})
