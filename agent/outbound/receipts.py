"""Receipts: how we know afterwards whether a letter went out.

A server that files what it sends keeps the receipt in its Sent folder. Of one that does not, our
own address is added to the envelope, and the copy that arrives is the receipt; nobody else sees
that address. Which of the two a server is, is found out by looking for the first letter that was
sent (or by `deskless check`) and kept in the store.

Impossible remains: the server took the mail, said that it did not (or nothing), and shows no copy
within the looks below. Then the same bytes go a second time, with the same Message-ID and token.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.office.ports import Finder
from deskless.agent.operations.health import Health
from deskless.agent.outbound import departures
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.transport.errors import Permanent, Trouble
from deskless.store import outbox
from deskless.store.engine.session import Session
from deskless.store.outbox import Claim, Letter

GRACE = timedelta(seconds=60)
"""How long a copy may take to show up before the next look for it."""
LOOKS = 3
"""Looks for a letter that may have gone out, before the same bytes go again."""
UNWANTED = "unwanted"
"""Kept under SENT_KEEPS when the server takes no mail for our own address either."""
MANY = 50


@dataclass(slots=True)
class Receipts:
    """Looks for letters in Sent and INBOX, and settles those of which nobody knows."""

    office: Office
    finder: Finder
    health: Health

    def copy_to(self) -> tuple[str, ...]:
        """Our own address, where the server keeps no copies (or is not known to)."""
        with self.office.store.reading() as session:
            keeps = state_keys.SENT_KEEPS.get(session)
        if keeps is True or keeps == UNWANTED:
            return ()
        return (self.office.addresses.reply("receipt"),)

    def unwanted(self, refused: Permanent, copy: tuple[str, ...]) -> bool:
        """Whether only our own copy was refused; then there is none from now on."""
        if not copy or set(refused.recipients) != set(copy):
            return False
        with self.office.store.transaction() as session:
            state_keys.SENT_KEEPS.put(session, UNWANTED)
        return True

    def ask(self, session: Session, letter: Letter) -> None:
        """Remember this sent letter as the one to look for in Sent, if it is not known yet."""
        if state_keys.SENT_KEEPS.get(session) is None:
            now = self.office.clock.now().isoformat()
            first = state_keys.CopyAsked(id=letter.message_id, at=now, looks=0)
            state_keys.SENT_ASKED.once(session, first)

    def learn(self) -> None:
        """Look for the remembered letter in Sent; after the last look the answer is no."""
        now = self.office.clock.now()
        with self.office.store.reading() as session:
            asked = state_keys.SENT_ASKED.get(session)
        if asked is None or self.blind or now < datetime.fromisoformat(asked["at"]):
            return
        try:
            copy_kept = self.finder.kept(asked["id"])
        except (Trouble, SecretMissing) as trouble:
            self.office.log.info("sent folder", said=str(trouble))
            return
        looks = asked["looks"] + 1
        with self.office.store.transaction() as session:
            if copy_kept or looks >= LOOKS:
                state_keys.SENT_KEEPS.put(session, copy_kept)
                state_keys.SENT_ASKED.drop(session)
            else:
                later = (now + GRACE).isoformat()
                state_keys.SENT_ASKED.put(session, {**asked, "looks": looks, "at": later})

    def settle(self, claim: Callable[[], Claim]) -> None:
        """Letters of which nobody knows whether they went out: look for each, then decide."""
        now = self.office.clock.now()
        with self.office.store.reading() as session:
            if not outbox.due(session, claim(), outbox.DOUBTFUL):
                return
        with self.office.store.transaction() as session:
            doubtful = outbox.claim_doubtful(session, claim())
        for letter in doubtful:
            copy_found = self._look(letter)
            if copy_found is None:
                with self.office.store.transaction() as session:
                    why = "the mailbox cannot be asked"
                    outbox.mark_unknown(session, letter, now + GRACE, why)
            else:
                self.found(letter) if copy_found else self._not_found(letter, now)

    def lies_there(self, letter: Letter, now: datetime) -> bool:
        """Whether a letter that was refused before must not go now: it lies there all the same, and
        is marked, or the mailbox cannot be asked, and it waits for that, as often as a doubtful one
        is looked for.
        """
        copy_found = self._look(letter)
        if copy_found:
            self.found(letter)
            return True
        if copy_found is not None:
            return False
        with self.office.store.transaction() as session:
            waits = state_keys.LOOKS.bump(session, f"blind:{letter.id}") < LOOKS
            return waits and outbox.hold_letter(session, letter, now + GRACE)

    @property
    def blind(self) -> bool:
        """Whether the mailboxes could not be read just now; then they are not asked either."""
        return any(name.startswith("imap") for name in self.health.troubles)

    def _look(self, letter: Letter) -> bool | None:
        """Whether the letter lies in a mailbox; None: that cannot be known now."""
        if self.blind:
            return None
        try:
            return self.finder.find(letter.message_id)
        except (Trouble, SecretMissing) as trouble:
            self.office.log.warning("receipt", said=str(trouble))
            return None

    def found(self, letter: Letter) -> None:
        """It did go out: mark it, with an entry that says how we know."""
        with self.office.store.transaction() as session:
            if confirm_sent(session, letter, self.office.clock.now()):
                departures.note_left(self.office, session, letter)

    def _not_found(self, letter: Letter, now: datetime) -> None:
        with self.office.store.transaction() as session:
            looks = state_keys.LOOKS.bump(session, str(letter.id))
            if looks < LOOKS:
                outbox.mark_unknown(session, letter, now + GRACE * looks, "not found yet")
            else:
                outbox.mark_retry(session, letter, now, "found nowhere: the same bytes go again")


def confirm_sent(session: Session, letter: Letter, at: datetime) -> bool:
    """Mark a letter as sent because its copy was seen; False when somebody else did so."""
    if not outbox.mark_sent(session, letter, at):
        return False
    event = office_events.LetterSent(
        at=at, ticket=letter.ticket, letter=letter.kind, about=letter.case, number=letter.id,
        found=True,
    )  # fmt: skip
    journal.enter(session, event)
    return True
