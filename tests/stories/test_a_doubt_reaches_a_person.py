"""A thread that the judge calls unclear is asked of one person by name, then the next, in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import harness
import pytest
from harness import INBOX, Company, company

from deskless.agent.case.case import Status

SHAKY = """---
id: shaky
status: live
severity: SEV-3
type: technical
nature: technical
maybe:
  - feels slow
---
# Shaky
Escalate when work is hindered.
## Examples
- escalate: "It feels slow and we cannot serve our guests."
- ignore: "How do I log in?"
"""
MATRIX = """tier,name,email,role,lead,backup,hours,handles
1,Ben Okafor,ben@acme.example,support,,,Mon-Fri 14:00-18:00,
1,Tom Frey,tom@acme.example,support,,,,
2,Ana Lopez,ana@acme.example,billing,,,,
4,Maya Stern,maya@acme.example,founder,,,,
"""
WORDS = "Hello,\n\nsince Friday the till feels slow. Guests wait.\n\nUli"
ULI = "Uli Kern <uli@cornercafe.example>"


@contextmanager
def acme_with(folder: Path, **more: Any) -> Iterator[Company]:
    policies = {"refund.md": harness.POLICY, "shaky.md": SHAKY}
    with company(folder, matrix=MATRIX, policies=policies, **more) as made:
        yield made
        made.consistent()


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Two people on tier 1, of whom Tom is at work on this Monday morning and Ben is not yet."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with acme_with(tmp_path / "acme") as made:
        yield made


def said(acme: Company, who: str) -> str:
    """What was newly written to somebody, on one line."""
    return " ".join(" ".join(mail.text for mail in acme.new(who)).split())


def asked(acme: Company) -> list[str]:
    """Who was asked, in order, as the ledger has it."""
    names = {acme.id(who): who for who in ("tom", "ben", "ana", "maya")}
    return [names[str(entry.data["to"])] for entry in acme.entries("review")]


def doubt(acme: Company, sender: str = ULI) -> None:
    """A customer writes what may be one or not; everybody's mail before is read."""
    for who in ("tom", "ben", "ana", "maya"):
        acme.new(who)
    acme.customer_writes(WORDS, sender=sender, subject="Till")


def test_who_is_at_work_on_tier_1_is_asked_by_name(acme: Company) -> None:
    """The mail names customer, sentence, doubt, the time, and what an answer does."""
    doubt(acme)
    words = said(acme, "tom")
    for part in ("Uli Kern", "feels slow", "Tom, you decide", "14:00", "Shaky", "YES", "LEAVE"):
        assert part in words
    assert "Without an answer Ben Okafor is asked next." in words
    assert (asked(acme), acme.cases(), said(acme, "maya")) == (["tom"], [], "")


def test_the_owner_of_the_account_is_asked_first(acme: Company) -> None:
    """Northwind is Maya's; who is silent there is followed by tier 1, and at last by her again."""
    doubt(acme, "Vera Lind <vera@northwind.example>")
    assert "Maya, you decide" in said(acme, "maya")
    for _ in range(12):
        acme.pass_time(hours=4)
    assert asked(acme) == ["maya", "ben", "tom", "maya"]


def test_silence_is_reminded_of_once_then_the_next_is_asked_and_at_last_the_founder(
    acme: Company,
) -> None:
    """Four hours of each one's own working time; a restart doubles nothing."""
    doubt(acme)
    acme.new("tom")
    acme.pass_time(hours=2, minutes=1)
    assert "Still open" in said(acme, "tom")
    acme.pass_time(hours=1, minutes=50)
    acme.restart()
    acme.settle()
    assert (said(acme, "tom"), said(acme, "ben")) == ("", "")
    acme.pass_time(minutes=10)  # 14:01 in Berlin, and Ben has just come
    words = said(acme, "ben")
    assert "Ben, you decide" in words
    assert "Asked before you: Tom Frey" in words
    assert asked(acme) == ["tom", "ben"]
    acme.restart()
    acme.settle()
    assert said(acme, "ben") == ""
    acme.clock.at = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    acme.settle()
    assert asked(acme) == ["tom", "ben", "maya"]
    assert "Maya, you decide" in said(acme, "maya")
    acme.clock.at = datetime(2026, 11, 25, 7, 40, tzinfo=UTC)
    acme.settle()
    assert "ACME-1042 (Tom Frey, Ben Okafor, Maya Stern asked" in said(acme, "maya")
    assert asked(acme) == ["tom", "ben", "maya"]


@pytest.mark.parametrize(
    "answer",
    ["YES", "yes", "ja", "YES it is one", "Yes, they cannot serve anybody.", "ESCALATE",
     "ESCALATE because guests leave. tried: restart", "Please escalate this."],
)  # fmt: skip
def test_yes_it_is_one_opens_the_case(acme: Company, answer: str) -> None:
    """At once, with the doubt or their words as the reason; nobody is asked any more."""
    doubt(acme)
    acme.reply("tom", answer)
    assert acme.case.status is Status.OFFERED
    assert acme.case.requester == acme.id("tom")
    assert "feels slow" in said(acme, "ana")
    acme.pass_time(hours=30)
    assert asked(acme) == ["tom"]


@pytest.mark.parametrize(
    "answer",
    ["LEAVE", "leave it", "no", "Nein, das ist nur eine Frage.", "CLOSE", "not an escalation",
     "Leave it with support, I have called him."],
)  # fmt: skip
def test_leave_ends_the_question(acme: Company, answer: str) -> None:
    """It stays with support, by that person's word."""
    doubt(acme)
    acme.new("tom")
    acme.reply("tom", answer)
    assert acme.cases() == []
    assert [entry.actor for entry in acme.entries("left")] == [acme.id("tom")]
    assert "left with support" in said(acme, "tom")
    acme.pass_time(hours=30)
    assert asked(acme) == ["tom"]


@pytest.mark.parametrize(
    "answer",
    [
        "no, please escalate",
        "yes or no?",
        "hm",
        "yes, but not urgent, do not escalate",
        "yes, no need",
    ],
)
def test_what_is_neither_leaves_the_question_open(acme: Company, answer: str) -> None:
    """Nothing is opened and nothing left; the next is asked in time."""
    doubt(acme)
    acme.reply("tom", answer)
    assert (acme.cases(), acme.entries("left")) == ([], [])
    acme.pass_time(hours=4, minutes=1)
    assert asked(acme) == ["tom", "ben"]


def test_whoever_is_away_or_unreachable_is_passed_over_at_once(acme: Company) -> None:
    """A vacation note, and a letter that comes back."""
    doubt(acme)
    acme.reply(
        "tom", "I am out of office until 30 November.", Auto_Submitted="auto-replied (vacation)"
    )
    assert asked(acme) == ["tom", "ben"]
    acme.post.fail("maya@acme.example", "550 5.1.1 no such user", times=9)
    doubt(acme, "Max <max@cornercafe.example>")
    assert asked(acme) == ["tom", "ben", "ben"]


def test_an_answer_to_the_customer_ends_the_question(acme: Company) -> None:
    """Whoever answered has seen it."""
    message_id = acme.customer_writes(WORDS, sender=ULI, subject="Till")
    acme.clock.at = acme.clock.at.replace(hour=10)
    letter = EmailMessage()
    letter["From"], letter["To"] = f"Ben <{INBOX}>", "uli@cornercafe.example"
    letter["Subject"], letter["In-Reply-To"] = "Re: Till", f"<{message_id}>"
    letter["Message-ID"], letter["Date"] = "<b1@acme.example>", "Mon, 23 Nov 2026 09:59:00 +0000"
    letter.set_content("Please restart the till.")
    acme.post.put(INBOX, letter.as_bytes(), "Sent")
    acme.settle()
    acme.pass_time(hours=8)
    assert asked(acme) == ["tom"]


def test_new_words_go_to_who_has_the_question_and_worse_ones_open_a_case(acme: Company) -> None:
    """Their time runs on; a case ends the question."""
    message_id = acme.customer_writes(WORDS, sender=ULI, subject="Till")
    acme.new("tom")
    more = {"In_Reply_To": f"<{message_id}>"}
    acme.customer_writes("It feels slow at the bar too.", sender=ULI, subject="Re: Till", **more)
    assert "Tom, you decide" in said(acme, "tom")
    assert asked(acme) == ["tom"]
    acme.customer_writes(
        "And I was charged twice for October.", sender=ULI, subject="Re: Till", **more
    )
    assert acme.case.status is Status.OFFERED
    acme.pass_time(hours=3)
    assert asked(acme) == ["tom"]


def test_what_was_written_to_many_is_asked_once(acme: Company) -> None:
    """A mailing of nobody we know wakes nobody a second time."""
    acme.customer_writes(
        WORDS, sender="Shop <news@shop.example>", subject="Till",
        List_Unsubscribe="<https://shop.example/u>",
    )  # fmt: skip
    assert asked(acme) == ["tom"]
    acme.pass_time(hours=30)
    assert asked(acme) == ["tom"]


def test_what_nobody_could_read_goes_the_same_way(acme: Company) -> None:
    """A letter as PDF and nothing else: by name, within a SEV-3's time, until somebody answers."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = ULI, INBOX, "Letter"
    letter["Message-ID"] = "<p1@cornercafe.example>"
    letter.set_content("")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="notice.pdf")
    acme.post.deliver(INBOX, letter.as_bytes())
    acme.settle()
    words = said(acme, "tom")
    for part in ("Tom Frey, please look at it", "14:00", "notice.pdf", "Uli Kern"):
        assert part in words
    acme.pass_time(hours=4, minutes=1)
    assert asked(acme) == ["tom", "ben"]
    acme.reply("ben", "YES, it is a notice of termination")
    assert acme.case.requester == acme.id("ben")


def test_a_doubt_at_night_waits_for_the_morning_of_who_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is at work: Tom begins at nine, Ben at two; Tom's four hours begin at nine."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    night = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    with acme_with(tmp_path / "night", now=night) as acme:
        doubt(acme)
        assert asked(acme) == ["tom"]
        assert "Tue 24 Nov 13:00" in said(acme, "tom")
