"""Mail that concerns us rather than a customer: answers to our letters, and letters to the agent.

The order is data: the first rule that fits decides. What no rule takes is a conversation. A token
in an address always means us; one that is only referred to does not, where the mail is addressed to
somebody outside: those words are for them.
"""

import re

from deskless.agent.case.verbs import Command, Unclear
from deskless.agent.inbound import (
    bounces,
    canary_watch,
    office_commands,
    other_lives,
    overheard,
    reading,
    reference,
    replies,
    requests,
    war_room,
)
from deskless.agent.inbound.identity import insiders
from deskless.agent.language.concepts import concept_patterns
from deskless.agent.language.fold import fold_text
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.operations import echo
from deskless.mailbox.message import Absence, MailKind, Message
from deskless.mailbox.sender.attribution import attribute
from deskless.mailbox.sender.away import says_away
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

Became = tuple[str, str | None]
PLAIN = 25
"""Words up to which an answer may be nothing but a command with its reason."""


def route_mail(office: Office, session: Session, mail: Incoming) -> Became | None:
    """What the mail is to us, with its ticket if it has one; None: a conversation."""
    token = find_token(office, session, mail)
    if mail.silent:
        return ("history", None) if token or office.addresses.for_agent(mail.message) else None
    if token is None and other_lives.answers_another(office, mail.message):
        return other_lives.tell_of_another(office, session, mail)
    if token is None:
        return _by_key(office, session, mail) or _without(office, session, mail)
    with office.answers(echo.answered_words(office, session, mail, token)):
        return _by_token(office, session, mail, token)


def _by_token(office: Office, session: Session, mail: Incoming, token: Token) -> Became | None:
    """An answer to a letter of ours, or what came back of one."""
    message = mail.message
    if message.kind is MailKind.BOUNCE:
        return bounces.take_bounce(office, session, mail, token)
    if message.receipt or _is_absent(office, session, mail, token):
        return bounces.take_automatic(office, session, mail, token)
    if message.kind is MailKind.FEEDBACK:
        return message.kind.value, None
    if token.purpose == war_room.ROOM:
        return war_room.take_room_mail(office, session, mail, token)
    if _foreign(office, message):
        # Whoever carries a token of ours may be its owner by another address: asked. But the words
        # may be a customer's, who answers what quotes us: then they are a conversation as well.
        # A machine's are only that: two of us asking each other would never end.
        if message.automatic:
            return None
        held = replies.take_reply(office, session, mail, token)
        return held if _plain_command(office, session, mail, token) else None
    if message.automatic:
        marked = replies.take_marked_reply(office, session, mail, token)
        return marked or bounces.acknowledged(session, mail, token)
    return replies.take_reply(office, session, mail, token)


def _is_absent(office: Office, session: Session, mail: Incoming, token: Token) -> bool:
    """Whether an answer says that its writer is away, and nothing that is to be done.

    Where only words say it, a command beside them is what was meant, or is asked back about.
    """
    absence = mail.message.absence
    if absence is not Absence.SAID:
        return absence is not Absence.NONE
    asked = reading.read_words(office, session, token, mail.message.fresh, mail)
    if isinstance(asked, Unclear) and asked.guesses:
        # "I won't be back until Monday" by itself reads a little like a no: what else is said?
        rest = _beside_absence(mail.message.fresh)
        asked = reading.read_words(office, session, token, rest, mail) if rest else Unclear("", "")
    return isinstance(asked, Unclear) and not asked.guesses


def _beside_absence(text: str) -> str:
    """What an answer says beside being away; "I'll take it when I return" is more than that."""
    takes = concept_patterns()["take"]
    sentences = (part.strip() for part in re.split(r"(?<=[.!?])\s+|\n", text))
    return "\n".join(
        each for each in sentences
        if each and (takes.search(fold_text(each)) or not says_away("", each))
    )  # fmt: skip


def _by_key(office: Office, session: Session, mail: Incoming) -> Became | None:
    """An answer that names its case in the subject and nothing else of ours: asked by code."""
    message = mail.message
    if message.kind is not MailKind.HUMAN or message.absence is not Absence.NONE:
        return None
    token = reference.token_of_key(office, session, message)
    if token is None:
        return None
    asked = reading.read_words(office, session, token, message.fresh, mail)
    if not isinstance(asked, Command) or asked.verb in office_commands.OPEN:
        return None
    why = "the mail names its case in the subject only"
    return replies.ask_for_code(office, session, mail, token, why)


def _foreign(office: Office, message: Message) -> bool:
    """Whether nobody of the team speaks, as far as the mail's own headers tell."""
    people = insiders(office)
    speaker = attribute(message, people).address
    return speaker is None or not people.inside(speaker.email)


def _plain_command(office: Office, session: Session, mail: Incoming, token: Token) -> bool:
    """Whether the words are one command of the grammar and nothing else."""
    asked = reading.read_words(office, session, token, mail.message.fresh, mail)
    words = len(mail.message.fresh.split())
    return isinstance(asked, Command) and not asked.inferred and words <= PLAIN


def find_token(office: Office, session: Session, mail: Incoming) -> Token | None:
    """The token that the mail carries: in its address, else in an id of ours that it refers to.

    A teammate's mail to the agent without either means the letter that its text or subject names.
    """
    message = mail.message
    carried = reference.carried_tokens(office, message)
    carried_tokens = (tokens.get_token(session, tokens.token_digest(text)) for text in carried)
    token = next((token for token in carried_tokens if token), None)
    return token or reference.token_of_reference(office, session, message)


def _without(office: Office, session: Session, mail: Incoming) -> Became | None:
    message = mail.message
    if not office.addresses.for_agent(message):
        return None
    if message.kind is MailKind.BOUNCE:
        guessed = bounces.guess_bounce(office, session, mail)
        heard = guessed[1] is None and overheard.hears_words(office, mail)
        return None if heard else guessed
    if message.kind is MailKind.FEEDBACK:
        return None
    if message.receipt or message.absence is Absence.MARKED:
        outsiders = _foreign(office, message)
        return None if outsiders else bounces.unasked(office, session, mail)
    if _conversing(office, session, mail):
        return None
    return requests.take_request(office, session, mail)


def _conversing(office: Office, session: Session, mail: Incoming) -> bool:
    """Whether a mail that also reached the agent is part of a conversation with a customer.

    A teammate's answer to a customer with the agent in copy is one; so is whatever an outsider
    writes, but for a bare command, which is an attempt to give orders and is recorded as one.
    """
    message = mail.message
    if not _foreign(office, message):
        outside = canary_watch.outsiders(office, message)
        return (
            bool(outside) and not message.forwarded and not requests.asks_to_escalate(message.fresh)
        )
    to = (address.email for address in (*message.to, *message.cc))
    if any(office.addresses.team_inbox(email) for email in to) or message.forwarded:
        return True
    return not requests.is_order(office, mail)
