"""Sums of money in a text, in European and American notation.

`€1.234,56`, `$1,234.56`, `620 euros`, `CHF 1'200`, `1,5k €`, `two`-style words are not read. A sum
without a currency is no sum: order numbers and years would drown the rest.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

SIGNS: dict[str, str] = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN"}
WORDS: dict[str, str] = {
    **dict.fromkeys(("eur", "euro", "euros", "euronen"), "EUR"),
    **dict.fromkeys(("usd", "dollar", "dollars", "dólares", "dolares", "bucks", "us$"), "USD"),
    **dict.fromkeys(("gbp", "pound", "pounds", "quid", "pfund", "livres", "libras"), "GBP"),
    **dict.fromkeys(("chf", "sfr", "fr", "franken", "francs", "francos", "stutz"), "CHF"),
    **dict.fromkeys(("jpy", "yen"), "JPY"),
    **dict.fromkeys(("sek", "nok", "dkk", "pln", "czk", "cad", "aud", "inr", "brl", "mxn"), ""),
    "ca$": "CAD",
    "a$": "AUD",
    "zloty": "PLN",
    "rupees": "INR",
}
# What one unit is worth in euros, roughly. A policy's threshold is a judgement, not an invoice: a
# refund of $9,000 must not slip past `amount >= 500 EUR` for want of today's rate.
WORTH: dict[str, Decimal] = {
    code: Decimal(rate)
    for code, rate in {
        "EUR": "1", "USD": "0.9", "GBP": "1.15", "CHF": "1.05", "JPY": "0.006", "CAD": "0.65",
        "AUD": "0.6", "SEK": "0.09", "NOK": "0.085", "DKK": "0.134", "PLN": "0.23", "CZK": "0.04",
        "INR": "0.01", "BRL": "0.16", "MXN": "0.05",
    }.items()
}  # fmt: skip

NUMBER = r"(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)"
LARGE = r"k|tsd\.?|mio\.?|mill?\.|million(?:en|s|es)?|mil|thousand|tausend|mille|m"
CODES = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
MARKS = "|".join(map(re.escape, SIGNS))
MONEY = re.compile(
    rf"""
    (?<![\w$€£]) (?P<pre> US\$ | CA\$ | A\$ | {MARKS} | (?:{CODES})\.?(?=\s?\d) )
        [ \u00a0\u202f]? (?P<n1> {NUMBER}) (?:[ \u00a0\u202f]?(?P<s1> {LARGE})(?!\w))?
    |
    (?<![\w.,'’]) (?P<n2> {NUMBER}) (?:[ \u00a0\u202f]?(?P<s2> {LARGE})(?!\w))? (?:,[-–—])?
        [ \u00a0\u202f]? (?P<post> {MARKS} | (?:{CODES})\b )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def money_sums(text: str) -> Iterator[tuple[int, str, str]]:
    """Every sum in order: minor units (cents; yen have none, still times 100), ISO 4217, words."""
    for match in MONEY.finditer(text):
        mark = (match["pre"] or match["post"] or "").rstrip(".").casefold()
        number = match["n1"] or match["n2"]
        scale = (match["s1"] or match["s2"] or "").rstrip(".").casefold()
        if mark == "fr" and match["post"]:
            continue  # `2 fr` is hardly ever francs, `fr. 200` is
        amount = _number(number) * _factor(scale)
        if amount < 10**12:
            yield int(amount * 100), currency_code(mark), match[0].strip()


def currency_code(word: str) -> str:
    """The ISO 4217 code of a sign or word (`€`, `euros`, `chf`); empty when it is none."""
    bare = word.strip().rstrip(".").casefold()
    code = SIGNS.get(bare, WORDS.get(bare))
    return bare.upper() if code == "" else code or ""


def at_par(minor: int, of: str, to: str) -> int:
    """`minor` units of one currency in another, at a rough fixed rate (see `WORTH`).

    Unknown or missing currencies count one to one.
    """
    if of == to or of not in WORTH or to not in WORTH:
        return minor
    return int(minor * WORTH[of] / WORTH[to])


def _number(text: str) -> Decimal:
    """The value of `1.234,56`, `1,234.56`, `1'200`, `1,5`: a lone group of three is thousands."""
    bare = re.sub(r"['’\s]", "", text)
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0 or len(bare) - last - 1 == 3:
        return Decimal(re.sub(r"[.,]", "", bare))
    return Decimal(re.sub(r"[.,]", "", bare[:last]) + "." + bare[last + 1 :])


def _factor(scale: str) -> int:
    """What `k`, `tsd`, `million`, … multiply by."""
    if not scale:
        return 1
    return 1_000 if scale in {"k", "tsd", "mil", "thousand", "tausend", "mille"} else 1_000_000
