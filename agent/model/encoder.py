"""The sentence encoder as replies are read by it; where it cannot be had, by their words alone."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import metadata

from deskless.policies.rules.embeddings import NEEDS, NoEar, encodable, load_engine

Encode = Callable[[str], Sequence[float]]
"""A sentence as a vector of length 1."""

DISTRIBUTION = NEEDS[-1]
LONGEST = 300
"""Characters of a sentence that are encoded."""

REMEMBERED = 64
"""Sentences whose vectors are kept: one mail is read more than once."""


@cache
def load_encoder(wanted: str) -> Encode | None:
    """The encoder that the heads were fitted with ("name version"); None: it cannot be had.

    Loaded once in a process, when it is first asked for.
    """
    if f"{DISTRIBUTION} {installed()}" != wanted:
        return None
    try:
        model = load_engine()
    except NoEar:
        return None

    @lru_cache(maxsize=REMEMBERED)
    def encode(text: str) -> Sequence[float]:
        return tuple(map(float, model.passage(encodable(text, LONGEST))))

    return encode


def installed() -> str:
    """The version that is installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ""
