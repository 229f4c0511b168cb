"""Measure the ledger: append in turns, verify, export, prove.

`python bench/ledger.py [--entries N] [--url POSTGRES]`

Prints one line a figure: what, how many, seconds, rate, and the peak memory of this process. The
bounds of the design stand beside them; the exit code is 1 when one is missed.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deskless.store.engine.database import Store
from deskless.store.ledger import audit, entries, head, proof
from deskless.store.ledger.entries import NewEntry

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("seen", "judged", "opened", "offered", "accepted", "bounced", "closed")
say = Console(highlight=False, soft_wrap=True).print


def made(number: int) -> NewEntry:
    """An entry of usual size: a leaf of about 400 bytes, half of them with private words."""
    ticket = f"ACME-{number // 7}"
    return NewEntry(
        kind=KINDS[number % 7],
        at=START + timedelta(seconds=number * 30),
        actor=f"p{number % 40}",
        cause=f"mail:{number:064x}",
        ticket=ticket,
        case=f"{ticket}-1" if number % 7 > 1 else None,
        data={"before": "open", "after": "offered", "handoff": f"h{number}", "tier": 2},
        private={"note": f"We looked into it, see {number}. " * 6} if number % 2 else None,
        policy="5f" * 32,
    )


@contextmanager
def timed(what: str, count: int, bound: float | None, missed: list[str]) -> Iterator[None]:
    """Print how long the block took for `count` things; note when it took longer than `bound`."""
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = "" if bound is None else f"   (bound {bound:g} s)"
    say(f"{what:<34}{count:>10,} {took:9.2f} s {count / took:>12,.0f}/s {peak:7.0f} MB{limit}")
    if bound is not None and took > bound:
        missed.append(what)


def fill(store: Store, count: int, turn: int) -> None:
    """Append in turns of `turn` entries, each a transaction of its own."""
    with Progress(transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task(f"append, {turn} a turn", total=count)
        for start in range(0, count, turn):
            with store.transaction() as session:
                size = entries.count_entries(session)
                entries.append_entries(
                    session, [made(size + n) for n in range(min(turn, count - start))]
                )
            bar.update(task, advance=turn)


def verify(store: Store, key: head.Key, note: bytes, count: int) -> audit.Report:
    """Check everything, under a progress bar."""
    with (
        Progress(transient=True, disable=not sys.stdout.isatty()) as bar,
        store.reading() as session,
    ):
        task = bar.add_task("verify", total=count)
        return audit.audit_ledger(
            session,
            key=key.vkey(),
            witnesses=[note],
            progress=lambda done, _: bar.update(task, completed=done),
        )


def measure(store: Store, key: head.Key, count: int) -> list[str]:
    """Every figure, on a store that is empty at first."""
    missed: list[str] = []
    for turn, share in ((1, 1000), (10, 5000)):
        many = min(share, count // 4)
        with timed(f"append, {turn} a turn", many, None, missed):
            fill(store, many, turn)
    with store.reading() as session:
        rest = count - entries.count_entries(session)
    with timed("append, 200 a turn", rest, rest / 2000, missed):
        fill(store, rest, 200)
    with store.transaction() as session:
        note = head.publish_head(session, key, START)
    with timed("verify, with a witness", count, count * 60e-6, missed):
        report = verify(store, key, note, count)
    if not report.ok or report.covered != count:
        missed.append(f"verify says {report.problems[:3]}")
    with timed("read all (export)", count, None, missed), store.reading() as session:
        assert sum(1 for _ in entries.read_entries(session)) == count
    case = f"ACME-{count // 14}-1"
    with timed("prove one case", 1, None, missed), store.reading() as session:
        proven = proof.write_proof(session, case, key)
    proof.check_proof(proven, key.vkey())
    with timed("read one case", 1, 0.1, missed), store.reading() as session:
        assert list(entries.read_entries(session, entries.Span(case=case)))
    return missed


def main() -> int:
    """Measure in a fresh folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--url", help="a PostgreSQL store instead of a new SQLite file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deskless-bench-") as folder:
        where = asked.url or Path(folder) / "acme.db"
        with Store.open(where, "bench") as store:
            missed = measure(store, head.signing_key(Path(folder) / "key", "bench"), asked.entries)
        if store.path is not None:
            say(f"file {store.path.stat().st_size / 1e6:,.0f} MB")
    for what in missed:
        say(f"[red]missed: {what}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
