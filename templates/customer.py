"""The mails that a customer may get, always as a draft that a person has to approve first.

Four templates, the first acknowledgement, and what is asked. Nothing internal has a field here: no
case number, no severity, no criterion, no judgement. A field left None is not known;
`drafts.render_draft` then blocks the mail instead of inventing anything.
"""

from dataclasses import dataclass, field

from deskless.templates.parts import PLAIN, Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Mail):
    """What every mail to a customer needs: whom it greets, about what, and who signs.

    `lang` is en, de, fr or es where the template exists in it, else English. `issue` is the
    customer's trouble as a clause (`you were charged twice for October`). `contact` is the one
    person the customer deals with. `ticket` is the number they may quote.
    """

    name: str | None = field(default=None, metadata=PLAIN)
    issue: str | None = field(default=None, metadata=PLAIN)
    contact: str | None = field(default=None, metadata=PLAIN)
    signature: str | None = field(default=None, metadata=PLAIN)
    ticket: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(Customer):
    """Template 1, Initial Acknowledgment: where it stands, who is on it, when the next word comes.

    `update_by` is an absolute time with its zone, `received` when their first message came (empty:
    nobody knows). `next_step` stands there where somebody said it. `role` and `phone` are the
    contact's; they are written to by answering, so that the answer comes to the shared inbox.
    `urgent` says so in the subject.
    """

    urgent: bool = False
    received: str = field(default="", metadata=PLAIN)
    next_step: str = field(default="", metadata=PLAIN)
    role: str = field(default="", metadata=PLAIN)
    phone: str = field(default="", metadata=PLAIN)
    update_by: str | None = field(default=None, metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuestion(Customer):
    """One thing that only the customer can know: `question`, word for word as somebody asked it."""

    question: str | None = field(default=None, metadata=PLAIN)
    update_by: str | None = field(default=None, metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Customer):
    """Template 2, Progress Update, also when there is nothing new (no `done` and no `news`).

    `status` empty: the words for a case that somebody works on. `cause`, `blocker`, `workaround`
    and `expected` stand there where somebody said them; `news`: something of it since the last
    letter. `role` and `phone` are the contact's.
    """

    status: str = field(default="", metadata=PLAIN)
    cause: str = field(default="", metadata=PLAIN)
    news: bool = False
    done: tuple[str, ...] = field(default=(), metadata=PLAIN)
    next_step: str | None = field(default=None, metadata=PLAIN)
    blocker: str = field(default="", metadata=PLAIN)
    workaround: str = field(default="", metadata=PLAIN)
    expected: str = field(default="", metadata=PLAIN)
    update_by: str | None = field(default=None, metadata=PLAIN)
    role: str = field(default="", metadata=PLAIN)
    phone: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Customer):
    """Template 3, Resolution: what happened, what was done, what keeps it from returning.

    `prevention` empty: nobody said anything of it, and the letter does not either. `workaround` is
    what they do until it is mended for good; empty: it is, or there is none.
    """

    happened: str | None = field(default=None, metadata=PLAIN)
    did: tuple[str, ...] = field(default=(), metadata=PLAIN)
    prevention: str = field(default="", metadata=PLAIN)
    workaround: str = field(default="", metadata=PLAIN)
    role: str = field(default="", metadata=PLAIN)
    phone: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain(Customer):
    """Whether it is solved, once more; `asked` is when they were asked first."""

    asked: str | None = field(default=None, metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Customer):
    """It is mended for good: what was done, and which `workaround` they need no longer."""

    did: tuple[str, ...] = field(default=(), metadata=PLAIN)
    workaround: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apology(Customer):
    """Template 4, Executive Apology: the impact, three actions, a call, an executive.

    Each of the three is a sentence of its own. `missed`: a promised word came late, or not at all.
    `phone` empty: they are asked for a time by mail.
    """

    executive: str | None = field(default=None, metadata=PLAIN)
    role: str | None = field(default=None, metadata=PLAIN)
    impact: str | None = field(default=None, metadata=PLAIN)
    fix: str | None = field(default=None, metadata=PLAIN)
    process: str | None = field(default=None, metadata=PLAIN)
    prevention: str | None = field(default=None, metadata=PLAIN)
    missed: bool = False
    phone: str = field(default="", metadata=PLAIN)
