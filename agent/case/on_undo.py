"""UNDO: a person takes back their own last step, where it can be taken back.

A mail that left cannot. So an ACCEPT whose customer has been written to stays: else they would
wait for a promise that nobody holds; who cannot go on hands the case to somebody else.
"""

from datetime import timedelta

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke
from deskless.agent.case.case import Before, Case
from deskless.agent.case.decision import DecisionDraft
from deskless.agent.case.event import Why
from deskless.agent.case.reply_parts import read_as, refuse_command
from deskless.agent.case.verbs import Command

UNDO = timedelta(minutes=30)
"""How long a person may take back their own last act, if nobody else has acted since."""
LEFT = "The mail to the customer has left and cannot be taken back."
STAYS = "The case stays yours, since they now expect your word; BOUNCE hands it to somebody else."


def undo_last(draft: DecisionDraft, asked: Command) -> None:
    """Lead back to where the case stood before the writer's last step."""
    case, by = draft.case, draft.act.by
    before = case.before
    if before is None or before.by != by:
        left = case.acknowledged_at and draft.setting.now - case.acknowledged_at <= UNDO
        if left and case.owner == by:
            refuse_command(draft, asked, Why.NOT_NOW, f"{LEFT} {STAYS}")
            return
        refuse_command(draft, asked, Why.NOT_YOURS, "There is nothing of yours to undo here.")
    elif draft.setting.now - before.at > UNDO:
        refuse_command(draft, asked, Why.STALE, "That was more than 30 minutes ago.")
    elif told_since(case, before) and before.owner is None and case.owner:
        refuse_command(draft, asked, Why.NOT_NOW, f"{LEFT} {STAYS}")
    else:
        _lead_back(draft, asked, before)


def told_since(case: Case, before: Before) -> bool:
    """Whether a letter to the customer has left since the step that is to be taken back."""
    return case.acknowledged_at is not None and case.acknowledged_at >= before.at


def _lead_back(draft: DecisionDraft, asked: Command, before: Before) -> None:
    open_now, old_owner = draft.case.handoff, draft.case.owner
    left = {"left": "yes"} if told_since(draft.case, before) else {}
    draft.happen(event.Undone, what=before.what)
    if open_now and open_now.number > len(before.handoffs):
        draft.do(Revoke(open_now.number))
        draft.mail(LetterKind.MOVED, open_now.to, open_now.number, undone=draft.act.by)
    if old_owner and old_owner not in {draft.act.by, draft.case.owner}:
        draft.mail(LetterKind.MOVED, old_owner, undone=draft.act.by)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked), undone=before.what, **left)
