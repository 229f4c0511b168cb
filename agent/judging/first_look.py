"""A first look of the rules at a conversation: who could have it, and how severe it is.

When a teammate asks for an escalation, the case opens at once, before any judge has had its turn.
The rules need no network, so it opens with what they see and not with defaults; a model's later
verdict may still raise it.
"""

from deskless.agent.case.escalation_limits import present_matrix
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation, latest_verdict
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Verdict, to_json
from deskless.store import verdicts
from deskless.store.engine.session import Session


def first_verdict(office: Office, session: Session, situation: Situation) -> Verdict:
    """The newest verdict on a conversation, or else the rules' own, which is kept."""
    judged = latest_verdict(session, situation.ticket)
    if judged is not None:
        return judged
    thread, facts, book = situation.thread, situation.facts, office.rules.book
    opinion = RulesJudge().judge(thread, facts, book.asked())
    verdict = settle_verdict(thread, facts, book, (opinion,), desk_for(office, situation))
    now = situation.setting.now
    verdicts.put_answer(
        session, verdicts.VerdictText(verdict.key, to_json(verdict), now, situation.ticket)
    )
    return verdict


def desk_for(office: Office, situation: Situation) -> Desk:
    """The team as a judge of this conversation sees it: who is there, and who had it before."""
    setting = situation.setting
    return Desk(
        matrix=present_matrix(setting.matrix, setting), now=setting.now,
        tier=setting.matrix.first_line(), load=setting.load, history=setting.knew,
        notes=office.bench.notes,
    )  # fmt: skip
