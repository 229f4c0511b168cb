"""One daemon per organisation: a lock that dies with the process that holds it."""

import errno
import fcntl
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from deskless.store.engine.errors import AlreadyRunning, StoreBroken, StoreGone


@dataclass(slots=True)
class Lock:
    """Held from its making until `release`. A context manager."""

    files: tuple[int, ...] = ()
    connection: Connection | None = None
    name: socket.socket | None = None

    def held(self) -> bool:
        """Whether we still hold it; on PostgreSQL it is lost with its connection."""
        if self.files:
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
        for opened in self.files:
            os.close(opened)
        self.files = ()
        if self.name is not None:
            self.name.close()
            self.name = None
        if self.connection is not None:
            # The lock belongs to the server's session, so the session must end, not be pooled.
            self.connection.invalidate()
            self.connection.close()
            self.connection = None

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()


def lock_file(mark: Path, store: Path, identity: Callable[[], str]) -> Lock:
    """Lock the file `mark`, which then holds our process id; the store's own file, which a hard
    link leads to as well; and, on Linux, the `identity` that copies of the store have in common.

    The store's file is closed when the lock is released, which ends every lock that SQLite holds on
    it for this process: close the store before.
    """
    lock = Lock()
    try:
        opened = _flocked(mark, os.O_RDWR | os.O_CREAT, store)
        lock.files = (opened,)
        lock.files = (opened, _flocked(store, os.O_RDONLY, store))
        lock.name = _named(identity(), store)
    except BaseException:
        lock.release()
        raise
    os.ftruncate(opened, 0)
    os.pwrite(opened, f"{os.getpid()}\n".encode(), 0)
    return lock


def _flocked(path: Path, flags: int, store: Path) -> int:
    """A locked file. SQLite's own locks are of another kind (fcntl) and do not meet this one."""
    try:
        opened = os.open(path, flags | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreBroken(f"cannot lock {path}: {error.strerror}") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        told = "" if path == store else os.read(opened, 32).decode("ascii", "replace").strip()
        os.close(opened)
        raise AlreadyRunning(int(told) if told.isdecimal() else 0, str(store)) from None
    return opened


def _named(identity: str, store: Path) -> socket.socket | None:
    """A name of this machine (an abstract Unix socket, unix(7)) that only one process can have.

    Nothing listens there: nobody can connect to it or send to it.
    """
    if sys.platform != "linux":
        return None
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        holder.bind(f"\0deskless-store-{identity}")
    except OSError as error:
        holder.close()
        if error.errno == errno.EADDRINUSE:
            raise AlreadyRunning(0, f"this store or a copy of it ({store})") from None
        raise StoreBroken(f"cannot lock {store}: {error.strerror}") from error
    return holder


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
