"""Real mail as gateways change it: none of 2,000 is without an end that a person can see."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import mutations

pytestmark = pytest.mark.slow


def test_none_of_two_thousand_derived_mails_vanishes(tmp_path: Path) -> None:
    """Complaints are escalated, asked about or shown as unread; all others have a known end."""
    mails = list(mutations.derive_mails(2000, seed=11))
    assert len({mail.raw for mail in mails}) == 2000
    ends = mutations.run_mails(mails, tmp_path / "acme")
    outcome = mutations.judge_ends(mails, ends)
    assert [(mail.seed, mail.changes) for mail in outcome.vanished] == []
    assert sum(outcome.complaints.values()) == sum(outcome.others.values()) == 1000
