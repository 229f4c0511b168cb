"""The voice of the demo: headings, lines, and the pace at which a person can follow."""

import time
from collections.abc import Callable
from datetime import datetime
from textwrap import shorten

from rich.console import Console
from rich.table import Table
from rich.text import Text

READ = 0.0034
"""Seconds a character is given, up to `LONGEST` a line."""
LONGEST = 0.8
END = 50.0
"""Seconds after the start from which on nobody is made to wait."""
WIDE = 100
GUTTER = 8


class Teller:
    """Prints the story. `wait` sleeps; a quick story never does."""

    def __init__(
        self, console: Console, *, quick: bool, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self.console = console
        self._quick = quick
        self._wait = wait
        self._began = time.monotonic()
        self._shown = ""

    @property
    def width(self) -> int:
        """How wide a line may be."""
        return min(self.console.width, WIDE)

    def day(self, at: datetime) -> None:
        """A new day."""
        name = f"{at:%A} {at.day} {at:%B}"
        self.console.print()
        rule = "─" * max(self.width - len(name) - 4, 3)
        self.console.print(Text.assemble(("── ", "dim"), (name, "bold"), (f" {rule}", "dim")))

    def title(self, words: str) -> None:
        """A heading of the end."""
        self.console.print()
        self.console.print(Text(words, style="bold underline"))

    def act(self, at: datetime, who: str, what: str) -> None:
        """Somebody does something, at a time of day."""
        self.console.print()
        self._row(f" {at:%H:%M}", "", Text.assemble((who, "bold"), f" {what}"))
        self.rest(len(who) + len(what))

    def said(self, words: str, *, most: int = 200) -> None:
        """Somebody's own words, in italics, cut after `most` characters; never the same twice."""
        flat = shorten(" ".join(words.split()), most, placeholder=" …")
        if flat.removesuffix(" …") in self._shown:
            return
        self._shown = flat
        self._row("", "", Text(f"“{flat}”", style="italic"))
        self.rest(len(flat))

    def told(self, mark: str, words: str, style: str = "", *, at: datetime | None = None) -> None:
        """What Deskless did, behind a mark; with the time where nobody's mail caused it."""
        if at is not None:
            self.console.print()
        self._row(f" {at:%H:%M}" if at else "", mark, Text(words, style=style), style)
        self.rest(len(words))

    def note(self, words: str) -> None:
        """The narrator's own word, quietly."""
        self._row("", "", Text(words, style="dim"))
        self.rest(len(words))

    def plain(self, *lines: str | Text) -> None:
        """Lines as they are."""
        for line in lines:
            self.console.print(line, width=self.width, highlight=False)

    def rest(self, characters: int) -> None:
        """Time to read so many characters."""
        if not self._quick and time.monotonic() - self._began < END:
            self._wait(min(characters * READ, LONGEST))

    def _row(self, lead: str, mark: str, body: Text, style: str = "") -> None:
        """A line whose text is wrapped under itself, not under the time of day."""
        grid = Table.grid()
        grid.add_column(width=GUTTER)
        if mark:
            grid.add_column(width=2)
        grid.add_column(ratio=1)
        cells = [Text(lead, style="dim"), *([Text(mark, style=style)] if mark else []), body]
        grid.add_row(*cells)
        self.console.print(grid, width=self.width, highlight=False)
