"""One case as `deskless case` shows it: a page for a person, an object for a program."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.say_time import say
from deskless.agent.commands.case_record import NONE, Record, lines, record
from deskless.agent.commands.case_table import summary
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.outbound import case_list
from deskless.agent.outbound.case_view import View, view
from deskless.agent.reports.export import TO, stamp
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.templates.parts import CaseLine


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown of one case: as it stands, its line in the list, what the mails say."""

    case: Case
    view: View
    line: CaseLine
    facts: Record


def sheet(office: Office, session: Session, key: str) -> Sheet | None:
    """The case of that key, read; None where there is none."""
    case = journal.read(session, key)
    if case is None:
        return None
    seen = view(office, session, case)
    facts = record(seen, documents.raws(session, case.ticket))
    return Sheet(case, seen, case_list.line(seen), facts)


def whole(sheet: Sheet) -> dict[str, Any]:
    """A case with its history, for a program."""
    facts = sheet.facts
    return (
        summary(sheet.case, sheet.line)
        | asdict(facts)
        | {
            "wrote": stamp(facts.wrote) or None,
            "told": stamp(facts.told) or None,
            "history": [_event(sheet.view, each) for each in sheet.view.events],
        }
    )


def page(sheet: Sheet) -> Iterator[Text]:
    """A case for a person, line by line."""
    seen, line = sheet.view, sheet.line
    yield Text(seen.subject, style="bold")
    for name, value in (*_standing(seen, line), *lines(seen, sheet.facts)):
        yield Text.assemble((f"{name:<11}", "dim"), value)
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
        yield "deadline", f"{line.deadline}, {line.timer}" if line.deadline else NONE
        yield "promised", line.promised or NONE


def _event(seen: View, one: Any) -> dict[str, str]:
    office_, by = seen.office, one.by
    to = next((str(each) for each in (getattr(one, name, "") for name in TO) if each), "")
    return {
        "at": say(one.at, office_.config.team.zone),
        "what": type(one).__name__.lower(),
        "code": str(getattr(one, "code", "") or "").replace("_", " "),
        "by": office_.name(by) if office_.person(by) else by,
        "to": office_.name(to) if to and to != by else "",
        "note": flat(getattr(one, "note", "") or getattr(one, "reason", "")),
        "utc": stamp(one.at),
    }


def flat(note: str) -> str:
    """A note on one line, without lines that are only a rule."""
    return " ".join(line.strip() for line in note.splitlines() if line.strip(" -_=*"))
