"""How severe a case is: computed from what was quoted, step by step, and shown as it is computed.

The leading criterion says where to start, and how far the impact may move it: `ceiling` is the most
severe it can become, `floor` the least; a criterion that names neither stays where it is.

SEV-1 wakes people, so it needs proof: one *unmistakable* sign (somebody hurt or threatened,
somebody else's data in plain sight) or two independent ones, what happened (work stopped, data
lost, danger) and how far it reaches (everybody, the customer's own customers, many, a sum every
hour). With one of the two it stays SEV-2, and the brief says that it may be SEV-1. A workaround, or
a fault of one person or detail, takes a step back. Who the customer is never makes an impact.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from deskless.policies.evidence import showable_part
from deskless.policies.facts import Facts
from deskless.policies.judge import Sign
from deskless.policies.policy import Policy
from deskless.policies.settle.key import condition_of
from deskless.policies.verdict import Impact, Severity

ORDER = tuple(Severity)
UNMISTAKABLE = (Impact.HURT, Impact.THREAT, Impact.EXPOSED)
GRAVE = (Impact.STOPPED, Impact.LOST, Impact.DANGER)
REACH = (Impact.EVERYONE, Impact.CLIENTS, Impact.MANY, Impact.COST)
PRESSING = (Impact.DATE, Impact.SINCE)
BEARABLE = (Impact.WORKAROUND, Impact.SINGLE)
TOLD = {
    Impact.STOPPED: "work stands still",
    Impact.BROKEN: "a function fails",
    Impact.LOST: "data is gone",
    Impact.EXPOSED: "data is open to others",
    Impact.HURT: "somebody was hurt",
    Impact.DANGER: "somebody is in danger",
    Impact.THREAT: "somebody is threatened",
    Impact.EVERYONE: "nobody is spared",
    Impact.CLIENTS: "their own customers are hit",
    Impact.MANY: "many are affected",
    Impact.COST: "it costs money by the hour or day",
    Impact.DATE: "a date is near",
    Impact.SINCE: "it has lasted",
    Impact.WORKAROUND: "there is a way around",
    Impact.SINGLE: "it is one person's, or a detail",
}
QUOTE = 90  # characters of a quote in the arithmetic


@dataclass(frozen=True, slots=True)
class Severe:
    """A severity, how it was computed (one line a step), and what it may be beyond proof."""

    severity: Severity
    steps: tuple[str, ...]
    may_be: Severity | None = None


def policy_severity(policy: Policy, facts: Facts) -> Severity:
    """Where a policy starts for these facts: the first condition of its table that holds."""
    for text, grade in policy.severities:
        if condition_of(text).holds(facts):
            return grade
    return policy.severity


def severity_of(policy: Policy, facts: Facts, signs: Iterable[Sign]) -> Severe:
    """The severity of a case that this policy leads."""
    start = policy_severity(policy, facts)
    most, least = policy.ceiling or start, policy.floor or start
    known = {sign.kind: sign for sign in signs}
    steps = [f"{start.value}: where {policy.name or policy.id} starts"]
    if most == least == start:
        return Severe(start, tuple(steps))
    proof = _first(known, UNMISTAKABLE)
    grave, reach = _first(known, GRAVE), _first(known, REACH)
    level, may_be = start, None
    if proof:
        level = _raised(level, Severity.SEV1, steps, (proof,), "unmistakable")
    elif grave and reach:
        level = _raised(level, Severity.SEV1, steps, (grave, reach), "two independent signs")
    elif grave or reach:
        pressing = _first(known, PRESSING)
        sign = grave or reach
        if sign and pressing:
            level = _raised(level, Severity.SEV2, steps, (sign, pressing), "and it presses")
    if not proof and (bearable := _first(known, BEARABLE)):
        level = _step(level, 1)
        steps.append(f"one step less, {_told(bearable)}")
    bounded = _bounded(level, most, least, steps)
    if bounded is Severity.SEV2 and most is Severity.SEV1 and (grave or reach):
        may_be = Severity.SEV1
        steps.append("one sign of two: may be SEV-1")
    steps.append(f"so {bounded.value}")
    return Severe(bounded, tuple(steps), may_be)


def _first(known: dict[Impact, Sign], kinds: Iterable[Impact]) -> Sign | None:
    return next((known[kind] for kind in kinds if kind in known), None)


def _raised(
    level: Severity, to: Severity, steps: list[str], signs: tuple[Sign, ...], why: str
) -> Severity:
    if ORDER.index(to) >= ORDER.index(level):
        return level
    steps.append(f"{to.value}: {' and '.join(_told(sign) for sign in signs)}; {why}")
    return to


def _bounded(level: Severity, most: Severity, least: Severity, steps: list[str]) -> Severity:
    if ORDER.index(level) < ORDER.index(most):
        steps.append(f"never more than {most.value} by this criterion")
        return most
    if ORDER.index(level) > ORDER.index(least):
        steps.append(f"never less than {least.value} by this criterion")
        return least
    return level


def _step(level: Severity, by: int) -> Severity:
    return ORDER[min(ORDER.index(level) + by, len(ORDER) - 1)]


def _told(sign: Sign) -> str:
    words = showable_part(sign.quote.text)
    words = words if len(words) <= QUOTE else words[:QUOTE].rpartition(" ")[0] + " …"
    return f"{TOLD[sign.kind]} (“{words}”)"
