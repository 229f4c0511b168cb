"""The mails that move a case: the brief, and what follows when it is answered or is not."""

from dataclasses import dataclass, field

from deskless.templates.parts import PLAIN, Answered, Attempt, Draft, Fact, Mail, Said, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Mail):
    """The offer of a case to one owner, readable on a phone in 20 seconds.

    `question` is the one thing asked (`Can you take this one, Dana?`). `happened` and `blocked`
    are one plain sentence each; `next_mover`, `promised` and `if_nothing` complete the
    frame. `triage` are the six triage questions. `tried` is what was already done, `told` what the
    customer already answered and must not be asked again. `chain` is who is asked next if this
    owner does not answer, in order. `lead` is set when the reader approves for a tier: then the
    mail also says how to name the owner. `engine` says who judged (`judged by rules only`).
    `warning` is printed in a box when the customer's mail holds text addressed to a machine.
    `later` is the time that the Later button suggests, in words our date reader understands.
    `decisive` are the customer's sentences that decide (money, deadlines, numbers, what was tried),
    the weightiest first. `asked` are questions of earlier owners with the answers that came since.
    `alike` are other live cases that may be the same matter: key and subject; `ended` those that
    ended lately. `links` are what links in the conversation lead to, `chat` the posts of chats
    that were pasted into it, `way` through whose hands it went before. `also` are further
    criteria that are met, behind the leading one, which is `policy`; `severe` is how the severity
    was computed, a step each; `files` are the criteria's, for whom they seem wrong. `clocks` are
    those of the case, each with its computation; `steps` how far an earlier owner came, empty:
    nobody had it before.
    """

    question: str
    severity: str
    type: str
    policy: str
    ticket: str
    deadline: str
    deadline_in: str
    happened: str | None
    blocked: str | None
    next_mover: str | None
    promised: str | None
    if_nothing: str | None
    customer: str | None = None
    triage: tuple[Answered, ...] = ()
    tried: tuple[Said, ...] = ()
    told: tuple[Said, ...] = ()
    account: str | None = None
    tier: str | None = None
    renewal: str | None = None
    revenue: str | None = None
    account_owner: str | None = None
    channel: str | None = None
    risks: tuple[str, ...] = ()
    evidence: tuple[Said, ...] = ()
    requested_by: str = ""
    reason: str = ""
    why_owner: str = ""
    chain: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    clock: str = ""
    policy_hash: str = field(default="", metadata=PLAIN)
    engine: str = ""
    knowledge: tuple[Said, ...] = ()
    draft: Draft | None = None
    lead: bool = False
    warning: str | None = None
    notified: tuple[str, ...] = ()
    later: str = field(default="", metadata=PLAIN)
    attached: tuple[str, ...] = field(default=(), metadata=PLAIN)
    alike: tuple[Fact, ...] = ()
    decisive: tuple[Said, ...] = ()
    asked: tuple[Answered, ...] = ()
    ended: tuple[Fact, ...] = ()
    links: tuple[Fact, ...] = ()
    chat: tuple[Said, ...] = ()
    way: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    severe: tuple[str, ...] = ()
    files: tuple[str, ...] = field(default=(), metadata=PLAIN)
    clocks: tuple[Fact, ...] = ()
    steps: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBrief(Mail):
    """A brief to try the answering: no customer, no case.

    `words` is an example of the team's own that its criterion `policy` escalates, None where there
    is none; `severity` how that criterion grades. `later` is the time that the Later button says.
    """

    question: str
    policy: str = ""
    severity: str = ""
    words: Said | None = None
    later: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Mail):
    """The one reminder of an offer that nobody answered; `then` is what happens at `deadline`."""

    question: str
    severity: str
    happened: str | None
    asked_at: str
    deadline: str
    deadline_in: str
    then: str
    later: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Mail):
    """The confirmation to the person who acted: what was recorded, what is owed, how to undo.

    Three lines: `recorded` (with absolute time and zone), `owed` (empty: nothing is), and the
    way back until `undo_until` (empty: cannot be undone). `read_as` is filled when the meaning
    was inferred (`I read "on it" as ACCEPT.`). `draft` is the acknowledgement to the customer
    that SEND would let go. `more` are further steps of the same reply, `asked` what is asked back
    about it, with `choices` as buttons, each a (label, command) pair.
    """

    recorded: str
    more: tuple[str, ...] = ()
    asked: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    owed: str = ""
    undo_until: str = ""
    read_as: str = ""
    draft: Draft | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherParty(Mail):
    """The same news for somebody else: the requester, the old owner, the founder.

    `news` is the sentence that matters, `why_you` the reason why this reader gets it, `facts`
    what else is true now, `note` what the person who acted wrote. `draft` is a mail to the customer
    that SEND would let go, `choices` what else can be answered, each a (label, command) pair.
    """

    news: str
    why_you: str
    facts: tuple[Fact, ...] = ()
    note: Said | None = None
    draft: Draft | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WarRoom(Mail):
    """To everybody in a war room: it opens, is led by somebody else, or has ended (`ended`).

    `news` says which. `seats` are the people, the commander first, `bridge` where they meet and
    `cadence` how often the customer and the team hear. `spoken` counts what was said so far, and
    `speakers` are who said it.
    """

    news: str
    severity: str
    customer: str
    happened: str | None = None
    blocked: str | None = None
    quote: Said | None = None
    ended: bool = False
    bridge: str = field(default="", metadata=PLAIN)
    cadence: str = ""
    seats: tuple[Seat, ...] = ()
    facts: tuple[Fact, ...] = ()
    spoken: int = 0
    speakers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakeholder(Mail):
    """How a case stands, for somebody who need not act: it opened, changed, ended, or nothing new.

    `news` is a sentence, `changes` what is new since the last such mail, `facts` what is true now.
    `clock` is when the next one comes, with its computation; empty: on change. `stop`: a reply can
    end these mails. With `line` nothing is new, and that one line is all there is to say.
    """

    news: str
    why_you: str
    changes: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    clock: str = ""
    stop: bool = True
    line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLapsed(Mail):
    """An owner's promise has passed without an update; re-offered at `deadline` if silent.

    `suggest` is the new time that the Answer button fills in (`16:00`); empty: left to write.
    """

    promise: str
    promised_for: str
    late_by: str
    then: str
    deadline: str
    customer: str | None = None
    suggest: str = field(default="", metadata=PLAIN)
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDue(Mail):
    """To an owner, before the customer's next update is due: the letter, ready to send.

    `facts` are what is on record for it, each with what nobody said as None. `promised`: the
    customer was told this time; else only its owner named it, or the cadence gives it.
    """

    customer: str
    due: str
    due_in: str
    severity: str
    promised: bool = False
    facts: tuple[Fact, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded(Mail):
    """The chain has ended: the founder has the case.

    `attempts` is everyone who was asked. `people` are the names, as in the matrix, of those who
    could have it; the first four become buttons.
    """

    question: str
    severity: str
    happened: str | None
    blocked: str | None
    promised: str | None
    if_nothing: str | None
    deadline: str = ""
    customer: str | None = None
    attempts: tuple[Attempt, ...] = ()
    people: tuple[str, ...] = ()
    evidence: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Afternoon(Mail):
    """The afternoon ask to an owner: progress, what blocks now, what is promised next."""

    owner: str
    what: str
    severity: str
    customer: str | None = None
    blocker: str | None = None
    next: str | None = None
    promised: str | None = None
    timer: str = ""
    since: str = ""
