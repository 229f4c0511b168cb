"""Much more mail at once than anybody can read: bounded, ordered, and told once.

`DESKLESS_FLOOD=10000` makes it as big as the promise; by default it is small enough for a test.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import harness
import pytest
from harness import Company, company

from deskless.agent.daemon.turn import BATCHES
from deskless.agent.judging.judge_queue import MANY
from deskless.agent.operations import breaker
from deskless.mailbox.imap.batch import COUNT, VOLUME
from deskless.store import outbox, verdicts

pytestmark = pytest.mark.slow

FLOOD = int(os.environ.get("DESKLESS_FLOOD", "250"))
GROWTH = 60.0
"""Megabytes by which the process may grow while it swallows the flood."""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made


def resident() -> float:
    """Megabytes that this process (with the embedded servers) holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def pour(acme: Company, count: int) -> None:
    """Every fifth mail is somebody who was charged twice, one in the midst is an outage."""
    for number in range(count):
        text = f"How do I change the language of invoice {number}?"
        if number % 5 == 0:
            text = "I was charged twice and want my money back."
        if number == count // 2 + 1:
            text = "Since this morning nobody can log in."
        sender = f"C{number} <c{number}@customer{number}.example>"
        raw, _ = acme._mail(sender, harness.INBOX, f"Question {number}", text)
        acme.post.put(harness.INBOX, raw)


@pytest.mark.slow
def test_a_flood_is_swallowed_in_portions(acme: Company) -> None:
    """All read and judged; memory bounded; the outage gets through, and so does every brief."""
    pour(acme, FLOOD)
    acme.turn()
    before = resident()
    turns = 0
    while (tally := acme.turn()).more or tally.judged or tally.sent:
        turns += 1
        assert tally.read <= 2 * BATCHES * COUNT, "of the inbox and of Sent"
        assert tally.judged <= MANY
        assert turns < FLOOD
    acme.settle()
    assert resident() - before < GROWTH
    read = acme.entries("read")
    assert sum(item.data["became"] == "customer" for item in read) == FLOOD
    with acme.office.store.reading() as session:
        assert verdicts.count_queued(session) == 0
        waiting = outbox.count_by_state(session)
    assert len(acme.cases()) == FLOOD // 5 + 1
    everybody = [mail for who in ("tom", "ana", "ben", "cleo", "maya") for mail in acme.mails(who)]
    assert waiting == {}
    for case in acme.cases():
        assert any(case.key in item.subject for item in everybody), "no brief of a case is held"
    worst = next(case for case in acme.cases() if case.severity.value == "SEV-1")
    assert any(worst.key in item.subject for item in everybody)
    assert acme.entries("breaker") == []
    acme.restart()
    acme.settle()
    assert sum(len(acme.mails(who)) for who in ("tom", "ana", "ben", "cleo", "maya")) == len(
        everybody
    )
    acme.consistent()


def test_known_customers_are_judged_before_strangers(acme: Company) -> None:
    """Whoever pays most comes first, strangers in the order in which they wrote."""
    for sender in ("s1@stranger.example", "c@cornercafe.example", "v@northwind.example"):
        raw, _ = acme._mail(sender, harness.INBOX, "Question", f"How do I do it? {sender}")
        acme.post.put(harness.INBOX, raw)
    acme.runner.run(_read_only(acme))
    with acme.office.store.reading() as session:
        order = [thread.ticket for thread in verdicts.due_threads(session, acme.clock.at)]
    assert order == ["ACME-1044", "ACME-1043", "ACME-1042"]


async def _read_only(acme: Company) -> None:
    """Read what is there, judge nothing."""
    from deskless.agent.daemon.turn import TurnTally

    for name, reader in acme.agent.turn.inboxes.items():
        acme.agent.turn._read(name, reader, TurnTally())


def billed(acme: Company, count: int) -> None:
    """So many customers were charged twice; all of them go to Ana first."""
    for number in range(count):
        sender = f"C{number} <c{number}@customer{number}.example>"
        raw, _ = acme._mail(sender, harness.INBOX, "Bill", "I was charged twice for October.")
        acme.post.put(harness.INBOX, raw)
    acme.settle()


def reset(acme: Company) -> breaker.Freed:
    """`deskless breaker reset`."""
    with acme.office.store.transaction() as session:
        return breaker.reset_breakers(acme.office, session, acme.clock.at)


@pytest.fixture
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, where three mails that nobody asked for are enough for a person and hour."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", toml="[limits]\nperson_hour = 3\n") as made:
        billed(made, 16)
        assert (len(made.mails("ana")), len(made.mails("ben"))) == (8, 8)
        made.clock.at += timedelta(hours=2)
        made.turn()
        made.turn()
        yield made


def test_what_a_breaker_held_goes_out_in_portions(strict: Company) -> None:
    """After the reset nobody gets more than the cap in an hour: no flood that was only put off."""
    assert len(strict.mails("ana")) == 8 + 3
    assert {trip.data["name"] for trip in strict.entries("breaker")} == {
        f"person:{strict.id(who)}" for who in ("ana", "ben")
    }
    assert reset(strict) == breaker.Freed(10, 0)
    strict.settle()
    assert len(strict.mails("ana")) == 8 + 6
    strict.clock.at += timedelta(minutes=61)
    strict.settle()
    assert len(strict.mails("ana")) == 8 + 8


def test_no_offer_lapses_while_its_reminder_is_held(strict: Company) -> None:
    """Whoever was not reminded has not let it lapse."""
    strict.clock.at += timedelta(minutes=50)
    strict.turn()
    reminded = {case.key for case in strict.cases() if case.handoff and case.handoff.reminded}
    assert len(reminded) == 16
    assert strict.entries("lapsed") == []


def test_a_question_that_was_held_until_it_was_answered_is_withdrawn(strict: Company) -> None:
    """Ana took them all by then: nobody is reminded of what is theirs."""
    for mail in [mail for mail in strict.mails("ana") if "Can you take this one" in mail.text]:
        strict.reply("ana", "ACCEPT", to=mail)
    assert reset(strict) == breaker.Freed(5, 5), "Ben has not answered his"


def test_a_batch_is_bounded_by_count_and_by_bytes() -> None:
    """What one transaction holds at most: the sum of these is the memory of a flood."""
    assert COUNT <= 200
    assert VOLUME <= 8 << 20
