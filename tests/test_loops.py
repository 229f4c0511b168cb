"""Machines that answer machines: bounded mail, a tripped breaker, one mail to the founder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import harness
import pytest
from harness import MONDAY, Clock, Company, company
from sqlalchemy import func, select

from deskless.agent.demo.post import Habits, PostOffice
from deskless.store.engine.rows import run_statement
from deskless.store.engine.tables import LetterRow

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        yield made


def written(made: Company) -> int:
    """How many letters it ever wrote."""
    with made.office.store.reading() as session:
        return int(run_statement(session, select(func.count()).select_from(LetterRow)).scalar_one())


@contextmanager
def neighbours(folder: Path) -> Iterator[tuple[Company, Company]]:
    """Acme and Beta, each with Deskless, each other's customers, at one post office."""
    clock = Clock(MONDAY)
    people = ("support", "tom", "ana", "ben", "cleo", "maya")
    names = ("acme", "beta")
    users = {f"{who}@{name}.example": "secret" for name in names for who in people}
    habits = Habits(
        aliases={
            f"deskless@{name}.example": f"support@{name}.example" for name in ("acme", "beta")
        },
        keep_sent=True,
    )
    with PostOffice(users, habits=habits, clock=lambda: clock.at.timestamp()) as post:
        made = []
        for name in ("acme", "beta"):
            harness.write_folder(folder / name, post)
            for file in ("deskless.toml", "matrix.csv"):
                path = folder / name / file
                text = path.read_text().replace("acme.example", f"{name}.example")
                path.write_text(text.replace("support%40acme", f"support%40{name}"))
            made.append(Company(folder / name, post, clock=clock))
        try:
            for item in made:
                item.turn()
            yield made[0], made[1]
        finally:
            for item in made:
                item.stop()
                item.runner.close()


@pytest.mark.parametrize("bare", [False, True], ids=["forwarded as it is", "retyped"])
def test_two_daemons_that_are_each_others_customers_come_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bare: bool
) -> None:
    """A bot on each side passes every brief on to the other side, as it is or without a mark of us.

    As it is, our own marks end it at once; retyped, each brief is a new customer's trouble, and
    the breakers end it.
    """
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with neighbours(tmp_path) as (acme, beta):
        raw, _ = acme._mail(
            "Support <support@beta.example>", "support@acme.example", "Bill", TROUBLE
        )
        acme.post.deliver("support@acme.example", raw)
        passed = []
        for _ in range(40):
            acme.turn()
            beta.turn()
            passed.append(
                _relay(acme, "acme", "beta", bare=bare) + _relay(beta, "beta", "acme", bare=bare)
            )
            acme.clock.at += timedelta(minutes=1)
        assert 1 <= sum(passed) <= (30 if bare else 4)
        assert not any(passed[-12:]), passed
        tripped = 0
        for item, name in ((acme, "acme"), (beta, "beta")):
            founder = item.post.mailbox(f"maya@{name}.example")
            told = [raw for raw in founder if b"breaker reset" in raw]
            assert len(told) == len(item.entries("breaker"))
            tripped += len(told)
        assert bool(tripped) is bare


def _relay(made: Company, name: str, other: str, *, bare: bool) -> int:
    """Everything that is asked of Ana or Ben goes to the other side's inbox; how much it was."""
    to = f"support@{other}.example"
    mailboxes = [f"{who}@{name}.example" for who in ("ana", "ben")]
    letters = [raw for address in mailboxes for raw in made.post.mailbox(address)]
    for raw in letters:
        old = raw.partition(b"Message-ID:")[2].split(b">")[0] + b">"
        copy = raw.replace(old, b" " + make_msgid().encode())
        if bare:
            sender, text = f"Support <support@{name}.example>", f"{make_msgid()}\n\n{TROUBLE}"
            copy, _ = made._mail(sender, to, "Bill", text)
        made.post.deliver(to, copy)
    for address in mailboxes:
        made.post.empty(address)
    return len(letters)


def test_a_bot_that_answers_every_mail_gets_a_bounded_number(acme: Company) -> None:
    """No header says that it is a machine: the breaker does, and the founder hears of it once."""
    acme.customer_writes(TROUBLE)
    for _ in range(40):
        for item in acme.new("ana"):
            if item.message["Reply-To"]:
                acme.reply(
                    "ana", "We have received your message and will get back to you.", to=item
                )
        acme.clock.at += timedelta(minutes=1)
    got = len(acme.mails("ana"))
    assert got <= acme.office.config.limits.loop + 1
    assert len(acme.entries("breaker")) >= 1
    told = [mail for mail in acme.mails("maya") if "breaker reset" in mail.text]
    assert len(told) == len(acme.entries("breaker"))
    acme.restart()
    acme.settle()
    assert len(acme.mails("ana")) == got


def test_an_out_of_office_bot_is_answered_by_nobody(acme: Company) -> None:
    """It answers each letter, marked as machines mark it: no letter back, the offer moves on."""
    acme.customer_writes(TROUBLE)
    for _ in range(20):
        for item in acme.new("ana"):
            if item.message["Reply-To"]:
                acme.reply(
                    "ana", "I am out of office until 30 November.", to=item,
                    Auto_Submitted="auto-replied",
                )  # fmt: skip
        acme.clock.at += timedelta(minutes=2)
    assert len(acme.mails("ana")) <= 2
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    assert acme.entries("breaker") == []


def test_an_address_that_bounces_is_written_to_once(acme: Company) -> None:
    """The report of non-delivery moves the offer on; it is never answered."""
    acme.post.fail("ana@acme.example", "550 5.1.1 no such user", times=999)
    acme.customer_writes(TROUBLE)
    for _ in range(10):
        acme.pass_time(minutes=5)
    refused = [entry for entry in acme.entries("undeliverable") if entry.data["letter"] == "brief"]
    assert len(refused) == 1
    assert acme.brief("ben")
    assert written(acme) < 10


def test_a_customers_program_that_repeats_itself_is_one_case_and_gets_nothing(
    acme: Company,
) -> None:
    """It may pass on an outage, so it is judged; thirty of its mails are one matter, one brief."""
    for number in range(30):
        mail = EmailMessage()
        mail["From"], mail["To"] = "robot@northwind.example", "support@acme.example"
        mail["Subject"], mail["Message-ID"] = "Re: Bill", make_msgid()
        mail["Auto-Submitted"] = "auto-replied"
        mail.set_content(f"{TROUBLE} ({number})")
        acme.post.deliver("support@acme.example", mail.as_bytes())
    acme.settle()
    acme.pass_time(minutes=30)
    assert len(acme.cases()) == 1
    assert len(acme.mails("ana")) == 1


RESPONDERS = {
    "a vacation program": ("I am out of the office until 30 November.",
                           {"Auto_Submitted": "auto-replied (vacation)"}),
    "Exchange": ("I am out of the office. If nobody can log in, please call Bo.",
                 {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"}),
    "a help desk": ("We have received your message and will answer soon. Ticket #4411.",
                    {"Auto_Submitted": "auto-replied", "Precedence": "bulk"}),
    "one that does not say so": ("Thanks for your mail! We answer within two days.", {}),
}  # fmt: skip


@pytest.mark.parametrize("program", RESPONDERS)
def test_a_customers_responder_gets_the_one_mail_that_a_person_sent(
    acme: Company, program: str
) -> None:
    """It answers everything, and nothing of it is answered, whatever it says."""
    words, marks = RESPONDERS[program]
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND", to=acme.mail("ana", "SEND"))
    [sent] = acme.post.outgoing
    ours = harness.Mail(sent.raw).message
    for _ in range(10):
        acme.customer_writes(
            words, subject="Automatic reply: Invoice 4411",
            In_Reply_To=str(ours["Message-ID"]), **marks,
        )  # fmt: skip
        acme.pass_time(minutes=5)
    assert len(acme.post.outgoing) == 1
    assert len(acme.cases()) == 1
    assert acme.case.live


def test_our_own_mail_is_never_a_customers(acme: Company) -> None:
    """Everything the agent ever sent lands in the inbox it watches: nothing follows from it."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    before, cases = written(acme), len(acme.cases())
    for who in ("ana", "maya"):
        for mail in acme.mails(who):
            acme.post.put("support@acme.example", mail.raw)
    acme.settle()
    acme.pass_time(minutes=5)
    assert (written(acme), len(acme.cases())) == (before, cases)


def test_a_loop_that_is_held_outlives_a_restart_and_holds_no_brief(acme: Company) -> None:
    """The answers to the machine stay held; new cases reach whoever stands behind that address."""
    acme.customer_writes(TROUBLE)
    for _ in range(5):
        acme.reply("ana", "We have received your message and will get back to you.")
    got = len(acme.mails("ana"))
    acme.restart()
    acme.settle()
    acme.reply("ana", "We have received your message and will get back to you.")
    assert len(acme.mails("ana")) == got
    for number in range(3):
        acme.customer_writes(
            TROUBLE, sender=f"C{number} <c{number}@customer{number}.example>", subject="Bill"
        )
    everybody = [mail for who in ("ana", "ben", "cleo") for mail in acme.mails(who)]
    for case in acme.cases():
        assert any(case.key in mail.subject for mail in everybody), case.key
    acme.pass_time(minutes=62)
    assert [entry.data["withdrawn"] for entry in acme.entries("breaker_closed")] == [4]
