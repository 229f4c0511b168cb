"""The escalation log: every step of every case, safe in a spreadsheet, with erased words shown."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness import Company, company
from hypothesis import given, strategies as st

from deskless.agent.operations import retention
from deskless.agent.reports import export
from deskless.agent.reports.export import COLUMNS, safe_cell

pytestmark = pytest.mark.slow

TROUBLE = "Hello,\n\nI was charged twice for October. I want my money back, 620 EUR.\n\nVera Lind"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The company, with one case that was bounced, accepted and resolved."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.customer_writes(TROUBLE)
        made.reply("ana", 'BOUNCE because =HYPERLINK("http://evil.example") it is Ben\'s contract')
        made.pass_time(minutes=20)
        made.reply("ben", "ACCEPT, update by 16:00")
        made.pass_time(hours=1)
        made.reply("ben", "RESOLVED: refunded", to=made.mails("ben")[-1])
        yield made


def sheet(acme: Company) -> list[dict[str, str]]:
    """The log as a spreadsheet reads it."""
    text = "".join(export.log_lines(acme.office, "csv"))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_step_has_who_when_what_and_why(acme: Company) -> None:
    """Opened, offered, bounced with its note, offered, flagged, accepted, resolved."""
    rows = sheet(acme)
    assert [row["event"] for row in rows] == [
        "opened", "offered", "bounced", "offered", "flagged", "accepted", "resolved",
    ]  # fmt: skip
    opened, first, bounced, second, _, accepted, resolved = rows
    assert opened["customer"] == "vera@northwind.example"
    assert (opened["severity"], opened["policies"]) == ("SEV-3", "refund-dispute")
    assert opened["account_tier"] == "enterprise"
    assert first["to_name"] == "Ana Lopez <ana@acme.example>"
    assert first["answer_by_utc"] == "2026-11-23T13:00:00Z"
    assert first["answer_by_local"] == "2026-11-23T14:00:00+01:00"
    assert bounced["by_name"] == "Ana Lopez <ana@acme.example>"
    assert "it is Ben's contract" in bounced["note"]
    assert (bounced["status_before"], bounced["status_after"]) == ("offered", "open")
    assert bounced["late"] == "no"
    assert bounced["proof"] == "dmarc"
    assert bounced["cause"].startswith("mail:")
    assert "@" in bounced["message_id"]
    assert second["handoff"] == "2"
    assert (accepted["owner_before"], accepted["owner_after"]) == ("", acme.id("ben"))
    assert accepted["owner_name"] == "Ben Okafor <ben@acme.example>"
    assert accepted["promise_utc"] == "2026-11-23T15:00:00Z"
    assert accepted["at_utc"] == "2026-11-23T09:20:00Z"
    assert accepted["at_local"] == "2026-11-23T10:20:00+01:00"
    assert (resolved["status_after"], resolved["note"]) == ("resolved", "refunded")
    assert {row["policy_hash"] for row in rows} == {acme.office.rules.book.hash}


def test_the_same_rows_as_json_with_null_where_nothing_is(acme: Company) -> None:
    """One object a line, every column in every line, in order of the ledger."""
    made = [json.loads(line) for line in export.log_lines(acme.office, "jsonl")]
    assert [tuple(item) for item in made] == [COLUMNS] * 7
    assert [item["entry"] for item in made] == sorted(item["entry"] for item in made)
    assert made[0]["to"] is None
    assert made[2]["event"] == "bounced"


def test_progress_is_told_while_the_log_is_written(acme: Company) -> None:
    """Of all entries of the ledger, so that a bar can be drawn."""
    told: list[tuple[int, int]] = []
    lines = list(export.log_lines(acme.office, "jsonl", lambda *at: told.append(at)))
    assert len(lines) == 7
    [(done, of)] = told
    assert 0 < done <= of == len(acme.entries())


def test_erased_words_are_shown_as_erased(acme: Company) -> None:
    """Vera is forgotten: her words, and those written about her case; the steps stay."""
    retention.erase_person(acme.office, "vera@northwind.example", really=True)
    rows = sheet(acme)
    assert len(rows) == 7
    assert "[erased]" in {rows[0]["customer"], rows[0]["summary"]}
    assert rows[2]["note"] == "[erased]"
    assert rows[2]["by_name"] == "Ana Lopez <ana@acme.example>"
    assert "vera" not in json.dumps(rows)


def test_no_cell_begins_like_a_formula(acme: Company) -> None:
    """A note that begins with = is text behind an apostrophe."""
    acme.reply("ben", "NOTE\n=cmd|' /C calc'!A0", to=acme.mails("ben")[-1])
    noted = sheet(acme)[-1]
    assert noted["event"] == "noted"
    assert noted["note"].startswith("'=cmd")
    assert [
        item for row in sheet(acme) for item in row.values() if item.startswith(export.ACTING)
    ] == []


@given(st.text())
def test_whatever_is_said_no_cell_acts(text: str) -> None:
    """OWASP's list of first characters, also behind spaces, also in full width."""
    cell = safe_cell(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"))
    assert cell in {text, f"'{text}"}


def test_a_closed_case_that_goes_on_is_followed(acme: Company) -> None:
    """Closed and reopened: before and after are right although closed cases are let go."""
    acme.reply("ben", "CLOSE because solved", to=acme.mails("ben")[-1])
    acme.pass_time(minutes=45)
    acme.reply("ben", "REOPEN", to=acme.mails("ben")[-1])
    rows = {item["event"]: item for item in sheet(acme)}
    assert (rows["closed"]["status_before"], rows["closed"]["why"]) == ("resolved", "done")
    assert (rows["reopened"]["status_before"], rows["reopened"]["status_after"]) == (
        "closed", "open",
    )  # fmt: skip


def test_a_late_answer_is_marked(acme: Company) -> None:
    """An instant in UTC and with an offset, to the second; nothing for nothing."""
    at = datetime(2026, 7, 1, 9, 0, 0, 123456, tzinfo=UTC)
    assert export.say_second(at) == "2026-07-01T09:00:00Z"
    assert export.say_second(at, acme.office.config.team.zone) == "2026-07-01T11:00:00+02:00"
    assert export.say_second(None) == ""
    acme.customer_writes("charged twice again", subject="More", sender="o@cornercafe.example")
    acme.clock.at += timedelta(hours=9)
    acme.reply("ana", "ACCEPT")
    late = [item["late"] for item in sheet(acme) if item["event"] in {"accepted", "bounced"}]
    assert late == ["no", "no", "yes"]
