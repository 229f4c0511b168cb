"""Reading history, by explicit wish: it is threaded, judged and recorded, and can never send."""

import asyncio
from datetime import date, datetime, timedelta

from rich.progress import Progress

from deskless.agent.commands.console import err, out
from deskless.agent.daemon.assemble import Agent
from deskless.agent.daemon.turn import TurnTally
from deskless.mailbox.imap.inbox import FolderCursor
from deskless.mailbox.transport.backoff import Backoff
from deskless.mailbox.transport.errors import LoginRefused, Unreachable
from deskless.store import cursor

TRIES = 8
"""Failures in a row after which a backfill gives up; it goes on where it stopped."""


async def backfill(made: Agent, since: str) -> TurnTally:
    """Read everything since a day (`2026-09-01`, `30d`, `all`) with a progress bar.

    Raises ValueError for a day that cannot be read; Unreachable and LoginRefused when the inbox
    cannot be read, in which case the next backfill goes on where this one stopped.
    """
    turn, office = made.turn, made.office
    first = first_day(since, office.clock.now())
    total = TurnTally()
    try:
        left = await asyncio.to_thread(_place, made, first)
        with Progress(console=err, transient=True) as bar:
            task = bar.add_task("reading history", total=left or None)
            pauses, last = Backoff(first=1.0, cap=30.0), 0
            while True:
                tally = await turn.run()
                total = total.plus(tally)
                bar.update(task, completed=total.read)
                trouble = _trouble(made)
                if trouble and pauses.failures < TRIES:
                    err.print(f"{trouble}: tried again", markup=False, soft_wrap=True)
                    await asyncio.sleep(pauses.next())
                    continue
                if total.read > last:
                    pauses.reset()
                last = total.read
                if not (tally.more or tally.judged):
                    break
    finally:
        await made.close()
    if trouble:
        raise Unreachable(f"the history was not read to its end: {trouble}")
    out.print(
        f"read {total.read}, judged {total.judged}, set aside {total.quarantined},"
        f" sent {total.sent}",
        highlight=False,
    )
    return total


def _trouble(made: Agent) -> str:
    """What keeps the inbox from being read now; a login that was refused is not tried again."""
    health = made.turn.health
    if "imap login" in health.troubles:
        raise LoginRefused(health.troubles["imap login"].said)
    known = health.troubles.get("imap")
    return known.said if known else ""


def first_day(since: str, now: datetime) -> date | None:
    """The first day of the history; None for all of it."""
    if since == "all":
        return None
    if since.endswith("d") and since[:-1].isdigit():
        return (now - timedelta(days=int(since[:-1]))).date()
    try:
        return date.fromisoformat(since)
    except ValueError as error:
        raise ValueError(f"`{since}` is no day: write 2026-09-01, 30d or all") from error


def _place(made: Agent, first: date | None) -> int:
    """Set the cursors of folders never read to where the history begins; mails to be read."""
    count = 0
    for name, reader in made.readers.items():
        for folder in made.turn.folders(reader):
            key = f"{name}/{folder}"
            with made.office.store.transaction() as session:
                if cursor.get_cursor(session, key) is None:
                    begin: FolderCursor = reader.beginning(folder, since=first)
                    first_cursor = cursor.Cursor(key, begin.uidvalidity, begin.uid)
                    cursor.put_cursor(session, first_cursor)
                known = cursor.get_cursor(session, key)
            if known:
                count += reader.remaining(FolderCursor(folder, known.uidvalidity, known.uid))
    return count
