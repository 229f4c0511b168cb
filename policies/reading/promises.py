"""Sentences in which the team promises a customer something: in four languages.

A promise has somebody who will act (`we'll`, `wir`, `nous`) and either a way to act on the customer
(`get back`, `melden`, `rembourserons`) or a time. Which time is not computed here.
"""

import re
from collections.abc import Iterator
from functools import cache

from deskless.policies.sentences import split_sentences

FLAGS = re.IGNORECASE | re.DOTALL
WHEN = (
    r"\b(?:by|before|within|until|no later than|latest|today|tonight|tomorrow|this (?:morning"
    r"|afternoon"
    r"|evening|week)|next (?:week|\w+day)|shortly|soon|asap|in (?:the next|a few|\d+|an?|two|three)"
    r"|end of (?:day|the (?:day|week))|eod|on \w+day)\b"
)
ACT = (
    r"(?:get back|be in touch|follow up|update|let you know|keep you|call|ring|phone|write"
    r"|e-?mail|send"
    r"|refund|credit|reimburse|fix|resolve|sort|reply|respond|answer|come back|look into"
    r"|investigate"
    r"|check|replace|ship|deliver|provide|confirm|reach out|contact|report back|have (?:it|this"
    r"|that|an))"
)
NEVER = r"(?!\s*(?:not|never|n['’]t)\b)"
ENGLISH = (
    rf"\b(?:we|i|they|she|he|our (?:\w+ )?(?:team|engineers?|colleagues?)|someone|somebody"
    rf"|[A-Z]\w+)"
    rf"(?:['’]ll|\s+(?:will|shall|promise to|are going to|am going "
    rf"to))\b{NEVER}[^.!?]{{0,60}}\b{ACT}\b"
    rf"|\b(?:we|i|you|it|this|that|they)(?:['’]ll|\s+will){NEVER}\b[^.!?]{{0,80}}{WHEN}"
    r"|\byou(?:['’]ll|\s+will)\s+(?:hear|receive|get|have)\b"
    r"|\byou\s+hear\s+(?:back\s+)?from\s+(?:us|me)\b"
    rf"|\bnext\s+(?:update|word)\b[^.!?]{{0,40}}{WHEN}"
    r"|\b(?:you can|please)\s+expect\s+(?:an?|the|our|to hear)\b"
)
GERMAN = (
    r"\b(?:wir|ich|unser\w*\s+\w+|(?:der|die|ein\w*)\s+kolleg\w+)\s+(?:werden?|wird|melden?|meldet|"
    r"informieren?|prüfen?|pruefen?|kümmern?|kuemmern?|schicken?|senden?|erstatten?|rufen?"
    r"|antworten?"
    r"|geben?|halten?|liefern?|beheben?|klären?|klaeren?)\b(?![^.!?]{0,30}\bnicht\b)[^.!?]{0,90}"
    r"\b(?:ihnen|sie|dich|dir|euch|uns|bescheid|zurück|zurueck|laufenden|bis|heute|morgen|innerhalb"
    r"|binnen|spätestens|in kürze|umgehend|nächste[nr]?)\b"
    r"|\b(?:melden?|kümmern?|informieren?|schicken?|senden?|prüfen?)\s+(?:wir|ich)\b"
    r"|\bsie\s+(?:hören|bekommen|erhalten)\b[^.!?]{0,60}\b(?:bis|heute|morgen|innerhalb|von uns"
    r"|spätestens"
    r"|in kürze)\b"
)
FRENCH = (
    r"\b(?:nous|je|notre équipe|un collègue)\s+(?:vous\s+|te\s+|le\s+|la\s+|les\s+|lui\s+|y\s+)*"
    r"(?!ne\b)\w+(?:rons|rai|ra)\b"
    r"|\b(?:nous allons|je vais|on va)\s+(?:vous\s+|te\s+|le\s+|la\s+)*\w+(?:er|ir|re)\b"
    r"|\bnous\s+revenons\s+vers\s+vous\b|\bje\s+reviens\s+vers\s+vous\b"
    r"|\bvous\s+(?:recevrez|aurez|serez)\b"
)
SPANISH = (
    r"\b(?:le|les|te|os|lo|la|se lo)\s+\w+(?:remos|ré|rá|rán)\b"
    r"|\b(?:nos pondremos|me pondré|volveremos|volveré|responderemos|responderé|contactaremos"
    r"|informaremos|avisaremos|revisaremos|solucionaremos|reembolsaremos|enviaremos|llamaremos)\b"
    r"|\b(?:vamos|voy)\s+a\s+\w+(?:ar|er|ir)(?:le|les|te|lo|la)?\b"
    r"|\b(?:recibirá|tendrá|recibirás|tendrás)\b"
)
LONGEST = 280  # characters that a mail will show of one promise


@cache
def _promise() -> re.Pattern[str]:
    """What a promise looks like; compiled when the first text is read."""
    return re.compile("|".join((ENGLISH, GERMAN, FRENCH, SPANISH)), FLAGS)


def promise_sentences(text: str) -> Iterator[str]:
    """The sentences of a text that promise something, verbatim and at most 280 characters each."""
    for sentence in split_sentences(text):
        if not sentence.text.endswith("?") and _promise().search(sentence.text):
            yield " ".join(sentence.text.split())[:LONGEST]
