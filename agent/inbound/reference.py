"""Answers that lost their References: known by what of ours still stands in subject and text.

Some programs answer to the address in From and refer to nothing. What they keep is our reference
in the quoted text, sealed by our key, and the case's key in the subject. Both only say which letter
is meant: whether its sender may act is asked as of every answer (`identity`).
"""

import hmac
import re

from deskless.agent.inbound import canary_watch
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import CANARY, seal_of
from deskless.mailbox.message import Message
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

KEY = re.compile(r"\[([^\s\[\]]{1,60}-\d{1,4})\]")
"""A case's key as the subjects of our letters bear it."""


def sealed_labels(office: Office, text: str) -> tuple[str, ...]:
    """The labels of the letters of ours whose sealed reference stands in a text."""
    return tuple(
        label
        for label, seal in CANARY.findall(text)
        if hmac.compare_digest(seal, seal_of(office.keys, label))
    )


def token_of_reference(office: Office, session: Session, message: Message) -> Token | None:
    """The right to answer that a teammate's mail to the agent means by our reference or key.

    Only one of the sender's own: the letter's in the reference, else the newest one for the open
    offer, or for what they own, of the case that the subject names.
    """
    sender = message.sender
    person = office.rules.matrix.by_email(sender.email) if sender else None
    if person is None or not office.addresses.for_agent(message):
        return None
    if canary_watch.outsiders(office, message):
        return None
    for label in sealed_labels(office, message.text):
        token = tokens.get_token(session, tokens.token_digest(label))
        if token and token.person == person.id:
            return token
    match = KEY.search(message.subject)
    case = journal.read_case(session, match[1]) if match else None
    if case is None or person.id not in {case.owner, case.handoff.to if case.handoff else None}:
        return None
    return tokens.newest_token(session, case.key, person.id)
