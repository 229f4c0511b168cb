"""From yes to solved, on a clock: every letter at its minute, and nothing that nobody said."""

from datetime import timedelta
from pathlib import Path

import pytest
from harness import MONDAY, Company, company

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of the inbox."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")


OUTAGE = "Hello,\n\nSince this morning nobody can log in.\n\nVera Lind"
TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"


def clock(acme: Company) -> str:
    """What Berlin's clock shows."""
    return f"{acme.clock.at.astimezone(acme.office.config.team.zone):%H:%M}"


def flat(text: str) -> str:
    """A mail's text on one line, without the marks of a quote."""
    return " ".join(text.replace("| ", "").split())


def until(acme: Company, minute: str) -> None:
    """Time goes by, minute after minute, as the agent lives it."""
    while clock(acme) != minute:
        acme.clock.at += timedelta(minutes=1)
        acme.settle()


def to_customer(acme: Company) -> list[str]:
    """What Vera has got, oldest first, each as one line with its subject."""
    return [
        f"{mail.subject} | {flat(mail.text)}" for mail in acme.outside("vera@northwind.example")
    ]


def subjects(acme: Company, who: str) -> list[str]:
    """What is new for somebody, by the line that matters."""
    return [flat(mail.text).removeprefix("-- Reply above this line -- ") for mail in acme.new(who)]


def test_an_outage_hears_of_every_half_hour(acme: Company) -> None:
    """The draft ten minutes before, blocked until its next step is told, and sent as it stands."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    until(acme, "10:03")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "SEND")
    assert len(to_customer(acme)) == 1
    acme.new("ana")
    until(acme, "10:22")
    assert subjects(acme, "ana") == []
    until(acme, "10:23")
    [due] = subjects(acme, "ana")
    assert due.startswith(
        "SEV-1. Northwind expects your next update by Mon 23 Nov 10:33 CET, in 10 min."
    )
    assert "blocked: still missing: the next step (reply next: …)" in due.replace("“", "").replace(
        "”", ""
    )
    acme.reply("ana", "SEND")
    assert "There is no text here that could be sent." in subjects(acme, "ana")[0]
    assert len(to_customer(acme)) == 1, "what is blocked never leaves"

    acme.reply("ana", "done: rolled back the release\nnext: we check every login\neta: 11:45")
    assert acme.case.promise == MONDAY + timedelta(minutes=33), "an eta is no promise of a word"
    acme.reply("ana", "SEND")
    [_, update] = to_customer(acme)
    assert update.startswith("Update on Nobody can log in - in progress | Hello Vera Lind,")
    assert "What has been done: - rolled back the release" in update
    assert "What comes next: - we check every login What we expect: 11:45" in update
    assert "again by Monday 23 November, 10:03 (UTC), also if there is nothing new" in update
    assert acme.case.promise == MONDAY + timedelta(minutes=63), (
        "what the letter promised, now it left"
    )
    acme.reply("ana", "SEND", to=acme.mails("ana")[-2])
    assert "That very mail was approved before." in subjects(acme, "ana")[-1]
    assert len(to_customer(acme)) == 2

    for promise, draft in (
        ("11:33", "10:53"),
        ("12:03", "11:23"),
        ("12:33", "11:53"),
        ("13:03", "12:23"),
    ):
        until(acme, draft)
        acme.reply("ana", "nothing new", to=acme.mail("ana", "expects your next update"))
        acme.reply("ana", "SEND")
        latest = to_customer(acme)[-1]
        assert (
            "- There is nothing new since our last message; we are still working on it." in latest
        )
        assert "rolled back" not in latest, "told once"
        assert "- we check every login" in latest
        local = acme.case.promise.astimezone(acme.office.config.team.zone)
        assert f"{local:%H:%M}" == promise
    assert len(to_customer(acme)) == 6
    ticked = [entry.data["clock"] for entry in acme.entries("ticked")]
    assert ticked.count("update") == 5


def test_an_owner_who_goes_silent_loses_the_case_by_the_minute(acme: Company) -> None:
    """Draft, reminder with the draft, and after the grace the next one is asked; above hears it."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT, next: look at the logs")
    acme.reply("ana", "SEND")
    for who in ("ana", "ben", "maya"):
        acme.new(who)
    until(acme, "10:20")
    assert len(subjects(acme, "ana")) == 1
    until(acme, "10:30")
    [late] = subjects(acme, "ana")
    assert "The update you promised is now late" in late or "late" in late
    assert "What comes next: - look at the logs" in late
    until(acme, "10:44")
    assert (subjects(acme, "ana"), subjects(acme, "maya")) == ([], [])
    until(acme, "10:45")
    assert "is no longer yours" in subjects(acme, "ana")[0]
    [above] = subjects(acme, "maya")
    assert "Ana Lopez no longer owns ACME-1042-1. Now: Ben Okafor" in above
    assert acme.case.owner is None
    assert acme.case.broken_promises == 1
    assert len(to_customer(acme)) == 1


def test_a_promise_in_the_owners_own_mail_moves_the_draft(acme: Company) -> None:
    """What Ana wrote herself is the update; its time is the promise, and the draft follows it."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.reply("ana", "SEND")
    acme.pass_time(hours=1)
    acme.sent("ana", "vera@northwind.example", "I will get back to you by 17:30 today.")
    assert f"{acme.case.promise:%H:%M}" == "16:30"
    acme.new("ana")
    until(acme, "14:14")
    assert subjects(acme, "ana") == []
    until(acme, "14:15")
    assert "expects your next update by Mon 23 Nov 17:30 CET" in subjects(acme, "ana")[0]


def test_solved_is_asked_of_the_customer_and_their_yes_closes(acme: Company) -> None:
    """The letter says cause and what was done, blocked until both are told; a doubt reopens."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "done: rolled back the release\nnext: we check every login")
    acme.reply("ana", "SEND")
    acme.reply("ana", "RESOLVED")
    [*_, ends] = subjects(acme, "ana")
    assert "blocked: still missing: what happened" in ends
    acme.reply(
        "ana", "cause: a release that broke the login\nprevention: releases are tested first"
    )
    [*_, ends] = subjects(acme, "ana")
    assert "Subject: Resolved - Nobody can log in" in ends
    acme.reply("ana", "SEND")
    letter = to_customer(acme)[-1]
    assert letter.startswith("Resolved - Nobody can log in | Hello Vera Lind,")
    assert "What happened: a release that broke the login" in letter
    assert "What we did: - rolled back the release" in letter
    assert "What keeps it from coming back: releases are tested first" in letter
    assert acme.case.status.value == "resolved"
    asked = str(acme.outside("vera@northwind.example")[-1].message["Message-ID"])
    acme.customer_writes("It works now, thank you!", subject="Re: Resolved", In_Reply_To=asked)
    assert (acme.case.status.value, acme.case.reason) == ("closed", "confirmed")
    assert "is closed: confirmed" in subjects(acme, "ana")[-1]


def days(acme: Company, count: int) -> None:
    """So many days go by, with a look every six hours."""
    for _ in range(count * 4):
        acme.clock.at += timedelta(hours=6)
        acme.settle()


def test_a_customer_who_does_not_answer_is_asked_twice_and_then_counted(acme: Company) -> None:
    """After three and ten working days the owner has the mail in hand; then it is unconfirmed."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE")
    assert acme.case.status.value == "owned", "asked once, and nothing is closed"
    assert "The customer has not said yes, so nothing is closed yet" in subjects(acme, "ana")[-1]
    acme.reply("ana", "RESOLVED\ncause: a bad release\ndone: rolled back the release")
    acme.reply("ana", "SEND")
    assert to_customer(acme)[-1].startswith("Resolved - Nobody can log in")
    acme.new("ana")
    days(acme, 3)
    [again] = [text for text in subjects(acme, "ana") if "has not said whether" in text]
    assert "They were asked Mon 23 Nov 10:00 CET." in again
    assert "Subject: Is it solved? - Nobody can log in" in again
    acme.reply("ana", "SEND", to=acme.mail("ana", "has not said whether"))
    letter = to_customer(acme)[-1]
    assert letter.startswith("Is it solved? - Nobody can log in | Hello Vera Lind,")
    assert "On Monday 23 November, 09:00 (UTC) we wrote to you that" in letter
    acme.reply("ana", "SEND", to=acme.mail("ana", "has not said whether"))
    assert "That very mail was approved before." in subjects(acme, "ana")[-1]
    days(acme, 11)
    [last] = [text for text in subjects(acme, "ana") if "has not said whether" in text]
    assert "Closed as unconfirmed: Thu 10 Dec 10:00 CET" in last
    days(acme, 3)
    assert (acme.case.status.value, acme.case.reason) == ("closed", "unconfirmed")
    assert "The customer was asked again and has not answered." in " ".join(subjects(acme, "ana"))
    assert [entry.data["flag"] for entry in acme.entries("flagged")].count("closed too early") == 0
    days(acme, 4)
    week = next(mail for mail in reversed(acme.mails("maya")) if "The week" in mail.subject)
    assert "Cases solved: 0 (1 ended unconfirmed)" in flat(week.text)


def test_who_closes_before_the_yes_is_flagged(acme: Company) -> None:
    """With a reason it is done, and told in the receipt; a yes on the phone is a yes."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "CLOSE because refunded")
    assert (acme.case.status.value, acme.case.reason) == ("closed", "done")
    [flag] = [entry.data for entry in acme.entries("flagged") if "early" in entry.data["flag"]]
    assert flag["to"] == acme.id("ana")
    receipt = subjects(acme, "ana")[-1]
    assert "RED FLAG, closed too early:" in receipt
    acme.reply("ana", "REOPEN")
    acme.reply("ana", "ACCEPT", to=acme.mails("ana")[-1])
    acme.reply("ana", "CLOSE, Vera confirmed on the phone")
    assert acme.case.reason == "confirmed"


def test_a_way_around_and_then_the_fix(acme: Company) -> None:
    """Told clearly, with what to expect; followers hear of it; FIXED drafts what follows."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "found it: a release that broke the login")
    assert "Is that the cause? Then reply “cause: a release that broke the login”." in " ".join(
        subjects(acme, "ana")
    )
    acme.reply("ana", "cause: a release that broke the login")
    assert "Is that the cause?" not in subjects(acme, "ana")[-1]
    acme.reply("ana", "next: we mend the release\nworkaround: log in at old.acme.example")
    until(acme, "10:10")
    heard = " ".join(subjects(acme, "maya"))
    assert "A way around it: log in at" in heard
    acme.reply("ana", "SEND", to=acme.mail("ana", "noted as progress"))
    letter = to_customer(acme)[-1]
    assert "What you can do until then: log in at old.acme.example" in letter
    assert "This gets you going and is not the repair yet" in letter
    acme.reply("ana", "STATUS")
    status = subjects(acme, "ana")[-1]
    assert "4 of 7: problem confirmed, cause, options, workaround; to come: verified" in status
    assert "The lasting fix is still to come" in status
    acme.reply("ana", "RESOLVED\ndone: opened the old login")
    acme.reply("ana", "SEND")
    letter = to_customer(acme)[-1]
    assert "What you can do until it is fixed for good: log in at old.acme.example" in letter
    asked = str(acme.outside("vera@northwind.example")[-1].message["Message-ID"])
    acme.customer_writes("It works now, thank you!", subject="Re: Resolved", In_Reply_To=asked)
    assert (acme.case.status.value, acme.case.reason) == ("closed", "confirmed")
    acme.reply("ana", "FIXED: the release is mended and tested")
    receipt = subjects(acme, "ana")[-1]
    assert "ACME-1042-1 is mended for good" in receipt
    assert "Subject: Fixed for good - Nobody can log in" in receipt
    acme.reply("ana", "SEND")
    letter = to_customer(acme)[-1]
    assert letter.startswith("Fixed for good - Nobody can log in | Hello Vera Lind,")
    assert "What we did: - the release is mended and tested" in letter
    assert "You no longer need what we suggested until then: log in at old.acme.example" in letter


def test_the_next_owner_reads_how_far_it_came_and_every_clock(acme: Company) -> None:
    """Ana lets it lapse; Ben's brief has the steps she went, and the computations."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    first = flat(acme.brief("ana").text)
    assert "HOW FAR IT HAS COME" not in first
    assert "ITS CLOCKS" in first
    assert "Resolution: SEV-1: 4 h around the clock from" in first
    acme.reply("ana", "ACCEPT")
    acme.reply("ana", "cause: a release that broke the login")
    acme.reply("ana", "BOUNCE to Ben because it is his release")
    brief = flat(acme.brief("ben").text)
    assert "HOW FAR IT HAS COME Steps: 2 of 7: problem confirmed, cause; to come: options" in brief


def test_a_customer_who_prefers_a_call_is_called(tmp_path: Path, environment: None) -> None:
    """The draft says so with the number; the call is the first word, and the promise is its."""
    accounts = (
        "customer,domain,tier,revenue,renewal,owner,channel,phone\n"
        "Northwind,northwind.example,enterprise,42000,2027-03-31,Lea,call,+49 30 1234567\n"
    )
    with company(tmp_path / "acme", accounts=accounts) as acme:
        acme.customer_writes(TROUBLE)
        brief = flat(acme.brief("ana").text)
        assert "Northwind prefers a call (+49 30 1234567)." in brief
        acme.reply("ana", "ACCEPT")
        acme.pass_time(minutes=5)
        acme.reply("ana", "CALLED: we refund the second charge, next update by 15:00")
        receipt = subjects(acme, "ana")[-1]
        assert "Northwind has heard from you on ACME-1042-1, by your word" in receipt
        assert "Next word to Northwind by Mon 23 Nov 15:00 CET." in receipt
        assert acme.outside("vera@northwind.example") == []
        assert acme.case.acknowledged_at == acme.case.told_at == acme.clock.at
        [entry] = acme.entries("called")
        assert entry.private["note"].startswith("we refund the second charge")
        until(acme, "10:20")
        assert [each.data["flag"] for each in acme.entries("flagged")] == []
        acme.consistent()
