"""`deskless inspect` and `deskless judge`: what a mail says, and what the criteria say of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deskless.agent.cli.common import JSON, state, troubles_end_here

MAILS = Annotated[list[Path], typer.Argument(help="Mail files, folders of them, or mboxes.")]

THERE = Annotated[
    list[Path], typer.Argument(help="Mail files, folders of them, or mboxes.", exists=True)
]


def register_mail_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("inspect")(inspect)
    app.command("judge")(judge)


def inspect(mails: MAILS, as_json: JSON = False) -> None:
    """Show what was said, by whom, to whom: fresh words apart from quotes.

    Example: deskless inspect --json mails/*.eml
    """
    from deskless.agent.commands import inspect as inspecting
    from deskless.agent.commands.console import out

    for match in inspecting.mail_objects(mails):
        if as_json:
            out.file.write(json.dumps(match, ensure_ascii=False) + "\n")
        else:
            out.print(inspecting.mail_page(match))


def judge(  # noqa: PLR0913 - options of a command
    mails: THERE,
    as_json: JSON = False,
    policies: Annotated[Path | None, typer.Option(help="Policies instead of the folder's.")] = None,
    matrix: Annotated[Path | None, typer.Option(help="A matrix.csv.")] = None,
    accounts: Annotated[Path | None, typer.Option(help="An accounts.csv.")] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="An address or @domain of the team; repeat it.")
    ] = None,
) -> None:
    """Judge threads by the team's criteria, without a mailbox; nothing is sent or kept.

    Example: deskless judge --policies policies --matrix matrix.csv mails/
    """
    from deskless.agent.commands import judge as judged
    from deskless.agent.commands.console import out
    from deskless.agent.settings.config import folder_of

    with troubles_end_here():
        sources = judged.Sources(
            folder=folder_of(state.folder), policies=policies, matrix=matrix, accounts=accounts,
            team=tuple(team or ()),
        )  # fmt: skip
        for judged_thread in judged.judge_files(mails, sources):
            if as_json:
                out.file.write(
                    json.dumps(judged.describe_judged(judged_thread), ensure_ascii=False) + "\n"
                )
            else:
                out.print(judged.verdict_page(judged_thread))
