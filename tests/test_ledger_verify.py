"""`deskless ledger verify` in an auditor's hands: what it rests on, what it reads, what it refuses.

| given                                            | said                                          |
|--------------------------------------------------|-----------------------------------------------|
| nothing but the store                            | consistent, not witnessed                     |
| a saved mail                                     | the ledger is what it was                     |
| a folder with mails, pages and pictures          | the mails count, the rest is passed over      |
| an empty folder, or one without any head         | refused: it proves nothing                    |
| a copy of the store, and the key                 | read without configuration, nothing written   |
| `--mailbox`                                      | every mail that was read lies there unchanged |
| other bytes under the Message-ID of an entry     | told                                          |
| a mail that was passed over without an entry     | told                                          |
| a mail that somebody deleted                     | counted                                       |
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import deskless
from harness import INBOX, Company, company

from deskless.store import cursor
from deskless.store.cursor import Cursor

pytestmark = pytest.mark.slow


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """One case with an owner."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.customer_writes("I was charged twice for October. I want my money back.")
        made.reply("ana", "ACCEPT, update by 16:00")
        yield made


def test_without_a_witness_nobody_says_that_the_ledger_is_what_it_was(
    acme: Company, tmp_path: Path
) -> None:
    """Only what a mailbox holds, this machine cannot take back."""
    alone = deskless("ledger", "verify", folder=acme.folder)
    assert "Consistent, not witnessed." in alone
    assert "is what it was" not in alone
    (tmp_path / "brief.eml").write_bytes(acme.mails("ana")[0].raw)
    words = deskless("ledger", "verify", "--witness", tmp_path / "brief.eml", folder=acme.folder)
    assert "The ledger is what it was." in words


def test_a_folder_of_witnesses_is_read_for_its_mails(acme: Company, tmp_path: Path) -> None:
    """As a mail program exports it: mails in folders, pages, a picture; and one with nothing."""
    export = tmp_path / "export"
    (export / "cur").mkdir(parents=True)
    (export / "cur" / "1700000000.M1.host:2,S").write_bytes(acme.mails("ana")[0].raw)
    (export / "cur" / "plain.eml").write_text("Subject: lunch\n\nat one\n")
    (export / "index.html").write_text("<!doctype html><html><body>Mails: 2</body></html>")
    (export / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert "is what it was" in deskless("ledger", "verify", "--witness", export, folder=acme.folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (empty, export / "pages"):
        folder.mkdir(exist_ok=True)
        (export / "pages" / "index.html").write_text("<html>") if folder != empty else None
        words = deskless("ledger", "verify", "--witness", folder, folder=acme.folder, code=1)
        assert f"{folder} holds no mail with a signed head: it proves nothing" in words
        assert "1 problem." in words


def test_an_auditor_needs_a_copy_and_the_key_and_nothing_else(
    acme: Company, tmp_path: Path
) -> None:
    """No configuration, no password, no file written; a copy with an exchanged owner is found."""
    acme.office.store.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").chmod(0o444)
    vkey = acme.office.ledger.vkey()
    given = ("ledger", "verify", "--store", tmp_path / "copy.db", "--key", vkey, "--json")
    report = json.loads(deskless(*given))
    assert (report["ok"], report["problems"]) == (True, [])
    assert report["checked"] == len(acme.entries())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme", "copy.db"]
    assert "--key" in deskless(
        "ledger", "verify", "--store", tmp_path / "copy.db", folder=acme.folder, code=78
    )
    assert "cannot be used" in deskless(
        "ledger", "verify", "--store", acme.folder / "matrix.csv", "--key", vkey, code=78
    )


def at(acme: Company, name: str) -> Cursor:
    """How far a folder was read."""
    with acme.office.store.reading() as session:
        here = cursor.get_cursor(session, name)
    assert here is not None
    return here


def pass_over(acme: Company, raw: bytes) -> None:
    """A mail lies in the inbox behind what was read, and reading goes on after it."""
    acme.post.put(INBOX, raw)
    here = at(acme, "inbox/INBOX")
    with acme.office.store.transaction() as session:
        cursor.put_cursor(session, Cursor(here.folder, here.uidvalidity, here.uid + 1))


def test_what_was_read_lies_in_the_inbox_as_it_was(acme: Company) -> None:
    """Inbox and Sent are compared, nothing in them changes; a deleted mail is only counted."""
    before = acme.post.mailbox(INBOX), at(acme, "inbox/INBOX")
    words = deskless("ledger", "verify", "--mailbox", folder=acme.folder)
    assert "What was read is what lies there." in words
    report = json.loads(deskless("ledger", "verify", "--mailbox", "--json", folder=acme.folder))
    assert (report["ok"], report["mails_gone"], report["mail_problems"]) == (True, 0, [])
    assert report["mails_compared"] == len(acme.entries("read"))
    assert (acme.post.mailbox(INBOX), at(acme, "inbox/INBOX")) == before
    acme.post.empty(INBOX)
    report = json.loads(deskless("ledger", "verify", "--mailbox", "--json", folder=acme.folder))
    assert report["ok"]
    assert report["mails_gone"] >= 2


def test_a_mail_that_the_record_does_not_tell_of_is_found_in_the_inbox(acme: Company) -> None:
    """Other bytes under the Message-ID of an entry; and one that no entry is about."""
    first = next(raw for raw in acme.post.mailbox(INBOX) if b"charged twice" in raw)
    pass_over(acme, first.replace(b"charged twice", b"charged once."))
    pass_over(acme, b"From: o@cornercafe.example\r\nMessage-ID: <n1@x.example>\r\n\r\nhello\r\n")
    words = deskless("ledger", "verify", "--mailbox", folder=acme.folder, code=1)
    assert "not the bytes that were read under this Message-ID" in words
    assert "n1@x.example: no entry says that it was read" in words
    assert "2 mails not as the entries say." in words
