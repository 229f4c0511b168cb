"""The escalation log as a sheet or as JSON lines: one row per entry of a case, oldest first.

Streamed: the ledger is read once in its order, and of the cases only those that are not closed
are held. No cell can act as a formula in a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from deskless.agent.case.case import Case, Status
from deskless.agent.case.event import (
    CLOCK,
    CUSTOMER,
    DESKLESS,
    Event,
    Opening,
    private_fields,
)
from deskless.agent.case.event_live import BOOKKEEPING, EVENTS
from deskless.agent.case.state import IllegalMove, advance
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.store import people, threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

# The columns of a row, and how each is filled.

ERASED = "[erased]"
COLUMNS = (
    "entry", "at_utc", "at_local", "case", "ticket", "customer", "account_tier", "severity", "type",
    "nature", "policies", "event", "by", "by_name", "status_before", "status_after", "owner_before",
    "owner_after", "owner_name", "handoff", "to", "to_name", "tier", "answer_by_utc",
    "answer_by_local", "late", "code", "why", "promise_utc", "promise_local", "blocker", "reason",
    "tried", "subject", "summary", "next_action", "note", "first_mail_utc", "first_mail_local",
    "proof", "cause", "message_id", "policy_hash",
)  # fmt: skip
"""The columns of the log, in their order. New ones are added at the end."""
WORDS = ("subject", "summary", "reason", "tried", "next_action", "note", "message_id")
Row = dict[str, Any]
STEPS = frozenset(EVENTS) - BOOKKEEPING
"""The kinds of entries that the log has a row for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How ids and instants are shown: a name for an id, the customer of a ticket, the zone."""

    name: Callable[[str], str]
    customer: Callable[[str], str]
    zone: ZoneInfo


def log_row(
    entry: Entry, event: Event, before: Case | None, after: Case | None, shown: Shown
) -> Row:
    """The row of an event that led from `before` to `after`; None: the fold could not say."""
    case = after or before
    to = next(
        (str(person_id) for person_id in (getattr(event, name, "") for name in TO) if person_id), ""
    )
    made: Row = {
        "entry": entry.seq,
        "case": entry.case,
        "ticket": entry.ticket,
        "customer": shown.customer(entry.ticket or ""),
        "event": entry.kind,
        "by": entry.actor,
        "by_name": shown.name(entry.actor),
        "owner_name": shown.name(case.owner) if case and case.owner else "",
        "handoff": getattr(event, "number", None) or getattr(event, "handoff", None),
        "to": to,
        "to_name": shown.name(to) if to else "",
        "tier": getattr(event, "tier", None),
        "late": _late(event, before),
        "code": _code(event),
        "why": str(getattr(event, "why", "") or "") if entry.kind == "refused" else _reason(event),
        "blocker": str(getattr(event, "blocker", None) or ""),
        "proof": getattr(event, "proof", ""),
        "cause": entry.cause,
        "policy_hash": entry.policy,
    }
    made |= _standing(before, after)
    made |= _instants(entry, event, shown.zone)
    made |= _words(entry, event)
    return {name: _plain(made.get(name)) for name in COLUMNS}


TO = ("to", "founder", "asked", "owner")
"""Fields of events that name who is meant, the most telling first."""


def _standing(before: Case | None, after: Case | None) -> Row:
    case = after or before
    if case is None:
        return {}
    return {
        "account_tier": case.account_tier,
        "severity": case.severity.value,
        "type": case.type.value,
        "nature": case.nature.value,
        "policies": " ".join(case.policies),
        "status_before": before.status.value if before else "",
        "status_after": after.status.value if after else "",
        "owner_before": (before.owner or "") if before else "",
        "owner_after": (after.owner or "") if after else "",
    }


def _instants(entry: Entry, event: Event, zone: ZoneInfo) -> Row:
    instants = {
        "at": entry.at,
        "answer_by": getattr(event, "answer_by", None),
        "promise": getattr(event, "promise", None),
        "first_mail": getattr(event, "first_mail", None),
    }
    made: Row = {}
    for name, at in instants.items():
        made[f"{name}_utc"] = say_second(at)
        made[f"{name}_local"] = say_second(at, zone)
    return made


def say_second(at: datetime | None, zone: ZoneInfo | None = None) -> str:
    """An instant to the second, in UTC (`…Z`) or with a zone's offset; nothing for None."""
    if at is None:
        return ""
    if zone is not None:
        return at.astimezone(zone).isoformat(timespec="seconds")
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _words(entry: Entry, event: Event) -> Row:
    """What was said; `[erased]` in every column that the lost words may have filled."""
    gone = entry.sealed and entry.private is None
    hidden = private_fields(EVENTS[entry.kind])
    words: Row = {}
    for name in WORDS:
        text = getattr(event, name, "") if name in hidden else ""
        words[name] = ERASED if gone and name in hidden else text
    spoken = [getattr(event, name) for name in ("detail", "why", "clock") if name in hidden]
    extra = [content for content in spoken if content]
    if gone and {"detail", "why"} & hidden:
        extra = [ERASED]
    if extra and not words["note"]:
        words["note"] = " ".join(extra)
    return words


def _late(event: Event, before: Case | None) -> str:
    """Whether an answer to an offer came after its deadline."""
    handoff = before.handoff if before else None
    number = getattr(event, "number", None)
    answers = type(event).__name__ in {"Accepted", "Bounced"}
    if not answers or handoff is None or handoff.number != number:
        return ""
    return "yes" if event.at > handoff.answer_by else "no"


def _code(event: Event) -> str:
    return str(getattr(event, "code", None) or getattr(event, "verb", "") or "")


def _reason(event: Event) -> str:
    """Why a case was closed, or what an undo took back."""
    if type(event).__name__ == "Closed":
        into = getattr(event, "into", None)
        return f"{getattr(event, 'reason', '')}{f' {into}' if into else ''}"
    return str(getattr(event, "what", "") or "")


def _plain(value: Any) -> Any:
    """None as nothing; text as UTF-8 can carry it, without NUL."""
    if value is None:
        return ""
    if isinstance(value, str) and value:
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    return value


ACTING = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would run (OWASP, CSV injection)."""
PACE = 1000
"""Rows between two words about progress."""
KEPT = 4096
"""Names and conversations remembered while the log is written."""
NOBODY = frozenset({CLOCK, CUSTOMER, DESKLESS, "operator"})


def log_lines(
    office: Office, form: str, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Iterator[str]:
    """The log, line by line, ends of line included. `form` is `csv` (RFC 4180) or `jsonl`.

    `progress` is told (entries passed, entries in all) now and then.
    """
    write = _sheet_line if form == "csv" else _json_line
    if form == "csv":
        yield _sheet(COLUMNS)
    with office.store.reading() as session:
        size = entries.count_entries(session)
        for number, row_values in enumerate(log_rows(office, session)):
            if number % PACE == 0:
                progress(row_values["entry"], size)
            yield write(row_values)


def log_rows(office: Office, session: Session) -> Iterator[Row]:
    """Every row of the log, by column name."""
    shown = _shown(office, session)
    folding = Folding(session)
    for entry in entries.read_entries(session, Span(kinds=STEPS)):
        happened = journal.event_of_entry(entry)
        before, after = folding.step(entry, happened)
        yield log_row(entry, happened, before, after, shown)


class Folding:
    """The cases as they stand while the ledger is read on; closed ones are let go."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: dict[str, Case] = {}

    def step(self, entry: Entry, event: Event) -> tuple[Case | None, Case | None]:
        """The case before and after this entry; after is None where the entry fits no case."""
        key = entry.case or ""
        begins = isinstance(event, Opening)
        before = None if begins else self._open.get(key) or self._again(key, entry.seq)
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
        for entry in entries.read_entries(self._session, Span(case=key, kinds=STEPS)):
            if entry.seq >= seq:
                break
            try:
                case = advance(case, journal.event_of_entry(entry))
            except IllegalMove:
                continue
        return case


def safe_cell(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula: behind an apostrophe where it would."""
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(ACTING) else text


def _sheet_line(row_values: Row) -> str:
    return _sheet(tuple(row_values.values()))


def _sheet(cells: tuple[Any, ...]) -> str:
    page = io.StringIO()
    csv.writer(page, lineterminator="\r\n").writerow(
        [safe_cell(cell) if cell else cell for cell in cells]
    )
    return page.getvalue()


def _json_line(row_values: Row) -> str:
    values = {name: None if value == "" else value for name, value in row_values.items()}
    return json.dumps(values, ensure_ascii=False) + "\n"


def _shown(office: Office, session: Session) -> Shown:
    """Names and customers, looked up once each as far as memory is to stay flat."""

    @lru_cache(KEPT)
    def name(id_: str) -> str:
        if id_ in NOBODY or not id_:
            return id_
        shown_name = people.shown_names(session, [id_])[id_]
        return ERASED if shown_name == id_ and _opaque(id_) else shown_name

    @lru_cache(KEPT)
    def customer(ticket: str) -> str:
        thread = threads.get_thread(session, ticket)
        return name(thread.customer) if thread and thread.customer else ""

    made: tuple[Callable[[str], str], Callable[[str], str]] = (name, customer)
    return Shown(*made, office.config.team.zone)


def _opaque(id_: str) -> bool:
    """Whether an id is one that the store minted for somebody."""
    return id_[:1] in {people.PERSON, people.CUSTOMER} and id_[1:].isdigit()
