"""Marks of text that talks to a machine rather than to people.

A mark is evidence about the mail, never an instruction and never a verdict: it may send a doubtful
thread to a person, and it can neither start nor stop an escalation (`settle.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# What text for machines looks like, in English, German, French and Spanish: regular expressions
# without case; every repetition is bounded, since the text is an attacker's.
IGNORE = (
    r"ignore|disregard|forget|override|bypass|skip|ignorier\w*|vergiss|vergessen sie|missachte\w*"
    r"|ignore[rz]|oublie[rz]?|ignora[dr]?|olvid[ae]\w*|descarta\w*|omite\w*|omita\w*"
)
WHOSE = (
    r"previous|prior|above|earlier|preceding|all|any|your|system|the|vorherigen?|bisherigen?"
    r"|vorigen?|obigen?|alle|deine|ihre|die|pr[ée]c[ée]dent\w*|toutes?|vos|tes|les|anterior\w*"
    r"|previas?|todas?|sus|tus|las?"
)
RULES = (
    r"instruct\w*|prompts?|rules?|guidelines?|polic\w+|criteri\w+|directions?|commands?"
    r"|anweisung\w*"
    r"|regeln?|vorgaben?|kriterien|befehle?|consignes?|r[èe]gles?|crit[èe]res?|directives?"
    r"|instruc\w*"
    r"|reglas?|criterios?|indicaciones|[óo]rdenes"
)
MODEL = (
    r"AI\b|A\.I\.|LLM\b|language model|chat ?bot|AI[- ](?:assistant|agent|model|system)|KI\b|KI-\w+"
    r"|Sprachmodell|IA\b|intelligence artificielle|mod[èe]le de langage|inteligencia artificial"
    r"|modelo de lenguaje|automated (?:agent|assistant|system|triage|classifier)|classifier\b"
    r"|triage[- ](?:bot|agent|system|model)|assistant automatique|asistente autom[áa]tico"
)
READER = (
    rf"{MODEL}|(?:virtual |automatic |email |mail )?assistant\b|model\b|system\b|bot\b|asistente\b"
)
# Not `resolved`, `urgent` or `spam`: people ask people to mark a ticket so.
OUTCOME = (
    r"not[_ -]escalat\w*|no[_ -]escalation|no[_ -]action|sev-?\s?[1-4]|escalated?\b|not[_ -]met"
    r"|leave\b"
)
TICKET = (
    r"this|ticket|thread|mail|email|case|message|dieses?|diese[nr]?|fall|vorgang|ce|cette|cas|este"
    r"|esta|caso"
)

ORDERS = (
    rf"\b(?:{IGNORE})\b[^.!?\n]{{0,60}}\b(?:{WHOSE})\b[^.!?\n]{{0,40}}\b(?:{RULES})\b",
    r"\b(?:ignore|disregard|forget)\s+(?:the\s+(?:above|previous|preceding)\b|everything\b|all "
    r"of the)",
    r"\bnew (?:system )?(?:instructions?|rules|prompt)\s*:",
    r"\b(?:overrides?|supersedes?|replaces?)\s+(?:all |any |your |the )?(?:\w+ )?(?:polic\w+|rules"
    r"|instructions|criteria|prompt)\b",
    r"\b(?:admin|system|developer|root)[ _-]?(?:override|mode|command)\b",
)
SPEAKS = (
    rf"\b(?:as|you are|you're|act as|pretend to be|attention|dear|hello|hi|to)[ "
    rf",:]{{1,3}}(?:an?|the|any"
    rf"|all|this)?\s?(?:{MODEL})",
    rf"\b(?:note|reminder|message|instructions?|hint|info)s?\s(?:to|for)\s(?:an?|the|any|all"
    rf"|this)?\s?"
    rf"(?:{READER})",
    rf"\b(?:als|du bist|sie sind|an|hinweis (?:an|für)|nachricht an|liebe[rs]?"
    rf"|hallo)\s(?:eine?n?|die|das"
    rf"|den|der)?\s?(?:{MODEL}|system\b|assistent\w*|modell\b)",
    rf"\b(?:en tant qu['’]|tu es|vous [êe]tes|(?:note|message) (?:à|pour|à l['’]attention de)"
    rf"|ch[èe]re?)"
    rf"\s?(?:une?|l['’]|le|la)?\s?(?:{MODEL}|assistant\b|mod[èe]le\b|syst[èe]me\b)",
    rf"\b(?:como|eres|usted es|(?:nota|mensaje|aviso) (?:para|a)|estimad[ao])\s(?:una?|la|el"
    rf"|al)?\s?"
    rf"(?:{MODEL}|asistente\b|modelo\b|sistema\b)",
    r"\b(?:dear|hello|hi)\s(?:\w+\s)?assistant\b",
    rf"\bif you(?: are|'re)\s(?:an?|the)?\s?(?:{READER})",
    r"\b(?:AI|LLM|model|bot|classifier)\s(?:triage|judge|reviewer|instructions?)\s?:",
    r"\bwhen\s(?:you (?:are )?)?(?:summari[sz]\w+|classif\w+|judg\w+|evaluat\w+|process\w*"
    r"|triag\w+)\s"
    r"(?:this|the|an?y?)\s(?:e-?mail|message|thread|ticket|conversation|text)",
)
DICTATES = (
    r"\b(?:do not|don't|never|must not|no need to|nicht|ne pas|ne|no"
    r"|sin)\s(?:\w+\s){0,2}(?:escalat\w*"
    rf"|eskalier\w*|escalad\w*|escaler|escalar)\b[^.!?\n]{{0,50}}\b(?:{TICKET})\b",
    rf"\b(?:{TICKET})\b[^.!?\n]{{0,30}}\bnicht zu eskalieren\b|\bne pas (?:escalader|escaler)\b",
    r"\b(?:mark|classify|label|set|treat|rate|output|return|respond|reply|answer|einstufen|markiere"
    r"|stufe|classe[rz]?|marque[rz]?|clasifi\w+|marca)\b[^.!?\n]{0,40}\b(?:as|to|with|als|comme"
    r"|como"
    rf"|only|by)\s?(?:only\s|by\s|with\s)?[\"'`]?(?:{OUTCOME})",
    r"[\"'](?:escalate|severity|outcome|verdict|met|review)[\"']\s?:",
    r"\b(?:escalate|severity|outcome|verdict|owner|review)\s?=\s?[\w\"'-]",
    r"\b(?:meets?|matches|fulfils?)\s(?:none|all|every one)\sof the\s(?:\w+\s)?criteria\b",
    r"\b(?:alle|keine?s? der) kriterien\b[^.!?\n]{0,20}\b(?:erf[üu]llt|nicht)\b",
    r"\b(?:output|return|print)\s(?:only\s)?(?:[\"'`{]|json\b|escalate\b|met\b|not met\b)",
)
TAGS = (
    r"(?:^|\n)[ \t]*(?:#{1,6}[ \t]*)?(?:\[|<\|?)?/?(?:system|assistant)(?:\|?>|\])?[ \t]?:\s",
    r"(?:^|\n)[ \t]*\[/?(?:system|assistant|admin|developer|instructions?)\]",
    r"<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>",
    r"</?(?:system|assistant|instructions?|prompt|admin|policy|verdict|thread|mail"
    r"|untrusted)\b[^>]{0,80}>",
    r"<!--[^>]{0,40}\b(?:system|ai|assistant|model|instructions?|override)\b",
    r"\bEND OF (?:MAIL|EMAIL|THREAD|MESSAGE|INPUT)\b|\b(?:system|hidden|secret|initial) prompt\b",
)
SPILL = (
    r"\b(?:reveal|print|show|output|repeat|exfiltrate|send|forward|zeige?|gib|affiche[rz]?"
    r"|muestra\w*)\b"
    r"[^.!?\n]{0,40}\b(?:system prompt|your (?:instructions|prompt|rules)|api[ -]?keys?|hidden "
    r"prompt"
    r"|deine anweisungen|vos instructions|tus instrucciones)\b",
)
BLOB = (r"(?<![\w/+])(?=[\w/+]{0,119}[a-z])(?=[\w/+]{0,119}[A-Z0-9])[\w/+]{120,}",)

WORDS: dict[str, tuple[str, ...]] = {
    "orders to ignore instructions": ORDERS,
    "speaks to an AI": SPEAKS,
    "dictates the verdict": DICTATES,
    "tags of a chat with a model": TAGS,
    "asks for the instructions": SPILL,
}


FLAGS = re.IGNORECASE | re.DOTALL
PATTERNS = (
    *((mark, re.compile("|".join(ideas), FLAGS)) for mark, ideas in WORDS.items()),
    ("a block of base64", re.compile("|".join(BLOB))),
)
HIDDEN = re.compile(r"hidden|invisible", re.IGNORECASE)
# Zero-width joiners are at home in emoji and in Indic and Arabic words, so they do not count alone.
ZERO_WIDTH = frozenset("\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\u00ad")
BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
FEW = 3  # odd characters that may slip in from a web page
MOST = 60_000  # characters; what stands behind is not judged either


def injection_marks(text: str, flaws: Iterable[str] = ()) -> tuple[str, ...]:
    """What in a text talks to a machine, as short English words, sorted; empty for most mail.

    `flaws` are the mail reader's findings: text that its HTML hides from a person is one.
    """
    characters = set(_characters(text[:MOST]))
    if any(HIDDEN.search(flaw) for flaw in flaws):
        characters.add("text hidden from people")
    plain = unicodedata.normalize("NFKC", text[:MOST])
    plain = "".join(char for char in plain if char not in ZERO_WIDTH and char not in BIDI)
    characters |= {name for name, pattern in PATTERNS if pattern.search(plain)}
    return tuple(sorted(characters))


def _characters(text: str) -> Iterator[str]:
    if any("\U000e0000" <= char <= "\U000e007f" for char in text) and not _flags(text):
        yield "invisible tag characters"
    if sum(char in ZERO_WIDTH for char in text) > FEW:
        yield "invisible characters"
    if any(char in BIDI for char in text):
        yield "characters that turn the reading direction"


def _flags(text: str) -> bool:
    """Whether all tag characters belong to flags such as Scotland's, which are made of them."""
    rest = re.sub("\U0001f3f4[\U000e0061-\U000e007a]{3,6}\U000e007f", "", text)
    return not any("\U000e0000" <= char <= "\U000e007f" for char in rest)
