"""One record of a matter, though it lives in chats, links, forwards and several conversations."""

import json
from typing import Any

import pytest
from harness import INBOX, Company, Mail
from typer.testing import CliRunner

from deskless.agent.case.case import Status
from deskless.agent.cli.main import app
from deskless.agent.reports import weekly_read, weekly_words

TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"
BO = "Bo Berg <bo@northwind.example>"

CHAT = """Escalate please, they are stuck. tried: refunded one of the two
See https://acme.slack.com/archives/C01/p16 and https://www.loom.com/share/4f.

Vera Lind  [10:32 AM]
we were charged twice again
Ana Lopez  [10:35 AM]
I see it, asking billing
Kim  [10:36 AM]
same here

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 at 09:00
Subject: Invoice 4411
To: <support@acme.example>

I was charged twice for October. Screenshot: https://prnt.sc/abc
"""

PASSED = """Escalate please. Ben said it is not his. tried: refunded one

---------- Forwarded message ---------
From: Ben Okafor <ben@acme.example>
Date: Mon, 23 Nov 2026 08:40:00 +0000
Subject: Fwd: Invoice 4411
To: Tom Frey <tom@acme.example>

Not mine.

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 08:00:00 +0000
Subject: Invoice 4411
To: <ben@acme.example>

I was charged twice for October and nobody answers.
"""


BARE = """

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 at 09:00
Subject: Invoice 4411
To: <{inbox}>

{words}
"""


def said(mail: Mail) -> str:
    """The text of a mail on one line."""
    return " ".join(mail.text.split())


def case_json(acme: Company, key: str = "ACME-1042-1") -> dict[str, Any]:
    """The case as a program reads it."""
    done = CliRunner().invoke(app, ["--config", str(acme.folder), "case", key, "--json"])
    assert done.exit_code == 0, done.output
    record: dict[str, Any] = json.loads(done.output)
    return record


def test_links_are_evidence_with_what_they_lead_to(acme: Company) -> None:
    """The teammate's and the customer's, in the brief and in the case."""
    acme.writes("tom", CHAT, subject="Fwd: Invoice 4411")
    brief = said(acme.brief("ana"))
    for words in ("Chat thread: ", "Loom video: ", "Screenshot: "):
        assert words in brief
    assert case_json(acme)["evidence"] == [
        "screenshot: https://prnt.sc/abc",
        "chat thread: https://acme.slack.com/archives/C01/p16",
        "Loom video: https://www.loom.com/share/4f",
    ]


def test_a_pasted_chat_is_told_post_by_post_with_its_sides(acme: Company) -> None:
    """Ana is of the team, Vera the customer, and nobody knows Kim."""
    acme.writes("tom", CHAT, subject="Fwd: Invoice 4411")
    chat = [(each["who"], each["at"], each["text"]) for each in case_json(acme)["chat"]]
    assert chat == [
        ("Vera Lind (customer)", "Slack, 10:32 AM", "we were charged twice again"),
        ("Ana Lopez (team)", "Slack, 10:35 AM", "I see it, asking billing"),
        ("Kim (unknown)", "Slack, 10:36 AM", "same here"),
    ]
    brief = said(acme.brief("ana"))
    assert "PASTED FROM A CHAT" in brief
    assert "Kim (unknown)" in brief


OUR_WORDS = """Hello, the chat of this morning:

Ana Lopez  [10:31 AM]
sorry, nobody can log in just now
Vera Lind  [10:32 AM]
thanks, it is back

Could you change the logo on our page?
"""
HER_WORDS = """Hello, see what our shop says:

[23.11.26, 09:32:11] Bo Berg: since nine nobody can log in
[23.11.26, 09:35:02] Ana Lopez: I want my money back, too, haha
"""


def test_our_own_words_in_a_pasted_chat_are_not_the_customers(acme: Company) -> None:
    """Ana said that nobody can log in; Vera asks for a logo."""
    acme.customer_writes(OUR_WORDS)
    assert acme.cases() == []
    assert [entry.data["outcome"] for entry in acme.entries("judged")] == ["leave"]


@pytest.mark.parametrize("who", ["vera", "tom"])
def test_evidence_from_a_chat_names_its_author_and_time(acme: Company, who: str) -> None:
    """Pasted by the customer, or by a teammate who forwards no mail of hers."""
    if who == "vera":
        acme.customer_writes(HER_WORDS)
    else:
        acme.writes("tom", HER_WORDS, to=INBOX)
    assert acme.case.policies == ("outage",)
    brief = said(acme.brief("ana"))
    assert "WhatsApp, 23.11.26, 09:32:11, Bo Berg" in brief
    chat = [(each["who"], each["text"]) for each in case_json(acme)["chat"]]
    assert chat == [
        ("Bo Berg (unknown)", "since nine nobody can log in"),
        ("Ana Lopez (team)", "I want my money back, too, haha"),
    ]


def test_whose_hands_it_went_through_stands_in_case_and_week(acme: Company) -> None:
    """Ben passed it to Tom, Tom to us, Ana bounced it, and Ben took it."""
    acme.writes("tom", PASSED, subject="Fwd: Fwd: Invoice 4411")
    assert "Ben Okafor passed it on to Tom Frey" in said(acme.brief("ana"))
    acme.reply("ana", "BOUNCE because it is Ben's contract")
    acme.pass_time(minutes=10)
    acme.reply("ben", "ACCEPT, update by 16:00")
    way = case_json(acme)["way"]
    assert [step.partition(" (")[0] for step in way] == [
        "Ben Okafor passed it on to Tom Frey",
        "Tom Frey passed it on to deskless@acme.example",
        "Ana Lopez bounced it",
    ]
    acme.pass_time(hours=1)
    with acme.office.store.reading() as session:
        window = weekly_read.window_until(acme.office, acme.clock.at)
        week = weekly_read.read_week(acme.office, session, window)
        value = weekly_words.weekly_value(acme.office, session, week)
    [handed] = value.handed
    assert handed.name == "ACME-1042-1"
    assert handed.value is not None
    assert handed.value.endswith("Ben Okafor has it")
    assert "Tom Frey passed it on" in handed.value
    assert "Ana Lopez bounced it" in handed.value


def test_passing_the_same_mail_on_again_is_counted(acme: Company) -> None:
    """A bare forward of a mail that we have says nothing but that somebody passed it on."""
    acme.customer_writes(TROUBLE)
    bare = BARE.format(inbox=INBOX, words=TROUBLE)
    acme.writes("tom", bare, subject="Fwd: Invoice 4411", to=INBOX)
    [step] = case_json(acme)["way"]
    assert step.startswith(f"Tom Frey passed it on to {INBOX} (")


def test_a_colleagues_conversation_about_the_same_is_suggested(acme: Company) -> None:
    """Vera and Bo are of one company: Ben may JOIN the two, and nothing does so by itself."""
    acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.reply("ana", "ACCEPT")
    acme.customer_writes("We were charged twice for October!", sender=BO, subject="Our money")
    brief = acme.mail("ben", "Can you take this one")
    assert "JOIN ACME-1042-1" in said(brief)
    assert [case.status for case in acme.cases()] == [Status.OWNED, Status.OFFERED]


def test_a_case_that_ended_lately_is_shown_as_its_like(acme: Company) -> None:
    """Closed three weeks ago: told who had it; after a month it is history."""
    acme.customer_writes(TROUBLE, subject="Invoice 4411")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE because refunded")
    acme.pass_time(days=21)
    acme.customer_writes("I was charged twice, again!", subject="My money")
    brief = said(acme.brief("ana"))
    assert "ENDED LATELY" in brief
    assert "ACME-1042-1: Invoice 4411; closed Mon 23 Nov" in brief
    assert "Ana Lopez had it" in brief
    assert "JOIN ACME-1042-1" not in brief
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE because refunded")
    acme.pass_time(days=31)
    acme.customer_writes("I was charged twice, for December!", subject="Third time")
    assert "ENDED LATELY" not in said(acme.brief("ana"))


def shown(acme: Company) -> str:
    """The page of the one case."""
    done = CliRunner().invoke(app, ["--config", str(acme.folder), "case", acme.case.key])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_a_customer_adds_reaches_the_owner_in_their_words(acme: Company) -> None:
    """At once; what follows within a quarter of an hour comes as one mail; thanks are none."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.pass_time(minutes=5)
    acme.new("ana")

    def adds(text: str) -> None:
        acme.customer_writes(text, subject="Re: Invoice 4411", In_Reply_To=f"<{first}>")

    adds("Please do not pay it back to that card, it is blocked since Friday.")
    [letter] = acme.new("ana")
    assert "do not pay it back to that card" in flat(letter.text)
    assert "wrote again" in flat(letter.text)
    assert "do not pay it back to that card" in flat(shown(acme))
    acme.pass_time(minutes=5)
    adds("The new card ends in 77.")
    adds("And who is our contact in December?")
    assert acme.new("ana") == []
    acme.pass_time(minutes=11)
    [letter] = acme.new("ana")
    assert "ends in 77." in flat(letter.text)
    assert "our contact in December?" in flat(letter.text)
    assert "blocked since Friday" not in flat(letter.text).partition("wrote:")[0]
    acme.pass_time(minutes=30)
    adds("Thank you very much!\n\nVera Lind")
    acme.pass_time(minutes=30)
    assert not [mail for mail in acme.new("ana") if "wrote again" in flat(mail.text)]
    acme.reply("ana", "PROGRESS: refunded to the new card, update by 17:00", to=letter)
    assert acme.case.promise is not None
    assert len(acme.cases()) == 1


def flat(text: str) -> str:
    """A text on one line, without the marks of a quote."""
    return " ".join(text.replace("| ", "").replace("> ", "").split())
