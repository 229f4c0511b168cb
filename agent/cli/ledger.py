"""`deskless ledger`, `report` and `erase`: the record, its proof, its summaries, its forgetting."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskless.agent.cli.common import FOUND, JSON, office, stop

if TYPE_CHECKING:
    from deskless.agent.office.office import Office
    from deskless.store.ledger.entries import Entry

SAID = ("outcome", "letter", "became", "code", "why", "reason", "what", "severity")
"""What of an entry's data tells most, in this order."""
CASE = Annotated[str, typer.Argument(help="The case, as ACME-1042-1.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    ledger = typer.Typer(help="The tamper-evident record.", no_args_is_help=True)
    ledger.command("show")(show)
    ledger.command("verify")(verify)
    ledger.command("prove")(prove)
    ledger.command("export")(export_)
    ledger.command("rebuild")(rebuild)
    app.add_typer(ledger, name="ledger")
    reports = typer.Typer(help="The summaries.", no_args_is_help=True)
    reports.command("weekly")(week)
    reports.command("metrics")(metrics)
    reports.command("daily")(daily)
    app.add_typer(reports, name="report")
    app.command("erase")(erase)


@contextmanager
def _bar(what: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, told (done, of all); where no terminal is, nothing at all."""
    from rich.progress import Progress

    from deskless.agent.commands.console import err

    with Progress(console=err, transient=True, disable=not (shown and err.is_terminal)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def show(
    case: Annotated[str, typer.Option(help="Only this case.")] = "",
    ticket: Annotated[str, typer.Option(help="Only this conversation.")] = "",
    last: Annotated[int, typer.Option(help="How many at the most.", min=1)] = 50,
    as_json: JSON = False,
) -> None:
    """Entries, oldest first.

    Example: deskless ledger show --case ACME-1042-1
    """
    from deskless.agent.case.say_time import say
    from deskless.agent.commands.console import out
    from deskless.store.ledger import entries
    from deskless.store.ledger.entries import Span

    with office() as made, made.store.reading() as session:
        size = entries.count(session)
        whole = bool(case or ticket)
        span = Span(
            case=case.upper() or None, ticket=ticket.upper() or None,
            after=0 if whole else max(size - last, 0),
        )  # fmt: skip
        for one in entries.read(session, span):
            if as_json:
                out.file.write(one.leaf.decode() + "\n")
                continue
            at = say(one.at, made.config.team.zone)
            about, by = one.case or one.ticket or "", made.name(one.actor)
            line = f"{one.seq:>6}  {at}  {one.kind:<13} {about:<14} {by}{_detail(made, one)}"
            out.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)


def _detail(made: "Office", one: "Entry") -> str:
    """What an entry says in a word or two: what was decided or why, and who is meant."""
    from deskless.agent.reports.export import TO

    said = next((str(one.data[name]) for name in SAID if one.data.get(name)), "")
    to = next((str(one.data[name]) for name in TO if one.data.get(name)), "")
    word = f": {said.replace('_', ' ')}" if said else ""
    return word + (f" → {made.name(to)}" if to and to != one.actor else "")


def verify(
    witness: Annotated[
        list[Path] | None, typer.Option(help="A saved mail that carries a head; repeat it.")
    ] = None,
    key: Annotated[
        str,
        typer.Option(
            metavar="FILE|KEY",
            help="The public key as the founder's first mail has it; else the one kept here.",
        ),
    ] = "",
    as_json: JSON = False,
) -> None:
    """Check every entry, the whole tree, and the heads that mailboxes hold.

    Example: deskless ledger verify --key ledger.pub --witness brief.eml --witness weekly.eml
    """
    from deskless.agent.commands import ledger_proof
    from deskless.agent.commands.console import out

    with office() as made, _bar("checking entries") as tell:
        report = ledger_proof.verify(made, witness or [], tell, key=ledger_proof.public_key(key))
    if as_json:
        out.file.write(json.dumps(ledger_proof.asdict(report)) + "\n")
    else:
        for line in ledger_proof.told(report):
            out.print(line, highlight=False)
    raise typer.Exit(0 if report.ok else FOUND)


def prove(
    case: CASE,
    disclose: Annotated[bool, typer.Option(help="With the words beside the entries.")] = False,
) -> None:
    """A proof that the entries of one case are in the ledger, without showing the others.

    Example: deskless ledger prove ACME-1042-1 > case.proof
    """
    from deskless.agent.commands import ledger_proof

    with office() as made, _bar("looking for the path"):
        proof = ledger_proof.prove(made, case.upper(), disclose=disclose)
    if proof is None:
        stop(f"The ledger has no case {case}.", FOUND)
    sys.stdout.buffer.write(proof)


def export_(
    csv: Annotated[bool, typer.Option("--csv", help="For a sheet.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """The escalation log: who, when, what was tried, who accepted or bounced and why.

    Example: deskless ledger export --csv > escalations.csv
    """
    from deskless.agent.commands.console import out
    from deskless.agent.reports import export

    if csv == jsonl:
        stop("Say either --csv or --jsonl.", 2)
    # A bar between the lines of a log that runs over the same terminal would be in the way.
    with office() as made, _bar("writing the log", shown=not sys.stdout.isatty()) as tell:
        for line in export.lines(made, "csv" if csv else "jsonl", tell):
            out.file.write(line)


def rebuild(
    write: Annotated[bool, typer.Option(help="Put the shelf right, too.")] = False,
) -> None:
    """Compute every case anew from the ledger and compare it with the shelf.

    Example: deskless ledger rebuild
    """
    from deskless.agent.commands import rebuild as rebuilding
    from deskless.agent.commands.console import out

    with office() as made, _bar("adding up the entries") as tell:
        found = rebuilding.rebuild(made, write=write, progress=tell)
    for one in found:
        out.print(one, markup=False)
    out.print("The shelf equals the ledger." if not found else f"{len(found)} differences.")
    raise typer.Exit(FOUND if found and not write else 0)


def week(
    preview: Annotated[Path | None, typer.Option(help="Write the mail as HTML here.")] = None,
) -> None:
    """The weekly summary as it would be sent now.

    Example: deskless report weekly --preview weekly.html
    """
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly

    with office() as made, made.store.reading() as session:
        words = weekly.preview(made, session, made.clock.now())
    if preview:
        preview.write_text(words.html or words.text, encoding="utf-8")
        out.print(f"Written to {preview}.", markup=False)
        return
    out.file.write(words.text)


def metrics(as_json: JSON = False) -> None:
    """The eight metrics with their targets; what has no source is `no data`.

    Example: deskless report metrics
    """
    from dataclasses import asdict

    from rich.markup import escape

    from deskless.agent.case.say_time import say
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly
    from deskless.agent.reports.export import stamp

    with office() as made, made.store.reading() as session:
        window, found = weekly.metrics(made, session, made.clock.now())
        since, until = (say(at, made.config.team.zone) for at in (window.since, window.until))
    if not as_json:
        out.print(f"Last {weekly.MONTH} days: {since} to {until}", highlight=False)
    for one in found:
        if as_json:
            said = asdict(one) | {"since": stamp(window.since), "until": stamp(window.until)}
            said.pop("trend")
            out.file.write(json.dumps(said, ensure_ascii=False) + "\n")
        else:
            mark = {True: "  [green]met[/green]", False: "  [red]missed[/red]", None: ""}[one.met]
            reason = f"  [dim]({escape(one.reason)})[/dim]" if one.reason else ""
            line = f"{one.name:<29}{one.value or 'no data':<17}target {one.target}{mark}{reason}"
            out.print(line, highlight=False, soft_wrap=True)


def daily() -> None:
    """One line of proof of life: seen, undecided, set aside, how long blind.

    Example: deskless report daily
    """
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly

    with office() as made, made.store.reading() as session:
        out.file.write(weekly.daily(made, session, made.clock.now()) + "\n")


def erase(
    address: Annotated[str, typer.Argument(help="The person's mail address.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only counted.")] = False,
) -> None:
    """Forget a person: their words and address go, the ledger still verifies.

    Example: deskless erase vera@northwind.example
    """
    from deskless.agent.commands.console import out
    from deskless.agent.operations import retention

    with office() as made:
        for line in retention.erase(made, address, really=yes):
            out.print(line, markup=False, highlight=False)
    if not yes:
        out.print("Nothing was erased; add --yes to do it.")
