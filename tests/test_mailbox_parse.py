"""Raw bytes to a Message: anything is a mail, and nothing raises."""

import base64
from datetime import UTC, datetime

import pytest
from mail_given import FILE, HTML, PLAIN, mail, multi

from deskless.mailbox.message import Address, Attachment, MailKind
from deskless.mailbox.parse import Own, read_message


def test_a_plain_mail_is_read_whole() -> None:
    """Every field of the value, once."""
    raw = mail(
        b"To: Support <Support@Acme.example>, b@c.example\r\nCc: d@e.example\r\n"
        b"Reply-To: ana@home.example\r\nDelivered-To: support+x1@acme.example\r\n"
        b"Subject: Order\r\n 66 is late\r\nIn-Reply-To: <0@acme.example>\r\n"
        b"References: <9@acme.example>\r\n <0@acme.example>\r\n",
        b"Hello,\r\nwhere is it?\r\n",
    )
    message = read_message(raw)
    assert message.message_id == "1@shop.example"
    assert message.date == datetime(2026, 10, 1, 8, tzinfo=UTC)
    assert message.sender == Address("ana@shop.example", "Ana")
    assert message.from_refused is None
    assert message.to == (Address("support@acme.example", "Support"), Address("b@c.example"))
    assert [each.email for each in message.cc] == ["d@e.example"]
    assert [each.email for each in message.reply_to] == ["ana@home.example"]
    assert message.subject == "Order 66 is late"
    assert message.kind is MailKind.HUMAN
    assert message.text.split() == ["Hello,", "where", "is", "it?"]
    assert message.fresh == "Hello,\nwhere is it?"
    assert message.references == ("9@acme.example", "0@acme.example")
    assert message.delivered_to == ("support+x1@acme.example",)
    assert message.flaws == ()
    assert message.size == len(raw)
    assert raw.startswith(message.raw_headers)
    assert len(message.digest) == 64


WORDS = [
    (b"=?utf-8?q?caf=C3=A9?=", "café"),
    (b"=?iso-8859-1?Q?caf=E9?= =?iso-8859-1?Q?_cr=E8me?=", "café crème"),
    (b"=?UTF-8?B?Y2Fmw4M=?= =?UTF-8?B?qQ==?=", "cafÃ" + "\ufffd"),  # bytes that never were a letter
    (b"=?utf-8?b?4oI=?=\r\n =?utf-8?b?rA==?=", "€"),  # a letter broken across two words
    (b"=?utf-8*en?q?hello?= there", "hello there"),
    (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
    (b"=?gb2312?B?1tDOxA==?=", "中文"),
    (b"=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"),
    (b"=?windows-1252?Q?=93quoted=94?=", "“quoted”"),
    (b"=?x-unknown?q?plain?=", "plain"),
    (b"=?utf-8?q?hello=0D=0ABcc:_x=40y.example?=", "hello Bcc: x@y.example"),
    (b"=?utf-8?q?a b c?=", "a b c"),  # blanks that should have been underscores
    (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
    (b"Re: =?utf-8?q?=C3=A4?= b", "Re: ä b"),
    ("Grüße aus Köln".encode(), "Grüße aus Köln"),
    (b"caf\xe9", "caf\ufffd"),  # nobody declared it, so nobody guesses
    (b"nul\x00 and bell\x07", "nul and bell"),
    (b"", ""),
]


@pytest.mark.parametrize(("raw", "text"), WORDS)
def test_subjects_are_decoded(raw: bytes, text: str) -> None:
    """RFC 2047 as it is written, and as it is broken."""
    assert read_message(mail(b"Subject: " + raw + b"\r\n")).subject == text


BODIES = [
    (b"text/plain; charset=utf-8", "Grüße".encode(), "Grüße"),
    (b"text/plain", "Grüße".encode(), "Grüße"),
    (b"text/plain", b"Gr\xfc\xdfe", "Grüße"),
    (b"text/plain; charset=us-ascii", b"Gr\xfc\xdfe", "Grüße"),
    (b"text/plain; charset=iso-8859-1", b"\x93Gr\xfc\xdfe\x94", "“Grüße”"),
    (b"text/plain; charset=utf-8", b"Gr\xfc\xdfe", "Grüße"),
    (b'text/plain; charset="iso-2022-jp"', b"\x1b$BF|K\\\x1b(B", "日本"),
    (b"text/plain", b"\x1b$BF|K\\\x1b(B", "日本"),
    (b"text/plain; charset=shift_jis", "日本".encode("cp932"), "日本"),
    (b"text/plain; charset=gb2312", "中文".encode("gb18030"), "中文"),
    (b"text/plain; charset=ks_c_5601-1987", "한국".encode("cp949"), "한국"),
    (b"text/plain; charset=koi8-r", "Привет".encode("koi8-r"), "Привет"),
    (b"text/plain; charset=unicode-1-1-utf-7", "Grüße".encode("utf-7"), "Grüße"),
    (b"text/plain; charset=utf-7", b"Hi +2ADeAA- there", "Hi"),  # lone surrogates
    (b"text/plain; charset=nonsense", "Grüße".encode(), "Grüße"),
    (b"text/plain; charset=punycode", "Grüße".encode(), "Grüße"),
    (b"text/plain; charset=", "Grüße".encode(), "Grüße"),
    (b"text/plain; charset=\x00", "Grüße".encode(), "Grüße"),
    (b"text", b"plain words", "plain words"),
    (b"TEXT/Plain; CharSet=UTF-8", b"plain words", "plain words"),
    (b"not a type at all", b"plain words", "plain words"),
    (b"text/plain; name=letter.txt", b"plain words", "plain words"),
    (b"text/plain; format=flowed", b"one \r\ntwo\r\n> q \r\n> r", "one two\n> q \n> r"),
    (b'text/plain; format=flowed; delsp=yes', b"ab \r\ncd\r\n", "abcd"),
    (b"text/html", b"<p>Hello</p><p>there</p>", "Hello\n\nthere"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "text"), BODIES)
def test_bodies_are_decoded(kind: bytes, body: bytes, text: str) -> None:
    """Declared, undeclared and falsely declared charsets."""
    got = read_message(mail(b"Content-Type: " + kind + b"\r\n", body)).text
    assert got.strip().startswith(text)
    got.encode("utf-8")


ENCODED = [
    (b"base64", base64.b64encode(b"hello there"), "hello there"),
    (b"BASE64 ", b"aGVsbG8\r\n gdGhlcmU", "hello there"),
    (b"base64", b"aGVsbG8=\r\nIHRoZXJl\r\n", "hello there"),  # padded line by line
    (b"base64", b"aGVsbG8gdGhlcmU=\r\n-- \r\nlist footer, plain\r\n", "hello there"),
    (b"base64", b"this is no base64 at all!", "this is no base64 at all!"),
    (b"base64", b"aGVsb", "hel"),
    (b"quoted-printable", b"hello =\r\nthere=20\r\n", "hello there"),
    (b"quoted-printable;", b"caf=E9", "caf"),
    (b"Quoted-Printable (comment)", b"a=3Db", "a=b"),
    (b"quoted-printable", b"bad =XY escape", "bad =XY escape"),
    (b"7-bit", b"hello", "hello"),
    (b"spam", b"hello", "hello"),
    (b"x-uuencode", b"begin 644 a\n%:&5L;&\\\n`\nend\n", "hello"),
    (b"", b"hello", "hello"),
]


@pytest.mark.parametrize(("how", "body", "text"), ENCODED)
def test_transfer_encodings_are_undone(how: bytes, body: bytes, text: str) -> None:
    """As standards say, and as mail programs write them."""
    got = read_message(mail(b"Content-Transfer-Encoding: " + how + b"\r\n", body)).text
    assert got.strip().startswith(text)


DATES = [
    (b"Thu, 1 Oct 2026 10:00:00 +0200", datetime(2026, 10, 1, 8, tzinfo=UTC)),
    (b"1 Oct 2026 10:00 EST", datetime(2026, 10, 1, 15, tzinfo=UTC)),
    (b"Thu 1 Oct 2026 10:00:00", datetime(2026, 10, 1, 10, tzinfo=UTC)),
    (b"Thu, 1 Oct 26 10:00:00 -0600 (MDT)", datetime(2026, 10, 1, 16, tzinfo=UTC)),
    (b"2026-10-01T10:00:00+02:00", datetime(2026, 10, 1, 8, tzinfo=UTC)),
    (b"2026-10-01 10:00:00", datetime(2026, 10, 1, 10, tzinfo=UTC)),
]


@pytest.mark.parametrize(("raw", "at"), DATES)
def test_odd_dates_are_read(raw: bytes, at: datetime) -> None:
    """A date without a zone is UTC."""
    assert read_message(b"Date: " + raw + b"\n\nx").date == at


def test_a_missing_date_is_the_time_of_receipt() -> None:
    """INTERNALDATE first, else the last hop's stamp, else none."""
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert read_message(b"From: a@b.example\n\nx", received=at).date == at
    assert read_message(b"Date: soon\n\nx", received=at).date == at
    hop = b"Received: from a by b; Sun, 1 Nov 2026 09:00:00 +0000\n\nx"
    assert read_message(hop).date == at
    assert read_message(b"Date: Fri, 31 Dec 9999 23:59:59 -1200\n\nx").date is None
    late = read_message(b"Date: Thu, 1 Oct 2037 10:00:00 +0200\n\nx", received=at)
    assert (late.date, late.flaws[0]) == (at, "date lies in the future")


def test_of_alternatives_the_plain_one_is_read() -> None:
    """The HTML is kept for its structure."""
    message = read_message(multi(PLAIN, HTML, kind=b"alternative"))
    assert message.text == "plain words"
    assert "<b>rich</b>" in message.html
    empty = read_message(
        multi(b"Content-Type: text/plain\r\n\r\n  \r\n", HTML, kind=b"alternative")
    )
    assert empty.text == "rich words"


def test_attachments_have_names_and_sizes() -> None:
    """Decoded names and sizes; RFC 2231 in pieces; never the path somebody wants us to write to."""
    pieces = (
        b"Content-Type: image/png;\r\n name*0*=utf-8''%C3%BCber;\r\n name*1=sicht.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAECAw=="
    )
    tnef = b"Content-Type: application/ms-tnef\r\n\r\nxxxx"
    message = read_message(multi(PLAIN, FILE, pieces, tnef))
    assert message.attachments == (
        Attachment("Résumé.pdf", "application/pdf", 5),
        Attachment("übersicht.png", "image/png", 4),
        Attachment("winmail.dat", "application/ms-tnef", 4),
    )
    assert message.text == "plain words"
    assert "winmail.dat is not opened" in message.flaws


def test_text_files_are_attachments_and_unnamed_texts_are_text() -> None:
    """RFC 8621 §4.1.4."""
    log = b"Content-Type: text/plain; name=error.log\r\n\r\nTraceback"
    more = b"Content-Type: text/plain\r\n\r\nmore words"
    shut = b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nhidden"
    message = read_message(multi(PLAIN, log, more, shut))
    assert message.text == "plain words\n\nmore words"
    assert [each.name for each in message.attachments] == ["error.log", ""]


def test_an_attached_mail_is_the_forwarded_one() -> None:
    """Its words do not become this writer's."""
    inner = (
        b"Content-Type: message/rfc822\r\n\r\nFrom: Carl <carl@customer.example>\r\n"
        b"To: ana@shop.example\r\nSubject: Broken\r\nDate: Thu, 1 Oct 2026 09:00:00 +0200\r\n\r\n"
        b"It does not work."
    )
    message = read_message(multi(PLAIN, inner))
    assert message.text == message.fresh == "plain words"
    assert message.forwarded is not None
    assert message.forwarded.sender == Address("carl@customer.example", "Carl")
    assert (message.forwarded.subject, message.forwarded.text) == ("Broken", "It does not work.")
    assert message.attachments[0].name == "Broken.eml"


def test_an_inline_forward_leaves_the_note_fresh() -> None:
    """The cover note is this writer's, the block is not."""
    raw = mail(
        b"Subject: Fwd: Broken\r\n",
        b"Please take this.\r\n\r\n---------- Forwarded message ---------\r\n"
        b"From: Carl <carl@customer.example>\r\nDate: Thu, Oct 1, 2026 at 9:00 AM\r\n"
        b"Subject: Broken\r\nTo: <ana@shop.example>\r\n\r\nIt does not work.\r\n",
    )
    message = read_message(raw)
    assert message.fresh == "Please take this."
    assert message.forwarded is not None
    assert message.forwarded.sender == Address("carl@customer.example", "Carl")


def test_duplicate_headers_are_flaws_and_the_first_counts() -> None:
    """Two subjects, two ids: the topmost is what mail programs show."""
    message = read_message(
        b"Subject: first\nSubject: second\nMessage-ID: <a@b>\nMessage-ID: <c@d>\n\nx"
    )
    assert (message.subject, message.message_id) == ("first", "a@b")
    assert {"more than one subject header", "more than one message-id header"} <= set(message.flaws)


def test_ids_are_found_where_people_and_programs_put_them() -> None:
    """An address in prose is no id; an id without brackets is one."""
    raw = (
        b'In-Reply-To: Message from Ana <ana@shop.example> of "Thu" <1@x.example>\n'
        b"References: 2@x.example <3@x.example>\n <1@x.example>\n"
        b"X-Microsoft-Original-Message-ID: <4@x.example>\n\nx"
    )
    message = read_message(raw)
    assert message.references == ("3@x.example", "1@x.example")
    assert message.other_ids == ("4@x.example",)


def test_our_own_mail_is_known_by_header_or_id() -> None:
    """Either is enough: relays rewrite ids, and drop headers."""
    own = Own("inst-1", lambda name: name == "signed@us", lambda _: ())
    assert read_message(b"X-Deskless-Loop: inst-1\n\nx", own=own).kind is MailKind.OWN
    assert read_message(b"Message-ID: <signed@us>\n\nx", own=own).kind is MailKind.OWN
    assert read_message(b"X-Deskless-Loop: inst-2\n\nx", own=own).kind is MailKind.AUTO_REPLY
    assert read_message(b"Message-ID: <other@us>\n\nx", own=own).kind is MailKind.HUMAN
    assert (
        read_message(
            b"Message-ID: <other@us>\n\nx", own=Own("", lambda _: False, lambda _: ())
        ).kind
        is MailKind.HUMAN
    )


def test_what_we_sent_is_cut_from_what_is_fresh() -> None:
    """The stored brief goes, wherever it stands."""
    brief = "Case ACME-1 is yours.\nReply ACCEPT or BOUNCE."
    own = Own("i", lambda _: False, lambda ids: (brief,) if "b@us" in ids else ())
    message = read_message(b"References: <b@us>\n\nok\n\n" + brief.encode(), own=own)
    assert message.fresh == "ok"
