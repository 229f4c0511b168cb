"""Odd, broken and hostile mail: read as people see it, in time, without an exception."""

import base64
import email
import email.policy
import time
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from random import Random

import pytest
from corpora import corpora
from hypothesis import given, settings, strategies as st
from mail_given import FILE, PLAIN, mail, multi

from deskless.mailbox.parse import read_message

BROKEN = {
    "no header at all": (b"just words", "just words"),
    "nothing": (b"", ""),
    "only blank lines": (b"\n\n\n", ""),
    "blank lines first": (b"\r\n\r\n" + mail(b"Subject: s\r\n", b"words"), "words"),
    "an mbox line first": (b"From ana Thu Oct  1 10:00:00 2026\n" + mail(b"", b"words"), "words"),
    "old line ends": (mail(b"Subject: s\r\n", b"words").replace(b"\r\n", b"\r"), "words"),
    "doubled line ends": (mail(b"Subject: s\r\n", b"words").replace(b"\r\n", b"\r\r\n"), "words"),
    "no blank line": (b"Subject: s\nThis is the body\nmore", "This is the body\nmore"),
    "junk among headers": (b"Subject: s\njunk without colon\nTo: a@b.example\n\nwords", "words"),
    "blanks before colons": (b"Subject  : s\nTo : a@b.example\n\nwords", "words"),
    "multipart, no boundary": (
        mail(b"Content-Type: multipart/mixed\r\n", b"--x\r\nContent-Type: text/plain\r\n"
        b"\r\nwords\r\n--x--"),
        "words",
    ),
    "a boundary that never comes": (
        mail(b"Content-Type: multipart/mixed; boundary=never\r\n", b"words"), "words",
    ),
    "the wrong boundary": (
        mail(
            b"Content-Type: multipart/mixed; boundary=never\r\n",
            b"--x\r\nContent-Type: text/plain\r\n\r\nwords\r\n--x--",
        ),
        "words",
    ),
    "cut in the middle": (multi(PLAIN, FILE)[:-40], "plain words"),
    "parts behind the end": (multi(PLAIN) + b"--B\r\n\r\nfooter\r\n", "plain words\n\nfooter"),
    "similar boundaries": (
        mail(b"Content-Type: multipart/mixed; boundary=B\r\n", b"--B\r\n"
        b"Content-Type: multipart/alternative; boundary=BB\r\n\r\n--BB\r\n\r\nwords\r\n"
        b"--BB--\r\n--B--\r\n"),
        "words",
    ),
    "an inner boundary that never starts": (
        b"Content-Type: multipart/mixed; boundary=A\n\n--A\n"
        b"Content-Type: multipart/alternative; boundary=B\n\nwords\n",
        "words",
    ),
    "an encoded multipart": (
        mail( b"Content-Type: multipart/mixed; boundary=B\r\n"
        b"Content-Transfer-Encoding: base64\r\n", base64.encodebytes(b"--B\n\nwords\n--B--\n")),
        "words",
    ),
    "only a calendar": (
        mail(b"Content-Type: text/calendar\r\n", b"BEGIN:VEVENT\r\n"
        b"SUMMARY:Review\\, weekly\r\nLOCATION:Ro\r\n om 4\r\nEND:VEVENT"),
        "Review, weekly\nRoom 4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_structure_is_read_as_people_see_it(name: str) -> None:
    """No word is lost, none is invented."""
    raw, text = BROKEN[name]
    assert read_message(raw).text.strip() == text


def test_a_giant_is_read_in_part() -> None:
    """The first 256 KB of text, all headers, the size of the attachment, and little time."""
    body = b"a line of text\r\n" * 200_000
    big = multi(PLAIN, FILE.replace(b"aGVsbG8=", b"aGVs\r\n" * 4_000_000))
    before = time.process_time()
    assert len(read_message(mail(b"", body)).text) < 300_000
    assert read_message(big).attachments[0].size == 12_000_000
    assert "text cut" in read_message(mail(b"", body)).flaws
    assert "only the head was read" in read_message(big[:2000], partial=True).flaws
    assert time.process_time() - before < 6


BOMBS = {
    "1,200 nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1200)
    ),
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "40,000 headers": b"".join(b"X-%d: a\n" % n for n in range(40_000)) + b"\nhi",
    "20,000 recipients": b"To: " + b", ".join(b"u%d@x.org" % n for n in range(20_000)) + b"\n\nhi",
    "brackets": b"From: " + b"(" * 50_000 + b"\nTo: " + b"<(" * 50_000 + b"\n\nhi",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 25_000 + b"\n\nhi",
    "open encoded words": b"Subject: " + b"=?utf-8?q?" * 9_000 + b"\n\nhi",
    "carriage returns": b"Subject: x\n" + b"\r" * 1_000_000 + b"\n\nhi",
    "blank lines": b"\n" * 1_000_000 + b"Subject: x\n\nhi",
    "parameters": b"Content-Type: text/plain; " + b'a="' * 20_000 + b"\n\nhi",
    "ids": b"References: " + b"<a" * 200_000 + b"\n\nhi",
    "a date": b"Date: " + b"1 " * 30_000 + b"\n\nhi",
    "pads": b"Content-Transfer-Encoding: base64\n\n" + b"=" * 1_000_000,
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\n\n" + b" \t=" * 300_000,
    "tags": b"Content-Type: text/html\n\n" + b"<div>" * 50_000 + b"hi",
    "a daemon's addresses": b"From: mailer-daemon@x.example\n\n" + b"user <a@b.example> " * 30_000,
    "a daemon's words": b"From: mailer-daemon@x.example\n\n" + b"user unknown " * 30_000,
    "quotes": b"Subject: Re: x\n\n" + b"> " * 300_000,
    "flowing lines": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_read_in_time(name: str) -> None:
    """Nothing is quadratic: each of these takes well under three seconds on any machine."""
    before = time.process_time()
    read_message(BOMBS[name])
    assert time.process_time() - before < 3


SHARDS = [
    b"From: a@b.example",
    b"\n",
    b"\r\n",
    b"\r",
    b"\n\n",
    b"Subject: ",
    b"=?utf-8?q?",
    b"?=",
    b"=C3",
    b"Content-Type: ",
    b"multipart/mixed",
    b"text/html",
    b"message/rfc822",
    b"; boundary=b",
    b"; charset=",
    b"utf-7",
    b"iso-2022-jp",
    b"punycode",
    b"--b",
    b"--b--",
    b"base64",
    b"\x00",
    b"Content-Transfer-Encoding: ",
    b"quoted-printable",
    b"Date: ",
    b"99 Foo 2026 25:61",
    b"\xff",
    b"Content-Disposition: attachment; filename*0*=",
    b"%zz",
    b"''",
    b"References: <",
    b">",
    b"(",
    b"message/delivery-status",
    b"Final-Recipient: rfc822;",
    b"Return-Path: <>",
    b"+AGE-",
    b"\x1b$B",
    b"Auto-Submitted: auto-replied",
    b"begin 644 x\n",
    b"until 31.02.",
    b"<div hidden>",
    b"\xed\xa0\x80",
    b"---------- Forwarded message",
    b"> ",
    b"On Mon, X wrote:",
    b"format=flowed",
    b"multipart/alternative",
]


def storable(shards: list[bytes]) -> None:
    """What comes out of a heap can be stored: no NUL, no lone surrogate."""
    message = read_message(b"".join(shards), received=datetime(2026, 11, 1, tzinfo=UTC))
    for text in (message.text, message.fresh, message.subject, message.html):
        text.encode("utf-8")
        assert "\x00" not in text
    assert message.date is not None
    assert (message.sender is None) == bool(message.from_refused)


@given(st.lists(st.sampled_from(SHARDS), max_size=40))
@settings(max_examples=250, deadline=None)
def test_shards_of_mail_never_raise(shards: list[bytes]) -> None:
    """And what comes out can be stored."""
    storable(shards)


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_bytes_never_raise(raw: bytes) -> None:
    """Anything is a mail."""
    read_message(raw)


@pytest.mark.slow
def test_ten_thousand_heaps_of_shards_never_raise() -> None:
    """The same, at length; dice make up a heap in a hundredth of the time."""
    for seed in range(10_000):
        dice = Random(seed)
        shards = dice.choices(SHARDS, k=min(60, int(dice.expovariate(1 / 8))))
        try:
            storable(shards)
        except Exception as fault:
            raise AssertionError(shards) from fault


@given(
    st.text(max_size=400).filter(lambda text: "\x00" not in text),
    st.sampled_from(["7bit", "base64", "quoted-printable"]),
)
@settings(max_examples=100, deadline=None)
def test_what_the_standard_library_writes_is_read_back(text: str, how: str) -> None:
    """Round trip, for every encoding."""
    text = text.encode("utf-8", "replace").decode()
    made = EmailMessage()
    made["From"] = "a@b.example"
    made.set_content(text, cte=None if how == "7bit" else how)
    assert " ".join(read_message(bytes(made)).text.split()) == " ".join(text.split())


@pytest.mark.corpora
def test_real_mail_is_read_as_the_standard_library_reads_it_or_better() -> None:
    """On 760 real mails without an exception: subject and text equal in 96 of 100.

    The rest was looked at one by one: undeclared 8-bit that the library gives up, headers it ends
    too early, and texts in several parts of which it shows the first.
    """
    counts: Counter[str] = Counter()
    for folder in ("bounces/mails", "mime", "threading", "auto_reply"):
        for path in sorted(corpora(folder).rglob("*")):
            if path.is_dir() or path.name.endswith(".threads.txt"):
                continue
            raw = path.read_bytes()
            ours = read_message(raw)
            theirs = email.message_from_bytes(raw, policy=email.policy.default)
            try:
                body = theirs.get_body(("plain",))
                text = body.get_content() if body else None
                subject = str(theirs["subject"] or "")
            except (LookupError, AttributeError, ValueError):
                continue
            counts["mails"] += 1
            counts["subject"] += ours.subject == " ".join(subject.split())
            counts["text"] += text is None or ours.text.split() == text.split()
    assert counts["mails"] > 750
    assert counts["subject"] / counts["mails"] > 0.99
    assert counts["text"] / counts["mails"] > 0.96
