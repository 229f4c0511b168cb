"""Conditions over facts, and the sums of money they compare."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from policies_given import NOON, facts, refused

from deskless.policies import duration, money
from deskless.policies.condition import NAMES, BadCondition, parse_condition, parse_threshold
from deskless.policies.facts import Amount

KNOWN = facts(
    account="harbour",
    tier="Enterprise",
    revenue=12_000,
    renewal_days=None,
    account_owner="Maya Lind",
    amounts=(Amount(62_000, "EUR", "620 €", "m"), Amount(900_000, "USD", "$9,000", "m")),
    repeat_contacts=3,
    days_open=6,
    handoffs=2,
    unanswered_since=NOON - timedelta(hours=30),
    promises=("We'll call.",),
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("tier is enterprise", True),
        ("tier is not enterprise", False),
        ("tier is one of gold, enterprise", True),
        ("tier = gold", False),
        ('account_owner is "Maya Lind"', True),
        ("account_owner is maya lind", True),
        ("account is known", True),
        ("account is unknown", False),
        ("revenue >= 10000", True),
        ("revenue >= 10,000 and tier is enterprise", True),
        ("revenue >= 10k", True),
        ("revenue < 10.000", False),
        ("renewal_days < 60", False),
        ("renewal_days >= 60", False),
        ("amount >= 500 EUR", True),
        ("amount >= €8.000", True),
        ("amount >= 10000 EUR", False),
        ("amount > 9.000,01 $", False),
        ("amount >= 600", True),
        ("repeat_contacts >= 3", True),
        ("days_open > 5 days", True),
        ("unanswered > 24h", True),
        ("unanswered > 2 days", False),
        ("handoffs ≥ 2", True),
        ("promises >= 1", True),
        ("revenue < 1 and tier is gold or days_open > 5", True),
        ("revenue < 1 and (tier is gold or days_open > 5)", False),
        ("TIER IS ENTERPRISE AND Revenue>5", True),
    ],
)
def test_a_condition_is_true_of_facts_or_not(text: str, holds: bool) -> None:
    """Names, comparisons, units, `and` before `or`; an unknown number makes no comparison true."""
    assert parse_condition(text).holds(KNOWN) is holds


@pytest.mark.parametrize(
    ("text", "column", "suggestion", "said"),
    [
        ("", 1, "", "empty"),
        ("revnue > 5", 1, "revenue", "not a fact"),
        ("tier is gold and revnue > 5", 18, "revenue", "not a fact"),
        ("revenue", 8, "", "ends where"),
        ("revenue >=", 11, "", "value is missing"),
        ("revenue is about 5", 12, "", "not a number"),
        ("revenue ~ 5", 9, "", "not a comparison"),
        ("tier > 5", 6, "", "is a word"),
        ("amount >= lots", 11, "", "not a sum"),
        ("unanswered > soon", 14, "", "span of time"),
        ("(revenue > 5", 13, "", "never closed"),
        ("revenue > 5 )", 13, "", "where `and`, `or` or the end"),
        ("tier is gold or business", 17, "", "not a fact"),
        ("and", 1, "", "where a fact was expected"),
    ],
)
def test_a_condition_that_cannot_be_read_says_where_and_why(
    text: str, column: int, suggestion: str, said: str
) -> None:
    """A sentence, a column, a suggestion."""
    with pytest.raises(BadCondition, match=said.replace("(", r"\(")) as error:
        parse_condition(text)
    assert (error.value.column, error.value.suggestion) == (column, suggestion)


@pytest.mark.parametrize(
    ("text", "holds"),
    [("500 EUR", True), ("> €9.000", False), ("any", True), ("≥ 620 €", True), ("10k EUR", False)],
)
def test_a_policys_amount_means_at_least(text: str, holds: bool) -> None:
    """A bare sum is a threshold."""
    assert parse_threshold(text).holds(KNOWN) is holds


@given(st.text(alphabet=st.sampled_from("()<>=! andoriste5€k\"'"), max_size=40))
def test_no_text_breaks_a_condition(text: str) -> None:
    """A condition or a sentence; never anything else, whatever stands there."""
    error = refused(BadCondition, lambda: parse_condition(text).holds(KNOWN))
    assert error is None or (str(error) and error.column >= 1)


@given(st.lists(st.sampled_from([*NAMES, "and", "or", "(", ")", ">=", "is", "5"]), max_size=12))
def test_no_order_of_words_breaks_a_condition(words: list[str]) -> None:
    """The same with its own words in any order."""
    error = refused(BadCondition, lambda: parse_condition(" ".join(words)).holds(KNOWN))
    assert error is None or error.column <= len(" ".join(words)) + 1


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("I want my €1.234,56 back", [(123456, "EUR")]),
        ("You owe us $1,234.56.", [(123456, "USD")]),
        ("620 euros, now", [(62000, "EUR")]),
        ("CHF 1'200.-", [(120000, "CHF")]),
        ("Fr. 80.50", [(8050, "CHF")]),
        ("1,5k € or 1.5k €", [(150000, "EUR"), (150000, "EUR")]),
        ("ungefähr 12 000,50 EUR", [(1200050, "EUR")]),
        ("499,- €", [(49900, "EUR")]),
        ("£20k and 3 Mio. EUR", [(2000000, "GBP"), (300000000, "EUR")]),
        ("US$ 20 / CA$5", [(2000, "USD"), (500, "CAD")]),
        ("10.000 € pro Monat", [(1000000, "EUR")]),
        ("200 dólares", [(20000, "USD")]),
        ("3 Pfund", [(300, "GBP")]),
        ("order 12345 of 3 May 2026, 50 %", []),
        ("the 2 fr speakers; version 1.2.3", []),
        ("euro 2024 was fun", [(202400, "EUR")]),
        ("5000000000000000 EUR", []),
    ],
)
def test_sums_of_money_are_read_in_either_notation(text: str, sums: list[tuple[int, str]]) -> None:
    """European and American, signs and words; a number without a currency is no sum."""
    assert [(minor, code) for minor, code, _ in money.money_sums(text)] == sums


@given(st.text(max_size=80))
def test_the_words_of_a_sum_stand_in_the_text(text: str) -> None:
    """Verbatim, whatever the text."""
    assert all(words in text for _, _, words in money.money_sums(text))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("15 min", 15), ("2h", 120), ("1h 30m", 90), ("1 day", 1440), ("2 business days", 2880)],
)
def test_spans_of_time_are_read(text: str, minutes: int) -> None:
    """As people write them."""
    assert duration.parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "soon", "2", "2 parsecs", "0h", "2h later"])
def test_what_is_no_span_of_time_is_told(text: str) -> None:
    """With an example."""
    with pytest.raises(ValueError, match="write `30 min`, `2h` or `1 day`"):
        duration.parse_duration(text)
