"""Mail that concerns us rather than a customer: answers to our letters, and letters to the agent.

The order is data: the first rule that fits decides. What no rule takes is a conversation. A token
in an address always means us; one that is only referred to does not, where the mail is addressed to
somebody outside: those words are for them.
"""

import re
from collections.abc import Iterable

from deskless.agent.inbound import bounces, canary_watch, replies, requests
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.mailbox.compose import SIGNED, signed
from deskless.mailbox.message import Kind, Message
from deskless.mailbox.threading import names
from deskless.store import people, threads, tokens
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

Became = tuple[str, str | None]
LIST_ID = re.compile(rb"(?im)^list-id:[^<\n]{0,200}(?:\n[ \t][^<\n]{0,200})?<([^<>\s]{1,200})>")


def route(office: Office, session: Session, mail: Incoming) -> Became | None:
    """What the mail is to us, with its ticket if it has one; None: a conversation."""
    token = find(office, session, mail)
    if mail.silent:
        return ("history", None) if token or office.addresses.for_agent(mail.message) else None
    kind = mail.message.kind
    if token is None:
        return _without(office, session, mail)
    if kind is Kind.BOUNCE:
        return bounces.take(office, session, mail, token)
    if kind is Kind.AUTO_REPLY:
        said = replies.marked(office, session, mail, token)
        return said or bounces.automatic(office, session, mail, token)
    if _written(office, mail.message):
        return replies.take(office, session, mail, token)
    return f"ignored {kind.value}", None


def find(office: Office, session: Session, mail: Incoming) -> Token | None:
    """The token that the mail carries: in its address, else in an id of ours that it refers to."""
    message = mail.message
    carried = list(office.addresses.tokens(message))
    for one in () if canary_watch.outsiders(office, message) else reversed(message.references):
        if signed(office.keys.ids, one):
            hit = SIGNED.fullmatch(one.lower())
            carried += [hit[1].removeprefix("deskless.")] if hit else []
    found = (tokens.find(session, tokens.digest(one)) for one in carried)
    return next((one for one in found if one), None)


def our_list(office: Office, message: Message) -> bool:
    """Whether the list is one of our own addresses: a group address marks every mail it passes on.

    RFC 2919 list ids are made of the list's address; a newsletter's names somebody else's.
    """
    us = office.addresses
    return by_group(message, {us.inbox, us.agent, *us.ours})


def by_group(message: Message, ours: Iterable[str]) -> bool:
    """Whether a mail of a list came by one of these addresses: the list's id is made of it."""
    named = {one.replace("@", ".") for one in ours}
    found = LIST_ID.search(message.raw_headers)
    return bool(found and found[1].decode("ascii", "replace").lower() in named)


def _written(office: Office, message: Message) -> bool:
    """Whether a person wrote it, also by way of our own group address."""
    by_group = message.kind is Kind.LIST and our_list(office, message)
    return message.kind is Kind.HUMAN or by_group


def _without(office: Office, session: Session, mail: Incoming) -> Became | None:
    message = mail.message
    if not office.addresses.for_agent(message):
        return None
    if message.kind is Kind.BOUNCE:
        return bounces.guess(office, session, mail)
    if not _written(office, message):
        return f"ignored {message.kind.value}", None
    if _conversing(office, session, message):
        return None
    return requests.take(office, session, mail)


def _conversing(office: Office, session: Session, message: Message) -> bool:
    """Whether a mail that also reached the agent is part of a conversation with a customer.

    A teammate's answer to a customer with the agent in copy is one; so is what a customer writes
    whom we know, or who wrote to the shared inbox as well. A stranger to the agent alone is not.
    """
    if message.sender is None:
        return False
    if office.rules.matrix.by_email(message.sender.email):
        outside = canary_watch.outsiders(office, message)
        return bool(outside) and not message.forwarded and not requests.asks(message.fresh)
    to = (one.email for one in (*message.to, *message.cc))
    if any(office.addresses.team_inbox(one) for one in to):
        return True
    known = people.known(session, message.sender.email, people.CUSTOMER)
    return known is not None or bool(threads.find(session, names(message)))
