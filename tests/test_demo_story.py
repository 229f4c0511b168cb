"""The demo: a week over real mail, told from the ledger, left in a folder that is its own."""

import io
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demo_run import Told, run, told  # noqa: F401 - `told` is a fixture
from rich.console import Console
from stores import every_case

from deskless.agent.commands import ledger_proof, rebuild
from deskless.agent.daemon import assemble
from deskless.agent.demo.story_folder import MARKER, OFFICE, prepare_folder
from deskless.agent.demo.story_tell import END, Teller
from deskless.agent.settings import config
from deskless.store.ledger import entries

SCENES = [
    ("a routine question is left alone", "No criterion is met: left with support."),
    ("a newsletter is no customer", "It came over a list: judged like any other mail."),
    ("an outage is severe", "SEV-1 Service down or work at a standstill"),
    ("and told upwards at once", "Maya, the founder, is told at once."),
    ("an owner promises", "Northwind Stores is owed an update by 10:15."),
    (
        "only approved words reach the customer",
        "Vera Lind has mail: [URGENT] We’re on it - Tills down in all shops",
    ),
    ("a dispute needs no word for it", "Refund or payment in dispute"),
    ("a bounce goes on with its note", "Ana Lopez bounced it; the note goes along"),
    ("words for machines are shown to nobody", "It hides words for a machine"),
    ("an absence is no answer", "Karl Winter is away until 01 December."),
    ("a delivery failure is no customer", "A delivery report about somebody else's mail"),
    ("a mail of HTML alone is read", "A shop opens without its tills"),
    ("a renewal is at risk", "A valuable customer is leaving"),
    ("silence is reminded once", "one reminder, and only one"),
    ("and then the next is asked", "Ines Duarte did not answer in time. The offer moves on."),
    ("a forgery is refused", "REFUSED. The mail server did not believe the sender"),
    ("and its victim warned", "The person it pretended to be is warned."),
    ("a teammate is asked for what is missing", "Tom Frey is asked what was tried."),
    ("an automatic reply is never answered", "A machine's mail: read like any other"),
    ("the third mail about one thing", "They write again and again"),
    ("a step can be taken back", "Ines Duarte's last step is taken back"),
    ("what was not over is open again", "ACME-1043-1 is open again."),
    ("the week ends in a summary", "The weekly summary goes to Maya."),
    ("the ledger is whole", "The ledger is what it was."),
    ("and the next step is told", "deskless init support@yourcompany.example"),
]


MAIN = [
    "SEV-1 Service down or work at a standstill",
    "Ben Okafor replies from his phone: ACCEPT",
    "Vera Lind has mail: [URGENT] We’re on it - Tills down in all shops",
    "Ana Lopez bounced it; the note goes along",
    "one reminder, and only one",
    "Ines Duarte did not answer in time. The offer moves on.",
    "REFUSED. The mail server did not believe the sender",
    "No criterion is met: left with support.",
    "The weekly summary goes to Maya.",
    "The ledger is what it was.",
    "as deskless demo --long tells it",
    "deskless init support@yourcompany.example",
]
"""What nobody may miss who looks once."""


@pytest.mark.slow
@pytest.mark.parametrize(("what", "words"), SCENES, ids=[what for what, _ in SCENES])
def test_every_scene_is_played(told: Told, what: str, words: str) -> None:  # noqa: F811
    """The words stand in the story, however it is wrapped."""
    assert words in " ".join(told.story.split())


@pytest.mark.slow
def test_a_terminal_is_told_the_main_scenes(told: Told) -> None:  # noqa: F811
    """At most 120 rows of 80 columns, counting those that the terminal wraps itself."""
    rows = sum(max(-(-len(line.rstrip()) // 80), 1) for line in told.said.splitlines())
    assert 60 < rows <= 120
    printed = " ".join(told.said.split())
    assert [words for words in MAIN if words not in printed] == []
    assert "A newsletter" not in printed
    assert "Thursday" not in printed, "a day of which nothing is told has no heading"


def test_the_long_story_is_told_as_it_is_kept() -> None:
    """Line by line, but for blanks at their ends; the short one leaves out what is not main."""
    at = datetime(2026, 11, 24, 9, tzinfo=UTC)
    for long in (True, False):
        page = io.StringIO()
        teller = Teller(Console(file=page, width=100), quick=True, long=long)
        for main in (False, True):
            teller.main = main
            teller.day(at + timedelta(days=main))
            teller.act(at, "Vera", f"writes a mail that is {'' if main else 'not '}main")
            teller.told("→", "word " * 40)
        printed = [line.rstrip() for line in page.getvalue().strip("\n").splitlines()]
        stored = teller.text.rstrip("\n").splitlines()
        assert all(len(line) <= 100 for line in stored)
        assert len(stored) == 13
        assert printed == (stored if long else stored[7:])


@pytest.mark.slow
def test_what_it_leaves_is_a_real_installation(told: Told) -> None:  # noqa: F811
    """Eight cases, a shelf that equals its ledger, and a ledger that its mails confirm."""
    made = assemble.build_office(config.load_config(told.folder / "acme"))
    try:
        assert rebuild.rebuild_shelf(made) == []
        mails = sorted((told.folder / "mail").glob("*.eml"))
        report = ledger_proof.verify_ledger(
            made.store, mails, lambda _done, _of: None, key=made.ledger.vkey()
        )
        assert report.ok
        assert report.covered > report.size - 10
        with made.store.reading() as session:
            assert len(list(every_case(session))) == 8
            failed = entries.Span(kinds=frozenset({"quarantined", "trouble", "breaker"}))
            assert list(entries.read_entries(session, failed)) == []
    finally:
        made.store.close()


@pytest.mark.slow
def test_every_brief_lies_there_to_look_at(told: Told) -> None:  # noqa: F811
    """As it arrived, and as a page."""
    mails = {path.stem for path in (told.folder / "mail").glob("*.eml")}
    assert {"ACME-1042-1-brief-for-ben", "ACME-1043-1-brief-for-ines"} <= mails
    assert mails == {path.stem for path in (told.folder / "mail").glob("*.html")}
    assert "<html" in (told.folder / "weekly.html").read_text(encoding="utf-8")
    assert "failed" not in (told.folder / "deskless.log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_second_run_replaces_only_its_own(tmp_path: Path, told: Told) -> None:  # noqa: F811
    """What a person put beside it stays; and the long story is the same week."""
    first = Told(shutil.copytree(told.folder, tmp_path / "demo"), told.said)
    short = first.story.splitlines()
    mails = {path.name for path in (first.folder / "mail").iterdir()}
    (first.folder / "mine.txt").write_text("keep me")
    stale = first.folder / "mail" / "stale.eml"
    stale.write_text("old")
    again = run(first.folder, long=True)
    long = again.story.splitlines()
    assert [line.rstrip() for line in again.said.strip("\n").splitlines()] == long
    assert [line for line in long if "root" not in line] == [
        line for line in short if "root" not in line
    ]
    assert {path.name for path in (first.folder / "mail").iterdir()} == mails
    assert (first.folder / "mine.txt").read_text() == "keep me"
    assert not stale.exists()


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    """Whatever it holds, and also behind a link."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "acme").mkdir()
    with pytest.raises(ValueError, match="left alone"):
        prepare_folder(tmp_path / "work")
    assert (tmp_path / "work" / "acme").is_dir()
    (tmp_path / "link").symlink_to(tmp_path / "work")
    with pytest.raises(ValueError, match="no folder"):
        prepare_folder(tmp_path / "link")
    assert (prepare_folder(tmp_path / "new").folder / MARKER).is_file()


def test_the_pace_is_calm_and_ends() -> None:
    """A quick story never waits; another waits a little for each line, and not past its end."""
    waits: list[float] = []
    for quick in (True, False):
        teller = Teller(Console(quiet=True), quick=quick, wait=waits.append)
        teller.rest(100)
        teller.rest(10_000)
        assert bool(waits) is not quick
    assert max(waits) < 1
    teller = Teller(Console(quiet=True), quick=False, wait=waits.append)
    teller._began -= END + 1
    before = len(waits)
    teller.rest(100)
    assert len(waits) == before


def test_the_daemon_cannot_move_a_clock() -> None:
    """Nothing outside the demo imports it, but the command that plays it."""
    room = Path(OFFICE).parents[1]
    users = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if re.search(r"deskless\.agent\.demo\b", path.read_text(encoding="utf-8"))
    }
    assert {user for user in users if not user.startswith("demo/")} == {"cli/run.py"}
