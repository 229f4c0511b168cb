"""What `deskless inspect` shows of a mail."""

import json
import time
from io import StringIO
from pathlib import Path

import pytest
from corpora import corpora
from mail_given import FILE, PLAIN, mail, multi
from rich.console import Console

from deskless.agent.commands.inspect import mail_objects, mail_page

KEYS = [
    "file", "message_id", "date", "from", "from_refused", "to", "subject", "kind", "text", "fresh",
    "forwarded", "bounce", "references", "attachments", "flaws",
]  # fmt: skip


def test_a_mail_is_one_object_with_exactly_these_keys(tmp_path: Path) -> None:
    """The contract that programs read."""
    path = tmp_path / "one.eml"
    path.write_bytes(multi(PLAIN, FILE))
    (value,) = mail_objects([path])
    assert list(value) == KEYS
    assert value["file"] == str(path)
    assert (value["from"], value["from_refused"]) == ("ana@shop.example", None)
    assert value["date"] == "2026-10-01T08:00:00Z"
    assert (value["kind"], value["text"], value["fresh"]) == ("human", "plain words", "plain words")
    assert value["attachments"] == [{"name": "Résumé.pdf", "type": "application/pdf", "size": 5}]
    assert (value["forwarded"], value["bounce"]) == (None, None)
    json.dumps(value)


def test_order_is_kept_and_nothing_ends_it(tmp_path: Path) -> None:
    """A missing file, a folder, an empty file, a broken one: an object each, in the order given."""
    (tmp_path / "b.eml").write_bytes(mail(b"Subject: b\r\n", b"x"))
    (tmp_path / "a.eml").write_bytes(b"")
    shut = tmp_path / "sub"
    shut.mkdir()
    (shut / "c.eml").write_bytes(b"\xff\x00" * 100)
    objects = list(mail_objects([tmp_path / "b.eml", tmp_path / "missing", tmp_path, "bad\0name"]))
    names = [Path(item["file"]).name for item in objects]
    assert names == ["b.eml", "missing", "a.eml", "b.eml", "c.eml", "bad\0name"]
    assert objects[1]["flaws"][0].startswith("cannot be read")
    assert objects[1]["kind"] is None
    assert all(list(item) == KEYS for item in objects)


def test_an_mbox_is_many_mails(tmp_path: Path) -> None:
    """Each with its number; `>From ` is undone, and words like "From now on" end nothing."""
    value = b"From ana Thu Oct  1 10:00:00 2026\n" + mail(
        b"Subject: 1\r\n", b"x\r\n\r\nFrom now on 2026\r\n"
    )
    two = b"From bob@x Fri Oct  2 10:00:00 2026\nSubject: 2\n\n>From here\n"
    path = tmp_path / "in.mbox"
    path.write_bytes(value + b"\n" + two)
    objects = list(mail_objects([path]))
    assert [each["file"].rpartition("#")[2] for each in objects] == ["1", "2"]
    assert [each["subject"] for each in objects] == ["1", "2"]
    assert "From now on 2026" in objects[0]["text"]
    assert objects[1]["text"].strip() == "From here"


def test_a_forward_is_reported_whoever_sent_it(tmp_path: Path) -> None:
    """Who it is from stays who sent it."""
    path = tmp_path / "f.eml"
    path.write_bytes(
        mail(
            b"Subject: Fwd: Broken\r\n",
            b"See below.\r\n\r\n---------- Forwarded message ---------\r\n"
            b"From: Carl <carl@c.example>\r\nDate: Thu, Oct 1, 2026 at 9:00 AM\r\n"
            b"Subject: Broken\r\nTo: <ana@shop.example>\r\n\r\nBroken!",
        )
    )
    (value,) = mail_objects([path])
    assert value["from"] == "ana@shop.example"
    assert value["fresh"] == "See below."
    assert value["forwarded"]["from"] == "carl@c.example"
    assert value["forwarded"]["text"] == "Broken!"
    assert list(value["forwarded"]) == ["from", "to", "subject", "date", "text"]


def shown(path: Path) -> str:
    console = Console(width=80, file=StringIO(), record=True)
    for item in mail_objects([path]):
        console.print(mail_page(item))
    return console.export_text()


def test_the_page_marks_what_is_quoted(tmp_path: Path) -> None:
    """Who, what kind and why, the words; markup in a mail is only text."""
    path = tmp_path / "r.eml"
    path.write_bytes(
        mail(
            b"Subject: Re: [bold]x[/nope]\r\n",
            b"Thanks!\r\n\r\nOn Thu, Maya <m@a.example> wrote:\r\n> Hello",
        )
    )
    text = shown(path)
    assert "ana@shop.example" in text
    assert "human: nothing says" in text
    assert "[bold]x[/nope]" in text
    assert "│ > Hello" in text
    assert "│ Thanks!" not in text


def test_the_page_says_who_is_not_believed_and_who_was_not_reached(tmp_path: Path) -> None:
    """The reason stands where the sender would."""
    path = tmp_path / "b.eml"
    path.write_bytes(
        b"From: mailer-daemon (System)\nX-Failed-Recipients: a@b.example\nSubject: failure\n\n"
        b"550 5.1.1 unknown user"
    )
    text = shown(path)
    assert "nobody we believe: no address" in text
    assert "bounce: a mail server reports" in text
    assert "a@b.example" in text


def test_a_missing_file_has_a_page_too(tmp_path: Path) -> None:
    """It says what is wrong."""
    assert "No such file" in shown(tmp_path / "none.eml")


@pytest.mark.corpora
def test_a_thousand_mails_take_under_three_milliseconds_each() -> None:
    """Processor time; every real mail that is there, and none raises."""
    folders = [
        corpora(name) for name in ("bounces/mails", "auto_reply", "mime", "threading", "forwards")
    ]
    before = time.process_time()
    count = sum(1 for _ in mail_objects(folders))
    assert count > 800
    assert (time.process_time() - before) / count < 0.003
