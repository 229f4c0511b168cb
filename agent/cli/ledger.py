"""`deskless ledger`, `report` and `erase`: the record, its proof, its summaries, its forgetting."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskless.agent.cli.common import (
    FOUND,
    JSON,
    USAGE,
    configured,
    open_office,
    stop_with,
    troubles_end_here,
)

if TYPE_CHECKING:
    from deskless.agent.office.office import Office
    from deskless.store.ledger.entries import Entry

SAID = ("outcome", "letter", "became", "code", "why", "reason", "what", "severity")
"""What of an entry's data tells most, in this order."""
CASE = Annotated[str, typer.Argument(help="The case, as ACME-1042-1.")]


def register_ledger_commands(app: typer.Typer) -> None:
    """Add the commands."""
    ledger = typer.Typer(help="The tamper-evident record.", no_args_is_help=True)
    ledger.command("show")(show_entries)
    ledger.command("verify")(verify_ledger)
    ledger.command("prove")(prove_case)
    ledger.command("export")(export_)
    ledger.command("rebuild")(rebuild_shelf)
    app.add_typer(ledger, name="ledger")
    reports = typer.Typer(help="The summaries.", no_args_is_help=True)
    reports.command("weekly")(report_week)
    reports.command("metrics")(report_metrics)
    reports.command("daily")(report_day)
    app.add_typer(reports, name="report")
    app.command("erase")(erase_person)


@contextmanager
def _bar(what: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, told (done, of all); where no terminal is, nothing at all."""
    from rich.progress import Progress

    from deskless.agent.commands.console import err

    with Progress(console=err, transient=True, disable=not (shown and err.is_terminal)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def show_entries(
    case: Annotated[str, typer.Option(help="Only this case.")] = "",
    ticket: Annotated[str, typer.Option(help="Only this conversation.")] = "",
    last: Annotated[int, typer.Option(help="How many at the most.", min=1)] = 50,
    as_json: JSON = False,
) -> None:
    """Entries, oldest first.

    Example: deskless ledger show --case ACME-1042-1
    """
    from deskless.agent.case.say_time import say_instant
    from deskless.agent.commands.console import out
    from deskless.store.ledger import entries
    from deskless.store.ledger.entries import Span

    with open_office() as made, made.store.reading() as session:
        size = entries.count_entries(session)
        whole = bool(case or ticket)
        span = Span(
            case=case.upper() or None, ticket=ticket.upper() or None,
            after=0 if whole else max(size - last, 0),
        )  # fmt: skip
        for entry in entries.read_entries(session, span):
            if as_json:
                out.file.write(entry.leaf.decode() + "\n")
                continue
            at = say_instant(entry.at, made.config.team.zone)
            about, by = entry.case or entry.ticket or "", made.name(entry.actor)
            line = f"{entry.seq:>6}  {at}  {entry.kind:<13} {about:<14} {by}{_detail(made, entry)}"
            out.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)


def _detail(made: "Office", entry: "Entry") -> str:
    """What an entry says in a word or two: what was decided or why, and who is meant."""
    from deskless.agent.reports.export import TO

    detail = next((str(entry.data[name]) for name in SAID if entry.data.get(name)), "")
    to = next((str(entry.data[name]) for name in TO if entry.data.get(name)), "")
    word = f": {detail.replace('_', ' ')}" if detail else ""
    return word + (f" → {made.name(to)}" if to and to != entry.actor else "")


def verify_ledger(
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
    store: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A copy of the store, which is only read; needs --key."),
    ] = None,
    mailbox: Annotated[
        bool, typer.Option("--mailbox", help="Compare with the mails in the inbox, too.")
    ] = False,
    as_json: JSON = False,
) -> None:
    """Check every entry, the whole tree, and the heads that mailboxes hold.

    Example: deskless ledger verify --key ledger.pub --witness brief.eml --witness weekly.eml
    """
    from deskless.agent.commands import ledger_proof, mailbox_proof
    from deskless.agent.commands.console import out

    settings = configured() if mailbox or not (store and key) else None
    with troubles_end_here(), ledger_proof.open_record(settings, store) as record:
        named = ledger_proof.public_key(key)
        if not named:
            assert settings is not None, "read where no key is named"
            named = ledger_proof.own_key(settings, record)
        with _bar("checking entries") as tell:
            report = ledger_proof.verify_ledger(record, witness or [], tell, key=named)
        comparison = None
        if mailbox and settings is not None:
            with _bar("comparing mails") as tell:
                comparison = mailbox_proof.compare_mailboxes(settings, record, tell)
    ok = report.ok and (comparison is None or not comparison.problems)
    if as_json:
        values = ledger_proof.report_values(report) | mailbox_proof.found_values(comparison)
        out.file.write(json.dumps(values | {"ok": ok}) + "\n")
    else:
        for line in (*mailbox_proof.found_lines(comparison), *ledger_proof.report_lines(report)):
            out.print(line, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(0 if ok else FOUND)


def prove_case(
    case: CASE,
    disclose: Annotated[bool, typer.Option(help="With the words beside the entries.")] = False,
) -> None:
    """A proof that the entries of one case are in the ledger, without showing the others.

    Example: deskless ledger prove ACME-1042-1 > case.proof
    """
    from deskless.agent.commands import ledger_proof

    with open_office() as made, _bar("looking for the path"):
        proof = ledger_proof.prove_case(made, case.upper(), disclose=disclose)
    if proof is None:
        stop_with(f"The ledger has no case {case}.", FOUND)
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
        stop_with("Say either --csv or --jsonl.", 2)
    # A bar between the lines of a log that runs over the same terminal would be in the way.
    with open_office() as made, _bar("writing the log", shown=not sys.stdout.isatty()) as tell:
        for line in export.log_lines(made, "csv" if csv else "jsonl", tell):
            out.file.write(line)


def rebuild_shelf(
    write: Annotated[bool, typer.Option(help="Put the shelf right, too.")] = False,
) -> None:
    """Compute every case anew from the ledger and compare it with the shelf.

    Example: deskless ledger rebuild
    """
    from deskless.agent.commands import rebuild as rebuilding
    from deskless.agent.commands.console import out

    with open_office() as made, _bar("adding up the entries") as tell:
        mismatches = rebuilding.rebuild_shelf(made, write=write, progress=tell)
    for mismatch in mismatches:
        out.print(mismatch, markup=False)
    out.print(
        "The shelf equals the ledger." if not mismatches else f"{len(mismatches)} differences."
    )
    raise typer.Exit(FOUND if mismatches and not write else 0)


def report_week(
    preview: Annotated[Path | None, typer.Option(help="Write the mail as HTML here.")] = None,
) -> None:
    """The weekly summary as it would be sent now.

    Example: deskless report weekly --preview weekly.html
    """
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly

    with open_office() as made, made.store.reading() as session:
        words = weekly.preview_week(made, session, made.clock.now())
    if preview:
        preview.write_text(words.html or words.text, encoding="utf-8")
        out.print(f"Written to {preview}.", markup=False)
        return
    out.file.write(words.text)


def report_metrics(
    as_json: JSON = False,
    why: Annotated[
        str,
        typer.Option("--why", metavar="FIGURE", help="What a figure counts, entry by entry."),
    ] = "",
) -> None:
    """The eight metrics with their targets; what has no source is `no data`.

    Example: deskless report metrics --why "promises kept"
    """
    if why:
        _explain_figure(why, as_json=as_json)
        return
    from dataclasses import asdict

    from rich.markup import escape

    from deskless.agent.case.say_time import say_instant
    from deskless.agent.commands.console import err, out
    from deskless.agent.reports import weekly
    from deskless.agent.reports.export import say_second

    with open_office() as made, made.store.reading() as session:
        window, metrics, broken = weekly.measure_metrics(made, session, made.clock.now())
        since, until = (
            say_instant(at, made.config.team.zone) for at in (window.since, window.until)
        )
    if not as_json:
        out.print(f"Last {weekly.MONTH} days: {since} to {until}", highlight=False)
    for metric in metrics:
        if as_json:
            values = asdict(metric) | {
                "since": say_second(window.since),
                "until": say_second(window.until),
            }
            values.pop("trend")
            out.file.write(json.dumps(values, ensure_ascii=False) + "\n")
        else:
            mark = {True: "  [green]met[/green]", False: "  [red]missed[/red]", None: ""}[
                metric.met
            ]
            reason = f"  [dim]({escape(metric.reason)})[/dim]" if metric.reason else ""
            line = (
                f"{metric.name:<29}{metric.value or 'no data':<17}target "
                f"{metric.target}{mark}{reason}"
            )
            out.print(line, highlight=False, soft_wrap=True)
    for line in broken:
        err.print(line, markup=False, highlight=False, soft_wrap=True)


def _explain_figure(name: str, *, as_json: bool) -> None:
    """A figure, what it counts, and the cases and entries that it was counted from."""
    from dataclasses import asdict

    from deskless.agent.case.say_time import say_instant
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly
    from deskless.agent.reports.export import say_second

    with open_office() as made, made.store.reading() as session:
        explained = weekly.why_figure(made, session, made.clock.now(), name)
        zone = made.config.team.zone
    if explained is None:
        out.print(f"There is no figure “{name}”: `deskless report metrics` names them.")
        raise typer.Exit(USAGE)
    measure, counts, sources = explained
    if as_json:
        for source in sources:
            values = asdict(source) | {"figure": measure.name, "at": say_second(source.at)}
            out.file.write(json.dumps(values, ensure_ascii=False) + "\n")
        return
    met = {True: "  met", False: "  missed", None: ""}[measure.met]
    out.print(f"{measure.name}: {measure.text or 'no data'}{met}", markup=False, highlight=False)
    out.print(counts, markup=False, highlight=False)
    for source in sources:
        mark = {True: "yes", False: "no", None: "·"}[source.good]
        entries = ", ".join(f"#{number}" for number in source.entries)
        line = f"{mark:<4}{source.case:<14}{say_instant(source.at, zone)}  {source.what}"
        line += f"  {entries}" if entries else ""
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def report_day() -> None:
    """One line of proof of life: seen, undecided, set aside, how long blind.

    Example: deskless report daily
    """
    from deskless.agent.commands.console import out
    from deskless.agent.reports import weekly

    with open_office() as made, made.store.reading() as session:
        out.file.write(weekly.daily_line(made, session, made.clock.now()) + "\n")


def erase_person(
    address: Annotated[str, typer.Argument(help="The person's mail address.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it is only counted.")] = False,
) -> None:
    """Forget a person: their words and address go, the ledger still verifies.

    Example: deskless erase vera@northwind.example
    """
    from deskless.agent.commands.console import out
    from deskless.agent.operations import retention

    with open_office() as made:
        for line in retention.erase_person(made, address, really=yes):
            out.print(line, markup=False, highlight=False)
    if not yes:
        out.print("Nothing was erased; add --yes to do it.")
