"""What `deskless run` says while it works: what it watches, then a line for each happening.

A line says which case and whom it concerns, and never a word of a mail. They go where the log goes:
readable on a terminal, one JSON object each under a supervisor.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from deskless.agent.case.say_time import say_instant
from deskless.agent.daemon.turn import TurnTally
from deskless.agent.office.office import Office
from deskless.store import cases
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

WORDS = {
    "read": "a mail was read: {became}",
    "judged": "judged: {outcome}",
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
    "quarantined": "a mail was set aside: `deskless quarantine` shows it",
}
"""A line for each kind of entry that somebody who watches wants to see."""
PERSONS = frozenset({"to", "owner", "founder"})
INSTANTS = frozenset({"answer_by", "promise", "until"})


def teller(office: Office) -> Callable[[TurnTally], None]:
    """Say what is watched, and return what tells of every turn."""
    with office.store.reading() as session:
        last = entries.count_entries(session)
        live = sum(cases.counts_by_status(session).values())
        mode = "shadow" if office.shadow(session) else "live"
    inbox = office.config.inbox
    office.log.info(
        f"watching {inbox.address} in {', '.join(inbox.folders)}", mode=mode, cases=live,
        entries=last,
    )  # fmt: skip
    if not last:
        office.log.info("mail that is there already is not read; `run --since 30d` reads it")

    def tell(tally: TurnTally) -> None:
        nonlocal last
        with office.store.reading() as session:
            fresh = list(entries.read_entries(session, Span(after=last)))
        for entry in fresh:
            last = entry.seq
            if entry.kind in WORDS:
                about = entry.case or entry.ticket
                office.log.info(entry_line(entry, office), **({"about": about} if about else {}))
        if tally.sent:
            office.log.info(f"{tally.sent} {'mail' if tally.sent == 1 else 'mails'} sent")

    return tell


def entry_line(entry: Entry, office: Office) -> str:
    """An entry in words: people by name, times in the team's zone."""
    zone = office.config.team.zone

    def word(name: str, value: Any) -> str:
        if name in PERSONS and value:
            return office.name(str(value))
        if name in INSTANTS and value:
            return say_instant(datetime.fromisoformat(str(value)), zone)
        return str(value).replace("_", " ")

    known = {name: word(name, value) for name, value in entry.data.items()}
    return WORDS[entry.kind].format_map(_Blank(known | {"actor": office.name(entry.actor)}))


class _Blank(dict[str, str]):
    """What an entry does not say is left open."""

    def __missing__(self, _: str) -> str:
        return "…"
