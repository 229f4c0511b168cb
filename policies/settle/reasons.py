"""Why a thread moves, waits for a person, or is left alone: plain sentences, always.

Each names its criterion and the file to edit, so that a wrong decision points at its cause.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from deskless.mailbox.message import Unread
from deskless.policies.evidence import showable_line
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Policy, PolicyStatus
from deskless.policies.settle.merge import RULES, Merged
from deskless.policies.verdict import Met, Outcome, Type

MOST = 24
# Troubles that the mail itself may have caused. An outage is nobody's doing and is tried again.
TALKED = re.compile(
    r"refus|json|junk|cut|empty|max_tokens|schema|unreadable|invalid|too long", re.I
)


def failed_at_mail(opinion: Opinion) -> bool:
    """Whether a judge failed at this very mail: refused, answered junk, was cut off."""
    return bool(TALKED.search(opinion.trouble))


def unread_reasons(unread: tuple[Unread, ...]) -> tuple[str, ...]:
    """That the newest mail, or a part of it, was read by nobody; empty where it was read."""
    if not unread:
        return ()
    return (f"The newest mail could not be read ({'; '.join(unread)}), so a person should look.",)


def outcome_reasons(
    mergeds: tuple[Merged, ...], outcome: Outcome, facts: Facts, opinions: tuple[Opinion, ...]
) -> tuple[str, ...]:
    """The reasons for an outcome, most weighty first, at most 24."""
    lines = [*_live(mergeds, outcome), *_shadow(mergeds)]
    for opinion in opinions:
        lines += [f"A person should look: {doubt.reason}." for doubt in opinion.doubts]
    if outcome is Outcome.LEAVE:
        count = sum(merged.policy.status is PolicyStatus.LIVE for merged in mergeds)
        lines.insert(0, f"None of the {count} live criteria is met.")
    if facts.mailing:
        lines.insert(0, f"It is {facts.mailing}, and comes from nobody we know.")
    if facts.injection:
        lines.append(
            f"The mail holds text that talks to a machine ({', '.join(facts.injection)}); "
            "it was read as evidence only."
        )
    for opinion in opinions:
        if opinion.trouble:
            seen = (
                "so a person should look"
                if failed_at_mail(opinion)
                else "so the rules alone judged"
            )
            lines.append(
                f"{showable_line(opinion.engine, 40)} could not judge "
                f"({showable_line(opinion.trouble, 80)}), {seen}."
            )
    return tuple(lines[:MOST])


def type_disputes(type_: Type | None, heard: tuple[Opinion, ...]) -> Iterator[str]:
    """A line for each model that takes the matter for another type than the case has."""
    for opinion in heard:
        own = max(opinion.types, key=lambda kind: opinion.types[kind], default=None)
        if opinion.engine != RULES and type_ and own and own is not type_:
            who = showable_line(opinion.engine, 40)
            yield f"{who} takes it for {own.value}, not {type_.value}."


def _live(mergeds: tuple[Merged, ...], outcome: Outcome) -> Iterator[str]:
    live = [merged for merged in mergeds if merged.policy.status is PolicyStatus.LIVE]
    live.sort(
        key=lambda merged: (
            merged.finding.met is not Met.MET,
            not merged.finding.sure,
            merged.policy.id,
        )
    )
    for merged in live:
        if merged.finding.met is Met.MET and merged.finding.sure:
            yield f"{_named(merged.policy)} is met: {merged.finding.reason}"
        elif merged.finding.met is not Met.NOT_MET:
            yield f"{_named(merged.policy)} may be met: {merged.finding.reason}"
        if merged.dispute and (
            outcome is not Outcome.LEAVE or merged.finding.met is not Met.NOT_MET
        ):
            yield f"{_named(merged.policy)} is disputed: {merged.dispute}"


def _shadow(mergeds: tuple[Merged, ...]) -> Iterator[str]:
    for merged in mergeds:
        if merged.policy.status is PolicyStatus.SHADOW and merged.finding.met is Met.MET:
            would = "would have escalated" if merged.finding.sure else "would have asked for review"
            yield f"{_named(merged.policy)} is in shadow and {would}: {merged.finding.reason}"


def _named(policy: Policy) -> str:
    # Without its ending: `.md` is a country's domain, and mail programs make `refund.md` a link.
    stem = PurePath(policy.path).stem or policy.id
    return f"{policy.name or policy.id} (policies/{stem})"
