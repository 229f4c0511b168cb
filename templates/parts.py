"""The small values that mails are put together from: a quote, an answer, a row, a bar.

Everything here is ready to print. Times are already in the reader's zone and name it
(`Fri 21 Nov 14:00 CET`); spans are words (`in 2 h 10 min`). None always means that nobody said
so, and is printed as NOT STATED; an empty string means that there is nothing to print.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PLAIN: dict[str, Any] = {"plain": True}
"""Marks a field of our own making, in which addresses and links are left as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLine:
    """A red flag as its reader sees it: what it is called, what was seen, and what to do."""

    name: str
    seen: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What every mail of ours has.

    `subject` stays the same all case long, so that mail clients keep one thread; left empty, the
    template's own subject is used. `preheader` is the grey line a phone shows beside the subject.
    `reply` is the address the buttons write to; empty means that no answer is expected, and then
    there are neither buttons nor a marker line. `case` is the case or ticket the mail is about.
    `canary` is a word that stands in the footer of every internal mail: seen in a mail to an
    outsider, it proves a leak. `head` is the short form of the ledger's signed head. `red_flags`
    are those that its reader can act on, and was not told of before.
    """

    subject: str = ""
    preheader: str = ""
    reply: str = field(default="", metadata=PLAIN)
    case: str = ""
    canary: str = field(default="", metadata=PLAIN)
    head: str = field(default="", metadata=PLAIN)
    lang: str = "en"
    red_flags: tuple[FlagLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody's words, verbatim: who wrote them, when, and in which mail of the attached thread.

    `policy` names the criterion that these words are evidence for.
    """

    text: str
    at: str = ""
    who: str = ""
    mail: int | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One of the six triage questions with its answer, and the words it rests on."""

    question: str
    answer: str | None = None
    quote: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An earlier handoff of the same case: who was asked, when, how it ended, what they said."""

    who: str
    at: str
    outcome: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to the customer that waits for a person's yes; `blocked` says why it cannot go yet.

    `tone` says what in it may sound wrong: a person is asked once, and decides.

    `text` is printed exactly as it would be sent: what a person approves is what goes out. `kind`
    is what the letter is, `promise` the next update (UTC) that it tells the customer to expect,
    `hint` what the person should know before they say yes.
    """

    to: str = field(default="", metadata=PLAIN)
    subject: str = field(default="", metadata=PLAIN)
    text: str = field(default="", metadata=PLAIN)
    blocked: str | None = None
    tone: str = ""
    kind: str = field(default="acknowledgement", metadata=PLAIN)
    promise: datetime | None = field(default=None, metadata=PLAIN)
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what is known under it; None is printed as NOT STATED."""

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody in a war room: what they are in it, and how they are reached."""

    name: str
    roles: str
    phone: str = field(default="", metadata=PLAIN)
    email: str = field(default="", metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list. `timer` is `in 2 h 10 min` or `late by 40 min`; `why` the arithmetic.

    `owner` is None while nobody has said yes; `asked` is then who has the offer. `nature` is what
    kind of work it is; `leads` says what leadership has to give or to know, `attention` what
    whoever works on it has to see to. `flags` are the case's red flags, by name. `clock` is
    the clock that is to be met next, with its computation.
    """

    case: str
    customer: str
    severity: str
    what: str
    state: str = ""
    owner: str | None = None
    asked: str = ""
    blocker: str | None = None
    next: str | None = None
    deadline: str | None = None
    timer: str = ""
    late: bool = False
    promised: str | None = None
    why: str = ""
    nature: str = ""
    leads: str = ""
    attention: str = ""
    flags: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGroup:
    """A heading, why these cases stand under it, and the cases."""

    title: str
    why: str = ""
    cases: tuple[CaseLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a chart in a table cell: `share` is its length in percent, `figure` its number."""

    name: str
    figure: str
    share: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure against its target. `value` None is printed as `no data`, never as 0.

    `met` says whether the target holds; None where it cannot be told. `trend` is the sentence
    against the four weeks before (`4 weeks before: 12 %, 9 %, 8 %, 7 %`).
    """

    name: str
    target: str
    value: str | None = None
    met: bool | None = None
    trend: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Would:
    """One thing that shadow mode would have done; `number` is what RIGHT and WRONG refer to."""

    number: int
    text: str
    because: str
    policy: str = ""
    quote: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """A fault in a file: where, the offending line, what is wrong and what to write instead."""

    where: str = field(metadata=PLAIN)
    sentence: str = field(metadata=PLAIN)
    line: str = ""
    fix: str = field(default="", metadata=PLAIN)
