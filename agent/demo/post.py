"""A whole mail provider in this process: IMAP and SMTP on loopback, mailboxes in memory.

For the demo and for quick tests; the daemon never imports it and cannot tell it from any other
provider. It runs an event loop in a thread of its own, so blocking clients may talk to it from
the same process.

    with PostOffice({"support@acme.example": "secret"}) as post:
        account = Account.parse(post.imap_url("support@acme.example"), secret="secret")
        post.deliver("support@acme.example", raw)
        [mail] = post.wait("support@acme.example", 1)
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from deskless.agent.demo.post_bounce import HandedIn
from deskless.agent.demo.post_imap import Cabinet
from deskless.agent.demo.post_smtp import PlannedFault, PostRules, SmtpDesk
from deskless.agent.demo.post_stamp import Stamp, author_domain

Value = TypeVar("Value")
HOST = "127.0.0.1"
READY = 10.0
"""Seconds after which something must be wrong with the machine."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How an office deals with what comes and goes.

    `outsiders`: address → password of people who may send through this office from a domain
    elsewhere and have no mailbox here; handing mail in by login is how they prove their domain.
    `aliases`: address → user's address. `dmarc`: domains beside the users' own that publish
    DMARC. `undeliverable`: outside domains from which a bounce comes back. `keep_sent`: file a
    copy of what users send in their Sent folder, as Gmail does. `below`: the verdict stands below
    the office's own Received, where a sender could have written it.
    """

    outsiders: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    dmarc: frozenset[str] = frozenset()
    undeliverable: frozenset[str] = frozenset()
    keep_sent: bool = False
    below: bool = False


PLAIN = Habits()


class PostOffice:
    """Mailboxes by address (address → password; several domains are fine), servers on free ports.

    `authserv` is the provider's name, under which it stamps its verdicts; `clock` gives seconds
    since 1970, for the demo's moving time.
    """

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        authserv: str = "mx.post.example",
        habits: Habits = PLAIN,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not users:
            raise ValueError("a post office needs at least one user")
        residents = {address.lower(): secret for address, secret in users.items()}
        logins = {address.lower(): secret for address, secret in habits.outsiders.items()}
        own = {address.rpartition("@")[2] for address in residents}
        self.authserv = authserv
        self.users = residents
        self.imap_port = 0
        self.smtp_port = 0
        self._clock = clock
        self._cabinet = Cabinet(residents)
        self._desk = SmtpDesk(
            PostRules(
                passwords={**logins, **residents},
                residents=frozenset(residents),
                aliases={key.lower(): name.lower() for key, name in habits.aliases.items()},
                undeliverable=habits.undeliverable,
                keep_sent=habits.keep_sent,
            ),
            Stamp(authserv, frozenset({*own, *habits.dmarc}), habits.below),
            self._store,
            clock,
        )
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._arrived = threading.Condition()
        self._smtp: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, imap_port: int = 0, smtp_port: int = 0) -> None:
        """Open both servers; port 0 takes a free one, told in `imap_port` and `smtp_port`."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="post", daemon=True)
        self._thread.start()
        self._do(self._open(imap_port, smtp_port))

    def stop(self) -> None:
        """Close both servers and the thread. Mailboxes are gone then."""
        if self._thread is None:
            return
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(READY)
        self._loop.close()
        self._thread = None

    def imap_url(self, user: str) -> str:
        """The URL that an account on this office has, for `Account.parse`."""
        return f"imap://{quote(user, safe='')}@{HOST}:{self.imap_port}/?plain=1"

    def smtp_url(self, user: str) -> str:
        """The URL for sending as this user."""
        return f"smtp://{quote(user, safe='')}@{HOST}:{self.smtp_port}/?plain=1"

    def deliver(
        self, to: str, raw: bytes, *, sender: str | None = None, forged: bool = False
    ) -> None:
        """A mail comes in from outside for `to`, stamped on arrival.

        It counts as handed in by the domain of its From, so it passes where that domain publishes
        DMARC, unless it is `forged`. `sender` is the envelope's; left out, the From's domain.
        Raises LookupError when nobody here has that address.
        """
        domain = author_domain(raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]) or ""
        envelope = sender if sender is not None else f"sender@{domain or 'unknown.example'}"
        proven = "" if forged else domain
        if not self._do(self._desk.receive(envelope, to, raw, proven)):
            raise LookupError(f"nobody here has the address {to}")

    def put(self, user: str, raw: bytes, folder: str = "INBOX", flags: Iterable[str] = ()) -> None:
        """Lay a mail into a folder just as it is, without any stamp."""
        self._do(self._store(user.lower(), raw, folder, flags))

    def mailbox(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail in a folder, oldest first."""
        return self._do(self._cabinet.read(self._owner(address), folder))

    def wait(
        self, address: str, count: int, folder: str = "INBOX", seconds: float = READY
    ) -> list[bytes]:
        """The folder's mails as soon as there are `count`; TimeoutError when they don't come."""
        end = time.monotonic() + seconds
        with self._arrived:
            while True:
                mails = self.mailbox(address, folder)
                if len(mails) >= count:
                    return mails
                if not self._arrived.wait(end - time.monotonic()):
                    raise TimeoutError(f"{address} has {len(mails)} of {count} mails in {folder}")

    def fail(self, recipient: str, reply: str, *, times: int = 1, step: str = "rcpt") -> None:
        """Answer `reply` ("451 4.7.1 try later") for this recipient, that many times.

        `step`: rcpt, data (the mail is not taken) or stored (it is, and the answer lies).
        """
        if step not in ("rcpt", "data", "stored"):
            raise ValueError(f"no such step: {step}")
        self._desk.rules.faults[recipient.lower()] = PlannedFault(reply, times, step)

    def bounce_from(self, *domains: str) -> None:
        """From now on mail to these outside domains comes back."""
        rules = self._desk.rules
        self._desk.rules = replace(rules, undeliverable=rules.undeliverable | set(domains))

    @property
    def outgoing(self) -> tuple[HandedIn, ...]:
        """What was sent to other domains so far, in order."""
        return tuple(self._desk.outgoing)

    def empty(self, address: str, folder: str = "INBOX") -> None:
        """Somebody deletes everything in a folder."""
        self._do(self._cabinet.empty(self._owner(address), folder))

    def hang_up(self) -> None:
        """Cut every IMAP connection, as a server that restarts does."""
        self._loop.call_soon_threadsafe(self._cabinet.hang_up)

    def _owner(self, address: str) -> str:
        owner = self._desk.rules.resident(address)
        if owner is None:
            raise LookupError(f"nobody here has the address {address}")
        return owner

    def _do(self, work: Coroutine[Any, Any, Value]) -> Value:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(READY)

    async def _store(
        self, user: str, raw: bytes, folder: str, flags: Iterable[str] | None = None
    ) -> None:
        marks = flags if flags is not None else ["\\Seen"] if folder == "Sent" else []
        await self._cabinet.create(user, folder)
        await self._cabinet.store(user, folder, raw, self._clock(), marks)
        await asyncio.to_thread(self._announce)

    def _announce(self) -> None:
        with self._arrived:
            self._arrived.notify_all()

    async def _open(self, imap_port: int, smtp_port: int) -> None:
        await self._cabinet.start(HOST, imap_port)
        self.imap_port = self._cabinet.port
        self._smtp = await self._loop.create_server(self._desk.server, HOST, smtp_port)
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        await self._cabinet.stop()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_default_executor()
