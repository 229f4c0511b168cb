"""What follows from a letter that has left, and what waits for one that has not.

An offer counts from the moment its brief left: one that leaves late is written anew with the time
as it is then, where no try was made with it, and else its clock begins when the server took it. No
step of the clock counts a letter that is still here. A customer has been told when the letter has
left, not when a person approved it.
"""

from datetime import datetime, timedelta

from deskless.agent.case import event
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import GRACE, offer_begins
from deskless.agent.case.decision import Act
from deskless.agent.case.on_mail import on_delayed, on_reached
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.operations.routes import CUSTOMERS
from deskless.agent.outbound import perform
from deskless.store import documents, outbox
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter

LATE = timedelta(minutes=1)
"""A brief that leaves later than this after it was written begins its clock anew."""
WAITED = {
    Status.REQUESTED: frozenset({"ask_requester"}),
    Status.OFFERED: frozenset({"brief", "reminder"}),
    Status.OWNED: frozenset({"lease"}),
    Status.STRANDED: frozenset({"stranded"}),
}
"""Letters without which the clock's next step would count what nobody was told."""


def keeps_waiting(session: Session, case: Case, now: datetime) -> bool:
    """Whether the clock's next step must wait, because a letter has not left, or only just has."""
    kinds = WAITED.get(case.status, frozenset())
    if kinds & outbox.owed_kinds(session, case.key):
        return True
    if case.status is not Status.OWNED or not case.lease_reminded:
        return False
    reminded = outbox.last_sent(session, case.key, "lease")
    return reminded is not None and now < reminded + GRACE[case.severity]


def is_late(letter: Letter, now: datetime) -> bool:
    """Whether a brief leaves, or would leave, later than what it says assumes."""
    return letter.kind == "brief" and now - letter.created_at > LATE


def renew_brief(office: Office, session: Session, letter: Letter, case: Case) -> None:
    """Withdraw a brief that never left and write it with the time as it is now."""
    outbox.mark_failed(session, letter, "written anew: it would have left late")
    situation = read_situation(office, session, case.ticket, office.clock.now())
    perform.carry_out(office, session, offer_begins(case, situation.setting, anew=True), situation)


def note_left(office: Office, session: Session, letter: Letter) -> None:
    """Enter what is true because this letter has left."""
    now = office.clock.now()
    if letter.case is None or not (letter.kind in CUSTOMERS or is_late(letter, now)):
        return
    case = journal.read_case(session, letter.case)
    if case is None:
        return
    if letter.kind in CUSTOMERS:
        approved, reached = approval_of(session, letter)
        if approved is not None and reached is None:
            situation = read_situation(office, session, case.ticket, now)
            decision = on_reached(case, situation.setting, approved)
            perform.carry_out(office, session, decision, situation)
    elif offers(office, session, letter, case):
        situation = read_situation(office, session, case.ticket, now)
        perform.carry_out(office, session, offer_begins(case, situation.setting), situation)


def offers(office: Office, session: Session, letter: Letter, case: Case) -> bool:
    """Whether a brief is the one of the open offer."""
    asked = office.person(case.handoff.to) if case.handoff else None
    if asked is None or case.status is not Status.OFFERED or letter.to[0] not in asked.emails:
        return False
    return outbox.newest(session, case.key, "brief") == letter.id


def approval_of(
    session: Session, letter: Letter
) -> tuple[event.Approved | None, event.Reached | None]:
    """The yes that let a customer's letter go, and the entry that it has left; None: there is none.

    A yes that an earlier version entered counted as the leaving itself, and is not looked for.
    """
    approved: event.Approved | None = None
    reached: event.Reached | None = None
    for past in journal.case_events(session, letter.case or ""):
        if isinstance(past, event.Approved) and past.waits:
            text = documents.get_draft(session, past.text)
            if text is not None and text[2] == letter.text:
                approved, reached = past, None
        elif isinstance(past, event.Reached) and approved and past.text == approved.text:
            reached = past
    return approved, reached


def told_at(session: Session, letter: Letter) -> datetime:
    """The instant by which the record knows that a customer was told by this letter."""
    approved, reached = approval_of(session, letter)
    return reached.at if reached else approved.at if approved else letter.created_at


def tell_delay(office: Office, session: Session, letter: Letter, why: str) -> None:
    """To who must act: an approved letter has not left yet; it is tried again."""
    case = journal.read_case(session, letter.case) if letter.case else None
    if case is None or case.closed_at is not None:
        return
    situation = read_situation(office, session, case.ticket, office.clock.now())
    decision = on_delayed(case, situation.setting, Act(), letter.to[0], why)
    perform.carry_out(office, session, decision, situation)
