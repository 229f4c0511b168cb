"""How a sentence says what it says: plainly, or denied, on a condition, as a question, as hearsay.

The head's opinion and these rules are both asked, and a doubt of either is a doubt: what is not
said plainly changes nothing.
"""

import re
from enum import StrEnum

from deskless.agent.language.lexicon import REVERSAL


class Manner(StrEnum):
    """How something is said; only what is PLAIN is done."""

    PLAIN = "plain"
    NEGATED = "negated"
    CONDITIONAL = "conditional"
    ASKING = "asking"
    HEARSAY = "other"
    TURNED = "turned"


CONDITION = re.compile(
    r"(?<!\w)(?:if|unless|provided|in case|as long as|assuming|only when|wenn|falls|sofern|soweit"
    r"|vorausgesetzt|es sei denn|si|s'il|s'ils|a condition|pourvu que?"
    r"|au cas ou|en cas d\w+|sauf si"
    r"|siempre que|en caso de|a menos que|a no ser|salvo que|solo si|nur wenn|only if"
    r"|sobald ich)(?!\w)"
)
RETURN = re.compile(
    r"(?<!\w)(?:(?:when|once|as soon as|after|upon) (?:i(?:'m| am|'ve| have| will be|'ll be)? ?"
    r"(?:returned|return|(?:get|come|got|am)? ?back)|(?:my|returning from) (?:return|holiday"
    r"|vacation|leave))"
    r"|nach (?:meiner ru(?:e)?ckkehr|meinem urlaub|dem urlaub)"
    r"|wieder (?:da|zuru(?:e)?ck) bin"
    r"|(?:a|des|apres) mon retour|(?:quand|lorsque|des que) je (?:reviens|reviendrai|rentre\w*"
    r"|serai (?:de retour|rentree?|la))|une fois (?:de retour|rentree?)"
    r"|(?:cuando|en cuanto) (?:vuelva|regrese|este de vuelta|me reincorpore)"
    r"|(?:a|tras) mi (?:vuelta|regreso))(?!\w)"
)
"""Whoever is away says by when they come back that nothing is done until then."""

WHETHER = re.compile(
    r"(?:ask|asks|know|see|check|find out|wonder|tell me|say|sure|even"
    r"|as|what|demand\w+|sav\w+|sais|sait"
    r"|voir|verifi\w+|dire|meme|comme|preciser|saber|sabe|se|ver|pregunt\w+"
    r"|averigu\w+|decir|como|consultar\w*"
    r"|mirar)(?: \w+){0,3} (?:if|si|s'il|s'ils)$"
)
"""What makes an *if* a *whether*, and no condition."""

SURELY = re.compile(
    r"si(?:[,.;!]|$| (?:yo|fui|soy|claro|lo|la|me|conmigo|si|vale|ok|gracias|por|senor|es mi))"
)
"""Spanish *sí* without its accent is a yes."""

COURTESY = re.compile(
    r"(?<!\w)(?:if (?:that'?s|it'?s|you) (?:ok|okay|fine|don'?t mind|need (?:anything"
    r"|more))|if possible|if need(?:ed| be)"
    r"|wenn (?:moglich|ihr was braucht|(?:es )?ok ist|was ist)|falls (?:notig"
    r"|moglich|ihr was braucht|was ist|fragen)|si possible|s'il (?:vous"
    r"|te) plait"
    r"|si besoin|si (?:es|fuera) posible|si hace falta|si necesit\w+|por si \w+"
    r"|wenn's geht|if anything)(?!\w)"
)
"""Conditions that are only polite."""

HEARSAY = re.compile(
    r"(?<!\w)(?:nam|he|she|they|er|sie|il|elle|on|cleo|el|ella|somebody"
    r"|someone|customer|kundin) (?:\w+ ){0,5}?"
    r"(?:said|says|reckons|thought|thinks|claims|mentioned|meinte|meint"
    r"|sagte|sagt|gesagt|a dit|dit|disait|m'a dit|pense"
    r"|dijo|dice|decia|ha dicho|cree|comento|m'ecrit|writes)(?!\w)(?! (?:yes|ja|oui) to)"
)
UNSURE = re.compile(
    r"(?<!\w)(?:or not|or maybe not|not sure|no idea|dunno|oder (?:doch )?nicht"
    r"|oder so|keine ahnung|wei(?:ss|s) nicht ob|je ne sais pas"
    r"|j'sais pas|(?:je )?sais pas|aucune idee|o no se|no se si|no se (?=[,.;]"
    r"|$)|ni idea|i might|maybe|perhaps|vielleicht|eventuell|peut-etre"
    r"|quiza\w*|tal vez|a lo mejor"
    r"|let me (?:think|chew|see)|could do|ich ko(?:e)?nnte|i could|je pourrais"
    r"|podria|pourrais|half a mind)(?!\w)"
)
"""What is said of something that is not decided."""

TURNS = re.compile(
    r"(?<!\w)(?:wait(?! (?:for|until|till|on|to)\b)|hang on|hold on|scratch that"
    r"|on second thoughts?"
    r"|actually no|ach nein|halt stopp?|doch nicht|lieber doch|nein doch"
    r"|attends|finalement non"
    r"|ah non|en fait non|espera|bueno no|mejor no|no espera|no mejor)(?!\w)"
)


def waits_for_return(text: str) -> bool:
    """Whether a folded sentence puts what it says off until its writer is back."""
    return bool(RETURN.search(text))


def is_conditional(text: str) -> bool:
    """Whether a folded sentence hangs on an if."""
    text = COURTESY.sub(" ", text)
    return any(
        not (match[0] == "si" and is_spanish_yes(text, match.start()))
        and not WHETHER.search(text[: match.end()])
        for match in CONDITION.finditer(text)
    )


def is_spanish_yes(text: str, start: int) -> bool:
    """Whether the *si* at a place is *sí*: alone, before a comma, or before who says it."""
    opens = not text[:start].strip(" ,.;!") or text[:start].rstrip()[-1:] in {",", ".", ";", "!"}
    return bool(SURELY.match(text[start:])) and (
        opens or text[start + 2 : start + 3] in {",", ".", ""}
    )


def is_hearsay(text: str) -> bool:
    """Whether a folded sentence, its names masked, tells what somebody else said."""
    return bool(HEARSAY.search(text))


def is_unsure(text: str) -> bool:
    """Whether a folded sentence leaves open what its writer wants."""
    return bool(UNSURE.search(text))


def is_turn(text: str) -> bool:
    """Whether a folded sentence takes back what stood before it."""
    return bool(TURNS.search(text) or REVERSAL.match(text))


KEEPS = re.compile(
    r"(?<!\w)(?:(?:don'?t|do not|pls dont|please don'?t) (?:take|give|hand|pass|move|reassign)\w*"
    r"|(?:keep|leave) (?:it|this|that|me)? ?(?:on it|with me)|i'?m keeping"
    r"|still (?:me|mine|on it)|i'?ll keep"
    r"|nicht (?:wegnehmen|weitergeben|abgeben|umha(?:e)?ngen)|(?:nimm"
    r"|nehmt|gebt?) \w+ (?:\w+ )?(?:bitte )?nicht|bin (?:noch|weiter|immer noch) dran"
    r"|bleib\w* (?:bei mir|dran)|behalt\w* (?:ihn|das|es|den)|ich behalte"
    r"|(?:ne |n')?(?:me )?(?:l[ea] |l')?(?:retire[zr]?|enleve[zr]?|prene[zr]"
    r"|gardez|donne[zr]?|redonne[zr]?) (?:\w+ )?pas|pas (?:la peine )?(?:de )?(?:me )?le (?:retirer"
    r"|reprendre)"
    r"|(?:c'?est|c) (?:toujours|tjrs|encore) (?:moi|a moi)|toujours (?:dessus"
    r"|sur le coup)|je (?:le )?garde"
    r"|stop (?:looking|asking|searching)|no need to (?:look|ask|find|keep)"
    r"|inutile de (?:relancer|chercher|demander)|(?:ne )?cherche[zr] (?:plus"
    r"|pas)"
    r"|no hace falta (?:seguir|que|buscar|preguntar)|(?:nicht|keinen|niemanden?) (?:mehr "
    r"|weiter )?(?:weiter)?(?:suchen|fragen)"
    r"|no me lo (?:quit\w+|pas\w+|cambi\w+)|no (?:se )?lo (?:pas|d|quit)\w+"
    r"|sigo (?:con|en|yo)\w*|lo sigo llevando|me lo quedo)(?!\w)"
)


def keeps(text: str) -> bool:
    """Whether the writer of a folded sentence wants to keep what they have."""
    return bool(KEEPS.search(text))


HELD = re.compile(
    r"(?<!\w)(?:hold|wait|stop|not yet|don'?t|do not|before|until|till"
    r"|noch nicht|erst|warte\w*|nicht|halt|zuruckhalten|stopp?|pas encore"
    r"|attend\w*|ne .{0,20}pas|avant|retene\w*"
    r"|todavia no|aun no|espera\w*|no (?:la|lo|envi|mand|dej)\w*|antes|reten\w*)(?!\w)"
)
MYSELF = re.compile(r"(?<!\w)(?:myself|me personally|selbst|selber|moi[- ]meme|yo mism[oa])(?!\w)")


def holds_back(text: str) -> bool:
    """Whether a folded sentence about something that leaves or ends wants it to wait."""
    return bool(HELD.search(text))


def says_myself(text: str) -> bool:
    """Whether a folded sentence says that its writer and nobody else is meant."""
    return bool(MYSELF.search(text))
