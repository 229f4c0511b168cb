"""What a person's reply does to a case: verb -> one small function.

A person can never raise: what cannot be done is recorded as `Refused` and answered kindly with
what is true now. Who the person is has been settled before (`Act.by`, `Act.proof`); a reply
moves only the handoff whose token it carried (`Act.number`). A reply that asks several things has
them done in their order, as one step, and is answered by one mail.
"""

from collections.abc import Callable
from dataclasses import replace

from deskless.agent.case import event, event_live
from deskless.agent.case.action import LetterKind, WriteLetter
from deskless.agent.case.after.carers import carers
from deskless.agent.case.after.effects_after import CARING, CHECK_IN, GOODWILL
from deskless.agent.case.after.question import tell_relation
from deskless.agent.case.after.recovery import (
    correct_impact,
    decide_goodwill,
    offer_goodwill,
)
from deskless.agent.case.after.review import ask_review, tell_review
from deskless.agent.case.after.tasks import end_task, set_task
from deskless.agent.case.case import APOLOGY, FIRST_WORD, OWN_WORDS, Case, Status
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.effects import TEXT
from deskless.agent.case.event import Why
from deskless.agent.case.live.ending import (
    close_case,
    fix_case,
    join_case,
    reopen_case,
    resolve_case,
    withdraw_case,
)
from deskless.agent.case.live.room import call_room, pass_command
from deskless.agent.case.on_correction import correct_case
from deskless.agent.case.on_inquiry import ask_need
from deskless.agent.case.on_offer_reply import (
    accept_offer,
    answer_later,
    bounce_offer,
    name_owner,
    take_by_sending,
)
from deskless.agent.case.on_owner_reply import call_customer, tell_progress, undo_last
from deskless.agent.case.reply_parts import (
    ask_back,
    ask_for_word,
    may_speak,
    note_words,
    read_as,
    refuse_command,
)
from deskless.agent.case.verbs import Code, Command, Unclear, Verb, own_words

AFTER = {
    "resolution": frozenset({Status.RESOLVED}),
    "again": frozenset({Status.RESOLVED}),
    "followup": frozenset({Status.RESOLVED, Status.CLOSED}),
    GOODWILL: frozenset({Status.RESOLVED, Status.CLOSED}),
    CHECK_IN: frozenset({Status.RESOLVED, Status.CLOSED}),
    APOLOGY: frozenset({Status.RESOLVED, Status.CLOSED}),
}
"""Drafts that go to the customer when a case has ended, and in which end: they ask whether it is
solved, once and again, tell that what had a way around it is mended for good, and apologise.
"""
UPDATE = "progress"
"""The draft that tells the customer how it stands."""


def on_reply(
    case: Case, asked: Command | Unclear, setting: Setting, act: Act, *, into: Case | None = None
) -> Decision:
    """What `asked` does to `case`. `into` is the case that a duplicate names, where it exists."""
    draft = DecisionDraft(case, setting, act)
    if isinstance(asked, Unclear):
        ask_back(draft, asked.line, asked.why, asked.guesses)
        return draft.done()
    acts = (replace(asked, then=()), *asked.then)
    doubts = tuple(doubt for each in acts for doubt in each.doubts)
    if doubts and own_words(asked):
        _show_words(draft, asked)
    elif doubts:
        guesses = tuple(dict.fromkeys(each.verb for each in acts))
        ask_back(draft, asked.line, " ".join(doubts), guesses)
    elif len(acts) == 1:
        _obey(draft, acts[0], into)
    else:
        _obey_in_turn(draft, acts, into)
    return draft.done()


def _obey_in_turn(draft: DecisionDraft, acts: tuple[Command, ...], into: Case | None) -> None:
    """Do one thing after the other; whoever asked gets one answer, a line for each."""
    parts: tuple[WriteLetter, ...] = ()
    for asked in acts:
        begun = draft.begun
        _obey(draft, asked, into)
        parts = draft.answer_as_one(begun, parts)
    if len(parts) > 1:
        first = parts[0]
        draft.do(WriteLetter(LetterKind.RECEIPT, first.to, draft.act.number, first.about, parts))
    elif parts:
        draft.do(parts[0])


def _obey(draft: DecisionDraft, asked: Command, into: Case | None) -> None:
    """Do what one command asks."""
    if asked.confirm:
        ask_for_word(draft, asked)
    elif _joins(asked) and (into is None or not into.live or into.key == draft.case.key):
        ask_back(draft, asked.line, _unjoinable(draft.case, asked, into), ())
    elif _joins(asked) and into:
        VERBS[asked.verb](draft, replace(asked, subject_id=into.key))
    else:
        VERBS.get(asked.verb, _not_here)(draft, asked)


def _joins(asked: Command) -> bool:
    """Whether this would close the case into another one."""
    return asked.verb is Verb.JOIN or asked.code is Code.DUPLICATE


def _unjoinable(case: Case, asked: Command, into: Case | None) -> str:
    """Why this case cannot be joined to that one, and what would help.

    What is over takes nothing in: the customer who waits here would wait on with nobody.
    """
    if into is None:
        return f"There is no case {asked.subject_id or 'of that name'} to join."
    if into.key == case.key:
        return f"{into.key} is this very case."
    return (
        f"{into.key} is {into.status.value}, so nobody would act on what joins it. "
        f"{case.key} stays open, as it was. If {into.key} is not solved after all, answer one of "
        "its mails with REOPEN, then JOIN here again."
    )


def _not_here(draft: DecisionDraft, asked: Command) -> None:
    refuse_command(draft, asked, Why.NOT_NOW, f"{asked.verb.value.upper()} does nothing to a case.")


def _send(draft: DecisionDraft, asked: Command) -> None:
    """A yes to the text for the customer; where nobody owns the case, also a yes to the case.

    What the customer reads names who owns it, so a text that names somebody else stays here.
    """
    if why := _unsendable(draft):
        refuse_command(draft, asked, *why)
        return
    if draft.case.status in {Status.OFFERED, Status.STRANDED}:
        take_by_sending(draft)
    kind, promise = draft.act.draft_kind, draft.act.promise
    draft.happen(event.Approved, text=draft.act.draft, kind=kind, promise=promise, waits=True)
    draft.do(WriteLetter(LetterKind.ACKNOWLEDGEMENT, "", draft.act.number))
    own = {"until": promise.isoformat() if promise else ""} if kind == OWN_WORDS else {}
    on_record = draft.case.promise
    if kind in {FIRST_WORD, OWN_WORDS} and promise and on_record and on_record != promise:
        own = {"until": promise.isoformat(), "before": on_record.isoformat()}
    draft.mail(LetterKind.RECEIPT, draft.act.by, draft.act.number, **read_as(asked), **own)


def _show_words(draft: DecisionDraft, asked: Command) -> None:
    """Words of one's own that are in doubt: shown as they would go, and SEND lets them."""
    if why := _unsendable(draft):
        refuse_command(draft, asked, *why)
        return
    act, why_not = draft.act, " ".join(asked.doubts)
    draft.happen(event.Refused, why=Why.UNCLEAR, number=act.number, verb=asked.verb.value)
    draft.mail(
        LetterKind.ASK_BACK, act.by, act.number, line=asked.line, guesses="SEND",
        why=f"{why_not} If the customer shall read exactly what stands below, reply SEND.",
        words=own_words(asked), until=act.promise.isoformat() if act.promise else "",
        kind=act.draft_kind,
    )  # fmt: skip


def _unsendable(draft: DecisionDraft) -> tuple[Why, str] | None:
    """Why the text that was shown may not go, and in words; None: it may."""
    case, act, setting = draft.case, draft.act, draft.setting
    # An apology is the word of who gives it, whoever owns the case.
    owner = act.by if act.draft_kind == APOLOGY else case.owner or act.by
    cares = act.draft_kind in CARING and act.by in carers(case, setting)
    if not (cares or may_speak(draft)):
        return Why.NOT_YOURS, ""
    ends = case.status in AFTER.get(act.draft_kind, ())
    if not case.live and not ends:
        over = f"It is {case.status.value}, so nothing was sent."
        return Why.NOT_NOW, f"{over} If it is not over, reply REOPEN."
    if act.blocked and not act.draft:
        return Why.NOT_NOW, f"Nothing was sent: that mail is {act.blocked} Reply with it."
    if not act.draft:
        done = Why.DONE if case.acknowledged_at else Why.NOT_NOW
        return done, "There is no text here that could be sent."
    if act.draft_kind == FIRST_WORD and case.word_at:
        has = "has had that mail already" if case.acknowledged_at else "is being written to already"
        return Why.DONE, f"The customer {has}."
    if act.draft_kind == APOLOGY and case.apologised_at:
        return Why.DONE, "That apology was made already."
    if act.draft_kind in {UPDATE, *AFTER} and act.draft[:TEXT] in case.approvals:
        return Why.DONE, "That very mail was approved before."
    told = act.promise if act.draft_kind == UPDATE else None
    if told and case.promise and told < case.promise:
        return Why.STALE, "A later time is on record since; the newest draft names it."
    if act.draft_kind in AFTER and not ends:
        return Why.STALE, "It is open again, so a mail that comes after its end was not sent."
    if act.promise and act.promise <= setting.now:
        return Why.STALE, "The time that this text promises has passed."
    if case.owner is None and case.handoff is None and not ends:
        return Why.NOT_NOW, "Nobody owns it yet, and nobody is asked: nothing was sent."
    if act.named and act.named != owner and act.draft_kind not in CARING:
        person, other = setting.matrix.person(owner), setting.matrix.person(act.named)
        names = f"The text names {other.name if other else 'somebody else'}"
        return Why.STALE, f"{names}, and it is {person.name if person else owner} who owns it now."
    if act.tone:
        again = "To send it all the same, reply SEND again."
        return Why.UNCLEAR, f"Nothing was sent yet. {act.tone} {again}"
    return None


def _question(draft: DecisionDraft, asked: Command) -> None:
    """Somebody wants to know something: answered from the case, nothing happens."""
    draft.mail(LetterKind.ANSWER, draft.act.by, draft.act.number, question=asked.line)


def _thanks(draft: DecisionDraft, asked: Command) -> None:
    """Politeness: kept, and not answered, since nothing is wanted."""
    draft.happen(event.Noted, note=asked.note or asked.line)


def _deny(draft: DecisionDraft, asked: Command) -> None:
    """Somebody says that a step in their name was not theirs: the founder hears it at once."""
    draft.happen(event.Noted, note=asked.note or asked.line)
    if draft.setting.founder != draft.act.by:
        draft.mail(LetterKind.ALERT, draft.setting.founder, None, denied=draft.act.by)
    say = "The founder is told. UNDO takes back the last step that was recorded in your name."
    draft.mail(LetterKind.AS_IT_STANDS, draft.act.by, draft.act.number, say=say)


def _split(draft: DecisionDraft, asked: Command) -> None:
    """What looked like the same matter is kept apart, and is suggested no more."""
    if not may_speak(draft):
        refuse_command(draft, asked, Why.NOT_YOURS)
        return
    draft.happen(event.Parted, other=asked.subject_id.upper())
    draft.mail(LetterKind.RECEIPT, draft.act.by, draft.act.number, **read_as(asked))


def _stop(draft: DecisionDraft, asked: Command) -> None:
    """A stakeholder wants no more mails about this case; who has it, and the founder, cannot."""
    case, by = draft.case, draft.act.by
    if by in {case.acting, draft.setting.founder}:
        why = "the founder hears of severe cases" if by != case.acting else "it is with you"
        refuse_command(draft, asked, Why.NOT_NOW, f"These mails go on: {why}.")
    elif by in case.unfollowed:
        refuse_command(draft, asked, Why.DONE)
    else:
        draft.happen(event_live.Unfollowed)
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked))


def _status(draft: DecisionDraft, _: Command) -> None:
    draft.mail(LetterKind.STATUS, draft.act.by)


def _help(draft: DecisionDraft, asked: Command) -> None:
    draft.mail(LetterKind.HELP, draft.act.by, draft.act.number, line=asked.line)


VERBS: dict[Verb, Callable[[DecisionDraft, Command], None]] = {
    Verb.ACCEPT: accept_offer, Verb.BOUNCE: bounce_offer, Verb.LATER: answer_later,
    Verb.NOTE: note_words, Verb.NEED: ask_need, Verb.OFFER: name_owner,
    Verb.PROGRESS: tell_progress, Verb.SEND: _send, Verb.RESOLVED: resolve_case,
    Verb.CLOSE: close_case, Verb.FIXED: fix_case, Verb.CALLED: call_customer,
    Verb.REOPEN: reopen_case, Verb.UNDO: undo_last, Verb.STATUS: _status, Verb.HELP: _help,
    Verb.JOIN: join_case, Verb.SPLIT: _split, Verb.WITHDRAW: withdraw_case,
    Verb.QUESTION: _question,
    Verb.THANKS: _thanks, Verb.DENY: _deny, Verb.SEVERITY: correct_case, Verb.TYPE: correct_case,
    Verb.CUSTOMER: correct_case, Verb.NOT_MET: correct_case, Verb.WAR_ROOM: call_room,
    Verb.COMMANDER: pass_command, Verb.STOP: _stop,
    Verb.GOODWILL: offer_goodwill, Verb.APPROVE: decide_goodwill, Verb.DECLINE: decide_goodwill,
    Verb.IMPACT: correct_impact, Verb.COMMIT: set_task, Verb.PREVENT: set_task,
    Verb.FINISHED: end_task, Verb.DROP: end_task, Verb.RELATION: tell_relation,
    Verb.REVIEW: ask_review, Verb.WHY: tell_review, Verb.LESSON: tell_review,
}  # fmt: skip
"""What each verb does; whatever is not here does nothing to a case."""
