"""The labelled threads of `judging/threads.jsonl`, and what an opinion comes to."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deskless.mailbox.message import Address
from deskless.mailbox.thread import Post, Side, Thread
from deskless.policies.book.book import make_book
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.people.matrix import Matrix
from deskless.policies.policy import Policy
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.settle.next_owner import Desk
from deskless.policies.settle.settle import settle_verdict
from deskless.policies.verdict import Met, Verdict

FILE = Path(__file__).parents[1] / "judging" / "threads.jsonl"
START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One labelled thread."""

    id: str
    split: str
    lang: str
    kind: str
    expect: str
    thread: Thread
    facts: Facts
    type: str = ""
    severity: int = 0


def cases(file: Path = FILE) -> Iterator[Case]:
    """The labelled threads of the set; what has no split of its own is called by its file."""
    for line in file.read_text("utf-8").splitlines():
        yield case({"split": file.stem, **json.loads(line)})


def case(raw: dict) -> Case:
    """One labelled thread from its JSON; a `text` alone is a mail of its own."""
    raw.setdefault("posts", [{"side": "customer", "text": raw.get("text", "")}])
    customer = Address("customer@example.org", "Customer")
    team = Address("support@acme.example", "Support")
    posts = tuple(
        Post(
            f"{raw['id']}-{index}",
            START + timedelta(hours=5 * index),
            Side(post["side"]),
            customer if post["side"] == "customer" else team,
            raw.get("subject", "") if not index else "",
            post["text"],
        )
        for index, post in enumerate(raw["posts"])
    )
    account = raw.get("account", {})
    facts = Facts(
        at=posts[-1].at + timedelta(hours=1),
        account="customer" if account else None,
        tier=str(account.get("tier", "")),
        revenue=account.get("revenue"),
        renewal_days=account.get("renewal"),
        mails=len(posts),
        customer_mails=sum(post.side is Side.CUSTOMER for post in posts),
        language=raw["lang"],
    )
    thread = Thread(None, raw.get("subject", ""), customer, posts)
    wanted = (raw.get("expect", "leave"), thread, facts)
    graded = (str(raw.get("type") or ""), int(raw.get("severity") or 0))
    return Case(raw["id"], raw["split"], raw["lang"], raw.get("kind", ""), *wanted, *graded)


def settled(case: Case, policies: Sequence[Policy], rules: RulesJudge) -> Verdict:
    """The whole verdict on a thread, as code settles it, for a team of nobody."""
    book = make_book(policies)
    opinion = rules.judge(case.thread, case.facts, book.asked())
    desk = Desk(Matrix(()), case.facts.at)
    return settle_verdict(case.thread, case.facts, book, (opinion,), desk)


def outcome(opinion: Opinion) -> str:
    """What code would make of an opinion: the rule of `settle.py` for one judge alone."""
    if any(finding.met is Met.MET and finding.sure for finding in opinion.findings):
        return "escalate"
    doubtful = any(finding.met is not Met.NOT_MET for finding in opinion.findings)
    return "review" if doubtful or opinion.doubts else "leave"
