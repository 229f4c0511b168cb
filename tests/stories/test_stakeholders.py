"""Who need not act is told when a case opens, changes and ends, hourly between, no oftener."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from harness import MATRIX, POLICY, Company, company

from deskless.agent.case.event_live import Flag, Flagged
from deskless.agent.commands import case_page
from deskless.agent.office import journal
from deskless.agent.outbound import case_list
from deskless.agent.reports.morning import build_morning
from deskless.store import outbox

pytestmark = pytest.mark.slow

DOWN = "Since an hour nobody can log in. All our shops are down.\n\nVera Lind"
LEADS = MATRIX.replace("3,Cleo Marsh,cleo@acme.example,engineering,,,",
                       "3,Cleo Marsh,cleo@acme.example,head of engineering,,,")  # fmt: skip
MANY = f"""{MATRIX}1,Dan Roe,dan@acme.example,support,,,
3,Eva Lang,eva@acme.example,engineering,,,
"""
SLOW = """---
id: slow
status: live
severity: SEV-2
type: technical
nature: technical
phrases:
  - everything is very slow
---
# Slow
Escalate when everything is slow for a customer.
## Examples
- escalate: "Everything is very slow today."
- ignore: "How fast is it?"
"""


def told(acme: Company, kind: str = "stakeholder") -> list[tuple[str, str]]:
    """Every letter of a kind about the case: the minute in Berlin, and to whom."""
    zone = acme.office.config.team.zone
    with acme.office.store.reading() as session:
        letters = [each for each in outbox.of_case(session, acme.case.key) if each.kind == kind]
    return [(f"{each.created_at.astimezone(zone):%H:%M}", each.to[0].partition("@")[0])
            for each in letters]  # fmt: skip


def wait(acme: Company, minutes: int) -> None:
    """Time goes by minute by minute."""
    for _ in range(minutes):
        acme.pass_time(minutes=1)


def flags(acme: Company) -> list[tuple[Flag, str]]:
    """The red flags of the case, each with whom it was told to."""
    with acme.office.store.reading() as session:
        events = journal.case_events(session, acme.case.key)
        return [(each.flag, acme.office.name(each.to)) for each in events
                if isinstance(each, Flagged)]  # fmt: skip


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme with two people more than a war room needs."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", matrix=MANY, joined=("dan", "eva")) as made:
        yield made
        made.consistent()


def test_a_sev1_from_its_first_mail_to_its_end(large: Company) -> None:
    """Room and alert tell it first, a mail of their own the others; changes folded; end; STOP."""
    acme = large
    acme.customer_writes(DOWN)
    asked = acme.office.name(acme.case.handoff.to if acme.case.handoff else None).split()[0].lower()
    called = acme.mail("maya", "WHO IS IN IT").message["To"]
    seated = [who for who in ("ben", "cleo", "tom") if f"{who}@" in str(called)]
    assert seated == ["ben", "cleo", "tom"]
    assert asked == "ana"
    assert sorted(told(acme)) == [("10:00", "dan"), ("10:00", "eva")]
    assert told(acme, "alert") == [("10:00", "maya")]
    opened = acme.mail("dan", "is open as SEV-1")
    assert "Northwind (enterprise) wrote once about “Invoice 4411”" in " ".join(opened.text.split())
    assert "All our shops" not in opened.text
    wait(acme, 4)
    acme.reply(asked, "ACCEPT")
    acme.reply("dan", "STOP", to=opened)
    assert "no more mails about" in acme.mails("dan")[-1].text
    wait(acme, 6)
    rest = ["ben", "cleo", "eva", "tom"]
    assert sorted(told(acme)[2:]) == [("10:09", who) for who in rest]
    mail = acme.mail("eva", "What changed")
    assert f"Owner: {asked.capitalize()}" in mail.text
    assert "was nobody" in mail.text
    assert "What changed" in acme.mail("tom", "has changed").text
    first = acme.mail("eva", "is open as SEV-1").message
    assert mail.message["In-Reply-To"] == first["Message-ID"]
    assert str(first["Message-ID"]) in str(mail.message["References"])
    assert mail.subject == acme.mail("eva", "is open as SEV-1").subject
    receipt = acme.mail(asked, "SEND")
    acme.reply(asked, "SEND", to=receipt)
    wait(acme, 20)
    acme.reply(asked, "blocked: bug fix\nupdate by 11:00", to=receipt)
    wait(acme, 10)
    at_half = [("10:35", who) for who in sorted([*rest, "maya"])]
    assert sorted(told(acme)[2 + len(rest):]) == at_half  # fmt: skip
    assert "Held up by: bug fix" in acme.mail("maya", "What changed").text
    spoken = len(told(acme))
    acme.reply(asked, "RESOLVED\ncause: a full disk", to=receipt)
    wait(acme, 2)
    assert told(acme)[spoken:] == [("10:41", "eva")]
    for who in ("maya", *rest):
        assert len([mail for mail in acme.mails(who) if "is resolved" in mail.text]) == 1, who
    # The letter told the customer half past ten; of eleven only we have heard.
    assert flags(acme) == [(Flag.GAP, "Ana Lopez")]


def test_nothing_new_is_one_line_and_the_founder_cannot_leave(acme: Company) -> None:
    """A SEV-1 whose owner works without a change: an hour after the last mail, one line."""
    acme.customer_writes(DOWN)
    asked = acme.office.name(acme.case.handoff.to if acme.case.handoff else None).split()[0].lower()
    acme.reply(asked, "ACCEPT, update by 10:58")
    receipt = acme.mails(asked)[-1]
    acme.reply(asked, "SEND", to=receipt)
    wait(acme, 66)
    status = acme.mail("maya", "nothing new")
    body = status.text.split("---")[0].split("--")[-1].strip()
    assert len(body.splitlines()) <= 3, body
    assert told(acme)[-1][1] == "maya"
    acme.reply("maya", "STOP", to=status)
    assert "These mails go on" in acme.mails("maya")[-1].text
    assert acme.entries("regular_stopped") == []


def test_a_sev2_across_the_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Manager and account owner at the opening; the hourly line stops with work and goes on."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    policies = {"slow.md": SLOW, "refund.md": POLICY}
    with company(tmp_path / "acme", matrix=LEADS, policies=policies) as acme:
        acme.clock.at += timedelta(hours=6, minutes=30)
        acme.customer_writes("Everything is very slow.\n\nVera Lind")
        assert sorted(told(acme)) == [("16:30", "cleo"), ("16:30", "maya")]
        who = acme.office.name(acme.case.handoff.to if acme.case.handoff else None)
        asked = who.split()[0].lower()
        acme.reply(asked, "ACCEPT, update by tomorrow 09:30")
        for _ in range(2 * 12):
            acme.pass_time(minutes=5)
        acme.pass_time(hours=14, minutes=30)
        wait(acme, 42)
        assert "you look after this customer" in acme.mail("maya", "is open as SEV-2").text
        assert "you lead the team" in acme.mail("cleo", "is open as SEV-2").text
        hours = [clock for clock, name in told(acme) if name == "cleo"]
        assert hours == ["16:30", "16:40", "17:40"], "three in a day are enough"
        assert acme.case.followers_told_at is not None
        acme.consistent()


def test_red_flags_stand_in_mail_page_list_and_morning(acme: Company) -> None:
    """The promise passes: the reminder says so; so do the page, the list and the morning mail."""
    acme.customer_writes("Hello,\n\nI was charged twice for October.\n\nVera Lind")
    acme.reply("ana", "ACCEPT, update by 13:00")
    acme.pass_time(hours=3, minutes=1)
    late = acme.mail("ana", "RED FLAG, communication gap")
    assert "13:00" in late.text
    assert (Flag.GAP, "Ana Lopez") in flags(acme)
    count = len(acme.mails("ana"))
    acme.pass_time(minutes=10)
    assert len(acme.mails("ana")) == count
    with acme.office.store.reading() as session:
        [(_, line)] = case_list.ranked_lines(acme.office, session)
        assert "communication gap" in line.flags
        sheet = case_page.sheet(acme.office, session, acme.case.key)
        assert sheet is not None
        page = "\n".join(text.plain for text in case_page.page(sheet))
        assert "red flag" in page
        morning = build_morning(acme.office, session, acme.clock.at, acme.agent.turn.health)
        assert morning.groups[0].cases[0].flags == line.flags


def test_three_cases_on_one_criterion_are_a_pattern_once(acme: Company) -> None:
    """The founder hears it with the third, of whoever it is; a fourth says nothing more."""
    for number in range(4):
        acme.customer_writes(
            "I was charged twice for October.", subject=f"Invoice {number}",
            sender=f"Vera Lind <vera{number}@shop{number}.example>",
        )  # fmt: skip
    flagged = [entry for entry in acme.entries("flagged") if entry.data["flag"] == "pattern"]
    assert [(entry.case, entry.data["about"]) for entry in flagged] == [
        (acme.cases()[2].key, "refund-dispute")
    ]
