"""What became of customers and of the actions that keep the next case away, in a window.

A mark counts when it was given, a relationship when it was told, a preventive action when its time
came or it was ended. Something that was dropped counts as not done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from deskless.agent.case.after.event_after import Standing, TaskKind
from deskless.agent.case.after.files import Task
from deskless.agent.figures.case_history import Tale


class Span(Protocol):
    """A window of time."""

    def has(self, at: datetime | None) -> bool:
        """Whether an instant lies in it."""


@dataclass(frozen=True, slots=True)
class AfterFigures:
    """The marks, how relationships stand, and for each preventive action whether it is done."""

    marks: tuple[int, ...] = ()
    standings: tuple[Standing, ...] = ()
    actions: tuple[bool, ...] = ()

    @property
    def maintained(self) -> int:
        """How many customers have stayed."""
        return sum(standing is not Standing.LOST for standing in self.standings)


def count_after(tales: Iterable[Tale], window: Span) -> AfterFigures:
    """The figures of a window, of cases folded up to its end."""
    cases = [tale.case for tale in tales]
    relations = (case.relation for case in cases)
    return AfterFigures(
        marks=tuple(
            case.rating.score for case in cases if case.rating and window.has(case.rating.at)
        ),
        standings=tuple(each.standing for each in relations if each and window.has(each.at)),
        actions=tuple(task.done for case in cases for task in counted_actions(case.tasks, window)),
    )


def counted_actions(tasks: Iterable[Task], window: Span) -> tuple[Task, ...]:
    """The preventive actions whose time came in a window, or that ended in it."""
    return tuple(
        task for task in tasks
        if task.kind is TaskKind.PREVENTION and (window.has(task.ended_at) or window.has(task.due))
    )  # fmt: skip
