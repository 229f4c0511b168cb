"""Any sheet with a column of criteria → the files of a configuration, and what became of each row.

Nothing is written here: the files come back as text by path, so that a person sees them first.
Every criterion becomes a policy in shadow, with what the sheet said about it and examples still to
be written; where the sheet has tiers, its people become `matrix.csv`. A column that no header names
as the criteria's is the one that is written in sentences.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deskless.policies import duration
from deskless.policies.book.page import SEVERITY
from deskless.policies.people.csv_rows import Grid, SheetRow, missing_column, read_sheet
from deskless.policies.people.matrix_csv import COLUMNS as PEOPLE, row_per_person
from deskless.policies.people.roster import slug
from deskless.policies.problems import Problem, Problems

COLUMNS: dict[str, tuple[str, ...]] = {
    **{name: words for name, words in PEOPLE.items() if name != "handles"},
    "criteria": ("criterion", "escalate when", "when", "when to escalate", "trigger", "triggers",
                 "condition", "conditions", "escalation criteria", "reason", "issue", "issues",
                 "issue type", "problem", "description", "kriterium", "kriterien", "wann",
                 "critere", "criteres", "criterio", "criterios"),
    "severity": ("sev", "priority", "prio", "urgency", "schweregrad", "prioritaet", "gravite",
                 "prioridad"),
    "answer_within": ("sla", "response", "response time", "answer within", "within",
                      "respond within", "time to respond", "first response", "reaktionszeit"),
    "type": ("category", "kind", "kategorie", "case type"),
}  # fmt: skip
WRITTEN = ("tier", "name", "email", "role", "lead", "backup", "hours", "zone", "holidays",
           "languages", "phone")  # fmt: skip
URGENT = {"critical": 1, "blocker": 1, "urgent": 1, "high": 2, "medium": 3, "normal": 3, "low": 4}
URGENT |= {"kritisch": 1, "hoch": 2, "mittel": 3, "niedrig": 4, "p0": 1, "p1": 1, "p2": 2}
URGENT |= {"p3": 3, "p4": 4}
TYPES = ("technical", "service", "business", "security", "compliance")
SPLIT = re.compile(r"\n+|;|\s[•·]\s|^[•·*-]\s+|(?<=[^,])\s\|\s", re.MULTILINE)
LEAST = 3  # letters; a shorter criterion is a stray mark
SENTENCE = 3.0
"""Words a cell, on average, from which on a column is taken for the criteria."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The files that a sheet becomes (path → text), and a sentence on each row and column.

    `doubts` are what could not be read as it stands; a file says the usual in its place.
    """

    files: dict[str, str]
    remarks: tuple[str, ...]
    doubts: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Draft:
    """One criterion, gathered from every row that names it."""

    text: str
    id: str
    owners: list[str] = field(default_factory=list)
    severity: str = ""
    answer_within: str = ""
    type: str = ""


def import_matrix(source: str | Path, file: str = "matrix.csv") -> Imported:
    """What a sheet becomes: `policies/<id>.md`, and `matrix.csv` where it has tiers.

    Raises Problems where no column can be the criteria's, or none is written. A path is read
    (I/O); nothing is written.
    """
    name = str(source) if isinstance(source, Path) else file
    grid, guess = _read(source, name)
    if "criteria" not in grid.headers:
        raise Problems([missing_column(grid, "criteria", "say when something is escalated")])
    doubts: list[Problem] = []
    drafts = _drafts(grid, doubts)
    if not drafts:
        raise Problems([Problem(grid.file, 0, 0, "The sheet names no criterion.")])
    people = {"matrix.csv": _people(grid)} if "tier" in grid.headers else {}
    remarks = [*_columns_told(grid, guess), *_rows_told(grid, drafts)]
    files = people | {f"policies/{draft.id}.md": _policy(draft) for draft in drafts}
    return Imported(files, tuple(remarks), tuple(doubts))


def _read(source: str | Path, name: str) -> tuple[Grid, str]:
    """The sheet, and the header of a column that was taken for the criteria's by its cells."""
    grid = read_sheet(source, COLUMNS, name)
    if "criteria" in grid.headers:
        return grid, ""
    others = {header: (header,) for header in grid.unknown}
    cells = read_sheet(source, {**COLUMNS, **others}, name).rows
    words = {
        header: [len(row[header].split()) for row in cells if row[header]] for header in others
    }
    lengths = {header: sum(counts) / len(counts) for header, counts in words.items() if counts}
    guess = max(lengths, key=lambda header: lengths[header], default="")
    if not guess or lengths[guess] < SENTENCE:
        return grid, ""
    return read_sheet(source, {**COLUMNS, "criteria": (guess,)}, name), guess


def _columns_told(grid: Grid, guess: str) -> Iterator[str]:
    if guess:
        yield f"The column `{guess}` is read as the criteria: it is the one with sentences."
    if "tier" not in grid.headers:
        yield "The sheet has no tiers, so no matrix.csv is made."
    if grid.unknown:
        yield f"Left alone: {', '.join(f'`{header}`' for header in grid.unknown)}."


def _rows_told(grid: Grid, drafts: list[_Draft]) -> Iterator[str]:
    """What became of each row: the criteria it names, the person it makes, or nothing and why."""
    by_slug = {slug(draft.text): draft.id for draft in drafts}
    for row in grid.rows:
        ids = [by_slug[slug(text)] for text in _criteria(row["criteria"])]
        parts = [", ".join(dict.fromkeys(ids))] if ids else []
        if "tier" in grid.headers and (row["name"] or row["email"]):
            parts.append(f"{row['name'] or row['email']} in matrix.csv")
        yield f"Row {row.line}: {'; '.join(parts) or 'nothing, it names no criterion'}."


def _drafts(grid: Grid, problems: list[Problem]) -> list[_Draft]:
    drafts: dict[str, _Draft] = {}
    tier = ""
    for row in grid.rows:
        tier = row["tier"] or tier  # a merged cell is exported as one value and blanks below it
        for text in _criteria(row["criteria"]):
            draft = drafts.setdefault(slug(text), _Draft(text, ""))
            draft.owners.append(row["role"] or tier or row["name"] or row["email"])
            draft.severity = draft.severity or _severity(row, problems)
            draft.answer_within = draft.answer_within or _within(row, problems)
            draft.type = draft.type or _type(row)
    for draft in drafts.values():
        draft.id = _id(draft.text, {policy_draft.id for policy_draft in drafts.values()})
    return list(drafts.values())


def _criteria(cell: str) -> Iterator[str]:
    for part in SPLIT.split(cell):
        text = re.sub(r"^\s*(?:[-*•·]|\d+[.)])\s*", "", part).strip(" .,")
        if len(re.sub(r"\W", "", text)) >= LEAST:
            yield text


def _severity(row: SheetRow, problems: list[Problem]) -> str:
    word = row["severity"].strip()
    if not word:
        return ""
    match = SEVERITY.search(word)
    number = URGENT.get(word.casefold()) or (int(match[1]) if match else 0)
    if not number:
        problems.append(row.problem("severity", f"`{word}` is no severity; SEV-3 stands there."))
    return f"SEV-{number}" if number else ""


def _within(row: SheetRow, problems: list[Problem]) -> str:
    word = re.sub(r"^(?:within|in|<|≤|max\.?)\s*", "", row["answer_within"], flags=re.IGNORECASE)
    if not word.strip("-–—"):
        return ""
    try:
        duration.parse_duration(word)
    except ValueError as error:
        problems.append(row.problem("answer_within", str(error)))
        return ""
    return word


def _type(row: SheetRow) -> str:
    return next((column for column in TYPES if column in row["type"].casefold()), "")


def _id(text: str, taken: Iterable[str]) -> str:
    """A short id of the first words, with a number where it is taken."""
    stem = "-".join(slug(text).split("-")[:6])
    number, free = 2, stem
    while free in taken:
        number, free = number + 1, f"{stem}-{number}"
    return free


def _people(grid: Grid) -> str:
    """`matrix.csv`: the people columns that the sheet has, one row a person and tier."""
    columns = [name for name in WRITTEN if name in grid.headers]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    seen: set[tuple[str, ...]] = set()
    tier = ""
    for row in (record for several in grid.rows for record in row_per_person(several)):
        tier = row["tier"] or tier
        cells = tuple(tier if name == "tier" else row[name] for name in columns)
        if (row["name"] or row["email"]) and cells not in seen:
            seen.add(cells)
            writer.writerow(cells)
    return out.getvalue()


def _policy(draft: _Draft) -> str:
    """A policy file that `policy check` accepts as it is."""
    owner = list(dict.fromkeys(owner_word for owner_word in draft.owners if owner_word))
    facts = [
        f"id: {draft.id}",
        "status: shadow            # watches only; `live` once it has examples each way",
        f"severity: {draft.severity or 'SEV-3'}",
        *([f"type: {draft.type}"] if draft.type else []),
        *([f"owner: {_quoted(owner[0])}"] if owner else []),
        *([f"answer_within: {draft.answer_within}"] if draft.answer_within else []),
    ]
    return "\n".join(
        [
            "---",
            *facts,
            "---",
            f"# {draft.text[:1].upper()}{draft.text[1:]}",
            "",
            f"Escalate when: {draft.text}.",
            "",
            "## Not this",
            "",
            "## Examples",
            "<!-- Write what customers really say, one line each way, and set the status to live:",
            '- escalate: "…"',
            '- ignore: "…"',
            "-->",
            "",
        ]
    )


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"\w[\w .&/-]*", word) else '"' + word.replace('"', "'") + '"'
