"""Replies and forwards of real mail: our figures beside those of the libraries, in one run.

    .venv/bin/python bench/corpora.py

Replies: the fresh words exact after blanks are folded, by source, with milliseconds a mail of
processor time. "Lost" are cases where words of the writer are missing, "leaked" where quoted words
are left. Forwards: sender and cover note right, plain and with an address in the note above.
`corpora_mail.py` has bounces, automatic answers, MIME and threads.
"""

import importlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deskless.mailbox.quoting.forward import find_forward
from deskless.mailbox.quoting.fresh import fresh_text

ROOT = Path(__file__).parents[2] / "shared" / "corpora"
DECOY = "Hi all, for Mia <mia@acme.example>.\n\nMia Roth\nmia@acme.example\nFrom: Leeds"
Reader = Callable[[str], str]


def fold(text: str) -> str:
    return " ".join(text.split())


def quotequail() -> Reader:
    module = importlib.import_module("quotequail")

    def read(text: str) -> str:
        result = module.unwrap(text)
        return str(result.get("text_top") or result.get("text") or "") if result else text

    return read


def parserreply() -> Reader:
    parser = importlib.import_module("mailparser_reply").EmailReplyParser(
        languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
    )
    return lambda text: str(parser.parse_reply(text=text))


def zapier() -> Reader:
    parser = importlib.import_module("email_reply_parser").EmailReplyParser
    return lambda text: str(parser.parse_reply(text))


OTHERS: dict[str, Callable[[], Reader]] = {
    "quotequail": quotequail,
    "mail-parser-reply": parserreply,
    "email-reply-parser": zapier,
}


def judge(cases: list[dict[str, str]], read: Reader) -> tuple[Counter[str], float]:
    """Exact cases by source, cases with words lost or leaked, and milliseconds a case."""
    counts: Counter[str] = Counter()
    begin = time.process_time()
    answers = [read(case["input"]) for case in cases]
    spent = (time.process_time() - begin) * 1000 / len(cases)
    for case, answer in zip(cases, answers, strict=True):
        source = case["id"].partition("/")[0]
        want, have = fold(case["expected"]), fold(answer)
        if want == have:
            counts[source] += 1
            counts["all"] += 1
            continue
        wanted, had = Counter(want.split()), Counter(have.split())
        counts["lost"] += bool(wanted - had)
        counts["leaked"] += bool(had - wanted)
    return counts, spent


def replies(console: Console) -> bool:
    cases = [json.loads(line) for line in (ROOT / "reply" / "cases.jsonl").open()]
    sources = Counter(case["id"].partition("/")[0] for case in cases)
    table = Table(title=f"Fresh words, {len(cases)} replies, exact")
    for name in ("reader", "all", *sources, "lost", "leaked", "ms"):
        table.add_column(name, justify="left" if name == "reader" else "right")
    ours: Counter[str] = Counter()
    for name, make in {"deskless": lambda: fresh_text, **OTHERS}.items():
        try:
            read = make()
        except ImportError:
            table.add_row(name, "not installed")
            continue
        counts, spent = judge(cases, read)
        ours = ours or counts
        figures = [f"{counts[item]}/{total}" for item, total in sources.items()]
        table.add_row(
            name,
            f"{counts['all']}/{len(cases)}",
            *figures,
            str(counts["lost"]),
            str(counts["leaked"]),
            f"{spent:.2f}",
        )
    console.print(table)
    for case in cases:
        if fold(fresh_text(case["input"])) != fold(case["expected"]):
            console.print(f"  not as expected: {case['id']}")
    return ours["all"] >= 70


def forwards(console: Console) -> bool:
    table = Table(title="Forwards, under the subject 'Fwd: x'")
    for name in ("case", "sender", "cover", "sender under a decoy"):
        table.add_column(name)
    right = 0
    paths = sorted((ROOT / "forwards" / "embedded").iterdir())
    for path in paths:
        before = (ROOT / "forwards" / "before" / path.name).read_text()
        text = f"{before}\n\n{path.read_text()}"
        plain, decoy = find_forward("Fwd: x", text), find_forward("Fwd: x", f"{DECOY}\n\n{text}")
        value = plain.forwarded.sender if plain else None
        two = decoy.forwarded.sender if decoy else None
        cover = plain is not None and fold(plain.cover) == fold(before)
        right += value is not None and value == two
        told = f"{value.name} <{value.email}>" if value else "-"
        table.add_row(
            path.name, told, "same" if cover else "differs", "same" if value == two else "-"
        )
    console.print(table)
    return right == len(paths)


def main() -> int:
    if not ROOT.exists():
        print(f"no corpora at {ROOT}")
        return 0
    console = Console()
    return 0 if replies(console) & forwards(console) else 1


if __name__ == "__main__":
    sys.exit(main())
