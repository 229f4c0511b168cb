"""A customer's mail program finds our answer under their mail, whatever their Message-ID is."""

import pytest
from harness import INBOX, Company

from deskless.mailbox import parse

pytestmark = pytest.mark.slow

MAIL = """From: Vera Lind <{sender}>
To: support@acme.example
Subject: Invoice 4411
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <{name}>

I was charged twice for October.
"""
TO = "vera@northwind.example"


def answered(acme: Company, name: str, sender: str = TO) -> bytes:
    """What the customer gets when Ana lets the acknowledgement go."""
    acme.post.deliver(INBOX, MAIL.format(name=name, sender=sender).encode())
    acme.settle()
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.reply("ana", "SEND", to=acme.mails("ana")[-1])
    [letter] = acme.post.outgoing
    assert letter.recipient == sender
    return letter.raw


@pytest.mark.parametrize("length", [20, 78, 240, 241, 600, 970])
def test_an_id_of_any_length_is_answered_and_named(acme: Company, length: int) -> None:
    """Raw, so that the thread is one thread at the customer's, too."""
    name = "x" * (length - len("@northwind.example")) + "@northwind.example"
    raw = answered(acme, name)
    assert f"In-Reply-To: <{name}>".encode() in raw.replace(b"\r\n <", b" <")
    assert parse.read_message(raw).references == (name,)


@pytest.mark.parametrize("name", ["größe@northwind.example", "a b@northwind.example", "x" * 1200])
def test_an_id_that_no_header_can_hold_stops_no_letter(acme: Company, name: str) -> None:
    """The letter goes; only the id is missing in it."""
    raw = answered(acme, name)
    assert name.encode() not in raw
    assert b"Re: Invoice 4411" in raw
