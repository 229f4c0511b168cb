"""One case as the figures see it: as it stood at some instant, and what became of its promises.

A promise is the next update that a customer is owed. It is kept when, not later than its time, a
letter to the customer left (ours, or a teammate's own that we have seen), or they were called by
the owner's word; what else an owner tells us is no word to them. It is broken at its time
otherwise, once, whatever follows. It is neither where it was taken back before its time: by an
undo, by the end of the case, by an owner who gives it back, or by a newer promise for an earlier
time. The letter that tells the customer the time does not keep the promise for that time.

What a letter told the customer outlives whoever wrote it: while its time is to come, no other time
that an owner names to us counts beside it, and no release takes it back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from deskless.agent.case import event as ev
from deskless.agent.case.case import Case
from deskless.agent.case.event import Event, Opening, Why
from deskless.agent.case.event_live import Called
from deskless.agent.case.state import IllegalMove, advance

OVER = frozenset({Why.DONE.value, Why.CONFIRMED.value, Why.UNCONFIRMED.value})
"""Reasons of closing that mean the customer was helped."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the key of its case, and the number of its entry (0: not known)."""

    case: str
    event: Event
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer is owed: `begun`, `due` and `ended` in UTC, `owner` a person's id.

    `void` is set where it was taken back; `ended` is None while it stands. `written` is
    when the customer was told this time; None: they were not. `by_letter`: that word made it.
    """

    owner: str
    due: datetime
    begun: datetime
    ended: datetime | None = None
    void: bool = False
    written: datetime | None = None
    by_letter: bool = False

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
    entries: list[int] = field(default_factory=list)

    def entries_at(self, *instants: datetime | None) -> tuple[int, ...]:
        """The entries of the events of these instants."""
        pairs = zip(self.events, self.entries, strict=True)
        return tuple(entry for event, entry in pairs if event.at in instants)

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
        tale.entries.append(happening.entry)
    return MappingProxyType(by_case)


def first_impossible(history: Iterable[Happened]) -> Happened | None:
    """The first event of one case's history that cannot follow what stands before it, or None."""
    case: Case | None = None
    for happening in history:
        try:
            case = advance(case, happening.event)
        except IllegalMove:
            return happening
    return None


def _watch(tale: Tale, event: Event, before: Case) -> None:
    watch = WATCHED.get(type(event))
    if watch:
        watch(tale, event, before)


def _written(tale: Tale, at: datetime, promise: datetime | None = None) -> None:
    """A letter to the customer left, which may tell them when the next word comes."""
    tale.told.append(at)
    for number, each in enumerate(tale.promises):
        if each.ended is None and each.due != promise:
            tale.promises[number] = replace(each, ended=at)
    _begin(tale, promise, at, written=True)


def _begin(tale: Tale, due: datetime | None, at: datetime, *, written: bool = False) -> None:
    """Another promise stands; it replaces those for a later time."""
    if due is None:
        return
    told = at if written else None
    standing = {n: each for n, each in enumerate(tale.promises) if each.ended is None}
    same = [number for number, each in standing.items() if each.due == due]
    if same:
        known = standing[same[0]]
        tale.promises[same[0]] = replace(known, written=known.written or told)
        return
    if not written and any(each.written and at < each.due for each in standing.values()):
        return
    for number, each in standing.items():
        if due < each.due:
            tale.promises[number] = replace(each, ended=at, void=True)
    owner = tale.case.owner or ""
    tale.promises.append(Promise(owner, due, at, written=told, by_letter=written))


def _withdraw(
    tale: Tale, at: datetime, since: datetime | None = None, *, told: bool = True
) -> None:
    """The promises that stand are taken back; one whose time has passed stays broken.

    `since`: only those that began then. `told` is False where those that a customer was told stay.
    """
    for number, each in enumerate(tale.promises):
        stays = each.written and not told
        if each.ended is None and at <= each.due and since in {None, each.begun} and not stays:
            tale.promises[number] = replace(each, ended=at, void=True)


def _accepted(tale: Tale, event: ev.Accepted, _: Case) -> None:
    _begin(tale, event.promise, event.at)


def _progressed(tale: Tale, event: ev.Progressed, _: Case) -> None:
    _begin(tale, event.promise, event.at)


def _released(tale: Tale, event: ev.Released, _: Case) -> None:
    _withdraw(tale, event.at, told=False)


def _closed(tale: Tale, event: ev.Closed, _: Case) -> None:
    _withdraw(tale, event.at)


def _reopened(tale: Tale, event: ev.Reopened, _: Case) -> None:
    _begin(tale, event.promise, event.at)


def _undone(tale: Tale, event: ev.Undone, before: Case) -> None:
    act = before.before.at if before.before else None
    _withdraw(tale, event.at, since=act)
    for number, each in enumerate(tale.promises):
        if each.void and each.ended == act:
            tale.promises[number] = replace(each, ended=None, void=False)
    _begin(tale, tale.case.promise, event.at)


def _touched(tale: Tale, event: ev.Touched, before: Case) -> None:
    if event.by != ev.CUSTOMER:
        _written(tale, event.at, event.promise)
    elif before.unanswered_since is not None:
        tale.again.append(event.at)


def _called(tale: Tale, event: Called, _: Case) -> None:
    _written(tale, event.at, event.promise)


def _approved(tale: Tale, event: ev.Approved, before: Case) -> None:
    if not event.waits:  # in records of an earlier version the yes counted as the letter
        _written(tale, event.at, event.promise if tale.case.promise != before.promise else None)


def _reached(tale: Tale, event: ev.Reached, _: Case) -> None:
    _written(tale, event.at, event.promise if tale.case.promise == event.promise else None)


def _unreached(tale: Tale, event: ev.Unreached, _: Case) -> None:
    """What came back told nothing: the promise that it was to keep stands as it stood before."""
    if event.told not in tale.told:
        return
    tale.told.remove(event.told)
    tale.promises = [
        replace(
            each,
            ended=None if each.ended == event.told else each.ended,
            void=each.void and each.ended != event.told,
            written=None if each.written == event.told else each.written,
        )
        for each in tale.promises
        if not (each.by_letter and each.begun == event.told)
    ]


def _stranded(tale: Tale, event: ev.Stranded, _: Case) -> None:
    tale.stranded.append((event.number, event.at))


WATCHED: dict[type[Event], Callable[[Tale, Any, Case], None]] = {
    ev.Accepted: _accepted, ev.Progressed: _progressed,
    ev.Released: _released, ev.Closed: _closed, ev.Reopened: _reopened, ev.Undone: _undone,
    ev.Touched: _touched, ev.Approved: _approved, ev.Reached: _reached,
    ev.Unreached: _unreached,
    ev.Stranded: _stranded, Called: _called,
}  # fmt: skip
