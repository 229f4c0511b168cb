"""`deskless trial NAME`: a brief to try the answering with, before a customer waits.

It is marked as a trial and is about no case. The answer is read as any other; whoever gave it hears
how it was read and what proved that it was them, and `check` says who has tried.
"""

import asyncio
from datetime import timedelta

from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.judging.foresight import asked_for
from deskless.agent.office.office import Office
from deskless.agent.outbound.write_letter import TRIAL, Envelope, write_letter
from deskless.agent.settings.clock import Clock
from deskless.agent.settings.config import Config
from deskless.policies.people.matrix import Person
from deskless.policies.policy import Policy
from deskless.policies.problems import Problem, Problems, nearest_word
from deskless.store import outbox
from deskless.store.engine.errors import AlreadyRunning
from deskless.templates.values import Said, TrialBrief

LATER = timedelta(hours=2)
"""How far off the time is that the Later button suggests."""


def send_trial(settings: Config, who: str, clock: Clock | None = None) -> str:
    """Write the trial brief, and send it unless a daemon does; a sentence about what became of it.

    `who` is a name, a first name or an address of the matrix; `clock` the machine's, left out.
    Raises Problems where that is nobody.
    """
    return asyncio.run(_send(assemble.build_agent(settings, clock=clock), who))


async def _send(made: Agent, who: str) -> str:
    office = made.office
    try:
        person = _asked(office, who)
        with office.store.transaction() as session:
            envelope = Envelope(to=person.id, kind=TRIAL, purpose=TRIAL, urgency=1, trial=True)
            message_id = write_letter(office, session, _brief(office, person), envelope)
        to = f"{person.name} ({person.emails[0]})"
        try:
            lock = office.store.lock()
        except AlreadyRunning:
            return f"A trial brief to {to} is written; the daemon sends it within a minute."
        try:
            await made.turn.dispatch.run()
        finally:
            lock.release()
        with office.store.reading() as session:
            owed = [each for each in outbox.owed_letters(session) if each.message_id == message_id]
        if owed:
            why = next((each.said for each in made.turn.health.troubles.values()), "")
            return f"A trial brief to {to} is written and not sent yet. {why}".strip()
        return (
            f"A trial brief went to {to}. When it is answered, `deskless run` reads the answer, "
            "and the answer to that says how it was read."
        )
    finally:
        await made.close()


def _asked(office: Office, who: str) -> Person:
    """The person that is meant by a name, a first name or an address."""
    people = {person.id: person for person in office.rules.matrix.people}
    word = who.strip().casefold()
    exact = office.person(office.named(who))
    first = [person for person in people.values() if person.name.casefold().split()[:1] == [word]]
    if exact or len(first) == 1:
        return exact or first[0]
    known = [person.name for person in people.values()]
    file = str(office.folder / "matrix.csv")
    if first:
        text = f"{len(first)} people are called {who}: write the address."
        raise Problems([Problem(file, 0, 0, text)])
    text = f"Nobody is called {who}; there are: {', '.join(known)}."
    raise Problems([Problem(file, 0, 0, text, suggestion=nearest_word(who, known))])


def _brief(office: Office, person: Person) -> TrialBrief:
    """The letter, with an example of a criterion that would come to this person."""
    policy = _criterion_of(office, person)
    examples = [each.text for each in policy.examples if each.expect == "escalate" and each.text]
    later = (office.clock.now() + LATER).astimezone(person.hours.zone)
    return TrialBrief(
        question=f"Can you take this one, {person.name.split()[0]}? (a trial)",
        policy=policy.name or policy.id,
        severity=policy.severity.value if policy.severity else "",
        words=Said(text=examples[0], who="an example of your own") if examples else None,
        later=f"{later:%H:%M}",
    )


def _criterion_of(office: Office, person: Person) -> Policy:
    """A criterion that would be offered to this person now; else the first there is."""
    now, policies = office.clock.now(), office.rules.book.asked()
    return next((each for each in policies if asked_for(office, each, now) == person), policies[0])
