"""The one way a mail can reach a customer: a person's yes to that very text.

What goes out is the draft that the person was shown, word for word, found by its digest; the time
that it promises is on record before it goes.
"""

from datetime import timezone
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime

from deskless.agent.case import event
from deskless.agent.case.action import WriteLetter
from deskless.agent.case.case import OWN_WORDS
from deskless.agent.case.decision import Setting
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.outbound.brief import team_name
from deskless.agent.outbound.case_view import View
from deskless.mailbox.compose import Outgoing, compose_mail, sign_id
from deskless.policies.languages import LANGUAGES
from deskless.store import documents, outbox, threads
from deskless.store.engine.session import Session
from deskless.store.outbox import NewLetter
from deskless.templates.drafts import as_page


def customer_language(spoken: str) -> str:
    """The language to write to a customer in who speaks this one (ISO 639-1)."""
    return spoken if spoken in LANGUAGES else "en"


def customer_zone(session: Session, view: View) -> timezone | None:
    """The zone that the customer's latest mail was written in, by its own date (RFC 5322 3.3)."""
    addresses = {post.sender.email for post in view.thread.from_customer() if post.sender}
    if not addresses:
        return None
    for raw in reversed(documents.mails_of(session, view.case.ticket)):
        headers = BytesHeaderParser().parsebytes(raw)
        if parseaddr(str(headers["From"] or ""))[1].lower() in addresses:
            try:
                date = parsedate_to_datetime(str(headers["Date"]))
            except (TypeError, ValueError):
                return None
            # `-0000` says that the zone is not known.
            offset = date.utcoffset()
            return timezone(offset) if offset is not None else None
    return None


def send_draft(
    office: Office, session: Session, view: View, action: WriteLetter, setting: Setting
) -> None:
    """Put the approved draft into the outbox, as an answer in the customer's conversation."""
    approved = next((act for act in reversed(view.events) if isinstance(act, event.Approved)), None)
    text = documents.get_draft(session, approved.text) if approved else None
    if approved is None or text is None:
        return
    to, subject, body = text
    message_id = _message_id(office, view, approved)
    writer = office.person(view.case.owner or approved.by)
    if approved.kind == OWN_WORDS and writer and writer.id != approved.by:
        writer = None  # the words are not the owner's: they come from the team
    last = [post.message_id for post in view.thread.from_customer() if post.message_id]
    mail = Outgoing(
        sender=office.addresses.inbox,
        sender_name=f"{writer.name}, {team_name(view)}" if writer else team_name(view),
        to=(to,),
        subject=subject,
        text=body,
        html=None if approved.kind == OWN_WORDS else as_page(body, setting.language),
        message_id=message_id,
        date=view.now,
        in_reply_to=last[-1] if last else "",
        references=tuple(last),
        loop=office.keys.loop,
        internal=False,
        auto="no",
        language=setting.language,
    )
    letter = NewLetter(
        message_id=message_id,
        kind=action.letter.value,
        to=(to,),
        envelope_from=office.addresses.inbox,
        raw=compose_mail(mail),
        created_at=view.now,
        case=view.case.key,
        ticket=view.case.ticket,
        text=body,
        urgency=1,
    )
    outbox.put_letter(session, letter)
    threads.learn_ids(session, view.case.ticket, [message_id])
    sent = office_events.CustomerLetterApproved(
        at=view.now, by=approved.by, ticket=view.case.ticket, case=view.case.key,
        text=approved.text,
    )  # fmt: skip
    journal.enter(session, sent)


def _message_id(office: Office, view: View, approved: event.Approved) -> str:
    """The id of this letter: one acknowledgement a case, and one of each further text."""
    label = f"ack-{view.case.key}"
    if approved.kind != "acknowledgement":
        again = f"-{approved.at:%d%H%M%S}" if approved.kind == OWN_WORDS else ""
        label = f"{approved.kind}-{view.case.key}-{approved.text[:12]}{again}"
    domain = office.addresses.inbox.rpartition("@")[2]
    return sign_id(office.keys.ids, label, domain).strip("<>")
