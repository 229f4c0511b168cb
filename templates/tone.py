"""The tone of a mail to a customer: no blame, no excuses, no promises beyond our power.

A small linter for mails in English, German, French and Spanish. It finds words, it does not
understand them: a person reads its remarks and decides.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Fault = Literal["blame", "excuse", "brush-off", "overpromise"]

ADVICE: dict[Fault, str] = {
    "blame": "sounds like blaming the customer; say what is true now and what you will do",
    "excuse": "sounds like an excuse; name the effect on the customer and the next step",
    "brush-off": "makes the trouble small; take it as the customer described it",
    "overpromise": "promises more than anybody can keep; give the next step and its time",
}

WORDS: dict[Fault, tuple[str, ...]] = {
    "blame": (
        r"you (?:should|must|could) have",
        r"you (?:failed|forgot|neglected|misunderstood|misread|refused|claim(?:ed)?)",
        r"you (?:didn[’']t|did not) (?:read|follow|tell|provide|check|understand)",
        r"your (?:own )?(?:fault|mistake|error|misunderstanding|negligence)",
        r"if you had",
        r"as (?:i|we) (?:already )?(?:said|told you|explained|mentioned)",
        r"per my last (?:e-?mail|message)",
        r"user error",
        r"sie h(?:ä|ae)tten",
        r"h(?:ä|ae)tten sie",
        r"sie haben (?:es )?(?:vers(?:ä|ae)umt|vergessen|missverstanden|falsch|übersehen)",
        r"ihr (?:eigener )?(?:fehler|versäumnis|missverständnis)",
        r"ihre (?:eigene )?schuld",
        r"wie (?:ich|wir)? ?(?:bereits|schon) (?:gesagt|erwähnt|erklärt|geschrieben)",
        r"bedienungsfehler|anwenderfehler",
        r"vous auriez d[ûu]|vous n[’']avez (?:pas|m[êe]me pas) (?:lu|suivi|vérifié|compris)",
        r"vous avez (?:oublié|négligé|mal compris|refusé|omis)",
        r"(?:de )?votre (?:propre )?(?:faute|erreur)",
        r"comme (?:je|nous) (?:vous )?l[’'](?:ai|avons) (?:déjà )?(?:dit|expliqué|écrit)",
        r"erreur de (?:l[’'])?utilisateur|si vous aviez",
        r"(?:deber[ií]an?|ten[ií]an?) (?:que )?haber (?:le[ií]do|seguido|avisado)",
        r"(?:usted|ustedes) (?:olvid|neg|descuid|entendi)\w*",
        r"(?:es )?(?:su|vuestra|tu) (?:propia )?culpa",
        r"(?:es )?(?:su|vuestro|tu) (?:propio )?error",
        r"como (?:ya )?(?:le|les|os)? ?(?:he|hemos) (?:dicho|explicado|escrito)|error del usuario",
        r"si (?:usted|ustedes) hubieran?",
    ),
    "excuse": (
        r"(?:it[’']s|it is|that[’']s|that is|this is) not our (?:fault|problem|responsibility)",
        r"(?:not|nothing) (?:we|i) can do",
        r"(?:out of|beyond) (?:our|my) (?:control|hands)",
        r"(?:we|i)(?: are|[’']re| am|[’']m) (?:just |only )?(?:very |too |so |really )?busy",
        r"(?:short|under)-?staffed",
        r"(?:due to|because of) (?:an? )?(?:unusually |unexpectedly )?high (?:volume|demand)",
        r"(?:our|the) (?:vendor|supplier|provider|other team|developers?)[’']?s? (?:fault|mistake)",
        r"(?:that[’']s|it[’']s|this is) (?:just )?(?:our|company) policy",
        r"unfortunately,? there is nothing",
        r"nicht unsere? (?:schuld|fehler|problem|verantwortung)",
        r"(?:da(?:gegen|ran)?|dafür) k(?:ö|oe)nnen wir (?:leider )?nichts",
        r"(?:liegt )?(?:außerhalb|ausserhalb) unser(?:er|es)",
        r"(?:wegen|aufgrund) (?:des |eines )?(?:hohe[mnrs]? )?(?:aufkommens|andrangs|auslastung)",
        r"personalmangel|unterbesetzt",
        r"so ist das (?:leider|nun mal|eben)",
        r"(?:unsere|die) (?:richtlinien|agb) (?:lassen|erlauben)",
        r"ce n[’']est pas (?:de )?notre (?:faute|problème|responsabilité)",
        r"(?:nous|on|je) n[’']y (?:pouvons|peut|peux|pouvons) rien|indépendant de notre volonté",
        r"(?:no es|no son) (?:culpa|problema|responsabilidad) nuestr[oa]|no es nuestr[oa] \w+",
        r"no podemos hacer nada|fuera de nuestro (?:control|alcance)",
    ),
    "brush-off": (
        r"calm down",
        r"(?:just|only) an? (?:small|minor|little|tiny)",
        r"(?:any|the) inconvenience (?:this )?(?:may|might)(?: have)?",
        r"you(?:[’']re| are) the (?:only|first) (?:one|customer|person)",
        r"no big deal|not a big deal|overreact",
        r"works (?:fine )?(?:for|on) (?:me|us|my|our)",
        r"beruhigen sie sich",
        r"nur ein (?:kleine[rs]?|geringfügige[rs]?)",
        r"(?:etwaige|eventuelle|mögliche) unannehmlichkeiten",
        r"sie sind der (?:einzige|erste)",
        r"halb so (?:wild|schlimm)|stellen sie sich nicht so an",
        r"bei (?:uns|mir) funktioniert",
        r"calmez-vous|ce n[’']est pas (?:si )?grave",
        r"chez (?:nous|moi),? (?:ça|cela) (?:marche|fonctionne)",
        r"vous êtes (?:le|la) (?:seule?|premi(?:er|ère))",
        r"c[áa]lmese|c[áa]lmense|no es para tanto|a nosotros nos funciona",
        r"(?:usted )?es (?:el|la) (?:único|única|primero|primera)",
    ),
    "overpromise": (
        r"(?:won[’']t|will not|not) rest until",
        r"(?:we|i) (?:can )?(?:absolutely |fully )?(?:guarantee|promise) (?:that )?(?:it|this|you)",
        r"(?:will )?never (?:ever )?happen again",
        r"100 ?%|whatever it takes",
        r"wir (?:garantieren|versprechen) ihnen",
        r"(?:wird )?nie wieder (?:vorkommen|passieren|geschehen)",
        r"ruhen nicht,? bis|hundertprozentig",
        r"(?:nous|je) vous (?:garantissons|garantis|promettons|promets)|plus jamais",
        r"(?:le|les) (?:garantizamos|garantizo|prometemos|prometo)|nunca (?:más )?volver[áa]",
    ),
}


@cache
def _rules() -> dict[Fault, re.Pattern[str]]:
    """What each fault looks like; compiled when the first draft is read."""
    return {
        fault: re.compile(r"(?i)(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")
        for fault, patterns in WORDS.items()
    }


@dataclass(frozen=True, slots=True)
class Remark:
    """A place in a draft where the tone is off: the words, what is wrong, and what to do."""

    words: str
    fault: Fault
    advice: str


def tone_remarks(text: str) -> tuple[Remark, ...]:
    """Every such place, in reading order. Line ends are read as blanks."""
    flat = " ".join(text.split())
    rules = [
        (hit.start(), hit[0], fault)
        for fault, rule in _rules().items()
        for hit in rule.finditer(flat)
    ]
    return tuple(Remark(words, fault, ADVICE[fault]) for _, words, fault in sorted(rules))


def say_remarks(text: str) -> str:
    """The first remarks on a text as one sentence; empty where there is none."""
    remarks = tone_remarks(text)
    sentence = "; ".join(f"“{remark.words}” {remark.advice}" for remark in remarks[:3])
    return f"{sentence}." if sentence else ""
