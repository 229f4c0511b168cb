"""One daemon per organisation: a lock that dies with the process that holds it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from deskless.store.engine.errors import AlreadyRunning, StoreBroken, StoreGone


@dataclass(slots=True)
class Lock:
    """Held from its making until `release`. A context manager."""

    file: int | None = None
    connection: Connection | None = None

    def held(self) -> bool:
        """Whether we still hold it; on PostgreSQL it is lost with its connection."""
        if self.file is not None:
            return True
        if self.connection is None:
            return False
        try:
            self.connection.execute(text("SELECT 1"))
            self.connection.rollback()
        except DBAPIError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let the next daemon in; harmless when released before."""
        if self.file is not None:
            os.close(self.file)
            self.file = None
        if self.connection is not None:
            # The lock belongs to the server's session, so the session must end, not be pooled.
            self.connection.invalidate()
            self.connection.close()
            self.connection = None

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()


def lock_file(path: Path, where: str) -> Lock:
    """Lock the file at `path`, which then holds our process id."""
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreBroken(f"cannot lock {path}: {error.strerror}") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        told = os.read(opened, 32).decode("ascii", "replace").strip()
        os.close(opened)
        raise AlreadyRunning(int(told) if told.isdecimal() else 0, where) from None
    os.ftruncate(opened, 0)
    os.pwrite(opened, f"{os.getpid()}\n".encode(), 0)
    return Lock(file=opened)


def lock_organisation(engine: Engine, org: str, where: str) -> Lock:
    """Take PostgreSQL's session lock for `org` on a connection of its own."""
    try:
        connection = engine.connect()
        got = text("SELECT pg_try_advisory_lock(hashtext('deskless'), hashtext(:org))")
        taken = connection.execute(got, {"org": org}).scalar()
        connection.rollback()
    except DBAPIError as error:
        raise StoreGone(f"the store {where} cannot be reached: {error.orig}") from error
    lock = Lock(connection=connection)
    if not taken:
        lock.release()
        raise AlreadyRunning(0, where)
    return lock
