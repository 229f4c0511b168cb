"""Sending what is owed: pending → in flight (committed) → sent | pending | failed | unknown.

A letter is checked once more before it goes: an internal one only to an address of the matrix as
it stands now, a customer's only to the customer of its conversation. After the final dot without
an answer nobody knows: the letter is looked for in Sent and INBOX, and only when it is nowhere are
the same bytes sent again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent import conversation, journal
from deskless.agent.health import Health
from deskless.agent.office import Office
from deskless.agent.ports import Finder, Sender
from deskless.agent.refused import undeliverable
from deskless.mailbox.trouble import LoginRefused, Permanent, Temporary, Uncertain, Unreachable
from deskless.store import entries, notes, outbox, threads
from deskless.store.outbox import Claim, Letter

PAUSES = (1, 5, 15, 60)
"""Minutes between tries after a temporary refusal, by try; the last one repeats."""
GRACE = timedelta(seconds=60)
"""How long a copy may take to show up before the first look for it."""
LOOKS = 3
"""Looks for a letter that may have gone out, before the same bytes go again."""
WORKER = "daemon"
LEASE = timedelta(minutes=10)
KEEPS = "sent:keeps"
"""Whether the server keeps a copy of what it sent: found out, not guessed."""
CUSTOMERS = frozenset({"acknowledgement"})


@dataclass(slots=True)
class Dispatch:
    """What sending needs: the office, a courier for each sender, and where to look for copies."""

    office: Office
    couriers: dict[str, Sender]
    finder: Finder
    health: Health

    async def run(self) -> int:
        """Send everything that is due; returns how many letters were handed over."""
        self._recover()
        count = 0
        while True:
            claimed = self._claim()
            if not claimed:
                return count
            for letter in claimed:
                count += await self._one(letter)

    def _claim(self) -> list[Letter]:
        now = self.office.clock.now()
        with self.office.store.transaction() as session:
            return outbox.claim(session, Claim(WORKER, now, limit=20, lease=LEASE))

    async def _one(self, letter: Letter) -> int:
        wrong = self._misdirected(letter)
        if wrong:
            self._failed(letter, wrong)
            return 0
        with self.office.store.transaction() as session:
            if not outbox.in_flight(session, letter):
                return 0
        self.office.step("in flight")
        try:
            receipt = await self._courier(letter).send(letter.envelope_from, letter.to, letter.raw)
        except Temporary as trouble:
            self._later(letter, str(trouble))
            self.health.bad("smtp", str(trouble), self.office.clock.now())
        except LoginRefused as trouble:
            self._later(letter, str(trouble))
            self.health.bad("smtp login", str(trouble), self.office.clock.now())
        except Permanent as trouble:
            self._failed(letter, str(trouble))
        except Uncertain as trouble:
            self._unknown(letter, str(trouble))
        else:
            self.office.step("sent")
            self._sent(letter, receipt.effective_id)
            self.health.good("smtp", self.office.clock.now())
            return 1
        return 0

    def _courier(self, letter: Letter) -> Sender:
        return self.couriers["inbox" if letter.kind in CUSTOMERS else "agent"]

    def _misdirected(self, letter: Letter) -> str:
        """Why this letter must not go out; empty: it may (P5)."""
        if letter.kind not in CUSTOMERS:
            matrix = self.office.rules.matrix
            strangers = [one for one in letter.to if matrix.by_email(one) is None]
            return f"not in the matrix any more: {', '.join(strangers)}" if strangers else ""
        with self.office.store.reading() as session:
            thread = conversation.read(session, letter.ticket or "")
        customer = thread.customer.email if thread.customer else ""
        return "" if letter.to == (customer,) else "not the customer of this conversation"

    def _sent(self, letter: Letter, effective: str | None) -> None:
        with self.office.store.transaction() as session:
            now = self.office.clock.now()
            outbox.sent(session, letter, now)
            if effective and letter.ticket and letter.kind in CUSTOMERS:
                threads.learn(session, letter.ticket, [effective])
            data = {"letter": letter.kind, "about": letter.case, "number": letter.id}
            note = journal.Note(kind="sent", at=now, ticket=letter.ticket, data=data)
            entries.append(session, [journal.note(note)])
        self.office.step("marked sent")

    def _later(self, letter: Letter, why: str) -> None:
        pause = PAUSES[min(letter.attempts, len(PAUSES) - 1)]
        at = self.office.clock.now() + timedelta(minutes=pause)
        with self.office.store.transaction() as session:
            outbox.retry(session, letter, at, why[:300])

    def _failed(self, letter: Letter, why: str) -> None:
        """It will never arrive: an entry, and for a brief the next owner is asked."""
        with self.office.store.transaction() as session:
            if outbox.failed(session, letter, why[:300]):
                undeliverable(self.office, session, letter, why)

    def _unknown(self, letter: Letter, why: str) -> None:
        with self.office.store.transaction() as session:
            at = self.office.clock.now() + GRACE
            outbox.unknown(session, letter, at, why[:300])
            note = journal.Note(
                kind="unknown", at=self.office.clock.now(), data={"number": letter.id}
            )
            entries.append(session, [journal.note(note)])

    def _recover(self) -> None:
        """Letters of which nobody knows whether they went out: look for each, then decide."""
        now = self.office.clock.now()
        with self.office.store.transaction() as session:
            doubtful = outbox.doubtful(session, Claim(WORKER, now, limit=50, lease=LEASE))
        for letter in doubtful:
            try:
                found = self.finder.find(letter.message_id)
            except (Unreachable, LoginRefused) as trouble:
                self.health.bad("imap", str(trouble), now)
                self._look_again(letter, now)
                continue
            self._found(letter) if found else self._not_found(letter, now)

    def _found(self, letter: Letter) -> None:
        with self.office.store.transaction() as session:
            outbox.sent(session, letter, self.office.clock.now())
            data = {"letter": letter.kind, "number": letter.id, "found": True}
            note = journal.Note(kind="sent", at=self.office.clock.now(), data=data)
            entries.append(session, [journal.note(note)])

    def _not_found(self, letter: Letter, now: datetime) -> None:
        with self.office.store.transaction() as session:
            looks = notes.bump(session, f"looks:{letter.id}")
            if looks < LOOKS:
                outbox.unknown(session, letter, now + GRACE * looks, "not found yet")
            else:
                outbox.retry(session, letter, now, "found nowhere: the same bytes go again")

    def _look_again(self, letter: Letter, now: datetime) -> None:
        with self.office.store.transaction() as session:
            outbox.unknown(session, letter, now + GRACE, "the mailbox cannot be asked")
