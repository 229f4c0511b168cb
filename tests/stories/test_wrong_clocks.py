"""A customer's clock is wrong: live mail counts by its arrival, history by its Date."""

from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from harness import INBOX, Company, company

from deskless.agent.case.case import Status
from deskless.agent.office import conversation
from deskless.store.verdicts import Waiting, queue_thread

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
VERA = "Vera Lind <vera@northwind.example>"

SKEWS = [
    pytest.param(timedelta(), id="right"),
    pytest.param(timedelta(minutes=-5), id="five minutes slow"),
    pytest.param(timedelta(hours=-1), id="an hour slow: no summer time"),
    pytest.param(timedelta(hours=-12), id="a.m. for p.m."),
    pytest.param(timedelta(days=-1), id="a day slow"),
    pytest.param(timedelta(days=-6), id="six days slow"),
    pytest.param(timedelta(days=-20000), id="an empty battery: 1972"),
    pytest.param(timedelta(minutes=5), id="five minutes fast"),
    pytest.param(timedelta(hours=9), id="the zone left out"),
    pytest.param(timedelta(days=1), id="a day fast"),
    pytest.param(timedelta(days=365), id="next year"),
    pytest.param(None, id="no Date at all"),
]


def dated(acme: Company, skew: timedelta | None, text: str, **more: str) -> bytes:
    """A mail of Vera's whose own clock is off by so much."""
    raw, _ = acme._mail(VERA, INBOX, "Re: Invoice 4411", text, **more)
    start, end = raw.index(b"Date: "), raw.index(b"Message-ID")
    date = b"" if skew is None else f"Date: {format_datetime(acme.clock.at + skew)}\n".encode()
    return raw[:start] + date + raw[end:]


@pytest.mark.parametrize("skew", SKEWS)
def test_still_down_reopens_whatever_its_date_says(acme: Company, skew: timedelta | None) -> None:
    """Resolved half an hour ago, and the customer says that it is not."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.pass_time(minutes=20)
    acme.reply("ana", "RESOLVED: refunded")
    assert acme.case.status is Status.RESOLVED
    acme.pass_time(minutes=30)
    again = "It is not solved, I was charged twice again and I want my money back!"
    acme.post.deliver(INBOX, dated(acme, skew, again, In_Reply_To=f"<{first}>"))
    acme.settle()
    assert acme.case.status is Status.OWNED
    assert acme.case.last_touch == acme.clock.at
    with acme.office.store.reading() as session:
        posts = conversation.read_thread(session, "ACME-1042").posts
    assert posts[-1].at == acme.clock.at
    assert "not solved" in posts[-1].text


@pytest.mark.parametrize("skew", SKEWS)
def test_a_question_after_our_answer_waits_for_an_answer(
    acme: Company, skew: timedelta | None
) -> None:
    """Tom answered; what comes then counts as unanswered since it came, not since its Date."""
    first = acme.customer_writes("How do refunds work?")
    acme.pass_time(minutes=10)
    raw, _ = acme._mail(
        "Tom <tom@acme.example>", "vera@northwind.example", "Re: Invoice 4411", "In three days.",
        In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.put(INBOX, raw, folder="Sent")
    acme.settle()
    acme.pass_time(minutes=10)
    acme.post.deliver(INBOX, dated(acme, skew, TROUBLE, In_Reply_To=f"<{first}>"))
    acme.settle()
    assert acme.case.unanswered_since == acme.clock.at


def test_mails_of_one_second_stand_in_the_order_in_which_they_came(acme: Company) -> None:
    """A mail server hands over its queue at once; what was read last was said last."""
    first = acme.customer_writes("How do refunds work?")
    acme.pass_time(minutes=10)
    for number in range(8):
        skew = timedelta(minutes=-number)
        acme.post.deliver(INBOX, dated(acme, skew, f"Number {number}.", In_Reply_To=f"<{first}>"))
    acme.settle()
    with acme.office.store.reading() as session:
        posts = conversation.read_thread(session, "ACME-1042").posts
    assert [post.text for post in posts[1:]] == [f"Number {number}." for number in range(8)]


def test_news_that_come_before_the_turn_ends_are_heard(acme: Company) -> None:
    """RESOLVED and "still down" wait in one inbox: both are read in one turn, in their order."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.pass_time(minutes=20)
    brief = acme.mail("ana", "you took")
    resolved, _ = acme._mail(
        "Ana <ana@acme.example>", str(brief.message["Reply-To"]), f"Re: {brief.subject}",
        "RESOLVED: refunded", In_Reply_To=str(brief.message["Message-ID"]),
    )  # fmt: skip
    acme.post.deliver(str(brief.message["Reply-To"]), resolved)
    acme.post.deliver(
        INBOX,
        dated(acme, timedelta(hours=-1), "I was charged twice again!", In_Reply_To=f"<{first}>"),
    )
    acme.pass_time(minutes=5)
    assert acme.case.status is Status.OWNED


def test_judging_again_is_no_news(acme: Company) -> None:
    """New criteria judge a thread anew; nobody wrote, so nobody is told that somebody did."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    touched = len(acme.entries("touched"))
    acme.pass_time(minutes=5)
    with acme.office.store.transaction() as session:
        queue_thread(session, Waiting("ACME-1042", acme.clock.at, 0, "new criteria"))
    assert acme.turn().judged == 1
    assert len(acme.entries("touched")) == touched


def test_backfill_keeps_the_order_of_the_dates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """History came into this folder all at once, the newest first."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as acme:
        raws = []
        for number, skew in enumerate((-30, -20, -10)):
            more = {"References": "<root@northwind.example>"}
            raws.append(dated(acme, timedelta(days=skew), f"Number {number}.", **more))
        acme.agent.turn.backfill = True
        for raw in reversed(raws):
            acme.post.put(INBOX, raw)
        acme.settle()
        with acme.office.store.reading() as session:
            posts = conversation.read_thread(session, "ACME-1042").posts
    assert [post.text for post in posts] == ["Number 0.", "Number 1.", "Number 2."]
    assert posts[0].at == acme.clock.at - timedelta(days=30)
