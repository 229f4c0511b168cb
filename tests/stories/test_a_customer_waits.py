"""Silence is a trigger: a customer whom nobody answers is somebody's case when the time is up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness import INBOX, POLICY, Company, company

from deskless.policies.book.book import starter_folder

pytestmark = pytest.mark.slow

STARTER = (starter_folder() / "unanswered.md").read_text(encoding="utf-8")
EIGHT = STARTER.replace("waiting: 1 day", "waiting: 8h")
FRIDAY = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
"""14:00 in Berlin: four working hours are left before the weekend."""
QUESTION = "Hello,\n\nCould you please send us the invoice for October?\n\nVera Lind"


@contextmanager
def office(folder: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Iterator[Company]:
    """Acme, which lets nobody wait for longer than eight working hours."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    policies = {"unanswered.md": EIGHT, "refund.md": POLICY}
    with company(folder / "acme", now=now, policies=policies) as made:
        yield made
        made.consistent()


@pytest.fixture
def friday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A Friday afternoon."""
    with office(tmp_path, monkeypatch, FRIDAY) as made:
        yield made


def answered(acme: Company, first: str) -> None:
    """Support answers from its own mail program; the copy lies in Sent."""
    raw, _ = acme._mail(
        f"Support <{INBOX}>", "vera@northwind.example", "Re: Invoice 4411", "Here it is.",
        In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.put(INBOX, raw, "Sent")
    acme.settle()


def test_over_a_weekend_and_a_restart_it_comes_at_its_minute_and_once(friday: Company) -> None:
    """Four hours on Friday, four on Monday: 13:00; with the customer's own words, and once."""
    friday.customer_writes(QUESTION)
    friday.pass_time(days=2)
    friday.restart()
    friday.pass_time(hours=22, minutes=59)  # Monday 11:59 UTC
    assert friday.cases() == []
    assert len(friday.entries("judged")) == 1
    friday.pass_time(minutes=1)
    assert friday.case.policies == ("unanswered",)
    assert friday.case.severity.value == "SEV-3"
    brief = friday.brief("ana")
    assert "Could you please send" in " ".join(brief.text.split())
    judged = len(friday.entries("judged"))
    friday.restart()
    friday.pass_time(minutes=30)
    assert len(friday.entries("judged")) == judged
    assert len(friday.cases()) == 1


def test_a_holiday_is_no_time_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Christmas Eve 16:00 until Monday the 28th, 15:00."""
    with office(tmp_path, monkeypatch, datetime(2026, 12, 24, 15, 0, tzinfo=UTC)) as acme:
        acme.customer_writes(QUESTION)
        acme.pass_time(days=3, hours=22, minutes=59)
        assert acme.cases() == []
        acme.pass_time(minutes=1)
        assert len(acme.cases()) == 1


def test_an_answer_in_sent_ends_the_waiting_and_a_new_mail_begins_it(friday: Company) -> None:
    """The team's own answer counts; what comes back by machine is none of the customer's words."""
    first = friday.customer_writes(QUESTION)
    friday.pass_time(hours=1)
    answered(friday, first)
    friday.pass_time(days=6)
    assert friday.cases() == []
    friday.customer_writes(
        "I am out of office until Monday.", subject="Automatic reply: Invoice 4411",
        In_Reply_To=f"<{first}>", Auto_Submitted="auto-replied",
    )  # fmt: skip
    friday.pass_time(days=4)
    assert friday.cases() == []
    friday.customer_writes(
        "And can we have September, too?", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>"
    )
    friday.pass_time(days=4)
    assert friday.case.policies == ("unanswered",)


def test_who_asks_for_nothing_waits_for_nothing(friday: Company) -> None:
    """Thanks, praise, patience: no time makes a case of them."""
    friday.customer_writes("Thank you for the quick reply, all is well now!")
    friday.customer_writes("No rush at all, could you look at it some day?", subject="Some day")
    friday.pass_time(days=14)
    assert friday.cases() == []


def test_a_second_mail_does_not_begin_the_waiting_anew(friday: Company) -> None:
    """Counted is from the oldest mail that nobody has answered."""
    first = friday.customer_writes(QUESTION)
    friday.pass_time(hours=3)
    friday.customer_writes(
        "Did you get my mail?", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>"
    )
    friday.pass_time(days=2, hours=20)  # Monday 12:00 UTC
    assert len(friday.cases()) == 1
