"""A forward or a copy of a mail that we have opens no second ticket and no second case."""

import pytest
from harness import AGENT, INBOX, Company, Mail

from deskless.agent.office import conversation
from deskless.store import threads

QUESTION = "The export has been broken since Tuesday and our auditor comes on Friday.\n\nVera"
VERA = "Vera Lind <vera@northwind.example>"
DATES = [
    "Mon, 23 Nov 2026 at 09:00",
    "23 November 2026 at 10:00:00 CET",
    "23.11.2026 10:00",
    "Monday, November 23, 2026 4:00 AM",
    "",
]


def forward(words: str = "", date: str = DATES[0], text: str = QUESTION) -> str:
    """What Tom passes on of Vera's mail."""
    dated = f"Date: {date}\n" if date else ""
    return f"""{words}

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
{dated}Subject: Export
To: <support@acme.example>

{text}
"""


def tickets(acme: Company) -> int:
    """How many conversations were ever begun."""
    with acme.office.store.reading() as session:
        known = [threads.get_thread(session, f"ACME-{number}") for number in range(1042, 1050)]
    return sum(info is not None for info in known)


def posts(acme: Company, side: str) -> list[str]:
    """What one side said in the first conversation."""
    with acme.office.store.reading() as session:
        thread = conversation.read_thread(session, "ACME-1042")
    return [post.text for post in thread.posts if post.side == side]


def said(mail: Mail) -> str:
    return " ".join(mail.text.split())


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("to", [AGENT, INBOX])
def test_a_forward_without_references_joins_the_mail_inside(
    acme: Company, date: str, to: str
) -> None:
    """However the mail program writes the date; the customer's words stand there once."""
    acme.customer_writes(QUESTION, subject="Export")
    acme.pass_time(minutes=20)
    acme.writes("tom", forward("Escalate please, she calls twice a day.\ntried: other browser",
                               date), subject="Fwd: Export", to=to)  # fmt: skip
    assert tickets(acme) == 1
    assert len(posts(acme, "customer")) == 1
    assert acme.case.ticket == "ACME-1042"
    assert acme.case.requester == acme.id("tom")


@pytest.mark.parametrize("to", [AGENT, INBOX])
def test_the_same_escalate_twice_is_one_case_and_the_second_is_answered(
    acme: Company, to: str
) -> None:
    """Sent again with another Message-ID, because nothing seemed to happen."""
    words = forward("Escalate please, she calls twice a day.\ntried: other browser")
    acme.writes("tom", words, subject="Fwd: Export", to=to)
    acme.pass_time(minutes=10)
    acme.new("tom")
    acme.writes("tom", words, subject="Fwd: Export", to=to)
    assert acme.case.key == "ACME-1042-1"
    assert tickets(acme) == 1
    assert "It is escalated already" in said(acme.new("tom")[-1])
    assert len(posts(acme, "customer")) == 1


def test_the_original_that_comes_after_its_forward_is_no_second_mail(acme: Company) -> None:
    """Tom was quicker than the mail server; an answer to the original finds its way."""
    acme.writes("tom", forward("Fyi"), subject="Fwd: Export", to=INBOX)
    acme.pass_time(minutes=10)
    first = acme.customer_writes(QUESTION, subject="Export")
    acme.customer_writes("Hello?", subject="Anything", In_Reply_To=f"<{first}>")
    assert tickets(acme) == 1
    assert len(posts(acme, "customer")) == 2


def test_a_copy_under_another_message_id_is_the_same_mail(acme: Company) -> None:
    """A group gave its copy an id of its own; Date and words are the customer's."""
    acme.customer_writes(QUESTION, subject="Export")
    raw, _ = acme._mail(VERA, INBOX, "Export", QUESTION)
    acme.post.deliver(INBOX, raw)
    acme.settle()
    assert tickets(acme) == 1
    assert len(posts(acme, "customer")) == 1


def test_the_same_words_at_another_time_are_another_mail(acme: Company) -> None:
    """Whoever writes again is not swallowed."""
    acme.customer_writes(QUESTION, subject="Export")
    acme.pass_time(minutes=1)
    acme.customer_writes(QUESTION, subject="Export")
    assert tickets(acme) == 2


def test_a_forward_of_new_words_adds_them(acme: Company) -> None:
    """Vera wrote on to Tom himself; that is news, under a ticket of its own unless ids say more."""
    acme.customer_writes(QUESTION, subject="Export")
    acme.pass_time(minutes=20)
    new = "By the way: now the import fails as well, and nobody answers the phone."
    acme.writes("tom", forward("Fyi", text=new), subject="Fwd: Export", to=INBOX)
    assert tickets(acme) == 2


def test_a_colleagues_mail_that_is_forwarded_goes_with_their_conversation(acme: Company) -> None:
    """Bo answered in Vera's conversation; Tom forwards Bo's mail."""
    first = acme.customer_writes(QUESTION, subject="Export")
    words = "I am with Vera on this, the auditor has called us twice already today."
    acme.customer_writes(
        words, sender="Bo <bo@northwind.example>", subject="Re: Export", In_Reply_To=f"<{first}>"
    )
    passed = forward("Fyi", text=words).replace("Vera Lind <vera@", "Bo <bo@")
    acme.writes("tom", passed, subject="Fwd: Re: Export", to=INBOX)
    assert tickets(acme) == 1
