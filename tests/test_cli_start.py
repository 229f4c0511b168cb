"""A command loads what it needs and no more: told by the modules it leaves loaded, not by time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.cli.main import COMMANDS, Commands, app

NEVER = ("dateparser", "anthropic", "holidays", "icalendar", "jinja2", "sqlmodel", "sqlalchemy.orm",
         "imapclient", "aiosmtplib", "mailparser", "deskless.mailbox.parse",
         "deskless.mailbox.threading", "deskless.mailbox.quoting.forward", "structlog",
         "pydantic_settings",
         "deskless.policies.rules", "deskless.policies.reading.injection",
         "deskless.policies.reading.gather", "deskless.agent.language", "deskless.agent.reply",
         "deskless.agent.daemon.turn", "deskless.agent.inbound", "deskless.agent.judging",
         "deskless.templates.render", "deskless.templates.tone")  # fmt: skip
"""What a command that looks has no use for: servers, models, judging, calendars, templates."""
NOTHING = ("sqlalchemy", "sqlite3", "pydantic", "rich", "ruamel", "deskless.store.engine.database",
           "deskless.agent.settings", "deskless.policies.people")  # fmt: skip
"""What not even the help has a use for."""
TELL = (
    "import atexit, json, sys; "
    "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr)); "
    "sys.argv = ['deskless', *{words!r}]; "
    "from deskless.agent.cli.start import main; main()"
)


def loaded(*words: str) -> set[str]:
    """The modules in a process at the end of this command."""
    code = TELL.replace("{words!r}", repr(list(words)))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, cwd="/"
    )
    # Nobody runs here, so `status` has something to tell a monitor.
    assert done.returncode == ("status" in words), done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def within(modules: set[str], named: tuple[str, ...]) -> list[str]:
    """Those of the modules that have one of these names or lie below one."""
    return sorted(module for module in modules if module.startswith(tuple(f"{n}." for n in named))
                  or module in named)  # fmt: skip


def test_the_version_is_told_without_a_command_line() -> None:
    """Not even typer is loaded."""
    assert within(loaded("--version"), ("typer", *NEVER, *NOTHING)) == []


def test_the_help_knows_the_commands_without_loading_them() -> None:
    """The names and lines stand beside the group."""
    modules = loaded("--help")
    assert "typer" in modules
    assert within(modules, (*NEVER, *NOTHING)) == []
    assert (
        within(modules, tuple(f"deskless.agent.cli.{file}" for file, _ in COMMANDS.values())) == []
    )


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Company:  # type: ignore[misc]
    """A company with one case."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path_factory.mktemp("start") / "acme") as made:
        made.customer_writes("I was charged twice for October. I want my money back.")
        made.reply("ana", "ACCEPT, update by 16:00")
        yield made
    patch.undo()


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("cases",), ("cases", "--json"), ("case", "ACME-1042-1"), ("status",)], ids=" ".join
)
def test_a_command_that_looks_loads_what_it_shows(acme: Company, words: tuple[str, ...]) -> None:
    """The store and the people, and of the criteria their titles where a case is shown."""
    modules = loaded("--config", str(acme.folder), *words)
    # A case shows its clocks, which run in the team's working time and know its holidays.
    spared = tuple(name for name in NEVER if name != "holidays" or words[0] != "case")
    assert within(modules, spared) == []
    assert "ruamel" not in modules or words[0] == "case"


@pytest.mark.slow
def test_the_environment_is_read_where_it_says_something(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that names a table beats the file; one that is ours otherwise changes nothing."""
    monkeypatch.setenv("DESKLESS_METRICS", "/nowhere")
    words = ("--config", str(acme.folder), "status")
    assert "pydantic_settings" not in loaded(*words)
    monkeypatch.setenv("DESKLESS_TEAM__NAME", "Other")
    assert "pydantic_settings" in loaded(*words)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_help_is_the_commands_own(name: str) -> None:
    """What the list says of a command is the first line of its own help."""
    group = Commands(name="deskless")
    command = group.get_command(None, name)
    assert command.help.partition("\n\n")[0].replace("\n", " ") == COMMANDS[name][1]


def test_every_command_of_every_file_is_in_the_list() -> None:
    """A command that is registered and not listed could never be called."""
    group = Commands(name="deskless")
    for name in COMMANDS:
        group.get_command(None, name)
    assert set(group.commands) == set(COMMANDS)
    assert app.info.cls is Commands


def test_completion_knows_every_command(tmp_path: Path) -> None:
    """The shell asks the program by its environment."""
    code = "import sys; sys.argv = ['deskless']; from deskless.agent.cli.start import main; main()"
    asked = {"_DESKLESS_COMPLETE": "complete_bash", "COMP_WORDS": "deskless ca", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=asked, cwd=tmp_path
    )
    assert done.stdout.split() == ["cases", "case"], done.stderr
