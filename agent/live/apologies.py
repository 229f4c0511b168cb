"""The personal word of whoever leads the company, after a severe case in which we broke our word.

It is due when the customer has been told that the trouble is over, or when the case has ended
without that: before, there is no repair that an apology could name. Then the founder has its draft
in hand, filled with what people told of the case, and lets it go, words it anew, or calls. What
has not left a working day later is a red flag (`red_flags`).
"""

from datetime import datetime, timedelta

from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.policies.people.working_time import instant_after

NAME = "apology"
SOLVED = frozenset({Why.DONE.value, Why.CONFIRMED.value, Why.UNCONFIRMED.value})
"""Ends by which a case counts as solved."""
PATIENCE = timedelta(days=1)
"""A working day: so long the draft may lie before that is a red flag."""
FRESH = timedelta(weeks=2)
"""An apology for what is over for longer than this is not begun any more."""


def apology_since(case: Case) -> datetime | None:
    """Since when a personal apology is due to the customer (UTC); None: none is, or it was made.

    It is due after a SEV-1 or SEV-2 in which a promised update did not come in time.
    """
    if case.severity not in URGENT or not case.broken_promises or case.apologised_at:
        return None
    if case.status is Status.CLOSED and case.reason in SOLVED:
        return case.asked_at or case.closed_at
    return case.asked_at if case.status is Status.RESOLVED else None


def apology_due(case: Case, setting: Setting) -> datetime | None:
    """When the founder gets its draft (UTC); None: never."""
    since = apology_since(case)
    return since if since and setting.now < since + FRESH else None


def give_apology(draft: DecisionDraft) -> None:
    """The founder gets the letter in hand."""
    draft.mail(LetterKind.APOLOGY, draft.setting.founder)


def unsent_at(case: Case, setting: Setting) -> datetime | None:
    """When it is a red flag that the apology has not left (UTC); None: never."""
    since, drafted = apology_since(case), dict(case.ticked).get(NAME)
    if since is None or drafted is None:
        return None
    return instant_after(PATIENCE, drafted, setting.team) or drafted + PATIENCE
