"""The canary: a word in every internal mail that raises an alarm when it comes back from outside.

It is made from the mail's own id with our key, so seeing one proves which mail leaked (B15).
"""

import hmac

from sqlmodel import Session

from deskless.agent import journal
from deskless.agent.canary import CANARY, seal_of
from deskless.agent.incoming import Incoming
from deskless.agent.office import Office
from deskless.agent.writing import Envelope, write
from deskless.mailbox.message import Kind
from deskless.store import entries, notes, outbox
from deskless.templates.values import Canary, Said

LEAKED = "leak:"


def watch(office: Office, session: Session, mail: Incoming) -> None:
    """Raise the alarm when somebody outside the team writes with one of our canaries in it."""
    message = mail.message
    sender = message.sender.email if message.sender else ""
    if message.kind is Kind.BOUNCE or _inside(office, sender) or mail.silent:
        return
    for label, seal in CANARY.findall(message.text):
        if hmac.compare_digest(seal, seal_of(office.keys, label)):
            _alarm(office, session, mail, label, sender)
            return


def _inside(office: Office, sender: str) -> bool:
    return bool(sender) and (
        office.rules.matrix.by_email(sender) is not None or office.addresses.mine(sender)
    )


def _alarm(office: Office, session: Session, mail: Incoming, label: str, sender: str) -> None:
    if not notes.once(session, LEAKED + mail.message.digest[:16]):
        return
    ours = next(iter(outbox.labelled(session, label)), None)
    data = {"letter": ours.kind if ours else "unknown", "case": ours.case if ours else None}
    note = journal.Note(
        kind="leaked", at=mail.now, cause=mail.cause, data=data, private={"sender": sender}
    )
    entries.append(session, [journal.note(note)])
    value = Canary(
        leaked=(ours.case or ours.ticket or "a mail") if ours else "a mail of ours",
        sender=sender or "an unknown sender",
        at=mail.now.astimezone(office.config.team.zone).strftime("%a %d %b %H:%M %Z"),
        ours=ours.kind if ours else "unknown",
        recipients=ours.to if ours else (),
        excerpt=Said(text=mail.message.fresh[:200], who=sender),
    )
    founder = office.rules.founder
    write(office, session, value, Envelope(to=founder, kind="canary", urgency=0))
