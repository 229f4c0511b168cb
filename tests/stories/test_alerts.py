"""A phone rings for a severe case, by a channel of `[alerts]`; no mail ever waits for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from harness import MATRIX, Company, company

from deskless.agent.commands import check
from deskless.policies.problems import Problems

DOWN = "Hello,\n\nSince this morning nobody can log in. We lose 900 EUR an hour.\n\nVera Lind"


@dataclass
class Gateway:
    """What takes alerts: a web server that keeps what it is given, refuses, or says nothing."""

    port: int = 0
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200
    silent: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def said(self) -> list[str]:
        """The alerts, as a person reads them."""
        return [f"{each['title']}: {each['message']}" for _, each in self.taken]


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway at work."""
    made = Gateway()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if made.silent.is_set():
                made.go_on.wait(20)
            made.taken.append((self.path, json.loads(body)))
            self.send_response(made.status)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    made.port = server.server_port
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        made.go_on.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def phones() -> Iterator[Gateway]:
    """Where the phones are."""
    with gateway() as made:
        yield made


@contextmanager
def house(
    folder: Path, monkeypatch: pytest.MonkeyPatch, alerts: str, **more: str
) -> Iterator[Company]:
    """Acme with these channels."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(folder / "acme", toml=f"[alerts]\n{alerts}", **more) as made:
        yield made
        made.consistent()


def rung(acme: Company) -> None:
    """What is being rung has come to its end."""
    bell = acme.agent.turn.bell
    assert bell
    bell.wait(20)
    acme.settle()


def test_who_is_asked_and_the_founder_are_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phones: Gateway
) -> None:
    """ntfy and JSON for real: key, severity, deadline; no customer's word; the lapse, too."""
    monkeypatch.setenv("FOUNDERS_PHONE", f"json://127.0.0.1:{phones.port}/hook/s3cr3t")
    alerts = (
        f'Ben = ["ntfy://127.0.0.1:{phones.port}/bens-topic"]\n'
        'founder = [{ env = "FOUNDERS_PHONE" }]'
    )
    with house(tmp_path, monkeypatch, alerts) as acme:
        acme.customer_writes("I was charged twice.")  # a SEV-3 wakes nobody
        acme.customer_writes(DOWN, subject="Down")
        rung(acme)
        [(path, alert)] = phones.taken
        assert (path, alert["topic"]) == ("/", "bens-topic")
        assert phones.said() == [
            "SEV-1 ACME-1043-1: You are asked to take it: answer the mail. By Mon 23 Nov 10:15 CET."
        ]
        acme.pass_time(minutes=15)
        rung(acme)
        assert phones.taken[-1][0] == "/hook/s3cr3t"
        assert phones.said()[-1] == (
            "SEV-1 ACME-1043-1: Ben Okafor did not answer; the next one is asked."
        )
        words = json.dumps(phones.taken)
        assert not any(word in words for word in ("Northwind", "log in", "900", "Vera"))
        count = len(phones.taken)
        acme.restart()
        rung(acme)
        assert len(phones.taken) == count


def test_a_dead_channel_delays_no_mail_is_told_once_and_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phones: Gateway
) -> None:
    """The gateway says nothing: every mail is out already. Then it refuses: told once, by name."""
    phones.silent.set()
    alerts = f'Ana = ["json://user:pa55@127.0.0.1:{phones.port}/s3cr3t"]'
    alone = MATRIX.replace("2,Ben Okafor,ben@acme.example,product,,,\n", "")
    with house(tmp_path, monkeypatch, alerts, matrix=alone) as acme:
        acme.customer_writes(DOWN)
        assert acme.mail("ana", "Can you take this one, Ana?")
        assert phones.taken == []
        phones.status = 500
        phones.silent.clear()
        phones.go_on.set()
        rung(acme)
        for _ in range(4):
            acme.pass_time(minutes=2)
            rung(acme)
        told = [mail for mail in acme.mails("maya") if "alert Ana 1 does not work" in mail.text]
        assert len(told) == 1
        everything = " ".join(mail.text for mail in acme.mails("maya"))
        assert not any(secret in everything for secret in ("pa55", "s3cr3t", str(phones.port)))
        phones.status = 200
        acme.customer_writes(DOWN, subject="Down again", sender="Bob <bob@cornercafe.example>")
        for _ in range(3):
            acme.pass_time(minutes=1)
            rung(acme)
        assert acme.mail("maya", "alert Ana 1 works again")


def test_what_is_owed_outlives_the_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phones: Gateway
) -> None:
    """Killed between the commit and the ring: the next life rings."""
    with house(tmp_path, monkeypatch, f'Ana = ["json://127.0.0.1:{phones.port}/x"]') as acme:
        assert acme.agent.turn.bell
        bell, acme.agent.turn.bell = acme.agent.turn.bell, None
        acme.customer_writes(DOWN)
        bell.close()
        assert phones.taken == []
        acme.restart()
        acme.settle()
        rung(acme)
        assert len(phones.taken) == 1


def test_check_reads_the_channels_and_rings_them_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phones: Gateway
) -> None:
    """A kind that nobody knows, a place without its secret, one that works; no address is shown."""
    alerts = (
        f'Ben = ["json://127.0.0.1:{phones.port}/s3cr3t", "ntfyy://s3cr3t"]\n'
        'ana = [{ env = "NOT_SET" }]'
    )
    with house(tmp_path, monkeypatch, alerts) as acme:
        for send, good in ((False, "is known"), (True, "was rung")):
            found = list(check.of_alerts(acme.office, send=send))
            said = [f"{each.result} {each.said}" for each in found]
            assert any(line.startswith("ok alert Ben 1") and good in line for line in said)
            assert "fail alert Ben 2: no kind of channel that is known: ntfyy" in said
            assert any("alert ana 1: the environment has no NOT_SET" in line for line in said)
            assert "s3cr3t" not in repr(found)
        assert phones.said() == [
            "Deskless: a test: This is a test of deskless check. Nothing is asked of you."
        ]
        assert "s3cr3t" not in repr(acme.office.config)
        monkeypatch.setattr(check, "find_spec", lambda _: None)
        [missing] = check.of_alerts(acme.office, send=True)
        assert "pip install 'deskless[alerts]'" in missing.fix


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        ('zoe = ["ntfy://s3cr3t"]', "[alerts] names zoe, who is nobody of matrix.csv"),
        ('founder = ["s3cr3t"]', "a channel of founder is written like `ntfy://ntfy.sh/topic`"),
        ('founder = ["ntfy://s3cr3t", "s3cr3t"]', "a channel of founder is written like"),
        ('founder = "ntfy://s3cr3t"', "`alerts.founder`"),
    ],
)
def test_a_mistake_in_the_file_is_told_without_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alerts: str, problem: str
) -> None:
    """What is wrong, and what to write."""
    with pytest.raises(Problems) as told, house(tmp_path, monkeypatch, alerts):
        pass
    text = "\n".join(each.render() for each in told.value.problems)
    assert problem in text
    assert "s3cr3t" not in text
