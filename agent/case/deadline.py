"""When something is due: the clocks of each severity, run in somebody's working time.

The theory. Every severity has five clocks. First response runs from the customer's first mail,
acknowledgement from the escalation: two clocks, since fifteen minutes and a day are both asked
for. Updates to the customer and status inside the team are two cadences. SEV-1 runs around the
clock; everything else runs in the working time of whoever is asked, and the computation is shown
so that nobody has to believe it. In working time, spans below a day are working hours and whole
days are working days: "24 h" asked of somebody who works nine to six means the same hour of the
next working day, not three days on. A week is five working days.

A promise to the customer counts when it is earlier than the cadence; a later one is flagged.

`CLOCKS` are the usual spans. A team may set its own, by severity and by the customer's tier
(`ClockTable`); whoever asks for a deadline hands over the clocks that hold for the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from deskless.agent.case.say_time import say_instant, say_length
from deskless.policies.duration import parse_duration
from deskless.policies.people.hours import Hours
from deskless.policies.people.working_time import DAY, WORKDAYS, instant_after
from deskless.policies.verdict import Severity

WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one severity, as spans (see the theory above for whole days).

    `updates` is the customer's cadence, None: on progress or change. `internal` is the team's,
    None: none is asked. `tell` are the people who hear updates, by role.
    """

    first_response: timedelta
    ack: timedelta
    updates: timedelta | None
    resolution: timedelta
    internal: timedelta | None
    tell: tuple[str, ...]


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)

CLOCKS: Mapping[Severity, Clocks] = MappingProxyType(
    {
        Severity.SEV1: Clocks(
            QUARTER, QUARTER, HOUR / 2, 4 * HOUR, HOUR, ("customer", "executive", "everybody")
        ),
        Severity.SEV2: Clocks(
            HOUR, QUARTER, 2 * HOUR, 8 * HOUR, HOUR, ("customer", "manager", "account owner")
        ),
        Severity.SEV3: Clocks(4 * HOUR, QUARTER, DAY, 2 * DAY, None, ("customer", "account owner")),
        Severity.SEV4: Clocks(DAY, QUARTER, None, WEEK, None, ("customer",)),
    }
)


@dataclass(frozen=True, slots=True)
class ClockTable:
    """The clocks of a team: `rows` are its own, by severity and tier (folded; empty: any tier)."""

    rows: Mapping[tuple[Severity, str], Clocks] = field(default_factory=dict)

    def of(self, severity: Severity, tier: str = "") -> Clocks:
        """The clocks of a severity for a customer of this tier: the tier's, the team's, the usual
        ones.
        """
        usual = self.rows.get((severity, ""), CLOCKS[severity])
        return self.rows.get((severity, fold_tier(tier)), usual)


def fold_tier(tier: str) -> str:
    """A customer's tier as the table's rows name it: blanks and capitals make no difference."""
    return " ".join(tier.casefold().split())


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due (UTC), and the sentence that shows how that came about.

    `flag` says what is odd about it, for people to see; empty: nothing.
    """

    at: datetime
    text: str
    flag: str = ""


def answer_by(
    severity: Severity,
    within: str | timedelta,
    start: datetime,
    *,
    hours: Hours,
    name: str = "the team",
) -> Deadline:
    """When an offer made at `start` (aware) is to be answered.

    `within` is a policy's own span (`2h`, `1 day`) or one of the case's clocks; empty: the usual
    first response of the severity. `hours` are those of `name`. Raises ValueError for a span that
    cannot be read.
    """
    span = parse_duration(within) if isinstance(within, str) and within else within
    span = span if isinstance(span, timedelta) else CLOCKS[severity].first_response
    return deadline_after(severity, span, start, hours=hours, name=name)


def first_response_by(
    severity: Severity, first_mail: datetime, *, hours: Hours, name: str = "the team",
    clocks: Clocks | None = None,
) -> Deadline:  # fmt: skip
    """When the customer is to have a first answer, counted from their first mail.

    `clocks` are those of the case; None: the usual ones of the severity, here and below.
    """
    span = (clocks or CLOCKS[severity]).first_response
    return deadline_after(severity, span, first_mail, hours=hours, name=name)


def ack_by(
    severity: Severity, escalated: datetime, *, hours: Hours, name: str = "the team",
    clocks: Clocks | None = None,
) -> Deadline:  # fmt: skip
    """When the customer is to be told that it was escalated, counted from the escalation."""
    span = (clocks or CLOCKS[severity]).ack
    return deadline_after(severity, span, escalated, hours=hours, name=name)


def resolve_by(
    severity: Severity, opened: datetime, *, hours: Hours, name: str = "the team",
    clocks: Clocks | None = None,
) -> Deadline:  # fmt: skip
    """When the case is to be resolved."""
    span = (clocks or CLOCKS[severity]).resolution
    return deadline_after(severity, span, opened, hours=hours, name=name)


def next_update_due(
    severity: Severity, since: datetime, *, hours: Hours, promised: datetime | None = None,
    clocks: Clocks | None = None,
) -> Deadline:  # fmt: skip
    """When the customer is to hear next, after an update at `since`.

    A promise that is earlier wins; one that is later changes nothing and is flagged. SEV-4 has no
    cadence: its promise counts, and without one the day it is to be resolved.
    """
    clocks = clocks or CLOCKS[severity]
    cadence = clocks.updates
    if cadence is None:
        if promised is not None:
            return Deadline(promised, f"{severity}: promised to the customer")
        return deadline_after(severity, clocks.resolution, since, hours=hours, name="the owner")
    rule = deadline_after(severity, cadence, since, hours=hours, name="the owner")
    if promised is None:
        return rule
    if promised <= rule.at:
        return Deadline(promised, f"{severity}: promised to the customer")
    told = f"promised for {say_instant(promised, hours.zone)}, later than {severity} allows"
    return Deadline(rule.at, rule.text, f"{told} ({say_instant(rule.at, hours.zone)})")


def next_status(
    severity: Severity, since: datetime, *, hours: Hours, clocks: Clocks | None = None
) -> Deadline | None:
    """When the team is to hear next; None where no cadence is asked."""
    cadence = (clocks or CLOCKS[severity]).internal
    return deadline_after(severity, cadence, since, hours=hours) if cadence else None


def remind_at(start: datetime, due_at: datetime, hours: Hours | None = None) -> datetime:
    """Half way between an offer and its deadline (UTC), in working time where `hours` are given."""
    half = (due_at - start) / 2
    if hours is not None and not hours.always:
        middle = hours.add(start, hours.between(start, due_at) / 2)
        if middle is not None and start < middle < due_at:
            return middle
    return (start + half).astimezone(UTC)


def deadline_after(
    severity: Severity, span: timedelta, start: datetime, *, hours: Hours, name: str = "the team"
) -> Deadline:
    """The instant a span after `start`; around the clock for SEV-1 and where nobody ever works."""
    start = start.astimezone(UTC)
    at = None if severity is Severity.SEV1 else instant_after(span, start, hours)
    begin = f"from {say_instant(start, hours.zone)}"
    if severity is Severity.SEV1 or hours.always:
        at = at or start + span
        how = "around the clock"
    elif at is None:
        at = start + span
        how = f"around the clock, since {name} has no working time"
    else:
        how = f"of {genitive(name)} working time ({hours_in_words(hours)})"
    text = f"{severity}: {span_in_words(span, how)} {how} {begin} → {say_instant(at, hours.zone)}"
    return Deadline(at, text)


def span_in_words(span: timedelta, how: str) -> str:
    """A span in words: days of working time are said to be working days."""
    days, rest = divmod(span, DAY)
    if "clock" in how or not days:
        return say_length(span)
    weeks, left = divmod(days, 7)
    count = weeks * WORKDAYS + left
    more = f" {say_length(rest)}" if rest else ""
    return f"{count} working {'day' if count == 1 else 'days'}{more}"


def genitive(name: str) -> str:
    """A name in the genitive."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours_in_words(hours: Hours) -> str:
    """Working hours in words: `Mon-Fri 09:00-18:00 Europe/Berlin`, `24/7`."""
    if hours.always:
        return "24/7"
    days = [", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in spans) for spans in hours.week]
    groups: list[tuple[int, int, str]] = []
    for place, spans in enumerate(days):
        if groups and groups[-1][2] == spans and groups[-1][1] == place - 1:
            groups[-1] = (groups[-1][0], place, spans)
        elif spans:
            groups.append((place, place, spans))
    named = [
        f"{NAMES[a]}{'-' + NAMES[b] if b > a else ''} {spans}" for a, b, spans in groups if spans
    ]
    return f"{'; '.join(named) or 'no hours'} {hours.zone.key}"
