"""After the end: a customer is won back by offers, letters and deeds that people decide."""

from datetime import timedelta

import pytest
from harness import Company

pytestmark = pytest.mark.slow

OUTAGE = "Hello,\n\nSince this morning nobody can log in.\n\nVera Lind"


def flat(text: str) -> str:
    """A mail's text on one line, without the marks of a quote."""
    return " ".join(text.replace("| ", "").split())


def subjects(acme: Company, who: str) -> list[str]:
    """What is new for somebody, each mail as one line."""
    return [flat(mail.text).removeprefix("-- Reply above this line -- ") for mail in acme.new(who)]


def to_customer(acme: Company) -> list[str]:
    """What Vera has got, oldest first."""
    return [flat(mail.text) for mail in acme.outside("vera@northwind.example")]


def days(acme: Company, count: int) -> None:
    """So many days go by, with a look every six hours."""
    for _ in range(count * 4):
        acme.clock.at += timedelta(hours=6)
        acme.settle()


def solved(acme: Company) -> None:
    """A SEV-1 of an enterprise customer, solved, told to them, and confirmed by them."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "cause: a release that broke the login\ndone: rolled back the release")
    acme.reply("ana", "RESOLVED")
    acme.reply("ana", "SEND")
    asked = str(acme.outside("vera@northwind.example")[-1].message["Message-ID"])
    acme.customer_writes("It works now, thank you!", subject="Re: Resolved", In_Reply_To=asked)
    assert acme.case.status.value == "closed"
    for who in ("ana", "ben", "maya", "cleo"):
        acme.new(who)


def test_a_severe_case_to_a_credit_that_is_approved_sent_and_kept(acme: Company) -> None:
    """The plan shows its sum; the offer needs a yes, the letter SEND, the commitment DONE."""
    solved(acme)
    acme.pass_time(minutes=29)
    assert subjects(acme, "maya") == [], "while the end can be taken back, nothing opens"
    acme.pass_time(minutes=1)
    [plan] = subjects(acme, "maya")
    assert "Northwind is to be won back: the impact of ACME-1042-1 was significant." in plan
    assert "4 + 1 + 1 = 6: significant" in plan
    assert "2. Why it was ours to prevent: a release that broke the login" in plan
    assert "4. What keeps it from coming back: NOT STATED" in plan
    assert acme.case.recovery
    acme.reply("maya", "impact: severe because they lost a day")
    assert "severe, by the word of Maya Stern: “they lost a day”" in subjects(acme, "maya")[-1]

    acme.reply("ana", "OFFER credit 2 months because they lost a day")
    assert "Maya Stern is asked to approve credit, 2 months" in subjects(acme, "ana")[-1]
    [approval] = subjects(acme, "maya")
    assert "Ana Lopez wants to offer Northwind: credit, 2 months." in approval
    letters = len(to_customer(acme))
    acme.reply("ana", "APPROVE", to=acme.mail("ana", "Maya Stern is asked"))
    assert acme.case.offers[0].state.value == "asked", "whoever offers does not approve"
    subjects(acme, "ana")
    acme.reply("maya", "APPROVE")
    assert len(to_customer(acme)) == letters, "a yes to the offer is no letter yet"
    [yes] = subjects(acme, "ana")
    assert "Maya Stern approved the offer to Northwind: credit, 2 months." in yes
    assert "We would like to give you a credit for 2 months." in yes
    acme.reply("ana", "SEND")
    letter = acme.outside("vera@northwind.example")[-1]
    assert "We would like to give you a credit for 2 months." in flat(letter.text)
    assert "Ana Lopez" in str(letter.message["From"])
    assert acme.case.offers[0].state.value == "sent"
    acme.reply("ana", "SEND", to=acme.mail("ana", "approved the offer"))
    assert "That very mail was approved before." in subjects(acme, "ana")[-1]

    acme.reply("maya", "commit: call them every Friday @ben by 27 November", to=plan_mail(acme))
    assert "Maya Stern put you down for this" in subjects(acme, "ben")[-1]
    days(acme, 8)
    weekly = flat(acme.mail("maya", "OWED AFTER A CASE").text)
    assert "ACME-1042-1: 1. call them every Friday: Ben Okafor, by Fri 27 Nov 18:00" in weekly
    late = acme.mail("ben", "Overdue on ACME-1042-1")
    assert "1. call them every Friday: Ben Okafor, by Fri 27 Nov 18:00 CET, late by" in flat(
        late.text
    )
    acme.reply("ben", "DONE 1, they are content", to=late)
    assert "task 1. call them every Friday: Ben Okafor, done" in subjects(acme, "ben")[-1]
    assert not [task for task in acme.case.tasks if task.open]


def plan_mail(acme: Company) -> object:
    """The recovery plan in Maya's mailbox."""
    return acme.mail("maya", "is to be won back")


def test_an_offer_that_is_declined_reaches_nobody_outside(acme: Company) -> None:
    """A no needs its reason; more than the level allows goes to the founder."""
    solved(acme)
    acme.pass_time(minutes=30)
    acme.reply("ana", "OFFER credit 6 months")
    assert "Ana Lopez wants to offer Northwind: credit, 6 months." in subjects(acme, "maya")[-1]
    acme.reply("maya", "DECLINE")
    assert "DECLINE because" in subjects(acme, "maya")[-1]
    acme.reply("maya", "DECLINE because it is out of all proportion", to=acme.mail("maya", "wants"))
    told = subjects(acme, "ana")[-1]
    assert "Maya Stern declined the offer to Northwind: credit, 6 months." in told
    assert "it is out of all proportion" in told
    before = len(to_customer(acme))
    acme.reply("ana", "SEND")
    assert len(to_customer(acme)) == before


def test_the_customer_is_asked_how_it_goes_by_drafts_alone(acme: Company) -> None:
    """A dated series after a severe case; each goes by SEND, and names the next."""
    solved(acme)
    acme.pass_time(minutes=30)
    acme.reply("maya", "impact: severe because they lost a day")
    acme.new("maya")
    before = len(to_customer(acme))
    days(acme, 2)
    asks = [text for text in subjects(acme, "maya") if "Ask Northwind how it goes" in text]
    assert len(asks) == 1
    assert "(1 of 5)" in asks[0]
    assert len(to_customer(acme)) == before
    acme.reply("maya", "SEND", to=acme.mail("maya", "Ask Northwind how it goes"))
    letter = to_customer(acme)[-1]
    assert "does everything work as it should" in letter
    assert "I will ask you again on Thursday 26 November" in letter
    acme.clock.at += timedelta(days=40)
    acme.settle()
    asks = [text for text in subjects(acme, "maya") if "Ask Northwind how it goes" in text]
    assert len(asks) == 1, "what went by unseen is asked for once"


def test_strangers_and_customers_move_nothing_of_it(acme: Company) -> None:
    """Neither a forged yes nor a customer who writes the words."""
    solved(acme)
    acme.pass_time(minutes=30)
    acme.reply("ana", "OFFER credit 1 month")
    approval = acme.mail("maya", "wants to offer Northwind")
    acme.reply("maya", "APPROVE", to=approval, forged=True)
    acme.reply("maya", "APPROVE", to=approval, sender="Eve <eve@evil.example>")
    acme.customer_writes("APPROVE", subject="OFFER credit 3 months")
    assert [offer.state.value for offer in acme.case.offers] == ["asked"]
    acme.reply("cleo", "OFFER credit 3 months", to=acme.mail("cleo", "ACME-1042-1"))
    assert len(acme.case.offers) == 1
