"""What no model needs to see, taken out of a mail before one does, and put back into its quotes.

Card numbers (Luhn), IBANs (check digits and form), phone numbers (by the shapes of seven countries,
or because they are named as such), passwords and PINs that are named as such, keys and tokens. Each
becomes a label such as `[card number]`; what the model quotes is mapped
back to the customer's own letters, so that a quote is verified against the real text.

A false find costs a few digits of context; a miss shows a secret. So a number that passes its
check digit counts, and a word after `password:` counts when it looks like one or ends its line.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from deskless.policies.evidence import UNSEEN, find_quote

CARD, IBAN, PASSWORD, KEY = "[card number]", "[IBAN]", "[password]", "[key]"
PHONE = "[phone number]"
CARD_LENGTHS = range(13, 20)

_DIGITS = re.compile(r"(?<![\w+])\d(?:[ \u00a0.\-‐–]?\d){12,45}(?!\w)")
_IBAN = re.compile(r"(?<!\w)([A-Za-z]{2})[ ]?\d{2}(?=[ \-\u00a0]?[A-Za-z0-9])", re.ASCII)

_NAMES = (
    r"pass ?words?|pass ?codes?|pass ?phrases?|pwd|passwort|passwörter|kennw[oö]rt\w*|losung"
    r"|zugangscode|mots? de passe|mdp|contraseñas?|contrasenas?|clave(?: de acceso)?|login code"
    r"|secret(?: key)?|client[_ -]?secret|api[_ -]?(?:key|token|secret)|access[_ -]?(?:key|token)"
    r"|auth(?:orization)?[_ -]?(?:key|token)|private[_ -]?key|secret[_ -]?access[_ -]?key"
    r"|refresh[_ -]?token|bearer[_ -]?token|token|api-?schlüssel|zugangsschlüssel|clé api"
)
_SPACED = _NAMES.replace(" ", "\\ ")  # a bare space means nothing in a verbose pattern
_NAMED = re.compile(
    rf"""(?<![^\W_])(?:{_SPACED})[\"']?
    (?:[ ](?:for|für|pour|para)[ ]\w{{1,20}})?
    (?P<link>[ \t]*(?:[:=]|->|→|=>)\s*
    |[ \t]+(?:is|was|ist|lautet|war|est|était|es|era)[ \t]*:?[ \t]+)
    (?:[\"'“„«`‘](?P<inside>[^\s\"'“”„«»`‘’<>][^\"'“”„«»`‘’<>\n]{{2,80}})[\"'”“»`’]
    |[\"'“„«`‘]?(?P<value>[^\s\"'“”„«»`‘’<>]{{3,200}}))""",
    re.IGNORECASE | re.VERBOSE,
)
_PINS = re.compile(
    r"""\b(?:pin|puk|tan|otp|cvc2?|cvv2?|cvn|security\ code|card\ code|prüfziffer|kartenprüfnummer
    |cryptogramme|code\ (?:secret|de\ sécurité|pin)|código\ (?:de\ seguridad|pin|secreto))
    (?:[ -]?(?:code|number|nummer|numéro|número))?
    [ \t]*(?:is|ist|lautet|est|es|:|=|\#|-)?[ \t]*(?P<value>\d(?:[ ]?\d){2,7})(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_KEYS = re.compile(
    r"""
    -----BEGIN[ ][A-Z ]{0,30}PRIVATE[ ]KEY-----.{0,20000}?(?:-----END[ ][A-Z ]{0,30}KEY-----|\Z)
    | (?<![A-Za-z0-9])(?:
        sk-[A-Za-z0-9_-]{16,} | [srp]k_(?:live|test)_[A-Za-z0-9]{8,} | whsec_[A-Za-z0-9+/=]{16,}
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,} | glpat-[A-Za-z0-9_-]{16,}
      | xox[abeoprs]-[A-Za-z0-9-]{10,} | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[A-Za-z0-9_-]{30,}
      | ya29\.[A-Za-z0-9_-]{20,} | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,} | npm_[A-Za-z0-9]{30,}
      | pypi-[A-Za-z0-9_-]{30,} | hf_[A-Za-z0-9]{20,} | do[opr]_v1_[a-f0-9]{40,}
      | shp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,} | key-[a-f0-9]{32} | sq0[a-z]{3}-[A-Za-z0-9_-]{20,}
      | AGE-SECRET-KEY-1[A-Z0-9]{50,} | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}
    )
    | (?<=(?i:bearer)[ ])[A-Za-z0-9._~+/=-]{16,}
    | (?<=(?i:basic)[ ])(?=[A-Za-z+/]*[0-9A-Z])[A-Za-z0-9+/]{16,}={0,2}
    | (?<=://)[^\s:/@]{1,100}:[^\s/@]{1,200}(?=@)
    | (?<=[?&])(?i:[a-z_-]{0,20}(?:token|key|secret|password|pwd|sig|signature|auth))
      =[^\s&\#"'<>]{6,}
    """,
    re.VERBOSE | re.DOTALL,
)


# Phone numbers by their shapes. What stands between the groups, and where a number begins and ends.
_GAP = r"(?:[ \u00a0]?[-./–][ \u00a0]?|[ \u00a0])"
_BEFORE = r"(?<![\w+.,/-])(?<!\d[ \u00a0])"
_AFTER = r"(?![ \u00a0]?\d|[\w@]|[.,:/-]\d)"
_PHONES = re.compile(
    rf"""{_BEFORE}(?:
      (?P<world>(?:\+|00(?=[1-9]))[1-9](?:{_GAP}?\(?\d{{1,9}}\)?){{2,8}})   # +49 (0)30 1234
    | (?P<trunk>\(0[1-9]\d{{1,4}}\)[ \u00a0]?\d(?:{_GAP}?\d){{3,8}}         # (030) 1234567
      |0[1-9]\d{{0,4}}(?:{_GAP}\d{{1,8}}){{1,5}})                            # 030 1234-0, 06 12 …
    | (?P<mobile>0(?:1[567]\d{{8,9}}|6\d{{8,10}}|7\d{{8,9}}))                # 01711234567
    | (?:1{_GAP})?(?:\([2-9]\d{{2}}\)[ \u00a0]?|[2-9]\d{{2}}[-.])\d{{3}}[-. ]\d{{4}}
    | [6789]\d{{2}}[ \u00a0]\d{{3}}[ \u00a0]\d{{3}}                          # 912 345 678
    | [6789]\d{{2}}(?:[ \u00a0]\d{{2}}){{3}}                               # 612 34 56 78
    | [89]\d[ \u00a0]\d{{3}}(?:[ \u00a0]\d{{2}}){{2}}                       # 91 234 56 78
    ){_AFTER}""",
    re.VERBOSE,
)
_COUNTS = {"world": range(8, 17), "trunk": range(9, 14)}
"""Digits that a number has, with `00` or the 0 of the trunk (E.164: 15 at most without)."""
_CALLED = re.compile(
    r"""(?<![^\W_])(?:tel(?:efon)?(?:nummer)?|phone|mobile?|cell(?:phone)?|handy(?:nummer)?|fax
    |whats ?app|call\ (?:me|us)|ring\ (?:me|us)|r(?:u|ü)ckruf|ruf(?:en\ sie)?\ (?:mich|uns)
    |anrufen|durchwahl|t[ée]l[ée]phone|t[ée]l|portable|appele[zr](?:[ -](?:moi|nous))?
    |rappele[zr](?:[ -](?:moi|nous))?|m[óo]vil|tel[ée]fono|ll[áa]m(?:a|e)(?:me|nos))(?![^\W_])
    (?:[ ]?(?:number|nummer|num[ée]ro|no\.?|nr\.?))?
    [.:]?[ \t]*(?:(?:is|ist|lautet|est|es|at|on|under|unter|au|al|en|back\ (?:at|on)|an|am)[ \t]+)?
    [.:=#]?[ \t]*(?P<value>\+?\(?\d(?:[ \u00a0./–-]{0,2}[()]?\d){5,14})(?![\w%€$])""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = re.compile(
    r"\d{1,2}([./ -])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}"
    r"|(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
)
"""A date or an IP address, which has the shape of a number."""
_MONEY = re.compile(r"[ \u00a0]?(?:[€$£%]|(?:EUR|USD|GBP|CHF|euros?|dollars?|rows|users?)\b)", re.I)


@dataclass(frozen=True, slots=True)
class SecretStretch:
    """A stretch of a text and what is to be shown in its place."""

    start: int
    end: int
    shown: str


def secrets_in(text: str) -> Iterator[SecretStretch]:
    """Every secret of a text; stretches may overlap."""
    yield from _ibans(text)
    yield from _cards(text)
    yield from _phones(text)
    for match in _KEYS.finditer(text):
        yield SecretStretch(*match.span(), KEY)
    for match in _PINS.finditer(text):
        yield SecretStretch(*match.span("value"), PASSWORD)
    yield from _passwords(text)


def _cards(text: str) -> Iterator[SecretStretch]:
    from stdnum import luhn  # 50 ms, and most commands mask nothing

    for match in _DIGITS.finditer(text):
        places = [at for at in range(*match.span()) if text[at].isdigit()]
        digits = "".join(str(int(text[at])) for at in places)
        # A group boundary: where no digit stands right before, or right behind.
        heads = [n for n, at in enumerate(places) if n == 0 or places[n - 1] != at - 1]
        tails = {
            n for n, at in enumerate(places) if n + 1 == len(places) or places[n + 1] != at + 1
        }
        reached = 0
        for head in heads:
            if head < reached or digits[head] not in "23456":
                continue
            for length in reversed(CARD_LENGTHS):
                last = head + length - 1
                if last in tails and luhn.is_valid(digits[head : last + 1]):
                    yield SecretStretch(places[head], places[last] + 1, CARD)
                    reached = last + 1
                    break


def _phones(text: str) -> Iterator[SecretStretch]:
    for match in _PHONES.finditer(text):
        written = match.group()
        count = sum(char.isdigit() for char in written)
        if match.lastgroup in _COUNTS and count not in _COUNTS[match.lastgroup]:
            continue
        if not _DATE.match(written) and not _MONEY.match(text, match.end()):
            yield SecretStretch(*match.span(), PHONE)
    for match in _CALLED.finditer(text):
        if not _DATE.match(match["value"]):
            yield SecretStretch(*match.span("value"), PHONE)


def _ibans(text: str) -> Iterator[SecretStretch]:
    from stdnum import iban

    for match in _IBAN.finditer(text):
        length = _length(match[1].upper())
        number = ""
        for at in range(match.start(), min(match.start() + 2 * length, len(text))):
            char = text[at]
            if char.isascii() and char.isalnum():
                number += char.upper()
            elif char not in " -\u00a0":
                break
            if len(number) == length:
                ends = at + 1 == len(text) or not text[at + 1].isalnum()
                # The banks' own check digits, inside the number, are not asked.
                if ends and iban.is_valid(number, check_country=False):
                    yield SecretStretch(match.start(), at + 1, IBAN)
                break


@lru_cache(maxsize=1024)
def _length(country: str) -> int:
    """How many characters an IBAN of this country has (ISO 13616 registry); 0: it has none."""
    from stdnum import numdb

    form = numdb.get("iban").info(country)[0][1].get("bban", "")
    return 4 + sum(int(count) for count in re.findall(r"(\d+)!", form)) if form else 0


def _passwords(text: str) -> Iterator[SecretStretch]:
    for match in _NAMED.finditer(text):
        if match["inside"]:
            yield SecretStretch(*match.span("inside"), PASSWORD)
            continue
        value = match["value"].rstrip(".,;:!?)")
        start = match.start("value")
        told = any(sign in match["link"] for sign in ":=>→")
        behind = text[start + len(value) : start + len(value) + 80].lstrip(" \t")
        last = not behind or behind[0] in "\r\n,;/|)"
        if len(value) >= 3 and (_odd(value) or (told and last)):
            yield SecretStretch(start, start + len(value), PASSWORD)


def _odd(word: str) -> bool:
    """Whether a word looks like a secret: digits among letters, signs, capitals inside."""
    inner = word[1:]
    kinds = (
        any(char.isalpha() for char in word) and any(char.isdigit() for char in word),
        any(not char.isalnum() and char not in "-'’_./" for char in inner),
        any(char.isupper() for char in inner) and any(char.islower() for char in word),
        word.isdigit() and len(word) >= 4,
    )
    return any(kinds)


@dataclass(frozen=True, slots=True)
class MaskedStretch:
    """A stretch of the original (`start`, `end`) that reads `shown`, from `at` on, in the mask."""

    start: int
    end: int
    at: int
    shown: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as a model sees it, and how to get back to the original."""

    original: str
    text: str
    cuts: tuple[MaskedStretch, ...] = ()

    def back(self, words: str) -> str | None:
        """The original passage for words of the masked text; None where they do not stand there.

        White space, quote marks and dashes may differ as in any quote (`evidence.py`). Words that
        hold a part of a label stand for the whole of what it hides.
        """
        place = find_quote(self.text, words)
        if place is None:
            return None
        return self.original[self._place(place[0], first=True) : self._place(place[1], first=False)]

    def _place(self, at: int, *, first: bool) -> int:
        """Where an offset of the mask lies in the original; inside a label, its near edge."""
        number = (
            bisect_right(
                self.cuts, at if first else at - 1, key=lambda masked_stretch: masked_stretch.at
            )
            - 1
        )
        if number < 0:
            return at
        cut = self.cuts[number]
        after = at - cut.at - len(cut.shown)
        if after >= 0 and (first or after > 0):
            return cut.end + after
        return cut.start if first else cut.end


def mask_text(text: str, *, more: Iterable[SecretStretch] = (), secret: bool = True) -> Masked:
    """A text without its secrets and without characters that nobody sees.

    `more` are further stretches to replace; `secret` False leaves secrets where they are (the team
    has said so).
    """
    founds = [*more, *(SecretStretch(m.start(), m.end(), "") for m in UNSEEN.finditer(text))]
    if secret:
        founds += _hidden(text)
    return _made(text, _apart(founds))


def _hidden(text: str) -> Iterator[SecretStretch]:
    """The secrets of a text, looked for as a person sees it: without invisible characters."""
    places = [place for place, char in enumerate(text) if not UNSEEN.match(char)]
    seen = "".join(text[place] for place in places)
    for stretch in secrets_in(seen):
        yield SecretStretch(places[stretch.start], places[stretch.end - 1] + 1, stretch.shown)


def _apart(founds: Iterable[SecretStretch]) -> Iterator[SecretStretch]:
    """Stretches in order, none over another: of two that meet, the one that begins first."""
    reached = 0
    for stretch in sorted(founds, key=lambda stretch: (stretch.start, -stretch.end)):
        if stretch.start >= reached:
            reached = stretch.end
            yield stretch
        elif stretch.end > reached:
            # The tail of an overlapping secret goes with it.
            yield SecretStretch(reached, stretch.end, "")
            reached = stretch.end


def _made(text: str, founds: Iterable[SecretStretch]) -> Masked:
    pieces: list[str] = []
    cuts: list[MaskedStretch] = []
    reached = length = 0
    for stretch in founds:
        pieces += (text[reached : stretch.start], stretch.shown)
        length += stretch.start - reached
        cuts.append(MaskedStretch(stretch.start, stretch.end, length, stretch.shown))
        length += len(stretch.shown)
        reached = stretch.end
    pieces.append(text[reached:])
    return Masked(text, "".join(pieces), tuple(cuts))
