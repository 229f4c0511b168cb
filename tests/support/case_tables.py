"""Tables of what people write, one entry a line, kept as plain text beside the tests."""

from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"


def lines(name: str) -> list[str]:
    """The lines of a table without its comments and blank lines."""
    text = (TABLES / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


def pairs(name: str) -> list[tuple[str, str]]:
    """A table of `text | meaning`."""
    cut = (line.rpartition("|") for line in lines(name))
    return [(text.strip(), meaning.strip()) for text, _, meaning in cut]


def replies() -> list[tuple[str, str]]:
    """Every reply with the verb in brackets above it."""
    items: list[tuple[str, str]] = []
    verb = ""
    for line in lines("replies"):
        if line.startswith("[") and line.endswith("]"):
            verb = line[1:-1]
        else:
            items.append((verb, line))
    return items


def prose() -> list[str]:
    """Texts that ask nothing, parted by a line of three dashes."""
    text = (TABLES / "prose.txt").read_text(encoding="utf-8")
    return text.rstrip("\n").split("\n---\n")
