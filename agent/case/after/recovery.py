"""Winning a customer back: the plan, goodwill with its approver, and the check-ins.

The plan opens half an hour after a SEV-1 or SEV-2 was solved, a promise was broken or a matter
came back, when no UNDO can take the end back any more. It goes to whoever looks after the
account. Goodwill is a person's idea, another person's yes, and then a letter that leaves by SEND.
More than the level allows goes to the founder. Once the case is closed, the customer is asked
from time to time how it goes: each time a draft, and none while the case is open.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.after.carers import (
    carers,
    may_decide,
    pending_offer,
    recovery_owner,
)
from deskless.agent.case.after.effects_after import CHECK_IN
from deskless.agent.case.after.event_after import (
    Gesture,
    GoodwillDecided,
    GoodwillOffered,
    ImpactCorrected,
    Level,
    RecoveryOpened,
)
from deskless.agent.case.after.impact import (
    LASTING,
    MENU,
    MONTHS,
    ended_at,
    impact_level,
    impact_points,
    repeats,
)
from deskless.agent.case.case import Case
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.on_owner_reply import UNDO
from deskless.agent.case.reply_parts import read_as, refuse_command
from deskless.agent.case.verbs import Command, Verb
from deskless.policies.people.working_time import instant_after

PLAN = "recovery"
"""Name of the plan's clock, which is data; the check-ins' has the name of their letter."""
NO_HARM = frozenset({Why.NOT_AN_ESCALATION.value, Why.DUPLICATE.value, Why.WITHDRAWN.value})
"""Ends by which nobody has to be won back."""
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SERIES: Mapping[Level, tuple[timedelta, ...]] = {
    Level.MINOR: (),
    Level.MODERATE: (2 * WEEK,),
    Level.SIGNIFICANT: (3 * DAY, 2 * WEEK),
    Level.SEVERE: (DAY, 3 * DAY, WEEK, 2 * WEEK, 4 * WEEK),
}
"""When the customer is asked how it goes, in working time from the end of the case."""
NO_PLAN = (
    "There is no recovery plan for it: one comes half an hour after a severe case, one with a "
    "broken promise or one that came back is solved."
)


def plan_due(case: Case, setting: Setting) -> datetime | None:
    """When the recovery plan goes out (UTC); None: none is needed, or it is out.

    A case that came back and ended again has a new one where its customer was hit harder by that.
    """
    end = ended_at(case)
    if end is None or case.live or case.reason in NO_HARM or not was_hurt(case):
        return None
    if case.recovery is None:
        return end + UNDO
    order = tuple(Level)
    harder = order.index(_level(case, setting)) > order.index(case.recovery.level)
    again = case.recovery.at < end and not case.recovery.corrected
    return end + UNDO if harder and again else None


def was_hurt(case: Case) -> bool:
    """Whether the customer of a case is to be won back."""
    return case.severity in URGENT or case.broken_promises > 0 or repeats(case) > 0


def _level(case: Case, setting: Setting) -> Level:
    return impact_level(impact_points(case, setting))


def give_plan(draft: DecisionDraft) -> None:
    """Whoever looks after the account gets the plan, with the level and how it was reckoned."""
    case, setting = draft.case, draft.setting
    points = impact_points(case, setting)
    to = recovery_owner(case, setting)
    draft.happen(
        RecoveryOpened, level=impact_level(points), to=to,
        points=tuple(f"{count} {what}" for count, what in points),
    )  # fmt: skip
    draft.mail(LetterKind.RECOVERY, to)


def correct_impact(draft: DecisionDraft, asked: Command) -> None:
    """`impact: severe because …`: a person says how hard the customer was hit."""
    case = draft.case
    if draft.act.by not in carers(case, draft.setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
    elif case.recovery is None:
        refuse_command(draft, asked, Why.NOT_NOW, NO_PLAN)
    elif asked.value not in set(Level):
        refuse_command(draft, asked, Why.NOT_NOW, f"The levels are {', '.join(Level)}.")
    elif case.recovery.corrected and case.recovery.level.value == asked.value:
        refuse_command(draft, asked, Why.DONE)
    else:
        draft.happen(ImpactCorrected, level=Level(asked.value), note=asked.note)
        draft.mail(LetterKind.RECOVERY, draft.act.by)


def offer_goodwill(draft: DecisionDraft, asked: Command) -> None:
    """`OFFER credit 1 month`: whoever approves goodwill is asked; nothing goes to the customer."""
    case, setting, by = draft.case, draft.setting, draft.act.by
    waits = pending_offer(case)
    if by not in carers(case, setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
    elif case.recovery is None or case.live:
        refuse_command(draft, asked, Why.NOT_NOW, NO_PLAN)
    elif asked.value not in set(Gesture):
        refuse_command(draft, asked, Why.NOT_NOW, f"You can offer {', '.join(Gesture)}.")
    elif waits:
        say = (
            f"The offer of {gesture_words(waits.gesture, waits.months)} waits for an answer first."
        )
        refuse_command(draft, asked, Why.NOT_NOW, say)
    else:
        gesture = Gesture(asked.value)
        months = int(asked.subject_id) if asked.subject_id.isdecimal() else 1
        months = months if gesture in LASTING else 0
        above = is_above(case.recovery.level, gesture, months, setting)
        approver = setting.founder if above else setting.approver or setting.founder
        number = len(case.offers) + 1
        draft.happen(
            GoodwillOffered, offer=number, gesture=gesture, months=months, approver=approver,
            above=above, note=asked.note,
        )  # fmt: skip
        draft.mail(LetterKind.APPROVAL, approver, None, offer=str(number))
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked), offer=str(number))


def is_above(level: Level, gesture: Gesture, months: int, setting: Setting) -> bool:
    """Whether an offer is more than this level allows without the founder."""
    limit = setting.goodwill_months.get(level, MONTHS[level])
    return gesture not in MENU[level] or months > limit


def gesture_words(gesture: Gesture, months: int) -> str:
    """An offer in a few words: `credit, 2 months`."""
    spell = f", {months} month{'s' * (months > 1)}" if months else ""
    return gesture.value + spell


def decide_goodwill(draft: DecisionDraft, asked: Command) -> None:
    """`APPROVE`, `DECLINE because …`: whoever made the offer hears it, a yes with the letter."""
    case, by = draft.case, draft.act.by
    offer = pending_offer(case)
    if offer is None:
        refuse_command(draft, asked, Why.DONE, "No offer waits for an answer.")
        return
    if not may_decide(offer, by, draft.setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
        return
    approved = asked.verb is Verb.APPROVE
    if not approved and not asked.note.strip():
        say = "Whoever made the offer needs your reason: DECLINE because …"
        refuse_command(draft, asked, Why.NOT_NOW, say)
        return
    draft.happen(GoodwillDecided, offer=offer.number, approved=approved, note=asked.note)
    draft.mail(LetterKind.GOODWILL, offer.by, None, offer=str(offer.number))
    if offer.by != by:
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked), offer=str(offer.number))


def check_in_times(case: Case, setting: Setting) -> tuple[datetime, ...]:
    """When the customer of a closed case is asked how it goes (UTC), the first time first."""
    end, file = case.closed_at, case.recovery
    if end is None or file is None or case.reason in NO_HARM:
        return ()
    return tuple(
        instant_after(span, end, setting.team) or end + span for span in SERIES[file.level]
    )


def check_in_due(case: Case, setting: Setting) -> datetime | None:
    """When the next check-in is due (UTC); what time went by unseen is asked for once."""
    last = dict(case.ticked).get(CHECK_IN)
    left = [at for at in check_in_times(case, setting) if last is None or at > last]
    passed = [at for at in left if at <= setting.now]
    return passed[-1] if passed else next(iter(left), None)


def give_check_in(draft: DecisionDraft) -> None:
    """Whoever wins the customer back gets the mail that asks how it goes."""
    draft.mail(LetterKind.CHECK_IN, recovery_owner(draft.case, draft.setting))
