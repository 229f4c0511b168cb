"""Set aside, not given out, gone before they were read: told at once.

Where all the others ended stands in the daily and the weekly mail.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from harness import INBOX, Company, company

from deskless.agent.inbound import intake

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
EVE = "Eve Moor <eve@shop.example>"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, where things may fail that nobody foresaw."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=True) as made:
        made.sloppy = True
        made.settle()
        for who in ("tom", "maya"):
            made.new(who)
        yield made


def poison(patch: pytest.MonkeyPatch) -> None:
    """Mails with this word in them cannot be understood."""
    understand = intake.understand_mail

    def instead(office: Any, session: Any, arrival: Any) -> Any:
        if b"poison" in arrival.raw:
            raise RecursionError("a parser's end")
        return understand(office, session, arrival)

    patch.setattr(intake, "understand_mail", instead)


def arrive(acme: Company, *words: str) -> None:
    """These mails lie in the inbox; nobody has looked yet."""
    for number, text in enumerate(words):
        raw, _ = acme._mail(EVE, INBOX, f"Bill {number}", text)
        acme.post.deliver(INBOX, raw)


def told(acme: Company, who: str) -> list[str]:
    """The letters about unread mails that are new to somebody, each on one line."""
    mails = [mail for mail in acme.new(who) if "not read" in mail.subject]
    return [" ".join(mail.text.split()) for mail in mails]


def test_what_was_set_aside_is_told_at_once_in_one_mail(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subject, sender, date, why and what to do, to who is to look and to the founder; once."""
    poison(monkeypatch)
    arrive(acme, "poison one", "poison two", TROUBLE)
    acme.turn()
    acme.settle()
    for who in ("tom", "maya"):
        [words] = told(acme, who)
        for part in (
            "2 mails were not read", "Tom Frey, please look", "“Bill 0” from Eve Moor", "Bill 1",
            "Mon 23 Nov 10:00 CET", "a parser's end", "deskless quarantine list",
        ):  # fmt: skip
            assert part in words.replace("’", "'")
    acme.restart()
    acme.settle()
    acme.pass_time(hours=2)
    assert (told(acme, "tom"), told(acme, "maya")) == ([], [])


def test_a_mail_that_was_moved_before_we_looked_is_told(acme: Company) -> None:
    """With nothing behind it, and between two others; each once, also over a restart."""
    arrive(acme, TROUBLE)
    acme.post.empty(INBOX)
    acme.settle()
    [words] = told(acme, "maya")
    assert "One mail was not read" in words
    assert "Gone from INBOX before it was read" in words
    assert [entry.data["count"] for entry in acme.entries("gone")] == [1]
    acme.restart()
    arrive(acme, "Thanks!")
    acme.settle()
    assert told(acme, "maya") == []
    arrive(acme, TROUBLE, TROUBLE)
    acme.post.empty(INBOX)
    arrive(acme, "Bye!")
    acme.settle()
    assert [entry.data["count"] for entry in acme.entries("gone")] == [1, 2]
    assert len(told(acme, "tom")) == 2


def test_what_was_missing_before_our_first_look_is_nobodys_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acme: Company
) -> None:
    """Numbers that were free when we came, and read mail that is cleared away."""
    acme.customer_writes("How do refunds work?", sender=EVE)
    acme.post.empty(INBOX)
    acme.settle()
    acme.restart()
    acme.settle()
    assert acme.entries("gone") == []
    assert told(acme, "maya") == []


def test_many_of_them_are_gathered(acme: Company) -> None:
    """A rule that moves a mail every few minutes fills nobody's mailbox."""
    letters = 0
    for _ in range(12):
        arrive(acme, TROUBLE)
        acme.post.empty(INBOX)
        acme.pass_time(minutes=5)
        letters += len(told(acme, "maya"))
    assert letters == 4
    acme.pass_time(minutes=20)
    [words] = told(acme, "maya")
    assert "8 mails were not read" in words
    assert sum(int(entry.data["count"]) for entry in acme.entries("gone")) == 12


ENDS = """
Conversation: escalated: 2
Conversation: a person was asked: 1
Conversation: could not be read, a person was asked: 1
Conversation: left with support: 2
Answers to us: 1
Reports of machines: 1
Set aside, not read: 1
Gone before they were read: 1
"""


def test_the_daily_and_the_weekly_mail_say_where_mails_ended(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every mail that came is in exactly one line."""
    poison(monkeypatch)
    first = acme.customer_writes(TROUBLE)
    acme.customer_writes("Any news?", In_Reply_To=f"<{first}>")
    acme.customer_writes("How do refunds work?", sender=EVE)
    acme.customer_writes("Thank you!", sender="Uli <uli@cornercafe.example>", subject="Thanks")
    acme.customer_writes("", sender="Uli <uli@cornercafe.example>", subject="")
    acme.customer_writes(
        TROUBLE, sender="Shop <news@many.example>", subject="Sale",
        List_Unsubscribe="<https://many.example/u>",
    )  # fmt: skip
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "I am out of office until 30 November.", Auto_Submitted="auto-replied")
    arrive(acme, "poison")
    acme.settle()
    arrive(acme, TROUBLE)
    acme.post.empty(INBOX)
    acme.settle()
    lines = ENDS.strip().splitlines()
    acme.clock.at = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
    acme.settle()
    morning = " ".join(acme.mail("maya", "WHAT WAS SEEN").text.replace("| ", "").split())
    for line in lines:
        assert line in morning
    acme.clock.at = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    acme.settle()
    weekly = " ".join(acme.mail("maya", "WHERE MAILS ENDED").text.split())
    for line in lines:
        assert line in weekly
