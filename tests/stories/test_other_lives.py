"""The record is set back to an older copy, or two installations work on one inbox: it is told."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Company, company, write_folder

from deskless.agent.case.case import Status

TROUBLE = "I was charged twice for October.\n\nVera Lind"
SET_BACK, ANOTHER = "set back to an older copy", "Another Deskless works on this inbox"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme at work."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made


def times(acme: Company, phrase: str) -> int:
    """How many mails to the founder say so."""
    return sum(phrase in " ".join(mail.text.split()) for mail in acme.mails("maya"))


def set_back(acme: Company, copy: Path) -> None:
    """Somebody stops the daemon, puts an older copy in the store's place, and starts it again."""
    path = acme.office.store.path
    assert path
    acme.stop()
    for name in (f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    shutil.copy2(copy, path)
    acme.agent = acme._start()
    acme.settle()


def test_our_own_mail_remembers_what_the_record_has_lost(acme: Company, tmp_path: Path) -> None:
    """The brief and the receipt in Sent carry newer heads: one alarm, with what to do."""
    acme.office.store.backup(tmp_path / "older.db")
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    size = len(acme.entries())
    set_back(acme, tmp_path / "older.db")
    assert times(acme, SET_BACK) == 1
    [entry] = acme.entries("set_back")
    assert entry.data["seen"] < size
    assert acme.entries("read")[-1].seq > entry.seq
    acme.pass_time(minutes=5)
    assert times(acme, SET_BACK) == 1


def test_a_record_that_grew_on_after_it_was_set_back_is_told_all_the_same(
    acme: Company, tmp_path: Path
) -> None:
    """Of the same size by now, but not the same entries."""
    acme.office.store.backup(tmp_path / "older.db")
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana").raw
    acme.post.empty("support@acme.example")
    acme.post.empty("support@acme.example", "Sent")
    set_back(acme, tmp_path / "older.db")
    for number in range(3):
        acme.customer_writes(f"I was charged twice, {number}", subject=f"Bill {number}")
    assert times(acme, SET_BACK) == 0
    acme.post.put("support@acme.example", brief, "Sent")
    acme.settle()
    assert times(acme, SET_BACK) == 1


def test_a_restart_without_a_loss_raises_no_alarm(acme: Company) -> None:
    """Every head that comes back is known."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.restart()
    acme.settle()
    assert times(acme, SET_BACK) == times(acme, ANOTHER) == 0


def test_two_installations_on_one_inbox_know_each_other(acme: Company, tmp_path: Path) -> None:
    """Each tells the founder once; no brief of the other's becomes a case; each hears its own
    people's answers, and the other sends no help page for them.
    """
    write_folder(tmp_path / "second", acme.post)
    second = Company(tmp_path / "second", acme.post, clock=acme.clock)
    try:
        second.settle()
        acme.customer_writes(TROUBLE)
        second.settle()
        for daemon in (acme, second):
            daemon.settle()
        briefs = acme.mails("ana")
        assert len(briefs) == 2
        acme.reply("ana", "ACCEPT", to=briefs[0])
        second.settle()
        assert acme.case.status is Status.OWNED
        assert second.case.status is Status.OFFERED
        before = len(acme.mails("ana"))
        acme.reply("ana", "what is this about?", to=briefs[0])
        for daemon in (second, acme, second):
            daemon.settle()
        after = acme.mails("ana")[before:]
        assert len(after) == 1
        assert acme.cases() and len(acme.cases()) == len(second.cases()) == 1  # noqa: PT018
        assert [entry.data["became"] for entry in second.entries("read")][-2:] == ["foreign"] * 2
        assert times(acme, ANOTHER) == 2
        assert len(acme.entries("another")) == len(second.entries("another")) == 1
    finally:
        second.stop()
        second.runner.close()
