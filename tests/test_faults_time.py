"""The clock lies: back, forward, twice two o'clock. Nothing doubles and nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from faults import TROUBLE, Shaken, shaken

pytestmark = pytest.mark.slow

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
TICK = """
import sys, json, time
from deskless.agent.settings.clock import Wall
for line in sys.stdin:
    said = {"wall": Wall().now().timestamp(), "steady": time.monotonic()}
    print(json.dumps(said), flush=True)
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """The company behind two proxies."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as made:
        yield made


@pytest.mark.parametrize("days", [3, 30])
def test_a_jump_forward_is_caught_up_with_once(acme: Shaken, days: int) -> None:
    """What fell due in between happens now, each thing once; the way back changes nothing."""
    acme.customer_writes(TROUBLE)
    acme.later(days=days)
    acme.settle()
    letters = {who: len(acme.mails(who)) for who in ("tom", "ana", "ben", "cleo", "maya")}
    acme.settle()
    acme.later(days=-days)
    acme.settle()
    acme.settle()
    assert letters == {who: len(acme.mails(who)) for who in letters}
    assert acme.doubled() == 0
    acme.consistent()


def test_the_weekly_summary_comes_once_a_week_whatever_the_clock_does(acme: Shaken) -> None:
    """Keyed by the ISO week: an hour twice, a day back, a restart in the middle of it."""
    acme.later(days=7)
    acme.settle()
    acme.later(hours=-1)
    acme.settle()
    acme.restart()
    acme.later(hours=2)
    acme.settle()
    acme.later(days=-1)
    acme.settle()
    acme.later(days=1)
    acme.settle()
    assert len([mail for mail in acme.mails("maya") if "eek" in mail.subject]) == 1


@pytest.mark.parametrize("night", ["2027-03-27T22:00", "2026-10-24T22:00"])
def test_deadlines_are_instants_when_the_clocks_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, night: str
) -> None:
    """A SEV-1 offer of that night lapses after 15 real minutes, not after 75 and not at once."""
    from datetime import UTC, datetime

    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as acme:
        acme.clock.at = datetime.fromisoformat(night).replace(tzinfo=UTC) + timedelta(hours=2.8)
        acme.customer_writes("Since this morning nobody can log in.", subject="Down")
        acme.pass_time(minutes=14)
        assert len(acme.case.handoffs) == 1
        acme.pass_time(minutes=2)
        assert len(acme.case.handoffs) == 2


def test_a_clock_that_goes_back_is_on_record(acme: Shaken) -> None:
    """One entry with the seconds; a step of a time server is none."""
    acme.turn()
    acme.later(seconds=-30)
    acme.turn()
    assert acme.entries("clock_back") == []
    acme.later(hours=-5)
    acme.turn()
    acme.turn()
    [entry] = acme.entries("clock_back")
    assert 0 <= int(str(entry.data["seconds"])) - 5 * 3600 <= 60


@pytest.mark.skipif(not LIBRARY.exists(), reason="Debian's libfaketime is not installed")
def test_under_a_faked_clock_only_the_wall_moves(tmp_path: Path) -> None:
    """libfaketime: the wall jumps three days, what pauses are measured by does not."""
    stamp = tmp_path / "now"
    stamp.write_text("@2026-11-23 09:00:00\n")
    child = subprocess.Popen(
        [sys.executable, "-c", TICK],
        env={
            **os.environ, "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(stamp),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
        },
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin
    assert child.stdout

    def ask() -> dict[str, float]:
        assert child.stdin
        assert child.stdout
        child.stdin.write("\n")
        child.stdin.flush()
        words: dict[str, float] = json.loads(child.stdout.readline())
        return words

    first = ask()
    stamp.write_text("@2026-11-26 09:00:00\n")
    second = ask()
    child.stdin.close()
    child.wait(10)
    child.stdout.close()
    assert second["wall"] - first["wall"] > 2.9 * 86400
    assert second["steady"] - first["steady"] < 60


@pytest.mark.slow
@pytest.mark.skipif(not LIBRARY.exists(), reason="Debian's libfaketime is not installed")
def test_the_real_daemon_outlives_jumps_of_the_wall(tmp_path: Path) -> None:
    """`deskless run --once` on Monday, on Thursday, and on Monday again: one brief, one entry."""
    import harness
    from faults import PEOPLE

    from deskless.agent.demo.post import Habits, PostOffice
    from deskless.store.engine.database import Store
    from deskless.store.ledger import entries

    program = shutil.which("deskless", path=Path(sys.executable).parent.as_posix())
    assert program
    habits = Habits(
        aliases={harness.AGENT: harness.INBOX}, dmarc=frozenset({"northwind.example"}),
        keep_sent=True,
    )  # fmt: skip
    with PostOffice({f"{who}@acme.example": "secret" for who in PEOPLE}, habits=habits) as post:
        folder = tmp_path / "acme"
        harness.write_folder(folder, post)
        for day, text in (("23", ""), ("26", TROUBLE), ("23", "")):
            if text:
                raw = b"From: Vera <v@northwind.example>\r\nTo: support@acme.example\r\n"
                raw += b"Subject: Bill\r\nMessage-ID: <1@northwind.example>\r\n\r\n" + text.encode()
                post.deliver(harness.INBOX, raw)
            done = subprocess.run(
                [program, "--config", folder, "run", "--once"],
                env={
                    **os.environ, "ACME_PASSWORD": "secret", "LD_PRELOAD": str(LIBRARY),
                    "FAKETIME": f"@2026-11-{day} 10:00:00", "TZ": "UTC",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                },
                capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        assert len(post.mailbox("ana@acme.example")) == 1
        store = Store.open(folder / "deskless.db", "acme.example")
        with store, store.reading() as session:
            kinds = [entry.kind for entry in entries.read_entries(session, entries.Span())]
        assert kinds.count("clock_back") == 1
