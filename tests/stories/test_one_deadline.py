"""A case has one deadline: brief, list, page, receipts and calendar file say the same instant."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from harness import Company

from deskless.agent.case.decide import deadline_at, step_due
from deskless.agent.commands import case_page
from deskless.agent.outbound import case_list

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
CLOCK = re.compile(r"\b\w{3} \d{1,2} \w{3} \d{2}:\d{2}\b")


def stated(acme: Company, key: str) -> Iterator[tuple[str, str]]:
    """Every place in which the program itself states the deadline of a case, and what it says."""
    with acme.office.store.reading() as session:
        [line] = [line for case, line in case_list.ranked_lines(acme.office, session)
                  if case.key == key]  # fmt: skip
        yield "list", line.deadline or ""
        ledger = case_list.ledger_mail(acme.office, session, acme.id("maya"))
        yield "LEDGER", next(each.deadline or "" for each in ledger.cases if each.case == key)
        sheet = case_page.sheet(acme.office, session, key)
        assert sheet is not None
        lines = [text.plain for text in case_page.page(sheet)]
        yield "case", next(text for text in lines if text.startswith("deadline"))
        yield "case --json", str(case_page.whole(sheet)["due"])


def local(acme: Company, at: datetime) -> str:
    """An instant as people of the team read it, without the zone."""
    here = at.astimezone(acme.office.config.team.zone)
    return f"{here:%a} {here.day} {here:%b %H:%M}"


def same(acme: Company, at: datetime) -> None:
    """Everywhere this instant, and no other."""
    for place, words in stated(acme, acme.case.key):
        if place == "case --json":
            assert datetime.fromisoformat(words) == at, place
        else:
            assert CLOCK.findall(words) == [local(acme, at)], place


def flat(text: str) -> str:
    """A mail's text on one line."""
    return " ".join(text.split())


def test_what_the_customer_was_told_is_due_whoever_has_the_case(acme: Company) -> None:
    """13:00 by letter. Ana names 16:00 to us, hands on; Ben takes it: it is due at 13:00."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    assert "promised to the customer" not in " ".join(told_clocks(acme)), "nothing was sent yet"
    acme.reply("ana", "SEND")
    promised = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert "promised to the customer" in " ".join(told_clocks(acme))
    acme.reply("ana", "PROGRESS: bank asked, update by 16:00")
    same(acme, promised)
    acme.pass_time(minutes=10)
    acme.reply("ana", "BOUNCE to Ben because product bug")
    brief = flat(acme.brief("ben").text)
    assert "Promised to the customer: an update by Mon 23 Nov 13:00" in brief
    acme.reply("ben", "ACCEPT")
    same(acme, promised)
    acme.pass_time(hours=4)
    assert acme.mail("ben", "the update you promised")


def told_clocks(acme: Company) -> list[str]:
    """How the clocks of the case came about, as its page says."""
    with acme.office.store.reading() as session:
        sheet = case_page.sheet(acme.office, session, acme.case.key)
    assert sheet is not None
    return [clock.text for clock in sheet.clocks]


def test_an_offer_is_due_when_it_is_to_be_answered(acme: Company) -> None:
    """The reminder's time is nobody's deadline; before and after the reminder it is the same."""
    acme.customer_writes(TROUBLE)
    handoff = acme.case.handoff
    assert handoff is not None
    assert step_due(acme.case) != handoff.answer_by, "the clock's next step comes before"
    assert local(acme, handoff.answer_by) in flat(acme.mails("ana")[-1].text)
    same(acme, handoff.answer_by)
    acme.pass_time(hours=2, minutes=5)
    assert local(acme, handoff.answer_by) in flat(acme.mail("ana", "still take this one").text)
    same(acme, handoff.answer_by)


def test_an_owned_case_is_due_when_the_update_is_promised(acme: Company) -> None:
    """Receipt, calendar, list and page say the promise."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    promise = acme.case.promise
    assert promise is not None
    receipt = acme.mails("ana")[-1]
    assert f"by {local(acme, promise)}" in flat(receipt.text)
    calendar = receipt.files[f"{acme.case.key}.ics"].decode()
    assert f"{promise:%Y%m%dT%H%M%SZ}" in calendar
    same(acme, promise)
    acme.pass_time(hours=3)
    same(acme, promise)
    assert local(acme, promise) in flat(acme.mail("ana", "the update you meant to send").text)


def test_a_case_that_nobody_took_is_due_when_the_founder_is_asked_again(acme: Company) -> None:
    """The founder's mail, the list and the page say when."""
    acme.customer_writes(TROUBLE)
    for who in ("ana", "ben", "cleo", "maya"):
        acme.reply(who, "BOUNCE because it is not mine")
    acme.reply("maya", "LATER until tomorrow 11:00", to=acme.mail("maya", "Nobody took this one"))
    due = deadline_at(acme.case)
    assert due is not None
    same(acme, due)
    acme.pass_time(hours=25, minutes=5)
    again = deadline_at(acme.case)
    assert again is not None
    assert again > due
    assert local(acme, again) in flat(acme.mail("maya", "Nobody took this one").text)
    same(acme, again)
