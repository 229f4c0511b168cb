"""Measure the record as a person meets it: years of an office, and the commands that read them.

`python bench/record.py [--entries N]`

Fills an office with whole escalations (a million entries are 100,000 of them, in three years),
then runs `deskless ledger export`, `rebuild`, `verify`, `prove`, `cases` and `report weekly`, each
as a process of its own. Prints for each how long it took and its peak memory, beside the same for
a tenth of the record: memory that is flat does not grow. The exit code is 1 when a command fails,
takes too long, or grows.

A million entries on two cores that were busy with other work: export 209 s (CSV, 279 MB) and 215 s
(JSON lines, 820 MB), rebuild 110 s, verify 21 s, prove 14 s, each at 130 to 136 MB, as with a
tenth. `python bench/ledger.py` beside it: 4,004 appends/s in turns of 200, verify 30 s at 84 MB.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deskless.agent.case import event
from deskless.agent.case.decide import step_due
from deskless.agent.case.event import Event
from deskless.agent.case.state import replay_events
from deskless.agent.case.verbs import Code
from deskless.agent.daemon import assemble
from deskless.agent.demo.story_folder import OFFICE
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.settings import config
from deskless.policies.verdict import Nature, Severity, Type
from deskless.store import cases, people, threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import NewEntry

SIDE = 40
"""Cases that run side by side, as they do in an office."""
STEPS = 10
"""Entries of each case, its conversation's reading and judging among them."""
PACE = timedelta(hours=10)
"""From one such group of cases to the next: a million entries are three years."""
GROWTH = 1.35
"""By how much a command may use more memory on ten times the record."""
MINUTE = timedelta(minutes=1)
say = Console(highlight=False, soft_wrap=True).print
DESKLESS = Path(sys.executable).with_name("deskless")
COMMANDS: dict[str, tuple[tuple[str, ...], float]] = {
    "ledger export --csv": (("ledger", "export", "--csv"), 600),
    "ledger export --jsonl": (("ledger", "export", "--jsonl"), 600),
    "ledger rebuild": (("ledger", "rebuild"), 600),
    "ledger verify": (("ledger", "verify"), 60),
    "ledger prove ACME-77-1": (("ledger", "prove", "ACME-77-1"), 60),
    "ledger show --last 50": (("ledger", "show", "--last", "50"), 10),
    "cases": (("cases",), 10),
    "report weekly": (("report", "weekly"), 60),
}
"""What is run, and how many seconds it may take on a million entries."""


def events(number: int, at: datetime) -> list[Event]:
    """A usual case: opened, bounced by one, accepted by another, solved and closed in six hours."""
    value, two = f"p{number % 7 + 1}", f"p{(number + 3) % 7 + 1}"
    key, cause = f"ACME-{number}-1", f"mail:{number:064x}"
    later = [at + timedelta(hours=hour) for hour in range(8)]
    return [
        event.Opened(
            at=at,
            cause=cause,
            key=key,
            ticket=f"ACME-{number}",
            seq=1,
            severity=Severity.SEV3,
            type=Type.BUSINESS,
            nature=Nature.POLICY,
            tier=2,
            policies=("refund-dispute",),
            risks=("churn",),
            account_tier="enterprise",
            revenue=120_000,
            first_mail=at - MINUTE,
            subject=f"Northwind: invoice {number}",
            summary="They were charged twice for October.",
        ),
        event.Offered(at=at, number=1, to=value, tier=2, answer_by=later[4], remind_at=later[2]),
        event.Bounced(
            at=later[1],
            by=value,
            cause=cause,
            number=1,
            code=Code.WRONG_OWNER,
            note="his contract",
            message_id=f"{number}.1@acme.example",
            proof="dmarc",
        ),
        event.Offered(
            at=later[1], number=2, to=two, tier=2, answer_by=later[5], remind_at=later[3]
        ),
        event.Accepted(
            at=later[2],
            by=two,
            cause=cause,
            number=2,
            owner=two,
            promise=later[6],
            tier=2,
            next_action="ask the bank",
            proof="dmarc",
        ),
        event.Touched(at=later[3], by=event.CUSTOMER, cause=cause),
        event.Resolved(at=later[5], by=two, cause=cause, note="the second one goes back today"),
        event.Closed(at=later[6], by=two, cause=cause, reason=event.Why.DONE),
    ]


def story(number: int, start: datetime) -> list[NewEntry]:
    """Every entry of one conversation: read, judged, and its case."""
    at = start + PACE * (number // SIDE)
    told = events(number, at)
    case, ticket = replay_events(told), f"ACME-{number}"
    cause = f"mail:{number:064x}"
    return [
        NewEntry("read", at, "deskless", cause, ticket, data={"kind": "human"}),
        NewEntry("judged", at, "deskless", cause, ticket, data={"outcome": "escalate"}),
        *(journal.entry_of_event(item, case) for item in told),
    ]


def fill(office: Office, count: int) -> None:
    """So many entries, in turns of 200; the last conversations are cut short, and so still open."""
    start = datetime.now(UTC) - PACE * (count // STEPS // SIDE)
    with Progress(transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task("fill", total=count)
        for first in range(0, count // STEPS, SIDE):
            numbers = range(first, first + SIDE)
            lines = [story(number, start) for number in numbers]
            stored = STEPS if first + SIDE < count // STEPS else STEPS - 3
            turn = [line[step] for step in range(stored) for line in lines]
            with office.store.transaction() as session:
                _conversations(session, numbers, start)
                entries.append_entries(session, turn)
                for line in lines:
                    told = events(int(str(line[0].ticket).partition("-")[2]), line[0].at)
                    case = replay_events(told[: stored - 2])
                    cases.put_case(session, journal.row_of_case(case, step_due(case)))
            bar.update(task, advance=len(turn))


def _conversations(session: Session, numbers: range, at: datetime) -> None:
    for number in numbers:
        customer = people.customer_id(
            session, f"c{number % 5000}@northwind.example", people.Introduction(at)
        )
        threads.start_thread(session, f"ACME-{number}", at, customer)


def furnish(folder: Path) -> Office:
    """An office in an empty folder, with the demo's people and customers."""
    (folder / "policies").mkdir(parents=True)
    for name in ("matrix.csv", "accounts.csv"):
        (folder / name).write_bytes((OFFICE / name).read_bytes())
    toml = (OFFICE / "deskless.toml").read_text(encoding="utf-8")
    for name in ("IMAP", "SMTP"):
        toml = toml.replace(f"@{name}@", f"{name.lower()}://a@127.0.0.1")
    (folder / "deskless.toml").write_text(toml, encoding="utf-8")
    (folder / "password").write_text("none\n")
    (folder / "policies" / "refund-dispute.md").write_text(
        "---\nid: refund-dispute\nstatus: live\nseverity: SEV-3\ntype: business\n"
        "phrases:\n  - charged twice\n---\n# Refund dispute\nEscalate a disputed charge.\n"
        '## Examples\n- escalate: "I was charged twice."\n- ignore: "How do refunds work?"\n'
    )
    return assemble.build_office(config.load_config(folder))


def run(folder: Path, command: tuple[str, ...]) -> tuple[float, int, int]:
    """Seconds, peak memory in MB, and bytes written by one command. Raises when it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([DESKLESS, "-c", folder, *command], stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        size = out.seek(0, os.SEEK_END)
    if child.returncode:
        raise SystemExit(f"deskless {' '.join(command)} ended with {child.returncode}")
    return time.perf_counter() - began, used.ru_maxrss // 1024, size


def measure(folder: Path, count: int) -> Iterator[tuple[str, float, int, int]]:
    """Fill an office and run every command in it."""
    office = furnish(folder)
    began = time.perf_counter()
    fill(office, count)
    took = time.perf_counter() - began
    office.store.close()
    say(f"fill {count:,} entries: {took:.0f} s, {count / took:,.0f}/s")
    for name, (command, _) in COMMANDS.items():
        yield name, *run(folder, command)


def main() -> int:
    """Measure a tenth first, then the whole, in fresh folders that are gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    count = parser.parse_args().entries
    missed = []
    with tempfile.TemporaryDirectory(prefix="deskless-bench-") as folder:
        small = {name: peak for name, _, peak, _ in measure(Path(folder) / "a", count // 10)}
        for name, took, peak, size in measure(Path(folder) / "b", count):
            bound = COMMANDS[name][1] * max(count, 1_000_000) / 1e6
            say(f"{name:<24}{took:8.1f} s (bound {bound:g} s) {peak:6} MB, a tenth needs "
                f"{small[name]:4} MB, {size / 1e6:8.1f} MB out")  # fmt: skip
            if took > bound or peak > small[name] * GROWTH:
                missed.append(name)
    for name in missed:
        say(f"[red]missed: {name}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
