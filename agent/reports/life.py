"""Proof of life: one line a day to the founder, on quiet days too, so that silence is a sign.

On a day on which another regular mail has told the founder the same, there is no line beside it.
"""

from datetime import datetime, time, timedelta

from deskless.agent.language.time import say_length
from deskless.agent.office import state_keys
from deskless.agent.office.office import Office
from deskless.agent.operations import outages
from deskless.agent.operations.health import Health
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.store import cases, outbox, quarantine, verdicts
from deskless.store.engine.session import Session
from deskless.templates.values import Daily

INSTEAD = ("welcome", "morning", "shadow", "weekly")
"""Regular mails that show by themselves that we are alive."""
LONGEST = timedelta(days=7)
"""The line speaks of the time since the last one, at most of this long."""


def send_life(office: Office, session: Session, now: datetime, health: Health) -> bool:
    """Write the line (`now` is UTC), unless the founder has had another mail today that says it."""
    zone, founder = office.config.team.zone, office.person(office.rules.founder)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    told = state_keys.LIFE_TOLD.get(session)
    blind = health.blind_for(now)
    state = state_keys.ListTold(at=now.isoformat(), blind=int(blind.total_seconds()))
    state_keys.LIFE_TOLD.put(session, state)
    if founder and outbox.written_since(session, midnight, founder.emails[0], INSTEAD):
        return False
    since = datetime.fromisoformat(told["at"]) if told else now - timedelta(days=1)
    since = max(since, now - LONGEST)
    before = timedelta(seconds=told["blind"] if told else 0)
    fresh = blind - before if blind >= before else blind
    long = max(outages.total_silence(outages.silences_between(session, since, now)), fresh)
    counts = cases.counts_by_status(session)
    value = Daily(
        day=f"{now.astimezone(zone):%A %d %B}",
        seen=outages.count_mails_seen(session, since, now),
        undecided=verdicts.count_queued(session),
        quarantined=len(quarantine.waiting_mails(session)),
        blind=say_length(long) if long >= timedelta(minutes=1) else "0 min",
        open=sum(number for status, number in counts.items() if status != "closed"),
        owed=len(outbox.owed_letters(session)),
    )
    envelope = Envelope(
        to=office.rules.founder, kind="daily", purpose="office", urgency=6, answers=False
    )
    write_letter(office, session, value, envelope)
    return True
