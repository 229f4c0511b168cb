"""The customer's next update: when its owner gets the draft, what it promises, who hears of a miss.

The draft comes before the update is due: ten minutes for a SEV-1, half an hour for a SEV-2, and in
the morning of that day for the others. A promise so near that this would have passed gives the
draft half way. What time passes without is told to the owner at the minute (the lease's reminder),
and to the manager after half of the cadence, where the case has not gone on by then.
"""

from datetime import datetime, time, timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.deadline import next_update_due, remind_at
from deskless.agent.case.decide import GRACE
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.escalation_limits import manager_of
from deskless.agent.live.clocks import owner_hours
from deskless.policies.people.hours import Hours
from deskless.policies.people.working_time import DAY
from deskless.policies.verdict import Severity

LEAD = {Severity.SEV1: timedelta(minutes=10), Severity.SEV2: timedelta(minutes=30)}
"""How long before an update is due its owner gets the draft; else in the morning of that day."""
MORNING = time(9)
"""When the day begins for who works around the clock."""
DAYS = 14
"""Days that are looked back for a working morning before an update that is due out of hours."""


def draft_at(case: Case, setting: Setting) -> datetime | None:
    """When the owner gets the draft of the next update (UTC); None: none is promised."""
    if case.status is not Status.OWNED or case.promise is None:
        return None
    hours, lead = owner_hours(case, setting), LEAD.get(case.severity)
    early = case.promise - lead if lead else morning_of(case.promise, hours)
    since = case.promised_at or case.changed_at
    around = None if case.severity is Severity.SEV1 else hours
    half = remind_at(since, case.promise, around) if since < case.promise else case.promise
    return early if early > since else half


def morning_of(at: datetime, hours: Hours) -> datetime:
    """The last beginning of work at or before an instant (UTC); without hours the instant less a
    night.
    """
    day = at.astimezone(hours.zone).date()
    opens = MORNING if hours.always else time()
    for _ in range(DAYS):
        start = hours.next_start(datetime.combine(day, opens, hours.zone))
        if start is not None and start < at and start.astimezone(hours.zone).date() == day:
            return start
        day -= DAY
    return at - DAY / 2


def letter_promise(case: Case, setting: Setting) -> datetime:
    """The update that a letter written now tells the customer to expect (UTC).

    The time on record stays while its own letter is not due; from then on it is the next one by
    the cadence, counted from the time on record, so that the customer hears on a grid.
    """
    if case.wished and case.wished > setting.now:
        return case.wished  # only a letter puts off what the customer was told
    begins = draft_at(case, setting)
    if case.promise and begins and setting.now < begins:
        return case.promise
    since = max(case.promise or setting.now, setting.now)
    clocks, hours = setting.clocks_of(case), owner_hours(case, setting)
    return next_update_due(case.severity, since, hours=hours, clocks=clocks).at


def give_draft(draft: DecisionDraft) -> None:
    """The owner gets the letter in hand before it is due; later the reminder brings it."""
    case = draft.case
    if case.promise and draft.setting.now < case.promise:
        draft.mail(LetterKind.UPDATE, case.owner or "")


def overdue_at(case: Case, setting: Setting) -> datetime | None:
    """When the manager hears that an update is missed; None: the lease has lapsed by then."""
    cadence = setting.clocks_of(case).updates
    if case.status is not Status.OWNED or case.promise is None or cadence is None:
        return None
    half = cadence / 2
    return case.promise + half if half < GRACE[case.severity] else None


def tell_overdue(draft: DecisionDraft) -> None:
    """The manager hears of an update that did not come."""
    manager = manager_of(draft.case.owner, draft.case.tier, draft.setting)
    if manager != draft.case.owner:
        draft.mail(LetterKind.OVERDUE, manager)
