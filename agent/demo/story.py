"""`deskless demo`: a week in the life of a small team, over real mail on this machine.

The mail servers are embedded, the mailboxes lie in memory, the agent is the one that `deskless run`
starts, with its configuration in a folder. Only the clock is the story's.
"""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from deskless.agent.demo import story_end, story_week
from deskless.agent.demo.story_folder import prepare_folder
from deskless.agent.demo.story_stage import Stage, set_stage
from deskless.agent.demo.story_tell import WIDE, Teller


def tell_story(
    folder: Path, quick: bool = False, console: Console | None = None, *, long: bool = False
) -> None:
    """Play the week and leave its papers in `folder`; `quick` leaves no time to read.

    The same happens either way: `long` prints every scene, else the main ones. The papers have all.

    Raises ValueError for a folder that holds something else.
    """
    place = prepare_folder(folder)
    console = console or Console()
    if not console.is_terminal:
        console = Console(file=console.file, width=WIDE)
    teller = Teller(console, quick=quick, long=long)
    with set_stage(place, teller) as acme:
        _begin(acme)
        for scene in story_week.WEEK:
            scene(acme)
        story_end.end_story(acme)
    (folder / "story.txt").write_text(teller.text, encoding="utf-8")


def _begin(acme: Stage) -> None:
    """Where we are, and who judges."""
    model = acme.agent.office.bench.model
    judge = f"Claude ({acme.agent.config.judge.model}) and the rules" if model else "The rules"
    acme.teller.plain(
        Text("A week at Acme, who make tills for small shops", style="bold"),
        Text(
            "Eight people, one shared inbox, no help desk. The mail is real and stays on this "
            f"machine. {judge} judge. Only the clock is moved.",
            style="dim",
        ),
    )
    acme.teller.ruled()
    acme.teller.main = False
    acme.settle(timed=True)
