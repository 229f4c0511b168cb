"""Parsing under limits: the child dies, the daemon does not."""

from datetime import UTC, datetime

import pytest
from mail_given import FILE, HTML, PLAIN, mail, multi

from deskless.mailbox.message import MailKind
from deskless.mailbox.parse import Own, read_message
from deskless.mailbox.sandbox import ChildLimits, Runaway, is_suspicious, read_guarded


def test_the_child_reads_what_the_parent_would() -> None:
    """The same value, field for field, with the time of receipt and our own texts."""
    raw = b"From: a@b.example\nReferences: <b@us>\n\nok\n\nCase ACME-1 is yours.\nReply ACCEPT now."
    at = datetime(2026, 11, 1, tzinfo=UTC)
    own = Own("i", lambda _: False, lambda _: ("Case ACME-1 is yours.\nReply ACCEPT now.",))
    assert read_guarded(raw, received=at, own=own) == read_message(raw, received=at, own=own)
    assert read_guarded(raw, received=at, own=own).fresh == "ok"


def test_our_own_mail_is_known_in_the_child_too() -> None:
    """The signature is checked here, where the key is."""
    own = Own("i", lambda name: name == "1@us", lambda _: ())
    assert read_guarded(b"Message-ID: <1@us>\n\nx", own=own).kind is MailKind.OWN
    assert read_guarded(b"Message-ID: <2@us>\n\nx", own=own).kind is MailKind.HUMAN


def test_too_long_is_a_runaway() -> None:
    """A start alone takes longer than this."""
    with pytest.raises(Runaway, match="longer than"):
        read_guarded(b"From: a@b.example\n\nx", limits=ChildLimits(seconds=0.01))


def test_too_much_memory_is_a_runaway() -> None:
    """40 MB do not fit into 48 MB with a Python in it."""
    raw = b"From: a@b.example\n\n" + b"x" * 40_000_000
    with pytest.raises(Runaway, match="memory"):
        read_guarded(raw, limits=ChildLimits(memory=48_000_000))


def test_ordinary_mail_is_not_suspicious() -> None:
    """A child costs 0.3 s: none for mail as people write it."""
    long = b"\r\n".join([b"words, words, and more words"] * 5000)
    table = b"Content-Type: text/html\r\n\r\n" + b"<table>" + b"<tr><td>x</td></tr>" * 500
    for raw in (mail(b"", long), multi(PLAIN, HTML, FILE), multi(table)):
        assert not is_suspicious(raw)


NEST = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
ODD = {
    "huge": mail(b"", b"x\r\n" * 2_000_000),
    "nested": b"".join(NEST % (n, n) for n in range(500)),
    "recipients": b"To: " + b", ".join(b"u%d@x.example" % n for n in range(3000)) + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 3000 + b"\n\nx",
    "one line": b"Subject: x\n\n" + b"x" * 200_000,
    "tags": b"Content-Type: text/html\n\n" + b"<div>\n" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_shapes_are_suspicious(name: str) -> None:
    """By a look that costs microseconds."""
    assert is_suspicious(ODD[name])
