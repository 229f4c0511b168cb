"""How much the suite asserts: test functions, assert statements, expected errors.

    python bench/count_tests.py               the tree as it lies here
    python bench/count_tests.py REVISION …    the tree of other commits beside it

A change that makes the suite cheaper shows with it that nothing was lost on the way. `pytest
--collect-only -q` counts what the tables multiply these into.
"""

import ast
import io
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KINDS = ("test functions", "asserts", "expected errors", "rows of tables", "lines")
EXPECTED = {"raises", "warns"}


def here() -> Iterator[str]:
    """The test files of the working tree."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield path.read_text(encoding="utf-8")


def then(revision: str) -> Iterator[str]:
    """The test files of a commit."""
    packed = subprocess.run(
        ["git", "archive", revision, "tests"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".py") else None
            if content:
                yield content.read().decode()


def count(sources: Iterator[str]) -> Counter[str]:
    """What stands in these files."""
    total: Counter[str] = Counter()
    for source in sources:
        total["lines"] += source.count("\n")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Assert):
                total["asserts"] += 1
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                total["test functions"] += node.name.startswith("test_")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                total["expected errors"] += node.func.attr in EXPECTED
                if node.func.attr == "parametrize" and len(node.args) > 1:
                    rows = node.args[1]
                    total["rows of tables"] += len(getattr(rows, "elts", ()))
    return total


def main() -> None:
    """Print a line a tree."""
    print(f"{'':<12}" + "".join(f"{kind:>17}" for kind in KINDS))
    for revision in sys.argv[1:]:
        total = count(then(revision))
        print(f"{revision[:10]:<12}" + "".join(f"{total[kind]:>17,}" for kind in KINDS))
    total = count(here())
    print(f"{'here':<12}" + "".join(f"{total[kind]:>17,}" for kind in KINDS))


if __name__ == "__main__":
    main()
