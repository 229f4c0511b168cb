"""Whatever a newcomer gets wrong is told in a sentence, with its place and what to do about it.

The table stands in `bad/starts.toml`. A row breaks a good folder in one way.
"""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import command
from harness import AGENT, INBOX, write_folder
from odd_servers import odd_servers

from deskless.agent.commands import check
from deskless.agent.demo.post import Habits, PostOffice

TABLE = tomllib.loads((Path(__file__).parent / "bad" / "starts.toml").read_text())["start"]
RAW = re.compile(r"Traceback|Errno|\[SSL|\b\w+Error\b|_ssl\.c|b'|<class|codec can't|pydantic|None:")
"""What no person should have to read."""


class World:
    """A post office, odd servers beside it, and their ports by name."""

    def __init__(self, post: PostOffice, ports: dict[str, int]) -> None:
        self.post = post
        self.names = {
            **{name: str(port) for name, port in ports.items()},
            "imap": post.imap_url(INBOX), "smtp": post.smtp_url(INBOX),
            "imap_port": str(post.imap_port), "smtp_port": str(post.smtp_port),
        }  # fmt: skip

    def filled(self, text: str) -> str:
        """The text with the names of the table filled in; other braces stay."""
        for name, value in self.names.items():
            text = text.replace(f"{{{name}}}", value)
        return text


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Servers for the whole table."""
    users = {f"{name}@acme.example": "secret" for name in ("support", "maya")}
    habits = Habits(aliases={AGENT: INBOX}, keep_sent=True)
    with PostOffice(users, habits=habits) as post, odd_servers() as ports:
        yield World(post, ports)


def broken(folder: Path, row: dict[str, Any], world: World) -> None:
    """Break the folder as the row says."""
    file = folder / row.get("file", "deskless.toml")
    if "gone" in row:
        gone = folder / row["gone"]
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    elif "folder" in row:
        (folder / row["folder"]).mkdir()
    elif "bytes" in row:
        file.write_bytes(bytes.fromhex(row["bytes"]))
    elif "text" in row:
        file.write_text(row["text"])
    else:
        text, old = file.read_text(), world.filled(row["old"])
        assert text.count(old) == 1, "the table fits the folder"
        file.write_text(text.replace(old, world.filled(row["new"])))


@pytest.mark.parametrize("row", TABLE, ids=[row["name"] for row in TABLE])
def test_a_broken_start_says_what_where_and_how(
    row: dict[str, Any], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence, the place, the way out and the exit code; nothing of the machine's own."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    monkeypatch.setattr(check, "PROBE", 0.2)
    write_folder(tmp_path, world.post)
    broken(tmp_path, row, world)
    ended = command("--config", tmp_path, "check")
    told = " ".join(ended.said.split())
    assert world.filled(row["says"]) in told
    assert row.get("fix", "") in told
    place = row.get("place", "")
    assert re.search(rf"{re.escape(place)}(?!\d)", told)
    assert not RAW.search(told), RAW.search(told)
    assert row.get("not", "\0") not in told
    code = row.get("code", 78)
    # A plus-address of this office arrives, so nothing else is wrong.
    assert ended.code == code or (code == 0 and "FAIL" not in told)


MENDED = [row for row in TABLE if "mended" in row]


@pytest.mark.parametrize("row", MENDED, ids=[row["name"] for row in MENDED])
def test_what_is_safe_is_mended(
    row: dict[str, Any], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very line is shown; `--fix` writes it, keeps the file as it was, and then it is gone."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    monkeypatch.setattr(check, "PROBE", 0.2)
    write_folder(tmp_path, world.post)
    broken(tmp_path, row, world)
    file = tmp_path / row.get("file", "deskless.toml")
    before = file.read_text()
    first = command("--config", tmp_path, "check")
    assert f"write {file.name}:" in first.said
    assert row["mended"] in " ".join(first.said.split())
    assert file.read_text() == before
    command("--config", tmp_path, "check", "--fix")
    after = file.read_text()
    assert row["mended"] in after.splitlines()
    assert sum(a != b for a, b in zip(before.splitlines(), after.splitlines(), strict=True)) == 1
    assert file.with_name(f"{file.name}.before").read_text() == before
    assert row["says"] not in " ".join(command("--config", tmp_path, "check").said.split())


def test_a_server_without_plus_addresses_is_found_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The probe to the tag does not arrive, the one without does: `plus = false` is the line."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    monkeypatch.setattr(check, "PROBE", 0.5)
    users = {f"{name}@acme.example": "secret" for name in ("support", "maya")}
    with PostOffice(users, habits=Habits(aliases={AGENT: INBOX}, keep_sent=True)) as post:
        resident = post._desk.rules.resident
        monkeypatch.setattr(
            type(post._desk.rules), "resident",
            lambda _, address: None if "+" in address else resident(address),
        )  # fmt: skip
        write_folder(tmp_path, post)
        post_takes(post, monkeypatch)
        told = command("--config", tmp_path, "check", "--fix").said
        assert "this server knows no plus-addresses" in " ".join(told.split())
        assert "plus = false" in (tmp_path / "deskless.toml").read_text().splitlines()
        again = " ".join(command("--config", tmp_path, "check").said.split())
        assert "did not arrive" not in again


def post_takes(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail to an unknown tag is taken and lost, as by a server with a catch-all elsewhere."""
    send = check.Courier.send

    async def taken(self: Any, sender: str, to: Any, raw: bytes) -> Any:
        return None if any("+" in each for each in to) else await send(self, sender, to, raw)

    monkeypatch.setattr(check.Courier, "send", taken)


def test_the_table_is_of_thirty_and_more() -> None:
    """Each its own name and its own sentence."""
    assert len({row["name"] for row in TABLE}) == len(TABLE) >= 30
