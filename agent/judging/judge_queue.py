"""Judging the conversations that wait: facts, opinions, one checked verdict, and what it opens.

The rules always speak. A model speaks when one is configured and its budget lasts; what it could
not say is marked, and never silent. Opinions are gathered outside the transaction, a bounded
number at once; each verdict is committed on its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from deskless.agent.case import event
from deskless.agent.case.case import Case, Status
from deskless.agent.case.decision import Act
from deskless.agent.case.on_mail import on_customer
from deskless.agent.judging import open_case, ratings, reviews, silence
from deskless.agent.live.endings import solved_by_word
from deskless.agent.model.model import token_prices
from deskless.agent.office import journal, office_events
from deskless.agent.office.situation import Situation, kept_verdict, read_situation
from deskless.agent.operations import echo
from deskless.agent.operations.health import Ending
from deskless.agent.outbound import perform
from deskless.agent.reply.clause import says_more
from deskless.mailbox.message import Unread
from deskless.policies.judge import Opinion
from deskless.policies.settle.key import verdict_key
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Met, Outcome, Verdict, to_json
from deskless.store import threads, verdicts
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span
from deskless.store.verdicts import Usage, Waiting

if TYPE_CHECKING:
    from deskless.agent.office.office import Office
    from deskless.mailbox.thread import Post
    from deskless.store.engine.session import Session

MANY = 50
PAUSES = (1, 5, 15, 60)
"""Minutes between tries of a model that could not answer, by try."""
TRIES = 3
"""Tries of a judgement that fails unexpectedly before it waits for a person (or new mail)."""
QUIET = timedelta(minutes=15)
"""Within this time after a customer's words reached an owner, more of them wait and are one."""
UNDECIDED = timedelta(hours=23)
"""Once a day it is tried again all the same: the next version may be able to."""
Border = Callable[[str], AbstractContextManager[Ending]]
CACHE_READ, CACHE_WRITTEN = 0.1, 2.0
"""What a token costs that the server kept, or keeps for an hour, as a share of a fresh one."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """A conversation in front of the judges, and the verdict where it was judged like this before.

    What they see is what stood there when they were asked; it is read anew before anything follows.
    """

    waiting: Waiting
    situation: Situation
    kept: Verdict | None = None


async def judge_due(office: Office, *, border: Border, limit: int = MANY) -> int:
    """Judge what waits; returns how many were looked at.

    Inside `border` a judgement that fails in a way nobody foresaw ends alone: it is put off, tried
    three times, and then waits for a person, who finds it among the undecided.
    """
    now = office.clock.now()
    with office.store.reading() as session:
        due = verdicts.due_threads(session, now, limit=limit)
    gate = asyncio.Semaphore(office.config.judge.in_flight)

    async def judge_waiting(waiting: Waiting) -> None:
        with border(f"judging {waiting.ticket}") as ending:
            with office.store.reading() as session:
                hearing = _hearing(office, session, waiting)
            if silence.is_broken(office, hearing.situation, waiting):
                with office.store.transaction() as session:
                    silence.rest(office, session, hearing.situation, waiting)
                return
            async with gate:
                opinions = () if hearing.kept else await _opinions(office, hearing)
            office.step("judged")
            _settle(office, hearing, opinions)
        if ending.why:
            _put_off(office, waiting, now)

    await asyncio.gather(*(judge_waiting(each) for each in due))
    return len(due)


def _put_off(office: Office, waiting: Waiting, now: datetime) -> None:
    """A judgement that failed unexpectedly: later again, and at last only by hand."""
    pause = timedelta(minutes=PAUSES[min(waiting.tries, len(PAUSES) - 1)])
    if waiting.tries + 1 >= TRIES:
        pause = UNDECIDED
    later = replace(waiting, next_at=now + pause, tries=waiting.tries + 1, why="judging failed")
    with office.store.transaction() as session:
        verdicts.queue_thread(session, later)


def _hearing(office: Office, session: Session, waiting: Waiting) -> Hearing:
    situation = read_situation(office, session, waiting.ticket, office.clock.now())
    name = verdict_key(situation.thread, situation.facts, office.rules.book, office.bench.voice)
    return Hearing(waiting, situation, kept_verdict(session, name))


async def _opinions(office: Office, hearing: Hearing) -> tuple[Opinion, ...]:
    """What every judge thinks. A model is not asked about history, nor beyond the budget."""
    asked = office.rules.book.asked()
    thread, facts = hearing.situation.thread, hearing.situation.facts
    opinions = [await office.bench.rules.opine(thread, facts, asked)]
    model = office.bench.model
    if model is not None and hearing.waiting.why != "history":
        if overspent(office):
            silent = Opinion("claude", ())
            silent.trouble = "budget spent"
            opinions.append(silent)
        else:
            opinions.append(await model.opine(thread, facts, asked))
    return tuple(opinions)


def overspent(office: Office) -> bool:
    """Whether the model's budget of this UTC day is spent, but for calls still in flight."""
    with office.store.reading() as session:
        spent = verdicts.day_usage(session, office.clock.now().date()).micro_usd
    return spent >= office.config.judge.daily


def model_trouble(office: Office) -> str:
    """Why the model does not judge just now, as a sentence for the founder; empty: it does."""
    if office.bench.model is None:
        return ""
    if overspent(office):
        return f"The budget of {office.config.judge.budget} is spent until midnight UTC."
    return office.bench.model.trouble


def _settle(office: Office, hearing: Hearing, opinions: tuple[Opinion, ...]) -> None:
    """Commit one verdict and what follows from it, in one transaction."""
    office.step("before commit")
    with office.store.transaction() as session:
        now = office.clock.now()
        ticket, judged = hearing.waiting.ticket, hearing.situation
        fresh = read_situation(office, session, ticket, now)
        desk = open_case.desk_for(office, fresh)
        verdict = hearing.kept or settle_verdict(
            judged.thread, judged.facts, office.rules.book, opinions, desk
        )
        spend_budget(session, now.date(), office, opinions)
        verdicts.put_answer(
            session, verdicts.VerdictText(verdict.key, to_json(verdict), now, ticket)
        )
        history = hearing.waiting.why == "history"
        journal.enter(session, _judged(ticket, verdict, now, history))
        again = _again(hearing, opinions, now)
        if len(fresh.thread.posts) == len(judged.thread.posts) and again is None:
            silence.rest(office, session, judged, hearing.waiting)
        elif again is not None:
            verdicts.queue_thread(session, again)
        if not history:
            count = fresh.live_case is None and verdict.outcome is not Outcome.LEAVE
            with office.answers(echo.customers_words(office, session, fresh, count=count)):
                _follow(office, session, fresh, verdict)
    office.step("after commit")


def _follow(office: Office, session: Session, situation: Situation, verdict: Verdict) -> None:
    """What a verdict leads to: news for the live case, a new case, or a question to a person.

    In shadow mode it is only noted.
    """
    marked = ratings.take_rating(office, session, situation)
    live = situation.live_case
    if live is not None:
        told = None
        if marked and marked.case.key == live.key:
            live, told = marked.case, marked.solved
        news = news_for(session, live, situation)
        spoken = situation.thread.from_customer()
        words = new_words(session, live, situation)
        worse = verdict.severity if verdict.outcome is Outcome.ESCALATE else None
        # A case that a teammate asked for may turn out to be worse than the rules saw at once.
        risen = live.live and worse is not None and worse.value < live.severity.value
        later = _told_lately(session, live, situation) if words and not risen else None
        if news and later:
            verdicts.queue_thread(session, Waiting(situation.ticket, later, 0, "new mail"))
        elif spoken and (news or risen):
            act = Act(cause=f"mail:{news or spoken[-1].key}")
            if told and len(_unheard(session, live, situation)) > 1:
                told = None  # a good mark speaks for itself, not for the mail before it
            yes = _answer(session, live, situation) if told is None else told
            content = verdict.outcome is Outcome.LEAVE if yes is None else yes
            worse = None if yes else worse
            decision = on_customer(
                live, situation.setting, act, worse, content=content, words=words
            )
            perform.carry_out(office, session, decision, situation)
        return
    met = tuple(finding.policy for finding in verdict.findings if finding.met is Met.MET)
    if verdict.outcome is Outcome.LEAVE:
        return
    if not office.live(session, met):
        reviews.keep_shadow_verdict(office, session, situation.ticket, verdict)
    elif verdict.outcome is Outcome.ESCALATE:
        reviews.end_review(session, situation.ticket)
        open_case.by_verdict(office, session, situation, verdict)
    else:
        reviews.ask_about_doubt(office, session, situation, verdict)


def _answer(session: Session, case: Case, situation: Situation) -> bool | None:
    """What the customer's new words alone say of a case that is called solved; None: not plain.

    The conversation as a whole still holds the old complaint, whatever they answer.
    """
    if case.status is not Status.RESOLVED:
        return None
    fresh = _unheard(session, case, situation)
    posts = [post for post in situation.thread.from_customer() if post.key in fresh]
    name = posts[-1].sender.name if posts and posts[-1].sender else ""
    return solved_by_word("\n".join(post.text for post in posts), name or "")


def news_for(session: Session, case: Case, situation: Situation) -> str | None:
    """The digest of the customer's newest mail that the case has not heard of; None: no news.

    Told by the ledger, whose order is that in which mails were read: no clock makes news look old,
    and a thread that is judged again for another reason (new criteria) holds none.
    """
    unheard = _unheard(session, case, situation)
    return unheard[-1] if unheard else None


def new_words(session: Session, case: Case, situation: Situation) -> str:
    """What the customer wrote that the case has not heard of, where it says something: "" for
    nothing but thanks. Of a mail that nobody could read, what stands in its way.
    """
    unheard = _unheard(session, case, situation)
    posts = [post for post in situation.thread.from_customer() if post.key in unheard]
    return "\n\n".join(
        part for post in posts if (part := post.text if says_more(post.text) else _shut(post))
    )


def _shut(post: Post) -> str:
    reasons = [reason for reason in post.unread if reason is not Unread.EMPTY]
    return f"(A mail that nobody has read: {', '.join(reasons)}.)" if reasons else ""


def _told_lately(session: Session, case: Case, situation: Situation) -> datetime | None:
    """Until when new words of the customer wait, because an owner has just read others."""
    heard = _last_heard(session, case)
    if heard is None or heard.kind != "touched" or case.status is not Status.OWNED:
        return None
    later = heard.at + QUIET
    mail = heard.cause.removeprefix("mail:")
    spoke = any(
        post.key == mail and (says_more(post.text) or _shut(post))
        for post in situation.thread.from_customer()
    )
    return later if spoke and later > situation.setting.now else None


def _unheard(session: Session, case: Case, situation: Situation) -> tuple[str, ...]:
    """The digests of the customer's mails that the case has not heard of, as they were read."""
    spoken = {f"mail:{post.key}": post.key for post in situation.thread.from_customer()}
    heard = _last_heard(session, case)
    if heard is None:
        return ()
    mails: dict[int, Entry] = {}
    for ticket in threads.ticket_family(session, situation.ticket):
        span = Span(ticket=ticket, kinds=frozenset({"read"}), after=heard.seq)
        mails |= {entry.seq: entry for entry in entries.read_entries(session, span)}
    return tuple(
        spoken[entry.cause] for _, entry in sorted(mails.items())
        if entry.cause in spoken and entry.cause != heard.cause and not entry.data.get("history")
    )  # fmt: skip


def _last_heard(session: Session, case: Case) -> Entry | None:
    """The entry with which the case last took in what its customer had written.

    That is its opening, or a touch by the customer.
    """
    last = None
    for entry in entries.read_entries(session, Span(case=case.key)):
        if last is None or (entry.kind == "touched" and entry.actor == event.CUSTOMER):
            last = entry
    return last


def _judged(
    ticket: str, verdict: Verdict, now: datetime, history: bool
) -> office_events.ConversationJudged:
    return office_events.ConversationJudged(
        at=now,
        ticket=ticket,
        outcome=verdict.outcome,
        severity=verdict.severity,
        met=tuple(finding.policy for finding in verdict.findings if finding.met is Met.MET),
        unclear=tuple(finding.policy for finding in verdict.findings if finding.met is Met.UNCLEAR),
        engine=verdict.engine,
        prompt=verdict.prompt,
        model=verdict.model,
        verdict=verdict.key,
        history=history,
        tokens_in=verdict.tokens_in,
        tokens_out=verdict.tokens_out,
        reasons=verdict.reasons,
        policy=verdict.policy_hash,
    )


def _again(hearing: Hearing, opinions: tuple[Opinion, ...], now: datetime) -> Waiting | None:
    """A model that could not answer for a passing reason is asked again later."""
    passing = [
        opinion for opinion in opinions if opinion.trouble and opinion.retry_after is not None
    ]
    tries = hearing.waiting.tries
    if not passing or tries >= len(PAUSES):
        return None
    asked = max(opinion.retry_after or 0.0 for opinion in passing)
    pause = max(timedelta(minutes=PAUSES[tries]), timedelta(seconds=min(asked, 3600)))
    return replace(hearing.waiting, next_at=now + pause, tries=tries + 1)


def spend_budget(
    session: Session, day: date, office: Office, opinions: tuple[Opinion, ...]
) -> None:
    """Count what opinions cost against the budget of a UTC day."""
    for opinion in opinions:
        if opinion.tokens_in or opinion.tokens_out:
            usage = Usage(1, opinion.tokens_in + opinion.tokens_out, _cost(office, opinion))
            verdicts.add_usage(session, day, usage)


def _cost(office: Office, opinion: Opinion) -> int:
    """What an opinion cost, in millionths of a dollar. Prices are dollars a million tokens."""
    price_in, price_out = token_prices(office.config)
    fresh = opinion.tokens_in - opinion.cache_read - opinion.cache_written
    read = fresh + opinion.cache_read * CACHE_READ + opinion.cache_written * CACHE_WRITTEN
    return round(read * price_in + opinion.tokens_out * price_out)
