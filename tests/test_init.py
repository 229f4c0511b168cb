"""`init` asks: the answers become a folder, sheets of any shape are read, a no writes nothing."""

import csv
import io
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from commands import command, deskless
from harness import INBOX
from rich.console import Console

from deskless.agent.demo.post import PostOffice
from deskless.agent.setup import folder as folders
from deskless.agent.setup.answers import BY_KEY, FILE, QUESTIONS, check_answers, load_answers
from deskless.agent.setup.interview import hold_interview, take_answers
from deskless.agent.setup.sheets import read_table
from deskless.policies.people.accounts import COLUMNS as CUSTOMERS
from deskless.policies.people.matrix_csv import COLUMNS as PEOPLE, read_matrix
from deskless.policies.problems import Problems

pytestmark = pytest.mark.slow

VERA = (
    b"From: Vera Lind <vera@northwind.example>\r\nTo: support@acme.example\r\n"
    b"Subject: Invoice\r\nMessage-ID: <1@northwind.example>\r\nDate: %s\r\n\r\n"
    b"I was charged twice for October and I want my money back.\r\n"
)


@dataclass
class Script:
    """Somebody who answers a question by its key; what they read is kept.

    `leaves` is the question at which they get up and go.
    """

    answers: dict[str, str | list[str]]
    yes: bool = True
    leaves: str = ""
    read: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        self.read.append(line)

    def agree(self, text: str) -> bool:
        self.read.append(text)
        return self.yes

    def ask(self, text: str, usual: str) -> str:
        last = next((line for line in reversed(self.read) if line[:1].isdigit()), "")
        question = next((each for each in QUESTIONS if not text and each.ask in last), None)
        key = question.key if question else text.split("(")[0].strip()
        if key == self.leaves:
            raise KeyboardInterrupt
        self.asked.append(key)
        value = self.answers.get(key, usual)
        if isinstance(value, list):
            return value.pop(0) if value else ""
        return value

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.read).split())


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mailbox with a customer's mail of this hour."""
    from email.utils import formatdate

    monkeypatch.setenv("DESKLESS_PASSWORD", "secret")
    with PostOffice({INBOX: "secret", "maya@acme.example": "secret"}) as office:
        office.deliver(INBOX, VERA % formatdate().encode())
        yield office


def told(post: PostOffice, **more: str | list[str]) -> dict[str, str | list[str]]:
    """The answers of a small company."""
    return {
        "inbox": INBOX, "provider": "own", "imap": post.imap_url(INBOX),
        "smtp": post.smtp_url(INBOX), "company": "Acme",
        "founder": "Maya Stern <maya@acme.example>",
        "people": ["Tom Frey, tom@acme.example, 1", "Ana Lopez, ana@acme.example, 2, business"],
        "ticket": "ACME-1042", "timezone": "Berlin", "hours": "Mon-Fri 09:00-18:00",
        "holidays": "DE-BE", "never_waits": "outage, legal", "peaks": "",
        "exceptions": "Agencies pay by invoice, never by card.", **more,
    }  # fmt: skip


def console() -> Console:
    """A terminal of 80 columns that keeps what it shows."""
    return Console(width=80, file=io.StringIO())


def test_an_interview_ends_in_a_folder_that_is_ready(post: PostOffice, tmp_path: Path) -> None:
    """Servers tried at once, the spec and a real thread read back, a yes, and check is content."""
    script, screen = Script(told(post)), console()
    assert hold_interview(tmp_path, script, screen)
    assert f"Read: {INBOX} at 127.0.0.1:{post.imap_port} opens" in script.words
    assert "A conversation is numbered ACME-1042, ACME-1043" in script.words
    assert "SEV-1 Service down" in script.words
    assert "1 of 1 threads would have moved" in script.words
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "charged twice" in " ".join(shown.split())
    assert "Ana Lopez" in shown
    toml = tomllib.loads((tmp_path / "deskless.toml").read_text())
    assert toml["team"] == {
        "name": "Acme", "founder": "maya@acme.example", "timezone": "Europe/Berlin",
        "hours": "Mon-Fri 09:00-18:00", "holidays": "DE-BE", "ticket": "ACME-{n}", "first": 1042,
    }  # fmt: skip
    assert toml["inbox"]["password"] == {"env": "DESKLESS_PASSWORD"}
    assert toml["mode"] == {"live": False}
    people = read_matrix(tmp_path / "matrix.csv").people
    assert [(each.name, each.tier) for each in people] == [
        ("Tom Frey", 1), ("Ana Lopez", 2), ("Maya Stern", 3),
    ]  # fmt: skip
    assert "severity: SEV-1" in (tmp_path / "policies" / "legal.md").read_text()
    assert "Agencies pay" in (tmp_path / "knowledge" / "exceptions.md").read_text()
    assert "FAIL" not in deskless("check", "--offline", folder=tmp_path)
    # Nobody was written to, and the inbox is as it was.
    assert [len(post.mailbox(each)) for each in post.users] == [1, 0]


def test_without_a_yes_nothing_but_the_answers_is_there(post: PostOffice, tmp_path: Path) -> None:
    """And the next time only the yes is asked for."""
    assert not hold_interview(tmp_path, Script(told(post), yes=False), console())
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    again = Script({})
    assert hold_interview(tmp_path, again, console())
    assert again.asked == ["Which is to change?"]
    assert (tmp_path / "deskless.toml").exists()


def test_it_can_be_left_and_gone_on_with(post: PostOffice, tmp_path: Path) -> None:
    """At the hours they leave; the next time the hours are the first question."""
    with pytest.raises(KeyboardInterrupt):
        hold_interview(tmp_path, Script(told(post), leaves="hours"), console())
    again = Script(told(post))
    assert hold_interview(tmp_path, again, console())
    assert again.asked[0] == "hours"
    assert "Going on where you left: 11 answered" in again.words


def test_an_answer_can_be_changed_and_a_persons_own_work_is_kept(
    post: PostOffice, tmp_path: Path
) -> None:
    """The file that follows from it is written anew; one that somebody edited is left and named."""
    hold_interview(tmp_path, Script(told(post)), console())
    policy = tmp_path / "policies" / "outage.md"
    policy.write_text(policy.read_text() + "\nOur own words.\n")
    changes = {"Which is to change?": ["hours"], "hours": "Mon-Thu 08:00-16:00"}
    script = Script(dict(changes))
    assert hold_interview(tmp_path, script, console())
    hours = tomllib.loads((tmp_path / "deskless.toml").read_text())["team"]["hours"]
    assert hours == "Mon-Thu 08:00-16:00"
    assert "Our own words." in policy.read_text()
    assert any(line.startswith("kept") and str(policy) in line for line in script.read)


def test_what_is_not_understood_is_asked_again(post: PostOffice, tmp_path: Path) -> None:
    """With what was wrong and an example."""
    answers = told(post, ticket=["no number", "ACME-7"], holidays=["XX-1", ""],
                   founder=[INBOX, "Maya Stern <maya@acme.example>"])  # fmt: skip
    script = Script(answers)
    assert hold_interview(tmp_path, script, console())
    for words in ("write the number that the next one gets, as ACME-1042", "no country or region",
                  "the founder needs a mailbox of their own"):  # fmt: skip
        assert words in script.words
    assert tomllib.loads((tmp_path / "deskless.toml").read_text())["team"]["first"] == 7


def test_a_server_that_does_not_open_is_told_at_once(post: PostOffice, tmp_path: Path) -> None:
    """With its cure, and the interview goes on; no thread can be shown then."""
    wrong = post.imap_url(INBOX).replace(str(post.imap_port), "1")
    script = Script(told(post, imap=wrong))
    assert hold_interview(tmp_path, script, console())
    assert "That does not work yet: nothing listens at 127.0.0.1:1. Check host" in script.words
    assert "No thread of the inbox can be shown yet" in script.words


def test_a_file_of_answers_asks_nothing(post: PostOffice, tmp_path: Path) -> None:
    """`--answers` reads back and writes on `--yes`; without it nothing is written."""
    folder, file = tmp_path / "mine", tmp_path / "given.toml"
    lines = [f"{key} = {value!r}" for key, value in told(post).items()]
    file.write_text("\n".join(lines))
    shown = command("init", "--answers", file, "--folder", folder)
    assert shown.code == 1
    assert "This is how it will act" in shown.out
    assert not (folder / "deskless.toml").exists()
    done = command("init", "--answers", file, "--folder", folder, "--yes")
    assert done.code == 0, done.said
    assert "written" in done.out
    assert "FAIL" not in deskless("check", "--offline", folder=folder)


def test_answers_that_are_wrong_are_told_all_at_once(tmp_path: Path) -> None:
    """Each by its name, with the question; a key that is none, with what was meant."""
    file = tmp_path / "given.toml"
    file.write_text('inbox = "support"\nhuors = "x"\ntimezone = "Berlni"\n')
    with pytest.raises(Problems) as refused:
        take_answers(tmp_path, file, Script({}), console())
    words = str(refused.value)
    for part in ("`inbox`", "`huors`. Did you mean `hours`", "`timezone`", "`founder` is missing"):
        assert part in words
    assert "Traceback" not in command("init", "--answers", file, "--folder", tmp_path).said


SHAPES: dict[str, str] = {
    "german, semicolons": "Stufe;Name;E-Mail\n1;Tom;tom@acme.example\n2;Ana;ana@acme.example\n",
    "a title above": "Our team\n\nLevel,Who,Mail\n1,Tom,tom@acme.example\n2,Ana,ana@acme.example\n",
    "tabs": "tier\tname\temail\tphone\n1\tTom\ttom@acme.example\t1\n2\tAna\tana@acme.example\t2\n",
    "addresses by content": "Ebene|Person|wohin\n1|Tom|tom@acme.example\n2|Ana|ana@acme.example\n",
    "columns nobody needs": (
        "Hobby,Tier,Shoe size,Full name,E-mail address\n"
        "x,1,40,Tom,tom@acme.example\ny,2,41,Ana,ana@acme.example\n"
    ),
}
"""The same two people as people keep them."""


def _as_csv(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _as_workbook(path: Path, text: str) -> Path:
    """The same cells in a workbook whose first sheet is a cover: the least that is an XLSX."""
    sign = max(",;\t|", key=text.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    book = f'<Relationship Id="r1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/>'
    sheets = "".join(
        f'<Relationship Id="r{number}" Type="{KIND}/worksheet" Target="worksheets/s{number}.xml"/>'
        for number in (1, 2)
    )
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(book),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format(sheets),
        "xl/worksheets/s1.xml": SHEET.format(""),
        "xl/worksheets/s2.xml": SHEET.format("".join(map(_row, rows))),
    }
    file = path.with_suffix(".xlsx")
    with zipfile.ZipFile(file, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, XML + xml)
    return file


def _row(cells: list[str]) -> str:
    """A row with numbers as numbers and words in place."""
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(cell: str) -> str:
    if cell.isdigit():
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OPEN = "http://schemas.openxmlformats.org"
KIND = f"{OPEN}/officeDocument/2006/relationships"
RELATIONS = f'<Relationships xmlns="{OPEN}/package/2006/relationships">{{0}}</Relationships>'
SHEET = (
    f'<worksheet xmlns="{OPEN}/spreadsheetml/2006/main"><sheetData>{{0}}</sheetData></worksheet>'
)
BOOK = (
    f'<workbook xmlns="{OPEN}/spreadsheetml/2006/main" xmlns:r="{KIND}"><sheets>'
    '<sheet name="cover" sheetId="1" r:id="r1"/><sheet name="people" sheetId="2" r:id="r2"/>'
    "</sheets></workbook>"
)
_MIME = "application/vnd.openxmlformats"
_MAIN = f"{_MIME}-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{OPEN}/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_MIME}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/s1.xml" ContentType="{_MAIN}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/s2.xml" ContentType="{_MAIN}.worksheet+xml"/></Types>'
)


@pytest.mark.parametrize("made", [_as_csv, _as_workbook])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_sheet_of_any_shape_is_read(
    shape: str, made: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    """Two people on two tiers, whatever the headings, separators and rows above them."""
    table = read_table(made(tmp_path / "people.csv", SHAPES[shape]), PEOPLE)
    people = read_matrix(table.as_csv()).people
    assert [(each.name, each.tier, each.emails) for each in people] == [
        ("Tom", 1, ("tom@acme.example",)), ("Ana", 2, ("ana@acme.example",)),
    ]  # fmt: skip
    assert any(line.startswith("email") and "tom@acme.example" in line for line in table.preview())


def test_a_column_that_cannot_be_told_is_asked(post: PostOffice, tmp_path: Path) -> None:
    """With what was understood of the sheet; a value for everybody will do, too."""
    sheet = tmp_path / "people.csv"
    sheet.write_text("Person,Mail,Gruppe X\nTom,tom@acme.example,1\nAna,ana@acme.example,2\n")
    for reply, tiers in (("Gruppe X", [1, 2, 3]), ("=2", [2, 2, 3])):
        asks = "Which column tells on which tier each person stands"
        script = Script(told(post, people=[str(sheet)], **{asks: [reply]}))
        assert hold_interview(tmp_path / reply, script, console())
        people = read_matrix(tmp_path / reply / "matrix.csv").people
        assert [each.tier for each in people] == tiers
        assert any("email" in line and "← Mail" in line for line in script.read)


def test_customers_come_from_a_sheet_of_their_own(tmp_path: Path) -> None:
    """Mapped the same way; where nobody can be asked, what is lacking is a problem."""
    sheet = tmp_path / "crm.csv"
    sheet.write_text("Firma;Domain;ARR\nNorthwind;northwind.example;120000\n")
    table = folders.sheet_of(sheet, ("customer", "addresses"), folders.nobody_to_ask)
    assert table.as_csv().splitlines() == [
        "customer,addresses,revenue", "Northwind,northwind.example,120000",
    ]  # fmt: skip
    assert read_table(sheet, CUSTOMERS).missing(("customer", "addresses")) == []
    sheet.write_text("a;b\n1;2\n")
    with pytest.raises(Problems, match="No column tells who each customer is"):
        folders.sheet_of(sheet, ("customer", "addresses"), folders.nobody_to_ask)


@pytest.mark.parametrize("bytes_", [b"", b"PK\x03\x04nothing", b"only a title\n"])
def test_a_sheet_that_is_none_is_told(bytes_: bytes, tmp_path: Path) -> None:
    """In a sentence, whatever the file holds."""
    for name in ("people.csv", "people.xlsx"):
        path = tmp_path / name
        path.write_bytes(bytes_)
        with pytest.raises(Problems) as refused:
            folders.people_sheet(
                {"people": [str(path)], "founder": "Maya <maya@acme.example>"},
                folders.nobody_to_ask,
            )
        assert str(path) in str(refused.value)


def test_every_question_has_a_name_and_its_usual_answers_are_understood() -> None:
    """Who says only what nobody can guess gets a folder."""
    assert len(BY_KEY) == len(QUESTIONS)
    answers = check_answers(
        {"inbox": INBOX, "founder": "Maya <maya@acme.example>"}, "given.toml"
    )  # fmt: skip
    assert answers["ticket"] == "ACME-1000"
    assert load_answers(Path("/nowhere/at/all.toml")) == {}
