"""The clocks of a case as they stand: when each is due, how that came about, and whether it is met.

Derived from the case whenever somebody asks, and kept nowhere. Once an owner has promised a time to
the customer, that is the next update; the others run from the first mail and from the opening.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from deskless.agent.case import deadline
from deskless.agent.case.case import Case, Status
from deskless.agent.case.deadline import CLOCKS, Clocks, ClockTable, Deadline
from deskless.agent.case.decision import Setting
from deskless.agent.case.say_time import say_instant
from deskless.agent.settings.clock_spans import WORDS, clock_row
from deskless.policies.duration import parse_duration
from deskless.policies.people.hours import Hours
from deskless.policies.verdict import Severity


class Spans(Protocol):
    """The spans of a row as people wrote them; empty: the usual one."""

    first_response: str
    acknowledgement: str
    updates: str
    internal: str
    resolution: str


def read_clocks(rows: Mapping[str, Spans]) -> ClockTable:
    """The team's table from its rows (`SEV-2`, `SEV-2 enterprise`).

    A tier's row says only what differs from the row of its severity. Raises ValueError.
    """
    named = {clock_row(name): spans for name, spans in rows.items()}
    table: dict[tuple[Severity, str], Clocks] = {}
    for (severity, tier), spans in sorted(named.items(), key=lambda row: bool(row[0][1])):
        usual = table.get((severity, ""), CLOCKS[severity])
        table[severity, deadline.fold_tier(tier)] = _clocks(usual, spans)
    return ClockTable(table)


def _clocks(usual: Clocks, spans: Spans) -> Clocks:
    return replace(
        usual,
        first_response=_span(spans.first_response) or usual.first_response,
        ack=_span(spans.acknowledgement) or usual.ack,
        resolution=_span(spans.resolution) or usual.resolution,
        updates=_cadence(spans.updates, WORDS["updates"], usual.updates),
        internal=_cadence(spans.internal, WORDS["internal"], usual.internal),
    )


def _span(text: str) -> timedelta | None:
    return parse_duration(text) if text else None


def _cadence(text: str, never: str, usual: timedelta | None) -> timedelta | None:
    if not text:
        return usual
    return None if text == never else parse_duration(text)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One clock of a case: its `name`, when it is due (UTC), the computation, and when it was met.

    `met` is None while it runs.
    """

    name: str
    at: datetime
    text: str
    met: datetime | None = None


def running_clocks(case: Case, setting: Setting) -> tuple[RunningClock, ...]:
    """Every clock of a case, in the order of `deadline`'s theory."""
    return tuple(_running(case, setting))


def next_clock(case: Case, setting: Setting) -> RunningClock | None:
    """The clock of a live case that is to be met next, or should have been; None: there is none.

    The team's own rounds come back by themselves, and are left out.
    """
    running = [clock for clock in _running(case, setting, rounds=False) if clock.met is None]
    return min(running, key=lambda clock: clock.at) if case.live else None


def _running(case: Case, setting: Setting, *, rounds: bool = True) -> Iterator[RunningClock]:
    clocks, hours = setting.clocks_of(case), owner_hours(case, setting)
    severity, told = case.severity, case.acknowledged_at
    if case.first_mail:
        due = deadline.first_response_by(
            severity, case.first_mail, hours=setting.team, clocks=clocks
        )
        yield RunningClock("first response", due.at, due.text, told)
    due = deadline.ack_by(severity, case.opened_at, hours=setting.team, clocks=clocks)
    yield RunningClock("acknowledgement", due.at, due.text, told)
    if case.promise and case.status is Status.OWNED:
        owner = setting.matrix.person(case.owner or "")
        text = update_text(case, hours, clocks, owner.name if owner else "its owner")
        yield RunningClock("next update", case.promise, text)
    status = deadline.next_status(severity, case.opened_at, hours=setting.team, clocks=clocks)
    if status and case.live and rounds:
        yield RunningClock("internal status", *_next_status(case, setting, status, clocks))
    due = deadline.resolve_by(severity, case.opened_at, hours=setting.team, clocks=clocks)
    yield RunningClock("resolution", due.at, due.text, case.resolved_at or case.closed_at)


def owner_hours(case: Case, setting: Setting) -> Hours:
    """The working hours of who acts, else the team's."""
    person = setting.matrix.person(case.acting) if case.acting else None
    return person.hours if person else setting.team


def update_text(case: Case, hours: Hours, clocks: Clocks, owner: str) -> str:
    """How the next update's time came about: what the customer was told, what its owner said (by
    name), or the cadence since it was last set.
    """
    assert case.promise is not None, "an owned case has its next update"
    since = case.promised_at or case.changed_at
    rule = deadline.next_update_due(case.severity, since, hours=hours, clocks=clocks)
    due = say_instant(case.promise, hours.zone)
    wants = f"{owner} wants to write by"
    if case.expected == case.promise:
        later = f"; {wants} {say_instant(case.wished, hours.zone)}" if case.wished else ""
        return f"{case.severity}: promised to the customer for {due}{later}"
    return rule.text if rule.at == case.promise else f"{case.severity}: {wants} {due}"


def _next_status(
    case: Case, setting: Setting, first: Deadline, clocks: Clocks
) -> tuple[datetime, str]:
    """The next of the team's own rounds: one cadence after the other since the opening."""
    due = first
    for _ in range(ROUNDS):
        if due.at > setting.now:
            break
        again = deadline.next_status(case.severity, due.at, hours=setting.team, clocks=clocks)
        assert again is not None, "the first was there"
        due = again
    return due.at, due.text


ROUNDS = 2000
"""Rounds of a case that are counted; one that runs for longer tells its latest."""
