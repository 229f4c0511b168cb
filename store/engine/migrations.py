"""The schema's history: numbered functions, each run in the transaction that records it.

A migration is never changed once released; a new one is added at the end of `STEPS`. The SQL is
one text for SQLite (STRICT tables) and PostgreSQL; `Engine` holds the few words that differ.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from deskless.store.engine.errors import StoreBroken
from deskless.store.engine.schema import INDEXES_1, LEDGER_TABLES, TABLES_1


@dataclass(frozen=True, slots=True)
class Engine:
    """The words in which the two databases differ."""

    big: str
    blob: str
    flag: str
    end: str


ENGINES = {
    "sqlite": Engine(big="INTEGER", blob="BLOB", flag="INTEGER", end=" STRICT"),
    "postgresql": Engine(big="BIGINT", blob="BYTEA", flag="BOOLEAN", end=""),
}


def m001_first(connection: Connection) -> None:
    """Every table of the first release, its indexes, and the guards of the append-only ones."""
    engine = ENGINES[connection.dialect.name]
    for name, body in TABLES_1.items():
        columns = body.format(big=engine.big, blob=engine.blob, flag=engine.flag)
        connection.execute(text(f"CREATE TABLE {name} ({columns}){engine.end}"))
    for index in INDEXES_1:
        connection.execute(text(index))
    for statement in guard_triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


STEPS: tuple[Callable[[Connection], None], ...] = (m001_first,)


def guard_triggers(dialect: str) -> list[str]:
    """The triggers that refuse to change or delete what only grows."""
    if dialect == "sqlite":
        return [
            _sqlite_guard(name, verb) for name in LEDGER_TABLES for verb in ("UPDATE", "DELETE")
        ]
    made = [
        "CREATE FUNCTION deskless_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    ]
    return made + [_postgres_guard(name) for name in LEDGER_TABLES]


def _sqlite_guard(name: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
    )


def _postgres_guard(name: str) -> str:
    return (
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION deskless_append_only()"
    )


def migration_version(connection: Connection) -> int:
    """The last migration the database has seen; 0 for an empty database.

    Raises StoreBroken for a database with tables that are not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if "schema_version" not in tables:
        if connection.dialect.name == "sqlite" and tables:
            raise StoreBroken(
                f"this is another program's database (it has {', '.join(sorted(tables)[:3])}); "
                "choose another file for [store]"
            )
        return 0
    return int(connection.execute(text("SELECT max(version) FROM schema_version")).scalar() or 0)


def check_schema(connection: Connection) -> bool:
    """True when the schema is ours and current; StoreBroken when it is newer than this program."""
    version_found = migration_version(connection)
    if version_found > len(STEPS):
        raise StoreBroken(
            f"the store has schema {version_found}, this Deskless knows {len(STEPS)}: it was "
            f"written by a "
            "newer release. Install that release again, or restore the backup made before it ran."
        )
    return version_found == len(STEPS)


def migrate(connection: Connection) -> int:
    """Bring the schema up to date inside the caller's transaction; returns its version."""
    if check_schema(connection):
        return len(STEPS)
    version_found = migration_version(connection)
    if not version_found:
        connection.execute(
            text("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        )
    for number, step in enumerate(STEPS[version_found:], start=version_found + 1):
        step(connection)
        connection.execute(
            text("INSERT INTO schema_version (version, name) VALUES (:version, :name)"),
            {"version": number, "name": step.__name__},
        )
    _held_against_models(connection)
    return len(STEPS)


def _held_against_models(connection: Connection) -> None:
    """A new or migrated database is what the models describe; else StoreBroken, and no commit."""
    from deskless.store.engine.models import differences  # loads the object layer, once a release

    odd = differences(connection)
    if odd:
        raise StoreBroken(
            f"the store differs from what this release expects ({', '.join(odd[:5])}): somebody "
            "else has changed its tables. Restore a backup, or undo that change."
        )
