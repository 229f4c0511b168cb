"""Measure the shelf and the outbox: ranking with a million closed cases, claiming letters.

`python bench/store.py [--open N] [--closed N]`. Prints the median of several runs, the plan of the
ranking query, and the bound; the exit code is 1 when one is missed.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlalchemy import text

from deskless.store import cases, outbox
from deskless.store.cases import CaseRow
from deskless.store.engine import rows
from deskless.store.engine.database import Store
from deskless.store.engine.tables import CounterRow, ShelfRow
from deskless.store.outbox import Claim, NewLetter

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 2000
say = Console(highlight=False, soft_wrap=True).print


def shelf(live: int, closed: int) -> Iterator[dict[str, object]]:
    """Rows of cases: the live ones with a rank and a deadline, in no order."""
    for number in range(live + closed):
        alive = number < live
        yield {
            "key": f"ACME-{number}-1",
            "ticket": f"ACME-{number}",
            "seq": 1,
            "status": "offered" if alive else "closed",
            "owner": f"p{number % 40}",
            "tier": "2",
            "severity": "sev2",
            "rank": (number * 7919) % 1_000_003 if alive else None,
            "due_at": START + timedelta(minutes=(number * 7919) % 50_000) if alive else None,
            "state": '{"blocker":"engineering","next":"reproduce","promise":null}' * 4,
            "private": '{"summary":"The export fails since Monday."}',
        }


def fill(store: Store, live: int, closed: int) -> None:
    """Put the cases there in bulk, with the counters that `cases.put_case` would have kept."""
    batch: list[dict[str, object]] = []
    quiet = not sys.stdout.isatty()
    told = track(
        shelf(live, closed), "fill the shelf", live + closed, transient=True, disable=quiet
    )
    for row in told:
        batch.append(row)
        if len(batch) == PAGE:
            with store.transaction() as session:
                rows.insert_rows(session, ShelfRow, batch)
            batch = []
    with store.transaction() as session:
        rows.insert_rows(session, ShelfRow, batch)
        for status, count in (("offered", live), ("closed", closed)):
            rows.bump_numbers(session, CounterRow, {"name": f"cases:{status}"}, value=count)
        session.connection().exec_driver_sql("ANALYZE")


def median(what: str, bound: float, run: Callable[[], object], times: int = 9) -> bool:
    """Print the median in milliseconds; True when it keeps the bound."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(took)
    say(f"{what:<44}{middle:9.2f} ms  worst {max(took):9.2f}   (bound {bound:g} ms)")
    return middle <= bound


def measure(store: Store) -> bool:
    """The questions that the list, the timers and the status ask."""

    def ask(question: Callable[..., object]) -> Callable[[], object]:
        def run() -> object:
            with store.reading() as session:
                return question(session)

        return run

    with store.reading() as session:
        page = cases.live_cases(session, limit=1000)
    far = page[-1]
    good = [
        median("first page of the ranking", 100, ask(cases.live_cases)),
        median("a page after 1,000 cases", 100, ask(lambda s: cases.live_cases(s, after=far))),
        median("due cases", 100, ask(lambda s: cases.due_cases(s, START + timedelta(days=9)))),
        median("next deadline", 100, ask(cases.next_due)),
        median("counts by status", 100, ask(cases.counts_by_status)),
        median("one case", 100, ask(lambda s: cases.get_case(s, far.key))),
    ]

    def put() -> None:
        with store.transaction() as session:
            cases.put_case(session, CaseRow(far.key, far.ticket, 1, "owned", rank=1, due_at=START))

    good.append(median("put one case, committed", 100, put))
    return all(good)


def letters(store: Store, count: int) -> bool:
    """Owe, claim and send letters in the turns a worker makes."""
    began = time.perf_counter()
    for start in range(0, count, 100):
        with store.transaction() as session:
            for number in range(start, start + 100):
                outbox.put_letter(
                    session,
                    NewLetter(f"<{number}@a>", "brief", ("b@x",), "d@x", b"raw" * 1500, START),
                )
    owed = time.perf_counter()
    sent = 0
    while True:
        with store.transaction() as session:
            claimed = outbox.claim_letters(session, Claim("bench", START, limit=20))
        for each in claimed:
            with store.transaction() as session:
                outbox.mark_in_flight(session, each)
            with store.transaction() as session:
                outbox.mark_sent(session, each, START)
        sent += len(claimed)
        if not claimed:
            break
    done = time.perf_counter()
    say(f"letters owed, 100 a turn {count / (owed - began):>28,.0f}/s")
    say(f"letters claimed and sent, two commits each {sent / (done - owed):>10,.0f}/s")
    return sent == count


def plan(store: Store) -> None:
    """Show how the ranking is answered."""
    with store.reading() as session:
        dialect = session.connection().dialect
        query = cases.ranking_query(session, None, 20)
        literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        prefix = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
        for row in rows.run_statement(session, text(f"{prefix} {literal}")):
            say(f"plan: {row[-1]}")


def main() -> int:
    """Measure in a fresh folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--closed", type=int, default=1_000_000)
    parser.add_argument("--letters", type=int, default=2_000)
    parser.add_argument("--url", help="a PostgreSQL store instead of a new SQLite file")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="deskless-bench-") as folder,
        Store.open(asked.url or Path(folder) / "acme.db", "bench") as store,
    ):
        fill(store, asked.open, asked.closed)
        plan(store)
        good = measure(store) & letters(store, asked.letters)
    return not good


if __name__ == "__main__":
    sys.exit(main())
