"""What can go wrong with a store, as named exceptions that say what to do.

Callers never need the database driver's own exceptions: `store_fault` turns them into these. A
fault whose `temporary` is true may be tried again after a while; the transaction it broke left
nothing behind.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only names a fault need not load the databases
    from sqlalchemy.exc import DBAPIError

RESTORE = (
    "Stop Deskless, put your newest backup in its place (or move the file away to start afresh), "
    "then run `deskless ledger verify --witness` with a saved mail to see what is missing."
)


class StoreError(Exception):
    """The store could not do what was asked; nothing of the transaction was kept."""

    temporary = False


class StoreBroken(StoreError):
    """The store cannot be used as it is: damaged, read-only, foreign, or of a newer version."""


class StoreMoved(StoreBroken):
    """The file that we work on lies no longer where it lay: deleted, moved or replaced."""


class StoreRefused(StoreError):
    """The database itself refused a statement: append-only rows, or another organisation's."""


class StoreBusy(StoreError):
    """Another writer held the store for longer than we were ready to wait."""

    temporary = True


class StoreDenied(StoreError):
    """The database server does not let us in: wrong role, password or database name."""


class StoreFull(StoreError):
    """No room is left on the disk: stop reading mail and sending until there is."""

    temporary = True


class StoreGone(StoreError):
    """The database server went away; connect again."""

    temporary = True


class AlreadyRunning(StoreError):
    """Another daemon serves this organisation. `pid` is its process (0: not known)."""

    def __init__(self, pid: int, where: str) -> None:
        self.pid = pid
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{who} already serves {where}; stop it first, "
            "two daemons would answer every mail twice"
        )


# SQLite primary result codes, https://www.sqlite.org/rescode.html
_SQLITE: dict[int, type[StoreError]] = {
    3: StoreBroken,  # PERM
    5: StoreBusy,  # BUSY
    6: StoreBusy,  # LOCKED
    8: StoreBroken,  # READONLY
    10: StoreFull,  # IOERR: a quota or a failing disk shows up here as well as in FULL
    11: StoreBroken,  # CORRUPT
    13: StoreFull,  # FULL
    14: StoreBroken,  # CANTOPEN
    19: StoreRefused,  # CONSTRAINT, which is also what our triggers raise
    26: StoreBroken,  # NOTADB
}
_SAYS = {
    StoreBroken: f"cannot be used. {RESTORE}",
    StoreRefused: "refused the change",
    StoreDenied: "does not let us in: check the role, password and database in [store] url",
    StoreBusy: "is held by another writer; trying again later",
    StoreFull: "has no room left on its disk (or the disk fails); free some space",
    StoreGone: "has gone away; trying to connect again: see that the server runs, and that host "
    "and port in [store] url are right",
}

_DENIALS = ("authentication failed", "does not exist", "pg_hba.conf", "no password supplied")

# PostgreSQL SQLSTATE classes and codes, longest prefix first.
_POSTGRES: tuple[tuple[str, type[StoreError]], ...] = (
    ("55P03", StoreBusy),
    ("40", StoreBusy),
    ("53100", StoreFull),
    ("53", StoreGone),
    ("57", StoreGone),
    ("08", StoreGone),
    ("42501", StoreRefused),
    ("23", StoreRefused),
    ("P0001", StoreRefused),
    ("25006", StoreRefused),
    ("XX001", StoreBroken),
    ("XX002", StoreBroken),
)


def fault_kind(error: "DBAPIError", *, reading: bool = False) -> type[StoreError] | None:
    """Which of our faults a driver's error is; None for a mistake in our own SQL."""
    from sqlite3 import Error as SqliteError

    from sqlalchemy.exc import InterfaceError, OperationalError

    cause = error.orig
    if isinstance(cause, SqliteError):
        fault_class = _SQLITE.get(getattr(cause, "sqlite_errorcode", -1) & 0xFF)
        # A reader's connection is read-only because we made it so: nothing is broken.
        return StoreRefused if reading and "readonly database" in str(cause) else fault_class
    state = getattr(cause, "sqlstate", None)
    if state is None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        # A refused login has no code in the driver, only the server's words.
        return StoreDenied if any(word in str(cause) for word in _DENIALS) else StoreGone
    return next((match for prefix, match in _POSTGRES if str(state).startswith(prefix)), None)


def store_fault(error: "DBAPIError", where: str, *, reading: bool = False) -> StoreError | None:
    """The named exception for a driver's error about the store `where`, with advice."""
    fault_class = fault_kind(error, reading=reading)
    if fault_class is None:
        return None
    words = " ".join(str(error.orig).split())
    return fault_class(f"the store {where} {_SAYS[fault_class]} ({words})")


def is_serious(error: Exception) -> bool:
    """Whether an error inside a transaction is about the store itself rather than about one row."""
    if isinstance(error, StoreError):
        return not isinstance(error, StoreRefused)
    from sqlalchemy.exc import DBAPIError

    if not isinstance(error, DBAPIError):
        return False
    return fault_kind(error) not in {None, StoreRefused}
