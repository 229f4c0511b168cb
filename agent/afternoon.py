"""The afternoon ask to each owner: progress, what blocks now, what is promised next (R87)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from deskless.agent import journal
from deskless.agent.brief import happened, promise
from deskless.agent.case.case import Case, Status
from deskless.agent.health import Health
from deskless.agent.office import Office
from deskless.agent.view import view
from deskless.agent.writing import Envelope, write
from deskless.store import cases
from deskless.templates.values import Afternoon

QUIET = timedelta(hours=4)
"""An owner who said something this recently is not asked."""


def ask_owners(office: Office, session: Session, now: datetime, _: Health) -> bool:
    """One mail for each owned case without recent word, to its owner."""
    asked = False
    for row in cases.live(session, limit=200):
        case = journal.case(row)
        if case.status is Status.OWNED and now - case.changed_at >= QUIET:
            _ask(office, session, case)
            asked = True
    return asked


def _ask(office: Office, session: Session, case: Case) -> None:
    seen = view(office, session, case)
    owner = case.owner or office.rules.founder
    value = Afternoon(
        owner=office.name(owner).split()[0],
        what=happened(seen) or seen.thread.subject,
        severity=case.severity.value,
        customer=seen.customer,
        blocker=case.blocker.value.replace("_", " ") if case.blocker else None,
        next=seen.next_action,
        promised=promise(seen),
        timer=seen.left(case.promise),
        since=seen.time(case.changed_at, owner) or "",
    )
    envelope = Envelope(
        to=owner, kind="afternoon", purpose="progress", case=case.key, ticket=case.ticket,
        subject=seen.subject, urgency=6,
        thread=frozenset(one.message_id for one in seen.thread.posts if one.message_id),
    )  # fmt: skip
    write(office, session, value, envelope)
