"""The third layer: replies that waited are shown to a model, and what it proposes is settled once.

The model is asked outside any transaction. Its proposal is held against the words
(`reply/understand.read_proposed`) and acts, or the reply is asked back, in one transaction that
also takes the reply out of the queue: a process that dies in between asks again and settles once.
Silence, junk, a refusal or a spent budget of the model end in asking back at once, as without it.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import groupby

from deskless.agent.case.verbs import Command, Unclear
from deskless.agent.inbound import dialogue, reading, replies
from deskless.agent.judging.judge_queue import overspent, spend_budget
from deskless.agent.model.claude_reply import Proposed, ReplyRequest
from deskless.agent.office import journal, office_events
from deskless.agent.office.office import Office
from deskless.agent.office.pending_replies import (
    PendingReply,
    count_failure,
    pending_replies,
    spoke_since,
    take_pending,
)
from deskless.agent.operations.health import Ending
from deskless.agent.reply.situation import Place
from deskless.agent.reply.understand import PROPOSABLE
from deskless.policies.judge import Opinion
from deskless.store.engine.session import Session

ANSWERED = {
    Place.OFFERED: "the offer of a case, which the writer may take, give away or put off",
    Place.BOUNCED: "a mail that asks why the writer gave a case away",
    Place.OWNED: "a mail about a case that the writer owns",
    Place.OVER: "a mail about a case that is over",
    Place.BYSTANDER: "a mail about a case that somebody else has",
}
"""What a model is told of the mail that was answered: nothing of the customer."""
TRIES = 3
"""Failures that nobody foresaw after which a reply waits no longer; the founder hears of each."""
OVERTAKEN = "You have written again since, so I did nothing on these earlier words."
Border = Callable[[str], AbstractContextManager[Ending]]


async def ask_about_replies(office: Office, *, border: Border) -> int:
    """Ask about all replies that wait, and settle each; returns how many were settled.

    Replies to one case are taken in the order in which they came.
    """
    with office.store.reading() as session:
        waiting = pending_replies(session)
    gate = asyncio.Semaphore(office.config.judge.in_flight)

    async def in_turn(each_of_case: list[PendingReply]) -> None:
        for reply in each_of_case:
            with border(f"reading an answer to {reply.token.case}") as ending:
                async with gate:
                    proposed = await _asked(office, reply)
                office.step("proposed")
                _settle(office, reply, proposed)
            if ending.why:
                _put_off(office, reply)
                return

    def about(reply: PendingReply) -> str:
        return reply.token.case or ""

    by_case = groupby(sorted(waiting, key=about), key=about)
    await asyncio.gather(*(in_turn(list(group)) for _, group in by_case))
    return len(waiting)


async def _asked(office: Office, reply: PendingReply) -> Proposed:
    """What the model proposes; nothing where it cannot be asked."""
    silent = Opinion("claude", ())
    with office.store.reading() as session:
        case = journal.read_case(session, reply.token.case) if reply.token.case else None
        place = reading.place_of(reply.token, case)
    acts = PROPOSABLE.get(place, ())
    if not acts or not reply.words or reply.tries:
        return Proposed(silent)
    if office.bench.model is None:
        silent.trouble = "no model"
        return Proposed(silent)
    if overspent(office):
        silent.trouble = "budget spent"
        return Proposed(silent)
    request = ReplyRequest(reply.words, ANSWERED[place], acts)
    return await office.bench.model.propose(request, office.clock.now())


def _settle(office: Office, reply: PendingReply, proposed: Proposed) -> None:
    """Act on a reply, or ask back, once; in one transaction with its leaving the queue."""
    office.step("before commit")
    with office.store.transaction() as session:
        now = office.clock.now()
        spend_budget(session, now.date(), office, (proposed.opinion,))
        if not take_pending(session, reply):
            return
        asked = _meant(office, session, reply, proposed)
        journal.enter(session, _entry(office, reply, proposed, asked))
        # Whoever left the matrix, or had their words erased, asks nothing any more.
        if asked is not None:
            with office.answers(reply.answering):
                replies.settle_pending(office, session, reply, asked)
    office.step("after commit")


def _meant(
    office: Office, session: Session, reply: PendingReply, proposed: Proposed
) -> Command | Unclear | None:
    """What a reply asks with the proposal's help; None where nobody asks any more."""
    token, words = reply.token, reply.words
    case = journal.read_case(session, token.case) if token.case else None
    if case is None or office.person(token.person) is None or not words:
        return None
    again = reading.read_again(office, session, token, words, reply.at)
    asked = dialogue.settle_words(office, reply.at, (again, words), case, str(token.person))
    if not isinstance(asked, Unclear):
        # The case has moved, and the words are plain there: they were meant for how it stood.
        asked = Unclear(asked.line, OVERTAKEN)
    if spoke_since(session, reply, case.ticket):
        return Unclear(asked.line, OVERTAKEN)
    if proposed.proposal is None:
        return asked
    read = reading.check_proposal(office, session, token, words, (proposed.proposal, reply.at))
    return read if isinstance(read, Command) or read.guesses else asked


def _entry(
    office: Office, reply: PendingReply, proposed: Proposed, asked: Command | Unclear | None
) -> office_events.ReplyProposed:
    opinion, proposal = proposed.opinion, proposed.proposal
    return office_events.ReplyProposed(
        at=office.clock.now(), cause=reply.cause, about=reply.token.case or "",
        act=proposal.act if proposal else "",
        done=isinstance(asked, Command), trouble=opinion.trouble, model=opinion.model,
        prompt=opinion.prompt, tokens_in=opinion.tokens_in, tokens_out=opinion.tokens_out,
    )  # fmt: skip


def _put_off(office: Office, reply: PendingReply) -> None:
    """Settling failed unexpectedly: the next time without the model, and not for ever."""
    with office.store.transaction() as session:
        if reply.tries + 1 >= TRIES:
            take_pending(session, reply)
        else:
            count_failure(session, reply)
