"""Turn after turn, until somebody says stop.

Mail wakes the loop at once; the regular mails are jobs of the scheduler, and a job only says which
of them to look at in the next turn: what is owed is derived from the store. SIGTERM and SIGINT end
the loop after the turn that is running, SIGHUP reads policies, matrix and accounts again: a good
set is swapped in whole, a bad one is told once and the last good one stays.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import schedule

from deskless.agent.daemon.alarm import Alarm
from deskless.agent.daemon.assemble import Agent
from deskless.agent.daemon.reload import reload
from deskless.agent.daemon.turn import TurnTally
from deskless.agent.operations.heartbeat import write_heartbeat
from deskless.agent.reports.board import keep_board
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.transport.backoff import Backoff
from deskless.mailbox.transport.errors import Trouble
from deskless.store.engine.errors import AlreadyRunning, StoreError, StoreMoved
from deskless.store.engine.lock import Lock

POLL = 60.0
"""Seconds after which the inbox is looked at whatever IDLE says."""
BUSY = 5.0
"""Seconds between turns when something is overdue and yet a turn could do nothing about it."""


@dataclass(slots=True)
class Daemon:
    """The loop. `notify` tells systemd how we are; `seen` hears of every turn.

    `lock` is what makes us the one daemon of this store; `run` raises AlreadyRunning when it was
    lost and another daemon has it now.
    """

    agent: Agent
    notify: Callable[[str], None]
    seen: Callable[[TurnTally], None] = lambda _: None
    lock: Lock | None = None
    backoff: Backoff = field(default_factory=Backoff)
    clock: schedule.Scheduler = field(default_factory=schedule.Scheduler)
    alarm: Alarm = field(init=False)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    owed: set[str] = field(default_factory=set)
    """The rounds to look at in the next turn."""
    _hup: bool = False

    def __post_init__(self) -> None:
        turn = self.agent.turn
        self.alarm = Alarm(self.agent.office, self.agent.couriers, turn.health)

    async def run(self) -> None:
        """Until a signal ends it. The store's lock is held all the while."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        self.plan()
        self.notify("READY=1")
        try:
            while not self._stop.is_set():
                await self._once()
        finally:
            self.notify("STOPPING=1")
            await self.agent.close()

    def plan(self) -> None:
        """Give every round its job, and look at all of them now: some may be owed since long.

        Done again when the clock went back, because jobs planned under the wrong time would wait
        for it to come again.
        """
        self.clock.clear()
        for each in self.agent.turn.timers.rounds:
            self.owed.add(each.name)
            job = each.plan(self.agent.office, self.clock)
            if job is not None:
                job.do(self.owed.add, each.name)

    def stop(self) -> None:
        """End after this turn."""
        self._stop.set()
        self.agent.inbox.wake()

    async def _once(self) -> None:
        health = self.agent.turn.health
        try:
            self._lead()
            if self._hup:
                reload(self.agent)
                self._hup = False
            self.clock.run_pending()
            tally = await self.agent.turn.run(frozenset(self.owed))
            if not tally.more:
                keep_board(self.agent.office)
        except AlreadyRunning:
            raise
        except StoreError as fault:
            # Nothing is read or sent without a record; what was begun is undone and kept whole.
            self.agent.office.log.error("store", said=str(fault))
            moved = isinstance(fault, StoreMoved)
            health.bad("store", str(fault), self.agent.office.clock.now(), urgent=moved)
            self.notify(f"STATUS={fault}"[:200])
            await self.alarm.ring()
            await self._pause(self.backoff.next())
            return
        # A round that failed is looked at again in the next turn.
        self.owed -= tally.looked
        if tally.back:
            self.plan()
        self.seen(tally)
        self._beat()
        if tally.more:
            return
        idle = not (tally.read or tally.judged or tally.sent)
        if any(name.startswith("imap") for name in health.troubles):
            # Deadlines and letters go on while the inbox cannot be read.
            seconds = self._seconds(self.agent.office.clock.now(), idle=idle)
            await self._pause(min(self.backoff.next(), seconds))
            return
        self.backoff.reset()
        await self._wait(idle=idle)

    def _lead(self) -> None:
        """Act only as the one daemon, and on the file that is the store.

        PostgreSQL's lock is lost with its connection. It is taken again before anything is read or
        sent. Raises AlreadyRunning when somebody else was faster, StoreGone while the server is
        away, StoreMoved when the store's file was deleted or replaced under us.
        """
        self.agent.office.store.check_place()
        if self.lock is not None and not self.lock.held():
            self.agent.office.log.warning("lock", said="lost with its connection; taken again")
            self.lock = self.agent.office.store.lock()

    async def _wait(self, *, idle: bool) -> None:
        """Sleep until mail comes, something is due, or the poll is over."""
        seconds = self._seconds(self.agent.office.clock.now(), idle=idle)
        inbox, folder = self.agent.inbox, self.agent.config.inbox.folders[0]
        try:
            await asyncio.to_thread(inbox.wait, folder, seconds)
        except (Trouble, SecretMissing) as trouble:
            self.agent.office.log.warning("idle", said=str(trouble))
            await self._pause(self.backoff.next())

    def _seconds(self, now: datetime, *, idle: bool) -> float:
        due, job = self.agent.turn.timers.next(), self.clock.idle_seconds
        left = ((due - now) if due else timedelta(seconds=POLL)).total_seconds()
        left = left if job is None else min(left, job)
        return min(BUSY if idle and left <= 0 else max(left, 0.2), POLL)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return

    def _beat(self) -> None:
        """Write down how we are; tell systemd we live only while the inbox can be read."""
        if write_heartbeat(self.agent.office, self.agent.turn.health):
            self.notify("WATCHDOG=1")

    def _reload_soon(self) -> None:
        self._hup = True
        self.agent.inbox.wake()
