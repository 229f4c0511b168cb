"""The afternoon ask to each owner: progress, what blocks now, what is promised next.

One mail for each owned case, so that free words in the answer belong to exactly one record. Nobody
is asked who has just spoken, who is not at work today, or more than a few times: whoever owns many
cases is asked about the most urgent ones.
"""

from collections import Counter
from datetime import datetime, timedelta

from deskless.agent.case import event
from deskless.agent.case.case import Status
from deskless.agent.case.decision import Setting
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.operations.health import Health
from deskless.agent.outbound.brief import promise_told, what_happened
from deskless.agent.outbound.case_view import View, view_case
from deskless.agent.outbound.write_letter import Envelope, write_letter
from deskless.policies.people.matrix import Person
from deskless.store import cases
from deskless.store.engine.session import Session
from deskless.templates.values import Afternoon

QUIET = timedelta(hours=4)
"""An owner who said something about a case this recently is not asked about it."""
MOST = 3
"""Asks to one person in one afternoon."""
LOOKED = 500
"""Live cases looked through, most urgent first."""


def ask_owners(office: Office, session: Session, now: datetime, _: Health) -> bool:
    """Ask for word on every owned case that has none from today; whether anybody was asked."""
    setting = office.setting(session, now)
    asked: Counter[str] = Counter()
    for row in cases.live_cases(session, limit=LOOKED):
        person = office.person(row.owner)
        if row.status != Status.OWNED.value or person is None or asked[person.id] >= MOST:
            continue
        if not at_work(person, setting):
            continue
        seen = view_case(office, session, journal.case_of_row(row))
        if now - spoke(seen) >= QUIET:
            _ask(office, session, seen, person)
            asked[person.id] += 1
    return bool(asked)


def at_work(person: Person, setting: Setting) -> bool:
    """Whether somebody works on the local day of `now` and is not known to be away."""
    until = setting.away.get(person.id)
    day = setting.now.astimezone(person.hours.zone).replace(hour=0, minute=0, second=0)
    if until is not None and until > setting.now:
        return False
    if person.away_until and person.away_until > day.date().isoformat():
        return False
    start = person.hours.next_start(day)
    return start is not None and start.astimezone(person.hours.zone).date() == day.date()


def spoke(seen: View) -> datetime:
    """When the owner last said anything about the case, or was given it (UTC)."""
    owner = seen.case.owner
    words = [
        past_event.at
        for past_event in seen.events
        if past_event.by == owner or isinstance(past_event, event.Accepted | event.Reopened)
    ]
    return max(words, default=seen.case.opened_at)


def _ask(office: Office, session: Session, seen: View, person: Person) -> None:
    case = seen.case
    value = Afternoon(
        owner=person.name.split()[0],
        what=what_happened(seen) or seen.thread.subject,
        severity=case.severity.value,
        customer=seen.customer,
        blocker=case.blocker.value.replace("_", " ") if case.blocker else None,
        next=seen.next_action,
        promised=promise_told(seen),
        timer=seen.left(case.promise),
        since=seen.time(_taken(seen), person.id) or "",
    )
    envelope = Envelope(
        to=person.id, kind="afternoon", purpose="progress", case=case.key, ticket=case.ticket,
        subject=seen.subject, urgency=6,
        thread=frozenset(post.message_id for post in seen.thread.posts if post.message_id),
    )  # fmt: skip
    write_letter(office, session, value, envelope)


def _taken(seen: View) -> datetime | None:
    """Since when the case is its owner's."""
    taken = [
        past_event.at
        for past_event in seen.events
        if isinstance(past_event, event.Accepted | event.Resolved)
    ]
    return taken[-1] if taken else None
