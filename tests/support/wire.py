"""A provider on a real Dovecot: mail goes in and out by SMTP with STARTTLS, and is read by IMAPS.

To a story it is the same as the embedded post office: people, aliases, verdicts and the story's own
clock, which is also the date by which a mail lies in its mailbox. One server a story, so that its
people have empty mailboxes.
"""

import asyncio
import contextlib
import imaplib
import smtplib
import ssl
import threading
from collections.abc import Iterable
from dataclasses import replace
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

import dovecot as dovecots
from dovecot import HOST, PASSWORD, Everybody

from deskless.agent.demo.post import PostOffice
from deskless.agent.demo.post_stamp import author_domain


class Drawer:
    """One person's mailbox, as their own mail program sees it: a connection that stays open."""

    def __init__(self, port: int, name: str) -> None:
        self._imap = imaplib.IMAP4(HOST, port, timeout=10)
        self._imap.login(name, PASSWORD)
        self._lock = threading.Lock()
        self._read: dict[str, dict[bytes, bytes]] = {}

    def file(self, folder: str, raw: bytes, flags: Iterable[str], when: float) -> None:
        """Lay a mail in, dated by the story's clock."""
        date = imaplib.Time2Internaldate(when)
        with self._lock:
            status, answer = self._imap.append(folder, f"({' '.join(flags)})", date, raw)
            assert status == "OK", answer

    def mails(self, folder: str) -> list[bytes]:
        """Everything in a folder, oldest first; what was read before is not fetched again."""
        known = self._read.setdefault(folder, {})
        with self._lock:
            status, _ = self._imap.select(folder, readonly=True)
            if status != "OK":
                return []
            _, [found] = self._imap.uid("SEARCH", "ALL")
            uids = found.split()
            for uid in uids:
                if uid not in known:
                    _, parts = self._imap.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
                    known[uid] = parts[0][1]
        return [known[uid] for uid in uids]

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._imap.shutdown()


class DovecotOffice(PostOffice):
    """The post office of a story, with Dovecot behind it and TLS before it."""

    def __init__(self, users: Any, **more: Any) -> None:
        super().__init__(users, **more)
        self._desk.rules = replace(self._desk.rules, passwords=Everybody())
        self._server = dovecots.start()
        self._drawers: dict[str, Drawer] = {}
        self._client = ssl.create_default_context(cafile=str(self._server.ca))

    def stop(self) -> None:
        """Close everything; the mailboxes are gone then."""
        super().stop()
        for drawer in self._drawers.values():
            drawer.close()
        self._server.stop()

    def imap_url(self, user: str) -> str:
        """With TLS from the first byte on."""
        port, ca = self._server.imaps_port, self._server.ca
        return f"imaps://{quote(user, safe='')}@localhost:{port}/?ca={ca}"

    def smtp_url(self, user: str) -> str:
        """With STARTTLS."""
        return f"smtp://{quote(user, safe='')}@localhost:{self.smtp_port}/?ca={self._server.ca}"

    def deliver(
        self, to: str, raw: bytes, *, sender: str | None = None, forged: bool = False
    ) -> None:
        """Its author hands a mail in, logged in as themselves; who forges one does not log in."""
        domain = author_domain(raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]) or ""
        envelope = sender if sender is not None else f"sender@{domain or 'unknown.example'}"
        with smtplib.SMTP("localhost", self.smtp_port) as smtp:
            smtp.starttls(context=self._client)
            if domain and not forged:
                smtp.login(_author(raw), PASSWORD)
            smtp.sendmail(envelope, [to], raw)

    def mailbox(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail in a folder, oldest first."""
        return self._drawer(self._owner(address)).mails(folder)

    def _drawer(self, user: str) -> Drawer:
        if user not in self._drawers:
            name = user.partition("@")[0]
            self._drawers[user] = Drawer(self._server.imap_port, name)
        return self._drawers[user]

    async def _store(
        self, user: str, raw: bytes, folder: str, flags: Iterable[str] | None = None
    ) -> None:
        marks = flags if flags is not None else ["\\Seen"] if folder == "Sent" else []
        drawer = await asyncio.to_thread(self._drawer, user)
        await asyncio.to_thread(drawer.file, folder, raw, marks, self._clock())
        await asyncio.to_thread(self._announce)

    async def _open(self, imap_port: int, smtp_port: int) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.certify(context)
        self._smtp = await self._loop.create_server(
            lambda: self._desk.server(context), HOST, smtp_port
        )
        self.imap_port = self._server.imaps_port
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]


def _author(raw: bytes) -> str:
    """The address in From, whose login hands the mail in."""
    return parseaddr(str(BytesHeaderParser().parsebytes(raw)["From"]))[1]
