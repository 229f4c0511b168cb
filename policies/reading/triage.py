"""The six triage questions, answered from the customer's own sentences, offline.

An answer is a quote, or nothing: what the customer did not say is NOT STATED, never guessed.
English, German, French and Spanish.
"""

import re
from collections.abc import Iterator
from functools import cache

from deskless.mailbox import calendar_names
from deskless.mailbox.thread import Post, Thread
from deskless.policies.evidence import showable_stretches, verify_quote
from deskless.policies.languages import LANGUAGES
from deskless.policies.sentences import Sentence, split_sentences
from deskless.policies.verdict import Answer, Quote

WHAT = "What exactly is wrong?"
SINCE = "Since when?"
WHO = "Who is affected?"
IMPACT = "What does it cost the business?"
TRIED = "What has been tried?"
WORKAROUND = "Is there a workaround?"
QUESTIONS = (WHAT, SINCE, WHO, IMPACT, TRIED, WORKAROUND)

PATTERNS: dict[str, str] = {
    WHAT: (
        r"\b(?:not work\w*|n['’]t work\w*|does(?: not|n['’]t)|do(?: not|n['’]t)|can(?:not"
        r"|['’]t)|won['’]t"
        r"|broken?|down|crash\w*|fail\w*|error\w*|missing|lost|wrong|stuck|never (?:arrived"
        r"|came)|empty"
        r"|charged|leak\w*|deleted|locked out|refused?|denied|twice|double|late|slow|damaged"
        r"|problem"
        r"|issue|incorrect|unable|still (?:not|no|waiting)|no longer"
        r"|funktionier\w*|geht nicht|klappt nicht|kaputt|defekt|fehl\w*|falsch\w*|abst[üu]rz\w*"
        r"|st[üu]rzt"
        r"|verschwunden|doppelt|gesperrt|beschädigt|störung|ausfall|ausgefallen|nicht "
        r"(?:angekommen|mehr"
        r"|möglich|erreichbar|geliefert)"
        r"|ne (?:fonctionn\w*|marche\w*|répond\w*)|en panne|cassée?s?|erreur\w*|manqu\w*"
        r"|perdue?s?|bloqu\w*"
        r"|impossible|double|endommag\w*|facturée?s? deux|disparu\w*|toujours (?:pas|rien)"
        r"|no (?:funciona\w*|puedo|podemos|llega\w*|ha llegado|carga\w*|responde\w*)"
        r"|ca[ií]d[oa]s?|rot[oa]s?"
        r"|errores|error|falla\w*|fallo\w*|perdid[oa]s?|bloquead[oa]s?|cobrad[oa]s?|dañad[oa]s?"
        r"|desaparecid[oa]s?)\b"
    ),
    SINCE: (
        r"\b(?:since|as of|starting|began|started|for (?:the (?:last|past) )?(?:\w+ )?(?:\d+"
        r"|two|three|four"
        r"|five|six|several|a few|a|an) (?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?)|ago"
        r"|yesterday"
        r"|this morning|last (?:night|week|month|\w+day)|ever since"
        r"|seit|gestern|vorgestern|heute (?:morgen|früh|nacht)|vor (?:\d+|einer|einem|zwei|drei"
        r"|vier) \w+"
        r"|letzte[nr]? (?:woche|nacht|monat|\w+tag)"
        r"|depuis|hier|avant-hier|ce matin|il y a|la semaine dernière|à partir d"
        r"|desde|ayer|anteayer|esta mañana|hace (?:\d+|un|una|dos|tres|varios) \w+|la semana "
        r"pasada)\b"
        r"|\b(?:on|am|le|el|seit dem|on the)\s+(?:\d{1,2}\.?\s*(?:de\s+)?(?:MONTH)"
        r"|WEEKDAY)\b"
        r"|\b(?:at|gegen|um|à|a las)\s+\d{1,2}(?:[:h.]\d{2})?\s*(?:am|pm|uhr|h)?\b"
    ),
    WHO: (
        r"\b(?:\d[\d.,']{0,12}|all|both|every|none|several|many|most|half|two|three|four|five|ten"
        r"|dozens|hundreds"
        r"|thousands)(?: of)?(?: our| my| the)?(?: \w+)? (?:users?|customers?|clients?|people"
        r"|staff|employees?"
        r"|colleagues?|seats?|stores?|shops?|sites?|branches|offices?|teams?|guests?|patients?"
        r"|students?"
        r"|members?|accounts?|orders?|devices?|drivers?|tenants?)\b|\b(?:everyone|everybody"
        r"|nobody|no one"
        r"|the whole (?:team|office|company|department)|our (?:entire|whole) \w+|only me|just "
        r"me|only i\b)"
        r"|\b(?:\d[\d.]{0,12}|alle|sämtliche|mehrere|viele|beide|keiner|zwei|drei|vier|fünf"
        r"|zehn)(?: "
        r"unserer?n?)?"
        r"(?: \w+)? (?:nutzer\w*|kunden?|mitarbeiter\w*|kolleg\w+|personen|leute|filialen"
        r"|standorte?|benutzer"
        r"|patienten|gäste|bestellungen|konten|geräte)\b|\b(?:niemand|alle bei uns|die ganze "
        r"(?:firma|abteilung)"
        r"|das ganze (?:team|büro|unternehmen)|nur ich)\b"
        r"|\b(?:\d[\d. ]{0,12}|tous?|toutes|plusieurs|aucune?|deux|trois|quatre|cinq"
        r"|dix)(?: (?:les"
        r"|nos|mes|de nos))?"
        r" (?:utilisat\w+|clients?|employ\w+|collègues|personnes|magasins?|sites?|postes"
        r"|patients?|comptes?"
        r"|commandes?)\b|\b(?:tout le monde|personne ne|toute l['’]équipe)"
        r"|\b(?:\d[\d.]{0,12}|tod[oa]s|varios|varias|ningún|ninguna|dos|tres|cuatro|cinco"
        r"|diez)(?: "
        r"(?:los|las|mis"
        r"|nuestr[oa]s|de nuestr[oa]s))* (?:usuarios?|clientes?|empleados?|compañeros|personas"
        r"|tiendas?"
        r"|oficinas?|pacientes|cuentas|pedidos)\b|\b(?:todo el mundo|nadie|todo el equipo)\b"
    ),
    IMPACT: (
        r"(?:\d[\d.,' ]{0,12} ?(?:eur(?:os?)?|usd|gbp|chf|dollars?|pounds?|[€$£])"
        r"|(?:eur|usd|gbp|chf|[€$£]) ?\d[\d.,']{0,12})(?: \w+)? ?(?:an?|per|each|every|pro|je"
        r"|die|par"
        r"|l['’]|por|al?|a la|/) ?(?:hour|day|minute|week|stunde|tag|minute|woche|heure|jour"
        r"|semaine"
        r"|hora|d[ií]a|semana)\b"
        r"|\b(?:los(?:ing|t|e) (?:\w+ ){0,3}(?:money|sales|revenue|orders?|customers?|clients?"
        r"|business|hours?)"
        r"|cost(?:s|ing)? us|cannot (?:sell|ship|invoice|bill|trade|open|operate|work|pay)"
        r"|can['’]t (?:sell|ship"
        r"|invoice|bill|trade|open|operate|work|pay)|deadline|penalt\w+|fine[ds]?\b|standstill"
        r"|idle|revenue"
        r"|payroll|go-live|launch|contract|audit|turn(?:ing)? (?:\w+ )?away|per (?:hour|day)"
        r"|closed|shut"
        r"|umsatz\w*|verlier\w+|verlust\w*|kostet uns|stillstand|steht still|stehen still|frist"
        r"|vertragsstrafe"
        r"|nicht (?:verkaufen|arbeiten|ausliefern|liefern|abrechnen|öffnen)|gehälter|schließen"
        r"|chiffre d['’]affaires|perd(?:ons|re|u)|pertes?|nous coûte|à l['’]arrêt|pénalit\w+"
        r"|échéance"
        r"|(?:ne pouvons|ne peut|peux) (?:plus |pas )?(?:vendre|livrer|travailler|facturer"
        r"|ouvrir)"
        r"|perdiendo|pérdidas?|perdemos|nos cuesta|ventas|parad[oa]s?|penalizaci\w+|plazo"
        r"|ingresos"
        r"|no podemos (?:vender|trabajar|facturar|enviar|abrir|cobrar))\b"
    ),
    TRIED: (
        r"\b(?:(?:i|we)(?:['’]ve)?(?: have| had)?(?: already| also| just)? (?:tried|restarted"
        r"|rebooted|reinstalled"
        r"|cleared|reset|checked|updated|reinstalled|uninstalled|called|contacted|deleted"
        r"|switched|logged out"
        r"|replaced|unplugged|followed)|(?:i|we) (?:have |had )?(?:already )?(?:done|made"
        r"|tried)(?: it"
        r"| that| this)?(?: all)? (?:already|twice|too|as well)|already (?:done|tried"
        r"|restarted|reinstalled|cleared|reset"
        r"|checked|updated)"
        r"|tried (?:to|a|another|different|again|turning|clearing|reinstalling|using)|different "
        r"browser"
        r"|restart(?:ed|ing) (?:it|the)"
        r"|(?:habe|haben|hab)\b[^.!?]{0,70}\b(?:versucht|probiert|neu ?gestartet|neu "
        r"installiert|gelöscht|geleert"
        r"|zurückgesetzt|(?:schon|bereits) (?:gemacht|getan)|geprüft|aktualisiert|angerufen"
        r"|kontaktiert|überprüft)|neustart|bereits "
        r"versucht"
        r"|(?:ai|avons)\b[^.!?]{0,40}\b(?:déjà fait|essayé|tenté|redémarré|réinstallé|vidé"
        r"|réinitialisé"
        r"|vérifié|appelé"
        r"|contacté|mis à jour)"
        r"|(?:he|hemos)\b[^.!?]{0,40}\b(?:hecho ya|intentado|probado|reiniciado|reinstalado"
        r"|borrado"
        r"|restablecido|comprobado"
        r"|actualizado|llamado|contactado))\b"
    ),
    WORKAROUND: (
        r"\b(?:work ?-?arounds?|for now (?:we|i)|in the meantime|as a stopgap|temporar(?:y|ily)"
        r"|instead we|manually"
        r"|by hand|on paper|no other way|only works (?:if|when|in|on)|still works (?:if|when|in"
        r"|on|from)"
        r"|übergangsweise|vorläufig|zwischenzeitlich|notlösung|umgehung\w*|behelfen|von hand"
        r"|manuell|händisch"
        r"|solution (?:temporaire|provisoire|de contournement)|en attendant|provisoirement"
        r"|contourn\w+|à la main"
        r"|manuellement|solución (?:temporal|provisional)|mientras tanto|provisionalmente|a "
        r"mano|manualmente)\b"
    ),
}
MOST = 200  # sentences of one thread that are looked at


def triage_questions(thread: Thread) -> tuple[Answer, ...]:
    """All six questions in order, each with the first sentence that answers it, or None."""
    sentences = list(_said(thread))[:MOST]
    return tuple(_answer(question, sentences) for question in QUESTIONS)


def tried_steps(thread: Thread, limit: int = 6) -> tuple[Quote, ...]:
    """Every sentence in which the customer says what was tried already."""
    quotes = (
        verify_quote(Quote(post.key, sentence.text), (post,))
        for post, sentence in _said(thread)
        if _pattern(TRIED).search(sentence.text)
    )
    return tuple(dict.fromkeys(quote for quote in quotes if quote))[:limit]


@cache
def _pattern(question: str) -> re.Pattern[str]:
    """What answers a question, with the names of months and weekdays put in."""
    months = "|".join(sorted(calendar_names.months(LANGUAGES), key=len, reverse=True))
    weekdays = "|".join(calendar_names.weekdays(LANGUAGES, ("wide",)))
    text = PATTERNS[question].replace("MONTH", months).replace("WEEKDAY", weekdays)
    return re.compile(text, re.IGNORECASE)


def _said(thread: Thread) -> Iterator[tuple[Post, Sentence]]:
    for post in thread.from_customer():
        for sentence in split_sentences(post.text[:40_000]):
            yield post, sentence


def _answer(question: str, sentences: list[tuple[Post, Sentence]]) -> Answer:
    for post, sentence in sentences:
        if sentence.text.endswith("?") and question not in {WHAT, WHO}:
            continue
        if not _pattern(question).search(sentence.text):
            continue
        for piece in showable_stretches(sentence.text):
            quote = verify_quote(Quote(post.key, piece), (post,))
            if quote and _pattern(question).search(piece):
                return Answer(question, quote.text, quote)
    return Answer(question, None)
