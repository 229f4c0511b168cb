"""`deskless policy replay`: what the criteria would have done over the real mailbox.

Read only: history is fetched and judged in memory by the set in force and, where given, by a
changed one; nothing is kept and nothing is sent. What people really said of a case (bounced, taken
late) comes from the store as a label.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deskless.agent.case.case import Result
from deskless.agent.commands import judge
from deskless.agent.commands.backfill import start
from deskless.agent.daemon import assemble
from deskless.agent.judging.judge_queue import CACHE_READ, CACHE_WRITTEN
from deskless.agent.model.claude_prompt import request
from deskless.agent.model.model import prices
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.settings.clock import Wall
from deskless.agent.settings.config import Config
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.message import Message
from deskless.mailbox.parse import read
from deskless.policies.book import book as books
from deskless.policies.book.book import Book
from deskless.policies.people.accounts import Accounts
from deskless.policies.people.matrix import Matrix
from deskless.policies.tools.compare import Comparison, compare
from deskless.policies.verdict import Verdict
from deskless.store import cases, threads

TOKEN = 4  # characters, about
ANSWER = 45  # tokens that a model writes about one criterion, about
Agreed = Callable[["Cost"], bool]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a replay asks of a model: conversations, calls, and about how many dollars."""

    model: str
    conversations: int
    calls: int
    dollars: float

    def __str__(self) -> str:
        asked = f"{self.model} would be asked {self.calls} times"
        return f"{self.conversations} conversations; {asked}, for about {self.dollars:.2f} USD."


def run(
    settings: Config, since: str, changed: Path | None, console: Console, agreed: Agreed
) -> Comparison:
    """Judge the history twice and compare. Raises Problems, Trouble, ValueError.

    Where a model is configured, `agreed` is asked with the cost before anything is judged; on a no
    the rules judge alone.
    """
    made = assemble.office(settings)
    inbox = Inbox(assemble.account(settings.inbox.imap, settings, settings.inbox.password))
    try:
        sets = [made.rules.book]
        if changed is not None:
            sets.append(books.load(changed, made.rules.matrix))
        mails = list(_mails(settings, inbox, since, console))
        asked = made.bench.model is not None
        alone = asked and not agreed(cost(settings, mails, made.rules.matrix, sets))
        sources = judge.Sources(folder=settings.folder, alone=alone)
        before = after = _verdicts(mails, sources, console)
        if changed is not None:
            after = _verdicts(mails, replace(sources, policies=changed), console)
        return compare(before, after, labels=_labels(made, mails))
    finally:
        inbox.close()
        made.store.close()


def told(found: Comparison, *, as_json: bool) -> Iterator[str]:
    """The comparison for a person, or one JSON object a line."""
    for tally in found.tallies:
        if as_json:
            said = {"policy": tally.policy, "before": tally.before, "after": tally.after}
            yield json.dumps(said | {"gained": tally.gained, "lost": tally.lost})
        elif tally.before or tally.after:
            more = f"  (+{len(tally.gained)} -{len(tally.lost)})" if not found.same else ""
            yield f"{tally.policy:<24} {tally.before:>4} → {tally.after:<4}{more}"
    for change in found.changes:
        old = change.before.value if change.before else "not judged"
        new = change.after.value if change.after else "not judged"
        label = f" [{change.label}]" if change.label else ""
        line = f"{change.thread}: {old} → {new}{label} ({', '.join(change.policies)})"
        yield (
            json.dumps({"thread": change.thread, "before": old, "after": new}) if as_json else line
        )


def _mails(settings: Config, inbox: Inbox, since: str, console: Console) -> Iterator[Message]:
    first = start(since, Wall().now())
    with Progress(console=console, transient=True) as bar:
        for folder in settings.inbox.folders:
            cursor = inbox.beginning(folder, since=first)
            task = bar.add_task(f"reading {folder}", total=inbox.remaining(cursor) or None)
            while True:
                batch = inbox.fetch(cursor)
                for one in batch.arrivals:
                    yield read(one.raw, received=one.received, partial=one.partial)
                bar.advance(task, len(batch.arrivals))
                cursor = batch.cursor
                if not batch.more:
                    break


def cost(settings: Config, mails: list[Message], matrix: Matrix, sets: list[Book]) -> Cost:
    """What judging these mails by these sets of criteria would cost, without asking anybody."""
    found = judge.situations(mails, judge.team_of(matrix), Accounts())
    price_in, price_out = prices(settings)
    micro = 0.0
    for book in sets:
        policies = book.asked()
        for number, (thread, facts) in enumerate(found):
            said = request(thread, facts, policies, mask=settings.judge.mask)
            kept = sum(len(one["text"]) for one in said.system) / TOKEN
            fresh = sum(len(one["text"]) for one in said.content) / TOKEN
            share = CACHE_READ if number else CACHE_WRITTEN
            micro += (fresh + kept * share) * price_in + ANSWER * len(policies) * price_out
    return Cost(settings.judge.model, len(found), len(found) * len(sets), micro / 1_000_000)


def _verdicts(mails: list[Message], sources: judge.Sources, console: Console) -> dict[str, Verdict]:
    found = {}
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("judging", total=None)
        for one in judge.of_mails(mails, sources):
            found[one.name] = one.verdict
            bar.advance(task)
    return found


def _labels(made: Office, mails: list[Message]) -> dict[str, str]:
    """What people said of the cases that these conversations became."""
    labels: dict[str, str] = {}
    with made.store.reading() as session:
        for mail in mails:
            ids = [mail.message_id] if mail.message_id else []
            for ticket in threads.find(session, ids):
                for row in cases.of_ticket(session, ticket):
                    case = journal.case(row)
                    bounced = any(one.result is Result.BOUNCED for one in case.handoffs)
                    labels[mail.message_id or mail.digest] = "bounced" if bounced else "escalated"
    return labels
