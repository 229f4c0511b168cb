"""Answers to an open offer: yes, no with its code, later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.decide import URGENT, offer_next, offer_to, promised_update_at
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.escalation_limits import approver, may_go
from deskless.agent.case.event import Why
from deskless.agent.case.on_inquiry import who_knows
from deskless.agent.case.on_owner_reply import promise_anew, tell_late, too_late
from deskless.agent.case.reply_parts import ask_back, note_words, read_as, refuse_command, tell_end
from deskless.agent.case.verbs import Code, Command, Verb
from deskless.policies.verdict import Severity


def _holds(draft: DecisionDraft) -> Why | None:
    """Why the writer may not answer the offer; None: they may."""
    case, act = draft.case, draft.act
    handoff = case.handoff
    if handoff and act.number == handoff.number and act.by == handoff.to:
        return None
    if case.status is Status.OWNED or case.owner:
        return Why.TAKEN
    if handoff and act.by != handoff.to and act.number == handoff.number:
        return Why.NOT_YOURS
    return Why.STALE


def accept_offer(draft: DecisionDraft, asked: Command) -> None:
    """A yes to the open offer; a lead may name whom to ask instead."""
    case, setting, by = draft.case, draft.setting, draft.act.by
    if asked.to and asked.to != by:
        name_owner(draft, asked)
        return
    if case.status is Status.OWNED and by == case.owner:
        _promise_again(draft, asked)
        return
    why = _holds(draft)
    if why:
        refuse_command(draft, asked, why)
        return
    person = setting.matrix.person(by)
    late = asked.until is not None and too_late(case, setting, person, asked.until)
    asking = late and case.severity is Severity.SEV1
    named = None if asking else asked.until
    promise = named or _told(case, setting) or promised_update_at(case, setting, person)
    number = case.handoff.number if case.handoff else 0
    draft.happen(
        event.Accepted, number=number, owner=by, promise=case.owed(promise, setting.now),
        proof=draft.act.proof, tier=_tier(case, setting, by), next_action=asked.next_action,
        wished=named if named and case.owed(named, setting.now) < named else None,
        questioned=asked.until if asking else None,
    )  # fmt: skip
    draft.do(Revoke(number))
    shown = {"questioned": asked.until.isoformat()} if asking and asked.until else {}
    draft.mail(LetterKind.RECEIPT, by, number, **read_as(asked), **shown)
    _tell_others(draft, by)
    if late and not asking:
        tell_late(draft)


def _promise_again(draft: DecisionDraft, asked: Command) -> None:
    """The owner promises anew in the words of the first yes, or confirms what was asked back."""
    until = asked.until or draft.case.questioned
    if until is None and not asked.next_action:
        refuse_command(draft, asked, Why.DONE, "It is yours already.")
        return
    promise_anew(draft, asked, until, next_action=asked.next_action)


def name_owner(draft: DecisionDraft, asked: Command) -> None:
    """A lead or the founder names who shall take it: that one is asked, and says yes himself."""
    case, setting, by = draft.case, draft.setting, draft.act.by
    to = asked.to
    if case.status is Status.OWNED and by == case.owner and to:
        bounce_offer(draft, asked)
        return
    founder = by == setting.founder
    holder = case.handoff is not None and case.handoff.to == by
    why = None if founder and case.handoff else _holds(draft)
    if why:
        refuse_command(draft, asked, why)
    elif to is None:
        ask_back(draft, asked.line, "Whom shall I ask? Write OFFER and a name.", ())
    elif to == by and holder:
        accept_offer(draft, replace(asked, to=None))
    elif not (founder or (approver(case, setting) and may_go(case, setting, to))):
        refuse_command(
            draft, asked, Why.NOT_NOW, "Only a tier's lead may name the owner, on that tier."
        )
    else:
        _name(draft, asked, to)


def _name(draft: DecisionDraft, asked: Command, to: str) -> None:
    handoff, by = draft.case.handoff, draft.act.by
    assert handoff is not None, "only an open offer can be given to somebody else"
    words = asked.note or asked.next_action
    draft.happen(event.Named, number=handoff.number, to=to, note=words, proof=draft.act.proof)
    draft.do(Revoke(handoff.number))
    if handoff.to not in {by, to}:
        draft.mail(LetterKind.MOVED, handoff.to, handoff.number, named=to, by=by)
    offer_to(draft, to)
    draft.mail(LetterKind.RECEIPT, by, handoff.number, **read_as(asked) | {"verb": "offer"})


def take_by_sending(draft: DecisionDraft) -> None:
    """Who sends the customer word of an offered case has taken it; the receipt says so."""
    case, setting, by = draft.case, draft.setting, draft.act.by
    handoff = case.handoff
    assert handoff is not None, "an offered case has an open handoff"
    person = setting.matrix.person(by)
    promise = draft.act.promise or promised_update_at(case, setting, person)
    draft.happen(
        event.Accepted, number=handoff.number, owner=by, promise=case.owed(promise, setting.now),
        proof=draft.act.proof, tier=_tier(case, setting, by),
    )  # fmt: skip
    draft.do(Revoke(handoff.number))
    if handoff.to != by:
        draft.mail(LetterKind.TAKEN, handoff.to, owner=by)
    _tell_others(draft, by)


def _told(case: Case, setting: Setting) -> datetime | None:
    """The update that the customer was told to expect already, if that is still to come."""
    told = case.expected or case.promise
    return told if told and told > setting.now else None


def _tier(case: Case, setting: Setting, owner: str) -> int:
    """The owner's tier; of somebody who stands on several, the one where the case is."""
    tiers = [person.tier for person in setting.matrix.people if person.id == owner]
    return case.tier if case.tier in tiers or not tiers else min(tiers, key=_above(case.tier))


def _above(tier: int) -> Callable[[int], tuple[bool, int]]:
    return lambda tier_number: (tier_number < tier, tier_number)


def _tell_others(draft: DecisionDraft, owner: str) -> None:
    """Both parties get a mail: requester, earlier owner, and for SEV-1/2 the founder."""
    case = draft.case
    told = {owner}
    parties = [
        case.requester,
        *(handoff.to for handoff in case.handoffs if handoff.result is Result.ACCEPTED),
    ]
    if case.severity in URGENT:
        parties.append(draft.setting.founder)
    for party in parties:
        if party and party not in told:
            told.add(party)
            draft.mail(LetterKind.TAKEN, party, owner=owner)


def _noting(draft: DecisionDraft) -> bool:
    """Whether the writer bounced this very handoff already and now says why."""
    mine = (handoff for handoff in draft.case.handoffs if handoff.number == draft.act.number)
    return any(handoff.to == draft.act.by and handoff.result is Result.BOUNCED for handoff in mine)


def bounce_offer(draft: DecisionDraft, asked: Command) -> None:
    """A no to the open offer, and what its code asks for."""
    if _noting(draft):
        note_words(draft, asked)
        return
    if draft.case.status is Status.OWNED and draft.act.by == draft.case.owner:
        _give_back(draft, asked)
        return
    why = _holds(draft)
    if why:
        refuse_command(draft, asked, why)
        return
    case, setting = draft.case, draft.setting
    stranded = case.status is Status.STRANDED
    if stranded and not (asked.to or asked.code):
        refuse_command(
            draft, asked, Why.NOT_NOW, "The chain has ended with you. Name who should have it."
        )
        return
    # Nobody skips a tier upwards; the founder may send it back down to anybody.
    free = stranded or draft.act.by == setting.founder
    going = asked.to if asked.to and (free or may_go(case, setting, asked.to)) else None
    number = draft.act.number or 0
    draft.happen(
        event.Bounced, number=number, code=asked.code, to=going, note=asked.note,
        proof=draft.act.proof,
    )  # fmt: skip
    draft.do(Revoke(number))
    _bounced(draft, asked, number, going)


def _give_back(draft: DecisionDraft, asked: Command) -> None:
    """The owner cannot go on: nobody owns it, and it is offered again as after any bounce."""
    case, setting = draft.case, draft.setting
    going = asked.to if asked.to and may_go(case, setting, asked.to) else None
    had = [handoff.number for handoff in case.handoffs if handoff.result is Result.ACCEPTED]
    number = had[-1] if had else 0
    draft.happen(event.Released, owner=case.owner, handoff=number, note=asked.note)
    if case.severity in URGENT and setting.founder != draft.act.by:
        draft.mail(LetterKind.MOVED, setting.founder, old=draft.act.by)
    _bounced(draft, asked, number, going)


def _bounced(draft: DecisionDraft, asked: Command, number: int, going: str | None) -> None:
    """Who bounced and who asked are told, and the code says what follows."""
    case = draft.case
    noted = {} if asked.note or asked.code else {"note": "wanted"}
    skipped = {"skipped": asked.to} if asked.to and not going else {}
    draft.mail(LetterKind.RECEIPT, draft.act.by, number, **read_as(asked), **noted, **skipped)
    if case.requester and case.requester != draft.act.by:
        draft.mail(LetterKind.TAKEN, case.requester, number, bounced=draft.act.by)
    _follow(draft, asked, going)


def _follow(draft: DecisionDraft, asked: Command, going: str | None) -> None:
    """The code of a bounce drives what follows."""
    case, setting = draft.case, draft.setting
    if asked.code is Code.DUPLICATE:
        draft.happen(event.Closed, reason=Why.DUPLICATE, into=asked.subject_id or None)
        tell_end(draft)
    elif asked.code is Code.NOT_AN_ESCALATION and case.severity not in URGENT:
        # One person may not silence a SEV-1 or SEV-2: that goes on to the next owner instead.
        draft.happen(event.Closed, reason=Why.NOT_AN_ESCALATION, note=asked.note)
        tell_end(draft)
    elif asked.code is Code.MISSING_INFORMATION and who_knows(case, setting, draft.act.by):
        knower = who_knows(case, setting, draft.act.by)[0]
        draft.happen(event.Returned, asked=knower, note=asked.note)
        draft.mail(LetterKind.ASK_REQUESTER, knower, missing="information", note=asked.note)
    elif going:
        offer_to(draft, going)
    else:
        offer_next(draft)


def answer_later(draft: DecisionDraft, asked: Command) -> None:
    """An answer that will come later: in time, or too late."""
    if draft.case.status is Status.OWNED and draft.act.by == draft.case.owner:
        say = "It is yours already. “update by 16:00” sets the next word to the customer."
        refuse_command(draft, asked, Why.DONE, say)
        return
    why = _holds(draft)
    if why:
        refuse_command(draft, asked, why)
        return
    handoff = draft.case.handoff
    assert handoff is not None, "who holds an offer has an open handoff"
    if asked.until is None:
        ask_back(draft, asked.line, "Until when? LATER needs a time.", (Verb.LATER,))
    elif asked.until < handoff.answer_by or draft.case.status is Status.STRANDED:
        draft.happen(
            event.Postponed if draft.case.status is Status.OFFERED else event.Reminded,
            **(
                {"number": handoff.number, "until": asked.until, "note": asked.note}
                if draft.case.status is Status.OFFERED
                else {"to": handoff.to, "again": asked.until}
            ),
        )
        draft.mail(LetterKind.RECEIPT, draft.act.by, handoff.number, **read_as(asked))
    else:
        draft.happen(
            event.Bounced, number=handoff.number, note=asked.note or asked.line,
            proof=draft.act.proof,
        )  # fmt: skip
        draft.do(Revoke(handoff.number))
        draft.mail(
            LetterKind.RECEIPT, draft.act.by, handoff.number, **read_as(asked), too_late="yes"
        )
        offer_next(draft)
