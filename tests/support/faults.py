"""Acme behind a bad network: a proxy before each server, short patience, the story's own clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import harness
from harness import Clock, Company
from proxy import Proxy

from deskless.agent.demo.post import Habits, PostOffice

PEOPLE = ("support", "tom", "ana", "ben", "cleo", "maya")
TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"
ROUTINE = "Hi, how do I change the language of my invoices?"
SHORT = 0.5
"""Seconds that a company in a hurry waits for a server."""
ALONE = "[stakeholders]\nsev1 = []\nsev2 = []\nsev3 = []\nsev4 = []\n"
"""For `deskless.toml`: a case tells nobody beside whoever acts, so that its brief is one letter."""


class Through:
    """A post office as it is seen through two proxies."""

    def __init__(self, post: PostOffice, imap: Proxy, smtp: Proxy) -> None:
        self.authserv = post.authserv
        self._ports = imap.port, smtp.port

    def imap_url(self, user: str) -> str:
        return f"imap://{quote(user, safe='')}@127.0.0.1:{self._ports[0]}/?plain=1"

    def smtp_url(self, user: str) -> str:
        return f"smtp://{quote(user, safe='')}@127.0.0.1:{self._ports[1]}/?plain=1"


class Remote:
    """A post office that lives in a process of its own, so that its memory is not ours."""

    def __init__(self, users: dict[str, str], habits: Habits) -> None:
        self.now = 0.0
        self.post = PostOffice(users, habits=habits, clock=lambda: self.now)
        self.post.start()

    def ports(self) -> tuple[int, int, str]:
        return self.post.imap_port, self.post.smtp_port, self.post.authserv

    def call(self, now: float, name: str, *given: Any, **more: Any) -> Any:
        self.now = now
        return getattr(self.post, name)(*given, **more)


class Manager(BaseManager):
    """Starts the process."""


Manager.register("Remote", Remote)


class Apart:
    """What a test sees of a remote post office: the same methods."""

    def __init__(self, clock: Clock, users: dict[str, str], habits: Habits) -> None:
        self._manager = Manager()
        self._manager.start()
        self._remote = self._manager.Remote(users, habits)  # type: ignore[attr-defined]
        self._clock = clock
        self.imap_port, self.smtp_port, self.authserv = self._remote.ports()

    def __enter__(self) -> "Apart":
        return self

    def __exit__(self, *_: object) -> None:
        self._manager.shutdown()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._remote.call, self._clock.at.timestamp(), name)


class Shaken(Company):
    """A company whose lines to its servers can be disturbed."""

    imap: Proxy
    smtp: Proxy

    def hurry(self) -> None:
        """From now on no server is waited for long."""
        for reader in self.agent.readers.values():
            reader._timeout = reader._patience = SHORT
            reader._client = None
        for courier in self.agent.couriers.values():
            courier._timeout = courier._patience = SHORT

    def writes_in(self, text: str = TROUBLE, **more: str) -> str:
        """A customer's mail arrives; the agent does not look yet."""
        sender = more.pop("sender", "Vera Lind <vera@northwind.example>")
        subject = more.pop("subject", "Invoice 4411")
        raw, message_id = self._mail(sender, harness.INBOX, subject, text, **more)
        self.post.deliver(harness.INBOX, raw)
        return message_id

    def later(self, **span: float) -> None:
        """Time goes by without a turn."""
        self.clock.at += timedelta(**span)

    def doubled(self) -> int:
        """How many letters lie in somebody's mailbox twice."""
        count = 0
        for who in PEOPLE[1:]:
            ids = [str(mail.message["Message-ID"]) for mail in self.mails(who)]
            count += len(ids) - len(set(ids))
        return count

    @property
    def troubles(self) -> set[str]:
        """What does not work now."""
        return set(self.agent.turn.health.troubles)


@contextmanager
def shaken(
    folder: Path, *, keep_sent: bool = True, apart: bool = False, **more: Any
) -> Iterator[Shaken]:
    """Acme, on Monday morning, behind two proxies that pass everything until told otherwise.

    With `apart` its post office runs in a process of its own.
    """
    clock = Clock(harness.MONDAY)
    habits = Habits(
        aliases={harness.AGENT: harness.INBOX},
        dmarc=frozenset({"northwind.example"}),
        keep_sent=keep_sent,
    )
    users = {f"{name}@acme.example": "secret" for name in PEOPLE}
    office: Any = (
        Apart(clock, users, habits)
        if apart
        else PostOffice(users, habits=habits, clock=lambda: clock.at.timestamp())
    )
    with (
        office as post,
        Proxy("127.0.0.1", post.imap_port) as imap,
        Proxy("127.0.0.1", post.smtp_port) as smtp,
    ):
        harness.write_folder(folder, Through(post, imap, smtp), **more)  # type: ignore[arg-type]
        made = Shaken(folder, post, clock=clock)
        made.imap, made.smtp = imap, smtp
        try:
            made.turn()
            yield made
        finally:
            imap.passing()
            smtp.passing()
            made.stop()
            made.runner.close()
