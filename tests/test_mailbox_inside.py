"""Whether two readings are of one mail: writer, date and words must agree."""

from datetime import UTC, datetime, timedelta

import pytest

from deskless.agent.office.known_mail import Inside, same_mail
from deskless.mailbox.message import Address
from deskless.mailbox.parse import read_message
from deskless.mailbox.threading import hands_on, joining_ids

AT = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
VERA = "vera@northwind.example"
WORDS = "The export has been broken since Tuesday and our auditor comes on Friday."
HOUR = timedelta(hours=1)

PAIRS = [
    (True, "the same", Inside(VERA, AT, WORDS), Inside(VERA, AT, WORDS)),
    (True, "wrapped and quoted", Inside(VERA, AT, WORDS.replace(" and", "\n> and")),
     Inside(VERA, AT, WORDS)),
    (True, "capitals of the address", Inside("Vera@Northwind.example", AT, WORDS),
     Inside(VERA, AT, WORDS)),
    (True, "a forward names the date in its own zone", Inside(VERA, AT + 14 * HOUR, WORDS, False),
     Inside(VERA, AT, WORDS)),
    (True, "a forward without seconds", Inside(VERA, AT, "Still down!", False),
     Inside(VERA, AT + timedelta(seconds=31), "still down")),
    (True, "the greeting is missing", Inside(VERA, AT, WORDS, False),
     Inside(VERA, AT, f"Hello,\n{WORDS}\nVera Lind")),
    (True, "no date, clear words", Inside(VERA, None, WORDS, False), Inside(VERA, AT, WORDS)),
    (True, "ligatures and full width", Inside(VERA, AT, "ﬁne ＯＫ"), Inside(VERA, AT, "fine OK")),
    (False, "no date, few words", Inside(VERA, None, "Still down!", False),
     Inside(VERA, AT, "Still down!")),
    (False, "said again a minute later", Inside(VERA, AT, WORDS),
     Inside(VERA, AT + timedelta(minutes=1), WORDS)),
    (False, "said again the week after, forwarded", Inside(VERA, AT + 168 * HOUR, WORDS, False),
     Inside(VERA, AT, WORDS)),
    (False, "somebody else's", Inside("otto@cornercafe.example", AT, WORDS),
     Inside(VERA, AT, WORDS)),
    (False, "nobody's", Inside("", AT, WORDS), Inside("", AT, WORDS)),
    (False, "other words", Inside(VERA, AT, WORDS, False),
     Inside(VERA, AT, "The invoice of October was charged twice to us, please look.")),
    (False, "few words in a long mail", Inside(VERA, AT, "our auditor", False),
     Inside(VERA, AT, WORDS)),
    (False, "a sentence of a long mail", Inside(VERA, AT, WORDS, False),
     Inside(VERA, AT, WORDS + " Also, another matter." * 9)),
    (False, "no words at all", Inside(VERA, AT, "--"), Inside(VERA, AT, "!!")),
]  # fmt: skip


@pytest.mark.parametrize(("same", "case", "one", "other"), PAIRS, ids=[row[1] for row in PAIRS])
def test_two_readings_of_one_mail(same: bool, case: str, one: Inside, other: Inside) -> None:
    """Whichever is named first."""
    assert same_mail(one, other) is same
    assert same_mail(other, one) is same


ATTACHED = b"""From: Tom <tom@acme.example>
To: deskless@acme.example
Subject: Fwd: Export
Message-ID: <outer@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

ESCALATE
--b
Content-Type: message/rfc822

From: vera@northwind.example
Subject: Export
Message-ID: <inner@northwind.example>
Date: Mon, 23 Nov 2026 09:12:00 +0000

broken
--b--
"""


def test_an_attached_mails_own_id_leads_to_its_conversation() -> None:
    """Beside the forward's own."""
    message = read_message(ATTACHED)
    assert joining_ids(message) == ("outer@acme.example", "inner@northwind.example")


CHAIN = b"""From: Ben <ben@acme.example>
To: deskless@acme.example
Subject: Fwd: Fwd: Export
Message-ID: <3@acme.example>
Date: Mon, 23 Nov 2026 11:00:00 +0000

Please take it.

---------- Forwarded message ---------
From: Tom Frey <tom@acme.example>
Date: Mon, 23 Nov 2026 10:00:00 +0000
Subject: Fwd: Export
To: Ben <ben@acme.example>

Yours?

---------- Forwarded message ---------
From: Vera Lind <vera@northwind.example>
Date: Mon, 23 Nov 2026 09:12:00 +0000
Subject: Export
To: <support@acme.example>

broken
"""


def test_the_way_through_the_team_is_read_from_the_forwards_inside() -> None:
    """Tom to Ben, Ben to us: the first one first."""

    def ours(address: Address | None) -> bool:
        return address is not None and address.email.endswith("@acme.example")

    chain = hands_on(read_message(CHAIN), ours)
    assert [(hand.by, hand.to) for hand in chain] == [
        ("tom@acme.example", ("ben@acme.example",)),
        ("ben@acme.example", ("deskless@acme.example",)),
    ]
    assert [hand.at and hand.at.hour for hand in chain] == [10, 11]
    assert hands_on(read_message(CHAIN), lambda _: False) == ()
