"""The weights of the rules judge: fitted to the tables as they are, by the command beside them."""

import sys
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import heads as gate_heads
import weigh as fitting
from judging_set import cases

from deskless.policies.pieces import ByteTable, letter_pieces, word_pieces
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


WORDS = st.lists(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=7))


@given(WORDS, st.sampled_from((2**13, 2**14, 7)))
def test_both_heads_cut_words_into_the_same_pieces(words: list[str], width: int) -> None:
    """Phrases to three words, then letters of three to five; the weights were fitted to those."""
    framed = ["^", *words, "$"]
    phrases = [
        " ".join(framed[at : at + length])
        for length in (1, 2, 3)
        for at in range(len(framed) + 1 - length)
    ]
    letters = [
        "~" + f"_{word}_"[at : at + length]
        for word in words
        for length in (3, 4, 5)
        for at in range(len(word) + 3 - length)
    ]
    digests = [(crc32(piece.encode()), 1.0) for piece in phrases]
    digests += [(crc32(piece.encode()), 0.5) for piece in letters]
    expected = [(at % width, weight if at >= 2**31 else -weight) for at, weight in digests]
    assert list(word_pieces(words, width)) == expected


def test_a_byte_above_127_speaks_against() -> None:
    """A row a feature, a column a class; what a byte counts is the column's own."""
    table = ByteTable(memoryview(bytes([1, 255, 128, 127])).cast("b"), (0.5, 2.0))
    assert table.scores([(0, 2.0), (1, 1.0)]) == [0.5 * (2 - 128), 2.0 * (-2 + 127)]


def test_only_so_many_words_are_remembered() -> None:
    """A daemon that reads for a year does not grow with every word that it reads."""
    assert letter_pieces.cache_info().maxsize is not None


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
