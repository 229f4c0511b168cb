"""Marks of text that talks to a machine rather than to people.

A mark is evidence about the mail, never an instruction and never a verdict: it may send a doubtful
thread to a person, and it can neither start nor stop an escalation (`settle.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

FLAGS = re.IGNORECASE | re.DOTALL

# English, German, French, Spanish: the same few ideas, since attacks are written in any of them.
_ORDERS = (
    r"\b(?:ignore|disregard|forget|override|bypass|skip|ignorier\w*|vergiss|vergessen sie"
    r"|missachte\w*"
    r"|ignore[rz]?|oublie[rz]?|ignora[dr]?|ignore|olvid[ae]\w*|descarta\w*|omite\w*|omita\w*)\b"
    r"[^.!?\n]{0,60}\b(?:previous|prior|above|earlier|preceding|all|any|your|system|vorherigen?|"
    r"bisherigen?|vorigen?|obigen?|alle|deine|ihre|pr[ée]c[ée]dent\w*|toutes?|vos|tes|anterior\w*|"
    r"previas?|todas?|sus|tus)\b[^.!?\n]{0,40}\b(?:instruct\w*|prompts?|rules?|guidelines?"
    r"|polic\w+|"
    r"criteri\w+|directions?|commands?|anweisung\w*|regeln?|vorgaben?|kriterien|befehle?"
    r"|consignes?|"
    r"r[èe]gles?|crit[èe]res?|directives?|instruc\w*|reglas?|criterios?|indicaciones|[óo]rdenes)\b"
)
_MACHINE = (
    r"\b(?:as|you are|you're|act as|pretend to be|note (?:to|for)|attention|dear|hello|hi|to)[ ,:]+"
    r"(?:an?|the|any|all|this)?\s*(?:AI|A\.I\.|LLM|language model|chatbot|AI[- ](?:assistant"
    r"|agent|model"
    r"|system)|automated (?:agent|assistant|system|triage|classifier)|triage (?:bot|agent"
    r"|system|model)"
    r"|classifier)\b"
    r"|\b(?:als|du bist|sie sind|an die|hinweis an(?: die)?|liebe|hallo)\s+(?:eine?|die"
    r"|das)?\s*(?:KI\b|"
    r"Sprachmodell|KI-\w+)"
    r"|\b(?:en tant qu['’]|tu es|vous [êe]tes|note (?:à|pour) l['’]?|chère?)\s*(?:une?|l['’])?\s*"
    r"(?:IA\b|intelligence artificielle|mod[èe]le de langage|assistant automatique)"
    r"|\b(?:como|eres|usted es|nota para(?: la)?|estimad[ao])\s+(?:una?|la|el)?\s*(?:IA\b|"
    r"inteligencia artificial|modelo de lenguaje|asistente autom[áa]tico)"
)
_VERDICT = (
    r"\b(?:do not|don't|never|must not|no need to|nicht|ne (?:pas)?|no|sin)\s+(?:\w+\s+){0,2}"
    r"(?:escalat\w*|eskalier\w*|escalad\w*|escaler|escalar)\b[^.!?\n]{0,50}\b(?:this|ticket"
    r"|thread|mail"
    r"|email|case|message|dieses?|diese[nr]?|ce|cette|este|esta)\b"
    r"|\b(?:mark|classify|label|set|treat|rate|output|return|respond with|einstufen als|markiere|"
    r"classe[rz]?|marque[rz]?|clasifi\w+)\b[^.!?\n]{0,40}\b(?:as|to|with|als|comme|como)?\s*[\"'`]?"
    r"(?:not[_ -]escalat\w*|no[_ -]action|resolved|ignore[d]?|sev-?\s?[1-4]|escalate\b|low priority"
    r"|not_met|spam|leave)"
    r"|[\"'](?:escalate|severity|outcome|verdict|met|review)[\"']\s*:\s*"
)
_ROLES = (
    r"(?:^|\n)[ \t]*(?:#{1,6}[ \t]*)?(?:\[|<\|?)?/?(?:system|assistant)(?:\|?>|\])?\s*:\s"
    r"|<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?|prompt|admin"
    r"|policy|verdict|thread|mail|untrusted)\b[^>]{0,80}>|\bEND OF (?:MAIL|EMAIL|THREAD|MESSAGE"
    r"|INPUT)\b"
    r"|\b(?:system|hidden|secret|initial) prompt\b"
)
_SPILL = (
    r"\b(?:reveal|print|show|output|repeat|exfiltrate|send|forward|zeige?|gib|affiche[rz]?"
    r"|muestra\w*)\b"
    r"[^.!?\n]{0,40}\b(?:system prompt|your (?:instructions|prompt|rules)|api[ -]?keys?|hidden "
    r"prompt"
    r"|deine anweisungen|vos instructions|tus instrucciones)\b"
)
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("orders to ignore instructions", re.compile(_ORDERS, FLAGS)),
    ("speaks to an AI", re.compile(_MACHINE, FLAGS)),
    ("dictates the verdict", re.compile(_VERDICT, FLAGS)),
    ("tags of a chat with a model", re.compile(_ROLES, FLAGS)),
    ("asks for the instructions", re.compile(_SPILL, FLAGS)),
    (
        "a block of base64",
        re.compile(r"(?<![\w/+])(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z0-9])[\w/+]{120,}={0,2}"),
    ),
)
HIDDEN = re.compile(r"hidden|invisible", re.IGNORECASE)
# Zero-width joiners are at home in emoji and in Indic and Arabic words, so they do not count alone.
ZERO_WIDTH = frozenset("\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u180e\u00ad")
BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
FEW = 3  # odd characters that may slip in from a web page
MOST = 60_000  # characters; what stands behind is not judged either


def marks(text: str, flaws: Iterable[str] = ()) -> tuple[str, ...]:
    """What in a text talks to a machine, as short English words, sorted; empty for most mail.

    `flaws` are the mail reader's findings: text that its HTML hides from a person is one.
    """
    found = set(_characters(text[:MOST]))
    if any(HIDDEN.search(flaw) for flaw in flaws):
        found.add("text hidden from people")
    plain = unicodedata.normalize("NFKC", text[:MOST])
    plain = "".join(char for char in plain if char not in ZERO_WIDTH and char not in BIDI)
    found |= {name for name, pattern in PATTERNS if pattern.search(plain)}
    return tuple(sorted(found))


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
