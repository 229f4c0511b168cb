"""The main job: a customer's trouble reaches somebody who says yes, and nothing is owned before."""

from pathlib import Path

import pytest
from harness import Company, company

from deskless.agent.case.case import Result, Status
from deskless.policies.book.book import starter_folder

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


def test_an_owner_accepts_and_both_parties_hear_of_it(acme: Company) -> None:
    """Brief to the next tier, ACCEPT by reply, receipt with promise and calendar file."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    assert "Can you take this one, Ana?" in brief.text
    assert "I was charged twice for October." in brief.text
    assert "NOT STATED" in brief.text
    assert set(brief.files) >= {"thread.txt", "deskless-head.txt"}
    assert acme.case.owner is None
    acme.reply("ana", "ACCEPT, update by 16:00")
    assert (acme.case.status, acme.case.owner) == (Status.OWNED, acme.id("ana"))
    assert acme.case.promise is not None
    assert acme.case.promise.isoformat() == "2026-11-23T15:00:00+00:00"
    receipt = acme.mails("ana")[-1]
    assert "you took ACME-1042-1" in " ".join(receipt.text.split())
    assert "16:00 CET" in receipt.text
    assert any(name.endswith(".ics") for name in receipt.files)
    acme.consistent()


def test_routine_mail_is_left_alone(acme: Company) -> None:
    """No case, no mail, no label; only entries that say so and why."""
    acme.customer_writes("Hi, how do I change the language of my invoices?", subject="Question")
    assert acme.cases() == []
    assert [entry.data["outcome"] for entry in acme.entries("judged")] == ["leave"]
    assert not any(acme.mails(who) for who in ("tom", "ana", "ben", "cleo"))


def test_a_bounce_with_a_note_goes_to_the_next_owner(acme: Company) -> None:
    """The note is in the next brief, and the bounced one can no longer accept."""
    acme.customer_writes(TROUBLE)
    old = acme.brief("ana")
    acme.reply("ana", "BOUNCE because the contract is Ben's, I only do invoices")
    brief = acme.brief("ben")
    assert "contract is Ben" in " ".join(brief.text.split())
    acme.reply("ana", "ACCEPT", to=old)
    assert acme.case.owner is None
    acme.reply("ben", "ok, mine")
    assert acme.case.owner == acme.id("ben")


def test_two_bounces_up_the_tiers_and_then_the_founder_has_it(acme: Company) -> None:
    """Nobody is skipped and nothing ends with nobody."""
    acme.customer_writes(TROUBLE)
    for who in ("ana", "ben", "cleo", "maya"):
        acme.reply(who, "BOUNCE because it is not mine")
    assert acme.case.status is Status.STRANDED
    assert acme.mail("maya", "Nobody took this one, Maya")
    acme.reply("maya", "BOUNCE to Ben because he knows them")
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    acme.reply("ben", "ACCEPT")
    assert acme.case.owner == acme.id("ben")
    acme.consistent()


def test_the_second_accept_is_told_kindly_who_has_it(acme: Company) -> None:
    """Ana is out of time, Ben takes it; Ana's late yes changes nothing."""
    acme.customer_writes(TROUBLE)
    old = acme.brief("ana")
    acme.pass_time(hours=5)
    acme.reply("ben", "ACCEPT")
    acme.reply("ana", "accept", to=old)
    assert acme.case.owner == acme.id("ben")
    assert "Ben Okafor owns ACME-1042-1" in " ".join(acme.mails("ana")[-1].text.split())


def test_a_reply_that_is_read_twice_acts_once(acme: Company) -> None:
    """The same bytes again (a copy in another folder, a re-delivery) do nothing."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    before = len(acme.entries())
    copies = acme.post.mailbox("support@acme.example")
    acme.post.put("support@acme.example", copies[-1])
    for raw in copies:
        if b"Re: [ACME-1042-1]" in raw:
            acme.post.put("support@acme.example", raw)
    acme.settle()
    assert [entry.kind for entry in acme.entries()[before:] if entry.kind == "accepted"] == []


def test_an_unclear_reply_changes_nothing_and_is_asked_back(acme: Company) -> None:
    """Two intents in one line: no owner, and buttons to choose from."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "I could accept it, but not before Ben has looked")
    assert acme.case.status is Status.OFFERED
    assert "Nothing was changed" in acme.mails("ana")[-1].text


def test_undo_takes_an_acceptance_back(acme: Company) -> None:
    """Within half an hour, by reply to the receipt."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.pass_time(minutes=10)
    acme.reply("ana", "UNDO", to=acme.mails("ana")[-1])
    assert (acme.case.status, acme.case.owner) == (Status.OFFERED, None)
    acme.reply("ana", "BOUNCE because it is Ben's", to=acme.mails("ana")[-1])
    assert acme.case.handoffs[0].result is Result.BOUNCED
    acme.consistent()


def test_an_acknowledgement_goes_to_the_customer_once_and_only_as_approved(acme: Company) -> None:
    """SEND lets exactly the text of the brief go; a second SEND does not."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND", to=acme.mails("ana")[-1])
    acme.reply("ana", "SEND", to=acme.mails("ana")[-2])
    sent = [item for item in acme.post.outgoing if "northwind.example" in str(item)]
    assert len(sent) == 1
    assert acme.case.acknowledged_at is not None
    acme.consistent()


def test_a_new_mail_of_the_customer_joins_the_case(acme: Company) -> None:
    """No second case; the last touch moves."""
    first = acme.customer_writes(TROUBLE)
    acme.pass_time(minutes=20)
    acme.customer_writes(
        "Anybody there? I was charged twice!", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>"
    )
    assert len(acme.cases()) == 1
    assert acme.case.last_touch == acme.clock.at


def test_a_brief_names_one_criterion_how_it_was_graded_and_where_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the library: the leading criterion first, the others in a line; an outage is no refund."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    library = {path.name: path.read_text() for path in starter_folder().glob("*.md")}
    with company(tmp_path / "acme", policies=library) as acme:
        acme.customer_writes("Our checkout is down since 9, nobody can pay.", subject="Checkout")
        words = " ".join(acme.brief("ana").text.split())
    assert "SEV-1, technical: Service down or work at a standstill. Answer by" in words
    assert "Also met: An important function is broken, A key account in trouble." in words
    assert "SEV-2: where Service down or work at a standstill starts" in words
    assert "two independent signs" in words
    assert "policies/outage.md" in words
    assert "refund" not in words.lower()
