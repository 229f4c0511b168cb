"""Sentences in which the team promises a customer something: in four languages.

A promise has somebody who will act (`we'll`, `wir`, `nous`) and either a way to act on the customer
(`get back`, `melden`, `rembourserons`) or a time. The next word announced in the present tense ("I
write again by 15:00") is one where a time of day or a day to come stands with it. Which time is not
computed here.
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
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d|\s?h\b(?:\s?\d\d)?|\s?uhr\b|\s?[ap]\.?m\b)|noon\b|midday\b|mittag\b"
    r"|midi\b|mediodía\b)"
)
"""A time of day as it stands behind `by`, `bis`, `avant`, `antes de`."""
_EN_TIME = (
    rf"(?:\b(?:by|before|at|until|no later than|around|about|latest)\s+(?:about\s+)?{_CLOCK}"
    r"|\b(?:tomorrow|tonight|this (?:afternoon|evening))\b)"
)
_DE_TIME = (
    rf"(?:\b(?:bis|um|vor|gegen|spätestens|ab)\s+(?:(?:spätestens|etwa|circa|um)\s+)*{_CLOCK}"
    r"|\b(?:morgen|heute (?:abend|nachmittag|noch))\b)"
)
_FR_TIME = (
    rf"(?:\b(?:avant|à|vers|pour|d['’]ici(?: à)?|au plus tard à)\s+{_CLOCK}"
    r"|\b(?:demain|ce soir|cet après-midi)\b)"
)
_ES_TIME = (
    rf"(?:\b(?:antes de|a|hacia|sobre|para)\s+(?:las?\s+|el\s+)?{_CLOCK}"
    r"|\b(?:mañana|esta (?:tarde|noche))\b)"
)
ANNOUNCED = (
    r"\b(?:we|i)(?:['’](?:m|re)|\s+(?:am|are))?\s+(?:again\s+|next\s+|then\s+)?(?:writ(?:e|ing)"
    r"|report(?:ing)?|call(?:ing)?|ring(?:ing)?|phon(?:e|ing)|e-?mail(?:ing)?|updat(?:e|ing)"
    r"|repl(?:y|ying)|answer(?:ing)?|get(?:ting)? back|com(?:e|ing) back|follow(?:ing)? up"
    rf"|send(?:ing)? (?:you|word|news)|let(?:ting)? you know)\b[^.!?]{{0,60}}?{_EN_TIME}"
    r"|\b(?:next|another|further|more|new)\s+(?:updates?|words?|news|mails?|messages?|reports?|calls?"
    rf"|from (?:me|us))\b[^.!?]{{0,30}}?{_EN_TIME}|(?:^|[.!]\s)\s*more\s+{_EN_TIME}"
    r"|\b(?:ich|wir)\s+(?:schreiben?|melden?|berichten?|rufen?|antworten?|informieren?|schicken?"
    rf"|geben?|sagen?)\b(?![^.!?]{{0,40}}\bnicht\b)[^.!?]{{0,60}}?{_DE_TIME}"
    rf"|{_DE_TIME}[^.!?]{{0,20}}?\b(?:schreiben?|melden?|berichten?|rufen?|antworten?)\s+(?:ich|wir)\b"
    r"|\b(?:nächste[rsn]?|weitere[rs]?|neue[rs]?)\s+(?:nachricht(?:en)?|meldung|stand|update|anruf"
    rf"|mail|neuigkeiten)\b[^.!?]{{0,30}}?{_DE_TIME}|(?:^|[.!]\s)\s*mehr\s+{_DE_TIME}"
    r"|\b(?:je|j['’]|nous)\s*(?:vous\s+|te\s+|t['’])?(?:écris|écrivons|réécris|réécrivons|rappelle"
    r"|rappelons|appelle|appelons|recontacte|recontactons|réponds|répondons|informe|informons|tiens"
    r"|tenons|donne|donnons|fais signe|faisons signe|reviens|revenons)\b"
    rf"[^.!?]{{0,60}}?{_FR_TIME}"
    r"|\b(?:prochaine?s?|autres?)\s+(?:messages?|nouvelles?|points?|mise à jour|appel|mail)\b"
    rf"[^.!?]{{0,30}}?{_FR_TIME}|(?:^|[.!]\s)\s*la suite\s+{_FR_TIME}"
    r"|\b(?:(?:le|les|te|os|nos)\s+(?:escrib(?:o|imos)|llam(?:o|amos)|inform(?:o|amos)"
    r"|avis(?:o|amos)|respond(?:o|emos)|contest(?:o|amos)|dig(?:o)|decimos|mand(?:o|amos)"
    r"|enví(?:o)|enviamos)|(?:vuelvo|volvemos)\s+a\s+\w+[aei]r(?:le|les|te|os)?)\b"
    rf"[^.!?]{{0,60}}?{_ES_TIME}"
    r"|\b(?:próxim[ao]s?|otr[ao]s?)\s+(?:mensajes?|noticias?|actualización|avisos?|llamada"
    rf"|novedad(?:es)?|correo)\b[^.!?]{{0,30}}?{_ES_TIME}|(?:^|[.!]\s)\s*más\s+{_ES_TIME}"
)
"""The next word and when it comes: said of the writer, or with nobody named."""
LONGEST = 280  # characters that a mail will show of one promise


@cache
def _promise() -> re.Pattern[str]:
    """What a promise looks like; compiled when the first text is read."""
    return re.compile("|".join((ENGLISH, GERMAN, FRENCH, SPANISH, ANNOUNCED)), FLAGS)


def promise_sentences(text: str) -> Iterator[str]:
    """The sentences of a text that promise something, verbatim and at most 280 characters each."""
    for sentence in split_sentences(text):
        if not sentence.text.endswith("?") and _promise().search(sentence.text):
            yield " ".join(sentence.text.split())[:LONGEST]
