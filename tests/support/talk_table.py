"""The tables of replies (tests/talk): each row through the layers, and how it ended."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time as clock
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deskless.agent.case.verbs import Asked, Command, Unclear, Verb
from deskless.agent.model.encoder import load_encoder
from deskless.agent.reply.head import read_head
from deskless.agent.reply.parts import Scene
from deskless.agent.reply.situation import Place, Situation
from deskless.agent.reply.understand import understand_reply
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Person

TALK = Path(__file__).parents[1] / "talk"
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE_HOURS = Hours(BERLIN, (*[((clock(9), clock(18)),)] * 5, (), ()))
NOW = datetime(2026, 11, 24, 9, 50, tzinfo=BERLIN).astimezone(UTC)

TEAM = tuple(
    Person(name.split()[0].lower(), name, (f"{name.split()[0].lower()}@acme.example",), tier, role,
           OFFICE_HOURS, lead=name == "Dan Brandt")
    for name, tier, role in (
        ("Ben Okafor", 1, "product support"), ("Cleo Marsh", 1, "product support"),
        ("Ana Lopez", 1, "billing"), ("Dan Brandt", 2, "engineering lead"),
        ("Omar Haddad", 2, "engineer"), ("Priya Nair", 2, "engineer"),
        ("Maya Stein", 3, "founder"), ("Sam Keller", 1, "support desk"),
    )
)  # fmt: skip

SHOWN = "428193"
"""The code that the mail "Was this you?" showed; another one is asked again."""

ACTS = {
    Verb.ACCEPT: "accept", Verb.BOUNCE: "bounce", Verb.LATER: "later", Verb.NEED: "need",
    Verb.NOTE: "note", Verb.PROGRESS: "progress", Verb.RESOLVED: "resolved", Verb.CLOSE: "close",
    Verb.REOPEN: "reopen", Verb.SEND: "send", Verb.UNDO: "undo", Verb.SEVERITY: "severity",
    Verb.TYPE: "type", Verb.CUSTOMER: "customer", Verb.OFFER: "offer", Verb.STATUS: "status",
    Verb.LEDGER: "list", Verb.HELP: "help", Verb.QUESTION: "question", Verb.THANKS: "thanks",
    Verb.GO: "go", Verb.LIVE: "live", Verb.RIGHT: "right", Verb.WRONG: "wrong",
    Verb.YES: "confirm", Verb.CODE: "confirm", Verb.DENY: "deny", Verb.ESCALATE: "reason",
    Verb.WITHDRAW: "withdraw", Verb.JOIN: "join", Verb.SPLIT: "split",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One reply of a table, and what a sensible colleague would do with it."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def ends(self) -> list[list[str]]:
        """Every end that is right."""
        return [self.values["end"], *self.values.get("also", [])]


def read_table(path: Path) -> list[Row]:
    """The rows of a table."""
    return [Row(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line]


def place_of(row: Row) -> Place:
    """What was answered."""
    named = {
        "code": Place.CODE, "requester": Place.REQUEST, "need_question": Place.QUESTION,
        "digest": Place.OFFICE, "weekly": Place.OFFICE, "note_wanted": Place.BOUNCED,
    }  # fmt: skip
    if row.mail in named:
        return named[row.mail]
    if row.status in {"resolved", "closed"}:
        return Place.OVER
    if row.status in {"owned", "requested"}:
        return Place.OWNED if row.role == "owner" else Place.BYSTANDER
    return Place.OFFERED


def situation_of(row: Row) -> Situation:
    """The situation of a row, as the office knows it."""
    return Situation(
        place_of(row), names_owner=row.role in {"lead", "founder"}, founder=row.role == "founder",
        customers=("Northwind Stores", "Vera Lind"),
    )  # fmt: skip


def writer_of(row: Row) -> str | None:
    """Who signs, where the row says so: nobody who is named in the end can be the writer."""
    role = {"lead": "dan", "founder": "maya", "requester": "sam"}.get(row.role)
    if role:
        return role
    last = [line for line in row.text.splitlines() if line.strip()][-3:]
    signed = [person.id for person in TEAM for line in last if line.strip() == person.name]
    return signed[0] if signed else None


def asked_in(row: Row) -> Asked:
    """What `inbound.reading.read_words` says of such a mail."""
    place = place_of(row)
    none = {Place.OFFICE, Place.REQUEST, Place.QUESTION}
    yes = Verb.YES if place is Place.CODE else None if place in none else Verb.ACCEPT
    return Asked(yes=yes, hours=OFFICE_HOURS, writer=writer_of(row))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row ended: `kind` is right, asked, wrong, dangerous or silence."""

    row: Row
    kind: str
    acts: tuple[str, ...]
    why: str
    seconds: float


def read_row(row: Row, *, encoder: bool) -> tuple[Command | Unclear, float]:
    """What a row's words ask, and the seconds of processor time that reading took."""
    encode = load_encoder(read_head().encoder) if encoder else None
    scene = Scene(TEAM, NOW, BERLIN, asked_in(row))
    start = time.process_time()
    answer = understand_reply(row.text, scene, situation_of(row), encode)
    return answer, time.process_time() - start


def acts_of(answer: Command | Unclear) -> tuple[str, ...]:
    """The acts of an answer, as the tables call them."""
    wrong_code = (
        isinstance(answer, Command) and answer.verb is Verb.CODE and answer.subject_id != SHOWN
    )
    if isinstance(answer, Unclear) or answer.doubts or wrong_code:
        return ("ask",)
    acts = []
    for command in (answer, *answer.then):
        if command.verb in {Verb.RIGHT, Verb.WRONG}:
            acts += sorted({name for name, _ in command.fields})
        else:
            acts.append(
                ("confirm:" if command.confirm else "") + ACTS.get(command.verb, command.verb)
            )
    return tuple(acts)


def judge_row(row: Row, *, encoder: bool) -> Outcome:
    """How a row ends."""
    answer, seconds = read_row(row, encoder=encoder)
    acts = acts_of(answer)
    quiet = {"absent", "other"}
    for end in row.ends:
        calm = acts == ("ask",) and set(end) <= quiet
        if (set(acts) == set(end) or calm) and not (wrong := wrong_slot(row, answer, end)):
            return Outcome(row, "right", acts, "", seconds)
    if set(acts) & set(row.danger or ()):
        return Outcome(row, "dangerous", acts, "", seconds)
    if acts == ("ask",):
        return Outcome(
            row,
            "asked",
            acts,
            getattr(answer, "why", "") or str(getattr(answer, "doubts", "")),
            seconds,
        )
    same = any(set(acts) == set(end) for end in row.ends)
    return Outcome(row, "wrong", acts, wrong if same else "", seconds)


def wrong_slot(row: Row, answer: Command | Unclear, end: list[str]) -> str:
    """Which slot of an answer is not as the row says; empty where all are."""
    if isinstance(answer, Unclear):
        return ""
    commands = (answer, *answer.then)
    if row.until and set(end) & {"accept", "progress", "later"}:
        told = {
            item.until.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
            for item in commands
            if item.until
        }
        if not told & {row.until, *(row.until_alt or [])}:
            return f"until {sorted(told)} for {row.until}"
    if not row.until and answer.until and set(end) & {"accept", "progress"}:
        return f"until {answer.until.astimezone(BERLIN):%a %H:%M} though none was said"
    if row.to and set(end) & {"bounce", "offer"}:
        named = next(
            (person.name for item in commands for person in TEAM if person.id == item.to), ""
        )
        if named != row.to:
            return f"to {named or 'nobody'} for {row.to}"
    return wrong_value(row, commands, end)


def wrong_value(row: Row, commands: tuple[Command, ...], end: list[str]) -> str:
    """Whether the value of a correction, a mark, a criterion or a code is another one."""
    if not row.value or "ask" in end:
        return ""
    values = " ".join(
        f"{item.value} {item.subject_id} {item.fields}" for item in commands
    ).casefold()
    wanted = row.value.casefold()
    if {"right", "wrong"} & set(end):
        marks = {mark for item in commands for mark in item.fields}
        return "" if marks == set(marks_in(wanted, end)) else f"marked {sorted(marks)} for {wanted}"
    if set(end) & {"severity", "type", "customer", "live", "confirm:live", "confirm"}:
        return "" if wanted in values else f"value {values!r} for {wanted}"
    return ""


def marks_in(wanted: str, end: list[str]) -> Iterator[tuple[str, str]]:
    """`right 2,5; wrong 3` as pairs; without a word all are the one act of the end."""
    for part in wanted.split(";"):
        word = "right" if "right" in part else "wrong" if "wrong" in part else end[0]
        for number in part.replace("right", "").replace("wrong", "").replace(" ", ",").split(","):
            if number.strip():
                yield word, number.strip()
