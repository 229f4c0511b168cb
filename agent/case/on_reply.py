"""What a person's reply does to a case: verb -> one small function.

A person can never raise: what cannot be done is recorded as `Refused` and answered kindly with
what is true now. Who the person is has been settled before (`Act.by`, `Act.proof`); a reply
moves only the handoff whose token it carried (`Act.number`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke, WriteLetter
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import offer_next, promised_update_at
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.on_offer_reply import (
    accept_offer,
    answer_later,
    bounce_offer,
    take_by_sending,
)
from deskless.agent.case.reply_parts import (
    ask_back,
    may_speak,
    note_words,
    read_as,
    refuse_command,
    tell_end,
)
from deskless.agent.case.verbs import Code, Command, Unclear, Verb

UNDO = timedelta(minutes=30)
"""How long a person may take back their own last act, if nobody else has acted since."""


def on_reply(
    case: Case, asked: Command | Unclear, setting: Setting, act: Act, *, into: Case | None = None
) -> Decision:
    """What `asked` does to `case`. `into` is the case that a duplicate names, where it exists."""
    draft = DecisionDraft(case, setting, act)
    if isinstance(asked, Unclear):
        ask_back(draft, asked.line, asked.why, asked.guesses)
    elif asked.doubts:
        ask_back(draft, asked.line, " ".join(asked.doubts), (asked.verb,))
    elif _joins(asked) and (into is None or not into.live or into.key == case.key):
        why = f"There is no other live case {asked.subject_id or 'of that name'} to join."
        ask_back(draft, asked.line, why, (Verb.BOUNCE,))
    elif _joins(asked) and into:
        VERBS.get(asked.verb, _not_here)(draft, replace(asked, subject_id=into.key))
    else:
        VERBS.get(asked.verb, _not_here)(draft, asked)
    return draft.done()


def _joins(asked: Command) -> bool:
    """Whether this would close the case into another one."""
    return asked.verb is Verb.JOIN or asked.code is Code.DUPLICATE


def _not_here(draft: DecisionDraft, asked: Command) -> None:
    refuse_command(draft, asked, Why.NOT_NOW, f"{asked.verb.value.upper()} does nothing to a case.")


def _progress(draft: DecisionDraft, asked: Command) -> None:
    if draft.case.status is not Status.OWNED or not may_speak(draft):
        note_words(draft, asked)
        return
    fields = dict(asked.fields)
    late = draft.case.promise is not None and draft.case.promise <= draft.setting.now
    owner = draft.setting.matrix.person(draft.case.owner or "")
    # Word has come, if late and without a time: the lease goes on by the cadence.
    usual = promised_update_at(draft.case, draft.setting, owner) if late else None
    draft.happen(
        event.Progressed, promise=asked.until or usual, blocker=_blocker(fields.get("blocker", "")),
        note=asked.note, next_action=asked.next_action or fields.get("next", ""),
    )  # fmt: skip
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))


def _blocker(text: str) -> event.Blocker | None:
    """The blocker a person named, by its own word or its id; None: none of the six."""
    words = text.lower().replace(" ", "_").replace("-", "_")
    names = {blocker.value: blocker for blocker in event.Blocker} | {
        "bug": event.Blocker.BUG_FIX,
        "access": event.Blocker.ACCESS,
        "decision": event.Blocker.DECISION,
        "repro": event.Blocker.REPRO,
        "exception": event.Blocker.EXCEPTION,
        "waiting": event.Blocker.DEPENDENCY,
        "dependency": event.Blocker.DEPENDENCY,
    }
    return next((blocker for name, blocker in names.items() if name in words), None)


def _send(draft: DecisionDraft, asked: Command) -> None:
    """A yes to the text for the customer; where nobody owns the case, also a yes to the case.

    What the customer reads names who owns it, so a text that names somebody else stays here.
    """
    if why := _unsendable(draft):
        refuse_command(draft, asked, *why)
        return
    if draft.case.status in {Status.OFFERED, Status.STRANDED}:
        take_by_sending(draft)
    draft.happen(event.Approved, text=draft.act.draft, promise=draft.act.promise, waits=True)
    draft.do(WriteLetter(LetterKind.ACKNOWLEDGEMENT, "", draft.act.number))
    draft.mail(LetterKind.RECEIPT, draft.act.by, draft.act.number, **read_as(asked))


def _unsendable(draft: DecisionDraft) -> tuple[Why, str] | None:
    """Why the text that was shown may not go, and in words; None: it may."""
    case, act, setting = draft.case, draft.act, draft.setting
    owner = case.owner or act.by
    if not may_speak(draft):
        return Why.NOT_YOURS, ""
    if not case.live:
        over = f"It is {case.status.value}, so nothing was sent."
        return Why.NOT_NOW, f"{over} If it is not over, reply REOPEN."
    if case.acknowledged_at or case.approved_at:
        return Why.DONE, "" if case.acknowledged_at else "That mail is on its way already."
    if not act.draft:
        return Why.NOT_NOW, "There is no text here that could be sent."
    if act.promise and act.promise <= setting.now:
        return Why.STALE, "The time that this text promises has passed."
    if case.owner is None and case.handoff is None:
        return Why.NOT_NOW, "Nobody owns it yet, and nobody is asked: nothing was sent."
    if act.named and act.named != owner:
        person, other = setting.matrix.person(owner), setting.matrix.person(act.named)
        names = f"The text names {other.name if other else 'somebody else'}"
        return Why.STALE, f"{names}, and it is {person.name if person else owner} who owns it now."
    if act.tone:
        again = "To send it all the same, reply SEND again."
        return Why.UNCLEAR, f"Nothing was sent yet. {act.tone} {again}"
    return None


def _resolved(draft: DecisionDraft, asked: Command) -> None:
    if draft.case.status not in {Status.OWNED, Status.STRANDED} or not may_speak(draft):
        refuse_command(draft, asked, Why.NOT_YOURS if draft.case.live else Why.DONE)
        return
    draft.happen(event.Resolved, note=asked.note)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))
    tell_end(draft)


def _join(draft: DecisionDraft, asked: Command) -> None:
    """Close this case into the other live one; `on_reply` has made sure that there is one."""
    if not (may_speak(draft) or draft.act.by == draft.case.requester):
        refuse_command(
            draft, asked, Why.NOT_YOURS, "Only the owner, requester or founder may join it."
        )
        return
    if draft.case.handoff:
        draft.do(Revoke(draft.case.handoff.number))
    draft.happen(event.Closed, reason=Why.DUPLICATE, into=asked.subject_id, note=asked.note)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))
    tell_end(draft)


def _close(draft: DecisionDraft, asked: Command) -> None:
    allowed = may_speak(draft) or draft.act.by == draft.case.requester
    offered = draft.case.status is Status.OFFERED and draft.act.by != draft.setting.founder
    if draft.case.status is Status.CLOSED:
        refuse_command(draft, asked, Why.DONE)
    elif not allowed or (offered and draft.act.by != draft.case.requester):
        refuse_command(
            draft, asked, Why.NOT_YOURS, "Only the owner, requester or founder may close it."
        )
    else:
        if draft.case.handoff:
            draft.do(Revoke(draft.case.handoff.number))
        draft.happen(event.Closed, reason=Why.DONE, note=asked.note)
        draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))
        tell_end(draft)


def _reopen(draft: DecisionDraft, asked: Command) -> None:
    case = draft.case
    if case.live:
        refuse_command(draft, asked, Why.NOT_NOW, "It is still open.")
        return
    owner = draft.setting.matrix.person(case.owner) if case.owner else None
    promise = promised_update_at(case, draft.setting, owner)
    if case.status is Status.RESOLVED:
        draft.happen(event.Reopened, promise=promise, note=asked.note)
        draft.mail(LetterKind.GIVEN, case.owner or draft.setting.founder, why="reopened")
    else:
        draft.happen(event.Reopened, note=asked.note)
        offer_next(draft)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))


def _undo(draft: DecisionDraft, asked: Command) -> None:
    before = draft.case.before
    if before is None or before.by != draft.act.by:
        refuse_command(draft, asked, Why.NOT_YOURS, "There is nothing of yours to undo here.")
    elif draft.setting.now - before.at > UNDO:
        refuse_command(draft, asked, Why.STALE, "That was more than 30 minutes ago.")
    else:
        open_now = draft.case.handoff
        old_owner = draft.case.owner
        draft.happen(event.Undone, what=before.what)
        if open_now and open_now.number > len(before.handoffs):
            draft.do(Revoke(open_now.number))
            draft.mail(LetterKind.MOVED, open_now.to, open_now.number, undone=draft.act.by)
        if old_owner and old_owner not in {draft.act.by, draft.case.owner}:
            draft.mail(LetterKind.MOVED, old_owner, undone=draft.act.by)
        draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked), undone=before.what)


def _status(draft: DecisionDraft, _: Command) -> None:
    draft.mail(LetterKind.STATUS, draft.act.by)


def _help(draft: DecisionDraft, asked: Command) -> None:
    draft.mail(LetterKind.HELP, draft.act.by, draft.act.number, line=asked.line)


VERBS: dict[Verb, Callable[[DecisionDraft, Command], None]] = {
    Verb.ACCEPT: accept_offer, Verb.BOUNCE: bounce_offer, Verb.LATER: answer_later,
    Verb.NOTE: note_words,
    Verb.PROGRESS: _progress, Verb.SEND: _send, Verb.RESOLVED: _resolved, Verb.CLOSE: _close,
    Verb.REOPEN: _reopen, Verb.UNDO: _undo, Verb.STATUS: _status, Verb.HELP: _help,
    Verb.JOIN: _join,
}  # fmt: skip
"""What each verb does; whatever is not here does nothing to a case."""
