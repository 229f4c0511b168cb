"""One case as `deskless case` shows it: a page for a person, an object for a program."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.say_time import say_instant
from deskless.agent.commands.case_record import NONE, CaseRecord, record_case, record_lines
from deskless.agent.commands.case_table import summary
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound import case_list
from deskless.agent.outbound.case_view import View, view_case
from deskless.agent.reports.export import TO, say_second
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.parts import CaseLine

INDENT = 11
"""Where the values of a page begin, and the further lines of a long one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown of one case: as it stands, its line in the list, what the mails say."""

    case: Case
    view: View
    line: CaseLine
    facts: CaseRecord


def sheet(office: Office, session: Session, key: str) -> Sheet | None:
    """The case of that key, read; None where there is none."""
    case = journal.read_case(session, key)
    if case is None:
        return None
    seen = view_case(office, session, case)
    facts = record_case(seen, documents.mails_of(session, case.ticket))
    return Sheet(case, seen, case_list.case_line(seen), facts)


def whole(sheet: Sheet) -> dict[str, Any]:
    """A case with its history, for a program."""
    facts = sheet.facts
    return (
        summary(sheet.case, sheet.line)
        | asdict(facts)
        | {
            "wrote": say_second(facts.wrote) or None,
            "told": say_second(facts.told) or None,
            "history": [_event(sheet.view, each) for each in sheet.view.events],
        }
    )


def page(sheet: Sheet) -> Iterator[Text]:
    """A case for a person, line by line."""
    seen, line = sheet.view, sheet.line
    yield Text(seen.subject, style="bold")
    for name, value in (*_standing(seen, line), *record_lines(seen, sheet.facts)):
        yield Text.assemble((f"{name:<{INDENT}}", "dim"), value)
    for text, at in dict.fromkeys((quote.text, quote.at) for quote in seen.evidence):
        yield Text.assemble((f"{'said':<11}", "dim"), f"“{text}” ({at})")
    if seen.case.closed_at is None:
        yield Text.assemble((f"{'rank':<11}", "dim"), line.why)
    yield Text()
    for each in seen.events:
        told = _event(seen, each)
        what = " ".join(filter(None, (told["what"], told["code"])))
        to = f" → {told['to']}" if told["to"] else ""
        note = f": {told['note']}" if told["note"] else ""
        yield Text(f"{told['at']}  {what:<12} {told['by']}{to}{note}")


def _standing(seen: View, line: CaseLine) -> Iterator[tuple[str, str]]:
    """What is true now: where it stands, whose move it is, and until when."""
    reason = f" ({seen.case.reason.replace('_', ' ')})" if seen.case.reason else ""
    yield "what", line.what
    yield "stands", f"{line.state}{reason}"
    yield "severity", line.severity
    yield "owner", line.owner or "nobody"
    if line.asked:
        yield "asked", line.asked
    if seen.case.closed_at is None:
        yield "next", line.next or NONE
        yield "blocker", line.blocker or NONE
        if seen.cause:
            yield "cause", seen.cause
        yield "deadline", f"{line.deadline}, {line.timer}" if line.deadline else NONE
        yield "promised", line.promised or NONE


def _event(seen: View, value: Any) -> dict[str, str]:
    office_, by = seen.office, value.by
    to = next((str(each) for each in (getattr(value, name, "") for name in TO) if each), "")
    return {
        "at": say_instant(value.at, office_.config.team.zone),
        "what": type(value).__name__.lower(),
        "code": str(getattr(value, "code", "") or "").replace("_", " "),
        "by": office_.name(by) if office_.person(by) else by,
        "to": office_.name(to) if to and to != by else "",
        "note": flat(getattr(value, "note", "") or getattr(value, "reason", "")),
        "utc": say_second(value.at),
    }


def flat(note: str) -> str:
    """A note on one line, without lines that are only a rule."""
    return " ".join(line.strip() for line in note.splitlines() if line.strip(" -_=*"))
