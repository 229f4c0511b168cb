"""One case as the figures see it: as it stood at some instant, and what became of its promises.

A promise is the next update a customer was told to expect. It is kept when, not later than its
time, the customer was written to, the owner gave the next promise, or the case was resolved. It is
broken at its time otherwise, once, whatever follows. It is neither where it was taken back before
its time: by an undo, by a duplicate, by an owner who gives the case back, or by a newer promise.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from deskless.agent.case import event as ev
from deskless.agent.case.case import Case
from deskless.agent.case.event import Event, Opening, Why
from deskless.agent.case.state import advance

OVER = frozenset({Why.DONE.value})
"""Reasons of closing that mean the customer was helped."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the key of its case."""

    case: str
    event: Event


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was told to expect: `due` and `ended` in UTC, `owner` a person's id.

    `void` is set where it was taken back; `ended` is None while it stands.
    """

    owner: str
    due: datetime
    ended: datetime | None = None
    void: bool = False

    def kept(self, until: datetime) -> bool | None:
        """Whether it was kept, as known at `until`; None: void, or not yet due."""
        if self.void:
            return None
        if self.ended is not None and self.ended <= self.due:
            return True
        return False if self.due < until or self.ended is not None else None

    def settled(self) -> datetime:
        """When it was kept, or the time at which it was broken."""
        in_time = self.ended is not None and self.ended <= self.due
        return self.ended if in_time and self.ended else self.due


@dataclass(slots=True)
class Tale:
    """A case folded up to some instant. `case` is how it stands then, `begun` how it began."""

    case: Case
    begun: Opening
    events: list[Event] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    again: list[datetime] = field(default_factory=list)
    told: list[datetime] = field(default_factory=list)
    stranded: list[tuple[int, datetime]] = field(default_factory=list)

    @property
    def done_at(self) -> datetime | None:
        """When it was solved, as it stands; None: it is open, or it ended another way."""
        if self.case.resolved_at:
            return self.case.resolved_at
        return self.case.closed_at if self.case.reason in OVER else None

    def of(self, *kinds: type[Event]) -> list[Any]:
        """The events of these kinds, oldest first."""
        return [event for event in self.events if isinstance(event, kinds)]


def case_tales(happened: Iterable[Happened], until: datetime) -> Mapping[str, Tale]:
    """Every case as its events before `until` add up; `happened` is in order within each case.

    Raises IllegalMove for events that cannot follow each other.
    """
    by_case: dict[str, Tale] = {}
    for happening in happened:
        if happening.event.at >= until:
            continue
        tale = by_case.get(happening.case)
        if tale is None:
            case = advance(None, happening.event)
            assert isinstance(happening.event, Opening), "advance lets no case begin otherwise"
            tale = by_case[happening.case] = Tale(case, happening.event)
        else:
            before, tale.case = tale.case, advance(tale.case, happening.event)
            _watch(tale, happening.event, before)
        tale.events.append(happening.event)
    return MappingProxyType(by_case)


def _watch(tale: Tale, event: Event, before: Case) -> None:
    watch = WATCHED.get(type(event))
    if watch:
        watch(tale, event, before)


def _end(tale: Tale, at: datetime, *, void: bool = False) -> None:
    """The promise that stands has come to its end."""
    if tale.promises and tale.promises[-1].ended is None:
        tale.promises[-1] = replace(tale.promises[-1], ended=at, void=void)


def _begin(tale: Tale, due: datetime | None, at: datetime) -> None:
    if due is not None:
        _withdraw(tale, at)
        tale.promises.append(Promise(tale.case.owner or "", due))


def _withdraw(tale: Tale, at: datetime) -> None:
    """The promise that stands is taken back; one whose time has passed stays broken."""
    if tale.promises and tale.promises[-1].ended is None:
        _end(tale, at, void=at <= tale.promises[-1].due)


def _accepted(tale: Tale, event: ev.Accepted, _: Case) -> None:
    _begin(tale, event.promise, event.at)


def _progressed(tale: Tale, event: ev.Progressed, _: Case) -> None:
    if event.promise is not None:
        _end(tale, event.at)
        _begin(tale, event.promise, event.at)


def _resolved(tale: Tale, event: ev.Resolved, _: Case) -> None:
    _end(tale, event.at)


def _released(tale: Tale, event: ev.Released, _: Case) -> None:
    _withdraw(tale, event.at)


def _closed(tale: Tale, event: ev.Closed, _: Case) -> None:
    if event.reason.value in OVER:
        _end(tale, event.at)
    _withdraw(tale, event.at)


def _reopened(tale: Tale, event: ev.Reopened, _: Case) -> None:
    _begin(tale, event.promise, event.at)


def _undone(tale: Tale, event: ev.Undone, before: Case) -> None:
    last = tale.promises[-1] if tale.promises else None
    ended_by_it = before.before is not None and last is not None and last.ended == before.before.at
    if last is not None and ended_by_it and last.due == tale.case.promise:
        tale.promises[-1] = replace(last, ended=None, void=False)
        return
    _withdraw(tale, event.at)
    _begin(tale, tale.case.promise, event.at)


def _touched(tale: Tale, event: ev.Touched, before: Case) -> None:
    if event.by != ev.CUSTOMER:
        tale.told.append(event.at)
        _end(tale, event.at)
    elif before.unanswered_since is not None:
        tale.again.append(event.at)


def _approved(tale: Tale, event: ev.Approved, before: Case) -> None:
    tale.told.append(event.at)
    _end(tale, event.at)
    if tale.case.promise != before.promise:
        _begin(tale, tale.case.promise, event.at)


def _unreached(tale: Tale, event: ev.Unreached, _: Case) -> None:
    """What came back told nothing: the promise that it was to keep stands as it stood before."""
    if event.told not in tale.told:
        return
    tale.told.remove(event.told)
    ended = [number for number, each in enumerate(tale.promises) if each.ended == event.told]
    for number in ended:
        tale.promises[number] = replace(tale.promises[number], ended=None, void=False)
        del tale.promises[number + 1 :]


def _stranded(tale: Tale, event: ev.Stranded, _: Case) -> None:
    tale.stranded.append((event.number, event.at))


WATCHED: dict[type[Event], Callable[[Tale, Any, Case], None]] = {
    ev.Accepted: _accepted, ev.Progressed: _progressed, ev.Resolved: _resolved,
    ev.Released: _released, ev.Closed: _closed, ev.Reopened: _reopened, ev.Undone: _undone,
    ev.Touched: _touched, ev.Approved: _approved, ev.Unreached: _unreached,
    ev.Stranded: _stranded,
}  # fmt: skip
