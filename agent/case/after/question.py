"""The question to the customer, and the one to whoever looks after them.

The letter that says that a case is solved asks for a mark from 1 to 5. The answer is recorded,
and a low one is told to a person, who answers it: no machine thanks anybody. Thirty days after
the end of a case with a recovery plan, and once more a week later, whoever wins the customer back
is asked how the relationship stands.
"""

from datetime import datetime, timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.after.carers import carers, recovery_owner
from deskless.agent.case.after.event_after import Rated, RelationTold, Standing
from deskless.agent.case.after.impact import ended_at
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event import CUSTOMER, Why
from deskless.agent.case.reply_parts import read_as, refuse_command
from deskless.agent.case.verbs import Command

RELATION = "relation"
"""Name of the clock and purpose of the letter; data."""
ASKED_AFTER = (timedelta(days=30), timedelta(days=37))
LOW = 3
"""A mark up to this one is told to a person at once."""
UNHAPPY = 2
"""A mark up to this one is no yes to the question whether it is solved."""


def on_rated(case: Case, setting: Setting, act: Act, score: int, words: str) -> Decision:
    """The customer gave a mark; a low one is told to whoever wins them back."""
    draft = DecisionDraft(case, setting, act)
    draft.happen(Rated, by=CUSTOMER, score=score, note=words)
    if score <= LOW:
        draft.mail(LetterKind.RATING, recovery_owner(case, setting))
    return draft.done()


def relation_due(case: Case, setting: Setting) -> datetime | None:
    """When somebody is asked how the relationship stands (UTC); None: not, or it is known."""
    end = ended_at(case)
    if end is None or case.live or case.recovery is None or case.relation is not None:
        return None
    last = dict(case.ticked).get(RELATION)
    times = [setting.team.next_start(end + span) or end + span for span in ASKED_AFTER]
    left = [at for at in times if last is None or at > last]
    passed = [at for at in left if at <= setting.now]
    return passed[-1] if passed else next(iter(left), None)


def ask_relation(draft: DecisionDraft) -> None:
    """Whoever wins the customer back is asked: LOST, KEPT or STRONGER."""
    draft.mail(LetterKind.RELATION, recovery_owner(draft.case, draft.setting))


def tell_relation(draft: DecisionDraft, asked: Command) -> None:
    """`LOST`, `KEPT`, `STRONGER`: by who speaks for the case; said again, it is corrected."""
    case, by = draft.case, draft.act.by
    if by not in carers(case, draft.setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
    elif asked.value not in set(Standing):
        refuse_command(draft, asked, Why.NOT_NOW, "Reply LOST, KEPT or STRONGER.")
    elif case.relation and case.relation.standing.value == asked.value:
        refuse_command(draft, asked, Why.DONE)
    else:
        draft.happen(RelationTold, standing=Standing(asked.value), note=asked.note)
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked))
