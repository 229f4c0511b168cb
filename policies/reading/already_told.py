"""What the customer already told us, so that nobody asks for it again.

Order, invoice and ticket numbers, error codes, versions, browsers and systems, serial numbers,
addresses to call, dates of purchase, screenshots: each as the sentence it stands in.
"""

import re

from deskless.mailbox.thread import Thread
from deskless.policies.evidence import verify_quote
from deskless.policies.sentences import split_sentences
from deskless.policies.verdict import Quote

_CODE = r"(?=[\w/-]*\d)[A-Z0-9][\w/-]{2,30}"
KINDS: dict[str, str] = {
    "number": (
        r"\b(?:order|invoice|ticket|case|reference|ref|customer|account|booking|contract"
        r"|tracking|serial"
        r"|policy|license|licence|transaction|confirmation|reservation|bestell\w*|rechnung\w*"
        r"|kunden\w*"
        r"|auftrag\w*|vertrag\w*|vorgang\w*|seriennummer|sendungsnummer|commande|facture"
        r"|dossier|contrat"
        r"|client|réservation|pedido|factura|reserva|contrato|cliente|seguimiento)\b"
        rf"[\s:,.#()-]*(?:(?:no|nr|num|number|nummer|numéro|número|id|n°|nº|is|ist|est|es|code)(?!\w)"
        rf"[\s.:#]*)*\#?\s*{_CODE}\b|(?<!\w)\#\d{{3,}}"
    ),
    "error": (
        r"\b(?:error|fehler\w*|erreur|errore|código|code)\b[\s:,#-]*(?:code|number|nr|no)?[\s:#.]*"
        r"(?:0x[0-9a-f]+|[A-Z]{0,6}[-_]?\d{2,6})\b|\bhttp\s?[45]\d\d\b|[\"“„«][^\"”“»]{3,80}"
        r"(?:error|failed|denied|invalid|timeout|fehl\w*|ungültig|erreur|échec"
        r"|error)[^\"”“»]{0,60}[\"”“»]"
    ),
    "version": (
        r"\b(?:version|release|build|firmware|v)\s*\.?\s*\d+(?:\.\d+)*\b"
        r"|\b(?:chrome|firefox|safari|edge|opera|internet explorer|windows|mac ?os|ios|ipados"
        r"|android"
        r"|ubuntu|iphone|ipad|macbook|galaxy|pixel|outlook|excel)\b(?:\s+\w*\d[\w.]*)?"
    ),
    "picture": (
        r"\b(?:screen ?shots?|screen recording|attached|attachment|enclosed|bildschirmfoto\w*"
        r"|screenshots?"
        r"|anbei|im anhang|angehängt|anlage|capture d['’]écran|ci-joint\w*|en pièce jointe"
        r"|captura\w*|adjunt\w+)\b"
    ),
    "purchase": (
        r"\b(?:bought|purchased|ordered|paid|delivered|subscribed|gekauft|bestellt|bezahlt"
        r"|geliefert|acheté"
        r"|commandé|payé|livré|comprado|comprada|pedido|pagado|compré|pagué)\b[^.!?\n]{0,40}"
        r"(?:\d{1,2}[./-]\d{1,2}|\d{1,2}(?:st|nd|rd|th|\.)?\s*(?:de\s+)?[a-zéûäá]{3,10}\b)"
    ),
    "reach": (
        r"\b(?:call me|reach me|phone|tel|telephone|mobile|my number|rufen sie|erreichbar"
        r"|telefon\w*"
        r"|appelez|joignable|téléphone|llámeme|teléfono|móvil)\b[^.!?\n]{0,30}\+?\d[\d ()/.-]{6,}\d"
    ),
}
COMPILED = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in KINDS.items())
# What reads like a card, an IBAN or a password stays out of every mail, however useful it looks.
SECRET = re.compile(
    r"\b(?:\d[ -]?){13,19}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"
    r"|\b(?:password|passwort|kennwort|mot de passe|contraseña|pin|cvc|cvv)\b\s*(?:is|ist|est"
    r"|es|:|=)",
    re.IGNORECASE,
)


def already_told(thread: Thread, limit: int = 8) -> tuple[Quote, ...]:
    """Sentences with facts that a colleague would otherwise ask for again, oldest first."""
    by_words: dict[str, Quote] = {}
    for post in thread.from_customer():
        for sentence in split_sentences(post.text[:40_000]):
            if len(by_words) >= limit:
                return tuple(by_words.values())
            if SECRET.search(sentence.text):
                continue
            if any(pattern.search(sentence.text) for _, pattern in COMPILED):
                quote = verify_quote(Quote(post.key, sentence.text), (post,))
                if quote:
                    by_words.setdefault(quote.text, quote)
    return tuple(by_words.values())
