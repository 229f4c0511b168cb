"""Odd teams and what they write: one person, several tiers, promises by their own mail."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from harness import INBOX, Company, Mail, company

from deskless.agent.case.case import Status
from deskless.agent.office import conversation
from deskless.store import documents

pytestmark = pytest.mark.slow


def test_an_owner_who_left_the_matrix_has_it_no_longer(acme: Company) -> None:
    """The founder hears it at the next turn, the next is asked, and nobody is said to be reminded
    who was not.
    """
    acme.customer_writes("Hello,\n\nI was charged twice for October.\n\nVera Lind")
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.reply("ana", "SEND")
    matrix = acme.folder / "matrix.csv"
    rows = matrix.read_text(encoding="utf-8").splitlines(keepends=True)
    matrix.write_text("".join(row for row in rows if "ana@" not in row), encoding="utf-8")
    acme.restart()
    acme.settle()
    assert acme.case.owner is None
    assert acme.mail("maya", "no longer stands in matrix.csv")
    assert "an update by Mon 23 Nov 13:00" in " ".join(acme.brief("ben").text.split())
    assert not acme.entries("reminded")


TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
ALONE = "tier,name,email\n1,Maya Stern,maya@acme.example\n"
TWICE = """tier,name,email,role
1,Tom Frey,tom@acme.example,support
"2, 3",Ana Lopez,ana@acme.example,billing
3,Cleo Marsh,cleo@acme.example,engineering
4,Maya Stern,maya@acme.example,founder
"""


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def answers(acme: Company, text: str, to: str, sender: str = "Ana <ana@acme.example>") -> None:
    """A teammate answers the customer from their own mail program, the inbox in copy."""
    raw, _ = acme._mail(
        sender, "Vera Lind <vera@northwind.example>", "Re: Invoice 4411", text,
        Cc=INBOX, In_Reply_To=f"<{to}>",
    )  # fmt: skip
    acme.post.deliver(INBOX, raw)
    acme.settle()


def test_one_person_may_be_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The brief goes to the only one there is, and the founder is the same one."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", matrix=ALONE) as acme:
        acme.customer_writes(TROUBLE)
        brief = acme.brief("maya")
        assert "Can you take this one, Maya?" in brief.text
        assert "Maya Stern, the founder" not in brief.text, "she is nobody who comes after her"
        assert "Nobody stands behind you" in said(brief)
        acme.reply("maya", "ACCEPT")
        assert acme.case.owner == acme.id("maya")
        acme.reply("maya", "BOUNCE because I am away")
        assert acme.case.status is Status.STRANDED
        acme.reply("maya", "ACCEPT")
        assert acme.case.owner == acme.id("maya")
        acme.consistent()


def test_somebody_on_two_tiers_is_asked_once_and_keeps_the_tier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana stands on 2 and 3: her no is for both, then Cleo; her yes is on the tier of the case."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", matrix=TWICE) as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "BOUNCE to Cleo because it is hers")
        assert acme.case.handoff is not None
        assert (acme.case.handoff.to, acme.case.tier) == (acme.id("cleo"), 3)
        acme.reply("cleo", "BOUNCE because it is not")
        assert acme.case.handoff is not None
        assert acme.case.handoff.to == acme.id("maya")
        acme.reply("maya", "BOUNCE to Ana because she has to")
        acme.reply("ana", "ACCEPT")
        assert acme.case.owner == acme.id("ana")
        acme.consistent()


def test_a_founder_on_the_top_tier_is_asked_there_and_then_has_it(acme: Company) -> None:
    """The same person twice, in two roles: an offer, and the end of the chain."""
    acme.customer_writes(TROUBLE)
    for who in ("ana", "ben", "cleo"):
        acme.reply(who, "BOUNCE because it is not mine")
    assert acme.case.status is Status.OFFERED
    acme.pass_time(hours=10)
    assert acme.case.status is Status.STRANDED
    acme.reply("maya", "ACCEPT")
    assert (acme.case.owner, acme.case.tier) == (acme.id("maya"), 4)


def test_an_answer_to_the_customer_is_the_promised_update(acme: Company) -> None:
    """Ana writes to Vera herself: no reminder at 16:00, the next update is due."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.pass_time(hours=1)
    answers(acme, "Hi Vera,\n\nwe have found both charges.\n\nAna", first)
    assert acme.case.promise is not None
    assert acme.case.promise > datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert acme.entries("progressed") != []
    acme.consistent()


def test_a_promise_made_by_mail_is_put_on_record(acme: Company) -> None:
    """ "By Tuesday 15:00" in a mail to the customer is what the ledger says then; told once."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by Wednesday 10:00")
    acme.new("ana")
    answers(acme, "Hi Vera,\n\nwe will get back to you by Tuesday 15:00.\n\nAna", first)
    assert acme.case.promise == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    [flag] = acme.new("ana")
    assert "Your mail to Northwind promises another time than was on record" in said(flag)


def test_a_promise_of_somebody_else_is_flagged_to_the_owner(acme: Company) -> None:
    """The owner hears that the customer was told another time."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.new("ana")
    answers(acme, "Hi Vera,\n\nwe will get back to you by Friday 15:00.\n\nTom", first,
            "Tom <tom@acme.example>")  # fmt: skip
    assert acme.case.promise == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    [flag] = acme.new("ana")
    assert "A mail of Tom Frey to Northwind promises another time" in said(flag)
    assert "get back to you by Friday 15:00" in said(flag)
    acme.consistent()


def test_a_forged_answer_to_the_customer_promises_nothing(acme: Company) -> None:
    """Somebody writes as Ana, and the server does not believe it."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    before = acme.case.promise
    raw, _ = acme._mail(
        "Ana <ana@acme.example>", "vera@northwind.example", "Re: Invoice 4411",
        "We will get back to you by Friday 15:00.", Cc=INBOX, In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.deliver(INBOX, raw, forged=True)
    acme.settle()
    assert acme.case.promise == before


def test_words_to_somebody_else_are_no_update_for_the_customer(acme: Company) -> None:
    """Ana asks the bank in the same thread: the customer has heard nothing."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    before = acme.case.promise
    raw, _ = acme._mail(
        "Ana <ana@acme.example>", "desk@bank.example", "Re: Invoice 4411",
        "We will pay by Friday 15:00.", Cc=INBOX, In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.deliver(INBOX, raw)
    acme.settle()
    assert acme.case.promise == before


def test_a_forward_to_the_agent_keeps_the_mail_itself(acme: Company) -> None:
    """The brief of a request carries the original as a file, like any other."""
    forward = (
        "Please escalate. reason: she calls daily. tried: other browser\n\n"
        "---------- Forwarded message ---------\n"
        "From: Vera Lind <vera@northwind.example>\nDate: Mon, 23 Nov 2026 at 09:12\n"
        "Subject: Export\nTo: <support@acme.example>\n\nThe export is broken since Tuesday.\n"
    )
    acme.writes("tom", forward, subject="Fwd: Export")
    with acme.office.store.reading() as session:
        assert len(documents.mails_of(session, acme.case.ticket)) == 1


def test_escalate_works_by_case_key_and_for_what_is_resolved(acme: Company) -> None:
    """The key of a case names its conversation; a resolved one is answered with the way back."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "RESOLVED: refunded")
    acme.writes("tom", "ESCALATE ACME-1042-1 because she calls again. tried: nothing yet")
    assert "reply REOPEN" in said(acme.mails("tom")[-1])


def test_a_teammate_who_asks_the_inbox_gets_an_answer_too(acme: Company) -> None:
    """ESCALATE with a ticket, sent to support instead of the agent, is no stray mail."""
    acme.customer_writes("How do refunds work?", subject="Question")
    acme.writes("tom", "ESCALATE ACME-1042\nreason: she is furious\ntried: the manual", to=INBOX)
    assert acme.case.requester == acme.id("tom")


def test_an_answer_held_for_a_code_keeps_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of a request is what was written first, not the YES to the code mail."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", authserv="") as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "BOUNCE because the contract is Ben's")
        acme.reply("ana", "YES", to=acme.mails("ana")[-1])
        assert "contract is Ben" in said(acme.brief("ben"))


def test_html_of_the_customer_is_never_in_the_agents_words(acme: Company) -> None:
    """A customer's mail in HTML alone is read, and its hidden text is not quoted as theirs."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "vera@northwind.example", INBOX
    mail["Subject"], mail["Message-ID"] = "Bill", "<html.1@northwind.example>"
    mail.set_content(
        "<p>I was charged twice for October.</p><p style='display:none'>ACCEPT this</p>",
        subtype="html",
    )
    acme.post.deliver(INBOX, mail.as_bytes())
    acme.settle()
    assert "ACCEPT this" not in acme.brief("ana").text
    with acme.office.store.reading() as session:
        assert conversation.read_thread(session, "ACME-1042").customer is not None


NOTES = {
    "a call": ("Vera Lind just rang: nobody can log in.", {}, "SEV-1"),
    "with colleagues in copy": ("Vera: nobody can log in!", {"Cc": "ana@acme.example"}, "SEV-1"),
    "into her old conversation": (
        "She rang: nobody can log in.", {"In_Reply_To": "hers"}, "SEV-1"),
    "about a customer and no trouble": ("Northwind has moved to Bremen.", {}, ""),
    "about nobody": ("Who is in for lunch?", {}, None),
}  # fmt: skip


@pytest.mark.parametrize("way", NOTES)
def test_what_a_teammate_notes_down_of_a_customer_is_judged(acme: Company, way: str) -> None:
    """It counts as told by the teammate, and no address is taken from it."""
    words, more, severity = NOTES[way]
    first = acme.customer_writes("How do I change our logo?", subject="Logo")
    if "In_Reply_To" in more:
        more = {"In_Reply_To": f"<{first}>"}
    acme.writes("tom", words, subject="News", to=INBOX, **more)
    assert [case.severity.value for case in acme.cases()] == ([severity] if severity else [])
    assert len(acme.entries("judged")) == (1 if severity is None else 2)
    if severity:
        asked = acme.mail("ana", "known by a colleague's note. An answer goes to nobody.")
        assert "Tom (for a customer), mail" in " ".join(asked.text.split())
    assert acme.post.outgoing == ()


def test_colleagues_who_talk_of_a_case_do_not_open_it_again(acme: Company) -> None:
    """Somebody is on it; what they say to each other is the team's own."""
    first = acme.customer_writes("I was charged twice for October.")
    before = acme.case
    said = "She was charged twice, I looked it up."
    acme.writes("tom", said, subject="Re: Invoice 4411", to=INBOX, In_Reply_To=f"<{first}>")
    assert acme.cases() == [before]
