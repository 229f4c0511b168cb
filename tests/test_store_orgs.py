"""Two organisations in one database, and no wall but our own conditions: does every function keep
to its organisation?

Every public function that takes a session is called as another organisation, with arguments that
fit the first one's rows. It must answer as in an empty store, and leave the first one's rows alone.
A new function joins by itself; a parameter of a new name and kind has to be given a value below.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select
from stores import AT_NOON, NOON, entry, letter

from deskless.store import (
    cases,
    cursor,
    documents,
    erase,
    outbox,
    people,
    quarantine,
    state,
    threads,
    tokens,
    verdicts,
)
from deskless.store.engine.database import Store
from deskless.store.engine.errors import StoreError
from deskless.store.engine.rows import run_statement
from deskless.store.engine.schema import TABLES_1
from deskless.store.engine.session import Session
from deskless.store.engine.tables import metadata
from deskless.store.ledger import audit, blocks, entries, head, proof
from deskless.store.ledger.head import Key, LedgerHead

MODULES = (
    audit, blocks, cases, cursor, documents, entries, erase, head, outbox,
    people, proof, quarantine, state, threads, tokens, verdicts,
)  # fmt: skip
DAY = timedelta(days=1)
ANN = "ann@customer.example"


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the store that takes a session."""
    for module in MODULES:
        for name, value in vars(module).items():
            mine = inspect.isfunction(value) and value.__module__ == module.__name__
            if (
                mine
                and not name.startswith("_")
                and "session" in inspect.signature(value).parameters
            ):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


FUNCTIONS = dict(functions())


def fill(store: Store, key: Key) -> None:
    """Something of acme's in every table."""
    with store.transaction() as session:
        customer = people.customer_id(session, ANN, AT_NOON)
        people.person_ids(session, ["bo@acme.example"], AT_NOON)
        people.name_person(session, "p1", "Bo", AT_NOON)
        ticket = threads.next_ticket(session)
        threads.start_thread(session, ticket, NOON, customer)
        threads.start_thread(session, "T-2", NOON, customer)
        threads.add_post(session, threads.PostInfo(ticket, "d1", NOON, "human", "customer",
                                              message_id="m1", private={"from": ANN}))  # fmt: skip
        threads.see_place(session, threads.Place("INBOX", 1, 1), "d1", NOON)
        documents.keep_mail(session, "d1", ticket, b"raw")
        documents.put_draft(session, "d2", ticket, ("a", "b", "c"))
        cases.put_case(session, CASE)
        outbox.put_letter(session, letter("1", case="T-1-1", ticket=ticket, text="words"))
        outbox.put_letter(session, letter("2", urgency=1))
        (doubtful,) = outbox.claim_letters(session, outbox.Claim("w", NOON, 1))
        outbox.mark_unknown(session, doubtful, NOON, "no answer")
        cursor.put_cursor(session, cursor.Cursor("INBOX", 1, 1))
        quarantine.put_mail(
            session, quarantine.Quarantined("d1", ANN.encode(), "INBOX", 1, "boom", NOON)
        )
        tokens.issue_token(session, TOKEN)
        verdicts.put_answer(session, verdicts.VerdictText("k", "{}", NOON, ticket))
        verdicts.add_usage(session, NOON.date(), verdicts.Usage(1, 1, 1))
        verdicts.queue_thread(session, verdicts.Waiting(ticket, NOON, 1, "busy"))
        documents.put_book(session, "h", "text")
        state.put(session, "k", 1)
        state.bump(session, "k")
        seen = entry(ticket=ticket, case="T-1-1", private={"from": ANN})
        entries.append_entries(session, [seen])
        head.publish_head(session, key, NOON)


CASE = cases.CaseRow("T-1-1", "T-1", 1, "open", rank=1, due_at=NOON, private={"a": ANN})
TOKEN = tokens.Token("h", "accept", NOON, NOON + DAY, "T-1-1", "h1", "p1")
LETTER = outbox.Letter(1, "<1@acme.example>", "brief", "T-1-1", "T-1", ("bo@acme.example",), "d@x",
                       b"raw", "words", "pending", 5, 0, NOON, NOON, None, None, 0)  # fmt: skip
NAMED: dict[str, Any] = {
    "address": ANN, "addresses": [ANN], "after": None, "mail": quarantine.Quarantined(
        "d1", b"x", "INBOX", 1, "boom", NOON),
    "ask": outbox.Claim("rival", NOON + DAY), "at": NOON + DAY / 2, "before": NOON + DAY, "by": 1,
    "called": "Rival", "case": "T-1-1", "cursor": cursor.Cursor("INBOX", 2, 2), "customer": "c1",
    "day": NOON.date(), "default": None, "digest": "d1", "digests": ["d1"], "disclose": True,
    "domains": [ANN.rpartition("@")[2]],
    "dry_run": False, "entries": [entry()], "error": "x", "first": 1, "folder": "INBOX",
    "gone": "T-2", "handoff": "h1", "hashed": "h", "ids": ["m1"], "keep": "T-1", "kind": "seen",
    "kinds": ["brief"], "to": "bo@acme.example",
    "limit": 10, "lock": False, "message_id": "<1@acme.example>",
    "message_ids": ["<1@acme.example>"], "now": NOON + DAY, "origin": "deskless/acme",
    "pattern": "T-{n}", "people_ids": ["p1", "c1"], "person": "p1",
    "place": threads.Place("INBOX", 1, 1), "prefix": "", "progress": None, "raw": b"rival",
    "recipient": "bo@acme.example", "states": outbox.OWED, "statuses": ["open"],
    "urgency": 5, "worker": "w",
    "seq": 1, "since": NOON - DAY, "span": None, "text": "rival",
    "ticket": "T-1", "token": replace(TOKEN, hash="h9"), "until": NOON - DAY,
    "usage": verdicts.Usage(1, 1, 1), "value": 2, "waiting": verdicts.Waiting("T-1", NOON, 9, "x"),
    "witnesses": (), "words": ("x", "y", "z"),
}  # fmt: skip
# Parameters whose name means another thing in one module.
OWN: dict[str, Any] = {
    "audit.audit_ledger.key": "VKEY", "proof.write_proof.key": "KEY",
    "head.publish_head.key": "KEY", "head.sign_first_head.key": "KEY",
    "head.knows_head.head": LedgerHead("deskless/acme", 1, b"x" * 32),
    "cases.get_case.key": "T-1-1", "state.get.key": "k", "state.put.key": "k",
    "state.once.key": "k",
    "state.drop.key": "k", "state.bump.key": "k", "state.counted.key": "k",
    "verdicts.get_answer.key": "k",
    "cases.put_case.case": CASE, "outbox.put_letter.letter": letter("1"), "letter": LETTER,
    "outbox.pull_forward.after": NOON,
    "blocks.keep_blocks.before": 0, "blocks.keep_blocks.size": 1024, "blocks.leaf_hashes.low": 0,
    "opened": (),
    "documents.get_draft.digest": "d2",
    "people.known_id.kind": "c",
    "introduced": AT_NOON,
    "verdicts.put_answer.verdict": verdicts.VerdictText("k", "[]", NOON),
    "threads.add_post.post": threads.PostInfo("T-1", "d1", NOON, "human", "customer"),
}  # fmt: skip


def arguments(name: str, function: Callable[..., Any], key: Key) -> dict[str, Any]:
    """A value for each parameter, by its name."""
    given = {}
    for parameter, about in list(inspect.signature(function).parameters.items())[1:]:
        for known, where in ((f"{name}.{parameter}", OWN), (parameter, OWN), (parameter, NAMED)):
            if known in where:
                given[parameter] = where[known]
                break
        else:
            plain = {str: "T-1", int: 1}.get(about.annotation)
            assert plain is not None, f"give {name} a value for {parameter!r} in NAMED or OWN"
            given[parameter] = plain
        if given[parameter] in ("KEY", "VKEY"):
            given[parameter] = key if given[parameter] == "KEY" else key.vkey()
    return given


def answer(session: Session, name: str, key: Key) -> Any:
    """What the function says: its result (streams read out), or the kind of its refusal."""
    function = FUNCTIONS[name]
    try:
        result = function(session, **arguments(name, function, key))
        result = list(result) if inspect.isgenerator(result) else result
    except (ValueError, StoreError) as refused:
        return type(refused)
    # Salts differ from one call to the next, queries are compared by what they say.
    return str(result) if name in ("cases.ranking_query",) else result


def dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of acme's."""
    fields = {}
    for name in sorted(TABLES_1):
        rows = metadata.tables[name]
        result = run_statement(session, select(rows).where(rows.c.org_id == "acme"))
        fields[name] = sorted((tuple(row) for row in result), key=str)
    return fields


Filled = tuple[Store, Store, Key]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Acme's full store, a rival's empty one, and a key; every test rolls back what it did."""
    folder = tmp_path_factory.mktemp("orgs")
    key = head.signing_key(folder / "key", "deskless/acme")
    with (
        Store.open(folder / "acme.db", "acme") as acme,
        Store.open(folder / "rival.db", "rival") as empty,
    ):
        fill(acme, key)
        yield acme, empty, key


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_function_reaches_into_another_organisation(filled: Filled, name: str) -> None:
    """Answers as if alone; acme's rows stay as they were."""
    acme, empty, key = filled
    with acme.transaction() as session:
        before = dump(session)
        assert all(before.values()), [table for table, rows in before.items() if not rows]
        session.org = "rival"
        beside = answer(session, name, key)
        assert dump(session) == before
        session.rollback()
    with empty.transaction() as session:
        alone = answer(session, name, key)
        session.rollback()
    assert beside == alone


def test_every_module_is_looked_at() -> None:
    """A module of the store that takes sessions and is not in the list above would slip through."""
    import importlib

    import deskless.store

    held = []
    room = Path(next(iter(deskless.store.__path__)))
    for path in sorted(room.rglob("*.py")):
        name = ".".join(path.relative_to(room).with_suffix("").parts)
        module: ModuleType = importlib.import_module(f"deskless.store.{name}")
        if any(
            inspect.isfunction(value)
            and value.__module__ == module.__name__
            and "session" in inspect.signature(value).parameters
            for value in vars(module).values()
        ):
            held.append(module)
    assert {module.__name__ for module in held} - {module.__name__ for module in MODULES} == {
        "deskless.store.engine.rows"
    }
