"""The store fails under the daemon: nothing half, nothing lost, somebody hears of it without it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from faults import TROUBLE, Shaken, shaken
from sqlalchemy import Engine, event as sqlalchemy_event

from deskless.agent.daemon import assemble
from deskless.agent.daemon.alarm import Alarm
from deskless.agent.daemon.daemon import Daemon
from deskless.agent.outbound.dispatch import Dispatch
from deskless.agent.settings import config
from deskless.store import state
from deskless.store.engine.database import Store
from deskless.store.engine.errors import (
    AlreadyRunning,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreFull,
)
from deskless.store.engine.lock import Lock
from deskless.store.outbox import Letter

pytestmark = pytest.mark.slow


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """The company behind two proxies."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as made:
        yield made


LIMITS: WeakKeyDictionary[Engine, list[int]] = WeakKeyDictionary()


def pages(acme: Shaken, most: int | None) -> None:
    """Let the file grow by so many pages and no more; None: as it likes."""
    engine = acme.office.store.engine
    with engine.connect() as connection:
        count = connection.exec_driver_sql("PRAGMA page_count").scalar()
    limits = LIMITS.setdefault(engine, [])
    limits.append((1 << 30) if most is None else int(count or 0) + most)
    if len(limits) == 1:
        # SQLite knows such a limit for each connection, and the pool has more than one.
        sqlalchemy_event.listen(
            engine, "checkout",
            lambda raw, *_: raw.execute(f"PRAGMA max_page_count = {limits[-1]}").close(),
        )  # fmt: skip


def held(acme: Shaken) -> sqlite3.Connection:
    """Another writer, who does not let go; ours waits for it a moment only."""
    assert acme.office.store.path
    other = sqlite3.connect(acme.office.store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with acme.office.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    return other


def test_a_full_disk_takes_nothing_half_and_goes_on_when_there_is_room(acme: Shaken) -> None:
    """From no page to enough: either the mail waits, or its consequences are whole."""
    acme.writes_in()
    for most in range(0, 60, 4):
        pages(acme, most)
        try:
            acme.turn()
        except StoreFull:
            acme.consistent()
            continue
        break
    pages(acme, None)
    acme.later(minutes=1)
    acme.settle()
    acme.later(minutes=5)
    acme.settle()
    assert len(acme.cases()) == 1
    assert len(acme.mails("ana")) == 1
    assert acme.doubled() == 0
    acme.consistent()


def test_nothing_is_kept_of_what_follows_a_transaction_that_sqlite_took_back(
    tmp_path: Path,
) -> None:
    """A failing savepoint, swallowed: the rest may not commit without what came before it."""
    with Store.open(tmp_path / "one.db", "acme.example") as store:
        with pytest.raises(StoreFull):
            _swallow(store)
        with store.reading() as session:
            assert state.under(session, "") == {}


def _swallow(store: Store) -> None:
    with store.transaction() as session:
        state.put(session, "before", 1)
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
        with contextlib.suppress(Exception), session.begin_nested():
            state.put(session, "fills", "x" * 1_000_000)
        state.put(session, "after", 2)


def test_a_disk_that_fills_up_between_two_mails_of_a_batch_loses_neither(acme: Shaken) -> None:
    """The mails before it are read again."""
    written = []
    for most in (2, 5, 9, 14):
        written += [acme.writes_in(sender=f"C <c{most}.{n}@c.example>") for n in range(3)]
        pages(acme, most)
        with contextlib.suppress(StoreFull):
            acme.turn()
        pages(acme, None)
    acme.settle()
    seen = [str((entry.private or {}).get("message_id")) for entry in acme.entries("read")]
    assert sorted(item for item in seen if item in set(written)) == sorted(written)
    acme.consistent()


def test_the_founder_hears_of_a_full_disk_by_a_mail_that_needs_none(acme: Shaken) -> None:
    """Told once, by memory alone; and once more, in the ordinary way, when there is room again."""
    health = acme.agent.turn.health
    daemon = Daemon(acme.agent, lambda _: None)
    acme.writes_in()
    pages(acme, 0)
    for _ in range(4):
        with pytest.raises(StoreFull):
            acme.turn()
        health.bad("store", "the store has no room left on its disk", acme.clock.at)
        acme.runner.run(daemon.alarm.ring())
        acme.later(minutes=3)
    [told] = [mail for mail in acme.mails("maya") if "store does not work" in mail.text]
    assert "no room left" in told.text
    pages(acme, None)
    acme.settle()
    assert len([mail for mail in acme.mails("maya") if "store works again" in mail.text]) == 1
    assert len(acme.cases()) == 1


def test_an_alarm_that_nobody_takes_is_rung_again(acme: Shaken) -> None:
    """SMTP is away too: not told yet, so the next turn tries once more."""
    health = acme.agent.turn.health
    alarm = Alarm(acme.office, acme.agent.couriers, health)
    health.bad("store", "full", acme.clock.at)
    acme.later(minutes=6)
    acme.smtp.reset()
    assert not acme.runner.run(alarm.ring())
    acme.smtp.passing()
    assert acme.runner.run(alarm.ring())
    assert not acme.runner.run(alarm.ring())


def test_a_held_database_is_waited_for(acme: Shaken) -> None:
    """Another writer for longer than our patience: busy, temporary, and whole afterwards."""
    acme.writes_in()
    other = held(acme)
    with pytest.raises(StoreBusy) as busy:
        acme.turn()
    assert busy.value.temporary
    other.execute("ROLLBACK")
    other.close()
    acme.settle()
    assert len(acme.cases()) == 1


def test_letters_claimed_when_the_store_failed_are_free_at_once(
    acme: Shaken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer comes while the first of two briefs is handed over: the second does not wait
    for the end of its lease, and neither goes out twice.
    """
    hand = Dispatch._hand
    others: list[sqlite3.Connection] = []

    async def while_somebody_writes(self: Dispatch, letter: Letter, name: str) -> object:
        receipt = await hand(self, letter, name)
        if not others:
            others.append(held(acme))
        return receipt

    monkeypatch.setattr(Dispatch, "_hand", while_somebody_writes)
    acme.writes_in()
    acme.writes_in("I was charged twice and want my money back.", sender="Wim <wim@shop.example>")
    with pytest.raises(StoreBusy):
        acme.turn()
    others[0].execute("ROLLBACK")
    others[0].close()
    acme.later(minutes=1)
    acme.settle()
    subjects = [mail.subject for who in ("ana", "ben") for mail in acme.mails(who)]
    for case in acme.cases():
        assert sum(case.key in subject for subject in subjects) == 1, subjects
    assert len(acme.cases()) == 2
    assert acme.doubled() == 0


@pytest.mark.parametrize("harm", ["flip", "cut", "no database"])
def test_a_damaged_store_is_refused_at_the_start_with_the_way_back(acme: Shaken, harm: str) -> None:
    """Bits flipped, half the file gone, another file in its place: refused, and told what to do."""
    acme.customer_writes(TROUBLE)
    path = acme.office.store.path
    assert path
    acme.office.store.close()
    for name in (f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    whole = path.read_bytes()
    spoilt = {
        "flip": whole[:100] + bytes(item ^ 0xFF for item in whole[100:8192]) + whole[8192:],
        "cut": whole[: len(whole) // 3],
        "no database": b"Dear customer, " * 400,
    }[harm]
    path.write_bytes(spoilt)
    with pytest.raises(StoreError) as refused:
        assemble.build_office(config.load_config(acme.folder))
    assert isinstance(refused.value, StoreBroken)
    assert "backup" in str(refused.value)
    path.write_bytes(whole)


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "empty"])
def test_a_store_that_was_used_and_is_gone_is_not_begun_anew(
    tmp_path: Path, left: bytes | None
) -> None:
    """A fresh one would take every mail for history and forget every case, without a word."""
    path = tmp_path / "deskless.db"
    with Store.open(path, "acme.example") as store, store.lock():
        pass
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    with pytest.raises(StoreBroken, match="is gone") as refused:
        Store.open(path, "acme.example")
    assert "backup" in str(refused.value)
    (tmp_path / "deskless.db.lock").unlink()
    Store.open(path, "acme.example").close()


def test_a_store_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file in the place of its folder: a sentence, not a stack."""
    (tmp_path / "here").write_text("a file")
    with pytest.raises(StoreBroken, match="cannot be written"):
        Store.open(tmp_path / "here" / "deskless.db", "acme.example")


def test_a_failing_disk_is_a_full_one(acme: Shaken) -> None:
    """RLIMIT_FSIZE: the write is refused by the system; nothing of the turn is kept."""
    acme.writes_in()
    path = acme.office.store.path
    assert path
    size = max(os.path.getsize(path), os.path.getsize(f"{path}-wal"))
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _limited(acme, size)
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    acme.restart()
    acme.settle()
    assert len(acme.cases()) == 1
    acme.consistent()


def _limited(acme: Shaken, size: int) -> int:
    """In a child: a turn under the limit; 0 when it ended as a full disk does."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    made = assemble.build_agent(config.load_config(acme.folder), clock=acme.clock)
    import asyncio

    try:
        asyncio.run(made.turn.run())
    except StoreFull:
        return 0
    return 2


def test_an_owner_removed_while_offered_is_asked_no_more(acme: Shaken) -> None:
    """The line leaves the matrix: the offer moves on at the next turn, the old token is dead."""
    from deskless.agent.daemon.reload import reload

    acme.customer_writes(TROUBLE)
    old = acme.brief("ana")
    matrix = (acme.folder / "matrix.csv").read_text()
    lines = [line for line in matrix.splitlines() if "Ana" not in line]
    (acme.folder / "matrix.csv").write_text("\n".join(lines) + "\n")
    reload(acme.agent)
    acme.later(minutes=1)
    acme.settle()
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    acme.reply("ana", "ACCEPT", to=old)
    assert acme.case.owner is None


def test_a_half_written_policy_changes_nothing(acme: Shaken) -> None:
    """The last good set stays in force, whole; the founder is told once, not at every reload."""
    from deskless.agent.daemon.reload import reload

    before = acme.office.rules.book.hash
    policy = acme.folder / "policies" / "refund.md"
    policy.write_text(policy.read_text()[:60])
    for _ in range(3):
        reload(acme.agent)
    acme.settle()
    assert acme.office.rules.book.hash == before
    assert len([mail for mail in acme.mails("maya") if "refund.md" in mail.text]) == 1
    acme.customer_writes(TROUBLE)
    assert len(acme.cases()) == 1


def test_a_lock_that_was_lost_is_taken_again_before_anything_is_read(acme: Shaken) -> None:
    """As PostgreSQL's is with its connection: ours again; or another daemon's, and we end."""
    lock = acme.office.store.lock()
    daemon = Daemon(acme.agent, lambda _: None, lock=lock)
    lock.release()
    daemon.lock = Lock()
    daemon._lead()
    assert daemon.lock.held()
    with pytest.raises(AlreadyRunning):
        acme.office.store.lock()
    other, daemon.lock = daemon.lock, Lock()
    acme.writes_in()
    with pytest.raises(AlreadyRunning):
        acme.runner.run(daemon._once())
    assert acme.cases() == []
    other.release()


def test_a_reload_while_the_database_is_held_is_not_forgotten(acme: Shaken) -> None:
    """The daemon lives, and reads the files again when it can write."""
    before = acme.office.rules.book.hash
    daemon = Daemon(acme.agent, lambda _: None)
    daemon.stop()
    policy = acme.folder / "policies" / "refund.md"
    policy.write_text(policy.read_text().replace("charged twice", "charged three times"))
    daemon._reload_soon()
    other = held(acme)
    acme.runner.run(daemon._once())
    assert acme.office.rules.book.hash == before
    other.execute("ROLLBACK")
    other.close()
    acme.runner.run(daemon._once())
    assert acme.office.rules.book.hash != before


def test_a_restart_neither_forgets_a_trouble_nor_tells_it_twice(acme: Shaken) -> None:
    """Told before, still there, restarted: no second mail; over: one mail that says so."""
    from deskless.agent.operations import heartbeat

    acme.imap.reset()
    for _ in range(4):
        acme.turn()
        acme.later(minutes=3)
    heartbeat.write_heartbeat(acme.office, acme.agent.turn.health)
    acme.restart()
    acme.turn()
    acme.later(minutes=10)
    acme.turn()
    assert len([mail for mail in acme.mails("maya") if "imap does not work" in mail.text]) == 1
    acme.imap.passing()
    acme.later(minutes=1)
    acme.settle()
    assert len([mail for mail in acme.mails("maya") if "imap works again" in mail.text]) == 1
    assert acme.agent.turn.health.blind_for(acme.clock.at) > timedelta(minutes=10)
