"""The daemon as a process of its own: signals, a second one by mistake, kills, no open port."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import harness
import pytest
from commands import PROGRAM, Ended, command
from faults import ALONE, PEOPLE, TROUBLE

from deskless.agent.demo.post import Habits, PostOffice
from deskless.store.engine.database import Store
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

PATIENCE = 60.0
"""Seconds after which something must be wrong; the machine may be busy with other tests."""


class Running:
    """A real `deskless run` in a folder, and the post office it talks to."""

    def __init__(self, folder: Path, post: PostOffice) -> None:
        self.folder = folder
        self.post = post
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **environ: str) -> "subprocess.Popen[str]":
        """`deskless --config … run …` in the background."""
        made = subprocess.Popen(
            [PROGRAM, "--config", self.folder, "run", *arguments],
            env={**os.environ, "ACME_PASSWORD": "secret", **environ},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.processes.append(made)
        return made

    def once(self, **environ: str | None) -> Ended:
        """`deskless --config … run --once`, no process of its own: nothing ends it from outside."""
        return command(
            "--config", self.folder, "run", "--once",
            environ={"ACME_PASSWORD": "secret", **environ},
        )  # fmt: skip

    def customer(self, text: str = TROUBLE, subject: str = "Invoice 4411") -> None:
        """A customer's mail arrives."""
        import uuid
        from email.message import EmailMessage

        mail = EmailMessage()
        mail["From"], mail["To"] = "Vera <vera@northwind.example>", harness.INBOX
        mail["Subject"], mail["Message-ID"] = subject, f"<{uuid.uuid4()}@northwind.example>"
        mail.set_content(text)
        self.post.deliver(harness.INBOX, mail.as_bytes())

    def entries(self) -> list[Entry]:
        """The ledger, read beside the running daemon."""
        path = self.folder / "deskless.db"
        with Store.open(path, "acme.example") as store, store.reading() as session:
            return list(entries.read_entries(session, Span()))

    def until(self, wanted: Callable[[], bool]) -> None:
        """Wait for something that must come."""
        end = time.monotonic() + PATIENCE
        while not wanted():
            if time.monotonic() > end:
                self.processes[-1].kill()
                raise AssertionError(self.processes[-1].communicate()[1])
            time.sleep(0.05)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A folder, a post office, and whatever is started there ended at last."""
    habits = Habits(
        aliases={harness.AGENT: harness.INBOX}, dmarc=frozenset({"northwind.example"}),
        keep_sent=True,
    )  # fmt: skip
    users = {f"{name}@acme.example": "secret" for name in PEOPLE}
    with PostOffice(users, habits=habits) as post:
        harness.write_folder(tmp_path / "acme", post, toml=ALONE)
        made = Running(tmp_path / "acme", post)
        yield made
        for process in made.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.mark.slow
def test_a_second_daemon_is_refused_by_name(running: Running) -> None:
    """Exit 75 and one sentence that says who serves already."""
    first = running.start()
    running.until(lambda: bool(running.post.mailbox("maya@acme.example")))
    second = running.start()
    _, words = second.communicate(timeout=PATIENCE)
    assert second.returncode == os.EX_TEMPFAIL
    assert f"process {first.pid} already serves" in words
    assert first.poll() is None


@pytest.mark.slow
def test_sigterm_during_a_turn_ends_after_it(running: Running) -> None:
    """A signal between commit and SMTP: the turn is finished, then the process ends well."""
    running.once()
    running.customer()
    ending = running.start(DESKLESS_FAIL="in flight:1:term")
    _, words = ending.communicate(timeout=PATIENCE)
    assert ending.returncode == 0, words
    assert "sent" in {entry.kind for entry in running.entries()}
    assert running.post.wait("ana@acme.example", 1) is not None


@pytest.mark.slow
def test_a_kill_in_mid_flight_and_a_new_start_deliver_once(running: Running) -> None:
    """The real command, a real SIGKILL after the dot, and the next start finds the copy."""
    running.once()
    running.customer()
    killed = running.start(DESKLESS_FAIL="smtp reply:1")
    killed.communicate(timeout=PATIENCE)
    assert killed.returncode == -signal.SIGKILL
    running.once()
    assert len(running.post.mailbox("ana@acme.example")) == 1
    assert [entry.data.get("found") for entry in running.entries() if entry.kind == "sent"][
        -1
    ] is True


@pytest.mark.slow
def test_sighup_takes_new_policies_and_refuses_broken_ones(running: Running) -> None:
    """A good set is an entry; half a file changes nothing and is told; the daemon lives on."""
    daemon = running.start()
    running.until(lambda: bool(running.post.mailbox("maya@acme.example")))

    def told(kind: str) -> Callable[[], bool]:
        return lambda: [entry.kind for entry in running.entries()].count(kind) > before[kind]

    before = {
        "adopted": [entry.kind for entry in running.entries()].count("adopted"),
        "not_adopted": 0,
    }
    policy = running.folder / "policies" / "refund.md"
    whole = policy.read_text()
    policy.write_text(whole[: whole.index("phrases")] + "phrases: [")
    daemon.send_signal(signal.SIGHUP)
    running.until(told("not_adopted"))
    policy.write_text(whole.replace("charged twice", "charged three times"))
    daemon.send_signal(signal.SIGHUP)
    running.until(told("adopted"))
    running.customer("I was charged three times.")
    running.until(lambda: bool(running.post.mailbox("ana@acme.example")))
    assert daemon.poll() is None
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_mail_set_aside_is_listed_shown_and_read_after_all(running: Running) -> None:
    """The three commands of the quarantine, beside whatever else runs."""

    def quarantine(*words: str, code: int) -> str:
        ended = command("--config", running.folder, "quarantine", *words)
        assert ended.code == code, ended.err
        return ended.out

    running.once()
    running.post.empty(harness.INBOX)  # our own receipt would be the first to fail
    running.customer(subject="An odd one")
    orders = ";".join(f"parsed:{hit}:raise" for hit in range(1, 5))
    running.once(DESKLESS_FAIL=orders)
    [line] = quarantine("list", code=1).splitlines()
    named = line.split()[0]
    assert "An odd one" in quarantine("show", named, code=0)
    assert "was read: customer" in quarantine("retry", named, code=0)
    assert "Nothing was set aside" in quarantine("list", code=0)
    running.once()
    assert len(running.post.mailbox("ana@acme.example")) == 1


@pytest.mark.slow
def test_the_daemon_opens_no_port(running: Running) -> None:
    """Nothing of it listens: not on TCP, not on UDP, not on a named socket.

    The name that it holds as a lock is of a stream socket that accepts nothing (no SO_ACCEPTCON).
    """
    daemon = running.start()
    running.until(lambda: bool(running.post.mailbox("maya@acme.example")))
    own = {
        os.readlink(link).removeprefix("socket:[").removesuffix("]")
        for link in Path(f"/proc/{daemon.pid}/fd").iterdir()
        if link.is_symlink() and os.readlink(link).startswith("socket:[")
    }
    assert own, "it holds at least its IMAP line"
    listening = set()
    for table, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/{daemon.pid}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == state:
                listening.add(parts[9])
    for line in Path(f"/proc/{daemon.pid}/net/unix").read_text().splitlines()[1:]:
        parts = line.split()
        accepts, datagrams = int(parts[3], 16) & 0x10000, parts[4] == "0002"
        if len(parts) > 7 and (accepts or datagrams):
            listening.add(parts[6])
    assert not own & listening


@pytest.mark.slow
def test_a_daemon_without_its_password_says_so(running: Running) -> None:
    """No crash and no loop: `--once` ends as for a refused login and names the variable."""
    running.once()
    ended = running.once(ACME_PASSWORD=None)
    assert ended.code == os.EX_NOPERM
    assert "ACME_PASSWORD" in ended.err
    assert "Traceback" not in ended.err
