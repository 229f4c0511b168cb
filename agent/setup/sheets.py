"""A sheet of any columns becomes one of ours: CSV or a workbook, its header wherever it stands.

A column is known by its heading in many words and languages, an address by what stands in it. What
cannot be told is asked; what is not needed is left alone.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from deskless.policies.people.roster import slug
from deskless.policies.problems import Problem, Problems

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
TOP = 12
"""Rows in which a header is looked for: titles and remarks may stand above it."""
MOSTLY = 0.6
"""Share of a column's cells that must be addresses for it to be the column of addresses."""
SAMPLES = 3
_ADDRESS = re.compile(r"<?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?")


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a sheet as text, its header apart: `columns` is ours → the place of theirs."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, int]

    def missing(self, needed: Sequence[str]) -> list[str]:
        """The columns that are needed and could not be told."""
        return [name for name in needed if name not in self.columns]

    def named(self, name: str, heading: str) -> "Table":
        """With the column of this heading as ours of that name. Raises ValueError for none such."""
        places = [at for at, cell in enumerate(self.header) if slug(cell) == slug(heading)]
        if not places:
            known = ", ".join(f"`{cell}`" for cell in self.header if cell)
            raise ValueError(f"There is no column `{heading}`; there are {known}.")
        return replace(self, columns={**self.columns, name: places[0]})

    def filled(self, name: str, value: str) -> "Table":
        """With a column of ours that holds this value in every row."""
        return replace(
            self,
            header=(*self.header, name),
            rows=tuple((*row, value) for row in self.rows),
            columns={**self.columns, name: len(self.header)},
        )

    def preview(self) -> list[str]:
        """A line for each column of ours: what it was called, and what stands in it."""
        lines = []
        for name, place in self.columns.items():
            cells = [row[place] for row in self.rows if row[place]][:SAMPLES]
            shown = ", ".join(cells) + (" …" if len(self.rows) > SAMPLES else "")
            lines.append(f"{name:<10} ← {self.header[place]}: {shown}")
        others = [
            cell for at, cell in enumerate(self.header)
            if cell and at not in self.columns.values()
        ]  # fmt: skip
        if others:
            lines.append(f"left alone: {', '.join(others)}")
        return lines

    def as_csv(self) -> str:
        """The sheet as ours reads it: our headings, and only the columns that are ours."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.rows:
            writer.writerow([row[place] for place in self.columns.values()])
        return text.getvalue()


def read_table(path: Path, columns: Mapping[str, Sequence[str]]) -> Table:
    """Read a sheet (I/O); `columns` maps each of ours to the headings it may have.

    The header is the row of the first ones in which the most headings are known. Raises Problems
    where the file cannot be read or holds no rows.
    """
    grid = _cells(path)
    rows = [row for row in grid if any(row)]
    if len(rows) < 2:
        raise Problems([Problem(str(path), 0, 0, "The sheet holds no rows below a header.")])
    meant = {slug(word): name for name, words in columns.items() for word in (name, *words)}

    def known(row: Sequence[str]) -> int:
        return len({meant[slug(cell)] for cell in row if cell and slug(cell) in meant})

    top = max(range(min(TOP, len(rows) - 1)), key=lambda at: (known(rows[at]), -at))
    if not known(rows[top]):
        # No heading is known: the widest row of the first ones is the likeliest header.
        top = max(range(min(TOP, len(rows) - 1)), key=lambda at: (sum(map(bool, rows[at])), -at))
    width = max(len(row) for row in rows)
    header = _padded(rows[top], width)
    body = tuple(_padded(row, width) for row in rows[top + 1 :] if sum(map(bool, row)) > 1)
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        if (name := meant.get(slug(cell)) if cell else None) and name not in places:
            places[name] = at
    if "email" in columns and "email" not in places:
        places |= _by_addresses(body, set(places.values()))
    ordered = {name: places[name] for name in columns if name in places}
    return Table(str(path), header, body, ordered)


def _by_addresses(rows: Sequence[Sequence[str]], taken: set[int]) -> dict[str, int]:
    """The one column whose cells are mail addresses, whatever it is called."""
    width = max((len(row) for row in rows), default=0)
    shares = {}
    for at in set(range(width)) - taken:
        cells = [row[at] for row in rows if row[at]]
        if cells:
            shares[at] = sum(bool(_ADDRESS.search(cell)) for cell in cells) / len(cells)
    likely = [at for at, share in shares.items() if share >= MOSTLY]
    return {"email": likely[0]} if len(likely) == 1 else {}


def _padded(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row, *[""] * (width - len(row)))


def _cells(path: Path) -> list[list[str]]:
    """Every cell as text; of a workbook the sheet with the most rows."""
    if not path.is_file():
        raise Problems([Problem(str(path), 0, 0, "There is no such file.")])
    if path.suffix.lower() in WORKBOOKS:
        return _workbook(path)
    raw = path.read_bytes()
    for encoding in (
        ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    ):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Problems([Problem(str(path), 0, 0, "The file is no text: save it as CSV (UTF-8).")])
    lines = [line for line in text.splitlines() if line.strip()]
    sign = max(",;\t|", key=lambda each: sum(line.count(each) for line in lines[:TOP]))
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=sign)]


def _workbook(path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # only where somebody brings one

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        text = f"The workbook cannot be read ({error}): save the sheet as CSV (UTF-8)."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
    fullest = max(sheets, key=len, default=[])
    return [[_text(cell) for cell in row] for row in fullest]


def _text(cell: Any) -> str:
    """A cell as a person wrote it: a whole number without its `.0`, a day without a midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell).replace("\u00a0", " ").strip()
