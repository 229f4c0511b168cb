"""What `make release` builds: installed into an empty place, run away from the sources."""

import importlib.util
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


RELEASE = ROOT / ".ci" / "release.py"
MAIL = (
    b"From: Vera <vera@shop.example>\r\nTo: support@acme.example\r\nSubject: Bill\r\n"
    b"Message-ID: <1@shop.example>\r\n\r\nYou charged my card twice, I want it back.\r\n"
)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist built from a copy of the sources, with no stale build folder, and its wheel."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
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
    subprocess.run([sys.executable, RELEASE, source, target], check=True)
    return target


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The wheel that was built from the sdist."""
    [wheel] = dist.glob("*.whl")
    return wheel


class Installed:
    """The wheel in a bare venv, which has the dependencies, without those of the `demo` extra.

    The dependencies are those of this environment, by links: the editable install is none of them.
    """

    DEMO = ("aiosmtpd", "pymap", "proxyprotocol")

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        home = folder / "venv"
        venv.create(home, with_pip=False, symlinks=True)
        self.bin = home / "bin"
        subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", home,
             "install", "--quiet", "--no-deps", "--no-index", wheel], check=True,
        )  # fmt: skip
        self.links = folder / "links"
        self.links.mkdir()
        self.site = next(Path(path) for path in sys.path if path.endswith("site-packages"))
        for path in self.site.iterdir():
            ours = path.name.startswith(("__editable__", "deskless", *self.DEMO))
            if not ours and path.suffix != ".pth":
                (self.links / path.name).symlink_to(path)
        [packages] = home.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(f"{self.links}\n")

    def with_the_demo_extra(self) -> "Installed":
        """As `deskless[demo]` is installed."""
        for name in self.DEMO:
            if not (self.links / name).exists():
                (self.links / name).symlink_to(self.site / name)
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type `deskless …` in a folder far from the sources, with nothing of our environment."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [self.bin / "deskless", *words], cwd=self.folder, env=env, capture_output=True,
            text=True, check=False, timeout=900,
        )  # fmt: skip

    def out(self, *words: str) -> str:
        """What a command that ends well prints."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """One for all tests, which come in the order in which a person would do it."""
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


@pytest.mark.slow
def test_the_wheel_holds_the_rooms_and_their_data(wheel: Path) -> None:
    """Policies, templates and tables come along; tests do not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "deskless/agent/case/state.py" in names
    assert any(name.startswith("deskless/policies/library/") for name in names)
    assert any(name.startswith("deskless/policies/tables/") for name in names)
    assert "deskless/policies/tables/heads.tsv" in names
    assert "deskless/templates/mails/brief.txt.j2" in names
    assert not any(name.startswith(("tests/", "deskless/tests")) for name in names)
    assert not any(name.endswith("deskless/mailbox/__init__.py") for name in names)


@pytest.mark.slow
def test_the_sdist_holds_what_a_build_needs(dist: Path) -> None:
    """The sources with their data, the licence and the README; nothing that was generated."""
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "agent/case/state.py"}
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("build", ".work", "demo/"))]


@pytest.mark.slow
def test_a_plain_wheel_says_how_to_get_the_demo(tmp_path: Path, wheel: Path) -> None:
    """One sentence, on stderr, with the extra's name."""
    done = Installed(tmp_path, wheel).run("demo", "--quick")
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'deskless[demo]'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_the_wheel_runs_away_from_the_sources(installed: Installed) -> None:
    """Judging, and a folder to begin with: all data files are inside."""
    (installed.folder / "mail.eml").write_bytes(MAIL)
    assert installed.out("--version").startswith("deskless ")
    assert '"outcome"' in installed.out("judge", "--json", "mail.eml")
    assert '"vera@shop.example"' in installed.out("inspect", "--json", "mail.eml")
    words = ("support@acme.example", "--founder", "maya@acme.example", "--folder", "acme")
    assert "matrix.csv" in installed.out("init", *words)
    assert "billing-error" in installed.out("-c", "acme", "policy", "test")


@pytest.mark.slow
def test_check_from_the_wheel_names_what_is_missing(installed: Installed) -> None:
    """A folder as `init` writes it is read whole; its mail server is one that nobody can reach."""
    words = ("support@acme.example", "--founder", "maya@acme.example", "--folder", "checked")
    installed.out("init", *words)
    done = installed.run("-c", "checked", "check")
    assert done.returncode == 69, done.stdout + done.stderr
    assert "23 criteria" in done.stdout
    assert "FAIL imap" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_demo_from_the_wheel(installed: Installed) -> None:
    """The office's mails and its post office are inside, and so is what looks around in it."""
    assert "The ledger is what it was." in installed.with_the_demo_extra().out("demo", "--quick")
    assert "ACME-1042-1" in installed.out("-c", "demo/acme", "case", "ACME-1042-1")


FIT = "## 1.2.0 - 2026-11-28\n"
RELEASES = [
    ("a release", "1.2.0", FIT, [], {}, ""),
    ("its own tag", "1.2.0", FIT, [], {"v1.2.0": "here"}, ""),
    ("no heading", "1.2.0", "## Unreleased\n\n## 1.1.0 - 2026-11-21\n", [], {}, "no heading"),
    ("a heading without its date", "1.2.0", "## 1.2.0\n", [], {}, "no heading"),
    ("another's heading", "1.2.0", "## 1.2.01 - 2026-11-28\n", [], {}, "no heading"),
    ("open work", "1.2.0", FIT, [" M agent/turn.py"], {}, "agent/turn.py"),
    ("a tag that is elsewhere", "1.2.0", FIT, [], {"v1.2.0": "there"}, "another commit"),
    ("another's tag", "1.2.0", FIT, [], {"v1.1.0": "here"}, "tagged v1.1.0"),
]


@pytest.mark.parametrize(
    ("version", "changelog", "changed", "tags", "words"),
    [row[1:] for row in RELEASES],
    ids=[row[0] for row in RELEASES],
)
def test_what_is_no_release_is_refused(
    version: str, changelog: str, changed: list[str], tags: dict[str, str], words: str
) -> None:
    """What could not be said again later: see the script."""
    spec = importlib.util.spec_from_file_location("release", RELEASE)
    assert spec is not None
    assert spec.loader is not None
    release = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(release)
    flaws = release.flaws(version, changelog, changed, tags, "here")
    assert len(flaws) == (1 if words else 0)
    assert words in " ".join(flaws)
