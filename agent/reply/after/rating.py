"""The mark that a customer gives: a number from 1 to 5, or a word for one, in four languages.

Only the first line counts, and only where the mark is all of it, or a comment follows behind a
comma or a dash: "4 users cannot log in" and "1. The printer" are no marks.
"""

import re
from functools import cache

from deskless.agent.language.concepts import concept_table
from deskless.agent.language.fold import fold_line
from deskless.agent.reply.clause import says_nothing

LINES = 6
"""Lines of a mail that may be a greeting before the mark."""


@cache
def _marks() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Each mark with what says it; the strongest words first, since they hold the weaker ones."""
    table = concept_table("after")
    of, stars = "|".join(table["of five"]), "|".join(table["stars"])

    def words_of(mark: int) -> re.Pattern[str]:
        said_as = "|".join(table[f"mark {mark}"])
        number = rf"{mark}(?: ?(?:{of}))?(?: (?:{stars}))?"
        return re.compile(rf"(?:{number}|(?:{said_as}))(?: ?[,;-].*|[.! ]*)")

    return tuple((mark, words_of(mark)) for mark in (5, 1, 4, 2, 3))


def read_rating(text: str) -> int | None:
    """The mark that opens a text, 1 to 5; None: there is none."""
    for raw in text.splitlines()[:LINES]:
        line = fold_line(raw)
        if not line.text:
            continue
        for mark, words in _marks():
            if words.fullmatch(line.text):
                return mark
        if not says_nothing(line):
            return None
    return None


BARE = 8
"""Words of a mail in which a mark stands by itself: with a greeting and a name."""
COMMENT = re.compile(r"[,;]|\s-")


def is_bare_mark(text: str) -> bool:
    """Whether a mail is a mark and nothing else, so that its number says all there is to say."""
    first = next((line for line in text.splitlines() if read_rating(line)), "")
    return bool(first) and not COMMENT.search(first) and len(text.split()) <= BARE
