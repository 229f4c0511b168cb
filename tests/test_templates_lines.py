"""Lines short enough to survive quoting, none of which begins with a command."""

import pytest
from hypothesis import given, strategies as st

from deskless.templates.lines import (
    QUOTED,
    WIDTH,
    flow_text,
    guard_text,
    is_near_word,
    is_risky,
    unwrap_text,
    wrap_paragraph,
)
from deskless.templates.words import COMMANDS

VOCABULARY = ["accept", "yes", "ACCEPT.", "no,", "later", "bounce", "on", "it", "the", "customer",
              "writes", "„ja“", "übernehme", "refund", "of", "€620", "👍", "ok"]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["ACCEPT", "accept!", "“Yes” she said", "Acept", "boucne it", "on it", "👍 fine", "| no more",
     "- later", "übernehme ich", "mach ich", "je prends", "Pas moi", "acepto", "Jo", "not mine"],
)  # fmt: skip
def test_a_line_that_may_be_read_as_a_command_is_seen(line: str) -> None:
    """Capitals, quotes, bullets, emoji and slips of the finger included."""
    assert is_risky(line)
    assert guard_text(line) == f"re: {line}"


@pytest.mark.parametrize(
    "line",
    ["The customer accepts it", "Except that", "Jo Lindqvist", "Customer: no", "What happened",
     "It is over", "I read it", "", "…"],
)  # fmt: skip
def test_a_line_that_cannot_be_is_left_alone(line: str) -> None:
    """Names, labels and sentences stay as they are."""
    assert not is_risky(line)
    assert guard_text(line) == line


@given(st.lists(st.sampled_from(VOCABULARY), max_size=80))
def test_wrapping_keeps_the_words_and_guards_every_line(words: list[str]) -> None:
    """Nothing lost, nothing added but `re:`, no line too long, no line that is a command."""
    lines = wrap_paragraph(" ".join(words), first="| ", rest="| ")
    answer = [word for line in lines for word in line[2:].removeprefix("re: ").split()]
    assert answer == words
    for line in lines:
        assert line.startswith("| ")
        assert len(line) <= WIDTH + 4 + 2 * max(map(len, VOCABULARY))
        assert not is_risky(line[2:])


def test_a_gutter_goes_on_and_a_list_is_indented() -> None:
    """Quoted lines keep their bar, list entries hang, blank lines are single, long words stay."""
    text = flow_text(f"| {'word ' * 20}\n\n\n- {'entry ' * 20}\nmailto:{'x' * 90}\n|\nend")
    assert text.split("\n") == [
        f"| {' '.join(['word'] * 13)}",
        f"| {' '.join(['word'] * 7)}",
        "",
        "- entry entry entry entry entry entry entry entry entry entry",
        "  entry entry entry entry entry entry entry entry entry entry",
        f"mailto:{'x' * 90}",
        "|",
        "end",
        "",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("accept", "acept", True),
        ("accept", "accpet", True),
        ("accept", "accent", True),
        ("accept", "except", False),
        ("later", "latest", False),
        ("bounce", "ounce", True),
        ("bounce", "bounced", True),
        ("a", "abc", False),
    ],
)
def test_one_slip_is_near_and_two_are_not(one: str, other: str, same: bool) -> None:
    """Insert, drop, change or swap, once."""
    assert is_near_word(one, other) == is_near_word(other, one) == same


def test_every_command_of_the_grammar_is_known_here() -> None:
    """A verb added to the reply grammar must be kept off our line starts, too.

    Those that do nothing alone are words of every mail: what stands behind them makes them one.
    """
    types = pytest.importorskip("deskless.agent.case.verbs")
    alone = {"thanks", "question", "customer", "type", "severity", "not_met"}
    assert {verb.value for verb in types.Verb} - alone <= COMMANDS


def test_a_customers_mail_keeps_its_lines_behind_a_bar_and_loses_them_on_a_page() -> None:
    """What was broken for want of room goes on; a signature's lines stay apart."""
    words = "We are sorry for the trouble that this causes you, and somebody looks after it now."
    text = flow_text(f"{words}\n\nKind regards\nBen Okafor, Acme", guard=False, width=QUOTED)
    assert flow_text("\n".join(f"| {line}" for line in text.splitlines())) == "".join(
        f"| {line}".rstrip() + "\n" for line in text.splitlines()
    )
    assert unwrap_text(text) == f"{words}\n\nKind regards\nBen Okafor, Acme\n"
