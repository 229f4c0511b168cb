"""Whose conversation is it: circulars, colleagues, merges, copies, new subjects, joined cases."""

from datetime import timedelta

import pytest
from harness import AGENT, INBOX, Company, Mail

from deskless.agent.case.case import Status
from deskless.agent.office import conversation
from deskless.store import threads

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
OTTO = "Otto Kern <otto@cornercafe.example>"


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def tickets(acme: Company) -> dict[str, str]:
    """The customer of each conversation that is still one, by ticket."""
    with acme.office.store.reading() as session:
        known = [threads.get_thread(session, f"ACME-{number}") for number in range(1042, 1050)]
        result = [item.ticket for item in known if item and item.merged_into is None]
        talks = {item: conversation.read_thread(session, item) for item in result}
    return {item: talk.customer.email if talk.customer else "" for item, talk in talks.items()}


def test_two_customers_who_answer_one_circular_stay_two(acme: Company) -> None:
    """Both refer to the same Message-ID, which went to them in Bcc."""
    ours = "<circular.1@acme.example>"
    acme.customer_writes(TROUBLE, subject="Re: New prices", In_Reply_To=ours)
    first = acme.customer_writes(
        "We were charged twice.", sender=OTTO, subject="Re: New prices", In_Reply_To=ours
    )
    acme.customer_writes(
        "Hello? We were charged twice.", sender=OTTO, subject="Re: New prices",
        References=f"{ours} <{first}>", In_Reply_To=f"<{first}>",
    )  # fmt: skip
    assert tickets(acme) == {
        "ACME-1042": "vera@northwind.example", "ACME-1043": "otto@cornercafe.example",
    }  # fmt: skip
    assert [entry.ticket for entry in acme.entries("alike")] == ["ACME-1043"]


def test_a_colleague_and_whoever_was_in_copy_join_the_conversation(acme: Company) -> None:
    """Northwind's bookkeeper, and the lawyer whom Vera put in copy: one conversation."""
    first = acme.customer_writes(TROUBLE, Cc="Lea Law <lea@law.example>")
    for sender in ("Bo <bo@northwind.example>", "Lea Law <lea@law.example>"):
        acme.customer_writes(
            "I am with Vera on this.", sender=sender, subject="Re: Invoice 4411",
            In_Reply_To=f"<{first}>",
        )  # fmt: skip
    assert tickets(acme) == {"ACME-1042": "vera@northwind.example"}


def test_the_subject_of_a_case_never_changes(acme: Company) -> None:
    """The customer renames the thread, an older mail turns up, the account gets another name."""
    first = acme.customer_writes(TROUBLE, subject="Invoice 4411")
    subject = acme.brief("ana").subject
    acme.customer_writes(
        "And another thing.", subject="URGENT!!! read this", In_Reply_To=f"<{first}>"
    )
    accounts = acme.folder / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("Northwind,", "Northwind Group AG,"))
    acme.restart()
    acme.pass_time(hours=2, minutes=1)
    assert acme.mails("ana")[-1].subject == subject


def test_two_live_cases_of_one_customer_are_shown_and_joined_by_reply(acme: Company) -> None:
    """The second brief names the first case; JOIN closes it into that; both sides hear."""
    acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.reply("ana", "ACCEPT")
    acme.customer_writes("I was charged twice, I wrote before!", subject="My money")
    brief = acme.mail("ben", "Can you take this one")
    assert "JOIN ACME-1042-1" in said(brief)
    assert "Invoice 4411" in said(brief)
    acme.new("ana")
    acme.reply("ben", "JOIN ACME-1042-1", to=brief)
    first, second = acme.cases()
    assert (second.status, second.into) == (Status.CLOSED, "ACME-1042-1")
    assert first.status is Status.OWNED
    assert "ACME-1043-1 was closed into ACME-1042-1" in said(acme.new("ana")[-1])
    assert "you closed ACME-1043-1 into ACME-1042-1" in said(acme.mails("ben")[-1])
    assert tickets(acme) == {"ACME-1042": "vera@northwind.example"}
    acme.consistent()


def test_nothing_joins_what_is_over(acme: Company) -> None:
    """The first case ended; who would close the second into it is told, and it stays open."""
    acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE because refunded")
    acme.customer_writes("I was charged twice, I wrote before!", subject="My money")
    who = next(name for name in ("ana", "ben") if acme.id(name) == acme.cases()[-1].handoff.to)
    acme.reply(who, "JOIN ACME-9999", to=acme.mail(who, "Can you take this one"))
    assert "There is no case ACME-9999 to join" in said(acme.mails(who)[-1])
    acme.reply(who, "JOIN 1042", to=acme.mail(who, "Can you take this one"))
    answer = said(acme.mails(who)[-1])
    assert "ACME-1042-1 is closed, so nobody would act on what joins it" in answer
    assert "ACME-1043-1 stays open" in answer
    assert acme.cases()[-1].status is Status.OFFERED
    acme.consistent()


def test_who_joins_what_was_joined_joins_where_it_went(acme: Company) -> None:
    """The second went into the first; the third is joined to the second, and so to the first."""
    for number in range(3):
        acme.customer_writes(f"I was charged twice, {number}!", subject=f"Invoice {number}")
    for number, word in ((1, "JOIN ACME-1042-1"), (2, "JOIN ACME-1043-1")):
        case = acme.cases()[number]
        who = next(name for name in ("ana", "ben") if acme.id(name) == case.handoff.to)
        acme.reply(who, word, to=acme.mail(who, f"Deskless, {case.key}."))
    assert [case.into for case in acme.cases()] == [None, "ACME-1042-1", "ACME-1042-1"]


def test_what_a_brief_says_about_joining_is_no_command_when_it_comes_back(acme: Company) -> None:
    """Ben quotes his whole brief without marks under an empty line: nothing is joined."""
    acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.customer_writes("I was charged twice, I wrote before!", subject="My money")
    # Ana was asked to take the first one, so the second goes to whoever has less.
    brief = acme.mail("ben", "JOIN ACME-1042-1")
    acme.reply("ben", "\n".join(brief.text.splitlines()[3:]), to=brief)
    assert [case.status for case in acme.cases()] == [Status.OFFERED, Status.OFFERED]


def test_a_merged_conversation_keeps_its_case_alive(acme: Company) -> None:
    """A mail ties two conversations of Vera together: the younger one's case lives on, whole."""
    value = acme.customer_writes("How do refunds work?", subject="Question")
    two = acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.reply("ana", "ACCEPT")
    acme.customer_writes(
        "Both belong together, you see. Charged twice!", subject="Re: Question",
        References=f"<{value}> <{two}>",
    )  # fmt: skip
    assert tickets(acme) == {"ACME-1042": "vera@northwind.example"}
    assert acme.case.key == "ACME-1043-1"
    acme.reply("ana", "SEND", to=acme.mail("ana", "you took ACME-1043-1"))
    assert [item.recipient for item in acme.post.outgoing] == ["vera@northwind.example"]
    acme.reply("ana", "STATUS")
    assert "a customer" not in said(acme.mails("ana")[-1])


def test_an_escalation_after_the_end_gets_the_next_number(acme: Company) -> None:
    """Closed, and the same customer has the same trouble again in the same thread."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE because refunded")
    acme.pass_time(hours=1)
    acme.customer_writes(
        "I was charged twice again!", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>"
    )
    assert [case.key for case in acme.cases()] == ["ACME-1042-1", "ACME-1042-2"]
    assert [case.live for case in acme.cases()] == [False, True]


def test_thanks_do_not_reopen_what_is_resolved_and_not_solved_does(acme: Company) -> None:
    """The owner hears that the customer is content, and closes it."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "RESOLVED: refunded")
    acme.pass_time(hours=1)
    acme.new("ana")
    acme.customer_writes(
        "Thank you, that solved it. All good now!", subject="Re: Invoice 4411",
        In_Reply_To=f"<{first}>",
    )  # fmt: skip
    assert acme.case.status is Status.RESOLVED
    assert "seems content. Is it solved?" in said(acme.new("ana")[-1])
    acme.pass_time(hours=1)
    acme.customer_writes(
        "No money has come. I was charged twice and I want my money back!",
        subject="Re: Invoice 4411", In_Reply_To=f"<{first}>",
    )  # fmt: skip
    assert acme.case.status is Status.OWNED


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("Yes, solved, thank you!", Status.CLOSED),
        ("Ja, danke.", Status.CLOSED),
        ("Yes. But now the invoices are missing, and I was charged twice again.", Status.OWNED),
        ("No, not yet.", Status.OWNED),
    ],
)
def test_the_answer_to_is_it_solved_is_read_by_itself(
    acme: Company, answer: str, status: Status
) -> None:
    """The old complaint stands in the conversation still: a plain yes ends the case all the same.

    A draft that still lacks something does not go, and SEND is told what.
    """
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "RESOLVED")
    acme.reply("ana", "SEND")
    assert "still missing" in said(acme.mails("ana")[-1])
    acme.reply("ana", "cause: double click. done: refunded. prevention: button locked")
    acme.reply("ana", "SEND")
    assert acme.case.asked_at is not None
    acme.pass_time(hours=1)
    acme.customer_writes(answer, subject="Re: Invoice 4411", In_Reply_To=f"<{first}>")
    assert acme.case.status is status


def test_a_customers_mail_in_two_copies_is_one_contact(acme: Company) -> None:
    """To two of our addresses: the same mail with other Received lines."""
    raw, _ = acme._mail("Vera <vera@northwind.example>", INBOX, "Hi", "How do refunds work?")
    for hop in (b"one", b"two"):
        copy = b"Received: from " + hop + b".example; Mon, 23 Nov 2026 09:00:00 +0000\r\n" + raw
        acme.post.deliver(INBOX, copy)
    acme.settle()
    with acme.office.store.reading() as session:
        assert len(conversation.read_thread(session, "ACME-1042").posts) == 1


def test_a_customers_mail_that_also_reached_the_agent_is_not_lost(acme: Company) -> None:
    """Somebody had put the agent in copy once; reply-all does the rest."""
    acme.customer_writes(TROUBLE, Cc=AGENT)
    assert acme.case.status is Status.OFFERED


def test_a_known_customer_who_writes_to_the_agent_alone_is_heard(acme: Company) -> None:
    """Their trouble is judged like any; nothing of ours goes back to them."""
    acme.customer_writes("How do refunds work?", subject="Question")
    raw, _ = acme._mail("Vera Lind <vera@northwind.example>", AGENT, "Bill", TROUBLE)
    acme.post.deliver(AGENT, raw)
    acme.settle()
    assert acme.case.status is Status.OFFERED
    assert acme.post.outgoing == ()


def test_a_teammates_answer_with_the_agent_in_copy_is_an_answer(acme: Company) -> None:
    """What was said to the customer is no request and no internal note."""
    first = acme.customer_writes("How do refunds work?", subject="Question")
    raw, _ = acme._mail(
        "Tom <tom@acme.example>", "vera@northwind.example", "Re: Question",
        "Hi Vera, refunds take three days.", Cc=AGENT, In_Reply_To=f"<{first}>",
    )  # fmt: skip
    acme.post.deliver(AGENT, raw)
    acme.settle()
    assert acme.cases() == []
    with acme.office.store.reading() as session:
        posts = conversation.read_thread(session, "ACME-1042").posts
    assert [post.internal for post in posts] == [False, False]


def test_a_customer_with_a_broken_clock_is_taken_at_the_servers_word(acme: Company) -> None:
    """A Date of 1970 would make the first answer fifty years late."""
    raw, _ = acme._mail("Vera <vera@northwind.example>", INBOX, "Bill", TROUBLE)
    head = raw.replace(raw[raw.index(b"Date: ") : raw.index(b"Message-ID")],
                       b"Date: Thu, 01 Jan 1970 00:00:10 +0000\n")  # fmt: skip
    acme.post.deliver(INBOX, head)
    acme.settle()
    assert acme.case.first_mail is not None
    assert acme.clock.at - acme.case.first_mail < timedelta(hours=1)


def test_what_becomes_severe_is_told_at_once(acme: Company) -> None:
    """SEV-3 becomes SEV-1: the offer is to be answered sooner, and Maya hears."""
    first = acme.customer_writes(TROUBLE)
    acme.new("maya")
    before = acme.case.handoff
    assert before is not None
    acme.pass_time(minutes=5)
    acme.customer_writes(
        "Now nobody can log in either!", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>"
    )
    assert acme.case.severity.value == "SEV-1"
    assert acme.case.handoff is not None
    assert acme.case.handoff.answer_by == acme.clock.at + timedelta(minutes=15)
    assert "SEV-1" in said(acme.new("maya")[-1])
    assert "SEV-1 now" in said(acme.mails("ana")[-1])
    acme.pass_time(minutes=16)
    assert acme.case.handoff.to == acme.id("ben")
    acme.consistent()
