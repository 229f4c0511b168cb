"""The quarantine: mails that fail three times are kept there with their bytes, never dropped.

A mail may fail in two ways. It raises: then it is tried again by itself, and the tries are counted.
Or it takes the whole process with it: therefore every batch is put on record before it is read, and
a record that an earlier process left behind means that one of its mails is a killer. From then on
they are read one by one, and a mail that was under way at three deaths is quarantined unread.

`quarantined_mails`, `quarantined_bytes` and `retry_mail` are what `deskless quarantine
list|show|retry` does.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from secrets import token_hex

from deskless.agent.inbound import intake
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.border import border
from deskless.agent.reports import losses
from deskless.mailbox.imap.inbox import Arrival
from deskless.store import quarantine
from deskless.store.engine.session import Session
from deskless.store.quarantine import Quarantined

TRIES = 3
"""How often a mail that cannot be handled is tried before it is quarantined."""
KILLED = "the process died while it was read"


def mail_digest(arrival: Arrival) -> str:
    """What names a mail here: the SHA-256 of its bytes."""
    return sha256(arrival.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that could not be handled, and what went wrong."""

    arrival: Arrival
    why: str


Read = Callable[[Session, Arrival], str]
"""Reads a mail in the caller's transaction; returns what went wrong, or nothing."""


@dataclass(slots=True)
class Attempts:
    """Tries mails, counts to three, and sets aside; and keeps on record what is being read now.

    The record is there so that a death can be blamed; `life` names this process.
    """

    office: Office
    life: str = field(default_factory=lambda: token_hex(8))
    _count: int = 0

    def again(self, failed: Sequence[Failed], read: Read) -> None:
        """Try each failed mail again, by itself, until it works or is set aside."""
        for each in failed:
            why = each.why
            for _ in range(TRIES):
                # Counted first and by itself: a try that fails takes its transaction with it.
                with self.office.store.transaction() as session:
                    tries = quarantine.count_try(session, mail_digest(each.arrival))
                if tries >= TRIES:
                    break
                with self.office.store.transaction() as session:
                    why = read(session, each.arrival)
                if not why:
                    break
            if why:
                self._put(each.arrival, why)

    def one_by_one(self, key: str, arrivals: Sequence[Arrival], read: Read) -> list[Failed]:
        """One of these mails may have killed us: each by itself, and on record while it is read."""
        failed = []
        for arrival in arrivals:
            with self.office.store.reading() as session:
                deaths = quarantine.tries_counted(session, mail_digest(arrival))
            if deaths >= TRIES:
                self._put(arrival, KILLED)
                continue
            self.trying(key, [arrival])
            with self.office.store.transaction() as session:
                why = read(session, arrival)
                self.done(session, key)
            if why:
                failed.append(Failed(arrival, why))
        return failed

    def newly_quarantined(self) -> int:
        """How many mails were quarantined since this was last asked."""
        count, self._count = self._count, 0
        return count

    def _put(self, arrival: Arrival, why: str) -> None:
        with self.office.store.transaction() as session:
            quarantine_mail(self.office, session, arrival, why)
        self._count += 1

    def deaths(self, key: str) -> bool:
        """Whether an earlier process died while it read this folder.

        Its death counts as a failed try of every mail that was under way.
        """
        with self.office.store.reading() as session:
            left = state_keys.TRYING.get(session, key)
        if left is None or left["life"] == self.life:
            return False
        with self.office.store.transaction() as session:
            for item in left["digests"]:
                quarantine.count_try(session, item)
            state_keys.TRYING.drop(session, key)
        return True

    def trying(self, key: str, arrivals: Sequence[Arrival]) -> None:
        """These are about to be read."""
        reading = state_keys.UnderWay(
            life=self.life, digests=[mail_digest(arrival) for arrival in arrivals]
        )
        with self.office.store.transaction() as session:
            state_keys.TRYING.put(session, reading, key)

    def done(self, session: Session, key: str) -> None:
        """They were read: in the transaction that keeps what came of them."""
        state_keys.TRYING.drop(session, key)


def count_try(session: Session, arrival: Arrival) -> int:
    """One more try of this mail has failed; how many that makes."""
    return quarantine.count_try(session, mail_digest(arrival))


def quarantine_mail(office: Office, session: Session, arrival: Arrival, why: str) -> None:
    """Quarantine a mail with its bytes, and say so in the ledger."""
    named, now = mail_digest(arrival), office.clock.now()
    mail = Quarantined(named, arrival.raw, arrival.folder, arrival.uid, why, now)
    quarantine.put_mail(session, mail)
    event = office_events.MailQuarantined(at=now, cause=f"mail:{named}", uid=arrival.uid, why=why)
    losses.owe_losses(session, journal.enter(session, event))


@dataclass(frozen=True, slots=True)
class Kept:
    """A quarantined mail, as a person sees it in a list; `at` is RFC 3339 in UTC."""

    digest: str
    at: str
    size: int
    folder: str
    why: str

    def asdict(self) -> dict[str, str | int]:
        """For a program."""
        return asdict(self)


def quarantined_mails(office: Office) -> list[Kept]:
    """Everything in quarantine that nobody has dealt with yet, oldest first."""
    with office.store.reading() as session:
        mails = quarantine.waiting_mails(session)
    return [
        Kept(mail.digest, f"{mail.at:%Y-%m-%dT%H:%M:%SZ}", len(mail.raw), mail.folder, mail.why)
        for mail in mails
    ]


def quarantined_bytes(office: Office, named: str) -> bytes | None:
    """The bytes of one mail, by its digest or the unique beginning of it."""
    with office.store.reading() as session:
        mail = quarantine.get_mail(session, named)
    return mail.raw if mail else None


def retry_mail(office: Office, named: str) -> str:
    """Read a quarantined mail once more, by the command of a person.

    Returns a sentence: what became of it, or why it stays where it is.
    """
    with office.store.reading() as session:
        mail = quarantine.get_mail(session, named)
    if mail is None or mail.resolved_at is not None or not mail.raw:
        return f"Nothing that was set aside begins with {named}."
    arrival = Arrival(mail.folder, 0, mail.uid, len(mail.raw), mail.at, mail.raw)
    became = ""
    with border(office, "mail") as ending, office.store.transaction() as session:
        became = intake.take_mail(office, session, arrival)
        now = office.clock.now()
        quarantine.resolve_mail(session, mail.digest, now)
        event = office_events.MailRetried(
            at=now, by="operator", cause=f"mail:{mail.digest}", became=became
        )
        journal.enter(session, event)
    if ending.why:
        return f"{mail.digest[:12]} still cannot be read and stays aside: {ending.why}"
    return f"{mail.digest[:12]} was read: {became}."
