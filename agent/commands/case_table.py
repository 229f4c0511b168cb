"""The ranked list of live cases: a table for a terminal, an object a case for a program."""

import textwrap
from collections.abc import Iterator
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.decide import deadline_at
from deskless.agent.reports.export import say_second
from deskless.templates.parts import CaseLine

COLUMNS = ("case", "severity", "customer", "owner", "next", "stands")
WHOLE = frozenset({"case", "severity", "next"})
"""Columns whose cells are never broken."""
LONGEST = 16
"""Letters of a word that a column of words makes room for."""


def ranked_table(ranked: list[tuple[Case, CaseLine]]) -> Group:
    """The ranked list as a table, a late timer red; below it what kind of work each case is, what
    leadership has to give or to know, and what wants attention.
    """
    shown = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    rows = [_cells(line) for _, line in ranked]
    for place, name in enumerate(COLUMNS):
        words = [word for row in rows for word in row[place].split()]
        # A key, a severity and a time are read whole; of the rest no word is broken.
        longest = min(max(map(len, words), default=1), LONGEST)
        shown.add_column(name, overflow="fold", no_wrap=name in WHOLE, min_width=longest)
    for (_, line), row in zip(ranked, rows, strict=True):
        timer = Text(row[4], style="red" if line.late else "")
        shown.add_row(*row[:4], timer, *row[5:])
    return Group(shown, *(Text(words, style="dim") for words in _signals(ranked)))


def _signals(ranked: list[tuple[Case, CaseLine]]) -> Iterator[str]:
    """What each case is and wants, cases of which the same is true in one line."""
    cases: dict[str, list[str]] = {}
    for _, line in ranked:
        signal = f"leadership: {line.leads}" if line.leads else line.attention
        cases.setdefault("; ".join(filter(None, (line.nature, signal))), []).append(line.case)
    return (f"{', '.join(keys)}: {words}" for words, keys in cases.items() if words)


def _cells(line: CaseLine) -> tuple[str, ...]:
    owner = line.owner or (f"{line.asked} (asked)" if line.asked else "nobody")
    return (line.case, line.severity, line.customer, owner, line.timer or "", line.state)


def hang(text: Text, width: int, indent: int) -> Text:
    """A line in as many as it takes, broken between words and indented below the first."""
    lines = textwrap.wrap(
        text.plain, width, subsequent_indent=" " * indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    if len(lines) < 2:
        return text
    return Text("\n").join([text[: len(lines[0])], *map(Text, lines[1:])])


def summary(case: Case, line: CaseLine) -> dict[str, Any]:
    """A case in the list, for a program."""
    return {
        "case": case.key, "ticket": case.ticket, "status": case.status.value,
        "severity": case.severity.value, "customer": line.customer, "what": line.what,
        "owner": line.owner, "asked": line.asked or None, "deadline": line.deadline,
        "timer": line.timer, "late": line.late, "promised": line.promised,
        "blocker": line.blocker, "next": line.next, "why": line.why, "nature": line.nature,
        "leadership": line.leads or None, "attention": line.attention or None,
        "due": say_second(deadline_at(case)) or None,
        "promise": say_second(case.promise) or None,
    }  # fmt: skip
