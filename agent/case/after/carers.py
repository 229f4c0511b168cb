"""Who may do what for a case after its end, and what each can say to it."""

from deskless.agent.case.after.files import Goodwill, OfferState
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Setting
from deskless.agent.case.verbs import Verb

DECIDE = (Verb.APPROVE, Verb.DECLINE)
CARE = (Verb.GOODWILL, Verb.COMMIT, Verb.IMPACT)
"""What can be said by whoever wins the customer back."""


REVIEWING = (Verb.REVIEW, Verb.WHY, Verb.LESSON, Verb.PREVENT)
"""What can be said while a review is open."""


def recovery_owner(case: Case, setting: Setting) -> str:
    """Who wins this customer back (an id): the account's owner, else the case's, else the founder.

    Whoever has left the team does not.
    """
    named = case.recovery.to if case.recovery else ""
    people = (named, setting.account_owner, case.owner)
    known = (person for person in people if person and setting.matrix.person(person))
    return next(known, setting.founder)


def carers(case: Case, setting: Setting) -> frozenset[str]:
    """Who speaks for a case that has ended: they, its owner, the account's owner, the founder."""
    people = {recovery_owner(case, setting), setting.account_owner, case.owner, setting.founder}
    return frozenset(person for person in people if person)


def pending_offer(case: Case) -> Goodwill | None:
    """The offer of goodwill that waits for a yes or no."""
    return next((offer for offer in case.offers if offer.state is OfferState.ASKED), None)


def may_decide(offer: Goodwill, person: str, setting: Setting) -> bool:
    """Whether somebody may say yes or no to this offer."""
    return person in {offer.approver, setting.founder}


def sayable_after(case: Case, person: str, setting: Setting) -> tuple[Verb, ...]:
    """What this person can say about the recovery and the tasks of a case."""
    offer, cares = pending_offer(case), person in carers(case, setting)
    words: tuple[Verb, ...] = DECIDE if offer and may_decide(offer, person, setting) else ()
    if case.recovery and cares:
        words += CARE
    open_tasks = [task for task in case.tasks if task.open]
    if any(cares or task.owner == person for task in open_tasks):
        words += (Verb.FINISHED,)
    words += (Verb.DROP,) if cares and open_tasks else ()
    return words + (REVIEWING if case.review and person in speakers(case, setting) else ())


def speakers(case: Case, setting: Setting) -> frozenset[str]:
    """Who completes a review: who speaks for the case, who asked for it, who was in its room."""
    room = case.room.people if case.room else ()
    named = (case.requester, case.review.to if case.review else None)
    people = {*carers(case, setting), *named, *room}
    return frozenset(person for person in people if person)
