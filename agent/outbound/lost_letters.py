"""Letters to customers that will not arrive: refused to us, or returned by another server.

What the ledger says a customer was told is what reached them: who must act hears of it at once, the
letter no longer counts as an answer, and the clock of the promise runs on.
"""

from dataclasses import replace

from deskless.agent.case import event
from deskless.agent.case.decision import Act
from deskless.agent.case.on_mail import LostLetter, on_unreached
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.outbound import departures, perform
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter


def tell_lost(
    office: Office, session: Session, sent: tuple[str, Letter | None], lost: LostLetter,
    *, cause: str = event.CLOCK,
) -> bool:  # fmt: skip
    """Enter that a customer's letter was lost and tell who must act; False: no case is live.

    `sent` is the ticket of the conversation, and the letter where it was one of ours.
    """
    ticket, letter = sent
    now = office.clock.now()
    situation = read_situation(office, session, ticket, now)
    case = situation.case(letter.case) if letter else situation.live_case
    if case is None or case.closed_at is not None:
        return False
    if letter:
        lost = replace(lost, address=letter.to[0])
    undelivered = office_events.LetterUndelivered(
        at=now, cause=cause, ticket=ticket, letter=letter.kind if letter else None, about=case.key,
        number=letter.id if letter else None, status=lost.status or None, final=True,
        said=lost.reason,
    )  # fmt: skip
    journal.enter(session, undelivered)
    told = departures.told_at(session, letter) if letter else None
    decision = on_unreached(case, situation.setting, Act(cause=cause), lost, told)
    perform.carry_out(office, session, decision, situation)
    return True
