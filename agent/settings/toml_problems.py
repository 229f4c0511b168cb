"""A mistake in `deskless.toml` becomes a problem with its line, for a person to mend.

The line is shown as it stands, but for what may be a secret.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from deskless.agent.settings.clock_spans import ROW, ClockSpans
from deskless.mailbox.transport.account import MailAccount
from deskless.policies.problems import Problem, nearest_word

SECRET = re.compile(r"^(\s*[\w.\"-]*(?:pass|secret|key|token)[\w.\"-]*\s*=)(?!\s*\{).*$", re.I)
ADDRESSES = frozenset({"imap", "smtp", "url", "base_url", "bridge"})
"""Settings that hold an address which may be shown, but for its password."""
IN_URL = re.compile(r"(://[^:/@\s\"]*):[^@\s\"]*@")


def not_toml(
    path: Path, text: str, error: tomllib.TOMLDecodeError, whole: type[BaseModel]
) -> Problem:
    """A file that cannot be read as TOML, with the line."""
    line = error.lineno if hasattr(error, "lineno") else _line_in(str(error))
    lines = text.splitlines()
    offending = printable_line(lines[line - 1], whole) if 0 < line <= len(lines) else ""
    what = str(error).partition(" (at")[0]
    return Problem(str(path), line, 0, f"This is not TOML: {what}.", offending)


def printable_line(line: str, whole: type[BaseModel]) -> str:
    """The line as it may be printed and logged: a secret that somebody wrote there is hidden.

    Hidden is whatever stands behind a key that is no setting: it may be a misspelt `password`.
    """
    bare = line.strip()
    if not bare or bare.startswith(("[", "#")):
        return line
    key, equals, _ = line.partition("=")
    if not equals:
        return f"{bare.split()[0]} …" if len(bare.split()) > 1 else "…"
    name = key.strip().strip("\"'")
    known = name in _settings(whole) or ROW.fullmatch(name)
    if not known or ("://" in line and name not in ADDRESSES):
        return f"{key}= …"
    hidden = IN_URL.sub(r"\1:…@", line)
    return SECRET.sub(r"\1 …", hidden)


@cache
def _settings(whole: type[BaseModel]) -> frozenset[str]:
    """The names of all settings, whatever table they stand in."""
    tables: list[Any] = [field.annotation for field in whole.model_fields.values()]
    sections = [
        table for table in tables if isinstance(table, type) and issubclass(table, BaseModel)
    ]
    return frozenset(name for section in sections for name in section.model_fields)


def _line_in(message: str) -> int:
    words = message.replace(",", " ").replace(")", " ").split()
    return next((int(words[n + 1]) for n, w in enumerate(words[:-1]) if w == "line"), 0)


def problem_of(path: Path, text: str, error: Any, whole: type[BaseModel]) -> Problem:
    """A validation error of pydantic's as a problem of the file; `whole` is the configuration."""
    where = [str(part) for part in error["loc"]]
    line, offending = _place(text, where, whole)
    sentence = error["msg"].removeprefix("Value error, ").rstrip(".")
    name = ".".join(where)
    if error["type"] == "missing":
        return Problem(str(path), line, 0, f"`{name}` is missing.", offending)
    if error["type"] == "extra_forbidden":
        fields = _fields_at(where[0], whole) if len(where) > 1 else whole.model_fields
        hint = nearest_word(where[-1], [field for field in fields if field != "folder"])
        return Problem(str(path), line, 0, f"There is no setting `{name}`.", offending, hint)
    return Problem(
        str(path), line, 0, f"`{name}`: {sentence[:1].lower()}{sentence[1:]}.", offending
    )


def _fields_at(table: str, whole: type[BaseModel]) -> Any:
    """The settings of a table, or of a row of one that has rows."""
    annotation: Any = whole.model_fields[table].annotation
    model: Any = annotation if isinstance(annotation, type) else ClockSpans
    return model.model_fields


def setting_problem(path: Path, table: str, key: str, sentence: str, config: Any) -> Problem:
    """A problem with one setting, at its line of the file; `config` is what was read from it."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    line, offending = _place(text, [table, key], type(config))
    return Problem(str(path), line, 0, f"`{table}.{key}`: {sentence}", offending)


def url_problems(path: Path, text: str, config: Any) -> list[Problem]:
    """What is wrong with the addresses of the servers, before any socket opens."""
    problems = []
    for section, key in (
        ("inbox", "imap"),
        ("inbox", "smtp"),
        ("agent", "imap"),
        ("agent", "smtp"),
    ):
        url = getattr(getattr(config, section), key)
        if not url:
            continue
        line, offending = _place(text, [section, key], type(config))
        try:
            protocol = MailAccount.parse(url, base=config.folder).protocol
        except ValueError as error:
            sentence = str(error)
        else:
            sentence = "" if protocol == key else f"this is the address of an {protocol} server"
        if sentence:
            sentence = f"`{section}.{key}`: {sentence}."
            problems.append(Problem(str(path), line, 0, sentence, offending))
    return problems


def _place(text: str, where: list[str], whole: type[BaseModel]) -> tuple[int, str]:
    """The line of a key in its table (tomllib tells no places), else the table's own line."""
    section, nearest = "", (0, "")
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            section = bare.strip("[] ")
            if where[:1] == [section] and not nearest[0]:
                nearest = (number, line)
        elif section == where[0] and len(where) > 1:
            key = bare.partition("=")[0].strip().strip('"')
            if key == where[1]:
                return number, printable_line(line, whole)
    return nearest
