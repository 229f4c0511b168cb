"""Mail that concerns us rather than a customer: answers to our letters, and letters to the agent.

The order is data: the first rule that fits decides. What no rule takes is a conversation.
"""

from sqlmodel import Session

from deskless.agent import replies, requests, undelivered
from deskless.agent.incoming import Incoming
from deskless.agent.office import Office
from deskless.mailbox.compose import SIGNED, signed
from deskless.mailbox.message import Kind
from deskless.store import tokens
from deskless.store.tokens import Token

Became = tuple[str, str | None]


def route(office: Office, session: Session, mail: Incoming) -> Became | None:
    """What the mail is to us, with its ticket if it has one; None: a conversation."""
    token = find(office, session, mail)
    if mail.silent:
        return ("history", None) if token or office.addresses.for_agent(mail.message) else None
    kind = mail.message.kind
    if token is None:
        return _without(office, session, mail)
    if kind is Kind.BOUNCE:
        return undelivered.take(office, session, mail, token)
    if kind is Kind.AUTO_REPLY:
        return undelivered.away(office, session, mail, token)
    if kind is Kind.HUMAN:
        return replies.take(office, session, mail, token)
    return f"ignored {kind.value}", None


def find(office: Office, session: Session, mail: Incoming) -> Token | None:
    """The token that the mail carries: in its address, else in an id of ours that it refers to."""
    message = mail.message
    carried = list(office.addresses.tokens(message))
    for one in reversed(message.references):
        if signed(office.keys.ids, one):
            hit = SIGNED.fullmatch(one.lower())
            carried += [hit[1].removeprefix("deskless.")] if hit else []
    found = (tokens.find(session, tokens.digest(one)) for one in carried)
    return next((one for one in found if one), None)


def _without(office: Office, session: Session, mail: Incoming) -> Became | None:
    message = mail.message
    if not office.addresses.for_agent(message):
        return None
    if message.kind is Kind.BOUNCE:
        return undelivered.guess(office, session, mail)
    if message.kind is not Kind.HUMAN:
        return f"ignored {message.kind.value}", None
    return requests.take(office, session, mail)
