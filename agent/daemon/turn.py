"""One turn: read → understand → decide → commit → send.

One transaction holds a batch's entries, cases, letters and the mailbox cursor; SMTP comes after
the commit. A crash anywhere leaves either the mail unread or its consequences whole. A mail that
fails ends at its border (`operations/border`) and goes to the quarantine; the loop lives on.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from deskless.agent.daemon import clock_jump
from deskless.agent.daemon.proposals import ask_about_replies
from deskless.agent.daemon.quarantine import Attempts, Failed
from deskless.agent.daemon.timers import Timers
from deskless.agent.inbound import intake
from deskless.agent.judging.judge_queue import MANY, judge_due, model_trouble
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.event_fields import OfficeEvent
from deskless.agent.office.office import Office
from deskless.agent.office.ports import Reader
from deskless.agent.operations.alerts import Bell
from deskless.agent.operations.border import border
from deskless.agent.operations.health import Ending, Health
from deskless.agent.operations.routes import LOGIN, Resting
from deskless.agent.outbound.dispatch import Dispatch
from deskless.agent.reports import losses
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.imap.batch import UidSpan, spans_behind
from deskless.mailbox.imap.inbox import Arrival, Batch, FolderCursor
from deskless.mailbox.transport.errors import LoginRefused, Missing, Trouble
from deskless.store import cursor as cursors
from deskless.store.engine.session import Session

BATCHES = 20
"""Batches of a folder in one turn; the rest waits, so that clocks are never starved."""


@dataclass(slots=True)
class TurnTally:
    """What a turn did."""

    read: int = 0
    judged: int = 0
    proposed: int = 0
    sent: int = 0
    quarantined: int = 0
    more: bool = False
    became: dict[str, int] = field(default_factory=dict)
    back: bool = False
    """Whether the clock went back since the last turn."""
    looked: set[str] = field(default_factory=set)
    """The rounds that were looked at."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Folders seen for the first time, and how many mails that lay there already stay unread."""

    def plus(self, other: "TurnTally") -> "TurnTally":
        """The sum of two turns: numbers added, `more` where either has more."""
        kinds = {*self.became, *other.became}
        return TurnTally(
            self.read + other.read, self.judged + other.judged,
            self.proposed + other.proposed, self.sent + other.sent,
            self.quarantined + other.quarantined, other.more,
            {kind: self.became.get(kind, 0) + other.became.get(kind, 0) for kind in kinds},
            self.back or other.back, self.looked | other.looked, self.skipped | other.skipped,
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
    bell: Bell | None = None
    attempts: Attempts = field(init=False)
    doors: Resting = field(default_factory=Resting)

    def __post_init__(self) -> None:
        self.attempts = Attempts(self.office)

    async def run(self, owed: Collection[str] | None = None) -> TurnTally:
        """One turn. Trouble on one route never keeps the others from working.

        `owed` names the rounds (`reports/rounds`) to look at; None: all there are.
        """
        tally = TurnTally()
        tally.back = clock_jump.watch_clock(self.office) is not None
        for name, reader in self.inboxes.items():
            self._read(name, reader, tally)
        tally.judged = await judge_due(self.office, border=self.border)
        if not self.backfill:
            tally.proposed = await ask_about_replies(self.office, border=self.border)
        tally.more = tally.more or tally.judged >= MANY
        self._listen(tally.judged)
        if not self.backfill:
            tally.looked = self.timers.run(self.health, self.border, owed)
            if self.sending and self.bell:
                with self.border("alerts"):
                    self.bell.ring()
            if self.sending:
                with self.border("sending"):
                    tally.sent = await self.dispatch.run()
        now = self.office.clock.now()
        self.health.good("store", now)
        self.health.calm(now)
        return tally

    def border(self, doing: str) -> AbstractContextManager[Ending]:
        """The border around work that is no mail: its failure is a trouble told to the founder."""
        return border(self.office, doing, self.health)

    def _listen(self, judged: int) -> None:
        """Whether judging works is a state like every other route's; the rules always do."""
        now, trouble_now = self.office.clock.now(), model_trouble(self.office)
        if trouble_now:
            self.health.bad("judge", trouble_now, now)
        elif judged or "judge" in self.health.troubles:
            self.health.good("judge", now)

    def _read(self, name: str, reader: Reader, tally: TurnTally) -> None:
        now = self.office.clock.now()
        route = "imap" if name == "inbox" else f"imap {name}"
        if self.doors.rests(route, now):
            return
        try:
            for folder in self.folders(reader):
                self._folder(name, folder, reader, tally)
        except (LoginRefused, SecretMissing) as trouble:
            told = str(trouble) if isinstance(trouble, SecretMissing) else trouble.with_cure()
            self.health.bad(f"{route} login", told, now)
            self.doors.failed(route, now, LOGIN)
        except Trouble as trouble:
            self.health.bad(route, trouble.with_cure(), now)
        else:
            self.doors.worked(route)
            self.health.good(route, now)

    def folders(self, reader: Reader) -> list[str]:
        """The folders to read: the configured ones, and Sent (it tells what customers heard)."""
        configured = list(self.office.config.inbox.folders)
        sent = self.office.config.inbox.sent or reader.folders().get("sent", "")
        return [*configured, *([sent] if sent and sent not in configured else [])]

    def _folder(self, name: str, folder: str, reader: Reader, tally: TurnTally) -> None:
        key = f"{name}/{folder}"
        try:
            cursor = self._cursor(key, folder, reader, tally)
            for _ in range(BATCHES):
                batch = reader.fetch(cursor)
                self.office.step("fetched")
                batch = replace(batch, missing=self._untold_gaps(key, batch))
                if _tells(batch, cursor):
                    self._batch(key, batch, tally)
                cursor = batch.cursor
                if not batch.more:
                    return
        except Missing:
            # A Sent folder may come and go; a folder that people named is missed.
            if folder in self.office.config.inbox.folders:
                raise
            return
        tally.more = True

    def _cursor(self, key: str, folder: str, reader: Reader, tally: TurnTally) -> FolderCursor:
        with self.office.store.reading() as session:
            cursor = cursors.get_cursor(session, key)
        if cursor is not None:
            return FolderCursor(folder, cursor.uidvalidity, cursor.uid)
        # The server is asked outside of any transaction: it may take its time.
        first = reader.baseline(folder)
        known = state_keys.GapTold(uidvalidity=first.uidvalidity, uid=first.uid)
        if self.backfill:
            first = FolderCursor(folder, first.uidvalidity, 0)
        elif first.uid and folder in self.office.config.inbox.folders:
            tally.skipped[folder] = reader.remaining(replace(first, uid=0))
        with self.office.store.transaction() as session:
            state_keys.GAP.put(session, known, key)
            cursors.put_cursor(session, cursors.Cursor(key, first.uidvalidity, first.uid))
            # What is older than this first look is history.
            now = self.office.clock.now().isoformat()
            look = state_keys.FirstLook(at=now, uidvalidity=first.uidvalidity)
            state_keys.BEGUN.once(session, look, key)
        return first

    def _batch(self, key: str, batch: Batch, tally: TurnTally) -> None:
        """Commit a batch as one; a mail that fails costs only itself."""

        def read(session: Session, arrival: Arrival) -> str:
            return self._mail(session, key, arrival, tally)

        careful = bool(batch.arrivals) and self.attempts.deaths(key)
        failed: list[Failed] = []
        if careful:
            failed = self.attempts.one_by_one(key, batch.arrivals, read)
        elif batch.arrivals:
            self.attempts.trying(key, batch.arrivals)
        with self.office.store.transaction() as session:
            for arrival in () if careful else batch.arrivals:
                why = read(session, arrival)
                failed += [Failed(arrival, why)] if why else []
            self._lost(session, key, batch)
            # Not past a mail that failed: a crash now must find it again.
            last = min((each.arrival.uid - 1 for each in failed), default=batch.cursor.uid)
            self.office.step("before commit")
            cursors.put_cursor(session, cursors.Cursor(key, batch.cursor.uidvalidity, last))
            self.attempts.done(session, key)
        self.office.step("after commit")
        if failed:
            self.attempts.again(failed, read)
            with self.office.store.transaction() as session:
                cursors.put_cursor(
                    session, cursors.Cursor(key, batch.cursor.uidvalidity, batch.cursor.uid)
                )
        tally.quarantined += self.attempts.newly_quarantined()

    def _mail(self, session: Session, key: str, arrival: Arrival, tally: TurnTally) -> str:
        """One mail in a savepoint; returns what went wrong, or nothing."""
        became = ""
        silent = self.backfill or self._history(session, key, arrival)
        with border(self.office, "mail") as ending, session.begin_nested():
            became = intake.take_mail(self.office, session, arrival, silent=silent)
        if not ending.why:
            tally.read += became != "known"
            tally.became[became] = tally.became.get(became, 0) + 1
        return ending.why

    def _history(self, session: Session, key: str, arrival: Arrival) -> bool:
        """Whether a folder that began anew shows a mail from before we ever looked at it."""
        begun = state_keys.BEGUN.get(session, key)
        if begun is None or begun["uidvalidity"] == arrival.uidvalidity:
            return False
        return arrival.received < datetime.fromisoformat(begun["at"])

    def _untold_gaps(self, key: str, batch: Batch) -> tuple[UidSpan, ...]:
        """UIDs that were given to mails which are not there any more, as far as nobody was told.

        Only of the folders that people named; what was missing before our first look, or before a
        folder began anew, is history.
        """
        folder, validity = batch.cursor.folder, batch.cursor.uidvalidity
        if not batch.missing or self.backfill or folder not in self.office.config.inbox.folders:
            return ()
        with self.office.store.reading() as session:
            told = state_keys.GAP.get(session, key)
        known = told["uid"] if told and told["uidvalidity"] == validity else 0
        return spans_behind(batch.missing, known)

    def _lost(self, session: Session, key: str, batch: Batch) -> None:
        """What was removed before it was read, and a folder that began anew, are put on record."""
        now, folder = self.office.clock.now(), batch.cursor.folder
        if batch.reset:
            journal.enter(session, office_events.FolderRescanned(at=now))
            self._told_until(session, key, batch, (batch.next_uid or 1) - 1)
        gone = [*((uid, uid) for uid in sorted(batch.gone)), *batch.missing]
        told: list[OfficeEvent] = []
        if gone:
            named = [uid for first, last in gone for uid in range(first, min(last, first + 50) + 1)]
            count = sum(last - first + 1 for first, last in gone)
            told.append(
                office_events.MailsVanished(
                    at=now, uids=tuple(sorted(named)[:50]), count=count, folder=folder
                )
            )
        if batch.missing:
            self._told_until(session, key, batch, batch.missing[-1][1])
        if batch.refused:
            uids = tuple(sorted(batch.refused)[:50])
            shown = tuple(losses.describe_head(self.office, head) for _, head in batch.heads)
            told.append(
                office_events.MailsRefused(at=now, uids=uids, folder=folder, shown=shown or None)
            )
        losses.owe_losses(session, journal.enter(session, *told))

    def _told_until(self, session: Session, key: str, batch: Batch, uid: int) -> None:
        gap = state_keys.GapTold(uidvalidity=batch.cursor.uidvalidity, uid=uid)
        state_keys.GAP.put(session, gap, key)


def _tells(batch: Batch, cursor: FolderCursor) -> bool:
    """Whether anything came, went or moved, so that there is something to commit."""
    news = batch.arrivals or batch.gone or batch.missing or batch.refused or batch.reset
    return bool(news) or batch.cursor != cursor
