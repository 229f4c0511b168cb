"""What a person's reply does to a case: verb -> one small function.

A person can never raise: what cannot be done is recorded as `Refused` and answered kindly with
what is true now. Who the person is has been settled before (`Act.by`, `Act.proof`); a reply
moves only the handoff whose token it carried (`Act.number`).
"""

from collections.abc import Callable
from datetime import timedelta

from deskless.agent.case import event as ev
from deskless.agent.case.action import Letter, Mail, Revoke
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.chain import approver, may_go
from deskless.agent.case.command_types import Code, Command, Unclear, Verb
from deskless.agent.case.decide import URGENT, Request, offer_next, offer_to, promised
from deskless.agent.case.draft import Act, Decision, Draft, Setting
from deskless.agent.case.event import Why

UNDO = timedelta(minutes=30)
"""How long a person may take back their own last act, if nobody else has acted since (B3)."""


def answer(
    case: Case, asked: Command | Unclear, setting: Setting, act: Act, *, into: Case | None = None
) -> Decision:
    """What `asked` does to `case`. `into` is the case that a duplicate names, where it exists."""
    draft = Draft(case, setting, act)
    if isinstance(asked, Unclear):
        _ask_back(draft, asked.line, asked.why, asked.guesses)
    elif asked.doubts:
        _ask_back(draft, asked.line, " ".join(asked.doubts), (asked.verb,))
    elif asked.verb is Verb.BOUNCE and asked.code is Code.DUPLICATE and into is None:
        why = f"There is no live case {asked.subject_id or 'of that name'} to join this one to."
        _ask_back(draft, asked.line, why, (Verb.BOUNCE,))
    else:
        VERBS.get(asked.verb, _not_here)(draft, asked)
    return draft.done()


def _ask_back(draft: Draft, line: str, why: str, guesses: tuple[Verb, ...]) -> None:
    draft.happen(ev.Refused, why=Why.UNCLEAR, number=draft.act.number, detail=f"{line}\n{why}")
    draft.mail(
        Letter.ASK_BACK, draft.act.by, draft.act.number, line=line, why=why,
        guesses=",".join(one.value for one in guesses),
    )  # fmt: skip


def _refuse(draft: Draft, asked: Command, why: Why, say: str = "") -> None:
    number = draft.act.number
    draft.happen(ev.Refused, why=why, verb=asked.verb.value, number=number, detail=say)
    draft.mail(
        Letter.AS_IT_STANDS, draft.act.by, number, why=why.value, say=say, verb=asked.verb.value
    )


def _not_here(draft: Draft, asked: Command) -> None:
    _refuse(draft, asked, Why.NOT_NOW, f"{asked.verb.value.upper()} does nothing to a case.")


def _holds(draft: Draft) -> Why | None:
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


def _may_speak(draft: Draft) -> bool:
    """Owner, the person the open offer is with, or the founder."""
    case, by = draft.case, draft.act.by
    return by in {case.owner, draft.setting.founder, case.handoff.to if case.handoff else None}


def _accept(draft: Draft, asked: Command) -> None:
    why = _holds(draft)
    if why:
        _refuse(draft, asked, why)
        return
    case, setting, by = draft.case, draft.setting, draft.act.by
    owner = asked.to or by
    lead = approver(case, setting) or by == setting.founder
    if owner != by and not (lead and may_go(case, setting, owner)):
        _refuse(draft, asked, Why.NOT_NOW, "Only a tier's lead may name the owner, on that tier.")
        return
    person = setting.matrix.person(owner)
    promise = asked.until or promised(case, setting, person)
    number = case.handoff.number if case.handoff else 0
    draft.happen(
        ev.Accepted, number=number, owner=owner, promise=promise, proof=draft.act.proof,
        tier=person.tier if person else case.tier, next_action=asked.next_action,
    )  # fmt: skip
    draft.do(Revoke(number))
    draft.mail(Letter.RECEIPT, by, number, **_read_as(asked))
    if owner != by:
        draft.mail(Letter.GIVEN, owner, why="named", by=by)
    _tell_others(draft, by, owner)


def _tell_others(draft: Draft, by: str, owner: str) -> None:
    """Both parties get a mail (R42): requester, earlier owner, and for SEV-1/2 the founder."""
    case = draft.case
    told = {by, owner}
    parties = [case.requester, *(one.to for one in case.handoffs if one.result is Result.ACCEPTED)]
    if case.severity in URGENT:
        parties.append(draft.setting.founder)
    for party in parties:
        if party and party not in told:
            told.add(party)
            draft.mail(Letter.TAKEN, party, owner=owner)


def _noting(draft: Draft) -> bool:
    """Whether the writer bounced this very handoff already and now says why."""
    mine = (one for one in draft.case.handoffs if one.number == draft.act.number)
    return any(one.to == draft.act.by and one.result is Result.BOUNCED for one in mine)


def _bounce(draft: Draft, asked: Command) -> None:
    if _noting(draft):
        _note(draft, asked)
        return
    why = _holds(draft)
    if why:
        _refuse(draft, asked, why)
        return
    case, setting = draft.case, draft.setting
    stranded = case.status is Status.STRANDED
    if stranded and not (asked.to or asked.code):
        _refuse(draft, asked, Why.NOT_NOW, "The chain has ended with you. Name who should have it.")
        return
    going = asked.to if asked.to and (stranded or may_go(case, setting, asked.to)) else None
    number = draft.act.number or 0
    draft.happen(
        ev.Bounced, number=number, code=asked.code, to=going, note=asked.note,
        proof=draft.act.proof,
    )  # fmt: skip
    draft.do(Revoke(number))
    noted = {} if asked.note or asked.code else {"note": "wanted"}
    skipped = {"skipped": asked.to} if asked.to and not going else {}
    draft.mail(Letter.RECEIPT, draft.act.by, number, **_read_as(asked), **noted, **skipped)
    if case.requester and case.requester != draft.act.by:
        draft.mail(Letter.TAKEN, case.requester, number, bounced=draft.act.by)
    _follow(draft, asked, going)


def _follow(draft: Draft, asked: Command, going: str | None) -> None:
    """The code drives what follows a bounce (B2)."""
    case, setting = draft.case, draft.setting
    if asked.code is Code.DUPLICATE:
        draft.happen(ev.Closed, reason=Why.DUPLICATE, into=asked.subject_id or None)
        _tell_end(draft)
    elif asked.code is Code.NOT_AN_ESCALATION and case.severity not in URGENT:
        # One person may not silence a SEV-1 or SEV-2: that goes on to the next owner instead.
        draft.happen(ev.Closed, reason=Why.NOT_AN_ESCALATION, note=asked.note)
        _tell_end(draft)
    elif asked.code is Code.MISSING_INFORMATION and _who_knows(case, setting, draft.act.by):
        knower = _who_knows(case, setting, draft.act.by)
        draft.happen(ev.Returned, asked=knower, note=asked.note)
        draft.mail(Letter.ASK_REQUESTER, knower or "", missing="information", note=asked.note)
    elif going:
        offer_to(draft, going)
    else:
        offer_next(draft)


def _who_knows(case: Case, setting: Setting, asker: str) -> str | None:
    """Whom to ask for what is missing: the requester, else the first line."""
    first = setting.matrix.on(setting.matrix.tiers()[0])
    people = [case.requester, *sorted(one.id for one in first)]
    return next(
        (one for one in people if one and one != asker and setting.matrix.person(one)), None
    )


def _later(draft: Draft, asked: Command) -> None:
    why = _holds(draft)
    if why:
        _refuse(draft, asked, why)
        return
    handoff = draft.case.handoff
    assert handoff is not None, "who holds an offer has an open handoff"
    if asked.until is None:
        _ask_back(draft, asked.line, "Until when? LATER needs a time.", (Verb.LATER,))
    elif asked.until < handoff.answer_by or draft.case.status is Status.STRANDED:
        draft.happen(
            ev.Postponed if draft.case.status is Status.OFFERED else ev.Reminded,
            **(
                {"number": handoff.number, "until": asked.until, "note": asked.note}
                if draft.case.status is Status.OFFERED
                else {"to": handoff.to, "again": asked.until}
            ),
        )
        draft.mail(Letter.RECEIPT, draft.act.by, handoff.number, **_read_as(asked))
    else:
        draft.happen(
            ev.Bounced, number=handoff.number, note=asked.note or asked.line,
            proof=draft.act.proof,
        )  # fmt: skip
        draft.do(Revoke(handoff.number))
        draft.mail(Letter.RECEIPT, draft.act.by, handoff.number, **_read_as(asked), too_late="yes")
        offer_next(draft)


def _progress(draft: Draft, asked: Command) -> None:
    if draft.case.status is not Status.OWNED or not _may_speak(draft):
        _note(draft, asked)
        return
    fields = dict(asked.fields)
    draft.happen(
        ev.Progressed, promise=asked.until, blocker=_blocker(fields.get("blocker", "")),
        note=asked.note, next_action=asked.next_action or fields.get("next", ""),
    )  # fmt: skip
    draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked))


def _blocker(text: str) -> ev.Blocker | None:
    """The blocker a person named, by its own word or its id; None: none of the six."""
    words = text.lower().replace(" ", "_").replace("-", "_")
    names = {one.value: one for one in ev.Blocker} | {
        "bug": ev.Blocker.BUG_FIX, "access": ev.Blocker.ACCESS, "decision": ev.Blocker.DECISION,
        "repro": ev.Blocker.REPRO, "exception": ev.Blocker.EXCEPTION,
        "waiting": ev.Blocker.DEPENDENCY, "dependency": ev.Blocker.DEPENDENCY,
    }  # fmt: skip
    return next((one for name, one in names.items() if name in words), None)


def _note(draft: Draft, asked: Command) -> None:
    draft.happen(ev.Noted, note=asked.note or asked.line)
    draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked))


def _send(draft: Draft, asked: Command) -> None:
    case = draft.case
    if not _may_speak(draft):
        _refuse(draft, asked, Why.NOT_YOURS)
    elif case.acknowledged_at or not draft.act.draft:
        say = "" if case.acknowledged_at else "There is no text here that could be sent."
        _refuse(draft, asked, Why.DONE if case.acknowledged_at else Why.NOT_NOW, say)
    else:
        draft.happen(ev.Approved, text=draft.act.draft)
        draft.do(Mail(Letter.ACKNOWLEDGEMENT, "", draft.act.number))
        draft.mail(Letter.RECEIPT, draft.act.by, draft.act.number, **_read_as(asked))


def _resolved(draft: Draft, asked: Command) -> None:
    if draft.case.status not in {Status.OWNED, Status.STRANDED} or not _may_speak(draft):
        _refuse(draft, asked, Why.NOT_YOURS if draft.case.live else Why.DONE)
        return
    draft.happen(ev.Resolved, note=asked.note)
    draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked))
    _tell_end(draft)


def _close(draft: Draft, asked: Command) -> None:
    allowed = _may_speak(draft) or draft.act.by == draft.case.requester
    offered = draft.case.status is Status.OFFERED and draft.act.by != draft.setting.founder
    if draft.case.status is Status.CLOSED:
        _refuse(draft, asked, Why.DONE)
    elif not allowed or (offered and draft.act.by != draft.case.requester):
        _refuse(draft, asked, Why.NOT_YOURS, "Only the owner, requester or founder may close it.")
    else:
        if draft.case.handoff:
            draft.do(Revoke(draft.case.handoff.number))
        draft.happen(ev.Closed, reason=Why.DONE, note=asked.note)
        draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked))
        _tell_end(draft)


def _tell_end(draft: Draft) -> None:
    case = draft.case
    for party in (case.requester, case.owner):
        if party and party != draft.act.by:
            draft.mail(Letter.ENDED, party)
    if case.severity in URGENT and draft.setting.founder != draft.act.by:
        draft.mail(Letter.ENDED, draft.setting.founder)


def _reopen(draft: Draft, asked: Command) -> None:
    case = draft.case
    if case.live:
        _refuse(draft, asked, Why.NOT_NOW, "It is still open.")
        return
    owner = draft.setting.matrix.person(case.owner) if case.owner else None
    promise = promised(case, draft.setting, owner)
    if case.status is Status.RESOLVED:
        draft.happen(ev.Reopened, promise=promise, note=asked.note)
        draft.mail(Letter.GIVEN, case.owner or draft.setting.founder, why="reopened")
    else:
        draft.happen(ev.Reopened, note=asked.note)
        offer_next(draft)
    draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked))


def _undo(draft: Draft, asked: Command) -> None:
    before = draft.case.before
    if before is None or before.by != draft.act.by:
        _refuse(draft, asked, Why.NOT_YOURS, "There is nothing of yours to undo here.")
    elif draft.setting.now - before.at > UNDO:
        _refuse(draft, asked, Why.STALE, "That was more than 30 minutes ago.")
    else:
        open_now = draft.case.handoff
        old_owner = draft.case.owner
        draft.happen(ev.Undone, what=before.what)
        if open_now and open_now.number > len(before.handoffs):
            draft.do(Revoke(open_now.number))
            draft.mail(Letter.MOVED, open_now.to, open_now.number, undone=draft.act.by)
        if old_owner and old_owner not in {draft.act.by, draft.case.owner}:
            draft.mail(Letter.MOVED, old_owner, undone=draft.act.by)
        draft.mail(Letter.RECEIPT, draft.act.by, None, **_read_as(asked), undone=before.what)


def _status(draft: Draft, _: Command) -> None:
    draft.mail(Letter.STATUS, draft.act.by)


def _help(draft: Draft, asked: Command) -> None:
    draft.mail(Letter.HELP, draft.act.by, draft.act.number, line=asked.line)


def _read_as(asked: Command) -> dict[str, str]:
    said = {"verb": asked.verb.value}
    return said | ({"read": asked.line} if asked.inferred else {})


VERBS: dict[Verb, Callable[[Draft, Command], None]] = {
    Verb.ACCEPT: _accept, Verb.BOUNCE: _bounce, Verb.LATER: _later, Verb.NOTE: _note,
    Verb.PROGRESS: _progress, Verb.SEND: _send, Verb.RESOLVED: _resolved, Verb.CLOSE: _close,
    Verb.REOPEN: _reopen, Verb.UNDO: _undo, Verb.STATUS: _status, Verb.HELP: _help,
}  # fmt: skip
"""What each verb does; whatever is not here does nothing to a case."""


__all__ = ["UNDO", "VERBS", "Request", "answer"]
