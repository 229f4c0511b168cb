"""The mails that show many cases: shadow digest, morning list, weekly summary."""

from dataclasses import dataclass, field

from deskless.templates.parts import PLAIN, Bar, CaseGroup, Draft, Fact, Mail, Metric, Would


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowDigest(Mail):
    """What would have been done today, had we been allowed to; answered item by item.

    `rest` more items are not shown. `left` conversations were left alone; `asked` of the items
    would have been put to a person to decide. `agreed` and `answered` are how many earlier items
    were marked RIGHT, of how many marked at all. `policies` are the ids that LIVE may switch on one
    by one. `ends` says how many mails ended where.
    """

    day: str
    items: tuple[Would, ...]
    rest: int = 0
    left: int = 0
    asked: int = 0
    agreed: int = 0
    answered: int = 0
    ends: tuple[Fact, ...] = ()
    policies: tuple[str, ...] = field(default=(), metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning(Mail):
    """The morning list to support leadership, where mails ended, and what was not seen."""

    day: str
    groups: tuple[CaseGroup, ...]
    seen: int
    undecided: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    blind: str = ""
    open: int = 0
    ends: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly(Mail):
    """The week in one mail, to the founder.

    `headline` is the one sentence that says how the week was. `counts` are opened, accepted,
    bounced, late, repeat, stranded and so on; `bounced_by` and `bounced_for` who bounced and on
    which criterion; `load` the founder's share, `held` how long support held a case before the
    trigger. `metrics` are the eight with targets. `coach` are criteria that get bounced again and
    again. `handed` is through whose hands the week's cases went before somebody took them; `ends`
    how many mails ended where. `silence` are times in which the agent was blind. `head` is the
    signed head.
    """

    week: str
    span: str
    headline: str
    counts: tuple[Bar, ...]
    ends: tuple[Bar, ...] = ()
    metrics: tuple[Metric, ...]
    bounced_by: tuple[Bar, ...] = ()
    bounced_for: tuple[Bar, ...] = ()
    load: tuple[Metric, ...] = ()
    open_cases: tuple[Fact, ...] = ()
    owed: tuple[Fact, ...] = ()
    late_cases: tuple[Fact, ...] = ()
    returning: tuple[Fact, ...] = ()
    handed: tuple[Fact, ...] = ()
    flags: tuple[str, ...] = ()
    coach: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    silence: tuple[str, ...] = ()
    attached: tuple[str, ...] = field(default=(), metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A heading with its sentences and its facts; None in a fact is printed as NOT STATED."""

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile(Mail):
    """A file of a case that has ended, or what it asks of its reader.

    `news` is the sentence that matters, `ask` what to write, `choices` are buttons: what they say,
    and what they write. `why_you` says what the reader is to it.
    """

    news: str
    why_you: str
    ask: str = ""
    topics: tuple[Topic, ...] = ()
    draft: Draft | None = None
    choices: tuple[tuple[str, str], ...] = field(default=(), metadata=PLAIN)
