"""The case record: who, what is at stake, who spoke last, and where the evidence lies."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from harness import INBOX, MONDAY, Company, company
from typer.testing import CliRunner

from deskless.agent.cli.main import app
from deskless.agent.commands.case_page import NONE, flat, record_case, record_lines
from deskless.agent.office import journal
from deskless.agent.outbound.case_view import View, view_case
from deskless.store import documents

pytestmark = pytest.mark.slow

TROUBLE = (
    "I was charged twice, see https://bank.example/statement?id=7.\n"
    "I want my money back: http://bank.example/a_b, and https://bank.example/statement?id=7!"
)


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Vera's dispute with a screenshot, bounced by Ana, owned by Ben; Otto's, asked of nobody."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        mail = EmailMessage()
        mail["From"], mail["To"] = "Vera Lind <vera@northwind.example>", INBOX
        mail["Subject"], mail["Message-ID"] = "Invoice 4411", "<1@northwind.example>"
        mail.set_content(TROUBLE)
        mail.add_attachment(b"\x89PNG", "image", "png", filename="statement.png")
        made.post.deliver(INBOX, mail.as_bytes())
        made.settle()
        made.reply("ana", "BOUNCE because it is Ben's contract")
        made.pass_time(minutes=20)
        made.reply("ben", "ACCEPT, update by 16:00")
        yield made


def seen(acme: Company, key: str = "ACME-1042-1") -> tuple[View, list[bytes]]:
    """A case and its mails."""
    with acme.office.store.reading() as session:
        case = journal.read_case(session, key)
        assert case is not None
        return view_case(acme.office, session, case), documents.mails_of(session, case.ticket)


def test_a_record_says_what_the_next_step_depends_on(acme: Company) -> None:
    """Account, tier, renewal, owner of the account, kind, risks, last words, evidence."""
    record = record_case(*seen(acme))
    assert (record.customer, record.tier, record.account_owner) == (
        "Northwind", "enterprise", "Maya Stern",
    )  # fmt: skip
    assert (record.revenue, record.renewal) == (120_000, "2027-01-15")
    assert (record.type, record.nature) == ("business", "policy")
    assert record.criteria == ("Refund dispute",)
    assert record.risks == ("churn",)
    assert record.wrote is not None
    assert record.wrote - MONDAY < timedelta(minutes=1)
    assert record.told is None
    assert record.evidence == (
        "mail 1: statement.png", "https://bank.example/statement?id=7", "http://bank.example/a_b",
    )  # fmt: skip
    told = dict(record_lines(seen(acme)[0], record))
    assert told["customer"].startswith("Northwind, enterprise, 120,000 a year, renews on 2027-01")
    assert told["kind"] == "business, policy in nature"
    assert told["were told"] == NONE


def test_a_customer_nobody_knows_has_gaps_that_are_shown(acme: Company) -> None:
    """No account, no tier, no renewal: None, never a guess."""
    acme.customer_writes("charged twice", subject="=Bill", sender="o@else.example")
    record = record_case(*seen(acme, "ACME-1043-1"))
    assert (record.tier, record.revenue, record.renewal, record.account_owner) == (None,) * 4
    assert (record.customer, record.evidence) == ("o@else.example", ())


def run(acme: Company, *words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(app, ["--config", str(acme.folder), *words])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_one_case_whole_for_a_person_and_for_a_program(acme: Company) -> None:
    """Who was asked and said what, with codes; instants a program can read."""
    page = run(acme, "case", "ACME-1042-1")
    assert "bounced" in page
    assert "Ana Lopez → " not in page
    assert "deskless → Ana Lopez" in page
    assert ": it is Ben's contract" in page
    assert "blocker NOT STATED" in page
    assert "evidence mail 1: statement.png" in page
    whole = json.loads(run(acme, "case", "ACME-1042-1", "--json"))
    assert whole["nature"] == "policy"
    assert datetime.fromisoformat(whole["due"]) == datetime.fromisoformat("2026-11-23T15:00:00Z")
    assert whole["promise"] == whole["due"]
    assert whole["history"][1]["to"] == "Ana Lopez"
    assert whole["history"][0]["utc"].endswith("Z")
    acme.reply("ben", "CLOSE: refunded", to=acme.mails("ben")[-1])
    page = run(acme, "case", "ACME-1042-1")
    assert "stands closed (done)" in page
    assert "rank" not in page
    assert "deadline" not in page


def test_the_ledger_in_lines_says_who_was_asked_and_why_not(acme: Company) -> None:
    """Decision, code and addressee beside the kind; the newest entries without a case named."""
    shown = run(acme, "ledger", "show", "--case", "acme-1042-1")
    assert "opened ACME-1042-1 deskless: SEV-3" in shown
    assert "offered ACME-1042-1 deskless → Ana Lopez" in shown
    assert "judged ACME-1042 deskless: escalate" in run(acme, "ledger", "show")
    assert "sent ACME-1042 deskless: receipt" in run(acme, "ledger", "show", "--last", "9")


def test_a_note_stands_on_one_line() -> None:
    """Without the rules that mail programs draw."""
    assert flat("the second goes back\n---\n today \n\n____\n") == "the second goes back today"


def test_a_clock_that_stands_still_is_for_looking_only(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo's folder is seen at the end of its week; nothing runs on such a clock."""
    monkeypatch.setenv("DESKLESS_MODE__NOW", "2026-11-23T14:30:00+01:00")
    assert "in 1 h 30 min" in run(acme, "case", "ACME-1042-1")
    done = CliRunner().invoke(app, ["--config", str(acme.folder), "run", "--once"])
    assert done.exit_code == 78
