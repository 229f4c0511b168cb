"""What each event changes in a case besides its status. One small function per event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from deskless.agent.case import event as ev
from deskless.agent.case.after.effects_after import AFTER_CHANGES, offer_reached
from deskless.agent.case.case import (
    APOLOGY,
    FIRST_WORD,
    OWN_WORDS,
    Before,
    Case,
    Handoff,
    Inquiry,
    Kept,
    Replaced,
    Result,
    Status,
)
from deskless.agent.case.event import Event
from deskless.agent.case.event_live import Called, Explained
from deskless.agent.case.live.effects_live import LIVE_CHANGES
from deskless.agent.case.live.event_return import CameBack
from deskless.agent.case.verbs import Code

WORDS = frozenset({FIRST_WORD, OWN_WORDS})
"""Letters to the customer that are word of how it stands; a question is none."""
Change = Callable[[Case, Any, Case], Case]


def begin_case(event: ev.Opening) -> Case:
    """The case that a first event makes."""
    asked = isinstance(event, ev.Requested)
    return Case(
        key=event.key, ticket=event.ticket, seq=event.seq,
        status=Status.REQUESTED if asked else Status.OPEN,
        severity=event.severity, type=event.type, nature=event.nature, tier=event.tier,
        opened_at=event.at, changed_at=event.at, policies=event.policies, risks=event.risks,
        requester=event.requester, verdict=event.verdict, policy_hash=event.policy_hash,
        missing=event.missing if isinstance(event, ev.Requested) else (),
        asked=event.requester if asked else None,
        account_tier=event.account_tier, revenue=event.revenue,
        renewal=event.renewal, first_mail=event.first_mail, last_touch=event.last_touch,
        unanswered_since=event.unanswered_since, opened_as=event.severity,
    )  # fmt: skip


def _answered(case: Case, event: Event, result: Result, code: Code | None = None) -> Case:
    """The newest handoff has got its answer."""
    if case.handoff is None:
        return case
    return _swap(case, replace(case.handoff, result=result, code=code, answered_at=event.at))


def _open(case: Case) -> Handoff:
    """The open offer of a case that is offered or stranded; `MOVES` lets no other come here."""
    assert case.handoff is not None, "an offered case has an open handoff"
    return case.handoff


def _swap(case: Case, new: Handoff) -> Case:
    """The same case with the handoff of this number replaced."""
    return replace(
        case,
        handoffs=tuple(
            new if handoff.number == new.number else handoff for handoff in case.handoffs
        ),
    )


def _remember(case: Case, event: Event, old: Case) -> Case:
    """Keep what `Undone` would lead back to. What one act led to is taken back as one."""
    last = case.before
    if last and (last.by, last.at, last.cause) == (event.by, event.at, event.cause):
        return case
    before = Before(
        by=event.by, what=type(event).__name__.lower(), at=event.at, status=old.status,
        tier=old.tier, owner=old.owner, promise=old.promise, handoffs=old.handoffs,
        cause=event.cause,
    )  # fmt: skip
    return replace(case, before=before)


def _remember_parts(case: Case, event: Event, old: Case) -> Case:
    """Keep what a small step changes too, and the step before it: that can be taken back next."""
    case = _remember(case, event, old)
    before = case.before
    assert before is not None, "it was remembered just now"
    if before.kept:
        return case
    parts = Kept(
        severity=old.severity, type=old.type, policies=old.policies, blocker=old.blocker,
        broken_promises=old.broken_promises, judged=old.judged, account_tier=old.account_tier,
        revenue=old.revenue, renewal=old.renewal, put_off=old.put_off, talked=old.talked,
        caused=old.caused, promised_since=old.promised_since, eased=old.eased, blocked=old.blocked,
    )  # fmt: skip
    new = before is not old.before and old.before is not None
    earlier = replace(old.before, earlier=None) if new and old.before else before.earlier
    return replace(case, before=replace(before, kept=parts, earlier=earlier))


def _offered(case: Case, event: ev.Offered, _: Case) -> Case:
    new = Handoff(
        number=event.number, to=event.to, tier=event.tier, offered_at=event.at,
        answer_by=event.answer_by, remind_at=event.remind_at, lead=event.lead,
    )  # fmt: skip
    return replace(case, handoffs=(*case.handoffs, new), tier=event.tier)


def _retimed(case: Case, event: ev.Retimed, _: Case) -> Case:
    later = replace(
        _open(case), offered_at=event.at, answer_by=event.answer_by, remind_at=event.remind_at
    )
    return _swap(case, later)


def _stranded(case: Case, event: ev.Stranded, _: Case) -> Case:
    new = Handoff(
        number=event.number, to=event.founder, tier=case.tier, offered_at=event.at,
        answer_by=event.remind_at, remind_at=event.remind_at,
    )  # fmt: skip
    return replace(case, handoffs=(*case.handoffs, new))


def _reminded(case: Case, event: ev.Reminded, _: Case) -> Case:
    if case.status is Status.REQUESTED:
        return replace(case, nagged=True)
    if case.status in {Status.OWNED, Status.RESOLVED}:
        return replace(case, lease_reminded=True)
    handoff = _open(case)
    again = event.again or handoff.remind_at
    return _swap(case, replace(handoff, reminded=event.again is None, remind_at=again))


def _accepted(case: Case, event: ev.Accepted, old: Case) -> Case:
    case = _remember(_answered(case, event, Result.ACCEPTED), event, old)
    return replace(
        case, owner=event.owner, promise=event.promise, tier=event.tier, lease_reminded=False,
        questioned=event.questioned, promised_since=event.at, put_off=0, talked=0,
        wished=event.wished,
    )  # fmt: skip


def _named(case: Case, event: ev.Named, old: Case) -> Case:
    case = _remember(_answered(case, event, Result.NAMED), event, old)
    return replace(case, round=len(case.handoffs)) if old.status is Status.STRANDED else case


def _inquired(case: Case, event: ev.Inquired, _: Case) -> Case:
    if case.status is Status.REQUESTED:
        return replace(case, asked=event.asked, nagged=False)
    inquiry = Inquiry(event.asker, event.asked, event.at) if event.asked else None
    return replace(case, inquiry=inquiry)


def _informed(case: Case, event: ev.Informed, _: Case) -> Case:
    return replace(case, inquiry=None)


def _corrected(case: Case, event: ev.Corrected, old: Case) -> Case:
    case = _remember_parts(case, event, old)
    gone = {event.not_met}
    policies = tuple(name for name in case.policies if name not in gone)
    if event.policy and event.policy not in policies:
        policies = (event.policy, *policies)
    if case.handoff and event.answer_by:
        remind = min(case.handoff.remind_at, event.answer_by)
        case = _swap(case, replace(case.handoff, answer_by=event.answer_by, remind_at=remind))
    if event.account:
        case = replace(
            case, account_tier=event.account_tier, revenue=event.revenue, renewal=event.renewal
        )
    return replace(
        case, severity=event.severity or case.severity, type=event.type or case.type,
        judged=old.severity if event.severity else case.judged, policies=policies,
        promise=event.promise or case.promise,
        promised_since=event.at if event.promise else case.promised_since,
    )  # fmt: skip


def _parted(case: Case, event: ev.Parted, _: Case) -> Case:
    return replace(case, parted=(*case.parted, event.other))


def _bounced(case: Case, event: ev.Bounced, old: Case) -> Case:
    case = _remember(_answered(case, event, Result.BOUNCED, event.code), event, old)
    return replace(case, round=len(case.handoffs)) if old.status is Status.STRANDED else case


def _postponed(case: Case, event: ev.Postponed, _: Case) -> Case:
    return _swap(case, replace(_open(case), remind_at=event.until, reminded=False))


def _lapsed(case: Case, event: ev.Lapsed, _: Case) -> Case:
    return _answered(case, event, Result.LAPSED)


def _away(case: Case, event: ev.Away, _: Case) -> Case:
    return _answered(case, event, Result.AWAY)


def _undelivered(case: Case, event: ev.Undelivered, _: Case) -> Case:
    return _answered(case, event, Result.UNDELIVERED)


def _returned(case: Case, event: ev.Returned, _: Case) -> Case:
    return replace(case, missing=("information",), asked=event.asked, nagged=False)


def _completed(case: Case, event: ev.Completed, _: Case) -> Case:
    return replace(case, missing=(), asked=None, nagged=False)


def _progressed(case: Case, event: ev.Progressed, old: Case) -> Case:
    late = old.promise is not None and event.at > old.promise
    case = _remember_parts(case, event, old) if event.proof else case
    case = _talked(case, event, old) if event.by == case.owner else case
    if event.promise:
        named = event.wished or event.promise
        later = old.promise is not None and named > (old.wished or old.promise)
        off = int(bool(event.proof) and later and not old.kept_word)
        case = replace(case, promised_since=event.at, put_off=case.put_off + off)
    return replace(
        case,
        caused=case.caused or event.caused,
        eased=case.eased if event.eased is None else event.eased,
        questioned=event.questioned,
        promise=event.promise or case.promise,
        wished=event.wished if event.promise else case.wished,
        blocker=event.blocker or (None if event.blocks is not None else case.blocker),
        blocked=case.blocked if event.blocks is None else event.blocks,
        lease_reminded=False if event.promise else case.lease_reminded,
        broken_promises=case.broken_promises + (1 if late and event.promise else 0),
    )


def _talked(case: Case, event: ev.Progressed | ev.Noted, _: Case) -> Case:
    """The owner said something: does it name what holds the case up?"""
    named = getattr(event, "blocker", None) or getattr(event, "blocks", None) is not None
    return replace(case, talked=0 if named else case.talked + 1)


def _noted(case: Case, event: ev.Noted, old: Case) -> Case:
    case = replace(case, caused=case.caused or event.caused)
    mine = event.by == case.owner and case.status is Status.OWNED
    return _talked(case, event, old) if mine else case


def _released(case: Case, event: ev.Released, old: Case) -> Case:
    late = old.promise is not None and event.at > old.promise
    case = replace(
        case, owner=None, promise=None, wished=None, lease_reminded=False, before=None,
        broken_promises=case.broken_promises + int(late), put_off=0, talked=0,
        dropped=case.dropped + int(event.by != event.owner and not event.left),
    )  # fmt: skip
    if event.by != event.owner:
        return case
    given = (handoff for handoff in case.handoffs if handoff.number == event.handoff)
    back = next((replace(handoff, result=Result.BOUNCED) for handoff in given), None)
    return _remember(_swap(case, back) if back else case, event, old)


def _resolved(case: Case, event: ev.Resolved, old: Case) -> Case:
    owner = case.owner or event.by
    case = _remember(_answered(case, event, Result.ACCEPTED), event, old)
    return replace(
        case, resolved_at=event.at, owner=owner, promise=None, lease_reminded=False,
        caused=case.caused or event.caused, fixed_at=event.at if event.fixed else None,
    )  # fmt: skip


def _closed(case: Case, event: ev.Closed, old: Case) -> Case:
    case = _remember(_answered(case, event, Result.WITHDRAWN), event, old)
    return replace(
        case, closed_at=event.at, reason=event.reason.value, into=event.into, promise=None
    )


def _reopened(case: Case, event: ev.Reopened, old: Case) -> Case:
    fresh = old.status is Status.CLOSED
    return replace(
        case, resolved_at=None, closed_at=None, reason="", into=None, before=None, asked_at=None,
        close_asked=False, promise=event.promise, lease_reminded=False, fixed_at=None,
        wished=None,
        owner=None if fresh else case.owner,
        reopened=case.reopened + 1, promised_since=event.at,
        round=len(case.handoffs) if fresh else case.round,
    )  # fmt: skip


def _undone(case: Case, event: ev.Undone, old: Case) -> Case:
    past = old.before
    assert past is not None, "state.advance lets no Undone through without it"
    # What the customer was told since cannot be taken back.
    told = old.promise if old.owner == past.owner and old.told_since(past.at) else None
    later = tuple(
        replace(handoff, result=Result.WITHDRAWN, answered_at=event.at)
        if handoff.result is Result.OFFERED else handoff
        for handoff in old.handoffs[len(past.handoffs):]
    )  # fmt: skip
    return replace(
        case, status=past.status, tier=past.tier, owner=past.owner,
        promise=told or past.promise, handoffs=(*past.handoffs, *later), before=past.earlier,
        resolved_at=None, closed_at=None, reason="", into=None, missing=(), asked=None,
        fixed_at=old.fixed_at if old.fixed_at and old.fixed_at < past.at else None,
        lease_reminded=False, questioned=None, wished=None, **_parts(past.kept),
    )  # fmt: skip


def _parts(parts: Kept | None) -> dict[str, Any]:
    return {name: getattr(parts, name) for name in Kept.__dataclass_fields__} if parts else {}


def _refused(case: Case, event: ev.Refused, _: Case) -> Case:
    asked = event.why is ev.Why.PREMATURE
    return replace(case, close_asked=True) if asked else case


def _touched(case: Case, event: ev.Touched, _: Case) -> Case:
    customer = event.by == ev.CUSTOMER
    severity = case.severity
    if event.severity is not None:
        severity = min(severity, event.severity, key=lambda grade: grade.value)
    if not customer:
        answered = _written(replace(case, severity=severity, unanswered_since=None), event.at)
        if event.promise and case.live and case.status is not Status.OWNED:
            answered = replace(answered, promise=event.promise)  # an owner's follows by Progressed
        return replace(answered, expected=event.promise)
    if case.handoff and event.answer_by and event.answer_by < case.handoff.answer_by:
        remind = min(case.handoff.remind_at, event.answer_by)
        sooner = replace(case.handoff, answer_by=event.answer_by, remind_at=remind)
        case = _swap(case, sooner)
    return replace(
        case, severity=severity, last_touch=event.at,
        unanswered_since=case.unanswered_since or event.at,
    )  # fmt: skip


TEXT = 16
"""Characters of a digest that tell the texts of one case apart."""


def _written(case: Case, at: datetime, promise: datetime | None = None) -> Case:
    """The customer has had a word, which may promise the next: what was put off counts no more."""
    since = at if promise else case.promised_since
    old = Replaced(at, case.told_at, case.expected, case.promise, case.wished)
    return replace(
        case, told_at=at, put_off=0, promised_since=since, expected=promise, wished=None,
        replaced=old,
    )  # fmt: skip


def _called(case: Case, event: Called, _: Case) -> Case:
    told = replace(
        case, unanswered_since=None, acknowledged_at=case.acknowledged_at or event.at,
        approved_at=None, apologised_at=event.at if event.apology else case.apologised_at,
    )  # fmt: skip
    return _written(told, event.at, event.promise)


def _explained(case: Case, event: Explained, _: Case) -> Case:
    return replace(case, fixed_at=event.at) if event.fixed else case


def _approved(case: Case, event: ev.Approved, _: Case) -> Case:
    case = replace(case, approvals=(*case.approvals, event.text[:TEXT]))
    if event.kind == APOLOGY:
        return replace(case, apologised_at=event.at)
    if event.kind not in WORDS:
        return case
    if event.waits:
        return case if case.acknowledged_at else replace(case, approved_at=event.at)
    promise = event.promise if event.promise and case.live else case.promise
    told = replace(case, acknowledged_at=event.at, unanswered_since=None, promise=promise)
    return _written(told, event.at, event.promise)


def _reached(case: Case, event: ev.Reached, _: Case) -> Case:
    # Whoever wrote after the yes has no answer to that.
    wrote = case.last_touch is not None and case.last_touch > event.approved
    since = case.last_touch if wrote else None
    expected = case.expected
    case = _written(replace(case, unanswered_since=since), event.at, event.promise)
    if event.kind == "question":
        return replace(case, expected=event.promise or expected)
    case = offer_reached(case, event.kind)
    promise = event.promise if event.promise and case.live else case.promise
    first = case.acknowledged_at or event.at
    if event.kind in WORDS:
        return replace(case, acknowledged_at=first, approved_at=None, promise=promise)
    if event.kind == "resolution":
        case = replace(case, asked_at=event.at)
    if event.kind == APOLOGY:
        case = replace(case, apologised_at=event.at)
    late = case.promise is not None and event.at > case.promise and case.live
    return replace(
        case, acknowledged_at=first, promise=promise, before=None,
        lease_reminded=case.lease_reminded and not case.live,
        broken_promises=case.broken_promises + int(late),
    )  # fmt: skip


def _unreached(case: Case, event: ev.Unreached, _: Case) -> Case:
    lost = event.told is not None and event.told == case.acknowledged_at
    unsent = event.told is not None and event.told == case.approved_at
    sorry = event.told is not None and event.told == case.apologised_at
    case = _as_before(case, event.told) if event.told else case
    return replace(
        case, acknowledged_at=None if lost else case.acknowledged_at,
        approved_at=None if unsent else case.approved_at,
        apologised_at=None if sorry else case.apologised_at,
        unanswered_since=case.unanswered_since or case.last_touch or case.first_mail,
    )  # fmt: skip


def _as_before(case: Case, told: datetime) -> Case:
    """The case as if the word of that instant had not been; what was told later stays."""
    old = case.replaced
    if told != case.told_at:
        return case
    if old is None or old.at != told:  # told in an earlier version, which kept nothing of it
        return replace(case, told_at=None, expected=None)
    moved = case.live and case.promised_at == told and old.promise is not None
    return replace(
        case, told_at=old.told_at, expected=old.expected, replaced=None,
        promise=old.promise if moved else case.promise,
        wished=old.wished if moved else case.wished,
    )  # fmt: skip


def _came_back(case: Case, event: CameBack, _: Case) -> Case:
    case = _answered(case, event, Result.WITHDRAWN)
    return replace(case, round=len(case.handoffs))


CHANGES: dict[type[Event], Change] = {
    ev.Offered: _offered, ev.Retimed: _retimed, ev.Stranded: _stranded, ev.Reminded: _reminded,
    ev.Accepted: _accepted, ev.Bounced: _bounced, ev.Postponed: _postponed, ev.Lapsed: _lapsed,
    ev.Away: _away, ev.Undelivered: _undelivered, ev.Returned: _returned, ev.Completed: _completed,
    ev.Progressed: _progressed, ev.Released: _released, ev.Resolved: _resolved,
    ev.Closed: _closed, ev.Reopened: _reopened, ev.Undone: _undone, ev.Touched: _touched,
    ev.Approved: _approved, ev.Reached: _reached, ev.Unreached: _unreached, ev.Named: _named,
    ev.Inquired: _inquired, ev.Informed: _informed, ev.Corrected: _corrected, ev.Parted: _parted,
    Called: _called, Explained: _explained, ev.Noted: _noted,
    ev.Refused: _refused, CameBack: _came_back, **LIVE_CHANGES, **AFTER_CHANGES,
}  # fmt: skip
