"""Why a thread moves, waits for a person, or is left alone: plain sentences, always.

Each names its criterion and the file to edit, so that a wrong decision points at its cause.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from deskless.policies.evidence import plain
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy, Status
from deskless.policies.settle.merge import Merged
from deskless.policies.verdict import Met, Outcome

MOST = 24
# Troubles that the mail itself may have caused. An outage is nobody's doing and is tried again.
TALKED = re.compile(
    r"refus|json|junk|cut|empty|max_tokens|schema|unreadable|invalid|too long", re.I
)


def talked(opinion: Opinion) -> bool:
    """Whether a judge failed at this very mail: refused, answered junk, was cut off."""
    return bool(TALKED.search(opinion.trouble))


def reasons(
    found: tuple[Merged, ...], outcome: Outcome, facts: Facts, opinions: tuple[Opinion, ...]
) -> tuple[str, ...]:
    """The reasons for an outcome, most weighty first, at most 24."""
    lines = [*_live(found, outcome), *_shadow(found)]
    if outcome is Outcome.LEAVE:
        count = sum(one.policy.status is Status.LIVE for one in found)
        lines.insert(0, f"None of the {count} live criteria is met.")
    if facts.injection:
        lines.append(
            f"The mail holds text that talks to a machine ({', '.join(facts.injection)}); "
            "it was read as evidence only."
        )
    for one in opinions:
        if one.trouble:
            seen = "so a person should look" if talked(one) else "so the rules alone judged"
            lines.append(
                f"{plain(one.engine, 40)} could not judge ({plain(one.trouble, 80)}), {seen}."
            )
    return tuple(lines[:MOST])


def _live(found: tuple[Merged, ...], outcome: Outcome) -> Iterator[str]:
    live = [one for one in found if one.policy.status is Status.LIVE]
    live.sort(key=lambda one: (one.finding.met is not Met.MET, not one.finding.sure, one.policy.id))
    for one in live:
        if one.finding.met is Met.MET and one.finding.sure:
            yield f"{_named(one.policy)} is met: {one.finding.reason}"
        elif one.finding.met is not Met.NOT_MET:
            yield f"{_named(one.policy)} may be met: {one.finding.reason}"
        if one.dispute and (outcome is not Outcome.LEAVE or one.finding.met is not Met.NOT_MET):
            yield f"{_named(one.policy)} is disputed: {one.dispute}"


def _shadow(found: tuple[Merged, ...]) -> Iterator[str]:
    for one in found:
        if one.policy.status is Status.SHADOW and one.finding.met is Met.MET:
            would = "would have escalated" if one.finding.sure else "would have asked for review"
            yield f"{_named(one.policy)} is in shadow and {would}: {one.finding.reason}"


def _named(policy: Policy) -> str:
    # Without its ending: `.md` is a country's domain, and mail programs make `refund.md` a link.
    stem = PurePath(policy.path).stem or policy.id
    return f"{policy.name or policy.id} (policies/{stem})"
