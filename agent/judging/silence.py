"""Silence as a trigger: a customer who waits too long is judged again then, not at the next mail.

When a conversation has been judged it stays in the judges' queue with the instant at which the next
`waiting` of a criterion passes (working time from the oldest mail that nobody has answered). The
instant is kept with the queue, so a restart or a night without us forgets none and repeats none: it
is judged once for each span. An answer of the team before then ends the waiting.
"""

from datetime import datetime

from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.policies.duration import parse_duration
from deskless.policies.policy import Policy
from deskless.store import verdicts
from deskless.store.engine.session import Session
from deskless.store.verdicts import SILENCE, Waiting


def instants(situation: Situation, policies: tuple[Policy, ...]) -> list[datetime]:
    """When (UTC) each span that a criterion lets the customer wait passes, or has passed."""
    spans = {parse_duration(policy.waiting) for policy in policies if policy.waiting}
    return sorted(
        at for span in spans if (at := situation.facts.waits_longer(span)) is not None
    )  # fmt: skip


def is_broken(office: Office, situation: Situation, waiting: Waiting) -> bool:
    """Whether a conversation that comes up for its silence need not be judged after all.

    It was answered, has a case already whose own clocks run, or waits for a later instant now.
    """
    if waiting.why != SILENCE or waiting.tries:
        return False
    now = situation.setting.now
    passed = [at for at in instants(situation, office.rules.book.asked()) if at <= now]
    return situation.live_case is not None or not passed


def rest(office: Office, session: Session, situation: Situation, waiting: Waiting) -> None:
    """A judged conversation waits for its next silence; without one it leaves the queue."""
    now = office.clock.now()
    later = [at for at in instants(situation, office.rules.book.asked()) if at > now]
    if later:
        verdicts.queue_thread(session, Waiting(waiting.ticket, later[0], 0, SILENCE))
    else:
        verdicts.leave_queue(session, waiting.ticket)
