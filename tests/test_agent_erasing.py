"""Forgetting somebody: counted first, then gone everywhere, and the ledger still verifies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.commands import ledger_proof, rebuild
from deskless.agent.office import state_keys
from deskless.agent.operations import retention
from deskless.store import cases
from deskless.store.ledger import head
from deskless.store.ledger.audit import Report

pytestmark = pytest.mark.slow

WORDS = "my grandmother's parrot says I was charged twice"
VERA = "vera@northwind.example"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company with Vera's case, owned by Ana, and Otto's."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", toml="[store]\nkeep_days = 30") as made:
        made.customer_writes(WORDS)
        made.reply("ana", "ACCEPT, update by 16:00")
        made.customer_writes("charged twice", subject="Bill", sender="otto@cornercafe.example")
        yield made


def verify(acme: Company, files: list[Path], key: str = "") -> Report:
    """Check the whole ledger, by our own key or another."""
    key = key or acme.office.ledger.vkey()
    return ledger_proof.verify_ledger(acme.office.store, files, lambda done, of: None, key=key)


def verified(acme: Company) -> None:
    """The ledger is what it was, and the shelf what it adds up to."""
    report = verify(acme, [])
    assert report.problems == ()
    assert rebuild.rebuild_shelf(acme.office) == []


def test_a_dry_run_counts_and_changes_nothing(acme: Company) -> None:
    """The same counts as the real thing, no entry, no word less."""
    before = acme.entries()
    told = retention.erase_person(acme.office, VERA)
    assert any("1 conversations, 1 cases" in line for line in told)
    assert acme.entries() == before
    really = retention.erase_person(acme.office, VERA, really=True)
    assert told[:-1] == really[:-1]


def test_words_are_gone_from_the_file_and_an_entry_says_so(acme: Company) -> None:
    """Text and address in no byte of the database; case, owner and proof stay."""
    retention.erase_person(acme.office, VERA.upper(), really=True)
    [entry] = acme.entries("erased")
    assert (entry.actor, entry.cause) == ("operator", "command line")
    stored = b"".join(path.read_bytes() for path in acme.folder.glob("deskless.db*"))
    assert b"parrot" not in stored
    assert VERA.encode() not in stored
    assert b"otto@cornercafe.example" in stored
    assert acme.cases()[0].owner == acme.id("ana")
    verified(acme)
    with acme.office.store.reading() as session:
        assert state_keys.SCRUB_OWED.get(session) is None


def test_a_case_goes_on_after_its_customer_was_forgotten(acme: Company) -> None:
    """The lease lapses, the next one is asked; nothing breaks for want of words."""
    retention.erase_person(acme.office, VERA, really=True)
    acme.pass_time(hours=6, minutes=5)
    acme.pass_time(hours=6)
    assert acme.cases()[0].owner is None
    verified(acme)


def test_somebody_unknown_leaves_no_entry(acme: Company) -> None:
    """Nothing is kept, so nothing is written either."""
    told = retention.erase_person(acme.office, "nobody@else.example", really=True)
    assert told == ["Nothing is kept about nobody@else.example."]
    assert acme.entries("erased") == []


@pytest.mark.parametrize("text", ["", "vera", "@", "a@b@c", "vera@"])
def test_what_is_no_address_is_refused(acme: Company, text: str) -> None:
    """Before anything is looked for."""
    with pytest.raises(ValueError, match="no mail address"):
        retention.erase_person(acme.office, text)


def test_a_teammate_is_told_of_who_still_stands_in_the_matrix(acme: Company) -> None:
    """Forgetting Ana here does not take her out of the team's own sheet."""
    told = retention.erase_person(acme.office, "ana@acme.example")
    assert any("stands in matrix.csv" in line for line in told)


def test_old_words_go_by_themselves_and_open_cases_keep_theirs(acme: Company) -> None:
    """keep_days = 30: Otto's case is closed, Vera's is not; after six weeks only hers has words."""
    acme.reply("ben", "ACCEPT")
    acme.reply("ben", "CLOSE because solved", to=acme.mails("ben")[-1])
    acme.clock.at = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
    acme.turn()
    [entry] = acme.entries("erased")
    assert entry.cause == "clock"
    words = {kept_entry.case: kept_entry.private for kept_entry in acme.entries("offered")}
    assert words["ACME-1042-1"]
    assert not words["ACME-1043-1"]
    acme.turn()
    assert len(acme.entries("erased")) == 1
    verified(acme)


def test_rebuilding_says_where_the_shelf_is_wrong_and_puts_it_right(acme: Company) -> None:
    """Somebody wrote another owner into the case table: found, named, mended, on record."""
    with acme.office.store.transaction() as session:
        row = cases.get_case(session, "ACME-1042-1")
        assert row is not None
        wrong = row.state.replace(f'"owner":"{acme.id("ana")}"', '"owner":"p99"')
        cases.put_case(session, replace(row, owner="p99", state=wrong))
        cases.put_case(session, cases.CaseRow("GHOST-1-1", "GHOST-1", 1, "open"))
    result = rebuild.rebuild_shelf(acme.office)
    ana = acme.id("ana")
    assert f"ACME-1042-1: owner is p99 on the shelf, {ana} by the ledger" in result
    assert "GHOST-1-1: on the shelf, and the ledger has no entry of it" in result
    assert rebuild.rebuild_shelf(acme.office, write=True) == result
    assert rebuild.rebuild_shelf(acme.office) == []
    assert [entry.data["differences"] for entry in acme.entries("rebuilt")] == [len(result)]
    verified(acme)


def test_a_saved_mail_is_a_witness_by_name(acme: Company, tmp_path: Path) -> None:
    """A brief saved from Ana's mailbox, a folder of mails, and one that proves nothing."""
    saved = tmp_path / "brief.eml"
    saved.write_bytes(acme.mails("ana")[0].raw)
    report = verify(acme, [saved])
    assert report.ok
    assert report.witnessed == 1
    assert report.covered > 0
    told = "\n".join(ledger_proof.report_lines(report))
    assert "rest on this machine alone" in told
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "empty.eml").write_text("Subject: none\n\nnothing here\n")
    report = verify(acme, [tmp_path / "mails"])
    assert "mails holds no mail with a signed head" in report.problems[0].what
    assert ledger_proof.report_values(report)["ok"] is False
    with pytest.raises(ValueError, match="cannot be read"):
        verify(acme, [tmp_path / "absent.eml"])


def test_a_rewritten_history_is_named_by_the_mail_that_knows_better(
    acme: Company, tmp_path: Path
) -> None:
    """The witness is Ana's mail, and the report says so, not `witness 1`."""
    saved = tmp_path / "brief.eml"
    raw = acme.mails("ana")[0].raw
    saved.write_bytes(raw)
    with company(tmp_path / "other") as other:
        other.office.ledger = acme.office.ledger
        report = verify(other, [saved])
    assert not report.ok
    assert any(str(saved) in problem.what for problem in report.problems)


def test_the_key_may_come_from_where_this_machine_cannot_reach(
    acme: Company, tmp_path: Path
) -> None:
    """As text, from a file, from the founder's saved first mail; a thief's own key is found out."""
    ours = acme.office.ledger.vkey()
    [welcome] = [mail for mail in acme.mails("maya") if ours in mail.text.replace("\n", "")]
    saved, file = tmp_path / "welcome.eml", tmp_path / "ledger.pub"
    saved.write_bytes(welcome.raw)
    file.write_text(f"{ours}\n")
    for words in (ours, str(file), str(saved)):
        assert ledger_proof.public_key(words) == ours
    assert ledger_proof.public_key("") == ""
    report = verify(acme, [], key=ours)
    assert report.ok
    thief = head.signing_key(tmp_path / "thief.key", acme.office.config.org).vkey()
    file.write_text(f"{ours}\n{thief}\n")
    with pytest.raises(ValueError, match="several keys"):
        ledger_proof.public_key(str(file))
    file.write_text("nothing")
    with pytest.raises(ValueError, match="no key"):
        ledger_proof.public_key(str(file))
    with pytest.raises(ValueError, match="cannot be read"):
        ledger_proof.public_key("nowhere.pub")
    report = verify(acme, [], key=thief)
    assert not report.ok
    assert "was changed" in report.problems[0].what


def test_a_case_can_be_proved_alone(acme: Company) -> None:
    """One case's entries under the signed head; an unknown case has no proof."""
    from deskless.store.ledger import proof

    result = ledger_proof.prove_case(acme.office, "ACME-1042-1")
    assert result is not None
    shown = proof.check_proof(result, acme.office.ledger.vkey())
    assert {entry["case"] for entry in shown.entries} == {"ACME-1042-1"}
    assert ledger_proof.prove_case(acme.office, "ACME-9999-1") is None
