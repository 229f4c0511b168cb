"""An ordinary week: nothing is said in its mails that did not happen."""

from datetime import UTC, datetime

import pytest
from harness import Company, Mail

from deskless.agent.demo.post_bounce import bounce_report

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
NEXT_MONDAY = datetime(2026, 11, 30, 7, 5, tzinfo=UTC)


def flat(mail: Mail) -> str:
    """The words of a mail on one line."""
    return " ".join(mail.text.split())


def week(acme: Company) -> str:
    """The weekly summary of this week, on one line."""
    acme.clock.at = NEXT_MONDAY
    acme.settle()
    acme.settle()
    return flat(next(mail for mail in reversed(acme.mails("maya")) if "The week" in mail.subject))


def test_a_case_that_was_solved_without_a_word_is_no_good_week(acme: Company) -> None:
    """No promise was missed, and that is all: nobody claims that nothing was late."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.reply("ana", "RESOLVED refunded")
    acme.reply("ana", "CLOSE because refunded")
    words = week(acme)
    assert "no answer came late, no promise was missed" in words
    assert "nothing was late" not in words
    assert "First response in time: 0 %" in words
    assert "SLA compliance: 0 %" in words


def test_a_letter_that_came_back_keeps_no_promise(acme: Company) -> None:
    """Taken and written within one instant; an hour later the letter comes back."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.reply("ana", "SEND")
    [letter] = [item for item in acme.post.outgoing if "vera@" in item.recipient]
    acme.clock.at = acme.clock.at.replace(hour=10)
    report = bounce_report(letter, "mx.northwind.example", acme.clock.at.timestamp())
    acme.post.deliver("support@acme.example", report)
    acme.settle()
    assert "told nothing by it, and it keeps no promise." in flat(acme.mail("ana", "came back"))
    words = week(acme)
    assert "1 promise missed" in words
    assert "Promises kept: 0 %" in words
    assert "First response in time: 0 %" in words


def test_a_letter_that_has_not_left_keeps_no_promise_before_it_has(acme: Company) -> None:
    """The promise is for later: it is not yet broken, and nobody says so."""
    acme.sloppy = True
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.post.fail("vera@northwind.example", "450 4.2.0 later", times=2)
    acme.reply("ana", "SEND")
    acme.pass_time(minutes=2)
    assert "keeps no promise before it has left" in flat(acme.mail("ana", "has not left yet"))
    acme.pass_time(minutes=10)
    assert acme.case.acknowledged_at is not None


def test_how_late_an_update_is_is_said_once(acme: Company) -> None:
    """Not “late by 2 min late”."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    acme.pass_time(hours=2, minutes=2)
    assert "The update you promised is 2 min late." in flat(acme.mail("ana", "you promised"))


def test_who_bounced_in_their_own_words_gave_a_reason(acme: Company) -> None:
    """None of the four that are counted, which is not the same as none."""
    acme.customer_writes(TROUBLE)
    for who in ("ana", "ben", "cleo"):
        acme.reply(who, "BOUNCE because it is not mine")
    words = week(acme)
    assert "3 × none of the four reasons named" in words
    assert "no reason given" not in words


def test_why_somebody_is_told_is_what_they_are_to_the_case(acme: Company) -> None:
    """Maya owns nothing here and is asked for nothing."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 17:00")
    acme.reply("ana", "SEV-2 because their shop stands still")
    assert "You get this because you are the founder" in flat(acme.mail("maya", "corrected"))


def test_no_way_back_is_offered_from_a_letter(acme: Company) -> None:
    """A question that was sent to the customer: UNDO would be refused, so nobody offers it."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.reply("ana", "need from the customer: which of the two charges is wrong?")
    acme.reply("ana", "SEND")
    assert "UNDO" not in acme.mail("ana", "on its way to the customer").text
    acme.reply("ana", "UNDO")
    assert "cannot be taken back" in flat(acme.mails("ana")[-1])
    assert acme.case.owner == acme.id("ana")


def test_a_case_that_joined_another_waits_for_nobody(acme: Company) -> None:
    """The week says where it went, not that nobody has it yet."""
    acme.customer_writes(TROUBLE)
    bo = "Bo Berg <bo@northwind.example>"
    acme.customer_writes("I was charged twice, too.", sender=bo, subject="Twice")
    asked = next(who for who in ("ana", "ben") if any("1043" in m.subject for m in acme.mails(who)))
    acme.reply(asked, "BOUNCE because it is known", to=acme.mail(asked, "ACME-1043-1"))
    other = next(
        who for who in ("ben", "cleo", "ana")
        if who != asked and any("1043" in mail.subject for mail in acme.mails(who))
    )  # fmt: skip
    acme.reply(other, "JOIN ACME-1042-1", to=acme.mail(other, "ACME-1043-1"))
    words = week(acme)
    assert "it joined ACME-1042-1" in words
    assert "ACME-1043-1: nobody has it yet" not in words


def test_the_weeks_figures_of_one_case_are_its_letters(acme: Company) -> None:
    """Own words that promise, own words that keep it; then nobody is owed more than was told."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 12:00")
    acme.pass_time(minutes=10)
    acme.reply("ana", "SEND: Dear Vera, we look into both charges. You will hear from us by 13:00.")
    acme.pass_time(hours=1)
    acme.reply("ana", "SEND: Dear Vera, the second charge is refunded as of today, all done.")
    acme.reply("ana", "RESOLVED refunded")
    acme.reply("ana", "CLOSE, she said so on the phone")
    words = week(acme)
    assert "Promises kept: 100 %, target 100 %, met. 2 of 2" in words
    assert "First response in time: 100 %" in words
    assert "median 10 min" in words
    assert "SLA compliance: 100 %" in words
