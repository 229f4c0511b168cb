"""The live cases as a person reads them: ranked, one owner each, timers in words."""

from typing import TYPE_CHECKING

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import due
from deskless.agent.case.rank import rank
from deskless.agent.case.say_time import say
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound.brief import happened, promise
from deskless.agent.outbound.case_view import View, view
from deskless.store import cases
from deskless.store.engine.session import Session
from deskless.templates.parts import CaseLine

if TYPE_CHECKING:
    from deskless.templates.answers import CaseList

MOST = 25


def lines(office: Office, session: Session, *, limit: int = MOST) -> list[tuple[Case, CaseLine]]:
    """The most urgent live cases, first things first."""
    kept = [journal.case(row) for row in cases.live(session, limit=limit)]
    return [(one, line(view(office, session, one))) for one in kept]


def line(seen: View) -> CaseLine:
    """One case as one line; the arithmetic of its rank is in `why`."""
    case, office = seen.case, seen.office
    next_due = case.promise or due(case)
    asked = case.handoff.to if case.handoff else case.asked
    return CaseLine(
        case=case.key,
        customer=seen.customer,
        severity=case.severity.value,
        what=happened(seen) or seen.thread.subject,
        state=state(case),
        owner=office.name(case.owner) if case.owner else None,
        asked=office.name(asked) if asked and not case.owner else "",
        blocker=case.blocker.value.replace("_", " ") if case.blocker else None,
        next=seen.next_action,
        deadline=seen.time(next_due),
        timer=seen.left(next_due),
        late=bool(next_due and next_due < seen.now),
        promised=promise(seen),
        why=rank(case).shown(),
    )


def state(case: Case) -> str:
    """Where it stands, in words: what is awaited."""
    return {
        Status.REQUESTED: "waits for the requester's answers",
        Status.OPEN: "looks for an owner",
        Status.OFFERED: "offered",
        Status.OWNED: "owned",
        Status.STRANDED: "with the founder: the chain ended",
        Status.RESOLVED: "resolved, not yet confirmed",
        Status.CLOSED: "closed",
    }[case.status]


def mail(office: Office, session: Session, person: str) -> "CaseList":
    """The answer to LEDGER."""
    from deskless.templates.answers import CaseList

    found = lines(office, session)
    counts = cases.counts(session)
    total = sum(counts.values()) - counts.get(Status.CLOSED.value, 0)
    someone = office.person(person)
    zone = someone.hours.zone if someone else office.config.team.zone
    return CaseList(
        subject="[Deskless] Live cases",
        at=say(office.clock.now(), zone),
        cases=tuple(one for _, one in found),
        more=max(total - len(found), 0),
    )
