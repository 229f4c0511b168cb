"""Nobody answers: remind once, then the next owner, the next tier, at last the founder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.case.case import Status

pytestmark = pytest.mark.slow

TROUBLE = "I was charged twice for October.\n\nVera Lind"


def test_silence_reminds_once_and_then_asks_the_next(acme: Company) -> None:
    """Four hours for SEV-3: a reminder half way, then Ben."""
    acme.customer_writes(TROUBLE)
    acme.new("ana")
    acme.pass_time(hours=2, minutes=1)
    [reminder] = acme.new("ana")
    assert "Can you still take this one, Ana?" in reminder.text
    acme.pass_time(hours=1)
    assert acme.new("ana") == []
    acme.pass_time(hours=1)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")


def test_a_weekend_with_a_holiday_and_a_clock_change_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thursday 26 March 2026, 17:00: the clock changes on Sunday; Good Friday 3 April is free."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", now=datetime(2026, 3, 27, 16, 0, tzinfo=UTC)) as acme:
        acme.customer_writes(TROUBLE)  # Friday 17:00 in Berlin, one hour of work left
        handoff = acme.case.handoff
        assert handoff is not None
        # 1 h on Friday, 3 h on Monday from 09:00 summer time: 12:00 CEST.
        assert handoff.answer_by == datetime(2026, 3, 30, 10, 0, tzinfo=UTC)
        acme.pass_time(days=2)
        assert acme.case.handoff == handoff
    with company(tmp_path / "easter", now=datetime(2026, 4, 2, 15, 0, tzinfo=UTC)) as acme:
        acme.customer_writes(TROUBLE)  # Thursday 17:00, Good Friday to Easter Monday free
        assert acme.case.handoff is not None
        assert acme.case.handoff.answer_by == datetime(2026, 4, 7, 10, 0, tzinfo=UTC)


def test_a_severe_case_runs_around_the_clock(acme: Company) -> None:
    """SEV-1 at night: fifteen minutes, and the founder is told at once."""
    acme.pass_time(hours=14)  # midnight in Berlin
    acme.customer_writes("Since an hour nobody can log in. All our shops are down.")
    handoff = acme.case.handoff
    assert handoff is not None
    assert (handoff.answer_by - acme.clock.at).total_seconds() == 900
    assert acme.mail("maya", "SEV-1")
    acme.pass_time(minutes=16)
    assert acme.case.handoff is not None
    assert acme.case.handoff.to != handoff.to


def test_silence_everywhere_ends_with_the_founder_who_is_reminded_daily(acme: Company) -> None:
    """Never nobody."""
    acme.customer_writes("nobody can log in")
    for _ in range(5):
        acme.pass_time(minutes=16)
    assert acme.case.status is Status.STRANDED
    acme.new("maya")
    acme.pass_time(hours=25)
    assert any("Nobody took this one" in item.text for item in acme.new("maya"))


def test_an_acceptance_is_a_lease_that_lapses(acme: Company) -> None:
    """Promised for 16:00, no word: a reminder, then it is offered to somebody else."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.new("ana")
    acme.pass_time(hours=6, minutes=5)
    assert any("promised" in item.text for item in acme.new("ana"))
    acme.pass_time(hours=5)
    assert acme.case.owner is None
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    acme.consistent()


def test_later_within_the_deadline_reminds_then_and_beyond_it_moves_on(acme: Company) -> None:
    """LATER keeps the case unowned."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "LATER until 12:30")
    acme.new("ana")
    acme.pass_time(hours=2, minutes=10)
    assert acme.new("ana") == []
    acme.pass_time(minutes=25)
    assert "Can you still take this one" in acme.new("ana")[-1].text
    acme.reply("ana", "LATER until tomorrow 15:00")
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")


def test_a_downtime_of_a_day_is_caught_up_and_nothing_doubles(acme: Company) -> None:
    """The daemon was off: what is due happens once, in order."""
    acme.customer_writes(TROUBLE)
    acme.agent.turn.dispatch.office.log.info("off")
    acme.clock.at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    acme.restart()
    acme.settle()
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    lapsed = acme.entries("lapsed")
    acme.settle()
    assert acme.entries("lapsed") == lapsed
