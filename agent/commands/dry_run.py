"""`deskless run --dry-run`: what would happen, in a table; nothing is kept and nothing is sent.

The mail that is new is read and judged on a throw-away copy of the store. With `--since` the
history is judged instead, in memory and by the criteria as they are now, each conversation at the
instant of its last mail.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from deskless.agent.case.say_time import say_instant
from deskless.agent.commands import run_lines
from deskless.agent.commands.console import err, out
from deskless.agent.commands.judge import Judged
from deskless.agent.commands.replay import Agreed, Replayed, replay_history
from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.judging.foresight import Foreseen, foresee_verdict
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation, latest_verdict, read_situation
from deskless.agent.settings.config import Config
from deskless.policies.reading.gather import History
from deskless.policies.verdict import Outcome
from deskless.store import outbox
from deskless.store.engine.database import Store
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

WIDE = 110
"""Columns from which on a quote has a column of its own; below it stands under its mail."""
LONGEST = 160
"""Letters of a quote that are shown."""


def run_dry(settings: Config, *, as_json: bool = False) -> int:
    """One turn on a copy of the store; what it decided is printed, and forgotten.

    Returns the exit code: 0, or that of what kept the mail from being read.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "dry.db"
        _copy(settings, target)
        store = settings.store.model_copy(update={"url": str(target)})
        made = assemble.build_agent(settings.model_copy(update={"store": store}))
        return asyncio.run(_turn(made, as_json=as_json))


def dry_history(settings: Config, since: str, agreed: Agreed, *, as_json: bool = False) -> None:
    """Judge the history since a day and print what would have moved. Raises Problems, Trouble,
    ValueError.
    """
    rows = foreseen_history(settings, replay_history(settings, since, None, err, agreed))
    moved = [row for row in rows if row.moves]
    _print(rows if as_json else moved, settings.team.zone, as_json=as_json)
    if not as_json:
        told = f"{len(moved)} of {len(rows)} threads would have moved since {since}"
        out.print(f"{told}{_by_kind(moved)}; nothing was kept.", markup=False, soft_wrap=True)


def foreseen_history(settings: Config, replayed: Replayed) -> list[Foreseen]:
    """What each conversation of a customer's in a replayed history would have led to, by time."""
    made = assemble.build_office(settings)
    try:
        with made.store.reading() as session:
            # What we or the team wrote of our own accord is nobody's matter.
            judged = [each for each in replayed.judged.values() if each.thread.from_customer()]
            rows = [_foreseen_then(made, session, each) for each in judged]
    finally:
        made.store.close()
    return sorted(rows, key=lambda row: row.at)


def foreseen_table(rows: Sequence[Foreseen], zone: ZoneInfo, width: int) -> Table:
    """The rows as a table for a terminal of that width; instants in `zone`."""
    wide = width >= WIDE
    shown = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 1 - wide, 0))
    shown.add_column("mail", overflow="fold", ratio=3)
    shown.add_column("verdict", overflow="fold", ratio=2)
    if wide:
        shown.add_column("the customer's words", overflow="fold", ratio=3)
    shown.add_column("asked", overflow="fold", ratio=2)
    for row in rows:
        quote = Text(f"“{_cut(row.quote)}”" if row.quote else "", style="italic")
        mail = Text(f"{row.customer}\n“{row.subject or '(no subject)'}”")
        first = mail if wide or not row.quote else Group(mail, quote)
        asked = Text(row.asked or ("nobody" if row.moves else ""))
        if row.until:
            asked.append(f"\nuntil {say_instant(row.until, zone)}", style="dim")
        if row.case:
            asked.append(f"\n{row.why}", style="dim")
        shown.add_row(first, _verdict(row), *([quote] if wide else []), asked)
    return shown


def _verdict(row: Foreseen) -> Text:
    words = {
        Outcome.ESCALATE: (f"escalate {row.severity.value if row.severity else ''}", "bold red"),
        Outcome.REVIEW: ("ask a person", "yellow"),
        Outcome.LEAVE: ("left with support", "dim"),
    }[row.outcome]
    return Text.assemble(words, *([f"\n{', '.join(row.criteria)}"] if row.criteria else []))


def _cut(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _print(rows: Sequence[Foreseen], zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            out.file.write(json.dumps(row.asdict(), ensure_ascii=False) + "\n")
    elif rows:
        out.print(foreseen_table(rows, zone, out.width))


def _by_kind(moved: Sequence[Foreseen]) -> str:
    """`: 2 escalated, 1 asked about`."""
    sure = sum(row.outcome is Outcome.ESCALATE for row in moved)
    doubted = len(moved) - sure
    parts = [f"{sure} escalated"] * bool(sure) + [f"{doubted} asked about"] * bool(doubted)
    return f" ({', '.join(parts)})" if parts else ""


def _foreseen_then(office: Office, session: Session, judged: Judged) -> Foreseen:
    """What a judged conversation of the history would have led to when its last mail came.

    Nobody is taken to be busy or away: who was is not known of then.
    """
    thread, facts = judged.thread, judged.facts
    account = office.rules.accounts.find(thread.customer.email) if thread.customer else None
    owner = office.named(account.owner) if account else ""
    setting = office.setting(session, facts.at, language=facts.language, account_owner=owner)
    setting = replace(setting, load={}, away={})
    ticket = thread.ticket or judged.name
    situation = Situation(ticket, thread, (), setting, account, History())
    return foresee_verdict(office, session, situation, judged.verdict)


def _copy(settings: Config, target: Path) -> None:
    """The store as it stands, and our keys beside it, so that our own mail is known again."""
    place = Path(settings.database)
    if "://" in settings.database or not place.exists():
        return
    with Store.open(place, settings.org) as store:
        store.backup(target)
    for path in place.parent.glob("deskless*.key*"):
        shutil.copy2(path, target.parent / path.name)


async def _turn(made: Agent, *, as_json: bool) -> int:
    office = made.office
    try:
        with office.store.reading() as session:
            before = entries.count_entries(session)
        made.turn.sending = False
        tally = await made.turn.run()
        with office.store.reading() as session:
            rows = list(_foreseen_now(office, session, before))
            owed = [letter for letter in outbox.owed_letters(session) if letter.kind != "trouble"]
        _print(rows, office.config.team.zone, as_json=as_json)
        if not as_json:
            for letter in owed:
                out.print(f"would send {letter.kind} to {', '.join(letter.to)}", markup=False)
            for line in run_lines.skipped_lines(tally.skipped):
                out.print(line, markup=False, soft_wrap=True)
            out.print(
                f"would have read {tally.read} and judged {tally.judged}; nothing was kept.",
                markup=False,
            )
        for name, trouble in made.turn.health.troubles.items():
            err.print(f"{name}: {trouble.said}", markup=False, soft_wrap=True)
        return run_lines.exit_code(made)
    finally:
        await made.close()


def _foreseen_now(office: Office, session: Session, before: int) -> Iterator[Foreseen]:
    """What the conversations that were judged behind this entry would lead to."""
    span = Span(kinds=frozenset({"judged"}), after=before)
    tickets = dict.fromkeys(entry.ticket or "" for entry in entries.read_entries(session, span))
    for ticket in tickets:
        situation = read_situation(office, session, ticket, office.clock.now())
        verdict = latest_verdict(session, ticket)
        if verdict is not None:
            yield foresee_verdict(office, session, situation, verdict)
