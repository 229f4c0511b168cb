"""Outgoing mail: frozen bytes, no header from a value, never into a customer's thread."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings, strategies as st
from icalendar import Calendar

from deskless.mailbox import parse
from deskless.mailbox.compose import (
    ComposeRefused,
    File,
    Outgoing,
    compose_mail,
    is_signed,
    sign_id,
)
from deskless.mailbox.mime.ics import promise_calendar

KEY = b"k" * 32
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MAIL = Outgoing(
    sender="deskless@acme.example",
    sender_name="Deskless",
    to=("dana@acme.example",),
    subject="[ACME-1042-1] Northwind: refund of €620 disputed",
    text="Can you take this one, Dana?\n\n.\nFrom here on\n" + "ü" * 1200 + "\n",
    html="<p>Can you take this one?</p>",
    message_id="<deskless.brief-1.abc@acme.example>",
    date=NOON,
    reply_to="deskless+6b3xuvoghwyick5lqz7dn4raeu@acme.example",
    references=("<root@acme.example>",),
    in_reply_to="<root@acme.example>",
    loop="instance-1",
    internal=True,
)


def read(raw: bytes) -> EmailMessage:
    """The mail as a receiver parses it."""
    result = message_from_bytes(raw, policy=policy.default)
    assert isinstance(result, EmailMessage)
    return result


def test_the_same_value_gives_the_same_bytes() -> None:
    """A second sending after a crash is byte for byte the first (frozen Date, id, boundaries)."""
    mail = replace(MAIL, files=(File("thread.txt", "text/plain", b"x"),))
    assert compose_mail(mail) == compose_mail(mail)
    assert compose_mail(mail) != compose_mail(replace(mail, message_id="<other@acme.example>"))


def test_the_headers_keep_machines_quiet() -> None:
    """RFC 3834, Exchange's own header with no more than OOF and AutoReply, our loop mark."""
    result = read(compose_mail(MAIL))
    assert result["Auto-Submitted"] == "auto-generated"
    assert result["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert result["X-Deskless-Loop"] == "instance-1"
    assert result["Precedence"] is None
    assert result["List-Unsubscribe"] is None
    assert result["Message-ID"] == "<deskless.brief-1.abc@acme.example>"
    assert result["Date"].datetime == NOON
    assert result["Reply-To"].addresses[0].addr_spec == MAIL.reply_to
    assert result["In-Reply-To"] == result["References"] == "<root@acme.example>"


def test_text_and_html_come_through_unchanged() -> None:
    """Dots, From lines, long lines and other alphabets included; wire lines stay short."""
    raw = compose_mail(MAIL)
    result = read(raw)
    text, html = result.get_body(("plain",)), result.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().strip() == MAIL.html
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def test_every_attachment_comes_through_byte_for_byte() -> None:
    """An original mail too: as bytes, since a mail part would be written anew on its way."""
    original = b"From: jo@northwind.example\nSubject: =?x\n\nodd \xff bytes\r\n"
    files = (
        File("thread.txt", "text/plain", "Größe\n".encode()),
        File("mail-1.eml", "message/rfc822", original),
        File("ledger-head.txt", "application/octet-stream", b"acme.example\n7\nhash\n"),
        File("escalations.csv", "text/csv", b"a;b\r\n"),
        File("../..\r\nX: y.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n"),
    )
    parts = list(read(compose_mail(replace(MAIL, files=files))).iter_attachments())
    assert [part.get_payload(decode=True) for part in parts] == [file.content for file in files]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "application/octet-stream",
        "application/octet-stream",
        "text/csv",
        "text/calendar",
    ]
    names = [part.get_filename() for part in parts]
    assert names[:2] == ["thread.txt", "mail-1.eml"]
    assert not set("/\\\r\n") & set(names[4])


@settings(max_examples=150, deadline=None)
@given(subject=st.text(max_size=250), name=st.text(max_size=80), loop=st.text(max_size=40))
def test_no_text_becomes_a_header(subject: str, name: str, loop: str) -> None:
    """Whatever stands in a subject or a name stays there, and the subject reads as it was."""
    result = read(compose_mail(replace(MAIL, subject=subject, sender_name=name, loop=loop)))
    assert sorted(result.keys()) == sorted(read(compose_mail(MAIL)).keys())
    assert [address.addr_spec for address in result["From"].addresses] == [MAIL.sender]
    plain = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    assert result["Subject"] == plain


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dana",
        "dána@acme.example",
        "dana@äcme.example",
        "dana@acme.example\nBcc: x@y.example",
        "dana@acme.example, sam@acme.example",
        "Dana <dana@acme.example>",
        '"dana"@acme.example',
        "dana..k@acme.example",
        ".dana@acme.example",
        "dana@-acme.example",
        "dana@acme..example",
        "dana@[127.0.0.1]",
        "dana@acme.example ",
        "a" * 65 + "@acme.example",
    ],
)
def test_only_a_plain_address_is_written_to(address: str) -> None:
    """One address, ASCII, nothing else; everywhere an address may stand."""
    for change in ({"to": (address,)}, {"sender": address}, {"reply_to": address}):
        if address or "reply_to" not in change:
            with pytest.raises(ComposeRefused):
                compose_mail(replace(MAIL, **change))


def test_an_internal_mail_never_answers_the_customer() -> None:
    """In-Reply-To and References of the customer's thread are refused, with or without brackets."""
    thread = frozenset({"cust-1@northwind.example", "<cust-2@northwind.example>"})
    for change in (
        {"in_reply_to": "cust-1@northwind.example"},
        {"in_reply_to": " <cust-2@northwind.example> "},
        {"references": ("<root@acme.example>", "<cust-1@northwind.example>")},
    ):
        with pytest.raises(ComposeRefused, match="customer"):
            compose_mail(replace(MAIL, thread=thread, **change))
    approved = replace(MAIL, internal=False, thread=thread, in_reply_to="cust-1@northwind.example")
    assert b"In-Reply-To: <cust-1@northwind.example>" in compose_mail(approved)


@pytest.mark.parametrize(
    "change",
    [
        {"to": ()},
        {"message_id": "no brackets inside <>"},
        {"message_id": "<a@b>\r\nBcc: x@y.example"},
        {"date": NOON.replace(tzinfo=None)},
        {"headers": (("Bcc", "x@y.example"),)},
        {"headers": (("X-Deskless-Loop", "other"),)},
    ],
)
def test_a_mail_that_cannot_be_right_is_refused(change: dict[str, object]) -> None:
    """Told by Refused, before anything is written."""
    with pytest.raises(ComposeRefused):
        compose_mail(replace(MAIL, **change))  # type: ignore[arg-type]


def test_a_header_of_ours_and_many_references_are_kept() -> None:
    """The head for witnesses; the root of a long thread and its latest ids."""
    ids = tuple(f"<{at}@acme.example>" for at in range(60))
    result = read(
        compose_mail(replace(MAIL, headers=(("X-Deskless-Head", "1871 abc"),), references=ids))
    )
    stored = result["References"].split()
    assert result["X-Deskless-Head"] == "1871 abc"
    assert (stored[0], stored[-1], len(stored)) == (ids[0], ids[-1], 20)


def test_only_our_key_signs_an_id() -> None:
    """Same key and label: same id; another key, label, domain or character: not ours."""
    mine = sign_id(KEY, "brief-ACME-1042-1-3", "Acme.example")
    assert mine == sign_id(KEY, "brief-ACME-1042-1-3", "acme.example")
    assert mine.startswith("<deskless.brief-acme-1042-1-3.")
    assert is_signed(KEY, mine)
    assert is_signed(KEY, mine.strip("<>").upper())
    assert not is_signed(b"other", mine)
    assert not is_signed(KEY, mine.replace("1042", "1043"))
    assert not is_signed(KEY, mine.replace("acme.example", "evil.example"))
    assert not is_signed(KEY, "<x@y>")
    assert not is_signed(KEY, mine + "\n<more@x>")


@given(st.text(max_size=80))
def test_any_label_gives_an_id_that_can_be_sent(label: str) -> None:
    """Also an empty or a strange one."""
    mine = sign_id(KEY, label, "acme.example")
    assert is_signed(KEY, mine)
    assert compose_mail(replace(MAIL, message_id=mine))


def events(raw: bytes) -> Iterator[object]:
    """The entries of a calendar file."""
    return iter(Calendar.from_ical(raw).walk("VEVENT"))


def test_a_promise_is_a_calendar_entry_in_utc() -> None:
    """Same uid for the same promise, later sequence when moved, no attendee, no request."""
    zone = timezone(timedelta(hours=1))
    due = datetime(2026, 11, 21, 16, 0, tzinfo=zone)
    raw = promise_calendar(
        "ACME-1042-1@acme.example", due, written=NOON, title="Update\r\nNorthwind", note="a\nb"
    )
    assert b"DTEND:20261121T150000Z" in raw
    assert b"DTSTART:20261121T144500Z" in raw
    assert b"METHOD:PUBLISH" in raw
    assert b"ATTENDEE" not in raw
    assert b"ORGANIZER" not in raw
    first = next(events(raw))
    later = promise_calendar(
        "ACME-1042-1@acme.example", due, written=NOON + timedelta(hours=1), title="x"
    )
    second = next(events(later))
    assert first["uid"] == second["uid"] == "ACME-1042-1@acme.example"  # type: ignore[index]
    assert int(second["sequence"]) > int(first["sequence"])  # type: ignore[index]
    assert first["summary"] == "Update Northwind"  # type: ignore[index]
    with pytest.raises(ValueError, match="zone"):
        promise_calendar("x", due.replace(tzinfo=None), written=NOON, title="x")


LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=40)
PART = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=60).map(
    lambda part: f"x{part}x"
)
DOMAIN = st.lists(PART, min_size=2, max_size=3).map(".".join)
FOREIGN = st.text(
    "".join(chr(number) for number in range(33, 127) if chr(number) not in "<>"),
    min_size=1,
    max_size=700,
)


def header_lines(raw: bytes, name: bytes) -> list[bytes]:
    """The lines of one header as they go over the wire, byte for byte."""
    head = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    [block] = re.findall(rb"(?m)^%s:(?:[^\r\n]*\r\n)(?:[ \t][^\r\n]*\r\n)*" % name, head)
    return block[len(name) + 1 :].splitlines()


@given(LABEL, DOMAIN, st.lists(FOREIGN, max_size=30))
@settings(max_examples=150, deadline=None)
def test_ids_stand_raw_whatever_their_length(label: str, domain: str, foreign: list[str]) -> None:
    """Folded at blanks only, so that every mail program finds the thread; no line is too long."""
    ours = sign_id(KEY, label, domain)
    known = list(dict.fromkeys([ours, *(f"<{item}>" for item in foreign)]))
    mail = replace(
        MAIL,
        sender=f"deskless@{domain}",
        to=(f"ana@{domain}", f"ben.{'y' * 50}@{domain}"),
        reply_to=f"deskless+{'a' * 26}@{domain}",
        message_id=ours,
        in_reply_to=known[-1],
        references=tuple(known),
        headers=(("X-Deskless-Head", "z" * 300),),
    )
    raw = compose_mail(mail)
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 and line.strip() for line in head.split(b"\r\n"))
    sent = b" ".join(header_lines(raw, b"References")).decode().split()
    assert sent == (known if len(known) <= 20 else [known[0], *known[-19:]])
    expected = {
        b"Message-ID": [ours],
        b"In-Reply-To": [known[-1]],
        b"Reply-To": [mail.reply_to],
        b"To": [f"{mail.to[0]},", mail.to[1]],
        b"X-Deskless-Head": ["z" * 300],
        b"X-Deskless-Loop": ["instance-1"],
    }
    for name, words in expected.items():
        assert b" ".join(header_lines(raw, name)).decode().split() == words
    message = parse.read_message(raw)
    assert message.message_id == ours.strip("<>")
    assert message.references == tuple(item.strip("<>") for item in sent)


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        ("a@b.example", True),
        ("x" * 240 + "@b.example", True),
        ("x" * 900 + "@b.example", True),
        ("x" * 990 + "@b.example", False),
        ("grüße@b.example", False),
        ("with blank@b.example", False),
        ("\x01@b.example", False),
        ("", False),
    ],
)
def test_an_answer_leaves_whatever_the_customers_id_is(theirs: str, kept: bool) -> None:
    """What cannot stand in a header is left out; the rest of the thread is named."""
    mail = replace(
        MAIL, internal=False, in_reply_to=theirs, references=("root@b.example", theirs), files=()
    )
    raw = compose_mail(mail)
    result = parse.read_message(raw).references
    assert result == (("root@b.example", theirs) if kept else ("root@b.example",))
    assert b"=?" not in raw.partition(b"Subject:")[0]


@given(LABEL, DOMAIN, st.lists(DOMAIN, max_size=3))
@settings(max_examples=60, deadline=None)
def test_ids_that_others_made_encoded_words_of_are_read(
    label: str, domain: str, more: list[str]
) -> None:
    """As the standard library writes them, broken anywhere."""
    ids = [
        sign_id(KEY, label, domain),
        *(f"<{'q' * 40}.{at}@{item}>" for at, item in enumerate(more)),
    ]
    damaged = EmailMessage(policy=policy.SMTP)
    damaged["References"] = " ".join(ids)
    damaged["In-Reply-To"] = ids[0]
    damaged["From"] = "ana@acme.example"
    damaged.set_content("x")
    bare = tuple(dict.fromkeys(item.strip("<>") for item in ids))
    assert parse.read_message(damaged.as_bytes()).references == bare
    own = b"Message-ID: =?utf-8?q?=3Ca=2Eb=40c=2E?=\r\n =?utf-8?q?example=3E?=\r\n\r\n"
    assert parse.read_message(own).message_id == "a.b@c.example"
    plain = b"Message-ID: <a=?utf-8?q?b?=@c.example>\r\n\r\n"
    assert parse.read_message(plain).message_id == "a=?utf-8?q?b?=@c.example"
