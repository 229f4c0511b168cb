"""A teammate asks: reason and what was tried are required, and nothing is filed twice."""

from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.case.case import Status

QUESTION = "Hi, the export button does nothing for me since Tuesday.\n\nVera"

FORWARD = """Escalate please, she is on the phone to me twice a day.

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 at 09:12
Subject: Export
To: <support@acme.example>

The export has been broken since Tuesday and our auditor comes on Friday.
"""


def test_a_request_without_reason_waits_visibly_and_nags_once(acme: Company) -> None:
    """Two questions by mail, one reminder after four hours, and then the case goes on."""
    message_id = acme.customer_writes(QUESTION, subject="Export")
    acme.writes("tom", "ESCALATE", subject="Re: Export", In_Reply_To=f"<{message_id}>")
    assert acme.case.status is Status.REQUESTED
    ask = acme.mails("tom")[-1]
    acme.pass_time(hours=4, minutes=1)
    acme.pass_time(hours=4)
    assert len([mail for mail in acme.mails("tom") if mail.subject == ask.subject]) == 2
    acme.reply(
        "tom", "reason: auditor comes on Friday\ntried: cleared the cache, other browser", to=ask
    )
    assert acme.case.status is Status.OFFERED
    brief = " ".join(acme.brief("ana").text.split())
    assert "auditor comes on Friday" in brief
    assert "cleared the cache" in brief
    acme.consistent()


def test_a_forward_with_a_comment_is_credited_to_the_customer(acme: Company) -> None:
    """The customer is the inner sender, the comment an internal note of Tom's."""
    acme.writes("tom", FORWARD, subject="Fwd: Export")
    case = acme.case
    assert case.requester == acme.id("tom")
    with acme.office.store.reading() as session:
        from deskless.agent.office import conversation

        thread = conversation.read_thread(session, case.ticket)
    assert thread.customer is not None
    assert thread.customer.email == "vera@northwind.example"
    notes = [post for post in thread.posts if post.internal]
    assert len(notes) == 1
    assert "on the phone to me" in notes[0].text


DOWN = """Escalate please, they are stuck.
tried: restarted their workspace

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 at 09:12
Subject: Everything down
To: <support@acme.example>

Nobody here can log in since 9:00, all three shops are down. We cannot sell anything.
"""


def test_a_request_is_as_severe_as_the_rules_see_it_at_once(acme: Company) -> None:
    """A forwarded outage is not a default case until some judge has had its turn."""
    acme.writes("tom", DOWN, subject="Fwd: Everything down")
    case = acme.case
    assert (case.status, case.requester) == (Status.OFFERED, acme.id("tom"))
    assert "outage" in case.policies
    assert case.severity.value < "SEV-3"
    assert "cannot sell anything" in acme.brief("ana").text
    acme.consistent()


def test_the_same_case_cannot_be_filed_twice(acme: Company) -> None:
    """A second request is answered with the case as it stands."""
    acme.customer_writes("I was charged twice for October.", subject="Bill")
    assert len(acme.cases()) == 1
    acme.writes("tom", "ESCALATE ACME-1042 because she calls again. tried: nothing yet")
    assert len(acme.cases()) == 1
    assert "escalated already" in acme.mails("tom")[-1].text


def test_a_stranger_who_writes_to_the_agent_hears_nothing(acme: Company) -> None:
    """Only the team can use it."""
    raw = (
        b"From: Eve <eve@evil.example>\r\nTo: deskless@acme.example\r\nSubject: x\r\n\r\nLEDGER\r\n"
    )
    acme.post.deliver("deskless@acme.example", raw)
    acme.settle()
    assert acme.post.outgoing == ()
    assert [entry.kind for entry in acme.entries("attempt")] == ["attempt"]


def test_anybody_of_the_team_may_ask_for_the_list(acme: Company) -> None:
    """LEDGER by mail: the live cases, ranked, to the address in the matrix."""
    acme.customer_writes("I was charged twice for October.", subject="Bill")
    acme.writes("tom", "LEDGER")
    listed = acme.mails("tom")[-1]
    assert "ACME-1042-1" in listed.text
    assert "Northwind" in listed.text


LEADS = """tier,name,email,role,lead
1,Tom Frey,tom@acme.example,support,
2,Ana Lopez,ana@acme.example,head of billing,yes
2,Ben Okafor,ben@acme.example,billing,
3,Maya Stern,maya@acme.example,founder,
"""


def test_a_tier_lead_may_name_the_owner_in_the_same_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana approves for her tier and names Ben, who is asked with her word and says yes himself."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", matrix=LEADS) as acme:
        acme.customer_writes("I was charged twice for October.", subject="Bill")
        assert "Will tier 2 take this one, Ana?" in acme.brief("ana").text
        acme.reply("ana", "ACCEPT, owner Ben because he knows this invoice")
        assert acme.case.owner is None
        brief = acme.mail("ben", "Ana Lopez named Ben Okafor.")
        assert "he knows this invoice" in brief.text
        assert "charged twice" in brief.text
        acme.reply("ben", "ACCEPT", to=brief)
        assert acme.case.owner == acme.id("ben")
        acme.consistent()


def test_a_bounce_for_missing_information_goes_back_to_the_requester(acme: Company) -> None:
    """And when it is answered, the same owner is asked again."""
    message_id = acme.customer_writes(QUESTION, subject="Export")
    acme.writes(
        "tom", "ESCALATE\nreason: auditor comes on Friday\ntried: other browser",
        subject="Re: Export", In_Reply_To=f"<{message_id}>",
    )  # fmt: skip
    owner = acme.case.handoff
    assert owner is not None
    who = "ana" if owner.to == acme.id("ana") else "ben"
    acme.reply(who, "BOUNCE missing information: the browser version and a screenshot")
    assert acme.case.status is Status.REQUESTED
    acme.reply("tom", "Firefox 145, screenshot follows")
    assert acme.case.status is Status.OFFERED
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == owner.to
    acme.consistent()


def test_a_bounce_as_no_escalation_closes_it_with_that_outcome(acme: Company) -> None:
    """That it should never have been escalated is an outcome of its own."""
    acme.customer_writes("I was charged twice for October.", subject="Bill")
    acme.reply("ana", "BOUNCE should not be escalated, this is a standard refund")
    assert (acme.case.status, acme.case.reason) == (Status.CLOSED, "not_an_escalation")
    acme.consistent()


def test_a_status_by_its_key_is_that_case_and_no_list(acme: Company) -> None:
    """By a mail of one's own, in its text or in its subject; a key that is none is told so."""
    acme.customer_writes("I was charged twice for October.", subject="Invoice 4411")
    acme.customer_writes(
        "I was charged twice.", subject="Coffee bill", sender="O <o@cornercafe.example>"
    )
    first, second = acme.cases()
    acme.new("tom")
    acme.writes("tom", f"STATUS {first.key}", subject="a question")
    acme.writes("tom", "", subject=f"Status {second.key.lower()}")
    acme.writes("tom", "status ACME-9999-1")
    one, other, none = acme.new("tom")
    assert f"{first.key} as it stands" in one.text
    assert second.key not in one.text
    assert f"{second.key} as it stands" in other.text
    assert first.key not in other.text
    assert "There is no case ACME-9999-1." in none.text


FRIDAY = [
    ("Date: Fri, 20 Nov 2026 at 16:12", "Fri 20 Nov 16:12 CET, by the date in the mail that Tom"),
    ("Date: Fri, 20 Nov 2026 07:12:00 -0800 (PST)", "Fri 20 Nov 16:12 CET, by the date"),
    ("Sent: Friday, November 20, 2026 4:12 PM", "Fri 20 Nov 16:12 CET, by the date"),
    ("Datum: 20. November 2026 um 16:12:10 MEZ", "Fri 20 Nov 16:12 CET, by the date"),
    ("Date: Nov 20, 2026, 15:12:00 GMT", "Fri 20 Nov 16:12 CET, by the date"),
    ("Date: 20 November 2026 at 16:12:00 UTC+1", "Fri 20 Nov 16:12 CET, by the date"),
    ("Gesendet: Freitag, 20. November 2026 16:12", "Fri 20 Nov 16:12 CET, by the date"),
    ("Date: 20 Nov 2026", "Fri 20 Nov, by the date in the mail that Tom Frey passed on."),
    ("Date: 06/11/2026 16:12", "at least since Mon 23 Nov 10:00 CET, when Tom Frey passed"),
    ("Date: Sat, 20 Nov 2027 at 16:12", "at least since Mon 23 Nov 10:00 CET, when Tom"),
    ("Date: Tue, 20 Nov 2018 at 16:12", "at least since Mon 23 Nov 10:00 CET, when Tom"),
    ("X-Nothing: of a date", "at least since Mon 23 Nov 10:00 CET, when Tom Frey passed"),
]
"""What stands in the forward, and since when the customer waits by it. Tom works in Berlin."""


@pytest.mark.parametrize(("field", "told"), FRIDAY)
def test_a_customer_whose_mail_is_passed_on_waits_since_they_wrote(
    acme: Company, field: str, told: str
) -> None:
    """By the date inside, with who says so; where it cannot be true, since when at the least."""
    labels = {"Gesendet": "Von", "Datum": "Von"}
    who = labels.get(field.partition(":")[0], "From")
    text = (
        "Escalate please, she called.\ntried: other browser\n\n"
        f"---------- Forwarded message ---------\n{who}: Vera Lind <vera@northwind.example>\n"
        f"{field}\nSubject: Export\nTo: <tom@acme.example>\n\n"
        "The export has been broken for us and our auditor comes soon.\n"
    )
    acme.writes("tom", text, subject="Fwd: Export")
    brief = " ".join(acme.brief("ana").text.split())
    assert f"The customer has waited {told if 'least' in told else f'since {told}'}" in brief
    since = acme.case.unanswered_since
    assert since is not None
    assert since == acme.case.first_mail
    exact = since.isoformat() == "2026-11-20T15:12:00+00:00"
    assert exact is ("16:12 CET" in told)
