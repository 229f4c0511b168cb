"""The voice of the demo: headings, lines, and the pace at which a person can follow.

Everything is written down; on the console the short story has only the main scenes, the long one
all of them.
"""

import io
import time
from collections.abc import Callable
from datetime import datetime
from textwrap import shorten

from rich.console import Console, RenderableType
from rich.rule import Rule
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
    """Tells the story: all of it to `book`, and to `console` what is told there.

    `wait` sleeps; a quick story never does. `main`: this scene belongs to the short story, too.
    """

    def __init__(
        self,
        console: Console,
        *,
        quick: bool,
        long: bool = True,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.book = Console(file=io.StringIO(), width=WIDE)
        self.main = True
        self._console = console
        self._day: datetime | None = None
        self._quick = quick
        self._long = long
        self._wait = wait
        self._began = time.monotonic()
        self._shown = ""

    @property
    def text(self) -> str:
        """The whole story, without colours and without blanks at the ends of its lines."""
        assert isinstance(self.book.file, io.StringIO), "the book is kept in memory"
        lines = [line.rstrip() for line in self.book.file.getvalue().splitlines()]
        return "\n".join(lines).strip("\n") + "\n"

    def day(self, at: datetime) -> None:
        """A new day; the console has its heading before the first thing that is told of it."""
        self._day = at
        _heading(self.book, at)

    def title(self, words: str) -> None:
        """A heading of the end."""
        self.show("")
        self.show(Text(words, style="bold underline"))

    def act(self, at: datetime, who: str, what: str) -> None:
        """Somebody does something, at a time of day."""
        self.show("")
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
            self.show("")
        self._row(f" {at:%H:%M}" if at else "", mark, Text(words, style=style), style)
        self.rest(len(words))

    def note(self, words: str) -> None:
        """The narrator's own word, quietly."""
        self._row("", "", Text(words, style="dim"))
        self.rest(len(words))

    def plain(self, *lines: str | Text) -> None:
        """Lines as they are."""
        for line in lines:
            self.show(line)

    def ruled(self) -> None:
        """A line across."""
        self.show(Rule(style="dim"))

    def show(self, what: RenderableType, *, whole: bool = False) -> None:
        """Anything that can be printed; `whole` lines are not wrapped, to be copied from."""
        for page in (self.book, self._console):
            if page is self._console:
                if not self._told:
                    continue
                if self._day is not None:
                    _heading(page, self._day)
                    self._day = None
            page.print(what, width=min(page.width, WIDE), highlight=False, soft_wrap=whole)

    @property
    def _told(self) -> bool:
        """Whether the console is told what happens now."""
        return self._long or self.main

    def rest(self, characters: int) -> None:
        """Time to read so many characters."""
        if self._told and not self._quick and time.monotonic() - self._began < END:
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
        self.show(grid)


def _heading(page: Console, at: datetime) -> None:
    name = f"{at:%A} {at.day} {at:%B}"
    rule = "─" * max(min(page.width, WIDE) - len(name) - 4, 3)
    page.print()
    page.print(Text.assemble(("── ", "dim"), (name, "bold"), (f" {rule}", "dim")))
