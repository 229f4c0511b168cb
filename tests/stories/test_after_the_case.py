"""After the end: a customer is won back by offers, letters and deeds that people decide."""

import re
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from harness import Company

from deskless.agent.case.say_time import say_instant
from deskless.agent.commands import case_page
from deskless.agent.outbound.after.review_letters import report_markdown

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
    assert "2. That it was ours to prevent: a release that broke the login" in plan
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


def asked(acme: Company) -> str:
    """A SEV-1 that is solved, and the id of the letter that asks; not yet confirmed."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "cause: a release that broke the login\ndone: rolled back the release")
    acme.reply("ana", "RESOLVED")
    acme.reply("ana", "SEND")
    letter = acme.outside("vera@northwind.example")[-1]
    assert "from 1 (badly) to 5 (very well): 1 · 2 · 3 · 4 · 5" in flat(letter.text)
    page = letter.message.get_body(("html",))
    assert page is not None
    assert "mailto:support@acme.example?subject=%5BACME-1042%5D%204&amp;body=4" in str(
        page.get_content()
    )
    return str(letter.message["Message-ID"])


def test_a_good_mark_closes_and_a_month_later_the_relationship_is_asked_for(acme: Company) -> None:
    """Attributed, thanked by nobody but a person; then the two figures have data."""
    letter = asked(acme)
    before = len(to_customer(acme))
    acme.customer_writes("5", subject="Re: Resolved", In_Reply_To=letter)
    assert acme.case.rating
    assert (acme.case.rating.score, acme.case.status.value) == (5, "closed")
    assert len(to_customer(acme)) == before, "no machine thanks"
    acme.pass_time(minutes=40)
    days(acme, 30)
    acme.reply("maya", "it is fine", to=acme.mail("maya", "How does it stand with Northwind"))
    assert acme.case.relation is None, "no word of it is guessed"
    acme.reply("maya", "STRONGER, they praised Ana", to=acme.mail("maya", "How does it stand"))
    assert acme.case.relation
    assert acme.case.relation.standing.value == "stronger"
    days(acme, 6)
    weekly = flat(acme.mail("maya", "AGAINST THE TARGETS").text)
    assert "1 of 1" in weekly.partition("Customers kept: 100 %")[2][:60]


def test_a_bad_mark_by_the_link_opens_it_again_and_a_person_hears(acme: Company) -> None:
    """A mail of its own, by its subject; nobody of another company gives a mark for them."""
    asked(acme)
    acme.customer_writes("1", subject="[ACME-1042] 1", sender="Eve <eve@evil.example>")
    assert acme.cases()[0].rating is None
    acme.new("maya")
    acme.customer_writes("2", subject="[ACME-1042] 2")
    assert acme.cases()[0].rating
    assert acme.cases()[0].rating.score == 2
    assert acme.cases()[0].status.value == "owned"
    assert any(
        "Northwind gave 2 of 5 after ACME-1042-1." in text for text in subjects(acme, "maya")
    )


@pytest.mark.parametrize(
    ("mails", "status"),
    [
        (["Hello,\n\n4\n\nVera"], "closed"),
        (["2, it works now, thank you"], "owned"),
        (["5", "Nobody can log in again."], "owned"),
        (["It still does not work.", "5"], "owned"),
    ],
)
def test_a_mark_speaks_where_no_word_says_the_contrary(
    acme: Company, monkeypatch: pytest.MonkeyPatch, mails: list[str], status: str
) -> None:
    """The mark is kept each time; the case ends by it where it is the last that they say."""
    letter = asked(acme)
    with monkeypatch.context() as unread:
        unread.setattr(acme, "settle", lambda: None)  # they arrive between two looks
        for text in mails:
            acme.customer_writes(text, subject="Re: Resolved", In_Reply_To=letter)
    acme.settle()
    assert acme.case.rating
    assert acme.case.status.value == status


def test_a_review_by_mail_with_five_whys_to_a_report(acme: Company) -> None:
    """The record fills it, five answers lead to the root, and every instant has its entry."""
    solved(acme)
    acme.pass_time(minutes=30)
    first = acme.mail("ana", "Looking back at ACME-1042-1")
    assert "Why 1 of 5: why did “Nobody can log in” happen?" in flat(first.text)
    assert "Cause: a release that broke the login" in flat(first.text)
    for number in range(1, 6):
        acme.reply("ana", f"why: because of {number}", to=acme.mail("ana", f"Why {number} of 5"))
    [*_, whole] = subjects(acme, "ana")
    assert "All five whys are answered." in whole
    assert "Why 5: because of 5" in whole
    acme.reply("ana", "prevent: an alarm @ben by 4 December [technical]\nlesson: test *first*")
    with acme.office.store.reading() as session:
        sheet = case_page.sheet(acme.office, session, "ACME-1042-1")
    assert sheet
    report = report_markdown(sheet.view)
    for title in (
        "Summary", "Timeline", "Root cause", "Resolution", "Customer impact",
        "Prevention actions", "Lessons", "Recovery actions",
    ):  # fmt: skip
        assert f"## {title}\n" in report
    assert "| Customer confirmed | Mon 23 Nov 10:00 CET |" in report
    assert "1. an alarm \\[technical\\]: Ben Okafor, by Fri 4 Dec 18:00 CET" in report
    assert "- test \\*first\\*" in report
    checked(acme, report)


def checked(acme: Company, report: str) -> None:
    """Every instant and every name of the report stands in an entry of the case."""
    zone = acme.office.config.team.zone
    instants, people = set(), set()
    for entry in acme.entries():
        words = [str(entry.at.isoformat()), entry.actor, *map(str, entry.data.values())]
        people |= {person.name for person in acme.office.rules.matrix.people
                   if any(person.id in word for word in words)}  # fmt: skip
        for word in words:
            with suppress(ValueError):
                at = datetime.fromisoformat(word)
                instants.add(say_instant(at, zone))
    shown = re.findall(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3} \d\d:\d\d \w+", report)
    assert len(shown) > 5
    assert set(shown) <= instants
    named = {each.name for each in acme.office.rules.matrix.people if each.name in report}
    assert named
    assert named <= people
