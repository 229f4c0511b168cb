"""Every language merged, and the tables that belong to none."""

import re
from functools import cache

from deskless.agent.language.de import LEXICON as GERMAN
from deskless.agent.language.en import LEXICON as ENGLISH
from deskless.agent.language.es import LEXICON as SPANISH
from deskless.agent.language.fr import LEXICON as FRENCH
from deskless.agent.language.lexicon_schema import Speech, merge_lexicons

LEXICONS = (ENGLISH, GERMAN, FRENCH, SPANISH)
"""One for each of `policies.languages.LANGUAGES`."""

REAL = frozenset(
    [
        "accent",
        "accents",
        "ascent",
        "accepts",
        "access",
        "aspect",
        "bounces",
        "bouncy",
        "bound",
        "bounds",
        "ounce",
        "pounce",
        "pounced",
        "jounce",
        "latter",
        "alter",
        "hater",
        "water",
        "cater",
        "rater",
        "laser",
        "layer",
        "lager",
        "lather",
        "lateral",
        "eater",
        "dater",
        "closed",
        "closer",
        "closet",
        "closes",
        "clothe",
        "chose",
        "clone",
        "those",
        "lose",
        "loose",
        "states",
        "stats",
        "statue",
        "stated",
        "stratus",
        "ledge",
        "ledges",
        "ledgers",
        "hedger",
        "resolves",
        "resolver",
        "dissolved",
        "revolved",
        "reopened",
        "reopens",
        "escalates",
        "escalated",
        "escalator",
        "declined",
        "declines",
        "recline",
        "snoozed",
        "snoozes",
        "refused",
        "refuser",
        "refute",
        "refuge",
        "refus",
        "defuse",
        "reuse",
        "repose",
        "rechaza",
        "rechazos",
        "acepta",
        "acepte",
        "aceptados",
        "aceptada",
        "exerce",
        "abgelehnte",
        "angenommene",
        "benommen",
        "genommen",
        "ubernehmen",
        "ubernahme",
        "unternehme",
        "annahmen",
        "abnehmen",
        "aufnehmen",
        "ausnehmen",
        "annehmer",
        "acceptee",
        "acceptes",
        "excepte",
        "excepted",
        "except",
    ]
)
"""Real words one typo away from a command: never read as that command."""

KEY = re.compile(r"#?\b[a-z][a-z0-9]{1,11}-\d+(?:-\d+)?\b|#\d+(?:-\d+)?\b")
"""A case or ticket key as the team writes it, `ACME-1042-1` or `#1042`, folded."""

REVERSAL = re.compile(
    r"(?:actually|wait|hold on|scratch that|never ?mind|on second thoughts?|instead|sorry,? no"
    r"|doch nicht|moment|halt|eigentlich|finalement|en fait|attendez|en realidad|mejor no|espera)\b"
)
"""How a line opens that takes back the one above it."""

DISCLAIMER = re.compile(
    r"\b(?:intended recipient|confidential|vertraulich|confidentiel|destinatario previsto"
    r"|sent from my|gesendet (?:von|mit)|von meinem .* gesendet|envoye (?:de|depuis)"
    r"|enviado desde|get outlook for)\b"
)
"""What companies and phones put under a mail."""

REACTION = re.compile(
    r"\b(?:reacted (?:via|to|with)|liked (?:your|a) message|hat (?:uber|mit) .*reagiert"
    r"|a reagi|reacciono)\b"
)
"""What a mail client writes under an emoji reaction, which is not an answer."""


@cache
def speech() -> Speech:
    """All languages, compiled once."""
    return merge_lexicons(LEXICONS)
