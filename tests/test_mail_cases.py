"""What real mail programs, responders and servers answer to a brief, and what each must lead to.

The files were made by the programs that their names tell; the token and the references of the brief
that they answer are replaced by those of the brief in hand.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness import Company, Mail, company

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
TROUBLE = (
    "Hello,\n\nI was charged twice for October, invoice 4411. Please give me my money back by "
    "Friday.\n\nVera Lind\nNorthwind"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CASES.exists(), reason="../shared/cases is not here"),
]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """Acme, with Ana asked to take a case."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    with company(tmp_path / "acme") as made:
        made.customer_writes(TROUBLE)
        yield made
        made.consistent()


def files(kind: str, *globs: str) -> list[str]:
    """The names of the files of a kind, without those that are no answer."""
    names = {path.name for glob in globs or ("*.eml",) for path in (CASES / kind).glob(glob)}
    return sorted(names - {"brief.eml"})


def replaced(raw: bytes, brief: Mail) -> bytes:
    """An answer to the brief of the files as one to this brief."""
    old = Mail((CASES / "replies" / "brief.eml").read_bytes())
    for mark in (
        lambda mail: str(mail.message["Message-ID"]).strip(" <>"),
        lambda mail: str(mail.message["References"]).split()[0].strip("<>"),
        lambda mail: str(mail.message["Reply-To"]).partition("+")[2].partition("@")[0],
        lambda mail: re.search(r"dk-\S+-(\w+)", mail.text)[1],  # type: ignore[index]
        lambda mail: re.search(r"head: (\S+)", mail.text)[1],  # type: ignore[index]
        lambda mail: re.search(r"Policy (\w+)", mail.text)[1],  # type: ignore[index]
    ):
        raw = re.sub(_folded(mark(old)), mark(brief).encode(), raw)
    return raw


def _folded(text: str) -> bytes:
    """The text, also where quoted-printable broke the line."""
    return b"(?:=\r?\n)?".join(re.escape(letter.encode()) for letter in text)


def arrive(acme: Company, kind: str, name: str) -> Mail:
    """The file arrives as an answer to Ana's brief, which is returned."""
    brief = acme.brief("ana")
    raw = replaced((CASES / kind / name).read_bytes(), brief)
    acme.post.deliver(str(brief.message["Reply-To"]), raw)
    acme.settle()
    return brief


@pytest.mark.parametrize("name", [name for name in files("replies") if name != "mutt-empty.eml"])
def test_an_accept_is_heard_from_every_mail_program(acme: Company, name: str) -> None:
    """Above, below or inside the quote, of our text or of our HTML, with its time."""
    arrive(acme, "replies", name)
    assert acme.case.owner == acme.id("ana"), acme.mails("ana")[-1].text
    assert acme.case.promise == datetime(2026, 11, 23, 15, tzinfo=UTC)
    [heard] = acme.entries("accepted")
    assert heard


def test_an_answer_without_a_word_changes_nothing(acme: Company) -> None:
    """It is asked what was meant."""
    before = acme.case
    arrive(acme, "replies", "mutt-empty.eml")
    assert acme.case == before
    assert "did you mean" in " ".join(acme.mails("ana")[-1].text.split())


DELAYED = "fault-C1-delayed-min.eml"


@pytest.mark.parametrize("name", files("dsn", "fault-C1-*"))
def test_a_brief_that_is_finally_returned_goes_to_the_next_at_once(
    acme: Company, name: str
) -> None:
    """Of any status, refused or expired; a delay changes nothing."""
    arrive(acme, "dsn", name)
    assert acme.case.handoff is not None
    asked = "ana" if name == DELAYED else "ben"
    assert acme.case.handoff.to == acme.id(asked)
    assert ("could not be delivered" in acme.mails("maya")[-1].text) is (asked == "ben")


NOT_LEFT = "about their own mail, not a brief's: only what the report says counts"


@pytest.mark.parametrize("name", [name for name in files("dsn") if "fault" not in name])
def test_any_servers_report_about_a_brief_counts_as_it_says(acme: Company, name: str) -> None:
    """The address that it came to is the brief's: lost moves the offer on, nothing else does."""
    token = str(acme.brief("ana").message["Reply-To"])
    raw = (CASES / "dsn" / name).read_bytes()
    acme.post.deliver(token, raw)
    acme.settle()
    waits = name in {"exim-12.eml", "exim-14.eml", "postfix-12.eml", "sendmail-08.eml"}
    arrived = name in {"postfix-14.eml", "sendmail-06.eml"}
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ana" if waits or arrived else "ben")
    assert not acme.entries("absence", "away")


AWAY = {
    "exim-t-15.eml": "2026-12-07",
    "fault-B1-procmail-away-kind-list.eml": "2026-11-30",
    "fault-B2-headerless-away-human.eml": "2026-12-07",
    "p-holiday.eml": "2026-12-07",
    "p-moved.eml": None,
    "pg-de.eml": "2026-12-07",
    "pg-default.eml": "2026-12-07",
    "pj-monday.eml": "2026-11-30",
    "vac-human.eml": "2026-12-07",
}


@pytest.mark.parametrize("name", files("auto"))
def test_an_absence_moves_the_offer_on_and_nothing_else_does(acme: Company, name: str) -> None:
    """With the day of return that it names, whatever headers the responder writes.

    "I have moved on, please contact Ben" is no absence: no day ends it. It names who is meant.
    """
    brief = acme.brief("ana")
    raw = replaced((CASES / "auto" / name).read_bytes(), brief)
    acme.post.deliver(str(brief.message["Reply-To"]), raw)
    acme.settle()
    back = AWAY[name]
    assert acme.case.handoff is not None
    assert acme.case.handoff.to == acme.id("ben")
    assert len(acme.entries("bounced")) == (back is None)
    told = [entry.data["until"][:10] for entry in acme.entries("away")]
    assert told == ([] if back is None else [back])
