"""Judging mails from files: threads are grouped, judged and shown; nothing is sent or kept.

The rules always judge; a model only where the folder's configuration names one. Without a
configuration the starter library is the set of criteria.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.agent import config
from deskless.agent.inspect import messages
from deskless.agent.model import model
from deskless.mailbox.join import sides
from deskless.mailbox.join_batch import threads as grouped
from deskless.mailbox.message import Message
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies import book as books
from deskless.policies.accounts import Accounts, read_accounts
from deskless.policies.book import Book
from deskless.policies.facts import Facts
from deskless.policies.facts_read import History, gather
from deskless.policies.judge import Judge, Opinion
from deskless.policies.matrix import Matrix
from deskless.policies.owner import Desk
from deskless.policies.rules import Rules
from deskless.policies.settle import settle
from deskless.policies.sheet import read_matrix
from deskless.policies.verdict import Met, Outcome, Verdict

if TYPE_CHECKING:
    from rich.console import Group

NOBODY = Matrix(())


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the criteria, the people and the customers stand.

    What is not named is looked for in `folder`, and left out where it is not there. `team` are
    further addresses (or `@domain`) of the team.
    """

    folder: Path
    policies: Path | None = None
    matrix: Path | None = None
    accounts: Path | None = None
    team: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A thread and its verdict."""

    name: str
    thread: Thread
    verdict: Verdict
    facts: Facts
    matrix: Matrix
    book: Book


def threads(paths: Iterable[Path], sources: Sources) -> Iterator[Judged]:
    """Every thread in these files with its verdict, in the order of their first mails.

    Raises Problems for criteria, a matrix or accounts that cannot be read.
    """
    return of_mails(list(messages(paths)), sources)


def of_mails(mails: list[Message], sources: Sources) -> Iterator[Judged]:
    """The same for mails in hand."""
    matrix, book, accounts = _sources(sources)
    judges = _judges(sources)
    team = _team(matrix, sources.team)
    found = grouped(mails, loose=True)
    built = [_thread(group, team) for group in found]
    began = {one.ticket: (one.customer, one.posts[0].at) for one in built if one.posts}
    for thread in built:
        if not thread.posts:
            continue
        now = max(post.at for post in thread.posts)
        email = thread.customer.email if thread.customer else ""
        others = tuple(
            at
            for name, (who, at) in began.items()
            if name != thread.ticket and who and who.email == email
        )
        account = accounts.find(thread.customer.email) if thread.customer else None
        facts = gather(thread, account, now=now, history=History(threads=others), team=team)
        opinions = asyncio.run(_asked(judges, thread, facts, book))
        tiers = matrix.tiers()
        below = tiers[0] if len(tiers) > 1 else (tiers[0] - 1 if tiers else 0)
        verdict = settle(thread, facts, book, opinions, Desk(matrix, now, tier=below))
        yield Judged(thread.ticket or "", thread, verdict, facts, matrix, book)


def describe(one: Judged) -> dict[str, Any]:
    """The object that stands for a judged thread: the contract of `judge --json`."""
    verdict = one.verdict
    met = [find.policy for find in verdict.findings if find.met is Met.MET]
    person = one.matrix.person(verdict.owner) if verdict.owner else None
    quotes = [
        {"policy": find.policy, "message": quote.post, "quote": quote.text, "met": find.met.value}
        for find in verdict.findings
        if find.met is not Met.NOT_MET
        for quote in find.quotes
    ]
    return {
        "thread": one.name,
        "escalate": verdict.outcome is Outcome.ESCALATE,
        "criteria": met,
        "severity": verdict.severity.value if verdict.severity else None,
        "type": verdict.type.value if verdict.type else None,
        "owner": person.emails[0] if person else None,
        "evidence": quotes,
        "engine": verdict.engine,
        "review": verdict.outcome is Outcome.REVIEW,
        "outcome": verdict.outcome.value,
        "subject": one.thread.subject,
        "customer": one.thread.customer.email if one.thread.customer else None,
        "reasons": list(verdict.reasons),
        "risks": list(verdict.risks),
        "messages": list(dict.fromkeys(post.message_id for post in one.thread.posts)),
        "policy_hash": verdict.policy_hash,
        "key": verdict.key,
    }


def page(one: Judged) -> "Group":
    """A verdict that a person can read."""
    from rich.console import Group
    from rich.text import Text

    verdict = one.verdict
    colour = {Outcome.ESCALATE: "bold red", Outcome.REVIEW: "bold yellow", Outcome.LEAVE: "green"}
    lines: list[Text] = [
        Text.assemble(
            (verdict.outcome.value.upper(), colour[verdict.outcome]),
            "  ",
            (one.thread.subject or "(no subject)", "bold"),
            f"  {one.thread.customer.email if one.thread.customer else 'unknown sender'}",
        )
    ]
    if verdict.severity and verdict.type:
        person = one.matrix.person(verdict.owner) if verdict.owner else None
        owner = f", to {person.name}" if person else ""
        lines.append(Text(f"  {verdict.severity.value}, {verdict.type.value}{owner}"))
    lines += [Text(f"  {reason}") for reason in verdict.reasons]
    for find in verdict.findings:
        if find.met is Met.NOT_MET:
            continue
        mark = "met" if find.met is Met.MET else "unclear"
        lines.append(Text.assemble("  ", (find.policy, "cyan"), f" {mark}: {find.reason}"))
        lines += [Text(f"    “{quote.text}”", style="italic") for quote in find.quotes]
    return Group(*lines, Text(""))


def _judges(sources: Sources) -> list[Judge]:
    """The rules, and the model that the folder's configuration asks for, if there is one."""
    judges: list[Judge] = [Rules()]
    if (sources.folder / config.FILE).is_file():
        asked = model(config.load(sources.folder))
        judges += [asked] if asked else []
    return judges


async def _asked(
    judges: list[Judge], thread: Thread, facts: Facts, book: Book
) -> tuple[Opinion, ...]:
    return tuple([await one.opine(thread, facts, book.asked()) for one in judges])


def _sources(sources: Sources) -> tuple[Matrix, Book, Accounts]:
    sheet = sources.matrix or sources.folder / "matrix.csv"
    matrix = read_matrix(sheet) if sources.matrix or sheet.is_file() else NOBODY
    own = sources.folder / "policies"
    folder = sources.policies or (own if any(own.glob("*.md")) else books.starter())
    book = books.load(folder)
    list_ = sources.accounts or sources.folder / "accounts.csv"
    accounts = read_accounts(list_) if sources.accounts or list_.is_file() else Accounts()
    return matrix, book, accounts


def _team(matrix: Matrix, more: tuple[str, ...]):  # type: ignore[no-untyped-def]
    named = frozenset(one.lower() for one in more)

    def who(email: str) -> str | None:
        person = matrix.by_email(email)
        if person:
            return person.id
        known = email in named or f"@{email.rpartition('@')[2]}" in named
        return email if known else None

    return who


def _thread(group: list[Message], team: Any) -> Thread:
    """A group of mails as a conversation. Without a configuration the shared inbox is whoever the
    customer wrote to: mail from there counts as the team's.
    """
    ordered = sorted(
        group, key=lambda one: (one.date or datetime.min.replace(tzinfo=UTC), one.digest)
    )
    inbox = _inbox(ordered, team)
    posts: list[Post] = []
    for message in ordered:
        posts += sides(message, team, inbox)
    spoken = [one for one in posts if one.side is Side.CUSTOMER]
    first = ordered[0]
    return Thread(
        ticket=first.message_id or first.digest,
        subject=first.subject,
        customer=next((one.sender for one in spoken if one.sender), None),
        posts=tuple(posts),
    )


def _inbox(ordered: list[Message], team: Any) -> frozenset[str]:
    """The addresses that the first outside writer wrote to, if they themselves answer later."""
    opener = next((one for one in ordered if one.sender and not team(one.sender.email)), None)
    if opener is None:
        return frozenset()
    return frozenset(one.email for one in opener.to)
