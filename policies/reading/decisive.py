"""The sentences of a customer that decide what is to be done: money, dates, numbers, attempts.

Each is found in the customer's own words and stays in them. What counts most stands first: money by
the hour, a deadline, how many are hit, since when, what was tried, what was told before.
"""

import re
from dataclasses import dataclass

from deskless.mailbox.thread import Thread
from deskless.policies.evidence import verify_quote
from deskless.policies.reading.already_told import SECRET
from deskless.policies.sentences import split_sentences
from deskless.policies.verdict import Quote

_SUM = (
    r"(?:(?:€|\$|£|\beur\b|\busd\b|\bchf\b|\bgbp\b)\s?\d[\d.,' ]*\d?(?:\s?(?:k|m|mio)\b)?"
    r"|\b\d[\d.,' ]*\s?(?:k\b|mio\b)?\s?(?:€|\$|£|euros?\b|eur\b|usd\b|dollars?\b|chf\b|pounds?\b))"
)
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow"
    r"|end of (?:the )?(?:day|week)"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|heute|morgen"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|aujourd['’]hui|demain"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|hoy|mañana"
    r"|\d{1,2}[.:h]\d{2}|\d{1,2}\s?(?:am|pm|uhr|h)\b|the \d{1,2}(?:st|nd|rd|th)"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?"
    r"(?:jan|feb|mär|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fév|aoû)\w*"
)
_MANY = (
    r"\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all|every|both"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|alle[nrsm]?|sämtliche\w*"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|tous|toutes"
    r"|dos|tres|cuatro|cinco|siete|ocho|nueve|diez|once|doce|todos|todas"
)
KINDS: tuple[tuple[str, int, str], ...] = (
    ("by the hour", 8, rf"{_SUM}[^.!?]{{0,40}}(?:\bper |\ban? |/\s?|pro |par |por |je )"
     r"(?:hour|day|minute|stunde|tag|heure|jour|hora|día)"),
    ("deadline", 6, rf"\b(?:by|until|before|no later than|due|deadline|bis|spätestens|vor|frist"
     rf"|avant|d['’]ici|jusqu['’]à|antes del?|hasta|plazo)\b[^.!?]{{0,25}}\b(?:{_DAY})"),
    ("term", 6, rf"\b(?:within|innerhalb(?: von)?|binnen|sous|dans les|en(?: un plazo de)?|in)\b"
     rf"\s+(?:{_MANY}|an?|one|eine[mnrs]?|un[ae]?)\s+(?:\w+\s+)?(?:hours?|days?|weeks?|months?|stunden?"
     r"|tagen?|wochen?|monat\w*|heures?|jours?|semaines?|mois|horas?|días?|semanas?|mes(?:es)?)\b"),
    ("money", 5, _SUM),
    ("reach", 4, rf"\b(?:{_MANY})\b\s+(?:of\s+)?(?:\w+\s+){{0,2}}(?:shops?|stores?|users?|people"
     r"|staff|customers?|orders?|tills?|branches|sites?|filialen|läden|kassen|nutzer|mitarbeiter\w*|kunden"
     r"|bestellungen|apotheken|magasins?|boutiques?|clients?|caisses?|utilisateurs|commandes"
     r"|tiendas?|clientes?|cajas?|usuarios|pedidos)\b"),
    ("since", 3, rf"\b(?:since|seit|depuis|desde)\b[^.!?]{{0,25}}\b(?:{_DAY}|{_MANY}|this morning"
     r"|yesterday|gestern|früh|ce matin|hier|ayer|esta mañana)"),
    ("date", 2, rf"\b(?:{_DAY})"),
    ("tried", 3, r"\b(?:tried|restarted|reinstalled|rebooted|cleared|versucht|neu gestartet"
     r"|probiert|essayé|redémarré|intentado|probado|reiniciado|reiniciamos|probamos)\b"),
    ("again", 4, r"\b(?:(?:second|third|fourth|\d+(?:nd|rd|th)) (?:time|mail|request)"
     r"|already (?:told|wrote|written|asked|explained)|as i (?:said|wrote)|wrote to you"
     r"|zum (?:zweiten|dritten|\w+ten) mal|bereits (?:gesagt|geschrieben|gemeldet)"
     r"|schon (?:zweimal|dreimal|einmal|gesagt)|déjà (?:dit|écrit|signalé|demandé)"
     r"|(?:deuxième|troisième) fois|ya (?:le )?(?:dije|escrib\w+)|(?:segunda|tercera) vez)\b"),
)  # fmt: skip
COMPILED = tuple(
    (kind, weight, re.compile(pattern, re.IGNORECASE)) for kind, weight, pattern in KINDS
)
MOST = 3
"""Sentences that are shown first."""
LONGEST = 220
"""Characters of a sentence that still fits on a phone's first screen."""


@dataclass(frozen=True, slots=True)
class Decisive:
    """A sentence that decides, and what it holds: `money`, `deadline`, …; `weight` orders them."""

    quote: Quote
    kinds: tuple[str, ...]
    weight: int


def decisive_facts(thread: Thread) -> tuple[Decisive, ...]:
    """The customer's sentences that decide, the weightiest first, the latest wording of equals.

    One that holds nothing new comes behind those that do.
    """
    by_words: dict[str, Decisive] = {}
    for post in thread.from_customer():
        for sentence in split_sentences(post.text):
            line = " ".join(sentence.text.split())
            kinds = tuple(kind for kind, _, shape in COMPILED if shape.search(line))
            if not kinds or SECRET.search(sentence.text):
                continue
            quote = verify_quote(Quote(post.key, sentence.text), (post,))
            if quote is None:
                continue
            long = len(line) > LONGEST
            weight = sum(weight for kind, weight, _ in COMPILED if kind in kinds) - 6 * long
            by_words[line.casefold()] = Decisive(quote, kinds, weight)
    ranked = sorted(by_words.values(), key=lambda fact: -fact.weight)
    chosen: list[Decisive] = []
    seen: set[str] = set()
    for fact in ranked:
        if set(fact.kinds) - seen:
            chosen.append(fact)
            seen |= set(fact.kinds)
    rest = [fact for fact in ranked if fact not in chosen]
    return tuple((*chosen, *rest)[:MOST])
