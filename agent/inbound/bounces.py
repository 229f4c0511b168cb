"""Machines that answer our letters: a bounce, an out-of-office. Never a person's answer."""

from datetime import datetime, timedelta

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import on_away, on_undelivered
from deskless.agent.case.decision import Act, Draft
from deskless.agent.case.on_mail import on_owner_away
from deskless.agent.office import journal
from deskless.agent.office.history import world
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import AWAY, Office
from deskless.agent.outbound import perform
from deskless.store import cases, state
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.tokens import Token

UNSAID = timedelta(hours=24)
"""An absence without a return date is believed for this long."""


def take(office: Office, session: Session, mail: Incoming, token: Token) -> tuple[str, str | None]:
    """A bounce of a letter: where it was a brief, the next one is asked. Delays are only noted."""
    final = [one for one in mail.message.bounce if one.permanent]
    named = final or list(mail.message.bounce)
    code = named[0].status if named else ""
    _note(session, mail, "undeliverable", token, {"status": code, "final": bool(final)})
    number = _number(token)
    case = journal.read(session, token.case) if token.case else None
    if case is None:
        return "undelivered", None
    if final and number and _asked(case) == token.person:
        setting = world(office, session, case.ticket, mail.now)
        draft = Draft(case, setting, Act(cause=mail.cause))
        perform.carry(office, session, on_undelivered(case, number, code, draft))
    return "undelivered", case.ticket


def automatic(
    office: Office, session: Session, mail: Incoming, token: Token
) -> tuple[str, str | None]:
    """A machine's answer: an absence, or a receipt that says nothing about anybody's absence."""
    if mail.message.receipt:
        _note(session, mail, "receipt", token, {"about": token.case})
        return "receipt", None
    sender = mail.message.sender
    person = office.rules.matrix.by_email(sender.email) if sender else None
    if person and person.id != token.person:
        # Somebody else's machine, who reads this mailbox too: it speaks for them alone.
        until = _until(mail)
        state.put(session, AWAY + person.id, until.isoformat())
        data = {"until": until}
        said = journal.Note(
            kind="out_of_office", at=mail.now, by=person.id, cause=mail.cause, data=data
        )
        entries.append(session, [journal.note(said)])
        return "away", None
    return away(office, session, mail, token)


def away(office: Office, session: Session, mail: Incoming, token: Token) -> tuple[str, str | None]:
    """An out-of-office: the offer moves on at once; the person is not asked until they return.

    What they own stays theirs: ownership is no machine's to give up. Of a severe case the founder
    hears, once an absence.
    """
    until = _until(mail)
    known = state.get(session, f"{AWAY}{token.person}")
    if token.person:
        state.put(session, AWAY + token.person, until.isoformat())
    number = _number(token)
    case = journal.read(session, token.case) if token.case else None
    _note(session, mail, "out_of_office", token, {"until": until})
    if case is None:
        return "away", None
    setting, act = world(office, session, case.ticket, mail.now), Act(cause=mail.cause)
    if case.owner == token.person and case.status is Status.OWNED:
        new = known is None or datetime.fromisoformat(known) <= mail.now
        if new:
            perform.carry(office, session, on_owner_away(case, setting, act))
    elif number and _asked(case) == token.person:
        moved = on_away(case, number, mail.message.away_until, Draft(case, setting, act))
        perform.carry(office, session, moved)
    return "away", case.ticket


def _until(mail: Incoming) -> datetime:
    """Until when the absence is believed (UTC)."""
    until = mail.message.away_until
    return until if until and until > mail.now else mail.now + UNSAID


def _asked(case: Case) -> str | None:
    """Who has the open offer."""
    return case.handoff.to if case.handoff else None


def guess(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """A bounce to the agent without a token: told by the address that it names.

    Only where that person has exactly one open offer; anything else is recorded and no more.
    """
    for one in mail.message.bounce:
        person = office.rules.matrix.by_email(one.address.lower())
        found = _offers(session, person.id) if person and one.permanent else []
        if len(found) == 1:
            setting = world(office, session, found[0].ticket, mail.now)
            draft = Draft(found[0], setting, Act(cause=mail.cause))
            number = found[0].handoff.number if found[0].handoff else 0
            decision = on_undelivered(found[0], number, one.status, draft)
            perform.carry(office, session, decision)
            return "undelivered", found[0].ticket
    return "undelivered", None


def _offers(session: Session, person: str) -> list[Case]:
    live = (journal.case(row) for row in cases.live(session, limit=500))
    return [one for one in live if one.handoff and one.handoff.to == person]


def _number(token: Token) -> int:
    return int(token.handoff.rpartition("/")[2]) if token.handoff else 0


def _note(
    session: Session, mail: Incoming, kind: str, token: Token, data: dict[str, object]
) -> None:
    said = journal.Note(
        kind=kind, at=mail.now, by=token.person or "deskless", cause=mail.cause, data=data
    )
    entries.append(session, [journal.note(said)])
