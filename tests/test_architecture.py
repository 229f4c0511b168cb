"""The house keeps its rules: arrows, one catch-all, sizes, no clock outside the Clock."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("agent", "mailbox", "policies", "store", "templates")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LINES, FUNCTION, PARAMETERS = 450, 50, 5


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_arrows_run_one_way_and_the_heart_is_pure() -> None:
    """The two contracts of pyproject.toml hold."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_daemon_never_imports_the_demo() -> None:
    """The embedded servers are the demo's and the tests' alone."""
    for path in MODULES:
        if path.parent.name == "demo" or path.name == "run.py":
            continue
        assert "deskless.agent.demo" not in path.read_text(encoding="utf-8"), path


def test_there_is_one_catch_all() -> None:
    """`except Exception` stands once, at the border of a single mail."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id == "Exception"
    ]
    assert found == ["agent/operations/border.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_one_thing_of_readable_size(path: Path) -> None:
    """At most 450 lines, functions of 50, five parameters unless the line says why."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= LINES
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "every module says in a sentence what it is"
    for node in functions(tree):
        assert (node.end_lineno or 0) - node.lineno < FUNCTION, node.name


def test_time_comes_in_as_an_argument() -> None:
    """Only the Clock looks at the clock."""
    looks = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if looks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["agent/settings/clock.py"]


def test_no_room_has_an_init() -> None:
    """An `__init__.py` in `mailbox/` would shadow the standard library's module of that name."""
    assert [path for path in MODULES if path.name == "__init__.py"] == []
    done = subprocess.run(
        [sys.executable, "-c", "import mailbox; print(mailbox.Maildir)"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_two_marker_lines_are_one() -> None:
    """What the templates print is what the reply reader cuts at."""
    from deskless.mailbox.quoting import fresh
    from deskless.templates import render

    assert fresh.MARKER == render.MARKER


def test_nothing_names_a_registry_or_this_machine() -> None:
    """No index address and no local path in anything that is committed."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    bad = re.compile(
        "|".join(("pypi" + r"\.org", "/" + "work/", "python" + "hosted", "registry" + r"\.npm"))
    )
    for name in listed:
        path = ROOT / name
        if path.suffix in {".png", ".eml"} or not path.is_file():
            continue
        assert not bad.search(path.read_text(encoding="utf-8", errors="replace")), name
