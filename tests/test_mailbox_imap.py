"""The inbox against a real Dovecot: it sees everything, touches nothing and misses nothing."""

import email
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date
from email.message import EmailMessage

import pytest
from dovecot import Dovecot

from deskless.mailbox.imap import batch as imap_batch, idle, read as imap_read
from deskless.mailbox.imap.inbox import FolderCursor, Inbox, LoginRefused, Missing
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import Untrusted

pytestmark = pytest.mark.dovecot


def mail(number: int, size: int = 200) -> bytes:
    """A small mail, recognisable by its number."""
    head = (
        f"From: ada@customer.example\r\nSubject: mail {number}\r\nMessage-ID: <{number}@test>\r\n"
    )
    return f"{head}\r\n{'word ' * (size // 5)}\r\n".encode()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox of this test's own."""
    return dovecot.user("box")


@pytest.fixture
def inbox(dovecot: Dovecot, user: str) -> Iterator[Inbox]:
    """That mailbox over TLS."""
    box = Inbox(dovecot.account(user), timeout=5)
    yield box
    box.close()


def test_flags_stay_as_they_were(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Neither \\Seen nor \\Recent of a shared inbox changes by our reading, waiting and finding."""
    for number in range(3):
        dovecot.deliver(user, mail(number))

    def flags() -> list[object]:
        with dovecot.client(user) as other:
            status = other.status("INBOX", "(MESSAGES RECENT UNSEEN)")
            other.select(readonly=True)
            return [status, other.fetch("1:*", "(FLAGS)")]

    before = flags()
    cursor = inbox.baseline("INBOX")
    batch = inbox.fetch(FolderCursor("INBOX", cursor.uidvalidity, 0))
    inbox.wait("INBOX", 0.05)
    inbox.find("1@test", ["INBOX"])
    assert len(batch.arrivals) == 3
    assert flags() == before
    assert b"\\Seen" not in str(before).encode()


def test_the_first_start_leaves_history_unread(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """From the baseline on, only what comes later is read."""
    dovecot.deliver(user, mail(1))
    cursor = inbox.baseline("INBOX")
    assert inbox.fetch(cursor).arrivals == ()
    dovecot.deliver(user, mail(2))
    [arrival] = inbox.fetch(cursor).arrivals
    assert b"Subject: mail 2" in arrival.raw
    assert arrival.received.tzinfo is UTC
    assert arrival.size == len(arrival.raw)
    assert not arrival.partial


def test_bytes_arrive_as_they_lie_on_the_server(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """8-bit, NUL-free oddities, long lines and dots are not touched."""
    odd = (
        b"Subject: \xe4\xf6\r\nX: " + b"y" * 3000 + b"\r\n\r\n.\r\n..\r\n\xff\xfe\x01 ) * {12}\r\n"
    )
    with dovecot.client(user) as other:
        other.append("INBOX", "", "", odd)  # type: ignore[arg-type]
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    assert [arrival.raw for arrival in inbox.fetch(cursor).arrivals] == [odd]


def test_a_batch_is_bounded_by_count_and_by_bytes(
    dovecot: Dovecot, user: str, inbox: Inbox
) -> None:
    """`more` says that there is more, and the cursor stands exactly where reading stopped."""
    dovecot.preload(user, [mail(number, 10_000) for number in range(7)])
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    counts = []
    while True:
        batch = inbox.fetch(cursor, limit=3, volume=25_000)
        counts.append(len(batch.arrivals))
        cursor = batch.cursor
        if not batch.more:
            break
    assert counts == [2, 2, 2, 1]
    assert cursor.uid == 7


def test_idle_wakes_when_mail_comes(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Within the half second that Dovecot takes by itself."""
    inbox.baseline("INBOX")
    timer = threading.Timer(0.1, dovecot.deliver, (user, mail(1)))
    timer.start()
    start = time.monotonic()
    assert inbox.wait("INBOX", 10)
    assert time.monotonic() - start < 5
    timer.join()


@pytest.mark.parametrize("tls", ["imaps", "plain"])
def test_mail_just_before_idle_is_never_missed(dovecot: Dovecot, user: str, tls: str) -> None:
    """20 of 20: the announcement that comes with `+ idling` in one packet is heard."""
    box = Inbox(dovecot.account(user, tls=tls), timeout=5)
    box.baseline("INBOX")
    client = box._client
    assert client is not None
    bell = idle.Bell()
    heard = 0
    for number in range(20):
        dovecot.deliver(user, mail(number))
        heard += idle.idle(client, 3, bell) is idle.Wake.MAIL
    bell.close()
    box.close()
    assert heard == 20


def test_mail_before_the_wait_is_found_by_search(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Also what another command's answer already announced is not slept over, 20 of 20."""
    cursor = inbox.baseline("INBOX")
    for number in range(20):
        dovecot.deliver(user, mail(number))
        inbox.folders()  # its answer may swallow the EXISTS
        assert inbox.wait("INBOX", 3)
        batch = inbox.fetch(cursor)
        assert len(batch.arrivals) == 1
        cursor = batch.cursor
    assert not inbox.wait("INBOX", 0)


def test_a_person_reading_does_not_wake_us(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Flags and removed mails are news, but none for us."""
    dovecot.deliver(user, mail(1))
    inbox.baseline("INBOX")

    def read() -> None:
        with dovecot.client(user) as other:
            other.select()
            other.store("1", "+FLAGS", "\\Seen \\Deleted")
            other.expunge()

    timer = threading.Timer(0.05, read)
    timer.start()
    assert not inbox.wait("INBOX", 0.9)
    timer.join()


def test_a_wait_is_ended_from_another_thread(inbox: Inbox) -> None:
    """A shutdown does not have to sit out the IDLE; a ring before the wait counts too."""
    inbox.baseline("INBOX")
    timer = threading.Timer(0.05, inbox.wake)
    timer.start()
    start = time.monotonic()
    assert not inbox.wait("INBOX", 30)
    assert time.monotonic() - start < 10
    inbox.wake()
    assert not inbox.wait("INBOX", 30)
    assert not inbox.wait("INBOX", 0.01)


def test_a_new_incarnation_of_the_folder_is_read_from_its_beginning(
    dovecot: Dovecot, user: str, inbox: Inbox
) -> None:
    """UIDVALIDITY changed: `reset`, then everything again, for the caller to tell by digest."""
    with dovecot.client(user) as other:
        other.create("Work")
        other.append("Work", "", "", mail(1))  # type: ignore[arg-type]
    old = inbox.fetch(FolderCursor("Work", inbox.baseline("Work").uidvalidity, 0)).cursor
    with dovecot.client(user) as other:
        other.delete("Work")
        other.create("Work")
        other.append("Work", "", "", mail(1))  # type: ignore[arg-type]
        other.append("Work", "", "", mail(2))  # type: ignore[arg-type]
    batch = _patient(inbox, old)
    assert batch.reset
    assert batch.more
    assert batch.arrivals == ()
    again = inbox.fetch(batch.cursor)
    assert not again.reset
    assert [arrival.raw for arrival in again.arrivals] == [mail(1), mail(2)]


def _patient(inbox: Inbox, cursor: FolderCursor) -> imap_batch.Batch:
    """Dovecot may close a session whose folder was removed: then once more, as the daemon does."""
    from deskless.mailbox.transport.errors import Unreachable

    try:
        return inbox.fetch(cursor)
    except Unreachable:
        return inbox.fetch(cursor)


def test_a_folder_emptied_in_the_middle_is_no_trouble(
    dovecot: Dovecot, user: str, inbox: Inbox
) -> None:
    """What a person removed before it was read is simply not there; reading goes on."""
    dovecot.preload(user, [mail(number) for number in range(6)])
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    first = inbox.fetch(cursor, limit=2)
    assert len(first.arrivals) == 2
    assert first.more
    with dovecot.client(user) as other:
        other.select()
        other.store("1:*", "+FLAGS", "\\Deleted")
        other.expunge()
    second = inbox.fetch(first.cursor, limit=2)
    assert (second.arrivals, second.more) == ((), False)
    assert not inbox.wait("INBOX", 0.1)
    dovecot.deliver(user, mail(9))
    assert len(inbox.fetch(second.cursor).arrivals) == 1


def test_mail_gone_between_list_and_fetch_is_reported(
    dovecot: Dovecot, user: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are read, the cursor passes, and `gone` names the one that a person removed."""
    dovecot.preload(user, [mail(number) for number in range(3)])
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    listing = imap_read.FolderReading._facts

    def then_removed(self: imap_read.FolderReading, uids: list[int]) -> dict[int, object]:
        facts = listing(self, uids)
        with dovecot.client(user) as other:
            other.select()
            other.store("2", "+FLAGS", "\\Deleted")
            other.expunge()
        self._client.noop()  # the server tells us too, as it does between any two commands
        return facts  # type: ignore[return-value]

    monkeypatch.setattr(imap_read.FolderReading, "_facts", then_removed)
    batch = inbox.fetch(cursor)
    assert [arrival.uid for arrival in batch.arrivals] == [1, 3]
    assert batch.gone == (2,)
    assert batch.cursor.uid == 3


def test_a_message_id_is_found_exactly(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """The server searches substrings and ignores case; we do neither."""
    other_id = (
        b"X-Microsoft-Original-Message-ID: <orig.1@us>\r\nMessage-ID: <given@relay>\r\n\r\nx\r\n"
    )
    with dovecot.client(user) as other:
        other.append("Sent", "", "", b"Message-ID: <a.11@us>\r\n\r\nx\r\n")  # type: ignore[arg-type]
        other.append("Sent", "", "", b"Message-ID:\r\n <folded@us>\r\n\r\nx\r\n")  # type: ignore[arg-type]
        other.append("Sent", "", "", other_id)  # type: ignore[arg-type]
    places = ["Nowhere", "INBOX", "Sent"]
    assert inbox.find("<a.11@us>", places) == "Sent"
    assert inbox.find("a.1@us", places) is None
    assert inbox.find("a.1", places) is None
    assert inbox.find("A.11@us", places) is None
    assert inbox.find("folded@us", places) == "Sent"
    place = inbox.locate("orig.1@us", places)
    assert place is not None
    assert place.message_id == "given@relay"
    for bad in ("", "<>", "a\r\nb@x", "ä@x"):
        with pytest.raises(ValueError, match="not a Message-ID"):
            inbox.find(bad, places)


def test_a_copy_goes_into_sent_and_never_into_the_inbox(
    dovecot: Dovecot, user: str, inbox: Inbox
) -> None:
    """On a connection of its own, marked as read; the reading one stays on EXAMINE."""
    sent = inbox.folders()["sent"]
    inbox.append(sent, b"Message-ID: <copy@us>\n\nhello\n")
    with dovecot.client(user) as other:
        other.select(sent)
        [[meta, raw], _] = other.fetch("1", "(FLAGS BODY.PEEK[])")[1]
    assert b"\\Seen" in meta
    assert raw == b"Message-ID: <copy@us>\r\n\r\nhello\r\n"
    for name in ("INBOX", "inbox"):
        with pytest.raises(ValueError, match="inbox"):
            inbox.append(name, b"x")
    with pytest.raises(Missing):
        inbox.append("No such folder", b"x")


def test_folders_are_known_by_mark_and_by_name(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Dovecot marks Sent; the German Spam folder is known by its name."""
    with dovecot.client(user) as other:
        other.create('"Entw&APw-rfe"')
    capabilities = inbox.probe()
    assert capabilities.idle
    assert capabilities.delimiter == "."
    assert capabilities.sent == "Sent"
    assert capabilities.folders["drafts"] == "Entwürfe"
    assert inbox.folders()["inbox"] == "INBOX"


def test_a_folder_that_is_not_there_is_named(inbox: Inbox) -> None:
    """And the connection stays good."""
    with pytest.raises(Missing, match="Nowhere") as caught:
        inbox.baseline("Nowhere")
    assert not caught.value.temporary
    assert inbox.baseline("INBOX").uid == 0


def test_a_wrong_password_is_told_at_once(dovecot: Dovecot, user: str) -> None:
    """Once, not three times, and with what to do."""
    account = MailAccount.parse(
        f"imap://{user}@127.0.0.1:{dovecot.imap_port}/?plain=1", secret="no"
    )
    with pytest.raises(LoginRefused, match="refused the login") as caught:
        Inbox(account, timeout=10).connect()
    assert not caught.value.temporary
    assert "password" in caught.value.cure
    assert "no" not in str(caught.value).split()


def test_an_unknown_certificate_is_refused(dovecot: Dovecot, user: str) -> None:
    """No way round it but the right authority and the right name."""
    stranger = MailAccount.parse(f"imaps://{user}@localhost:{dovecot.imaps_port}/", secret="secret")
    with pytest.raises(Untrusted, match="not trusted"):
        Inbox(stranger, timeout=5).connect()
    url = f"imap://{user}@localhost:{dovecot.imap_port}/"
    with pytest.raises(Untrusted, match="not trusted"):
        Inbox(MailAccount.parse(url, secret="secret"), timeout=5).connect()


def test_starttls_leads_to_the_same_mail(dovecot: Dovecot, user: str) -> None:
    """imap:// means TLS too."""
    box = Inbox(dovecot.account(user, tls="imap"), timeout=5)
    dovecot.deliver(user, mail(1))
    assert len(box.fetch(FolderCursor("INBOX", box.baseline("INBOX").uidvalidity, 0)).arrivals) == 1
    assert box._client is not None
    assert box._client.socket().version() == "TLSv1.3"
    box.close()


def giant(size: int) -> bytes:
    """Alternative text, a forwarded mail with an attachment of its own, and a big file."""
    inner = EmailMessage()
    inner["From"] = "bob@else.example"
    inner["Subject"] = "inner"
    inner.set_content("the inner words\n")
    inner.add_attachment(b"z" * 1000, maintype="image", subtype="png", filename="inner.png")
    outer = EmailMessage()
    outer["From"] = "ada@customer.example"
    outer["Subject"] = "grüße"
    outer["Message-ID"] = "<giant@test>"
    outer.set_content("short words with ümlauts\n" * 3)
    outer.add_alternative("<p>" + "long words. " * 40_000 + "</p>", subtype="html")
    outer.add_attachment(
        b"\x00" * size, maintype="application", subtype="pdf", filename="Größe.pdf"
    )
    outer.add_attachment("log line\n" * 9, filename="server.log")
    outer.add_attachment(inner)
    for number, part in enumerate((outer, *outer.iter_parts(), inner)):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"----=_Part_{number}")
    return outer.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_a_giant_is_read_in_outline(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Header whole, texts to 256 KiB, every attachment by name and size, nothing else."""
    dovecot.preload(user, [giant(3_000_000)])
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    [arrival] = inbox.fetch(cursor).arrivals
    assert arrival.partial
    assert arrival.size > 4_000_000
    assert len(arrival.raw) < 300_000
    whole, part = email.message_from_bytes(giant(3_000_000)), email.message_from_bytes(arrival.raw)
    assert part.items() == whole.items()
    kinds = [leaf.get_content_type() for leaf in part.walk()]
    assert kinds == [leaf.get_content_type() for leaf in whole.walk()]
    names = [leaf.get_filename() for leaf in part.walk()]
    assert names == [leaf.get_filename() for leaf in whole.walk()]
    leaves = {leaf.get_filename(): leaf for leaf in part.walk()}
    assert abs(int(leaves["Größe.pdf"]["X-Deskless-Size"]) - 3_000_000) < 200
    assert not leaves["server.log"].get_payload()
    texts = [
        leaf.get_payload(decode=True)
        for leaf in part.walk()
        if leaf.get_content_maintype() == "text"
    ]
    assert "short words with ümlauts" in texts[0].decode()
    assert texts[1].startswith(b"<p>long words.")
    assert texts[3] == b"the inner words\r\n"


def test_a_giant_of_one_part_and_a_shapeless_one(dovecot: Dovecot, user: str, inbox: Inbox) -> None:
    """Three megabytes of plain text end after 256 KiB; 300 nested parts end at the first bytes."""
    plain = b"From: a@b.example\r\nSubject: long\r\n\r\n" + b"a line of text\r\n" * 200_000
    nest = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)
    )
    bomb = b"From: a@b.example\r\n" + nest + b"\r\nword" + b"\r\n" * 1_200_000
    dovecot.preload(user, {"1": plain, "2": bomb})
    cursor = FolderCursor("INBOX", inbox.baseline("INBOX").uidvalidity, 0)
    value, two = inbox.fetch(cursor).arrivals
    assert value.partial
    assert value.raw.startswith(b"From: a@b.example\r\nSubject: long\r\n\r\na line")
    assert 250_000 < len(value.raw) < 263_000
    assert value.raw.endswith(b"a line of text\r\n")
    assert two.partial
    assert two.raw.startswith(b"From: a@b.example")
    assert len(two.raw) <= 300_000


RSS = textwrap.dedent("""
    import re, sys
    from pathlib import Path
    from deskless.mailbox.transport.account import MailAccount
    from deskless.mailbox.imap.inbox import FolderCursor, Inbox

    def peak():
        # Not getrusage: its maximum is inherited from the process that started this one.
        return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

    box = Inbox(MailAccount.parse(sys.argv[1], secret="secret"))
    cursor = FolderCursor("INBOX", box.baseline("INBOX").uidvalidity, 0)
    before, count, more = peak(), 0, True
    while more:
        batch = box.fetch(cursor)
        cursor, more = batch.cursor, batch.more
        count += len(batch.arrivals)
    print(count, peak() - before)
""")


def _measured(dovecot: Dovecot, user: str) -> tuple[int, float]:
    """Mails read by a process of its own, and by how many MiB its memory grew at most."""
    url = f"imaps://{user}@localhost:{dovecot.imaps_port}/?ca={dovecot.ca}"
    out = subprocess.run(
        [sys.executable, "-c", RSS, url], check=True, capture_output=True, text=True
    ).stdout.split()
    return int(out[0]), float(out[1])


@pytest.mark.slow
def test_five_thousand_mails_take_a_bounded_share_of_memory(dovecot: Dovecot, user: str) -> None:
    """100 MB of mail, read in batches: less than 32 MiB at the worst moment."""
    dovecot.preload(user, [mail(number, 20_000) for number in range(5000)])
    count, grown = _measured(dovecot, user)
    print(f"5,000 mails, 100 MB: peak memory +{grown:.0f} MiB")
    assert count == 5000
    assert grown < 32


@pytest.mark.slow
def test_a_mail_of_forty_megabytes_costs_next_to_no_memory(dovecot: Dovecot, user: str) -> None:
    """It is never in this process as a whole."""
    dovecot.preload(user, [giant(30_000_000)])
    count, grown = _measured(dovecot, user)
    print(f"one mail of 41 MB: peak memory +{grown:.1f} MiB")
    assert count == 1
    assert grown < 8


def test_a_backfill_knows_where_to_begin_and_how_much_there_is(
    dovecot: Dovecot, user: str, inbox: Inbox
) -> None:
    """From the first mail, or from a day on; and the heartbeat shows that the server answered."""
    assert inbox.heard is None
    with dovecot.client(user) as other:
        other.append("INBOX", "", '"01-Nov-2026 10:00:00 +0000"', mail(1))  # type: ignore[arg-type]
        other.append("INBOX", "", '"10-Nov-2026 10:00:00 +0000"', mail(2))  # type: ignore[arg-type]
    assert inbox.beginning("INBOX").uid == 0
    assert inbox.beginning("INBOX", date(2026, 11, 5)).uid == 1
    assert inbox.beginning("INBOX", date(2026, 11, 11)) == inbox.baseline("INBOX")
    assert inbox.remaining(inbox.beginning("INBOX")) == 2
    assert inbox.remaining(inbox.baseline("INBOX")) == 0
    assert inbox.heard is not None


def test_sparse_and_huge_numbers_are_searched_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing between 10 and 5,000,000: a handful of searches, not one line of a million ids."""
    asked: list[str] = []

    class Server:
        def search(self, criteria: list[str]) -> list[int]:
            asked.append(criteria[1])
            low, _, high = criteria[1].partition(":")
            uids = [10, 5_000_000, 5_000_001]
            if high == "*":
                return [uid for uid in uids if uid >= int(low)] or [uids[-1]]
            return [uid for uid in uids if int(low) <= uid <= int(high)]

    server = Server()
    assert imap_read.newer_uids(server, 10, 5_000_002) == ([5_000_000, 5_000_001], False)  # type: ignore[arg-type]
    assert len(asked) < 7
    assert imap_read.newer_uids(server, 0, 5_000_002) == ([10], True)  # type: ignore[arg-type]
    assert imap_read.newer_uids(server, 5_000_001, 5_000_002) == ([], False)  # type: ignore[arg-type]
    assert imap_read.newer_uids(server, 5_000_000, None) == ([5_000_001], False)  # type: ignore[arg-type]
