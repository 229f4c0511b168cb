"""The mails that come by the clock: morning list, afternoon ask, weekly summary."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from harness import Company, Mail

from deskless.agent.case.event import Blocker
from deskless.agent.case.rank import rank_case
from deskless.agent.commands.case_table import summary
from deskless.agent.outbound import case_list
from deskless.store.ledger import witness

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"
CAFE = "Otto <otto@cornercafe.example>"
NEXT_MONDAY = datetime(2026, 11, 30, 7, 5, tzinfo=UTC)  # 08:05 in Berlin


def weeklies(acme: Company) -> list[Mail]:
    """Every weekly summary that Maya got."""
    return [mail for mail in acme.mails("maya") if "The week in cases" in mail.subject]


def flat(mail: Mail) -> str:
    """The words of a mail on one line."""
    return " ".join(mail.text.split())


def test_the_weekly_summary_comes_once_a_week_with_sheet_and_head(acme: Company) -> None:
    """Monday 08:00: the figures, what is late, a sheet that opens anywhere, the signed head."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.customer_writes("Hi, how do I change the language?", subject="Question", sender=CAFE)
    acme.clock.at = NEXT_MONDAY
    acme.settle()
    acme.settle()
    acme.pass_time(hours=2)
    [mail] = weeklies(acme)
    words = flat(mail)
    assert "1 case opened, 1 accepted, 0 bounced; 1 promise missed." in words
    assert "2026-W48, Mon 23 Nov 08:00 CET to Mon 30 Nov 08:00 CET" in words
    assert "Escalation rate: 50 %, target under 5 %, NOT met. 1 of 2" in words
    assert "Customer satisfaction: no data" in words
    assert "ACME-1043, Otto: “Question”" in words
    rows = list(csv.reader(io.StringIO(mail.files["week.csv"].decode("utf-8-sig"))))
    assert ["Cases opened", "1", "", "", "", "0", "0", "0", "0"] in rows
    [head] = witness.heads_in(mail.raw)
    assert head == mail.files["deskless-head.txt"]


def test_each_week_has_its_own_summary(acme: Company) -> None:
    """Three Mondays, three mails; whatever a turn comes twice."""
    for week in range(3):
        acme.clock.at = NEXT_MONDAY + timedelta(days=7 * week)
        acme.settle()
        acme.settle()
    subjects = [weekly.subject for weekly in weeklies(acme)]
    assert [subject[-8:] for subject in subjects] == ["2026-W48", "2026-W49", "2026-W50"]


def test_a_weekly_summary_is_caught_up_after_downtime(acme: Company) -> None:
    """The daemon was off on Monday and comes back on Wednesday: the mail comes then, once."""
    acme.customer_writes(TROUBLE)
    acme.clock.at = NEXT_MONDAY + timedelta(days=2, hours=4)
    acme.restart()
    acme.settle()
    acme.restart()
    acme.settle()
    [mail] = weeklies(acme)
    assert "Mon 23 Nov 08:00 CET to Mon 30 Nov 08:00 CET" in flat(mail)


def test_the_founder_can_stop_the_weekly_summary(acme: Company) -> None:
    """STOP WEEKLY by reply: none after it."""
    acme.clock.at = NEXT_MONDAY
    acme.settle()
    [mail] = weeklies(acme)
    acme.reply("maya", "STOP WEEKLY", to=mail)
    assert [entry.data["what"] for entry in acme.entries("stopped")] == ["weekly"]
    acme.clock.at = NEXT_MONDAY + timedelta(days=7)
    acme.settle()
    assert len(weeklies(acme)) == 1


def test_the_morning_list_groups_what_leadership_has_to_see(acme: Company) -> None:
    """A missed promise is a reset, a risk is for leadership; what needs nobody is not told."""
    acme.clock.at = datetime(2026, 11, 24, 7, 35, tzinfo=UTC)
    acme.settle()
    assert not [item for item in acme.mails("maya") if "Morning" in item.subject]
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.customer_writes("We were charged twice as well", subject="Bill", sender=CAFE)
    acme.reply("ben", "ACCEPT, update by 25 Nov 17:00")
    acme.clock.at = datetime(2026, 11, 25, 7, 35, tzinfo=UTC)
    acme.turn()
    acme.settle()
    [mail] = [item for item in acme.mails("maya") if "Morning" in item.subject]
    words = flat(mail)
    assert "CUSTOMER RESET (a promise to the customer was missed)" in words
    assert "EXECUTIVE VISIBILITY" in words
    assert words.index("Northwind") < words.index("EXECUTIVE VISIBILITY") < words.index("Corner")
    assert "Blind: not for a minute" in words
    acme.settle()
    assert len([item for item in acme.mails("maya") if "Morning" in item.subject]) == 1


def test_the_afternoon_asks_and_the_answer_lands_in_the_record(acme: Company) -> None:
    """Ana is asked at 15:30 and writes three lines of prose: progress, blocker, next promise."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 17:30")
    acme.pass_time(hours=5, minutes=31)
    ask = acme.mail("ana", "where does this one stand?")
    acme.reply(
        "ana", to=ask,
        text="Progress: found the second booking.\nBlocker: bug fix\nNext: refund by 24 Nov 12:00",
    )  # fmt: skip
    [words] = acme.entries("progressed")
    assert words.private is not None
    assert "second booking" in words.private["note"]
    assert acme.case.blocker is Blocker.BUG_FIX
    acme.settle()
    assert len([mail for mail in acme.mails("ana") if "where does this one" in mail.text]) == 1
    acme.consistent()


def test_plain_prose_is_an_answer_to_the_afternoon_ask(acme: Company) -> None:
    """No keyword at all: the words are kept as progress, nothing is asked back."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 17:30")
    acme.pass_time(hours=5, minutes=31)
    acme.reply(
        "ana", "The bank has confirmed the second charge, we wait for their reference number.",
        to=acme.mail("ana", "where does this one stand?"),
    )  # fmt: skip
    [words] = acme.entries("progressed")
    assert words.private is not None
    assert "The bank has confirmed" in words.private["note"]


def test_nobody_is_asked_who_has_just_spoken(acme: Company) -> None:
    """Ana took it at noon, so half past three is too soon."""
    acme.customer_writes(TROUBLE)
    acme.pass_time(hours=2)
    acme.reply("ana", "ACCEPT, update by 17:30")
    acme.pass_time(hours=3, minutes=31)
    assert not [mail for mail in acme.mails("ana") if "where does this one" in mail.text]


def test_a_customer_who_writes_does_not_speak_for_the_owner(acme: Company) -> None:
    """The customer's mail at 15:00 keeps nobody from being asked at 15:30."""
    first = acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 17:30")
    acme.pass_time(hours=5)
    acme.customer_writes("Any news?", subject="Re: Invoice 4411", In_Reply_To=f"<{first}>")
    acme.pass_time(minutes=31)
    assert acme.mail("ana", "where does this one stand?")


def test_the_list_by_mail_is_ranked_and_noise_moves_nobody(acme: Company) -> None:
    """LEDGER: the outage first; capitals, marks, recipients, a founder's forward: nothing."""
    acme.customer_writes("I was charged twice.", sender="Otto <otto@one.example>", subject="Bill")
    acme.customer_writes(
        "I WAS CHARGED TWICE!!!!! THIS IS AN OUTRAGE!!!", sender="Max <max@two.example>",
        subject="URGENT!!! READ THIS NOW", Cc="a@two.example, b@two.example, c@two.example",
    )  # fmt: skip
    acme.customer_writes("Since this morning nobody can log in.", subject="Down")
    quiet, loud, down = acme.cases()
    assert (rank_case(loud).at, rank_case(loud).parts) == (
        rank_case(quiet).at,
        rank_case(quiet).parts,
    )
    acme.writes(
        "maya", "Please look at this!!\n\n---------- Forwarded message ---------\n"
        "From: Otto <otto@one.example>\nDate: Mon, 23 Nov 2026 at 10:00\nSubject: Bill\n"
        "To: <support@acme.example>\n\nI was charged twice.\n", subject="Fwd: Bill",
    )  # fmt: skip
    assert rank_case(acme.cases()[0]) == rank_case(quiet)
    acme.writes("tom", "LEDGER")
    words = flat(acme.mail("tom", down.key))
    assert words.index(down.key) < min(words.index(quiet.key), words.index(loud.key))
    assert f"Why here: {rank_case(down).shown()}" in words


@pytest.mark.parametrize("word", ["LEDGER", "STATUS", "status please"])
def test_anyone_on_the_team_gets_the_list_by_writing_one_word(acme: Company, word: str) -> None:
    """To the agent's own address, about no case in particular; a stranger gets nothing."""
    acme.customer_writes(TROUBLE)
    acme.writes("tom", word)
    assert "1 live case, most urgent first" in flat(acme.mails("tom")[-1])
    assert "ACME-1042-1" in acme.mails("tom")[-1].text


def lines(acme: Company) -> list[str]:
    """The lines of proof that we are alive, without their foot."""
    mails = [mail for mail in acme.mails("maya") if "mails seen" in mail.text]
    return [flat(mail).partition(" --- ")[0] for mail in mails if "WHAT WAS SEEN" not in mail.text]


def test_one_line_a_day_says_that_we_are_alive_also_on_quiet_days(acme: Company) -> None:
    """Not beside another regular mail to the founder; weekends included; once a day."""
    assert lines(acme) == []  # the welcome of this Monday says it
    acme.clock.at = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)  # Tuesday 08:40 in Berlin
    acme.settle()
    assert lines(acme) == []
    acme.pass_time(minutes=5)
    acme.pass_time(minutes=5)
    acme.restart()
    acme.settle()
    [first] = lines(acme)
    assert first.startswith("Tuesday 24 November: 0 mails seen, 0 undecided, 0 set aside, ")
    acme.clock.at = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)  # a Saturday
    acme.settle()
    assert [line.split(":")[0] for line in lines(acme)[1:]] == ["Saturday 28 November"]
    acme.clock.at = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # Monday: the weekly summary
    acme.settle()
    assert len(lines(acme)) == 2
    acme.customer_writes(TROUBLE)
    acme.clock.at = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # Tuesday: a list, which is Maya's
    acme.settle()
    assert any("WHAT WAS SEEN" in mail.text for mail in acme.mails("maya"))
    assert len(lines(acme)) == 2


def test_the_list_says_what_kind_and_what_leadership_has_to_give(acme: Company) -> None:
    """Nature, and a signal that is not mere lateness; in the list, the mail, and for a program."""
    acme.customer_writes(TROUBLE)
    acme.reply("ana", "ACCEPT, update by 16:00")
    acme.customer_writes("I was charged twice!", subject="Twice", sender=CAFE)
    acme.reply("ben", "ACCEPT, update by 11:00")
    acme.pass_time(hours=1, minutes=30)  # Ben's word is late
    acme.writes("maya", "LEDGER")
    words = flat(acme.mail("maya", "ACME-1043-1"))
    assert "policy in nature. For leadership: they may leave" in words
    assert "Attention: the promised update is late" in words
    with acme.office.store.reading() as session:
        pairs = case_list.ranked_lines(acme.office, session)
    shown = {case.key: summary(case, line) for case, line in pairs}
    assert shown["ACME-1042-1"]["nature"] == "policy"
    assert shown["ACME-1042-1"]["leadership"] == "they may leave"
    assert shown["ACME-1043-1"]["attention"] == "the promised update is late"
