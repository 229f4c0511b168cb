"""What all commands share: the folder option, the console, and how a trouble ends a command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from deskless.mailbox.transport.errors import LoginRefused, Trouble
from deskless.policies.problems import Problems, render_problems
from deskless.store.engine.errors import AlreadyRunning, StoreBroken, StoreDenied, StoreError

if TYPE_CHECKING:
    from deskless.agent.office.office import Office
    from deskless.agent.settings.config import Config

FOUND, USAGE = 1, 2
UNREACHABLE, TEMPORARY = os.EX_UNAVAILABLE, os.EX_TEMPFAIL
LOGIN, CONFIGURATION = os.EX_NOPERM, os.EX_CONFIG

CONFIG = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The configuration folder; else $DESKLESS_CONFIG, else this one.",
        show_default=False,
    ),
]
JSON = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


@dataclass(slots=True)
class State:
    """What the options before the command said."""

    folder: Path | None = None


state = State()


def configured() -> "Config":
    """The configuration of the chosen folder. Ends the command when it has mistakes."""
    from deskless.agent.settings import config

    with troubles_end_here():
        return config.load_config(config.folder_of(state.folder))


@contextmanager
def open_office() -> "Iterator[Office]":
    """The office of the chosen folder, to look and to put right; without any connection."""
    from deskless.agent.daemon import assemble

    with troubles_end_here():
        made = assemble.build_office(configured(), looking=True)
        try:
            yield made
        finally:
            made.store.close()


@contextmanager
def troubles_end_here() -> Iterator[None]:
    """Named troubles end a command with one sentence, the way out, and an exit code."""
    from deskless.agent.settings.secret import SecretMissing

    try:
        yield
    except Problems as problems:
        failing(problems)
        raise typer.Exit(CONFIGURATION) from problems
    except SecretMissing as missing:
        stop_with(str(missing), CONFIGURATION)
    except LoginRefused as refused:
        stop_with(f"{refused}\n{refused.cure}", LOGIN)
    except Trouble as trouble:
        code = TEMPORARY if trouble.temporary else UNREACHABLE
        stop_with(f"{trouble}\n{trouble.cure}", code)
    except AlreadyRunning as running:
        stop_with(str(running), TEMPORARY)
    except StoreBroken as broken:
        stop_with(str(broken), CONFIGURATION)
    except StoreDenied as denied:
        stop_with(str(denied), LOGIN)
    except StoreError as fault:
        stop_with(str(fault), TEMPORARY)
    except ValueError as wrong:
        stop_with(str(wrong), CONFIGURATION)


def failing(problems: Problems) -> None:
    """Every problem of the configuration, for a person to mend in one go."""
    from deskless.agent.commands.console import err

    err.print(render_problems(problems.problems), markup=False, highlight=False)
    count = len(problems.problems)
    err.print(f"\n{count} problem{'s' if count != 1 else ''}. Nothing was started.")


def stop_with(sentence: str, code: int) -> NoReturn:
    """End the command with a sentence on standard error."""
    from deskless.agent.commands.console import err

    err.print(sentence, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def agreed(cost: object, *, yes: bool) -> bool:
    """Whether a model may be asked: its cost is told first, and then only on a yes."""
    from deskless.agent.commands.console import err

    err.print(str(cost), highlight=False)
    if yes or (sys.stdin.isatty() and typer.confirm("Ask it?", err=True)):
        return True
    err.print("The rules judge alone; --yes agrees to the cost.")
    return False


def logging(*, debug: bool = False) -> None:
    """Logs to standard error: a line a person reads on a terminal, JSON under a supervisor."""
    import structlog

    from deskless.agent.commands.run_lines import human_line

    last = human_line if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(10 if debug else 20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
