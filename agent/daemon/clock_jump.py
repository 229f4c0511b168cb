"""A clock that goes back: what was put off under the wrong time must not wait for it to come again.

Deadlines and the regular mails need no help: they are instants in UTC, and each regular mail has a
key that is used once. A clock that goes forward only makes things due, which is caught up with.
"""

from datetime import UTC, datetime, timedelta

from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.store import outbox

SLACK = timedelta(minutes=2)
"""Time servers step a clock by seconds; that is no jump."""
LONGEST = timedelta(hours=1)
"""Nothing is ever put off by more than this, so what lies beyond it was put off by mistake."""
NEVER = datetime(8999, 1, 1, tzinfo=UTC)
"""Letters that a breaker holds lie behind this and stay where they are."""


def watch_clock(office: Office) -> timedelta | None:
    """Compare the clock with the last turn's; by how much it went back, None if it did not."""
    now = office.clock.now()
    with office.store.reading() as session:
        seen = state_keys.CLOCK_SEEN.get(session)
    last = seen or now
    if last - SLACK <= now < last + SLACK and seen:
        return None
    back = last - now
    with office.store.transaction() as session:
        state_keys.CLOCK_SEEN.put(session, now)
        if back <= SLACK:
            return None
        moved = outbox.pull_forward(session, now, now + LONGEST, NEVER)
        seconds = int(back.total_seconds())
        journal.enter(session, office_events.ClockWentBack(at=now, seconds=seconds, moved=moved))
    office.log.warning("clock went back", seconds=int(back.total_seconds()))
    return back
