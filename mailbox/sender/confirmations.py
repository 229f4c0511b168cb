"""How programs confirm that a mail arrived: the one table, in English, German, French and Spanish.

`RECORDS` are words that a program alone writes, wherever they stand ("your request has been
received"). `THANKS` is how one opens that may be a person's courtesy as well ("thank you for your
mail"): it confirms only where nobody speaks of themselves. All patterns stand over folded text:
lower case, no accents, straight apostrophes.
"""

import re
import unicodedata

_MAIL = r"(?:mail|e-?mail|message|request|inquiry|enquiry|ticket|letter)"
_MAIL_DE = r"(?:anfrage|nachricht|e-?mail|mail|zuschrift|anliegen|ticket|fall|schreiben)"
_MAIL_FR = r"(?:demande|message|requete|e-?mail|mail|courriel)"
_MAIL_ES = r"(?:solicitud|mensaje|consulta|peticion|correo)"

RECORDS = (
    rf"(?:we|i)(?:'ve| have)? (?:received|got) your {_MAIL}",
    rf"(?:we|this is to) (?:have received|received|confirm|acknowledge) (?:\w+ ){{0,4}}{_MAIL}",
    rf"your {_MAIL} (?:has been|was|is) "
    r"(?:received|registered|created|logged|queued|held|successfully delivered|delivered)",
    r"(?:ticket|case|request) (?:number|no|id|#\w*)",
    r"await(?:s|ing) (?:moderation|moderator|approval)|held for (?:moderation|approval)",
    r"thank(?:s| you) for (?:contacting|your (?:request|inquiry|enquiry|ticket))",
    rf"ihre {_MAIL_DE} (?:ist|wurde|haben wir)|ihr (?:anliegen|ticket) (?:ist|wird|wurde)",
    rf"wir haben (?:ihre|deine|eure) {_MAIL_DE} erhalten|ticketnummer",
    rf"nous avons bien recu (?:votre|ton)|votre {_MAIL_FR} (?:a (?:bien )?ete|sera)",
    rf"hemos recibido (?:su|tu)|(?:su|tu) {_MAIL_ES} (?:ha sido|sera)",
)
"""Words that say that a mail arrived, as a desk answers by itself."""

THANKS = (
    r"(?:(?:hi|hello|hallo|bonjour|hola)[ ,.!]+)?you(?: have|'ve) reached",
    r"(?:thank you|thanks)(?: (?:very much|so much|a lot))? for (?:your (?:interest|patience"
    rf"|{_MAIL})|contacting|writing|reaching|getting in)",
    rf"your {_MAIL} (?:\w+ ){{0,3}}received",
    rf"(?:vielen |besten |herzlichen )?dank fur (?:ihre?|deine?|eure?) {_MAIL_DE}",
    rf"(?:ihre?|deine?|eure?) {_MAIL_DE}(?: \w+){{0,2}} (?:erhalten|eingegangen)",
    rf"(?:ihr|dein|euer) {_MAIL_DE} (?:ist|wird|wurde)",
    rf"(?:nous vous remercions|merci)(?: beaucoup)? (?:pour|de) (?:votre|ton) {_MAIL_FR}",
    rf"votre {_MAIL_FR} (?:est|sera|a ete)",
    rf"(?:muchas )?gracias por (?:su|tu|vuestr[oa]) {_MAIL_ES}",
    rf"(?:su|tu) {_MAIL_ES} (?:esta|fue)",
)
"""How a program opens that confirms what came in; a colleague says *the* mail, or nothing."""

_RECORDED = re.compile(rf"(?<!\w)(?:{'|'.join(RECORDS)})(?!\w)")
_OPENING = re.compile(rf"(?:{'|'.join((*RECORDS, *THANKS))})(?!\w)")
READ = 2000
"""Characters of a mail that are looked through."""


def acknowledges(text: str) -> bool:
    """Whether a text says that a mail arrived, as a desk answers by itself."""
    plain = unicodedata.normalize("NFKD", text[:READ].replace("’", "'")).casefold()
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _RECORDED.search(" ".join(folded.split())) is not None


def opens_as_confirmation(folded: str) -> bool:
    """Whether a folded sentence opens as a program's confirmation does."""
    return _OPENING.match(folded) is not None
