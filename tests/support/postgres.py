"""A real PostgreSQL for tests: Debian's server in a folder of its own, as a plain user, no port.

Use it with `pytest_plugins = ["postgres"]`. Where the server is not installed the tests skip and
say so; in CI that is a failure.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from absent import lacking
from sqlalchemy import create_engine, text

from deskless.store.engine import postgres as server

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
DATABASE = "deskless"
APP = "deskless_app"


@dataclass(frozen=True)
class Postgres:
    """A running server: how to log in as its administrator and as the daemon's role."""

    folder: Path
    bin: Path
    user: str | None

    def url(self, role: str = APP) -> str:
        """Where to connect, by Unix socket."""
        return f"postgresql://{role}@/{DATABASE}?host={self.folder}"

    @property
    def admin(self) -> str:
        """The administrator's URL."""
        return self.url("admin")

    def sql(self, statement: str, role: str = "admin") -> None:
        """Run one statement as that role, committed."""
        url = self.url(role).replace("postgresql:", "postgresql+psycopg:", 1)
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's own programs as its user; quietly, unless it fails."""
        done = subprocess.run(
            [self.bin / program, *arguments],
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        data, log = str(self.folder / "data"), str(self.folder / "log")
        flags = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder} "
            "-c fsync=off -c synchronous_commit=off -c max_connections=50"
        )
        self.run("pg_ctl", "-D", data, "-l", log, "-w", "-o", flags, "start")

    def stop(self) -> None:
        """Stop the server, hanging up on everyone."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")


def _unprivileged() -> str | None:
    # The server refuses to run as root.
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def missing(what: str) -> None:
    """Skip and say why; where everything has to be there (CI), fail."""
    lacking(f"{what} is missing: apt-get install postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole test run, with our schema and the daemon's role in it."""
    pytest.importorskip("psycopg")
    if not BINARIES:
        missing("PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="deskless-pg-", dir="/tmp"))
    user = _unprivileged()
    if user is not None:
        shutil.chown(folder, user)
    made = Postgres(folder, BINARIES[-1].parent, user)
    try:
        data = str(folder / "data")
        made.run("initdb", "-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync")
        made.start()
        made.run("createdb", "-h", str(folder), "-U", "admin", DATABASE)
        made.sql(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS")
        server.prepare_schema(made.admin, APP)
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
