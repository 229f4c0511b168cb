"""What a question to us is about: by its stems, in the four languages."""

import re
from enum import StrEnum

from deskless.agent.language.fold import fold_text


class About(StrEnum):
    """What people ask of a case; the value is how a mail calls it."""

    HOLDER = "Who has it"
    PROMISE = "What was promised"
    WHY_YOU = "Why you"
    CUSTOMER = "Which customer"
    WHY = "Why it was escalated"
    PROGRESS = "How it stands"
    HOW = "What you can write"
    US = "Who this is"


# Tried in this order; the first that fits is answered first, others behind it.
STEMS: tuple[tuple[About, str], ...] = (
    (About.US, r"who (?:is|are) (?:this|you)|what is this|is this a (?:bot|person|human)|are you a "
     r"|wer (?:ist das|sind sie|bist du|schreibt)|was ist das|qui (?:est-ce|etes|es-tu|ecrit)"
     r"|c'est qui|c'est quoi|quien (?:es|eres|escribe)|que es esto"),
    (About.WHY_YOU, r"why (?:me|am i|do i|did i|us)|warum (?:ich|bekomme|mir|krieg)"
     r"|wieso (?:ich|bek)|pourquoi (?:moi|je)|por que (?:yo|a mi|me)"),
    (About.PROMISE, r"promis|told (?:them|the customer)|expect|deadline|due|by when|how long"
     r"|versproch|zugesagt|bis wann|frist|wie lange|echeance|jusqu'a quand|delai|prometid|prometi"
     r"|plazo|hasta cuando"),
    (About.CUSTOMER, r"which customer|what customer|who is (?:the )?customer|whose|who wrote"
     r"|welche[rn]? kunde|wer ist der kunde|wer hat geschrieben|quel client|qui a ecrit"
     r"|que cliente|cual cliente|quien escribio"),
    (About.HOW, r"how (?:do|can|to|should)|what (?:can|should|do) i|wie (?:kann|mach|geht|soll)"
     r"|was (?:kann|soll|muss) ich|comment|que (?:puis|dois|faire)|como|que (?:puedo|debo|hago)"),
    (About.WHY, r"\bwhy\b|reason|warum|wieso|weshalb|pourquoi|por que"),
    (About.PROGRESS, r"how (?:is|does|are)|stand|progress|next|block|wie (?:steht|lauft|laeuft)"
     r"|ou en|como va|avance"),
    (About.HOLDER, r"\bwho\b|\bwer\b|\bqui\b|\bquien\b|owner|has it|hat es"),
)  # fmt: skip


def asked_about(text: str) -> tuple[About, ...]:
    """What a text asks about, the likeliest first; empty where no stem is known."""
    folded = fold_text(text)
    return tuple(about for about, stems in STEMS if re.search(stems, folded))[:2]
