"""Which tier a cell means, and how the named ones are numbered."""

import re
from collections.abc import Sequence

from deskless.policies.people.csv_rows import Row, items
from deskless.policies.problems import Problem

NUMBERED = re.compile(
    r"(?:t|l|tier|level|stufe|ebene|niveau|nivel|line|stage)?\s*[-#:]?\s*(\d{1,2})"
    r"(?:\s*(?:st|nd|rd|th)?\s*(?:line|level|tier)?)?(?:\s*[-–—:/.(,]?\s*(?P<name>[^\d]*?)\)?)?",
    re.IGNORECASE,
)
ALL = frozenset({"all", "every", "any", "*", "alle", "tous", "todos"})


def number_tiers(
    rows: Sequence[Row], problems: list[Problem]
) -> tuple[list[tuple[Row, tuple[int, ...]]], dict[int, str]]:
    """Each row with its tiers, and the name of each tier.

    Numbers stand for themselves. Names come after the highest number, in the order in which the
    sheet brings them up; `T3 / Engineering` is a number with a name. `1, 2, 3` and `all` are
    somebody who holds several tiers.
    """
    seen = [(row, _parts(row["tier"])) for row in rows]
    names: dict[int, str] = {}
    for _, parts in seen:
        for part in parts:
            if number := _number(part):
                names.setdefault(number, _name(part, number))
    words = [part for _, parts in seen for part in parts if not _number(part)]
    by_name = {name.casefold(): number for number, name in names.items()}
    for word in words:
        if word.casefold() not in by_name and word.casefold() not in ALL:
            by_name[word.casefold()] = max(names, default=0) + 1
            names[by_name[word.casefold()]] = word
    result = []
    for row, parts in seen:
        if not parts:
            problems.append(row.problem("tier", f"{row['name'] or 'This row'} is on no tier."))
        result.append((row, _tiers(parts, names, by_name)))
    return result, dict(sorted(names.items()))


def _tiers(
    parts: tuple[str, ...], names: dict[int, str], by_name: dict[str, int]
) -> tuple[int, ...]:
    found: set[int] = set()
    for part in parts:
        if part.casefold() in ALL:
            found |= set(names) or {1}
        else:
            found.add(_number(part) or by_name[part.casefold()])
    return tuple(sorted(found))


def _parts(cell: str) -> tuple[str, ...]:
    """The tiers of a cell: `1, 2`, `T1-T3`, `T1 + T2`, `T3 / Engineering`."""
    if found := re.fullmatch(r"[tl]?\s*(\d)\s*[-–—]\s*[tl]?\s*(\d)", cell.strip(), re.IGNORECASE):
        return tuple(str(number) for number in range(int(found[1]), int(found[2]) + 1))
    several = re.split(r"\s*[+&]\s*", cell)
    if len(several) == 1 and re.fullmatch(r"(?:[tl]?\d+\s*/\s*)+[tl]?\d+", cell, re.IGNORECASE):
        several = cell.split("/")
    return tuple(one for part in several for one in items(part))


def _number(part: str) -> int:
    """The number of a tier; 0 when it has only a name."""
    found = NUMBERED.fullmatch(part.strip())
    return int(found[1]) if found else 0


def _name(part: str, number: int) -> str:
    """The name behind a number; the cell itself when it says more than digits, else `T1`."""
    found = NUMBERED.fullmatch(part.strip())
    name = (found["name"] or "").strip() if found else ""
    return name or (f"T{number}" if part.strip().isdigit() else part.strip())
