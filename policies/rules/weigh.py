"""The weight of a mail as a whole: many small signs for or against a handoff, added up.

A phrase finds what can be said in so many words. What cannot is often said by several weak signs
together: *since your update*, *guests*, *nothing comes*, *tomorrow*. `tables/weights.tsv` holds a
weight for each concept in hundredths (fitted by `bench/weigh.py`); plain service mail (wishes,
requests, small talk) weighs against. The sum never stands alone: it makes a `maybe` sure, or turns
a criterion's own concept into a hit, and it sends a lone sure hit in a friendly mail to a person.

The weights are those of a logistic regression, so at a sum of 0 the odds are even. Around it lies a
`margin`, in hundredths, too: within it a person decides. The fitting command takes the widest one
that costs no recall when the set is folded, and writes it to `tables/fit.tsv`, with digests of what
the weights were fitted to.
"""

from functools import lru_cache
from pathlib import Path

from deskless.policies.rules.read import Reading

FILE = Path(__file__).parents[1] / "tables" / "weights.tsv"
FIT = FILE.with_name("fit.tsv")

# What a guard concept takes back when it stands anywhere in the mail.
_LIFTS = {
    "own-title": frozenset(("boss", "ask-for")),
    "law-trade": frozenset(("counsel", "legal-strong", "legal-move", "regulator")),
    "figure-of-speech": frozenset(("hurt", "hazard", "threat")),
    "friendly-public": frozenset(("public", "publish")),
    "mislaid": frozenset(("gone", "failure")),
}

GRAVE = frozenset(
    (
        "after-leaving", "bank-dispute", "breach", "deadline", "despair", "gone", "hazard", "hurt",
        "leaving", "legal-strong", "long", "nth-contact", "promised", "publish", "someone-elses",
        "spoiled-occasion", "standstill", "threat", "vulnerable",
    )
)  # fmt: skip
PLEASED = frozenset(("praise", "friendly-public"))
LIGHT = -100  # hundredths; below it a sure hit stands in an otherwise friendly mail: ask a person
KIND = 100  # hundredths that plain service mail must put in the scales for that


@lru_cache(maxsize=1)
def concept_weights() -> dict[str, int]:
    """The weight of each concept; `start` is what every mail begins with."""
    return {name: int(value) for name, value in rows(FILE).items()}


@lru_cache(maxsize=1)
def margin() -> int:
    """How far from even odds, in hundredths, the sum must be to count without a person."""
    return int(rows(FIT)["margin"])


def rows(file: Path) -> dict[str, str]:
    """A table of two columns; a line with `#` at its beginning is a comment."""
    lines = file.read_text("utf-8").splitlines()
    return dict(line.split() for line in lines if line.strip() and not line.startswith("#"))


def reading_features(reading: Reading) -> frozenset[str]:
    """The concepts of what counts, and a few counts as words of their own."""
    concepts = {name for name in reading.whole if not name.startswith("§")}
    for guard, lifted in _LIFTS.items():
        if guard in concepts:
            concepts -= lifted
    asks = sum(sentence.asks for sentence, _ in reading.spoken)
    amount = len(reading.spoken)
    if amount and 2 * asks >= amount:
        concepts.add("mostly-questions")
    if amount and not asks:
        concepts.add("no-question")
    if sum(len(sentence.words) for sentence, _ in reading.spoken) < 20:
        concepts.add("brief")
    if not amount:
        concepts.add("nothing-counts")
    return frozenset(concepts)


def reading_weight(reading: Reading) -> int:
    """The sum for a thread, in hundredths."""
    known = concept_weights()
    return known.get("start", 0) + sum(known.get(name, 0) for name in reading_features(reading))


def lightness(reading: Reading) -> int:
    """The part of the sum that speaks against, as a positive number of hundredths."""
    known = concept_weights()
    return -sum(min(known.get(name, 0), 0) for name in reading_features(reading))


def is_friendly(reading: Reading) -> bool:
    """Whether the mail as a whole is plain service mail, or its writer says that nothing presses.

    Patience counts only beside nothing grave: *no hurry, we have only waited for three weeks*.
    """
    if reading_weight(reading) < LIGHT and lightness(reading) >= KIND:
        return True
    return "calm" in reading.whole and not GRAVE & reading.whole.keys()


def is_pleased(reading: Reading) -> bool:
    """Whether the writer praises: then weight alone opens nothing."""
    return bool(PLEASED & reading.whole.keys())


def heaviest_concepts(reading: Reading, most: int = 4) -> list[str]:
    """The concepts that weigh most for a handoff, heaviest first."""
    known = concept_weights()
    present = [name for name in reading_features(reading) if known.get(name, 0) > 0]
    return sorted(present, key=lambda name: (-known[name], name))[:most]
