"""`deskless store`: prepare a PostgreSQL database, copy the store in use, look it through."""

from pathlib import Path
from typing import Annotated

import typer

from deskless.agent.cli.common import (
    CONFIGURATION,
    FOUND,
    USAGE,
    configured,
    open_office,
    stop_with,
    troubles_end_here,
)
from deskless.store.engine.errors import StoreRefused

ADMIN = Annotated[
    str,
    typer.Option(
        help="postgresql://ADMIN@HOST/DATABASE: who may create roles and tables. The password comes"
        " from PGPASSWORD or ~/.pgpass.",
        show_default=False,
    ),
]
ROLE = Annotated[
    str, typer.Option(help="The daemon's role, which must exist; else the one of [store] url.")
]


def register_store_commands(app: typer.Typer) -> None:
    """Add the commands."""
    stores = typer.Typer(help="The database.", no_args_is_help=True)
    stores.command("prepare")(prepare_schema)
    stores.command("backup")(backup)
    stores.command("check")(check_database)
    app.add_typer(stores, name="store")


def prepare_schema(admin: ADMIN, role: ROLE = "") -> None:
    """Make or migrate the PostgreSQL schema; the daemon's role gets what it needs and no more.

    Example: deskless store prepare --admin postgresql://postgres@db.acme.example/deskless
    """
    from deskless.agent.commands.console import out
    from deskless.store.engine import postgres

    url = configured().database
    if not url.startswith("postgres"):
        stop_with(f"The store is the file {url}, which needs no preparation.", USAGE)
    with troubles_end_here():
        named = role or postgres.url_role(url)
        if not named:
            stop_with(
                "[store] url names no role: write postgresql://ROLE@HOST/DATABASE.", CONFIGURATION
            )
        version = postgres.prepare_schema(admin, named)
    out.print(f"Schema {version} stands; {named} may work in it and never rewrite the ledger.")


def backup(to: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy the store as it is at one moment, while the daemon works.

    Example: deskless store backup /backup/deskless-monday.db
    """
    from deskless.agent.commands.console import out

    with open_office() as made:
        try:
            made.store.backup(to)
        except FileExistsError:
            stop_with(f"{to} is there already; a backup never overwrites.", USAGE)
        except StoreRefused as refused:
            stop_with(f"{refused}.", USAGE)
    out.print(f"{to} holds the whole store. Keep deskless.keys and deskless-ledger.key beside it.")


def check_database() -> None:
    """Look through the whole database for damage.

    Example: deskless store check
    """
    from rich.progress import Progress

    from deskless.agent.commands.console import err, out

    with open_office() as made, Progress(console=err, transient=True) as bar:
        bar.add_task(f"looking through {made.store.where}", total=None)
        problems = made.store.integrity()
    for problem in problems:
        out.file.write(f"{problem}\n")
    if not problems:
        out.print("No damage.")
    raise typer.Exit(FOUND if problems else 0)
