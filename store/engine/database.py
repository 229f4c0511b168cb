"""The store of one organisation: open it, and read or write in transactions.

`Store.open` takes a path (SQLite, one file per organisation) or a `postgresql://` URL. A write
transaction begins as a write (`BEGIN IMMEDIATE`), so it never fails half-way for want of a lock;
a reading one sees one unchanging moment and cannot write.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from deskless.store import state
from deskless.store.engine import lock, migrations, postgres, rows, sqlite
from deskless.store.engine.errors import StoreBroken, StoreRefused, store_fault
from deskless.store.engine.session import Session
from deskless.store.engine.tables import HeadRow

IDENTITY = "store:identity"
"""The key of a random name that a store and its copies share, and no other store has."""
# Ledger leaves, file names and PostgreSQL settings carry it, so it stays plain.
ORG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class Store:
    """The open store of one organisation. Safe to share between threads; close it at the end."""

    def __init__(self, engine: Engine, org: str, where: str, path: Path | None) -> None:
        self.org = org
        self.where = where
        self.path = path
        self.engine = engine
        self.file = sqlite.FileIdentity.of(path) if path is not None else None
        self._writer = engine.execution_options(deskless_write=True)

    @classmethod
    def open(cls, where: str | Path, org: str, *, patience: float = 10.0) -> Self:
        """Open (and where needed create and migrate) the store of the organisation `org`.

        `patience` is how many seconds to wait for another writer. Raises StoreBroken with what to
        do about it when the store is damaged, read-only, newer than this program, or belongs to
        another organisation; ValueError for an organisation name that is not plain.
        """
        if not ORG.fullmatch(org):
            raise ValueError(f"organisation {org!r}: lower-case letters, digits, . _ - only")
        if isinstance(where, str) and where.startswith("postgres"):
            engine = postgres.postgres_engine(where, org, patience)
            shown = engine.url.set(drivername="postgresql").render_as_string(hide_password=True)
            store = cls(engine, org, shown, None)
        else:
            path = sqlite.database_file(where)
            store = cls(sqlite.sqlite_engine(path, patience), org, str(path), path)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open_copy(cls, where: str | Path) -> Self:
        """A SQLite store to look at and nothing else, whoever's it is: a copy, a backup.

        Neither the file nor anything beside it is written. Raises StoreBroken for what is none.
        """
        path = sqlite.plain_path(where)
        if not path.is_file():
            raise StoreBroken(f"there is no file {path}")
        engine = sqlite.copy_engine(path)
        store = cls(engine, "", str(path), path)
        try:
            with store.reading() as session:
                connection = session.connection()
                if not migrations.migration_version(connection):
                    raise StoreBroken(f"{path} is no store of Deskless: it has no tables")
                migrations.check_schema(connection)
                heads = rows.run_statement(session, select(HeadRow.c.org_id)).scalars().all()
        except BaseException:
            store.close()
            raise
        store.org = heads[0] if heads else ""
        return store

    def _prepare(self) -> None:
        # Looked at first, so that a command can be run while the daemon is in the middle of a turn.
        with self.reading() as session:
            if self._ready(session):
                return
        with self.transaction() as session:
            if self.path is not None:
                migrations.migrate(session.connection())
            if not self._ready(session):
                rows.insert_new(session, HeadRow, {"size": 0, "frontier": b""})

    def _ready(self, session: Session) -> bool:
        connection = session.connection()
        if self.path is None:
            postgres.approve(connection)
        elif not migrations.check_schema(connection):
            return False
        heads = HeadRow
        present = set(rows.run_statement(session, select(heads.c.org_id)).scalars())
        if present - {self.org}:
            raise StoreBroken(
                f"{self.where} belongs to the organisation {min(present)!r}, not {self.org!r}: "
                "every organisation has a file of its own"
            )
        return bool(present)

    def transaction(self) -> AbstractContextManager[Session]:
        """A write transaction: committed at the end of the block, rolled back on any exception.

        Raises StoreBusy, StoreFull, StoreGone (temporary), StoreBroken, StoreMoved or StoreRefused.
        """
        return self._session(self._writer)

    def reading(self) -> AbstractContextManager[Session]:
        """A read-only transaction that sees one moment; a write in it raises StoreRefused."""
        return self._session(self.engine)

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        self.check_place()
        try:
            with engine.connect() as connection, connection.begin() as transaction:
                yield Session(connection, transaction, self.org)
        except DBAPIError as error:
            named = store_fault(error, self.where, reading=engine is self.engine)
            if named is None:
                raise
            raise named from error

    def check_place(self) -> None:
        """Raises StoreMoved when the store's file was deleted or replaced since it was opened."""
        if self.file is not None:
            self.file.check()

    def lock(self) -> lock.Lock:
        """Become the one daemon of this organisation, until the lock is released or we die.

        Raises AlreadyRunning when another process is: by this path, by another path to this file,
        or on a copy of it on this machine.
        """
        if self.path is None:
            return lock.lock_organisation(self.engine, self.org, self.where)
        return lock.lock_file(sqlite.lock_path(self.path), self.path, self._identity)

    def _identity(self) -> str:
        with self.reading() as session:
            known = state.get(session, IDENTITY)
        if known is None:
            with self.transaction() as session:
                state.once(session, IDENTITY, secrets.token_hex(16))
                known = state.get(session, IDENTITY)
        return str(known)

    def integrity(self) -> list[str]:
        """Look through the whole database for damage; an empty list when all is well."""
        if self.path is None:
            with self.reading() as session:
                return postgres.open_walls(session.connection())
        return sqlite.damage(self.engine) + sqlite.exposed_files(self.path)

    def scrub(self) -> None:
        """After an erasure: rewrite the file without what was deleted and empty the log.

        On PostgreSQL the space is vacuumed by the server; old versions in its log and in backups
        go by their own retention.
        """
        if self.path is not None:
            sqlite.scrub_free_space(self.engine)

    def backup(self, to: Path) -> None:
        """Copy the store, as it is at one moment, into a new private file, while work goes on.

        Raises FileExistsError when the file is there, StoreFull when it does not fit, and
        StoreRefused on PostgreSQL, where `pg_dump` does this.
        """
        if self.path is None:
            raise StoreRefused(f"back up {self.where} with pg_dump, as the administrator")
        sqlite.copy_database(self.engine, to)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
