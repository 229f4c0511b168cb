"""Fit the gate's linear heads (`policies/tables`): on what sentences mean, and on their words.

    .venv/bin/python bench/heads.py [--write] [--folds] [--words]

`--words` fits only the heads on words and concepts, which need no encoder. Logistic regression
by plain gradient steps with a ridge; on meanings each number is taken in its own deviation, of the
mean of the sentences that count of a thread. Both learn from the labelled threads, from the
ordinary mails, and from the examples of the library and of the readers. No randomness: the same set
gives the same weights, up to the last digit that is written. `--folds` prints what weights that
were fitted without a thread say of it.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parent))
from judging_set import FILE, Case, case, cases
from weigh import origin as table_origin

from deskless.policies.book import book
from deskless.policies.pieces import ByteTable
from deskless.policies.reading.readers import shipped_readers
from deskless.policies.rules.compile import compile_book
from deskless.policies.rules.embeddings import DIGEST, Ear
from deskless.policies.rules.gate import MOST, OPEN, SHORT, mean_meaning
from deskless.policies.rules.read import read_signals
from deskless.policies.rules.word_gate import (
    CONCEPT,
    CONCEPTS,
    WIDTH,
    WORDS,
    WordHeads,
    gate_features,
)
from deskless.policies.verdict import Type

HEADS = Path(__file__).parents[1] / "policies" / "tables" / "heads.tsv"
FIT = HEADS.with_name("heads_fit.tsv")
RIDGE, STEPS, RATE, FOLDS = 0.02, 400, 0.5, 5
WORD_RIDGE, WORD_RATE = 0.003, 0.5
POLICIES = book.load_book(book.starter_folder())


def learnt() -> list[Case]:
    """What the heads learn from."""
    known = list(cases(FILE))
    for name in ("everyday", "plain", "short"):
        known += cases(FILE.with_name(f"{name}.jsonl"))
    for policy in POLICIES.policies:
        for number, example in enumerate(policy.examples):
            raw = {"id": f"{policy.id}-{number}", "split": "examples", "lang": "",
                   "text": example.text, "kind": policy.id,
                   "expect": "escalate" if example.expect == "escalate" else "leave"}  # fmt: skip
            known.append(case(raw))
    for reader in shipped_readers():
        sides = [(text, "leave") for text in reader.yes] + [
            (text, "escalate") for text in reader.no
        ]
        for number, (text, expect) in enumerate(sides):
            raw = {"id": f"{reader.id}-{number}", "split": "readers", "lang": "", "text": text,
                   "kind": reader.id, "expect": expect}  # fmt: skip
            known.append(case(raw))
    return known


def meanings(known: list[Case], ear: Ear) -> numpy.ndarray:
    """One row a thread: the mean of the sentences that count."""
    compiled = compile_book(POLICIES.live())
    rows = []
    for item in known:
        reading = read_signals(item.thread, item.facts, compiled)
        texts = [sentence.text for sentence, _ in reading.spoken]
        chosen = [text for text in texts if len(text) > SHORT][-MOST:]
        chosen = chosen or [post.text for post in item.thread.from_customer()[-1:]]
        rows.append(mean_meaning(ear, chosen))
    return numpy.array(rows, dtype=float)


def fit(rows: numpy.ndarray, wanted: numpy.ndarray) -> numpy.ndarray:
    """The start and one weight for each number; each side of the question weighs the same."""
    middle, spread = rows.mean(0), rows.std(0) + 1e-9
    plain = (rows - middle) / spread
    share = wanted.mean()
    heavy = numpy.where(wanted, 0.5 / share, 0.5 / (1 - share))
    weights, start = numpy.zeros(plain.shape[1]), 0.0
    for _ in range(STEPS):
        guess = 1 / (1 + numpy.exp(-(plain @ weights + start)))
        slope = heavy * (wanted - guess)
        weights += RATE * (plain.T @ slope / len(rows) - RIDGE * weights)
        start += RATE * slope.mean()
    own = weights / spread
    return numpy.concatenate([[start - own @ middle], own])


def word_rows(known: list[Case]) -> tuple[numpy.ndarray, list[str]]:
    """One row a thread: the buckets of its words, then its concepts; and the concepts' names."""
    compiled = compile_book(POLICIES.live())
    seen = [gate_features(read_signals(item.thread, item.facts, compiled)) for item in known]
    names = sorted({name for _, concepts in seen for name in concepts})
    rows = numpy.zeros((len(seen), WIDTH + len(names)))
    for row, (words, concepts) in zip(rows, seen, strict=True):
        row[list(words)] = list(words.values())
        row[[WIDTH + names.index(name) for name in concepts]] = CONCEPT
    return rows, names


def fit_words(rows: numpy.ndarray, wanted: numpy.ndarray) -> numpy.ndarray:
    """The start and one weight for each feature, as it stands; no deviation, they are sparse."""
    share = wanted.mean()
    heavy = numpy.where(wanted, 0.5 / share, 0.5 / (1 - share))
    weights, start = numpy.zeros(rows.shape[1]), 0.0
    for _ in range(STEPS):
        slope = heavy * (wanted - 1 / (1 + numpy.exp(-(rows @ weights + start))))
        weights += WORD_RATE * (rows.T @ slope / len(rows) - WORD_RIDGE * weights)
        start += WORD_RATE * slope.mean()
    return numpy.concatenate([[start], weights])


def word_heads(fits: dict[str, numpy.ndarray], names: list[str]) -> WordHeads:
    """Fitted weights as the gate takes them: whole bytes, and the concepts in plain numbers."""
    columns = tuple(fits)
    table = numpy.array([fits[name] for name in columns])
    words = table[:, 1 : WIDTH + 1]
    scales = numpy.abs(words).max(1) / 127
    signed = numpy.round(words / scales[:, None]).astype(numpy.int8).T.tobytes()
    by_words = ByteTable(
        memoryview(signed).cast("b"), tuple(float(f"{scale:.6g}") for scale in scales)
    )
    rows = numpy.round(numpy.vstack([table[:, 0], table[:, WIDTH + 1 :].T]), 3)
    concepts = {name: tuple(map(float, row)) for name, row in zip(["", *names], rows, strict=True)}
    return WordHeads(columns, by_words, concepts)


def fold_word_heads(known: list[Case]) -> list[WordHeads]:
    """For each fold, heads that were fitted without its threads (number in `known` % FOLDS)."""
    rows, names = word_rows(known)
    number = numpy.arange(len(known)) % FOLDS
    asked = questions(known)
    return [
        word_heads(
            {
                name: fit_words(rows[mask & (number != fold)], wanted[mask & (number != fold)])
                for name, (mask, wanted) in asked.items()
            },
            names,
        )
        for fold in range(FOLDS)
    ]


def write_words(known: list[Case]) -> None:
    """The tables of the gate that needs no encoder."""
    rows, names = word_rows(known)
    asked = questions(known)
    heads = word_heads(
        {name: fit_words(rows[mask], wanted[mask]) for name, (mask, wanted) in asked.items()}, names
    )
    WORDS.write_bytes(heads.words.numbers)
    lines = ["# What concepts count for the gate by words, fitted by `make weights`."]
    lines.append("\t".join(("concept", *heads.columns)))
    lines.append("\t".join(("scale", *map(str, heads.words.scales))))
    lines += ["\t".join((name, *map(str, row))) for name, row in heads.concepts.items()]
    CONCEPTS.write_text("\n".join(lines) + "\n", "utf-8")


def questions(known: list[Case]) -> dict[str, tuple[numpy.ndarray, numpy.ndarray]]:
    """Each head's rows (as a mask) and what is wanted of them."""
    kinds = {policy.id: policy.type for policy in POLICIES.policies}
    types = [kinds.get(item.kind) if item.expect == "escalate" else None for item in known]
    typed = numpy.array([type_ is not None for type_ in types])
    everything = numpy.ones(len(known), dtype=bool)
    opened = numpy.array([item.expect == "escalate" for item in known])
    asked = {OPEN: (everything, opened)}
    for type_ in Type:
        asked[type_.value] = (typed, numpy.array([kind is type_ for kind in types]))
    return asked


def origin(known: list[Case]) -> dict[str, str]:
    """SHA-256 in hex of the threads and tables the heads were fitted to, and of the encoder."""
    told = [[item.expect, item.kind, [post.text for post in item.thread.posts]] for item in known]
    threads = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return {"encoder": DIGEST, "tables": table_origin()["tables"], "threads": threads}


def main() -> int:
    """Fit, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--words", action="store_true")
    asked = parser.parse_args()
    known = learnt()
    if asked.write:
        write_words(known)
    if asked.words:
        return 0
    rows = meanings(known, Ear())
    if asked.folds:
        folds(known, rows)
        return 0
    table = {
        name: fit(rows[mask], wanted[mask]) for name, (mask, wanted) in questions(known).items()
    }
    lines = ["# The gate's heads, fitted by `make weights`: the start, then a weight a number."]
    lines.append("\t".join(table))
    lines += [
        "\t".join(f"{value:.3f}" for value in row) for row in zip(*table.values(), strict=True)
    ]
    if asked.write:
        HEADS.write_text("\n".join(lines) + "\n", "utf-8")
        fields = origin(known)
        head = "# What heads.tsv was fitted to (bench/heads.py).\n"
        FIT.write_text(head + "".join(f"{k:10s} {v}\n" for k, v in fields.items()), "utf-8")
    return 0


def folds(known: list[Case], rows: numpy.ndarray) -> None:
    """What weights that never saw a thread say of it."""
    number = numpy.arange(len(known)) % FOLDS
    opened = numpy.array([item.expect == "escalate" for item in known])
    guess = numpy.zeros(len(known))
    fits: dict[str, numpy.ndarray] = {}
    for name, (mask, wanted) in questions(known).items():
        score = numpy.zeros(len(known))
        for fold in range(FOLDS):
            use = mask & (number != fold)
            weights = fit(rows[use], wanted[use])
            score[number == fold] = weights[0] + rows[number == fold] @ weights[1:]
        fits[name] = score
    guess = 1 / (1 + numpy.exp(-fits[OPEN]))
    everyday = numpy.array([item.split == "everyday" for item in known])
    for bar in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        over = guess >= bar
        print(
            f"{bar:.2f}  escalate {over[opened].mean():.2f}  "
            f"baits {over[~opened & ~everyday].mean():.3f}  everyday {over[everyday].mean():.3f}"
        )
    mask, _ = questions(known)[Type.SERVICE.value]
    kinds = {policy.id: policy.type for policy in POLICIES.policies}
    right = [
        max(Type, key=lambda type_: fits[type_.value][at]) is kinds[known[at].kind]
        for at in numpy.flatnonzero(mask)
    ]
    print(f"type {numpy.mean(right):.2f} of {len(right)}")


if __name__ == "__main__":
    sys.exit(main())
