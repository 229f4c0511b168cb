"""Who is asked next, and why."""

from datetime import UTC, datetime
from random import Random

import pytest
from policies_given import NOON, SHEET, facts, matrix, policy

from deskless.policies.people.matrix import Matrix
from deskless.policies.settle.next_owner import Desk, suggest_owner

NIGHT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def desk(text: str = SHEET, **more: object) -> Desk:
    """The team at noon, the thread on T1."""
    return Desk(matrix(text), **({"now": NOON} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("front", "known", "more", "person"),
    [
        ({"type": "business"}, {}, {}, "cleo"),
        ({"type": "technical"}, {}, {}, "dev"),
        ({"owner": "Engineer"}, {}, {}, "dev"),
        ({"owner": "cleo@acme.example", "type": "technical"}, {}, {}, "cleo"),
        ({"type": "business"}, {}, {"passed": frozenset({"cleo"})}, "dev"),
        ({"type": "security"}, {"language": "de"}, {}, "dev"),
        ({"owner": "Founder"}, {}, {}, "cleo"),  # the founder stands two tiers up: no skipping
        ({"type": "business"}, {}, {"tier": 2}, "maya"),
        ({"type": "business"}, {}, {"tier": 3}, None),
        ({"type": "business"}, {}, {"passed": frozenset({"cleo", "dev"})}, "maya"),
    ],
)
def test_the_next_tiers_best_fit_is_asked(
    front: dict[str, str], known: dict[str, object], more: dict[str, object], person: str | None
) -> None:
    """By criterion, role, type, language; nobody twice; nobody two tiers up."""
    assert suggest_owner(desk(**more), (policy(**front),), facts(**known)).person == person


PAIR = """tier,name,email,hours
1,Ana,ana@acme.example,
2,Zed,zed@acme.example,{}
2,Bo,bo@acme.example,{}
"""


@pytest.mark.parametrize(
    ("hours", "more", "person", "why"),
    [
        (("", ""), {}, "bo", "has 0 live cases"),
        (("", ""), {"load": {"bo": 2}}, "zed", "is at work now"),
        (("", ""), {"history": ("zed",)}, "zed", "had this customer before"),
        (("24/7", ""), {"now": NIGHT}, "zed", "is at work now"),
        (
            ("Mon-Fri 7-15", "Mon-Fri 9-17"),
            {"now": NIGHT},
            "zed",
            "back at work Wed 18 Nov 07:00 UTC",
        ),
    ],
)
def test_between_equals_hours_customers_and_load_decide(
    hours: tuple[str, str], more: dict[str, object], person: str, why: str
) -> None:
    """And the address, where nothing else does."""
    got = suggest_owner(desk(PAIR.format(*hours), **more), (policy(),), facts())
    assert got.person == person
    assert why in got.why


def test_the_order_of_the_sheet_decides_nothing() -> None:
    """Shuffled rows, the same person and the same words."""
    people = list(matrix().people)
    want = suggest_owner(desk(), (policy(),), facts())
    for seed in range(20):
        Random(seed).shuffle(people)
        got = suggest_owner(
            Desk(Matrix(tuple(people), matrix().tier_names), NOON), (policy(),), facts()
        )
        assert got == want


def test_where_a_lead_approves_the_lead_is_asked_and_the_best_fit_named() -> None:
    """A tier's lead is asked first, and the doer is not lost."""
    sheet = SHEET.replace("Engineer,,", "Engineer,yes,")
    got = suggest_owner(desk(sheet), (policy(type="business"),), facts())
    assert (got.person, got.doer, got.others) == ("dev", "cleo", ("cleo",))
    assert "Dev approves for T2" in got.why
    assert "best fit: Cleo" in got.why


def test_who_is_away_is_replaced_by_the_backup_at_once() -> None:
    """Until the day of return, by their own calendar."""
    away = (
        "tier,name,email,backup,away\n1,Ana,ana@acme.example,,\n"
        "2,Cleo,cleo@acme.example,Dev,{}\n2,Dev,dev@acme.example,,{}\n3,Maya,m@acme.example,,\n"
    )
    gone = suggest_owner(desk(away.format("2026-12-01", "")), (policy(),), facts())
    assert gone.person == "dev"
    both = suggest_owner(desk(away.format("2026-12-01", "2026-12-02")), (policy(),), facts())
    assert both.person == "maya"
    back = suggest_owner(desk(away.format("2026-11-18", ""), load={"dev": 1}), (policy(),), facts())
    assert back.person == "cleo"


def test_a_team_of_one_is_asked_itself() -> None:
    """One person may be the team: the founder is every tier."""
    value = "tier,name,email\n1,Maya,maya@acme.example\n"
    assert suggest_owner(desk(value), (policy(),), facts()).person == "maya"
    three = 'tier,name,email\n"1,2,3",Maya,maya@acme.example\n'
    assert suggest_owner(desk(three), (policy(),), facts()).person == "maya"


def test_nobody_is_handed_what_they_hold() -> None:
    """Who asked for help is not the help."""
    got = suggest_owner(desk(tier=1, holder="cleo"), (policy(type="business"),), facts())
    assert got.person == "dev"


def test_the_end_of_the_chain_is_said() -> None:
    """Nobody above."""
    got = suggest_owner(desk(tier=3), (policy(),), facts())
    assert (got.person, got.tier) == (None, None)
    assert "nobody to ask above T3" in got.why
