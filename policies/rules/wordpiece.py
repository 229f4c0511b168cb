"""A text as the numbers that a BERT model reads: lower case, no accents, pieces of words.

The vocabulary is BERT's uncased English one (`tables/minilm.vocab`, Google, Apache-2.0), as
all-MiniLM-L6-v2 uses it. Written out because the usual library for it brings a client for a model
hub and 45 MB with it, for what is forty lines here; the tests compare known sentences.
"""

import re
import unicodedata
from functools import lru_cache
from importlib import resources

LONGEST = 100  # letters of a word; a longer one is unknown
MOST = 128  # pieces of a text that are read; the model was trained with no more
_SIGNS = frozenset("$+<=>^`|~")  # ASCII signs that Unicode does not call punctuation; BERT does
_CJK = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff]")


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, int]:
    """Each piece and its number; a piece that goes on with a word begins with `##`."""
    file = resources.files("deskless.policies") / "tables" / "minilm.vocab"
    return {piece: n for n, piece in enumerate(file.read_text("utf-8").splitlines())}


def numbers(text: str) -> list[int]:
    """A text's pieces by number, between the marks for its beginning and end, at most 128."""
    known = vocabulary()
    found = [known["[CLS]"]]
    for token in _plain(text).split():
        found += _pieces(token, known)
        if len(found) >= MOST:
            break
    return [*found[: MOST - 1], known["[SEP]"]]


def _plain(text: str) -> str:
    """Lower case without accents; characters that nobody sees are gone."""
    seen = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    folded = unicodedata.normalize("NFD", seen.lower())
    bare = (one for one in folded if unicodedata.category(one) != "Mn")
    return "".join(f" {one} " if _stands_alone(one) else one for one in bare)


def _stands_alone(char: str) -> bool:
    """Whether a character is a word by itself: punctuation, or one of the Chinese script."""
    return char in _SIGNS or unicodedata.category(char)[0] == "P" or bool(_CJK.match(char))


def _pieces(word: str, known: dict[str, int]) -> list[int]:
    """A word as the longest pieces that are known, from its front; unknown as a whole else."""
    unknown = [known["[UNK]"]]
    if len(word) > LONGEST:
        return unknown
    found: list[int] = []
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in known:
                found.append(known[piece])
                start = end
                break
        else:
            return unknown
    return found
