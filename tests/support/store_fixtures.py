"""Fixtures: a store of one organisation on each engine, fresh in every test.

`pytest_plugins = ["store_fixtures", "postgres"]`, then ask for `store` (runs on both engines) or
`acme` (SQLite, where the file itself is the matter).
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stores import entry, letter

from deskless.store import outbox, state
from deskless.store.engine.database import Store
from deskless.store.ledger import entries
from deskless.store.ledger.head import Key, signing_key

if TYPE_CHECKING:
    from postgres import Postgres

_numbers = itertools.count()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of an organisation nobody else uses."""
    if request.param == "sqlite":
        where: str | Path = tmp_path / "data" / "acme.db"
    else:
        where = request.getfixturevalue("postgres").url()
    with Store.open(where, f"org-{os.getpid()}-{next(_numbers)}") as opened:
        yield opened


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Store]:
    """An empty SQLite store of the organisation acme."""
    with Store.open(tmp_path / "data" / "acme.db", "acme") as opened:
        yield opened


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """A signing key of acme's ledger."""
    return signing_key(tmp_path / "ledger.key", "deskless/acme")


@pytest.fixture
def pair(postgres: "Postgres") -> Iterator[tuple[Store, Store]]:
    """Two organisations in one PostgreSQL database, each with a note, an entry and a letter."""
    number = f"{os.getpid()}-{next(_numbers)}"
    with (
        Store.open(postgres.url(), f"one-{number}") as value,
        Store.open(postgres.url(), f"two-{number}") as two,
    ):
        for store in (value, two):
            with store.transaction() as session:
                state.put(session, "who", store.org)
                entries.append_entries(session, [entry(private={"q": store.org})])
                outbox.put_letter(session, letter("1"))
        yield value, two
