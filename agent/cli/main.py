"""`deskless`: the command line, wired to the rooms that do the work.

Exit codes are those of sysexits: 0 ok, 1 found problems, 2 usage, 69 unreachable, 75 temporary,
77 login refused, 78 configuration.
"""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from deskless.agent.cli import (
    case,
    ledger,
    mail,
    policy,
    run,
    store,
    unit,
)
from deskless.agent.cli.common import CONFIG, failing, state
from deskless.policies.problems import Problems

app = typer.Typer(
    name="deskless",
    help="Escalation handoffs by mail, for teams that share a support inbox.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"deskless {version('deskless')}")
        raise typer.Exit


@app.callback()
def common(
    config: CONFIG = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Escalation handoffs by mail, for teams that share a support inbox and have no help desk.

    Example: deskless --config ~/acme check
    """
    state.folder = config


run.register(app)
mail.register(app)
case.register(app)
ledger.register(app)
policy.register(app)
store.register(app)
unit.register(app)


def main() -> None:
    """The entry point: named troubles become one sentence and an exit code."""
    try:
        app()
    except Problems as problems:
        failing(problems)
        sys.exit(78)
