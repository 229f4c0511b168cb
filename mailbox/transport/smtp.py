"""Handing one mail to an SMTP server, and knowing afterwards what became of it.

aiosmtplib's own send() raises one and the same error whether the connection broke before or
after the server had the mail, so the steps are taken one by one here. Until the final dot is
written nothing was sent, and any failure is `Temporary` (or `Permanent`, if the server said so);
from then until the reply arrives it is `Uncertain`. Nobody gets a mail of which another recipient
was refused: it is all of them or none, so a second try never doubles the first.
"""

import asyncio
import contextlib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import aiosmtplib
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import (
    LoginRefused,
    Permanent,
    Temporary,
    Uncertain,
    say_lost,
    say_untrusted,
)
from deskless.mailbox.transport.login import login_smtp

ID = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
SES = re.compile(r"\bOk ([0-9a-f]{16}-[0-9a-f-]{30,50})\b")
SES_HOST = re.compile(r"email-smtp\.([a-z0-9-]+)\.amazonaws\.com$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SmtpReceipt:
    """The server's last word. `effective_id` is the Message-ID under which the mail travels on,
    without angle brackets, where the server tells that it gave one of its own; else None.
    """

    reply: str
    effective_id: str | None = None


def effective_id(reply: str, host: str) -> str | None:
    """The Message-ID that the server says it gave the mail, without angle brackets.

    Microsoft 365 answers `2.0.0 OK <id@….outlook.com> [Hostname=…]`, Amazon SES `Ok id`, of which
    the header's id is made with the region's domain. Others name a queue entry, which is no id.
    """
    match = ID.search(reply)
    if match:
        return match[1]
    region, bare = SES_HOST.search(host), SES.search(reply)
    if region and bare:
        place = "email" if region[1].lower() == "us-east-1" else region[1].lower()
        return f"{bare[1]}@{place}.amazonses.com"
    return None


def verdict(code: int, text: str, recipients: tuple[str, ...]) -> Temporary | Permanent:
    """RFC 5321 §4.2.1: 5yz is for ever, 4yz for now; anything else is no reply at all."""
    if 500 <= code < 600:
        return Permanent(code, text, recipients)
    return Temporary(code if 400 <= code < 500 else None, text)


def worst(refusals: Sequence[aiosmtplib.SMTPRecipientRefused]) -> Temporary | Permanent:
    """One address that will never do decides for the whole mail."""
    final = [no for no in refusals if no.code >= 500]
    if final:
        return Permanent(final[0].code, final[0].message, tuple(no.recipient for no in final))
    return Temporary(refusals[0].code, refusals[0].message)


__all__ = [
    "Courier",
    "LoginRefused",
    "Permanent",
    "SmtpReceipt",
    "Temporary",
    "Uncertain",
    "effective_id",
]

STALE = 100.0
"""Seconds after which an open connection is not trusted any more; many servers cut at 120."""
PLAIN = re.compile(r"[^\s<>@,;:\"\\\x00-\x1f\x7f]+@[^\s<>@,;:\"\\\x00-\x1f\x7f]+")


class Courier:
    """Sends mails one after the other over one connection, opened when needed.

    `timeout` (seconds) bounds connecting, every write and every reply; `patience` the reply to
    the final dot, for which RFC 5321 §4.5.3.2.6 asks ten minutes because a server may scan the
    mail first. `hook` is called with the name of each step before it is taken: connect, mail,
    rcpt, data, dot; and reply, when the dot is written and the answer awaited.
    """

    def __init__(
        self,
        account: MailAccount,
        *,
        timeout: float = 30.0,
        patience: float | None = None,
        hook: Callable[[str], None] | None = None,
    ) -> None:
        self.account = account
        self._timeout = timeout
        self._patience = patience if patience is not None else timeout * 10
        self._hook = hook
        self._client: aiosmtplib.SMTP | None = None
        self._used = 0.0
        self._lock = asyncio.Lock()

    async def open(self) -> frozenset[str]:
        """Connect and log in, if that is not done; the server's extensions, in lower case.

        Raises Temporary when the server cannot be had, and LoginRefused.
        """
        async with self._lock:
            return frozenset((await self._ready()).esmtp_extensions)

    async def send(self, envelope_from: str, to: Sequence[str], raw: bytes) -> SmtpReceipt:
        """Send the bytes as they are (only line ends are made CRLF) to all of `to`, or to none.

        An empty `envelope_from` is the null sender, to which nothing is ever returned. Raises
        Temporary, Permanent, Uncertain or LoginRefused as this module's text tells, and
        ValueError for an address that is not plain: the library would send to what it makes of it.
        """
        for address in (*to, envelope_from) if envelope_from else to:
            if not PLAIN.fullmatch(address):
                raise ValueError(f"not a plain address: {address!r}")
        if not to:
            raise ValueError("a mail without recipients cannot be sent")
        async with self._lock:
            client = await self._ready()
            finished = False
            try:
                with self._failing():
                    await self._envelope(client, envelope_from, to, raw)
                    await self._body(client, raw)
                receipt = await self._reply(client, to)
                finished = True
            except (Temporary, Permanent) as refused:
                # A clean refusal leaves the connection usable; 421 and silence do not.
                finished = refused.code is not None and refused.code != 421
                raise
            finally:
                if not finished:
                    self._drop()
            return receipt

    async def close(self) -> None:
        """Say QUIT and hang up; a server that does not answer is left alone."""
        async with self._lock:
            client = self._client
            if client is not None:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await client.quit(timeout=2)
            self._drop()

    def _step(self, name: str) -> None:
        if self._hook is not None:
            self._hook(name)

    async def _ready(self) -> aiosmtplib.SMTP:
        """A connection on which a new mail may begin."""
        client = self._client
        if client is not None:
            if time.monotonic() - self._used < STALE and await self._clean(client):
                return client
            self._drop()
        return await self._connect()

    async def _clean(self, client: aiosmtplib.SMTP) -> bool:
        """RSET forgets a half-done mail and proves that somebody still listens."""
        if not client.is_connected:
            return False
        try:
            await client.rset(timeout=self._timeout)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _connect(self) -> aiosmtplib.SMTP:
        self._step("connect")
        account = self.account
        client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.tls == "tls",
            start_tls=account.tls == "starttls",
            tls_context=account.context() if account.tls != "none" else None,
            timeout=self._timeout,
            # The library's default asks the name server for our name, which may take seconds.
            local_hostname=account.user.rpartition("@")[2] or "localhost",
        )
        try:
            with self._failing(connecting=True):
                await client.connect()
            with self._failing():
                await client.ehlo()
                await login_smtp(client, account)
        except BaseException:
            client.close()
            raise
        if client.transport is not None:
            # With no buffer of our own, "written" means that the kernel has the bytes. Not 0: at
            # that mark asyncio's TLS pauses even when empty, and the second mail waits for ever.
            cast("asyncio.WriteTransport", client.transport).set_write_buffer_limits(high=1, low=0)
        self._client = client
        self._used = time.monotonic()
        return client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextlib.contextmanager
    def _failing(self, *, connecting: bool = False) -> Iterator[None]:
        """Before the dot every failure of the line means: not sent, try again later."""
        where = f"{self.account.host}:{self.account.port}"
        try:
            yield
        except aiosmtplib.SMTPResponseException as refused:
            if connecting and not 200 <= refused.code < 600:
                # No reply at all: something else than a mail server speaks first on this port.
                sentence, cure = say_lost(where, refused)
                raise Temporary(None, sentence, cure=cure) from None
            raise verdict(refused.code, refused.message, ()) from None
        except ssl.SSLCertVerificationError as wrong:
            raise self._untrusted(wrong) from wrong
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as lost:
            cause = lost.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise self._untrusted(cause) from lost
            if connecting:
                sentence, cure = say_lost(where, lost)
                raise Temporary(None, sentence, cure=cure) from lost
            raise Temporary(None, f"{where}: {lost}") from lost

    def _untrusted(self, wrong: ssl.SSLCertVerificationError) -> Temporary:
        sentence, cure = say_untrusted(self.account.host, wrong)
        return Temporary(None, sentence, cure=cure)

    async def _envelope(
        self, client: aiosmtplib.SMTP, sender: str, to: Sequence[str], raw: bytes
    ) -> None:
        options = [f"SIZE={len(raw)}"] if client.supports_extension("size") else []
        if not raw.isascii() and client.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        encoding = "ascii"
        if not all(address.isascii() for address in (sender, *to)):
            if not client.supports_extension("smtputf8"):
                raise Permanent(None, "this server takes only ASCII addresses", tuple(to))
            options.append("SMTPUTF8")
            encoding = "utf-8"
        self._step("mail")
        try:
            await client.mail(sender, options=options, encoding=encoding)
        except aiosmtplib.SMTPSenderRefused as refused:
            raise verdict(refused.code, refused.message, tuple(to)) from None
        refusals: list[aiosmtplib.SMTPRecipientRefused] = []
        for recipient in to:
            self._step("rcpt")
            try:
                await client.rcpt(recipient, encoding=encoding)
            except aiosmtplib.SMTPRecipientRefused as no:
                refusals.append(no)
        if refusals:
            raise worst(refusals)

    async def _body(self, client: aiosmtplib.SMTP, raw: bytes) -> None:
        """DATA and the mail, but not yet the dot that makes it theirs."""
        self._step("data")
        reply = await client.execute_command(b"DATA")
        if reply.code != 354:
            raise aiosmtplib.SMTPDataError(reply.code, reply.message)
        protocol = client.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("the connection was lost")
        # From here on an answer may come at any time: a server may break off in mid-mail.
        protocol._response_pending = True
        protocol.write(PERIOD_REGEX.sub(b"..", normalize_message_line_endings(raw)))
        await asyncio.wait_for(protocol._drain_helper(), self._patience)
        self._step("dot")

    async def _reply(self, client: aiosmtplib.SMTP, to: Sequence[str]) -> SmtpReceipt:
        """The dot, and the answer to it."""
        protocol = client.protocol
        if protocol is None:
            raise Temporary(None, f"{self.account.host}: the connection was lost before the dot")
        try:
            protocol.write(b".\r\n")
        except aiosmtplib.SMTPServerDisconnected as lost:
            raise Temporary(None, f"{self.account.host}: {lost} before the dot") from lost
        if protocol.transport is None or protocol.transport.is_closing():
            # The kernel refused the bytes, so the dot never left this machine.
            raise Temporary(None, f"{self.account.host}: the connection was lost before the dot")
        self._step("reply")
        try:
            reply = await protocol.read_response(timeout=self._patience)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as lost:
            raise Uncertain(
                f"{self.account.host} did not answer after the whole mail was sent: {lost}"
            ) from lost
        self._used = time.monotonic()
        if 200 <= reply.code < 300:
            return SmtpReceipt(
                f"{reply.code} {reply.message}", effective_id(reply.message, self.account.host)
            )
        if 400 <= reply.code < 600:
            raise verdict(reply.code, reply.message, tuple(to))
        raise Uncertain(f"{self.account.host} answered what means nothing: {reply.code}")
