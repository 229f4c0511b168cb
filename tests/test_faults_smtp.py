"""The way out fails in every way it can: nobody is asked twice, and no letter is dropped."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from faults import ALONE, TROUBLE, Shaken, shaken

from deskless.agent.case.case import Result
from deskless.agent.office import state_keys
from deskless.agent.outbound.receipts import UNWANTED
from deskless.mailbox.transport.errors import Temporary
from deskless.mailbox.transport.smtp import SmtpReceipt
from deskless.store import outbox

pytestmark = pytest.mark.slow

ANA = "ana@acme.example"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shaken]:
    """The company behind two proxies."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme", toml=ALONE) as made:
        yield made


def owed(acme: Shaken) -> dict[str, int]:
    """How many letters wait, by state."""
    with acme.office.store.reading() as session:
        return outbox.count_by_state(session)


def keeps(acme: Shaken) -> object:
    """What is known about the server's copies."""
    with acme.office.store.reading() as session:
        return state_keys.SENT_KEEPS.get(session)


@pytest.mark.parametrize(
    ("reply", "step"),
    [
        ("450 4.2.1 greylisted", "rcpt"),
        ("451 4.3.0 later", "data"),
        pytest.param("452 4.2.2 full", "rcpt", marks=pytest.mark.slow),
    ],
)
def test_a_temporary_refusal_is_tried_again_after_1_5_15_60_minutes(
    acme: Shaken, reply: str, step: str
) -> None:
    """The pauses of a letter; the route itself is well, so nobody is told of a trouble."""
    acme.post.fail(ANA, reply, times=3, step=step)
    acme.customer_writes(TROUBLE)
    assert acme.mails("ana") == []
    assert acme.troubles == set()
    for minutes, arrived in ((1, 0), (5, 0), (15, 1)):
        acme.pass_time(minutes=minutes)
        assert len(acme.mails("ana")) == arrived
    assert acme.doubled() == 0


def test_a_brief_that_is_refused_for_hours_goes_to_the_next_owner(acme: Shaken) -> None:
    """A mailbox that stays full is no answer: after the fifth refusal somebody else is asked."""
    acme.post.fail(ANA, "452 4.2.2 mailbox full", times=99)
    acme.customer_writes(TROUBLE)
    for minutes in (1, 5, 15, 60):
        acme.pass_time(minutes=minutes)
    first, second = acme.case.handoffs
    assert (first.to, first.result) == (acme.id("ana"), Result.UNDELIVERED)
    assert second.to == acme.id("ben")
    assert acme.brief("ben")


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "554 5.7.1 refused"])
def test_a_final_refusal_asks_the_next_owner_at_once(acme: Shaken, reply: str) -> None:
    """5xx: never again to this address, the next one has the brief in the same turn."""
    acme.post.fail(ANA, reply, times=99)
    acme.customer_writes(TROUBLE)
    assert acme.brief("ben")
    assert acme.case.handoffs[0].result is Result.UNDELIVERED
    assert [entry.data["letter"] for entry in acme.entries("undeliverable")] == ["brief"]


def test_no_answer_after_the_dot_is_looked_for_before_anything_is_sent_again(acme: Shaken) -> None:
    """The server's answer is swallowed: unknown, found in Sent, never sent twice."""
    acme.writes_in()
    acme.hurry()
    courier = acme.agent.couriers["agent"]

    def swallow(step: str) -> None:
        if step == "reply":
            acme.smtp.swallow_answers()

    courier._hook = swallow
    acme.turn()
    courier._hook = None
    acme.smtp.passing()
    assert owed(acme) == {"unknown": 1}
    acme.pass_time(minutes=2)
    assert owed(acme) == {}
    assert len(acme.mails("ana")) == 1
    assert [entry.data.get("found") for entry in acme.entries("sent")][-1] is True


@pytest.mark.parametrize("keep_sent", [True, False])
def test_a_letter_in_doubt_is_settled_within_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keep_sent: bool
) -> None:
    """By the copy in Sent, or by our own copy that comes back; it is told once, and went once."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "doubt", keep_sent=keep_sent, toml=ALONE) as acme:
        for minutes in (1, 2, 3):  # until it is known which kind of server it is
            acme.pass_time(minutes=minutes)
        acme.writes_in()
        acme.hurry()
        courier = acme.agent.couriers["agent"]
        courier._hook = lambda step: acme.smtp.swallow_answers() if step == "reply" else None
        acme.turn()
        courier._hook = None
        acme.smtp.passing()
        begun = acme.clock.at
        assert owed(acme) == {"unknown": 1}
        while owed(acme):
            acme.pass_time(seconds=5)
        assert acme.clock.at - begun <= timedelta(seconds=60)
        assert len(acme.mails("ana")) == 1
        assert [entry.data.get("found") for entry in acme.entries("sent")][-1] is True


def test_a_refused_letter_waits_while_the_mailbox_cannot_be_asked(acme: Shaken) -> None:
    """Refused, yet stored, and then the mailbox is away: nothing goes twice; it waits its looks."""
    acme.post.fail(ANA, "451 4.3.0 oops", step="stored")
    acme.writes_in()
    acme.turn()
    assert owed(acme) == {"pending": 1}
    acme.sloppy = True
    acme.hurry()
    acme.imap.reset()
    acme.pass_time(minutes=2)
    assert len(acme.mails("ana")) == 1
    acme.imap.passing()
    acme.pass_time(minutes=1)
    acme.pass_time(minutes=1)
    assert len(acme.mails("ana")) == 1
    assert owed(acme) == {}


def test_a_lie_of_4xx_after_storing_is_seen_through(acme: Shaken) -> None:
    """Refused, yet stored: before the second try the copy in Sent is found."""
    acme.post.fail(ANA, "451 4.3.0 oops", step="stored")
    acme.customer_writes(TROUBLE)
    acme.pass_time(minutes=2)
    acme.pass_time(minutes=10)
    assert len(acme.mails("ana")) == 1
    assert owed(acme) == {}


def test_a_letter_found_nowhere_goes_again_with_the_same_bytes(acme: Shaken) -> None:
    """In flight when the process died before it connected: after three looks it is sent."""
    acme.writes_in()
    acme.agent.turn.sending = False
    acme.settle()
    dispatch = acme.agent.turn.dispatch
    [letter] = dispatch._claim()
    with acme.office.store.transaction() as session:
        assert outbox.mark_in_flight(session, letter)
    acme.restart()
    for minutes in (0, 1, 2):
        acme.pass_time(minutes=minutes)
        assert acme.mails("ana") == [] or minutes == 2
    [brief] = acme.mails("ana")
    assert letter.message_id in str(brief.message["Message-ID"])


def test_a_server_that_keeps_copies_is_found_out(acme: Shaken) -> None:
    """The first letter is looked for in Sent; from then on no copy goes to ourselves."""
    assert keeps(acme) is None
    acme.turn()
    assert keeps(acme) is True
    acme.customer_writes(TROUBLE)
    own = [raw for raw in acme.post.mailbox("support@acme.example") if b"Can you take" in raw]
    assert own == []


def test_of_a_server_that_keeps_none_our_own_address_gets_the_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the envelope only: nobody sees it, the copy is known as ours, and proves the sending."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme", keep_sent=False) as acme:
        for _ in range(3):
            acme.pass_time(minutes=2)
        assert keeps(acme) is False
        acme.customer_writes(TROUBLE)
        [brief] = acme.mails("ana")
        assert "receipt" not in str(brief.message["To"]) + str(brief.message["Cc"])
        copies = acme.post.mailbox("support@acme.example")
        assert any(str(brief.message["Message-ID"]).encode() in raw for raw in copies)
        assert acme.entries("read")[-1].data["became"] == "own"
        assert len(acme.cases()) == 1


def test_where_nobody_takes_our_copy_the_letter_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused receipt must not keep the brief from its reader."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with shaken(tmp_path / "acme", keep_sent=False) as acme:
        acme.post.fail("deskless+receipt@acme.example", "550 5.1.1 no", times=99)
        acme.customer_writes(TROUBLE)
        assert len(acme.mails("ana")) == 1
        assert keeps(acme) in (UNWANTED, False)
        acme.pass_time(minutes=5)
        acme.customer_writes(TROUBLE, sender="Wim <wim@cornercafe.example>", subject="Twice")
        # Ana is asked already: the second one is Ben's.
        assert (len(acme.mails("ana")), len(acme.mails("ben"))) == (1, 1)


def test_a_server_that_is_away_is_asked_once_and_not_for_every_letter(acme: Shaken) -> None:
    """Five letters wait: one connection a pause, all of them out when the line is back."""
    acme.smtp.reset()
    for number in range(5):
        acme.writes_in(sender=f"C{number} <c{number}@northwind.example>", subject=f"Bill {number}")
    before = acme.smtp.connections
    acme.settle()
    assert acme.smtp.connections - before == 1
    assert owed(acme) == {"pending": 5}
    assert acme.troubles == {"smtp"}
    acme.smtp.passing()
    acme.pass_time(minutes=2)
    assert owed(acme) == {}
    assert acme.doubled() == 0


def test_a_silent_server_costs_a_timeout_and_not_one_for_each_letter(acme: Shaken) -> None:
    """A black hole: the turn ends within the timeout, reading goes on."""
    acme.hurry()
    acme.smtp.blackhole()
    for number in range(4):
        acme.writes_in(sender=f"C{number} <c{number}@northwind.example>", subject=f"Bill {number}")
    acme.turn()
    acme.turn()
    assert acme.troubles == {"smtp"}
    assert len(acme.cases()) == 4


def test_a_refused_login_is_told_and_not_hammered(
    acme: Shaken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SMTP says 535: one try in five minutes, the inbox is still read on its open line."""
    acme.runner.run(acme.agent.couriers["agent"].close())
    acme.agent.inbox.connect()
    monkeypatch.setenv("ACME_PASSWORD", "wrong")
    for number in range(3):
        acme.writes_in(sender=f"C{number} <c{number}@northwind.example>", subject=f"Bill {number}")
    before = acme.smtp.connections
    for _ in range(4):
        acme.turn()
        acme.later(minutes=1)
    assert acme.smtp.connections - before == 1
    assert acme.troubles == {"smtp login"}
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    acme.pass_time(minutes=10)
    assert owed(acme) == {}
    assert any("smtp login works again" in mail.text for mail in acme.mails("maya"))


class Dead:
    """A courier whose server is away."""

    async def open(self) -> frozenset[str]:
        raise Temporary(None, "nobody answers")

    async def send(self, envelope_from: str, to: object, raw: bytes) -> SmtpReceipt:
        raise Temporary(None, "nobody answers")

    async def close(self) -> None:
        """Nothing was open."""


def test_a_trouble_goes_by_the_courier_that_still_works(acme: Shaken) -> None:
    """The agent's own server is away: the founder hears of it through the inbox's server."""
    acme.agent.couriers["agent"] = Dead()  # type: ignore[assignment]
    acme.agent.turn.dispatch.couriers["agent"] = Dead()  # type: ignore[index]
    acme.customer_writes(TROUBLE)
    assert acme.mails("ana") == []
    for _ in range(4):
        acme.pass_time(minutes=2)
    assert acme.mails("ana") == []
    assert len([mail for mail in acme.mails("maya") if "smtp does not work" in mail.text]) == 1


def test_an_address_that_cannot_be_one_fails_and_stops_nobody(acme: Shaken) -> None:
    """A customer's strange address never reaches the wire, and the next letter goes out."""
    with acme.office.store.transaction() as session:
        outbox.put_letter(
            session,
            outbox.NewLetter(
                message_id="odd@acme.example", kind="notice", to=("ana@acme.example",),
                envelope_from="a b@acme.example", raw=b"x", created_at=acme.clock.at,
            ),
        )  # fmt: skip
    acme.customer_writes(TROUBLE)
    assert acme.brief("ana")
    assert len(acme.entries("undeliverable")) == 1


def test_a_life_that_died_with_claims_leaves_none(acme: Shaken) -> None:
    """Claimed and not yet in flight at the kill: sent at once by the next life."""
    acme.writes_in()
    acme.agent.turn.sending = False
    acme.settle()
    assert acme.agent.turn.dispatch._claim()
    acme.restart()
    acme.settle()
    assert len(acme.mails("ana")) == 1


def test_a_wrong_clock_that_goes_back_leaves_no_letter_waiting(acme: Shaken) -> None:
    """Three days ahead when it was put off: due again as soon as the clock is right."""
    acme.later(days=3)
    acme.post.fail(ANA, "451 4.3.0 later", times=1)
    acme.customer_writes(TROUBLE)
    assert owed(acme) == {"pending": 1}
    acme.later(days=-3)
    acme.settle()
    assert owed(acme) == {}
    [entry] = acme.entries("clock_back")
    assert timedelta(seconds=int(str(entry.data["seconds"]))) >= timedelta(days=2, hours=23)
