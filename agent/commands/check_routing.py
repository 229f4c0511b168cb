"""Who would be asked: for each criterion now, tonight and on Sunday, and what is nobody's.

The same choice that a case would make, with nobody busy; so a word in the sheet that does not do
what its author thinks is seen before a customer waits for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deskless.agent.commands.finding import Finding
from deskless.agent.judging.foresight import asked_for
from deskless.agent.language.time import say_instant
from deskless.agent.office.office import Office
from deskless.policies.people.oncall import rota_gap
from deskless.policies.policy import Policy
from deskless.policies.settle.next_owner import covers

TONIGHT = 22
"""The hour of the team's day that "tonight" stands for."""
NOON = 12


def of_criteria(office: Office) -> Iterator[Finding]:
    """A line for each criterion, and one for what nobody handles."""
    rules, now = office.rules, office.clock.now()
    times = moments(now, office)
    if rules.matrix.shifts:
        yield _rota(office, now)
    for policy in rules.book.asked():
        told = told_by_person([(name, asked_at(policy, at, office)) for name, at in times])
        nobody = not covers(rules.matrix, policy, now)
        fix = "Add it to somebody's `handles` in matrix.csv, or leave a cell empty: anything."
        yield Finding(
            "routing", "warn" if nobody else "ok",
            f"{policy.id}: {told}" + (" (nobody's by `handles`)" if nobody else ""),
            fix if nobody else "",
        )  # fmt: skip


def _rota(office: Office, now: datetime) -> Finding:
    """Who is on call now, and when in the next two weeks nobody is."""
    matrix, zone = office.rules.matrix, office.config.team.zone
    shift, gap = matrix.on_call(now), rota_gap(matrix.shifts, now)
    text = "nobody is on call now"
    if shift:
        until = say_instant(shift.end, zone)
        text = f"{office.name(shift.person)} is on call until {until}"
    if gap is None:
        return Finding("on call", "ok", text)
    told = "" if shift is None else f"; nobody from {say_instant(gap, zone)}"
    fix = "Add a line to the rota; until then the matrix alone says who is asked."
    return Finding("on call", "warn", text + told, fix)


def told_by_person(asked: list[tuple[str, tuple[str, bool]]]) -> str:
    """`Ana Lopez (not at work: tonight, Sunday)`, or who it is at which time."""
    names = dict.fromkeys(person for _, (person, _) in asked)
    parts = []
    for person in names:
        times = [time for time, (other, _) in asked if other == person]
        off = [time for time, (other, there) in asked if other == person and not there]
        when = f"{', '.join(times)} " if len(names) > 1 else ""
        parts.append(f"{when}{person}" + (f" (not at work: {', '.join(off)})" if off else ""))
    return "; ".join(parts)


def moments(now: datetime, office: Office) -> tuple[tuple[str, datetime], ...]:
    """Now, tonight, and the next Sunday at noon, in the team's zone (returned in UTC)."""
    local = now.astimezone(office.config.team.zone)
    tonight = local.replace(hour=TONIGHT, minute=0, second=0, microsecond=0)
    sunday = (local + timedelta(days=(6 - local.weekday()) % 7 or 7)).replace(
        hour=NOON, minute=0, second=0, microsecond=0
    )
    return (
        ("now", now), ("tonight", tonight.astimezone(UTC)), ("Sunday", sunday.astimezone(UTC)),
    )  # fmt: skip


def asked_at(policy: Policy, at: datetime, office: Office) -> tuple[str, bool]:
    """The name of who would be asked at an instant, and whether they are at work then."""
    person = asked_for(office, policy, at)
    if person is None:
        return f"{office.name(office.rules.founder)}, since there is nobody else", True
    return person.name, person.hours.working(at)
