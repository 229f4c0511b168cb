"""How a phrase is written, for people who do not program.

    charged twice            these words; one small word may stand between, endings may differ
    refund*                  any word that begins so; *rechnung  that ends so; * any word at all
    =bank                    exactly this word, no other ending
    charged ... twice        up to seven words between
    (lost|missing) invoices  either word; (our|) an optional one; # a number
    {everyone}               any phrase of that concept in `tables/`
    {bank} & {dispute}       both in one sentence, in any order
    {bank} && {dispute}      both somewhere in the customer's mails
    {refund} & !{asking}     the first, unless the second stands in the sentence, too

Capitals, accents, curly quotes and punctuation do not matter. A negator (*not*, *kein*, *sin*)
never fills a gap.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from deskless.policies.rules.small_words import BENT, COMMON
from deskless.policies.rules.words import folded_words

_TOKEN = re.compile(r"\{[^{}]*\}|\((?:[^()]|\([^()]*\))*\)|\.\.\.|…|#|[^\s(){}]+")
_INNER = re.compile(r"\([^()]*\)")
_BAR = re.compile(r"\|(?![^()]*\))")  # a bar outside inner brackets
_WIDE = 7
_ENDINGS = ("ing", "ed", "es", "en", "er", "e", "s", "a", "o", "y", "n")


class StepKind(IntEnum):
    """How one step of a part compares a word."""

    EXACT = 0
    BEGINS = 1
    ENDS = 2
    HOLDS = 3
    BENDS = 4
    NUMBER = 5
    CONCEPT = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a part: `gap` is how many words may be passed over before it."""

    kind: StepKind
    value: str
    gap: int


@dataclass(frozen=True, slots=True)
class PhraseGroup:
    """One place of a part: any of `words`, or any of `options`; `empty` when it may be left out."""

    words: frozenset[str]
    options: tuple[tuple[Step, ...], ...]
    empty: bool
    gap: int


@dataclass(frozen=True, slots=True)
class PhrasePart:
    """Words in order: `head` opens it, the groups follow. `name` is the concept it speaks for."""

    name: str
    head: tuple[Step, ...]
    rest: tuple[PhraseGroup, ...]
    language: str = ""

    def concepts(self) -> tuple[str, ...]:
        """The concepts that must be known before this part can be compared."""
        options = (self.head, *(option for group in self.rest for option in group.options))
        return tuple(
            step.value for option in options for step in option if step.kind is StepKind.CONCEPT
        )


@dataclass(frozen=True, slots=True)
class Term:
    """One `&` or `&&` side of a phrase: its variants, and whether it must be absent."""

    source: str
    absent: bool
    wide: bool


def phrase_terms(phrase: str) -> tuple[Term, ...]:
    """Cut a phrase at `&` and `&&`. Raises ValueError with a plain sentence when it cannot."""
    pieces = re.split(r"\s(&&?)\s", f" {phrase.strip()} ")
    terms = []
    wide = False
    for index, piece in enumerate(pieces):
        if index % 2:
            wide = piece == "&&"
            continue
        text = piece.strip()
        absent = text.startswith("!")
        text = text.lstrip("! ")
        if not text:
            raise ValueError(f"nothing stands on one side of an & in “{phrase}”")
        terms.append(Term(text, absent, wide))
    if all(term.absent for term in terms):
        raise ValueError(f"“{phrase}” only says what must be absent; say what must be there, too")
    return tuple(terms)


def term_parts(source: str, name: str, language: str = "") -> list[PhrasePart]:
    """One part for each way in which a term can begin. Raises ValueError in plain words."""
    if source.count("(") != source.count(")") or source.count("{") != source.count("}"):
        raise ValueError(f"a bracket is not closed in “{source}”")
    places: list[tuple[list[tuple[Step, ...]], int]] = []
    gap = 1
    for token in _TOKEN.findall(source):
        if token in ("...", "…"):
            gap = _WIDE
            continue
        options = _options(token[1:-1]) if token.startswith("(") else [token]
        places.append(([_steps(option.strip()) for option in options], gap))
        gap = 1
    parts = _heads(places, name, language)
    if not parts:
        raise ValueError(f"“{source}” has no words")
    return parts


def _options(text: str) -> list[str]:
    """The options of a bracket; brackets inside an option are spelled out."""
    options: list[str] = []
    for option in _BAR.split(text):
        inner = _INNER.search(option)
        if inner is None:
            options.append(option)
            continue
        for choice in inner[0][1:-1].split("|"):
            options += _options(option[: inner.start()] + choice + option[inner.end() :])
    return options


def _heads(
    places: list[tuple[list[tuple[Step, ...]], int]], name: str, language: str
) -> list[PhrasePart]:
    if not places:
        return []
    (options, _), *rest = places
    groups = tuple(_group(more, gap) for more, gap in rest)
    parts = [PhrasePart(name, option, groups, language) for option in options if option]
    return parts if all(options) else parts + _heads(rest, name, language)


def _group(options: list[tuple[Step, ...]], gap: int) -> PhraseGroup:
    plain = [steps for steps in options if len(steps) == 1 and steps[0].kind is StepKind.EXACT]
    return PhraseGroup(
        frozenset(steps[0].value for steps in plain),
        tuple(steps for steps in options if steps and steps not in plain),
        not all(options),
        gap,
    )


def _steps(option: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    wide = False
    for token in _TOKEN.findall(option):
        if token in ("...", "…"):
            wide = True
            continue
        for step in _one(token):
            steps.append(Step(step.kind, step.value, _WIDE if wide else step.gap))
            wide = False
    return tuple(steps)


def _one(token: str) -> list[Step]:
    if token.startswith("{"):
        return [Step(StepKind.CONCEPT, token[1:-1].strip(), 1)]
    if token in {"#"}:
        return [Step(StepKind.NUMBER, "", 1)]
    if token in {"*"}:
        return [Step(StepKind.HOLDS, "", 1)]
    bare = folded_words(token)
    if not bare:
        raise ValueError(f"“{token}” is neither a word nor a sign of the phrase language")
    steps = [Step(StepKind.EXACT, word, 0) for word in bare[:-1]]
    steps.append(Step(*_kind(token, bare[-1]), 0 if steps else 1))
    return steps


def _kind(token: str, word: str) -> tuple[StepKind, str]:
    front, back = token.startswith("*"), token.endswith("*")
    if front and back:
        return StepKind.HOLDS, word
    if front:
        return StepKind.ENDS, word
    if back:
        return StepKind.BEGINS, word
    if token.startswith("=") or len(word) < 5 or word.isdigit() or word in COMMON:
        return StepKind.EXACT, word
    ending = next(
        (suffix for suffix in _ENDINGS if word.endswith(suffix) and len(word) - len(suffix) > 3), ""
    )
    return StepKind.BENDS, word.removesuffix(ending)


def step_fits(step: Step, word: str) -> bool:
    """Whether one folded word is what a step asks for (concepts are compared elsewhere)."""
    kind, value = step.kind, step.value
    if kind is StepKind.EXACT:
        return word == value
    if kind is StepKind.BEGINS:
        return word.startswith(value)
    if kind is StepKind.BENDS:
        return word.startswith(value) and word[len(value) :] in BENT and word not in COMMON
    if kind is StepKind.ENDS:
        return word.endswith(value)
    if kind is StepKind.HOLDS:
        return value in word
    return word[0].isdigit()
