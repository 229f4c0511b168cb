"""Which language a text is in, by its small words; and the small words that turn a meaning.

They lie in `tables/words.list`: a name and a colon at the margin, below it the words, folded.
"""

from importlib import resources


def _read() -> dict[str, frozenset[str]]:
    text = (resources.files("deskless.policies") / "tables" / "words.list").read_text("utf-8")
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace():
            found[name] += line.split()
        elif line:
            name = line.rstrip(":")
            found[name] = []
    return {name: frozenset(words) for name, words in found.items()}


_WORDS = _read()
SMALL = {name: _WORDS[name] for name in ("en", "de", "fr", "es")}
# Too common to be another word's ending: Spanish *todavía* is no form of *toda*.
COMMON = frozenset().union(*SMALL.values())
# What a word may end in beside its stem: *start* is no form of *stars*.
BENT = _WORDS["bent"] | {""}
BUT = _WORDS["but"]
NEGATORS = _WORDS["negators"]
# Words behind which a new thought begins: a negation before them does not reach over.
BARRIERS = _WORDS["barriers"]


def tongue(words: tuple[str, ...], margin: int = 2) -> tuple[str, ...]:
    """The language of some folded words; empty when the small words do not tell.

    Two languages come back when they stand within a word of each other, as in a mixed mail.
    """
    score = {name: sum(word in small for word in words) for name, small in SMALL.items()}
    best = max(score.values())
    if best < margin:
        return ()
    return tuple(
        name
        for name, count in score.items()
        if count >= best - max(0.15 * best, 1 if best < 6 else 0)
    )
