"""The shelf against the ledger: every case folded anew from its entries, compared, and mended.

One case after the other, so that memory does not grow with the record: a case's entries are read
together by their index, folded, laid beside the shelf's row and let go.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import groupby

from deskless.agent.case.case import Case
from deskless.agent.case.event_live import EVENTS
from deskless.agent.case.state import IllegalMove, advance
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.store import cases
from deskless.store.cases import CaseRow
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry

PACE = 1000
"""Entries between two words about progress."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Folded:
    """A case as its entries add up; None when none of them fits. `broken` names those that do not,
    `count` says how many entries it has.
    """

    key: str
    case: Case | None
    broken: tuple[str, ...]
    count: int


def rebuild_shelf(
    office: Office, *, write: bool = False, progress: Progress = lambda _done, _of: None
) -> list[str]:
    """Where the shelf is not what the ledger adds up to, a line each; `write` mends it.

    `progress` is told (entries read, entries in all) now and then.
    """
    if not write:
        with office.store.reading() as session:
            return shelf_differences(session, progress)
    with office.store.transaction() as session:
        mismatches = shelf_differences(session, progress)
        if mismatches:
            mended = _mend(session)
            event = office_events.ShelfRebuilt(
                at=office.clock.now(),
                cause="command line",
                differences=len(mismatches),
                cases=mended,
            )
            journal.enter(session, event)
        return mismatches


def shelf_differences(session: Session, progress: Progress = lambda _done, _of: None) -> list[str]:
    """Where the shelf is not what the entries add up to, a line each; nothing where all is well."""
    mismatches: list[str] = []
    done, size = 0, entries.count_entries(session)
    for folded in folded_cases(session):
        mismatches += folded.broken
        mismatches += _beside(folded, cases.get_case(session, folded.key))
        if (done + folded.count) // PACE > done // PACE:
            progress(done + folded.count, size)
        done += folded.count
    mismatches += [
        f"{key}: on the shelf, and the ledger has no entry of it"
        for key in cases.stray_keys(session)
    ]
    if cases.tally_statuses(session) != cases.counts_by_status(session):
        mismatches.append("the counters of cases by status are not what the shelf holds")
    progress(size, size)
    return mismatches


def folded_cases(session: Session) -> Iterator[Folded]:
    """Every case as its entries add up, one after the other by key."""
    for key, told in groupby(entries.by_case(session), lambda entry: entry.case or ""):
        case: Case | None = None
        broken: list[str] = []
        count = 0
        for kept_entry in told:
            count += 1
            if kept_entry.kind in EVENTS:
                case = _step(case, kept_entry, broken)
        yield Folded(key, case, tuple(broken), count)


def _step(case: Case | None, entry: Entry, broken: list[str]) -> Case | None:
    """The case after this entry; as before where it does not fit."""
    try:
        return advance(case, journal.event_of_entry(entry))
    except IllegalMove as illegal:
        broken.append(f"{entry.case}: entry {entry.seq}: {illegal}")
    except ValueError as unread:
        text = str(unread).partition("\n")[0]
        broken.append(f"{entry.case}: entry {entry.seq} cannot be read: {text}")
    return case


def _mend(session: Session) -> int:
    """Put the shelf there anew; how many cases it holds."""
    cases.clear_shelf(session)
    count = 0
    for folded in folded_cases(session):
        if folded.case is not None:
            cases.put_case(session, journal.row_of_case(folded.case, folded.case.changed_at))
            count += 1
    return count


def _beside(folded: Folded, row: CaseRow | None) -> list[str]:
    """What a case's row on the shelf says otherwise."""
    if folded.case is None:
        return [f"{row.key}: on the shelf, and its entries make no case"] if row else []
    if row is None:
        return [f"{folded.key}: in the ledger, and not on the shelf"]
    return _against(row, folded.case)


def _against(row: CaseRow, ours: Case) -> list[str]:
    """The fields of a shelf row that are not what the ledger adds up to."""
    right = journal.row_of_case(ours, row.due_at)
    if row == right:
        return []
    try:
        theirs = journal.case_of_row(row)
    except ValueError:
        return [f"{row.key}: the shelf's row cannot be read"]
    parts = [
        (field.name, getattr(theirs, field.name), getattr(ours, field.name))
        for field in fields(Case)
    ]
    parts += [
        (f"the column {field.name}", getattr(row, field.name), getattr(right, field.name))
        for field in fields(CaseRow)
        if field.name not in {"state", "private"}
    ]
    return [
        f"{row.key}: {name} is {_shown(shelf)} on the shelf, {_shown(ledger)} by the ledger"
        for name, shelf, ledger in parts
        if shelf != ledger
    ]


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
