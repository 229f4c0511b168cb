"""Letters to customers that will not arrive: refused to us, or returned by another server.

What the ledger says a customer was told is what reached them: who must act hears of it at once, the
letter no longer counts as an answer, and the clock of the promise runs on.
"""

from dataclasses import replace
from datetime import datetime

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act
from deskless.agent.case.on_mail import LostLetter, on_unreached
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.outbound import departures, perform
from deskless.store import threads
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter


def tell_lost(
    office: Office, session: Session, sent: tuple[str, Letter | None], lost: LostLetter,
    *, cause: str = event.CLOCK,
) -> bool:  # fmt: skip
    """Enter that a customer's letter was lost and tell who must act; False: there is no case.

    `sent` is the ticket of the conversation, and the letter where it was one of ours. What is over
    hears of it too: its customer was told nothing.
    """
    ticket, letter = sent
    now = office.clock.now()
    situation = read_situation(office, session, ticket, now)
    latest = situation.live_case or (situation.cases[-1] if situation.cases else None)
    case = situation.case(letter.case) if letter else latest
    if case is None:
        return False
    if letter:
        lost = replace(lost, address=letter.to[0])
    undelivered = office_events.LetterUndelivered(
        at=now, cause=cause, ticket=ticket, letter=letter.kind if letter else None, about=case.key,
        number=letter.id if letter else None, status=lost.status or None, final=True,
        said=lost.reason,
    )  # fmt: skip
    journal.enter(session, undelivered)
    left = _by_hand(session, case, lost.name)
    if letter:
        left = departures.told_at(session, letter), ""
    decision = on_unreached(case, situation.setting, Act(cause=cause), lost, left)
    perform.carry_out(office, session, decision, situation)
    return True


def _by_hand(session: Session, case: Case, name: str) -> tuple[datetime | None, str]:
    """When a mail that the team wrote by itself was read into a case, and its cause.

    `name` is its Message-ID. None and nothing where it was never read.
    """
    named = name.strip("<>")
    family = threads.ticket_family(session, case.ticket)
    posts = [post for ticket in family for post in threads.posts_of(session, ticket)]
    causes = {
        f"mail:{post.digest}" for post in posts
        if named and post.message_id and post.message_id.strip("<>") == named
    }  # fmt: skip
    for past in journal.case_events(session, case.key):
        if isinstance(past, event.Touched) and past.cause in causes:
            return past.at, past.cause
    return None, next(iter(sorted(causes)), "")
