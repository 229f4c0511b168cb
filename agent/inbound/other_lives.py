"""Signs in the mailbox that this record is not the only one: a later life of it, or another's.

- A mail that carries a head signed by our key which we do not remember to have signed: the record
  was set back to an older copy, or a copy of it works elsewhere.
- A mail from our own address that another Deskless wrote, and the team's answers to it: two records
  on one inbox. Its briefs are no customers, and answers to them are not for us.

Each is told to the founder once, and is an entry.
"""

from hashlib import sha256

from deskless.agent.inbound.identity import insiders
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.mailbox.compose import SIGNED, is_signed
from deskless.mailbox.message import MailKind, Message
from deskless.store.engine.session import Session
from deskless.store.ledger import entries, head, witness
from deskless.templates.values import OtherParty

ANOTHERS = "foreign"
"""What becomes of a mail of another Deskless, and of an answer to one."""


def watch_heads(office: Office, session: Session, mail: Incoming) -> None:
    """Raise the alarm for a head of ours in this mail that the record does not know."""
    raw = mail.arrival.raw
    if head.FILENAME.encode() not in raw:
        return
    for note in witness.heads_in(raw):
        try:
            seen = head.open_head(note, office.ledger.vkey())
        except head.HeadRefused:
            continue
        if not head.knows_head(session, seen):
            _set_back(office, session, mail, seen.size)
            return


def _set_back(office: Office, session: Session, mail: Incoming, seen: int) -> None:
    if not state_keys.SET_BACK.once(session, seen, f"{mail.now:%Y-%m-%d}"):
        return
    size = entries.count_entries(session)
    event = office_events.RecordSetBack(at=mail.now, cause=mail.cause, seen=seen, size=size)
    journal.enter(session, event)
    news = (
        f"The record is not what it was. A mail of ours in the mailbox carries a signed head over "
        f"{seen} entries that this record, of {size} entries, does not know: it was set back to "
        f"an older copy, or a copy of it works elsewhere. What happened since that copy is missing "
        f"here, and cases may be told or asked twice. If you have put back a backup, nothing more "
        f"is to be done; if not, stop Deskless and run `deskless ledger verify --mailbox "
        f"--witness` with saved mails."
    )
    _tell(office, session, "The record was set back", news)


def is_anothers(office: Office, message: Message) -> bool:
    """Whether another Deskless wrote this in our name: from our address, marked and signed as ours
    are, and by another key.
    """
    named = SIGNED.fullmatch((message.message_id or "").lower())
    return bool(
        message.kind is not MailKind.OWN
        and message.loop
        and message.sender
        and named
        and office.addresses.mine(message.sender.email)
    )


def answers_another(office: Office, message: Message) -> bool:
    """Whether somebody of the team answers a letter of another Deskless, and none of ours."""
    if message.sender is None or not insiders(office).inside(message.sender.email):
        return False
    domain = office.addresses.agent.rpartition("@")[2]
    named = [SIGNED.fullmatch(each.lower()) for each in message.references]
    ours = any(is_signed(office.keys.ids, each) for each in message.references)
    return not ours and any(match and match[3] == domain for match in named)


def tell_of_another(office: Office, session: Session, mail: Incoming) -> tuple[str, None]:
    """Another Deskless works on this inbox: told once for each, and once a day at the most."""
    other = sha256((mail.message.loop or "").encode()).hexdigest()[:16]
    first = mail.message.loop is None or state_keys.ANOTHER.once(session, True, other)
    if not mail.silent and first and state_keys.ANOTHER.once(session, True, f"{mail.now:%Y-%m-%d}"):
        journal.enter(
            session, office_events.AnotherDesklessSeen(at=mail.now, cause=mail.cause, other=other)
        )
        news = (
            "Another Deskless works on this inbox: mails in its name are signed "
            "with a key that is not ours. Every customer's mail is judged twice, and people are "
            "asked twice. Stop one of the two; answers to the other's mails change nothing here. "
            "If the keys of this one were replaced, those were its own earlier mails."
        )
        _tell(office, session, "Another Deskless works on this inbox", news)
    return ANOTHERS, None


def _tell(office: Office, session: Session, subject: str, news: str) -> None:
    value = OtherParty(subject=f"[Deskless] {subject}", news=news, why_you="you are the founder")
    envelope = Envelope(
        to=office.rules.founder, kind="alarm", purpose="office", urgency=0, answers=False
    )
    write_letter(office, session, value, envelope)
