"""`deskless init` as an interview: asked one by one, tried at once, read back, written on a yes.

Every answer is kept as it is given, so that it can be left and gone on with. Nothing but the
answers is written, and nobody is written to, before the thumbs-up; the inbox is only looked at.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from rich.console import Console

from deskless.agent.commands import dry_run
from deskless.agent.commands.replay import replay_history
from deskless.agent.daemon import assemble
from deskless.agent.judging.spec import spec_lines
from deskless.agent.settings.config import Config, load_config
from deskless.agent.settings.secret import SecretMissing
from deskless.agent.setup import folder as folders
from deskless.agent.setup.answers import (
    BY_KEY,
    FILE,
    Answer,
    Answers,
    Prompt,
    asked_of,
    check_answers,
    load_answers,
    provider_of,
    save_answers,
)
from deskless.agent.setup.sheets import Table
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.transport.errors import Trouble
from deskless.mailbox.transport.smtp import Courier
from deskless.policies.problems import Problems

SHOWN = 3
"""Threads of the inbox that are judged in front of the newcomer."""
SINCE = "14d"


class Asker(Protocol):
    """Whoever answers: a person at a terminal, or a file."""

    def ask(self, text: str, usual: str) -> str:
        """One answer; `usual` where nothing is typed."""
        ...

    def agree(self, text: str) -> bool:
        """A yes or a no; no where nothing is typed."""
        ...

    def tell(self, line: str) -> None:
        """A line to read."""
        ...


def hold_interview(folder: Path, asker: Asker, console: Console) -> bool:
    """Ask what is not answered yet, or what is to change, read back, and write on a yes.

    Returns whether the folder was written. Raises Problems where the answers cannot be read.
    """
    path = folder / FILE
    kept_before = load_answers(path)
    written = _written(kept_before)
    answers: Answers = {
        key: value for key, value in kept_before.items()
        if key in BY_KEY and isinstance(value, str | list)
    }  # fmt: skip
    todo = [question for question in asked_of(answers) if question.key not in answers]
    if answers and todo:
        asker.tell(f"Going on where you left: {len(answers)} answered, {len(todo)} to go.")
    elif answers:
        _choose_again(answers, asker)
    _ask_all(path, answers, written, asker)
    while True:
        try:
            return _read_back(folder, answers, written, asker, console)
        except Problems as problems:
            asker.tell(str(problems))
            _choose_again(answers, asker)
            _ask_all(path, answers, written, asker)


def take_answers(folder: Path, file: Path, asker: Asker, console: Console) -> bool:
    """The same from a file of answers: nothing is asked but the yes. Raises Problems."""
    answers = check_answers(load_answers(file), str(file))
    _tell_wrong(answers, folder, asker)
    written = _written(load_answers(folder / FILE))
    return _read_back(folder, answers, written, asker, console)


def _written(kept_before: Mapping[str, object]) -> dict[str, str]:
    """The digests of the files that the last interview wrote."""
    digests = kept_before.get("written")
    return {str(name): str(each) for name, each in digests.items()} if isinstance(
        digests, dict) else {}  # fmt: skip


def _ask_all(path: Path, answers: Answers, written: Mapping[str, str], asker: Asker) -> None:
    """Ask everything that is not answered; each answer is kept at once."""
    while True:
        question = next((each for each in asked_of(answers) if each.key not in answers), None)
        if question is None:
            return
        answers[question.key] = _answer(question, answers, asker)
        if question.key == "password":
            _tell_wrong(answers, path.parent, asker)
        save_answers(path, answers, written)


def _answer(question: Prompt, answers: Answers, asker: Asker) -> Answer:
    """One question until its answer is understood; of many, until an empty line."""
    number = 1 + [each.key for each in asked_of(answers)].index(question.key)
    asker.tell("")
    hint = f" ({question.hint})" if question.hint else ""
    asker.tell(f"{number}. {question.ask}{hint}")
    lines: list[str] = []
    while True:
        text = asker.ask("", "" if question.many else question.usual(answers)).strip()
        if question.many and not text:
            return lines
        try:
            lines.append(question.check(text, answers))
        except ValueError as error:
            asker.tell(f"   I did not understand that: {error}.")
            continue
        if not question.many:
            return lines[0]


def _choose_again(answers: Answers, asker: Asker) -> None:
    """Show the answers, and forget those that are to change."""
    for question in asked_of(answers):
        value = answers.get(question.key, "")
        shown = "; ".join(value) if isinstance(value, list) else value
        asker.tell(f"  {question.key:<12} {shown}")
    while True:
        key = asker.ask("Which is to change? (its name; empty: none)", "").strip()
        if not key:
            return
        if key not in BY_KEY:
            asker.tell(f"There is no answer {key}.")
            continue
        answers.pop(key, None)
        if key in {"inbox", "provider"}:
            for each in ("imap", "smtp"):
                answers.pop(each, None)


def _tell_wrong(answers: Answers, folder: Path, asker: Asker) -> None:
    """Try the servers at once; what does not work is told with its cure, and nothing stops."""
    with tempfile.TemporaryDirectory() as place:
        target = Path(place)
        unknown: Answers = {
            "company": "x", "founder": "Founder <founder@founder.example>", "ticket": "X-1",
            "timezone": "UTC", "hours": "24/7", "holidays": "",
        }  # fmt: skip
        known = {**unknown, **answers, "people": [], "customers": ""}
        texts = folders.folder_texts(known, folders.nobody_to_ask)
        list(folders.put_files(target, texts, {}))
        settings = load_config(target).model_copy(update={"folder": folder})
        for line in _tried(settings):
            asker.tell(f"   {line}")


def _tried(settings: Config) -> Iterator[str]:
    """How reading and sending went: a line each."""
    try:
        account = assemble.mail_account(settings.inbox.imap, settings, settings.inbox.password)
        with_inbox = Inbox(account)
        try:
            can = with_inbox.probe()
            yield f"Read: {account} opens, {len(can.names)} folders."
        finally:
            with_inbox.close()
        sender = assemble.mail_account(settings.inbox.smtp, settings, settings.inbox.password)
        asyncio.run(_hello(Courier(sender)))
        yield f"Sent: {sender} opens."
    except Problems as problems:
        yield f"Not tried: {problems}"
    except SecretMissing as missing:
        yield f"Not tried yet: {missing}"
    except Trouble as trouble:
        yield f"That does not work yet: {trouble.with_cure()}"


async def _hello(courier: Courier) -> None:
    try:
        await courier.open()
    finally:
        await courier.close()


def _read_back(
    folder: Path, answers: Answers, written: Mapping[str, str], asker: Asker, console: Console
) -> bool:
    """The spec by these answers, three real threads judged, and the yes. Raises Problems."""

    def ask_column(table: Table, name: str) -> str:
        for line in table.preview():
            asker.tell(f"   {line}")
        known = ", ".join(cell for cell in table.header if cell)
        return asker.ask(f"Which column tells {folders.WHY[name]}? ({known}; or =1 for all)", "")

    with tempfile.TemporaryDirectory() as place:
        target = Path(place)
        texts = folders.folder_texts(answers, ask_column)
        list(folders.put_files(target, texts, {}))
        settings = load_config(target)
        made = assemble.build_office(settings)
        try:
            asker.tell("")
            asker.tell("This is how it will act:")
            for line in spec_lines(made, made.clock.now()):
                asker.tell(f"  - {line}")
        finally:
            made.store.close()
        _show_threads(settings, asker, console)
        asker.tell("")
        if not asker.agree("Is that right? Then it is written; nobody gets mail by that"):
            asker.tell("Nothing was written but your answers; run it again to go on.")
            return False
    digests = {}
    for name, digest in folders.put_files(folder, texts, written):
        asker.tell(f"{'written' if digest else 'kept   '}  {folder / name}")
        digests[name] = digest or written.get(name, "")
    save_answers(folder / FILE, answers, digests)
    asker.tell("")
    asker.tell(provider_of(answers).login)
    asker.tell("Next: `deskless check`, then `deskless run`. Only the founder gets mail until GO.")
    return True


def _show_threads(settings: Config, asker: Asker, console: Console) -> None:
    """Three real threads of the inbox, those that would move first; nothing of them is kept."""
    asker.tell("")
    try:
        replayed = replay_history(settings, SINCE, None, console, lambda _: False)
    except (Trouble, SecretMissing, Problems) as trouble:
        told = trouble.with_cure() if isinstance(trouble, Trouble) else str(trouble)
        asker.tell(f"No thread of the inbox can be shown yet: {told}")
        return
    rows = dry_run.foreseen_history(settings, replayed)
    rows.sort(key=lambda row: (not row.moves, -row.at.timestamp()))
    if not rows:
        asker.tell(f"Nobody has written within {SINCE}, so no thread can be shown.")
        return
    moved = sum(row.moves for row in rows)
    asker.tell(
        f"Of your last {SINCE}: {moved} of {len(rows)} threads would have moved. For example:"
    )
    console.print(dry_run.foreseen_table(rows[:SHOWN], settings.team.zone, console.width))
