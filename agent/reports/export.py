"""The escalation log as a sheet or as JSON lines: one row per entry of a case, oldest first (R78).

Streamed: the ledger is read once in its order, and of the cases only those that are not closed
are held. No cell can act as a formula in a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

from sqlmodel import Session

from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import CLOCK, CUSTOMER, DESKLESS, EVENTS, Event, Opening
from deskless.agent.case.state import IllegalMove, advance
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.reports.export_row import COLUMNS, ERASED, Row, Shown, row
from deskless.store import people, threads
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

Form = Literal["csv", "jsonl"]
ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would run (OWASP, CSV injection)."""
PACE = 1000
"""Rows between two words about progress."""
KEPT = 4096
"""Names and conversations remembered while the log is written."""
NOBODY = frozenset({CLOCK, CUSTOMER, DESKLESS, "operator"})


def lines(
    office: Office, form: str, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Iterator[str]:
    """The log, line by line, ends of line included. `form` is `csv` (RFC 4180) or `jsonl`.

    `progress` is told (entries passed, entries in all) now and then.
    """
    write = _sheet_line if form == "csv" else _json_line
    if form == "csv":
        yield _sheet(COLUMNS)
    with office.store.reading() as session:
        size = entries.count(session)
        for number, one in enumerate(rows(office, session)):
            if number % PACE == 0:
                progress(one["entry"], size)
            yield write(one)


def rows(office: Office, session: Session) -> Iterator[Row]:
    """Every row of the log, by column name."""
    shown = _shown(office, session)
    folding = Folding(session)
    for kept in entries.read(session, Span(kinds=frozenset(EVENTS))):
        happened = journal.event(kept)
        before, after = folding.step(kept, happened)
        yield row(kept, happened, before, after, shown)


class Folding:
    """The cases as they stand while the ledger is read on; closed ones are let go."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: dict[str, Case] = {}

    def step(self, kept: Entry, event: Event) -> tuple[Case | None, Case | None]:
        """The case before and after this entry; after is None where the entry fits no case."""
        key = kept.case or ""
        begins = isinstance(event, Opening)
        before = None if begins else self._open.get(key) or self._again(key, kept.seq)
        try:
            after = advance(before, event)
        except IllegalMove:
            return before, None
        if after.status is Status.CLOSED:
            self._open.pop(key, None)
        else:
            self._open[key] = after
        return before, after

    def _again(self, key: str, seq: int) -> Case | None:
        """A closed case that something happened to after all, as it stood before this entry."""
        case: Case | None = None
        for kept in entries.read(self._session, Span(case=key, kinds=frozenset(EVENTS))):
            if kept.seq >= seq:
                break
            try:
                case = advance(case, journal.event(kept))
            except IllegalMove:
                continue
        return case


def safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula: behind an apostrophe where it would."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(ACTING) else text


def _sheet_line(one: Row) -> str:
    return _sheet(tuple(one.values()))


def _sheet(cells: tuple[Any, ...]) -> str:
    page = io.StringIO()
    csv.writer(page, lineterminator="\r\n").writerow(
        [safe(cell) if cell else cell for cell in cells]
    )
    return page.getvalue()


def _json_line(one: Row) -> str:
    said = {name: None if value == "" else value for name, value in one.items()}
    return json.dumps(said, ensure_ascii=False) + "\n"


def _shown(office: Office, session: Session) -> Shown:
    """Names and customers, looked up once each as far as memory is to stay flat."""

    @lru_cache(KEPT)
    def name(id_: str) -> str:
        if id_ in NOBODY or not id_:
            return id_
        found = people.names(session, [id_])[id_]
        return ERASED if found == id_ and _opaque(id_) else found

    @lru_cache(KEPT)
    def customer(ticket: str) -> str:
        thread = threads.get(session, ticket)
        return name(thread.customer) if thread and thread.customer else ""

    made: tuple[Callable[[str], str], Callable[[str], str]] = (name, customer)
    return Shown(*made, office.config.team.zone)


def _opaque(id_: str) -> bool:
    """Whether an id is one that the store minted for somebody."""
    return id_[:1] in {people.PERSON, people.CUSTOMER} and id_[1:].isdigit()
