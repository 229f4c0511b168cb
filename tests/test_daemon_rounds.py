"""The regular mails as jobs: the scheduler says when to look, the store says what is owed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from harness import MONDAY, Company, company

from deskless.agent.daemon import daemon as loop
from deskless.agent.daemon.daemon import Daemon
from deskless.agent.reports import rounds

TEAM = "[daily]\nmorning = '08:30'\nafternoon = '15:30'\nshadow = ''\nweekly = 'Mon 08:00'\n"
EVERY = {"welcome", "absence", "forgetting", "morning", "afternoon", "shadow", "weekly", "life"}
DAILY = {"forgetting", "weekly", "morning", "life"}
"""What a Monday morning asks for."""
SUNDAY = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme, whose regular mails go out in Berlin's morning and afternoon."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", toml=TEAM) as made:
        yield made


def _planned(acme: Company, at: datetime) -> Daemon:
    with time_machine.travel(at, tick=False):
        daemon = Daemon(acme.agent, lambda _: None)
        daemon.plan()
    return daemon


def _asked(daemon: Daemon, at: datetime) -> set[str]:
    """The rounds that the scheduler wants looked at by then, since we last asked."""
    daemon.owed.clear()
    with time_machine.travel(at, tick=False):
        daemon.clock.run_pending()
    return daemon.owed - {"absence"}


def test_at_the_start_everything_is_looked_at(acme: Company) -> None:
    """Whatever was owed while nothing ran is owed now; the store knows."""
    assert _planned(acme, SUNDAY).owed == EVERY


def test_each_round_is_looked_at_when_its_time_comes_in_the_teams_zone(acme: Company) -> None:
    """08:30 in Berlin is 07:30 UTC, wherever the machine stands; what has no time has no job."""
    daemon = _planned(acme, SUNDAY)
    day = SUNDAY.replace(hour=0) + timedelta(days=1)
    times = {
        time: sorted(_asked(daemon, day + time))
        for time in (
            timedelta(minutes=1), timedelta(hours=6, minutes=59), timedelta(hours=7),
            timedelta(hours=7, minutes=30), timedelta(hours=7, minutes=45), timedelta(hours=14),
            timedelta(hours=14, minutes=30),
        )
    }  # fmt: skip
    assert list(times.values()) == [
        ["forgetting"], [], ["weekly"], ["morning"], ["life"], [], ["afternoon"]
    ]  # fmt: skip


def test_an_hour_asleep_is_caught_up_with(acme: Company) -> None:
    """A machine that wakes at eleven looks at what was due at half past eight."""
    daemon = _planned(acme, SUNDAY)
    assert _asked(daemon, MONDAY + timedelta(hours=1)) == DAILY


def test_a_turn_looks_at_what_it_was_told_and_at_nothing_else(acme: Company) -> None:
    """A turn for a mail does not ask seven times whether a week is over."""
    acme.clock.at = MONDAY.replace(hour=7, minute=35)
    tally = acme.runner.run(acme.agent.turn.run(frozenset()))
    assert (tally.looked, acme.new("maya")[1:]) == (set(), [])
    tally = acme.runner.run(acme.agent.turn.run(frozenset({"weekly"})))
    assert tally.looked == {"weekly"}


def test_a_round_that_fails_is_looked_at_again(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job comes a day later; the turn after comes at once."""
    acme.sloppy = True
    daemon = _planned(acme, SUNDAY)

    def broken(*_: object) -> None:
        raise ValueError("ordered")

    mended = acme.agent.turn.timers.rounds
    acme.agent.turn.timers.rounds = tuple(
        replace(each, owed=broken) if each.name == "morning" else each for each in mended
    )

    async def soon(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(loop.Daemon, "_wait", soon)
    acme.runner.run(daemon._once())
    assert daemon.owed == {"morning"}
    acme.agent.turn.timers.rounds = mended
    acme.runner.run(daemon._once())
    assert daemon.owed == set()


def test_a_clock_that_goes_back_plans_the_jobs_anew(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job planned under a clock that was a year ahead would wait for a year."""
    daemon = _planned(acme, SUNDAY + timedelta(days=365))
    assert _asked(daemon, MONDAY + timedelta(hours=1)) == set()

    async def soon(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(loop.Daemon, "_wait", soon)
    acme.clock.at = SUNDAY + timedelta(days=365)
    acme.turn()
    acme.clock.at = SUNDAY
    with time_machine.travel(SUNDAY, tick=False):
        daemon.agent.turn.health.troubles.clear()
        acme.runner.run(daemon._once())
    assert daemon.owed == EVERY
    assert _asked(daemon, MONDAY + timedelta(hours=1)) == DAILY


def test_every_round_has_a_name_of_its_own() -> None:
    """The names are what jobs and turns speak of."""
    assert {each.name for each in rounds.ALL} == EVERY
    assert len(rounds.ALL) == len(EVERY)
