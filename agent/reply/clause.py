"""What one clause means on its own.

The safety of the whole grammar stands here: a clause means something only if *all* of it is known
words. "I accept" is known, "I accept the terms" is not, "I can't accept" is not; so no yes can be
found inside a sentence that says something else.
"""

import re

from deskless.agent.case.verbs import Verb
from deskless.agent.language.fold import Line, fold_line, line_clauses
from deskless.agent.language.lexicon import KEY, speech

Sense = dict[Verb, bool]
"""The verbs a clause asks for, and whether each was inferred. Empty: words without meaning."""

DEPTH = 4
NAME = re.compile(r"[-–—]* *[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,2}")
"""The last line of a mail that is only a name."""
NEUTRAL = ("filler", "greeting", "doubtful")
POLITE = re.compile(
    r"(?:ok|okay|d'accord|vale|de acuerdo)"
    r"|(?:(?:many |kind )?thanks?(?: you)?(?: (?:very|so) much| a lot)? for (?:the|your|this|all)"
    r"|(?:vielen|besten|herzlichen|lieben)? ?danke?(?: ihnen| euch| dir)?"
    r" fu(?:e)?r (?:die|ihren?|eure|deine|das|den)"
    r"|merci(?: beaucoup| bien)? (?:pour|de) (?:votre|ta|la|le|vos)"
    r"|(?:muchas |mil )?gracias por (?:su|tu|la|el|todo|vuestra)) ?(?:\w+ ){0,2}"
    r"(?:help|reply|answer|response|updates?|info|information|message|mail|feedback|patience"
    r"|support|explanation|effort|hilfe|antwort|ru(?:e)?ckmeldung|nachricht|unterstu(?:e)?tzung"
    r"|mu(?:e)?he|geduld|erkla(?:e)?rung|aide|reponse|retour|soutien|nouvelles|ayuda|respuesta"
    r"|mensaje|informacion|apoyo|paciencia|correo)"
)
"""Whole clauses with which people only are polite; a bare yes may be an answer and is none."""


def whole(text: str) -> Sense | None:
    """The sense of a clause that a table knows word for word."""
    words = speech()
    if KEY.fullmatch(text) or any(getattr(words, name).fullmatch(text) for name in NEUTRAL):
        return {}
    if words.yes.fullmatch(text):
        return {Verb.YES: text == "thumbup"}
    if words.weak.fullmatch(text):
        return {Verb.BOUNCE: text == "thumbdown"}
    sure = {verb: False for verb, pattern in words.plain.items() if pattern.fullmatch(text)}
    if sure:
        return sure
    if any(pattern.fullmatch(text) for pattern in words.codes.values()):
        return {Verb.BOUNCE: True}
    free = {verb: True for verb, pattern in words.polite.items() if pattern.fullmatch(text)}
    return free or None


def clause_sense(text: str, depth: int = DEPTH) -> Sense | None:
    """What a folded clause asks; None when some of its words are not known.

    Words without meaning may stand before and after: "ok thanks", "yes I'll take it".
    """
    known = whole(text)
    if known is not None or depth == 0:
        return known
    tried = (before(text, depth), sense_before_thanks(text, depth), addressed(text))
    return next((sense for sense in tried if sense is not None), None)


def before(text: str, depth: int) -> Sense | None:
    """Known words in front of something that has a sense of its own."""
    words = speech()
    for name in ("yes", "weak", *NEUTRAL):
        match = getattr(words, name).match(text)
        if match and text[match.end() : match.end() + 1] == " ":
            first, rest = whole(match[0]), clause_sense(text[match.end() + 1 :], depth - 1)
            if rest is not None and first is not None:
                return both(first, rest)
    return None


def both(first: Sense, other: Sense) -> Sense:
    """Two senses together. A yes before an acceptance adds nothing."""
    if set(first) == {Verb.YES} and other.get(Verb.ACCEPT) is not None:
        return other
    return {
        **first,
        **{verb: inferred and first.get(verb, True) for verb, inferred in other.items()},
    }


def sense_before_thanks(text: str, depth: int) -> Sense | None:
    """Something with a sense, and thanks behind it."""
    for match in speech().filler.finditer(text):
        if match.end() == len(text) and match.start() > 0:
            return clause_sense(text[: match.start()].rstrip(" ,-"), depth - 1)
    return None


def addressed(text: str) -> Sense | None:
    """Thanks or a greeting with one or two names behind it."""
    words = speech()
    for pattern in (words.filler, words.greeting):
        match = pattern.match(text)
        rest = text[match.end() :].split() if match else []
        if match and 0 < len(rest) <= 2 and not any(loaded(word) for word in rest):
            return {}
    return None


def loaded(word: str) -> bool:
    """Whether a word could carry meaning, so that it cannot pass for a name."""
    words = speech()
    hints = any(pattern.search(word) for pattern in words.hints.values())
    return bool(
        hints
        or not word.isalpha()
        or words.negation.fullmatch(word)
        or words.turn.fullmatch(word)
        or whole(word)
    )


def says_nothing(line: Line) -> bool:
    """Whether a line says nothing: greetings and thanks only. "Sounds good" is not nothing."""
    senses = [clause_sense(clause.text) for clause in line_clauses(line)]
    doubtful = any(speech().doubtful.search(clause.text) for clause in line_clauses(line))
    return all(sense == {} for sense in senses) and not doubtful and not KEY.search(line.text)


def says_more(text: str) -> bool:
    """Whether somebody says more in a text than thanks, a greeting, and who they are.

    A yes or a no says something: it may answer a question.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if number and speech().closing.match(fold_line(line).text):
            return False
        name = number and number == len(lines) - 1 and NAME.fullmatch(line.strip())
        if not name and not _only_polite(fold_line(line)):
            return True
    return False


def _only_polite(line: Line) -> bool:
    """Whether each clause of a line is polite and no more. A question never is."""
    clauses = [clause.text for clause in line_clauses(line)]
    polite = all(clause_sense(text) == {} or POLITE.fullmatch(text) for text in clauses)
    return polite and "?" not in line.text and not KEY.search(line.text)


def guess_verbs(text: str) -> tuple[Verb, ...]:
    """The verbs whose stems occur in a text: the buttons to show when it is not clear."""
    words = speech()
    verbs = [verb for verb, pattern in words.hints.items() if pattern.search(text)]
    if Verb.ACCEPT in verbs and words.negation.search(text) and Verb.BOUNCE not in verbs:
        verbs.append(Verb.BOUNCE)
    return tuple(verbs[:3])
