"""Conditions over facts, as a person writes them in a policy's front matter.

    tier is enterprise
    revenue >= 10000 and renewal_days < 60
    amount >= 500 EUR or unanswered > 24h
    tier is one of enterprise, business

Comparisons joined by `and` and `or` (`and` binds closer), parentheses where wanted. No names but
the listed ones, no calls, nothing that computes: the text is parsed, never evaluated. A number
that nobody knows (revenue of an unknown customer) makes its comparison false, whichever way it
points.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from deskless.policies import duration, money
from deskless.policies.facts import Facts
from deskless.policies.problems import nearest_word

Test = Callable[[Facts], bool]
Number = Callable[[Facts], int | None]

NUMBERS: dict[str, Number] = {
    "revenue": lambda facts: facts.revenue,
    "renewal_days": lambda facts: facts.renewal_days,
    "mails": lambda facts: facts.mails,
    "customer_mails": lambda facts: facts.customer_mails,
    "days_open": lambda facts: facts.days_open,
    "repeat_contacts": lambda facts: facts.repeat_contacts,
    "team_people": lambda facts: facts.team_people,
    "handoffs": lambda facts: facts.handoffs,
    "promises": lambda facts: len(facts.promises),
    "injection": lambda facts: len(facts.injection),
}
WORDS: dict[str, Callable[[Facts], str]] = {
    "tier": lambda facts: facts.tier,
    "account": lambda facts: facts.account or "unknown",
    "account_owner": lambda facts: facts.account_owner,
    "channel": lambda facts: facts.channel,
    "language": lambda facts: facts.language,
}
NAMES = (*NUMBERS, *WORDS, "amount", "unanswered")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
TOKEN = re.compile(
    r"""\s*(?:(?P<mark>>=|<=|==|!=|≥|≤|[<>=()])|"(?P<quoted>[^"]*)"|(?P<word>[^\s<>=!()"≥≤]+))"""
)
SPELT = {"≥": ">=", "≤": "<="}


class BadCondition(ValueError):
    """A condition that cannot be read: a sentence, the column (from 1) and what was meant."""

    def __init__(self, text: str, column: int, suggestion: str = "") -> None:
        super().__init__(text)
        self.column = column
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and its text; two with the same text are equal."""

    text: str
    test: Test

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def holds(self, facts: Facts) -> bool:
        """Whether it is true of these facts; unknown facts make a comparison false."""
        return self.test(facts)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    column: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        return "" if self.quoted else self.text.casefold()


class _Reader:
    """A walk over the tokens: or → and → one comparison."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.tokens = text, 0, _tokens(text)

    def whole(self) -> Test:
        test = self.either()
        if rest := self.peek():
            raise BadCondition(
                f"`{rest.text}` stands where `and`, `or` or the end was expected.", rest.column
            )
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda facts: any(test(facts) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.take("and"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda facts: all(test(facts) for test in tests)

    def one(self) -> Test:
        if self.take("("):
            test = self.either()
            if not self.take(")"):
                raise BadCondition("A parenthesis is opened and never closed.", len(self.text) + 1)
            return test
        name = self.next("the name of a fact")
        if name.lower not in NAMES:
            if name.lower in {"and", "or", ")"} or name.lower in COMPARE:
                raise BadCondition(f"`{name.text}` stands where a fact was expected.", name.column)
            raise BadCondition(
                f"`{name.text}` is not a fact; the facts are {', '.join(NAMES)}.",
                name.column,
                nearest_word(name.text, NAMES),
            )
        return self.comparison(name.lower)

    def comparison(self, name: str) -> Test:
        sign = self.next("`is`, `>=` or another comparison")
        if sign.lower == "is":
            negated = self.take("not")
            if self.take("one"):
                self.take("of")
            equal = "!=" if negated else "="
        elif sign.lower in COMPARE:
            equal = sign.lower
        else:
            raise BadCondition(
                f"`{sign.text}` is not a comparison; write `is`, `is not`, `>=`, `>`, `<=` or `<`.",
                sign.column,
            )
        values = self.value()
        if name in WORDS:
            return _word(name, equal, sign, values)
        return _measure(name, equal, values)

    def value(self) -> list[_Token]:
        """The words of a value, up to `and`, `or` or a closing parenthesis."""
        words = []
        while (token := self.peek()) and token.lower not in {"and", "or", ")", "("}:
            words.append(token)
            self.at += 1
        if not words:
            raise BadCondition("A value is missing after the comparison.", len(self.text) + 1)
        return words

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, word: str) -> bool:
        token = self.peek()
        hit = token is not None and token.lower == word
        self.at += hit
        return hit

    def next(self, wanted: str) -> _Token:
        token = self.peek()
        if token is None:
            raise BadCondition(
                f"The condition ends where {wanted} was expected.", len(self.text) + 1
            )
        self.at += 1
        return token


def parse_condition(text: str) -> Condition:
    """Read a condition. Raises BadCondition with a sentence, the column and what was meant."""
    return Condition(" ".join(text.split()), _Reader(text).whole())


def parse_threshold(text: str) -> Condition:
    """Read a policy's `amount`: `500 EUR` (at least), `>= 500 EUR`, `> €1.000`, `any`."""
    bare = text.strip()
    if bare.casefold() == "any":
        return Condition(
            "amount > 0", lambda facts: any(amount.minor > 0 for amount in facts.amounts)
        )
    return parse_condition(f"amount {bare}" if bare[:1] in "<>=≥≤" else f"amount >= {bare}")


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if not match:
            raise BadCondition(f"`{text[at:].strip()[:20]}` is not understood here.", at + 1)
        quoted = match["quoted"] is not None
        raw = match["quoted"] if quoted else match["mark"] or match["word"]
        column = match.start(match.lastgroup or 0) + 1
        tokens.append(_Token(SPELT.get(raw, raw), column, quoted))
        at = match.end()
    if not tokens:
        raise BadCondition("The condition is empty.", 1)
    return tokens


def _word(name: str, sign: str, token: _Token, values: list[_Token]) -> Test:
    if sign not in {"=", "==", "!="}:
        raise BadCondition(
            f"`{name}` is a word, so compare it with `is` or `is not`.", token.column
        )
    joined = " ".join(known_word.text for known_word in values)
    wanted = {word.strip().casefold() for word in joined.split(",") if word.strip()}
    get = WORDS[name]
    if name == "account" and wanted == {"known"}:
        return lambda facts: (facts.account is not None) == (sign != "!=")
    if sign == "!=":
        return lambda facts: get(facts).casefold() not in wanted
    return lambda facts: get(facts).casefold() in wanted


def _measure(name: str, sign: str, values: list[_Token]) -> Test:
    text, column = " ".join(token.text for token in values), values[0].column
    compare = COMPARE[sign]
    if name == "amount":
        return _amount(compare, text, column)
    if name == "unanswered":
        return _waiting(compare, text, column)
    number = _number(re.sub(r"\s*days?$", "", text) if "days" in name else text)
    if number is None:
        raise BadCondition(f"`{text}` is not a number; write `{name} {sign} 10`.", column)
    get = NUMBERS[name]
    return lambda facts: (value := get(facts)) is not None and compare(value, number)


def _waiting(compare: Callable[[Any, Any], bool], text: str, column: int) -> Test:
    try:
        least: timedelta = duration.parse_duration(text)
    except ValueError as error:
        raise BadCondition(str(error), column) from error

    def waited(facts: Facts) -> bool:
        passes = facts.waits_longer(least)
        return passes is not None and compare(facts.at, passes)

    return waited


def _amount(compare: Callable[[Any, Any], bool], text: str, column: int) -> Test:
    named = next(iter(money.money_sums(text)), None)
    plain = _number(text)
    if named is None and plain is None:
        raise BadCondition(f"`{text}` is not a sum of money; write `amount >= 500 EUR`.", column)
    least, code = (named[0], named[1]) if named else (int((plain or 0) * 100), "")
    return lambda facts: any(
        compare(money.at_par(amount.minor, amount.currency, code), least)
        for amount in facts.amounts
    )


def _number(text: str) -> Decimal | None:
    """`10000`, `10,000`, `10.000`, `10k`, `-5`, `2.5`; None when it is no number."""
    match = re.fullmatch(r"(-?)(\d{1,3}(?:[.,'_ ]\d{3})+|\d+(?:\.\d+)?)\s?([kKmM]?)", text.strip())
    if not match:
        return None
    digits = match[2] if re.fullmatch(r"\d+\.\d{1,2}", match[2]) else re.sub(r"\D", "", match[2])
    factor = {"": 1, "k": 1_000, "m": 1_000_000}[match[3].lower()]
    return Decimal(digits) * factor * (-1 if match[1] else 1)
