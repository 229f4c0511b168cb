"""PostgreSQL as we use it: one database for many organisations, kept apart by the database.

Tables belong to `deskless_owner`, who cannot log in. The daemon logs in as another role that is
no superuser, cannot bypass row-level security, and has no right to change or delete what is
append-only. Every transaction names its organisation first (`set_config('app.org', …, true)`, so
that it ends with the transaction); without it every table looks empty.
"""

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from deskless.store.engine import migrations
from deskless.store.engine.errors import StoreBroken, store_fault
from deskless.store.engine.schema import LEDGER_TABLES, TABLES_1

OWNER = "deskless_owner"


def postgres_engine(url: str, org: str, patience: float) -> Engine:
    """An engine for the daemon's role; needs the `postgres` extra (psycopg)."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    # A commit counts when it is on the disk, whatever the server's own default says.
    options = f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC -c synchronous_commit=on"
    try:
        made = create_engine(
            parsed,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 10,
                "options": options,
                "application_name": "deskless",
            },
        )
    except ModuleNotFoundError as error:
        raise StoreBroken("PostgreSQL needs the extra: pip install 'deskless[postgres]'") from error

    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("deskless_write")
        if not write:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.exec_driver_sql("SELECT set_config('app.org', %s, true)", (org,))

    event.listen(made, "begin", begin)
    return made


def approve(connection: Connection) -> None:
    """Refuse a database that is not prepared, or a role against which its walls are no walls."""
    if not migrations.check_schema(connection):
        raise StoreBroken(
            "the database is not prepared for this release: run "
            "`deskless store prepare --admin postgresql://ADMIN@HOST/DATABASE` once"
        )
    problems = open_walls(connection)
    if problems:
        raise StoreBroken("; ".join(problems))


def open_walls(connection: Connection) -> list[str]:
    """Where the database would not keep organisations apart or the ledger append-only."""
    gaps = []
    role = connection.execute(
        text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    if role.rolsuper or role.rolbypassrls:
        gaps.append(f"role {role.rolname} ignores row-level security: log in as a plain role")
    open_tables = connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'org_id' AND c.relkind IN ('r', 'p') "
            "AND c.relnamespace = current_schema()::regnamespace "
            "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        )
    ).scalars()
    gaps += [f"table {name} has no forced row-level security" for name in open_tables]
    for name in LEDGER_TABLES:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            ask = text("SELECT has_table_privilege(current_user, :name, :right)")
            if connection.execute(ask, {"name": name, "right": right}).scalar():
                gaps.append(f"role {role.rolname} may {right} {name}: revoke it")
    return gaps


def url_role(url: str) -> str:
    """Who the URL logs in as; empty when it does not say."""
    return make_url(url).username or ""


def prepare_schema(admin_url: str, role: str) -> int:
    """Make or migrate the schema and give `role` (which must exist) what the daemon needs.

    `admin_url` logs in as someone who may create roles and tables. Returns the schema version.
    Raises StoreBroken when there is no such role, StoreDenied or StoreGone when we cannot log in.
    """
    made = create_engine(make_url(admin_url).set(drivername="postgresql+psycopg"))
    try:
        with made.begin() as connection:
            if not _exists(connection, role):
                raise StoreBroken(f"make the role first: CREATE ROLE {role} LOGIN PASSWORD '…'")
            _own(connection)
            version = migrations.migrate(connection)
            _wall(connection, role)
            return version
    except DBAPIError as error:
        named = store_fault(error, made.url.render_as_string(hide_password=True))
        if named is None:
            raise
        raise named from error
    finally:
        made.dispose()


def _exists(connection: Connection, role: str) -> bool:
    query = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    return connection.execute(query, {"role": role}).scalar() is not None


def _own(connection: Connection) -> None:
    if not _exists(connection, OWNER):
        connection.exec_driver_sql(f"CREATE ROLE {OWNER} NOLOGIN")
    # A role may only be assumed by its members, and one that is no superuser joins what it made.
    connection.exec_driver_sql(f"GRANT {OWNER} TO CURRENT_USER")
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {OWNER}")
    connection.exec_driver_sql(f"SET LOCAL ROLE {OWNER}")


def _wall(connection: Connection, role: str) -> None:
    name = connection.execute(text("SELECT quote_ident(:role)"), {"role": role}).scalar_one()
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    same = "org_id = NULLIF(current_setting('app.org', true), '')"
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
    connection.exec_driver_sql(f"GRANT SELECT ON schema_version TO {name}")
    for rows in TABLES_1:
        rights = "SELECT, INSERT" if rows in LEDGER_TABLES else "SELECT, INSERT, UPDATE, DELETE"
        for statement in (
            f"ALTER TABLE {rows} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {rows} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS org ON {rows}",
            f"CREATE POLICY org ON {rows} USING ({same}) WITH CHECK ({same})",
            f"GRANT {rights} ON {rows} TO {name}",
        ):
            connection.exec_driver_sql(statement)


def unguarded_tables(connection: Connection) -> list[str]:
    """Append-only tables whose trigger is missing or switched off."""
    query = text(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
        "AND c.relnamespace = current_schema()::regnamespace "
        "AND t.tgname = c.relname || '_append_only'"
    )
    present = set(connection.execute(query).scalars())
    return [
        f"a guard of the ledger is gone: {name}" for name in LEDGER_TABLES if name not in present
    ]
