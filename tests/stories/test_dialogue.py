"""Talking: each answer of a teammate is done, asked back with sense, or answered; none is lost."""

import re

import pytest
from harness import Company, Mail

from deskless.agent.case.case import Status
from deskless.agent.inbound import reading
from deskless.policies.verdict import Severity
from deskless.store import tokens

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def last(acme: Company, who: str) -> Mail:
    """The newest mail to somebody."""
    return acme.mails(who)[-1]


def escalated_by_tom(acme: Company) -> None:
    """Tom asks, with reason and what was tried; Ana gets the brief."""
    message_id = acme.customer_writes("The export does nothing.", subject="Export")
    acme.writes(
        "tom", "ESCALATE\nreason: auditor comes on Friday\ntried: other browser",
        subject="Re: Export", In_Reply_To=f"<{message_id}>",
    )  # fmt: skip


def test_a_question_travels_to_who_knows_and_its_answer_into_the_next_brief(acme: Company) -> None:
    """With the customer's words; both get a receipt, and the offer stays where it is."""
    escalated_by_tom(acme)
    assert "is escalated as" in said(acme.mail("tom", "Recorded:"))
    brief = acme.brief("ana")
    acme.reply("ana", "need: which browser version?", to=brief)
    assert acme.case.status is Status.OFFERED
    assert "The offer stays open to you" in said(last(acme, "ana"))
    question = acme.mail("tom", "which browser version?")
    assert "Ana Lopez" in said(question)
    assert "export does nothing" in said(question)
    assert "Tried:" not in question.text
    acme.reply("tom", "Firefox 145, on two machines", to=question)
    assert "Your answer is with Ana Lopez" in said(last(acme, "tom"))
    assert "Firefox 145, on two machines" in said(last(acme, "ana"))
    acme.reply("ana", "BOUNCE to Ben because he knows Firefox", to=brief)
    handed = said(acme.brief("ben"))
    assert "which browser version?" in handed
    assert "Firefox 145, on two machines" in handed
    acme.consistent()


def test_who_does_not_know_is_believed_and_the_asker_is_told(acme: Company) -> None:
    """No idea is no answer; there is nobody else on the first line."""
    escalated_by_tom(acme)
    acme.reply("ana", "need: which browser version?")
    acme.reply("tom", "No idea, I am only on the phones.", to=acme.mail("tom", "which browser"))
    assert "you do not know" in said(last(acme, "tom"))
    assert "Nobody of the team knows" in said(last(acme, "ana"))
    acme.consistent()


def test_a_question_to_the_customer_is_a_letter_that_a_person_sends(acme: Company) -> None:
    """Word for word, after SEND, in the sender's own name."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND", to=last(acme, "ana"))
    acme.reply("ana", "need from the customer: which invoice is it?", to=last(acme, "ana"))
    shown = last(acme, "ana")
    assert "which invoice is it?" in said(shown)
    acme.reply("ana", "SEND", to=shown)
    sent = [Mail(item.raw) for item in acme.post.outgoing if "northwind" in item.recipient]
    assert len(sent) == 2
    assert "which invoice is it?" in said(sent[1])
    assert str(sent[1].message["From"]).startswith('"Ana Lopez, Acme"')
    acme.consistent()


def test_a_request_without_a_reason_is_not_filled_with_no_idea(acme: Company) -> None:
    """With nobody left to ask it goes on, and the brief says NOT STATED."""
    message_id = acme.customer_writes("The export does nothing.", subject="Export")
    acme.writes("tom", "ESCALATE", subject="Re: Export", In_Reply_To=f"<{message_id}>")
    acme.reply("tom", "no idea, I am only on the phones")
    assert acme.case.status is Status.OFFERED
    assert "only on the phones" not in acme.brief("ana").text
    acme.consistent()


def test_progress_of_an_owner_is_heard_and_shown_everywhere(acme: Company) -> None:
    """Blocker, cause and next step in the list; the next word in one line."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply(
        "ana", "blocked: waiting for the bank\ncause: a double click\nnext: ring them\n"
        "update by 16:00", to=last(acme, "ana"),
    )  # fmt: skip
    receipt = said(last(acme, "ana"))
    assert "noted as progress on ACME-1042-1" in receipt
    assert "blocked by: waiting for the bank" in receipt
    assert "Next word to Northwind by" in receipt
    assert "16:00" in receipt
    noted = last(acme, "ana")
    acme.reply("ana", "LEDGER", to=noted)
    assert "waiting for the bank" in said(last(acme, "ana"))
    acme.reply("ana", "we are still on the phone with the bank there", to=noted)
    assert "noted as progress on ACME-1042-1" in said(last(acme, "ana"))
    assert "Next word to Northwind by" in said(last(acme, "ana"))
    acme.consistent()


def test_giving_up_does_not_renew_a_promise(acme: Company) -> None:
    """After a lapse, "somebody else please" is no progress: the case is offered to the next."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 11:00")
    acme.pass_time(hours=1, minutes=1)
    acme.reply("ana", "I am drowning, somebody else please", to=last(acme, "ana"))
    assert acme.case.status is Status.OFFERED
    assert acme.case.owner is None
    assert acme.case.promise is None
    assert "UNDO" in said(last(acme, "ana"))
    acme.consistent()


def test_the_same_unreadable_words_are_answered_three_times(acme: Company) -> None:
    """Never silence: the third names a person."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.new("ana")
    for _ in range(3):
        acme.reply("ana", "purple seven", to=brief)
    answers = acme.new("ana")
    assert len(answers) == 3
    assert "Maya Stern (maya@acme.example) can help" in said(answers[2]).replace("[.]", ".")


def test_a_mail_to_the_agent_that_says_nothing_known_is_answered_every_time(
    acme: Company,
) -> None:
    """HELP, HELP again, and then a person; a question gets an answer."""
    acme.new("maya")
    for words in ("make it so", "engage", "tea, earl grey, hot", "is anybody there?"):
        acme.writes("maya", words)
    answers = acme.new("maya")
    assert len(answers) == 4
    assert "LIVE CRITERION" in answers[0].text
    assert "can help" in said(answers[2])
    assert "no person reads this mail" in said(answers[3])


def test_an_answer_to_was_this_you_that_says_something_else(acme: Company) -> None:
    """The code in any words acts; other words are asked again; a spent code is told."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT", sender="Ana <ana.lopez@elsewhere.example>")
    asked = last(acme, "ana")
    acme.new("ana")
    acme.reply("ana", "hm, what do you mean by that", to=asked)
    [again] = acme.new("ana")
    assert "neither yes nor no" in said(again)
    acme.reply("ana", "STATUS", to=again)
    assert "ACME-1042-1" in said(acme.new("ana")[-1])
    match = re.search(r"CODE (\S+)", again.text)
    assert match
    acme.reply("ana", f"yes that was me, {match[1]}, thanks", to=again)
    assert acme.case.owner == acme.id("ana")
    acme.new("ana")
    acme.reply("ana", "yes", to=again)
    assert "Nothing waits for this code" in said(acme.new("ana")[-1])


def test_a_question_is_answered_from_the_case(acme: Company) -> None:
    """What did I promise, who has it, why me, who is this: in a sentence each."""
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    for words, answer in (
        ("why me?", "You were asked because: Ana Lopez is on"),
        ("who is this?", "the program that watches"),
        ("which customer is it?", "It is about Northwind"),
        ("What did we promise them?", "Nothing has been promised to Northwind yet"),
        ("how do I hand it on?", "BOUNCE because"),
    ):
        acme.reply("ana", words, to=brief)
        assert answer in said(last(acme, "ana")), words
    assert acme.case.status is Status.OFFERED


def test_corrections_by_reply_move_the_clocks_and_are_told(acme: Company) -> None:
    """By the owner: the severity, whose it is, what it is not; the founder hears of a SEV-2."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEV-2 because their books close today", to=last(acme, "ana"))
    assert acme.case.severity is Severity.SEV2
    assert acme.mail("maya", "corrected ACME-1042-1: it is SEV-2")
    acme.reply("ana", "customer Corner Cafe", to=last(acme, "ana"))
    assert "Corner Cafe’s" in said(last(acme, "ana"))
    acme.reply("ana", "not refund-dispute", to=last(acme, "ana"))
    assert acme.case.policies == ()
    [*_, entry] = acme.entries("corrected")
    assert entry.data["not_met"] == "refund-dispute"
    assert entry.data["verdict"]
    assert [marked.data["mark"] for marked in acme.entries("marked")] == ["wrong", "wrong"]
    acme.consistent()


def test_several_things_in_one_reply_get_one_answer(acme: Company) -> None:
    """The founder's list and an owner's word: nothing is lost between two mails."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    receipt = last(acme, "ana")
    acme.reply("ana", "REOPEN it is down again", to=receipt)
    assert "It is still open." in said(last(acme, "ana"))
    acme.reply("ana", "RESOLVED", to=receipt)
    acme.reply("ana", "REOPEN it is down again", to=receipt)
    assert acme.case.status is Status.OWNED
    acme.consistent()


def test_still_down_after_resolved_opens_it_again(acme: Company) -> None:
    """The customer's mail crosses the owner's RESOLVED."""
    first = acme.customer_writes("nobody can log in", subject="Login")
    who = "ana" if acme.case.handoff and acme.case.handoff.to == acme.id("ana") else "ben"
    acme.reply(who, "ACCEPT")
    acme.pass_time(minutes=5)
    again = {"subject": "Re: Login", "In_Reply_To": f"<{first}>"}
    acme.customer_writes("It is still down, nobody can log in.", **again)
    acme.pass_time(minutes=1)
    acme.reply(who, "RESOLVED", to=last(acme, who))
    assert "wrote again at" in said(last(acme, who))
    acme.customer_writes("still down!", **again)
    assert acme.case.status is Status.OWNED
    acme.consistent()


def test_the_founder_hears_a_sev_1_with_quote_deadline_and_who_has_it(acme: Company) -> None:
    """And a case of one breath goes to somebody else: who was just asked has one already."""
    acme.customer_writes("Since nine nobody can log in, we cannot sell.", subject="Login")
    alert = said(acme.mail("maya", "is asked, to answer by"))
    assert "Since nine nobody can" in alert
    assert "is asked, to answer by" in alert
    acme.customer_writes(TROUBLE)
    first, second = acme.cases()
    assert first.handoff
    assert second.handoff
    assert first.handoff.to != second.handoff.to


def test_one_outage_of_several_customers_is_shown_as_one(acme: Company) -> None:
    """The second brief lists the first; JOIN makes one of two, SPLIT keeps them apart."""
    acme.customer_writes("Since nine nobody can log in.", subject="Login")
    acme.customer_writes(
        "Here nobody can log in either.", sender="Otto <otto@cornercafe.example>", subject="Help"
    )
    _, second = acme.cases()
    assert second.handoff
    who = "ana" if second.handoff.to == acme.id("ana") else "ben"
    brief = acme.mail(who, "This may be the same as ACME-1042-1")
    acme.reply(who, "SPLIT", to=brief)
    assert "no longer shown as the same" in said(last(acme, who))
    acme.reply(who, "JOIN ACME-1042-1", to=brief)
    assert acme.cases()[1].into == "ACME-1042-1"
    acme.consistent()


def test_thanks_are_kept_and_not_answered_and_withdrawn_is_over(acme: Company) -> None:
    """Tom no longer needs it; whoever was asked hears that."""
    escalated_by_tom(acme)
    acme.reply("tom", "WITHDRAW", to=last(acme, "tom"))
    assert acme.case.status is Status.CLOSED
    assert acme.mail("ana", "is closed: withdrawn")
    acme.consistent()


def test_the_present_customer_is_known_by_name(acme: Company) -> None:
    """So that a correction names the other one, whatever stands last in the sentence."""
    acme.customer_writes(TROUBLE)
    with acme.office.store.reading() as session:
        token = tokens.newest_token(session, acme.case.key, acme.id("ana"))
        assert token is not None
        situation = reading.situation_of(acme.office, session, token, acme.case)
    assert situation.customers == ("Northwind", "northwind")
