"""What a newcomer is asked, in order, and how an answer is understood.

An answer is text as it was given, kept in `answers.toml` of the folder, so that the interview can
be left and gone on with, and any answer changed. The same file may be written by hand
(`--answers`).
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskless.agent.commands.init import KNOWN, NAMED, Provider
from deskless.agent.settings.edit import toml_value
from deskless.mailbox.sender.from_header import strict_sender
from deskless.mailbox.transport.account import MailAccount
from deskless.policies.book import book
from deskless.policies.people import hours as working
from deskless.policies.people.matrix_csv import YEARS, zone_named
from deskless.policies.problems import Problem, Problems, nearest_word

FILE = "answers.toml"
Answer = str | list[str]
Answers = dict[str, Answer]
Check = Callable[[str, Mapping[str, Answer]], str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that is asked. `usual` is the answer of who just goes on, by what is known so far.

    `check` gives the answer as it is kept; it raises ValueError with a sentence that says what was
    not understood and shows an example. `many` takes a line after the other, until an empty one.
    """

    key: str
    ask: str
    hint: str
    check: Check
    usual: Callable[[Mapping[str, Answer]], str] = lambda _: ""
    when: Callable[[Mapping[str, Answer]], bool] = lambda _: True
    many: bool = False


def provider_of(answers: Mapping[str, Answer]) -> Provider:
    """Where the mailbox is hosted, by the answer or by its domain."""
    named = NAMED.get(str(answers.get("provider", "")))
    return named or KNOWN.get(domain_of(answers), NAMED["own"])


def domain_of(answers: Mapping[str, Answer]) -> str:
    """The domain of the inbox, in lower case."""
    return str(answers.get("inbox", "")).rpartition("@")[2].lower()


def sender_of(text: str) -> tuple[str, str]:
    """A person's name and address: `Maya Stern <maya@acme.example>`. Raises ValueError."""
    who, why = strict_sender(f"From: {text}\r\n\r\n".encode())
    if who is None:
        raise ValueError(f"{why}; write `Maya Stern <maya@acme.example>`")
    return who.name or who.email.partition("@")[0].replace(".", " ").title(), who.email


def _address(text: str, _: Mapping[str, Answer]) -> str:
    if " " in text or "<" in text:
        raise ValueError("write the bare address, as support@acme.example")
    return sender_of(text)[1]


def _provider(text: str, _: Mapping[str, Answer]) -> str:
    if text.lower() not in NAMED:
        near = nearest_word(text.lower(), NAMED)
        hint = f"; did you mean {near}?" if near else ""
        raise ValueError(f"one of {', '.join(NAMED)}{hint}")
    return text.lower()


def _url(protocol: str) -> Check:
    def check(text: str, _: Mapping[str, Answer]) -> str:
        if MailAccount.parse(text).protocol != protocol:
            raise ValueError(f"that is not the address of an {protocol} server")
        return text

    return check


def _password(text: str, _: Mapping[str, Answer]) -> str:
    place, colon, name = text.partition(":")
    if not colon or place not in ("env", "file", "command", "credential") or not name.strip():
        raise ValueError(
            "write where it is kept, never itself: env:DESKLESS_PASSWORD, file:PATH or command:…"
        )
    return text


def _founder(text: str, answers: Mapping[str, Answer]) -> str:
    name, email = sender_of(text)
    if email == str(answers.get("inbox", "")).lower():
        raise ValueError("the founder needs a mailbox of their own: what nobody takes goes there")
    return f"{name} <{email}>"


def _person(text: str, _: Mapping[str, Answer]) -> str:
    if Path(text).suffix:
        if not Path(text).expanduser().is_file() and "@" not in text:
            raise ValueError(f"there is no file {text}")
        if Path(text).expanduser().is_file():
            return text
    parts = [part.strip() for part in text.split(",")]
    if len(parts) < 3 or "@" not in parts[1] or not re.fullmatch(r"\d{1,2}", parts[2]):
        raise ValueError("write `Ana Lopez, ana@acme.example, 2, billing`, or the path of a sheet")
    return ", ".join(parts)


def _customers(text: str, _: Mapping[str, Answer]) -> str:
    if text and not Path(text).expanduser().is_file():
        raise ValueError(f"there is no file {text}")
    return text


def _ticket(text: str, _: Mapping[str, Answer]) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*?-?\d{1,9}", text):
        raise ValueError("write the number that the next one gets, as ACME-1042")
    return text


def ticket_pattern(text: str) -> tuple[str, int]:
    """`ACME-1042` as its pattern and its first number: `ACME-{n}`, 1042."""
    match = re.fullmatch(r"(.*?)(\d+)", text)
    assert match, "the answer was checked"
    return f"{match[1]}{{n}}", int(match[2])


def _zone(text: str, _: Mapping[str, Answer]) -> str:
    try:
        return zone_named(text).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        meant = error.args[1] if len(error.args) > 1 and error.args[1] else "Europe/Berlin"
        raise ValueError(f"there is no time zone {text}; write it like {meant}") from error


def _hours(text: str, answers: Mapping[str, Answer]) -> str:
    working.parse_hours(text, ZoneInfo(str(answers.get("timezone", "UTC"))))
    return text


def _holidays(text: str, _: Mapping[str, Answer]) -> str:
    working.free_days(text, YEARS)
    return text


def starter_criteria() -> dict[str, tuple[str, str]]:
    """The starter criteria: id → its title and severity."""
    criteria = {}
    for path in sorted(book.starter_folder().glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        severity = re.search(r"^severity: *(\S+)", text, re.MULTILINE)
        criteria[path.stem] = (title[1] if title else path.stem, severity[1] if severity else "")
    return criteria


def _criteria(text: str, _: Mapping[str, Answer]) -> str:
    known = starter_criteria()
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            near = nearest_word(name, known)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
            raise ValueError(f"there is no criterion {name}: {hint}")
    return ", ".join(names)


def _severe(_: Mapping[str, Answer]) -> str:
    return ", ".join(name for name, (_, grade) in starter_criteria().items() if grade == "SEV-1")


def _words(text: str, _: Mapping[str, Answer]) -> str:
    return " ".join(text.split())


def _needed(text: str, answers: Mapping[str, Answer]) -> str:
    if not text.strip():
        raise ValueError("a word or two is enough")
    return _words(text, answers)


def _own(answers: Mapping[str, Answer]) -> bool:
    return provider_of(answers) is NAMED["own"]


def _server(protocol: str) -> Callable[[Mapping[str, Answer]], str]:
    def usual(answers: Mapping[str, Answer]) -> str:
        user = str(answers.get("inbox", "")).replace("@", "%40")
        return str(getattr(provider_of(answers), protocol)).format(
            user=user, domain=domain_of(answers)
        )

    return usual


def _prefix(answers: Mapping[str, Answer]) -> str:
    word = re.sub(r"[^A-Z0-9]", "", domain_of(answers).partition(".")[0].upper())[:12]
    return f"{word or 'DESK'}-1000"


QUESTIONS = (
    Prompt("inbox", "Which shared inbox shall be read?", "its address", _address),
    Prompt(
        "provider", "Who hosts it?", "google, microsoft, fastmail or own; a Google Group or a "
        "distribution list is no mailbox and cannot be logged into", _provider,
        lambda answers: next(
            (name for name, each in NAMED.items() if each is provider_of(answers)), "own"),
    ),
    Prompt("imap", "Where is it read?", "imaps:// port 993, imap:// for STARTTLS", _url("imap"),
             _server("imap"), _own),
    Prompt("smtp", "Where is mail sent?", "smtps:// port 465, smtp:// for STARTTLS",
             _url("smtp"), _server("smtp"), _own),
    Prompt("password", "Where is its password kept?", "env:NAME, file:PATH or command:…; it is "
             "never written into a file of ours", _password, lambda _: "env:DESKLESS_PASSWORD"),
    Prompt("company", "What is your company called?", "", _needed,
             lambda answers: domain_of(answers).partition(".")[0].title()),
    Prompt("founder", "Who is the founder?", "name and address of their own: what nobody takes "
             "goes there, and only they get mail at first", _founder),
    Prompt("people", "Who may be asked?", "one a line: name, address, tier, what they handle; or "
             "the path of a sheet (CSV, XLSX); an empty line ends", _person, many=True),
    Prompt("customers", "Have you a sheet of your customers?", "its path (CSV, XLSX); empty: no",
             _customers),
    Prompt("ticket", "How do your ticket numbers look?", "the next one, as ACME-1042", _ticket,
             _prefix),
    Prompt("timezone", "In which time zone do you work?", "as Europe/Berlin, or a city", _zone,
             lambda _: "UTC"),
    Prompt("hours", "When do you work?", "as Mon-Fri 09:00-18:00", _hours,
             lambda _: "Mon-Fri 09:00-18:00"),
    Prompt("holidays", "Whose public holidays do you keep?", "as DE-BE or US; empty: none",
             _holidays),
    Prompt("never_waits", "What must never wait, also at night?",
             "criteria by their names, split by commas", _criteria, _severe),
    Prompt("peaks", "When is the most to do?", "in your words; empty: nothing special", _words),
    Prompt("exceptions", "Which messy exceptions do you know?",
             "in your words, they are cited where they bear on a mail; empty: none", _words),
)  # fmt: skip
BY_KEY = {question.key: question for question in QUESTIONS}


def asked_of(answers: Mapping[str, Answer]) -> list[Prompt]:
    """The questions that hold for what is known so far."""
    return [question for question in QUESTIONS if question.when(answers)]


def check_answers(given: Mapping[str, object], file: str) -> Answers:
    """Answers from a file, each understood. Raises Problems with all that is wrong or lacking."""
    answers: Answers = {}
    problems = []
    for key in given.keys() - BY_KEY.keys() - {"written"}:
        near = nearest_word(key, BY_KEY)
        problems.append(Problem(file, 0, 0, f"There is no question `{key}`.", "", near))
    for question in QUESTIONS:
        if not question.when(answers):
            continue
        value = given.get(question.key, question.usual(answers))
        lines = [str(each) for each in value] if isinstance(value, list) else [str(value)]
        if question.many:
            lines = [line for line in lines if line.strip()]
        try:
            checked = [question.check(line.strip(), answers) for line in lines]
        except ValueError as error:
            there = "" if question.key in given else " is missing"
            text = f"`{question.key}`{there}: {question.ask} {_capital(str(error))}."
            problems.append(Problem(file, 0, 0, text))
            checked = [""]
        answers[question.key] = checked if question.many else checked[0]
    if problems:
        raise Problems(problems)
    return answers


def _capital(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"


def load_answers(path: Path) -> dict[str, object]:
    """What was answered so far; nothing where nobody was asked. Raises Problems."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problems(
            [Problem(str(path), 0, 0, f"The answers cannot be read: {error}.")]
        ) from error


def save_answers(
    path: Path, answers: Mapping[str, Answer], written: Mapping[str, str] | None = None
) -> None:
    """Keep the answers, and the digests of the files that were written by them."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = ["# What `deskless init` was told. Run it again to change an answer."]
    lines += [f"{key} = {toml_value(value)}" for key, value in answers.items()]
    if written:
        lines += ["", "[written]"]
        lines += [f"{toml_value(name)} = {toml_value(digest)}" for name, digest in written.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
