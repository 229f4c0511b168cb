"""Reading real mail: our figures beside those of the libraries, on the corpora, in one run.

    .venv/bin/python bench/corpora_mail.py

Bounces recognised, recipients exact (of the mails that name any, as Sisimai decodes them), status
and permanence where given; automatic answers; exceptions on odd mail; threads against notmuch,
whole and with a share of the references removed; milliseconds a mail. Times are processor time.
"""

import email
import email.policy
import itertools
import json
import logging
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import mailparser
from flufl.bounce import scan_message
from mailparser.exceptions import MailParserError
from rich.console import Console
from rich.table import Table

from deskless.mailbox.message import MailKind, Message
from deskless.mailbox.parse import read_message
from deskless.mailbox.threading_offline import group_threads

# What the libraries raise on real mail; ours raises nothing.
FAILS = (LookupError, ValueError, TypeError, AttributeError, RecursionError, MailParserError)
logging.disable(logging.CRITICAL)
ROOT = Path(__file__).parents[2] / "shared" / "corpora"


def mails(folder: str) -> list[tuple[str, bytes]]:
    paths = sorted(path for path in (ROOT / folder).rglob("*") if path.is_file())
    return [
        (item.name, item.read_bytes())
        for item in paths
        if not item.name.endswith((".threads.txt", ".jsonl"))
    ]


def flufl(raw: bytes) -> set[str] | None:
    """Addresses, or None where it raises (it does, behind blank lines)."""
    try:
        result = scan_message(email.message_from_bytes(raw))
    except (IndexError, UnicodeError, ValueError, AttributeError, TypeError, LookupError):
        return None
    return {item.decode("ascii", "replace").lower() for item in result}


def bounces(table: Table) -> None:
    rows = map(json.loads, (ROOT / "bounces/expected.jsonl").read_text().splitlines())
    want = {
        row["file"]: {item["address"].lower(): item for item in row["recipients"]} for row in rows
    }
    known = exact = named = theirs = theirs_exact = 0
    status = [0, 0]
    final = [0, 0]
    every = mails("bounces/mails")
    for name, raw in every:
        message = read_message(raw)
        other = flufl(raw)
        known += message.kind is MailKind.BOUNCE
        theirs += bool(other)
        if not (asked := want.get(name)):
            continue
        named += 1
        got = {each.address: each for each in message.bounce}
        exact += got.keys() == asked.keys()
        theirs_exact += other == asked.keys()
        for address in got.keys() & asked.keys():
            given = asked[address]["status"]
            if given and not given[4:].startswith("9"):
                status[0] += given == got[address].status
                status[1] += 1
            final[0] += asked[address]["permanent"] == got[address].permanent
            final[1] += 1
    table.add_row("bounces recognised", f"{known} of {len(every)}", f"flufl.bounce {theirs}")
    table.add_row("  recipients exact", f"{exact} of {named}", f"flufl.bounce {theirs_exact}")
    table.add_row("  status as given", f"{status[0]} of {status[1]}", "-")
    table.add_row("  permanent as Sisimai", f"{final[0]} of {final[1]}", "-")


def automatic(table: Table) -> None:
    every = [
        (path, read_message(path.read_bytes()).kind)
        for path in (ROOT / "auto_reply").rglob("*.eml")
    ]
    yes = [kind is MailKind.AUTO_REPLY for path, kind in every if path.parent.name != "not"]
    no = [kind is MailKind.AUTO_REPLY for path, kind in every if path.parent.name == "not"]
    table.add_row("automatic answers", f"{sum(yes)} of {len(yes)}", "-")
    table.add_row("  false", f"{sum(no)} of {len(no)}", "-")


def odd(table: Table) -> None:
    """Exceptions on odd mail: ours, mail-parser's and the standard library's."""
    counts = {"mail-parser": 0, "standard library": 0}
    every = mails("mime") + mails("bounces/mails")
    for _, raw in every:
        read_message(raw)
        try:
            mailparser.parse_from_bytes(raw).body  # noqa: B018 - the work is done on access
        except FAILS:
            counts["mail-parser"] += 1
        try:
            value = email.message_from_bytes(raw, policy=email.policy.default)
            str(value["subject"]), str(value["to"])
            part = value.get_body(("plain", "html"))
            if part is not None:
                part.get_content()
        except FAILS:
            counts["standard library"] += 1
    words = ", ".join(f"{name} {count}" for name, count in counts.items())
    table.add_row("exceptions, odd mail and bounces", f"0 of {len(every)}", words)


def pairs(groups: Iterable[Iterable[str]]) -> set[frozenset[str]]:
    return {
        frozenset(two) for group in groups for two in itertools.combinations(sorted(set(group)), 2)
    }


def joined(found: list[list[Message]]) -> set[frozenset[str]]:
    return pairs([item.message_id or "" for item in each] for each in found)


def threading(table: Table) -> None:
    for name in ("default", "threading"):
        lines = (ROOT / f"threading/{name}.threads.txt").read_text().splitlines()
        want = pairs(line.split()[1:] for line in lines)
        every = [read_message(raw) for _, raw in mails(f"threading/{name}")]
        same = "the same" if joined(group_threads(every)) == want else "DIFFERENT"
        table.add_row(f"threads of {name}", same, f"notmuch {len(lines)}")
    every = [read_message(raw) for _, raw in mails("threading/default")]
    want = pairs(
        line.split()[1:]
        for line in (ROOT / "threading/default.threads.txt").read_text().splitlines()
    )
    for share in (0.2, 0.5, 1.0):
        chance = random.Random(7)
        cut = [replace(item, references=()) if chance.random() < share else item for item in every]
        loose, plain = joined(group_threads(cut, loose=True)), joined(group_threads(cut))
        ours = f"P {len(loose & want) / len(loose):.3f} R {len(loose & want) / len(want):.3f}"
        table.add_row(
            f"  {share:.0%} of references gone", ours, f"ids alone R {len(plain) / len(want):.3f}"
        )


def clock(table: Table) -> None:
    every = [raw for folder in ("bounces/mails", "mime", "threading") for _, raw in mails(folder)]

    def timed(what: Callable[[bytes], object]) -> float:
        before = time.process_time()
        for raw in every:
            try:
                what(raw)
            except FAILS:
                continue
        return (time.process_time() - before) / len(every) * 1000

    read_message(every[0])
    mine = timed(read_message)
    other = timed(lambda raw: mailparser.parse_from_bytes(raw).body)
    table.add_row(
        f"ms a mail ({len(every)} mails)", f"{mine:.2f} (all of it)", f"mail-parser {other:.2f}"
    )


def main() -> int:
    if not ROOT.exists():
        print(f"no corpora at {ROOT}", file=sys.stderr)
        return 1
    table = Table("what", "Deskless", "others")
    for item in (bounces, automatic, odd, threading, clock):
        item(table)
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
