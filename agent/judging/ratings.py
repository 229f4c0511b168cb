"""The customer's answer to the question of the letter that says that it is solved.

It is read from what the customer wrote since that letter left, once for each mail, and attributed
to the case whose letter asked. It is news for the conversation as well: a bad mark is no yes.
"""

from dataclasses import dataclass

from deskless.agent.case.after.question import UNHAPPY, on_rated
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.agent.outbound import perform
from deskless.agent.reply.after.rating import is_bare_mark, read_rating
from deskless.store.engine.session import Session


@dataclass(frozen=True, slots=True)
class Marked:
    """The case with its newest mark, and what it says of the question whether it is solved.

    `solved`: a bad one is no yes, a good one is where it is the last that they wrote and all of
    it; None: their words say it.
    """

    case: Case
    solved: bool | None


def take_rating(office: Office, session: Session, situation: Situation) -> Marked | None:
    """Record a mark that was not recorded yet; None: there is none."""
    asked = [case for case in situation.cases if case.asked_at and not case.live]
    if not asked:
        return None
    case = asked[-1]
    assert case.asked_at is not None, "only cases whose customer was asked"
    posts = situation.thread.from_customer()
    for post in reversed(posts):
        if post.at < case.asked_at:
            return None
        score = read_rating(post.text)
        if score is None:
            continue
        cause = f"mail:{post.key}"
        if case.rating and case.rating.mail == cause:
            return None
        act = Act(cause=cause, message_id=post.message_id or "")
        decision = on_rated(case, situation.setting, act, score, post.text)
        perform.carry_out(office, session, decision, situation)
        assert decision.case is not None, "a mark ends no case"
        bare = post is posts[-1] and is_bare_mark(post.text)
        return Marked(decision.case, False if score <= UNHAPPY else bare or None)
    return None
