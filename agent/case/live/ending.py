"""How a case ends by a person's word: solved, closed, joined, withdrawn; and opened again.

A case that somebody has is over for the customer when the customer says so. Whoever closes it
before is asked once why; with a reason, or when they say it again, it is done as they say, and the
flag of a premature end goes up (`live/red_flags`). That the customer said yes elsewhere is the
writer's word (`CLOSE, Vera confirmed on the phone`), and is taken as the customer's.
"""

import re
from datetime import timedelta

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind, Revoke
from deskless.agent.case.case import Status
from deskless.agent.case.decide import offer_next, promised_update_at
from deskless.agent.case.decision import DecisionDraft
from deskless.agent.case.event import Why
from deskless.agent.case.event_live import Explained
from deskless.agent.case.reply_parts import (
    NAMED_CAUSE,
    may_speak,
    named_cause,
    read_as,
    refuse_command,
    tell_end,
)
from deskless.agent.case.verbs import Command, Verb

CROSSED = timedelta(minutes=30)
"""How long before a RESOLVED a customer's mail may have come without its writer knowing it."""
TAKEN = frozenset({Status.OWNED, Status.RESOLVED})
"""Where somebody has, or had, the case: then the customer's yes is its end."""
SAID_YES = re.compile(
    r"(?i)\b(?:confirm(?:ed|s)|agree[ds]|(?:said|says) (?:so|yes|it works)|best[aä]e?tigt"
    r"|einverstanden|sagt,? es (?:geht|läuft)|confirm[eé]e?|d.accord|confirm(?:a|ó|ado)"
    r"|de acuerdo)\b"
)
"""How a reason tells that the customer has said yes elsewhere."""
UNSAID = re.compile(
    r"(?i)\b(?:not|n.t|never|no|yet|nobody|nicht|noch|kein\w*|niemand|pas|jamais|personne"
    r"|todav[ií]a|nadie|nunca|will|wird|would)\b|n.t\b"
)
"""Words by which such a reason tells the opposite, or of something to come."""


def resolve_case(draft: DecisionDraft, asked: Command) -> None:
    """RESOLVED: the owner says that it is solved; the customer is still to say so."""
    if draft.case.status not in {Status.OWNED, Status.STRANDED} or not may_speak(draft):
        refuse_command(draft, asked, Why.NOT_YOURS if draft.case.live else Why.DONE)
        return
    crossed = {"crossed": "yes"} if _crossed(draft) else {}
    cause = named_cause(asked)
    caused = bool(cause or NAMED_CAUSE.search(asked.note))
    fixed = asked.verb is Verb.FIXED
    draft.happen(event.Resolved, caused=caused, fixed=fixed, **_told(asked) | {"root_cause": cause})
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked), **crossed)
    tell_end(draft)


def _told(asked: Command) -> dict[str, str]:
    """The facts of an end, by their names; behind FIXED stands what was done."""
    told = dict(asked.fields)
    done = told.get("done") or asked.note * (asked.verb is Verb.FIXED)
    return {
        "note": asked.note, "root_cause": told.get("cause", ""), "done": done,
        **{name: told.get(name, "") for name in ("prevention", "impact", "process")},
    }  # fmt: skip


def fix_case(draft: DecisionDraft, asked: Command) -> None:
    """FIXED: mended for good; an open case is solved by that, one that is over hears of it."""
    case, by = draft.case, draft.act.by
    if case.live:
        resolve_case(draft, asked)
    elif by in {case.owner, case.requester, draft.setting.founder}:
        draft.happen(Explained, fixed=True, **_told(asked))
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked))
    else:
        refuse_command(draft, asked, Why.NOT_YOURS)


def _crossed(draft: DecisionDraft) -> bool:
    """Whether the customer wrote again so shortly before that the writer may not know it."""
    case = draft.case
    if case.unanswered_since is None or case.last_touch is None:
        return False
    again = case.last_touch > case.opened_at
    return again and draft.setting.now - case.last_touch <= CROSSED


def join_case(draft: DecisionDraft, asked: Command) -> None:
    """Close this case into the other live one; `on_reply` has made sure that there is one."""
    if not (may_speak(draft) or draft.act.by == draft.case.requester):
        refuse_command(
            draft, asked, Why.NOT_YOURS, "Only the owner, requester or founder may join it."
        )
        return
    if draft.case.status is Status.CLOSED:
        refuse_command(draft, asked, Why.DONE)
        return
    _end_offer(draft)
    draft.happen(event.Closed, reason=Why.DUPLICATE, into=asked.subject_id, note=asked.note)
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))
    tell_end(draft)


def _end_offer(draft: DecisionDraft) -> None:
    """No reply to the open offer acts any more, and whoever was asked hears why."""
    handoff = draft.case.handoff
    if handoff:
        draft.do(Revoke(handoff.number))
        if handoff.to != draft.act.by:
            draft.mail(LetterKind.ENDED, handoff.to)


def close_case(draft: DecisionDraft, asked: Command) -> None:
    """CLOSE: it is over, by owner, requester or founder."""
    allowed = may_speak(draft) or draft.act.by == draft.case.requester
    offered = draft.case.status is Status.OFFERED and draft.act.by != draft.setting.founder
    if draft.case.status is Status.CLOSED:
        refuse_command(draft, asked, Why.DONE)
    elif not allowed or (offered and draft.act.by != draft.case.requester):
        refuse_command(
            draft, asked, Why.NOT_YOURS, "Only the owner, requester or founder may close it."
        )
    elif _asks_first(draft, asked):
        _ask_why(draft, asked)
    else:
        yes = draft.case.content or says_yes(asked.note)
        _end_offer(draft)
        draft.happen(event.Closed, reason=Why.CONFIRMED if yes else Why.DONE, note=asked.note)
        draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked))
        tell_end(draft)


def says_yes(reason: str) -> bool:
    """Whether a reason for closing tells that the customer has said yes."""
    return bool(SAID_YES.search(reason)) and not UNSAID.search(reason)


def _asks_first(draft: DecisionDraft, asked: Command) -> bool:
    """Whether a CLOSE comes before the customer's yes, without a reason, for the first time."""
    case = draft.case
    sure = case.content or case.close_asked or asked.note.strip()
    return case.status in TAKEN and not sure


def _ask_why(draft: DecisionDraft, asked: Command) -> None:
    """Nothing is closed yet: the customer has not said yes."""
    case, act = draft.case, draft.act
    ways = (
        "RESOLVED drafts the mail that asks them" if case.live else "their yes closes it by itself"
    )
    why = (
        f"The customer has not said yes, so nothing is closed yet: {ways}. To end it all the same, "
        "reply CLOSE because … (or CLOSE once more)."
    )
    draft.happen(event.Refused, why=Why.PREMATURE, verb=asked.verb.value, number=act.number)
    guesses = (Verb.RESOLVED,) if case.live else ()
    draft.mail(
        LetterKind.ASK_BACK, act.by, act.number, line=asked.line, why=why,
        guesses=",".join(verb.value for verb in (*guesses, Verb.CLOSE)),
    )  # fmt: skip


def reopen_case(draft: DecisionDraft, asked: Command) -> None:
    """REOPEN: it was not over."""
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


def withdraw_case(draft: DecisionDraft, asked: Command) -> None:
    """Who asked for it no longer needs it; what is owned already, its owner ends."""
    case, by = draft.case, draft.act.by
    if by not in {case.requester, draft.setting.founder}:
        say = "Only who asked for it, or the founder, can withdraw it."
        refuse_command(draft, asked, Why.NOT_YOURS, say)
    elif case.status is Status.CLOSED:
        refuse_command(draft, asked, Why.DONE)
    elif case.owner:
        draft.happen(event.Noted, note=asked.note or asked.line)
        words = asked.note or asked.line
        draft.mail(LetterKind.TAKEN, case.owner, None, why="withdrawn", by=by, words=words)
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked), owner=case.owner)
    else:
        _end_offer(draft)
        draft.happen(event.Closed, reason=Why.WITHDRAWN, note=asked.note)
        draft.mail(LetterKind.RECEIPT, by, None, **read_as(asked))
        tell_end(draft)
