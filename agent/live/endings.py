"""A case that its owner calls solved, while the customer does not answer.

Its owner has the mail that asks the customer again in hand after three and after ten working days.
Three working days after that, in which nothing happened to the case, it is closed as unconfirmed,
and counted as that. A customer who wrote that all is well has confirmed, whoever was asked.
"""

from datetime import datetime, timedelta

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import tell_end
from deskless.policies.people.working_time import instant_after

ASKING, ENDING = "confirm", "unconfirmed"
AGAIN = (timedelta(days=3), timedelta(weeks=2))
"""The customer is asked again so long after they were, or could have been: three working days, and
ten, of which a week has five.
"""
LAST = timedelta(days=3)
"""Working days without a word of anybody after the last asking."""


def _askings(case: Case, setting: Setting) -> tuple[datetime, ...]:
    """When the customer is to be asked again (UTC), the first time first; empty: nobody waits."""
    since = case.asked_at or case.resolved_at
    if case.status is not Status.RESOLVED or since is None:
        return ()
    return tuple(_after(span, since, setting) for span in AGAIN)


def _after(span: timedelta, since: datetime, setting: Setting) -> datetime:
    return instant_after(span, since, setting.team) or since + span


def ask_due(case: Case, setting: Setting) -> datetime | None:
    """When the owner gets the next mail that asks the customer again (UTC); None: there is none.

    What time went by unseen is asked for once.
    """
    last = dict(case.ticked).get(ASKING)
    left = [at for at in _askings(case, setting) if last is None or at > last]
    passed = [at for at in left if at <= setting.now]
    return passed[-1] if passed else next(iter(left), None)


def ask_again(draft: DecisionDraft) -> None:
    """The owner, or the founder where they left, gets the mail for the customer."""
    known = draft.setting.matrix.person(draft.case.owner or "")
    owner = known.id if known else draft.setting.founder
    draft.happen(event.Reminded, to=owner)
    draft.mail(LetterKind.CONFIRM_END, owner, why="silent")


def end_due(case: Case, setting: Setting) -> datetime | None:
    """When nobody waits for the customer's answer any longer (UTC); None: not yet known."""
    asked, askings = dict(case.ticked).get(ASKING), _askings(case, setting)
    if asked is None or not askings or asked < askings[-1]:
        return None
    return _after(LAST, case.changed_at, setting)


def end_unconfirmed(draft: DecisionDraft) -> None:
    """It is over, and nobody knows whether for the customer too."""
    reason = Why.CONFIRMED if draft.case.content else Why.UNCONFIRMED
    draft.happen(event.Closed, reason=reason)
    tell_end(draft)
