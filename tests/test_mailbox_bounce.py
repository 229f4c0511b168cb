"""Mail that came back: recognised, and whose address it was about."""

import json
from collections import Counter
from pathlib import Path

import pytest
from corpora import corpora

from deskless.mailbox.message import Absence, FailedRecipient, MailKind, Message
from deskless.mailbox.parse import read_message

DSN = """From: MAILER-DAEMON@mx.example
Return-Path: <>
Auto-Submitted: auto-replied
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I could not deliver your mail to <{address}>.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{blocks}
--b
Content-Type: message/rfc822

From: support@acme.example
To: {address}
Subject: Hello

Hi
--b--
"""


def dsn(*blocks: str, address: str = "ana@shop.example") -> Message:
    return read_message(DSN.format(address=address, blocks="\n\n".join(blocks)).encode())


def block(address: str, status: str, said: str = "", action: str = "failed") -> str:
    code = f"Diagnostic-Code: smtp; {said}\n" if said else ""
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n{code}".strip()


def test_a_delivery_report_names_recipient_status_and_permanence() -> None:
    """RFC 3464; a bounce although Auto-Submitted stands there too."""
    value = dsn(block("Ana@Shop.example", "5.1.1", "550 5.1.1 user unknown"))
    assert value.kind is MailKind.BOUNCE
    assert value.bounce == (FailedRecipient("ana@shop.example", "5.1.1", True),)
    assert value.forwarded is None


def test_every_recipient_is_named_once() -> None:
    """Several blocks, one of them of a mail that arrived."""
    value = dsn(
        block("a@x.example", "5.1.1"),
        block("b@x.example", "4.4.7", action="delayed"),
        block("a@x.example", "5.1.1"),
        block("c@x.example", "2.0.0", action="delivered"),
    )
    assert [(each.address, each.permanent) for each in value.bounce] == [
        ("a@x.example", True),
        ("b@x.example", False),
    ]


def test_a_report_of_success_is_no_bounce() -> None:
    """It is an automatic answer, and nobody is unreachable."""
    value = dsn(block("a@x.example", "2.0.0", action="delivered"))
    assert value.kind is MailKind.AUTO_REPLY
    assert value.bounce == ()


LASTING = [
    ("5.1.1", "550 5.1.1 <a@x>: Recipient address rejected: User unknown", True),
    ("5.1.2", "Host or domain name not found", True),
    ("5.1.10", "Domain does not accept mail (nullMX)", True),
    ("5.0.0", "550 no such user here", True),
    ("5.2.1", "550 5.2.1 The user does not exist", True),
    ("5.2.2", "552 5.2.2 mailbox full", False),
    ("5.1.1", "552 mailbox over quota", False),
    ("5.7.1", "554 5.7.1 blocked by spam policy", False),
    ("5.1.8", "550 5.1.8 Sender address rejected: Domain not found", False),
    ("4.1.1", "450 4.1.1 user unknown in relay table", False),
    ("4.4.7", "delivery time expired", False),
    ("5.3.4", "message too large", False),
]


@pytest.mark.parametrize(("status", "said", "final"), LASTING)
def test_permanent_means_that_the_address_is_dead(status: str, said: str, final: bool) -> None:
    """A full mailbox, a refusal of this one mail and a time-out may pass."""
    assert dsn(block("ana@shop.example", status, said)).bounce[0].permanent is final


def test_a_better_status_in_the_words_counts() -> None:
    """x.0.0 says nothing; the server's own line may."""
    value = dsn(block("ana@shop.example", "5.0.0", "550 5.1.1 user unknown"))
    assert value.bounce[0].status == "5.1.1"


def test_the_whole_address_is_taken_where_the_final_one_is_local() -> None:
    """`kijitora@server` helps nobody."""
    text = "Original-Recipient: rfc822;ana@shop.example\n" + block("ana@server", "5.1.1")
    assert dsn(text).bounce[0].address == "ana@shop.example"


TEXTS = [
    "Your message was not delivered to:\n\n  ana@shop.example\n    550 unknown user\n",
    "<ana@shop.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
    "   ----- The following addresses had permanent fatal errors -----\n<ana@shop.example>\n",
    "RCPT TO:<ana@shop.example> failed: 550 user unknown. Questions? help@mx.example\n",
    "The mail to ana@shop.example could not be delivered. Contact postmaster@mx.example.\n",
    "Recipient: ana@shop.example\nReason: not found\n\n--- Original message ---\nTo: x@y.org",
    "送信できませんでした。\n宛先: ana@shop.example\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_of_a_server_name_the_recipient(text: str) -> None:
    """By what stands around an address; the server's own and the writer's are left out."""
    head = "From: mailer-daemon@mx.example\nTo: support@acme.example\nSubject: failure notice\n\n"
    message = read_message((head + text).encode())
    assert message.kind is MailKind.BOUNCE
    assert [each.address for each in message.bounce] == ["ana@shop.example"]


def test_a_header_names_the_recipients() -> None:
    """Exim's, and Gmail's."""
    message = read_message(
        b"From: x@mx.example\nX-Failed-Recipients: a@b.example, c@d.example\n\n"
        b"A message that you sent could not be delivered to one or more of its recipients."
    )
    assert [each.address for each in message.bounce] == ["a@b.example", "c@d.example"]


NOT = [
    "From: Ana <ana@shop.example>\nX-Failed-Recipients: a@b.example\n\nNobody can log in.",
    "From: Ana <ana@shop.example>\nSubject: Fwd: Undelivered Mail Returned\n\nWhat is it?",
    "From: Ana <ana@shop.example>\nSubject: Mail delivery failed\n\nI get: 550 user unknown. Help!",
    "From: Ana <ana@shop.example>\nSubject: Bounce rate\n\nYour message could not be delivered?",
    "From: Postmaster <postmaster@shop.example>\nSubject: About TLS\n\nWho runs your server?",
]


@pytest.mark.parametrize("raw", NOT)
def test_people_who_write_about_bounces_are_people(raw: str) -> None:
    """The words of a failure alone decide nothing."""
    assert read_message(raw.encode()).kind is MailKind.HUMAN


def test_a_list_that_shows_the_mail_it_would_not_send_on_is_a_bounce() -> None:
    """A loop, a duplicate: the list's manager writes, with the mail's own trace fields."""
    text = (
        "Duplicated Message-ID in <cats@x.example>.\n\nOriginal mail as follows:\n\n"
        "   From owner-cats@x.example  Thu Apr 29 23:34:45 2027\n"
        "   Return-Path: <owner-cats@x.example>\n   Delivered-To: cats@x.example\n"
        "   Received: from localhost (mx.x.example [127.0.0.1])\n"
    )
    head = "To: ana@shop.example\nSubject: Loop alert\n\n"
    assert (
        read_message(f"From: cats-admin@x.example\n{head}{text}".encode()).kind is MailKind.BOUNCE
    )
    assert (
        read_message(f"From: Ana <ana@shop.example>\n{head}{text}".encode()).kind is MailKind.HUMAN
    )


def test_a_notice_of_delivery_is_no_bounce_and_nobodys_letter() -> None:
    """Amazon's JSON reports success, too."""
    raw = 'From: no-reply@sns.example\n\n{"notificationType":"Delivery","mail":{}}'
    assert read_message(raw.encode()).kind is MailKind.AUTO_REPLY


OTHERWISE = {
    "flufl-groupwise_03.txt": MailKind.HUMAN,
    "flufl-qmail_08.txt": MailKind.AUTO_REPLY,
    "sisimai-lhost-amazonses-11.eml": MailKind.FEEDBACK,
    "sisimai-lhost-amazonses-12.eml": MailKind.AUTO_REPLY,
    "sisimai-lhost-amazonses-13.eml": MailKind.AUTO_REPLY,
    "sisimai-lhost-sendmail-14.eml": MailKind.HUMAN,
}


@pytest.mark.corpora
def test_the_corpus_of_bounces() -> None:
    """594 of 600 are bounces, and the other six are known for what they are.

    A person's mail, a person's forward of a bounce, a responder, a complaint, two reports of
    success. Recipients exact in at least 97 of 100 that name any.
    """
    folder = corpora("bounces")
    rows = map(json.loads, (folder / "expected.jsonl").read_text().splitlines())
    expected = {row["file"]: row["recipients"] for row in rows}
    counts: Counter[str] = Counter()
    for path in sorted((folder / "mails").iterdir()):
        message = read_message(path.read_bytes())
        counts["known"] += message.kind is MailKind.BOUNCE or message.kind is OTHERWISE.get(
            path.name
        )
        want = {each["address"].lower(): each for each in expected.get(path.name, [])}
        if not want or message.kind is not MailKind.BOUNCE:
            continue
        got = {each.address: each for each in message.bounce}
        counts["named"] += 1
        counts["exact"] += want.keys() == got.keys()
        for address in want.keys() & got.keys():
            given = want[address]["status"]
            if given and not given[4:].startswith("9"):  # 5.0.9xx is Sisimai's own, in no mail
                counts["status"] += 1
                counts["status right"] += given == got[address].status
            counts["final"] += 1
            counts["final right"] += want[address]["permanent"] == got[address].permanent
    assert counts["known"] == 600
    assert counts["exact"] / counts["named"] > 0.97
    assert counts["status right"] / counts["status"] > 0.92
    assert counts["final right"] / counts["final"] > 0.86


CASES = Path(__file__).resolve().parents[2] / "shared" / "cases" / "dsn"
WAITING = {"exim-12.eml", "exim-14.eml", "postfix-12.eml", "sendmail-08.eml"}
WAITING |= {"fault-C1-delayed-min.eml"}
DELIVERED = {"postfix-14.eml", "sendmail-06.eml"}


@pytest.mark.skipif(not CASES.exists(), reason="../shared/cases is not here")
@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*")))
def test_what_servers_return_is_final_as_their_action_says(name: str) -> None:
    """`failed` is, of any status; `delayed` is not, unless it says that the time is over."""
    raw = (CASES / name).read_bytes()
    value = read_message(raw)
    if name in DELIVERED:
        assert (value.kind, value.bounce) == (MailKind.AUTO_REPLY, ())
    else:
        assert value.kind is MailKind.BOUNCE
        inner = raw.rpartition(b"Subject: ")[0].rpartition(b"\nTo: ")[2].splitlines()[0].decode()
        assert value.bounce
        assert value.bounce[0].address in (inner or "") or "ana@" in value.bounce[0].address
        assert [recipient.final for recipient in value.bounce] == [name not in WAITING]
    assert value.absence is Absence.NONE


@pytest.mark.parametrize(
    ("action", "status", "said", "final"),
    [
        ("failed", "5.7.1", "550 5.7.1 refused by policy", True),
        ("failed", "4.4.7", "delivery time expired", True),
        ("failed", "5.2.2", "552 mailbox full", True),
        ("delayed", "4.4.1", "connection refused", False),
        ("delayed", "4.2.2", "452 out of storage", False),
        ("delayed", "4.4.7", "message delayed, retried until Monday", False),
        ("delayed", "4.4.7", "Envelope expired", True),
    ],
)
def test_final_is_what_the_server_gave_up(action: str, status: str, said: str, final: bool) -> None:
    """Whether the address is dead is another question."""
    assert dsn(block("ana@shop.example", status, said, action)).bounce[0].final is final


@pytest.mark.parametrize(
    ("subject", "text", "final"),
    [
        ("failure notice", "<a@x.example>:\nSorry, I wasn't able to deliver. I'm giving up.", True),
        ("Delayed Mail", "<a@x.example>: still being retried", False),
        ("Warning", "<a@x.example>\nWARNING MESSAGE ONLY. It will be retried for 3 days.", False),
    ],
)
def test_without_an_action_the_words_tell(subject: str, text: str, final: bool) -> None:
    """Of servers that send no report (RFC 3464) but a text."""
    raw = f"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: {subject}\n\n{text}\n"
    [recipient] = read_message(raw.encode()).bounce
    assert recipient.final is final
