"""The case as a state machine: every move it can make stands in `MOVES`, and nowhere else.

A case is what its events add up to: `replay(events)` folds `advance` over them, and the case table
is only a shelf for the result. Two rules hold:

1. All changes of status are rows of `MOVES`: status x event -> status. No row means the event
   cannot happen now: `advance` raises `IllegalMove` and the case is unchanged. Only our own code
   can cause that; what a person asks is checked by `decide` first, and becomes `Refused`.
2. This file does not know who acts, what time it is, or what any mail says. Every instant comes
   in with an event, and no private field of an event is ever looked at.

Ownership changes in two rows only: `Accepted` gives it, `Released` takes it. An accepted case is a
lease: it carries the next update promised to the customer, and when that passes without word the
case is released and offered again. `Undone` has no fixed target: it leads back to where the case
stood before the act that is taken back, so its rows say `BACK`.

An event about a handoff carries that handoff's number, and only the newest open one can move; a
reply to an old brief cannot move a newer offer.
"""

from collections.abc import Iterable
from dataclasses import replace

from deskless.agent.case import event as ev
from deskless.agent.case.after.event_after import AFTERWARDS
from deskless.agent.case.case import Case, Status
from deskless.agent.case.effects import CHANGES, begin_case
from deskless.agent.case.event import Event
from deskless.agent.case.event_live import (
    Called,
    Explained,
    Flagged,
    FlagsTold,
    Ticked,
    Told,
    Unfollowed,
)
from deskless.agent.case.live import event_war_room as room_ev
from deskless.agent.case.live.effects_live import note_news
from deskless.agent.case.live.event_return import CameBack

BACK = None
"""The target of `Undone`: the status before the act that is taken back."""

ALWAYS = (
    ev.Noted, ev.Touched, ev.Approved, ev.Reached, ev.Unreached, ev.Refused, ev.Inquired,
    ev.Informed, ev.Corrected, ev.Parted, room_ev.RoomOpened, room_ev.CommandPassed, room_ev.Logged,
    room_ev.OutsiderSeen, room_ev.RoomClosed, Ticked, Told, Unfollowed, Flagged, FlagsTold,
    Explained, Called, *AFTERWARDS,
)  # fmt: skip
"""What may happen at any time and moves nothing."""
ROOM = (room_ev.CommandPassed, room_ev.Logged, room_ev.OutsiderSeen, room_ev.RoomClosed)
"""What happens in a war room, which opens first."""

BESIDE = (Ticked, Told, Unfollowed, Flagged, FlagsTold, *AFTERWARDS)
"""What happens beside the status, and changes nothing that its next step is counted from."""

_S = Status
MOVES: dict[Status, dict[type[Event], Status | None]] = {
    _S.REQUESTED: {
        ev.Completed: _S.OPEN, ev.Reminded: _S.REQUESTED, ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.OPEN: {
        ev.Offered: _S.OFFERED, ev.Returned: _S.REQUESTED, ev.Stranded: _S.STRANDED,
        ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.OFFERED: {
        ev.Accepted: _S.OWNED, ev.Bounced: _S.OPEN, ev.Named: _S.OPEN, ev.Lapsed: _S.OPEN,
        ev.Away: _S.OPEN, ev.Undelivered: _S.OPEN, ev.Postponed: _S.OFFERED,
        ev.Reminded: _S.OFFERED, ev.Retimed: _S.OFFERED, ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.OWNED: {
        ev.Progressed: _S.OWNED, ev.Reminded: _S.OWNED, ev.Released: _S.OPEN,
        ev.Resolved: _S.RESOLVED, ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.STRANDED: {
        ev.Accepted: _S.OWNED, ev.Bounced: _S.OPEN, ev.Named: _S.OPEN, ev.Reminded: _S.STRANDED,
        CameBack: _S.OPEN,
        ev.Resolved: _S.RESOLVED, ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.RESOLVED: {
        ev.Reopened: _S.OWNED, ev.Reminded: _S.RESOLVED, ev.Closed: _S.CLOSED, ev.Undone: BACK,
    },
    _S.CLOSED: {
        ev.Reopened: _S.OPEN, ev.Undone: BACK,
    },
}  # fmt: skip
for _status, _row in MOVES.items():
    _row.update(dict.fromkeys(ALWAYS, _status))


class IllegalMove(Exception):
    """An event that cannot happen in this status; the case is unchanged."""

    def __init__(self, status: Status | None, event: Event) -> None:
        self.status = status
        self.event = event
        super().__init__(f"{type(event).__name__} cannot happen to a case that is {status}")


def advance(case: Case | None, event: Event) -> Case:
    """The case after `event`. Raises `IllegalMove` (case unchanged) where `MOVES` has no row."""
    if case is None:
        if not isinstance(event, ev.Requested | ev.Opened):
            raise IllegalMove(None, event)
        return begin_case(event)
    row = MOVES[case.status]
    if type(event) not in row or not _fits(case, event):
        raise IllegalMove(case.status, event)
    target = row[type(event)]
    changed = case.changed_at if isinstance(event, BESIDE) else event.at
    after = replace(case, status=target or case.status, changed_at=changed)
    change = CHANGES.get(type(event))
    after = change(after, event, case) if change else after
    if after.promise != case.promise:
        after = replace(after, promised_at=event.at if after.promise else None)
    return note_news(after, case, event.at)


def replay_events(events: Iterable[Event]) -> Case:
    """The case that these events add up to, oldest first. Raises ValueError when there are none."""
    case: Case | None = None
    for event in events:
        case = advance(case, event)
    if case is None:
        raise ValueError("a case begins with an event; there is none")
    return case


def _fits(case: Case, event: Event) -> bool:
    number = getattr(event, "number", None)
    if isinstance(event, ev.Offered | ev.Stranded):
        return event.number == len(case.handoffs) + 1
    if isinstance(event, ev.Undone):
        return case.before is not None
    if isinstance(event, ROOM):
        return case.room is not None
    if isinstance(event, ev.Refused) or number is None:
        return True
    return case.handoff is not None and case.handoff.number == number
