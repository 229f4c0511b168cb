"""How this office will act, read back in a screenful before anybody is written to.

Everything in it is computed as it would be for a case that came now: who is asked for a criterion,
until when, and who after them. It stands at the end of `init` and in the founder's first mail.
"""

from collections.abc import Iterator
from datetime import datetime

from deskless.agent.case.deadline import answer_by, hours_in_words
from deskless.agent.judging.foresight import asked_for
from deskless.agent.language.time import say_instant
from deskless.agent.office.office import Office
from deskless.policies.people.hours import closed_days
from deskless.policies.policy import Policy

SHOWN = 14
"""Lines about criteria; with what stands around them that is a screenful."""
FREE = 3
"""Days off that are named."""


def spec_lines(office: Office, now: datetime) -> Iterator[str]:
    """The spec at an instant (UTC), a line each."""
    config, rules = office.config, office.rules
    folders = ", ".join(config.inbox.folders)
    yield f"Read, and never changed: {config.inbox.address} ({folders})."
    zone = config.team.zone
    free = closed_days(rules.team, now.astimezone(zone).date(), FREE)
    days = f"; next days off: {', '.join(f'{day:%a %d %b}' for day in free)}" if free else ""
    yield f"Working time: {hours_in_words(rules.team)}{days}."
    yield f"A conversation is numbered {_ticket(config.team.ticket, config.team.first)}."
    policies = sorted(rules.book.asked(), key=lambda each: (each.severity.value, each.id))
    for policy in policies[:SHOWN]:
        yield _criterion_line(office, policy, now)
    if len(policies) > SHOWN:
        yield f"And {len(policies) - SHOWN} more criteria: `deskless check` has a line for each."
    yield "What meets no criterion is left with support, and nobody is mailed."
    founder = office.name(rules.founder)
    yield f"Silence is reminded of once, then the next is asked, at last {founder}."


def _criterion_line(office: Office, policy: Policy, now: datetime) -> str:
    """`SEV-1 Service down: a mail like “…” goes to Ben Okafor by Mon 10:15, else Ana Lopez.`"""
    person, severity = asked_for(office, policy, now), policy.severity
    hours = person.hours if person else office.rules.team
    within = policy.answer_within or office.rules.clocks.of(severity).first_response
    due = answer_by(severity, within, now, hours=hours)
    name = person.name if person else office.name(office.rules.founder)
    after = asked_for(office, policy, now, frozenset({person.id})) if person else None
    example = next((each.text for each in policy.examples if each.expect == "escalate"), "")
    like = f"a mail like “{_short(example)}” goes" if example else "goes"
    by = say_instant(due.at, office.config.team.zone)
    then = f", else {after.name}" if after else f", else {office.name(office.rules.founder)}"
    title = policy.name or policy.id
    return f"{severity.value} {title}: {like} to {name} by {by}{then if name not in then else ''}."


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _ticket(pattern: str, first: int) -> str:
    return f"{pattern.replace('{n}', str(first))}, {pattern.replace('{n}', str(first + 1))}, …"
