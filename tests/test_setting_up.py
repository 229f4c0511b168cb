"""Setting up: a line is mended and nothing else, and a trial brief finds out who answers how."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import deskless
from harness import Company, company
from hypothesis import given, settings, strategies as st

from deskless.agent.commands import trial
from deskless.agent.settings.config import load_config
from deskless.agent.settings.edit import Edit, apply_edits, edit_setting, edit_slip
from deskless.policies.problems import Problem, Problems

TOML = """# what we know
[inbox]
address = "support@acme.example"   # the shared one
# password = "no"

[team]
founder = "maya@acme.example"

[mode]
live = false
"""


@given(
    value=st.one_of(st.booleans(), st.text(max_size=30), st.lists(st.text(max_size=9), max_size=3)),
    place=st.sampled_from([("inbox", "address"), ("inbox", "plus"), ("team", "name"),
                           ("mode", "live"), ("team", "founder")]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_one_setting_changes_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, value: bool | str | list[str], place: tuple[str, str]
) -> None:
    """Whatever the value is, the file reads as before but for it; remarks stay."""
    table, key = place
    path = tmp_path_factory.mktemp("edit") / "deskless.toml"
    path.write_text(TOML)
    expected = tomllib.loads(TOML)
    expected[table][key] = value
    edit = edit_setting(path, table, key, value)
    assert edit is not None
    assert apply_edits([edit]) == [edit]
    assert tomllib.loads(path.read_text()) == expected
    kept = [line for line in TOML.splitlines() if line.startswith("#")]
    assert [line for line in path.read_text().splitlines() if line.startswith("#")] == kept
    assert path.with_name("deskless.toml.before").read_text() == TOML


def test_a_line_that_has_changed_since_is_left(tmp_path: Path) -> None:
    """Nobody's work is written over, and what is not there cannot be edited."""
    path = tmp_path / "deskless.toml"
    path.write_text(TOML)
    assert apply_edits([Edit(path, 7, "founder = 1", "founder = 2")]) == []
    assert path.read_text() == TOML
    assert edit_setting(path, "nowhere", "key", "x") is None
    assert edit_setting(tmp_path / "gone.toml", "team", "founder", "x") is None


@pytest.mark.parametrize(("line", "text", "meant", "mended"), [
    ("severity: hihg", "severity: `hihg` is none of these.", "high", "severity: high"),
    ("owner: bliling lead", "owner: `bliling` is nobody.", "billing", "owner: billing lead"),
    ("severity: high", "severity is not known.", "high", None),
    ("a: hihg b: hgih", "`hihg`, `hgih`: which?", "high", None),
    ("severity: hihg", "Something is wrong.", "", None),
])  # fmt: skip
def test_a_slip_is_mended_where_it_is_clear_which(
    tmp_path: Path, line: str, text: str, meant: str, mended: str | None
) -> None:
    """One word of the line, the one that was complained of; two of them are a person's to mend."""
    path = tmp_path / "refund.md"
    path.write_text(f"---\n{line}\n---\n")
    edit = edit_slip(Problem(str(path), 2, 0, text, line, meant))
    assert (edit.new if edit else None) == mended


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme in the shadow, where nobody but the founder gets mail otherwise."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as made:
        yield made


def try_out(acme: Company, who: str) -> str:
    """The command, at the story's instant."""
    return trial.send_trial(load_config(acme.folder), who, acme.clock)


def said(acme: Company, who: str) -> str:
    """The newest mail to somebody, on one line."""
    return " ".join(acme.mails(who)[-1].text.split())


@pytest.mark.parametrize(("answer", "word", "would"), [
    ("ACCEPT", "I read it as ACCEPT.", "It would be yours now"),
    ("on it", "I read it as ACCEPT.", "It would be yours now"),
    ("Übernehme ich", "I read it as ACCEPT.", "It would be yours now"),
    ("BOUNCE because Ben knows that part", "I read it as BOUNCE.", "go to the next person"),
    ("LATER until 15:00", "I read it as LATER.", "you would be asked again then"),
    ("accept or bounce, who knows", "I could not read", "please try once more"),
])  # fmt: skip
def test_a_trial_is_answered_read_and_thanked(
    acme: Company, answer: str, word: str, would: str
) -> None:
    """In the shadow, too; nothing of it is a case's, and who wrote is known from then on."""
    assert "went to Ana Lopez (ana@acme.example)" in try_out(acme, "ana")
    brief = acme.brief("ana")
    assert "TRIAL" in brief.subject
    assert "no customer behind it and no case" in " ".join(brief.text.split())
    acme.reply("ana", answer, to=brief)
    thanks = said(acme, "ana")
    assert word in thanks
    assert would in thanks
    assert "Your mail server vouched for you" in thanks
    assert acme.cases() == []
    assert not [entry for entry in acme.entries() if entry.case]
    tried = "answered a trial brief: Ana Lopez"
    assert (tried in deskless("check", "--offline", folder=acme.folder)) == ("read it as" in thanks)


def test_who_is_not_vouched_for_tries_with_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code comes in the shadow, too, and the thanks say that each yes will ask for one."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False, authserv="") as acme:
        try_out(acme, "ana@acme.example")
        acme.reply("ana", "ACCEPT", to=acme.brief("ana"))
        code = acme.brief("ana")
        assert "code" in code.text.lower()
        acme.reply("ana", "YES", to=code)
        assert "a code proved you" in said(acme, "ana")
        assert acme.cases() == []


def test_a_stranger_cannot_answer_a_trial(acme: Company) -> None:
    """As with any brief: a forged answer does nothing, and its owner is warned."""
    try_out(acme, "ana")
    before = len(acme.mails("ana"))
    acme.reply("ana", "ACCEPT", to=acme.brief("ana"), forged=True)
    assert not any("I read it as" in mail.text for mail in acme.mails("ana")[before:])


@pytest.mark.parametrize(("who", "sentence"), [
    ("nobody", "Nobody is called nobody; there are: Tom Frey, Ana Lopez"),
    ("Ana Lopze", "Did you mean `Ana Lopez`"),
])  # fmt: skip
def test_whom_it_cannot_reach_is_told(acme: Company, who: str, sentence: str) -> None:
    """With who there is."""
    told = deskless("trial", who, folder=acme.folder, code=78)
    assert sentence in " ".join(told.split())


def test_a_trial_waits_for_the_daemon_where_one_runs(acme: Company) -> None:
    """Two that send would be one too many."""
    lock = acme.office.store.lock()
    try:
        told = try_out(acme, "ben")
    finally:
        lock.release()
    assert "the daemon sends it within a minute" in told
    acme.settle()
    assert "TRIAL" in acme.brief("ben").subject


def test_the_command_says_what_became_of_it(acme: Company) -> None:
    """In a sentence."""
    told = deskless("trial", "tom", folder=acme.folder)
    assert told.startswith("A trial brief went to Tom Frey (tom@acme.example).")


def test_of_two_with_one_first_name_the_address_is_asked(acme: Company) -> None:
    """A first name that is two people's is nobody's."""
    matrix = (acme.folder / "matrix.csv").read_text().replace("Ben Okafor", "Ana Okafor")
    (acme.folder / "matrix.csv").write_text(matrix)
    with pytest.raises(Problems, match="2 people are called ana"):
        trial.send_trial(load_config(acme.folder), "ana")
