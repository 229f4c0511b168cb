"""What people speak of when they answer, in four languages: one idea, many words.

A head that counts words learns each language by itself; an idea that all of them share is learnt
once. The table's patterns stand over folded text as whole words; an idea is a hint for the head and
for rules, never an act.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@cache
def concept_table(name: str = "concepts") -> Mapping[str, tuple[str, ...]]:
    """The patterns of each idea, as the table of this name has them."""
    ideas: dict[str, list[str]] = {}
    patterns: list[str] = []
    for line in (TABLES / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            patterns.append(line.strip())
        elif line.endswith(":") and not line.startswith("#"):
            patterns = ideas.setdefault(line[:-1], [])
    return {name: tuple(lines) for name, lines in ideas.items()}


@cache
def concept_patterns(table: str = "concepts") -> Mapping[str, re.Pattern[str]]:
    """Each idea of a table as one compiled pattern."""
    return {
        name: re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")
        for name, patterns in concept_table(table).items()
    }


def spoken_concepts(text: str) -> tuple[str, ...]:
    """The ideas that a folded text speaks of, in the order of the table."""
    return tuple(name for name, pattern in concept_patterns().items() if pattern.search(text))
