"""The board: one self-contained page of HTML with the live cases, for a screen, a phone, or paper.

It loads nothing and needs nothing: styles and the few lines that let its timers run stand in it,
and without script it shows the timers as of its making. Whatever comes from a mail is escaped.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deskless.templates.parts import PLAIN, Bar, CaseGroup, CaseLine, Fact
from deskless.templates.safe import clean_value

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCase:
    """A case on the board: its line, when it is due (ISO 8601, UTC; empty: nothing is awaited), and
    what happened, latest first.
    """

    line: CaseLine
    due: str = ""
    history: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that stands on the board. `made` is when it was made, in the team's zone, and
    `stamp` the same for a program; `agent` is the address that answers go to; `ills` say what is
    not well. `refresh` are the seconds after which an open page looks again; 0: never.
    """

    company: str
    made: str
    stamp: str
    agent: str = field(metadata=PLAIN)
    cases: tuple[BoardCase, ...] = ()
    more: int = 0
    groups: tuple[CaseGroup, ...] = ()
    week: tuple[Bar, ...] = ()
    shadow: bool = False
    ills: tuple[str, ...] = ()
    refresh: int = 60


def render_board(board: Board) -> str:
    """The page."""
    page = _environment().get_template("board.html.j2")
    return page.render(board=clean_value(board)) + "\n"


def mail_link(agent: str, case: str, words: str) -> str:
    """A link that opens a mail to us about a case; who sends it is asked for proof as ever."""
    subject, body = quote(f"[{case}] {words}", safe=""), quote(f"{words}\r\n\r\n", safe="")
    return f"mailto:{quote(agent, safe='@+')}?subject={subject}&body={body}"


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    words = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(PAGES), undefined=StrictUndefined, autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words.globals["mail_link"] = mail_link
    return words
