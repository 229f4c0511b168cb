"""Machines that answer our letters: a bounce, an out-of-office. Never a person's answer."""

from datetime import datetime, timedelta

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import on_away, on_undelivered
from deskless.agent.case.decision import Act, DecisionDraft
from deskless.agent.case.on_mail import LostLetter, on_owner_away
from deskless.agent.inbound.identity import named_teammate
from deskless.agent.judging import reviews
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.outbound import lost_letters, perform
from deskless.mailbox.message import FailedRecipient
from deskless.mailbox.sender.bounce_text import lines_about
from deskless.store import cases, outbox, threads
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

UNSAID = timedelta(hours=24)
"""An absence without a return date is believed for this long."""


def take_bounce(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None]:
    """A bounce of a letter: where it was a brief, the next one is asked. Delays are only noted."""
    final = [recipient for recipient in mail.message.bounce if recipient.final]
    named = final or list(mail.message.bounce)
    code = named[0].status if named else ""
    by = token.person or "deskless"
    event = office_events.LetterUndelivered(
        at=mail.now, by=by, cause=mail.cause, status=code, final=bool(final)
    )
    journal.enter(session, event)
    number = _number(token)
    case = journal.read_case(session, token.case) if token.case else None
    if case is None:
        return "undelivered", _pass_on(office, session, token) if final else None
    if final and number and _asked(case) == token.person:
        situation = read_situation(office, session, case.ticket, mail.now)
        draft = DecisionDraft(case, situation.setting, Act(cause=mail.cause))
        perform.carry_out(office, session, on_undelivered(case, number, code, draft), situation)
    return "undelivered", case.ticket


def take_customer_bounce(
    office: Office, session: Session, mail: Incoming
) -> tuple[str, str | None]:
    """A bounce to the shared inbox: where a customer's letter was lost, who must act hears it."""
    message = mail.message
    final = [recipient for recipient in message.bounce if recipient.final]
    outside = [who for who in final if office.rules.matrix.by_email(who.address) is None]
    name = message.returned_id or ""
    tickets = threads.find_tickets(session, [name]) if name and outside else ()
    for ticket in tickets:
        why = reason_of(mail, outside[0])
        lost = LostLetter(outside[0].address, outside[0].status, why, name)
        letter = outbox.by_message_id(session, name)
        if lost_letters.tell_lost(office, session, (ticket, letter), lost, cause=mail.cause):
            return "undelivered", ticket
    return message.kind.value, None


def reason_of(mail: Incoming, recipient: FailedRecipient) -> str:
    """Why it did not arrive: the status, and the server's own words about this address."""
    words = " ".join(lines_about(mail.message.text, recipient.address).split())[:300]
    return f"{recipient.status} {words}".strip()


def take_automatic(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None]:
    """A machine's answer: an absence, or a receipt that says nothing about anybody's absence."""
    if mail.message.receipt:
        return acknowledged(session, mail, token)
    person = named_teammate(office, mail.message)
    if person and person.id != token.person:
        # Somebody else's machine, who reads this mailbox too: it speaks for them alone.
        _absent(session, mail, person.id)
        return "away", None
    return take_away_note(office, session, mail, token)


def unasked(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """A machine's note to the agent that answers no letter: an absence of a teammate is kept."""
    person = named_teammate(office, mail.message)
    if mail.message.receipt or person is None:
        return "receipt" if mail.message.receipt else "away", None
    _absent(session, mail, person.id)
    return "away", None


def acknowledged(session: Session, mail: Incoming, token: Token) -> tuple[str, str | None]:
    """A program answered that our letter arrived: nobody is away, and nobody said anything."""
    by = token.person or "deskless"
    arrived = office_events.ReceiptArrived(at=mail.now, by=by, cause=mail.cause, about=token.case)
    journal.enter(session, arrived)
    return "receipt", None


def came_back(session: Session, person: str, now: datetime) -> None:
    """Somebody who was away writes: they are back as of now, which the timers act on."""
    until = state_keys.AWAY.get(session, person)
    if until is not None and until > now:
        state_keys.AWAY.put(session, now, person)


def _absent(session: Session, mail: Incoming, person: str) -> None:
    """Keep until when this person is away, and say so in the ledger."""
    until = _until(mail)
    state_keys.AWAY.put(session, until, person)
    event = office_events.AbsenceAnnounced(at=mail.now, by=person, cause=mail.cause, until=until)
    journal.enter(session, event)


def take_away_note(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None]:
    """An out-of-office: the offer moves on at once; the person is not asked until they return.

    What they own stays theirs: ownership is no machine's to give up. Of a severe case the founder
    hears, once an absence.
    """
    until = _until(mail)
    known = state_keys.AWAY.get(session, str(token.person))
    if token.person:
        state_keys.AWAY.put(session, until, token.person)
    number = _number(token)
    case = journal.read_case(session, token.case) if token.case else None
    by = token.person or "deskless"
    event = office_events.AbsenceAnnounced(at=mail.now, by=by, cause=mail.cause, until=until)
    journal.enter(session, event)
    if case is None:
        return "away", _pass_on(office, session, token)
    situation = read_situation(office, session, case.ticket, mail.now)
    setting, act = situation.setting, Act(cause=mail.cause)
    if case.owner == token.person and case.status is Status.OWNED:
        new = known is None or known <= mail.now
        if new:
            perform.carry_out(office, session, on_owner_away(case, setting, act), situation)
    elif number and _asked(case) == token.person:
        moved = on_away(case, number, mail.message.away_until, DecisionDraft(case, setting, act))
        perform.carry_out(office, session, moved, situation)
    return "away", case.ticket


def _pass_on(office: Office, session: Session, token: Token) -> str | None:
    """The ticket of the doubt that a lost letter asked about; the next person is asked at once."""
    ticket = state_keys.ABOUT.get(session, token.hash[:32])
    if ticket and token.person and token.purpose == "review":
        reviews.pass_review_on(office, session, ticket, token.person)
    return ticket


def _until(mail: Incoming) -> datetime:
    """Until when the absence is believed (UTC)."""
    until = mail.message.away_until
    return until if until and until > mail.now else mail.now + UNSAID


def _asked(case: Case) -> str | None:
    """Who has the open offer."""
    return case.handoff.to if case.handoff else None


def guess_bounce(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """A bounce to the agent without a token: told by the address that it names.

    Only where that person has exactly one open offer; anything else is recorded and no more.
    """
    for recipient in mail.message.bounce:
        person = office.rules.matrix.by_email(recipient.address.lower())
        offers = _offers(session, person.id) if person and recipient.final else []
        if len(offers) == 1:
            [case] = offers
            situation = read_situation(office, session, case.ticket, mail.now)
            draft = DecisionDraft(case, situation.setting, Act(cause=mail.cause))
            number = case.handoff.number if case.handoff else 0
            decision = on_undelivered(case, number, recipient.status, draft)
            perform.carry_out(office, session, decision, situation)
            return "undelivered", case.ticket
    return "undelivered", None


def _offers(session: Session, person: str) -> list[Case]:
    live = (journal.case_of_row(row) for row in cases.live_cases(session, limit=500))
    return [case for case in live if case.handoff and case.handoff.to == person]


def _number(token: Token) -> int:
    return int(token.handoff.rpartition("/")[2]) if token.handoff else 0
