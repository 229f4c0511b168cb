"""A thread → its facts, by code alone.

Only the customer's own words are read for amounts, language and marks; only the team's for
promises. Automatic mail counts as nobody's.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deskless.mailbox.thread import Post, Side, Thread
from deskless.mailbox.threading import MAILING, SUBSCRIBED
from deskless.policies import money
from deskless.policies.facts import Amount, Facts
from deskless.policies.people.accounts import CustomerAccount
from deskless.policies.reading.injection import injection_marks
from deskless.policies.reading.language import text_language
from deskless.policies.reading.promises import promise_sentences

WINDOW = timedelta(days=30)  # in which another thread of the same customer is a repeat contact
DEEPEST = 40_000  # characters of one post that are read; a longer one is a dump
MOST = 40  # amounts and promises kept of one thread: a price list is no dispute

Team = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class History:
    """What the store knows of this customer beyond the thread.

    `threads` are when the customer's other threads began (UTC), `cases` how many cases this thread
    had before, `owners` the ids of who had this customer, latest first.
    """

    threads: tuple[datetime, ...] = ()
    cases: int = 0
    owners: tuple[str, ...] = ()


def gather_facts(
    thread: Thread,
    account: CustomerAccount | None,
    *,
    now: datetime,
    history: History | None = None,
    team: Team | None = None,
) -> Facts:
    """Every fact that conditions, rules and mails may use, as of `now` (UTC).

    `team` maps a bare address to a `Person.id`, so that one person with two addresses counts once.
    """
    history = history or History()
    customer = thread.from_customer()
    answers = tuple(_answers(thread.posts))
    people = tuple(post for post in thread.posts if post.side is not Side.MACHINE)
    return Facts(
        at=now,
        account=account.id if account else None,
        tier=account.tier if account else "",
        revenue=account.revenue if account else None,
        renewal_days=_days_to(account.renewal if account else None, now),
        account_owner=account.owner if account else "",
        channel=account.channel if account else "email",
        amounts=tuple(_amounts(customer))[:MOST],
        mails=len({post.key for post in people}),
        customer_mails=len({post.key for post in customer}),
        days_open=max((now - people[0].at).days, 0) if people else 0,
        unanswered_since=_unanswered(customer, answers),
        last_customer_touch=answers[-1].at if answers else None,
        repeat_contacts=_repeats(thread.posts) + _others(history, thread, now),
        team_people=len(_people(thread.posts, team)),
        handoffs=len({post.key for post in people if post.internal and not post.chat})
        + history.cases,
        promises=tuple(
            dict.fromkeys(
                promise for post in answers for promise in promise_sentences(post.text[:DEEPEST])
            )
        )[:MOST],
        language=text_language("\n".join(post.text for post in customer)),
        mailing="" if account else _mailing(customer),
        injection=tuple(sorted({mark for post in customer for mark in _marks(post)})),
    )


def _answers(posts: Iterable[Post]) -> Iterator[Post]:
    """What the team wrote to the customer; comments among colleagues are no answer."""
    return (post for post in posts if post.side is Side.TEAM and not post.internal)


def _days_to(day: date | None, now: datetime) -> int | None:
    return (day - now.date()).days if day else None


def _amounts(posts: Iterable[Post]) -> Iterator[Amount]:
    for number, post in enumerate(posts):
        text = f"{post.subject}\n{post.text}" if number == 0 else post.text
        text = text[:DEEPEST]
        for minor, currency, words in money.money_sums(text):
            yield Amount(minor, currency, words, post.key)


def _unanswered(customer: tuple[Post, ...], answers: tuple[Post, ...]) -> datetime | None:
    last = answers[-1].at if answers else None
    return next((post.at for post in customer if last is None or post.at > last), None)


def _repeats(posts: Iterable[Post]) -> int:
    """How often the customer wrote again before anybody had answered."""
    again, waiting = 0, False
    last = ""
    for post in posts:
        if post.side is Side.CUSTOMER:
            again += waiting and post.key != last
            waiting, last = True, post.key
        elif post.side is Side.TEAM and not post.internal:
            waiting = False
    return again


def _others(history: History, thread: Thread, now: datetime) -> int:
    """The customer's other threads in the window before the thread's last post."""
    last = max((post.at for post in thread.posts), default=now)
    return sum(timedelta() <= last - at <= WINDOW for at in history.threads)


def _people(posts: Iterable[Post], team: Team | None) -> set[str]:
    emails = {
        post.sender.email
        for post in posts
        if post.side is Side.TEAM and post.sender and not post.chat
    }
    return {(team(email) if team else None) or email for email in emails}


def _marks(post: Post) -> tuple[str, ...]:
    return injection_marks(f"{post.subject}\n{post.text}", post.flaws)


def _mailing(posts: tuple[Post, ...]) -> str:
    """What all posts are where each was written to many; empty where one was written to us."""
    kinds = {
        next((flaw for flaw in post.flaws if flaw in (MAILING, SUBSCRIBED)), "") for post in posts
    }
    return min(kinds, key=lambda kind: kind != MAILING) if posts and "" not in kinds else ""
