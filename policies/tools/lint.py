"""Criteria looked at together: which overlap, which never fire, which contradict each other.

Mistakes of one file are `check`'s; here it is about the set. Every criterion is asked about its own
examples and those of the others, by the judges that would judge a mail.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deskless.policies.book.book import Book
from deskless.policies.policy import Policy
from deskless.policies.tools.examples import ExampleRow

MOST = 3  # examples told of one finding


@dataclass(frozen=True, slots=True)
class Remark:
    """What is odd about some criteria: `kind` is overlap, never or contradiction."""

    kind: str
    policies: tuple[str, ...]
    text: str


def lint_book(book: Book, rows: Iterable[ExampleRow]) -> tuple[Remark, ...]:
    """Everything odd about a set of criteria, given its judged examples (`run_examples`)."""
    known = tuple(rows)
    return (
        *_never(book, known),
        *_overlaps(book, known),
        *_shared(book.asked()),
        *_contradictions(book.asked()),
    )


def _never(book: Book, rows: tuple[ExampleRow, ...]) -> Iterator[Remark]:
    """Criteria that none of their own examples meets."""
    for policy in book.asked():
        own = [row for row in rows if row.policy == policy.id and row.expect == "escalate"]
        if own and all(row.got == "ignore" for row in own):
            yield Remark("never", (policy.id,), f"none of its {len(own)} examples meets it")
        elif not own and not (policy.senders or policy.facts or policy.accounts):
            yield Remark("never", (policy.id,), "it has no example that should meet it")


def _overlaps(book: Book, rows: tuple[ExampleRow, ...]) -> Iterator[Remark]:
    """Pairs of criteria where most examples of the first meet the second, too."""
    for policy in book.live():
        own = [
            row
            for row in rows
            if row.policy == policy.id and row.expect == "escalate" and row.got == "escalate"
        ]
        for other in book.live():
            both = [row for row in own if other.id in row.others]
            if other.id != policy.id and len(own) > 1 and 2 * len(both) > len(own):
                shown = "; ".join(f"“{row.text}”" for row in both[:MOST])
                text = f"{len(both)} of {len(own)} examples of the first meet the second: {shown}"
                yield Remark("overlap", (policy.id, other.id), text)


def _shared(policies: tuple[Policy, ...]) -> Iterator[Remark]:
    """The same phrase in two criteria."""
    first: dict[str, str] = {}
    for policy in policies:
        for phrase in policy.phrases:
            plain = " ".join(phrase.casefold().split())
            owner = first.setdefault(plain, policy.id)
            if owner != policy.id:
                yield Remark("overlap", (owner, policy.id), f"both have the phrase `{phrase}`")


def _contradictions(policies: tuple[Policy, ...]) -> Iterator[Remark]:
    """One sentence that is to move by one criterion and to be left alone by another, and bounds of
    a severity that cross.
    """
    ways: dict[str, dict[str, str]] = {}
    for policy in policies:
        for example in policy.examples:
            if example.text and example.expect != "todo":
                plain = " ".join(example.text.casefold().split()).strip(".!?")
                ways.setdefault(plain, {}).setdefault(example.expect, policy.id)
        if policy.ceiling and policy.floor and policy.ceiling > policy.floor:
            text = f"its ceiling {policy.ceiling} is less severe than its floor {policy.floor}"
            yield Remark("contradiction", (policy.id,), text)
    for text, sides in ways.items():
        if len(sides) > 1:
            pair = (sides["escalate"], sides["ignore"])
            yield Remark(
                "contradiction", pair, f"the first escalates and the second ignores: “{text}”"
            )
