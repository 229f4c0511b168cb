"""The embedded provider behaves like a real one: servers, stamps, refusals, bounces."""

import asyncio
import email
import email.policy
import gc
import re
import subprocess
import sys
import threading
import time

import pytest

from deskless.agent.demo.post import Habits, PostOffice
from deskless.agent.demo.post_bounce import HandedIn, bounce_report
from deskless.agent.demo.post_stamp import Handed, Stamp, author_domain
from deskless.mailbox.imap.inbox import FolderCursor, Inbox, LoginRefused, Unreachable
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.smtp import Courier, Permanent, Temporary

HERE = "mx.acme.example"
SUPPORT, MAYA = "support@acme.example", "maya@acme.example"


def mail(sender: str, number: int = 1, extra: str = "") -> bytes:
    """A small mail."""
    return f"{extra}From: {sender}\r\nMessage-ID: <{number}@test>\r\n\r\nwords\r\n".encode()


async def _send(post: PostOffice, user: str, to: str, raw: bytes, sender: str = "") -> str:
    secret = "secret"
    account = MailAccount.parse(post.smtp_url(user), secret=secret)
    if not user:
        account = MailAccount.parse(f"smtp://127.0.0.1:{post.smtp_port}/?plain=1")
    courier = Courier(account, timeout=5)
    try:
        return (await courier.send(sender or user, [to], raw)).reply
    finally:
        await courier.close()


def send(post: PostOffice, user: str, to: str, raw: bytes, sender: str = "") -> str:
    """Over real SMTP; an empty user is somebody from outside who does not log in."""
    return asyncio.run(_send(post, user, to, raw, sender))


def verdict(raw: bytes, authserv: str = HERE) -> str:
    """The one dmarc result that this provider stamped."""
    head = re.split(rb"\r?\n\r?\n", raw)[0].decode()
    [stamp] = re.findall(rf"(?im)^authentication-results: {authserv};(?:.|\n[ \t])*", head)
    [result] = re.findall(r"dmarc=(\w+)", stamp)
    return str(result)


def test_it_starts_in_no_time() -> None:
    """With a dozen people, in about a tenth of a second."""
    users = {f"user{number}@acme.example": "secret" for number in range(12)}
    start = time.monotonic()
    with PostOffice(users):
        assert time.monotonic() - start < 2


def test_everything_an_inbox_needs_works(post: PostOffice) -> None:
    """Baseline, search, fetch, wait, find, append, folders: bytes identical, flags untouched."""
    box = Inbox(MailAccount.parse(post.imap_url(SUPPORT), secret="secret"), timeout=5)
    cursor = box.baseline("INBOX")
    raws = [
        mail("ada@customer.example", number) + b"\xff\xfe 8-bit\r\n.\r\n" for number in range(30)
    ]
    for raw in raws:
        post.put(SUPPORT, raw)
    assert box.wait("INBOX", 5)
    seen: list[bytes] = []
    while True:
        batch = box.fetch(cursor, limit=7)
        seen += [arrival.raw for arrival in batch.arrivals]
        cursor = batch.cursor
        if not batch.more:
            break
    assert seen == raws
    assert box.find("<3@test>", ["Sent", "INBOX"]) == "INBOX"
    assert box.find("<@test>", ["INBOX"]) is None
    box.append(box.folders()["sent"], mail(SUPPORT, 99))
    assert post.mailbox(SUPPORT, "Sent") == [mail(SUPPORT, 99)]
    assert box.probe().idle
    assert not box.wait("INBOX", 0.05)
    box.close()


def test_a_giant_is_read_in_outline_here_too(post: PostOffice) -> None:
    """The partial fetches work against this server as well."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "ada@customer.example"
    message.set_content("short words\n")
    message.add_attachment(b"\0" * 2_500_000, maintype="image", subtype="png", filename="big.png")
    post.put(SUPPORT, message.as_bytes())
    box = Inbox(MailAccount.parse(post.imap_url(SUPPORT), secret="secret"), timeout=5)
    [arrival] = box.fetch(FolderCursor("INBOX", box.baseline("INBOX").uidvalidity, 0)).arrivals
    assert arrival.partial
    read = email.message_from_bytes(arrival.raw, policy=email.policy.default)
    assert [part.get_filename() for part in read.iter_attachments()] == ["big.png"]
    body = read.get_body()
    assert body is not None
    assert body.get_content().rstrip() == "short words"  # pymap counts the last line end in
    box.close()


@pytest.mark.slow
def test_idle_survives_the_garbage_collector(post: PostOffice) -> None:
    """20 waits with a collection in each: nobody is thrown out."""
    box = Inbox(MailAccount.parse(post.imap_url(SUPPORT), secret="secret"), timeout=5)
    cursor = box.baseline("INBOX")
    for number in range(20):
        timer = threading.Timer(0.01, post.put, (SUPPORT, mail("a@b.example", number)))
        timer.start()
        gc.collect()
        assert box.wait("INBOX", 5)
        cursor = box.fetch(cursor).cursor
        timer.join()
    box.close()


def test_a_cut_line_is_noticed_and_mended(post: PostOffice) -> None:
    """As when a provider restarts."""
    box = Inbox(MailAccount.parse(post.imap_url(SUPPORT), secret="secret"), timeout=5)
    box.baseline("INBOX")
    timer = threading.Timer(0.05, post.hang_up)
    timer.start()
    with pytest.raises(Unreachable):
        box.wait("INBOX", 30)
    timer.join()
    post.put(SUPPORT, mail("a@b.example"))
    assert box.wait("INBOX", 5)
    box.close()


HABITS = Habits(
    outsiders={"ada@customer.example": "secret", "eve@evil.example": "secret"},
    aliases={"deskless@acme.example": SUPPORT},
    dmarc=frozenset({"customer.example", "evil.example"}),
    undeliverable=frozenset({"nowhere.example"}),
    keep_sent=True,
)
USERS = {SUPPORT: "secret", MAYA: "secret", "lee@other.example": "secret"}


@pytest.mark.parametrize(
    ("user", "author_", "result"),
    [
        (MAYA, MAYA, "pass"),
        (MAYA, SUPPORT, "pass"),  # a colleague can forge within the domain: the token stops him
        (MAYA, "lee@other.example", "fail"),
        (MAYA, "bob@customer.example", "fail"),
        ("ada@customer.example", "ada@customer.example", "pass"),
        ("ada@customer.example", "Ada <ada@sub.customer.example>", "pass"),
        ("eve@evil.example", MAYA, "fail"),
        ("eve@evil.example", '"maya@acme.example" <eve@evil.example>', "pass"),
        ("eve@evil.example", "someone@unknown.example", "none"),
        ("", MAYA, "fail"),
        ("", "someone@unknown.example", "none"),
        ("eve@evil.example", "maya@acme.example, eve@evil.example", "permerror"),
        ("eve@evil.example", "eve@evil.example\r\nFrom: maya@acme.example", "permerror"),
        ("eve@evil.example", "nobody", "permerror"),
    ],
)
def test_the_verdict_is_that_of_a_provider(user: str, author_: str, result: str) -> None:
    """Who logged in has proved one domain; From is judged against it, as DMARC does."""
    with PostOffice(USERS, authserv=HERE, habits=HABITS) as post:
        send(post, user, SUPPORT, mail(author_), sender=user or "x@unknown.example")
        [raw] = post.wait(SUPPORT, 1)
    assert verdict(raw) == result


FORGED = [
    f"Authentication-Results: {HERE}; dmarc=pass header.from=acme.example\r\n",
    f"authentication-results : {HERE.upper()}; dmarc=pass\r\n",
    f"Authentication-Results:\r\n\t{HERE};\r\n\tdmarc=pass header.from=acme.example\r\n",
    f"Authentication-Results: (hi) {HERE} 1; dmarc=pass\r\n",
    f'Authentication-Results: "{HERE}"; dmarc=pass\r\n',
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_verdict_forged_in_our_name_is_taken_out(forged: str) -> None:
    """RFC 8601 §5, however it is spelled; those of others stay."""
    other = "Authentication-Results: elsewhere.example; dmarc=pass\r\n"
    with PostOffice(USERS, authserv=HERE, habits=HABITS) as post:
        send(post, "eve@evil.example", SUPPORT, mail(MAYA, extra=forged + other))
        [raw] = post.wait(SUPPORT, 1)
    assert verdict(raw) == "fail"
    assert raw.lower().count(b"authentication-results") == 2
    assert other.encode() in raw
    assert raw.endswith(mail(MAYA))


def test_a_stamp_leaves_everything_else_alone() -> None:
    """Byte for byte behind the new headers, also with bare LF, 8-bit and no body."""
    stamp = Stamp(HERE, frozenset())
    handed = Handed("a@b.example", SUPPORT, "b.example", "b.example", 1.7e9)
    for raw in (
        b"From: a@b.example\r\nX:  odd \r\n\r\nbody\r\n\r\nFrom: c@d.example\r\n",
        b"From: a@b.example\nSubject: \xe4\n\nbody",
        b"From: a@b.example\r\n",
        b"no header at all",
        b"",
    ):
        out = stamp.put(raw, handed)
        assert out.endswith(raw)
        assert out.startswith(b"Return-Path: <a@b.example>")


@pytest.mark.parametrize(
    ("head", "domain"),
    [
        (b"From: a@b.example", "b.example"),
        (b"FROM : <A@B.Example>", "b.example"),
        (b'From: "x@y.example" <a@b.example>', "b.example"),
        (b"From: (x@y.example) a@b.example", "b.example"),
        (b"From:\r\n a@b.example", "b.example"),
        (b"From: <a@b.example>, <c@d.example>", None),
        (b"From: a@b.example\r\nFrom: a@b.example", None),
        (b"Sender: a@b.example", None),
        (b"", None),
    ],
)
def test_the_author_is_one_address_or_nobody(head: bytes, domain: str | None) -> None:
    """What a receiving server takes the From for."""
    assert author_domain(head) == domain


def test_who_lives_here_and_who_does_not() -> None:
    """Plus-tags and aliases lead home; others are unknown; relaying needs a login."""
    with PostOffice(USERS, habits=HABITS) as post:
        send(post, MAYA, "Support+TAG@acme.example", mail(MAYA, 1))
        send(post, MAYA, "deskless+abc@acme.example", mail(MAYA, 2))
        first, second = post.wait(SUPPORT, 2)
        assert b"Delivered-To: Support+TAG@acme.example" in first
        assert b"Delivered-To: deskless+abc@acme.example" in second
        with pytest.raises(Permanent, match="no such user"):
            send(post, MAYA, "nobody@acme.example", mail(MAYA))
        with pytest.raises(Permanent, match="relaying"):
            send(post, "", "bob@customer.example", mail(MAYA), sender="x@y.example")
        with pytest.raises(LookupError):
            post.deliver("nobody@acme.example", mail(MAYA))
        with pytest.raises(LookupError):
            post.mailbox("ada@customer.example")
        with pytest.raises(LoginRefused):
            Inbox(MailAccount.parse(post.imap_url(MAYA), secret="wrong"), timeout=5).connect()


def test_mail_from_outside_can_be_dropped_in() -> None:
    """Honest mail passes where its domain publishes DMARC; forged mail fails there."""
    with PostOffice(USERS, authserv=HERE, habits=HABITS) as post:
        post.deliver(SUPPORT, mail("bob@customer.example", 1))
        post.deliver(SUPPORT, mail("bob@customer.example", 2), forged=True)
        post.deliver(SUPPORT, mail("bob@plain.example", 3))
        post.deliver(SUPPORT, mail("mailer-daemon@plain.example", 4), sender="")
        mails = post.wait(SUPPORT, 4)
        assert [verdict(raw) for raw in mails] == ["pass", "fail", "none", "none"]
        assert mails[3].startswith(b"Return-Path: <>\r\n")
        post.empty(SUPPORT)
        assert post.mailbox(SUPPORT) == []


def test_long_lines_pass_as_they_do_elsewhere() -> None:
    """Newsletters have lines of many thousand characters; an RFC would refuse them."""
    raw = mail(MAYA) + b"x" * 100_000 + b"\r\n"
    with PostOffice(USERS) as post:
        send(post, MAYA, SUPPORT, raw)
        assert post.wait(SUPPORT, 1)[0].endswith(raw)


def test_copies_of_what_people_send_are_kept_like_gmail_does() -> None:
    """In the sender's Sent folder, unstamped; outsiders have none."""
    with PostOffice(USERS, habits=HABITS) as post:
        send(post, MAYA, SUPPORT, mail(MAYA))
        assert post.mailbox(MAYA, "Sent") == [mail(MAYA)]
        send(post, "ada@customer.example", SUPPORT, mail("ada@customer.example"))


def test_faults_come_as_ordered() -> None:
    """451 once and then well; 550 for good; refused after DATA; the lie of a 4xx after storing."""
    with PostOffice(USERS) as post:
        post.fail(SUPPORT, "451 4.7.1 greylisted")
        with pytest.raises(Temporary, match="greylisted"):
            send(post, MAYA, SUPPORT, mail(MAYA))
        send(post, MAYA, SUPPORT, mail(MAYA))
        post.fail(SUPPORT, "550 5.7.1 never", times=9, step="data")
        with pytest.raises(Permanent):
            send(post, MAYA, SUPPORT, mail(MAYA))
        assert len(post.mailbox(SUPPORT)) == 1
        post.fail(SUPPORT, "451 4.3.0 oops", step="stored")
        with pytest.raises(Temporary):
            send(post, MAYA, SUPPORT, mail(MAYA))
        assert len(post.mailbox(SUPPORT)) == 2
        with pytest.raises(ValueError, match="step"):
            post.fail(SUPPORT, "451", step="never")


def test_mail_to_a_dead_domain_comes_back() -> None:
    """As a real report (RFC 3464) with the null sender; a bounce never bounces."""
    with PostOffice(USERS, authserv=HERE, habits=HABITS) as post:
        send(post, SUPPORT, "bob@nowhere.example", mail(SUPPORT))
        send(post, SUPPORT, "bob@customer.example", mail(SUPPORT))
        assert [sent.recipient for sent in post.outgoing] == [
            "bob@nowhere.example", "bob@customer.example",
        ]  # fmt: skip
        [raw] = post.wait(SUPPORT, 1)
        report = email.message_from_bytes(raw, policy=email.policy.default)
        assert report["Return-Path"] == "<>"
        assert report.get_content_type() == "multipart/report"
        status = [
            part for part in report.walk() if part.get_content_type() == "message/delivery-status"
        ]
        assert "bob@nowhere.example" in status[0].as_string()
        assert "5.1.1" in status[0].as_string()
        assert "<1@test>" in report.as_string()
        post.bounce_from("customer.example")
        send(post, SUPPORT, "bob@customer.example", mail(SUPPORT))
        assert len(post.wait(SUPPORT, 2)) == 2


def test_a_report_names_its_reason() -> None:
    """The enhanced status is the reason's own."""
    mail_ = HandedIn(SUPPORT, "bob@x.example", mail(SUPPORT))
    assert b"Status: 4.2.2" in bounce_report(mail_, HERE, 1.7e9, "452 4.2.2 mailbox full")
    assert b"Status: 5.0.0" in bounce_report(mail_, HERE, 1.7e9, "no")


def test_waiting_ends_when_mail_comes_or_never_does(post: PostOffice) -> None:
    """No sleeping in either case."""
    timer = threading.Timer(0.05, post.put, (MAYA, b"x"))
    timer.start()
    assert post.wait(MAYA, 1) == [b"x"]
    timer.join()
    with pytest.raises(TimeoutError, match="1 of 2"):
        post.wait(MAYA, 2, seconds=0.05)


def test_its_clock_can_be_moved() -> None:
    """Received and INTERNALDATE follow it."""
    now = [1_700_000_000.0]
    with PostOffice(USERS, clock=lambda: now[0]) as post:
        post.deliver(SUPPORT, mail("a@b.example"))
        now[0] += 86_400
        post.deliver(SUPPORT, mail("a@b.example"))
        box = Inbox(MailAccount.parse(post.imap_url(SUPPORT), secret="secret"), timeout=5)
        value, two = box.fetch(FolderCursor("INBOX", box.baseline("INBOX").uidvalidity, 0)).arrivals
        box.close()
    assert value.received.timestamp() == 1_700_000_000
    assert (two.received - value.received).days == 1
    assert b"14 Nov 2023" in value.raw


def test_an_office_without_people_is_a_mistake() -> None:
    """Said at once."""
    with pytest.raises(ValueError, match="at least one"):
        PostOffice({})


def test_the_daemon_never_imports_it() -> None:
    """pymap and aiosmtpd are an extra of the demo."""
    code = (
        "import sys, deskless.mailbox.imap.inbox, deskless.mailbox.transport.smtp;"
        "print({name.split('.')[0] for name in sys.modules} & {'pymap', 'aiosmtpd', 'msal'})"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "set()"
