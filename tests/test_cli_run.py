"""What `run` shows of its thinking: the table of a dry run, the history, and a line an event."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from commands import deskless
from harness import Company, company
from structlog.testing import capture_logs

from deskless.agent.case.case import Status
from deskless.agent.commands import run_lines
from deskless.agent.commands.dry_run import WIDE, foreseen_table
from deskless.agent.daemon.reload import reload
from deskless.agent.judging.foresight import Foreseen, foresee_verdict
from deskless.agent.office.situation import latest_verdict, read_situation
from deskless.policies.verdict import Outcome, Severity

TROUBLE = "I was charged twice for October."
DOWN = "Since this morning nobody can log in."
ROUTINE = "How do I change the language of my invoices?"
COFFEE = "Olaf <o@cornercafe.example>"


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme in the shadow, on a Monday at 10:00."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme", live=False) as made:
        yield made


def new_mail(acme: Company, text: str, subject: str, sender: str = "") -> None:
    """A customer's mail that no turn has read yet."""
    who = sender or "Vera Lind <vera@northwind.example>"
    raw, _ = acme._mail(who, "support@acme.example", subject, text)
    acme.post.deliver("support@acme.example", raw)


def rows(*words: str, folder: Path, code: int = 0) -> list[dict[str, object]]:
    """What a dry run tells a program."""
    printed = deskless("run", "--dry-run", *words, "--json", folder=folder, code=code)
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def test_a_dry_run_says_what_would_become_of_each_mail(acme: Company) -> None:
    """Mail, verdict, the customer's own words, who would be asked; and nothing is kept."""
    before = len(acme.entries())
    new_mail(acme, TROUBLE, "Invoice 4411")
    new_mail(acme, ROUTINE, "Language", COFFEE)
    shown = " ".join(deskless("run", "--dry-run", folder=acme.folder).split())
    for words in ("Vera Lind, Northwind", "“Invoice 4411”", "escalate SEV-3", "refund-dispute",
                  f"“{TROUBLE}”", "Ana Lopez", "until ", "left with support",
                  "judged 2; nothing was kept."):  # fmt: skip
        assert words in shown
    assert len(acme.entries()) == before
    refund, language = sorted(rows(folder=acme.folder), key=lambda row: str(row["subject"]))
    assert (refund["outcome"], refund["asked"]) == ("escalate", "Ana Lopez")
    assert (language["outcome"], language["asked"], language["quote"]) == ("leave", None, None)
    assert acme.mails("ana") == []


@pytest.mark.parametrize("text", [TROUBLE, DOWN])
def test_what_is_foreseen_is_what_happens(acme: Company, text: str) -> None:
    """The same person, by the same clock, once the founder has said GO."""
    acme.customer_writes(text)
    with acme.office.store.reading() as session:
        situation = read_situation(acme.office, session, "ACME-1042", acme.clock.now())
        verdict = latest_verdict(session, "ACME-1042")
        assert verdict is not None
        row = foresee_verdict(acme.office, session, situation, verdict)
    acme.pass_time(hours=7)
    acme.reply("maya", "GO", to=acme.mail("maya", "would have asked"))
    handoff = acme.case.handoff
    assert (acme.case.status, acme.case.policies) == (Status.OFFERED, row.criteria)
    assert handoff is not None
    assert (row.asked, row.severity) == (acme.office.name(handoff.to), acme.case.severity)
    # Around the clock seven hours later is seven hours later; in working time it is another day.
    assert row.until is not None
    later = timedelta(hours=7 if text == DOWN else 22)
    assert handoff.answer_by - row.until == later


def test_the_history_is_judged_with_a_summary(acme: Company) -> None:
    """Only what would have moved is shown, and how many of how many; ours is nobody's thread."""
    for number in range(3):
        new_mail(acme, ROUTINE, f"Language {number}", f"C{number} <c@shop{number}.example>")
    new_mail(acme, TROUBLE, "Invoice 4411")
    acme.settle()
    acme.pass_time(hours=8)
    before = len(acme.entries())
    shown = deskless("run", "--dry-run", "--since", "all", folder=acme.folder)
    assert "1 of 4 threads would have moved since all (1 escalated)" in shown
    assert "Language" not in shown
    [moved] = [row for row in rows("--since", "all", folder=acme.folder) if row["asked"]]
    # The mail's own instant, not that of the look: Monday 10:00 and four working hours.
    assert moved["until"] == "2026-11-23T13:00:00+00:00"
    assert len(acme.entries()) == before
    assert "is no day" in deskless("run", "--dry-run", "--since", "x", folder=acme.folder, code=78)


@pytest.mark.parametrize(("password", "code", "words"), [
    ("wrong", 77, "imap login: 127.0.0.1 refused the login"),
    ("", 77, "imap login: the environment has no ACME_PASSWORD"),
])  # fmt: skip
def test_a_run_that_cannot_read_ends_as_such(
    acme: Company, password: str, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What kept the mail from being read is said, and no monitor takes it for success."""
    monkeypatch.delenv("ACME_PASSWORD")
    for command in (("run", "--dry-run"), ("run", "--once")):
        told = deskless(*command, folder=acme.folder, code=code, ACME_PASSWORD=password)
        assert words in told


def test_what_lay_there_before_is_skipped_aloud(
    acme: Company,
) -> None:
    """How many, where, and how to look at them; once."""
    for name in ("a", "b"):
        new_mail(acme, ROUTINE, name)
    count = len(acme.post.mailbox("support@acme.example"))
    for store in acme.folder.glob("deskless*.*"):
        if store.suffix != ".toml":
            store.unlink()
    told = " ".join(deskless("run", "--dry-run", folder=acme.folder).split())
    assert f"skipped {count} mails that lie in INBOX already" in told
    assert "--dry-run --since 14d" in told
    assert f"skipped {count} mails" in deskless("run", "--once", folder=acme.folder)
    assert "skipped" not in deskless("run", "--once", folder=acme.folder)


def test_who_watches_hears_of_all_that_matters(acme: Company) -> None:
    """The start, the shadow, a reload, one that is refused, a route that fails and works again."""
    with capture_logs() as log:
        tell = run_lines.teller(acme.agent)
        new_mail(acme, TROUBLE, "Invoice 4411")
        tell(acme.turn())
        (acme.folder / "matrix.csv").write_text("tier\n")
        assert not reload(acme.agent)
        tell(acme.turn())
        acme.agent.turn.health.bad("imap", "mail.example did not answer", acme.clock.now())
        tell(acme.turn())
        acme.agent.turn.health.good("imap", acme.clock.now())
        tell(acme.turn())
    lines = [line["event"] for line in log]
    assert lines[:2] == [
        "watching support@acme.example in INBOX",
        "nobody but Maya Stern gets mail until Maya Stern replies GO",
    ]
    assert "judged: escalate, refund-dispute" in lines
    assert "shadow: Ana Lopez would have been asked, SEV-3" in lines
    assert "reloaded: mistakes in the files, the last good set stays in force" in lines
    assert any("refused for" in line for line in lines)
    assert "charged" not in str(log)


def test_a_breaker_that_trips_is_seen(acme: Company) -> None:
    """With its name and how to see what it holds."""
    from deskless.agent.office import journal, office_events

    with capture_logs() as log:
        tell = run_lines.teller(acme.agent)
        with acme.office.store.transaction() as session:
            at = acme.clock.now()
            tripped = office_events.BreakerTripped(at=at, name="hour", count=120, limit=120)
            journal.enter(session, tripped)
        tell(acme.turn())
    [line] = [line for line in log if "breaker" in line["event"]]
    assert line["log_level"] == "warning"
    assert line["event"].startswith("breaker hour tripped at 120")


def test_a_trouble_is_told_when_it_begins_and_when_it_is_over(acme: Company) -> None:
    """Once each, however many turns it lasts."""
    health = acme.agent.turn.health
    with capture_logs() as log:
        tell = run_lines.teller(acme.agent)
        for _ in range(3):
            tally = acme.turn()
            health.bad("judge", "the budget is spent", acme.clock.now())
            tell(tally)
        health.good("judge", acme.clock.now())
        tell(tally)
    lines = [line["event"] for line in log if "judge " in line["event"]]
    assert lines == ["judge does not work: the budget is spent", "judge works again"]


@pytest.mark.parametrize(("fields", "line"), [
    ({"event": "judged: leave", "level": "info", "about": "ACME-1"}, "  ACME-1  judged: leave"),
    ({"event": "breaker hour tripped", "level": "warning"}, "  ! breaker hour tripped"),
    ({"event": "watching", "level": "info", "mode": "live", "cases": 2},
     "  watching (mode: live, cases: 2)"),
])  # fmt: skip
def test_a_line_is_for_a_person(fields: dict[str, object], line: str) -> None:
    """A clock, the matter, what happened, the rest; what wants a look is marked."""
    assert run_lines.human_line(None, "", dict(fields)) == line
    stamped = run_lines.human_line(None, "", {**fields, "timestamp": "2026-11-23T09:00:05Z"})
    assert stamped.endswith(f":00:05{line}")


@pytest.mark.parametrize("width", [60, 80, WIDE, 160])
def test_the_table_fits_its_terminal(acme: Company, width: int) -> None:
    """No line is wider, no word of the quote is lost, at any width."""
    from rich.console import Console

    quote = "Since nine this morning none of our cashiers can open one, in all eleven shops."
    row = Foreseen(
        "ACME-1042", acme.clock.now(), "Vera Lind, Northwind Stores", "Tills down in all shops",
        Outcome.ESCALATE, Severity.SEV1, ("outage", "key-account"), quote, "Ben Okafor",
        acme.clock.now() + timedelta(minutes=15), "Ben is on call",
    )  # fmt: skip
    console = Console(width=width, record=True, file=None, quiet=True)
    with console.capture() as printed:
        console.quiet = False
        console.print(foreseen_table([row], acme.office.config.team.zone, width))
    lines = printed.get().splitlines()
    assert all(len(line) <= width for line in lines)
    words = " ".join(" ".join(lines).split())
    assert all(word.strip(".,") in words for word in quote.split())
    assert "10:15 CET" in words
