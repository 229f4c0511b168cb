"""What a support lead uses: check, test, replay."""

import asyncio
from pathlib import Path

import pytest
from policies_given import finding, opinion, policy, thread

from deskless.mailbox.thread import Thread
from deskless.policies.book.book import Book, make_book
from deskless.policies.facts import Facts
from deskless.policies.judge import Opinion
from deskless.policies.policy import Example, Policy
from deskless.policies.settle import settle
from deskless.policies.settle.next_owner import Desk
from deskless.policies.tools.check import check_folder
from deskless.policies.tools.compare import compare_verdicts
from deskless.policies.tools.examples import Table, run_examples
from deskless.policies.verdict import Finding, Met, Outcome, Verdict

MET, NOT, DOUBT = Met.MET, Met.NOT_MET, Met.UNCLEAR


class Naive:
    """A judge of one word a policy: its id. `(id)` is a maybe."""

    async def opine(self, thread: Thread, facts: Facts, policies: tuple[Policy, ...]) -> Opinion:
        """Met where the id stands in the text."""
        text = thread.posts[0].text
        return opinion("rules", *(self._one(policy.id, text) for policy in policies))

    def _one(self, name: str, text: str) -> Finding:
        if f"({name})" in text:
            return finding(name, DOUBT, sure=False)
        return finding(name, MET if name in text else NOT)


def ran(*policies: Policy, mails: object = None) -> Table:
    """The table of `policy test`."""
    return asyncio.run(run_examples(make_book(policies), (Naive(),), mails))  # type: ignore[arg-type]


def examples(name: str, *pairs: tuple[str, str], **front: str) -> Policy:
    """A policy with these examples."""
    made = tuple(Example(expect=expect, text=text) for expect, text in pairs)  # type: ignore[arg-type]
    return policy(name, **front).model_copy(update={"examples": made})


@pytest.mark.parametrize(
    ("expect", "text", "got", "others", "passed"),
    [
        ("escalate", "refund now", "escalate", (), True),
        ("escalate", "refund or outage", "escalate", ("outage",), True),
        ("escalate", "hello", "ignore", (), False),
        ("escalate", "(refund)", "review", (), False),
        ("ignore", "hello", "ignore", (), True),
        ("ignore", "refund", "escalate", (), False),
        ("ignore", "(refund)", "review", (), False),
        ("ignore", "an outage", "ignore", ("outage",), False),  # an unexpected hit of another
        ("todo", "hello", "ignore", (), True),
        ("todo", "refund", "escalate", (), True),
    ],
)
def test_an_example_is_a_test(
    expect: str, text: str, got: str, others: tuple[str, ...], passed: bool
) -> None:
    """Of its own policy, and of the others that should keep quiet."""
    table = ran(examples("refund", (expect, text)), examples("outage", ("escalate", "outage")))
    row = table.rows[1]
    assert (row.got, row.others, row.passed) == (got, others, passed)
    assert table.passed() is passed
    assert row.ready is (expect == "todo" and got == "escalate")


def test_examples_are_counted_by_policy() -> None:
    """Hits, misses, false alarms, rightly left, in doubt."""
    table = ran(
        examples("refund", ("escalate", "refund"), ("escalate", "x"), ("escalate", "(refund)"),
                 ("ignore", "refund"), ("ignore", "x"), ("todo", "x"))
    )  # fmt: skip
    value = table.confusion[0]
    assert (value.hit, value.missed, value.alarm, value.left, value.doubt) == (1, 1, 1, 1, 1)
    assert len(table.failures) == 3


def test_a_policy_without_examples_fails_where_asked() -> None:
    """`--fail-on-empty`."""
    table = ran(examples("refund"))
    assert table.empty == ("refund",)
    assert table.passed()
    assert not table.passed(fail_on_empty=True)
    assert ran(examples("refund", status="off")).empty == ()


def test_an_example_may_be_a_mail() -> None:
    """Read by whoever can read mails; unreadable ones fail."""
    value = policy("refund").model_copy(
        update={"examples": (Example(expect="escalate", mail="a.eml"),)}
    )
    assert ran(value, mails=lambda policy, mail: thread(f"refund in {mail}")).passed()
    failed = ran(value).failures[0]
    assert "`a.eml` cannot be read" in failed.trouble


def verdict(book: Book, **found: Met) -> Verdict:
    """A verdict with these findings."""
    from policies_given import NOON, facts, matrix

    words = opinion("rules", *(finding(name, met) for name, met in found.items()))
    return settle.settle_verdict(
        thread("Hello there."), facts(), book, (words,), Desk(matrix(), NOON)
    )


def test_two_books_are_compared_thread_by_thread() -> None:
    """What would have gone another way, and what people said about it."""
    book = make_book([policy("refund"), policy("outage", severity="SEV-1")])
    before = {
        "T-1": verdict(book, refund=MET, outage=NOT),
        "T-2": verdict(book, refund=NOT, outage=NOT),
        "T-3": verdict(book, refund=MET, outage=NOT),
    }
    after = {
        "T-1": verdict(book, refund=NOT, outage=NOT),
        "T-2": verdict(book, refund=NOT, outage=MET),
        "T-3": verdict(book, refund=MET, outage=NOT),
    }
    got = compare_verdicts(before, after, {"T-1": "bounced", "T-3": "accepted"})
    assert got.threads == 3
    assert [
        (change.thread, change.after, change.raised, change.policies, change.label)
        for change in got.changes
    ] == [
        ("T-1", Outcome.LEAVE, False, ("refund",), "bounced"),
        ("T-2", Outcome.ESCALATE, True, ("outage",), ""),
    ]
    outage, refund = got.tallies
    assert (outage.before, outage.after, outage.gained) == (0, 1, ("T-2",))
    assert (refund.before, refund.after, refund.lost, refund.labels) == (
        2,
        1,
        ("T-1",),
        {"accepted": 1},
    )
    assert not got.same
    assert compare_verdicts(before, before).same


def test_a_thread_on_one_side_only_is_a_change() -> None:
    """A new policy, an old mailbox."""
    book = make_book([policy("refund")])
    got = compare_verdicts({}, {"T-1": verdict(book, refund=MET)})
    assert [(change.before, change.after, change.raised) for change in got.changes] == [
        (None, Outcome.ESCALATE, True)
    ]


def test_a_good_folder_has_nothing_to_mend(tmp_path: Path) -> None:
    """Policies, people, customers, notes."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "refund.md").write_text(policy("refund", phrases="[x]").text)
    (tmp_path / "matrix.csv").write_text("tier,name,email\n1,A,a@x.example\n2,B,b@x.example\n")
    (tmp_path / "accounts.csv").write_text("customer,domain\nHarbour,harbour.example\n")
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "n.md").write_text("# A\nSome words.")
    got = check_folder(tmp_path)
    assert got.good
    assert got.problems == ()
    assert got.book
    assert got.matrix
    assert (len(got.accounts.accounts), len(got.notes.passages)) == (1, 1)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("tier,name,email\n1,A,a@x.example\n", "only one tier"),
        (
            "tier,name,email,lead\n1,A,a@x.example,\n2,B,b@x.example,x\n2,C,c@x.example,x\n",
            "2 leads",
        ),
    ],
)
def test_what_will_not_do_what_its_author_thinks_is_a_warning(
    tmp_path: Path, sheet: str, said: str
) -> None:
    """It stops nothing."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "refund.md").write_text(policy("refund", phrases="[x]").text)
    (tmp_path / "matrix.csv").write_text(sheet)
    got = check_folder(tmp_path)
    assert got.good
    assert said in got.problems[0].text
    assert got.problems[0].warning


def test_a_tier_that_nobody_is_on_is_told_once(tmp_path: Path) -> None:
    """However many criteria ask for it."""
    (tmp_path / "policies").mkdir()
    for name in ("refund", "outage", "churn"):
        text = policy(name, phrases="[x]", facts="[tier is gold or tier is silver]").text
        (tmp_path / "policies" / f"{name}.md").write_text(text)
    (tmp_path / "matrix.csv").write_text("tier,name,email\n1,A,a@x.example\n2,B,b@x.example\n")
    (tmp_path / "accounts.csv").write_text("customer,domain,tier\nHarbour,h.example,golden\n")
    result = check_folder(tmp_path).problems
    assert [item.text for item in result] == [
        "No customer in accounts.csv is on the tier `gold` (3 criteria ask for it).",
        "No customer in accounts.csv is on the tier `silver` (3 criteria ask for it).",
    ]
    assert all(item.warning for item in result)
