"""A mail into a war room: an answer to all, which is the room's log, and perhaps a command.

Proven teammates' fresh words go into the case, one entry a mail, and nobody gets a receipt for
them. Only what is typed as a command is one: prose among colleagues is never read for its meaning.
Somebody from outside is told to the commander, once an address, and their words are not the team's.
"""

from dataclasses import replace

from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act
from deskless.agent.case.live.room import on_outsider, on_room_words
from deskless.agent.case.verbs import Command, Layer, Verb
from deskless.agent.inbound import bounces, canary_watch, reading, replies, requests
from deskless.agent.inbound.identity import Speaker, Trust, of_address
from deskless.agent.office import journal, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.outbound import perform
from deskless.agent.outbound.war_room_letter import ROOM
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

Became = tuple[str, str | None]
ELSEWHERE = frozenset({Verb.SEND, Verb.LATER, Verb.YES, Verb.CODE, Verb.THANKS, Verb.QUESTION})
"""What is no command in a room: it answers a mail that one person has, or wants nothing."""
CODED = "what is said in a war room needs the word of a mail server to act"


def take_room_mail(office: Office, session: Session, mail: Incoming, token: Token) -> Became | None:
    """Handle a person's mail into a room; None: it is a conversation as well."""
    case = journal.read_case(session, token.case) if token.case else None
    if case is None or case.room is None:
        return "late", None
    if mail.message.automatic:
        return bounces.acknowledged(session, mail, token)
    speaker = of_address(office, mail)
    if replies.heard_before(session, mail, token, speaker.trust):
        return "copy", case.ticket
    if speaker.person is None:
        sender = mail.message.sender
        _overheard(office, session, mail, case, (sender.email if sender else "", speaker))
        return None
    if speaker.trust is Trust.REFUSE:
        requests.turn_away(session, mail, speaker)
        return "refused", case.ticket
    bounces.came_back(session, speaker.person.id, mail.now)
    for address in canary_watch.outsiders(office, mail.message):
        _overheard(office, session, mail, case, (address, speaker))
    return _speak(office, session, mail, token, speaker), case.ticket


def _overheard(
    office: Office, session: Session, mail: Incoming, case: Case, seen: tuple[str, Speaker]
) -> None:
    """Tell the commander of somebody from outside, once a case and address."""
    address, speaker = seen
    if not state_keys.OVERHEARD.once(session, True, f"{case.key}:{address}"):
        return
    situation = read_situation(office, session, case.ticket, mail.now)
    person = speaker.person
    act = _act(mail, speaker) if person else Act(cause=mail.cause)
    now = journal.read_case(session, case.key) or case
    decision = on_outsider(now, situation.setting, act, address, wrote=person is None)
    perform.carry_out(office, session, decision, situation)


def _speak(office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker) -> str:
    """Into the log; and where the words are a command, what it asks."""
    words = mail.message.fresh.strip()
    case = journal.read_case(session, token.case or "")
    if not words or case is None or speaker.person is None:
        return "room"
    situation = read_situation(office, session, case.ticket, mail.now)
    act = _act(mail, speaker)
    logged = on_room_words(case, situation.setting, act, words)
    perform.carry_out(office, session, logged, situation)
    mine = replace(token, person=speaker.person.id)
    asked = reading.read_words(office, session, mine, words, mail)
    if not isinstance(asked, Command) or not is_typed(asked, words):
        return "room"
    if speaker.trust is not Trust.ACT:
        own = tokens.newest_token(session, case.key, speaker.person.id)
        if own is None:
            return "room"
        return replies.ask_for_code(office, session, mail, own, CODED)[0]
    now = journal.read_case(session, case.key) or case  # with the flags that its words raised
    act = replace(act, number=now.offer_number(act.by))
    situation = read_situation(office, session, case.ticket, mail.now)
    return replies.decide_on(office, session, situation, now, (asked, act, token))


def _act(mail: Incoming, speaker: Speaker) -> Act:
    assert speaker.person is not None, "somebody of the team speaks"
    return Act(
        by=speaker.person.id, cause=mail.cause, message_id=mail.message.message_id or "",
        proof=speaker.proof,
    )  # fmt: skip


def is_typed(asked: Command, words: str) -> bool:
    """Whether words are a command as people type one, rather than a sentence to colleagues.

    A labelled fact (`next: …`), a word in capitals at the beginning (`COMMANDER Ben`), or a command
    alone on the only line: "Accept the new config on node 3" is none of these.
    """
    if asked.layer is not Layer.GRAMMAR or asked.inferred or asked.doubts or asked.confirm:
        return False
    if asked.verb in ELSEWHERE:
        return False
    if asked.verb is Verb.PROGRESS:
        return True
    first = asked.line.split()[0].strip(".,:;!")
    letters = [sign for sign in first if sign.isalpha()]
    capitals = len(letters) >= len("SEV") and first.isupper()
    return capitals or len(words.split()) == 1


__all__ = ["ROOM", "is_typed", "take_room_mail"]
