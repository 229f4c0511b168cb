"""`deskless`: the command line, wired to the rooms that do the work.

Exit codes are those of sysexits: 0 ok, 1 found problems, 2 usage, 69 unreachable, 75 temporary,
77 login refused, 78 configuration.

Every command is known here by its name and its line of help; the file that holds it is imported
when it is called, and what it works with is imported when it runs.
"""

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from deskless.agent.cli.common import CONFIG, failing, state
from deskless.policies.problems import Problems

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "run",
        "A week in the life of a small team, over real mail on this machine. Nothing leaves it.",
    ),
    "init": (
        "run",
        "Set up a folder by an interview, or from flags: inbox, people, the starter library.",
    ),
    "login": (
        "run",
        "Sign in to Microsoft 365 as a person, by a code; once, where there is no client secret.",
    ),
    "check": (
        "run",
        "Check everything before it runs: files, logins, folders, plus-addresses, model.",
    ),
    "trial": ("run", "Mail somebody a trial brief: answered by reply, thanked, about no case."),
    "run": ("run", "Watch the inbox until told to stop."),
    "status": (
        "run",
        "How the daemon is: heartbeat, last good fetch and send, what waits, what is tripped.",
    ),
    "inspect": (
        "mail",
        "Show what was said, by whom, to whom: fresh words apart from quotes.",
    ),
    "judge": (
        "mail",
        "Judge threads by the team's criteria, without a mailbox; nothing is sent or kept.",
    ),
    "cases": ("case", "The live cases, most urgent first."),
    "board": ("case", "The board: one self-contained HTML file with the live cases."),
    "case": (
        "case",
        "One case whole: what is true now, who was asked, and everything that happened.",
    ),
    "erase": (
        "ledger",
        "Forget a person: their words and address go, the ledger still verifies.",
    ),
    "unit": (
        "unit",
        "The systemd unit for this folder: its own user, nothing it does not need, a watchdog.",
    ),
    "breaker": ("run", "The caps on outgoing mail."),
    "quarantine": ("case", "Mails that could not be handled."),
    "ledger": ("ledger", "The tamper-evident record."),
    "report": ("ledger", "The summaries."),
    "policy": ("policy", "The team's criteria."),
    "store": ("store", "The database."),
}
"""Each command's or group's file in `cli/`, and its first line of help."""


class Commands(TyperGroup):
    """The commands by name; each one's file is imported when it is called or completed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name with its options; None where there is none."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            part = typer.Typer(rich_markup_mode=None)
            file = COMMANDS[cmd_name][0]
            module = import_module(f"deskless.agent.cli.{file}")
            getattr(module, f"register_{file}_commands")(part)
            self.commands.update(get_group(part).commands)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the words name; a slip of the pen is told what is alike."""
        if args and args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in the help, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


# Plain help: drawing its boxes would load as much again as the whole of typer.
app = typer.Typer(
    name="deskless",
    cls=Commands,
    help="Escalation handoffs by mail, for teams that share a support inbox.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

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


def main() -> None:
    """The command line as a program: named troubles become one sentence and an exit code."""
    try:
        app()
    except Problems as problems:
        failing(problems)
        sys.exit(78)
