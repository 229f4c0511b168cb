"""The command itself against a real Dovecot over TLS, as an operator runs it."""

import itertools
import json
import os
import re
import signal
import smtplib
import ssl
import subprocess
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from commands import PROGRAM, command
from corpora import corpora
from dovecot import Dovecot
from harness import ACCOUNTS, OUTAGE, POLICY

pytestmark = [pytest.mark.dovecot, pytest.mark.slow]


NUMBERS = itertools.count(1)


class Acme:
    """A configuration folder for a fresh inbox on the Dovecot, and its people's mailboxes."""

    def __init__(self, server: Dovecot, folder: Path) -> None:
        self.server = server
        self.folder = folder
        # Mailboxes come into being at their first use; one that was never opened has no index
        # that could be older than the files we lay into it.
        number = next(NUMBERS)
        self.inbox = f"support{number}@acme.example"
        self.ana = f"ana{number}@acme.example"
        self.maya = f"maya{number}@acme.example"
        name = self.inbox.replace("@", "%40")
        tls = f"?ca={server.ca}"
        folder.mkdir(parents=True)
        (folder / "policies").mkdir()
        (folder / "policies" / "refund.md").write_text(POLICY)
        (folder / "policies" / "outage.md").write_text(OUTAGE)
        (folder / "accounts.csv").write_text(ACCOUNTS)
        (folder / "matrix.csv").write_text(
            f"tier,name,email,role\n1,Tom,tom@acme.example,support\n"
            f"2,Ana Lopez,{self.ana},billing\n3,Maya Stern,{self.maya},founder\n"
        )
        (folder / "deskless.toml").write_text(
            f'[inbox]\naddress = "{self.inbox}"\n'
            f'imap = "imaps://{name}@localhost:{server.imaps_port}/{tls}"\n'
            f'smtp = "smtp://{name}@localhost:{server.smtp_port}/{tls}"\n'
            f'password = {{ env = "ACME_PASSWORD" }}\nauthserv = "{server.authserv}"\n'
            f'[team]\nfounder = "{self.maya}"\nticket = "ACME-{{n}}"\nfirst = 1042\n'
            'hours = "24/7"\n[judge]\nengine = "rules"\n[mode]\nlive = true\n'
            "[limits]\nhour = 1000\n"
        )

    def run(self, *words: str) -> str:
        """A command of the command line, which must end well; its output."""
        ended = command(
            "--config", self.folder, *words, environ={"ACME_PASSWORD": self.server.password}
        )
        assert ended.code == 0, ended.said
        return ended.out

    def killed(self, fail: str) -> None:
        """A backfill as a process of its own, which dies at this step."""
        done = subprocess.run(
            [PROGRAM, "--config", self.folder, "run", "--once", "--since", "all"],
            env={**os.environ, "ACME_PASSWORD": self.server.password, "DESKLESS_FAIL": fail},
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def send(self, sender: str, to: str, subject: str, text: str, **more: str) -> None:
        """Somebody sends a mail through the server, logged in as themselves."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        for name, value in more.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        context = ssl.create_default_context(cafile=str(self.server.ca))
        with smtplib.SMTP("localhost", self.server.smtp_port) as smtp:
            smtp.starttls(context=context)
            smtp.login(sender, self.server.password)
            smtp.send_message(mail, to_addrs=[to])

    def mails(self, address: str) -> list[EmailMessage]:
        """What lies in somebody's mailbox."""
        with self.server.client(address.partition("@")[0]) as imap:
            imap.select(readonly=True)
            _, [result] = imap.search(None, "ALL")
            return [
                message_from_bytes(
                    imap.fetch(word, "(BODY.PEEK[])")[1][0][1], policy=policy.default
                )
                for word in result.split()
            ]

    def flags(self) -> list[str]:
        """The flags of every mail in the shared inbox, \\Recent aside."""
        with self.server.client(self.inbox.partition("@")[0]) as imap:
            imap.select(readonly=True)
            _, result = imap.fetch("1:*", "(UID FLAGS)")
            return [re.sub(rb"\\Recent ?", b"", item or b"").decode() for item in result]


@pytest.fixture
def acme(dovecot: Dovecot, tmp_path: Path) -> Acme:
    """Acme on the Dovecot."""
    return Acme(dovecot, tmp_path / "acme")


def test_a_customers_mail_becomes_a_brief_and_a_yes_makes_the_owner(acme: Acme) -> None:
    """The main job over TLS, a second run that changes nothing, and no flag touched."""
    acme.run("run", "--once")
    acme.send("vera@strict.example", acme.inbox, "Invoice", "I was charged twice for October.")
    before = acme.flags()
    assert "judged 1, sent 1" in acme.run("run", "--once")
    brief = acme.mails(acme.ana)[-1]
    assert "Can you take this one, Ana?" in brief.get_body(("plain",)).get_content()
    acme.send(
        acme.ana, str(brief["Reply-To"]), f"Re: {brief['Subject']}", "ACCEPT\n",
        In_Reply_To=str(brief["Message-ID"]),
    )  # fmt: skip
    acme.run("run", "--once")
    [case] = [json.loads(line) for line in acme.run("cases", "--json").splitlines()]
    assert (case["status"], case["owner"]) == ("owned", "Ana Lopez")
    acme.run("run", "--once")
    assert "read 0, judged 0, sent 0" in acme.run("run", "--once")
    assert acme.flags()[: len(before)] == before
    assert all("\\Seen" not in flag for flag in acme.flags())
    witness = acme.folder / "brief.eml"
    witness.write_bytes(brief.as_bytes())
    assert "is what it was" in acme.run("ledger", "verify", "--witness", str(witness))


def _accounted(acme: Acme) -> Counter[str]:
    """Entries by kind of what is accounted for: read mails, quarantined ones, verdicts."""
    shown = acme.run("ledger", "show", "--last", "100000", "--json").splitlines()
    kinds = [json.loads(item)["kind"] for item in shown]
    return Counter(kind for kind in kinds if kind in {"read", "quarantined", "judged", "sent"})


def _real_mail() -> dict[str, bytes]:
    root = corpora("mime").parent
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    other = ("README.md", ".jsonl", ".threads.txt")
    files = [
        item for item in paths if not item.name.endswith(other) and "forwards" not in item.parts
    ]
    return {f"m{number}": item.read_bytes() for number, item in enumerate(files)}


def test_every_real_mail_is_accounted_for_and_nobody_is_written_to(acme: Acme) -> None:
    """About 800 real mails backfilled: each in the ledger or the quarantine, no mail sent."""
    mails = _real_mail()
    assert len(mails) > 700
    acme.server.preload(acme.inbox.partition("@")[0], mails)
    words = acme.run("run", "--once", "--since", "all")
    assert "sent 0" in words
    result = _accounted(acme)
    distinct = len({raw.replace(b"\r\n", b"\n") for raw in mails.values()})
    assert result["read"] + result["quarantined"] == distinct
    assert result["sent"] == 0
    assert acme.mails(acme.maya) == []
    assert "equals" in acme.run("ledger", "rebuild")
    acme.run("ledger", "verify")


def test_a_kill_in_the_middle_ends_in_the_same_state(dovecot: Dovecot, tmp_path: Path) -> None:
    """kill -9 after some commits, started again: the same mails accounted for, once each."""
    mails = dict(list(_real_mail().items())[:300])
    whole, cut = Acme(dovecot, tmp_path / "whole"), Acme(dovecot, tmp_path / "cut")
    for item in (whole, cut):
        item.server.preload(item.inbox.partition("@")[0], mails)
    whole.run("run", "--once", "--since", "all")
    for number in (2, 40):
        cut.killed(f"after commit:{number}")
    cut.run("run", "--once", "--since", "all")
    first, second = _accounted(whole), _accounted(cut)
    assert first["read"] + first["quarantined"] == second["read"] + second["quarantined"]
    assert "equals" in cut.run("ledger", "rebuild")
    cut.run("ledger", "verify")
