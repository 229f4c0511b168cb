"""The kill table: every step × every behaviour of the server, what was lost and what doubled.

    python tests/crash/table.py            all of it, half an hour (`make crash`)
    python tests/crash/table.py fine lies  only these behaviours

For each step the daemon is killed at its first hit in every scene of the day, then at the second,
and so on until a whole day passes clean; then once more with two kills in a row, the second in the
recovery from the first. Every day must end as the day without a kill does, and one more life on the
finished state must change nothing.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import local
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

from days import FLAGGED, FOLLOWED  # noqa: E402  found by the line above
from world import PATIENT, Behaviour, Cradle, day, world  # noqa: E402  found by the line above

STEPS = (
    "fetched", "parsed", "decided", "before commit", "after commit", "judged", "proposed", "timed",
    "in flight",
    "smtp connect", "smtp mail", "smtp rcpt", "smtp data", "smtp dot", "smtp reply", "sent",
    "marked sent",
)  # fmt: skip
ANA, MAYA, RECEIPT = "ana@acme.example", "maya@acme.example", "deskless+receipt@acme.example"
NO_USER = "550 5.1.1 no such user here"
BEHAVIOURS = (
    Behaviour("fine"),
    Behaviour("a severe case", day=FOLLOWED),
    Behaviour("a model reads a reply", model=True),
    Behaviour("every flag", day=FLAGGED),
    Behaviour("no Sent copies", keep_sent=False),
    Behaviour("451 at RCPT", faults=((ANA, "451 4.7.1 greylisted", 1, "rcpt"),), minutes=PATIENT),
    Behaviour("452 at the dot", faults=((ANA, "452 4.3.1 full", 1, "data"),), minutes=PATIENT),
    Behaviour("421 hangs up", faults=((MAYA, "421 4.3.2 bye", 1, "rcpt"),), minutes=PATIENT),
    Behaviour("550 no user", faults=((ANA, NO_USER, 99, "rcpt"),), minutes=PATIENT),
    Behaviour("lies: 451 after storing", faults=((ANA, "451 4.3.0 oops", 1, "stored"),),
              minutes=PATIENT),
    Behaviour("lies, no Sent copies", keep_sent=False,
              faults=((ANA, "451 4.3.0 oops", 1, "stored"),), minutes=PATIENT),
    Behaviour("no receipt at all", keep_sent=False, faults=((RECEIPT, NO_USER, 10**6, "rcpt"),),
              impossible=True),
)  # fmt: skip
COMPARED = ("kinds", "cases", "letters", "unseen", "verified", "twice")
FLAGS = "flags"
"""Compared too in days whose scenes lie so that a kill's minutes bring no clock into another."""
SHM = Path("/dev/shm")
MOST = 40
"""No step is reached so often in one scene; more would be an endless loop."""


@dataclass(frozen=True)
class Line:
    """One row of the table: a step under a behaviour."""

    behaviour: str
    step: str
    days: int
    kills: int
    lost: int
    doubled: int
    wrong: tuple[str, ...]


class Bench:
    """Cradles, one for each thread, and folders to play in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = count()
        self._mine = local()
        self._all: list[Cradle] = []

    def cradle(self) -> Cradle:
        """This thread's own."""
        if not hasattr(self._mine, "cradle"):
            self._mine.cradle = Cradle()
            self._all.append(self._mine.cradle)
            self._mine.cradle.warm(self.folder())
        cradle: Cradle = self._mine.cradle
        return cradle

    def folder(self) -> Path:
        """A fresh one."""
        return self._folder / f"day{next(self._number)}"

    def close(self) -> None:
        """End all cradles."""
        for item in self._all:
            item.close()

    def play(self, behaviour: Behaviour, kills: tuple[str, ...]) -> tuple[int, dict[str, Any], str]:
        """A day: kills that happened, the state at its end, and what one more life changed."""
        folder = self.folder()
        with world(folder, self.cradle(), behaviour) as made:
            happened = day(made, kills)
            ended = made.state()
            made.live("", (10,))
            after = made.state()
        shutil.rmtree(folder)
        changed = [name for name in ended if ended[name] != after[name]]
        return happened, ended, ", ".join(changed)

    def line(
        self, behaviour: Behaviour, step: str, clean: dict[str, Any], hits: Sequence[int]
    ) -> Line:
        """Kill at each of the hits, until a day passes clean; then twice in a row."""
        days = kills = lost = doubled = 0
        wrong: list[str] = []
        for happened, ended, changed, order in self._days(behaviour, step, hits):
            days, kills = days + 1, kills + happened
            lost += len(ended["unseen"]) + sum(
                max(0, clean["letters"][who] - ended["letters"][who]) for who in clean["letters"]
            )
            doubled += sum(ended["doubled"].values())
            wrong += [
                f"{order}: {name} {ended[name]} instead of {clean[name]}"
                for name in (*COMPARED, *[FLAGS] * (behaviour.day in {FOLLOWED, FLAGGED}))
                if ended[name] != clean[name]
            ]
            wrong += [f"{order}: one more life changed {changed}"] if changed else []
        return Line(behaviour.name, step, days, kills, lost, doubled, tuple(wrong))

    def _days(
        self, behaviour: Behaviour, step: str, hits: Sequence[int]
    ) -> Iterator[tuple[int, dict[str, Any], str, tuple[str, ...]]]:
        for hit in hits:
            order = (f"{step}:{hit}",)
            happened, ended, changed = self.play(behaviour, order)
            if not happened:
                return
            yield happened, ended, changed, order
        order = (f"{step}:{hits[0] if hits else 1}", f"{step}:1")
        yield (*self.play(behaviour, order), order)


def sweep(
    behaviours: Iterable[Behaviour],
    steps: Iterable[str] = STEPS,
    hits: Sequence[int] = range(1, MOST),
) -> Iterator[Line]:
    """Every line, as they get ready; two days are played at once.

    In memory where there is a place for that: a killed process loses nothing that it wrote, so the
    disk's own slowness proves nothing here (`test_store_database` counts the fsyncs).
    """
    with tempfile.TemporaryDirectory(dir=SHM if SHM.is_dir() else None) as folder:
        bench = Bench(Path(folder))
        try:
            with ThreadPoolExecutor(2) as pool:
                for behaviour in behaviours:
                    _, clean, changed = bench.play(behaviour, ())
                    assert not changed, f"{behaviour.name}: a clean day does not rest: {changed}"
                    jobs = [pool.submit(bench.line, behaviour, step, clean, hits) for step in steps]
                    yield from (job.result() for job in jobs)
        finally:
            bench.close()


def main() -> int:
    """Print the table; 1 when a line is wrong."""
    wanted = sys.argv[1:]
    chosen = [
        behaviour
        for behaviour in BEHAVIOURS
        if not wanted or behaviour.name.split(":")[0] in wanted
    ]
    began, bad, days, kills = time.monotonic(), 0, 0, 0
    print(f"{'behaviour':<26}{'killed at':<15}{'days':>5}{'kills':>7}{'lost':>6}{'doubled':>9}")
    for line in sweep(chosen):
        allowed = next(
            behaviour.impossible for behaviour in BEHAVIOURS if behaviour.name == line.behaviour
        )
        wrong = bool(line.lost or line.wrong or (line.doubled and not allowed))
        bad, days, kills = bad + wrong, days + line.days, kills + line.kills
        mark = "  WRONG" if wrong else "  (documented)" if line.doubled else ""
        print(f"{line.behaviour:<26}{line.step:<15}{line.days:>5}{line.kills:>7}{line.lost:>6}"
              f"{line.doubled:>9}{mark}", flush=True)  # fmt: skip
        for words in line.wrong[:3]:
            print(f"    {words}")
    took = time.monotonic() - began
    print(f"{days} days with {kills} kills in {took:.0f} s: {bad} lines wrong")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
