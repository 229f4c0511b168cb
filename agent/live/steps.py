"""The seven steps from a problem to its end, and how far a case has come on them.

They are derived from the case and the facts that its owner has told, and kept nowhere; a step that
was taken back is not done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import Accepted, Event, Undone, Why
from deskless.agent.live.facts import told_facts


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, and whether it is done."""

    name: str
    done: bool


def seven_steps(case: Case, events: Sequence[Event]) -> tuple[Step, ...]:
    """The steps in their order; `events` are the case's, oldest first."""
    facts = told_facts(events)
    taken = case.owner is not None or was_taken(events)
    solved, yes = case.resolved_at is not None, case.content or case.reason == Why.CONFIRMED
    fix = "workaround" if facts.workaround and not (case.fixed_at or solved) else "fix"
    return (
        Step("problem confirmed", taken),
        Step("cause", case.caused),
        Step("options", bool(facts.next_action or facts.workaround or facts.ever)),
        Step(fix, bool(facts.workaround) or solved),
        Step("verified with the customer", yes),
        Step("satisfaction", yes),
        Step("documented", case.status is Status.CLOSED and case.caused and bool(facts.ever)),
    )


def was_taken(events: Sequence[Event]) -> bool:
    """Whether somebody has had the case, and did not take that back."""
    taken = sum(isinstance(past, Accepted) for past in events)
    back = (past for past in events if isinstance(past, Undone))
    return taken > sum(past.what == "accepted" for past in back)


def steps_line(case: Case, events: Sequence[Event]) -> str:
    """The steps as one row: which are done, and which are still to come."""
    steps = seven_steps(case, events)
    done = [step.name for step in steps if step.done]
    rest = [step.name for step in steps if not step.done]
    head = f"{len(done)} of {len(steps)}"
    told = f"{head}: {', '.join(done)}" if done else head
    lasting = case.eased and not case.fixed_at
    fix = ". The lasting fix is still to come (FIXED: …)" if lasting else ""
    return told + (f"; to come: {', '.join(rest)}" if rest else "") + fix
