"""The wheel: installed into an empty place and run there, away from the sources."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, so that no stale build folder goes into it."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if name.startswith(("tests/", "bench/")) or not (ROOT / name).is_file():
            continue
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "-w", str(target), str(source)], check=True,
    )  # fmt: skip
    return next(target.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_rooms_and_their_data(wheel: Path) -> None:
    """Policies, templates and tables come along; tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "deskless/agent/case/state.py" in names
    assert any(one.startswith("deskless/policies/library/") for one in names)
    assert any(one.startswith("deskless/policies/tables/") for one in names)
    assert "deskless/policies/embed/minilm.vocab" in names
    assert "deskless/templates/mails/brief.txt.j2" in names
    assert not any(one.startswith(("tests/", "deskless/tests")) for one in names)
    assert not any(one.endswith("deskless/mailbox/__init__.py") for one in names)


@pytest.mark.slow
def test_the_wheel_runs_away_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    """Unpacked beside the installed dependencies, in another folder: version, judge, init."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    # -S leaves out the editable install; the dependencies come in by name.
    site = next(Path(one) for one in sys.path if one.endswith("site-packages"))
    links = tmp_path / "deps"
    links.mkdir()
    for one in site.iterdir():
        if not one.name.startswith(("__editable__", "deskless")) and not one.name.endswith(".pth"):
            (links / one.name).symlink_to(one)
    code = "import sys; from deskless.agent.cli.main import main; sys.argv[0] = 'deskless'; main()"
    env = {**os.environ, "PYTHONPATH": f"{tmp_path / 'site'}:{links}"}

    def run(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-S", "-c", code, *words],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    (tmp_path / "mail.eml").write_bytes(
        b"From: Vera <vera@shop.example>\r\nTo: support@acme.example\r\nSubject: Bill\r\n"
        b"Message-ID: <1@shop.example>\r\n\r\nYou charged my card twice, I want it back.\r\n"
    )
    assert '"outcome"' in run("judge", "--json", "mail.eml")
    assert "matrix.csv" in run(
        "init", "support@acme.example", "--founder", "maya@acme.example", "--folder", "acme"
    )
    shown = run("inspect", "--json", "mail.eml")
    assert '"vera@shop.example"' in shown
