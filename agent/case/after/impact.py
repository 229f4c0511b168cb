"""How hard a customer was hit, as a sum that anybody can check, and what each level asks of us.

A person may say another level; that is taken as it is said.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from deskless.agent.case.after.event_after import Gesture, Level
from deskless.agent.case.case import Case
from deskless.agent.case.deadline import fold_tier, resolve_by
from deskless.agent.case.decision import Setting
from deskless.policies.verdict import Severity

GRADE: Mapping[Severity, int] = {
    Severity.SEV1: 4, Severity.SEV2: 3, Severity.SEV3: 1, Severity.SEV4: 0,
}  # fmt: skip
MOST = 2
"""Points that promises, repeats and a long wait can each add at most."""
HIGH = frozenset({"enterprise", "vip", "premium", "platinum", "gold", "strategic", "key account"})
"""Tiers of customers who are hit harder, as a team's sheet names them."""
WEIGHTY = 50_000
"""A customer's revenue in a year from which on more is at stake."""
FROM: tuple[tuple[int, Level], ...] = (
    (8, Level.SEVERE), (5, Level.SIGNIFICANT), (3, Level.MODERATE), (0, Level.MINOR),
)  # fmt: skip
"""From how many points on which level holds."""

ACTIONS: Mapping[Level, tuple[str, ...]] = {
    Level.MINOR: ("an apology, and thanks for their patience",),
    Level.MODERATE: ("an apology", "a credit, or something of that size"),
    Level.SIGNIFICANT: (
        "a call by an executive", "a credit", "a plan of what changes, and when",
    ),
    Level.SEVERE: (
        "a meeting in person", "a significant gesture", "an executive who stays their contact",
        "a plan of what changes, and when",
    ),
}  # fmt: skip
MENU: Mapping[Level, tuple[Gesture, ...]] = {
    Level.MINOR: (Gesture.TRAINING, Gesture.EARLY),
    Level.MODERATE: (Gesture.CREDIT, Gesture.TRAINING, Gesture.EARLY),
    Level.SIGNIFICANT: (
        Gesture.CREDIT, Gesture.SUPPORT, Gesture.TERMS, Gesture.TRAINING, Gesture.EARLY,
    ),
    Level.SEVERE: tuple(Gesture),
}  # fmt: skip
"""Goodwill that is in proportion to each level; anything else the founder decides."""
LASTING = frozenset({Gesture.CREDIT, Gesture.SUPPORT, Gesture.TERMS})
"""Gestures that last for so many months."""
MONTHS: Mapping[Level, int] = {
    Level.MINOR: 0, Level.MODERATE: 1, Level.SIGNIFICANT: 2, Level.SEVERE: 3,
}  # fmt: skip
"""Months of a lasting gesture that an approver may grant, where the team says nothing else."""


def impact_points(case: Case, setting: Setting) -> tuple[tuple[int, str], ...]:
    """The terms of the sum, each with what it counts; terms that add nothing are left out."""
    return tuple((points, what) for points, what in _terms(case, setting) if points)


def impact_level(points: tuple[tuple[int, str], ...]) -> Level:
    """The level of so many points."""
    total = sum(count for count, _ in points)
    return next(level for least, level in FROM if total >= least)


def ended_at(case: Case) -> datetime | None:
    """When a case came to its end, by its owner's word or by being closed (UTC)."""
    return case.resolved_at or case.closed_at


def _terms(case: Case, setting: Setting) -> Iterator[tuple[int, str]]:
    yield GRADE[case.severity], f"severity {case.severity.value}"
    yield _long(case, setting)
    broken = case.broken_promises
    yield min(broken, MOST), f"{broken} updates promised and not kept"
    again = repeats(case)
    yield min(again, MOST), f"back {again} times"
    tier = case.account_tier
    yield int(fold_tier(tier) in HIGH), f"tier {tier}"
    yield int((case.revenue or 0) >= WEIGHTY), f"revenue of {case.revenue or 0:,} a year"


def repeats(case: Case) -> int:
    """How often the matter has come back: earlier cases of the conversation, and reopenings."""
    return case.seq - 1 + case.reopened


def _long(case: Case, setting: Setting) -> tuple[int, str]:
    """One point past the clock of its severity, two past twice its span."""
    end = ended_at(case) or setting.now
    clocks = setting.clocks_of(case)
    due = resolve_by(case.severity, case.opened_at, hours=setting.team, clocks=clocks).at
    if end <= due:
        return 0, ""
    twice = due + (due - case.opened_at)
    return (2, "more than twice as long as agreed") if end > twice else (1, "longer than agreed")
