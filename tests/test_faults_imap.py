"""The inbox fails in every way it can; nothing is lost, and somebody hears of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from faults import ROUTINE, TROUBLE, Shaken, shaken

from deskless.agent.operations import heartbeat
from deskless.store import cursor, state

pytestmark = pytest.mark.slow


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """The company behind two proxies."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme") as made:
        yield made


@pytest.mark.parametrize("count", [1, 200, 700])
def test_a_cut_in_the_middle_of_a_fetch_is_read_again(acme: Shaken, count: int) -> None:
    """RST after so many bytes: the same UIDs come again, and no mail is read twice."""
    acme.writes_in()
    acme.writes_in(ROUTINE, sender="Uli <uli@cornercafe.example>", subject="A question")
    acme.agent.inbox.close()
    acme.restart()
    acme.imap.cut_after(count)
    acme.turn()
    acme.imap.passing()
    acme.settle()
    read = [entry.data["became"] for entry in acme.entries("read")]
    assert sorted(item for item in read if item != "own") == ["customer", "customer"]
    assert len(acme.cases()) == 1
    assert acme.doubled() == 0


def test_a_half_open_line_is_noticed_within_the_timeout(acme: Shaken) -> None:
    """Everything swallowed: the turn ends with a trouble, and goes on when the line is back."""
    acme.writes_in()
    acme.hurry()
    acme.imap.blackhole()
    acme.turn()
    assert acme.troubles == {"imap"}
    assert acme.cases() == []
    acme.imap.passing()
    acme.settle()
    assert acme.troubles == set()
    assert len(acme.cases()) == 1


def test_a_server_that_goes_away_is_told_once_and_once_when_it_is_back(acme: Shaken) -> None:
    """Blind minutes are counted, sending goes on, the founder has two mails about it."""
    acme.imap.reset()
    acme.turn()
    for _ in range(6):
        acme.later(minutes=2)
        acme.turn()
    [told] = [mail for mail in acme.mails("maya") if "imap does not work" in mail.text]
    assert "Nothing is lost" in " ".join(told.text.split())
    assert acme.agent.turn.health.blind_for(acme.clock.at) == timedelta(minutes=12)
    acme.imap.passing()
    acme.settle()
    acme.later(minutes=5)
    acme.turn()
    assert len([mail for mail in acme.mails("maya") if "imap works again" in mail.text]) == 1
    assert [entry.kind for entry in acme.entries("trouble", "trouble_over")] == [
        "trouble", "trouble_over",
    ]  # fmt: skip


def test_a_refused_login_is_not_hammered(acme: Shaken, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed password: told at once by mail, tried again after 5, 15, 60 minutes."""
    monkeypatch.setenv("ACME_PASSWORD", "wrong")
    acme.agent.inbox._client = None
    before = acme.imap.connections
    for _ in range(12):
        acme.turn()
        acme.later(minutes=1)
    assert acme.imap.connections - before == 2
    assert "imap login" in acme.troubles
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    acme.writes_in()
    acme.later(hours=1)
    acme.settle()
    assert acme.troubles == set()
    assert len(acme.cases()) == 1


def test_a_password_that_cannot_be_had_stops_nothing(
    acme: Shaken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment lost it: a trouble like a refused login, not the end of the daemon."""
    monkeypatch.delenv("ACME_PASSWORD")
    acme.agent.inbox._client = None
    acme.turn()
    assert "imap login" in acme.troubles
    assert "ACME_PASSWORD" in acme.agent.turn.health.troubles["imap login"].said


def test_an_inbox_that_is_not_there_is_a_trouble(acme: Shaken) -> None:
    """A folder that people named and that is gone would make us blind in silence."""
    inbox = acme.office.config.inbox.model_copy(update={"folders": ("INBOX", "Escalations")})
    acme.office.config = acme.office.config.model_copy(update={"inbox": inbox})
    acme.turn()
    assert "imap" in acme.troubles
    assert "Escalations" in acme.agent.turn.health.troubles["imap"].said


def test_a_new_incarnation_of_the_folder_dedupes_and_leaves_history_alone(acme: Shaken) -> None:
    """UIDVALIDITY changes: what was read is known by its bytes, what was never read is history."""
    acme.customer_writes(TROUBLE)
    before = len(acme.entries())
    with acme.office.store.transaction() as session:
        first_cursor = cursor.get_cursor(session, "inbox/INBOX")
        assert first_cursor is not None
        cursor.put_cursor(
            session,
            cursor.Cursor(first_cursor.folder, first_cursor.uidvalidity + 1, first_cursor.uid),
        )
    key = "begun:inbox/INBOX"
    with acme.office.store.transaction() as session:
        begun = state.get(session, key)
        state.put(session, key, {**begun, "uidvalidity": begun["uidvalidity"] + 1})
    old, acme.clock.at = acme.clock.at, acme.clock.at - timedelta(days=90)
    acme.writes_in("I was charged twice and want my money back.", sender="Old <o@old.example>")
    acme.clock.at = old
    acme.settle()
    kinds = [entry.kind for entry in acme.entries()[before:]]
    assert kinds.count("rescanned") == 1
    assert [entry.data["history"] for entry in acme.entries("read")[-1:]] == [True]
    assert len(acme.cases()) == 1
    assert "opened" not in kinds


def test_mail_removed_before_it_was_read_is_noted(acme: Shaken) -> None:
    """Somebody deletes it between two looks: nothing to read, nothing breaks, work goes on."""
    acme.writes_in()
    acme.post.empty("support@acme.example")
    acme.settle()
    acme.customer_writes(TROUBLE)
    assert len(acme.cases()) == 1


def test_the_same_mail_twice_is_one(acme: Shaken) -> None:
    """Delivered again byte for byte: known by its digest, whatever its UID."""
    acme.customer_writes(TROUBLE)
    [raw] = [
        item for item in acme.post.mailbox("support@acme.example") if b"charged twice" in item
    ][:1]
    acme.post.put("support@acme.example", raw)
    acme.settle()
    assert len(acme.cases()) == 1
    assert len([entry for entry in acme.entries("read") if entry.data["became"] == "customer"]) == 1


def test_two_mails_with_one_message_id_are_two(acme: Shaken) -> None:
    """An id that somebody used before must not make a mail disappear."""
    first = acme.customer_writes("A first question.", sender="Eve <eve@evil.example>")
    raw, _ = acme._mail("Vera <vera@northwind.example>", "support@acme.example", "Hi", TROUBLE)
    copy = raw.replace(
        raw.partition(b"Message-ID: ")[2].partition(b"\n")[0], b"<%b>" % first.encode()
    )
    acme.post.deliver("support@acme.example", copy)
    acme.settle()
    assert len([entry for entry in acme.entries("read") if entry.data["became"] == "customer"]) == 2
    assert len(acme.cases()) == 1


def test_the_heartbeat_ages_with_the_inbox_and_not_with_the_clock(acme: Shaken) -> None:
    """Fresh while the inbox is read; stale after ten minutes, and when the clock goes back."""
    health = acme.agent.turn.health
    assert heartbeat.write_heartbeat(acme.office, health)
    acme.imap.reset()
    acme.later(minutes=11)
    acme.turn()
    assert not heartbeat.write_heartbeat(acme.office, health)
    acme.later(days=-3)
    assert not heartbeat.write_heartbeat(acme.office, health)
