"""Answers that lost their References: known by what of ours still stands in subject and text.

Some programs answer to the address in From and refer to nothing. What they keep is our reference
in the quoted text, sealed by our key, and the case's key in the subject. The reference is as good
as a token: whether its sender may act is asked as of every answer (`identity`). A key anybody can
guess, so what is said under it waits for a code.
"""

import hmac
import re

from deskless.agent.inbound import canary_watch
from deskless.agent.inbound.identity import named_teammate
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import CANARY, seal_of
from deskless.mailbox.compose import SIGNED, is_signed
from deskless.mailbox.message import Message
from deskless.policies.people.matrix import Person
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


def carried_tokens(office: Office, message: Message) -> list[str]:
    """The tokens that a mail carries: in its addresses, then in ids of ours that it refers to."""
    carried = list(office.addresses.tokens(message))
    for mail_id in () if canary_watch.outsiders(office, message) else reversed(message.references):
        if is_signed(office.keys.ids, mail_id):
            hit = SIGNED.fullmatch(mail_id.lower())
            carried += [hit[1].removeprefix("deskless.")] if hit else []
    return carried


def token_of_reference(office: Office, session: Session, message: Message) -> Token | None:
    """A teammate's own right to answer, by the sealed reference in a mail to the agent."""
    person = _teammate(office, message)
    if person is None:
        return None
    for label in sealed_labels(office, message.text):
        token = tokens.get_token(session, tokens.token_digest(label))
        if token and token.person == person.id:
            return token
    return None


def token_of_key(office: Office, session: Session, message: Message) -> Token | None:
    """The newest right to answer of a sender whose mail refers to nothing but a case's key.

    Only for the open offer to them, or for what they own; never where the mail refers to anything,
    or was sent to another letter's address: then that is what it means.
    """
    person = _teammate(office, message)
    if person is None or message.references or office.addresses.tokens(message):
        return None
    match = KEY.search(message.subject)
    case = journal.read_case(session, match[1]) if match else None
    if case is None or person.id not in {case.owner, case.handoff.to if case.handoff else None}:
        return None
    return tokens.newest_token(session, case.key, person.id)


def _teammate(office: Office, message: Message) -> Person | None:
    """Who of the team wrote this to the agent, and to nobody outside."""
    if not office.addresses.for_agent(message) or canary_watch.outsiders(office, message):
        return None
    return named_teammate(office, message)
