"""Mails as gateways make them: derived from real ones, each must end where a person can see it.

    .venv/bin/python bench/mutations.py [--mails 2000] [--seed 11]

Half are complaints (an outage, told above the text of a real mail) of a customer, half are the
mails of `../shared/corpora` as they are (the demo's own where they are absent). Each goes through
one to three changes that lists, groups, forms, ticket systems, filters and mail programs make to
header and structure, and then through whole turns of the agent: reading, quarantine, judging, but
no sending. A complaint must be escalated, asked about or shown as unread; any other mail must have
one `read` entry with a known end, or be in quarantine and told. Prints the count per end and what
vanished; the exit code is 1 when anything did. 2,000 mails take about three minutes.
"""

import argparse
import asyncio
import email
import email.policy
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deskless.agent.daemon import assemble
from deskless.agent.demo.story_folder import OFFICE
from deskless.agent.reports.ends import MailEnd, end_of
from deskless.agent.settings import config
from deskless.mailbox.imap.inbox import Arrival, Batch, FolderCursor
from deskless.policies.book import book
from deskless.store import quarantine
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OUTAGE = "Since this morning nobody can log in at any of our shops, the tills are all down."
SENDER = "Vera Lind <vera@northwind.example>"
INBOX = "support@acme.example"
SEEN = {MailEnd.ESCALATED, MailEnd.ASKED, MailEnd.UNREAD}
"""Where a complaint may end."""
LARGEST = 200_000
"""Bytes of a mail that is taken as a seed."""
Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Derived:
    """A mail made out of another: its bytes, what was done to it, and whether it complains."""

    raw: bytes
    seed: str
    changes: tuple[str, ...]
    complaint: bool


# Header changes work on bytes, so that what is odd in a mail stays odd.


def split_mail(raw: bytes) -> tuple[bytes, bytes]:
    """Header block with its last line end, and the rest with the empty line."""
    match = re.search(rb"\r?\n\r?\n", raw)
    if match is None:
        return raw, b"\r\n"
    end = match.start() + (2 if raw[match.start() : match.start() + 1] == b"\r" else 1)
    return raw[:end], raw[end:]


def without_field(raw: bytes, *names: str) -> bytes:
    """The mail without every field of these names."""
    head, body = split_mail(raw)
    pattern = "|".join(map(re.escape, names)).encode()
    return re.sub(rb"(?im)^(?:" + pattern + rb"):.*(?:\r?\n[ \t].*)*\r?\n", b"", head) + body


def with_fields(raw: bytes, *lines: str) -> bytes:
    """The mail with these fields above the others."""
    return "".join(f"{line}\r\n" for line in lines).encode() + raw


def replaced_field(raw: bytes, name: str, value: str) -> bytes:
    """The mail with one field of this name."""
    return with_fields(without_field(raw, name), f"{name}: {value}")


def field_of(raw: bytes, name: str) -> str:
    """A field's value on one line, as far as it is ASCII."""
    head, _ = split_mail(raw)
    match = re.search(rb"(?im)^" + name.encode() + rb":(.*(?:\r?\n[ \t].*)*)", head)
    text = match[1].decode("ascii", "replace").replace("\ufffd", "?") if match else ""
    return " ".join(text.split())


def address_of(raw: bytes) -> str:
    """The address in From, else one that stands for it."""
    match = re.search(r"[\w.+-]+@[\w.-]+\w", field_of(raw, "From"))
    return match[0] if match else "somebody@elsewhere.example"


def google_group(raw: bytes, _: random.Random) -> bytes:
    sender, address = field_of(raw, "From"), address_of(raw)
    raw = without_field(raw, "From", "Reply-To", "List-Id", "Precedence")
    return with_fields(
        raw, f"From: 'Somebody' via Support <{INBOX}>", f"Reply-To: {address}",
        f"X-Original-Sender: {address}", f"X-Original-From: {sender}", "Precedence: list",
        "List-ID: <support.acme.example>", f"List-Post: <mailto:{INBOX}>",
    )  # fmt: skip


def mailman(raw: bytes, _: random.Random) -> bytes:
    raw = replaced_field(raw, "Reply-To", address_of(raw))
    raw = replaced_field(raw, "From", "Somebody via Users <users@lists.example>")
    return with_fields(
        raw, "List-Id: Users <users.lists.example>", "List-Post: <mailto:users@lists.example>",
        "List-Unsubscribe: <mailto:users-leave@lists.example>", "X-BeenThere: users@lists.example",
        "Sender: Users <users-bounces@lists.example>",
    )  # fmt: skip


def web_form(raw: bytes, chance: random.Random) -> bytes:
    raw = replaced_field(raw, "Reply-To", address_of(raw))
    sender = chance.choice([INBOX, "no-reply@forms.example", "wordpress@acme.example"])
    return replaced_field(
        without_field(raw, "References", "In-Reply-To"), "From", f"Site <{sender}>"
    )


def broken_from(raw: bytes, chance: random.Random) -> bytes:
    address = address_of(raw)
    shapes = (
        f"{address} <{address}>", f"Lind, Vera <{address}>", f"Vera <{address}>, Max <{address}>",
        f"Vera [Shop] Lind <{address}>", f"Vera <<{address}>>", f"Vera <{address}", address + ",",
        f"<mailto:{address}>", f"Shop: Vera <{address}>", "Vera", "", "undisclosed-recipients:;",
        f'"{address}" <bounce+17@mx.example>', f"=?utf-8?q?V=C3=A9ra?= <{address}>",
    )  # fmt: skip
    return replaced_field(raw, "From", chance.choice(shapes))


def no_from(raw: bytes, _: random.Random) -> bytes:
    return without_field(raw, "From")


def two_from(raw: bytes, _: random.Random) -> bytes:
    return with_fields(raw, "From: Max <max@northwind.example>")


def automatic(raw: bytes, chance: random.Random) -> bytes:
    lines = (
        "Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied", "Precedence: bulk",
        "X-Auto-Response-Suppress: All", "X-Autoreply: yes", "Return-Path: <>", "X-Loop: helpdesk",
        "X-Deskless-Loop: another", "Precedence: auto_reply", "X-Autoresponder: yes",
        "Feedback-ID: 1:2:3:shop",
    )  # fmt: skip
    return with_fields(raw, *chance.sample(lines, 2))


def other_subject(raw: bytes, chance: random.Random) -> bytes:
    before = chance.choice(
        ["[EXTERNAL]", "Automatic reply:", "Automatische Antwort:", "[Ticket#4411]", "Fwd: RE: AW:",
         "***SPAM***", "[list-users]", "Undeliverable:", "Read:", "Accepted:", "Recall:"]
    )  # fmt: skip
    return replaced_field(raw, "Subject", f"{before} {field_of(raw, 'Subject')}".strip())


def no_thread(raw: bytes, _: random.Random) -> bytes:
    return without_field(raw, "References", "In-Reply-To", "Thread-Index", "Thread-Topic")


def no_date(raw: bytes, chance: random.Random) -> bytes:
    date = chance.choice(["", "Mon, 32 Foo 2026 99:99", "23.11.2026 10:00", "Thu, 1 Jan 1970"])
    return replaced_field(raw, "Date", date) if date else without_field(raw, "Date")


def lower_names(raw: bytes, _: random.Random) -> bytes:
    head, body = split_mail(raw)
    return re.sub(rb"(?m)^[\w-]+:", lambda match: match[0].lower(), head) + body


def bare_lines(raw: bytes, _: random.Random) -> bytes:
    return raw.replace(b"\r\n", b"\n")


def many_received(raw: bytes, chance: random.Random) -> bytes:
    line = "Received: from a.example by b.example with ESMTP; Mon, 23 Nov 2026 08:59:00 +0000"
    return with_fields(
        raw, *[line] * chance.randint(1, 40), "ARC-Seal: i=1; a=rsa-sha256; cv=none",
        "Authentication-Results: mx.elsewhere.example; dmarc=fail header.from=x.example",
    )  # fmt: skip


def to_nobody(raw: bytes, chance: random.Random) -> bytes:
    to = chance.choice(["undisclosed-recipients:;", "help@acme.example", "deskless@acme.example"])
    return replaced_field(without_field(raw, "Cc"), "To", to)


# Structure changes parse and write anew, as a gateway does.


def parsed(raw: bytes) -> Message:
    return email.message_from_bytes(raw)


def written(head: bytes, part: Message) -> bytes:
    """A header block without its content fields, above a part that brings its own."""
    names = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Disposition")
    head = without_field(head + b"\r\n", *names).rstrip(b"\r\n")
    body = part.as_bytes(policy=email.policy.SMTP)
    return head + b"\r\nMIME-Version: 1.0\r\n" + body


def inner_part(raw: bytes) -> bytes:
    """The content of a mail as a part: its content fields and its body."""
    head, body = split_mail(raw)
    fields = re.findall(rb"(?im)^content-(?:type|transfer-encoding):.*(?:\r?\n[ \t].*)*\r?\n", head)
    return b"".join(fields) + body


def multipart(raw: bytes, kind: str, *parts: bytes, first: Sequence[bytes] = ()) -> bytes:
    """The mail with its content as one part among others."""
    head, _ = split_mail(raw)
    names = ("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Content-Disposition")
    mark = sha256(raw).hexdigest()[:20].encode()
    head = without_field(head + b"\r\n", *names).rstrip(b"\r\n")
    lines = b"\r\n--" + mark + b"\r\n"
    content = lines + lines.join((*first, inner_part(raw), *parts)) + b"\r\n--" + mark + b"--\r\n"
    field_ = f'Content-Type: multipart/{kind}; boundary="{mark.decode()}"\r\n'.encode()
    return head + b"\r\nMIME-Version: 1.0\r\n" + field_ + content


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def footer_part(raw: bytes, chance: random.Random) -> bytes:
    foot = b"This e-mail is confidential. If you are not the addressee, please delete it.\r\n"
    return multipart(raw, chance.choice(["mixed", "related"]), TEXT + foot)


def banner_part(raw: bytes, _: random.Random) -> bytes:
    banner = b"CAUTION: This mail came from outside. Do not click links.\r\n"
    return multipart(raw, "mixed", first=(TEXT + banner,))


def signed(raw: bytes, _: random.Random) -> bytes:
    return multipart(
        raw, "signed", b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQE=\r\n",
    )  # fmt: skip


def deeper(raw: bytes, _: random.Random) -> bytes:
    return multipart(multipart(multipart(raw, "mixed"), "related"), "mixed")


def teammate_forwards(raw: bytes, chance: random.Random) -> bytes:
    """Somebody of the team passes it on as a file, of whatever type their program gives it."""
    kind = chance.choice(["message/rfc822", "application/octet-stream"])
    head = (
        f"From: Tom Frey <tom@acme.example>\r\nTo: {INBOX}\r\nSubject: Fwd: from a customer\r\n"
        "Date: Mon, 23 Nov 2026 08:59:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="=f=="\r\n'
    )
    type_ = f'Content-Type: {kind}; name="mail.eml"\r\n'
    disposition = 'Content-Disposition: attachment; filename="mail.eml"\r\n\r\n'
    before = b"\r\n--=f==\r\n" + TEXT + b"see below\r\n--=f==\r\n"
    return head.encode() + before + (type_ + disposition).encode() + raw + b"\r\n--=f==--\r\n"


def content_of(raw: bytes) -> str | None:
    """The plain text of a mail, where it has any that can be decoded."""
    part = next(
        (part for part in parsed(raw).walk() if part.get_content_type() == "text/plain"), None
    )
    payload = part.get_payload(decode=True) if part else None
    if not isinstance(payload, bytes):
        return None
    return payload.decode("utf-8", "replace")


def encoded(raw: bytes, chance: random.Random) -> bytes:
    """Written anew in another transfer encoding or charset, as text alone."""
    text = content_of(raw)
    if text is None:
        return raw
    part = EmailMessage(policy=email.policy.SMTP)
    charset = chance.choice(["utf-8", "utf-8", "iso-8859-1", "windows-1252"])
    words = text.encode(charset, "replace").decode(charset)
    part.set_content(words, charset=charset, cte=chance.choice(["base64", "quoted-printable"]))
    return written(split_mail(raw)[0], part)


def html_only(raw: bytes, chance: random.Random) -> bytes:
    text = content_of(raw)
    if text is None:
        return raw
    cells = "".join(f"<tr><td>{line}</td></tr>" for line in escaped(text).splitlines())
    page = chance.choice(
        [f"<div>{'<br>'.join(escaped(text).splitlines())}</div>", f"<table>{cells}</table>"]
    )
    part = EmailMessage(policy=email.policy.SMTP)
    part.set_content(f"<html><body>{page}</body></html>", subtype="html")
    return written(split_mail(raw)[0], part)


def stub_and_html(raw: bytes, _: random.Random) -> bytes:
    text = content_of(raw)
    if text is None:
        return raw
    part = EmailMessage(policy=email.policy.SMTP)
    part.set_content("Please see the HTML part of this message.")
    part.add_alternative(f"<p>{'</p><p>'.join(escaped(text).splitlines())}</p>", subtype="html")
    return written(split_mail(raw)[0], part)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def list_footer(raw: bytes, _: random.Random) -> bytes:
    """Lines below the text, as old lists put them: below whatever stands last."""
    return raw + b"\r\n_______________\r\nusers mailing list\r\nhttps://lists.example/users\r\n"


HEADERS: tuple[Change, ...] = (
    google_group, mailman, web_form, broken_from, no_from, two_from, automatic, automatic,
    other_subject, no_thread, no_date, lower_names, bare_lines, many_received, to_nobody,
)  # fmt: skip
STRUCTURES: tuple[Change, ...] = (
    footer_part, banner_part, signed, deeper, encoded, html_only, stub_and_html, list_footer,
    teammate_forwards,
)  # fmt: skip


def complaints(chance: random.Random) -> list[tuple[str, bytes]]:
    """A customer's outage above the words of real mails."""
    texts: list[tuple[str, str]] = [("plain", "Please call me.\n\nVera Lind\nNorthwind Stores")]
    lines = CORPORA / "reply" / "cases.jsonl"
    if lines.exists():
        rows = map(json.loads, lines.read_text("utf-8").splitlines())
        texts += [(row["id"], row["input"]) for row in rows if len(row["input"]) < 8000]
    seeds = []
    for name, text in texts:
        letter = EmailMessage(policy=email.policy.SMTP)
        letter["From"], letter["To"] = SENDER, INBOX
        letter["Subject"] = chance.choice(["Tills", "Help", "Re: your mail", "Problem"])
        letter["Date"] = "Mon, 23 Nov 2026 08:59:00 +0000"
        # "Test message" makes a drill of a mail, for the rules as for a person.
        words = re.sub(r"(?i)\btest (?=message|mail)", "other ", text)
        letter.set_content(f"Hello,\n\n{OUTAGE}\n\n{words}", cte="8bit")
        seeds.append((f"reply/{name}", letter.as_bytes()))
    return seeds


def real_mails() -> list[tuple[str, bytes]]:
    """The corpora's mails as they are, or the demo's."""
    folder = CORPORA if CORPORA.exists() else OFFICE / "mails"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    plain = {".jsonl", ".md", ".txt"}
    mails = [(path, path.read_bytes()) for path in paths if path.suffix not in plain]
    return [
        (str(path.relative_to(folder)), raw) for path, raw in mails
        if b":" in raw[:2000] and len(raw) < LARGEST and "embedded" not in path.parts
    ]  # fmt: skip


def derive_mails(count: int, seed: int) -> Iterator[Derived]:
    """So many derived mails; the same for the same seed. Each has a Message-ID of its own."""
    chance = random.Random(seed)
    pools = (complaints(chance), real_mails())
    for number in range(count):
        complaint = number % 2 == 0
        name, raw = chance.choice(pools[0 if complaint else 1])
        # The same words of the same writer at the same minute would be a second copy.
        raw = raw.replace(OUTAGE.encode(), f"{OUTAGE} Customer no. {40000 + number}.".encode())
        changes = [*chance.sample(STRUCTURES, chance.randint(0, 1))]
        changes += chance.sample(HEADERS, chance.randint(1, 2))
        for change in changes:
            raw = change(raw, chance)
        if complaint:
            # Many customers: one who writes a thousand times a day is another matter.
            raw = raw.replace(b"northwind.example", b"northwind%d.example" % (number % 97))
        raw = replaced_field(raw, "Message-ID", f"<m{number}.{seed}@mail.elsewhere.example>")
        yield Derived(raw, name, tuple(change.__name__ for change in changes), complaint)


@dataclass
class Pile:
    """A mailbox in memory that the agent reads like any other."""

    mails: Sequence[Derived]
    start: datetime = START
    folder: dict[str, str] = field(default_factory=lambda: {"inbox": "INBOX"})

    def baseline(self, folder: str) -> FolderCursor:
        return FolderCursor(folder, 1, 0)

    def remaining(self, cursor: FolderCursor) -> int:
        return len(self.mails) - cursor.uid

    def fetch(self, cursor: FolderCursor, *, limit: int = 100, volume: int = 0) -> Batch:
        some = self.mails[cursor.uid : cursor.uid + limit]
        arrivals = tuple(
            Arrival(cursor.folder, 1, cursor.uid + at, len(mail.raw),
                    self.start + timedelta(seconds=cursor.uid + at), mail.raw)
            for at, mail in enumerate(some, 1)
        )  # fmt: skip
        last = cursor.uid + len(some)
        return Batch(FolderCursor(cursor.folder, 1, last), arrivals, last < len(self.mails))

    def folders(self) -> dict[str, str]:
        return self.folder

    def find(self, message_id: str, folders: Sequence[str]) -> str | None:
        return None

    def wait(self, folder: str, seconds: float) -> bool:
        return False


@dataclass
class Noon:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def office_in(folder: Path) -> Path:
    """The demo's office with the starter criteria, in a folder of its own; nothing is reached."""
    (folder / "policies").mkdir(parents=True)
    for name in ("matrix.csv", "accounts.csv"):
        (folder / name).write_bytes((OFFICE / name).read_bytes())
    for path in book.starter_folder().glob("*.md"):
        (folder / "policies" / path.name).write_bytes(path.read_bytes())
    toml = (OFFICE / "deskless.toml").read_text(encoding="utf-8")
    (folder / "password").write_text("unused", encoding="utf-8")
    (folder / "password").chmod(0o600)
    toml = toml.replace("@IMAP@", "imaps://support%40acme.example@127.0.0.1:1")
    toml = toml.replace("@SMTP@", "smtps://support%40acme.example@127.0.0.1:1")
    (folder / "deskless.toml").write_text(toml.replace('"auto"', '"rules"'), encoding="utf-8")
    return folder


def run_mails(mails: Sequence[Derived], folder: Path) -> dict[str, MailEnd | None]:
    """Every mail through whole turns; digest → its end, None where nobody would ever see it."""
    clock = Noon(START + timedelta(hours=1))
    agent = assemble.build_agent(config.load_config(office_in(folder)), clock=clock)
    turn = agent.turn
    turn.inboxes, turn.sending = {"inbox": Pile(mails)}, False

    async def work() -> None:
        while (tally := await turn.run(owed=())).more or tally.read or tally.judged:
            pass
        await agent.close()

    asyncio.run(work())
    return ends_by_mail(agent.office)


def ends_by_mail(office: object) -> dict[str, MailEnd | None]:
    """Digest → where the mail ended, from the ledger and the quarantine."""
    ends: dict[str, MailEnd | None] = {}
    outcomes: dict[str, set[str]] = {}
    tickets: dict[str, tuple[str, bool]] = {}
    merged: dict[str, str] = {}
    with office.store.reading() as session:  # type: ignore[attr-defined]
        for entry in entries.read_entries(session, Span(kinds=frozenset({"judged"}))):
            outcomes.setdefault(entry.ticket or "", set()).add(str(entry.data["outcome"]))
        for entry in entries.read_entries(session, Span(kinds=frozenset({"merged"}))):
            merged[str(entry.data["other"])] = entry.ticket or ""
        for entry in entries.read_entries(session, Span(kinds=frozenset({"read"}))):
            digest = entry.cause.removeprefix("mail:")
            became = str(entry.data["became"])
            # Who passed it on to the agent is asked, or the case is open: a person has it.
            asked = became == "request"
            end = MailEnd.ASKED if asked else end_of(became, str(entry.data["kind"]))
            ends[digest] = end
            if end is None:
                tickets[digest] = (entry.ticket or "", bool(entry.data.get("unread")))
        for mail in quarantine.waiting_mails(session):
            ends[mail.digest] = MailEnd.QUARANTINED
    for digest, (ticket, unread) in tickets.items():
        known = outcomes.get(ticket) or outcomes.get(merged.get(ticket, ""), set())
        if "escalate" in known:
            ends[digest] = MailEnd.ESCALATED
        elif "review" in known:
            ends[digest] = MailEnd.UNREAD if unread else MailEnd.ASKED
        elif "leave" in known:
            ends[digest] = MailEnd.LEFT
    return ends


@dataclass
class Outcome:
    """What came of all: mails per end, apart for complaints, and those that nobody would see."""

    complaints: Counter[str]
    others: Counter[str]
    vanished: list[Derived]


def judge_ends(mails: Sequence[Derived], ends: dict[str, MailEnd | None]) -> Outcome:
    """Which mails ended where a person can see it."""
    outcome = Outcome(Counter(), Counter(), [])
    for mail in mails:
        end = ends.get(sha256(mail.raw).hexdigest())
        count = outcome.complaints if mail.complaint else outcome.others
        count[end.value if end else "NOWHERE"] += 1
        if end is None or (mail.complaint and end not in SEEN):
            outcome.vanished.append(mail)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--keep", type=Path, help="write what vanished into this folder")
    asked = parser.parse_args()
    mails = list(derive_mails(asked.mails, asked.seed))
    with tempfile.TemporaryDirectory() as folder:
        outcome = judge_ends(mails, run_mails(mails, Path(folder) / "acme"))
    console = Console()
    table = Table("end", "complaints", "others", title=f"{len(mails)} derived mails")
    for end in (*(end.value for end in MailEnd), "NOWHERE"):
        if outcome.complaints[end] or outcome.others[end]:
            table.add_row(end, str(outcome.complaints[end]), str(outcome.others[end]))
    console.print(table)
    console.print(f"{len(outcome.vanished)} of {len(mails)} without an end that a person can see")
    for number, mail in enumerate(outcome.vanished):
        console.print(f"  {mail.seed}: {', '.join(mail.changes)}")
        if asked.keep:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"{number}.eml").write_bytes(mail.raw)
    return 1 if outcome.vanished else 0


if __name__ == "__main__":
    sys.exit(main())
