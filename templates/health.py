"""The mails about the machine itself, to the founder: a trouble, its end, a breaker, a leak."""

from dataclasses import dataclass, field

from deskless.templates.parts import PLAIN, FileProblem, Mail, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Mail):
    """Something is broken that a person must mend; told once.

    `what` is one plain sentence, `since` when it began, `means` what it means for customers,
    `fix` the next step, `detail` what the server said.
    """

    what: str
    since: str
    means: str
    fix: str = field(metadata=PLAIN)
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleOver(Mail):
    """The same trouble is over; `lasted` how long, `missed` what happened to the time between."""

    what: str
    since: str
    until: str
    lasted: str
    missed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerTripped(Mail):
    """A machine's loop, or too much mail that nobody asked for: held back until it ends.

    `count` mails within `span`, `limit` allowed; `held` are waiting, `letters` are the first of
    them; `ends` says when that is over by itself; `release` is the command.
    """

    what: str
    count: int
    limit: int
    span: str
    held: int
    release: str = field(metadata=PLAIN)
    likely: str = ""
    ends: str = ""
    letters: tuple[str, ...] = field(default=(), metadata=PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerClosed(Mail):
    """Nothing is held back any more: `going` letters go now, `withdrawn` were not true any more."""

    what: str
    since: str
    going: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary(Mail):
    """Internal text came back from outside: who sent it, which mail of ours it was.

    `leaked` is the case whose canary was seen; the alarm's own footer carries a canary, too.
    """

    leaked: str
    sender: str
    at: str
    ours: str
    recipients: tuple[str, ...] = field(default=(), metadata=PLAIN)
    excerpt: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBroken(Mail):
    """A changed file has faults: the last good set stays in force, with every fault listed."""

    files: tuple[str, ...] = field(metadata=PLAIN)
    problems: tuple[FileProblem, ...]
    kept: str = field(metadata=PLAIN)
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily(Mail):
    """Proof of life in one line: its absence is itself a sign."""

    day: str
    seen: int
    undecided: int
    quarantined: int
    blind: str
    open: int
    owed: int = 0
