"""Signs that something goes wrong, as far as events can show it.

Each sign names one case or one criterion and says in a sentence what was seen. People judge: a sign
is a question, never a verdict about somebody. Blame language is read in the drafts themselves
(`templates/tone.py`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deskless.agent.case import event
from deskless.agent.case.case import Status
from deskless.agent.case.deadline import ack_by
from deskless.agent.case.say_time import say_length
from deskless.agent.figures.case_history import Tale
from deskless.agent.figures.figures import Window, World
from deskless.policies.verdict import Severity

HANDOFFS = 3
"""So many offers of one case are too many."""
TALK = 2
"""So many words of an owner without a blocker named: talking around it."""
PATTERN = 3
"""So many cases on one criterion within the window are a pattern."""
NOBODYS = frozenset({event.Why.NOT_AN_ESCALATION.value, event.Why.DUPLICATE.value})
"""Ends by which there was no escalation of its own to tell the customer of."""
CAUSE = re.compile(
    r"(?im)^\W*(?:root[ -]?cause|cause|because|ursache|grund|weil|cause racine|parce que|causa)"
    r"(?: (?:was|is|war|ist|était|est|era|fue))?\b\s*[:=,-]?\s*(?P<words>\S.*)"
)
"""A cause that somebody names in a note of theirs: `cause: …`, `Ursache war …`."""
OTHERS = frozenset({event.CUSTOMER, event.CLOCK, event.DESKLESS})
SEVERE = frozenset({Severity.SEV1, Severity.SEV2})


class SignKind(StrEnum):
    """What kind of sign: the red flags of escalation work that events can show."""

    DELAYED = "delayed acknowledgement"
    UNDER = "classified too low at first"
    GAP = "communication gap"
    EARLY = "closed too early"
    DROPPED = "no follow-through"
    CAUSE = "root cause not recorded"
    PATTERN = "pattern"
    HANDOFFS = "too many handoffs"
    UNNAMED = "blocker not named"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: `about` is a case's key or a criterion's id, `text` what was seen."""

    kind: SignKind
    about: str
    text: str


def warning_signs(told: Mapping[str, Tale], window: Window, world: World) -> tuple[Sign, ...]:
    """Every sign of a window, by kind; `told` are the cases folded up to its end."""
    signs: list[Sign] = []
    for tale in told.values():
        signs += _of_case(tale, window, world)
    signs += _patterns(told, window)
    order = list(SignKind)
    return tuple(sorted(signs, key=lambda sign: (order.index(sign.kind), sign.about)))


def _of_case(tale: Tale, window: Window, world: World) -> Iterator[Sign]:
    key = tale.case.key
    for kind, text in (
        (SignKind.DELAYED, _delayed(tale, window, world)),
        (SignKind.UNDER, _under(tale, window)),
        (SignKind.GAP, _gap(tale, window, world)),
        (SignKind.EARLY, _early(tale, window)),
        (SignKind.DROPPED, _dropped(tale, window)),
        (SignKind.CAUSE, _cause(tale, window)),
        (SignKind.HANDOFFS, _passed(tale, window)),
        (SignKind.UNNAMED, _unnamed(tale, window)),
    ):
        if text:
            yield Sign(kind, key, text)


def _delayed(tale: Tale, window: Window, world: World) -> str:
    """The customer was told late, or not yet, that somebody is on it."""
    due = ack_by(
        tale.case.severity, tale.begun.at, hours=world.hours, clocks=world.clocks_of(tale)
    ).at
    first = world.first_told(tale)
    if not window.has(due) or (first is not None and first <= due):
        return ""
    if tale.case.reason in NOBODYS:
        return ""
    ended = tale.case.closed_at
    if first is None:
        quick = ended is not None and ended <= due
        return "" if quick else "the customer was never told that it was escalated"
    return f"the customer was told {say_length(first - due)} too late that somebody is on it"


def _under(tale: Tale, window: Window) -> str:
    """It began as less than what it turned out to be."""
    raised = [
        touch for touch in tale.of(event.Touched)
        if touch.severity and touch.severity.value < tale.begun.severity.value
            and window.has(touch.at)
    ]  # fmt: skip
    if not raised:
        return ""
    return f"opened as {tale.begun.severity.value}, judged {tale.case.severity.value} later"


def _gap(tale: Tale, window: Window, world: World) -> str:
    """Promises missed, or a customer who had to write again."""
    missed = sum(
        promise.kept(window.until) is False and window.has(promise.due) for promise in tale.promises
    )
    again = sum(window.has(at) for at in world.wrote_again(tale))
    parts = [
        f"{missed} promise{'s' if missed > 1 else ''} missed" if missed else "",
        f"the customer wrote {again} more time{'s' if again > 1 else ''} without an answer"
        if again else "",
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _early(tale: Tale, window: Window) -> str:
    count = sum(window.has(reopening.at) for reopening in tale.of(event.Reopened))
    return f"reopened {'once' if count == 1 else f'{count} times'} after its end" if count else ""


def _dropped(tale: Tale, window: Window) -> str:
    left = (release for release in tale.of(event.Released) if release.by != release.owner)
    count = sum(window.has(release.at) for release in left)
    times = "once" if count == 1 else f"{count} times"
    return f"taken and then left without word, {times}" if count else ""


def _cause(tale: Tale, window: Window) -> str:
    """A severe case was solved, and nobody named the cause; any other word is none."""
    if any(_names_cause(past) for past in tale.events):
        return ""
    if tale.case.severity not in SEVERE or not window.has(tale.done_at):
        return ""
    return f"{tale.case.severity.value} was solved, and no cause is on record"


def _names_cause(past: event.Event) -> bool:
    if getattr(past, "root_cause", ""):
        return True
    return past.by not in OTHERS and bool(CAUSE.search(getattr(past, "note", "")))


def _passed(tale: Tale, window: Window) -> str:
    made = [handoff for handoff in tale.case.handoffs if window.has(handoff.offered_at)]
    return (
        f"offered {len(tale.case.handoffs)} times"
        if made and len(tale.case.handoffs) >= HANDOFFS
        else ""
    )


def _unnamed(tale: Tale, window: Window) -> str:
    """Much is said by the owner, and none of the six blockers is named."""
    remarks = [
        remark for remark in tale.of(event.Progressed, event.Noted)
        if remark.by == tale.case.owner and window.has(remark.at)
    ]  # fmt: skip
    if tale.case.status is not Status.OWNED or tale.case.blocker or len(remarks) < TALK:
        return ""
    return f"{len(remarks)} updates, and nobody has named what blocks it"


def _patterns(told: Mapping[str, Tale], window: Window) -> Iterator[Sign]:
    opened = [tale for tale in told.values() if window.has(tale.begun.at)]
    counted = Counter(policy for tale in opened for policy in tale.case.policies)
    for policy, count in sorted(counted.items()):
        if count >= PATTERN:
            yield Sign(SignKind.PATTERN, policy, f"{count} cases: look for one cause behind them")
