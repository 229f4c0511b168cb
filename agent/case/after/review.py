"""Looking back at a case: five whys, one at a time, and what keeps the next one away.

The review opens half an hour after a SEV-1 or SEV-2, or a matter that came back, has ended, and of
any case by `REVIEW`. It goes to whoever had the case. Each `why: …` is answered by the next why;
`lesson: …` and `prevent: …` complete the report, which is made anew from the entries every time.
"""

from datetime import datetime

from deskless.agent.case.action import LetterKind
from deskless.agent.case.after.carers import speakers
from deskless.agent.case.after.event_after import ReviewOpened, ReviewPart, ReviewTold
from deskless.agent.case.after.impact import ended_at, repeats
from deskless.agent.case.after.recovery import NO_HARM
from deskless.agent.case.case import Case
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.on_owner_reply import UNDO
from deskless.agent.case.reply_parts import read_as, refuse_command
from deskless.agent.case.verbs import Command

REVIEW = "review"
"""Name of the clock; data."""
WHYS = 5


def review_due(case: Case, setting: Setting) -> datetime | None:
    """When the review opens (UTC); None: none is needed, or it is open."""
    end = ended_at(case)
    if end is None or case.live or case.review is not None or case.reason in NO_HARM:
        return None
    return end + UNDO if case.severity in URGENT or repeats(case) else None


def reviewer(case: Case, setting: Setting) -> str:
    """Who is asked to look back (an id): whoever had the case, else the founder."""
    named = case.review.to if case.review else ""
    people = (person for person in (named, case.owner) if person)
    return next((person for person in people if setting.matrix.person(person)), setting.founder)


def open_review(draft: DecisionDraft) -> None:
    """Whoever had the case gets the report as far as the record fills it, and the first why."""
    to = reviewer(draft.case, draft.setting)
    draft.happen(ReviewOpened, to=to)
    draft.mail(LetterKind.REVIEW, to)


def ask_review(draft: DecisionDraft, asked: Command) -> None:
    """`REVIEW`: the report as it stands, to whoever asks; it opens where it was not."""
    case, by = draft.case, draft.act.by
    if by not in speakers(case, draft.setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
        return
    if case.review is None:
        draft.happen(ReviewOpened, to=by)
    draft.mail(LetterKind.REVIEW, by)


def tell_review(draft: DecisionDraft, asked: Command) -> None:
    """`why: …`, `lesson: …`: kept; a why is answered by the next one."""
    case, by = draft.case, draft.act.by
    finding = ReviewPart(asked.verb.value)
    if by not in speakers(case, draft.setting):
        refuse_command(draft, asked, Why.NOT_YOURS)
        return
    if finding is ReviewPart.WHY and case.review and case.review.whys >= WHYS:
        say = "Five whys are told. What follows from them: “lesson: …”, “prevent: …”."
        refuse_command(draft, asked, Why.DONE, say)
        return
    if case.review is None:
        draft.happen(ReviewOpened, to=by)
    draft.happen(ReviewTold, finding=finding, note=asked.note)
    if finding is ReviewPart.LESSON:
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked))
    else:
        draft.mail(LetterKind.WHY, by)
