"""The weights of the rules judge: fitted to the tables as they are, by the command beside them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import heads as gate_heads
import weigh as fitting
from judging_set import cases

from deskless.policies.rules.compile import compile_book
from deskless.policies.rules.read import read_signals
from deskless.policies.rules.weigh import FIT, concept_weights, margin, reading_features, rows

AGAIN = "run `make weights`, then bench/verdicts.py --embed, and look at what changed"


def test_the_weights_were_fitted_to_the_tables_as_they_are() -> None:
    """A changed phrase, small word or thread of the set means: fit again."""
    known = rows(FIT)
    assert {name: known[name] for name in ("tables", "threads")} == fitting.origin(), AGAIN


def test_the_heads_were_fitted_to_the_threads_as_they_are() -> None:
    """A changed thread, ordinary mail, example or reader means: fit again."""
    fitted = rows(gate_heads.FIT)
    assert fitted == gate_heads.origin(gate_heads.learnt()), AGAIN


def test_a_comment_or_a_broken_line_is_no_new_table(tmp_path: Path, monkeypatch) -> None:
    """The digest is of what is said: a phrase taken out changes it, its layout does not."""
    for table in fitting.WEIGHTS.parent.iterdir():
        (tmp_path / table.name).write_bytes(table.read_bytes())
    monkeypatch.setattr(fitting, "WEIGHTS", tmp_path / "weights.tsv")
    before = fitting.origin()
    care = tmp_path / "care.txt"
    text = care.read_text("utf-8")
    care.write_text(f"# Looked at.\n\n{text}", "utf-8")
    assert fitting.origin() == before
    care.write_text(text.replace("    parcel\n", "", 1), "utf-8")
    assert fitting.origin()["tables"] != before["tables"]


def test_a_margin_lies_around_even_odds() -> None:
    """It is one of those that the fitting command tries, and no weight outgrows its bounds."""
    assert margin() in fitting.MARGINS
    for name, value in concept_weights().items():
        low, high = fitting.bounds("" if name == "start" else name)
        assert 100 * low <= value <= 100 * high, name


@pytest.mark.slow
def test_fitting_again_gives_the_same_weights() -> None:
    """No randomness: the file is what the command makes of this code and these tables."""
    known = [case for case in cases() if case.split not in fitting.HELD]
    known += cases(fitting.EVERYDAY)
    compiled = compile_book(fitting.POLICIES)
    seen = [reading_features(read_signals(item.thread, item.facts, compiled)) for item in known]
    fresh = fitting.fit(seen, [item.expect == "escalate" for item in known])
    head, _, table = fitting.WEIGHTS.read_text("utf-8").partition("\n")
    assert head.startswith("#")
    assert table == fitting.weights_table(fresh), AGAIN
