"""The courier against a server that follows a script: what became of the mail is always known."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trustme
from dovecot import Dovecot
from scripted import Scripted, Talk, reset

from deskless.agent.demo.post import PostOffice
from deskless.mailbox.imap.inbox import Inbox
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.smtp import (
    Courier,
    LoginRefused,
    Permanent,
    SmtpReceipt,
    Temporary,
    Uncertain,
    effective_id,
)

RAW = b"Message-ID: <a@us>\r\nSubject: brief\r\n\r\n.hidden\r\nwords\r\n"
Act = Callable[[asyncio.StreamWriter], Awaitable[bytes]]
Answer = bytes | str
Value = TypeVar("Value")
SILENCE, RST, FIN = "silence", "rst", "fin"


def script(stored: list[bytes] | None = None, **said: Answer) -> Talk:
    """A server that answers each step (greet, ehlo, auth, mail, rcpt, data, dot) as told.

    `rcpt_b` is for the recipient b@…; an answer of SILENCE, RST or FIN is what it says.
    """
    mails = stored if stored is not None else []

    async def say(writer: asyncio.StreamWriter, step: str, usual: bytes) -> None:
        answer = said.get(step, usual)
        if answer == SILENCE:
            await asyncio.Event().wait()
        elif answer == RST:
            reset(writer)
            raise ConnectionResetError
        elif answer == FIN:
            raise ConnectionAbortedError
        else:
            assert isinstance(answer, bytes)
            writer.write(answer + b"\r\n")
            await writer.drain()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say(writer, "greet", b"220 mx.acme.example ESMTP")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                await say(writer, "ehlo", b"250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 10000000")
            elif word == b"AUTH":
                await say(writer, "auth", b"235 2.7.0 welcome")
            elif word == b"MAIL":
                await say(writer, "mail", b"250 ok")
            elif word == b"RCPT":
                step = "rcpt_b" if b"<b@" in line and "rcpt_b" in said else "rcpt"
                await say(writer, step, b"250 ok")
            elif word == b"DATA":
                await say(writer, "data", b"354 go on")
                if "data" in said:
                    continue
                body = b""
                while (part := await reader.readline()) != b".\r\n":
                    if not part:
                        return
                    body += part
                    if "body" in said:
                        await say(writer, "body", b"")
                if said.get("dot") != "lost":
                    mails.append(body)
                await say(writer, "dot", b"250 2.0.0 ok")
            elif word == b"QUIT":
                await say(writer, "quit", b"221 bye")
                return
            else:
                await say(writer, word.decode().strip().lower(), b"250 ok")

    return talk


def run(work: Coroutine[Any, Any, Value]) -> Value:
    """Run to the end, but never for ever."""
    return asyncio.run(asyncio.wait_for(work, 20))


def account(port: int) -> MailAccount:
    """The script's server."""
    return MailAccount.parse(f"smtp://maya%40acme.example@127.0.0.1:{port}/?plain=1", secret="pw")


async def deliver(port: int, to: tuple[str, ...] = ("a@acme.example",), **more: Any) -> SmtpReceipt:
    """One mail, one connection."""
    courier = Courier(account(port), timeout=more.pop("timeout", 0.4), **more)
    try:
        return await courier.send("maya@acme.example", list(to), RAW)
    finally:
        await courier.close()


def test_a_mail_arrives_as_it_was_written() -> None:
    """Dots are stuffed, nothing else is touched; the reply comes back."""
    stored: list[bytes] = []
    with Scripted(script(stored, dot=b"250 2.0.0 queued as 4711")) as server:
        receipt = run(deliver(server.port))
    assert receipt == SmtpReceipt("250 2.0.0 queued as 4711", None)
    assert stored == [RAW.replace(b"\r\n.hidden", b"\r\n..hidden")]


BEFORE: list[tuple[str, dict[str, Answer], type[Exception], int | None]] = [
    ("busy at the door", {"greet": b"421 too busy"}, Temporary, 421),
    ("closed to us", {"greet": b"554 go away"}, Permanent, 554),
    ("silent at the door", {"greet": SILENCE}, Temporary, None),
    ("reset at the door", {"greet": RST}, Temporary, None),
    ("login at another time", {"auth": b"454 4.7.0 try later"}, Temporary, 454),
    ("login refused", {"auth": b"535 5.7.8 no"}, LoginRefused, None),
    ("login wants more", {"auth": b"534 5.7.9 app password needed"}, LoginRefused, None),
    ("sender later", {"mail": b"451 4.3.0 try later"}, Temporary, 451),
    ("sender never", {"mail": b"550 5.7.1 not you"}, Permanent, 550),
    ("too big", {"mail": b"552 5.3.4 too big"}, Permanent, 552),
    ("greylisted", {"rcpt": b"450 4.7.1 greylisted"}, Temporary, 450),
    ("unknown person", {"rcpt": b"550 5.1.1 unknown"}, Permanent, 550),
    ("full box", {"rcpt": b"452 4.2.2 full"}, Temporary, 452),
    ("data later", {"data": b"451 later"}, Temporary, 451),
    ("data never", {"data": b"554 no"}, Permanent, 554),
    ("reset at data", {"data": RST}, Temporary, None),
    ("closed at data", {"data": FIN}, Temporary, None),
    ("silent at data", {"data": SILENCE}, Temporary, None),
    ("shutting down", {"rcpt": b"421 4.3.2 shutting down"}, Temporary, 421),
    ("nonsense", {"mail": b"hello there"}, Temporary, None),
]


@pytest.mark.parametrize(
    ("said", "kind", "code"), [row[1:] for row in BEFORE], ids=[r[0] for r in BEFORE]
)
def test_until_the_dot_nothing_was_sent(
    said: dict[str, Answer], kind: type[Exception], code: int | None
) -> None:
    """Every failure before it is Temporary, Permanent or LoginRefused, and stores nothing."""
    stored: list[bytes] = []
    with Scripted(script(stored, **said)) as server, pytest.raises(kind) as caught:
        run(deliver(server.port))
    assert stored == []
    if code is not None:
        assert caught.value.code == code  # type: ignore[attr-defined]


AFTER: list[tuple[str, Answer, type[Exception]]] = [
    ("silent after the dot", SILENCE, Uncertain),
    ("reset after the dot", RST, Uncertain),
    ("closed after the dot", FIN, Uncertain),
    ("nonsense after the dot", b"what?", Uncertain),
    ("refused after the dot", b"554 5.7.1 spam", Permanent),
    ("later after the dot", b"451 4.3.0 later", Temporary),
    ("shut down after the dot", b"421 4.3.2 closing", Temporary),
]


@pytest.mark.parametrize(("answer", "kind"), [row[1:] for row in AFTER], ids=[r[0] for r in AFTER])
def test_after_the_dot_only_an_answer_makes_it_certain(
    answer: Answer, kind: type[Exception]
) -> None:
    """The server may have the mail: that is said, and not taken for a failure."""
    stored: list[bytes] = []
    with Scripted(script(stored, dot=answer)) as server, pytest.raises(kind):
        run(deliver(server.port, patience=0.4))
    assert len(stored) == 1


def test_a_connection_reset_before_the_dot_is_a_plain_failure() -> None:
    """The same error for the library, told apart by the step that was taken."""
    gone = threading.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        for answer in (b"250-mx\r\n250 AUTH PLAIN", b"235 ok", b"250 ok", b"250 ok", b"354 go"):
            await reader.readline()
            writer.write(answer + b"\r\n")
        await reader.readuntil(b"words\r\n")
        reset(writer)
        await asyncio.sleep(0.02)  # the socket is closed by the loop's next round
        gone.set()

    def before_the_dot(step: str) -> None:
        if step == "dot":
            assert gone.wait(5)

    async def slowly(port: int) -> None:
        courier = Courier(account(port), timeout=5, hook=before_the_dot)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)

    with Scripted(talk) as server, pytest.raises(Temporary):
        run(slowly(server.port))


def test_one_refused_recipient_stops_the_mail_for_all() -> None:
    """So a second try never reaches anybody twice; the refused ones are named."""
    stored: list[bytes] = []
    both = ("a@acme.example", "b@acme.example")
    with Scripted(script(stored, rcpt_b=b"550 5.1.1 unknown")) as server:
        with pytest.raises(Permanent) as caught:
            run(deliver(server.port, both))
        assert caught.value.recipients == ("b@acme.example",)
    with Scripted(script(stored, rcpt_b=b"450 later")) as server, pytest.raises(Temporary):
        run(deliver(server.port, both))
    assert stored == []


def test_nobody_listens_there() -> None:
    """A closed port is a failure for now."""
    with Scripted(script()) as server:
        port = server.port
    with pytest.raises(Temporary):
        run(deliver(port))


def test_a_server_without_tls_gets_neither_password_nor_mail() -> None:
    """smtp:// insists on STARTTLS, though the server would take the password as it is."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx\r\n")
        while line := await reader.readline():
            seen.append(line)
            writer.write(b"250 AUTH PLAIN\r\n")

    async def work(port: int) -> None:
        plain = MailAccount.parse(f"smtp://maya@127.0.0.1:{port}/", secret="hush")
        await Courier(plain, timeout=2).send("a@x.example", ["b@x.example"], RAW)

    with Scripted(talk) as server, pytest.raises(Temporary, match="STARTTLS"):
        run(work(server.port))
    assert not any(b"AUTH" in line or b"MAIL" in line for line in seen)


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    """smtps:// with an authority of one's own; a stranger's certificate gets no mail."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    stored: list[bytes] = []

    async def work(url: str) -> None:
        courier = Courier(MailAccount.parse(url, secret="pw"), timeout=3)
        await courier.send("a@x.example", ["b@x.example"], RAW)
        await courier.close()

    with Scripted(script(stored), context) as server:
        host = f"maya@localhost:{server.port}"
        run(work(f"smtps://{host}/?ca={tmp_path / 'ca.pem'}"))
        with pytest.raises(Temporary, match="not trusted") as caught:
            run(work(f"smtps://{host}/"))
        assert "?ca=" in caught.value.cure
        with pytest.raises(Temporary, match="not trusted"):
            run(work(f"smtps://{host.replace('localhost', '127.0.0.1')}/?ca={tmp_path / 'ca.pem'}"))
    assert len(stored) == 1


@pytest.mark.dovecot
def test_starttls_and_login_through_a_relay(dovecot: Dovecot) -> None:
    """smtp:// against a server that offers STARTTLS; the stamp arrives in Dovecot."""
    user = dovecot.user("relay")
    raw = b"From: ada@strict.example\r\n\r\nhello\r\n"

    async def work() -> None:
        courier = Courier(dovecot.courier("ada@strict.example"), timeout=5)
        await courier.send("ada@strict.example", [f"{user}+tag@acme.example"], raw)
        assert courier._client is not None
        assert courier._client.get_transport_info("sslcontext") is not None
        await courier.close()

    run(work())
    box = Inbox(dovecot.account(user), timeout=5)
    [arrival] = box.fetch(box.beginning("INBOX")).arrivals
    box.close()
    assert b"dmarc=pass header.from=strict.example" in arrival.raw
    assert arrival.raw.startswith(b"Return-Path: <ada@strict.example>")


def test_the_connection_is_kept_for_several_mails() -> None:
    """And a refused mail in between does not spoil it."""
    stored: list[bytes] = []

    async def work(port: int) -> None:
        courier = Courier(account(port), timeout=2)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        with pytest.raises(Permanent):
            await courier.send("maya@acme.example", ["b@acme.example"], RAW)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        await courier.close()

    with Scripted(script(stored, rcpt_b=b"550 no")) as server:
        run(work(server.port))
        assert server.connections == 1
    assert len(stored) == 2


def test_a_stale_connection_is_opened_again() -> None:
    """The server hung up between two mails: nobody notices but the door."""
    stored: list[bytes] = []

    async def work(port: int) -> None:
        courier = Courier(account(port), timeout=2)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        await courier.close()

    with Scripted(script(stored, rset=FIN)) as server:
        run(work(server.port))
        assert server.connections == 2
    assert len(stored) == 2


def test_every_step_calls_the_hook() -> None:
    """In the order in which a kill would find them."""
    steps: list[str] = []
    with Scripted(script()) as server:
        run(deliver(server.port, ("a@acme.example", "b@acme.example"), hook=steps.append))
    assert steps == ["connect", "mail", "rcpt", "rcpt", "data", "dot", "reply"]


def test_a_hook_that_raises_leaves_no_half_mail_behind() -> None:
    """The next mail begins on a fresh connection."""
    stored: list[bytes] = []

    class Boom(Exception):
        pass

    def boom(step: str) -> None:
        if step == "dot" and not stored:
            stored.append(b"tripped")
            raise Boom

    async def work(port: int) -> None:
        courier = Courier(account(port), timeout=2, hook=boom)
        with pytest.raises(Boom):
            await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        await courier.send("maya@acme.example", ["a@acme.example"], RAW)
        await courier.close()

    with Scripted(script(stored)) as server:
        run(work(server.port))
        assert server.connections == 2
    assert len(stored) == 2


def test_a_cancelled_mail_leaves_no_half_mail_behind() -> None:
    """A shutdown in the middle closes the connection; nothing of it is mixed into another mail."""

    async def work(port: int) -> None:
        courier = Courier(account(port), timeout=20)
        task = asyncio.create_task(courier.send("maya@acme.example", ["a@acme.example"], RAW))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert courier._client is None

    with Scripted(script(dot=SILENCE)) as server:
        run(work(server.port))


def test_addresses_cannot_smuggle_commands() -> None:
    """A line end in an address never reaches the server."""
    for bad in (
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "a@b.example, c@d.example",
        "Ada <a@b.example>",
    ):
        with pytest.raises(ValueError, match="plain"):
            run(deliver(1, (bad,)))
    with pytest.raises(ValueError, match="recipients"):
        run(deliver(1, ()))


def test_addresses_beyond_ascii_need_a_server_that_takes_them() -> None:
    """Refused here, with the reason, instead of sent in a shape nobody can read."""
    with Scripted(script()) as server, pytest.raises(Permanent, match="ASCII"):
        run(deliver(server.port, ("jürgen@acme.example",)))


@pytest.mark.parametrize(
    ("reply", "host", "given"),
    [
        (
            "2.0.0 OK <AM0PR01MB1.eurprd01.prod.outlook.com@x> [Hostname=AM0.outlook.com]",
            "smtp.office365.com",
            "AM0PR01MB1.eurprd01.prod.outlook.com@x",
        ),
        (
            "Ok 0102018f3c5a8e7d-1a2b3c4d-5e6f-7a8b-9c0d-112233445566-000000",
            "email-smtp.eu-west-1.amazonaws.com",
            "0102018f3c5a8e7d-1a2b3c4d-5e6f-7a8b-9c0d-112233445566-000000@eu-west-1.amazonses.com",
        ),
        (
            "Ok 0102018f3c5a8e7d-1a2b3c4d-5e6f-7a8b-9c0d-112233445566-000000",
            "email-smtp.us-east-1.amazonaws.com",
            "0102018f3c5a8e7d-1a2b3c4d-5e6f-7a8b-9c0d-112233445566-000000@email.amazonses.com",
        ),
        ("2.0.0 Ok: queued as 4711ABC", "mx.acme.example", None),
        ("2.0.0 OK  1700000000 a640c23a62f3a-abc.123 - gsmtp", "smtp.gmail.com", None),
        ("OK id=1rABCd-000001-XY", "exim.example", None),
    ],
)
def test_the_id_that_a_relay_gave_is_learned(reply: str, host: str, given: str | None) -> None:
    """Microsoft and Amazon tell it in the last line; a queue's number is no Message-ID."""
    assert effective_id(reply, host) == given


def test_a_real_server_takes_it(post: PostOffice) -> None:
    """By login, through aiosmtpd, into an IMAP mailbox."""
    url = post.smtp_url("maya@acme.example")

    async def work() -> None:
        courier = Courier(MailAccount.parse(url, secret="secret"))
        assert "size" in await courier.open()
        await courier.send("maya@acme.example", ["support+x@acme.example"], RAW)
        await courier.close()
        with pytest.raises(LoginRefused):
            await Courier(MailAccount.parse(url, secret="wrong")).open()

    run(work())
    [mail] = post.wait("support@acme.example", 1)
    assert mail.endswith(RAW)


@pytest.mark.dovecot
def test_many_mails_go_over_one_connection_with_tls(dovecot: Dovecot) -> None:
    """asyncio's TLS pauses at a high-water mark of 0 and never goes on: the second mail hung."""
    sender, box = "ana@acme.example", dovecot.user("many")

    async def send() -> None:
        courier = Courier(dovecot.courier(sender), timeout=10, patience=10)
        for number in range(4):
            raw = f"From: {sender}\r\nSubject: {number}\r\n\r\n{'words ' * 9000}\r\n".encode()
            await courier.send(sender, [f"{box}@acme.example"], raw)
        await courier.close()

    asyncio.run(send())
