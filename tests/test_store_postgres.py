"""PostgreSQL: organisations walled off by the database itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from stores import signed_report

from deskless.store import state
from deskless.store.engine import postgres as server
from deskless.store.engine.database import Store
from deskless.store.engine.errors import StoreBroken, StoreDenied, StoreGone, StoreRefused
from deskless.store.engine.rows import run_statement
from deskless.store.engine.schema import TABLES_1
from deskless.store.engine.tables import metadata
from deskless.store.ledger.head import Key

if TYPE_CHECKING:
    from postgres import Postgres

pytest_plugins = ["store_fixtures", "postgres"]
pytestmark = pytest.mark.postgres


def test_every_table_of_an_organisation_is_walled(postgres: "Postgres") -> None:
    """Told by the catalog, so that a table made tomorrow is covered as well."""
    engine = create_engine(postgres.admin.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as connection:
        query = (
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, "
            "(SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'org_id' AND c.relkind = 'r'"
        )
        fields = {row[0]: tuple(row[1:]) for row in connection.execute(text(query))}
        owners = connection.execute(
            text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        )
        assert list(owners.scalars()) == [server.OWNER]
    engine.dispose()
    assert fields == dict.fromkeys(fields, (True, True, 1))
    assert set(TABLES_1) <= set(fields)


def test_the_schema_is_what_the_classes_say(pair: tuple[Store, Store]) -> None:
    """Columns and nullability, as on SQLite."""
    with pair[0].reading() as session:
        query = (
            "SELECT table_name, column_name, is_nullable FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name <> 'schema_version'"
        )
        rows = {tuple(row) for row in run_statement(session, text(query))}
    tables = {
        (name, column.name, "YES" if column.nullable else "NO")
        for name, table in metadata.tables.items()
        for column in table.c
        if name in {row[0] for row in rows}
    }
    assert rows == tables


@pytest.mark.parametrize("table", sorted(TABLES_1))
def test_no_organisation_sees_another(pair: tuple[Store, Store], table: str) -> None:
    """Raw SQL without any condition of ours shows only one's own rows."""
    for store in pair:
        with store.reading() as session:
            result = run_statement(session, text(f"SELECT DISTINCT org_id FROM {table}")).scalars()
            assert set(result) <= {store.org}


def test_no_organisation_can_write_for_another(pair: tuple[Store, Store]) -> None:
    """Insert under another's name is refused; update and delete do not find its rows."""
    value, two = pair
    with pytest.raises(StoreRefused, match="row-level security"), value.transaction() as session:
        run_statement(session, text("INSERT INTO note VALUES (:org, 'x', '1')"), {"org": two.org})
    with pytest.raises(StoreRefused, match="row-level security"), value.transaction() as session:
        run_statement(session, text("UPDATE note SET org_id = :org"), {"org": two.org})
    with value.transaction() as session:
        theirs = text("UPDATE note SET value = '0' WHERE org_id = :org")
        assert run_statement(session, theirs, {"org": two.org}).rowcount == 0
        run_statement(session, text("DELETE FROM note"))
    with two.reading() as session:
        assert state.get(session, "who") == two.org


def test_without_an_organisation_everything_looks_empty(
    postgres: "Postgres", pair: tuple[Store, Store]
) -> None:
    """Also on a connection that served one before: the setting ended with its transaction."""
    store = pair[0]
    engine = server.postgres_engine(postgres.url(), store.org, 5)
    with engine.connect() as connection:
        pid, seen = connection.execute(text("SELECT pg_backend_pid(), count(*) FROM note")).one()
        assert seen == 1
        connection.rollback()
        raw = connection.connection.driver_connection
        assert raw is not None
        assert raw.execute("SELECT pg_backend_pid()").fetchone() == (pid,)
        assert raw.execute("SELECT current_setting('app.org', true)").fetchone() == ("",)
        for table in TABLES_1:
            assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        raw.rollback()
    engine.dispose()


def test_one_pooled_connection_serves_two_organisations_without_a_leak(
    postgres: "Postgres", pair: tuple[Store, Store]
) -> None:
    """The same backend, one after the other: each sees itself only."""
    engine = create_engine(
        postgres.url().replace("postgresql:", "postgresql+psycopg:", 1), pool_size=1, max_overflow=0
    )
    seen = []
    for store in (*pair, *pair):
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT set_config('app.org', %s, true)", (store.org,))
            row = connection.execute(
                text("SELECT pg_backend_pid(), min(value), count(*) FROM note")
            )
            seen.append(tuple(row.one()))
    engine.dispose()
    assert len({pid for pid, _, _ in seen}) == 1
    assert [(value, count) for _, value, count in seen] == [
        (f'"{store.org}"', 1) for store in (*pair, *pair)
    ]


@pytest.mark.parametrize("table", ["entry", "signed_head", "book"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET org_id = org_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_daemons_role_may_not_change_the_ledger(
    pair: tuple[Store, Store], postgres: "Postgres", table: str, verb: str
) -> None:
    """Permission denied for the daemon; append-only even for the administrator."""
    with pytest.raises(StoreRefused, match="permission denied"), pair[0].transaction() as session:
        run_statement(session, text(verb.format(table)))
    with pytest.raises(Exception, match="append-only"):
        postgres.sql(verb.format(table))


def test_a_role_that_ignores_the_walls_is_refused(postgres: "Postgres") -> None:
    """A superuser, a role with BYPASSRLS, the owner's kind of rights: not to serve with."""
    postgres.sql("CREATE ROLE bypasser LOGIN BYPASSRLS IN ROLE deskless_app")
    postgres.sql("CREATE ROLE mighty LOGIN IN ROLE deskless_owner")
    for role, says in (
        ("admin", "ignores row-level security"),
        ("bypasser", "ignores row-level security"),
        ("mighty", "may UPDATE entry: revoke it"),
    ):
        with pytest.raises(StoreBroken, match=says):
            Store.open(postgres.url(role), "acme")


def test_a_table_without_walls_is_refused(postgres: "Postgres") -> None:
    """Told by name until it is put right."""
    postgres.sql("ALTER TABLE note NO FORCE ROW LEVEL SECURITY")
    try:
        with pytest.raises(StoreBroken, match="table note has no forced row-level security"):
            Store.open(postgres.url(), "acme")
    finally:
        postgres.sql("ALTER TABLE note FORCE ROW LEVEL SECURITY")
    Store.open(postgres.url(), "acme").close()


def test_an_unprepared_database_is_refused_with_the_command(postgres: "Postgres") -> None:
    """And the command makes it ready, as often as it is run."""
    postgres.sql("CREATE DATABASE fresh")
    url = postgres.url().replace("/deskless?", "/fresh?")
    with pytest.raises(StoreBroken, match="deskless store prepare"):
        Store.open(url, "acme")
    for _ in range(2):
        assert (
            server.prepare_schema(postgres.admin.replace("/deskless?", "/fresh?"), "deskless_app")
            == 1
        )
    Store.open(url, "acme").close()


def test_an_administrator_who_is_no_superuser_can_prepare(postgres: "Postgres") -> None:
    """As hosted databases have it: CREATEROLE, and the database's owner."""
    postgres.sql("CREATE ROLE hosted LOGIN CREATEROLE")
    postgres.sql("GRANT deskless_owner TO hosted WITH ADMIN OPTION")
    postgres.sql("CREATE DATABASE rented OWNER hosted")
    admin = postgres.url("hosted").replace("/deskless?", "/rented?")
    assert server.prepare_schema(admin, "deskless_app") == 1
    Store.open(postgres.url().replace("/deskless?", "/rented?"), "acme").close()


def test_a_missing_guard_is_found_by_verify(
    postgres: "Postgres", pair: tuple[Store, Store], key: Key
) -> None:
    """The trigger switched off is as bad as the trigger gone."""
    postgres.sql("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
    try:
        report = signed_report(pair[0], key)
    finally:
        postgres.sql("ALTER TABLE entry ENABLE TRIGGER entry_append_only")
    assert [problem.what for problem in report.problems] == ["a guard of the ledger is gone: entry"]


def test_an_entry_edited_by_the_administrator_is_caught(
    postgres: "Postgres", pair: tuple[Store, Store], key: Key
) -> None:
    """Walls do not hold a superuser; the tree does."""
    value, two = pair
    postgres.sql("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
    postgres.sql(f"UPDATE entry SET kind = 'forged' WHERE org_id = '{value.org}'")
    postgres.sql("ALTER TABLE entry ENABLE TRIGGER entry_append_only")
    for store, good in ((value, False), (two, True)):
        assert signed_report(store, key).ok is good


def test_a_database_that_does_not_let_us_in_is_told(postgres: "Postgres") -> None:
    """A wrong role or database is a mistake in the configuration, not a server gone away."""
    for url in (postgres.url("nobody_here"), postgres.url().replace("/deskless?", "/nowhere?")):
        with pytest.raises(StoreDenied, match=r"check the role.*does not exist"):
            Store.open(url, "acme")
    with pytest.raises(StoreGone):
        Store.open("postgresql://x@127.0.0.1:1/deskless", "acme")
    with pytest.raises(StoreDenied):
        server.prepare_schema(postgres.url("nobody_here"), "deskless_app")
    with pytest.raises(StoreBroken, match="CREATE ROLE missing LOGIN"):
        server.prepare_schema(postgres.admin, "missing")
    with pytest.raises(StoreRefused, match="refused the change"):
        server.prepare_schema(postgres.url(), "deskless_app")


def test_a_backup_is_the_administrators(pair: tuple[Store, Store], tmp_path: Path) -> None:
    """The daemon's role sees one organisation only, so its copy would be no backup."""
    with pytest.raises(StoreRefused, match="pg_dump"):
        pair[0].backup(tmp_path / "x")
