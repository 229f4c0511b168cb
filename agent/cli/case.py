"""`deskless cases`, `case` and `quarantine`: what is open, one case whole, what was set aside."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.text import Text

from deskless.agent.case.case import Case
from deskless.agent.case.decide import due
from deskless.agent.cli.common import FOUND, JSON, office, stop
from deskless.agent.commands.case_record import NONE, Record, lines, record
from deskless.agent.commands.case_table import table
from deskless.agent.commands.console import out
from deskless.agent.daemon import quarantine
from deskless.agent.language.time import say
from deskless.agent.office import journal
from deskless.agent.outbound import case_list
from deskless.agent.outbound.case_view import View, view
from deskless.agent.reports.export import TO, stamp
from deskless.store import documents
from deskless.templates.values import CaseLine


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("cases")(cases)
    app.command("case")(case)
    quarantine = typer.Typer(help="Mails that could not be handled.", no_args_is_help=True)
    quarantine.command("list")(waiting)
    quarantine.command("show")(show)
    quarantine.command("retry")(retry)
    app.add_typer(quarantine, name="quarantine")


def cases(
    as_json: JSON = False,
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 25,
    why: Annotated[bool, typer.Option(help="Show the arithmetic of the order.")] = False,
) -> None:
    """The live cases, most urgent first.

    Example: deskless cases --why
    """
    with office() as made, made.store.reading() as session:
        found = case_list.lines(made, session, limit=limit)
    if as_json:
        for one, line in found:
            out.file.write(json.dumps(summary(one, line), ensure_ascii=False) + "\n")
        return
    if not found:
        out.print("No live case.")
        return
    out.print(table(found))
    for one, line in found if why else ():
        out.print(Text.assemble((one.key, "bold"), f"  {line.why}"), soft_wrap=True)


def summary(one: Case, line: CaseLine) -> dict[str, Any]:
    """A case in the list, for a program."""
    return {
        "case": one.key, "ticket": one.ticket, "status": one.status.value,
        "severity": one.severity.value, "customer": line.customer, "what": line.what,
        "owner": line.owner, "asked": line.asked or None, "deadline": line.deadline,
        "timer": line.timer, "late": line.late, "promised": line.promised,
        "blocker": line.blocker, "next": line.next, "why": line.why,
        "due": stamp(one.promise or due(one)) or None, "promise": stamp(one.promise) or None,
    }  # fmt: skip


def case(
    key: Annotated[str, typer.Argument(help="The case, as ACME-1042-1.")], as_json: JSON = False
) -> None:
    """One case whole: what is true now, who was asked, and everything that happened.

    Example: deskless case ACME-1042-1
    """
    with office() as made, made.store.reading() as session:
        kept = journal.read(session, key.upper())
        if kept is None:
            stop(f"There is no case {key}. `deskless cases` lists the live ones.", FOUND)
        seen = view(made, session, kept)
        facts = record(seen, documents.raws(session, kept.ticket))
        line = case_list.line(seen)
    if as_json:
        said = summary(kept, line) | asdict(facts)
        said |= {"wrote": stamp(facts.wrote) or None, "told": stamp(facts.told) or None}
        said["history"] = [_event(seen, one) for one in seen.events]
        out.file.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
        return
    _page(seen, line, facts)


def _page(seen: View, line: CaseLine, facts: Record) -> None:
    out.print(Text(seen.subject, style="bold"))
    for name, value in (*_standing(seen, line), *lines(seen, facts)):
        out.print(Text.assemble((f"{name:<11}", "dim"), value), soft_wrap=True)
    for text, at in dict.fromkeys((quote.text, quote.at) for quote in seen.evidence):
        out.print(Text.assemble((f"{'said':<11}", "dim"), f"“{text}” ({at})"), soft_wrap=True)
    if seen.case.closed_at is None:
        out.print(Text.assemble((f"{'rank':<11}", "dim"), line.why), soft_wrap=True)
    out.print()
    for one in seen.events:
        told = _event(seen, one)
        what = " ".join(filter(None, (told["what"], told["code"])))
        to = f" → {told['to']}" if told["to"] else ""
        note = f": {told['note']}" if told["note"] else ""
        out.print(Text(f"{told['at']}  {what:<12} {told['by']}{to}{note}"), soft_wrap=True)


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


def waiting(as_json: JSON = False) -> None:
    """Every mail that was set aside.

    Example: deskless quarantine list
    """
    with office() as made:
        found = quarantine.waiting(made)
    for one in found:
        if as_json:
            out.file.write(json.dumps(one.asdict()) + "\n")
        else:
            line = f"{one.digest[:12]}  {one.at}  {one.size:>8} bytes  {one.why}"
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    if not found and not as_json:
        out.print("Nothing was set aside.")
    raise typer.Exit(FOUND if found else 0)


def show(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """The mail itself, byte for byte.

    Example: deskless quarantine show 3fa9c1 > odd.eml
    """
    with office() as made:
        raw = quarantine.show(made, digest)
    if raw is None:
        stop(f"Nothing that was set aside begins with {digest}.", FOUND)
    typer.get_binary_stream("stdout").write(raw)


def retry(digest: Annotated[str, typer.Argument(help="The beginning of its digest.")]) -> None:
    """Handle a mail once more.

    Example: deskless quarantine retry 3fa9c1
    """
    with office() as made:
        said = quarantine.retry(made, digest)
    out.print(said, markup=False)
