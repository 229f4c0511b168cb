"""`deskless policy check|test|lint|replay|import|schema`: the criteria, tried before they act."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskless.agent.cli.common import (
    CONFIGURATION,
    FOUND,
    JSON,
    agreed,
    configured,
    state,
    stop_with,
    troubles_end_here,
)

if TYPE_CHECKING:
    from deskless.mailbox.thread import Thread
    from deskless.policies.book.book import Book
    from deskless.policies.judge import Judge
    from deskless.policies.policy import Policy
    from deskless.policies.tools.examples import Mails, Table as Examples

FOLDER = Annotated[Path | None, typer.Option(help="A folder of policies; else the configured one.")]


def register_policy_commands(app: typer.Typer) -> None:
    """Add the commands."""
    policy = typer.Typer(help="The team's criteria.", no_args_is_help=True)
    policy.command("check")(check_policies)
    policy.command("test")(examples)
    policy.command("lint")(lint_policies)
    policy.command("replay")(replay_policies)
    policy.command("import")(import_)
    policy.command("schema")(print_schema)
    app.add_typer(policy, name="policy")


def check_policies() -> None:
    """Every mistake in policies, matrix and accounts, each with its place.

    Example: deskless policy check
    """
    from deskless.agent.commands.console import out
    from deskless.agent.settings.config import folder_of
    from deskless.policies.problems import render_problems
    from deskless.policies.tools.check import check_folder as checked

    with troubles_end_here():
        checked_folder = checked(folder_of(state.folder))
    if checked_folder.problems:
        out.print(render_problems(checked_folder.problems), markup=False, highlight=False)
    if not checked_folder.good:
        raise typer.Exit(CONFIGURATION)
    count = len(checked_folder.book.policies) if checked_folder.book else 0
    out.print(
        f"{count} policies, {len(checked_folder.matrix.people) if checked_folder.matrix else 0} "
        f"people: good."
    )


def examples(
    policies: FOLDER = None,
    as_json: JSON = False,
    fail_on_empty: Annotated[bool, typer.Option(help="A policy without examples fails.")] = False,
    with_model: Annotated[
        bool,
        typer.Option("--model", help="By Claude, too; its can_be_asked are kept for the next run."),
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

    with troubles_end_here():
        folder = policies or folder_of(state.folder) / "policies"
        book = books.load_book(folder)
        rules = rules_of(folder_of(state.folder))
        if with_model:
            table = _by_model(book, rules, folder)
        else:
            table = asyncio.run(run_examples(book, (rules,), _mails(folder)))
    if as_json:
        for row in table.rows:
            values = {"policy": row.policy, "line": row.line, "text": row.text,
            "expect": row.expect,
                    "got": row.got, "passed": row.passed, "others": row.others}  # fmt: skip
            out.file.write(json.dumps(values, ensure_ascii=False) + "\n")
    else:
        _shown(table)
    raise typer.Exit(0 if table.passed(fail_on_empty=fail_on_empty) else FOUND)


def lint_policies(policies: FOLDER = None, as_json: JSON = False) -> None:
    """Criteria that overlap, never fire, or contradict each other, by their own examples.

    Example: deskless policy lint
    """
    import asyncio

    from deskless.agent.commands.console import out
    from deskless.agent.commands.judge import rules_of
    from deskless.agent.settings.config import folder_of
    from deskless.policies.book import book as books
    from deskless.policies.tools.examples import run_examples
    from deskless.policies.tools.lint import lint_book

    with troubles_end_here():
        folder = policies or folder_of(state.folder) / "policies"
        book = books.load_book(folder)
        table = asyncio.run(
            run_examples(book, (rules_of(folder_of(state.folder)),), _mails(folder))
        )
        remarks = lint_book(book, table.rows)
    for remark in remarks:
        names = ", ".join(remark.policies)
        values = {"kind": remark.kind, "policies": remark.policies, "text": remark.text}
        line = json.dumps(values, ensure_ascii=False) if as_json else ""
        out.print(
            line or f"{remark.kind}: {names}: {remark.text}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
    if not remarks and not as_json:
        out.print(f"{len(book.policies)} policies: nothing overlaps, every one can fire.")
    raise typer.Exit(FOUND if remarks else 0)


def _by_model(book: "Book", rules: "Judge", folder: Path) -> "Examples":
    """The table with the configured model beside the rules; what it said is kept in any case."""
    import asyncio

    from rich.progress import Progress

    from deskless.agent.commands.answer_cache import FILE as ANSWERS, Rehearsed
    from deskless.agent.commands.console import err
    from deskless.agent.model.model import can_be_asked, configured_model
    from deskless.policies.tools.examples import run_examples

    settings = configured()
    if settings.judge.engine == "rules":
        stop_with("[judge] engine is rules: there is no model to ask.", CONFIGURATION)
    model = Rehearsed(
        configured_model(settings), book, folder / ANSWERS, asks=can_be_asked(settings)
    )
    count = sum(len(policy.examples) for policy in book.asked())
    whole = False
    try:
        with Progress(console=err, transient=True) as bar:
            task = bar.add_task("judging the examples", total=count)
            table = asyncio.run(
                run_examples(
                    book, (rules, model), _mails(folder), at_once=settings.judge.in_flight,
                    seen=lambda: bar.advance(task),
                )
            )  # fmt: skip
        whole = True
    finally:
        model.keep(whole=whole)
    return table


def _mails(folder: Path) -> "Mails":
    """Reads the conversation in a mail file that a policy names, beside the policies' folder."""
    from deskless.agent.commands.inspect import read_messages
    from deskless.agent.commands.judge import NOBODY, as_conversation, team_of

    def read(_: "Policy", name: str) -> "Thread | None":
        mails = list(read_messages([folder / name]))
        return as_conversation(mails, team_of(NOBODY)) if mails else None

    return read


def _shown(rows_table: "Examples") -> None:
    from rich.table import Table

    from deskless.agent.commands.console import out

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("policy", "hit", "missed", "alarm", "left", "doubt"):
        table.add_column(name, justify="left" if name == "policy" else "right")
    for confusion in rows_table.confusion:
        table.add_row(
            confusion.policy,
            str(confusion.hit),
            str(confusion.missed),
            str(confusion.alarm),
            str(confusion.left),
            str(confusion.doubt),
        )
    out.print(table)
    for row in rows_table.failures:
        others = f"; also met: {', '.join(row.others)}" if row.others else ""
        remark = row.trouble or f"expected {row.expect}, got {row.got}{others}: “{row.text}”"
        out.print(
            f"{row.path}:{row.line}: {remark}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip


def replay_policies(
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

    with troubles_end_here():
        replayed = replaying.replay_history(
            configured(), since, policies, err, lambda cost: agreed(cost, yes=yes)
        )
    lines = replaying.replay_lines(replayed, as_json=as_json, changed=policies is not None)
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if replayed.comparison.same else FOUND)


def import_(
    sheet: Annotated[Path, typer.Argument(help="A sheet (CSV) with a column of criteria.")],
    write: Annotated[bool, typer.Option(help="Write the files; else they are only shown.")] = False,
) -> None:
    """Turn any sheet with a column of criteria into policy files, with tiers into a matrix, too.

    Example: deskless policy import escalation-matrix.csv --write
    """
    from deskless.agent.commands.console import err, out
    from deskless.agent.settings.config import folder_of
    from deskless.policies.tools.convert import import_matrix

    with troubles_end_here():
        imported = import_matrix(sheet)
        files = imported.files
        folder = folder_of(state.folder)
        taken = [name for name in files if (folder / name).exists()]
        for name, text in files.items():
            out.print(f"── {name}", markup=False)
            out.print(text, markup=False, highlight=False)
            if write and not taken:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
    for remark in (*imported.remarks, *map(str, imported.doubts)):
        err.print(remark, markup=False, highlight=False, soft_wrap=True)
    if write and taken:
        err.print(f"Nothing was written: {', '.join(taken)} exist already.")
        raise typer.Exit(FOUND)


def print_schema() -> None:
    """The JSON Schema of a policy's front matter, for editors.

    Example: deskless policy schema > policy.schema.json
    """
    from deskless.agent.commands.console import out
    from deskless.policies.book import book as books

    out.file.write(json.dumps(books.policy_schema(), indent=2) + "\n")
