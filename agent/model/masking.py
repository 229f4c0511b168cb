"""What no model needs to see, taken out of a mail before one does, and put back into its quotes.

Card numbers (Luhn), IBANs (mod 97 and the country's length), passwords and PINs that are named as
such, keys and tokens. Each becomes a label such as `[card number]`; what the model quotes is mapped
back to the customer's own letters, so that a quote is verified against the real text.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deskless.agent.model.masking_find import Found, secrets_in
from deskless.policies.evidence import UNSEEN, find


@dataclass(frozen=True, slots=True)
class Cut:
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
    cuts: tuple[Cut, ...] = ()

    def back(self, words: str) -> str | None:
        """The original passage for words of the masked text; None where they do not stand there.

        White space, quote marks and dashes may differ as in any quote (`evidence.py`). Words that
        hold a part of a label stand for the whole of what it hides.
        """
        place = find(self.text, words)
        if place is None:
            return None
        return self.original[self._place(place[0], first=True) : self._place(place[1], first=False)]

    def _place(self, at: int, *, first: bool) -> int:
        """Where an offset of the mask lies in the original; inside a label, its near edge."""
        number = bisect_right(self.cuts, at if first else at - 1, key=lambda one: one.at) - 1
        if number < 0:
            return at
        cut = self.cuts[number]
        after = at - cut.at - len(cut.shown)
        if after >= 0 and (first or after > 0):
            return cut.end + after
        return cut.start if first else cut.end


def masked(text: str, *, more: Iterable[Found] = (), secret: bool = True) -> Masked:
    """A text without its secrets and without characters that nobody sees.

    `more` are further stretches to replace; `secret` False leaves secrets where they are (the team
    has said so).
    """
    found = [*more, *(Found(m.start(), m.end(), "") for m in UNSEEN.finditer(text))]
    if secret:
        found += _hidden(text)
    return _made(text, _apart(found))


def _hidden(text: str) -> Iterator[Found]:
    """The secrets of a text, looked for as a person sees it: without invisible characters."""
    kept = [place for place, char in enumerate(text) if not UNSEEN.match(char)]
    seen = "".join(text[place] for place in kept)
    for one in secrets_in(seen):
        yield Found(kept[one.start], kept[one.end - 1] + 1, one.shown)


def _apart(found: Iterable[Found]) -> Iterator[Found]:
    """Stretches in order, none over another: of two that meet, the one that begins first."""
    reached = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= reached:
            reached = one.end
            yield one
        elif one.end > reached:
            # The tail of an overlapping secret goes with it.
            yield Found(reached, one.end, "")
            reached = one.end


def _made(text: str, found: Iterable[Found]) -> Masked:
    pieces: list[str] = []
    cuts: list[Cut] = []
    reached = length = 0
    for one in found:
        pieces += (text[reached : one.start], one.shown)
        length += one.start - reached
        cuts.append(Cut(one.start, one.end, length, one.shown))
        length += len(one.shown)
        reached = one.end
    pieces.append(text[reached:])
    return Masked(text, "".join(pieces), tuple(cuts))
