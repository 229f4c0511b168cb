"""The live cases as a person reads them: ranked, one owner each, timers in words."""

from textwrap import shorten
from typing import TYPE_CHECKING

from deskless.agent.case.case import Case, Status
from deskless.agent.case.decide import deadline_at
from deskless.agent.case.live.room import leader
from deskless.agent.case.rank import leadership_signal, rank_case, wants_attention
from deskless.agent.case.say_time import say_instant
from deskless.agent.live.clocks import RunningClock, next_clock
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound.brief import promise_told, what_happened
from deskless.agent.outbound.case_view import View, view_case
from deskless.store import cases
from deskless.store.engine.session import Session
from deskless.templates.parts import CaseLine

if TYPE_CHECKING:
    from deskless.templates.answers import CaseList

MOST = 25


ROOM_WORDS = 160
"""Characters of what was said last in a war room."""


def ranked_lines(
    office: Office, session: Session, *, limit: int = MOST, clocks: bool = True
) -> list[tuple[Case, CaseLine]]:
    """The most urgent live cases, first things first; with each one's next clock, which takes the
    team's holidays to compute.
    """
    known_cases = [journal.case_of_row(row) for row in cases.live_cases(session, limit=limit)]
    seen = [view_case(office, session, case) for case in known_cases]
    if not clocks:
        return [(view.case, case_line(view)) for view in seen]
    setting = office.setting(session, office.clock.now())
    return [(view.case, case_line(view, next_clock(view.case, setting))) for view in seen]


def case_line(seen: View, clock: RunningClock | None = None) -> CaseLine:
    """One case as one line, with its next clock; the arithmetic of its rank is in `why`."""
    case, office = seen.case, seen.office
    next_due = deadline_at(case)
    asked = case.handoff.to if case.handoff else case.asked
    return CaseLine(
        case=case.key,
        customer=seen.customer,
        severity=case.severity.value,
        what=what_happened(seen) or seen.thread.subject,
        state=case_standing(case),
        owner=office.name(case.owner) if case.owner else None,
        asked=office.name(asked) if asked and not case.owner else "",
        blocker=seen.blocker,
        next=seen.next_action,
        deadline=seen.time(next_due),
        timer=seen.left(next_due),
        late=bool(next_due and next_due < seen.now),
        promised=promise_told(seen),
        why=rank_case(case).shown(),
        nature=case.nature.value,
        leads=leadership_signal(case),
        attention=wants_attention(case, seen.now),
        flags=", ".join(raised.flag.value for raised in case.flags),
        clock=f"{clock.name}, {clock.text}" if clock else "",
    )


def case_standing(case: Case) -> str:
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


def ledger_mail(office: Office, session: Session, person: str) -> "CaseList":
    """The answer to LEDGER."""
    from deskless.templates.answers import CaseList

    ranked = ranked_lines(office, session)
    counts = cases.counts_by_status(session)
    total = sum(counts.values()) - counts.get(Status.CLOSED.value, 0)
    someone = office.person(person)
    zone = someone.hours.zone if someone else office.config.team.zone
    return CaseList(
        subject="[Deskless] Live cases",
        at=say_instant(office.clock.now(), zone),
        cases=tuple(line for _, line in ranked),
        more=max(total - len(ranked), 0),
    )


def room_line(view: View) -> str | None:
    """The room in a line: whether it is open, who leads, who said how much, and what came last."""
    room, words = view.case.room, view.room_words
    if room is None:
        return None
    head = view.office.name(leader(view.case))
    parts = [f"open, led by {head}" if room.open else "ended"]
    if words:
        speakers = ", ".join(dict.fromkeys(word.who for word in words))
        last = shorten(" ".join(words[-1].text.split()), ROOM_WORDS, placeholder=" …")
        parts.append(f"{len(words)} {'mail' if len(words) == 1 else 'mails'} of {speakers}")
        parts.append(f"last {words[-1].who}, {words[-1].at}: “{last}”")
    return "; ".join(parts)
