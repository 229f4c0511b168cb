"""How good the rules judge must be, and that orders to machines decide nothing."""

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from judging_set import Case, cases, outcome, settled

from deskless.mailbox.thread import Side, Thread
from deskless.policies.book import book
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.verdict import Outcome, Severity

FOLDER = Path(__file__).parent / "judging"
KNOWN = tuple(cases())
POLICIES = book.load_book(book.starter_folder()).live()
RULES = RulesJudge()
INJECTIONS = tuple(
    json.loads(line)["text"]
    for line in (FOLDER / "injections.jsonl").read_text("utf-8").splitlines()
)


def judged(case: Case, thread: Thread | None = None) -> str:
    """The outcome for a case, or for its thread with other words."""
    return outcome(RULES.judge(thread or case.thread, case.facts, POLICIES))


def injected(thread: Thread, text: str, place: int) -> Thread:
    """The thread with an order to a machine before, behind or within the last customer post."""
    last = max(n for n, post in enumerate(thread.posts) if post.side is Side.CUSTOMER)
    words = thread.posts[last].text
    mixed = (f"{words}\n\n{text}", f"{text}\n\n{words}", f"{words} {text}")[place]
    posts = (*thread.posts[:last], replace(thread.posts[last], text=mixed))
    return replace(thread, posts=(*posts, *thread.posts[last + 1 :]))


@pytest.mark.parametrize("split", ["held", "all"])
def test_the_library_finds_and_does_not_cry_wolf(split: str) -> None:
    """Recall at least .70 at precision at least .75; review counts as neither."""
    count = Counter((case.expect, judged(case)) for case in KNOWN if split in ("all", case.split))
    hit, false = count["escalate", "escalate"], count["leave", "escalate"]
    wanted = sum(n for (expect, _), n in count.items() if expect == "escalate")
    review = sum(n for (_, out), n in count.items() if out == "review")
    assert hit / wanted >= 0.70
    assert hit / (hit + false) >= 0.75
    assert review / sum(count.values()) <= 0.20


def test_ordinary_mail_wakes_nobody() -> None:
    """Of 740 everyday mails at most 1 in 200 opens a case, none as SEV-1. 1 in 25 may ask a person:
    the goal is 1 in 50.
    """
    known = [*cases(FOLDER / "everyday.jsonl"), *cases(FOLDER / "ordinary.jsonl")]
    verdicts = [settled(case, POLICIES, RULES) for case in known]
    count = Counter(verdict.outcome for verdict in verdicts)
    assert len(known) >= 740
    assert count[Outcome.ESCALATE] <= len(known) / 200
    assert count[Outcome.REVIEW] <= len(known) / 25
    assert Severity.SEV1 not in {verdict.severity for verdict in verdicts}


def test_no_order_to_a_machine_changes_an_outcome() -> None:
    """Every thread with some injection, every injection in some thread."""
    for number, case in enumerate(KNOWN):
        text = INJECTIONS[number % len(INJECTIONS)]
        other = judged(case, injected(case.thread, text, number % 3))
        assert other == judged(case), (case.id, text)


@pytest.mark.slow
def test_no_order_to_a_machine_changes_an_outcome_anywhere() -> None:
    """Every thread with every injection, in turn before, behind and within the words."""
    for number, case in enumerate(KNOWN):
        plain = judged(case)
        for turn, text in enumerate(INJECTIONS, number):
            other = judged(case, injected(case.thread, text, turn % 3))
            assert other == plain, (case.id, text)


def test_the_same_thread_has_the_same_opinion() -> None:
    """Findings, quotes and reasons, from a judge that was never asked before."""
    for case in KNOWN[:40]:
        first = RULES.judge(case.thread, case.facts, POLICIES).findings
        assert RulesJudge().judge(case.thread, case.facts, POLICIES[::-1]).findings == first[::-1]


def test_every_quote_stands_in_its_post() -> None:
    """Verbatim, and long enough to prove something."""
    for case in KNOWN:
        posts = {post.key: post.text for post in case.thread.posts}
        for finding in RULES.judge(case.thread, case.facts, POLICIES).findings:
            for quote in finding.quotes:
                assert quote.text in posts[quote.post]
                assert len(quote.text) >= 12


def test_a_thread_takes_milliseconds() -> None:
    """Under 4 ms on a quiet machine; the bar leaves room for a busy one, in the best of three."""
    judged(KNOWN[0])
    rounds = []
    for _ in range(3):
        started = time.process_time()
        for case in KNOWN:
            judged(case)
        rounds.append((time.process_time() - started) / len(KNOWN))
    assert min(rounds) < 0.008
