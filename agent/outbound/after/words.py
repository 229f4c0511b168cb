"""What was said about a case after its end, as its letters repeat it: offers, tasks, points."""

from collections.abc import Iterable

from deskless.agent.case.after.event_after import (
    GoodwillDecided,
    GoodwillOffered,
    ImpactCorrected,
    TaskEnded,
    TaskSet,
)
from deskless.agent.case.after.files import Goodwill, RecoveryFile, Task
from deskless.agent.case.after.impact import FROM
from deskless.agent.case.after.recovery import gesture_words
from deskless.agent.case.event import Event
from deskless.agent.outbound.case_view import View


def task_words(events: Iterable[Event]) -> dict[int, str]:
    """What each task is about, by its number; an erased one is empty."""
    return {past.task: past.what for past in events if isinstance(past, TaskSet)}


def task_line(view: View, task: Task, reader: str) -> str:
    """A task as one line: number, what, who, by when, and how it stands."""
    what = task_words(view.events).get(task.number) or "(its words were erased)"
    due = view.time(task.due, reader)
    area = f" [{task.area.value}]" if task.area else ""
    if task.open:
        late = f", {view.left(task.due)}" if task.due <= view.now else ""
        stands = f"by {due}{late}"
    else:
        stands = f"{'done' if task.done else 'dropped'} {view.time(task.ended_at, reader)}"
        stands += _why(view.events, task)
    return f"{task.number}. {what}{area}: {view.office.name(task.owner)}, {stands}"


def _why(events: Iterable[Event], task: Task) -> str:
    notes = [
        past.note for past in events if isinstance(past, TaskEnded) and past.task == task.number
    ]
    return f" (“{notes[-1]}”)" if notes and notes[-1] else ""


def offer_line(view: View, offer: Goodwill) -> str:
    """An offer as one line: what, by whom, and how far it has come, with who said why."""
    notes = [
        past.note for past in view.events
        if isinstance(past, GoodwillOffered | GoodwillDecided) and past.offer == offer.number
    ]  # fmt: skip
    why = f" (“{notes[-1]}”)" if notes and notes[-1] else ""
    name = view.office.name(offer.by)
    return f"{gesture_words(offer.gesture, offer.months)}, by {name}: {offer.state.value}{why}"


def points_lines(view: View, file: RecoveryFile) -> tuple[str, ...]:
    """How the level was reckoned, to be checked by hand; or who said it, and why."""
    if file.corrected:
        past = [each for each in view.events if isinstance(each, ImpactCorrected)][-1]
        why = f": “{past.note}”" if past.note else ""
        return (f"{file.level.value}, by the word of {view.office.name(past.by)}{why}",)
    total = sum(int(point.split()[0]) for point in file.points)
    terms = tuple(f"{point.split()[0]} for {point.split(' ', 1)[1]}" for point in file.points)
    table = ", ".join(f"{level.value} from {least}" for least, level in reversed(FROM))
    sums = " + ".join(point.split()[0] for point in file.points) or "0"
    return (*terms, f"{sums} = {total}: {file.level.value} ({table})")
