"""What the founder is told of a breaker: what it holds, why, until when; and that it has closed."""

from datetime import datetime

from deskless.agent.case.say_time import say_instant
from deskless.agent.office.office import Office
from deskless.agent.office.state_keys import Tripped
from deskless.agent.operations import breaker
from deskless.agent.operations.breaker import Freed
from deskless.store.engine.session import Session
from deskless.store.outbox import Letter
from deskless.templates.values import BreakerClosed, BreakerTripped

MOST = 12
"""Held letters that are named one by one."""


def tripped_mail(office: Office, session: Session, name: str, trip: Tripped) -> BreakerTripped:
    """To the founder, once: what is held, why, and when that ends."""
    held = [each for each in breaker.held_letters(session) if breaker.breaker_of(each) == name]
    until = datetime.fromisoformat(trip.get("until") or trip["at"])
    return BreakerTripped(
        what=breaker.say_cause(office, name),
        count=trip["count"],
        limit=trip["limit"],
        span={"loop": "a row", "case": "a day"}.get(name.partition(":")[0], "an hour"),
        held=len(held),
        letters=tuple(say_held(office, letter) for letter in held[:MOST]),
        ends=f"by itself after an hour without more of it, at the earliest {_say(office, until)}",
        release="deskless breaker reset",
        likely="Two machines answering each other is the usual cause.",
    )


def closed_mail(office: Office, name: str, trip: Tripped, freed: Freed) -> BreakerClosed:
    """To the founder, once: nothing is held any more, and what became of it."""
    return BreakerClosed(
        what=breaker.say_cause(office, name),
        since=_say(office, datetime.fromisoformat(trip["at"])),
        going=freed.going,
        withdrawn=freed.withdrawn,
    )


def say_held(office: Office, letter: Letter) -> str:
    """One held letter: its kind, its reader, and what it is about."""
    reader = office.rules.matrix.by_email(letter.to[0])
    about = f" about {letter.case or letter.ticket}" if letter.case or letter.ticket else ""
    name = reader.name if reader else letter.to[0]
    return f"{letter.kind.replace('_', ' ')} to {name}{about}"


def _say(office: Office, at: datetime) -> str:
    return say_instant(at, office.config.team.zone)
