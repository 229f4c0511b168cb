"""From yes to solved, on a clock: every letter at its minute, and nothing that nobody said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness import MONDAY, POLICY, Company, company

from deskless.store import outbox
from deskless.store.cases import next_due

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of the inbox."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")


MINUTE = timedelta(minutes=1)
OUTAGE = "Hello,\n\nSince this morning nobody can log in.\n\nVera Lind"
TROUBLE = "Hello,\n\nI was charged twice for October.\n\nVera Lind"


def clock(acme: Company) -> str:
    """What Berlin's clock shows."""
    return f"{acme.clock.at.astimezone(acme.office.config.team.zone):%H:%M}"


def flat(text: str) -> str:
    """A mail's text on one line, without the marks of a quote."""
    return " ".join(text.replace("| ", "").split())


def until(acme: Company, minute: str) -> None:
    """Time goes by until the clock in Berlin shows `minute`; whatever is due is done at its own."""
    while clock(acme) != minute:
        with acme.office.store.reading() as session:
            due = next_due(session)
        step = MINUTE if due is None else max(-((acme.clock.at - due) // MINUTE), 1) * MINUTE
        hour, _, rest = minute.partition(":")
        zone = acme.office.config.team.zone
        end = acme.clock.at.astimezone(zone).replace(hour=int(hour), minute=int(rest))
        end += timedelta(days=end <= acme.clock.at)
        acme.clock.at = min(acme.clock.at + step if due else end, end.astimezone(UTC))
        acme.settle()


def to_customer(acme: Company) -> list[str]:
    """What Vera has got, oldest first, each as one line with its subject."""
    return [
        f"{mail.subject} | {flat(mail.text)}" for mail in acme.outside("vera@northwind.example")
    ]


def subjects(acme: Company, who: str) -> list[str]:
    """What is new for somebody, by the line that matters."""
    return [flat(mail.text).removeprefix("-- Reply above this line -- ") for mail in acme.new(who)]


@pytest.mark.wire
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
    assert "Nothing was sent: that mail is still missing" in subjects(acme, "ana")[0]
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


@pytest.mark.wire
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


@pytest.mark.wire
def test_a_promise_in_the_owners_own_mail_moves_the_draft(acme: Company) -> None:
    """What Ana wrote herself is the update; its time is the promise, and the draft follows it.

    Two times that differ are told in a line, once: in her mail, in her words to us, in a letter.
    """
    acme.customer_writes(TROUBLE)
    brief = acme.brief("ana")
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.new("ana")
    acme.reply("ana", "SEND", to=brief)
    [older] = subjects(acme, "ana")
    assert "It tells them to expect word by Tue 24 Nov" in older, "the brief's letter was older"
    assert "where Mon 23 Nov 16:00 CET was on record" in older
    acme.reply("ana", "update by 16:00")
    assert "Northwind was told Tue 24 Nov" in subjects(acme, "ana")[0]
    acme.pass_time(hours=1)
    for _ in range(2):
        acme.sent("ana", "vera@northwind.example", "I will get back to you by 17:00 today.")
    assert f"{acme.case.promise:%H:%M}" == "16:00"
    [flag] = subjects(acme, "ana")
    assert "Your mail to Northwind promises another time than was on record" in flag
    assert "It was Mon 23 Nov 16:00 CET, and is Mon 23 Nov 17:00 CET now" in flag
    acme.reply("ana", "update by 17:30")
    acme.reply("ana", "next: look at the invoice")
    differs = "Northwind was told Mon 23 Nov 17:00 CET: write to them, or be there by then."
    assert [differs in receipt for receipt in subjects(acme, "ana")] == [True, False]
    assert f"{acme.case.promise:%H:%M}" == "16:00", "a letter alone puts off what was told"
    until(acme, "13:59")
    assert subjects(acme, "ana") == []
    until(acme, "14:00")
    assert "expects your next update by Mon 23 Nov 17:00 CET" in subjects(acme, "ana")[0]


def test_what_a_mail_by_hand_leaves_open_is_said_quietly(acme: Company) -> None:
    """In the draft that comes anyway: no next step, no time; a mail with both is not spoken of."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT")
    acme.new("ana")
    acme.sent("ana", "vera@northwind.example", "Hello, we know of it.", subject="Re: Login")
    assert subjects(acme, "ana") == [], "no mail of its own"
    until(acme, "10:20")
    [due] = subjects(acme, "ana")
    assert "the mail of Mon 23 Nov 10:00 CET names no next step and no time for the next" in due
    acme.sent("ana", "vera@northwind.example", "We will write again by 11:00.", subject="Re: Login")
    acme.new("ana")
    until(acme, "10:50")
    [due] = subjects(acme, "ana")
    assert "by hand" not in due


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


@pytest.mark.wire
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


def board(acme: Company, clock: str = "%H:%M") -> list[str]:
    """Every letter about the case and every red flag, at its minute, in their order."""
    zone = acme.office.config.team.zone
    with acme.office.store.reading() as session:
        letters = outbox.of_case(session, acme.case.key)
    rows = [
        (each.created_at, f"{each.kind}: {' '.join(who.partition('@')[0] for who in each.to)}")
        for each in letters
    ] + [
        (each.at, f"FLAG {each.data['flag']}: {acme.office.name(each.data['to']).split()[0]}")
        for each in acme.entries("flagged")
    ]  # fmt: skip
    return [
        f"{at.astimezone(zone):{clock}} {what}" for at, what in sorted(rows, key=lambda row: row[0])
    ]


SIX_HOURS = """\
10:00 alert: maya
10:00 brief: ana
10:00 war_room: ana maya tom ben cleo
10:04 receipt: ana
10:04 taken: maya
10:09 stakeholder: tom
10:09 stakeholder: ben
10:09 stakeholder: cleo
10:15 FLAG delayed acknowledgement: Ana
10:17 acknowledgement: vera
10:17 receipt: ana
10:24 update: ana
10:30 receipt: ana
10:30 acknowledgement: vera
10:30 receipt: ana
10:54 update: ana
11:00 receipt: ana
11:00 acknowledgement: vera
11:00 receipt: ana
11:09 stakeholder: maya
11:24 update: ana
11:31 receipt: ana
11:31 acknowledgement: vera
11:31 receipt: ana
11:36 stakeholder: maya
11:36 stakeholder: tom
11:36 stakeholder: ben
11:36 stakeholder: cleo
11:54 update: ana
12:01 receipt: ana
12:01 acknowledgement: vera
12:01 receipt: ana
12:24 update: ana
12:31 receipt: ana
12:31 acknowledgement: vera
12:31 receipt: ana
12:31 FLAG blocker not named: Ana
12:36 stakeholder: maya
12:54 update: ana
13:01 receipt: ana
13:01 acknowledgement: vera
13:01 receipt: ana
13:24 update: ana
13:31 receipt: ana
13:31 acknowledgement: vera
13:31 receipt: ana
13:36 stakeholder: maya
13:54 update: ana
14:04 lease: ana
14:04 FLAG communication gap: Ana
14:08 receipt: ana
14:08 acknowledgement: vera
14:08 receipt: ana
14:28 update: ana
14:36 stakeholder: maya
14:36 receipt: ana
14:36 war_room: ana maya tom ben cleo
14:36 FLAG root cause not recorded: Ana
14:50 receipt: ana
14:50 acknowledgement: vera
14:50 receipt: ana
14:50 apology: maya
15:06 recovery: maya
15:06 review: ana
15:58 ended: ana
15:58 ended: maya
"""
"""All that is written about the case; SEND and the letter it lets go stand at one minute."""


def goes_on(acme: Company, minute: str, words: str) -> None:
    """Ana answers the draft that she got, and lets the letter go."""
    until(acme, minute)
    acme.reply("ana", words, to=acme.mail("ana", "expects your next update"))
    acme.reply("ana", "SEND")


@pytest.mark.wire
def test_six_hours_of_a_sev1(acme: Company) -> None:
    """From the first mail to the customer's yes: every letter and flag at its minute, none else."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    until(acme, "10:04")
    acme.reply("ana", "ACCEPT")
    until(acme, "10:17")
    acme.reply("ana", "SEND")
    goes_on(acme, "10:30", "done: found the release of this morning\nnext: we take it back")
    goes_on(acme, "11:00", "blocked: the vendor")
    goes_on(acme, "11:31", "workaround: the phone app works\nblocked: none")
    for minute in ("12:01", "12:31", "13:01", "13:31"):
        goes_on(acme, minute, "nothing new")
    until(acme, "14:08")
    acme.reply("ana", "done: took the release back\nnext: we watch it", to=acme.mail("ana", "late"))
    acme.reply("ana", "SEND")
    until(acme, "14:36")
    acme.reply("ana", "RESOLVED\nprevention: releases are tested first")
    until(acme, "14:50")
    acme.reply("ana", "cause: the release of this morning")
    acme.reply("ana", "SEND")
    until(acme, "15:58")
    asked = str(acme.outside("vera@northwind.example")[-1].message["Message-ID"])
    acme.customer_writes("It works now, thank you!", subject="Re: Resolved", In_Reply_To=asked)
    until(acme, "16:30")
    assert "\n".join(board(acme)) + "\n" == SIX_HOURS
    letters = [mail.text for mail in acme.outside("vera@northwind.example")]
    quiet = "There is nothing new since our last message"
    assert [number for number, text in enumerate(letters) if quiet in " ".join(text.split())] == [
        4, 5, 6, 7
    ]  # fmt: skip
    assert "What we are waiting for: the vendor" in letters[2]
    assert "waiting" not in letters[3], "told that nothing blocks it any more"
    assert all("the phone app works" in text for text in letters[3:9])
    for flag in ("delayed acknowledgement", "blocker not named", "communication gap", "root cause"):
        assert len([mail for mail in acme.mails("ana") if f"RED FLAG, {flag}" in mail.text]) == 1
    assert (acme.case.status.value, acme.case.reason) == ("closed", "confirmed")


def broken_word(acme: Company) -> None:
    """An outage with an update that came late, solved by the cause, and the customer told so."""
    acme.customer_writes(OUTAGE, subject="Nobody can log in")
    acme.reply("ana", "ACCEPT, next: we take it back")
    acme.reply("ana", "SEND")
    until(acme, "10:34")
    acme.reply("ana", "done: took the release back", to=acme.mail("ana", "late"))
    acme.reply("ana", "SEND")
    acme.new("maya")
    acme.reply("ana", "RESOLVED\ncause: the release of this morning\nprevention: we test first")
    assert [text for text in subjects(acme, "maya") if "personal word" in text] == []
    acme.reply("ana", "SEND")


@pytest.mark.wire
def test_the_founder_apologises_where_we_broke_our_word(acme: Company) -> None:
    """The draft comes when the customer was told the end; facts fill it; it leaves once."""
    broken_word(acme)
    [owed] = [text for text in subjects(acme, "maya") if "personal word" in text]
    assert "came late once, or not at all" in owed
    assert "blocked: still missing: what it meant for the customer (reply “impact: …”)" in owed
    assert "the change of process (reply “process: …”)" in owed
    acme.reply("maya", "SEND")
    assert "Nothing was sent: that mail is still missing" in subjects(acme, "maya")[-1]
    acme.reply(
        "maya", "impact: forty people could not work\nprocess: two people look at each release",
        to=acme.mail("maya", "personal word"),
    )  # fmt: skip
    [filled] = subjects(acme, "maya")
    assert "noted for your letter to Northwind about ACME-1042-1" in filled
    assert "Subject: Personal Apology from Maya Stern" in filled
    acme.reply("maya", "SEND")
    sent = acme.outside("vera@northwind.example")[-1]
    assert str(sent.message["From"]).startswith('"Maya Stern, Acme"')
    letter = to_customer(acme)[-1]
    assert letter == (
        "Personal Apology from Maya Stern | Dear Vera Lind, I apologise: forty people could not "
        "work. Besides, you did not hear from us when we had told you that you would. This should "
        "not have happened to you, and the responsibility is ours. This is what we do about it: "
        "1. took the release back. 2. two people look at each release. 3. we test first. "
        "I would like to hear from you directly: answer this mail with a time that suits you, and "
        "I call you. Yours sincerely Maya Stern founder"
    )
    acme.reply("maya", "SEND", to=acme.mail("maya", "Subject: Personal Apology"))
    assert "That apology was made already." in subjects(acme, "maya")[-1]
    acme.pass_time(days=3)
    assert len([line for line in to_customer(acme) if "Personal Apology" in line]) == 1
    assert "apology not sent" not in [each.data["flag"] for each in acme.entries("flagged")]


@pytest.mark.parametrize("ends", ["SEND: I am sorry that you waited.", "CALLED: I apologised"])
def test_an_apology_that_was_never_sent_is_a_red_flag(acme: Company, ends: str) -> None:
    """A working day later, once, to the founder; words of their own, or a call, make it good."""
    broken_word(acme)
    until(acme, "10:33")
    assert [each.data["to"] for each in acme.entries("flagged") if "apology" in each.data["flag"]
    ] == []  # fmt: skip
    until(acme, "10:34")
    [flag] = [text for text in subjects(acme, "maya") if "RED FLAG, apology not sent" in text]
    assert "a personal apology is due since Mon 23 Nov 10:34 CET and still here" in flag
    before = len(to_customer(acme))
    acme.reply("maya", ends, to=acme.mail("maya", "personal word"))
    assert acme.case.apologised_at == acme.clock.at
    assert [line.rpartition("|")[2].strip() for line in to_customer(acme)[before:]] == [
        words for command, _, words in [ends.partition(": ")] if command == "SEND"
    ]
    acme.pass_time(days=2)
    told = [text for text in subjects(acme, "maya") if "apology not sent" in text]
    assert [text for text in told if "RED FLAG" in text] == []


OVER_CHRISTMAS = """\
23 16:30 brief: ana
23 16:30 stakeholder: maya
23 16:30 receipt: ana
23 16:30 taken: maya
23 16:30 acknowledgement: vera
23 16:30 receipt: ana
23 17:40 stakeholder: maya
24 09:00 update: ana
24 09:10 receipt: ana
24 09:10 acknowledgement: vera
24 09:10 receipt: ana
24 09:40 stakeholder: maya
24 10:40 stakeholder: maya
24 11:00 update: ana
24 11:10 receipt: ana
24 11:10 acknowledgement: vera
24 11:10 receipt: ana
24 11:40 stakeholder: maya
24 12:40 stakeholder: maya
24 13:00 update: ana
24 13:10 receipt: ana
24 13:10 acknowledgement: vera
24 13:10 receipt: ana
24 13:40 stakeholder: maya
24 14:40 stakeholder: maya
24 15:00 update: ana
24 15:10 receipt: ana
24 15:10 acknowledgement: vera
24 15:10 receipt: ana
24 15:40 stakeholder: maya
24 16:40 stakeholder: maya
24 17:00 update: ana
24 17:10 receipt: ana
24 17:10 acknowledgement: vera
24 17:10 receipt: ana
24 17:40 stakeholder: maya
28 09:40 stakeholder: maya
28 10:00 update: ana
28 10:05 receipt: ana
28 10:05 acknowledgement: vera
28 10:05 receipt: ana
"""
"""Days and minutes; on the 24th the team works, from the 25th to the 27th it does not."""


@pytest.mark.wire
def test_a_sev2_over_a_night_and_a_holiday(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every two working hours; nothing between Thursday evening and Monday after Christmas."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    policies = {"refund.md": POLICY.replace("SEV-3", "SEV-2")}
    eve = datetime(2026, 12, 23, 15, 30, tzinfo=UTC)  # a Wednesday, 16:30 in Berlin
    with company(tmp_path / "acme", policies=policies, now=eve) as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "ACCEPT, next: look at the two charges")
        acme.reply("ana", "SEND")
        goes_on(acme, "09:10", "blocked: the bank")
        for minute in ("11:10", "13:10", "15:10"):
            goes_on(acme, minute, "nothing new")
        goes_on(acme, "17:10", "done: found both charges\nblocked: none")
        until(acme, "17:59")
        acme.clock.at += timedelta(days=3, hours=14)
        goes_on(acme, "10:05", "done: sent 620 EUR back")
        assert "\n".join(board(acme, "%d %H:%M")) + "\n" == OVER_CHRISTMAS


@pytest.mark.wire
def test_a_sev4_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week without a change: the owner alone hears of it, and nobody is told but at the end."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    policies = {"refund.md": POLICY.replace("SEV-3", "SEV-4")}
    with company(tmp_path / "acme", policies=policies) as acme:
        acme.customer_writes(TROUBLE)
        acme.reply("ana", "ACCEPT")
        acme.reply("ana", "SEND")
        acme.pass_time(days=6)
        goes_on(acme, "09:30", "done: found both charges\nnext: send one back")
        until(acme, "12:00")
        acme.reply("ana", "RESOLVED\ncause: a second booking")
        acme.reply("ana", "SEND")
        assert board(acme, "%d %H:%M") == [
            "23 10:00 brief: ana", "23 10:00 receipt: ana", "23 10:00 acknowledgement: vera",
            "23 10:00 receipt: ana", "30 09:00 update: ana", "30 09:30 receipt: ana",
            "30 09:30 acknowledgement: vera", "30 09:30 receipt: ana", "30 12:00 receipt: ana",
            "30 12:00 acknowledgement: vera", "30 12:00 receipt: ana",
        ]  # fmt: skip
