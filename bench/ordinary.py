"""How quiet the judge is on 1,000 ordinary mails: who is woken, who is asked, per thousand.

    .venv/bin/python bench/ordinary.py [--embed] [--misses]

The mails are `everyday.jsonl` and `ordinary.jsonl` of tests/judging, and, where ../shared/corpora
is present, its replies, lists, forwards, automatic answers and odd mails, each mail a conversation
of its own. The goal: at most 5 of 1,000 open a case, none as SEV-1, at most 20 ask a person. The
gate was fitted to `everyday.jsonl`; `bench/verdicts.py --folds` judges that by weights that were
not.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from judging_set import FILE, case, cases, settled

from deskless.agent.commands.judge import judge_situations, team_of
from deskless.mailbox.parse import read_message
from deskless.mailbox.thread import Thread
from deskless.policies.book import book
from deskless.policies.facts import Facts
from deskless.policies.people.accounts import Accounts
from deskless.policies.people.matrix import Matrix
from deskless.policies.rules.embeddings import Ear
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Outcome, Severity, Verdict

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
ROOMS = ("auto_reply", "forwards", "mime", "threading")
BOOK = book.load_book(book.starter_folder())


def written(rules: RulesJudge) -> Iterator[tuple[str, str, Verdict]]:
    """The mails of the repository: file, words and verdict."""
    for name in ("everyday", "ordinary"):
        for known in cases(FILE.with_name(f"{name}.jsonl")):
            yield name, known.thread.posts[0].text, settled(known, BOOK.live(), rules)


def collected(rules: RulesJudge) -> Iterator[tuple[str, str, Verdict]]:
    """Mail that nobody here wrote: corpus, words and verdict."""
    replies = CORPORA / "reply" / "cases.jsonl"
    for line in replies.read_text("utf-8").splitlines() if replies.exists() else ():
        known = json.loads(line)
        raw = {"id": known["id"], "split": "reply", "lang": "", "text": known["input"]}
        yield "reply", known["input"], settled(case(raw), BOOK.live(), rules)
    for room in ROOMS:
        for path in sorted((CORPORA / room).rglob("*")):
            if not path.is_file() or path.name.endswith(".threads.txt"):
                continue
            for thread, facts in situations(path.read_bytes()):
                words = thread.posts[0].text if thread.posts else ""
                yield room, words, judged(thread, facts, rules)


def situations(raw: bytes) -> list[tuple[Thread, Facts]]:
    """A mail as a conversation, if it says anything."""
    pairs = judge_situations([read_message(raw)], team_of(Matrix(())), Accounts())
    return [(thread, facts) for thread, facts in pairs if thread.posts]


def judged(thread: Thread, facts: Facts, rules: RulesJudge) -> Verdict:
    """The verdict on it, for a team of nobody."""
    opinion = rules.judge(thread, facts, BOOK.asked())
    return settle_verdict(thread, facts, BOOK, (opinion,), Desk(Matrix(()), facts.at))


def main() -> int:
    """Print the counts of every source and of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embed", action="store_true", help="with the gate by meaning")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    rules = RulesJudge(Ear()) if asked.embed else RulesJudge()
    total: Counter[str] = Counter()
    by_source: dict[str, Counter[str]] = {}
    for source, words, verdict in (*written(rules), *collected(rules)):
        names = ["mails", verdict.outcome.value]
        if verdict.outcome is Outcome.ESCALATE and verdict.severity is Severity.SEV1:
            names.append("SEV-1")
        for count in (total, by_source.setdefault(source, Counter())):
            count.update(names)
        if asked.misses and verdict.outcome is not Outcome.LEAVE:
            print(f"{source}: {verdict.outcome} {verdict.severity} {' '.join(words.split())[:160]}")
            print(f"    {'; '.join(verdict.reasons[:2])}")
    if not CORPORA.exists():
        print(f"no {CORPORA.parent.name}/{CORPORA.name} here: the repository's own mails alone")
    for source, count in (*by_source.items(), ("all", total)):
        shown = {name: count[name] for name in ("escalate", "SEV-1", "review")}
        print(f"{source:10s} {count['mails']:5d} mails  {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
