"""The small words of each language, and those that turn a meaning.

They lie in `tables/words.list`: a name and a colon at the margin, below it the words, folded.
"""

from importlib import resources

from deskless.policies.languages import LANGUAGES


def _read() -> dict[str, frozenset[str]]:
    text = (resources.files("deskless.policies") / "tables" / "words.list").read_text("utf-8")
    fields: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace():
            fields[name] += line.split()
        elif line:
            name = line.rstrip(":")
            fields[name] = []
    return {name: frozenset(words) for name, words in fields.items()}


_WORDS = _read()
# Too common to be another word's ending: Spanish *todavía* is no form of *toda*.
COMMON = frozenset().union(*(_WORDS[name] for name in LANGUAGES))
# What a word may end in beside its stem: *start* is no form of *stars*.
BENT = _WORDS["bent"] | {""}
BUT = _WORDS["but"]
NEGATORS = _WORDS["negators"]
# Words behind which a new thought begins: a negation before them does not reach over.
BARRIERS = _WORDS["barriers"]
# Words that open a condition; *should*, *sollte* do so only where a sentence begins with them.
IF, DEFER = _WORDS["if"], _WORDS["defer"]
# Before an *if*: it is granted, or compared. Behind it: what goes on, and what is near the writer.
CONCEDE, SUSTAIN, NEAR = _WORDS["concede"], _WORDS["sustain"], _WORDS["near"]
