"""SQLite as we use it: a private file, every commit on the disk before it counts.

WAL with `synchronous=FULL` because `NORMAL` may lose the last commits when the power fails;
`secure_delete` because erasing must overwrite. The file is made with mode 0600 before SQLite first
opens it, since `-wal` and `-shm` inherit its mode.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from deskless.store.engine.errors import RESTORE, StoreBroken, StoreFull, StoreMoved

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "cell_size_check": 1,
    "trusted_schema": 0,
}


def database_file(where: str | Path) -> Path:
    """The database file of a path or `sqlite:///` URL, made private before anyone opens it.

    A missing folder is made with mode 0700. Raises StoreBroken when the file cannot be written, and
    when it is gone though a daemon has served it (its lock file or the keys are still there):
    a new one would forget every case in silence.
    """
    path = plain_path(where)
    try:
        used = [mark for mark in (lock_path(path), *_keys_beside(path)) if mark.exists()]
        if used and not (path.exists() and path.stat().st_size):
            marks = ", ".join(str(mark) for mark in used)
            raise StoreBroken(
                f"the store {path} is gone, and it was in use before: {marks} "
                f"{'is' if len(used) == 1 else 'are'} still there. {RESTORE} To start afresh all "
                "the same, move what is named here away, too: a new record has keys of its own."
            )
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for name in (path, *_beside(path)):
            if name.exists() and name.stat().st_uid == os.geteuid():
                name.chmod(0o600)
    except OSError as error:
        raise StoreBroken(
            f"the store {path} cannot be written ({error.strerror}): give this user the file and "
            "its folder, or choose another place in [store]"
        ) from error
    return path


def plain_path(where: str | Path) -> Path:
    """The file that a path or a `sqlite:///` URL means."""
    return Path(str(where).removeprefix("sqlite:///")).absolute()


def _keys_beside(path: Path) -> tuple[Path, ...]:
    """The keys that are made with a store and lie beside it: evidence that there was one."""
    return tuple(path.with_name(name) for name in ("deskless.keys", "deskless-ledger.key"))


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which file on which disk a path meant when it was opened."""

    path: Path
    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """The file that lies there now. Raises OSError."""
        status = path.stat()
        return cls(path, status.st_dev, status.st_ino)

    def check(self) -> None:
        """Raises StoreMoved when the path means another file by now, or none.

        What is written into a file that no path leads to is lost with the process.
        """
        try:
            status = self.path.stat()
        except OSError:
            raise StoreMoved(f"the store {self.path} was deleted or moved away. {MOVED}") from None
        if (status.st_dev, status.st_ino) != (self.device, self.inode):
            raise StoreMoved(f"the store {self.path} was replaced by another file. {MOVED}")


MOVED = (
    "Nothing is read or sent meanwhile. Put the file back where it was, or stop Deskless, put your "
    "newest backup there and start it again."
)


def lock_path(path: Path) -> Path:
    """The file that the daemon of this database locks; it stays there when the daemon ends."""
    return path.with_name(path.name + ".lock")


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def sqlite_engine(path: Path, patience: float) -> Engine:
    """An engine whose every connection has our pragmas, and whose writers begin as writers."""
    made = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": patience}
    )
    event.listen(made, "connect", _connected)
    event.listen(made, "begin", _begin)
    event.listen(made, "before_cursor_execute", _still_open)
    event.listen(made, "commit", _whole)
    return made


def copy_engine(path: Path) -> Engine:
    """An engine that only reads, for a copy of a store: nothing beside or in it ever changes.

    A file that is in use has its newest entries in the log beside it; it is opened with that log.
    Without one the file is taken as it lies, also on a disk that nobody may write to.
    """
    busy = any(name.exists() for name in _beside(path))
    query = {"mode": "ro", "uri": "true"} | ({} if busy else {"immutable": "1"})
    made = create_engine(URL.create("sqlite", database=f"file:{quote(str(path))}", query=query))
    event.listen(made, "connect", _looked_at)
    event.listen(made, "begin", _begin)
    return made


def _looked_at(connection: DBAPIConnection, _record: object) -> None:
    raw: Any = connection
    raw.isolation_level = None
    for name in ("cell_size_check", "trusted_schema"):
        raw.execute(f"PRAGMA {name} = {PRAGMAS[name]}")


def may_write(path: Path) -> bool:
    """Whether we may write the file and beside it, which SQLite must to use it as a store."""
    return all(os.access(place, os.W_OK, effective_ids=True) for place in (path, path.parent))


def _connected(connection: DBAPIConnection, _record: object) -> None:
    # Python's own transaction handling begins late and as a reader; `_begin` does it instead.
    raw: Any = connection
    raw.isolation_level = None
    for name, value in PRAGMAS.items():
        raw.execute(f"PRAGMA {name} = {value}")


def _begin(connection: Connection) -> None:
    write = bool(connection.get_execution_options().get("deskless_write"))
    # What a connection was last told, it remembers: most transactions are like the one before.
    if connection.info.get("deskless_write") is not write:
        connection.exec_driver_sql(f"PRAGMA query_only = {int(not write)}")
        connection.info["deskless_write"] = write
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _still_open(connection: Connection, cursor: Any, statement: str, *_rest: object) -> None:
    """SQLite takes a whole transaction back by itself when the disk is full or fails.

    Whatever was said next would commit on its own, without what came before: the cursor would pass
    mails that nobody kept. So nothing more is said, not even ROLLBACK TO.
    """
    if not cursor.connection.in_transaction and not statement.startswith(("BEGIN", "PRAGMA")):
        _taken_back(connection)


def _whole(connection: Connection) -> None:
    """The driver would commit nothing without a word."""
    raw: Any = connection.connection.dbapi_connection
    if not raw.in_transaction:
        _taken_back(connection)


def _taken_back(connection: Connection) -> NoReturn:
    raise StoreFull(
        f"the store {connection.engine.url.database} took a transaction back: there is no room "
        "left on its disk (or the disk fails); free some space"
    )


def damage(engine: Engine) -> list[str]:
    """What SQLite's own full check finds wrong, page by page and row by row."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA integrity_check")
        rows = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        rows += [f"{row[0]}: row {row[1]} points nowhere" for row in cursor.fetchall()]
    except sqlite3.DatabaseError as error:
        return [f"{error}. {RESTORE}"]
    finally:
        raw.close()
    return [line for line in rows if line != "ok"]


def exposed_files(path: Path) -> list[str]:
    """Files of the store that other users of this machine may open."""
    return [
        f"{name} is open to other users: chmod 600 {name}"
        for name in (path, *_beside(path))
        if name.exists() and name.stat().st_mode & 0o077
    ]


def copy_database(engine: Engine, to: Path) -> None:
    """Copy the database into a new file of mode 0600 and put it on the disk.

    Raises FileExistsError, or StoreFull when there is no room; then nothing is left behind.
    """
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    raw = engine.raw_connection()
    try:
        with closing(sqlite3.connect(to)) as target:
            source: Any = raw.driver_connection
            source.backup(target)
    except sqlite3.Error as error:
        to.unlink()
        raise StoreFull(f"the backup {to} could not be written: {error}") from error
    finally:
        raw.close()


def scrub_free_space(engine: Engine) -> None:
    """Rewrite the file without its free space and cut the log to nothing.

    `secure_delete` zeroes what is deleted; only VACUUM also clears copies that SQLite left behind
    when it moved rows between pages. Raises StoreBroken when readers kept the log from being cut.
    """
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA query_only = 0")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone() or (1,)
    except sqlite3.DatabaseError as error:
        raise StoreBroken(f"erased, but the file could not be rewritten: {error}") from error
    finally:
        raw.close()
    if busy:
        raise StoreBroken("erased, but another reader holds the log: run it again later")
