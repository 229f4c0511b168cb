"""`deskless cases`, `case` and `quarantine`: what is open, one case whole, what was set aside."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deskless.agent.cli.common import CONFIGURATION, FOUND, JSON, open_office, stop_with


def register_case_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("cases")(list_cases)
    app.command("case")(show_case)
    app.command("board")(write_page)
    quarantine = typer.Typer(help="Mails that could not be handled.", no_args_is_help=True)
    quarantine.command("list")(list_quarantine)
    quarantine.command("show")(show_mail)
    quarantine.command("retry")(retry_mail)
    app.add_typer(quarantine, name="quarantine")


def list_cases(
    as_json: JSON = False,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 25,
    why: Annotated[bool, typer.Option(help="Show the arithmetic of the order.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every few seconds, until Ctrl-C.")
    ] = False,
) -> None:
    """The live cases, most urgent first.

    Example: deskless cases --why
    """
    if watch:
        _watch_cases(limit)
        return
    from rich.text import Text

    from deskless.agent.commands.case_table import hang, ranked_table, summary
    from deskless.agent.commands.console import out
    from deskless.agent.outbound import case_list

    with open_office() as made, made.store.reading() as session:
        ranked = case_list.ranked_lines(made, session, limit=limit, clocks=False)
    if as_json:
        for case, line in ranked:
            out.file.write(json.dumps(summary(case, line), ensure_ascii=False) + "\n")
        return
    if not ranked:
        out.print("No live case.")
        return
    out.print(ranked_table(ranked))
    for case, line in ranked if why else ():
        told = Text.assemble((case.key, "bold"), f"  {line.why}")
        out.print(hang(told, out.width, 2) if out.is_terminal else told, soft_wrap=True)


PAUSE = 5.0
"""Seconds between two looks of `--watch`."""


def _watch_cases(limit: int) -> None:
    """The list on the whole screen, drawn anew every few seconds."""
    import time
    from contextlib import suppress

    from rich.live import Live
    from rich.text import Text

    from deskless.agent.commands.case_table import ranked_table
    from deskless.agent.commands.console import out
    from deskless.agent.outbound import case_list

    with (
        suppress(KeyboardInterrupt), open_office() as made,
        Live(console=out, screen=out.is_terminal, auto_refresh=False) as screen,
    ):  # fmt: skip
        while True:
            with made.store.reading() as session:
                ranked = case_list.ranked_lines(made, session, limit=limit, clocks=False)
            table = ranked_table(ranked) if ranked else Text("No live case.")
            screen.update(table, refresh=True)
            if not out.is_terminal:
                return
            time.sleep(PAUSE)


def write_page(
    file: Annotated[
        Path | None, typer.Option(help="Where to; else [board] file, else board.html here.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Write it anew every few seconds, until Ctrl-C.")
    ] = False,
) -> None:
    """The board: one self-contained HTML file with the live cases.

    Example: deskless board --file board.html
    """
    import time
    from contextlib import suppress

    from deskless.agent.commands.console import out
    from deskless.agent.reports.board import write_board

    with suppress(KeyboardInterrupt), open_office() as made:
        named = made.config.board.file
        target = file or (made.folder / named if named else Path("board.html"))
        while True:
            try:
                write_board(made, target, made.clock.now())
            except OSError as error:
                stop_with(f"{target} cannot be written: {error.strerror}.", CONFIGURATION)
            if not watch:
                break
            time.sleep(PAUSE)
        out.print(f"{target.resolve().as_uri()}", soft_wrap=True)


def show_case(
    key: Annotated[str, typer.Argument(help="The show_case, as ACME-1042-1.")],
    as_json: JSON = False,
) -> None:
    """One case whole: what is true now, who was asked, and everything that happened.

    Example: deskless case ACME-1042-1
    """
    from deskless.agent.commands import case_page
    from deskless.agent.commands.case_table import hang
    from deskless.agent.commands.console import out

    with open_office() as made, made.store.reading() as session:
        sheet = case_page.sheet(made, session, key.upper())
    if sheet is None:
        stop_with(f"There is no case {key}. `deskless cases` lists the live ones.", FOUND)
    if as_json:
        facts_shown = case_page.whole(sheet)
        out.file.write(json.dumps(facts_shown, ensure_ascii=False, default=str) + "\n")
        return
    for line in case_page.page(sheet):
        shown = hang(line, out.width, case_page.INDENT) if out.is_terminal else line
        out.print(shown, soft_wrap=True)


def list_quarantine(as_json: JSON = False) -> None:
    """Every mail that was set aside.

    Example: deskless quarantine list
    """
    from deskless.agent.commands.console import out
    from deskless.agent.daemon import quarantine

    with open_office() as made:
        mails = quarantine.quarantined_mails(made)
    for mail in mails:
        if as_json:
            out.file.write(json.dumps(mail.asdict()) + "\n")
        else:
            line = f"{mail.digest[:12]}  {mail.at}  {mail.size:>8} bytes  {mail.why}"
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not mails and not as_json:
        out.print("Nothing was set aside.")
    raise typer.Exit(FOUND if mails else 0)


def show_mail(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """The mail itself, byte for byte.

    Example: deskless quarantine show 3fa9c1 > odd.eml
    """
    from deskless.agent.daemon import quarantine

    with open_office() as made:
        raw = quarantine.quarantined_bytes(made, digest)
    if raw is None:
        stop_with(f"Nothing that was set aside begins with {digest}.", FOUND)
    typer.get_binary_stream("stdout").write(raw)


def retry_mail(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """Handle a mail once more.

    Example: deskless quarantine retry 3fa9c1
    """
    from deskless.agent.commands.console import out
    from deskless.agent.daemon import quarantine

    with open_office() as made:
        outcome = quarantine.retry_mail(made, digest)
    out.print(outcome, markup=False)
