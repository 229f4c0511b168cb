"""A small world to be killed in: a post office, a company's folder, and a day of five scenes.

Each scene is something that happens (mail comes, somebody answers, hours pass) and then a life of
the daemon. A kill falls into one scene at one step; the daemon is started again and the day goes
on. What counts at its end: every customer's mail has its entry, the cases stand as they would have
without the kill, every letter lies in its reader's mailbox once, and the ledger verifies.
"""

import email
import email.policy
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import harness
from days import FLAGGED, FOLLOWED, MINE, ORDINARY, TROUBLE, Scene
from faults import ALONE
from messages_api import MessagesApi, proposing, reading_replies
from stores import every_case

from deskless.agent.demo.post import Habits, PostOffice
from deskless.agent.office import journal
from deskless.store.engine.database import Store
from deskless.store.ledger import audit, entries, head

START = harness.MONDAY
REST = (0,)
"""Minutes after a scene began at which the daemon gets its turns, where nothing was refused."""
PATIENT = (0, 2)
"""The same where the server refuses for now: the second try is a minute later."""
AGAIN = 5
"""Minutes between a kill and the next life."""
LOOKING = (0, 2, 5, 8)
"""Minutes of a life after a kill: looks for letters in doubt come after 0, 1 and 3 minutes."""
TAKEN = 12
"""When what was tried anew after these looks, and refused once more, has been taken."""
DRAFT = "Reply with SEND on the first line"
"""What stands above a draft for the customer."""
PEOPLE = ("tom", "ana", "ben", "cleo", "maya")
QUIET = frozenset(
    {"sent", "unknown", "trouble", "trouble_over", "retimed", "ticked", "flagged", "flagstold",
     "absent"}
)  # fmt: skip
"""Entries about how a letter travelled, that a clock looked, what it saw to be late by then, and
for how long nobody had looked: a kill takes minutes, so it may add to them or change their wording.
What a clock did has entries and letters of its own, and those are compared.
"""


class Cradle:
    """The process that lives are forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("cradle.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def warm(self, folder: Path) -> None:
        """Let it compile what every life compiles; a life copies it then."""
        with world(folder, self, Behaviour("warm", model=True)) as made:
            for happens, after in ORDINARY[:3]:
                made.at = START + after
                happens(made)
                made.warming = True
                made.live("", REST)

    def live(self, job: dict[str, Any]) -> dict[str, Any]:
        """One life; raises RuntimeError when it ended in a way that nobody ordered."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        words: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in words:
            raise RuntimeError(f"a life ended badly: {words['error']} in {job}")
        return words

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)


@dataclass(frozen=True)
class Behaviour:
    """How the mail server deals with what it is given."""

    name: str
    keep_sent: bool = True
    faults: tuple[tuple[str, str, int, str], ...] = ()
    """Recipient, reply, how many times, at which step (see `PostOffice.fail`)."""
    minutes: tuple[int, ...] = REST
    impossible: bool = False
    """Whether a duplicate is the documented one: taken, denied, and no receipt to be seen."""
    day: tuple[Scene, ...] = ORDINARY
    """What happens on it."""
    model: bool = False
    """Whether a model judges, and reads the words with which the first case is taken."""


@dataclass
class World:
    """A company in a folder, its post office, and the day that is played in it."""

    folder: Path
    post: PostOffice
    cradle: Cradle
    behaviour: Behaviour
    at: datetime = START
    warming: bool = False
    taken: Counter[str] = field(default_factory=Counter)
    model: str = ""
    """Where the model is to be asked; empty: there is none."""
    written: list[str] = field(default_factory=list)
    """Message-IDs of all mails that customers wrote."""

    def live(self, fail: str, minutes: tuple[int, ...]) -> bool:
        """A life of the daemon at these minutes after now; whether it was killed."""
        words = self.cradle.live(
            {
                "folder": str(self.folder), "fail": fail, "log": "", "here": self.warming,
                "clock": [(self.at + timedelta(minutes=minute)).isoformat() for minute in minutes],
                "env": {"ACME_PASSWORD": "secret"} | _asking(self.model),
            }
        )  # fmt: skip
        self.taken.update(words["taken"])
        assert not words["failures"], "a piece of work failed"
        return bool(words["killed"])

    def customer(self, text: str, name: str, subject: str, **more: str) -> None:
        """A customer writes to the inbox."""
        message_id = f"{name}.{len(self.written)}@northwind.example"
        raw = _mail(f"{name.title()} <{name}@northwind.example>", harness.INBOX, subject, text,
                    self.at, message_id, **more)  # fmt: skip
        self.written.append(message_id)
        self.post.deliver(harness.INBOX, raw)

    def sent(self, who: str, text: str, answered: str) -> None:
        """Somebody of the team writes to a customer by hand: a copy lies in the inbox's Sent."""
        raw = _mail(f"{who.title()} <{who}@acme.example>", "vera@northwind.example", "Re: Invoice",
                    text, self.at, f"{who}.{self.at:%H%M}@acme.example",
                    In_Reply_To=f"<{answered}>")  # fmt: skip
        self.post.put(harness.INBOX, raw, "Sent")

    def flags(self) -> dict[str, int]:
        """How many mails told of each red flag of each case, by the heading in them."""
        told: Counter[str] = Counter()
        for who in PEOPLE:
            mails = {str(mail["Message-ID"]): mail for mail in self.letters(who)}
            for mail in mails.values():
                part = mail.get_body(("plain",))
                text = part.get_content() if part else ""
                case = str(mail["Subject"]).partition("]")[0].strip("[")
                told.update(f"{case} {name}" for name in FLAG.findall(text))
        return dict(sorted(told.items()))

    def letters(self, who: str) -> list[EmailMessage]:
        """Somebody's mailbox."""
        return [_read(raw) for raw in self.post.mailbox(f"{who}@acme.example")]

    def business(self) -> int:
        """How many letters the founder has, without those about troubles on the way."""
        about = ("Deskless needs a hand", "Over:")
        ids = {
            str(letter["Message-ID"])
            for letter in self.letters("maya")
            if not str(letter["Subject"]).startswith(about)
        }
        return len(ids)

    def holder(
        self, phrase: str, of: tuple[str, ...] = PEOPLE, says: str = ""
    ) -> tuple[str, EmailMessage]:
        """Who of these has the newest letter whose subject holds this, and the letter.

        `says` are words that stand in it: whoever lets a draft go answers the mail that shows it.
        """
        people = [
            (owed_letter["Date"], who, owed_letter)
            for who in of
            for owed_letter in self.letters(who)
            if phrase in str(owed_letter["Subject"]) and owed_letter["Reply-To"]
            if says in _words(owed_letter)
        ]
        _, who, letter = max(people, key=lambda item: email.utils.parsedate_to_datetime(item[0]))
        return who, letter

    def answer(self, phrase: str, text: str, of: tuple[str, ...] = PEOPLE) -> None:
        """Whoever of these holds the letter answers it."""
        who, letter = self.holder(phrase, of, DRAFT if text == "SEND" else "")
        to = str(letter["Reply-To"])
        raw = _mail(f"{who.title()} <{who}@acme.example>", to, f"Re: {letter['Subject']}", text,
                    self.at, f"{who}.{self.at:%H%M}@acme.example",
                    In_Reply_To=str(letter["Message-ID"]))  # fmt: skip
        self.post.deliver(to, raw)

    def state(self) -> dict[str, Any]:
        """All that counts at the end, in a form that two days can be compared by."""
        key = head.signing_key(self.folder / "deskless-ledger.key", "acme.example")
        path = self.folder / "deskless.db"
        with Store.open(path, "acme.example") as store, store.reading() as session:
            kept_entries = list(entries.read_entries(session, entries.Span()))
            shelf = [journal.case_of_row(row) for row in every_case(session)]
            for item in shelf:
                assert journal.case_from_ledger(session, item.key) == item
            report = audit.audit_ledger(session, key=key.vkey())
        seen = {
            str((item.private or {}).get("message_id"))
            for item in kept_entries
            if item.kind == "read" and item.data["became"] != "own"
        }
        kinds = Counter(item.kind for item in kept_entries if item.kind not in {*QUIET, "read"})
        mailboxes = {who: Counter(str(letter["Message-ID"]) for letter in self.letters(who))
                     for who in PEOPLE}  # fmt: skip
        outside = Counter(str(_read(item.raw)["Message-ID"]) for item in self.post.outgoing)
        boxes = {**mailboxes, "outside": outside}
        return {
            "entries": len(kept_entries),
            "kinds": dict(sorted(kinds.items())),
            "cases": [
                (item.key, item.status.value, item.owner, [(h.to, h.result) for h in item.handoffs])
                for item in sorted(shelf, key=lambda c: c.key)
            ],
            "unseen": sorted(set(self.written) - seen),
            "letters": {who: len(box) for who, box in boxes.items()} | {"maya": self.business()},
            "doubled": {who: sum(box.values()) - len(box) for who, box in boxes.items()},
            "flags": self.flags(),
            "twice": _twice(kept_entries),
            "verified": report.ok,
        }  # fmt: skip


FLAG = re.compile(r"(?m)^RED FLAG, ([a-z -]+):")
PARCELS = """---
id: parcel
status: live
severity: SEV-3
type: service
nature: operational
phrases:
  - parcel is late
---
# Late parcel
Escalate when a parcel did not come when it was to.
## Examples
- escalate: "My parcel is late."
- ignore: "How do I track a parcel?"
"""


def _twice(happened: list[entries.Entry]) -> list[str]:
    """What may happen once, and happened again: a clock for one instant, a flag of one case."""
    names = [
        f"{entry.case} {entry.kind} {entry.data.get('clock', '')}{entry.data.get('flag', '')}"
        f"{entry.data.get('flags', '')} {entry.data.get('of', '')}"
        for entry in happened if entry.kind in {"ticked", "flagged", "flagstold"}
    ]  # fmt: skip
    return [name for name, count in Counter(names).items() if count > 1]


def day(world: World, kills: tuple[str, ...] = ()) -> int:
    """Play the day; in every scene one life after the other gets its order to die (`kills`).

    After them, or when an order never came to its step, comes a life without one. Returns how many
    kills happened: 0 means that the day passed clean.
    """
    happened = 0
    for happens, after in world.behaviour.day:
        world.at = START + after
        happens(world)
        deaths = 0
        for fail in kills:
            if not world.live(fail, world.behaviour.minutes):
                break
            deaths += 1
            world.at += timedelta(minutes=AGAIN)
        if deaths or not kills:
            # Also when the last order never came to its step: letters in doubt need their looks.
            patient = world.behaviour.minutes == PATIENT
            looking = (*LOOKING, TAKEN) if patient else LOOKING
            world.live("", looking if deaths else world.behaviour.minutes)
        happened += deaths
    return happened


@contextmanager
def world(folder: Path, cradle: Cradle, behaviour: Behaviour) -> Iterator[World]:
    """A new world with a server of this behaviour."""
    users = {f"{name}@acme.example": "secret" for name in ("support", *PEOPLE)}
    habits = Habits(
        aliases={harness.AGENT: harness.INBOX},
        dmarc=frozenset({"northwind.example"}),
        keep_sent=behaviour.keep_sent,
    )
    proposal = reading_replies(proposing("accept", MINE))
    with (
        PostOffice(users, habits=habits, clock=lambda: made.at.timestamp()) as post,
        MessagesApi(proposal) as model,
    ):
        made = World(folder, post, cradle, behaviour, model=model.url * behaviour.model)
        # One judgement after the other: who is judged first is asked of Ana, the next of Ben, and
        # two days can only be compared where that is not left to which thread is faster.
        # Nobody follows a case: what they hear depends on the minute at which it is looked at.
        severe = {"refund.md": harness.POLICY.replace("SEV-3", "SEV-2"), "parcel.md": PARCELS}
        patient = '[clocks]\nSEV-2 = { acknowledgement = "4h" }\n'  # so that no flag goes up
        more = {
            ORDINARY: {"toml": ALONE},
            FOLLOWED: {"policies": severe, "toml": patient},
            FLAGGED: {"policies": severe, "toml": ALONE},
        }[behaviour.day]
        harness.write_folder(folder, post, judge="in_flight = 1", **more)
        post.deliver(harness.INBOX, _mail(
            "Old <old@northwind.example>", harness.INBOX, "Long ago", TROUBLE, START,
            "old@northwind.example"))  # fmt: skip
        for recipient, reply, times, step in behaviour.faults:
            post.fail(recipient, reply, times=times, step=step)
        yield made


def _asking(model: str) -> dict[str, str]:
    """What a life is told of a model at this address."""
    judge = {"ENGINE": "claude", "BASE_URL": model, "MODEL": "claude-x"} if model else {}
    return {f"DESKLESS_JUDGE__{name}": value for name, value in judge.items()}


def _mail(
    sender: str, to: str, subject: str, text: str, at: datetime, message_id: str, **more: str
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def _words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return " ".join(body.get_content().split()) if body else ""


def _read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]
