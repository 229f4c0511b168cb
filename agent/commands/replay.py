"""`deskless policy replay`: what the criteria would have done over the real mailbox.

Read only: history is fetched and judged in memory by the set in force and, where given, by a
changed one; nothing is kept and nothing is sent. What people really said of a case (bounced, taken
late) comes from the store as a label.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deskless.agent.case.case import Result
from deskless.agent.commands import judge
from deskless.agent.commands.backfill import first_day
from deskless.agent.daemon import assemble
from deskless.agent.judging.judge_queue import CACHE_READ, CACHE_WRITTEN
from deskless.agent.model.claude_prompt import build_request
from deskless.agent.model.model import Model, token_prices
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.settings.clock import Wall
from deskless.agent.settings.config import Config
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.message import Message
from deskless.mailbox.parse import read_message
from deskless.mailbox.thread import Thread
from deskless.policies.book import book as books
from deskless.policies.book.book import Book
from deskless.policies.facts import Facts
from deskless.policies.people.accounts import Accounts, colleagues_of
from deskless.policies.people.matrix import Matrix
from deskless.policies.policy import Policy
from deskless.policies.tools.compare import Comparison, compare_verdicts
from deskless.policies.verdict import Outcome
from deskless.store import cases, threads

TOKEN = 4  # characters, about
ANSWER = 45  # tokens that a model writes about one criterion, about
Agreed = Callable[["Cost"], bool]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a replay asks of a model: conversations, calls, and about how many dollars; `counted`:
    by the tokens that its server counted, not by our estimate.
    """

    model: str
    conversations: int
    calls: int
    dollars: float
    counted: bool = False

    def __str__(self) -> str:
        asked = f"{self.model} would be asked {self.calls} times"
        cost = f"for about {self.dollars:.2f} USD"
        told = " (its own count of tokens)" if self.counted else ""
        return f"{self.conversations} conversations; {asked}, {cost}{told}."


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: the sets compared, and each conversation as the last set judges it."""

    comparison: Comparison
    judged: dict[str, judge.Judged]


def replay_history(
    settings: Config, since: str, changed: Path | None, console: Console, agreed: Agreed
) -> Replayed:
    """Judge the history, with a changed set twice, and compare. Raises Problems, Trouble,
    ValueError.

    Where a model is configured, `agreed` is asked with the cost before anything is judged; on a no
    the rules judge alone.
    """
    made = assemble.build_office(settings)
    inbox = Inbox(assemble.mail_account(settings.inbox.imap, settings, settings.inbox.password))
    try:
        sets = [made.rules.book]
        if changed is not None:
            sets.append(books.load_book(changed, made.rules.matrix))
        mails = list(_mails(settings, inbox, since, console))
        model = made.bench.model
        alone = model is not None and not agreed(
            judging_cost(settings, mails, made.rules.matrix, sets, model)
        )
        sources = judge.Sources(folder=settings.folder, alone=alone)
        before = after = _judged(mails, sources, console)
        if changed is not None:
            after = _judged(mails, replace(sources, policies=changed), console)
        old = {name: each.verdict for name, each in before.items()}
        new = {name: each.verdict for name, each in after.items()}
        return Replayed(compare_verdicts(old, new, labels=_labels(made, mails)), before | after)
    finally:
        inbox.close()
        made.store.close()


def replay_lines(replayed: Replayed, *, as_json: bool, changed: bool) -> Iterator[str]:
    """What a replay found, for a person or one JSON object a line.

    Conversations are named as people know them: day, customer, subject. Without a changed set every
    one that would have moved is told, with the sentence that moved it.
    """
    comparison, judged = replayed.comparison, replayed.judged
    if not changed:
        yield from _moved_lines(list(judged.values()), as_json=as_json)
    for tally in comparison.tallies:
        if as_json:
            values = {"policy": tally.policy, "before": tally.before, "after": tally.after}
            yield json.dumps(values | {"gained": tally.gained, "lost": tally.lost})
        elif tally.before or tally.after:
            more = f"  (+{len(tally.gained)} -{len(tally.lost)})" if not comparison.same else ""
            yield f"{tally.policy:<24} {tally.before:>4} → {tally.after:<4}{more}"
    for change in comparison.changes:
        old = change.before.value if change.before else "not judged"
        new = change.after.value if change.after else "not judged"
        label = f" [{change.label}]" if change.label else ""
        title = thread_title(judged[change.thread].thread)
        values = {"thread": change.thread, "title": title, "before": old, "after": new}
        line = f"{title}: {old} → {new}{label} ({', '.join(change.policies)})"
        yield json.dumps(values, ensure_ascii=False) if as_json else line


def thread_title(thread: Thread) -> str:
    """A conversation as people know it: `2026-11-20 vera@northwind.example “Charged twice”`."""
    began = f"{thread.posts[0].at:%Y-%m-%d}" if thread.posts else "no day"
    who = thread.customer.email if thread.customer else "unknown sender"
    return f"{began} {who} “{thread.subject or '(no subject)'}”"


def _moved_lines(judged: list[judge.Judged], *, as_json: bool) -> Iterator[str]:
    moved = [each for each in judged if each.verdict.outcome is not Outcome.LEAVE]
    for each in sorted(moved, key=lambda each: each.thread.posts[0].at):
        if as_json:
            yield json.dumps(judge.describe_judged(each), ensure_ascii=False)
        else:
            yield from _told(each)
    if not as_json:
        yield f"{len(moved)} of {len(judged)} conversations would have moved."


def _told(judged: judge.Judged) -> Iterator[str]:
    verdict = judged.verdict
    asks = "escalated" if verdict.outcome is Outcome.ESCALATE else "a person asked"
    grade = f" as {verdict.severity.value}" if verdict.severity else ""
    person = judged.matrix.person(verdict.owner) if verdict.owner else None
    to = f", to {person.name}" if person else ""
    yield f"{thread_title(judged.thread)}: {asks}{grade}{to}"
    for find in verdict.findings:
        for quote in find.quotes[:1]:
            yield f"    {find.policy}: “{quote.text}”"


def _mails(settings: Config, inbox: Inbox, since: str, console: Console) -> Iterator[Message]:
    first = first_day(since, Wall().now())
    with Progress(console=console, transient=True) as bar:
        for folder in settings.inbox.folders:
            cursor = inbox.beginning(folder, since=first)
            task = bar.add_task(f"reading {folder}", total=inbox.remaining(cursor) or None)
            while True:
                batch = inbox.fetch(cursor)
                for arrival in batch.arrivals:
                    yield read_message(
                        arrival.raw, received=arrival.received, partial=arrival.partial
                    )
                bar.advance(task, len(batch.arrivals))
                cursor = batch.cursor
                if not batch.more:
                    break


def judging_cost(
    settings: Config,
    mails: list[Message],
    matrix: Matrix,
    sets: list[Book],
    model: Model | None = None,
) -> Cost:
    """What judging these mails by these sets of criteria would cost. The model's server is asked
    for the tokens of one request a set, where it tells them; nothing is judged.
    """
    pairs = judge.judge_situations(
        mails, judge.team_of(matrix), Accounts(), chats=colleagues_of(matrix)
    )
    price_in, price_out = token_prices(settings)
    micro, counted = 0.0, bool(pairs and sets)
    for book in sets:
        policies = book.asked()
        size = _token_size(settings, model, pairs[0], policies) if model and pairs else 0.0
        counted = counted and size > 0
        size = size or TOKEN
        for number, (thread, facts) in enumerate(pairs):
            request = build_request(thread, facts, policies, mask=settings.judge.mask)
            fixed_tokens = sum(len(block["text"]) for block in request.system) / size
            fresh = sum(len(block["text"]) for block in request.content) / size
            share = CACHE_READ if number else CACHE_WRITTEN
            micro += (fresh + fixed_tokens * share) * price_in + ANSWER * len(policies) * price_out
    dollars, calls = micro / 1_000_000, len(pairs) * len(sets)
    return Cost(settings.judge.model, len(pairs), calls, dollars, counted)


def _token_size(
    settings: Config, model: Model, pair: tuple[Thread, Facts], policies: tuple[Policy, ...]
) -> float:
    """Characters a token, as the server counts one request; 0: it does not tell."""
    tokens = asyncio.run(model.count(*pair, policies))
    request = build_request(*pair, policies, mask=settings.judge.mask)
    length = sum(len(block["text"]) for block in (*request.system, *request.content))
    return length / tokens if tokens else 0.0


def _judged(
    mails: list[Message], sources: judge.Sources, console: Console
) -> dict[str, judge.Judged]:
    verdicts = {}
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("judging", total=None)
        for judged in judge.judge_mails(mails, sources):
            verdicts[judged.name] = judged
            bar.advance(task)
    return verdicts


def _labels(made: Office, mails: list[Message]) -> dict[str, str]:
    """What people said of the cases that these conversations became."""
    labels: dict[str, str] = {}
    with made.store.reading() as session:
        for mail in mails:
            ids = [mail.message_id] if mail.message_id else []
            for ticket in threads.find_tickets(session, ids):
                for row in cases.of_ticket(session, ticket):
                    case = journal.case_of_row(row)
                    bounced = any(handoff.result is Result.BOUNCED for handoff in case.handoffs)
                    labels[mail.message_id or mail.digest] = "bounced" if bounced else "escalated"
    return labels
