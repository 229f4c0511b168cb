"""Tables of what people write, one entry a line, kept as plain text beside the tests."""

from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"


def lines(name: str) -> list[str]:
    """The lines of a table without its comments and blank lines."""
    text = (TABLES / f"{name}.txt").read_text(encoding="utf-8")
    return [one for one in text.splitlines() if one.strip() and not one.startswith("# ")]


def pairs(name: str) -> list[tuple[str, str]]:
    """A table of `text | meaning`."""
    cut = (one.rpartition("|") for one in lines(name))
    return [(text.strip(), meaning.strip()) for text, _, meaning in cut]


def replies() -> list[tuple[str, str]]:
    """Every reply with the verb in brackets above it."""
    found: list[tuple[str, str]] = []
    verb = ""
    for one in lines("replies"):
        if one.startswith("[") and one.endswith("]"):
            verb = one[1:-1]
        else:
            found.append((verb, one))
    return found


def prose() -> list[str]:
    """Texts that ask nothing, parted by a line of three dashes."""
    text = (TABLES / "prose.txt").read_text(encoding="utf-8")
    return text.rstrip("\n").split("\n---\n")
