"""Policy files: what is read, what is refused, and which version it is."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from policies_given import matrix, policy, refused

from deskless.policies.book import book
from deskless.policies.book.book import load_book, make_book, parse_policy, policy_schema
from deskless.policies.hash import book_hash, policy_hash
from deskless.policies.problems import Problem, Problems, nearest_word
from deskless.policies.tools.check import check_folder
from deskless.policies.verdict import Severity

BAD = sorted((Path(__file__).parent / "bad").glob("*/expected.txt"))
WHOLE = """---
id: refund-over-500
status: live            # acts
severity: sev2
severities:
  - [tier is enterprise, SEV-1]
  - revenue >= 10k: SEV-2
type: Business
risk: churn
owner: Billing
answer_within: 2h
phrases:
  - money back
amount: 500 EUR
---
# Refund over 500

Escalate when the customer asks for a refund above €500.

## Not this
Asking how refunds work.

## Examples
- escalate: "I want my 620 back
  or I go to my bank"
- ignore: “How long do refunds take?”
<!-- a note
- to self
-->
- todo: sarcastic five-star review
"""


@pytest.mark.parametrize("expected", BAD, ids=lambda path: path.parent.name)
def test_a_wrong_configuration_says_what_is_wrong_and_where(expected: Path) -> None:
    """Each folder under bad/ has one fault and the message a person reads."""
    folder = expected.parent
    words = "\n".join(problem.render() for problem in check_folder(folder).problems)
    assert words.replace(f"{folder}/", "").replace(str(folder), ".") + "\n" == expected.read_text()


def test_a_policy_file_is_read_with_all_its_parts() -> None:
    """Front matter, prose, examples over several lines, comments left out."""
    got = parse_policy(WHOLE, "refund.md")
    assert (got.id, got.name, got.severity, got.risk) == (
        "refund-over-500",
        "Refund over 500",
        Severity.SEV2,
        ("churn",),
    )
    assert got.severities == (("tier is enterprise", "SEV-1"), ("revenue >= 10k", "SEV-2"))
    assert got.not_this == "Asking how refunds work."
    assert [(example.expect, example.text) for example in got.examples] == [
        ("escalate", "I want my 620 back or I go to my bank"),
        ("ignore", "How long do refunds take?"),
        ("todo", "sarcastic five-star review"),
    ]
    assert got.examples[0].line == 24


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    """Windows wrote it."""
    assert policy_hash(parse_policy("\ufeff" + WHOLE.replace("\n", "\r\n"))) == policy_hash(
        parse_policy(WHOLE)
    )


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("            # acts", "", True),
        ("amount: 500 EUR\n", "", False),
        ("risk: churn", "risk: [churn]", True),
        ("above €500.", "above\n€500.\n", True),
        ("above €500", "above €600", False),
        ("How long", "How very long", False),
        ("status: live", "status: shadow", False),
    ],
)
def test_the_hash_follows_what_a_policy_says_and_not_its_layout(
    old: str, new: str, same: bool
) -> None:
    """Comments and line breaks do not count; a changed word does."""
    value, other = parse_policy(WHOLE), parse_policy(WHOLE.replace(old, new))
    assert (policy_hash(value) == policy_hash(other)) is same


def test_the_hash_of_a_book_does_not_depend_on_the_order_of_files() -> None:
    """Sorted by id."""
    value, other = policy("a"), policy("b")
    assert book_hash([value, other]) == book_hash([other, value]) == make_book([other, value]).hash


def test_every_problem_of_a_file_is_told_at_once() -> None:
    """Five mistakes, five messages, each with its line."""
    text = (
        WHOLE.replace("sev2", "hihg")
        .replace("answer_within: 2h", "answer_within: soonish")
        .replace("tier is enterprise", "teir is enterprise")
        .replace("owner: Billing", "ownr: @billing")
        .replace("## Not this", "## Not thsi")
    )
    with pytest.raises(Problems) as error:
        parse_policy(text, "refund.md")
    assert [(problem.line, problem.suggestion) for problem in error.value.problems] == [
        (4, "SEV-2"),
        (6, "tier"),
        (10, "owner"),
        (10, ""),
        (11, ""),
        (20, "Not this"),
    ]


def test_no_criteria_is_refused_with_the_command_that_starts(tmp_path: Path) -> None:
    """Without criteria nothing runs: define those first."""
    (tmp_path / "README.md").write_text("# Not a policy")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Problems, match=r"Define those first: `deskless init`"):
            load_book(folder)


def test_a_book_of_policies_that_are_all_off_is_no_book() -> None:
    """Nothing would ever be judged."""
    assert "Define those first" in book.cross_problems([policy(status="off")])[0].text


def test_an_owner_may_be_a_tier_a_role_a_person_or_an_address() -> None:
    """However the sheet calls them."""
    for owner in ("T2", "tier 2", "2", "Billing", "billing", "Cleo", "cleo@acme.example"):
        assert not book.cross_problems([policy(owner=f'"{owner}"')], matrix()), owner
    problem = book.cross_problems([policy(owner="Bilingl")], matrix())[0]
    assert problem.suggestion == "Billing"
    assert problem.line == 5


def test_a_live_policy_needs_an_example_each_way() -> None:
    """Otherwise nobody knows what it means."""
    text = WHOLE.replace("- ignore: “How long do refunds take?”\n", "")
    assert "at least one `ignore` example" in book.cross_problems([parse_policy(text)])[0].text


def test_a_mail_that_an_example_names_must_exist(tmp_path: Path) -> None:
    """Beside the policy or one folder up."""
    (tmp_path / "a.md").write_text(WHOLE + "\n## Mails\n- escalate: tests/one.eml\n")
    with pytest.raises(Problems, match=r"`tests/one.eml` does not exist"):
        load_book(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.eml").write_text("From: a@b.example\n\nHi")
    assert load_book(tmp_path).policies[0].examples[-1].mail == "tests/one.eml"


def test_the_starter_library_is_a_book() -> None:
    """What ships must pass its own checks."""
    if not list(book.starter_folder().glob("*.md")):
        pytest.skip("the library is not there")
    assert load_book(book.starter_folder()).live()


def test_the_schema_for_editors_lists_the_front_matter_only() -> None:
    """Keys a person may write, nothing of the body."""
    whole = policy_schema()
    assert {"id", "status", "severity", "phrases"} <= whole["properties"].keys()
    assert "criterion" not in whole["properties"]
    assert whole["additionalProperties"] is False


def test_a_problem_is_shown_with_its_line_and_a_caret() -> None:
    """The caret stands under the word, whatever came before it."""
    shown = Problem("a.md", 6, 3, "Wrong.", "\tx y", "z").render()
    assert shown == "a.md:6:3: Wrong. Did you mean `z`?\n    6 | \tx y\n      | \t ^"


@pytest.mark.parametrize(
    ("word", "meant"), [("hihg", "high"), ("HIGH", "high"), ("urgent", ""), ("", "")]
)
def test_a_slip_is_recognised_and_a_stranger_is_not(word: str, meant: str) -> None:
    """Near enough, or nothing."""
    assert nearest_word(word, ("low", "medium", "high", "critical")) == meant


@given(st.text(max_size=200))
def test_no_text_ever_breaks_the_reader(text: str) -> None:
    """Problems or a policy, nothing else."""
    for whole in (text, f"---\n{text}\n---\nx", f"---\nid: a\n---\nx\n## Examples\n{text}"):
        error = refused(Problems, partial(parse_policy, whole))
        assert error is None or (error.problems and str(error))


@given(st.sampled_from([word for word in WHOLE.split("\n") if word]), st.text(max_size=20))
def test_a_line_put_wrong_is_told_or_read(line: str, text: str) -> None:
    """Any line replaced by anything."""
    error = refused(Problems, partial(parse_policy, WHOLE.replace(line, text)))
    assert error is None or all(0 <= problem.line <= 60 for problem in error.problems)
