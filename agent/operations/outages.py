"""When the agent was blind: the inbox could not be read, or nothing was running at all.

Troubles of a route leave entries when they begin and when they are over; a daemon that comes back
sees by its last heartbeat how long it was away, and leaves an entry too. Absence is documented, not
only presence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent.case.say_time import say_instant, say_length
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.mailbox.message import MailKind
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

ABSENT = timedelta(minutes=15)
"""Longer than this without a heartbeat, and nothing was running."""
LOOKBACK = timedelta(days=30)
"""A trouble that began earlier than this before the time asked about is not looked for."""
KINDS = frozenset({"trouble", "trouble_over", "absent"})


@dataclass(frozen=True, slots=True)
class Silence:
    """From `since` to `until` (UTC) nothing new was seen; `why` in a few words."""

    since: datetime
    until: datetime
    why: str

    def told(self, office: Office) -> str:
        """For a person: from when to when, how long, and why."""
        zone = office.config.team.zone
        long = say_length(self.until - self.since)
        return (
            f"{say_instant(self.since, zone)} to {say_instant(self.until, zone)} ({long}): "
            f"{self.why}"
        )


def absent_since(session: Session, now: datetime) -> datetime | None:
    """Since when nothing was running, by the last heartbeat (UTC); None: something was."""
    stored = state_keys.HEARTBEAT.get(session)
    last = datetime.fromisoformat(stored["at"]) if stored else now
    return last if now - last >= ABSENT else None


def record(office: Office, session: Session, since: datetime, _: Health) -> None:
    """Leave an entry: from then until now the agent was not running."""
    now = office.clock.now()
    journal.enter(session, office_events.AgentWasAbsent(at=now, since=since, until=now))


def silences_between(session: Session, since: datetime, until: datetime) -> list[Silence]:
    """Every silence that touches the time from `since` to `until`, cut to it, in order."""
    silences: list[Silence] = []
    running: dict[str, datetime] = {}
    span = Span(kinds=KINDS, since=since - LOOKBACK)
    for entry in entries.read_entries(session, span):
        if entry.kind == "absent":
            silences.append(
                Silence(_at(entry.data["since"]), _at(entry.data["until"]), "not running")
            )
            continue
        route, began = str(entry.data["route"]), _at(entry.data["since"])
        if not route.startswith("imap"):
            continue
        if entry.kind == "trouble":
            running[route] = began
            continue
        running.pop(route, None)
        silences.append(Silence(began, _at(entry.data["until"]), _why(route)))
    silences += [Silence(began, until, f"{_why(route)}, still") for route, began in running.items()]
    cut = (
        Silence(max(silence.since, since), min(silence.until, until), silence.why)
        for silence in silences
    )
    return sorted(
        (silence for silence in cut if silence.since < silence.until),
        key=lambda silence: silence.since,
    )


def count_mails_seen(session: Session, since: datetime, until: datetime) -> int:
    """How many mails came in between; our own, met again in Sent, and history do not count."""
    span = Span(kinds=frozenset({"read"}), since=since, until=until)
    arrivals = (entry.data for entry in entries.read_entries(session, span))
    return sum(
        arrival.get("kind") != MailKind.OWN.value and not arrival.get("history")
        for arrival in arrivals
    )


def total_silence(silences: Iterable[Silence]) -> timedelta:
    """How long it was silent in all; what overlaps counts once."""
    length_, end = timedelta(0), None
    for silence in sorted(silences, key=lambda each: each.since):
        begin = silence.since if end is None else max(silence.since, end)
        if silence.until > begin:
            length_ += silence.until - begin
        end = silence.until if end is None else max(end, silence.until)
    return length_


def _why(route: str) -> str:
    return "login refused" if "login" in route else "the inbox could not be read"


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
