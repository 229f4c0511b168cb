"""A change to a file that a person wrote: shown as the exact line before it is made.

Lines and comments of the file stay as they are but for the one that is changed; the file as it was
is kept beside it (`deskless.toml.before`), and the new one is put in place at once.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from deskless.agent.settings.config import FILE, Config
from deskless.agent.settings.toml_problems import printable_line
from deskless.policies.problems import ALIKE, Problem

BEFORE = ".before"
"""What is put behind the name of the file as it was."""
_WORD = re.compile(r"[^\W_][\w./+-]*")


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of a file: `line` counts from 1 and `old` is what stands there now.

    An empty `old` means that the new line is put before that one. `safe` is a change that takes
    nothing away and trusts nobody anew, so that `--fix` may make it. `shown` is the new line as it
    may be printed, without a secret that somebody wrote there; empty: as it is.
    """

    file: Path
    line: int
    old: str
    new: str
    safe: bool = False
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {(self.shown or self.new).strip()}"


def edit_setting(
    path: Path, table: str, key: str, value: str | bool | list[str], *, safe: bool = False
) -> Edit | None:
    """The edit that gives a setting this value: its own line, else one behind the table's head.

    None where the file is not there or has no such table.
    """
    lines = _lines(path)
    entry = f"{key} = {toml_value(value)}"
    section, head = "", 0
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("[") and bare.partition("#")[0].rstrip().endswith("]"):
            section = bare.partition("#")[0].strip("[] \t")
            head = number if section == table else head
        elif section == table and bare.partition("=")[0].strip() == key:
            return Edit(path, number, line, entry, safe)
    return Edit(path, head + 1, "", entry, safe) if head else None


def toml_value(value: str | bool | list[str]) -> str:
    """The value as TOML writes it: as JSON does, but for one sign that only JSON lets stand."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def edit_slip(problem: Problem) -> Edit | None:
    """The edit that writes what a problem says was meant in place of the word that is a slip of it.

    None where the problem suggests nothing, names no line, or its line holds no such word or two.
    """
    path = Path(problem.file)
    lines = _lines(path)
    if not problem.suggestion or not 0 < problem.line <= len(lines):
        return None
    line = lines[problem.line - 1]
    meant = problem.suggestion.casefold()
    slips = {
        word for word in _WORD.findall(line)
        if word.casefold() != meant and fuzz.ratio(word.casefold(), meant) >= ALIKE
            and word in f"{problem.text} {problem.offending}"
    }  # fmt: skip
    if len(slips) != 1:
        return None
    [slip] = slips
    mended = re.sub(rf"(?<![\w]){re.escape(slip)}(?![\w])", problem.suggestion, line, count=1)
    shown = printable_line(mended, Config) if path.name == FILE else mended
    return Edit(path, problem.line, line, mended, safe=True, shown=shown)


def apply_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Make the edits, the last line of a file first; returns those that were made.

    One whose line has changed since is left out. The file as it was is kept beside it.
    """
    made: list[Edit] = []
    by_file: dict[Path, set[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, set()).add(edit)
    for path, wanted in by_file.items():
        lines = _lines(path)
        done = []
        for edit in sorted(wanted, key=lambda each: each.line, reverse=True):
            if not edit.old:
                lines.insert(edit.line - 1, edit.new)
            elif edit.line <= len(lines) and lines[edit.line - 1] == edit.old:
                lines[edit.line - 1] = edit.new
            else:
                continue
            done.append(edit)
        if done:
            _replace_file(path, "\n".join(lines) + "\n")
        made += reversed(done)
    return made


def _replace_file(path: Path, text: str) -> None:
    """Put the new text in place at once, with the rights of the old; what was is kept."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(path.stat().st_mode & 0o777)
    kept_copy = path.with_name(f"{path.name}{BEFORE}")
    kept_copy.unlink(missing_ok=True)
    os.link(path, kept_copy)
    draft.replace(path)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
