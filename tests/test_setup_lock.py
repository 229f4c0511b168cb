"""Set-up, as a stranger has it: any supported Python, an old pip, an index that has moved on.

The Makefile's own commands run in a folder with a part of the real lock, against an index on
loopback. It offers the wheels that are pinned, and of each a newer release.
"""

import email.parser
import os
import re
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHONS = ROOT / "tests" / "support" / "pythons.sh"
KEPT = ROOT / ".work" / "wheels"
"""Wheels that were downloaded once."""
OLDEST_PIP = "23.2.1"
"""The oldest that a supported Python brings: 3.11.7 and 3.12.1 do."""
PART = {"coverage", "iniconfig", "packaging", "pluggy", "pygments", "pytest", "pytest-cov"}
"""Complete in itself; pytest-cov requires coverage[toml], an extra of a pinned package."""
NEWER = "9999.1"


def part_of_the_lock() -> str:
    """The entries of `PART`, hashes and all."""
    entries = re.findall(r"(?m)^\S.*\n(?:^ .*\n)*", (ROOT / "requirements.lock").read_text())
    chosen = [entry for entry in entries if entry.partition("==")[0] in PART]
    assert len(chosen) == len(PART), "the lock has each of them, once"
    return "".join(chosen)


def download(*words: str) -> None:
    """Fetch into `KEPT` what is not there yet; skips, aloud and never in CI, without an index."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet",
           "--no-deps", "--only-binary=:all:", "--dest", str(KEPT), "--find-links", str(KEPT),
           *words]  # fmt: skip
    stored = subprocess.run([*pip, "--no-index"], capture_output=True, text=True, check=False)
    if stored.returncode == 0:
        return
    fresh = subprocess.run(pip, capture_output=True, text=True, check=False)
    if fresh.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"no package index can be reached: {fresh.stderr.strip()[-200:]}")
    assert fresh.returncode == 0, fresh.stderr


def newer(wheel: Path) -> Path:
    """A release of the same package, with the same extras, after every one there is."""
    with zipfile.ZipFile(wheel) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        told = email.parser.BytesParser().parsebytes(packed.read(name))
    stem = f"{wheel.name.partition('-')[0]}-{NEWER}"
    lines = [f"Metadata-Version: 2.1\nName: {told['Name']}\nVersion: {NEWER}"]
    lines += [f"Provides-Extra: {extra}" for extra in told.get_all("Provides-Extra", [])]
    made = wheel.parent / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
        packed.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        packed.writestr(f"{stem}.dist-info/RECORD", "")
    return made


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a package index on loopback (PEP 503) that has moved on."""
    site = tmp_path_factory.mktemp("index")
    lock = site / "part.lock"
    lock.write_text(part_of_the_lock())
    KEPT.mkdir(parents=True, exist_ok=True)
    download("--require-hashes", "--requirement", str(lock))
    pins = dict(
        line.split(" ")[0].split("==") for line in lock.read_text().splitlines() if "==" in line
    )
    for name, version in pins.items():
        folder = site / "simple" / name
        folder.mkdir(parents=True)
        [stored] = KEPT.glob(f"{name.replace('-', '_')}-{version}-*.whl")
        wheel = folder / stored.name
        wheel.write_bytes(stored.read_bytes())
        links = [f'<a href="{path.name}">{path.name}</a>' for path in (wheel, newer(wheel))]
        (folder / "index.html").write_text("<!DOCTYPE html><body>" + "<br>".join(links))
    handler = partial(Silent, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


class Silent(SimpleHTTPRequestHandler):
    """Serves the folder and says nothing about it."""

    def log_message(self, *words: object) -> None:
        """Nothing."""


class Clone:
    """A fresh clone: the Makefile, what it calls, and part of the lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = Path(getattr(sys, "_base_executable", sys.executable))
        self.version = f"{sys.version_info.major}.{sys.version_info.minor}"
        (folder / "tests" / "support").mkdir(parents=True)
        (folder / "tests" / "support" / PYTHONS.name).write_bytes(PYTHONS.read_bytes())
        (folder / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
        (folder / "requirements.lock").write_text(part_of_the_lock())

    @property
    def venv(self) -> Path:
        """Where the Makefile has the venv of this Python."""
        return self.folder / ".work" / self.version / "venv"

    def with_the_oldest_pip(self) -> "Clone":
        """As `python -m venv` of Python 3.11.7 makes it."""
        bundled = next(
            Path(os.__file__).parent.glob(f"ensurepip/_bundled/pip-{OLDEST_PIP}-*.whl"), None
        )
        if bundled is None:
            KEPT.mkdir(parents=True, exist_ok=True)
            download(f"pip=={OLDEST_PIP}")
            bundled = next(KEPT.glob(f"pip-{OLDEST_PIP}-*.whl"))
        made = subprocess.run(
            [self.python, "-m", "venv", "--without-pip", self.venv],
            capture_output=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        site = next(self.venv.glob("lib/python*/site-packages"))
        with zipfile.ZipFile(bundled) as packed:
            packed.extractall(site)
        return self

    def make(self, target: str, index: str = "") -> subprocess.CompletedProcess[str]:
        """Run make for this Python with nothing of our environment but the PATH."""
        env = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "PIP_INDEX_URL": index,
            "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        return subprocess.run(
            ["make", "--silent", f".work/{self.version}/{target}", f"PYTHON={self.python}"],
            cwd=self.folder, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def freeze(self) -> set[str]:
        """What is installed, as the lock names it."""
        done = subprocess.run(
            [self.venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "list",
             "--format=freeze"], capture_output=True, text=True, check=True,
        )  # fmt: skip
        return {line.lower() for line in done.stdout.splitlines()}


@pytest.mark.slow
def test_newer_releases_change_nothing(tmp_path: Path, index: str) -> None:
    """The oldest pip installs the lock as it is; one line says what happens, and no other."""
    clone = Clone(tmp_path).with_the_oldest_pip()
    done = clone.make("requirements", index)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).splitlines() == [
        f"deskless: setting up .work/{clone.version}/venv with the pinned packages, once "
        "(a minute or two)"
    ]
    pins = {line.split(" ")[0] for line in part_of_the_lock().splitlines() if "==" in line}
    assert clone.freeze() == pins | {f"pip=={OLDEST_PIP}"}


@pytest.mark.slow
def test_a_resolver_would_refuse_them(tmp_path: Path, index: str) -> None:
    """The same without --no-deps: the old pip takes coverage[toml] apart from its pin."""
    clone = Clone(tmp_path).with_the_oldest_pip()
    makefile = tmp_path / "Makefile"
    text = makefile.read_text()
    assert text.count("--require-hashes --no-deps") == 1
    makefile.write_text(text.replace("--require-hashes --no-deps", "--require-hashes"))
    done = clone.make("requirements", index)
    assert done.returncode != 0
    assert (
        "In --require-hashes mode, all requirements must have their versions pinned" in done.stderr
    )
    assert "coverage[toml]" in done.stderr


@pytest.mark.slow
def test_a_lock_with_a_hole_is_told(tmp_path: Path, index: str) -> None:
    """Nothing is resolved, so what is missing is found by the check after it."""
    clone = Clone(tmp_path).with_the_oldest_pip()
    entries = part_of_the_lock()
    hole = re.sub(r"(?m)^pluggy==.*\n(?:^ .*\n)*", "", entries)
    assert hole != entries
    (tmp_path / "requirements.lock").write_text(hole)
    done = clone.make("requirements", index)
    assert done.returncode != 0
    assert "requires pluggy, which is not installed" in done.stdout
    assert not (tmp_path / ".work" / clone.version / "requirements").exists()


def test_the_venv_of_another_python_is_made_anew(tmp_path: Path) -> None:
    """One that is this Python's stays; one that is not, or does not start, goes."""
    clone = Clone(tmp_path)
    venv.create(clone.venv, with_pip=False, symlinks=True)
    (clone.venv / "mine").touch()
    assert clone.make("python").returncode == 0
    assert (clone.venv / "mine").exists()
    python = clone.venv / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho '3.10 /usr/bin/python3.10'\n")
    python.chmod(0o755)
    assert clone.make("python").returncode == 0
    assert not clone.venv.exists()
    named = (tmp_path / ".work" / clone.version / "python").read_text().strip()
    assert named == os.path.realpath(clone.python)


def pythons(*words: str, path: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Ask which Pythons there are."""
    return subprocess.run(
        ["/bin/sh", PYTHONS, *words], env={"PATH": path, "HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def python_of(folder: Path, name: str, version: str) -> Path:
    """Something that answers as a Python of that version does."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / name
    python.write_text(f"#!/bin/sh\necho '{version} {python}'\n")
    python.chmod(0o755)
    return python


def test_pythons_are_found_where_they_are(tmp_path: Path) -> None:
    """On the PATH, of pyenv, of uv, each version once; a shim that is off names its Python."""
    tools = tmp_path / "bin"
    first = python_of(tools, "python3", "3.12")
    python_of(tools, "python3.12", "3.12")
    shim = tools / "python3.13"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    pyenv = python_of(tmp_path / ".pyenv/versions/3.13.0/bin", "python3", "3.13")
    uv = python_of(tmp_path / ".local/share/uv/python/cpython-3.14.1-linux/bin", "python3", "3.14")
    path = f"{tools}:/usr/bin:/bin"
    here = [line.split() for line in pythons(path=path, home=tmp_path).stdout.splitlines()]
    assert here[0] == ["3.12", str(first)]
    assert ["3.13", str(pyenv)] in here
    assert len({version for version, _ in here}) == len(here)
    for name, line in (
        ("first", f"3.12 {first}"), ("python3.13", f"3.13 {pyenv}"), ("3.14", f"3.14 {uv}"),
        (str(pyenv), f"3.13 {pyenv}"),
    ):  # fmt: skip
        assert pythons(name, path=path, home=tmp_path).stdout.strip() == line, name


def test_what_cannot_be_had_is_said(tmp_path: Path) -> None:
    """A Python that is too old, or that is not there: a sentence, and no other instead of it."""
    done = pythons("python3.10", path="/usr/bin:/bin", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python3.10 is no Python from 3.11 to 3.14 that starts. Here are: " in done.stderr
