"""A small company with a post office: stories happen in it, with a clock that only they move.

Real SMTP and IMAP on loopback (the embedded servers, or `wire.DovecotOffice`), a real SQLite file,
the real agent; only the clock is ours.
"""

import asyncio
import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

from stores import every_case

from deskless.agent.case.case import Case
from deskless.agent.commands import rebuild
from deskless.agent.daemon import assemble
from deskless.agent.daemon.assemble import Agent
from deskless.agent.daemon.turn import TurnTally
from deskless.agent.demo.post import Habits, PostOffice
from deskless.agent.office import journal
from deskless.agent.settings import config
from deskless.policies.book import book
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
INBOX = "support@acme.example"
AGENT = "deskless@acme.example"

OFFICE: type[PostOffice] = PostOffice
"""The provider in which the next company's mail lies."""

MATRIX = """tier,name,email,role,lead,backup,handles
1,Tom Frey,tom@acme.example,support,,,
2,Ana Lopez,ana@acme.example,billing,,,
2,Ben Okafor,ben@acme.example,product,,,
3,Cleo Marsh,cleo@acme.example,engineering,,,
4,Maya Stern,maya@acme.example,founder,,,
"""

ACCOUNTS = """customer,domain,tier,revenue,renewal,owner,channel
Northwind,northwind.example,enterprise,120000,2027-01-15,Maya Stern,email
Corner Cafe,cornercafe.example,basic,400,,,email
"""

POLICY = """---
id: refund-dispute
status: live
severity: SEV-3
type: business
nature: policy
risk: [churn]
answer_within: 4h
phrases:
  - charged twice
  - want my money back
---
# Refund dispute
Escalate when the customer disputes a charge or asks for money back.
## Examples
- escalate: "I was charged twice for October."
- ignore: "How do refunds work?"
"""

OUTAGE = """---
id: outage
status: live
severity: SEV-1
type: technical
nature: technical
answer_within: 15 min
phrases:
  - nobody can log in
---
# Outage
Escalate when nobody at the customer can work.
## Examples
- escalate: "Since this morning nobody can log in."
- ignore: "I forgot my password."
"""


class Clock:
    """Time that only a story moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The story's instant."""
        return self.at


@dataclass
class Mail:
    """A mail as its reader sees it."""

    raw: bytes
    message: EmailMessage = field(init=False)

    def __post_init__(self) -> None:
        self.message = email.message_from_bytes(  # type: ignore[assignment]
            self.raw, policy=email.policy.default
        )

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def files(self) -> dict[str, bytes]:
        return {
            str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
            for part in self.message.iter_attachments()
        }


class Company:
    """Acme: its people, its post office, its agent."""

    def __init__(self, folder: Path, post: PostOffice, **more: Any) -> None:
        self.folder = folder
        self.post = post
        self.clock: Clock = more.pop("clock")
        self.read: dict[str, int] = {}
        self.sloppy = False
        self.runner = asyncio.Runner()
        self.agent: Agent = self._start()

    def _start(self) -> Agent:
        made = assemble.build_agent(config.load_config(self.folder), clock=self.clock)
        self.office = made.office
        return made

    def restart(self) -> None:
        """The daemon dies and comes back."""
        self.stop()
        self.agent = self._start()

    def stop(self) -> None:
        self.runner.run(self.agent.close())

    def turn(self) -> TurnTally:
        """One turn of the agent, in which nothing may fail that nobody foresaw."""
        tally = self.runner.run(self.agent.turn.run())
        assert self.sloppy or not self.agent.turn.health.failures
        return tally

    def settle(self) -> None:
        """Turns until nothing moves any more."""
        for _ in range(6):
            tally = self.turn()
            if not (tally.read or tally.judged or tally.sent):
                return

    def pass_time(self, **span: float) -> None:
        """Time goes by, and the agent notices."""
        self.clock.at += timedelta(**span)
        self.settle()

    def customer_writes(
        self,
        text: str,
        *,
        sender: str = "Vera Lind <vera@northwind.example>",
        subject: str = "Invoice 4411",
        **more: str,
    ) -> str:
        """A customer's mail arrives; returns its Message-ID."""
        raw, message_id = self._mail(sender, INBOX, subject, text, **more)
        self.post.deliver(INBOX, raw)
        self.settle()
        return message_id

    def _mail(
        self, sender: str, to: str, subject: str, text: str, **more: str
    ) -> tuple[bytes, str]:
        mail = EmailMessage()
        message_id = make_msgid(domain=sender.rpartition("@")[2].strip(">"))
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = format_datetime(self.clock.at)
        mail["Message-ID"] = message_id
        for name, value in more.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail.as_bytes(), message_id.strip("<>")

    def mails(self, who: str) -> list[Mail]:
        """Everything in somebody's mailbox."""
        return [Mail(raw) for raw in self.post.mailbox(f"{who}@acme.example")]

    def outside(self, address: str) -> list[Mail]:
        """What left for somebody outside, oldest first."""
        return [Mail(each.raw) for each in self.post.outgoing if each.recipient == address]

    def sent(self, who: str, to: str, text: str, *, subject: str = "Re: Invoice 4411") -> None:
        """Somebody of the team wrote to a customer by hand: a copy lies in Sent."""
        answered = [mail for mail in map(Mail, self.post.mailbox(INBOX)) if mail.message["From"]]
        theirs = [mail for mail in answered if to in str(mail.message["From"])]
        sender = f"{who.capitalize()} <{who}@acme.example>"
        raw, _ = self._mail(
            sender, to, subject, text, In_Reply_To=str(theirs[-1].message["Message-ID"])
        )
        self.post.put(INBOX, raw, "Sent")
        self.settle()

    def new(self, who: str) -> list[Mail]:
        """What came since we last looked."""
        result = self.mails(who)
        start = self.read.get(who, 0)
        self.read[who] = len(result)
        return result[start:]

    def brief(self, who: str) -> Mail:
        """The newest mail to somebody that wants an answer of theirs, not one to all."""
        return next(
            mail for mail in reversed(self.mails(who))
            if mail.message["Reply-To"] and "War room:" not in mail.subject
        )  # fmt: skip

    def mail(self, who: str, phrase: str) -> Mail:
        """The newest mail to somebody in which this phrase stands, however it is wrapped."""
        mails = [mail for mail in self.mails(who) if phrase in " ".join(mail.text.split())]
        assert mails, f"no mail to {who} says {phrase!r}"
        return mails[-1]

    def reply(
        self,
        who: str,
        text: str,
        *,
        to: Mail | None = None,
        sender: str = "",
        forged: bool = False,
        **more: str,
    ) -> None:
        """Somebody answers a mail of ours from their own mail program, quoting it."""
        mail = to or self.brief(who)
        sender = sender or f"{who.capitalize()} <{who}@acme.example>"
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        body = f"{text}\n\nOn Mon, Deskless wrote:\n{quoted}\n"
        reply_to = str(mail.message["Reply-To"])
        raw, _ = self._mail(
            sender,
            reply_to,
            f"Re: {mail.subject}",
            body,
            In_Reply_To=str(mail.message["Message-ID"]),
            **more,
        )
        self.post.deliver(reply_to, raw, forged=forged)
        self.settle()

    def writes(
        self, who: str, text: str, *, subject: str = "please", to: str = AGENT, **more: str
    ) -> None:
        """Somebody of the team writes to the agent of their own accord."""
        raw, _ = self._mail(f"{who.capitalize()} <{who}@acme.example>", to, subject, text, **more)
        self.post.deliver(to, raw)
        self.settle()

    def cases(self) -> list[Case]:
        """Every case, oldest first."""
        with self.office.store.reading() as session:
            return sorted(
                (journal.case_of_row(row) for row in every_case(session)), key=lambda c: c.key
            )

    @property
    def case(self) -> Case:
        """The one case there is."""
        [only] = self.cases()
        return only

    def entries(self, *kinds: str) -> list[Entry]:
        """Ledger entries of these kinds."""
        with self.office.store.reading() as session:
            span = Span(kinds=frozenset(kinds)) if kinds else Span()
            return list(entries.read_entries(session, span))

    def id(self, who: str) -> str:
        """The opaque id of somebody."""
        person = self.office.rules.matrix.by_email(f"{who}@acme.example")
        assert person
        return person.id

    def consistent(self) -> None:
        """The shelf is what the ledger adds up to."""
        with self.office.store.reading() as session:
            assert rebuild.shelf_differences(session) == []


def write_folder(folder: Path, post: PostOffice, **more: Any) -> None:
    """A configuration folder for Acme."""
    matrix = more.pop("matrix", MATRIX)
    policies = more.pop("policies", {"refund.md": POLICY, "outage.md": OUTAGE})
    live = more.pop("live", True)
    toml = f"""
[inbox]
address = "{INBOX}"
imap = "{post.imap_url(INBOX)}"
smtp = "{post.smtp_url(INBOX)}"
password = {{ env = "ACME_PASSWORD" }}
authserv = "{more.pop("authserv", post.authserv)}"
{more.pop("inbox", "")}

[agent]
address = "{AGENT}"

[team]
founder = "maya@acme.example"
name = "Acme"
timezone = "Europe/Berlin"
hours = "Mon-Fri 09:00-18:00"
holidays = "DE-BE"
ticket = "ACME-{{n}}"
first = 1042

[judge]
engine = "rules"
{more.pop("judge", "")}

[mode]
live = {str(live).lower()}

{more.pop("toml", "")}
"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deskless.toml").write_text(toml)
    (folder / "matrix.csv").write_text(matrix)
    (folder / "accounts.csv").write_text(more.pop("accounts", ACCOUNTS))
    (folder / "policies").mkdir(exist_ok=True)
    if policies == "starter":
        for path in book.starter_folder().glob("*.md"):
            (folder / "policies" / path.name).write_text(path.read_text())
    else:
        for name, text in policies.items():
            (folder / "policies" / name).write_text(text)


@contextmanager
def company(folder: Path, **more: Any) -> Iterator[Company]:
    """Acme at work, from Monday 10:00 in Berlin on."""
    clock = Clock(more.pop("now", MONDAY))
    people = ["support", "tom", "ana", "ben", "cleo", "maya", *more.pop("joined", ())]
    users = {f"{name}@acme.example": "secret" for name in people}
    habits = Habits(
        aliases={AGENT: INBOX},
        dmarc=frozenset({"northwind.example", "cornercafe.example"}),
        keep_sent=more.pop("keep_sent", True),
        below=more.pop("below", False),
    )
    with OFFICE(users, habits=habits, clock=lambda: clock.at.timestamp()) as post:
        write_folder(folder, post, **more)
        made = Company(folder, post, clock=clock)
        try:
            made.turn()
            yield made
        finally:
            made.stop()
            made.runner.close()
