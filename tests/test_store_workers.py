"""Several workers on PostgreSQL: leases with fences, one daemon, and a server that dies."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from stores import NOON, entry, letter, signed_report

from deskless.store import outbox, state
from deskless.store.engine.database import Store
from deskless.store.engine.errors import AlreadyRunning, StoreGone
from deskless.store.engine.rows import run_statement
from deskless.store.engine.session import Session
from deskless.store.ledger import entries, head
from deskless.store.ledger.head import Key
from deskless.store.outbox import Claim

if TYPE_CHECKING:
    from postgres import Postgres

pytest_plugins = ["store_fixtures", "postgres"]
pytestmark = pytest.mark.postgres


def test_writers_of_one_organisation_leave_no_gap(pair: tuple[Store, Store], key: Key) -> None:
    """Four at once, numbered without holes; the head row is the only queue."""
    store = pair[0]

    def write(_: int) -> None:
        for _ in range(8):
            with store.transaction() as session:
                entries.append_entries(session, [entry(), entry()])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with store.reading() as session:
        assert [each.seq for each in entries.read_entries(session)] == list(range(1, 66))
    assert signed_report(store, key).ok


def test_claims_skip_what_another_worker_holds(pair: tuple[Store, Store]) -> None:
    """Two open transactions share the letters between them and nobody waits."""
    store = pair[0]
    with store.transaction() as session:
        for number in range(2, 7):
            outbox.put_letter(session, letter(str(number)))
    with store.transaction() as first, store.transaction() as second:
        mine = outbox.claim_letters(first, Claim("a", NOON, limit=3))
        yours = outbox.claim_letters(second, Claim("b", NOON, limit=10))
    assert (len(mine), len(yours)) == (3, 3)
    assert not {each.id for each in mine} & {each.id for each in yours}


def test_many_workers_claim_every_letter_once(pair: tuple[Store, Store]) -> None:
    """Started together by a barrier."""
    store = pair[0]
    with store.transaction() as session:
        for number in range(2, 22):
            outbox.put_letter(session, letter(str(number)))
    barrier = threading.Barrier(4)

    def work(worker: int) -> list[int]:
        taken: list[int] = []
        barrier.wait(timeout=10)
        while True:
            with store.transaction() as session:
                claimed = outbox.claim_letters(session, Claim(f"w{worker}", NOON, limit=2))
                for each in claimed:
                    outbox.mark_in_flight(session, each)
                    outbox.mark_sent(session, each, NOON)
            if not claimed:
                return taken
            taken += [each.id for each in claimed]

    with ThreadPoolExecutor(4) as pool:
        result = [number for taken in pool.map(work, range(4)) for number in taken]
    assert sorted(result) == list(range(1, 22))


def test_a_zombies_word_counts_for_nothing(pair: tuple[Store, Store]) -> None:
    """Its lease ran out, another has the letter under a higher fence: its `sent` hits no row."""
    store = pair[0]
    with store.transaction() as session:
        (old,) = outbox.claim_letters(session, Claim("zombie", NOON, lease=timedelta(minutes=1)))
    with store.transaction() as session:
        (new,) = outbox.claim_letters(session, Claim("heir", NOON + timedelta(minutes=2)))
    assert (old.fence, new.fence) == (1, 2)
    with store.transaction() as session:
        assert not outbox.mark_in_flight(session, old)
        assert not outbox.mark_sent(session, old, NOON)
        assert outbox.mark_in_flight(session, new)


def test_one_daemon_per_organisation(pair: tuple[Store, Store], postgres: "Postgres") -> None:
    """The lock is the server's: another organisation's is free, a lost connection frees it."""
    value, two = pair
    with value.lock() as lock, two.lock(), Store.open(postgres.url(), value.org) as rival:
        assert lock.held()
        with pytest.raises(AlreadyRunning):
            rival.lock()
        postgres.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )
        assert not lock.held()
        rival.lock().release()


def test_a_server_that_dies_is_gone_for_a_while(
    pair: tuple[Store, Store], postgres: "Postgres"
) -> None:
    """Temporary, by name; after its restart the same store works, with all that was committed."""
    value = pair[0]
    lock = value.lock()
    postgres.stop()
    try:
        assert not lock.held()
        with pytest.raises(StoreGone) as caught, value.transaction() as session:
            state.put(session, "k", 1)
        assert caught.value.temporary
        with pytest.raises(StoreGone):
            Store.open(postgres.url(), "acme")
    finally:
        postgres.start()
    with value.transaction() as session:
        assert entries.count_entries(session) == 1
        entries.append_entries(session, [entry()])


def test_a_backend_killed_in_the_middle_leaves_nothing_half(
    pair: tuple[Store, Store], postgres: "Postgres", key: Key
) -> None:
    """The transaction is gone, the tree whole, the number given out again."""
    value = pair[0]
    with pytest.raises(StoreGone), value.transaction() as session:
        _append_and_die(session, postgres, key)
    with value.transaction() as session:
        (stored,) = entries.append_entries(session, [entry()])
        assert stored.seq == 2
    assert signed_report(value, key).ok


def _append_and_die(session: Session, postgres: "Postgres", key: Key) -> None:
    entries.append_entries(session, [entry(), entry()])
    pid = run_statement(session, text("SELECT pg_backend_pid()")).scalar_one()
    postgres.sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    head.publish_head(session, key, NOON)
