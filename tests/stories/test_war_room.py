"""A war room: five people in one mail thread, whose answers to all are the log of the case."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, make_msgid
from pathlib import Path

import pytest
from harness import POLICY, Company, Mail, company

from deskless.agent.case.case import Status
from deskless.agent.office import journal
from deskless.agent.outbound.case_view import view_case

DOWN = "Hello,\n\nSince this morning nobody can log in. We lose 900 EUR an hour.\n\nVera Lind"
PHONES = """tier,name,email,role,lead,backup,handles,phone
1,Tom Frey,tom@acme.example,support,,,,+49 30 100
2,Ana Lopez,ana@acme.example,billing,,,refund-dispute,
2,Ben Okafor,ben@acme.example,product,,,,+49 30 200
3,Cleo Marsh,cleo@acme.example,engineering,,,,+49 30 300
4,Maya Stern,maya@acme.example,founder,,,,+49 30 400
"""
MAJOR = POLICY.replace("SEV-3", "SEV-2")
BRIDGE = '[war_room]\nbridge = "https://meet.acme.example/war"'


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme with telephones and a place to meet."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", matrix=PHONES, toml=BRIDGE) as made:
        yield made


def call(house: Company, who: str) -> Mail:
    """The newest mail of the room that somebody has."""
    return next(mail for mail in reversed(house.mails(who)) if "War room:" in mail.subject)


def answers_all(
    house: Company, who: str, text: str, *, to: Mail, cc: str = "", sender: str = "", **more: str
) -> Mail:
    """Somebody answers to all, above the quoted mail: everybody gets it from them, and so do we."""
    mail = EmailMessage()
    mail["From"] = sender or f"{who.capitalize()} <{who}@acme.example>"
    back = to.message["Reply-To"] or to.message["From"]
    named = getaddresses([str(field) for field in (back, to.message["To"], to.message["Cc"] or "")])
    others = [each for _, each in named if each and not each.startswith(f"{who}@")]
    mail["To"], mail["Cc"] = ", ".join(filter(None, others)), cc or None
    if not cc:
        del mail["Cc"]
    mail["Subject"] = f"Re: {to.subject.removeprefix('Re: ')}"
    mail["Date"], mail["Message-ID"] = (
        format_datetime(house.clock.at),
        make_msgid(domain="a.example"),
    )
    mail["In-Reply-To"] = str(to.message["Message-ID"])
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in to.text.splitlines())
    mail.set_content(f"{text}\n\nOn Mon, 23 Nov 2026, somebody wrote:\n{quoted}\n")
    for address in others:
        if address.startswith("deskless+"):
            house.post.deliver(address, mail.as_bytes())
        elif address.endswith("@acme.example"):
            house.post.put(address, mail.as_bytes())
    house.settle()
    return Mail(mail.as_bytes())


def said(house: Company) -> list[tuple[str, str]]:
    """What stands in the log: who, and the words."""
    with house.office.store.reading() as session:
        words = view_case(house.office, session, house.case).room_words
    return [(word.who, word.text) for word in words]


def ours(house: Company, who: str) -> int:
    """How many mails of ours somebody has."""
    return sum("deskless@" in str(mail.message["From"]) for mail in house.mails(who))


def flat(mail: Mail) -> str:
    """A mail's words on one line."""
    return " ".join(mail.text.split())


@pytest.mark.wire
def test_five_people_an_outsider_and_a_change_of_command(house: Company) -> None:
    """Opened at once, one mail to all; what they answer to all is the log; we speak three times."""
    house.customer_writes(DOWN)
    first = call(house, "ben")
    people = ("ben", "maya", "tom", "cleo")
    assert {str(first.message["To"])} == {str(call(house, who).message["To"]) for who in people}
    assert "ana@acme.example" not in str(first.message["To"])  # she has to do with refunds alone
    assert "Ben Okafor leads it." in flat(first)
    assert "Ben Okafor (commander, asked to own it, product): +49 30 200" in flat(first)
    assert "Maya Stern (account owner, founder): +49 30 400" in flat(first)
    assert "https://meet.acme.example/war" in first.text
    assert "the customer every 30 min, the team every 1 h" in flat(first)
    house.reply("ben", "ACCEPT", to=house.mail("ben", "Can you take this one"))
    for who in (*people, "ana"):
        house.new(who)
    one = answers_all(house, "cleo", "The login nodes are out of memory.\n\n-- \nCleo", to=first)
    two = answers_all(house, "ben", "Restarting them now.", to=one)
    answers_all(house, "ana", "I tell the accounts.", to=two)  # taken in by a colleague
    assert said(house) == [
        ("Cleo Marsh", "The login nodes are out of memory."),
        ("Ben Okafor", "Restarting them now."),
        ("Ana Lopez", "I tell the accounts."),
    ]
    assert not any("deskless@" in str(mail.message["From"]) for mail in house.new("cleo"))
    guest = "Gus Guest <gus@hosting.example>"
    answers_all(house, "cleo", "Gus runs the machines.", to=two, cc=guest)
    answers_all(house, "cleo", "Gus, can you look at node 3?", to=two, cc=guest)
    told = [mail for mail in house.new("ben") if "somebody from outside" in flat(mail)]
    assert len(told) == 1
    assert "gus@hosting.example" in told[0].text
    assert not any("leaked" in mail.text for mail in house.mails("maya"))
    spoken = len(said(house))
    answers_all(house, "gus", "Node 3 is fine.", to=two, sender=guest)
    answers_all(house, "gus", "Really.", to=two, sender=guest)
    assert len(said(house)) == spoken
    assert len(house.entries("outsiderseen")) == 1
    answers_all(house, "ben", "COMMANDER Cleo", to=two)
    handed = call(house, "tom")
    assert "Cleo Marsh leads the war room on ACME-1042-1 now. Ben Okafor handed it on." in flat(
        handed
    )
    assert "ana@acme.example" in str(handed.message["To"])
    assert house.case.owner == house.id("ben")
    house.reply("ben", "RESOLVED", to=house.mail("ben", "you took ACME-1042-1"))
    end = call(house, "tom")
    assert "ACME-1042-1 is resolved, and its war room ends." in flat(end)
    room = [mail for mail in house.mails("tom") if "deskless@" in str(mail.message["From"])]
    assert len([mail for mail in room if "War room:" in mail.subject]) == 3
    assert len({str(mail.message["References"]) for mail in room}) == 1
    house.consistent()


def test_a_command_is_typed_and_words_are_words(house: Company) -> None:
    """Facts and commands act for who may give them, with a receipt for the writer alone."""
    house.customer_writes(DOWN)
    first = call(house, "ben")
    people = ("ben", "tom", "cleo", "maya")
    before = [ours(house, who) for who in people]
    answers_all(house, "ben", "Accept the new config on node 3, please.", to=first)
    answers_all(house, "cleo", "I'll take the database.", to=first)
    answers_all(house, "tom", "NO. That is the wrong node.", to=first)
    assert house.case.owner is None
    assert [ours(house, who) for who in people] == before
    answers_all(house, "cleo", "ACCEPT", to=first)  # it was not asked of her
    assert house.case.owner is None
    assert "asked" in flat(house.new("cleo")[-1])
    answers_all(house, "ben", "ACCEPT", to=first)
    assert house.case.owner == house.id("ben")
    answers_all(house, "ben", "next: restart node 3\nblocked: no access to the console", to=first)
    assert len(house.entries("progressed")) == 1
    answers_all(house, "maya", "STATUS", to=first)
    status = flat(house.mail("maya", "ACME-1042-1 as it stands"))
    assert "War room: open, led by Ben Okafor; 7 mails of" in status
    assert "last Maya Stern" in status
    answers_all(house, "tom", "COMMANDER Tom", to=first)
    assert "Only" in flat(house.mails("tom")[-1]) or "can hand it on" in flat(
        house.mails("tom")[-1]
    )
    answers_all(house, "tom", "I am away until Friday.", to=first, Auto_Submitted="auto-replied")
    assert ("Tom Frey", "I am away until Friday.") not in said(house)


def test_a_sev2_has_a_room_by_the_owners_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before; with a telephone where the matrix has one, and nobody who is away."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", policies={"refund.md": MAJOR}, matrix=PHONES) as house:
        house.customer_writes("I was charged twice. I want my money back.")
        house.reply("ana", "ACCEPT")
        assert not any("War room:" in mail.subject for mail in house.mails("ana"))
        house.reply("tom", "Out of office until 30 Nov", to=house.mails("ana")[0], sender="",
                    Auto_Submitted="auto-replied")  # fmt: skip
        house.reply("ana", "WAR ROOM", to=house.mails("ana")[-1])
        opened = call(house, "ana")
        assert "called by Ana Lopez: Ana Lopez leads it." in flat(opened)
        assert "tom@acme.example" not in str(opened.message["To"])
        assert house.case.status is Status.OWNED


def test_without_the_word_of_a_server_words_are_marked_and_nothing_acts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No verdict of ours: the log says so, a command asks for a code, a forged mail is nothing."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", authserv="", matrix=PHONES) as house:
        house.customer_writes(DOWN)
        first = call(house, "ben")
        answers_all(house, "cleo", "Out of memory.", to=first)
        assert said(house) == [("Cleo Marsh (not proven)", "Out of memory.")]
        answers_all(house, "ben", "ACCEPT", to=first)
        assert house.case.owner is None
        assert "CODE" in house.mails("ben")[-1].text
        house.reply("ben", "YES", to=house.mails("ben")[-1])
        assert house.case.owner == house.id("ben")


def test_whoever_forges_a_colleague_is_not_heard(house: Company) -> None:
    """The server says that it was not Cleo: no word in the log, and no command."""
    house.customer_writes(DOWN)
    first = call(house, "ben")
    house.reply("cleo", "COMMANDER Tom", to=first, forged=True)
    assert said(house) == []
    assert house.entries("commandpassed") == []


def test_a_command_keeps_the_flag_that_its_own_mail_raised(house: Company) -> None:
    """The daemon slept past the customer's first word: the flag goes up once, on shelf as in record
    (the mail is a word for the log, and then a command).
    """
    house.customer_writes(DOWN)
    first = call(house, "ben")
    house.clock.at += timedelta(minutes=20)
    answers_all(house, "ben", "COMMANDER Cleo", to=first)
    flags = [entry.data["flag"] for entry in house.entries("flagged")]
    assert len(flags) == len(set(flags)) > 0
    with house.office.store.reading() as session:
        assert journal.case_from_ledger(session, house.case.key) == house.case


def test_one_bad_address_does_not_keep_the_room_from_the_others(house: Company) -> None:
    """Refused for good for one: the rest have it, and the record says who has not."""
    house.post.fail("cleo@acme.example", "550 5.1.1 no such user", times=99, step="rcpt")
    house.customer_writes(DOWN)
    assert "cleo@acme.example" in str(call(house, "tom").message["To"])
    assert house.mails("cleo") == []
    lost = [entry for entry in house.entries("undeliverable") if entry.actor == house.id("cleo")]
    assert len(lost) == 1
    house.consistent()
