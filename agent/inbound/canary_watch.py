"""Watch for our canaries in mail from or to somebody outside: internal text has leaked.

Every internal mail carries one, made from its own id with our key (`write_letter.canary_of`), so
seeing one proves which mail leaked. The founder is told, once for each mail and outsider.
"""

import hmac
from hashlib import sha256

from deskless.agent.case.action import LetterKind
from deskless.agent.inbound.identity import insiders
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import CANARY, Envelope, seal_of, write_letter
from deskless.mailbox.message import MailKind, Message
from deskless.store import outbox
from deskless.store.engine.session import Session
from deskless.templates.values import Canary, Said


def watch_canaries(office: Office, session: Session, mail: Incoming) -> None:
    """Raise the alarm when one of our canaries stands in a mail from or to somebody outside."""
    message = mail.message
    sender = message.sender.email if message.sender else ""
    if message.kind is MailKind.BOUNCE or mail.silent:
        return
    if insiders(office).inside(sender) and not outsiders(office, message):
        return
    for label, seal in CANARY.findall(message.text):
        if hmac.compare_digest(seal, seal_of(office.keys, label)):
            if not (insiders(office).inside(sender) and _of_room(session, label)):
                _alarm(office, session, mail, label, sender)
            return


def _of_room(session: Session, label: str) -> bool:
    """Whether it is a letter to a war room: whom a teammate takes into one, its commander hears."""
    letters = outbox.labelled_letters(session, label)
    return any(letter.kind == LetterKind.WAR_ROOM for letter in letters)


def outsiders(office: Office, message: Message) -> tuple[str, ...]:
    """Who of the people a mail is addressed to is neither of the team nor one of us."""
    named = dict.fromkeys(address.email for address in (*message.to, *message.cc))
    people = insiders(office)
    return tuple(email for email in named if not people.inside(email))


def _key(label: str, who: str) -> str:
    """One alarm for a mail of ours and somebody outside, however often it is quoted."""
    return sha256(f"{label}\n{who}".encode()).hexdigest()[:24]


def _alarm(office: Office, session: Session, mail: Incoming, label: str, sender: str) -> None:
    outside = outsiders(office, mail.message) if insiders(office).inside(sender) else (sender,)
    new = [email for email in outside if state_keys.LEAKED.once(session, True, _key(label, email))]
    if not new:
        return
    ours = next(iter(outbox.labelled_letters(session, label)), None)
    event = office_events.CanaryLeaked(
        at=mail.now, cause=mail.cause, letter=ours.kind if ours else "unknown",
        case=ours.case if ours else None, sender=sender,
    )  # fmt: skip
    journal.enter(session, event)
    value = Canary(
        leaked=(ours.case or ours.ticket or "a mail") if ours else "a mail of ours",
        sender=sender or "an unknown sender",
        at=mail.now.astimezone(office.config.team.zone).strftime("%a %d %b %H:%M %Z"),
        ours=ours.kind if ours else "unknown",
        recipients=ours.to if ours else (),
        excerpt=Said(text=mail.message.fresh[:200], who=sender),
    )
    founder = office.rules.founder
    write_letter(office, session, value, Envelope(to=founder, kind="canary", urgency=0))
