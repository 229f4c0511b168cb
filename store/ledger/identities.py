"""Who an id stands for, by the ledger's own word, held against the tables beside it.

The tables of people can be changed by whoever has the file; the `introduced` entries cannot. An
address that stands for somebody else than the last entry about it says, or a name that no entry
gave, is told. A ledger of before there were such entries says nothing of anybody.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import AddressRow, PersonRow

INTRODUCED = "introduced"
"""The kind of the entries that say who an id stands for."""


class Identities:
    """What the entries say of people, entry by entry: whose an address is, what an id is called."""

    def __init__(self) -> None:
        self._owner: dict[tuple[str, str], str] = {}
        self._called: dict[str, str] = {}
        self._any = False

    def learn(self, person: Any, content: str | None) -> None:
        """An `introduced` entry; `content` are its private words, None when they were erased."""
        self._any = True
        try:
            words = json.loads(content or "")
            address, called = str(words["address"]), str(words["name"])
        except (ValueError, KeyError, TypeError):
            return
        if isinstance(person, str) and person:
            self._owner[person[0], address] = person
            self._called[person] = called

    def forget(self, people: Any) -> None:
        """An `erased` entry: these ids stand for nobody any more."""
        gone = set(people) if isinstance(people, list) else set()
        if gone:
            self._owner = {key: who for key, who in self._owner.items() if who not in gone}
            self._called = {who: name for who, name in self._called.items() if who not in gone}

    def contradictions(self, session: Session) -> Iterator[str]:
        """Where the tables of people say otherwise, a sentence each, without any address."""
        if not self._any:
            return
        left, held = dict(self._owner), AddressRow
        query = select(held.c.kind, held.c.address, held.c.id).where(is_mine(session, held))
        for row in run_statement(session, query.order_by(held.c.id)):
            owner = left.pop((row.kind, row.address), None)
            if owner is None:
                yield f"an address stands for {row.id}, and no entry says so"
            elif owner != row.id:
                yield f"an address of {owner} stands for {row.id} now: ids were exchanged"
        yield from (f"an address of {owner} was taken away" for owner in sorted(left.values()))
        people = PersonRow
        names = select(people.c.id, people.c.name).where(
            is_mine(session, people), people.c.erased_at.is_(None)
        )
        for row in run_statement(session, names.order_by(people.c.id)):
            if row.name != self._called.get(row.id, ""):
                yield f"{row.id} is called otherwise than the ledger says"
