"""What `deskless run` says while it works: what it watches, then a line for each happening.

A line says which case and whom it concerns, and never a word of a mail. They go where the log goes:
readable on a terminal, one JSON object each under a supervisor.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from deskless.agent.case.say_time import say_instant
from deskless.agent.daemon.assemble import Agent
from deskless.agent.daemon.turn import TurnTally
from deskless.agent.office.office import Office
from deskless.store import cases
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

WORDS = {
    "read": "a mail was read: {became}",
    "judged": "judged: {outcome}, {met}",
    "would": "shadow: {owner} would have been asked, {severity}",
    "review": "{to} is asked whether it is one",
    "left": "{actor} leaves it with support",
    "requested": "asked for by a teammate, and more is missing",
    "opened": "opened as {severity}",
    "offered": "{to} is asked, until {answer_by}",
    "reminded": "{to} is reminded",
    "accepted": "{owner} has it, next word by {promise}",
    "bounced": "{actor} bounced it",
    "postponed": "{actor} answers later, by {until}",
    "lapsed": "nobody answered in time",
    "away": "{actor} is out of office",
    "undelivered": "the brief could not be delivered",
    "stranded": "nobody took it: {founder} has it",
    "progressed": "{actor} told how it stands",
    "released": "{owner} does not have it any more",
    "resolved": "{actor} says it is solved",
    "closed": "closed: {reason}",
    "reopened": "open again",
    "undone": "{actor} took a step back",
    "approved": "{actor} approved a letter to the customer",
    "reached": "the letter to the customer has left",
    "unreached": "the letter to the customer did not arrive",
    "refused": "{actor} asked for what cannot be: {why}",
    "quarantined": "a mail was set aside: `deskless quarantine list` shows it",
    "gone": "{count} mails were moved or deleted before they were read",
    "unread": "the server did not give out {count} mails",
    "live": "the founder replied GO: live for {policy}",
    "adopted": "{policies} criteria are in force",
    "not_adopted": "a reload was refused for {problems} mistakes: `deskless policy check`",
    "breaker": "breaker {name} tripped at {count}: mail is held, `deskless status` shows it",
    "breaker_closed": "breaker {name} closed: {going} held mails go, {withdrawn} were over",
    "breaker_reset": "breakers closed by hand: {going} held mails go, {withdrawn} were over",
    "absent": "nothing ran here from {since} to {until}; what was due is done now",
    "clock_back": "the clock went back by {seconds} s",
}
"""A line for each kind of entry that somebody who watches wants to see."""
PERSONS = frozenset({"to", "owner", "founder"})
INSTANTS = frozenset({"answer_by", "promise", "until", "since"})
LOUD = frozenset({"breaker", "not_adopted", "quarantined", "gone", "unread", "absent", "refused"})
"""What somebody should look at: a warning in the log."""
UNSAID = {"judged": {"met": "no criterion"}, "would": {"owner": "you", "severity": "a doubt"},
          "live": {"policy": "everything"}}  # fmt: skip
"""What stands in a line where the entry says nothing there."""


def teller(made: Agent) -> Callable[[TurnTally], None]:
    """Say what is watched, and return what tells of every turn."""
    office = made.office
    with office.store.reading() as session:
        last = entries.count_entries(session)
        live = sum(cases.counts_by_status(session).values())
        mode = "shadow" if office.shadow(session) else "live"
    inbox = office.config.inbox
    office.log.info(
        f"watching {inbox.address} in {', '.join(inbox.folders)}", mode=mode, cases=live,
        people=len(office.rules.matrix.people), criteria=len(office.rules.book.policies),
    )  # fmt: skip
    if mode == "shadow":
        founder = office.name(office.rules.founder)
        office.log.info(f"nobody but {founder} gets mail until {founder} replies GO")
    told: dict[str, str] = {}

    def tell(tally: TurnTally) -> None:
        nonlocal last
        for line in skipped_lines(tally.skipped):
            office.log.warning(line)
        with office.store.reading() as session:
            fresh = list(entries.read_entries(session, Span(after=last)))
        for entry in fresh:
            last = entry.seq
            if entry.kind in WORDS:
                about = entry.case or entry.ticket
                say = office.log.warning if entry.kind in LOUD else office.log.info
                say(entry_line(entry, office), **({"about": about} if about else {}))
        if tally.sent:
            office.log.info(f"{tally.sent} {'mail' if tally.sent == 1 else 'mails'} sent")
        _tell_troubles(made, told)

    return tell


def _tell_troubles(made: Agent, told: dict[str, str]) -> None:
    """What does not work, when it begins or is another thing than before, and when it is over."""
    troubles = {name: each.said for name, each in made.turn.health.troubles.items()}
    for name, sentence in troubles.items():
        if told.get(name) != sentence:
            made.office.log.warning(f"{name} does not work: {sentence}")
    for name in told.keys() - troubles.keys():
        made.office.log.info(f"{name} works again")
    told.clear()
    told.update(troubles)


def skipped_lines(skipped: Mapping[str, int]) -> Iterator[str]:
    """What is not read, since it lay there before the first look, and how it can be."""
    for folder, count in skipped.items():
        if count:
            lie = "1 mail that lies" if count == 1 else f"{count} mails that lie"
            yield (f"skipped {lie} in {folder} already: they are history. `deskless run --dry-run "
                   "--since 14d` shows what would have become of them.")  # fmt: skip


def exit_code(made: Agent) -> int:
    """What a turn's troubles ask of a command: 0 for none, 77 a login, 75 what may pass."""
    troubles = made.turn.health.troubles
    if any(name.endswith(" login") for name in troubles):
        return os.EX_NOPERM
    return os.EX_TEMPFAIL if troubles else 0


def human_line(_: Any, __: str, fields: Any) -> str:
    """A line of the log for a person at a terminal: when, about what, what happened, and the rest.

    The form of a processor of structlog. The time is local to the machine, as a person's watch.
    """
    level, event = fields.pop("level", "info"), fields.pop("event", "")
    about, stamp = fields.pop("about", ""), fields.pop("timestamp", "")
    clock = datetime.fromisoformat(stamp).astimezone().strftime("%H:%M:%S") if stamp else ""
    rest = ", ".join(f"{name}: {value}" for name, value in fields.items())
    mark = "" if level in ("info", "debug") else "! "
    subject = f"{about}  " if about else ""
    return f"{clock}  {mark}{subject}{event}{f' ({rest})' if rest else ''}"


def entry_line(entry: Entry, office: Office) -> str:
    """An entry in words: people by name, times in the team's zone."""
    zone = office.config.team.zone

    def word(name: str, value: Any) -> str:
        if name in PERSONS and value:
            return office.name(str(value))
        if name in INSTANTS and value:
            return say_instant(datetime.fromisoformat(str(value)), zone)
        if isinstance(value, list | tuple):
            listed = ", ".join(map(str, value))
            return str(len(value)) if name == "policies" else listed
        return str(value).replace("_", " ")

    unsaid = UNSAID.get(entry.kind, {})
    known = {
        name: word(name, value) if value or name not in unsaid else unsaid[name]
        for name, value in (unsaid | entry.data).items()
    }
    return WORDS[entry.kind].format_map(_Blank(known | {"actor": office.name(entry.actor)}))


class _Blank(dict[str, str]):
    """What an entry does not say is left open."""

    def __missing__(self, _: str) -> str:
        return "…"
