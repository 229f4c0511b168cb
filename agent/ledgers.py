"""The record behind the command line: checked against mailboxes, proved, and put back on the shelf.

`verify` and `prove` read only. `rebuild` folds every case anew from its entries and says where the
shelf differs; with `write` it puts the shelf right and leaves an entry that says so.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sqlmodel import Session

from deskless.agent import journal
from deskless.agent.case.case import Case
from deskless.agent.case.event import EVENTS
from deskless.agent.case.state import IllegalMove, advance
from deskless.agent.office import Office
from deskless.store import audit, cases, entries, proof, witness
from deskless.store.audit import Problem, Report
from deskless.store.cases import CaseRow
from deskless.store.entries import Entry, Span

NUMBERED = re.compile(r"\bwitness (\d+)\b")
MOST = 200
"""Lines of differences or problems for a person; the count is always whole."""


def verify(
    office: Office, files: Sequence[Path], progress: Callable[[int, int], None], *, key: str = ""
) -> Report:
    """Check the whole ledger against itself and against the heads in saved mails.

    `files` are mails as a mailbox saved them, or folders of them. `key` is the verifier key of the
    founder's first mail; without it our own is used, which a thief of this machine may have
    changed. A file that carries no head is a problem of its own: it proves nothing. Raises
    ValueError for a file that cannot be read.
    """
    names: list[str] = []
    notes: list[bytes] = []
    barren: list[Problem] = []
    for path in _mails(files):
        found = witness.heads_in(_bytes(path))
        if not found:
            barren.append(Problem(None, f"{path} carries no signed head: it proves nothing"))
        names += [str(path)] * len(found)
        notes += found
    with office.store.reading() as session:
        report = audit.verify(
            session, key=key or office.ledger.vkey(), witnesses=notes, progress=progress
        )
    told = tuple(replace(one, what=_named(one.what, names)) for one in report.problems)
    return replace(report, problems=(*barren, *told))


def asdict(report: Report) -> dict[str, Any]:
    """The report for a program: the root in hex, every problem with its entry."""
    said = {one.name: getattr(report, one.name) for one in fields(report)}
    said["root"] = report.root.hex()
    said["problems"] = [{"seq": one.seq, "what": one.what} for one in report.problems]
    return said | {"ok": report.ok}


def told(report: Report) -> Iterator[str]:
    """The report for a person: what was checked, what it rests on, what is wrong."""
    yield f"{report.checked} entries checked; root {report.root.hex()[:16]}, size {report.size}"
    own = f"{report.heads} signed heads of our own log"
    if report.witnessed:
        yield f"{own}, {report.witnessed} from mailboxes: entries 1 to {report.covered} witnessed"
    else:
        yield f"{own}. No mailbox was asked: --witness FILE checks against a saved mail."
    if report.ok and report.covered < report.size:
        yield f"Entries {report.covered + 1} to {report.size} rest on this machine alone."
    for one in report.problems[:MOST]:
        yield f"entry {one.seq}: {one.what}" if one.seq else one.what
    if len(report.problems) > MOST:
        yield f"… and {len(report.problems) - MOST} more"
    yield "The ledger is what it was." if report.ok else f"{len(report.problems)} problems."


def prove(office: Office, case: str, *, disclose: bool = False) -> bytes | None:
    """The proof file of a case under today's head; None where the ledger knows no such case."""
    with office.store.reading() as session:
        if next(entries.read(session, Span(case=case), limit=1), None) is None:
            return None
        return proof.prove(session, case, office.ledger, disclose=disclose)


def rebuild(office: Office, *, write: bool = False) -> list[str]:
    """Where the shelf is not what the ledger adds up to, a line each; `write` mends it."""
    if not write:
        with office.store.reading() as session:
            return differences(session, fold(session))
    with office.store.transaction() as session:
        folded = fold(session)
        found = differences(session, folded)
        if found:
            cases.clear(session)
            for one in folded.cases.values():
                cases.put(session, journal.row(one))
            note = journal.Note(
                kind="rebuilt", at=office.clock.now(), cause="command line",
                data={"differences": len(found), "cases": len(folded.cases)},
            )  # fmt: skip
            entries.append(session, [journal.note(note)])
        return found


@dataclass(slots=True)
class Folded:
    """Every case as its entries add up, and the entries that fit no case."""

    cases: dict[str, Case] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def fold(session: Session) -> Folded:
    """Read the whole ledger once, oldest first, and fold each case's events."""
    found = Folded()
    for kept in entries.read(session, Span(kinds=frozenset(EVENTS))):
        _step(kept, found)
    return found


def _step(kept: Entry, found: Folded) -> None:
    key = kept.case or ""
    try:
        found.cases[key] = advance(found.cases.get(key), journal.event(kept))
    except IllegalMove as illegal:
        found.broken.append(f"{key}: entry {kept.seq}: {illegal}")
    except ValueError as unread:
        text = str(unread).partition("\n")[0]
        found.broken.append(f"{key}: entry {kept.seq} cannot be read: {text}")


def differences(session: Session, folded: Folded) -> list[str]:
    """Where the shelf is not what was folded, a line each; nothing where all is well."""
    found = list(folded.broken)
    missing = dict.fromkeys(folded.cases)
    tally: Counter[str] = Counter()
    for row in cases.everything(session):
        tally[row.status] += 1
        missing.pop(row.key, None)
        ours = folded.cases.get(row.key)
        if ours is None:
            found.append(f"{row.key}: on the shelf, and the ledger has no entry of it")
        else:
            found += _against(row, ours)
    found += [f"{key}: in the ledger, and not on the shelf" for key in missing]
    if dict(tally) != cases.counts(session):
        found.append("the counters of cases by status are not what the shelf holds")
    return found


def _against(row: CaseRow, ours: Case) -> list[str]:
    """The fields of a shelf row that are not what the ledger adds up to."""
    try:
        theirs = journal.case(row)
    except ValueError:
        return [f"{row.key}: the shelf's row cannot be read"]
    parts = [(one.name, getattr(theirs, one.name), getattr(ours, one.name)) for one in fields(Case)]
    right = journal.row(ours)
    parts += [
        (f"the column {one.name}", getattr(row, one.name), getattr(right, one.name))
        for one in fields(CaseRow)
        if one.name not in {"state", "private"}
    ]
    return [
        f"{row.key}: {name} is {_shown(shelf)} on the shelf, {_shown(ledger)} by the ledger"
        for name, shelf, ledger in parts
        if shelf != ledger
    ]


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _named(what: str, names: Sequence[str]) -> str:
    """`witness 3` as the file it came from."""

    def name(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        return names[place] if place < len(names) else found[0]

    return NUMBERED.sub(name, what)


def _mails(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file())
        else:
            yield path


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"The witness {path} cannot be read: {error.strerror}.") from error
