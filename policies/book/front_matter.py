"""A Markdown file with front matter, split into parts that remember their lines.

Front matter is read by ruamel.yaml (YAML 1.2, so `off` and `no` are words; a doubled key is an
error) because it keeps the line and column of every value.
"""

import json
import re
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from deskless.policies.problems import Problem, Problems

FENCE = re.compile(r"^---\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
LINE = re.compile(r"^(\s*(?:-\s+)?(?:[\w-]+:\s+)?)(\S.*?)\s*$")
CODE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class PageSection:
    """One `##` part of the body: its title, the number of its first line and its lines."""

    title: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The part's text without blank lines around it."""
        return "\n".join(self.lines).strip()


@dataclass(frozen=True, slots=True)
class Page:
    """A file in parts: `values` from the front matter, `title` from `# …`, sections by title.

    The prose before the first `##` is the section with an empty title. `problems` are faults of
    the front matter that could be read past.
    """

    path: str
    lines: tuple[str, ...]
    values: CommentedMap
    title: str
    sections: tuple[PageSection, ...] = field(default=())
    problems: tuple[Problem, ...] = ()

    def section(self, title: str) -> PageSection | None:
        """The section with this title, whatever its case."""
        wanted = title.casefold()
        return next(
            (section for section in self.sections if section.title.casefold() == wanted), None
        )

    def problem(self, line: int, column: int, text: str, suggestion: str = "") -> Problem:
        """A problem of this file, with the offending line filled in."""
        offending = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(self.path, line, column, text, offending, suggestion)

    def place(self, *keys: str | int) -> tuple[int, int]:
        """Line and column (from 1) of a value in the front matter, or of its key if it has none."""
        here: object = self.values
        spot = (1, 1)
        for key in keys:
            if isinstance(here, CommentedMap) and key in here.lc.data:
                mark = here.lc.data[key]
                spot = (mark[2] + 2, mark[3] + 1)
                here = here[key]
            elif isinstance(here, CommentedSeq) and isinstance(key, int) and key in here.lc.data:
                mark = here.lc.data[key]
                spot = (mark[0] + 2, mark[1] + 1)
                here = here[key]
            else:
                break
        return spot

    def key_place(self, key: str) -> tuple[int, int]:
        """Line and column (from 1) of a key itself."""
        mark = self.values.lc.data.get(key)
        return (mark[0] + 2, mark[1] + 1) if mark else (1, 1)


def read_page(text: str, path: str) -> Page:
    """Split a file. Raises Problems when the front matter is missing, unclosed or not YAML."""
    lines = tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    bare = Page(path, lines, CommentedMap(), "")
    if not lines or not FENCE.match(lines[0]):
        raise Problems([bare.problem(1, 1, "The file must begin with a line `---` and its facts.")])
    end = next((n for n, line in enumerate(lines) if n and FENCE.match(line)), None)
    if end is None:
        raise Problems([bare.problem(1, 1, "The line `---` that ends the facts is missing.")])
    values, problems = _mended(bare, list(lines[1:end]))
    title, sections = _body(lines[end + 1 :], end + 2)
    return Page(path, lines, values, title, sections, tuple(problems))


def _mended(page: Page, facts: list[str]) -> tuple[CommentedMap, list[Problem]]:
    """The facts, read on past lines that only want quotes, so that one run tells everything."""
    problems: list[Problem] = []
    while True:
        try:
            return _yaml(page, "\n".join(facts) + "\n"), problems
        except MarkedYAMLError as error:
            problem = _marked(page, error)
            problems.append(problem)
            spot = problem.line - 2
            line = LINE.match(facts[spot]) if 0 <= spot < len(facts) else None
            if not line or line[2].startswith(('"', "'")):
                raise Problems(problems) from error
            facts[spot] = line[1] + json.dumps(line[2], ensure_ascii=False)


def _yaml(page: Page, text: str) -> CommentedMap:
    try:
        values = YAML(typ="rt").load(text)
    except MarkedYAMLError:
        raise
    except (YAMLError, ValueError) as error:
        raise Problems([page.problem(1, 1, f"The facts cannot be read: {error}.")]) from error
    if values is None:
        return CommentedMap()
    if not isinstance(values, CommentedMap):
        raise Problems([page.problem(2, 1, "The facts must be lines such as `severity: SEV-2`.")])
    return values


def _marked(page: Page, error: MarkedYAMLError) -> Problem:
    """YAML's complaint in a person's words, at its place."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
    sentence = str(error.problem or error).strip()
    if "duplicate key" in sentence:
        key = re.search(r'key "([^"]+)"', sentence)
        return page.problem(line, column, f"`{key[1] if key else sentence}` is given twice.")
    if "\\t" in sentence or "tab" in sentence.split():
        return page.problem(line, column, "Indent with spaces; a tab cannot stand here.")
    if "cannot start any token" in sentence:
        sign = re.search(r"'(.)'", sentence)
        return page.problem(
            line, column, f"A value that begins with `{sign[1] if sign else '@'}` needs quotes."
        )
    if "mapping values are not allowed" in sentence:
        return page.problem(line, column, "A value that holds a colon needs quotes.")
    return page.problem(line, column, f"This line cannot be read as a fact ({sentence}).")


def _body(lines: tuple[str, ...], first: int) -> tuple[str, tuple[PageSection, ...]]:
    """The `#` title and the `##` sections; headings inside code fences are text."""
    title, name, start = "", "", first
    held: list[str] = []
    sections: list[PageSection] = []
    fenced = False
    for number, line in enumerate(lines, first):
        fenced ^= bool(CODE.match(line))
        heading = None if fenced else HEADING.match(line)
        if heading and len(heading[1]) == 1 and not title:
            title = heading[2]
        elif heading and len(heading[1]) == 2:
            sections.append(PageSection(name, start, tuple(held)))
            name, start, held = heading[2], number + 1, []
        else:
            held.append(line)
    sections.append(PageSection(name, start, tuple(held)))
    return title, tuple(sections)
