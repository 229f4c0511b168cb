"""What stands behind a figure: for each measure the cases that it counts, with their entries.

Every line says what happened and whether it counts for the good side; the entries are the numbers
of the ledger's entries that say so. The same rules as in `figures`, told one by one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case import event
from deskless.agent.case.after.event_after import Standing
from deskless.agent.case.event_live import Called
from deskless.agent.figures.afterwards import counted_actions
from deskless.agent.figures.case_history import Tale
from deskless.agent.figures.figures import (
    Figures,
    Window,
    World,
    due_solved,
    first_response_of,
    handoffs_made,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that a figure counts: `good` is None where it is only counted.

    `at` is when it was settled (UTC), `entries` are numbers of ledger entries.
    """

    case: str
    what: str
    at: datetime
    good: bool | None = None
    entries: tuple[int, ...] = ()


def figure_sources(
    tales: Mapping[str, Tale], now: Figures, world: World
) -> Mapping[str, tuple[Source, ...]]:
    """The sources of every measure that has any, by the measure's name; oldest first."""
    sources = {
        name: tuple(
            sorted(
                (each for tale in tales.values() for each in rule(tale, now.window, world)),
                key=lambda source: source.at,
            )
        )
        for name, rule in RULES.items()
    }
    came_back = [tales[key] for key in now.returned]
    sources["Repeat rate"] = tuple(
        Source(tale.case.key, "came back", tale.begun.at, False, tale.entries_at(tale.begun.at))
        for tale in came_back
    )
    return sources


def _promises(tale: Tale, window: Window, _: World) -> Iterator[Source]:
    for each in tale.promises:
        in_time = each.kept(window.until)
        if in_time is None or not window.has(each.settled()):
            continue
        if in_time and _called_at(tale, each.ended):
            what = "they were called in time, by a teammate's word"
        else:
            what = "a letter left in time" if in_time else "no letter had left by then"
        entries = tale.entries_at(each.begun, each.ended)
        yield Source(tale.case.key, what, each.settled(), in_time, entries)


def _responses(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    pair = first_response_of(tale, window, world) if window.has(tale.begun.at) else None
    if pair is None:
        return
    first = world.first_told(tale)
    what = "the first letter left" if first and pair[0] is not None else "no letter left"
    if pair[0] is not None and _called_at(tale, first):
        what = "they were called, by a teammate's word"
    at = first if first and pair[0] is not None else tale.begun.at
    yield Source(tale.case.key, what, at, pair[1], tale.entries_at(tale.begun.at, first))


def _called_at(tale: Tale, at: datetime | None) -> bool:
    """Whether the customer had their word of that instant by a call."""
    return at in {past.at for past in tale.of(Called)}


def _solved(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    due = due_solved(tale, world)
    done, told = tale.done_at, world.first_told(tale)
    if done is not None and window.has(done):
        good = done <= due and told is not None
        what = "solved" if told else "solved, and the customer never had a letter from us"
        yield Source(tale.case.key, what, done, good, tale.entries_at(done, told))
    elif done is None and tale.case.closed_at is None and window.has(due):
        yield Source(tale.case.key, "due and not solved", due, False, ())


def _resolutions(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    return (each for each in _solved(tale, window, world) if each.what != "due and not solved")


def _opened(tale: Tale, window: Window, _: World) -> Iterator[Source]:
    if window.has(tale.begun.at):
        entries = tale.entries_at(tale.begun.at)
        yield Source(tale.case.key, "opened", tale.begun.at, None, entries)


def _held(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    return (each for each in _opened(tale, window, world) if tale.begun.first_mail)


def _handoffs(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    for handoff in handoffs_made(tale, window, world):
        what, entries = f"brief {handoff.number} left", tale.entries_at(handoff.offered_at)
        yield Source(tale.case.key, what, handoff.offered_at, None, entries)


def _founder(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    mine = {
        handoff.offered_at for handoff in handoffs_made(tale, window, world)
        if handoff.to == world.founder
    }  # fmt: skip
    return (each for each in _handoffs(tale, window, world) if each.at in mine)


def _again(tale: Tale, window: Window, world: World) -> Iterator[Source]:
    for at in world.wrote_again(tale):
        if window.has(at):
            touched = [past.at for past in tale.of(event.Touched) if past.at == at]
            yield Source(tale.case.key, "wrote again", at, False, tale.entries_at(*touched))


def _marks(tale: Tale, window: Window, _: World) -> Iterator[Source]:
    rating = tale.case.rating
    if rating and window.has(rating.at):
        what, entries = f"{rating.score} of 5", tale.entries_at(rating.at)
        yield Source(tale.case.key, what, rating.at, rating.score >= 4, entries)


def _standings(tale: Tale, window: Window, _: World) -> Iterator[Source]:
    relation = tale.case.relation
    if relation and window.has(relation.at):
        good, entries = relation.standing is not Standing.LOST, tale.entries_at(relation.at)
        yield Source(tale.case.key, relation.standing.value, relation.at, good, entries)


def _actions(tale: Tale, window: Window, _: World) -> Iterator[Source]:
    for task in counted_actions(tale.case.tasks, window):
        at = task.ended_at or task.due
        what = f"action {task.number} " + ("done" if task.done else "not done")
        yield Source(
            tale.case.key, what, at, task.done, tale.entries_at(task.set_at, task.ended_at)
        )


RULES: Mapping[str, Callable[[Tale, Window, World], Iterator[Source]]] = {
    "First response in time": _responses,
    "Time to resolution": _resolutions,
    "SLA compliance": _solved,
    "Escalation rate": _opened,
    "Cases that went to the founder": _founder,
    "Held by support before the trigger": _held,
    "Handoffs for each case": _handoffs,
    "Promises kept": _promises,
    "Customers who had to write again": _again,
    "Customer satisfaction": _marks,
    "Customers kept": _standings,
    "Root-cause actions completed": _actions,
}
"""Measure → what of one case it counts in a window."""
