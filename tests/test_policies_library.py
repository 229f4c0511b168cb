"""The starter library is a book that passes its own tests."""

import asyncio

import pytest

from deskless.policies.book import book
from deskless.policies.policy import Policy, PolicyStatus
from deskless.policies.rules.judge import RulesJudge
from deskless.policies.tools.examples import run_examples

STARTER = book.load_book(book.starter_folder())


def test_the_library_covers_the_criteria_a_small_team_needs() -> None:
    """Twenty-three criteria, all live, in four languages."""
    assert {policy.id for policy in STARTER.policies} == {
        "billing-error", "bouncing", "churn", "compliance", "data-loss",
        "escalation-request", "exception", "executive", "executive-complaint", "fulfilment",
        "key-account", "legal", "major-feature", "on-call-incident", "outage", "promise-broken",
        "refund-dispute",
        "repeat-contact", "reputation", "safety-abuse", "security-privacy", "too-complex",
        "unanswered",
    }  # fmt: skip
    assert all(policy.status is PolicyStatus.LIVE for policy in STARTER.policies)


@pytest.mark.parametrize("policy", STARTER.policies, ids=lambda value: value.id)
def test_a_policy_reads_as_a_page(policy: Policy) -> None:
    """A name, a criterion in prose, what it is not, examples each way."""
    ways = [example.expect for example in policy.examples]
    assert policy.name
    assert len(policy.criterion) > 80
    assert policy.not_this
    assert ways.count("escalate") >= 2
    assert ways.count("ignore") >= 2


def test_every_example_comes_out_as_it_says() -> None:
    """By the rules alone; nothing of another policy fires on what is to be left alone."""
    assert not asyncio.run(run_examples(STARTER, (RulesJudge(),))).failures
