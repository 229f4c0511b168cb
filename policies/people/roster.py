"""How a policy or a sheet names people: by id, name, address, role or tier."""

import re
import unicodedata
from functools import lru_cache

from deskless.policies.people.matrix import Matrix, Person

TIER = re.compile(r"(?:t|l|tier|level|stufe|niveau|nivel)?\s*-?\s*(\d{1,2})", re.I)
ASCII = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "ä": "ae", "ö": "oe", "ü": "ue"})


@lru_cache(maxsize=4096)
def slug(text: str, limit: int = 48) -> str:
    """An ASCII id of a name: `Zoë Müller` → `zoe-mueller`; `x` when nothing is left."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(ASCII)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:limit].rstrip("-") or "x"


def tier_of(matrix: Matrix, word: str) -> int | None:
    """The tier a word means: `2`, `T2`, `tier 2`, or a tier's name; None when it is none."""
    bare = word.strip().casefold()
    for number, name in matrix.tier_names.items():
        if bare == name.casefold():
            return number
    match = TIER.fullmatch(bare)
    number = int(match[1]) if match else 0
    return number if number in matrix.tiers() else None


ON_CALL = frozenset({"on call", "on-call", "oncall", "bereitschaft", "astreinte", "guardia"})
"""How a criterion asks for whoever is on call at that moment."""


def asks_on_call(word: str) -> bool:
    """Whether a criterion's owner is whoever is on call."""
    return " ".join(word.casefold().split()) in ON_CALL


def is_called(person: Person, word: str) -> bool:
    """Whether a word names this person: id, name, an address or the role."""
    bare = word.strip().casefold().removeprefix("@")
    names = {person.id, person.name, person.role, slug(person.name), slug(person.role)}
    return bare in {name.casefold() for name in (*names, *person.emails) if name and name != "x"}


def person_called(matrix: Matrix, word: str) -> Person | None:
    """Who a word names: by `is_called`, else by a first name that only one person has."""
    called = [person for person in matrix.people if is_called(person, word)]
    bare = word.strip().casefold()
    first = [person for person in matrix.people if person.name.casefold().split()[:1] == [bare]]
    names = called or first
    return names[0] if len({person.id for person in names}) == 1 else None


def knows_word(matrix: Matrix, word: str) -> bool:
    """Whether the matrix has a person, role or tier of this name with somebody behind it."""
    if asks_on_call(word):
        return bool(matrix.shifts)
    return tier_of(matrix, word) is not None or any(
        is_called(person, word) for person in matrix.people
    )


def owner_words(matrix: Matrix) -> list[str]:
    """Every word a policy may use for an owner: tiers, then roles, then people."""
    tiers = [matrix.tier_names.get(number, f"T{number}") for number in matrix.tiers()]
    roles = sorted({person.role for person in matrix.people if person.role})
    people = sorted({person.name for person in matrix.people})
    rota = ["on call"] if matrix.shifts else []
    return list(dict.fromkeys([*tiers, *roles, *people, *rota]))
