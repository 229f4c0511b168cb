"""A mistake in `deskless.toml` as a problem with its line, for a person to mend."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from deskless.mailbox.transport.account import Account
from deskless.policies.problems import Problem, nearest

SECRET = re.compile(r"^(\s*[\w.\"-]*(?:pass|secret|key|token)[\w.\"-]*\s*=)(?!\s*\{).*$", re.I)
IN_URL = re.compile(r"(://[^:/@\s\"]*):[^@\s\"]*@")


def not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """A file that cannot be read as TOML, with the line."""
    line = error.lineno if hasattr(error, "lineno") else _line_in(str(error))
    lines = text.splitlines()
    offending = shown(lines[line - 1]) if 0 < line <= len(lines) else ""
    what = str(error).partition(" (at")[0]
    return Problem(str(path), line, 0, f"This is not TOML: {what}.", offending)


def shown(line: str) -> str:
    """The line as it may be printed and logged: a secret that somebody wrote there is hidden."""
    hidden = IN_URL.sub(r"\1:…@", line)
    return SECRET.sub(r"\1 …", hidden)


def _line_in(message: str) -> int:
    words = message.replace(",", " ").replace(")", " ").split()
    return next((int(words[n + 1]) for n, w in enumerate(words[:-1]) if w == "line"), 0)


def problem(path: Path, text: str, error: Any, whole: type[BaseModel]) -> Problem:
    """A validation error of pydantic's as a problem of the file; `whole` is the configuration."""
    where = [str(part) for part in error["loc"]]
    line, offending = _place(text, where)
    said = error["msg"].removeprefix("Value error, ")
    name = ".".join(where)
    if error["type"] == "missing":
        return Problem(str(path), line, 0, f"`{name}` is missing.", offending)
    if error["type"] == "extra_forbidden":
        model: Any = whole.model_fields.get(where[0]) if len(where) > 1 else None
        fields = model.annotation.model_fields if model else whole.model_fields
        hint = nearest(where[-1], [one for one in fields if one != "folder"])
        return Problem(str(path), line, 0, f"There is no setting `{name}`.", offending, hint)
    return Problem(str(path), line, 0, f"`{name}`: {said[:1].lower()}{said[1:]}.", offending)


def urls(path: Path, text: str, config: Any) -> list[Problem]:
    """What is wrong with the addresses of the servers, before any socket opens."""
    found = []
    for section, key in (
        ("inbox", "imap"),
        ("inbox", "smtp"),
        ("agent", "imap"),
        ("agent", "smtp"),
    ):
        url = getattr(getattr(config, section), key)
        if not url:
            continue
        line, offending = _place(text, [section, key])
        try:
            protocol = Account.parse(url, base=config.folder).protocol
        except ValueError as error:
            said = str(error)
        else:
            said = "" if protocol == key else f"this is the address of an {protocol} server"
        if said:
            said = f"`{section}.{key}`: {said}."
            found.append(Problem(str(path), line, 0, said, offending))
    return found


def _place(text: str, where: list[str]) -> tuple[int, str]:
    """The line of a key in its table (tomllib tells no places), else the table's own line."""
    section, found = "", (0, "")
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            section = bare.strip("[] ")
            if where[:1] == [section] and not found[0]:
                found = (number, line)
        elif section == where[0] and len(where) > 1:
            key = bare.partition("=")[0].strip().strip('"')
            if key == where[1]:
                return number, shown(line)
    return found
