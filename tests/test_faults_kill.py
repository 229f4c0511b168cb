"""Killed at every step and started again: nothing lost, nothing doubled, nothing half.

The whole table (`make crash`) kills at every hit of every step under nine behaviours of the
server; here is a share of it that fits into a test run.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "crash"))

from table import BEHAVIOURS, STEPS, Bench

from deskless.agent.case.event_live import Flag
from deskless.agent.office import failpoints
from deskless.agent.office.failpoints import Failed, Failpoints, Order, read_orders

SHORT = {
    "fine": ("before commit", "after commit", "in flight", "sent"),
    "a severe case": ("in flight", "timed"),
    "a model reads a reply": ("proposed",),
    "no Sent copies": ("smtp reply",),
    "lies: 451 after storing": ("smtp reply",),
}
"""Where a kill is most dangerous, by behaviour: around the commit and around the final dot."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One process that all lives are forked from."""
    made = Bench(tmp_path_factory.mktemp("kill"))
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT)
def test_a_kill_at_any_step_loses_and_doubles_nothing(bench: Bench, name: str) -> None:
    """The first hit in every scene, and a second kill in the recovery, at the worst steps."""
    behaviour = next(item for item in BEHAVIOURS if item.name == name)
    _, clean, changed = bench.play(behaviour, ())
    assert not changed
    assert clean["verified"]
    assert not clean["unseen"]
    assert not clean["twice"]
    if name == "every flag":
        assert {about.partition(" ")[2] for about in clean["flags"]} == {*Flag}
        assert set(clean["flags"].values()) == {1}
    for step in SHORT[name]:
        # Two kills in a row are the harder half: the second falls into the recovery.
        line = bench.line(behaviour, step, clean, () if name in {"fine", "every flag"} else (1,))
        assert (line.lost, line.doubled, line.wrong) == (0, 0, ()), step


def test_a_failpoint_counts_its_own_step() -> None:
    """The n-th hit of one name, whatever lies between."""
    point = Failpoints(read_orders("sent:2:raise"))
    for name in ("sent", "parsed", "decided"):
        point(name)
    with pytest.raises(Failed):
        point("sent")
    assert point.taken == {"sent": 2, "parsed": 1, "decided": 1}


def test_a_star_counts_every_step() -> None:
    """`*:3` is the third step of any name."""
    point = Failpoints(read_orders("*:3:raise"))
    point("fetched")
    point("parsed")
    with pytest.raises(Failed):
        point("decided")


def test_orders_are_read_or_refused() -> None:
    """Several at once; an unknown deed is told."""
    assert read_orders("sent:1; *:9:term") == (Order("sent", 1), Order("*", 9, "term"))
    with pytest.raises(ValueError, match="may kill"):
        read_orders("sent:1:explode")


def test_without_the_variable_a_step_costs_nothing() -> None:
    """The same function for everybody, and it does nothing."""
    assert failpoints.wire_failpoints({}) is failpoints.wire_failpoints({})
    failpoints.wire_failpoints({})("sent")


def test_every_step_of_the_program_is_in_the_table() -> None:
    """A step that somebody adds is killed at, or this fails."""
    import re

    rooms = Path(__file__).parents[1] / "agent"
    named = {
        name
        for path in rooms.rglob("*.py")
        for name in re.findall(r"\.step\(\"([a-z ]+)\"\)", path.read_text(encoding="utf-8"))
    }
    smtp = {f"smtp {text}" for text in ("connect", "mail", "rcpt", "data", "dot", "reply")}
    assert named | smtp == set(STEPS)
