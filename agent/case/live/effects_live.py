"""What each event beside the status changes in a case: clocks, war room, who was told, flags.

One small function per event, as in `effects`; none of them changes a status, an owner or a promise.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from deskless.agent.case.case import Case, RaisedFlag, Room
from deskless.agent.case.event import Event
from deskless.agent.case.event_live import Flagged, FlagsTold, Ticked, Told, Unfollowed
from deskless.agent.case.live import event_war_room as room_ev


def _room_opened(case: Case, event: room_ev.RoomOpened, old: Case) -> Case:
    before = old.room.people if old.room else ()
    people = tuple(dict.fromkeys((*event.people, *before)))
    return replace(case, room=Room(event.at, event.commander, people))


def _room(case: Case) -> Room:
    """The room that something happens in; nothing does before it was opened."""
    assert case.room is not None, "a room opens first"
    return case.room


def _command_passed(case: Case, event: room_ev.CommandPassed, _: Case) -> Case:
    room = _room(case)
    people = tuple(dict.fromkeys((*room.people, event.to)))
    named = event.to if event.named else room.named
    return replace(case, room=replace(room, commander=event.to, people=people, named=named))


def _logged(case: Case, event: room_ev.Logged, old: Case) -> Case:
    room = _room(case)
    people = tuple(dict.fromkeys((*room.people, event.by)))
    return replace(case, room=replace(room, people=people), changed_at=old.changed_at)


def _outsider_seen(case: Case, event: room_ev.OutsiderSeen, old: Case) -> Case:
    return replace(case, changed_at=old.changed_at)


def _room_closed(case: Case, event: room_ev.RoomClosed, _: Case) -> Case:
    return replace(case, room=replace(_room(case), open=False))


def _ticked(case: Case, event: Ticked, _: Case) -> Case:
    return replace(case, ticked=tuple((dict(case.ticked) | {event.clock: event.of}).items()))


def _told(case: Case, event: Told, _: Case) -> Case:
    everybody = tuple(dict.fromkeys((*case.told_to, *event.to, *event.knew)))
    return replace(
        case, told=case.picture, followers_told_at=event.at, told_to=everybody, news=None
    )


def _unfollowed(case: Case, event: Unfollowed, _: Case) -> Case:
    return replace(case, unfollowed=(*case.unfollowed, event.by))


def _flagged(case: Case, event: Flagged, _: Case) -> Case:
    return replace(case, flags=(*case.flags, RaisedFlag(event.flag, event.at)))


def _flags_told(case: Case, event: FlagsTold, _: Case) -> Case:
    flags = (
        replace(raised, told=True) if raised.flag in event.flags else raised
        for raised in case.flags
    )  # fmt: skip
    return replace(case, flags=tuple(flags))


def note_news(case: Case, old: Case, at: datetime) -> Case:
    """The case with the instants since when, and at which last, it is not as it was told."""
    if case.told is None:
        return case
    if not case.told.news(case.picture):
        return replace(case, news=None) if case.news else case
    if case.news and case.picture == old.picture:
        return case
    return replace(case, news=(case.news[0] if case.news else at, at))


LIVE_CHANGES: dict[type[Event], Callable[[Case, Any, Case], Case]] = {
    room_ev.RoomOpened: _room_opened, room_ev.CommandPassed: _command_passed,
    room_ev.Logged: _logged, room_ev.OutsiderSeen: _outsider_seen, room_ev.RoomClosed: _room_closed,
    Ticked: _ticked, Told: _told, Unfollowed: _unfollowed, Flagged: _flagged,
    FlagsTold: _flags_told,
}  # fmt: skip
