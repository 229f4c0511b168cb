"""What each event after the end changes in a case. One small function per event, as in `effects`.

None of them changes a status, an owner or a promise.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deskless.agent.case.after import event_after as ev
from deskless.agent.case.after.files import (
    Goodwill,
    OfferState,
    Rating,
    RecoveryFile,
    Relation,
    ReviewFile,
    Task,
)
from deskless.agent.case.case import Case
from deskless.agent.case.event import Event

GOODWILL, CHECK_IN = "goodwill", "check_in"
"""The letter that makes the customer an offer, and the one that asks how it goes."""
CARING = frozenset({GOODWILL, CHECK_IN})
"""Letters of whoever wins the customer back, in their own name."""


def _recovery_opened(case: Case, event: ev.RecoveryOpened, _: Case) -> Case:
    return replace(
        case, recovery=RecoveryFile(event.level, event.at, event.to, tuple(event.points))
    )


def _impact_corrected(case: Case, event: ev.ImpactCorrected, _: Case) -> Case:
    if case.recovery is None:
        return case
    return replace(case, recovery=replace(case.recovery, level=event.level, corrected=True))


def _goodwill_offered(case: Case, event: ev.GoodwillOffered, _: Case) -> Case:
    offer = Goodwill(event.offer, event.gesture, event.months, event.by, event.approver)
    return replace(case, offers=(*case.offers, offer))


def _goodwill_decided(case: Case, event: ev.GoodwillDecided, _: Case) -> Case:
    state = OfferState.APPROVED if event.approved else OfferState.DECLINED
    return _with_offer(case, event.offer, state)


def _with_offer(case: Case, number: int, state: OfferState) -> Case:
    return replace(
        case,
        offers=tuple(
            replace(offer, state=state) if offer.number == number else offer
            for offer in case.offers
        ),
    )


def offer_reached(case: Case, kind: str) -> Case:
    """The case after a letter to the customer has left: an approved offer is made by its own."""
    approved = [offer for offer in case.offers if offer.state is OfferState.APPROVED]
    if kind != GOODWILL or not approved:
        return case
    return _with_offer(case, approved[-1].number, OfferState.SENT)


def _task_set(case: Case, event: ev.TaskSet, _: Case) -> Case:
    task = Task(event.task, event.kind, event.owner, event.due, event.at, event.area)
    return replace(case, tasks=(*case.tasks, task))


def _task_ended(case: Case, event: ev.TaskEnded, _: Case) -> Case:
    return replace(
        case,
        tasks=tuple(
            replace(task, ended_at=event.at, done=event.done) if task.number == event.task else task
            for task in case.tasks
        ),
    )


def _rated(case: Case, event: ev.Rated, _: Case) -> Case:
    return replace(case, rating=Rating(event.score, event.at, event.cause))


def _relation_told(case: Case, event: ev.RelationTold, _: Case) -> Case:
    return replace(case, relation=Relation(event.standing, event.at))


def _review_opened(case: Case, event: ev.ReviewOpened, _: Case) -> Case:
    whys = case.review.whys if case.review else 0
    return replace(case, review=ReviewFile(event.to, event.at, whys))


def _review_told(case: Case, event: ev.ReviewTold, _: Case) -> Case:
    if case.review is None or event.finding is not ev.ReviewPart.WHY:
        return case
    return replace(case, review=replace(case.review, whys=case.review.whys + 1))


AFTER_CHANGES: dict[type[Event], Callable[[Case, Any, Case], Case]] = {
    ev.RecoveryOpened: _recovery_opened, ev.ImpactCorrected: _impact_corrected,
    ev.GoodwillOffered: _goodwill_offered, ev.GoodwillDecided: _goodwill_decided,
    ev.TaskSet: _task_set, ev.TaskEnded: _task_ended, ev.Rated: _rated,
    ev.RelationTold: _relation_told, ev.ReviewOpened: _review_opened,
    ev.ReviewTold: _review_told,
}  # fmt: skip
