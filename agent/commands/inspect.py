"""What `deskless inspect` shows of a mail: one JSON object each, or a page for people.

Files, folders (every file in them, sorted by name) and mboxes are read in the order given. One bad
file never ends it: it gives an object whose flaws say why. Nothing is written, nothing connects,
and no configuration is needed, so nothing here knows whose mail is whose: a forward is reported
whoever sent it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskless.mailbox.message import Forwarded, MailKind, Message
from deskless.mailbox.parse import read_message
from deskless.mailbox.sandbox import Runaway, is_suspicious, read_guarded

if TYPE_CHECKING:
    from rich.console import Group
    from rich.text import Text

LARGEST = 64 * 1024 * 1024  # bytes of a file that are read; the rest of a giant is left alone

_POSTMARK = re.compile(
    rb"(?m)^From [^\n]{0,200}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,][^\n]{0,60}\d{4}[^\n]{0,20}\r?\n"
    rb"(?=>?[!-9;-~]+[ \t]*:)"
)
_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
_WHY = {
    MailKind.HUMAN: "nothing says that a machine or a list sent it",
    MailKind.AUTO_REPLY: "its headers or subject say that nobody typed it",
    MailKind.BOUNCE: "a mail server reports mail that it could not deliver",
    MailKind.LIST: "it came over a mailing list or a group",
    MailKind.FEEDBACK: "a provider passes on a complaint about a mail",
    MailKind.OWN: "Deskless itself sent it",
}
_EMPTY: dict[str, Any] = {
    "message_id": None,
    "date": None,
    "from": None,
    "from_refused": None,
    "to": [],
    "subject": "",
    "kind": None,
    "text": "",
    "fresh": "",
    "forwarded": None,
    "bounce": None,
    "references": [],
    "attachments": [],
    "flaws": [],
}


def mail_objects(paths: Iterable[str | Path]) -> Iterator[dict[str, Any]]:
    """One object for each mail in these files and folders, in order; never raises for a bad one.

    A mail of an mbox is named `FILE#n`, counted from 1. A file that cannot be read gives an object
    with nothing but its name and the flaw.
    """
    for path in paths:
        for file in _files(Path(path)):
            try:
                yield from _mails(file)
            except (OSError, ValueError) as error:  # ValueError: a name that no file can have
                why = getattr(error, "strerror", None) or str(error)
                yield {"file": str(file), **_EMPTY, "flaws": [f"cannot be read: {why}"]}


def read_messages(paths: Iterable[str | Path]) -> Iterator[Message]:
    """Every mail in these files and folders, in order; unreadable files are passed over."""
    for path in paths:
        for file in _files(Path(path)):
            try:
                for _, mail in _read(file):
                    yield mail
            except OSError:
                continue


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        return sorted(file_path for file_path in path.rglob("*") if file_path.is_file())
    except (OSError, ValueError):
        return [path]


def _mails(file: Path) -> Iterator[dict[str, Any]]:
    for name, mail in _read(file):
        yield describe_mail(name, mail)


def _read(file: Path) -> Iterator[tuple[str, Message]]:
    with file.open("rb") as opened:
        raw = opened.read(LARGEST)
        partial = bool(opened.read(1))
    places = [match.start() for match in _POSTMARK.finditer(raw)] if raw[:5] == b"From " else []
    if len(places) < 2:
        yield str(file), understand_mail(raw, partial)
        return
    for number, (start, end) in enumerate(zip(places, [*places[1:], None], strict=True), 1):
        mail = _QUOTED_FROM.sub(rb"\1", raw[start:end])
        yield f"{file}#{number}", understand_mail(mail, partial and end is None)


def understand_mail(raw: bytes, partial: bool = False) -> Message:
    """The mail as a value, read under limits where it looks odd; of a runaway only the headers."""
    if not is_suspicious(raw):
        return read_message(raw, partial=partial)
    try:
        return read_guarded(raw, partial=partial)
    except Runaway as error:
        from dataclasses import replace

        head = read_message(
            raw[:65536].partition(b"\n\n")[0].replace(b"ontent-", b"-"), partial=True
        )
        return replace(head, flaws=(*head.flaws, f"set aside: {error}"))


def describe_mail(file: str, mail: Message) -> dict[str, Any]:
    """The object that stands for a mail: the contract of `inspect --json`."""
    return {
        "file": file,
        "message_id": mail.message_id,
        "date": _moment(mail.date),
        "from": mail.sender.email if mail.sender else None,
        "from_refused": mail.from_refused,
        "to": [address.email for address in mail.to],
        "subject": mail.subject,
        "kind": mail.kind.value,
        "text": mail.text,
        "fresh": mail.fresh,
        "forwarded": _forwarded(mail.forwarded),
        "bounce": _bounce(mail),
        "references": list(mail.references),
        "attachments": [
            {"name": attachment.name, "type": attachment.type, "size": attachment.size}
            for attachment in mail.attachments
        ],
        "flaws": list(mail.flaws),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _forwarded(inner: Forwarded | None) -> dict[str, Any] | None:
    if inner is None:
        return None
    return {
        "from": inner.sender.email if inner.sender else None,
        "to": inner.to,
        "subject": inner.subject,
        "date": inner.date,
        "text": inner.text,
    }


def _bounce(mail: Message) -> dict[str, Any] | None:
    if mail.kind is not MailKind.BOUNCE:
        return None
    return {
        "recipients": [
            {
                "address": recipient.address,
                "status": recipient.status,
                "permanent": recipient.permanent,
            }
            for recipient in mail.bounce
        ]
    }


def mail_page(mail: dict[str, Any]) -> "Group":
    """The same object for people: who, what kind and why, and the words, fresh ones marked off."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _facts(mail):
        table.add_row(label, Text(value))
    title = Text(str(mail["file"]), style="bold")
    return Group(title, table, Text(), _words(mail), *_inner(mail), Text())


def _facts(mail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines above the words: only those that say something."""
    refused = mail["from_refused"]
    yield "from", mail["from"] or f"nobody we believe: {refused or 'the file was not read'}"
    yield "to", ", ".join(mail["to"]) or "nobody named"
    if mail["date"]:
        yield "date", mail["date"].replace("T", " ").replace("Z", " UTC")
    yield "subject", mail["subject"] or "(none)"
    if mail["kind"]:
        yield "kind", f"{mail['kind']}: {_WHY[MailKind(mail['kind'])]}"
    for recipient in (mail["bounce"] or {}).get("recipients", []):
        final = "for good" if recipient["permanent"] else "perhaps not for good"
        yield "failed", f"{recipient['address']} {recipient['status']} ({final})".replace("  ", " ")
    if mail["references"]:
        yield "answers", mail["references"][-1]
    for recipient in mail["attachments"]:
        yield (
            "attached",
            f"{recipient['name'] or '(no name)'}, {recipient['type']}, {recipient['size']:,} bytes",
        )
    for flaw in mail["flaws"]:
        yield "odd", flaw


def _words(mail: dict[str, Any]) -> "Text":
    """The text with what this writer added in front, everything quoted dim behind a bar."""
    from rich.text import Text

    shown = Text()
    fresh = [line.strip() for line in mail["fresh"].splitlines() if line.strip()]
    place = 0
    for line in mail["text"].splitlines():
        own = not line.strip() or (place < len(fresh) and fresh[place] in line.strip())
        place += bool(own and line.strip())
        shown.append("" if own else "│ ", style="dim")
        shown.append(f"{line}\n", style="" if own else "dim")
    if mail["text"].strip() and not fresh:
        shown.append("(nothing here is new)\n", style="italic")
    return shown


def _inner(mail: dict[str, Any]) -> "list[Text]":
    from rich.text import Text

    inner = mail["forwarded"]
    if inner is None:
        return []
    who = inner["from"] or "somebody unnamed"
    return [Text(f"forwarded: {who}, {inner['subject'] or '(no subject)'}", style="bold")]
