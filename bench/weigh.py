"""Fit `policies/tables/weights.tsv`: how much each concept weighs for or against a mail.

    .venv/bin/python bench/weigh.py [--hold SPLIT …] [--write] [--folds]

Logistic regression by plain gradient steps with a ridge; features are the concepts present in what
counts of a thread. No randomness: the same set gives the same weights. `--folds` prints the figures
of a five-fold cross-validation, which is what to believe before a fresh batch is written.

At a sum of 0 the odds are even. How far beyond it the sum must be before it counts without a
person, the *margin*, is taken from the same folds: the widest that finds as much as none at all.
`--write` writes the weights and, to `fit.tsv` beside them, the margin and digests of the tables and
threads they were fitted to; a test compares these with the tables as they are.
"""

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent))
from judge import FILE, Case, cases, figures, outcome

from deskless.policies.book import book
from deskless.policies.rules import judge as rules_judge, weigh as scales
from deskless.policies.rules.compile import Compiled, compile_book
from deskless.policies.rules.lexicon import lines
from deskless.policies.rules.read import read_signals
from deskless.policies.rules.weigh import FILE as WEIGHTS, FIT, reading_features

RIDGE, STEPS, RATE = 1.0, 1200, 0.01
BARS = (-0.5, 0.0, 0.5, 1.0, 1.5)
MARGINS = range(0, 55, 5)
FOLDS = 5
EVERYDAY = FILE.with_name("everyday.jsonl")
HELD = ("held", "fresh5", "fresh7")
POLICIES = book.load_book(book.starter_folder()).live()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Signs are given, not learnt: a set this small must not teach that lawyers are harmless.
AGAINST = _names(
    """
    asking praise smalltalk mostly-questions thanks plans plain-request wish private-corner
    friendly-public mislaid law-trade own-title figure-of-speech nothing-counts thanks-ahead
    solved supposed calm withdrawn future misdirected misdirected-sure application newsletter vendor
    internal private another-company hypothetical
    """
)
BROAD = _names(
    """
    public boss persistence should-have negative-event legal-move kin long shoved crowd
    weight-of-account charged
    """
)
POLITE = frozenset(("smalltalk", "thanks"))  # a courteous complaint is a complaint
GRAVE = _names(
    """
    hazard hurt threat despair breach gone bank-dispute legal-strong regulator standstill
    failure no-answer shoved-hard nth-contact publish ask-for wrong-results clients-hit
    vulnerable twice after-leaving spoiled-occasion not-arrived wrong-goods leaving exception
    nothing-comes
    """
)
# Nouns and pronouns that every longer mail has would only measure how long it is.
SILENT = _names(
    """
    body-of verdict machine machine-tag machine-noun your-machine no-question brief unsolved see
    private-data records work feature goods amount-of-it not-kept before-it-was complaining
    impact-stopped impact-broken impact-lost impact-exposed impact-hurt impact-danger impact-threat
    impact-everyone impact-clients impact-many impact-date impact-since impact-cost impact-single
    impact-workaround
    """
)


def fit(rows: list[frozenset[str]], wanted: list[bool], ridge: float = RIDGE) -> dict[str, float]:
    """Weights by concept and `` for the start; concepts seen less than three times stay out."""
    names = sorted({name for row in rows for name in row})
    names = [name for name in names if name not in SILENT and sum(name in row for row in rows) >= 3]
    weight = dict.fromkeys(names, 0.0)
    weight[""] = 0.0
    use = [[name for name in row if name in weight] + [""] for row in rows]
    for _ in range(STEPS):
        slope = dict.fromkeys(weight, 0.0)
        for row, yes in zip(use, wanted, strict=True):
            guess = 1 / (1 + math.exp(-sum(weight[name] for name in row)))
            for name in row:
                slope[name] += yes - guess
        for name in weight:
            pull = ridge * weight[name] if name else 0.0
            weight[name] += RATE * (slope[name] - pull)
            low, high = bounds(name)
            weight[name] = min(high, max(low, weight[name]))
    return weight


def bounds(name: str) -> tuple[float, float]:
    """Between what a concept's weight must stay."""
    if not name:
        return -3.0, 1.0
    if name in POLITE:
        return -0.5, 0.0
    if name in AGAINST:
        return -1.0, -0.1
    if name in BROAD:
        return 0.0, 0.6
    return (0.4, 1.0) if name in GRAVE else (0.0, 1.0)


def score(weight: dict[str, float], row: frozenset[str]) -> float:
    """The sum of a row's weights."""
    return weight[""] + sum(weight.get(name, 0.0) for name in row)


def main() -> int:
    """Fit, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hold", nargs="*", default=HELD)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--ridge", type=float, default=RIDGE)
    asked = parser.parse_args()
    known = [case for case in cases(asked.file) if case.split not in asked.hold]
    known += cases(EVERYDAY)
    compiled = compile_book(POLICIES)
    rows = [reading_features(read_signals(item.thread, item.facts, compiled)) for item in known]
    wanted = [item.expect == "escalate" for item in known]
    if asked.folds:
        _folds(known, rows, wanted, asked.ridge)
        _held(asked, compiled, fit(rows, wanted, asked.ridge))
        return 0
    weight = fit(rows, wanted, asked.ridge)
    table = weights_table(weight)
    if asked.write:
        head = "# Weights in hundredths, fitted by bench/weigh.py; higher speaks for a handoff.\n"
        WEIGHTS.write_text(head + table, "utf-8")
        fields = {
            "margin": margin(known, rows, wanted, asked.ridge),
            **origin(asked.file, asked.hold),
        }
        head = (
            "# What weights.tsv was fitted to, and the margin around even odds (bench/weigh.py).\n"
        )
        FIT.write_text(head + "".join(f"{k:10s} {v}\n" for k, v in fields.items()), "utf-8")
    else:
        print(table, end="")
    return 0


def weights_table(weight: dict[str, float]) -> str:
    """The weights in hundredths as their file holds them, heaviest first."""
    shown = {name or "start": round(100 * value) for name, value in weight.items()}
    return "".join(f"{n:22s} {v:5d}\n" for n, v in sorted(shown.items(), key=lambda o: -o[1]))


def origin(file: Path = FILE, hold: Iterable[str] = HELD) -> dict[str, str]:
    """SHA-256 in hex of the tables' phrases and small words, whatever their layout, and of the
    threads that are not held back.
    """
    tables = [
        (line.concept, line.language, line.phrase)
        for table in sorted(WEIGHTS.parent.glob("*.txt"))
        for line in lines(table.read_text("utf-8"), table.name)
    ]
    small = (WEIGHTS.parent / "words.list").read_text("utf-8").split("\n", 1)[1].split()
    threads = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    threads = [thread for thread in threads if thread["split"] not in hold]
    threads += [json.loads(line) for line in EVERYDAY.read_text("utf-8").splitlines()]
    return {"tables": _digest([sorted(tables), small]), "threads": _digest(threads)}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def folded(rows: list[frozenset[str]], wanted: list[bool], ridge: float) -> list[dict[str, float]]:
    """The weights by fold, each fitted to all threads but those of its own fold."""
    parts = [[i for i in range(len(rows)) if i % FOLDS != fold] for fold in range(FOLDS)]
    return [fit([rows[i] for i in part], [wanted[i] for i in part], ridge) for part in parts]


def margin(known: list[Case], rows: list[frozenset[str]], wanted: list[bool], ridge: float) -> int:
    """The widest margin, in hundredths, with which the whole judge finds as many of the threads
    that should move, to a hundredth, as with none: each judged by weights it was not fitted to.
    """
    folds = [
        {name or "start": round(100 * value) for name, value in weight.items()}
        for weight in folded(rows, wanted, ridge)
    ]
    recall = {}
    for wide in MARGINS:
        pairs = []
        for i, item in enumerate(known):
            with (
                patch.object(scales, "concept_weights", lambda fold=folds[i % FOLDS]: fold),
                patch.object(rules_judge, "margin", lambda wide=wide: wide),
            ):
                opinion = rules_judge.RulesJudge().judge(item.thread, item.facts, POLICIES)
            pairs.append((item.expect, outcome(opinion)))
        recall[wide] = round(pairs.count(("escalate", "escalate")) / sum(wanted), 2)
        print(f"margin {wide:3d}  {figures(pairs)}")
    return max(wide for wide in MARGINS if recall[wide] >= recall[0])


def _held(asked: argparse.Namespace, compiled: Compiled, weight: dict[str, float]) -> None:
    for split in asked.hold:
        known = [case for case in cases(asked.file) if case.split == split]
        rows = [reading_features(read_signals(item.thread, item.facts, compiled)) for item in known]
        for bar in BARS:
            pairs = [
                (item.expect, "escalate" if score(weight, row) >= bar else "leave")
                for item, row in zip(known, rows, strict=True)
            ]
            print(f"{split} bar {bar:4.1f}  {figures(pairs)}")


def _folds(known: list[Case], rows: list[frozenset[str]], wanted: list[bool], ridge: float) -> None:
    folds = folded(rows, wanted, ridge)
    for bar in BARS:
        pairs = [
            (item.expect, "escalate" if score(folds[i % FOLDS], rows[i]) >= bar else "leave")
            for i, item in enumerate(known)
        ]
        print(f"bar {bar:4.1f}  {figures(pairs)}")
    margin(known, rows, wanted, ridge)


if __name__ == "__main__":
    sys.exit(main())
