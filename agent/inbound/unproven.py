"""Replies whose sender is not proven: held for a one-time code, or refused.

Where only the proof is missing, a code goes to the address in the matrix; so it does when the right
token came from another address ("was this you?"). What was held acts by the answer to that mail,
for as long as the mail says, and once. Strangers hear nothing; the person they pretended to be
hears of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent.case import event
from deskless.agent.inbound.identity import CODE, Speaker, Trust
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.outbound.case_view import view_case
from deskless.agent.outbound.write_letter import TRIAL, Envelope, write_letter
from deskless.agent.settings import keys
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.tokens import Token
from deskless.templates.values import CodeMail, Fact, Notice

CODES = 3
"""Codes that one letter may cause: enough for a person, too few for a flood."""
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Words:
    """What was held: the token that it carried, and what was said."""

    token: Token
    said: str


def hold_words(
    office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker
) -> str:
    """Record the attempt, and ask its owner where asking can help; what became of it, in a word."""
    _enter(session, mail, token, speaker)
    if speaker.person and speaker.trust in {Trust.CONFIRM, Trust.FOREIGN}:
        _ask(office, session, mail, token, speaker)
        return "held"
    _warn(office, session, mail, token, speaker)
    return "refused"


def code_shown(session: Session, token: Token, now: datetime) -> str:
    """The code that the mail of this token showed; empty where nothing is held any more."""
    held = state_keys.HELD.get(session, token.hash[:32])
    return str(held["code"]) if held and datetime.fromisoformat(held["until"]) > now else ""


def take_held_words(session: Session, token: Token, now: datetime) -> Words | None:
    """What was held under the token of a code mail, once."""
    key = token.hash[:32]
    held = state_keys.HELD.get(session, key)
    if held is None or not tokens.use_token(session, token.hash, now):
        return None
    state_keys.HELD.drop(session, key)
    span = entries.Span(after=held["seq"] - 1)
    entry = next(entries.read_entries(session, span, limit=1), None)
    original = tokens.get_token(session, held["token"])
    if entry is None or original is None or not entry.private:
        return None
    return Words(original, str(entry.private.get("words", "")))


def held_token(session: Session, token: Token) -> Token | None:
    """The token that the held words carried; None where nothing is held any more."""
    held = state_keys.HELD.get(session, token.hash[:32])
    return tokens.get_token(session, held["token"]) if held else None


def ask_code_again(office: Office, session: Session, mail: Incoming, token: Token) -> None:
    """The answer was neither yes nor no: the same code is asked for again, by a mail of its own."""
    held = state_keys.HELD.get(session, token.hash[:32])
    person = office.person(token.person)
    if held is None or person is None:
        return
    secret = keys.new_token()
    state_keys.HELD.put(session, held, tokens.token_digest(secret)[:32])
    first = mail.message.fresh.strip().split("\n", 1)[0][:120]
    until = datetime.fromisoformat(held["until"])
    value = CodeMail(
        wanted=f"something that waits for your yes; “{first}” is neither yes nor no",
        code=held["code"],
        until=f"{until.astimezone(person.hours.zone):%a %d %b %H:%M %Z}",
    )
    _tell(office, session, token, value, secret)


def tell_spent(office: Office, session: Session, token: Token) -> None:
    """Nothing is held under this code any more: said so, with what to do."""
    value = Notice(
        news="Nothing waits for this code any more: it was used, dropped, or its time is over.",
        changed=False,
        do="Answer the original mail again from your own address.",
    )
    _tell(office, session, token, value)


def drop_held_words(office: Office, session: Session, mail: Incoming, token: Token) -> None:
    """It was somebody else: what was held is forgotten, and its owner is told so."""
    state_keys.HELD.drop(session, token.hash[:32])
    tokens.use_token(session, token.hash, mail.now)
    denied = office_events.AnswerDenied(
        at=mail.now, by=token.person or event.DESKLESS, cause=mail.cause, about=token.case
    )
    journal.enter(session, denied)
    value = Notice(news="What was held in your name is dropped.", changed=False)
    _tell(office, session, token, value)


def _enter(session: Session, mail: Incoming, token: Token, speaker: Speaker) -> None:
    """The attempt as an entry, with the words kept beside it."""
    why = event.Why.UNPROVEN if speaker.trust is Trust.CONFIRM else event.Why.FORGED
    sender = mail.message.sender.email if mail.message.sender else ""
    doubted = office_events.AnswerDoubted(
        at=mail.now,
        by=token.person or event.DESKLESS,
        cause=mail.cause,
        why=why,
        trust=speaker.trust,
        about=token.case,
        handoff=token.handoff,
        said=speaker.why,
        sender=sender,
        spoken=mail.message.fresh[:2000],
    )
    journal.enter(session, doubted)


def _ask(office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker) -> None:
    """Keep the words and send a code to the matrix's address, at most a few times a letter.

    An answer to a code mail that is itself in doubt is not asked about again.
    """
    if token.purpose == CODE or speaker.person is None:
        return
    if state_keys.CODES.bump(session, token.hash[:32]) > CODES:
        return
    secret, until, made = keys.new_token(), mail.now + DAY, keys.new_code()
    words = state_keys.HeldWords(
        seq=entries.count_entries(session), token=token.hash, code=made, until=until.isoformat()
    )
    state_keys.HELD.put(session, words, tokens.token_digest(secret)[:32])
    first = mail.message.fresh.strip().split("\n", 1)[0][:120]
    value = CodeMail(
        wanted=first or "nothing that could be read",
        code=made,
        until=f"{until.astimezone(speaker.person.hours.zone):%a %d %b %H:%M %Z}",
        sent_from=mail.message.sender.email if mail.message.sender else "",
    )
    _tell(office, session, token, value, secret)


def _warn(office: Office, session: Session, mail: Incoming, token: Token, speaker: Speaker) -> None:
    """Tell the real owner of an attempt, at most once a day; never the sender."""
    person = speaker.person
    if person is None:
        return
    if not state_keys.WARNED.once(session, True, f"{person.id}:{mail.now:%Y-%m-%d}"):
        return
    value = Notice(
        news=f"Somebody tried to answer {token.case or 'a mail of ours'} in your name.",
        changed=False,
        facts=(
            Fact(name="Why it was not believed", value=speaker.why),
            Fact(name="When", value=f"{mail.now.astimezone(person.hours.zone):%a %d %b %H:%M %Z}"),
        ),
        do="If it was you, answer the original mail again from your own address.",
    )
    _tell(office, session, token, value)


def _tell(
    office: Office, session: Session, token: Token, value: CodeMail | Notice, secret: str = ""
) -> None:
    """A letter to the person whose token it was, in the thread of what it was about."""
    case = journal.read_case(session, token.case) if token.case else None
    asks = isinstance(value, CodeMail)
    envelope = Envelope(
        to=token.person or office.rules.founder, kind="code" if asks else "notice",
        purpose=CODE if asks else "case", case=token.case, handoff=token.handoff,
        trial=token.purpose == TRIAL,
        ticket=case.ticket if case else None, token=secret, urgency=1 if asks else 4,
        subject=view_case(office, session, case).subject if case else "",
    )  # fmt: skip
    write_letter(office, session, value, envelope)
