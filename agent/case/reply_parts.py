"""What the answers to replies share: who can say what, asking back, refusing kindly, noting.

The buttons of a mail that asks back and the words that HELP tells both come from `SAYABLE`, so
neither can offer what would be refused. The first words of a row are the likeliest.
"""

import re
from enum import StrEnum

from deskless.agent.case import event
from deskless.agent.case.action import LetterKind
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import URGENT
from deskless.agent.case.decision import DecisionDraft, Setting
from deskless.agent.case.event import Why
from deskless.agent.case.verbs import Command, Layer, Verb


class Role(StrEnum):
    """What somebody is to a case at this moment."""

    ASKED = "asked"
    LEAD = "lead"
    LAST = "last"
    OWNER = "owner"
    OWES = "owes"
    KNOWS = "knows"
    ENDED = "ended"
    OVER = "over"
    REQUESTER = "requester"
    FOUNDER = "founder"
    OTHER = "other"


CORRECTIONS = (Verb.SEVERITY, Verb.TYPE, Verb.CUSTOMER, Verb.NOT_MET)
ALWAYS = (Verb.NOTE, Verb.STATUS, Verb.UNDO, Verb.LEDGER, Verb.HELP)

SAYABLE: dict[Role, tuple[Verb, ...]] = {
    Role.ASKED: (Verb.ACCEPT, Verb.BOUNCE, Verb.LATER, Verb.NEED, Verb.SEND, Verb.JOIN, Verb.SPLIT),
    Role.LEAD: (
        Verb.ACCEPT, Verb.OFFER, Verb.BOUNCE, Verb.LATER, Verb.NEED, Verb.SEND, *CORRECTIONS,
        Verb.JOIN, Verb.SPLIT,
    ),
    Role.LAST: (
        Verb.ACCEPT, Verb.OFFER, Verb.CLOSE, Verb.LATER, Verb.NEED, Verb.RESOLVED, Verb.SEND,
        *CORRECTIONS, Verb.JOIN, Verb.SPLIT,
    ),
    Role.OWNER: (
        Verb.PROGRESS, Verb.RESOLVED, Verb.BOUNCE, Verb.NEED, Verb.SEND, Verb.CLOSE, Verb.CALLED,
        Verb.FIXED, *CORRECTIONS, Verb.JOIN, Verb.SPLIT,
    ),
    Role.OWES: (Verb.ESCALATE, Verb.WITHDRAW, Verb.CLOSE),
    Role.KNOWS: (Verb.WITHDRAW,),
    Role.ENDED: (Verb.CLOSE, Verb.REOPEN, Verb.FIXED),
    Role.OVER: (Verb.REOPEN,),
    Role.REQUESTER: (Verb.WITHDRAW, Verb.CLOSE, Verb.JOIN),
    Role.FOUNDER: (Verb.OFFER, Verb.CLOSE, *CORRECTIONS, Verb.JOIN, Verb.SPLIT),
    Role.OTHER: (),
}  # fmt: skip
"""What each can say besides what everybody can (`ALWAYS`)."""


def role_of(case: Case, person: str, setting: Setting) -> Role:
    """What this person is to the case now; of several things the one that asks most of them."""
    handoff, founder = case.handoff, person == setting.founder
    if case.status is Status.CLOSED:
        return Role.OVER
    if case.status is Status.RESOLVED:
        return Role.ENDED if founder or person in {case.owner, case.requester} else Role.OTHER
    if case.owner == person:
        return Role.OWNER
    if handoff and handoff.to == person:
        offered = Role.LEAD if handoff.lead or founder else Role.ASKED
        return Role.LAST if case.status is Status.STRANDED else offered
    if case.inquiry and case.inquiry.asked == person:
        return Role.KNOWS
    if case.status is Status.REQUESTED and case.asked == person:
        return Role.OWES
    if founder:
        return Role.FOUNDER
    return Role.REQUESTER if case.requester == person else Role.OTHER


def sayable(case: Case, person: str, setting: Setting) -> tuple[Verb, ...]:
    """Everything this person can say to the case now, the likeliest first."""
    role = role_of(case, person, setting)
    return (*SAYABLE[role], *_of_room(case, role, person), *ALWAYS)


CALLERS = frozenset({Role.OWNER, Role.LEAD, Role.LAST, Role.FOUNDER})
"""Who can call a war room together, and hand it on."""


def _of_room(case: Case, role: Role, person: str) -> tuple[Verb, ...]:
    """What can be said of a war room: one is called once, and led by somebody while it is open."""
    if case.room and case.room.open:
        leads = person in {case.room.named or case.acting, case.room.commander}
        return (Verb.COMMANDER,) if leads or role in CALLERS else ()
    severe = case.severity in URGENT and case.live and case.acting is not None
    return (Verb.WAR_ROOM,) if severe and role in CALLERS else ()


def buttons(
    case: Case, person: str, setting: Setting, guesses: tuple[Verb, ...]
) -> tuple[Verb, ...]:
    """What a mail that asks back offers: the readings that are possible here, else the likeliest.

    Two readings or more are the question; one alone stands first among the likeliest.
    """
    can = sayable(case, person, setting)
    fit = tuple(dict.fromkeys(verb for verb in guesses if verb in can))
    return fit if len(fit) > 1 else tuple(dict.fromkeys((*fit, *can)))[:3]


PATIENCE = 2
"""Answers in a row that cannot be read before the next is told whom to ask."""


def ask_back(draft: DecisionDraft, line: str, why: str, guesses: tuple[Verb, ...]) -> None:
    """Nothing changes; the writer is asked what was meant, by what they can say here."""
    draft.happen(event.Refused, why=Why.UNCLEAR, number=draft.act.number, detail=f"{line}\n{why}")
    by = draft.act.by
    choices = buttons(draft.case, by, draft.setting, guesses)
    tired = draft.act.unread >= PATIENCE
    helper = who_helps(draft.setting, by) if tired else ""
    draft.mail(
        LetterKind.ASK_BACK, by, draft.act.number, line=line, why=why,
        guesses=",".join(verb.value for verb in choices), **({"person": helper} if helper else {}),
    )  # fmt: skip


def ask_for_word(draft: DecisionDraft, asked: Command) -> None:
    """The words mean an act that leaves or ends: its exact word is asked for, nothing changes."""
    word = exact_word(asked, draft.setting)
    why = f"I read it as {word}, which cannot be taken back. Reply {word} and it is done."
    draft.happen(event.Refused, why=Why.UNCLEAR, number=draft.act.number, verb=asked.verb.value)
    draft.mail(
        LetterKind.ASK_BACK, draft.act.by, draft.act.number, line=asked.line, why=why, guesses=word
    )


def exact_word(asked: Command, setting: Setting) -> str:
    """The words by which somebody says exactly this."""
    person = setting.matrix.person(asked.to or "")
    about = (person.name if person else "") or asked.value or asked.subject_id
    return f"{asked.verb.value.upper()} {about}".strip()


def who_helps(setting: Setting, asker: str) -> str:
    """The id of a person whom somebody can ask: a lead, the founder, anybody else of the team."""
    leads = [person.id for person in setting.matrix.people if person.lead]
    others = [person.id for person in setting.matrix.people]
    helpers = (id_ for id_ in (*leads, setting.founder, *others) if id_ != asker)
    return next(helpers, "")


def refuse_command(draft: DecisionDraft, asked: Command, why: Why, say: str = "") -> None:
    """Nothing changes; the writer is told what is true now."""
    number = draft.act.number
    draft.happen(event.Refused, why=why, verb=asked.verb.value, number=number, detail=say)
    draft.mail(
        LetterKind.AS_IT_STANDS, draft.act.by, number, why=why.value, say=say, verb=asked.verb.value
    )


def may_speak(draft: DecisionDraft) -> bool:
    """Owner, the person the open offer is with, or the founder."""
    case, by = draft.case, draft.act.by
    return by in {case.owner, draft.setting.founder, case.handoff.to if case.handoff else None}


def read_as(asked: Command) -> dict[str, str]:
    """How the words were read, where that was inferred."""
    values = {"verb": asked.verb.value}
    inferred = asked.inferred or asked.layer is not Layer.GRAMMAR
    reader = {"reader": asked.layer.value} if asked.layer is Layer.MODEL else {}
    return values | ({"read": asked.line} if inferred else {}) | reader


def note_words(draft: DecisionDraft, asked: Command) -> None:
    """Keep the words; nothing else changes."""
    words = asked.note or asked.line
    draft.happen(event.Noted, note=words, caused=bool(NAMED_CAUSE.search(words)))
    draft.mail(LetterKind.RECEIPT, draft.act.by, None, **read_as(asked) | {"verb": "note"})


def tell_end(draft: DecisionDraft) -> None:
    """Everybody who has a part in the case hears that it is over."""
    case = draft.case
    for party in (case.requester, case.owner):
        if party and party != draft.act.by:
            draft.mail(LetterKind.ENDED, party)
    if case.severity in URGENT and draft.setting.founder != draft.act.by:
        draft.mail(LetterKind.ENDED, draft.setting.founder)


NAMED_CAUSE = re.compile(
    r"(?im)^\W*(?:root[ -]?cause|cause|because|ursache|grund|weil|cause racine|parce que|causa)"
    r"(?: (?:was|is|war|ist|était|est|era|fue))?\b\s*[:=,-]?\s*(?P<words>\S.*)"
)
"""A cause that somebody names in a note of theirs: `cause: …`, `Ursache war …`."""
CAUSE = re.compile(
    r"(?i)\b(?:root cause|cause|because|ursache|grund|weil|parce que|causa|porque)\b"
)
"""How a line of an answer names a cause."""


def named_cause(asked: Command) -> str:
    """The cause that a reply names, in its writer's words; empty: it names none."""
    told = dict(asked.fields).get("cause", "")
    return told or (asked.note if CAUSE.search(asked.line) else "")
