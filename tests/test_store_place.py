"""The store's file is the record: deleted, replaced, linked, copied or set aside, it is noticed.

| what somebody does with the file                        | what happens                           |
|---------------------------------------------------------|----------------------------------------|
| deletes or moves it while the daemon runs               | nothing is read or sent; told at once  |
| puts another file in its place while the daemon runs    | the same                               |
| puts it back                                            | work goes on, nothing is lost          |
| deletes it and the lock file, keeps the keys, restarts  | refused, with what to do               |
| starts a second daemon by a hard link                   | refused                                |
| starts a second daemon on a copy, on the same machine   | refused                                |
| gives a copy on a disk that cannot be written           | opened, and not a byte of it changed   |
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import Shaken, shaken
from stores import NOON, entry

from deskless.agent.daemon.daemon import Daemon
from deskless.store import state
from deskless.store.engine.database import Store
from deskless.store.engine.errors import AlreadyRunning, StoreBroken, StoreMoved
from deskless.store.ledger import audit, entries, head
from deskless.store.ledger.head import Key

pytest_plugins = ["store_fixtures"]

TROUBLE = "I was charged twice for October.\n\nVera Lind"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """Acme at work."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as made:
        yield made


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_store_that_goes_away_under_the_daemon_stops_it_until_it_is_back(
    office: Shaken, how: str
) -> None:
    """The founder hears of it in the same turn; the mail waits in the inbox and is read later."""
    path = office.office.store.path
    assert path
    aside = path.with_name("aside.db")
    path.rename(aside)
    if how == "replaced":
        shutil.copy2(aside, path)
    office.writes_in(TROUBLE)
    daemon = Daemon(office.agent, lambda _: None)
    daemon.stop()
    for _ in range(2):
        office.runner.run(daemon._once())
    alarms = [mail for mail in office.mails("maya") if "store does not work" in mail.text]
    assert len(alarms) == 1
    assert "was deleted" in alarms[0].text or "was replaced" in alarms[0].text
    assert not office.mails("ana")
    aside.replace(path)
    office.runner.run(daemon._once())
    office.settle()
    assert office.brief("ana")
    assert len(office.cases()) == 1


def test_not_a_word_is_written_into_a_file_that_no_path_leads_to(acme: Store) -> None:
    """Every transaction looks first."""
    assert acme.path
    acme.path.unlink()
    with pytest.raises(StoreMoved, match="deleted"), acme.transaction() as session:
        state.put(session, "k", 1)
    acme.path.write_bytes(b"x")
    with pytest.raises(StoreMoved, match="replaced"), acme.reading():
        pass


@pytest.mark.parametrize("evidence", ["deskless.keys", "deskless-ledger.key", "deskless.db.lock"])
def test_keys_or_a_lock_without_their_store_are_evidence_of_use(
    tmp_path: Path, evidence: str
) -> None:
    """A new record beside the keys of an old one would take every case for history."""
    path = tmp_path / "deskless.db"
    (tmp_path / evidence).write_text("x")
    with pytest.raises(StoreBroken, match="in use before") as refused:
        Store.open(path, "acme.example")
    assert str(tmp_path / evidence) in str(refused.value)
    assert "backup" in str(refused.value)
    assert not path.exists()
    (tmp_path / evidence).rename(tmp_path / "put-away")
    Store.open(path, "acme.example").close()


SECOND = """
import sys
from deskless.store.engine.database import Store
from deskless.store.engine.errors import AlreadyRunning
with Store.open(sys.argv[1], "acme") as store:
    try:
        store.lock()
    except AlreadyRunning as running:
        sys.exit(str(running))
"""


@pytest.mark.parametrize("how", ["hard link", "copy", "same path"])
def test_a_second_daemon_on_the_same_record_is_refused_by_whatever_path(
    acme: Store, tmp_path: Path, how: str
) -> None:
    """Two would answer every mail twice. The first one gone, the record is free."""
    assert acme.path
    acme.lock().release()
    other = tmp_path / "other" / "second.db"
    other.parent.mkdir()
    if how == "copy":
        acme.backup(other)
    elif how == "hard link":
        acme.scrub()
        os.link(acme.path, other)
    else:
        other = acme.path
    command = [sys.executable, "-c", SECOND, str(other)]
    with acme.lock():
        second = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert second.returncode == 1
        assert "already serves" in second.stderr
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_another_record_has_another_name(acme: Store, tmp_path: Path) -> None:
    """Two organisations on one machine do not meet."""
    with Store.open(tmp_path / "b.db", "beta") as beta, acme.lock(), beta.lock():
        pass
    with acme.lock(), pytest.raises(AlreadyRunning):
        acme.lock()


def test_a_copy_is_verified_without_a_byte_of_it_changing(
    acme: Store, key: Key, tmp_path: Path
) -> None:
    """Folder and file read-only, no log beside it: an auditor's copy."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry() for _ in range(9)])
        note = head.publish_head(session, key, NOON)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    acme.backup(shelf / "copy.db")
    before = (shelf / "copy.db").read_bytes()
    (shelf / "copy.db").chmod(0o400)
    shelf.chmod(0o500)
    with Store.open_copy(shelf / "copy.db") as copy:
        assert copy.org == "acme"
        with copy.reading() as session:
            report = audit.audit_ledger(session, key=key.vkey(), witnesses=[note])
        assert report.ok, report.problems
        assert report.covered == 9
        with pytest.raises(StoreBroken), copy.transaction() as session:
            state.put(session, "k", 1)
    assert (shelf / "copy.db").read_bytes() == before
    assert [each.name for each in shelf.iterdir()] == ["copy.db"]
    shelf.chmod(0o700)


def test_a_store_in_use_is_looked_at_with_its_newest_entries(acme: Store, key: Key) -> None:
    """They stand in the log beside the file."""
    assert acme.path
    with acme.transaction() as session:
        entries.append_entries(session, [entry()])
    with Store.open_copy(acme.path) as copy, copy.reading() as session:
        assert entries.count_entries(session) == 1


@pytest.mark.parametrize("content", [b"", b"Dear customer, " * 400])
def test_what_is_no_store_is_told(tmp_path: Path, content: bytes) -> None:
    """A sentence, and nothing is made."""
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(StoreBroken):
        Store.open_copy(tmp_path / "x.db")
    with pytest.raises(StoreBroken, match="no file"):
        Store.open_copy(tmp_path / "none.db")
    assert [each.name for each in tmp_path.iterdir()] == ["x.db"]
