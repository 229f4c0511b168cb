"""`deskless policy check|test|replay|import|schema`: the criteria, tried before they act."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskless.agent.cli.common import CONFIGURATION, FOUND, JSON, configured, state, stop, troubles

if TYPE_CHECKING:
    from deskless.agent.commands.replay import Cost
    from deskless.mailbox.thread import Thread
    from deskless.policies.book.book import Book
    from deskless.policies.judge import Judge
    from deskless.policies.policy import Policy
    from deskless.policies.tools.examples import Mails, Table as Examples

FOLDER = Annotated[Path | None, typer.Option(help="A folder of policies; else the configured one.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    policy = typer.Typer(help="The team's criteria.", no_args_is_help=True)
    policy.command("check")(check)
    policy.command("test")(examples)
    policy.command("replay")(replay)
    policy.command("import")(import_)
    policy.command("schema")(schema)
    app.add_typer(policy, name="policy")


def check() -> None:
    """Every mistake in policies, matrix and accounts, each with its place.

    Example: deskless policy check
    """
    from deskless.agent.commands.console import out
    from deskless.agent.settings.config import folder_of
    from deskless.policies.problems import render
    from deskless.policies.tools.check import check as checked

    with troubles():
        found = checked(folder_of(state.folder))
    if found.problems:
        out.print(render(found.problems), markup=False, highlight=False)
    if not found.good:
        raise typer.Exit(CONFIGURATION)
    count = len(found.book.policies) if found.book else 0
    out.print(f"{count} policies, {len(found.matrix.people) if found.matrix else 0} people: good.")


def examples(
    policies: FOLDER = None,
    as_json: JSON = False,
    fail_on_empty: Annotated[bool, typer.Option(help="A policy without examples fails.")] = False,
    with_model: Annotated[
        bool, typer.Option("--model", help="By Claude, too; its answers are kept for the next run.")
    ] = False,
) -> None:
    """Judge every example and every mail named under `## Mails` by the whole book.

    With --model Claude is asked once for each; what it said is kept in `answers.jsonl` beside the
    policies, so that the test runs again without a key.

    Example: deskless policy test --fail-on-empty
    """
    import asyncio

    from deskless.agent.commands.console import out
    from deskless.agent.commands.judge import rules_of
    from deskless.agent.settings.config import folder_of
    from deskless.policies.book import book as books
    from deskless.policies.tools.examples import run_examples

    with troubles():
        folder = policies or folder_of(state.folder) / "policies"
        book = books.load(folder)
        rules = rules_of(folder_of(state.folder))
        if with_model:
            found = _by_model(book, rules, folder)
        else:
            found = asyncio.run(run_examples(book, (rules,), _mails(folder)))
    if as_json:
        for row in found.rows:
            said = {"policy": row.policy, "line": row.line, "text": row.text, "expect": row.expect,
                    "got": row.got, "passed": row.passed, "others": row.others}  # fmt: skip
            out.file.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        _shown(found)
    raise typer.Exit(0 if found.passed(fail_on_empty=fail_on_empty) else FOUND)


def _by_model(book: "Book", rules: "Judge", folder: Path) -> "Examples":
    """The table with the configured model beside the rules; what it said is kept in any case."""
    import asyncio

    from rich.progress import Progress

    from deskless.agent.commands.answer_cache import FILE as ANSWERS, Rehearsed
    from deskless.agent.commands.console import err
    from deskless.agent.model.model import answers, named
    from deskless.policies.tools.examples import run_examples

    settings = configured()
    if settings.judge.engine == "rules":
        stop("[judge] engine is rules: there is no model to ask.", CONFIGURATION)
    model = Rehearsed(named(settings), book, folder / ANSWERS, asks=answers(settings))
    count = sum(len(one.examples) for one in book.asked())
    whole = False
    try:
        with Progress(console=err, transient=True) as bar:
            task = bar.add_task("judging the examples", total=count)
            found = asyncio.run(
                run_examples(
                    book, (rules, model), _mails(folder), at_once=settings.judge.in_flight,
                    seen=lambda: bar.advance(task),
                )
            )  # fmt: skip
        whole = True
    finally:
        model.keep(whole=whole)
    return found


def _mails(folder: Path) -> "Mails":
    """Reads the conversation in a mail file that a policy names, beside the policies' folder."""
    from deskless.agent.commands.inspect import messages
    from deskless.agent.commands.judge import NOBODY, conversation, team_of

    def read(_: "Policy", name: str) -> "Thread | None":
        mails = list(messages([folder / name]))
        return conversation(mails, team_of(NOBODY)) if mails else None

    return read


def _shown(found: "Examples") -> None:
    from rich.table import Table

    from deskless.agent.commands.console import out

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("policy", "hit", "missed", "alarm", "left", "doubt"):
        table.add_column(name, justify="left" if name == "policy" else "right")
    for one in found.confusion:
        table.add_row(
            one.policy, str(one.hit), str(one.missed), str(one.alarm), str(one.left), str(one.doubt)
        )
    out.print(table)
    for row in found.failures:
        others = f"; also met: {', '.join(row.others)}" if row.others else ""
        said = row.trouble or f"expected {row.expect}, got {row.got}{others}: “{row.text}”"
        out.print(
            f"{row.path}:{row.line}: {said}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip


def replay(
    since: Annotated[str, typer.Option(help="How far back, as 90d.")] = "90d",
    policies: Annotated[Path | None, typer.Option(help="The changed set to compare.")] = None,
    as_json: JSON = False,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to what a model costs.")] = False,
) -> None:
    """What the criteria would have done over the real mailbox; read only, nothing is kept.

    Example: deskless policy replay --since 30d --policies draft
    """
    from deskless.agent.commands import replay as replaying
    from deskless.agent.commands.console import err, out

    with troubles():
        found = replaying.run(configured(), since, policies, err, lambda cost: _agreed(cost, yes))
    for line in replaying.told(found, as_json=as_json):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if found.same else FOUND)


def _agreed(cost: "Cost", yes: bool) -> bool:
    """Whether a model may be asked: told first, and only on a yes."""
    from deskless.agent.commands.console import err

    err.print(str(cost), highlight=False)
    if yes or (sys.stdin.isatty() and typer.confirm("Ask it?", err=True)):
        return True
    err.print("The rules judge alone; --yes agrees to the cost.")
    return False


def import_(
    sheet: Annotated[Path, typer.Argument(help="A combined matrix: tiers, owners, criteria.")],
    write: Annotated[bool, typer.Option(help="Write the files; else they are only shown.")] = False,
) -> None:
    """Turn one sheet with tiers, owners and criteria into policy files and a matrix.

    Example: deskless policy import escalation-matrix.csv --write
    """
    from deskless.agent.commands.console import err, out
    from deskless.agent.settings.config import folder_of
    from deskless.policies.tools.convert import import_matrix

    with troubles():
        files = import_matrix(sheet)
        folder = folder_of(state.folder)
        taken = [name for name in files if (folder / name).exists()]
        for name, text in files.items():
            out.print(f"── {name}", markup=False)
            out.print(text, markup=False, highlight=False)
            if write and not taken:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
    if write and taken:
        err.print(f"Nothing was written: {', '.join(taken)} exist already.")
        raise typer.Exit(FOUND)


def schema() -> None:
    """The JSON Schema of a policy's front matter, for editors.

    Example: deskless policy schema > policy.schema.json
    """
    from deskless.agent.commands.console import out
    from deskless.policies.book import book as books

    out.file.write(json.dumps(books.schema(), indent=2) + "\n")
