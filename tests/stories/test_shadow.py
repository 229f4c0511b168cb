"""A new installation decides everything and mails nobody but the founder, until GO."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Company, Mail, company

from deskless.agent.case.case import Status
from deskless.agent.language.time import say_instant

TROUBLE = "I was charged twice for October.\n\nVera Lind"
DOWN = "Since this morning nobody can log in.\n\nVera Lind"
ROUTINE = "Hi, how do I change the language of my invoices?"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme in the shadow, on a Monday at 10:00."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as made:
        yield made


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def digest(acme: Company, hours: int = 7) -> Mail:
    """The digest of the day, at 17:00."""
    acme.pass_time(hours=hours)
    return acme.mail("maya", "would have asked")


def test_shadow_first_then_go(acme: Company) -> None:
    """One digest a day; RIGHT per item; after GO the next case is a real one."""
    acme.customer_writes(TROUBLE)
    assert acme.cases() == []
    shown = digest(acme)
    assert "would have asked Ana Lopez" in said(shown)
    assert not any(acme.mails(who) for who in ("tom", "ana", "ben", "cleo"))
    acme.reply("maya", "RIGHT 1", to=shown)
    assert [entry.data["mark"] for entry in acme.entries("marked")] == ["right"]
    acme.reply("maya", "WRONG 1", to=shown)
    acme.reply("maya", "GO", to=shown)
    acme.pass_time(hours=17)
    acme.customer_writes(TROUBLE, subject="Again")
    assert len(acme.cases()) == 1
    assert acme.brief("ana")


def test_one_policy_can_go_live_alone(acme: Company) -> None:
    """LIVE outage: outages are mailed, refunds stay in the shadow."""
    acme.customer_writes(TROUBLE)
    acme.reply("maya", "LIVE outage", to=digest(acme))
    acme.customer_writes(TROUBLE, subject="Another bill", sender="O <o@cornercafe.example>")
    assert acme.cases() == []
    acme.customer_writes("nobody can log in", subject="Down")
    assert len(acme.cases()) == 1


def test_the_digest_counts_what_happened(acme: Company) -> None:
    """One would have been escalated; three were left alone, one of them in two mails."""
    acme.customer_writes(TROUBLE)
    for number in range(3):
        acme.customer_writes(
            ROUTINE,
            subject=f"Language {number}",
            sender=f"C{number} <c{number}@shop{number}.example>",
        )
    first = acme.customer_writes(
        "How do I add a user?", subject="More", sender="C2 <c2@shop2.example>"
    )
    acme.customer_writes(
        "Sorry, one more question.", subject="Re: More", sender="C2 <c2@shop2.example>",
        In_Reply_To=f"<{first}>",
    )  # fmt: skip
    words = said(digest(acme))
    assert "1 thing would have been done. Nothing was sent to anybody but you." in words
    assert "4 other threads were left alone." in words
    assert "test of your criteria" not in words
    acme.customer_writes(TROUBLE, subject="Tuesday", sender="O <o@cornercafe.example>")
    words = said(digest(acme, hours=24))
    assert "0 other threads were left alone." in words


def test_a_mark_is_kept_with_what_was_shown_and_why(acme: Company) -> None:
    """Verdict, criterion, the quoted sentence and the founder's reason, under the item's number."""
    acme.customer_writes(TROUBLE)
    shown = digest(acme)
    acme.reply("maya", "WRONG 1 because we always refund these at once", to=shown)
    [mark] = acme.entries("marked")
    [would] = acme.entries("would")
    assert (mark.data["mark"], mark.data["number"], mark.data["entry"]) == ("wrong", 1, would.seq)
    assert mark.data["verdict"] == would.data["verdict"]
    assert mark.data["met"] == ["refund-dispute"]
    assert mark.ticket == would.ticket
    assert mark.private == {
        "reason": "because we always refund these at once",
        "shown": ["I was charged twice for October."],
    }
    answer = said(acme.mails("maya")[-1])
    assert "Noted: 1 wrong." in answer
    assert "we always refund these at once" in answer


def test_a_number_that_was_not_shown_is_told_so(acme: Company) -> None:
    """Nothing is thanked for that did not happen."""
    acme.customer_writes(TROUBLE)
    shown = digest(acme)
    acme.reply("maya", "WRONG 99", to=shown)
    answer = said(acme.mails("maya")[-1])
    assert "There is no item 99 in that digest: it has 1." in answer
    assert "Noted" not in answer
    assert acme.entries("marked") == []


def test_a_mark_means_the_digest_that_is_answered(acme: Company) -> None:
    """Tuesday's digest has an item 1 of its own; an answer to Monday's is about Monday's."""
    acme.customer_writes(TROUBLE)
    monday = digest(acme)
    acme.customer_writes(DOWN, subject="Down", sender="O <o@cornercafe.example>")
    tuesday = digest(acme, hours=24)
    assert monday.subject != tuesday.subject
    acme.reply("maya", "RIGHT 1", to=monday)
    acme.reply("maya", "WRONG 1", to=tuesday)
    refund, outage = acme.entries("would")
    marks = {entry.data["entry"]: entry.data["mark"] for entry in acme.entries("marked")}
    assert marks == {refund.seq: "right", outage.seq: "wrong"}


def test_go_offers_what_the_shadow_had_open(acme: Company) -> None:
    """The SEV-1 of this morning is offered in the minute of the GO; what was WRONG is not."""
    acme.customer_writes(DOWN, subject="Down")
    acme.customer_writes(TROUBLE, subject="Coffee bill", sender="O <o@cornercafe.example>")
    shown = digest(acme)
    acme.reply("maya", "WRONG 2", to=shown)
    acme.reply("maya", "GO", to=shown)
    assert acme.case.status is Status.OFFERED
    assert acme.case.severity.value == "SEV-1"
    assert acme.case.ticket == "ACME-1042"
    told = next(text for text in map(said, acme.mails("maya")) if "Deskless is live" in text)
    assert "offered where still open: ACME-1042" in told
    # Whom it says is whom it asks, and until when.
    handoff = acme.case.handoff
    assert handoff is not None
    until = say_instant(handoff.answer_by, acme.office.config.team.zone)
    name = acme.office.name(handoff.to)
    assert f"(Vera Lind, Northwind) to {name}, to be answered by {until}" in told
    acme.reply("maya", "GO", to=shown)
    assert len(acme.cases()) == 1


def test_live_takes_up_its_own_criterion_alone(acme: Company) -> None:
    """LIVE outage offers the outage; the refund stays in the shadow."""
    acme.customer_writes(DOWN, subject="Down")
    acme.customer_writes(TROUBLE, subject="Coffee bill", sender="O <o@cornercafe.example>")
    acme.reply("maya", "LIVE outage", to=digest(acme))
    assert [case.policies for case in acme.cases()] == [("outage",)]


def test_go_leaves_alone_what_the_customer_has_closed(acme: Company) -> None:
    """It works again, says the customer: nobody is asked."""
    first = acme.customer_writes(DOWN, subject="Down")
    acme.customer_writes(
        "It works again, thank you! You can close this.", subject="Re: Down",
        In_Reply_To=f"<{first}>",
    )  # fmt: skip
    shown = digest(acme)
    acme.reply("maya", "GO", to=shown)
    assert acme.cases() == []


def test_the_first_mail_is_no_stale_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password was wrong for an hour and is right now: no mail says that it is wrong."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as acme:
        before = len(acme.mails("maya"))
        acme.runner.run(acme.agent.couriers["agent"].close())
        acme.agent.inbox.connect()
        monkeypatch.setenv("ACME_PASSWORD", "wrong")
        acme.customer_writes(DOWN, subject="Down")
        acme.pass_time(hours=7)
        acme.pass_time(minutes=30)
        assert len(acme.mails("maya")) == before
        monkeypatch.setenv("ACME_PASSWORD", "secret")
        acme.pass_time(hours=1)
        after = [said(mail) for mail in acme.mails("maya")[before:]]
        assert any("would have asked" in text for text in after)
        assert not any("does not work" in text for text in after)
        assert any("smtp login works again" in text for text in after)


def test_the_digest_comes_on_a_sunday_when_something_happened(acme: Company) -> None:
    """Who tries it over a weekend hears of it; where nothing happened there is no mail."""
    acme.pass_time(days=5)
    quiet = len([mail for mail in acme.mails("maya") if "would have" in said(mail)])
    acme.customer_writes(DOWN, subject="Down")
    assert acme.clock.at.strftime("%A") == "Saturday"
    assert "Saturday" in said(digest(acme))
    acme.pass_time(days=1)
    digests = [mail for mail in acme.mails("maya") if "would have" in said(mail)]
    assert len(digests) == quiet + 1


def test_the_first_mail_says_how_it_will_act(acme: Company) -> None:
    """Who is asked for what, until when and who after them: as it comes to pass."""
    welcome = acme.mail("maya", "HOW IT WILL ACT")
    text = said(welcome)
    assert "Read, and never changed: support@acme.example (INBOX)." in text
    assert "A conversation is numbered ACME-1042, ACME-1043" in text
    assert "SEV-1 Outage: a mail like “Since this morning nobody can log in.” goes to" in text
    assert "by Mon 23 Nov 10:15 CET" in text
    assert "at last Maya Stern" in text
    assert len([line for line in welcome.text.splitlines() if line.startswith("- ")]) <= 20
