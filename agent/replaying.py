"""`deskless policy replay`: what the criteria would have done over the real mailbox.

Read only: history is fetched and judged in memory by the set in force and, where given, by a
changed one; nothing is kept and nothing is sent. What people really said of a case (bounced, taken
late) comes from the store as a label.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deskless.agent import assemble, journal, judged
from deskless.agent.backfill import start
from deskless.agent.case.case import Result
from deskless.agent.clock import Wall
from deskless.agent.config import Config
from deskless.agent.office import Office
from deskless.mailbox.imap import Inbox
from deskless.mailbox.message import Message
from deskless.mailbox.parse import read
from deskless.policies import book as books
from deskless.policies.replay import Comparison, compare
from deskless.policies.verdict import Verdict
from deskless.store import cases, threads


def run(settings: Config, since: str, changed: Path | None, console: Console) -> Comparison:
    """Judge the history twice and compare. Raises Problems, Trouble, ValueError."""
    made = assemble.office(settings)
    inbox = Inbox(assemble.account(settings.inbox.imap, settings, settings.inbox.password))
    try:
        mails = list(_mails(settings, inbox, since, console))
        sources = judged.Sources(folder=settings.folder)
        before = _verdicts(mails, sources)
        after = before
        if changed is not None:
            books.load(changed, made.rules.matrix)
            after = _verdicts(mails, judged.Sources(folder=settings.folder, policies=changed))
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


def _verdicts(mails: list[Message], sources: judged.Sources) -> dict[str, Verdict]:
    return {one.name: one.verdict for one in judged.of_mails(mails, sources)}


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
