"""The answers become a configuration folder: settings, people, customers, criteria, notes.

What a person has changed since it was written is left as it is; everything else follows an answer
that changes.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from deskless.agent.commands.init import starter_files
from deskless.agent.settings.edit import apply_edits, edit_setting
from deskless.agent.setup.answers import Answer, provider_of, sender_of, ticket_pattern
from deskless.agent.setup.sheets import Table, read_table
from deskless.policies.people.accounts import COLUMNS as CUSTOMERS
from deskless.policies.people.matrix_csv import COLUMNS as PEOPLE, read_matrix
from deskless.policies.problems import Problem, Problems

AskColumn = Callable[[Table, str], str]
"""Which heading, or `=value` for every row, a column of ours is that a sheet does not tell."""
WHY = {
    "tier": "on which tier each person stands (1 is the first line)",
    "email": "the mail address of each person",
    "customer": "who each customer is", "addresses": "the addresses or domains of each customer",
}  # fmt: skip


def nobody_to_ask(table: Table, name: str) -> str:
    """Where nobody can be asked, a column that cannot be told is a problem."""
    text = f"No column tells {WHY[name]}; there are {', '.join(filter(None, table.header))}."
    raise Problems([Problem(table.file, 1, 0, text)])


def sheet_of(path: Path, needed: tuple[str, ...], ask: AskColumn) -> Table:
    """A sheet with all columns that are needed, asked for where they cannot be told.

    Raises Problems.
    """
    table = read_table(path, PEOPLE if "tier" in needed else CUSTOMERS)
    for name in table.missing(needed):
        while name in table.missing(needed):
            heading = ask(table, name)
            try:
                table = (
                    table.filled(name, heading[1:].strip()) if heading.startswith("=")
                    else table.named(name, heading)
                )  # fmt: skip
            except ValueError as error:
                if ask is nobody_to_ask:
                    raise Problems([Problem(table.file, 1, 0, str(error))]) from error
    return table


def people_sheet(answers: Mapping[str, Answer], ask: AskColumn) -> str:
    """`matrix.csv`: everybody who was named or stands in a sheet, and the founder above them.

    Raises Problems.
    """
    lines = answers.get("people") or []
    texts = [line for line in lines if isinstance(line, str) and line]
    sheets = [Path(line).expanduser() for line in texts if Path(line).expanduser().is_file()]
    rows: list[dict[str, str]] = []
    for path in sheets:
        table = sheet_of(path, ("tier", "email"), ask)
        rows += list(csv.DictReader(io.StringIO(table.as_csv())))
    for line in texts:
        if Path(line).expanduser() in sheets:
            continue
        name, email, tier, *handles = (part.strip() for part in line.split(","))
        rows.append({"tier": tier, "name": name, "email": email, "handles": "; ".join(handles)})
    name, email = sender_of(str(answers["founder"]))
    if not any(email in row.get("email", "").lower() for row in rows):
        top = max(_numbers(rows), default=0) + 1
        rows.append({"tier": str(top), "name": name, "email": email, "role": "founder"})
    columns = [each for each in PEOPLE if any(row.get(each) for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    read_matrix(text.getvalue())
    return text.getvalue()


def _numbers(rows: list[dict[str, str]]) -> Iterator[int]:
    for row in rows:
        yield from (int(number) for number in re.findall(r"\d+", row.get("tier", "")))


def folder_files(answers: Mapping[str, Answer], ask: AskColumn) -> dict[str, str]:
    """Every file by the answers, `deskless.toml` still as `init` writes it for a provider.

    Raises Problems for a sheet that cannot be read.
    """
    _, founder = sender_of(str(answers["founder"]))
    files = starter_files(str(answers["inbox"]), founder, provider_of(answers))
    files["matrix.csv"] = people_sheet(answers, ask)
    if sheet := str(answers.get("customers", "")):
        table = sheet_of(Path(sheet).expanduser(), ("customer", "addresses"), ask)
        files["accounts.csv"] = table.as_csv()
    wakes = {name.strip() for name in str(answers.get("never_waits", "")).split(",")}
    for name in [each for each in files if each.startswith("policies/")]:
        if Path(name).stem in wakes:
            files[name] = re.sub(r"(?m)^severity:.*$", "severity: SEV-1", files[name], count=1)
    for key, title in (("exceptions", "Messy exceptions"), ("peaks", "When the most is to do")):
        if words := str(answers.get(key, "")):
            files[f"knowledge/{key}.md"] = f"# {title}\n\n{words}\n"
    return files


def settings_of(path: Path, answers: Mapping[str, Answer]) -> None:
    """Write the answers into the `deskless.toml` of a new folder, a line each."""
    pattern, first = ticket_pattern(str(answers["ticket"]))
    place, _, name = str(answers["password"]).partition(":")
    values: list[tuple[str, str, str]] = [
        ("team", "name", str(answers["company"])), ("team", "timezone", str(answers["timezone"])),
        ("team", "hours", str(answers["hours"])), ("team", "holidays", str(answers["holidays"])),
        ("team", "ticket", pattern),
    ]  # fmt: skip
    values += [("inbox", key, str(answers[key])) for key in ("imap", "smtp") if key in answers]
    for table, key, value in values:
        apply_edits(filter(None, [edit_setting(path, table, key, value)]))
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines.index("[team]")
    lines.insert(head + 1, f"first = {first}")
    for at, line in enumerate(lines):
        if line.startswith("password"):
            lines[at] = f'password = {{ {place} = "{name.strip()}" }}'
        elif line.startswith("client_secret"):
            lines[at] = f'client_secret = {{ {place} = "{name.strip()}" }}'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def folder_texts(answers: Mapping[str, Answer], ask: AskColumn) -> dict[str, str]:
    """Every file of the folder by these answers: its name and text. Raises Problems."""
    files = folder_files(answers, ask)
    with tempfile.TemporaryDirectory() as place:
        draft = Path(place) / "deskless.toml"
        draft.write_text(files["deskless.toml"], encoding="utf-8")
        settings_of(draft, answers)
        return {**files, "deskless.toml": draft.read_text(encoding="utf-8")}


def put_files(
    folder: Path, texts: Mapping[str, str], written: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Write the files; each with its digest as written, an empty one for one that is kept.

    `written` are the digests of the last time: a file that is another now was changed by a person.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in texts.items():
        target = folder / name
        if target.exists() and _digest(target.read_text(encoding="utf-8")) != written.get(name):
            yield name, ""
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        yield name, _digest(text)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
