"""A sheet's export as rows with known columns: commas, semicolons or tabs, with or without a BOM.

Headers are matched by meaning, whatever their order and spelling; every cell remembers its line
and column so that a mistake can be shown where it stands.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deskless.policies.people.roster import slug
from deskless.policies.problems import Problem, Problems, nearest_word

LARGEST = 4 * 1024 * 1024  # bytes; a sheet of people or customers is far smaller


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet: `cells` by column name, stripped; `line` counts from 1."""

    file: str
    line: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]
    raw: str = field(repr=False, default="")

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def problem(self, name: str, text: str, suggestion: str = "") -> Problem:
        """A problem with one cell: the sentence is led by the sheet's own name of the column."""
        header = self.headers.get(name, name)
        cell = self[name]
        column = self.raw.find(cell) + 1 if cell else 0
        return Problem(self.file, self.line, column, f"{header}: {text}", self.raw, suggestion)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its file name, the columns that were understood and its rows."""

    file: str
    headers: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    unknown: tuple[str, ...] = ()


def read_sheet(source: str | Path, columns: Mapping[str, Sequence[str]], file: str = "") -> Grid:
    """Read a sheet. `columns` maps each known column to the headers it may have.

    `source` is the text itself, or a path. Raises Problems when the file cannot be read, is empty,
    or has the same column twice. Unknown columns are kept by name in `unknown` and otherwise left
    alone: a sheet may hold more than we need.
    """
    name = file or (str(source) if isinstance(source, Path) else "sheet.csv")
    text = _text(source, name) if isinstance(source, Path) else source
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(lines), skipinitialspace=True)
    head, rows, last = None, [], 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            cells = [_plain(cell) for cell in cells]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if head is None:
                head = _head(cells, columns, name, first)
                continue
            if stray := [cell for cell in cells[len(head[0]) :] if cell]:
                raise Problems([_stray(name, first, stray, lines[first - 1])])
            pairs = zip(head[0], cells, strict=False)
            cells_by_column = {column: cell for column, cell in pairs if column}
            rows.append(SheetRow(name, first, cells_by_column, head[1], lines[first - 1]))
    except csv.Error as error:
        raise Problems([Problem(name, last + 1, 0, f"The row cannot be read: {error}.")]) from error
    if head is None:
        raise Problems([Problem(name, 0, 0, "The sheet is empty.")])
    return Grid(name, head[1], tuple(rows), head[2])


def _stray(name: str, line: int, cells: list[str], raw: str) -> Problem:
    """A row that is longer than its header: a list was split, and part of it would be lost."""
    text = (
        f"`{', '.join(cells)}` stands under no heading: the row has more cells than there are "
        "columns. Keep a list in one cell, split by semicolons or in quotes."
    )
    return Problem(name, line, raw.rfind(cells[0]) + 1, text, raw)


def cell_items(cell: str) -> tuple[str, ...]:
    """The parts of a list in one cell, whether split by commas, semicolons, bars or lines."""
    parts = cell.replace(";", ",").replace("|", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _text(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise Problems([Problem(name, 0, 0, "The file is too large to be a sheet.")])
        raw = path.read_bytes()
    except FileNotFoundError as error:
        text = "The sheet is not there; `deskless init` writes one to fill in."
        raise Problems([Problem(name, 0, 0, text)]) from error
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Problems([Problem(name, 0, 0, f"The file cannot be read: {reason}.")]) from error
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        text = "This is a workbook under the name of a CSV: save the sheet as CSV (UTF-8)."
        raise Problems([Problem(name, 0, 0, text)])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")  # what spreadsheets on Windows still write


def _delimiter(lines: list[str]) -> str:
    """The sign that splits the header line most often."""
    head = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return max(",;\t|", key=lambda sign: (head.count(sign), sign == ","))


def _plain(cell: str) -> str:
    """A cell without odd spaces around and inside."""
    return cell.replace("\u00a0", " ").replace("\u200b", "").strip()


def _head(
    cells: list[str], columns: Mapping[str, Sequence[str]], file: str, line: int
) -> tuple[list[str], dict[str, str], tuple[str, ...]]:
    """The column each header means; the header of each column; headers that mean nothing."""
    meant = {slug(word): name for name, words in columns.items() for word in (name, *words)}
    names = [meant.get(slug(cell), "") if cell else "" for cell in cells]
    problems = []
    for name in {header for header in names if header and names.count(header) > 1}:
        twice = [cell for cell, header in zip(cells, names, strict=True) if header == name]
        text = (
            f"The columns {' and '.join(f'`{header}`' for header in twice)} mean the same ({name})."
        )
        problems.append(Problem(file, line, 0, text))
    if problems:
        raise Problems(problems)
    headers = {name: cell for name, cell in zip(names, cells, strict=True) if name}
    unknown = tuple(cell for cell, name in zip(cells, names, strict=True) if cell and not name)
    return names, headers, unknown


def missing_column(grid: Grid, column: str, why: str) -> Problem:
    """The problem that a sheet lacks a column it needs."""
    text = f"The column `{column}` is missing; {why}."
    return Problem(grid.file, 1, 0, text, "", nearest_word(column, grid.unknown))
