"""The end of the demo: what is open, the ledger checked against a mailbox, where it all lies."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from deskless.agent.commands import ledger_proof
from deskless.agent.commands.case_table import ranked_table
from deskless.agent.demo.story_mail import ReceivedLetter
from deskless.agent.demo.story_stage import TEAM, Stage
from deskless.agent.demo.story_tell import Teller
from deskless.agent.operations import heartbeat
from deskless.agent.outbound import case_list
from deskless.agent.reports import weekly
from deskless.agent.reports.weekly_words import SHEET

THREAD = "thread.txt"
"""The file that only a brief carries."""


def end_story(acme: Stage) -> None:
    """Show the cases, check the ledger, write the papers and say where they lie."""
    witnesses = _save(acme)
    _week(acme)
    _cases(acme)
    _ledger(acme, witnesses)
    (acme.place.folder / "ledger.pub").write_text(acme.agent.office.ledger.vkey() + "\n")
    _still(acme)
    _papers(acme.teller, acme.place.folder, witnesses)


def _still(acme: Stage) -> None:
    """Let the commands see the folder at the end of its week, whenever somebody looks."""
    heartbeat.write_heartbeat(acme.agent.office, acme.agent.turn.health)
    with (acme.place.acme / "deskless.toml").open("a", encoding="utf-8") as file:
        file.write(f"now      = {acme.clock.now().isoformat()}  # for looking only\n")


def _save(acme: Stage) -> list[Path]:
    """Every brief, and the weekly mail, as the mailboxes hold them; oldest first."""
    saved = []
    for who in TEAM:
        for raw in acme.post.mailbox(f"{who}@acme.example"):
            letter = ReceivedLetter.of(raw)
            files = {str(message.get_filename()) for message in letter.message.iter_attachments()}
            key = letter["Subject"].partition("]")[0].strip("[")
            if THREAD in files:
                saved.append((letter["Date"], f"{key}-brief-for-{who}", letter))
            elif SHEET in files:
                saved.append((letter["Date"], f"weekly-for-{who}", letter))
    paths = []
    for _, name, letter in sorted(saved, key=lambda paper: _when(paper[2])):
        path = acme.place.mail / f"{name}.eml"
        path.write_bytes(letter.raw)
        if letter.html:
            path.with_suffix(".html").write_text(letter.html, encoding="utf-8")
        paths.append(path)
    return paths


def _when(letter: ReceivedLetter) -> float:
    return float(letter.message["Date"].datetime.timestamp())


def _week(acme: Stage) -> None:
    office = acme.agent.office
    with office.store.reading() as session:
        words = weekly.preview_week(office, session, acme.clock.now())
    (acme.place.folder / "weekly.html").write_text(words.html or words.text, encoding="utf-8")
    acme.teller.plain("", *(Text(f"        {line}", style="dim") for line in _top(words.text)))


def _top(text: str) -> Iterator[str]:
    """The figures of what did happen: the first section of the weekly mail."""
    lines = [line for line in text.splitlines() if line.strip()]
    headings = [n for n, line in enumerate(lines) if line.isupper()]
    first, second = (*headings, len(lines), len(lines))[:2]
    yield from (line for line in lines[first + 1 : second] if not line.endswith(": 0"))


def _cases(acme: Stage) -> None:
    office = acme.agent.office
    with office.store.reading() as session:
        ranked = case_list.ranked_lines(office, session)
    acme.teller.title("What is open, most urgent first (deskless cases)")
    acme.teller.show(ranked_table(ranked))


def _ledger(acme: Stage, witnesses: list[Path]) -> None:
    acme.teller.title("The ledger, checked against the mail that lies in Maya's mailbox")
    office = acme.agent.office
    report = ledger_proof.verify_ledger(
        office.store, witnesses[-1:], lambda _done, _of: None, key=office.ledger.vkey()
    )
    acme.teller.plain(*ledger_proof.report_lines(report))


def _papers(teller: Teller, folder: Path, witnesses: list[Path]) -> None:
    """Where everything lies, and what to type next."""
    teller.title(f"All of it lies in {folder}")
    rows = {
        "acme/": "the configuration: criteria, people, customers, and the ledger",
        "mail/": f"{len(witnesses)} mails as they arrived: .eml, and .html to look at",
        "weekly.html": "the founder's weekly summary",
        "ledger.pub": "the key to check the ledger with, as Maya got it",
        "story.txt": "the whole week, as deskless demo --long tells it",
    }
    wide = max(len(name) for name in rows)
    for name, lines in rows.items():
        teller.plain(Text.assemble("  ", (name.ljust(wide), "bold"), "  ", (lines, "dim")))
    teller.title("Look around, then point it at your own inbox")
    acme, witness = folder / "acme", witnesses[-1] if witnesses else folder / "mail"
    for command in (
        f"deskless -c {acme} cases --why",
        f"deskless -c {acme} case ACME-1042-1",
        f"deskless -c {acme} ledger verify --witness {witness}",
        "deskless init support@yourcompany.example --founder you@yourcompany.example",
    ):
        teller.show(f"  {command}", whole=True)
