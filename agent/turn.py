"""One turn: read → understand → decide → commit → send.

One transaction holds a batch's entries, cases, letters and the mailbox cursor; SMTP comes after
the commit. A crash anywhere leaves either the mail unread or its consequences whole. Here stands
the one catch-all of the project, at the border of a single mail: what cannot be handled is tried
three times, then set aside with its bytes, and the loop lives on.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from sqlmodel import Session

from deskless.agent import intake, journal
from deskless.agent.dispatch import Dispatch
from deskless.agent.health import Health
from deskless.agent.judging import judge_due
from deskless.agent.office import Office
from deskless.agent.ports import Reader
from deskless.agent.timers import Timers
from deskless.mailbox.imap import Arrival, Batch, Cursor
from deskless.mailbox.trouble import LoginRefused, Missing, Unreachable
from deskless.store import cursor as cursors
from deskless.store import entries, quarantine
from deskless.store.fault import serious
from deskless.store.quarantine import Aside

TRIES = 3
"""How often a mail that cannot be handled is tried before it is set aside."""
BATCHES = 20
"""Batches of a folder in one turn; the rest waits, so that clocks are never starved."""


@dataclass(slots=True)
class Tally:
    """What a turn did."""

    read: int = 0
    judged: int = 0
    sent: int = 0
    aside: int = 0
    more: bool = False
    became: dict[str, int] = field(default_factory=dict)

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        kinds = {*self.became, *other.became}
        return Tally(
            self.read + other.read, self.judged + other.judged, self.sent + other.sent,
            self.aside + other.aside, other.more,
            {kind: self.became.get(kind, 0) + other.became.get(kind, 0) for kind in kinds},
        )  # fmt: skip


@dataclass(slots=True)
class Turn:
    """Everything one turn needs; `inboxes` maps a name to a mailbox to be read."""

    office: Office
    inboxes: dict[str, Reader]
    dispatch: Dispatch
    timers: Timers
    health: Health
    backfill: bool = False
    sending: bool = True

    async def run(self) -> Tally:
        """One turn. Trouble on one route never keeps the others from working."""
        tally = Tally()
        for name, reader in self.inboxes.items():
            self._read(name, reader, tally)
        tally.judged = await judge_due(self.office)
        if not self.backfill:
            self.timers.run(self.health)
            tally.sent = await self.dispatch.run() if self.sending else 0
        return tally

    def _read(self, name: str, reader: Reader, tally: Tally) -> None:
        now = self.office.clock.now()
        try:
            for folder in self.folders(reader):
                self._folder(name, folder, reader, tally)
        except LoginRefused as trouble:
            self.health.bad("imap login", str(trouble), now)
        except Unreachable as trouble:
            self.health.bad("imap", str(trouble), now)
        else:
            self.health.good("imap", now)

    def folders(self, reader: Reader) -> list[str]:
        """The folders to read: the configured ones, and Sent (it tells what customers heard)."""
        configured = list(self.office.config.inbox.folders)
        sent = self.office.config.inbox.sent or reader.folders().get("sent", "")
        return [*configured, *([sent] if sent and sent not in configured else [])]

    def _folder(self, name: str, folder: str, reader: Reader, tally: Tally) -> None:
        key = f"{name}/{folder}"
        cursor = self._cursor(key, folder, reader)
        for _ in range(BATCHES):
            try:
                batch = reader.fetch(cursor)
            except Missing:
                return
            self.office.step("fetched")
            self._batch(key, batch, tally)
            cursor = batch.cursor
            if not batch.more:
                return
        tally.more = True

    def _cursor(self, key: str, folder: str, reader: Reader) -> Cursor:
        with self.office.store.transaction() as session:
            kept = cursors.get(session, key)
            if kept is not None:
                return Cursor(folder, kept.uidvalidity, kept.uid)
            first = reader.baseline(folder)
            if self.backfill:
                first = Cursor(folder, first.uidvalidity, 0)
            cursors.put(session, cursors.Cursor(key, first.uidvalidity, first.uid))
            return first

    def _batch(self, key: str, batch: Batch, tally: Tally) -> None:
        """Commit a batch as one; a mail that fails costs only itself."""
        failed: list[tuple[Arrival, str]] = []
        with self.office.store.transaction() as session:
            for arrival in batch.arrivals:
                why = self._mail(session, arrival, tally)
                if why:
                    failed.append((arrival, why))
            self._lost(session, batch)
            # Not past a mail that failed: a crash now must find it again.
            last = min((one.uid - 1 for one, _ in failed), default=batch.cursor.uid)
            self.office.step("before commit")
            cursors.put(session, cursors.Cursor(key, batch.cursor.uidvalidity, last))
        self.office.step("after commit")
        if failed:
            self._again(key, batch, failed, tally)

    def _mail(self, session: Session, arrival: Arrival, tally: Tally) -> str:
        """One mail in a savepoint; returns what went wrong, or nothing."""
        try:
            with session.begin_nested():
                became = intake.take(self.office, session, arrival, silent=self.backfill)
        except Exception as error:
            if serious(error):
                raise
            self.office.log.warning("mail failed", uid=arrival.uid, error=type(error).__name__)
            return f"{type(error).__name__}: {error}"[:500]
        tally.read += became != "known"
        tally.became[became] = tally.became.get(became, 0) + 1
        return ""

    def _again(
        self, key: str, batch: Batch, failed: list[tuple[Arrival, str]], tally: Tally
    ) -> None:
        """Try each failed mail again, by itself, until it works or is set aside."""
        for arrival, first in failed:
            why = first
            for _ in range(TRIES):
                with self.office.store.transaction() as session:
                    tries = quarantine.tries(session, sha256(arrival.raw).hexdigest())
                if tries >= TRIES:
                    break
                with self.office.store.transaction() as session:
                    why = self._mail(session, arrival, tally)
                if not why:
                    break
            if why:
                self._set_aside(arrival, why)
                tally.aside += 1
        with self.office.store.transaction() as session:
            last = cursors.Cursor(key, batch.cursor.uidvalidity, batch.cursor.uid)
            cursors.put(session, last)

    def _set_aside(self, arrival: Arrival, why: str) -> None:
        digest = sha256(arrival.raw).hexdigest()
        now = self.office.clock.now()
        with self.office.store.transaction() as session:
            quarantine.put(
                session, Aside(digest, arrival.raw, arrival.folder, arrival.uid, why, now)
            )
            note = journal.Note(
                kind="quarantined", at=now, cause=f"mail:{digest}", data={"uid": arrival.uid},
                private={"why": why},
            )  # fmt: skip
            entries.append(session, [journal.note(note)])

    def _lost(self, session: Session, batch: Batch) -> None:
        """What a person removed before it was read, and a folder that began anew, are told."""
        now = self.office.clock.now()
        notes = []
        if batch.reset:
            notes.append(journal.Note(kind="rescanned", at=now))
        if batch.gone:
            uids = sorted(batch.gone)[:50]
            notes.append(journal.Note(kind="gone", at=now, data={"uids": uids}))
        if batch.refused:
            uids = sorted(batch.refused)[:50]
            notes.append(journal.Note(kind="unread", at=now, data={"uids": uids}))
        entries.append(session, [journal.note(one) for one in notes])
