"""Mails whose words are hard to get at, each to its right end: judged, or shown to a person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from harness import INBOX, Company, company

from deskless.agent.commands.judge import Sources, judge_files
from deskless.agent.office.conversation import read_thread
from deskless.policies.verdict import Outcome, Severity, Verdict

CASES = Path(__file__).parents[2] / "shared" / "cases" / "inbox"
ACCOUNTS = """customer,domain,tier,revenue,renewal,owner,channel
Northwind Stores,northwind.example,enterprise,240000,2026-12-20,,
Kiosk Nord,kiosknord.example,basic,600,,,
"""
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def case(name: str) -> Path:
    (path,) = CASES.glob(f"{name}*.eml") if CASES.exists() else (None,)
    if path is None:
        pytest.skip(f"no cases at {CASES}")
    return path


def verdict_on(path: Path, folder: Path) -> Verdict:
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (judged,) = judge_files([path], Sources(folder, team=("support@acme.example",)))
    return judged.verdict


OUTAGES = ["04-", "04b", "05-", "05b", "06", "12", "13", "14", "16", "21", "22"]


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_is_seen_however_it_is_wrapped(name: str, tmp_path: Path) -> None:
    verdict = verdict_on(case(name), tmp_path)
    assert (verdict.outcome, verdict.severity) == (Outcome.ESCALATE, Severity.SEV1)


FOOTERS = [
    "15-disclaimer",
    "15-footer-b",
    "15-footer-d",
    "15-footer-f",
    "15-footer-k",
    "15b",
    "15c",
]


@pytest.mark.parametrize("name", FOOTERS)
def test_a_footer_is_nobodys_sentence(name: str, tmp_path: Path) -> None:
    assert verdict_on(case(name), tmp_path).outcome is Outcome.LEAVE


@pytest.mark.parametrize("name", ["17-", "17b"])
def test_letters_count_the_same_in_one_piece_and_in_two(name: str, tmp_path: Path) -> None:
    verdict = verdict_on(case(name), tmp_path)
    met = {finding.policy for finding in verdict.findings if finding.met.value == "met"}
    assert (verdict.severity, met) == (Severity.SEV2, {"churn", "key-account"})


def test_a_mail_that_nobody_can_read_is_in_doubt(tmp_path: Path) -> None:
    verdict = verdict_on(case("07"), tmp_path)
    assert (verdict.outcome, verdict.severity) == (Outcome.REVIEW, Severity.SEV3)
    assert "nothing but attached files" in verdict.reasons[0]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", now=MORNING) as made:
        yield made


def written(acme: Company, text: str, subject: str, **more: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = "Vera Lind <vera@northwind.example>", INBOX
    letter["Subject"], letter["Date"] = subject, format_datetime(acme.clock.at)
    for name, value in more.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return letter


def delivered(acme: Company, letter: EmailMessage) -> None:
    acme.post.deliver(INBOX, letter.as_bytes())
    acme.settle()


def outcomes(acme: Company) -> list[str]:
    return [str(entry.data["outcome"]) for entry in acme.entries("judged")]


def test_a_person_is_asked_by_name_about_a_mail_that_nobody_read(acme: Company) -> None:
    """A letter as PDF and nothing else: whoever leads support looks, and it is no 'left alone'."""
    letter = written(acme, "", "Letter", Message_ID="<1@northwind.example>")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="notice.pdf")
    delivered(acme, letter)
    asked = acme.mail("maya", "could not read it")
    words = " ".join(asked.text.split())
    assert asked.subject.endswith("Could not be read: Vera Lind: Letter")
    assert "Maya" in words
    assert "vera@northwind[.]example" in words
    assert "notice.pdf" in words
    assert "nothing but attached files" in words
    assert "14:00" in words  # four working hours from 10:00 in Berlin
    assert outcomes(acme) == ["review"]
    acme.pass_time(hours=30)
    assert sum("could not read it" in mail.text for mail in acme.mails("maya")) == 1
    acme.consistent()


def test_what_she_quotes_is_hers_until_we_know_it(acme: Company) -> None:
    """A round mail of her shop manager opens the case; quoting it again opens nothing."""
    quoted = "Look at this:\n\n> Since opening time nobody can log in.\n\nWhat shall I answer?"
    first = written(acme, quoted, "From our shops", Message_ID="<1@northwind.example>")
    delivered(acme, first)
    assert [live.severity for live in acme.cases()] == [Severity.SEV1]
    copy = written(acme, quoted, "From our shops", Message_ID="<1@northwind.example>")
    copy["X-Copy"] = "2"
    delivered(acme, copy)
    became = [entry.data["became"] for entry in acme.entries("read")]
    assert [word for word in became if word != "own"] == ["customer", "copy"]
    again = "Any news?\n\nOn Mon, 23 Nov 2026 at 10:00, Vera <vera@northwind.example> wrote:\n"
    again += "\n".join(f"> {line}" for line in quoted.split("\n"))
    more = {"Message_ID": "<2@northwind.example>", "In_Reply_To": "<1@northwind.example>"}
    delivered(acme, written(acme, again, "Re: From our shops", **more))
    with acme.office.store.reading() as session:
        posts = read_thread(session, acme.case.ticket).posts
    assert [post.text for post in posts if post.message_id == "2@northwind.example"] == [
        "Any news?"
    ]
    acme.consistent()
