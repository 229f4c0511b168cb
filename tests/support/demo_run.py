"""One run of the demo, quick, in a folder of its own; shared by the tests that look at it."""

import fcntl
import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from deskless.agent.demo.story import tell_story


@dataclass(frozen=True)
class Told:
    """Where the demo left its papers, and what it printed."""

    folder: Path
    said: str

    @property
    def story(self) -> str:
        """The story as it was kept."""
        return (self.folder / "story.txt").read_text(encoding="utf-8")


def run(folder: Path, *, long: bool = False) -> Told:
    """Play the week without pauses, on a terminal of 80 columns; the long story has 100."""
    page = io.StringIO()
    console = Console(file=page, width=100 if long else 80, force_terminal=True, color_system=None)
    tell_story(folder, quick=True, console=console, long=long)
    return Told(folder, page.getvalue())


@cache
def once(base: Path) -> Told:
    """One run for all workers, with the rules: no key is there. The first one there plays it."""
    base.mkdir(exist_ok=True)
    printed = base / "printed.txt"
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if printed.exists():
            return Told(base / "demo", printed.read_text(encoding="utf-8"))
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("ANTHROPIC_API_KEY", raising=False)
            played = run(base / "demo")
        printed.write_text(played.said, encoding="utf-8")
        return played


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The run that every test looks at; who changes something there, changes a copy."""
    base = tmp_path_factory.getbasetemp()
    return once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "told")
