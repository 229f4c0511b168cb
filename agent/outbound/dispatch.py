"""Sending what is owed: pending → in flight (committed) → sent | pending | failed | unknown.

A letter is checked once more before it goes: an internal one only to an address of the matrix as
it stands now, a customer's only to the customer of its conversation. After the final dot without
an answer nobody knows: the letter is looked for in Sent and INBOX (`receipts`), and only when it is
nowhere are the same bytes sent again. A letter that was refused for now is looked for as well
before its next try, because servers have been seen to refuse what they took.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deskless.agent.case.decide import on_undelivered
from deskless.agent.case.decision import Act, DecisionDraft
from deskless.agent.case.event import DESKLESS
from deskless.agent.case.on_mail import LostLetter
from deskless.agent.office import conversation, journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.office.ports import Finder, Sender
from deskless.agent.office.situation import read_situation
from deskless.agent.operations import breaker
from deskless.agent.operations.health import Health
from deskless.agent.operations.routes import CUSTOMERS, LOGIN, Routes, about_route
from deskless.agent.outbound import departures, lost_letters, perform
from deskless.agent.outbound.receipts import Receipts
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.transport.errors import (
    LoginRefused,
    Permanent,
    Temporary,
    Trouble,
    Uncertain,
)
from deskless.mailbox.transport.smtp import SmtpReceipt
from deskless.store import outbox, threads
from deskless.store.engine.session import Session
from deskless.store.outbox import Claim, Letter


def undeliverable(office: Office, session: Session, letter: Letter, why: str) -> None:
    """A letter that will never arrive is acted on like a bounce, in the caller's transaction.

    It leaves an entry; where it was the brief of an open handoff, the next owner is asked, and
    where it was for a customer, who must act hears it.
    """
    now = office.clock.now()
    outside = [to for to in letter.to if office.rules.matrix.by_email(to) is None]
    if letter.ticket and outside:
        lost = LostLetter(outside[0], "", why)
        if lost_letters.tell_lost(office, session, (letter.ticket, letter), lost):
            return
    event = office_events.LetterUndelivered(
        at=now, ticket=letter.ticket, letter=letter.kind, about=letter.case, number=letter.id,
        said=why,
    )  # fmt: skip
    journal.enter(session, event)
    case = journal.read_case(session, letter.case) if letter.case else None
    if case is None or case.handoff is None or letter.kind != "brief":
        return
    briefs = [
        owed_letter
        for owed_letter in outbox.of_case(session, case.key)
        if owed_letter.kind == "brief"
    ]
    if briefs and briefs[-1].id == letter.id:
        situation = read_situation(office, session, case.ticket, now)
        draft = DecisionDraft(case, situation.setting, Act())
        decision = on_undelivered(case, case.handoff.number, "5.0.0", draft)
        perform.carry_out(office, session, decision, situation)


PAUSES = (1, 5, 15, 60)
"""Minutes between tries after a temporary refusal, by try; the last one repeats."""
DELAYED = 1
"""Refused for now once more than this often, a customer's letter is told to be late."""
SOON = timedelta(seconds=20)
"""When a letter that may have gone out is looked for: a copy lies there within a minute."""
MANY = 40
"""Letters of one turn; the rest waits for the next, so that reading is never starved."""
WORKER = "daemon"
LEASE = timedelta(minutes=10)


@dataclass(slots=True)
class Dispatch:
    """What sending needs: the office, a courier for each sender, and where to look for copies."""

    office: Office
    couriers: Mapping[str, Sender]
    finder: Finder
    health: Health
    routes: Routes = field(init=False)
    receipts: Receipts = field(init=False)
    _settled: bool = False

    def __post_init__(self) -> None:
        self.routes = Routes(self.couriers)
        self.receipts = Receipts(self.office, self.finder, self.health)

    async def run(self) -> int:
        """Send what is due, most urgent first; returns how many letters were handed over."""
        self._release()
        self._settled = False
        self.receipts.settle(self._ask)
        self.receipts.learn()
        count = 0
        while claimed := self._claim():
            for letter in claimed:
                count += await self._one(letter)
            if count >= MANY:
                break
        self._settled = True
        return count

    def _release(self) -> None:
        """Release what a run of this worker claimed that did not come to its end: nobody else will.

        That run was a daemon that died, or this one's when the store failed between claim and
        hand-over: a letter would else wait for the end of its lease, and a severe case cannot.
        """
        if self._settled:
            return
        with self.office.store.transaction() as session:
            outbox.free_claims(session, WORKER)

    def _ask(self) -> Claim:
        return Claim(WORKER, self.office.clock.now(), limit=20, lease=LEASE)

    def _claim(self) -> list[Letter]:
        """The next letters that are due; without a write where there are none."""
        with self.office.store.reading() as session:
            if not outbox.due(session, self._ask(), [outbox.PENDING]):
                return []
        with self.office.store.transaction() as session:
            return outbox.claim_letters(session, self._ask())

    async def _one(self, letter: Letter) -> int:
        """Try one letter; 1 when the server took it."""
        now = self.office.clock.now()
        if wrong := self._misdirected(letter):
            self._failed(letter, wrong)
            return 0
        name = self.routes.name(letter, now)
        if rests := self.routes.rests(name, now):
            with self.office.store.transaction() as session:
                outbox.hold_letter(session, letter, rests)
            return 0
        if self._overtaken(letter, now):
            return 0
        if letter.kind == "trouble" and await self._is_over(letter, name):
            return 0
        if letter.attempts and letter.last_error and self.receipts.lies_there(letter, now):
            return 0
        with self.office.store.transaction() as session:
            if not outbox.mark_in_flight(session, letter):
                return 0
        self.office.step("in flight")
        receipt = await self._hand(letter, name)
        if receipt is None:
            return 0
        self.office.step("sent")
        self._sent(letter, receipt.effective_id)
        self.routes.worked(name)
        self.health.good(self.routes.label(name), self.office.clock.now())
        return 1

    def _overtaken(self, letter: Letter, now: datetime) -> bool:
        """Whether what a letter asks is over, or its brief is written anew with the time as it is.

        One that a try was made with goes as it is: it may lie in a mailbox already.
        """
        if letter.attempts or letter.kind not in breaker.ASKING or letter.case is None:
            return False
        with self.office.store.reading() as session:
            stands = not breaker.is_past(self.office, session, letter)
        if stands and not departures.is_late(letter, now):
            return False
        with self.office.store.transaction() as session:
            if breaker.is_past(self.office, session, letter):
                why = "withdrawn: it had not left, and its offer is over"
                return outbox.mark_failed(session, letter, why)
            case = journal.read_case(session, letter.case)
            if case is None or not departures.is_late(letter, now):
                return False
            departures.renew_brief(self.office, session, letter, case)
        return True

    async def _is_over(self, letter: Letter, name: str) -> bool:
        """Whether a trouble that nobody was told of yet has ended: then its letter is withdrawn.

        The news of a server's trouble can often leave only when the server works again.
        """
        with self.office.store.reading() as session:
            about = state_keys.TROUBLE_LETTER.get(session, letter.message_id)
        label = self.routes.label(name)
        if about in {label, f"{label} login"}:
            try:
                await self.couriers[name].open()
            except (Trouble, SecretMissing):
                return False
            self.routes.worked(name)
            self.health.good(label, self.office.clock.now())
        if about is None or about in self.health.troubles:
            return False
        with self.office.store.transaction() as session:
            outbox.mark_failed(session, letter, "it was over before it could be told")
        return True

    async def _hand(self, letter: Letter, name: str) -> SmtpReceipt | None:
        """Hand it to the server; None, and what follows is on record, when that did not work."""
        now = self.office.clock.now()
        try:
            return await self._send(letter, name)
        except Temporary as trouble:
            if about_route(trouble):
                self.health.bad(self.routes.label(name), str(trouble), now)
                self._later(letter, str(trouble), self.routes.failed(name, letter, now))
            else:
                self._refused(letter, trouble)
        except (LoginRefused, SecretMissing) as trouble:
            self.health.bad(f"{self.routes.label(name)} login", str(trouble), now)
            self._later(letter, str(trouble), self.routes.failed(name, letter, now, LOGIN))
        except Permanent as trouble:
            self._failed(letter, str(trouble))
        except Uncertain as trouble:
            self._unknown(letter, str(trouble))
        except ValueError as trouble:
            # An address that is not plain; no later try can make it so.
            self._failed(letter, str(trouble))
        return None

    async def _send(self, letter: Letter, name: str) -> SmtpReceipt:
        """With our own copy where that is the only receipt; without, if it alone is refused.

        A letter to several people goes to those who can be reached; for the others it is entered.
        """
        courier = self.couriers[name]
        copy = self.receipts.copy_to()
        try:
            return await courier.send(letter.envelope_from, (*letter.to, *copy), letter.raw)
        except Permanent as refused:
            left = tuple(to for to in letter.to if to not in refused.recipients)
            if not left or not (self.receipts.unwanted(refused, copy) or left != letter.to):
                raise
            self._left_out(letter, left, str(refused))
            copy = tuple(to for to in copy if to not in refused.recipients)
        return await courier.send(letter.envelope_from, (*left, *copy), letter.raw)

    def _left_out(self, letter: Letter, left: tuple[str, ...], why: str) -> None:
        """Enter who of several does not get this letter, because their address is refused."""
        people = [self.office.rules.matrix.id_by_email(to) for to in letter.to if to not in left]
        with self.office.store.transaction() as session:
            for person in people:
                event = office_events.LetterUndelivered(
                    at=self.office.clock.now(), by=person or DESKLESS, ticket=letter.ticket,
                    letter=letter.kind, about=letter.case, number=letter.id, said=why,
                )  # fmt: skip
                journal.enter(session, event)

    def _misdirected(self, letter: Letter) -> str:
        """Why this letter must not go out; empty: it may.

        Internal words never reach a customer: the addressee is checked as the matrix stands now.
        """
        if letter.kind not in CUSTOMERS:
            rules = self.office.rules
            strangers = [email for email in letter.to if rules.matrix.by_email(email) is None]
            if strangers:
                return f"not in the matrix any more: {', '.join(strangers)}"
            customers = [email for email in letter.to if rules.accounts.find(email)]
            return f"the address of a customer: {', '.join(customers)}" if customers else ""
        with self.office.store.reading() as session:
            thread = conversation.read_thread(session, letter.ticket or "")
        customer = thread.customer.email if thread.customer else ""
        return "" if letter.to == (customer,) else "not the customer of this conversation"

    def _sent(self, letter: Letter, effective: str | None) -> None:
        with self.office.store.transaction() as session:
            now = self.office.clock.now()
            outbox.mark_sent(session, letter, now)
            if effective and letter.ticket and letter.kind in CUSTOMERS:
                threads.learn_ids(session, letter.ticket, [effective])
            event = office_events.LetterSent(
                at=now, ticket=letter.ticket, letter=letter.kind, about=letter.case,
                number=letter.id,
            )  # fmt: skip
            journal.enter(session, event)
            departures.note_left(self.office, session, letter)
            self.receipts.ask(session, letter)
        self.office.step("marked sent")

    def _refused(self, letter: Letter, trouble: Temporary) -> None:
        """A mail refused for now. After an hour of it a brief goes to the next one, and a letter to
        a customer back to who must act, who hears of the second refusal already.
        """
        awaited = letter.kind == "brief" or letter.kind in CUSTOMERS
        if awaited and letter.attempts >= len(PAUSES):
            self._failed(letter, f"refused {letter.attempts + 1} times: {trouble}")
            return
        if letter.kind in CUSTOMERS and letter.attempts == DELAYED:
            with self.office.store.transaction() as session:
                departures.tell_delay(self.office, session, letter, str(trouble))
        pause = PAUSES[min(letter.attempts, len(PAUSES) - 1)]
        at = self.office.clock.now() + timedelta(minutes=pause)
        self._later(letter, str(trouble), at)

    def _later(self, letter: Letter, why: str, at: datetime) -> None:
        with self.office.store.transaction() as session:
            outbox.mark_retry(session, letter, at, why[:300])

    def _failed(self, letter: Letter, why: str) -> None:
        """It will never arrive: an entry, and for a brief the next owner is asked."""
        with self.office.store.transaction() as session:
            if outbox.mark_failed(session, letter, why[:300]):
                undeliverable(self.office, session, letter, why)

    def _unknown(self, letter: Letter, why: str) -> None:
        now = self.office.clock.now()
        with self.office.store.transaction() as session:
            outbox.mark_unknown(session, letter, now + SOON, why[:300])
            journal.enter(session, office_events.LetterUnsettled(at=now, number=letter.id))
