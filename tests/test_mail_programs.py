"""Real mail programs, a real responder and a real mail server answer a live brief."""

import queue
import shutil
import socketserver
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dovecot as dovecots
import mail_programs
import opensmtpd
import postfix as exchangers
import pytest
from harness import Company, company

pytestmark = [pytest.mark.slow, pytest.mark.mailprograms]
TROUBLE = "Hello,\n\nI was charged twice for October, invoice 4411.\n\nVera Lind\nNorthwind"
PROGRAMS = {
    "mutt": ("mutt", mail_programs.answer_with_mutt),
    "s-nail": ("s-nail", mail_programs.answer_with_snail),
    "alpine": ("alpine", mail_programs.answer_with_alpine),
    "emacs": ("emacs-nox", mail_programs.answer_with_gnus),
}


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme, with Ana asked to take a case."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.customer_writes(TROUBLE)
        yield made
        made.consistent()


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_answer_from_a_real_program_makes_the_owner(
    acme: Company, tmp_path: Path, name: str
) -> None:
    """With the time that Ana typed, wherever the program puts her words."""
    package, answer = PROGRAMS[name]
    mail_programs.demand(name, package)
    brief = acme.brief("ana")
    home = mail_programs.Home(tmp_path / "home", brief.raw)
    said = answer(home)
    assert home.sent, said
    acme.post.deliver(str(brief.message["Reply-To"]), home.sent)
    acme.settle()
    assert acme.case.owner == acme.id("ana"), home.sent.decode("utf-8", "replace")
    assert acme.case.promise is not None
    assert f"{acme.case.promise:%H:%M}" == "15:00"


SIEVE = """\
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:{folder}/away.sieve;active={folder}/active.sieve
}}
sendmail_path = {folder}/keep
"""
AWAY = (
    'require ["vacation"];\nvacation :days 1 :addresses ["ana@acme.example"] '
    '"I am out of the office until Monday, 7 December 2026.";\n'
)
MARKS = (b"Auto-Submitted", b"X-Auto-Response-Suppress")


@pytest.fixture
def pigeonhole() -> Iterator[tuple[dovecots.Dovecot, Path]]:
    """A Dovecot whose every mailbox answers that its owner is away, and where the answer lies."""
    if not list(Path("/usr/lib/dovecot").glob("modules/lib90_sieve_plugin.so")):
        mail_programs.demand("dovecot-sieve", "dovecot-sieve")
    folder = Path(tempfile.mkdtemp(prefix="deskless-sieve-"))
    folder.chmod(0o777)
    (folder / "away.sieve").write_text(AWAY)
    keep = folder / "keep"
    keep.write_text(f'#!/bin/sh\ncat > "{folder}/part" && mv "{folder}/part" "{folder}/sent.eml"\n')
    keep.chmod(0o755)
    server = dovecots.start(SIEVE.format(folder=folder))
    yield server, folder / "sent.eml"
    server.stop()
    shutil.rmtree(folder)


def without_marks(raw: bytes) -> bytes:
    """The mail as a gateway passes it on that drops what says that a machine wrote it."""
    head, blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line for line in head.split(b"\n") if not line.startswith(MARKS)]
    return b"\n".join(lines) + blank + body


def test_a_sieve_vacation_moves_the_offer_on(
    acme: Company, pigeonhole: tuple[dovecots.Dovecot, Path]
) -> None:
    """It keeps silent to what is marked as a machine's, and so to our brief as it is."""
    server, sent = pigeonhole
    brief = acme.brief("ana")
    sender = str(brief.message["Reply-To"])
    server.deliver("ana@acme.example", brief.raw, sender)
    assert not sent.exists(), "a responder may not answer what is marked as automatic"
    server.deliver("ana@acme.example", without_marks(brief.raw), sender)
    assert sent.exists(), server.log()
    acme.post.deliver(sender, sent.read_bytes())
    acme.settle()
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    [told] = acme.entries("away")
    assert told.data["until"][:10] == "2026-12-07"


class Mailboxes(socketserver.StreamRequestHandler):
    """SMTP or LMTP: refuses Ana's mail with what `server.refusal` says, keeps any other."""

    def handle(self) -> None:
        """One session (RFC 2033)."""
        self.wfile.write(b"220 mailboxes\r\n")
        for line in self.rfile:
            word = line.strip().upper()
            if word.startswith((b"LHLO", b"EHLO")):
                self.wfile.write(b"250-mailboxes\r\n250 ENHANCEDSTATUSCODES\r\n")
            elif word.startswith(b"RCPT") and b"<ANA@" in word:
                self.wfile.write(self.server.refusal + b"\r\n")  # type: ignore[attr-defined]
            elif word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.kept.put(b"".join(lines))  # type: ignore[attr-defined]
                self.wfile.write(b"250 2.0.0 kept\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 2.0.0 ok\r\n")
                if word == b"QUIT":
                    return


@pytest.fixture
def refusing() -> Iterator[socketserver.ThreadingTCPServer]:
    """The mailboxes behind a Postfix."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailboxes) as server:
        server.daemon_threads = True
        server.kept = queue.Queue()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.postfix
@pytest.mark.parametrize(
    ("refusal", "to"),
    [
        (b"550 5.1.1 no such user", "ben"),
        (b"550 5.7.1 refused by local policy", "ben"),
        (b"552 5.2.2 mailbox full", "ben"),
    ],
)
def test_a_brief_that_postfix_returns_goes_to_the_next(
    acme: Company, refusing: Any, refusal: bytes, to: str
) -> None:
    """To the address in its envelope, which is the brief's own."""
    refusing.refusal = refusal
    server = exchangers.start(SimpleNamespace(lmtp_port=refusing.server_address[1]))  # type: ignore[arg-type]
    try:
        brief = acme.brief("ana")
        sender = str(brief.message["Reply-To"])
        server.hand_in("ana@acme.example", brief.raw, sender)
        returned = refusing.kept.get(timeout=60)
    finally:
        server.stop()
    acme.post.deliver(sender, returned, sender="")
    acme.settle()
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id(to)


@pytest.mark.parametrize(
    ("refusal", "ttl", "action"),
    [
        (b"550 5.7.1 refused by local policy", "1h", b"failed"),
        (b"451 4.2.0 try again later", "1s", b"delayed"),
    ],
)
def test_a_brief_that_opensmtpd_returns_goes_to_the_next(
    acme: Company, refusing: Any, refusal: bytes, ttl: str, action: bytes
) -> None:
    """It calls what has expired delayed, and will not try again."""
    refusing.refusal = refusal
    server = opensmtpd.start(refusing.server_address[1], ttl)
    try:
        brief = acme.brief("ana")
        sender = str(brief.message["Reply-To"])
        server.hand_in("ana@acme.example", brief.raw, sender)
        returned = refusing.kept.get(timeout=60)
    finally:
        server.stop()
    assert b"Action: " + action in returned
    acme.post.deliver(sender, returned, sender="")
    acme.settle()
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
