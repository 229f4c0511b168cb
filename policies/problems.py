"""What is wrong with a file that a person wrote: where, what, and what was probably meant.

Readers of configuration collect problems and raise `Problems` once, so that a person mends a
folder in one go instead of one complaint a run.
"""

from collections.abc import Iterable
from dataclasses import dataclass

ALIKE = 60.0  # rapidfuzz ratio from which a word counts as a slip of another: `hihg`, `high` is 75


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend.

    `line` and `column` count from 1; 0 means the file (or the line) as a whole. `text` is a
    sentence, `offending` the line as it stands, `suggestion` what was probably meant. A `warning`
    is worth telling and stops nothing.
    """

    file: str
    line: int
    column: int
    text: str
    offending: str = ""
    suggestion: str = ""
    warning: bool = False

    def render(self) -> str:
        """`file:line:column: sentence`, the offending line with a caret, `did you mean …`."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = f"{place}: {'warning: ' if self.warning else ''}{self.text}"
        if self.suggestion:
            head += f" Did you mean `{self.suggestion}`?"
        if not self.offending or not self.line:
            return head
        gutter = f"{self.line:>5} | "
        caret = " " * 5 + " | " + _indent(self.offending, self.column) + "^"
        return "\n".join([head, gutter + self.offending, *([caret] if self.column else [])])


class Problems(Exception):
    """Every problem of a file or folder at once, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return render_problems(self.problems)


def render_problems(problems: Iterable[Problem]) -> str:
    """All problems as text for a terminal or a plain mail, one paragraph each."""
    return "\n".join(problem.render() for problem in problems)


def nearest_word(word: str, choices: Iterable[str]) -> str:
    """The choice that `word` is probably a slip of; empty when none is close."""
    pool = {choice.casefold(): choice for choice in choices}
    if word.casefold() in pool:
        return pool[word.casefold()]
    from rapidfuzz import fuzz, process  # only a mistake needs it

    best = process.extractOne(word.casefold(), sorted(pool), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return pool[best[0]] if best else ""


def _indent(line: str, column: int) -> str:
    """Blank space as wide as the line before the column; tabs stay tabs, so the caret fits."""
    return "".join("\t" if char == "\t" else " " for char in line[: max(column - 1, 0)])
