"""What is owed after a case: commitments to its customer, and actions that prevent the next one.

Each has one owner and one date, and is tracked until somebody says that it is done, or gives it up
with a reason. Its owner hears of it at the date, and every week after that while it is open.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.after.carers import carers
from deskless.agent.case.after.event_after import Area, TaskEnded, TaskKind, TaskSet
from deskless.agent.case.after.files import Task
from deskless.agent.case.case import Case
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import read_as, refuse_command
from deskless.agent.case.verbs import Command, Verb

CHASE = "tasks"
AGAIN = timedelta(weeks=1)
"""So long after its date, and again, the owner of an open task hears of it."""
KINDS = {Verb.COMMIT: TaskKind.COMMITMENT, Verb.PREVENT: TaskKind.PREVENTION}


def set_task(draft: DecisionDraft, asked: Command) -> None:
    """`commit: … @ben by Friday`, `prevent: …`: one person owes it by then, and hears so."""
    case, by = draft.case, draft.act.by
    owner = asked.to or by
    if by not in carers(case, draft.setting) | {case.requester}:
        refuse_command(draft, asked, Why.NOT_YOURS)
        return
    if draft.setting.matrix.person(owner) is None:
        refuse_command(draft, asked, Why.NOT_NOW, "Nobody of the team is called that.")
        return
    if asked.until is None or asked.until <= draft.setting.now:
        refuse_command(draft, asked, Why.NOT_NOW, "That time has passed: by when is it to be done?")
        return
    number = len(case.tasks) + 1
    area = Area(asked.value) if asked.value in set(Area) else None
    draft.happen(
        TaskSet, task=number, kind=KINDS[asked.verb], owner=owner, due=asked.until, area=area,
        what=asked.note,
    )  # fmt: skip
    draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked), task=str(number))
    if owner != by:
        draft.mail(LetterKind.TASK, owner, None, tasks=str(number), by=by)


def end_task(draft: DecisionDraft, asked: Command) -> None:
    """`DONE 2`, `DROP 2 because …`: by whoever owes it, or speaks for the case; to drop it needs
    the latter, and a reason.
    """
    case, by = draft.case, draft.act.by
    done = asked.verb is Verb.FINISHED
    cares = by in carers(case, draft.setting)
    mine = [task for task in case.tasks if task.open and (task.owner == by or cares)]
    task = next((task for task in case.tasks if str(task.number) == asked.subject_id), None)
    if task is None and not asked.subject_id and len(mine) == 1:
        task = mine[0]
    if task is None:
        numbers = ", ".join(f"{asked.verb.value} {each.number}" for each in mine)
        say = f"Which? You can write {numbers}." if mine else "Nothing of yours is open on it."
        refuse_command(draft, asked, Why.NOT_NOW, say)
    elif not task.open:
        refuse_command(draft, asked, Why.DONE)
    elif task not in mine or not (done or cares):
        refuse_command(draft, asked, Why.NOT_YOURS)
    elif not done and not asked.note.strip():
        say = f"Say why, so that nobody wonders: DROP {task.number} because …"
        refuse_command(draft, asked, Why.NOT_NOW, say)
    else:
        draft.happen(TaskEnded, task=task.number, done=done, note=asked.note)
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked), task=str(task.number))


def chase_due(case: Case, setting: Setting) -> datetime | None:
    """When the owner of an open task hears of it next (UTC); None: nothing is owed."""
    last = dict(case.ticked).get(CHASE)
    passed = [at for at in _instants(case, setting.now) if last is None or at > last]
    due = [at for at in passed if at <= setting.now]
    return max(due, default=None) or min(passed, default=None)


def _instants(case: Case, now: datetime) -> Iterator[datetime]:
    """Of every open task the last instant at which it was to be told, and the next."""
    for task in case.tasks:
        if task.open:
            weeks = max((now - task.due) // AGAIN, 0)
            yield task.due + weeks * AGAIN
            yield task.due + (weeks + 1) * AGAIN


def overdue_tasks(case: Case, now: datetime) -> tuple[Task, ...]:
    """The open tasks whose time has come."""
    return tuple(task for task in case.tasks if task.open and task.due <= now)


def chase(draft: DecisionDraft) -> None:
    """Each owner of what is overdue hears of it, in one mail; the founder for who has left."""
    case, setting = draft.case, draft.setting
    owed: dict[str, list[str]] = {}
    for task in overdue_tasks(case, setting.now):
        owner = task.owner if setting.matrix.person(task.owner) else setting.founder
        owed.setdefault(owner, []).append(str(task.number))
    for owner, numbers in owed.items():
        draft.mail(LetterKind.TASK, owner, None, tasks=",".join(numbers), late="yes")
