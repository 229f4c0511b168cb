"""A real SMTP server in memory, in both of a provider's roles.

Who logs in may send to anybody (submission); who does not may only deliver to people that live
here (reception). Every mail for a local address is stamped as a provider does and handed to
`deliver`; mail to other domains is kept where tests and the demo can look at it, or comes back
as a bounce. Used by the embedded post office and by the relay in front of the tests' Dovecot.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deskless.agent.demo.post_bounce import HandedIn, bounce_report
from deskless.agent.demo.post_stamp import Handed, Stamp

SIZE = 50 << 20

# aiosmtpd warns at every login about an attribute that only aiosmtpd itself still uses.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass(slots=True)
class PlannedFault:
    """What the server answers instead of its usual words, and how many times still.

    `step` is rcpt, data (before the mail is taken) or stored (after it is taken: the lie of a
    4xx for a mail that arrives all the same).
    """

    reply: str
    times: int
    step: str


@dataclass(slots=True)
class PostRules:
    """Who lives here, who may log in, and what goes wrong on purpose.

    `passwords` has every login (whole address → password), also of outside senders who have no
    mailbox; `residents` those with a mailbox; `aliases` address → resident. `undeliverable` are
    outside domains from which a bounce comes back.
    """

    passwords: Mapping[str, str]
    residents: frozenset[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    undeliverable: frozenset[str] = frozenset()
    keep_sent: bool = False
    faults: dict[str, PlannedFault] = field(default_factory=dict)

    def resident(self, address: str) -> str | None:
        """Whose mailbox this is: exactly, by alias, or by its plus-tag."""
        local, _, domain = address.strip().lower().rpartition("@")
        for name in (f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"):
            name = self.aliases.get(name, name)
            if name in self.residents:
                return name
        return None

    def local(self, address: str) -> bool:
        """Is the address of a domain that lives here?"""
        domain = address.strip().lower().rpartition("@")[2]
        homes = {name.rpartition("@")[2] for name in (*self.residents, *self.aliases)}
        return domain in homes

    def trip(self, recipient: str, step: str) -> str | None:
        """The fault to answer with now, if one is set for this recipient and step."""
        fault = self.faults.get(recipient.lower())
        if fault is None or fault.step != step or fault.times <= 0:
            return None
        fault.times -= 1
        return fault.reply


class Lenient(SMTP):
    """Takes lines as long as real mail has them; RFC 5321 allows 998 characters."""

    line_length_limit = 1 << 20


class SmtpDesk:
    """The handler behind every SMTP connection (aiosmtpd calls it by its method names).

    `deliver(resident, raw, folder)` stores a mail; `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        rules: PostRules,
        stamp: Stamp,
        deliver: Callable[[str, bytes, str], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules
        self.stamp = stamp
        self.outgoing: list[HandedIn] = []
        self._deliver = deliver
        self._clock = clock
        self._count = 0
        self._taking: set[asyncio.Future[None]] = set()

    def server(self, context: ssl.SSLContext | None = None) -> SMTP:
        """A protocol for one connection; with a context it offers STARTTLS."""
        return Lenient(
            self,
            authenticator=self._authenticate,
            auth_require_tls=False,
            data_size_limit=SIZE,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=self.stamp.authserv,
            ident="ESMTP",
            tls_context=context,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = data.login.decode("utf-8", "replace").lower()
        good = self.rules.passwords.get(user) == data.password.decode("utf-8", "replace")
        return AuthResult(success=good, handled=good, auth_data=user if good else None)

    async def handle_RCPT(  # noqa: N802  the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        fault = self.rules.trip(address, "rcpt")
        if fault:
            return fault
        if self.rules.local(address):
            if self.rules.resident(address) is None:
                return "550 5.1.1 no such user here"
        elif not session.authenticated:
            return "550 5.7.1 relaying denied"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take the mail: stamp and deliver it, or pass it on."""
        for recipient in envelope.rcpt_tos:
            fault = self.rules.trip(recipient, "data")
            if fault:
                return fault
        # A mail whose dot has arrived is taken whole, even if its sender dies before the answer.
        taking = asyncio.ensure_future(self._take(session, envelope))
        self._taking.add(taking)
        taking.add_done_callback(self._taking.discard)
        await asyncio.shield(taking)
        for recipient in envelope.rcpt_tos:
            fault = self.rules.trip(recipient, "stored")
            if fault:
                return fault
        return f"250 2.0.0 ok: queued as {self._count:08X}"

    async def _take(self, session: Session, envelope: Envelope) -> None:
        raw = envelope.original_content or b""
        user = session.auth_data if session.authenticated else None
        await self._pass(envelope, raw, user, session.host_name or "")
        if user and self.rules.keep_sent and user in self.rules.residents:
            await self._deliver(user, raw, "Sent")

    async def receive(self, sender: str, recipient: str, raw: bytes, proven: str) -> bool:
        """Stamp and store one mail for a local address; False when nobody lives there."""
        resident = self.rules.resident(recipient)
        if resident is None:
            return False
        self._count += 1
        handed = Handed(
            sender=sender,
            recipient=recipient,
            helo=proven or sender.rpartition("@")[2],
            proven=proven,
            when=self._clock(),
            number=f"{self._count:08X}",
        )
        await self._deliver(resident, self.stamp.put(raw, handed), "INBOX")
        return True

    async def _pass(self, envelope: Envelope, raw: bytes, user: str | None, helo: str) -> None:
        sender = envelope.mail_from or ""
        proven = (user or "").rpartition("@")[2]
        for recipient in envelope.rcpt_tos:
            if self.rules.local(recipient):
                await self.receive(sender, recipient, raw, proven)
                continue
            mail = HandedIn(sender, recipient, raw)
            self.outgoing.append(mail)
            if sender and recipient.lower().rpartition("@")[2] in self.rules.undeliverable:
                report = bounce_report(mail, self.stamp.authserv, self._clock())
                await self.receive("", sender, report, self.stamp.authserv)
