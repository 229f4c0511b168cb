"""`deskless cases`, `case` and `quarantine`: what is open, one case whole, what was set aside."""

import json
from typing import Annotated

import typer

from deskless.agent.cli.common import FOUND, JSON, office, stop


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("cases")(cases)
    app.command("case")(case)
    quarantine = typer.Typer(help="Mails that could not be handled.", no_args_is_help=True)
    quarantine.command("list")(waiting)
    quarantine.command("show")(show)
    quarantine.command("retry")(retry)
    app.add_typer(quarantine, name="quarantine")


def cases(
    as_json: JSON = False,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 25,
    why: Annotated[bool, typer.Option(help="Show the arithmetic of the order.")] = False,
) -> None:
    """The live cases, most urgent first.

    Example: deskless cases --why
    """
    from rich.text import Text

    from deskless.agent.commands.case_table import summary, table
    from deskless.agent.commands.console import out
    from deskless.agent.outbound import case_list

    with office() as made, made.store.reading() as session:
        found = case_list.lines(made, session, limit=limit)
    if as_json:
        for one, line in found:
            out.file.write(json.dumps(summary(one, line), ensure_ascii=False) + "\n")
        return
    if not found:
        out.print("No live case.")
        return
    out.print(table(found))
    for one, line in found if why else ():
        out.print(Text.assemble((one.key, "bold"), f"  {line.why}"), soft_wrap=True)


def case(
    key: Annotated[str, typer.Argument(help="The case, as ACME-1042-1.")], as_json: JSON = False
) -> None:
    """One case whole: what is true now, who was asked, and everything that happened.

    Example: deskless case ACME-1042-1
    """
    from deskless.agent.commands import case_page
    from deskless.agent.commands.console import out

    with office() as made, made.store.reading() as session:
        sheet = case_page.sheet(made, session, key.upper())
    if sheet is None:
        stop(f"There is no case {key}. `deskless cases` lists the live ones.", FOUND)
    if as_json:
        said = case_page.whole(sheet)
        out.file.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
        return
    for line in case_page.page(sheet):
        out.print(line, soft_wrap=True)


def waiting(as_json: JSON = False) -> None:
    """Every mail that was set aside.

    Example: deskless quarantine list
    """
    from deskless.agent.commands.console import out
    from deskless.agent.daemon import quarantine

    with office() as made:
        found = quarantine.waiting(made)
    for one in found:
        if as_json:
            out.file.write(json.dumps(one.asdict()) + "\n")
        else:
            line = f"{one.digest[:12]}  {one.at}  {one.size:>8} bytes  {one.why}"
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found and not as_json:
        out.print("Nothing was set aside.")
    raise typer.Exit(FOUND if found else 0)


def show(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """The mail itself, byte for byte.

    Example: deskless quarantine show 3fa9c1 > odd.eml
    """
    from deskless.agent.daemon import quarantine

    with office() as made:
        raw = quarantine.show(made, digest)
    if raw is None:
        stop(f"Nothing that was set aside begins with {digest}.", FOUND)
    typer.get_binary_stream("stdout").write(raw)


def retry(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """Handle a mail once more.

    Example: deskless quarantine retry 3fa9c1
    """
    from deskless.agent.commands.console import out
    from deskless.agent.daemon import quarantine

    with office() as made:
        said = quarantine.retry(made, digest)
    out.print(said, markup=False)
