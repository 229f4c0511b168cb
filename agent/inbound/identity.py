"""Who is speaking: may this mail act for the person whose token it carries?

All must hold: the token is known and unexpired; From is exactly one plain address of that person;
the receiving server's own verdict says dmarc=pass for that very domain. With token and From but no
verdict a one-time code goes to the address in the matrix, and the reply to that acts. Anything
else is refused, and the sender hears nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.mailbox.message import Message
from deskless.mailbox.pasted_posts import Colleagues
from deskless.mailbox.sender.attribution import Insiders
from deskless.mailbox.sender.dmarc import Standing, authenticate
from deskless.policies.people.accounts import colleagues_of
from deskless.policies.people.matrix import Person
from deskless.store.tokens import Token

CODE = "code"
"""The purpose of a token that only a code mail carries."""


class Trust(StrEnum):
    """What a mail may do: act, hear that it is late, wait for a code or the owner, or nothing."""

    ACT = "act"
    LATE = "late"
    CONFIRM = "confirm"
    FOREIGN = "foreign"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Speaker:
    """The verdict on a sender: `person` is whose word it would be, `why` a sentence."""

    trust: Trust
    person: Person | None
    why: str
    proof: str = ""


def named_teammate(office: Office, message: Message) -> Person | None:
    """Whose address the one plain From bears; that alone proves nothing."""
    sender = message.sender
    return office.rules.matrix.by_email(sender.email) if sender else None


def insiders(office: Office) -> Insiders:
    """Who is no customer: the people of the matrix by address or name, and what is ours."""
    matrix, chats = office.rules.matrix, colleagues(office)

    def is_person(key: str) -> bool:
        return bool(matrix.by_email(key) if "@" in key else chats.named(key, short=False))

    return Insiders(is_person, office.addresses.mine, chats.domains)


def colleagues(office: Office) -> Colleagues:
    """Who of the team may speak in a chat that somebody pasted into a mail."""
    return colleagues_of(office.rules.matrix, office.addresses.plain)


def of_token(office: Office, mail: Incoming, token: Token) -> Speaker:
    """Who speaks in a mail that carries this token."""
    person = office.person(token.person)
    if person is None:
        return Speaker(Trust.REFUSE, None, "the person it was for is no longer in the matrix")
    speaker = _sender(office, mail, person, by_code=token.purpose == CODE)
    if token.expires_at <= mail.now:
        trust = Trust.LATE if speaker.trust is Trust.ACT else Trust.REFUSE
        return Speaker(trust, person, "the right to answer it has expired")
    return speaker


def of_address(office: Office, mail: Incoming) -> Speaker:
    """Who speaks in a mail without a token: a teammate by address, for what changes no owner."""
    person = named_teammate(office, mail.message)
    if person is None:
        return Speaker(
            Trust.REFUSE, None, mail.message.from_refused or "not an address of the team"
        )
    return _sender(office, mail, person, by_code=False)


def _sender(office: Office, mail: Incoming, person: Person, *, by_code: bool) -> Speaker:
    message = mail.message
    if message.sender is None:
        return Speaker(Trust.REFUSE, person, f"From was refused: {message.from_refused}")
    standing, why = authenticate(message.raw_headers, office.authserv, message.sender.domain)
    if standing is Standing.FAIL:
        return Speaker(Trust.REFUSE, person, f"the mail server did not believe the sender: {why}")
    if message.sender.email not in person.emails:
        return Speaker(Trust.FOREIGN, person, f"sent from {message.sender.email}")
    if standing is Standing.PASS:
        return Speaker(Trust.ACT, person, why, proof="dmarc")
    if by_code:
        return Speaker(Trust.ACT, person, "answered a code mail", proof="code")
    return Speaker(Trust.CONFIRM, person, why)
