"""`deskless demo`, `init`, `login`, `check`, `run`, `status`, `breaker`: set up, run, look."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from deskless.agent.cli.common import (
    FOUND,
    JSON,
    USAGE,
    agreed,
    configured,
    logging,
    open_office,
    state,
    stop_with,
    troubles_end_here,
)

if TYPE_CHECKING:
    from deskless.agent.daemon.assemble import Agent
    from deskless.agent.operations.heartbeat import Pulse
    from deskless.agent.settings.config import Config


def register_run_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("login")(login)
    app.command("check")(check_office)
    app.command("trial")(try_answering)
    app.command("run")(run_daemon)
    app.command("status")(show_status)
    breakers = typer.Typer(help="The caps on outgoing mail.", no_args_is_help=True)
    breakers.command("show")(show_breakers)
    breakers.command("reset")(reset_breakers)
    app.add_typer(breakers, name="breaker")


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's folder goes.")] = Path("demo"),
    quick: Annotated[bool, typer.Option(help="Without pauses for reading.")] = False,
    long: Annotated[bool, typer.Option("--long", help="Every scene, not the main ones.")] = False,
) -> None:
    """A week in the life of a small team, over real mail on this machine. Nothing leaves it.

    Example: deskless demo
    """
    from deskless.agent.commands.console import out

    try:
        from deskless.agent.demo.story import tell_story
    except ModuleNotFoundError as missing:
        stop_with(
            f"The demo needs its extra: pip install 'deskless[demo]' ({missing.name}).", FOUND
        )
    with troubles_end_here():
        tell_story(folder, quick=quick or not out.is_terminal, long=long)


def init(  # noqa: PLR0913 - each is an option of the command
    address: Annotated[
        str, typer.Argument(help="The shared inbox; left out: an interview asks for everything.")
    ] = "",
    founder: Annotated[str, typer.Option(help="The founder's address.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Where to; else the current folder.")] = None,
    provider: Annotated[
        str, typer.Option(help="Who hosts your domain: google, microsoft, fastmail or own.")
    ] = "",
    answers: Annotated[
        Path | None, typer.Option(help="A file of answers (`answers.toml`) instead of questions.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to what is read back.")] = False,
) -> None:
    """Set up a folder by an interview, or from flags: inbox, people, the starter library.

    Example: deskless init --folder mine
    """
    from deskless.agent.commands import init as starting
    from deskless.agent.commands.console import out
    from deskless.agent.settings.config import folder_of

    target = folder or folder_of(state.folder)
    with troubles_end_here():
        if address:
            for line in starting.write_folder(target, address, founder, provider):
                out.print(line, markup=False, highlight=False, soft_wrap=True)
            return
        if not (answers or sys.stdin.isatty()):
            stop_with("Name the shared inbox, or --answers FILE; on a terminal it is asked.", USAGE)
        if not _interviewed(target, answers, yes=yes):
            raise typer.Exit(FOUND)


def _interviewed(target: Path, answers: Path | None, *, yes: bool) -> bool:
    """Whether the folder was written by an interview, at the terminal or from a file."""
    from deskless.agent.commands.console import out
    from deskless.agent.setup.interview import hold_interview, take_answers

    class Terminal:
        """Whoever sits there."""

        def ask(self, text: str, usual: str) -> str:
            return str(typer.prompt(text or " ", default=usual, show_default=bool(usual)))

        def agree(self, text: str) -> bool:
            return yes or (sys.stdin.isatty() and typer.confirm(text, default=False))

        def tell(self, line: str) -> None:
            out.print(line, markup=False, highlight=False, soft_wrap=True)

    if answers:
        return take_answers(target, answers, Terminal(), out)
    return hold_interview(target, Terminal(), out)


def login() -> None:
    """Sign in to Microsoft 365 as a person, by a code; once, where there is no client secret.

    Example: deskless login
    """
    from deskless.agent.commands.console import out
    from deskless.agent.settings.oauth import sign_in

    settings = configured()
    with troubles_end_here():
        sign_in(settings, lambda text: out.print(text, markup=False, soft_wrap=True))
    out.print("Signed in. Try it with `deskless check`.", markup=False)


def check_office(
    as_json: JSON = False,
    offline: Annotated[bool, typer.Option(help="Only the files, no server.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Also ring every channel of [alerts] once.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the lines that mend what is safe to mend.")
    ] = False,
) -> None:
    """Check everything before it runs: files, logins, folders, plus-addresses, model.

    Example: deskless check --fix
    """
    from deskless.agent.commands import check as checking
    from deskless.agent.commands.console import err, out
    from deskless.agent.settings.config import folder_of

    findings = checking.run_checks(folder_of(state.folder), offline=offline, send=send)
    worst = 0
    for finding in findings:
        worst = max(worst, finding.code) if finding.code else worst
        if as_json:
            out.file.write(json.dumps(finding.asdict(), ensure_ascii=False) + "\n")
        else:
            out.print(checking.finding_line(finding), soft_wrap=True)
    for edit in checking.mend_findings(findings) if fix else ():
        err.print(f"written  {edit} (before: {edit.file.name}.before)", soft_wrap=True)
    raise typer.Exit(worst)


def try_answering(
    who: Annotated[str, typer.Argument(help="A name or address of matrix.csv.")],
) -> None:
    """Mail somebody a trial brief: answered by reply, thanked, about no case.

    Example: deskless trial ana
    """
    from deskless.agent.commands.console import out
    from deskless.agent.commands.trial import send_trial

    settings = configured()
    with troubles_end_here():
        told = send_trial(settings, who)
    out.print(told, markup=False, highlight=False, soft_wrap=True)


def run_daemon(  # noqa: PLR0913 - each is an option of the command
    once: Annotated[bool, typer.Option(help="One turn (or the whole backfill), then end.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Read and judge, keep and send nothing.")] = False,
    since: Annotated[
        str,
        typer.Option(
            help="Read history from this day on, as 30d or 2026-09-01, or `all`: it "
            "can never send. With --dry-run it is only judged."
        ),
    ] = "",
    as_json: JSON = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="With --since: agree to what a model costs.")
    ] = False,
    debug: Annotated[bool, typer.Option(help="More in the log.")] = False,
) -> None:
    """Watch the inbox until told to stop.

    Example: deskless run --dry-run --since 14d
    """
    import asyncio

    logging(debug=debug)
    settings = configured()
    with troubles_end_here():
        if dry_run:
            _rehearse(settings, since, as_json=as_json, yes=yes)
            return
        from deskless.agent.commands import run_lines
        from deskless.agent.daemon import assemble
        from deskless.agent.daemon.daemon import Daemon
        from deskless.agent.operations import heartbeat

        made = assemble.build_agent(settings, backfill=bool(since))
        daemon = Daemon(made, heartbeat.tell_systemd, lock=made.office.store.lock())
        if not (once or since):
            daemon.seen = run_lines.teller(made)
        try:
            if since:
                _backfill(made, since)
            elif once:
                asyncio.run(_once(made))
            else:
                asyncio.run(daemon.run())
        finally:
            if daemon.lock is not None:
                daemon.lock.release()


def _rehearse(settings: "Config", since: str, *, as_json: bool, yes: bool) -> None:
    """A dry run: of the mail that is new, or of the history since a day."""
    from deskless.agent.commands import dry_run

    if since:
        dry_run.dry_history(settings, since, lambda cost: agreed(cost, yes=yes), as_json=as_json)
    elif code := dry_run.run_dry(settings, as_json=as_json):
        raise typer.Exit(code)


async def _once(made: "Agent") -> None:
    """Turns until there is nothing left to read, then one line about it."""
    from deskless.agent.commands import run_lines
    from deskless.agent.commands.console import err, out
    from deskless.agent.daemon.turn import TurnTally
    from deskless.agent.operations import heartbeat
    from deskless.agent.reports.board import keep_board

    total = TurnTally()
    try:
        while True:
            tally = await made.turn.run()
            total = total.plus(tally)
            if not tally.more:
                break
        heartbeat.write_heartbeat(made.office, made.turn.health)
        keep_board(made.office)
        for name, trouble in made.turn.health.troubles.items():
            err.print(f"{name}: {trouble.said}", markup=False, soft_wrap=True)
    finally:
        await made.close()
    out.print(
        f"read {total.read}, judged {total.judged}, sent {total.sent},"
        f" set aside {total.quarantined}",
        highlight=False,
    )
    for line in run_lines.skipped_lines(total.skipped):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if code := run_lines.exit_code(made):
        raise typer.Exit(code)


def _backfill(made: "Agent", since: str) -> None:
    """History with a progress bar; nothing of it can ever send."""
    import asyncio

    from deskless.agent.commands.backfill import backfill

    asyncio.run(backfill(made, since))


def show_status(as_json: JSON = False) -> None:
    """How the daemon is: heartbeat, last good fetch and send, what waits, what is tripped.

    Ends with 1 where something is not well, so that a monitor can ask it.

    Example: deskless status
    """
    from deskless.agent.commands.console import out
    from deskless.agent.operations import heartbeat
    from deskless.agent.settings.clock import Wall
    from deskless.store.engine.database import Store

    settings = configured()
    now = settings.mode.now or Wall().now()
    with troubles_end_here(), Store.open(settings.database, settings.org) as store:
        pulse = heartbeat.last_pulse(store, now)
    ills = pulse.ills(now)
    if not as_json:
        _page(pulse, now, settings.team.zone)
        out.print(f"[red]not well[/red]    {'; '.join(ills)}" if ills else "well        yes")
        raise typer.Exit(FOUND if ills else 0)
    age = pulse.age(now)
    values = {
        "well": not ills, "ills": ills,
        "heartbeat_age": None if age is None else age.total_seconds(),
        "last": {name: at.isoformat() for name, at in pulse.last.items()},
        "troubles": pulse.troubles, "blind_seconds": pulse.blind.total_seconds(),
        "breakers": pulse.breakers, "policies_refused": pulse.refused, **pulse.counts,
        "held": [asdict(letter) for letter in pulse.held],
    }  # fmt: skip
    out.file.write(json.dumps(values) + "\n")
    raise typer.Exit(FOUND if ills else 0)


def _page(pulse: "Pulse", now: datetime, zone: ZoneInfo) -> None:
    from deskless.agent.case.say_time import say_ago, say_instant, say_length
    from deskless.agent.commands.console import out

    age = pulse.age(now)
    never = "never: `deskless run` has not run here"
    out.print(f"heartbeat   {never if age is None else say_ago(age)}")
    for name, at in sorted(pulse.last.items()):
        out.print(f"last {name:<6} {say_instant(at, zone)} ({say_ago(now - at)})", highlight=False)
    for name, since in sorted(pulse.troubles.items()):
        began = say_instant(datetime.fromisoformat(since), zone)
        out.print(f"[red]trouble[/red]     {name} since {began}", highlight=False)
    if pulse.refused:
        out.print("[red]policies[/red]    the files have mistakes, the last good set is in force:")
        out.print("            `deskless policy check` names them")
    if pulse.blind.total_seconds() > 60:
        out.print(f"blind       {say_length(pulse.blind)} in all since the start")
    for name, count in pulse.counts.items():
        shown = f"{count / 1e6:.2f} USD" if name == "micro_usd_today" else str(count)
        label = name.removeprefix("micro_").replace("_", " ")
        out.print(f"{label:<16}{shown}", highlight=False)
    for name, trip in pulse.breakers.items():
        until = datetime.fromisoformat(trip.get("until") or trip["at"])
        ends = f"closes by itself, at the earliest {say_instant(until, zone)}"
        out.print(
            f"[red]breaker[/red]     {name}, tripped at {trip['count']}: {ends}", soft_wrap=True
        )
    for letter in pulse.held:
        about = f" about {letter.case}" if letter.case else ""
        why = letter.breaker or "an earlier version"
        out.print(f"held        {letter.letter} to {letter.to}{about}: by {why}", soft_wrap=True)


def show_breakers(as_json: JSON = False) -> None:
    """Which breakers are tripped.

    Example: deskless breaker show
    """
    from deskless.agent.commands.console import out
    from deskless.agent.operations import breaker

    with open_office() as made, made.store.reading() as session:
        tripped = breaker.tripped_breakers(session)
    for name, trip in tripped.items():
        out.file.write(json.dumps({"breaker": name, **trip}) + "\n" if as_json else f"{name}\n")
    if not tripped and not as_json:
        out.print("No breaker is tripped.")
    raise typer.Exit(FOUND if tripped else 0)


def reset_breakers() -> None:
    """Close every breaker; what was held and is still true goes out, no faster than the caps.

    Example: deskless breaker reset
    """
    from deskless.agent.commands.console import out
    from deskless.agent.operations import breaker

    with open_office() as made, made.store.transaction() as session:
        freed = breaker.reset_breakers(made, session, made.clock.now())
    out.print(f"{freed.going} held mails will be sent, no faster than the caps allow.")
    if freed.withdrawn:
        out.print(f"{freed.withdrawn} asked for what is over by now and were withdrawn.")
