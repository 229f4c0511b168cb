"""A letter to a customer that comes back is told to who must act, and counts for nothing."""

from datetime import UTC, datetime

import pytest
from harness import INBOX, Company, Mail

from deskless.agent.commands import case_page
from deskless.store import outbox

pytestmark = pytest.mark.slow
PROMISED = datetime(2026, 11, 23, 12, tzinfo=UTC)
TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
REPORT = """From: MAILER-DAEMON@mx.northwind.example
To: support@acme.example
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
Message-ID: <b{n}@mx.northwind.example>
Date: Mon, 23 Nov 2026 09:10:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Your mail could not be delivered.

<vera@northwind.example>: {said}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.northwind.example

Final-Recipient: rfc822; vera@northwind.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
--b
Content-Type: text/rfc822-headers

Message-ID: <{name}>
From: support@acme.example
To: vera@northwind.example
Subject: Re: Invoice 4411
--b--
"""


def send_approved(acme: Company) -> str:
    """Ana owns the case and lets the first letter go; returns its Message-ID."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.reply("ana", "SEND", to=acme.mail("ana", "Prepared for the customer"))
    assert acme.case.acknowledged_at is not None
    with acme.office.store.reading() as session:
        [letter] = [
            item for item in outbox.of_case(session, acme.case.key)
            if item.to == ("vera@northwind.example",)
        ]  # fmt: skip
    return letter.message_id


def report(acme: Company, name: str, **more: str) -> None:
    """The customer's server returns it."""
    values = {"action": "failed", "status": "5.7.1", "said": "550 5.7.1 refused", "n": "1"} | more
    acme.post.deliver(INBOX, REPORT.format(name=name, **values).encode(), sender="")
    acme.settle()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.1.1", "550 5.1.1 user unknown"),
        ("5.7.1", "550 5.7.1 refused by policy"),
        ("4.4.7", "delivery time expired"),
    ],
)
def test_the_owner_hears_at_once_that_a_letter_came_back(
    acme: Company, status: str, said: str
) -> None:
    """With case, address and reason; the ledger has it, and the customer waits again."""
    name = send_approved(acme)
    report(acme, name, status=status, said=said)
    told = acme.mail("ana", "did not get it")
    for phrase in ("ACME-1042-1", "vera@northwind.example", said, "keeps no promise"):
        assert phrase in " ".join(told.text.split())
    assert acme.case.acknowledged_at is None
    assert acme.case.unanswered_since is not None
    [entry] = acme.entries("unreached")
    assert entry.case == "ACME-1042-1"


def test_what_came_back_keeps_no_promise(acme: Company) -> None:
    """The time runs out as if nothing had been sent."""
    name = send_approved(acme)
    report(acme, name)
    acme.pass_time(hours=3, minutes=5)
    assert acme.mail("ana", "the update you meant to send")


@pytest.mark.parametrize(
    "more", [{"action": "delayed", "status": "4.4.1"}, {"action": "delivered", "status": "2.0.0"}]
)
def test_a_delay_or_a_success_is_no_loss(acme: Company, more: dict[str, str]) -> None:
    """Nobody is told, nothing changes."""
    name = send_approved(acme)
    before, count = acme.case, len(acme.mails("ana"))
    report(acme, name, **more)
    assert (acme.case, len(acme.mails("ana"))) == (before, count)


def test_a_report_about_another_mail_is_only_noted(acme: Company) -> None:
    """Nobody is told of a mail that was none of the conversation's."""
    send_approved(acme)
    count = len(acme.mails("ana"))
    report(acme, "other@elsewhere.example")
    assert len(acme.mails("ana")) == count


def test_a_letter_of_the_team_that_comes_back_is_told_too(acme: Company) -> None:
    """Ana answered from the shared inbox by herself."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.pass_time(minutes=10)
    acme.sent("ana", "vera@northwind.example", "Hello Vera, we refund it.\n\nAna")
    acme.pass_time(minutes=5)
    sent = acme.post.mailbox(INBOX, "Sent")[-1]
    name = str(Mail(sent).message["Message-ID"]).strip("<>")
    assert acme.case.promise != PROMISED, "a letter without a time: the next by the cadence"
    report(acme, name)
    assert acme.mail("ana", "did not get it")
    assert acme.case.promise == PROMISED, "what it moved stands as before"
    assert (acme.case.told_at, told(acme)) == (None, "NOT STATED")


def test_a_letter_that_comes_back_after_the_end_is_told_and_taken_back(acme: Company) -> None:
    """It was closed; its customer was told nothing all the same, and no figure says otherwise."""
    name = send_approved(acme)
    acme.reply("ana", "CLOSE because refunded")
    assert told(acme) != "NOT STATED"
    report(acme, name)
    assert acme.mail("ana", "did not get it")
    assert acme.entries("unreached")
    assert told(acme) == "NOT STATED"


def told(acme: Company) -> str:
    """When the customer was last told, as the page of the case says."""
    with acme.office.store.reading() as session:
        sheet = case_page.sheet(acme.office, session, "ACME-1042-1")
    assert sheet is not None
    return dict(case_page.record_lines(sheet.view, sheet.facts))["were told"]
