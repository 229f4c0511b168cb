"""Judging mails from files: threads are grouped, judged and shown; nothing is sent or kept.

The rules always judge; a model only where the folder's configuration names one. Without a
configuration the starter library is the set of criteria.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from deskless.agent.commands.inspect import read_messages
from deskless.agent.model.model import rules_judge, usable_model
from deskless.agent.settings import config
from deskless.mailbox.message import Message
from deskless.mailbox.pasted_posts import Colleagues, told_apart
from deskless.mailbox.sender.attribution import Insiders
from deskless.mailbox.thread import Post, Side, Thread
from deskless.mailbox.threading import mail_posts, with_unknown_quotes
from deskless.mailbox.threading_offline import group_threads as grouped
from deskless.policies.book import book as books
from deskless.policies.book.book import Book
from deskless.policies.facts import Facts
from deskless.policies.judge import Judge, Opinion
from deskless.policies.people.accounts import Accounts, colleagues_of, read_accounts
from deskless.policies.people.matrix import Matrix
from deskless.policies.people.matrix_csv import read_matrix
from deskless.policies.people.oncall import read_rota
from deskless.policies.reading.gather import History, gather_facts
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Met, Outcome, Verdict

if TYPE_CHECKING:
    from rich.console import Group

NOBODY = Matrix(())
NO_CHATS = Colleagues(())
ALONE = 1  # conversations at once where only the rules judge: they wait for nobody
Team = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the criteria, the people and the customers stand.

    What is not named is looked for in `folder`, and left out where it is not there. `team` are
    further addresses (or `@domain`) of the team. `alone` lets only the rules judge, whatever the
    configuration says.
    """

    folder: Path
    policies: Path | None = None
    matrix: Path | None = None
    accounts: Path | None = None
    team: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A thread and its verdict."""

    name: str
    thread: Thread
    verdict: Verdict
    facts: Facts
    matrix: Matrix
    book: Book


def judge_files(paths: Iterable[Path], sources: Sources) -> Iterator[Judged]:
    """Every thread in these files with its verdict, in the order of their first mails.

    Raises Problems for criteria, a matrix or accounts that cannot be read.
    """
    return judge_mails(list(read_messages(paths)), sources)


def judge_mails(mails: list[Message], sources: Sources) -> Iterator[Judged]:
    """The same for mails in hand."""
    matrix, book, accounts = _sources(sources)
    settings = _settings(sources)
    judges, at_once = _judges(settings, alone=sources.alone)
    team = team_of(matrix, sources.team)
    named = (settings.inbox.address, settings.agent.address) if settings else ()
    ours = frozenset(name.lower() for name in named if name)
    waiting = judge_situations(mails, team, accounts, ours, colleagues_of(matrix, ours))
    for first in range(0, len(waiting), at_once):
        some = waiting[first : first + at_once]
        heard = asyncio.run(_asked(judges, some, book))
        for (thread, facts), opinions in zip(some, heard, strict=True):
            desk = Desk(matrix, facts.at, tier=matrix.first_line())
            verdict = settle_verdict(thread, facts, book, opinions, desk)
            yield Judged(thread.ticket or "", thread, verdict, facts, matrix, book)


def judge_situations(
    mails: list[Message], team: Team, accounts: Accounts, ours: frozenset[str] = frozenset(),
    chats: Colleagues = NO_CHATS,
) -> list[tuple[Thread, Facts]]:  # fmt: skip
    """The conversations among these mails with what code knows of each, as of its last mail.

    `ours` are the shared inbox's addresses, where they are known, `chats` who of the team may
    speak in a pasted chat.
    """
    built = [as_conversation(group, team, ours, chats) for group in grouped(mails, loose=True)]
    began: dict[str, list[Thread]] = defaultdict(list)
    for thread in built:
        began[thread.customer.email if thread.customer else ""].append(thread)
    pairs = []
    for thread in built:
        who = thread.customer
        same = began[who.email] if who else []
        others = tuple(
            conversation.posts[0].at
            for conversation in same
            if conversation.ticket != thread.ticket
        )
        now = max(post.at for post in thread.posts)
        account = accounts.find(who.email) if who else None
        past = History(threads=others)
        pairs.append((thread, gather_facts(thread, account, now=now, history=past, team=team)))
    return pairs


def describe_judged(judged: Judged) -> dict[str, Any]:
    """The object that stands for a judged thread: the contract of `judge --json`."""
    verdict = judged.verdict
    met = [find.policy for find in verdict.findings if find.met is Met.MET]
    person = judged.matrix.person(verdict.owner) if verdict.owner else None
    names = {post.key: post.message_id or post.key for post in judged.thread.posts}
    quotes = [
        {
            "policy": find.policy,
            "message": names.get(quote.post, quote.post),
            "quote": quote.text,
            "met": find.met.value,
        }
        for find in verdict.findings
        if find.met is not Met.NOT_MET
        for quote in find.quotes
    ]
    return {
        "thread": judged.name,
        "escalate": verdict.outcome is Outcome.ESCALATE,
        "criteria": met,
        "severity": verdict.severity.value if verdict.severity else None,
        "type": verdict.type.value if verdict.type else None,
        "owner": person.emails[0] if person else None,
        "evidence": quotes,
        "engine": verdict.engine,
        "review": verdict.outcome is Outcome.REVIEW,
        "outcome": verdict.outcome.value,
        "subject": judged.thread.subject,
        "customer": judged.thread.customer.email if judged.thread.customer else None,
        "reasons": list(verdict.reasons),
        "risks": list(verdict.risks),
        "leading": verdict.leading,
        "severity_steps": list(verdict.steps),
        "may_be": verdict.may_be.value if verdict.may_be else None,
        "messages": list(dict.fromkeys(post.message_id for post in judged.thread.posts)),
        "policy_hash": verdict.policy_hash,
        "key": verdict.key,
    }


def verdict_page(judged: Judged) -> "Group":
    """A verdict that a person can read."""
    from rich.console import Group
    from rich.text import Text

    verdict = judged.verdict
    colour = {Outcome.ESCALATE: "bold red", Outcome.REVIEW: "bold yellow", Outcome.LEAVE: "green"}
    lines: list[Text] = [
        Text.assemble(
            (verdict.outcome.value.upper(), colour[verdict.outcome]),
            "  ",
            (judged.thread.subject or "(no subject)", "bold"),
            f"  {judged.thread.customer.email if judged.thread.customer else 'unknown sender'}",
        )
    ]
    if verdict.severity and verdict.type:
        person = judged.matrix.person(verdict.owner) if verdict.owner else None
        owner = f", to {person.name}" if person else ""
        lines.append(Text(f"  {verdict.severity.value}, {verdict.type.value}{owner}"))
    lines += [Text(f"  {step}", style="dim") for step in verdict.steps]
    lines += [Text(f"  {reason}") for reason in verdict.reasons]
    for find in verdict.findings:
        if find.met is Met.NOT_MET:
            continue
        mark = "met" if find.met is Met.MET else "unclear"
        lines.append(Text.assemble("  ", (find.policy, "cyan"), f" {mark}: {find.reason}"))
        lines += [Text(f"    “{quote.text}”", style="italic") for quote in find.quotes]
    return Group(*lines, Text(""))


def rules_of(folder: Path) -> RulesJudge:
    """The rules judge as the folder's configuration wants it; the plain one without any."""
    settings = _settings(Sources(folder))
    return rules_judge(settings) if settings else RulesJudge()


def _settings(sources: Sources) -> config.Config | None:
    """The folder's configuration, if it has one."""
    there = (sources.folder / config.FILE).is_file()
    return config.load_config(sources.folder) if there else None


def _judges(settings: config.Config | None, *, alone: bool) -> tuple[list[Judge], int]:
    """The rules, the model that the configuration asks for, and how many threads at once."""
    asked = usable_model(settings) if settings and not alone else None
    if settings is None or asked is None:
        return [rules_judge(settings) if settings else RulesJudge()], ALONE
    return [rules_judge(settings), asked], settings.judge.in_flight


async def _asked(
    judges: list[Judge], some: list[tuple[Thread, Facts]], book: Book
) -> list[tuple[Opinion, ...]]:
    """What every judge thinks of these conversations, all of them asked at once."""

    async def ask_judge(thread: Thread, facts: Facts) -> tuple[Opinion, ...]:
        return tuple([await judge.opine(thread, facts, book.asked()) for judge in judges])

    return await asyncio.gather(*(ask_judge(*each) for each in some))


def _sources(sources: Sources) -> tuple[Matrix, Book, Accounts]:
    sheet = sources.matrix or sources.folder / "matrix.csv"
    matrix = read_matrix(sheet) if sources.matrix or sheet.is_file() else NOBODY
    if matrix is not NOBODY:
        settings = _settings(sources)
        zone = settings.team.zone if settings else ZoneInfo("UTC")
        matrix = replace(matrix, shifts=read_rota(sources.folder, matrix, zone))
    own = sources.folder / "policies"
    folder = sources.policies or (own if any(own.glob("*.md")) else books.starter_folder())
    book = books.load_book(folder)
    list_ = sources.accounts or sources.folder / "accounts.csv"
    accounts = read_accounts(list_) if sources.accounts or list_.is_file() else Accounts()
    return matrix, book, accounts


def team_of(matrix: Matrix, more: tuple[str, ...] = ()) -> Team:
    """Who of the team an address belongs to: people of the matrix, and `more` as in `Sources`."""
    named = frozenset(email.lower() for email in more)

    def who(email: str) -> str | None:
        known = email in named or f"@{email.rpartition('@')[2]}" in named
        return matrix.id_by_email(email) or (email if known else None)

    return who


def as_conversation(
    group: list[Message], team: Team, ours: frozenset[str] = frozenset(),
    chats: Colleagues = NO_CHATS,
) -> Thread:  # fmt: skip
    """A group of mails as a conversation. Where `ours` is not told, the shared inbox is whoever the
    customer wrote to: mail from there counts as the team's.

    What the daemon takes for nobody's words (reports, absences) is a machine's here, too.
    """
    ordered = sorted(
        group, key=lambda mail: (mail.date or datetime.min.replace(tzinfo=UTC), mail.digest)
    )
    inbox = ours | _inbox(ordered, team)
    posts: list[Post] = []
    people = Insiders(lambda email: bool(team(email)), inbox.__contains__)
    for message in ordered:
        known = [post.text for post in posts]
        quoted = with_unknown_quotes(mail_posts(message, people), message, known, people.names)
        posts += told_apart(quoted, chats)
    spoken = [post for post in posts if post.side is Side.CUSTOMER]
    first = ordered[0]
    return Thread(
        ticket=first.message_id or first.digest,
        subject=first.subject,
        customer=next((post.sender for post in spoken if post.sender), None),
        posts=tuple(posts),
    )


def _inbox(ordered: list[Message], team: Team) -> frozenset[str]:
    """The addresses that the first outside writer wrote to, if they themselves answer later."""
    opener = next(
        (message for message in ordered if message.sender and not team(message.sender.email)), None
    )
    if opener is None:
        return frozenset()
    return frozenset(address.email for address in opener.to)
