"""A policy's examples are its tests: every one is judged, by the whole book (`policy test`).

`escalate` passes when its own criterion is met. `ignore` passes when its own criterion is not met
and no other live criterion is either: an example of what to leave alone that another criterion
escalates is an unexpected hit. `todo` never fails; it is told when it begins to pass.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from deskless.mailbox.message import Address
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.book.book import Book
from deskless.policies.judge import Judge, Opinion
from deskless.policies.policy import Example, Policy
from deskless.policies.reading.gather import gather_facts
from deskless.policies.settle.merge import merge_opinions
from deskless.policies.verdict import Finding, Met

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday; an example has no date of its own
Mails = Callable[[Policy, str], Thread | None]


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One example and what came of it.

    `got` is `escalate`, `ignore` or `review`; `others` are other live criteria that were met.
    """

    policy: str
    path: str
    line: int
    text: str
    expect: str
    got: str
    reason: str
    others: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def passed(self) -> bool:
        """Whether the example holds; a `todo` always does."""
        if self.expect == "todo":
            return True
        if self.trouble or self.got != self.expect:
            return False
        return self.expect == "escalate" or not self.others

    @property
    def ready(self) -> bool:
        """Whether a `todo` now escalates surely, so that it may become a real example."""
        return self.expect == "todo" and self.got == "escalate"


@dataclass(frozen=True, slots=True)
class Confusion:
    """One policy's examples, counted: hits, misses, false alarms, rightly left, in doubt."""

    policy: str
    hit: int = 0
    missed: int = 0
    alarm: int = 0
    left: int = 0
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Everything `policy test` shows."""

    rows: tuple[ExampleRow, ...]
    confusion: tuple[Confusion, ...]
    empty: tuple[str, ...]

    @property
    def failures(self) -> tuple[ExampleRow, ...]:
        """The examples that do not hold."""
        return tuple(row for row in self.rows if not row.passed)

    def passed(self, *, fail_on_empty: bool = False) -> bool:
        """Whether all holds; with `fail_on_empty`, a policy without examples fails too."""
        return not self.failures and not (fail_on_empty and (self.empty or not self.rows))


async def run_examples(
    book: Book,
    judges: tuple[Judge, ...],
    mails: Mails | None = None,
    *,
    at_once: int = 1,
    seen: Callable[[], None] = lambda: None,
) -> Table:
    """Judge every example of every policy that is not off, by all criteria of the book.

    What several judges find is merged as it is for a real mail; one that cannot judge fails the
    example, since a test that quietly tested less would be none. `mails` reads a mail that an
    example names (relative to the policies' folder); without it such examples fail and say so.
    At most `at_once` are judged side by side; `seen` is called after each.
    """
    gate = asyncio.Semaphore(at_once)

    async def row(policy: Policy, example: Example) -> ExampleRow:
        async with gate:
            made = await _row(book, policy, example, judges, mails)
        seen()
        return made

    asked = [(policy, example) for policy in book.asked() for example in policy.examples]
    rows = await asyncio.gather(*(row(*each) for each in asked))
    empty = tuple(policy.id for policy in book.asked() if not policy.examples)
    counts = tuple(_confusion(policy.id, rows) for policy in book.asked())
    return Table(tuple(rows), counts, empty)


def thread_of(text: str) -> Thread:
    """An example's words as a thread of one mail."""
    who = Address("customer@example.com")
    return Thread(None, "", who, (Post("example", AT, Side.CUSTOMER, who, "", text),))


async def _row(
    book: Book,
    policy: Policy,
    example: Example,
    judges: tuple[Judge, ...],
    mails: Mails | None,
) -> ExampleRow:
    where = (policy.id, policy.path, example.line, example.text or example.mail, example.expect)
    thread = thread_of(example.text)
    if example.mail:
        conversation = mails(policy, example.mail) if mails else None
        if conversation is None:
            return ExampleRow(
                *where, "ignore", "", (), f"The mail `{example.mail}` cannot be read."
            )
        thread = conversation
    facts = gather_facts(thread, None, now=max((post.at for post in thread.posts), default=AT))
    opinions = tuple([await judge.opine(thread, facts, book.asked()) for judge in judges])
    posts = thread.from_customer()
    own = merge_opinions(policy, opinions, posts).finding
    others = tuple(
        criterion.id
        for criterion in book.live()
        if criterion.id != policy.id
        and _got(merge_opinions(criterion, opinions, posts).finding) == "escalate"
    )
    return ExampleRow(*where, _got(own), own.reason, others, _trouble(opinions))


def _trouble(opinions: tuple[Opinion, ...]) -> str:
    """Why the first judge that could not judge could not."""
    return next(
        (f"{opinion.engine}: {opinion.trouble}." for opinion in opinions if opinion.trouble), ""
    )


def _got(finding: Finding) -> str:
    if finding.met is Met.NOT_MET:
        return "ignore"
    return "escalate" if finding.met is Met.MET and finding.sure else "review"


def _confusion(policy: str, rows: Iterable[ExampleRow]) -> Confusion:
    own = [row for row in rows if row.policy == policy and row.expect != "todo"]
    count = {
        (expect, got): sum((row.expect, row.got) == (expect, got) for row in own)
        for expect in ("escalate", "ignore")
        for got in ("escalate", "ignore", "review")
    }
    return Confusion(
        policy,
        hit=count["escalate", "escalate"],
        missed=count["escalate", "ignore"],
        alarm=count["ignore", "escalate"],
        left=count["ignore", "ignore"],
        doubt=count["escalate", "review"] + count["ignore", "review"],
    )
