"""A soak: half an hour of a busy company, compressed, with faults at random from a printed seed.

    python bench/soak.py                      1,000 conversations in 30 minutes of company time
    python bench/soak.py --seed 7 --threads 50

Every few seconds of company time something may go wrong: lines are cut, swallowed or reset, servers
refuse for now or lie, a password is wrong for a while, the disk is full, the clock jumps, half a
policy file is read, the process dies at a random step. Meanwhile customers write and owners answer.
At the end, when everything is quiet, must hold: every customer's mail is in the ledger once, the
ledger verifies, the shelf is what the ledger adds up to, nothing is owed, no letter lies in a
mailbox twice, memory is flat. The seed replays the whole schedule.
"""

import argparse
import hashlib
import io
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import structlog
from faults import Shaken, shaken

from deskless.agent.daemon.reload import reload
from deskless.store import outbox, verdicts
from deskless.store.engine.errors import StoreError
from deskless.store.ledger import audit, entries
from deskless.store.ledger.entries import Span

TICKS = 360
TICK = timedelta(seconds=5)
"""360 ticks of 5 seconds are the half hour."""
GROWTH = 50.0
"""Megabytes by which the daemon's process may grow after the first third."""
TEXTS = (
    "I was charged twice and want my money back.",
    "How do I change the language of my invoices?",
    "Thank you, that worked.",
    "Since this morning nobody can log in.",
    "Could you send me last month's invoice again?",
)
ANSWERS = (
    "ACCEPT",
    "BOUNCE because it is about the contract",
    "ok, mine",
    "What is this?",
    "LATER 10m",
)
LIMITS = "[limits]\nperson_hour = 100000\ncase_day = 100000\nhour = 100000\n"


class Killed(BaseException):
    """The process died: nothing may catch this, as nothing catches SIGKILL."""


@dataclass
class Soak:
    """One soak: a company, a seeded chance, and what was counted."""

    acme: Shaken
    chance: random.Random
    threads: int
    ticks: int = TICKS
    schedule: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    answered: int = 0

    def run(self) -> None:
        """The half hour, and then the quiet in which everything must come to its end."""
        for tick in range(self.ticks):
            due = self.threads * (tick + 1) // self.ticks - len(set(self.written))
            for _ in range(due):
                self._customer()
            if self.chance.random() < 0.3:
                self._owner()
            undo = self._fault() if self.chance.random() < 0.35 else None
            self._turn()
            if undo:
                undo()
            self.acme.clock.at += TICK
            if tick == self.ticks // 3:
                self.first = resident()
        self.rest()
        self.last = resident()

    def rest(self) -> None:
        """Quiet: all servers well, an hour and a half goes by in steps."""
        self.note("quiet")
        for minutes in (0, 1, 2, 3, 5, 15, 15, 20, 30):
            self.acme.clock.at += timedelta(minutes=minutes)
            for _ in range(200):
                tally = self._turn()
                if tally is not None and not (
                    tally.read or tally.judged or tally.sent or tally.more
                ):
                    break

    def note(self, what: str) -> None:
        """One line of the schedule."""
        self.schedule.append(f"{len(self.written)} {what}")

    def _turn(self) -> Any:
        try:
            return self.acme.turn()
        except Killed:
            self.faults["killed"] += 1
            self._again()
        except StoreError:
            self.faults["store refused"] += 1
        return None

    def _again(self) -> None:
        """A new life. The old one's connections die with it, its lock and leases are left over."""
        for courier in self.acme.agent.couriers.values():
            courier._drop()
        for reader in self.acme.agent.readers.values():
            client, reader._client = reader._client, None
            if client is not None:
                client.socket().close()
        self.acme.office.store.close()
        self.acme.agent = self.acme._start()
        self.acme.hurry()

    def _customer(self) -> None:
        number = len(self.written)
        text = self.chance.choice(TEXTS)
        more: dict[str, str] = {}
        if self.written and self.chance.random() < 0.15:
            more = {"In_Reply_To": f"<{self.chance.choice(self.written)}>"}
        sender = f"C{number} <c{number}@customer{number}.example>"
        self.note(f"mail {text[:12]} {sorted(more)}")
        self.written.append(
            self.acme.writes_in(text, sender=sender, subject=f"No. {number}", **more)
        )

    def _owner(self) -> None:
        """Somebody answers the newest letter they have."""
        who = self.chance.choice(("ana", "ben", "cleo", "maya"))
        text = self.chance.choice(ANSWERS)
        letters = [item for item in self.acme.mails(who)[-3:] if item.message["Reply-To"]]
        self.note(f"{who} says {text}")
        if letters:
            mail, self.answered = letters[-1], self.answered + 1
            to = str(mail.message["Reply-To"])
            raw, _ = self.acme._mail(
                f"{who.title()} <{who}@acme.example>", to, f"Re: {mail.subject}", text,
                In_Reply_To=str(mail.message["Message-ID"]),
            )  # fmt: skip
            self.acme.post.deliver(to, raw)

    def _fault(self) -> Callable[[], None]:
        """Something goes wrong for one turn; returns what puts it right."""
        name = self.chance.choice(sorted(FAULTS))
        size = self.chance.randint(1, 4000)
        self.note(f"fault {name} {size}")
        self.faults[name] += 1
        return FAULTS[name](self.acme, size) or (lambda: None)


def _proxy(which: str, how: str, *sized: bool) -> Callable[[Shaken, int], Any]:
    def fault(acme: Shaken, size: int) -> Callable[[], None]:
        proxy = getattr(acme, which)
        getattr(proxy, how)(*([size] if sized else []))
        return proxy.passing

    return fault


def _refuse(reply: str, step: str) -> Callable[[Shaken, int], Any]:
    def fault(acme: Shaken, size: int) -> None:
        who = ("ana", "ben", "cleo", "maya")[size % 4]
        acme.post.fail(f"{who}@acme.example", reply, times=1, step=step)

    return fault


def _kill(acme: Shaken, size: int) -> Callable[[], None]:
    """Die at the n-th step from here."""
    left, office = [size % 60], acme.office

    def step(name: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            office.step = lambda _: None
            raise Killed(name)

    office.step = step
    return lambda: setattr(office, "step", lambda _: None)


def _full(acme: Shaken, size: int) -> Callable[[], None]:
    def pages(limit: int) -> None:
        with acme.office.store.engine.connect() as connection:
            count = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit or count + size % 5}")

    pages(0)
    return lambda: pages(1 << 30)


def _half(acme: Shaken, size: int) -> Callable[[], None]:
    path = acme.folder / "policies" / "refund.md"
    whole = path.read_text()
    path.write_text(whole[: size % len(whole)])
    reload(acme.agent)

    def mend() -> None:
        path.write_text(whole)
        reload(acme.agent)

    return mend


def _jump(acme: Shaken, size: int) -> Callable[[], None]:
    span = timedelta(seconds=size - 2000)
    acme.clock.at += span
    return lambda: setattr(acme.clock, "at", acme.clock.at - span)


def _password(acme: Shaken, size: int) -> Callable[[], None]:
    os.environ["ACME_PASSWORD"] = "wrong"
    for reader in acme.agent.readers.values():
        reader._client = None
    return lambda: os.environ.update(ACME_PASSWORD="secret")


FAULTS: dict[str, Callable[[Shaken, int], Any]] = {
    "imap cut": _proxy("imap", "cut_after", True),
    "imap reset": _proxy("imap", "reset"),
    "imap reset once": _proxy("imap", "reset_once"),
    "smtp cut": _proxy("smtp", "cut_after", True),
    "smtp reset": _proxy("smtp", "reset"),
    "smtp reset once": _proxy("smtp", "reset_once"),
    "smtp swallowed": _proxy("smtp", "swallow_answers"),
    "451 at RCPT": _refuse("451 4.7.1 later", "rcpt"),
    "452 at the dot": _refuse("452 4.3.1 full", "data"),
    "451, a lie": _refuse("451 4.3.0 oops", "stored"),
    "killed": _kill,
    "killed again": _kill,
    "disk full": _full,
    "half a policy": _half,
    "clock jumps": _jump,
    "wrong password": _password,
}


def resident() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def verdict(soak: Soak) -> list[str]:
    """Everything that does not hold at the end; empty when all is well."""
    acme, wrong = soak.acme, []
    acme.consistent()
    with acme.office.store.reading() as session:
        kept_entries = list(entries.read_entries(session, Span()))
        report = audit.audit_ledger(session, key=acme.office.ledger.vkey())
        owed, waiting = outbox.count_by_state(session), verdicts.count_queued(session)
    seen = Counter(
        str((item.private or {}).get("message_id"))
        for item in kept_entries
        if item.kind == "read" and item.data["became"] == "customer"
    )
    lost = [item for item in soak.written if not seen[item]]
    twice = [item for item in soak.written if seen[item] > 1]
    checks = {
        f"{len(lost)} customer mails are not in the ledger": lost,
        f"{len(twice)} customer mails are in the ledger twice": twice,
        f"the ledger does not verify: {report.problems[:3]}": not report.ok,
        f"letters are still owed: {owed}": owed,
        f"{waiting} conversations wait for a judge": waiting,
        f"{acme.doubled()} letters lie in a mailbox twice": acme.doubled(),
        f"memory grew by {soak.last - soak.first:.0f} MB": soak.last - soak.first > GROWTH,
        "a piece of work failed": acme.agent.turn.health.failures,
    }
    wrong += [words for words, bad in checks.items() if bad]
    return wrong


def soak(seed: int, threads: int, folder: Path, ticks: int = TICKS) -> tuple[Soak, list[str], str]:
    """One soak: what was counted, what is wrong, and the fingerprint of its schedule."""
    os.environ["ACME_PASSWORD"] = "secret"
    log = structlog.PrintLoggerFactory(io.StringIO())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50), logger_factory=log)
    with shaken(folder / "acme", toml=LIMITS, apart=True) as acme:
        acme.hurry()
        made = Soak(acme, random.Random(seed), threads, ticks)
        made.run()
        wrong = verdict(made)
    structlog.reset_defaults()
    return made, wrong, hashlib.sha256("\n".join(made.schedule).encode()).hexdigest()[:16]


def main() -> int:
    """Run it and print the figures; 1 when something does not hold."""
    ask = argparse.ArgumentParser(description="A soak with faults at random.")
    ask.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    ask.add_argument("--threads", type=int, default=1000)
    chosen = ask.parse_args()
    print(
        f"seed {chosen.seed}: replay with --seed {chosen.seed} --threads {chosen.threads}",
        flush=True,
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        made, wrong, print_ = soak(chosen.seed, chosen.threads, Path(folder))
    print(f"{len(made.written)} customer mails, {made.answered} answers, "
          f"{sum(made.faults.values())} faults in {time.monotonic() - began:.0f} s")  # fmt: skip
    for name, count in sorted(made.faults.items()):
        print(f"  {name:<18}{count:>5}")
    print(f"memory {made.first:.0f} MB → {made.last:.0f} MB, schedule {print_}")
    print("\n".join(wrong) or "nothing lost, nothing doubled, the ledger verifies")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
