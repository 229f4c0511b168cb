"""What happens to the SQLite file when things go wrong: damage, full disks, rivals, kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from stores import entry, signed_report

from deskless.store.engine.database import Store
from deskless.store.engine.errors import (
    AlreadyRunning,
    StoreBroken,
    StoreBusy,
    StoreFull,
    StoreRefused,
    fault_kind,
)
from deskless.store.engine.rows import run_statement
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.head import Key

pytest_plugins = ["store_fixtures", "postgres"]


def test_a_newer_schema_is_refused_with_advice(acme: Store) -> None:
    """An old program must not write into a new store."""
    assert acme.path is not None
    with acme.transaction() as session:
        run_statement(session, text("INSERT INTO schema_version VALUES (99, 'm099_future')"))
    with pytest.raises(StoreBroken, match=r"schema 99.*newer release"):
        Store.open(acme.path, "acme")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """And stays as it was."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as raw:
        raw.execute("CREATE TABLE bookmarks (a)")
    with pytest.raises(StoreBroken, match="another program's database"):
        Store.open(tmp_path / "x.db", "acme")


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Path) -> None:
    """Text, or a header cut short."""
    (tmp_path / "x.db").write_bytes(b"Dear diary, " * 100)
    with pytest.raises(StoreBroken, match="newest backup"):
        Store.open(tmp_path / "x.db", "acme")


def _filled(path: Path) -> None:
    with Store.open(path, "acme") as store:
        with store.transaction() as session:
            entries.append_entries(session, [entry(private={"q": "x" * 200}) for _ in range(500)])
        store.scrub()


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """Overwritten pages: told by the check, and named when something reads into them."""
    path = tmp_path / "x.db"
    _filled(path)
    with path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xa5" * (path.stat().st_size - 12 * 4096))
    store = None
    try:
        store = Store.open(path, "acme")
    except StoreBroken:
        return
    assert store.integrity()
    with pytest.raises(StoreBroken, match="newest backup"), store.reading() as session:
        list(entries.read_entries(session))
    store.close()


def test_a_truncated_file_is_found(tmp_path: Path) -> None:
    """Half the file: refused at once."""
    path = tmp_path / "x.db"
    _filled(path)
    os.truncate(path, path.stat().st_size // 2 + 100)
    with pytest.raises(StoreBroken), Store.open(path, "acme") as store, store.reading() as session:
        list(entries.read_entries(session))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be; the advice names both."""
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreBroken, match="cannot be written"):
        Store.open(tmp_path / "data" / "acme.db", "acme")


@pytest.mark.parametrize(("file", "folder"), [(0o400, 0o700), (0o400, 0o500), (0o600, 0o000)])
def test_a_file_that_may_not_be_written_is_told(file: int, folder: int) -> None:
    """As another user than root, who may write everything: refused with advice."""
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        path = Path(place) / "data" / "acme.db"
        Store.open(path, "acme").close()
        Path(place).chmod(0o755)
        path.chmod(file)
        path.parent.chmod(folder)
        root = os.geteuid() == 0
        if root:
            for owned in (path.parent, path):
                os.chown(owned, 65534, 65534)
            os.seteuid(65534)
        try:
            with pytest.raises(StoreBroken, match=r"cannot be written.*give this user the file"):
                Store.open(path, "acme")
        finally:
            if root:
                os.seteuid(0)
            path.parent.chmod(0o700)


def test_a_database_that_turned_read_only_is_told(acme: Store) -> None:
    """As a remount does: broken for a writer, and a refusal where we asked for it ourselves."""
    with (
        closing(sqlite3.connect(f"file:{acme.path}?mode=ro", uri=True)) as only,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        only.execute("INSERT INTO note VALUES ('acme', 'a', 'b')")
    error = OperationalError("INSERT", {}, caught.value)
    assert fault_kind(error) is StoreBroken
    assert fault_kind(error, reading=True) is StoreRefused


def test_a_held_store_is_busy_and_tries_again_later(tmp_path: Path) -> None:
    """Another writer for longer than we wait: temporary, nothing written, free again after."""
    path = tmp_path / "a.db"
    with Store.open(path, "acme", patience=0.05) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy) as caught, store.transaction() as session:
                entries.append_entries(session, [entry()])
            assert caught.value.temporary
            with store.reading() as session:
                assert entries.count_entries(session) == 0
        with store.transaction() as session:
            entries.append_entries(session, [entry()])


def _overfill(session: Session, pages: int) -> None:
    session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    entries.append_entries(session, [entry(private={"q": "x" * 3000}) for _ in range(50)])


def test_a_full_disk_keeps_what_was_and_takes_nothing_half(acme: Store, key: Key) -> None:
    """SQLite rolls the transaction back by itself; with room again, work goes on."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry()])
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(StoreFull) as caught, acme.transaction() as session:
        _overfill(session, pages + 2)
    assert caught.value.temporary
    acme.engine.dispose()
    assert acme.integrity() == []
    with acme.transaction() as session:
        entries.append_entries(session, [entry()])
        assert entries.count_entries(session) == 2
    report = signed_report(acme, key)
    assert report.ok, report.problems


def test_a_disk_that_stops_taking_bytes_is_full_too(tmp_path: Path, key: Key) -> None:
    """A quota says it with an input/output error (here: RLIMIT_FSIZE); what was there stays."""
    code = (
        "import resource, sys; from datetime import UTC, datetime\n"
        "from deskless.store.engine import errors as fault\n"
        "from deskless.store.ledger import entries\n"
        "from deskless.store.engine.database import Store\n"
        "store = Store.open(sys.argv[1], 'acme')\n"
        "new = entries.NewEntry('seen', datetime.now(UTC), 'a', 'c', private={'q': 'x' * 9000})\n"
        "with store.transaction() as session: entries.append_entries(session, [new])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
        "try:\n"
        "    with store.transaction() as session: entries.append_entries(session, [new] * 400)\n"
        "except fault.StoreFull as full: print('full', full.temporary)\n"
    )
    command = [sys.executable, "-c", code, tmp_path / "a.db"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "full True\n", done.stderr
    with Store.open(tmp_path / "a.db", "acme") as store:
        assert store.integrity() == []
        report = signed_report(store, key)
    assert (report.ok, report.size) == (True, 1)


def test_two_writers_take_turns(tmp_path: Path, key: Key) -> None:
    """Two processes' worth of stores, four threads, no lost entry and no gap."""
    with (
        Store.open(tmp_path / "a.db", "acme") as value,
        Store.open(tmp_path / "a.db", "acme") as two,
    ):

        def write(store: Store) -> None:
            for _ in range(10):
                with store.transaction() as session:
                    entries.append_entries(session, [entry(), entry()])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, (value, two, value, two)))
        with value.reading() as session:
            assert [e.seq for e in entries.read_entries(session)] == list(range(1, 81))
        assert signed_report(value, key).ok


CHILD = """
import sys
from datetime import UTC, datetime
from deskless.store import outbox
from deskless.store.ledger import entries
from deskless.store.engine.database import Store
store = Store.open(sys.argv[1], "acme")
now = datetime(2026, 11, 21, tzinfo=UTC)
n = 0
while True:
    with store.transaction() as session:
        seen = entries.NewEntry("seen", now, "agent", "clock", private={"q": "x" * 500})
        entries.append_entries(session, [seen] * 20)
        raw = b"raw" * 500
        outbox.put_letter(session, outbox.NewLetter(f"<{n}@a>", "brief", ("b@x",), "d@x", raw, now))
        print(n, flush=True)
    n += 1
"""


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_kill_in_the_middle_leaves_whole_turns(tmp_path: Path, key: Key, after: int) -> None:
    """kill -9 inside a transaction: entries and letters of whole turns, a clean ledger."""
    path = tmp_path / "a.db"
    child = subprocess.Popen([sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE)
    assert child.stdout is not None
    for _ in range(after):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=10)
    child.stdout.close()
    with Store.open(path, "acme") as store:
        assert store.integrity() == []
        report = signed_report(store, key)
        with store.reading() as session:
            letters = run_statement(session, text("SELECT count(*) FROM letter")).scalar_one()
            assert report.ok, report.problems
            assert report.size == letters * 20
            assert letters >= after - 1
        with store.transaction() as session:
            entries.append_entries(session, [entry()])


def test_two_daemons_at_once_are_refused_by_name(acme: Store) -> None:
    """The second learns the first one's process id; a dead one's lock is free."""
    with acme.lock() as lock:
        assert lock.held()
        with pytest.raises(AlreadyRunning) as caught:
            acme.lock()
        assert caught.value.pid == os.getpid()
    assert not lock.held()
    acme.lock().release()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    """kill -9 leaves no stale lock behind."""
    code = (
        "import sys; from deskless.store.engine.database import Store\n"
        "store = Store.open(sys.argv[1], 'acme'); lock = store.lock(); print('mine', flush=True)\n"
        "sys.stdin.read()"
    )
    path = tmp_path / "a.db"
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"mine\n"
        with Store.open(path, "acme") as store:
            with pytest.raises(AlreadyRunning, match=str(child.pid)):
                store.lock()
            child.kill()
            child.wait(timeout=10)
            store.lock().release()


def test_many_may_open_a_new_store_at_the_same_moment(tmp_path: Path) -> None:
    """Whoever comes first makes it; nobody fails."""
    code = (
        "import sys; from deskless.store.engine.database import Store; sys.stdin.readline()\n"
        "Store.open(sys.argv[1], 'acme').close()"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "a.db"], stdin=subprocess.PIPE)
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.close()
    assert [child.wait(timeout=30) for child in children] == [0] * 3
