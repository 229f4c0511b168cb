"""The words people answer with, in every language at once.

A lexicon is data: patterns over folded text (lower case, no accents, one blank between words; see
`fold`), one file per language. A German team's owner may well answer "ok, mine", so all
languages are tried together, and this file merges them into one set of compiled patterns.

`plain` are a verb's own words and must fill a whole clause. `polite` are free forms that mean the
same; they count, and the receipt shows how they were read. `heads` may stand before more text.
`doubtful` sounds like a yes and is none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from deskless.agent.case.verbs import Code, Verb

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words; every pattern is a regular expression over folded text.

    `yes` are bare yes-words. `filler` and `greeting` mean nothing and may stand anywhere.
    `closing` opens the end of a mail. `turn` are words after which a yes is no longer one (but,
    if, perhaps); `negation` those that deny. `because`, `update`, `later`, `next`, `owner` and
    `to` introduce a reason, the promised update, a time to wait for, the next action, a new owner
    and the person a bounce points to. `fields` label parts of a text. `hints` are stems that let
    us guess which buttons to show.
    """

    language: str
    plain: Mapping[Verb, Patterns]
    polite: Mapping[Verb, Patterns]
    heads: Mapping[Verb, Patterns]
    weak: Patterns
    codes: Mapping[Code, Patterns]
    yes: Patterns
    doubtful: Patterns
    filler: Patterns
    greeting: Patterns
    closing: Patterns
    turn: Patterns
    negation: Patterns
    because: Patterns
    update: Patterns
    later: Patterns
    next: Patterns
    owner: Patterns
    to: Patterns
    fields: Mapping[str, Patterns]
    hints: Mapping[Verb, Patterns]
    typos: Mapping[str, Verb] = field(default_factory=dict)


SINGLE = (
    "weak",
    "yes",
    "doubtful",
    "filler",
    "greeting",
    "closing",
    "turn",
    "negation",
    "because",
    "update",
    "later",
    "next",
    "owner",
    "to",
)


def either(patterns: Patterns) -> str:
    """One group out of several patterns, longest first so that the longer reading wins."""
    return (
        "(?:" + "|".join(sorted(set(patterns), key=lambda pattern: (-len(pattern), pattern))) + ")"
    )


def compile_words(patterns: Patterns) -> re.Pattern[str]:
    """Patterns that stand as whole words anywhere; one that ends in a sign needs no blank after."""
    return re.compile(r"(?<![^\W_])" + either(patterns) + r"(?:(?![^\W_])|(?<=[:=>]))")


@dataclass(frozen=True, slots=True)
class Speech:
    """All languages merged and compiled. Tables keep the order of `Verb`."""

    plain: Mapping[Verb, re.Pattern[str]]
    polite: Mapping[Verb, re.Pattern[str]]
    heads: Mapping[Verb, re.Pattern[str]]
    weak: re.Pattern[str]
    codes: Mapping[Code, re.Pattern[str]]
    yes: re.Pattern[str]
    doubtful: re.Pattern[str]
    filler: re.Pattern[str]
    greeting: re.Pattern[str]
    closing: re.Pattern[str]
    turn: re.Pattern[str]
    negation: re.Pattern[str]
    because: re.Pattern[str]
    update: re.Pattern[str]
    later: re.Pattern[str]
    next: re.Pattern[str]
    owner: re.Pattern[str]
    to: re.Pattern[str]
    fields: Mapping[str, re.Pattern[str]]
    hints: Mapping[Verb, re.Pattern[str]]
    typos: Mapping[str, Verb]


Key = TypeVar("Key", Verb, Code, str)


def compile_table(tables: Iterable[Mapping[Key, Patterns]]) -> dict[Key, re.Pattern[str]]:
    """The compiled patterns of several tables, by key."""
    merged: dict[Key, Patterns] = {}
    for table in tables:
        for key, patterns in table.items():
            merged[key] = merged.get(key, ()) + patterns
    return {key: compile_words(patterns) for key, patterns in merged.items()}


def merge_lexicons(lexicons: tuple[Lexicon, ...]) -> Speech:
    """Several languages as one."""

    def together(name: str) -> re.Pattern[str]:
        return compile_words(
            tuple(pattern for lexicon in lexicons for pattern in getattr(lexicon, name))
        )

    return Speech(
        plain=compile_table(lexicon.plain for lexicon in lexicons),
        polite=compile_table(lexicon.polite for lexicon in lexicons),
        heads=compile_table(lexicon.heads for lexicon in lexicons),
        codes=compile_table(lexicon.codes for lexicon in lexicons),
        fields=compile_table(lexicon.fields for lexicon in lexicons),
        hints=compile_table(lexicon.hints for lexicon in lexicons),
        typos={word: verb for lexicon in lexicons for word, verb in lexicon.typos.items()},
        **{name: together(name) for name in SINGLE},
    )
