"""A bad network and bad servers: each fault has its right behaviour, and a test with its name."""

import asyncio
import contextlib
import itertools
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
from dovecot import Dovecot
from proxy import Proxy
from scripted import Scripted, imap

from deskless.agent.demo.post import PostOffice
from deskless.mailbox.imap import batch as imap_batch, idle
from deskless.mailbox.imap.inbox import Broken, FolderCursor, Inbox, LoginRefused, Unreachable
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.backoff import Backoff
from deskless.mailbox.transport.errors import Untrusted
from deskless.mailbox.transport.smtp import Courier, Temporary, Uncertain

pytestmark = pytest.mark.slow

RAW = b"From: ada@customer.example\r\nMessage-ID: <a@test>\r\n\r\nwords\r\n"
SELECTED = (
    b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n%TAG% OK [READ-ONLY] done\r\n"
)


def plain(port: int) -> MailAccount:
    """An IMAP account at a scripted server."""
    return MailAccount.parse(f"imap://box@127.0.0.1:{port}/?plain=1", secret="pw")


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox of this test's own."""
    return dovecot.user("box")


@pytest.fixture
def inbox(dovecot: Dovecot, imap_proxy: Proxy, user: str) -> Iterator[Inbox]:
    """Dovecot over TLS through the bad network, with little patience."""
    box = Inbox(dovecot.account(user, port=imap_proxy.port), timeout=1, patience=3, rearm=0.3)
    yield box
    box.close()


# --- the network, under IMAP -----------------------------------------------------------------


@pytest.mark.dovecot
def test_silent_death_in_idle_is_noticed(
    dovecot: Dovecot, imap_proxy: Proxy, inbox: Inbox, user: str
) -> None:
    """A NAT that forgot us looks like a quiet inbox; the next re-arm proves that it is dead."""
    cursor = inbox.baseline("INBOX")
    timer = threading.Timer(0.1, imap_proxy.blackhole)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Unreachable, match="silent"):
        inbox.wait("INBOX", 60)
    assert time.monotonic() - start < 6
    timer.join()
    dovecot.deliver(user, RAW)
    imap_proxy.passing()
    assert len(inbox.fetch(cursor).arrivals) == 1, "reconnected by itself, nothing missed"


@pytest.mark.dovecot
def test_a_reset_in_idle_is_noticed_at_once(imap_proxy: Proxy, inbox: Inbox) -> None:
    """Without waiting for the re-arm."""
    inbox._rearm = 60
    inbox.baseline("INBOX")
    timer = threading.Timer(0.1, imap_proxy.reset_once)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Unreachable):
        inbox.wait("INBOX", 60)
    assert time.monotonic() - start < 5
    timer.join()


@pytest.mark.dovecot
@pytest.mark.parametrize("count", [0, 1, 30, 700, 3000])
def test_a_cut_in_the_middle_of_a_fetch_loses_nothing(
    dovecot: Dovecot, imap_proxy: Proxy, inbox: Inbox, user: str, count: int
) -> None:
    """The cursor has not moved; the same mails come with the next try."""
    dovecot.preload(user, [RAW + b"x" * 2000, RAW + b"y" * 2000])
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    imap_proxy.cut_after(count)
    with pytest.raises(Unreachable):
        inbox.fetch(cursor)
    imap_proxy.passing()
    seen = []
    more = True
    while more:
        batch = inbox.fetch(cursor)
        seen += [arrival.uid for arrival in batch.arrivals]
        cursor, more = batch.cursor, batch.more
    assert seen == [1, 2]


@pytest.mark.dovecot
@pytest.mark.parametrize("tls", ["imaps", "plain"])
def test_a_dripping_line_is_cut_when_patience_ends(dovecot: Dovecot, user: str, tls: str) -> None:
    """A byte before every timeout would hold us for ever: the whole command has a limit too."""
    dovecot.preload(user, [RAW])
    port = dovecot.imaps_port if tls == "imaps" else dovecot.imap_port
    with Proxy(dovecot.host, port) as proxy:
        account = dovecot.account(user, port=proxy.port, tls=tls)
        box = Inbox(account, timeout=1, patience=1.5)
        cursor = FolderCursor("INBOX", box.baseline("INBOX").uidvalidity, 0)
        proxy.drip(0.1)
        start = time.monotonic()
        with pytest.raises(Unreachable):
            box.fetch(cursor)
        assert time.monotonic() - start < 6
        box.close()


@pytest.mark.dovecot
def test_a_slow_line_is_only_slow(
    dovecot: Dovecot, imap_proxy: Proxy, inbox: Inbox, user: str
) -> None:
    """100 ms each way is no trouble."""
    dovecot.preload(user, [RAW])
    imap_proxy.delay(0.05)
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    assert len(inbox.fetch(cursor).arrivals) == 1


@pytest.mark.dovecot
def test_nobody_answers_the_door(imap_proxy: Proxy, inbox: Inbox) -> None:
    """A reset, and silence, while connecting."""
    imap_proxy.reset()
    with pytest.raises(Unreachable):
        inbox.connect()
    imap_proxy.blackhole()
    start = time.monotonic()
    with pytest.raises(Unreachable):
        inbox.connect()
    assert time.monotonic() - start < 5
    imap_proxy.passing()
    inbox.connect()


@pytest.mark.dovecot
def test_the_server_restarts_in_idle(
    dovecot: Dovecot, imap_proxy: Proxy, inbox: Inbox, user: str
) -> None:
    """Dovecot says BYE and closes: raised at once, then found again."""
    inbox._rearm = 60
    cursor = inbox.baseline("INBOX")
    timer = threading.Timer(0.1, dovecot.kick, (user,))
    timer.start()
    with pytest.raises(Unreachable):
        inbox.wait("INBOX", 60)
    timer.join()
    assert inbox.fetch(cursor).arrivals == ()


# --- bad servers, under IMAP -----------------------------------------------------------------


def idling(*events: bytes) -> Scripted:
    """A server that says these things once we idle."""

    def answers(command: str, line: str) -> bytes | None:
        if command == "EXAMINE":
            return SELECTED
        if command == "UID SEARCH":
            return b"* SEARCH\r\n%TAG% OK done\r\n"
        if command == "IDLE":
            return b"".join(events)
        return None

    return Scripted(imap(answers))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"+ idling\r\n* 2 EXISTS\r\n", True),
        (b"* 2 EXISTS\r\n+ idling\r\n", True),
        (
            b"+ \r\n* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n",
            True,
        ),
        (b"+ idling\r\n* OK Still here\r\n* 1 RECENT\r\n", False),
        (b"+ idling\r\n* 2 exists\r\n", True),
    ],
)
def test_what_counts_as_news(said: bytes, heard: bool) -> None:
    """Mail does, in whatever packet it is announced; flags, removals and keep-alives do not."""
    with idling(said) as server:
        box = Inbox(plain(server.port), timeout=1)
        box.baseline("INBOX")
        assert box.wait("INBOX", 0.2) is heard
        box.close()


@pytest.mark.parametrize(
    "said",
    [
        b"+ idling\r\n%CLOSE%",
        b"+ idling\r\n* BYE Autologout; idle for too long\r\n",
        b"* BYE going down\r\n%CLOSE%",
        b"+ idling\r\n* 2 EXI%CLOSE%",
        b"%CLOSE%",
    ],
)
def test_a_close_in_idle_raises_rather_than_spins(said: bytes) -> None:
    """Once, at once, and using no processor time."""
    with idling(said) as server:
        box = Inbox(plain(server.port), timeout=1)
        box.baseline("INBOX")
        before = time.process_time()
        with pytest.raises(Unreachable):
            box.wait("INBOX", 30)
        assert time.process_time() - before < 0.5
        box.close()


def test_half_a_line_is_waited_for() -> None:
    """An announcement split over two packets is one announcement."""

    def answers(command: str, line: str) -> bytes | None:
        if command == "EXAMINE":
            return SELECTED
        return b"* SEARCH\r\n%TAG% OK done\r\n" if command == "UID SEARCH" else None

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        feed = asyncio.StreamReader()
        usual = asyncio.create_task(imap(answers)(feed, writer))
        tag = b""
        while line := await reader.readline():
            if line.endswith(b" IDLE\r\n"):
                tag = line.split()[0]
                writer.write(b"+ idling\r\n* 2 EX")
                await writer.drain()
                await asyncio.sleep(0.1)
                writer.write(b"ISTS\r\n")
            elif line == b"DONE\r\n":
                writer.write(tag + b" OK done\r\n")
            else:
                feed.feed_data(line)
        usual.cancel()

    with Scripted(talk) as server:
        box = Inbox(plain(server.port), timeout=2)
        box.baseline("INBOX")
        assert box.wait("INBOX", 5)
        box.close()


def test_a_refused_idle_is_no_endless_loop() -> None:
    """NO to IDLE is told, not tried again at once."""
    with idling(b"%TAG% NO not now\r\n") as server:
        box = Inbox(plain(server.port), timeout=1)
        box.baseline("INBOX")
        with pytest.raises(Broken):
            box.wait("INBOX", 5)
        box.close()


def test_a_server_without_idle_is_asked_again_and_again() -> None:
    """Polling finds the mail; a ring still ends the wait."""
    searches = itertools.count()

    def answers(command: str, line: str) -> bytes | None:
        if command == "EXAMINE":
            return SELECTED
        if command == "UID SEARCH":
            new = b" 2" if next(searches) >= 2 else b" 1"
            return b"* SEARCH" + new + b"\r\n%TAG% OK done\r\n"
        return None

    with Scripted(imap(answers, offers="IMAP4rev1")) as server:
        box = Inbox(plain(server.port), timeout=1, poll=0.02)
        box.baseline("INBOX")
        assert box.wait("INBOX", 5)
        assert next(searches) == 3
        box.close()


def test_a_chatty_server_does_not_make_us_spin() -> None:
    """EXISTS in every answer, always of the same mail: three searches, then sleep."""
    searches = itertools.count()

    def answers(command: str, line: str) -> bytes | None:
        if command == "EXAMINE":
            return SELECTED
        if command == "UID SEARCH":
            next(searches)
            return b"* SEARCH 1\r\n* 1 EXISTS\r\n%TAG% OK done\r\n"
        return b"+ idling\r\n" if command == "IDLE" else None

    with Scripted(imap(answers)) as server:
        box = Inbox(plain(server.port), timeout=1)
        box.baseline("INBOX")
        assert not box.wait("INBOX", 0.3)
        assert next(searches) <= 6
        box.close()


def shop(bodies: dict[int, bytes | None], deadly: int = 0) -> Scripted:
    """A folder of small mails; a body of None is refused, the deadly UID closes the line."""

    def answers(command: str, line: str) -> bytes | None:
        uids = line.split()[3].split(",") if command.startswith("UID") else []
        if command == "EXAMINE":
            return SELECTED.replace(b"UIDNEXT 2", b"UIDNEXT %d" % (max(bodies) + 1))
        if command == "UID SEARCH":
            low = int(line.split()[-1].split(":")[0])
            result = " ".join(str(uid) for uid in bodies if uid >= low) or str(max(bodies))
            return f"* SEARCH {result}\r\n%TAG% OK done\r\n".encode()
        if command == "UID FETCH" and "RFC822.SIZE" in line:
            facts = (
                '* {0} FETCH (UID {0} RFC822.SIZE 9 INTERNALDATE "21-Nov-2026 04:00:00 +0100")\r\n'
            )
            return ("".join(facts.format(uid) for uid in uids) + "%TAG% OK done\r\n").encode()
        if command == "UID FETCH":
            if str(deadly) in uids:
                return b"* BYE internal error\r\n%CLOSE%"
            if any(bodies[int(uid)] is None for uid in uids):
                return b"%TAG% NO [SERVERBUG] internal error\r\n"
            out = b""
            for uid in uids:
                raw = bodies[int(uid)] or b""
                out += b"* %s FETCH (UID %s BODY[] {%d}\r\n%s)\r\n" % (
                    uid.encode(),
                    uid.encode(),
                    len(raw),
                    raw,
                )
            return out + b"%TAG% OK done\r\n"
        return None

    return Scripted(imap(answers))


def test_a_mail_the_server_refuses_does_not_block_the_others() -> None:
    """One corrupt file on the server: the rest is read, and the one is put on record."""
    with shop({1: b"one", 2: None, 3: b"three"}) as server:
        box = Inbox(plain(server.port), timeout=2)
        batch = box.fetch(FolderCursor("INBOX", 7, 0))
        assert [arrival.raw for arrival in batch.arrivals] == [b"one", b"three"]
        assert batch.refused == (2,)
        assert batch.cursor.uid == 3
        box.close()


def test_a_mail_that_kills_the_connection_does_not_block_the_others() -> None:
    """After the first death mails are read singly; after five on one mail it is passed by."""
    cursor, seen, refused, deaths = FolderCursor("INBOX", 7, 0), [], [], 0
    with shop({1: b"one", 2: b"two", 3: b"three"}, deadly=2) as server:
        box = Inbox(plain(server.port), timeout=2)
        for _ in range(20):
            try:
                batch = box.fetch(cursor)
            except Unreachable:
                deaths += 1
                continue
            seen += [arrival.uid for arrival in batch.arrivals]
            refused += batch.refused
            cursor = batch.cursor
            if not batch.more:
                break
        box.close()
    assert (seen, refused, deaths) == ([1, 3], [2], 6)


def test_after_a_death_trust_grows_back() -> None:
    """A network that failed once does not make every later batch a single mail."""
    stumbles = imap_batch.Stumbles(tries=2)
    stumbles.died("INBOX", 1, [4, 5, 6])
    assert stumbles.limit("INBOX", 200) == 1
    assert stumbles.limit("Sent", 200) == 200
    stumbles.died("INBOX", 1, [4])
    assert not stumbles.hopeless("INBOX", 1, 4)
    for _ in range(3):
        stumbles.passed("INBOX", 1)
    assert stumbles.limit("INBOX", 200) == 200
    stumbles.died("INBOX", 1, [4])
    assert not stumbles.hopeless("INBOX", 1, 4), "old deaths are forgotten once it was read"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe\r\n",
        b"* 1 FETCH (UID 1 BODY[] {99999999}\r\n%CLOSE%",
        b"* 1 FETCH (UID x)\r\n%TAG% OK\r\n",
        b'* 1 FETCH (UID 1 INTERNALDATE "never" RFC822.SIZE 1)\r\n%TAG% OK\r\n',
        b"* 1 FETCH ((((((\r\n%TAG% OK\r\n",
        b"* 1 FETCH\r\n%TAG% OK\r\n",
        b"* SEARCH one two\r\n%TAG% OK\r\n",
        b"%TAG% OK\r\n%TAG% OK\r\n",
        b"A1 OK\r\n",
        b"%TAG% PERHAPS\r\n",
        b"+ more\r\n%CLOSE%",
        b"* " + b"9" * 2_000_000 + b"\r\n",
    ],
)
@pytest.mark.parametrize("where", ["EXAMINE", "UID SEARCH", "UID FETCH"])
def test_garbage_is_a_named_trouble(garbage: bytes, where: str) -> None:
    """Whatever a server sends, the caller sees one of the room's own troubles, and soon."""

    def answers(command: str, line: str) -> bytes | None:
        if command == where:
            return garbage
        if command == "EXAMINE":
            return SELECTED
        return b"* SEARCH 1\r\n%TAG% OK done\r\n" if command == "UID SEARCH" else None

    with Scripted(imap(answers)) as server:
        box = Inbox(plain(server.port), timeout=0.3, patience=2)
        with contextlib.suppress(Unreachable, Broken):
            box.fetch(FolderCursor("INBOX", 7, 0))
        box.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"%TAG% NO [AUTHENTICATIONFAILED] invalid credentials\r\n", LoginRefused),
        (b"%TAG% NO [ALERT] Application-specific password required\r\n", LoginRefused),
        (b"%TAG% NO [UNAVAILABLE] backend down\r\n", Unreachable),
        (b"%TAG% NO [LIMIT] Too many simultaneous connections\r\n", Unreachable),
        (b"%TAG% BAD what\r\n", LoginRefused),
        (b"* BYE server busy\r\n%CLOSE%", Unreachable),
    ],
)
def test_a_login_fails_for_now_or_for_good(answer: bytes, kind: type[Exception]) -> None:
    """RFC 5530's codes decide; without one it is for good, and nobody hammers."""
    logins = itertools.count()

    def answers(command: str, line: str) -> bytes | None:
        if command == "LOGIN":
            next(logins)
            return answer
        return None

    with Scripted(imap(answers)) as server:
        with pytest.raises(kind) as caught:
            Inbox(plain(server.port), timeout=2).connect()
        assert "pw" not in str(caught.value)
    assert next(logins) == 1


def test_no_starttls_no_password() -> None:
    """A man in the middle who takes STARTTLS out of the offers gets nothing."""
    seen: list[str] = []

    def answers(command: str, line: str) -> bytes | None:
        seen.append(command)
        return None

    with Scripted(imap(answers)) as server:
        account = MailAccount.parse(f"imap://box@127.0.0.1:{server.port}/", secret="hush")
        with pytest.raises(Untrusted, match="STARTTLS"):
            Inbox(account, timeout=2).connect()
    assert "LOGIN" not in seen
    assert "AUTHENTICATE" not in seen


# --- the network, under SMTP -----------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 5, 60, 150])
def test_smtp_cut_anywhere_before_the_dot_is_temporary(post: PostOffice, count: int) -> None:
    """Nothing was stored, and it may be sent again."""
    with Proxy("127.0.0.1", post.smtp_port) as proxy:
        proxy.cut_after(count)
        with pytest.raises(Temporary):
            asyncio.run(_send(proxy.port, timeout=1))
    assert post.mailbox("support@acme.example") == []


def test_smtp_silent_after_the_dot_is_uncertain(post: PostOffice) -> None:
    """The mail is there, the answer is not: only looking can tell."""
    with Proxy("127.0.0.1", post.smtp_port) as proxy:

        def hook(step: str) -> None:
            if step == "reply":
                # What was written is on its way; only the answer is swallowed.
                post.wait("support@acme.example", 1)

        def swallow(step: str) -> None:
            if step == "dot":
                proxy.swallow_answers()
            hook(step)

        with pytest.raises(Uncertain):
            asyncio.run(_send(proxy.port, timeout=1, patience=0.5, hook=swallow))
    assert len(post.mailbox("support@acme.example")) == 1


async def _send(port: int, **more: object) -> None:
    account = MailAccount.parse(
        f"smtp://maya%40acme.example@127.0.0.1:{port}/?plain=1", secret="secret"
    )
    courier = Courier(account, **more)  # type: ignore[arg-type]
    await courier.send("maya@acme.example", ["support@acme.example"], RAW)


# --- coming back -----------------------------------------------------------------------------


def test_backoff_doubles_is_capped_and_shaken() -> None:
    """1, 2, 4 … 300 seconds at most, between half and whole; a success begins anew."""
    most, least = Backoff(1, 300, chance=lambda: 1.0), Backoff(1, 300, chance=lambda: 0.0)
    assert [most.next() for _ in range(5)] == [1, 2, 4, 8, 16]
    assert [least.next() for _ in range(5)] == [0.5, 1, 2, 4, 8]
    assert [most.next() for _ in range(3000)][-1] == 300
    most.reset()
    assert most.next() == 1
    assert len({Backoff().next() for _ in range(20)}) > 1


def test_the_bell_survives_a_thousand_rings() -> None:
    """Nobody has to listen; one hearing takes them all."""
    bell = idle.Bell()
    for _ in range(100_000):
        bell.ring()
    assert bell.heard()
    while bell.heard():
        pass
    start = time.monotonic()
    assert idle.pause(0.01, bell) is idle.Wake.TIME
    assert time.monotonic() - start >= 0.01
    bell.close()
    bell.ring()


def test_tls_is_at_least_1_2() -> None:
    """And verifies, always."""
    context = MailAccount.parse("imaps://a@b.example", secret="x").context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
