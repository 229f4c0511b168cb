"""The command line without its start: `main()` in this process, its streams and exit code ours.

A process of its own costs as much as a hundred tests, most of it imports. A handful of tests start
the real program all the same (`program`): for those a signal, a kill or the way in is the matter.
"""

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import structlog

from deskless.agent.cli.main import main

PROGRAM = Path(sys.executable).with_name("deskless")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: what it printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def said(self) -> str:
        """Everything a person would have seen, errors after the rest."""
        return self.out + self.err


def command(
    *words: str | Path, cwd: Path | None = None, environ: Mapping[str, str | None] | None = None
) -> Ended:
    """Run a command; a variable whose value is None is not there for it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    code = 0
    with (
        redirect_stdout(out), redirect_stderr(err), _surroundings(cwd or Path("/"), environ or {}),
        patch.object(sys, "argv", [str(PROGRAM), *map(str, words)]),
    ):  # fmt: skip
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        finally:
            structlog.reset_defaults()
    return Ended(*(_text(stream) for stream in (out, err)), code)


def deskless(*words: str | Path, folder: Path | None = None, code: int = 0, **environ: str) -> str:
    """Run a command that must end with this exit code; its output, errors and advice after it."""
    head = ("--config", folder) if folder else ()
    ended = command(*head, *words, environ=environ)
    assert ended.code == code, f"exit {ended.code}\n{ended.out}\n{ended.err}"
    return ended.said


@contextmanager
def _surroundings(cwd: Path, environ: Mapping[str, str | None]) -> Iterator[None]:
    """A working directory and an environment, put back at the end."""
    before = Path.cwd()
    gone = [name for name, value in environ.items() if value is None]
    with patch.dict(os.environ, {name: value for name, value in environ.items() if value}):
        for name in gone:
            os.environ.pop(name, None)
        os.chdir(cwd)
        try:
            yield
        finally:
            os.chdir(before)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")
