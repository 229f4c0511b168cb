"""Acme on a real Dovecot: a configuration folder, its people's mailboxes, and the command itself.

A helper of its own, so that every test that uses it counts on in one row of numbers: two rows
would give two companies one inbox.
"""

import itertools
import os
import re
import signal
import smtplib
import ssl
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from commands import PROGRAM, command
from dovecot import Dovecot
from harness import ACCOUNTS, OUTAGE, POLICY

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
        """Somebody sends a mail through the server, logged in as themselves; `named` is From."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = more.pop("named", sender), to, subject
        for name, value in more.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        context = ssl.create_default_context(cafile=str(self.server.ca))
        with smtplib.SMTP("localhost", self.server.smtp_port) as smtp:
            smtp.starttls(context=context)
            smtp.login(sender, self.server.password)
            smtp.send_message(mail, to_addrs=[to])

    def answers(self, address: str, words: str) -> None:
        """Somebody answers the newest mail that is to them alone."""
        mine = [mail for mail in self.mails(address) if str(mail["To"]).strip("<>") == address]
        self.send(
            address, str(mine[-1]["Reply-To"]), f"Re: {mine[-1]['Subject']}", f"{words}\n",
            In_Reply_To=str(mine[-1]["Message-ID"]),
        )  # fmt: skip

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

    def outside(self, address: str) -> list[EmailMessage]:
        """What left for somebody outside, oldest first."""
        left = self.server.outgoing()
        return [
            message_from_bytes(each.raw, policy=policy.default)
            for each in left if each.recipient == address
        ]  # fmt: skip

    def flags(self) -> list[str]:
        """The flags of every mail in the shared inbox, \\Recent aside."""
        with self.server.client(self.inbox.partition("@")[0]) as imap:
            imap.select(readonly=True)
            _, result = imap.fetch("1:*", "(UID FLAGS)")
            return [re.sub(rb"\\Recent ?", b"", item or b"").decode() for item in result]
