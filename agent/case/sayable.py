"""Who somebody is to a case as it stands, and what they can say to it.

The buttons of a mail that asks back and the words that HELP tells both come from here, so neither
can offer what would be refused. The first words of a row are the likeliest.
"""

from enum import StrEnum

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Setting
from deskless.agent.case.verbs import Verb


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
        Verb.PROGRESS, Verb.RESOLVED, Verb.BOUNCE, Verb.NEED, Verb.SEND, Verb.CLOSE, *CORRECTIONS,
        Verb.JOIN, Verb.SPLIT,
    ),
    Role.OWES: (Verb.ESCALATE, Verb.WITHDRAW, Verb.CLOSE),
    Role.KNOWS: (Verb.WITHDRAW,),
    Role.ENDED: (Verb.CLOSE, Verb.REOPEN),
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
    return (*SAYABLE[role_of(case, person, setting)], *ALWAYS)


def buttons(
    case: Case, person: str, setting: Setting, guesses: tuple[Verb, ...]
) -> tuple[Verb, ...]:
    """What a mail that asks back offers: the readings that are possible here, else the likeliest.

    Two readings or more are the question; one alone stands first among the likeliest.
    """
    can = sayable(case, person, setting)
    fit = tuple(dict.fromkeys(verb for verb in guesses if verb in can))
    return fit if len(fit) > 1 else tuple(dict.fromkeys((*fit, *can)))[:3]
