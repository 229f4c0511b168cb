"""Breakers: a cap on mails per person and hour, per case and day, and per hour in all.

A letter beyond a cap is written and held, not dropped. A tripped breaker stays tripped over
restarts until somebody resets it (`deskless breaker reset`), and the founder hears of it once. The
most urgent letters (briefs of SEV-1) pass a breaker that lesser ones tripped, up to a cap of their
own.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from deskless.agent.office import state_keys
from deskless.agent.office.state_keys import Tripped
from deskless.store import outbox
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter, NewLetter

if TYPE_CHECKING:
    from deskless.agent.office.office import Office

HELD = datetime(9000, 1, 1, tzinfo=UTC)
"""When a held letter would go: in practice never, until a reset says so."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FREE = frozenset({"breaker_tripped", "trouble", "trouble_over"})
"""Letters about the machine itself, each sent once by its own rule."""

ASKING = frozenset({"brief", "reminder"})
"""Letters that ask one person, and are past when that person is not asked any more."""


def pass_or_hold(office: "Office", session: Session, letter: NewLetter, person: str) -> NewLetter:
    """The letter as it is, or held when a cap is reached or its breaker is tripped already."""
    if letter.kind in FREE:
        return letter
    urgent = letter.urgency == 0
    for name, count, limit in _counts(office, session, letter, person):
        # A flood of small things must not hold back the outage in its midst; the most urgent
        # letters are counted among themselves, so a flood of outages is held all the same.
        if urgent and count < limit:
            continue
        tripped = state_keys.BREAKER.get(session, name) is not None
        if tripped or count >= limit:
            if not tripped:
                _trip(session, letter.created_at, name, count, limit)
            return replace(letter, not_before=HELD)
    return letter


def tripped_breakers(session: Session) -> dict[str, Tripped]:
    """Every breaker that is tripped now: its name, and when and at what count."""
    return state_keys.BREAKER.under(session)


@dataclass(frozen=True, slots=True)
class Freed:
    """What became of the held letters: so many go out, so many were not true any more."""

    going: int
    withdrawn: int


def reset_breakers(office: "Office", session: Session, now: datetime) -> Freed:
    """Close every breaker; what was held goes out, most urgent first and no faster than the caps.

    An offer that is over by now is withdrawn: its case lies with somebody else, or nobody needs to
    be asked any more.
    """
    from deskless.agent.office import journal, office_events

    for name in tripped_breakers(session):
        state_keys.BREAKER.drop(session, name)
    letters = outbox.held_letters(session, HELD)
    past = [letter for letter in letters if _past(office, session, letter)]
    for letter in past:
        outbox.mark_failed(session, letter, "withdrawn: it was held, and its offer is over")
    limits, number, each = office.config.limits, 0, Counter[str]()
    for letter in letters:
        if letter in past:
            continue
        hours = max(number // limits.hour, each[letter.to[0]] // limits.person_hour)
        outbox.hold_letter(session, letter, now + HOUR * hours)
        number, each[letter.to[0]] = number + 1, each[letter.to[0]] + 1
    event = office_events.BreakersReset(at=now, going=number, withdrawn=len(past))
    journal.enter(session, event)
    return Freed(number, len(past))


def _past(office: "Office", session: Session, letter: Letter) -> bool:
    """Whether a letter asks somebody who is not asked any more."""
    from deskless.agent.office import journal

    if letter.kind not in ASKING or letter.case is None:
        return False
    case = journal.read_case(session, letter.case)
    asked = office.person(case.handoff.to) if case and case.handoff else None
    if asked is None or letter.to[0] not in asked.emails:
        return True
    briefs = [
        owed_letter.id
        for owed_letter in outbox.of_case(session, letter.case)
        if owed_letter.kind == "brief"
    ]
    return letter.kind == "brief" and briefs[-1] != letter.id


def _counts(
    office: "Office", session: Session, letter: NewLetter, person: str
) -> list[tuple[str, int, int]]:
    now, limits = letter.created_at, office.config.limits
    to, up_to = letter.to[0], 0 if letter.urgency == 0 else None
    counts = [
        (f"person:{person}", outbox.sent_since(session, now - HOUR, recipient=to, urgency=up_to),
         limits.person_hour),
        ("hour", outbox.sent_since(session, now - HOUR, urgency=up_to), limits.hour),
    ]  # fmt: skip
    if letter.case:
        count = outbox.sent_since(session, now - DAY, case=letter.case, urgency=up_to)
        counts.append((f"case:{letter.case}", count, limits.case_day))
    return counts


def _trip(session: Session, now: datetime, name: str, count: int, limit: int) -> None:
    from deskless.agent.office import journal, office_events

    trip = Tripped(at=now.isoformat(), count=count, limit=limit, told=False)
    state_keys.BREAKER.put(session, trip, name)
    event = office_events.BreakerTripped(at=now, name=name, count=count, limit=limit)
    journal.enter(session, event)
