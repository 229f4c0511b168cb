"""What time alone brings to a case: the steps of its status, and the clocks that run beside them.

A timer says when it is next due, derived from the case, people's hours and nothing else; what it
did stands in the case as `Ticked`, with the instant it was due at. It never acts twice for one
instant, also after a kill, a restart or a day without power: then it acts once, for the latest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from deskless.agent.case import event, event_live
from deskless.agent.case.case import Case
from deskless.agent.case.decide import TIMED, step_due
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.live import apologies, endings, red_flags, stakeholders, updates


@dataclass(frozen=True, slots=True)
class Timer:
    """One clock: its `name` (data: never renamed), when it is due (UTC; None: not), what it does.

    `due` need not know whether it has acted for that instant.
    """

    name: str
    due: Callable[[Case, Setting], datetime | None]
    act: Callable[[DecisionDraft], None]


TIMERS: tuple[Timer, ...] = (
    Timer("update", updates.draft_at, updates.give_draft),
    Timer("overdue", updates.overdue_at, updates.tell_overdue),
    Timer(red_flags.NAME, red_flags.flag_due, red_flags.no_more),
    Timer(endings.ASKING, endings.ask_due, endings.ask_again),
    Timer(endings.ENDING, endings.end_due, endings.end_unconfirmed),
    Timer(apologies.NAME, apologies.apology_due, apologies.give_apology),
    Timer(stakeholders.NAME, stakeholders.due, stakeholders.tell),
)
"""The clocks of a case, in the order in which they act at one instant."""


def on_time(
    case: Case, setting: Setting, *, waits: bool = False, timers: tuple[Timer, ...] = TIMERS
) -> Decision:
    """What time alone brings; nothing when nothing is due.

    `waits`: the next step of the status would count a letter that has not left, so only the clocks
    beside it run.
    """
    draft = DecisionDraft(case, setting, Act(by=event.CLOCK))
    for timer in timers:
        due = timer_due(timer, draft.case, setting)
        if due is not None and due <= setting.now:
            draft.happen(event_live.Ticked, clock=timer.name, of=due)
            timer.act(draft)
    step = step_due(draft.case)
    if step is not None and step <= setting.now and not waits:
        TIMED[draft.case.status](draft)
    return draft.done()


def timer_due(timer: Timer, case: Case, setting: Setting) -> datetime | None:
    """When a timer has to act next; None where it has acted for that instant, or a later one."""
    due = timer.due(case, setting)
    last = dict(case.ticked).get(timer.name)
    return None if due is None or (last is not None and due <= last) else due


def due_at(case: Case, setting: Setting, timers: tuple[Timer, ...] = TIMERS) -> datetime | None:
    """The next instant (UTC) at which `on_time` has something to do; None: never."""
    times = [step_due(case), *(timer_due(timer, case, setting) for timer in timers)]
    return min((instant for instant in times if instant is not None), default=None)
