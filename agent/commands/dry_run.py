"""`deskless run --dry-run`: what would happen with the mail that is there, keeping nothing.

The store is a throw-away in memory's stead: a copy of the real one in a temporary folder. The
inbox is only looked at, and nothing is sent.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path

from deskless.agent.commands.console import out
from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.settings.config import Config
from deskless.store import outbox
from deskless.store.engine.database import Store


def run_dry(settings: Config) -> None:
    """One turn on a copy of the store; what it decided is printed, and forgotten."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "dry.db"
        _copy(settings, target)
        store = settings.store.model_copy(update={"url": str(target)})
        made = assemble.build_agent(settings.model_copy(update={"store": store}))
        asyncio.run(_turn(made))


def _copy(settings: Config, target: Path) -> None:
    """The store as it stands, and our keys beside it, so that our own mail is known again."""
    place = Path(settings.database)
    if "://" in settings.database or not place.exists():
        return
    with Store.open(place, settings.org) as store:
        store.backup(target)
    for path in place.parent.glob("deskless*.key*"):
        shutil.copy2(path, target.parent / path.name)


async def _turn(made: Agent) -> None:
    try:
        turn = made.turn
        turn.sending = False
        tally = await turn.run()
        with made.office.store.reading() as session:
            owed = outbox.owed_letters(session)
        for letter in owed:
            out.print(f"would send {letter.kind} to {', '.join(letter.to)}", markup=False)
        out.print(f"would have read {tally.read} and judged {tally.judged}; nothing was kept.")
    finally:
        await made.close()
