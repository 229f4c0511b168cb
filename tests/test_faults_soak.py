"""A short soak; `python bench/soak.py` is the long one, with a thousand conversations."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from soak import soak


@pytest.mark.slow
def test_half_an_hour_of_random_faults_loses_nothing(tmp_path: Path) -> None:
    """Fifty conversations: each mail in the ledger once, no letter twice, memory flat."""
    made, wrong, _ = soak(seed=7, threads=50, folder=tmp_path, ticks=180)
    assert wrong == []
    assert len(made.written) == 50
    assert sum(made.faults.values()) > 50
    assert made.faults["killed"]


@pytest.mark.slow
def test_a_seed_replays_its_schedule(tmp_path: Path) -> None:
    """The same seed brings the same mails, answers and faults in the same order."""
    first = soak(seed=11, threads=6, folder=tmp_path / "a", ticks=40)
    second = soak(seed=11, threads=6, folder=tmp_path / "b", ticks=40)
    assert first[2] == second[2]
    assert first[1] == second[1] == []
