"""Two organisations that could be mistaken for each other: nothing of one is seen in the other.

Both number their tickets alike, have a case of the same name, and an Ana with the same address.
North's customer wrote of a zebra; the word must not be found in anything that South says. On SQLite
each has its file; on PostgreSQL both live in one database.
"""

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from harness import MATRIX, Company, Mail, company
from typer.testing import CliRunner

from deskless.agent.cli.main import app

pytest_plugins = ["postgres"]
pytestmark = pytest.mark.slow

NORTH = "I was charged twice for the zebra."
SOUTH = "I was charged twice for the giraffe."
NORA = "1,Nora Nord,nora@north.example,support,,,\n"
WORDS = (
    "ACCEPT, update by 16:00", "BOUNCE because it is not mine", "RESOLVED", "CLOSE", "REOPEN",
    "UNDO", "SEND", "STATUS", "LEDGER", "HELP", "NOTE the zebra again", "LATER until 15:00",
    "need: the invoice", "ESCALATE because of the invoice", "RIGHT 1", "GO", "STOP", "YES",
)  # fmt: skip
numbers = itertools.count()
HEARD = frozenset(
    {"another", "breaker", "read", "attempt", "sent", "review", "asked", "told", "judged"}
)
"""Kinds of entries that a mail may leave without anything having changed; dozens of mails of one
person in one moment are all answered, and trip the breaker of that person.
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Company, Company]]:
    """North with its case and Nora, South with its own case and without her."""
    monkeypatch.setenv("ACME_PASSWORD", "secret")
    number, url = f"{os.getpid()}-{next(numbers)}", ""
    if request.param == "postgres":
        url = f'url = "{request.getfixturevalue("postgres").url()}"\n'
    with ExitStack() as stack:
        made = [
            stack.enter_context(
                company(
                    tmp_path / name, toml=f'[store]\n{url}org = "{name}-{number}"', matrix=matrix
                )
            )
            for name, matrix in (("north", MATRIX + NORA), ("south", MATRIX))
        ]
        made[0].customer_writes(NORTH, sender="Vera Lind <vera@northwind.example>")
        made[0].reply("ana", "ACCEPT, update by 16:00")
        made[0].customer_writes(NORTH, sender="Otto <otto@cornercafe.example>")
        made[1].customer_writes(SOUTH, sender="Vera Lind <vera@northwind.example>")
        yield made[0], made[1]


def said(one: Company) -> str:
    """Everything that an organisation's agent wrote to anybody."""
    people = ("tom", "ana", "ben", "cleo", "maya")
    mails = [mail for who in people for mail in one.mails(who)]
    outside = [Mail(each.raw) for each in one.post.outgoing]
    files = [text for mail in mails for text in mail.files.values()]
    return "\n".join(mail.raw.decode("latin-1") + mail.text for mail in (*mails, *outside)) + str(
        files
    )


def state(one: Company) -> tuple[object, list[object]]:
    """Every case, and every entry that is more than having heard something."""
    return one.cases(), [each.leaf for each in one.entries() if each.kind not in HEARD]


def test_no_mail_of_one_moves_or_shows_anything_in_the_other(
    both: tuple[Company, Company],
) -> None:
    """Every letter of North's, answered into South with every word we know, by each who got one."""
    north, south = both
    before, heard, sent = state(south), len(south.entries("read")), 0
    for who in ("ana", "maya"):
        for letter in north.mails(who):
            if not letter.message["Reply-To"]:
                continue
            for word in WORDS:
                raw, _ = south._mail(
                    f"{who.capitalize()} <{who}@acme.example>",
                    str(letter.message["Reply-To"]),
                    f"Re: {letter.subject}",
                    word,
                    In_Reply_To=str(letter.message["Message-ID"]),
                )
                south.post.deliver(str(letter.message["Reply-To"]), raw)
                sent += 1
            south.settle()
    assert len(south.entries("read")) >= heard + sent > heard + 2 * len(WORDS)
    assert state(south) == before
    assert "zebra" not in said(south).replace("NOTE the zebra again", "")


def test_somebody_of_one_is_nobody_in_the_other(both: tuple[Company, Company]) -> None:
    """Nora is on North's team: to South she is a stranger, who is shown no list and no case."""
    north, south = both
    before = state(south)
    for word in WORDS:
        raw, _ = south._mail(
            "Nora Nord <nora@north.example>", "deskless@acme.example", "[ACME-1042-1]", word
        )
        south.post.deliver("deskless@acme.example", raw)
    south.settle()
    assert state(south)[0] == before[0]
    assert not [item for item in south.post.outgoing if "nora@north.example" in str(item)]
    assert north.cases()


COMMANDS = (
    "cases", "cases --why", "cases --json", "case ACME-1042-1", "case ACME-1042-1 --json",
    "ledger show", "ledger show --json", "ledger show --case ACME-1042-1", "ledger export --csv",
    "ledger export --jsonl", "ledger prove ACME-1042-1 --disclose", "ledger verify --json",
    "ledger rebuild", "report weekly", "report metrics", "report daily", "status --json",
    "erase otto@cornercafe.example", "quarantine list",
)  # fmt: skip


def test_no_command_shows_the_other(both: tuple[Company, Company]) -> None:
    """Otto is North's customer, ACME-1043-1 North's case, the zebra North's matter."""
    _, south = both
    for command in COMMANDS:
        done = CliRunner().invoke(app, ["--config", str(south.folder), *command.split()])
        assert done.exit_code == command.startswith("status"), (command, done.output)
        for word in ("zebra", "ACME-1043", "north.example", "Otto"):
            shown = done.output.replace("northwind.example", "").replace("otto@cornercafe", "")
            assert word not in shown, command


def test_a_case_that_only_the_other_has_is_none(both: tuple[Company, Company]) -> None:
    """Neither shown nor proved; and its numbers, counters and people are its own."""
    north, south = both
    runner = CliRunner()
    for command in (("case", "ACME-1043-1"), ("ledger", "prove", "ACME-1043-1")):
        for item, code in ((north, 0), (south, 1)):
            done = runner.invoke(app, ["--config", str(item.folder), *command])
            assert done.exit_code == code, done.output
    pulses = [
        json.loads(runner.invoke(app, ["-c", str(item.folder), "status", "--json"]).output)
        for item in both
    ]
    assert [pulse["cases"] for pulse in pulses] == [2, 1]
