"""A name says which: few modules share one, and the filler words are nobody's variable."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("agent", "mailbox", "policies", "store", "templates")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
FUNCTION_IN, CLASS_IN = 3, 2
FILLERS = {"one", "found", "said", "kept"}


def module_level(*kinds: type[ast.stmt]) -> dict[str, list[str]]:
    """Where each public function or class of module level stands, by its name."""
    places = defaultdict(list)
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, kinds) and not (name := getattr(node, "name", "_")).startswith("_"):
                places[name].append(path.relative_to(ROOT).as_posix())
    return places


def variables(tree: ast.AST, fields: bool = False) -> Iterator[tuple[str, int]]:
    """Every name that is bound in a function, a comprehension or as a parameter, and its line.

    The fields of a class are data and may be called as they are: `fields` is true in its body.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not fields:
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        own = isinstance(node, ast.ClassDef) or (
            fields and isinstance(node, ast.Assign | ast.AnnAssign)
        )
        yield from variables(node, fields=own)


def test_a_public_function_name_stands_in_at_most_three_modules() -> None:
    """Whoever reads `read` in a fourth place no longer knows what is read."""
    places = module_level(ast.FunctionDef, ast.AsyncFunctionDef)
    assert {name: where for name, where in places.items() if len(where) > FUNCTION_IN} == {}


def test_a_class_name_stands_in_at_most_two_modules() -> None:
    """A name for a value and for the mail about it; never a third meaning."""
    places = module_level(ast.ClassDef)
    assert {name: where for name, where in places.items() if len(where) > CLASS_IN} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_variable_is_a_noun_of_the_field(path: Path) -> None:
    """`letter`, `policy`, `row`: never the words that fit everything."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [(name, line) for name, line in variables(tree) if name in FILLERS] == []


def test_the_filler_words_are_seen_wherever_they_are_bound() -> None:
    """Loops, comprehensions, parameters, walrus, with; but not the fields of a class."""
    text = (
        "def f(one):\n for found in (): pass\n [said for said in ()]\n (kept := 1)\n"
        "lambda one: 1\nwith open('') as found: pass\nclass C:\n said: str\n kept = 1\n"
        " def m(self):\n  one = 1\n"
    )
    seen = sorted((line, name) for name, line in variables(ast.parse(text)))
    assert [each for each in seen if each[1] in FILLERS] == [
        (1, "one"), (2, "found"), (3, "said"), (4, "kept"), (5, "one"), (6, "found"), (11, "one"),
    ]  # fmt: skip
