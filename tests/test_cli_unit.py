"""`deskless unit` and `deskless store`: what an operator runs once, and before an upgrade."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import deskless
from postgres import APP, Postgres, postgres  # noqa: F401 - `postgres` is a fixture
from typer.testing import CliRunner

from deskless.agent.cli.main import app
from deskless.agent.commands import init
from deskless.agent.commands.systemd_unit import STATE
from deskless.store.engine import postgres as server
from deskless.store.engine.database import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new configuration folder."""
    made = tmp_path / "acme"
    list(init.write_folder(made, "support@acme.example", "maya@acme.example"))
    return made


def change(folder: Path, old: str, new: str) -> None:
    """Edit the configuration."""
    path = folder / "deskless.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("command", ["unit", "store prepare", "store backup", "store check"])
def test_each_shows_how_it_is_used(command: str) -> None:
    """`--help` has an example."""
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0
    assert f"Example: deskless {command}" in " ".join(shown.output.split())


def test_the_unit_is_printed_and_says_what_will_not_work_under_it(folder: Path) -> None:
    """A password from the shell, a store beside the configuration: told on standard error."""
    words = deskless("unit", folder=folder)
    assert words.startswith("# Deskless as a service")
    assert f"--config {folder} run\n" in words
    assert "LoadCredentialEncrypted" not in words
    assert "your shell's DESKLESS_PASSWORD" in words
    assert f'url = "{STATE}/deskless.db"' in words


def test_the_unit_is_put_in_its_place_with_its_credential(folder: Path, tmp_path: Path) -> None:
    """Readable for systemd, nothing to remark on but the test's own folder; the next step told."""
    change(folder, 'env = "DESKLESS_PASSWORD"', 'credential = "inbox"')
    change(folder, "[mode]", f'[store]\nurl = "{STATE}/deskless.db"\n\n[mode]')
    place = tmp_path / "deskless.service"
    words = deskless("unit", "--write", str(place), folder=folder)
    assert "[store]" not in words
    assert "your shell's" not in words
    assert "systemd-creds encrypt --name=inbox" in words
    line = "LoadCredentialEncrypted=inbox:/etc/credstore.encrypted/deskless.inbox\n"
    assert line in place.read_text()
    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    assert "sudo" in deskless("unit", "--write", str(tmp_path / "no" / "x"), code=77, folder=folder)


def test_the_store_is_copied_while_in_use_and_looked_through(folder: Path, tmp_path: Path) -> None:
    """The copy is private, opens by itself, and is never written over another file."""
    target = tmp_path / "copy.db"
    with Store.open(folder / "deskless.db", "acme.example") as running, running.lock():
        assert "whole store" in " ".join(
            deskless("store", "backup", str(target), folder=folder).split()
        )
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with Store.open(target, "acme.example") as copy:
        assert copy.integrity() == []
    assert "never overwrites" in deskless("store", "backup", str(target), code=2, folder=folder)
    assert "No damage" in deskless("store", "check", folder=folder)
    words = deskless("store", "prepare", "--admin", "postgresql://x@y/z", code=2, folder=folder)
    assert "needs no preparation" in words


@pytest.fixture
def bare(postgres: Postgres) -> Iterator[Postgres]:  # noqa: F811 - the fixture is meant
    """A database that nobody prepared; dropped afterwards."""
    postgres.sql("CREATE DATABASE bare")
    yield postgres
    postgres.sql("DROP DATABASE bare WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.postgres
def test_a_postgresql_database_is_prepared_by_the_command_that_its_refusal_names(
    folder: Path, bare: Postgres
) -> None:
    """Refused with the command; prepared for the role of the URL; then it opens."""
    url = f"postgresql://{APP}@/bare?host={bare.folder}"
    change(folder, "[mode]", f'[store]\nurl = "{url}"\n\n[mode]')
    refused = deskless("store", "check", code=78, folder=folder)
    assert "deskless store prepare --admin" in " ".join(refused.split())
    admin = f"postgresql://admin@/bare?host={bare.folder}"
    words = deskless("store", "prepare", "--admin", admin, folder=folder)
    assert f"{APP} may work in it" in " ".join(words.split())
    assert "No damage" in deskless("store", "check", folder=folder)
    nobody = deskless(
        "store", "prepare", "--admin", admin, "--role", "nobody_x", code=78, folder=folder
    )
    assert "CREATE ROLE nobody_x" in " ".join(nobody.split())
    assert "pg_dump" in deskless("store", "backup", "/tmp/x.db", code=2, folder=folder)


def test_the_role_of_a_url_is_who_it_logs_in_as() -> None:
    """Empty where libpq would take the operating system's user."""
    assert server.url_role("postgresql://deskless@db/deskless") == "deskless"
    assert server.url_role("postgresql:///deskless") == ""
