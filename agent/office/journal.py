"""Events as the ledger keeps them, and back: the only file that knows both.

What a leaf may hold (ids, enums, numbers, RFC 3339 times) goes into `data`; private fields go
beside it, where they can be erased. What happens to the office and to no case: `office_events`,
whose many classes are loaded by whoever writes or reads one; to look at cases takes none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from deskless.agent.case.case import Case
from deskless.agent.case.event import Event, private_fields
from deskless.agent.case.event_live import EVENTS
from deskless.agent.case.rank import rank_case
from deskless.agent.case.state import replay_events
from deskless.store import cases
from deskless.store.cases import CaseRow
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, NewEntry, Span

if TYPE_CHECKING:
    from deskless.agent.office.event_fields import OfficeEvent

HEAD = frozenset({"at", "by", "cause"})
_CASE = TypeAdapter(Case)


def entry_of_event(event: Event, case: Case, policy: str | None = None) -> NewEntry:
    """The entry that keeps an event of this case."""
    hidden = private_fields(event)
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    data = {
        name: _plain(value)
        for name, value in values.items()
        if name not in HEAD and name not in hidden and value is not None
    }
    words = {name: values[name] for name in sorted(hidden) if values[name]}
    return NewEntry(
        kind=type(event).__name__.lower(),
        at=event.at,
        actor=event.by,
        cause=event.cause,
        ticket=case.ticket,
        case=case.key,
        data=data,
        private=words or None,
        policy=policy or case.policy_hash or None,
    )


def event_of_entry(entry: Entry) -> Event:
    """The event that an entry keeps; erased words come back empty.

    Raises KeyError for an entry that is no event of a case.
    """
    cls: Any = EVENTS[entry.kind]
    known = {field.name for field in fields(cls)}
    words = {name: value for name, value in (entry.private or {}).items() if name in known}
    head = {"at": entry.at, "by": entry.actor, "cause": entry.cause}
    made: Event = _adapter(cls).validate_python(head | entry.data | words)
    return made


def enter(session: Session, *happened: "OfficeEvent") -> list[Entry]:
    """Append events of the office to the ledger, in the caller's transaction."""
    return entries.append_entries(session, [office_entry(each) for each in happened])


def office_entry(happened: "OfficeEvent") -> NewEntry:
    """The entry that keeps an event of the office."""
    from deskless.agent.office import event_fields
    from deskless.agent.office.office_events import KIND_OF

    data: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for each in fields(happened):
        value = getattr(happened, each.name)
        stored = value is not None or each.metadata.get(event_fields.ALWAYS)
        if each.name not in event_fields.HEAD and stored:
            part = private if each.metadata.get(event_fields.PRIVATE) else data
            part[each.metadata.get(event_fields.NAME) or each.name] = _plain(value)
    return NewEntry(
        kind=KIND_OF[type(happened)],
        at=happened.at,
        actor=happened.by,
        cause=happened.cause,
        ticket=happened.ticket,
        data=data,
        private=private or None,
        policy=happened.policy,
    )


def office_event(entry: Entry) -> "OfficeEvent":
    """The event of the office that an entry keeps; erased words come back empty.

    Raises KeyError for an entry that is none.
    """
    from deskless.agent.office import event_fields
    from deskless.agent.office.office_events import KINDS

    cls: Any = KINDS[entry.kind]
    values: dict[str, Any] = {
        "at": entry.at, "by": entry.actor, "cause": entry.cause, "ticket": entry.ticket,
        "policy": entry.policy,
    }  # fmt: skip
    for each in fields(cls):
        part = (entry.private or {}) if each.metadata.get(event_fields.PRIVATE) else entry.data
        name = each.metadata.get(event_fields.NAME) or each.name
        if each.name not in event_fields.HEAD and name in part:
            values[each.name] = part[name]
    made: OfficeEvent = _adapter(cls).validate_python(values)
    return made


def record_events(
    session: Session, case: Case, events: Iterable[Event], due_at: datetime | None
) -> list[Entry]:
    """Append the events and put the case on the shelf, in the caller's transaction.

    `due_at` is when the case is next due (`agent/live/timers.due_at`, UTC).
    """
    kept_entries = entries.append_entries(
        session, [entry_of_event(event, case) for event in events]
    )
    cases.put_case(session, row_of_case(case, due_at))
    return kept_entries


def row_of_case(case: Case, due_at: datetime | None) -> CaseRow:
    """The case as the shelf keeps it; it is next due at that instant (UTC)."""
    place = rank_case(case)
    return CaseRow(
        key=case.key,
        ticket=case.ticket,
        seq=case.seq,
        status=case.status.value,
        owner=case.owner,
        tier=str(case.tier),
        severity=case.severity.value,
        rank=None if case.closed_at else place.number,
        due_at=due_at,
        state=_CASE.dump_json(case).decode(),
    )


def case_of_row(row: CaseRow) -> Case:
    """The case that a shelf row keeps."""
    return _CASE.validate_json(row.state)


def read_case(session: Session, key: str) -> Case | None:
    """The case of this key, from the shelf."""
    row = cases.get_case(session, key)
    return case_of_row(row) if row else None


def case_events(session: Session, key: str) -> Iterator[Event]:
    """Every event of a case, oldest first, from the ledger."""
    return (
        event_of_entry(entry)
        for entry in entries.read_entries(session, Span(case=key))
        if entry.kind in EVENTS
    )


def case_from_ledger(session: Session, key: str) -> Case:
    """The case as its entries add up. Raises ValueError when it has none."""
    return replay_events(case_events(session, key))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    return value


@lru_cache
def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(cls)
