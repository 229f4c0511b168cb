"""The SQLite file: private, durable, one organisation's; opened, migrated, guarded."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from absent import lacking
from sqlalchemy import text
from stores import NOON, entry

from deskless.store import state
from deskless.store.engine import migrations, models, sqlite
from deskless.store.engine.database import Store
from deskless.store.engine.errors import StoreBroken, StoreRefused
from deskless.store.engine.rows import run_statement
from deskless.store.engine.schema import TABLES_1
from deskless.store.engine.tables import metadata
from deskless.store.ledger import audit, entries, head
from deskless.store.ledger.head import Key

ROOT = Path(__file__).parents[1]
pytest_plugins = ["store_fixtures", "postgres"]


def test_every_connection_has_every_pragma(acme: Store) -> None:
    """Durable, checked and private; asserted on all connections of the pool at once."""
    seen = []
    with ThreadPoolExecutor(4) as pool:
        barrier = threading.Barrier(4)

        def look() -> dict[str, object]:
            with acme.reading() as session:
                barrier.wait(timeout=10)
                return {
                    name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in (*sqlite.PRAGMAS, "busy_timeout", "query_only")
                }

        seen = list(pool.map(lambda _: look(), range(4)))
    assert seen == [{**sqlite.PRAGMAS, "busy_timeout": 10_000, "query_only": 1}] * 4


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    """As seen from outside: at least one sync for each of twenty commits."""
    code = (
        "import sys; from deskless.store.engine.database import Store\n"
        "from deskless.store import state\n"
        "store = Store.open(sys.argv[1], 'acme')\n"
        "for n in range(20):\n"
        "    with store.transaction() as session: state.put(session, 'n', n)\n"
        "import os; os.write(2, b'syncs were counted'); os._exit(0)\n"
    )
    if not Path("/usr/bin/strace").exists():
        lacking("strace is missing: apt-get install strace")
    trace = tmp_path / "trace"
    command = [
        "strace",
        "-f",
        "-e",
        "trace=fsync,fdatasync",
        "-o",
        trace,
        sys.executable,
        "-c",
        code,
    ]
    done = subprocess.run([*command, tmp_path / "a.db"], capture_output=True, timeout=60)
    if b"PTRACE" in done.stderr and b"Operation not permitted" in done.stderr:
        lacking("strace may not trace here")
    assert b"syncs were counted" in done.stderr, done.stderr.decode()
    assert len(re.findall(r"(fsync|fdatasync)\(", trace.read_text())) >= 20


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    """0600 for the database, its log, its index, its lock; 0700 for the folder we made."""
    before = os.umask(0o000)
    try:
        with Store.open(tmp_path / "data" / "acme.db", "acme") as store, store.lock():
            with store.transaction() as session:
                entries.append_entries(session, [entry()])
            files = {
                path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()
            }
            assert store.integrity() == []
    finally:
        os.umask(before)
    assert files == dict.fromkeys(("acme.db", "acme.db-wal", "acme.db-shm", "acme.db.lock"), 0o600)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_file_opened_to_others_is_closed_again_and_told(tmp_path: Path, acme: Store) -> None:
    """While open it is told; opening it again makes it private."""
    assert acme.path is not None
    acme.path.chmod(0o644)
    assert "chmod 600" in acme.integrity()[0]
    Store.open(acme.path, "acme").close()
    assert acme.path.stat().st_mode & 0o777 == 0o600


def test_the_schema_is_what_the_classes_say(acme: Store) -> None:
    """Tables, columns, nullability and primary keys of migrations and `tables` are equal."""
    assert set(TABLES_1) == set(metadata.tables) & set(TABLES_1)
    with acme.reading() as session:
        for name in TABLES_1:
            raws = run_statement(session, text(f"PRAGMA table_info({name})")).all()
            made = {row.name: (bool(row.notnull), row.pk > 0) for row in raws}
            words = metadata.tables[name].c
            assert made == {c.name: (not c.nullable, c.primary_key) for c in words}, name


def test_the_core_tables_are_written_from_the_models() -> None:
    """`make tables` would change nothing: the two never part."""
    command = [sys.executable, ROOT / ".ci" / "tables.py", "--print"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    written = (ROOT / "store" / "engine" / "tables.py").read_text(encoding="utf-8")
    assert done.stdout == written


def test_a_table_that_somebody_else_changed_is_told(acme: Store) -> None:
    """A store is held against the models when it is made or migrated; an odd one by column."""
    with acme.transaction() as session:
        connection = session.connection()
        assert models.differences(connection) == []
        run_statement(session, text("ALTER TABLE place ADD COLUMN colour TEXT"))
        run_statement(session, text("ALTER TABLE note RENAME COLUMN value TO worth"))
        assert models.differences(connection) == ["note.value", "note.worth", "place.colour"]
        session.rollback()


def test_migrations_are_recorded_and_run_once(acme: Store) -> None:
    """Opening again runs nothing."""
    assert acme.path is not None
    with Store.open(acme.path, "acme") as again, again.reading() as session:
        raws = run_statement(session, text("SELECT version, name FROM schema_version")).all()
    assert [tuple(row) for row in raws] == [(1, "m001_first")]


def test_a_failed_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables and its record stand or fall together; the next start tries again."""

    def m002_breaks(connection: object) -> None:
        connection.exec_driver_sql("CREATE TABLE half (a TEXT)")  # type: ignore[attr-defined]
        raise RuntimeError("power failed")

    Store.open(tmp_path / "a.db", "acme").close()
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m002_breaks))
    with pytest.raises(RuntimeError):
        Store.open(tmp_path / "a.db", "acme")
    with closing(sqlite3.connect(tmp_path / "a.db")) as raw:
        assert raw.execute("SELECT max(version) FROM schema_version").fetchone() == (1,)
        assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()


@pytest.mark.parametrize("table", ["entry", "signed_head", "book"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET org_id = org_id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_ledger(acme: Store, table: str, verb: str) -> None:
    """Also when our own code asks."""
    filled = {
        "entry": "INSERT INTO entry VALUES ('acme', 1, x'', x'', 'k', '', NULL, NULL)",
        "signed_head": "INSERT INTO signed_head VALUES ('acme', 1, x'', '')",
        "book": "INSERT INTO book VALUES ('acme', 'h', 't')",
    }
    with acme.transaction() as session:
        run_statement(session, text(filled[table]))
    with pytest.raises(StoreRefused, match="append-only"), acme.transaction() as session:
        run_statement(session, text(verb.format(table)))


def test_a_reader_cannot_write(store: Store) -> None:
    """Neither by mistake nor by a bug; and the next writer on that connection can."""
    for _ in range(2):
        with pytest.raises(StoreRefused), store.reading() as session:
            state.put(session, "k", 1)
        with store.transaction() as session:
            state.put(session, "k", 2)


def test_a_reader_sees_one_moment(store: Store) -> None:
    """What is committed while it reads it does not see."""
    with store.reading() as session:
        assert entries.count_entries(session) == 0
        with store.transaction() as writer:
            entries.append_entries(writer, [entry()])
        assert entries.count_entries(session) == 0
    with store.reading() as session:
        assert entries.count_entries(session) == 1


def test_another_organisations_file_is_refused(acme: Store) -> None:
    """By name, and nothing is written."""
    assert acme.path is not None
    with pytest.raises(StoreBroken, match="belongs to the organisation 'acme', not 'rival'"):
        Store.open(acme.path, "rival")
    with closing(sqlite3.connect(acme.path)) as raw:
        assert raw.execute("SELECT org_id FROM head").fetchall() == [("acme",)]


@pytest.mark.parametrize("org", ["", "Acme", "a b", "../x", "a" * 64, "é"])
def test_odd_organisation_names_are_refused(tmp_path: Path, org: str) -> None:
    """Before any file is made."""
    with pytest.raises(ValueError, match="organisation"):
        Store.open(tmp_path / "a.db", org)
    assert not list(tmp_path.iterdir())


def test_heads_can_be_published_from_a_store_opened_by_url(tmp_path: Path, key: Key) -> None:
    """`sqlite:///` URLs mean the same file."""
    with Store.open(f"sqlite:///{tmp_path}/a.db", "acme") as store:
        assert store.path == tmp_path / "a.db"
        with store.transaction() as session:
            assert head.open_head(head.publish_head(session, key, NOON), key.vkey()).size == 0


def test_a_store_can_be_opened_while_another_writes(tmp_path: Path) -> None:
    """`deskless status` in the middle of the daemon's turn does not wait for it."""
    path = tmp_path / "a.db"
    with Store.open(path, "acme") as daemon, daemon.transaction() as session:
        entries.append_entries(session, [entry()])
        with Store.open(path, "acme", patience=0.0) as command, command.reading() as other:
            assert entries.count_entries(other) == 0


def test_a_backup_is_whole_private_and_verifies(acme: Store, key: Key, tmp_path: Path) -> None:
    """Made while a transaction is open; put in place of the lost file it goes on from there."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry(private={"q": str(n)}) for n in range(300)])
        note = head.publish_head(session, key, NOON)
    with acme.transaction() as session:
        entries.append_entries(session, [entry()])
        acme.backup(tmp_path / "backup.db")
    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        acme.backup(tmp_path / "backup.db")
    with Store.open(tmp_path / "backup.db", "acme") as copy:
        assert copy.integrity() == []
        with copy.transaction() as session:
            report = audit.audit_ledger(session, key=key.vkey(), witnesses=[note])
            assert (report.ok, report.size, report.covered) == (True, 300, 300)
            entries.append_entries(session, [entry()])
