"""`make release`: an sdist of the commit, and a wheel built from that sdist, in dist/.

    release.py               check version, changelog, tag and tree, then build
    release.py TREE TARGET   build only, from a folder of sources that nothing else lies in

Refused is what could not be said again later: sources that are in no commit, a version without its
heading in CHANGELOG.md, a version whose tag is another commit.
"""

import email
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

from packaging.metadata import Metadata

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_{}(sys.argv[1]))"


def main(words: list[str]) -> int:
    """Exit code: 0 built, 1 refused."""
    if words:
        tree, target = (Path(word).resolve() for word in words)
        build(tree, target)
        return 0
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    commits = {tag: _git("rev-parse", f"{tag}^{{commit}}")[0] for tag in _git("tag")}
    [head] = _git("rev-parse", "HEAD")
    refused = flaws(version, changelog, _git("status", "--porcelain"), commits, head)
    for flaw in refused:
        print(f"release: {flaw}", file=sys.stderr)
    if refused:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "tree.tar"
        _git("archive", "--format=tar", f"--output={packed}", "HEAD")
        with tarfile.open(packed) as tar:
            tar.extractall(Path(folder) / "tree", filter="data")
        for path in build(Path(folder) / "tree", ROOT / "dist"):
            print(f"release: {path.relative_to(ROOT)}")
    if f"v{version}" not in commits:
        print(f"release: not tagged yet (git tag v{version})")
    return 0


def flaws(
    version: str, changelog: str, changed: list[str], tags: dict[str, str], head: str
) -> list[str]:
    """Why this commit is no release, each in a sentence. `tags`: name → commit."""
    reasons = []
    if changed:
        reasons.append(f"{len(changed)} files are in no commit, {changed[0][3:]} for one.")
    if not re.search(rf"(?m)^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$", changelog):
        reasons.append(f"CHANGELOG.md has no heading “## {version} - YYYY-MM-DD”.")
    if tags.get(f"v{version}", head) != head:
        reasons.append(f"v{version} is another commit: raise the version in pyproject.toml.")
    others = sorted(tag for tag, commit in tags.items() if commit == head and re.match(r"v\d", tag))
    if others and f"v{version}" not in others:
        reasons.append(f"This commit is tagged {others[0]}, but its version is {version}.")
    return reasons


def build(tree: Path, target: Path) -> list[Path]:
    """The sdist of a tree, and the wheel of that sdist; their metadata is checked."""
    target.mkdir(parents=True, exist_ok=True)
    sdist = target / _backend("sdist", tree, target)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as tar:
            tar.extractall(folder, filter="data")
        wheel = target / _backend(
            "wheel", Path(folder) / sdist.name.removesuffix(".tar.gz"), target
        )
    with zipfile.ZipFile(wheel) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        raw = packed.read(name)
    Metadata.from_email(raw, validate=True)
    assert email.message_from_bytes(raw).get_payload(), "the README is the long description"
    return [sdist, wheel]


def _backend(kind: str, tree: Path, target: Path) -> str:
    """Run setuptools in a tree, as every build front end does; the name of what it made."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(kind), str(target)],
        cwd=tree, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.splitlines()[-1]


def _git(*words: str) -> list[str]:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
