"""A letter that will never arrive: known at once, and acted on like a bounce."""

from sqlmodel import Session

from deskless.agent.case.decide import on_undelivered
from deskless.agent.case.decision import Act, Draft
from deskless.agent.office import journal
from deskless.agent.office.history import world
from deskless.agent.office.office import Office
from deskless.agent.outbound import perform
from deskless.store import outbox
from deskless.store.ledger import entries
from deskless.store.outbox import Letter


def undeliverable(office: Office, session: Session, letter: Letter, why: str) -> None:
    """The entry, and the next owner where the letter was the brief of an open handoff."""
    now = office.clock.now()
    data = {"letter": letter.kind, "about": letter.case, "number": letter.id}
    note = journal.Note(
        kind="undeliverable", at=now, ticket=letter.ticket, data=data, private={"said": why}
    )
    entries.append(session, [journal.note(note)])
    case = journal.read(session, letter.case) if letter.case else None
    if case is None or case.handoff is None or letter.kind != "brief":
        return
    briefs = [one for one in outbox.of_case(session, case.key) if one.kind == "brief"]
    if briefs and briefs[-1].id == letter.id:
        draft = Draft(case, world(office, session, case.ticket, now), Act())
        perform.carry(office, session, on_undelivered(case, case.handoff.number, "5.0.0", draft))
