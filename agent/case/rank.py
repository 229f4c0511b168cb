"""Which case comes first, by an arithmetic that anybody can check.

A case's rank is a virtual deadline: the instant at which something is really due, moved earlier by
so many hours for each thing that makes waiting expensive. Smaller is more urgent. It depends only
on the case, never on the time of looking, so an index can keep the order; it is computed anew with
every event. Capitals, exclamation marks, extra recipients and who forwarded a mail do not occur in
it, because they do not occur in a case.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import deadline_at, step_due
from deskless.agent.case.event import Blocker
from deskless.agent.case.say_time import YEAR
from deskless.policies.verdict import Severity

IMPACT = {Severity.SEV1: 96, Severity.SEV2: 48, Severity.SEV3: 12, Severity.SEV4: 0}
"""Hours for the impact on the customer."""
OWNERLESS = 12
"""Hours while nobody owns it."""
RISK = 8
"""Hours for each risk: churn, security, executive visibility, contract breach."""
RENEWAL = 24
"""Hours when the contract is up within a quarter."""
QUARTER = timedelta(days=92)
BROKEN = 6
"""Hours for each promise to this customer that was not kept, three at the most."""
OVER = 30 * 24
"""Hours that a resolved case waits behind the live ones."""
ASKED = 7 * 24
"""Hours that a request waits while only the requester can go on."""


LEADERS = {
    "executive": "an executive of theirs is in it", "contract": "the contract is at stake",
    "churn": "they may leave",
}  # fmt: skip
"""Risks that leadership has to see, in words."""
AUTHORITY = {
    Blocker.DECISION: "a decision is missing", Blocker.EXCEPTION: "it needs an exception to a rule",
}  # fmt: skip
"""What holds a case up and only somebody with the authority can give."""
BROKE = 2
"""Promises broken to one customer from which on it is no longer their owner's matter alone."""


def leadership_signal(case: Case) -> str:
    """What only leadership can give or has to know, in a few words; empty: nothing.

    A case may want attention without this: being late is its owner's to mend.
    """
    if not case.live:
        return ""
    risks = [words for risk, words in LEADERS.items() if risk in case.risks]
    reasons = (
        "nobody took it" if case.status is Status.STRANDED else "",
        AUTHORITY.get(case.blocker, "") if case.blocker else "",
        f"{case.broken_promises} promises were broken" if case.broken_promises >= BROKE else "",
        *risks,
    )
    return next((reason for reason in reasons if reason), "")


def wants_attention(case: Case, now: datetime) -> str:
    """What somebody who works on it has to see to now (UTC), in a few words; empty: nothing."""
    if not case.live:
        return ""
    due = deadline_at(case)
    late = due is not None and due < now
    if case.status is Status.OWNED and late:
        return "the promised update is late"
    if case.status is Status.OFFERED and late:
        return "the answer to the offer is late"
    if case.status is Status.OPEN:
        return "nobody is asked yet"
    return "a promise was missed" if case.broken_promises else ""


@dataclass(frozen=True, slots=True)
class Rank:
    """`at` is the virtual deadline (UTC), `due` the real one.

    `parts` are the hours by which it comes earlier (later where negative): `at` is `due` less
    their sum, exactly.
    """

    at: datetime
    due: datetime
    parts: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        """Seconds since the epoch: what the shelf sorts by."""
        return int(self.at.timestamp())

    def shown(self) -> str:
        """The arithmetic, to be checked by hand: `27 Nov 14:00 UTC - 48 h for SEV-2 = …`."""
        terms = [
            f"{'-' if hours > 0 else '+'} {abs(hours)} h {label}" for label, hours in self.parts
        ]
        terms += [f"= {_told(self.at)}"] if terms else []
        return " ".join([_told(self.due), *terms])


def rank_case(case: Case) -> Rank:
    """The rank of a case."""
    real = step_due(case) or case.promise or case.changed_at
    parts = [
        (f"for {case.severity.value}", IMPACT[case.severity]),
        ("for revenue", _revenue(case.revenue)),
        ("for the renewal", RENEWAL if _renews(case) else 0),
        ("no owner", OWNERLESS if case.live and case.owner is None else 0),
        ("for risks", RISK * len(set(case.risks))),
        ("for broken promises", BROKEN * min(case.broken_promises, 3)),
        ("nobody took it", OWNERLESS if case.status is Status.STRANDED else 0),
        ("it waits for the requester", -ASKED if _waits(case) else 0),
        ("it is resolved", 0 if case.live else -OVER),
    ]
    parts_counted = tuple((label, hours) for label, hours in parts if hours)
    return Rank(
        real - timedelta(hours=sum(hours for _, hours in parts_counted)), real, parts_counted
    )


def _told(at: datetime) -> str:
    """An instant, whoever reads it: the rank has no reader's zone. `27 Nov 14:00 UTC`."""
    at = at.astimezone(UTC)
    return f"{at.day} {YEAR[at.month - 1]} {at:%H:%M} UTC"


def _waits(case: Case) -> bool:
    """Whether nobody but the requester can go on, and no clock runs any more."""
    return case.status is Status.REQUESTED and step_due(case) is None


def _revenue(revenue: int | None) -> int:
    """Six hours for each power of ten above 100 a year: 1,000 is 6, 100,000 is 18."""
    if not revenue or revenue <= 100:
        return 0
    return min(round(6 * (math.log10(revenue) - 2)), 30)


def _renews(case: Case) -> bool:
    if not case.renewal:
        return False
    left = date.fromisoformat(case.renewal) - case.changed_at.date()
    return timedelta(0) <= left <= QUARTER
