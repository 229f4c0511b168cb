"""From a customer's mail in the inbox to the brief in the owner's mailbox, by a running daemon.

    .venv/bin/python bench/latency.py [--mails 20] [--dovecot]

Embedded servers by default; `--dovecot` takes Debian's, whose IDLE speaks half a second late by
construction. Prints median, 95th percentile and maximum in milliseconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from harness import INBOX, company

DESKLESS = Path(sys.executable).with_name("deskless")
LIMITS = "[limits]\nperson_hour = 9999\ncase_day = 9999\nhour = 9999\n"


def mail(number: int, to: str) -> bytes:
    """A customer who wants money back, each another one."""
    made = EmailMessage()
    made["From"] = f"Customer {number} <c{number}@northwind{number}.example>"
    made["To"], made["Subject"] = to, f"Bill {number}"
    made["Message-ID"] = f"<{number}.{time.monotonic_ns()}@northwind{number}.example>"
    made.set_content("I was charged twice for October and want my money back.")
    return made.as_bytes()


def report(name: str, times: list[float]) -> None:
    """One line."""
    ordered = sorted(item * 1000 for item in times)
    late = ordered[int(len(ordered) * 0.95) - 1]
    print(
        f"{name}: {len(ordered)} mails, median {statistics.median(ordered):.0f} ms, "
        f"p95 {late:.0f} ms, max {ordered[-1]:.0f} ms"
    )


def embedded(count: int) -> None:
    """Against the servers of the demo."""
    os.environ["ACME_PASSWORD"] = "secret"
    with tempfile.TemporaryDirectory() as folder, company(Path(folder) / "a", toml=LIMITS) as acme:
        acme.stop()
        daemon = subprocess.Popen(
            [DESKLESS, "-c", str(acme.folder), "run"], stderr=subprocess.DEVNULL
        )
        try:
            people = ("ana", "ben")
            times = []
            acme.post.deliver(INBOX, mail(0, INBOX))  # the first one warms everything up
            _await(acme, people, 1)
            for number in range(1, count + 1):
                start = time.perf_counter()
                acme.post.deliver(INBOX, mail(number, INBOX))
                _await(acme, people, number + 1)
                times.append(time.perf_counter() - start)
        finally:
            daemon.terminate()
            daemon.wait(30)
            acme.runner.run(_nothing())
            acme.agent = acme._start()
    report("embedded", times)


async def _nothing() -> None:
    return


def _await(acme: object, people: tuple[str, ...], count: int) -> None:
    """Until that many briefs lie in the owners' mailboxes."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        result = sum(len(acme.post.mailbox(f"{who}@acme.example")) for who in people)  # type: ignore[attr-defined]
        if result >= count:
            return
        time.sleep(0.002)
    raise SystemExit("the brief did not come")


def dovecot(count: int) -> None:
    """Against Debian's Dovecot, over TLS."""
    import dovecot as server_of
    from acme import Acme

    server = server_of.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            acme = Acme(server, Path(folder) / "a")
            toml = acme.folder / "deskless.toml"
            toml.write_text(toml.read_text().replace("[limits]\nhour = 1000\n", LIMITS))
            acme.run("run", "--once")
            daemon = subprocess.Popen(
                [DESKLESS, "-c", str(acme.folder), "run"], stderr=subprocess.DEVNULL,
                env={**os.environ, "ACME_PASSWORD": server.password},
            )  # fmt: skip
            try:
                times = []
                for number in range(count + 1):
                    start = time.perf_counter()
                    server.deliver(acme.inbox, mail(number, acme.inbox))
                    while len(acme.mails(acme.ana)) <= number:
                        time.sleep(0.01)
                    times.append(time.perf_counter() - start)
            finally:
                daemon.terminate()
                daemon.wait(30)
        report("dovecot (its own IDLE: about 500 ms)", times[1:])
    finally:
        server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20)
    parser.add_argument("--dovecot", action="store_true")
    asked = parser.parse_args()
    (dovecot if asked.dovecot else embedded)(asked.mails)
