"""When the agent was blind: the inbox could not be read, or nothing was running at all.

Troubles of a route leave entries when they begin and when they are over; a daemon that comes back
sees by its last heartbeat how long it was away, and leaves an entry too. Absence is documented, not
only presence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent.case.say_time import length, say
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.mailbox.message import Kind
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
        long = length(self.until - self.since)
        return f"{say(self.since, zone)} to {say(self.until, zone)} ({long}): {self.why}"


def absent_since(session: Session, now: datetime) -> datetime | None:
    """Since when nothing was running, by the last heartbeat (UTC); None: something was."""
    kept = state_keys.HEARTBEAT.get(session)
    last = datetime.fromisoformat(kept["at"]) if kept else now
    return last if now - last >= ABSENT else None


def record(office: Office, session: Session, since: datetime, _: Health) -> None:
    """Leave an entry: from then until now the agent was not running."""
    now = office.clock.now()
    journal.enter(session, office_events.AgentWasAbsent(at=now, since=since, until=now))


def between(session: Session, since: datetime, until: datetime) -> list[Silence]:
    """Every silence that touches the time from `since` to `until`, cut to it, in order."""
    found: list[Silence] = []
    running: dict[str, datetime] = {}
    span = Span(kinds=KINDS, since=since - LOOKBACK)
    for one in entries.read(session, span):
        if one.kind == "absent":
            found.append(Silence(_at(one.data["since"]), _at(one.data["until"]), "not running"))
            continue
        route, began = str(one.data["route"]), _at(one.data["since"])
        if not route.startswith("imap"):
            continue
        if one.kind == "trouble":
            running[route] = began
            continue
        running.pop(route, None)
        found.append(Silence(began, _at(one.data["until"]), _why(route)))
    found += [Silence(began, until, f"{_why(route)}, still") for route, began in running.items()]
    cut = (Silence(max(one.since, since), min(one.until, until), one.why) for one in found)
    return sorted((one for one in cut if one.since < one.until), key=lambda one: one.since)


def seen(session: Session, since: datetime, until: datetime) -> int:
    """How many mails came in between; our own, met again in Sent, and history do not count."""
    span = Span(kinds=frozenset({"read"}), since=since, until=until)
    found = (one.data for one in entries.read(session, span))
    return sum(one.get("kind") != Kind.OWN.value and not one.get("history") for one in found)


def total(found: Iterable[Silence]) -> timedelta:
    """How long it was silent in all; what overlaps counts once."""
    length_, end = timedelta(0), None
    for one in sorted(found, key=lambda each: each.since):
        begin = one.since if end is None else max(one.since, end)
        if one.until > begin:
            length_ += one.until - begin
        end = one.until if end is None else max(end, one.until)
    return length_


def _why(route: str) -> str:
    return "login refused" if "login" in route else "the inbox could not be read"


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
