"""The names of months and weekdays by language, as Unicode's CLDR has them (through babel).

Lower case, without the dot of an abbreviation; each as it is written, without its accents, and with
its umlauts spelt out (`märz`, `marz`, `maerz`). Loaded when first asked for: a twelfth of a second
for seven languages.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Literal

Width = Literal["wide", "abbreviated"]
BOTH: tuple[Width, ...] = ("wide", "abbreviated")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def months(languages: tuple[str, ...], widths: tuple[Width, ...] = BOTH) -> dict[str, int]:
    """Each name of a month in these languages (ISO 639-1), and its number from 1."""
    return dict(_named("months", languages, widths))


@cache
def weekdays(languages: tuple[str, ...], widths: tuple[Width, ...] = BOTH) -> dict[str, int]:
    """Each name of a weekday in these languages (ISO 639-1), and its number from Monday, 0."""
    return dict(_named("days", languages, widths))


def _named(
    kind: Literal["months", "days"], languages: tuple[str, ...], widths: tuple[Width, ...]
) -> Iterator[tuple[str, int]]:
    from babel.core import Locale

    for language in languages:
        contexts = getattr(Locale(language), kind)
        for context in ("format", "stand-alone"):
            for width in widths:
                for number, name in contexts[context][width].items():
                    for written in _written(name.lower().strip(". ")):
                        yield written, number


def _written(name: str) -> tuple[str, str, str]:
    """A name as it is, without accents, and with umlauts spelt out."""
    parts = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    return name, bare, name.translate(_SPELT)
