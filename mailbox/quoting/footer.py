"""Standing footers under a customer's words: legal lines, company lines, marketing, hotlines.

Nobody wrote them for this mail, so they are no evidence of anything. A paragraph is taken for one
by its place and its shape: it stands below the sign-off (a closing phrase, a drawn rule, a name),
or is the last of the mail and legal through and through; it holds the words of footers; and it
holds nothing that a person says about today: no "I", no point in time, no postscript.
"""

import re
from collections.abc import Sequence
from functools import cache

from deskless.mailbox.quoting.header_block import is_rule

# Data, language by language: how people sign off.
CLOSINGS = (
    "regards|kind regards|best regards|warm regards|many regards|with regards|with kind regards"
    "|best wishes|best|all the best|thanks|many thanks|thank you|thanks a lot|thx|cheers"
    "|sincerely|yours sincerely|yours faithfully|yours truly|yours|respectfully|cordially"
    "|mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|freundliche grüße"
    "|freundliche grüsse|viele grüße|viele grüsse|beste grüße|beste grüsse|schöne grüße"
    "|liebe grüße|herzliche grüße|mit besten grüßen|mit besten grüssen|grüße|gruß|mfg|lg|vg"
    "|hochachtungsvoll|danke|vielen dank|danke und gruß|besten dank|herzlichen dank"
    "|cordialement|bien cordialement|très cordialement|bien à vous|sincères salutations"
    "|salutations|salutations distinguées|meilleures salutations|merci|merci d'avance|cdlt"
    "|merci beaucoup|bonne journée|bien sincèrement|amicalement"
    "|saludos|un saludo|saludos cordiales|un cordial saludo|cordialmente|atentamente"
    "|muy atentamente|reciba un cordial saludo|gracias|muchas gracias|gracias de antemano"
)

# What stands in footers and hardly ever in what somebody writes below their own name.
MARKS = (
    # English
    r"confidential|privileged|intended recipient|intended (?:solely|only)|unauthori[sz]ed"
    r"|registered (?:in|office|number|company|charity)|company (?:no|number|reg)"
    r"|vat (?:no|number|id)"
    r"|authori[sz]ed and regulated|regulated by|financial conduct|ombudsman|calls (?:are|may be)"
    r"|accepts? no (?:liability|responsibility)|not (?:be )?liable|liability for|disclaimer"
    r"|unsubscribe|opt[ -]out|newsletter|mailing list|manage (?:your )?preferences"
    r"|you (?:are receiv|receiv|get)\w* this|privacy (?:policy|notice|statement)|gdpr|ccpa"
    r"|data protection officer|terms (?:and|&) conditions|terms of (?:use|business|service)"
    r"|all rights reserved|©|\(c\) ?20\d\d|scanned for viruses|virus[- ]free|for viruses"
    r"|consider the environment|before printing|follow us|find us on|visit (?:us|our)|join us"
    r"|linkedin|facebook|instagram|youtube|tiktok|twitter|award|hotline|helpline|help ?desk is"
    r"|emergency line|24/7|24 ?h(?:ours)?\b|opening hours|office hours|hours of business"
    r"|book (?:a|your) (?:demo|call|meeting)|download our|our app|now hiring|we(?:'re| are) hiring"
    r"|\d+ ?% off|special offer|free shipping|webinar|rate us|trustpilot|iso[ -]?(?:9001|27001)"
    r"|whistleblow\w*|slavery|do not reply|unmonitored"
    # German
    r"|vertraulich|rechtlich geschützt|richtige[rn]? (?:adressat|empfänger)|bestimmungsgemäß\w*"
    r"|irrtümlich|unbefugt\w*|vernichten sie|handelsregister|\bhr[ab] ?\d+|amtsgericht"
    r"|registergericht|geschäftsführ\w+:|geschäftsführ(?:er|ung)\b|sitz der gesellschaft"
    r"|ust[.-]? ?id\w*|umsatzsteuer\w*|steuernummer|keine haftung|haften nicht|haftung für"
    r"|abmelden|abbestellen|widerspruchsrecht|datenschutz\w*|dsgvo|impressum|agb\b"
    r"|folgen sie uns|besuchen sie uns|notruf\w*|notfallnummer|rund um die uhr|erreichbar unter"
    r"|öffnungszeiten|sprechzeiten|gespräche (?:werden|können)|umwelt|ausdrucken|auf viren"
    r"|aufsichtsbehörde|aufsichtsrat|schlichtungsstelle|sie erhalten diese"
    # French
    r"|confidentiel\w*|destinataire\w*|par erreur|toute (?:utilisation|diffusion)|siret|siren\b"
    r"|\brcs\b|r\.c\.s|capital (?:social|de)|tva intra\w*|sas au capital|décline toute"
    r"|responsabilité|désabonn\w*|désinscri\w*|rgpd|données personnelles|délégué à la protection"
    r"|mentions légales|suivez[- ]nous|retrouvez[- ]nous|numéro d'urgence|astreinte"
    r"|24 ?h ?/ ?24|7 ?j ?/ ?7|avant d'imprimer|environnement|médiateur|vous recevez ce"
    # Spanish
    r"|confidencial\w*|destinatari[oa]\w*|por error|queda prohibid\w*|registro mercantil|\bcif\b"
    r"|\bnif\b|inscrita en|no se hace responsable|no aceptamos|responsabilidad|darse de baja"
    r"|cancelar (?:su|la) suscripción|rgpd|lopd\w*|protección de datos|aviso legal|síganos"
    r"|síguenos|visítenos|teléfono de urgencias|línea de urgencias|antes de imprimir"
    r"|medio ambiente|las 24 horas|defensor del|recibe este (?:mensaje|correo)"
)

# What only a notice of confidentiality says: without a sign-off above it, one of these is asked.
SECRETS = (
    r"confidential|privileged|intended (?:recipient|solely|only)|vertraulich|rechtlich geschützt"
    r"|richtige[rn]? (?:adressat|empfänger)|confidentiel\w*|destinataire|confidencial\w*"
    r"|destinatari[oa]"
)

# What a person says about now, and no footer does.
LIVE = (
    r"i|i'm|i've|i'll|i'd|me|my|mine|myself|ich|mir|mich|mein\w{0,2}|je|j'\w+|moi|mon|ma|mes|yo|mí"
    r"|mis|conmigo|estoy|tengo"
    r"|today|yesterday|tonight|this (?:morning|afternoon|evening|week)|last (?:week|night|month)"
    r"|since|right now|still|already|just now|tomorrow|monday|tuesday|wednesday|thursday|friday"
    r"|heute|gestern|morgen früh|seit|immer noch|gerade|bereits|letzte[nr]? (?:woche|nacht)"
    r"|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|aujourd'hui|hier|ce matin|depuis|toujours pas|déjà|demain|lundi|mardi|mercredi|jeudi"
    r"|vendredi|hoy|ayer|esta mañana|desde (?:hoy|ayer|las|el|hace)|todavía|aún|mañana"
    r"|lunes|martes|miércoles|jueves|viernes"
    r"|we will|we'll|we've|we need|we are (?:waiting|losing|down|out)|can you|could you|when will"
    r"|why|wir werden|wir brauchen|wir warten|können sie|warum|wann|nous allons|nous avons besoin"
    r"|nous attendons|pouvez-vous|pourquoi|quand|vamos a|necesitamos|esperamos su|puede usted"
    r"|pueden ustedes|por qué|cuándo"
)
POSTSCRIPT = r"(?:p\.? ?s|n\.? ?b|ps\d|nachtrag|post[- ]?scriptum|update|edit)\b"

# How people point at what they attach.
POINTERS = (
    r"attach\w*|enclos\w*|anhang|anlagen?|angehängt\w*|beigefügt\w*|anbei|beiliegend\w*"
    r"|ci-joint\w*|pièces? jointes?|en annexe|ci-après|adjunt\w*|anex\w*"
)

# What a scanner, a copier, a fax or a phone writes above what it sends: no word of a person's.
DEVICES = (
    r"scann\w*|scan-to\S*|gescannt\w*|numéris\w*|escane\w*|escáner|multi-?function\w*"
    r"|multifunktion\w*|multifonction\w*|multifuncion\w*|mfp\S*|copier|kopierer\w*|copieur"
    r"|fotocopi\w*|photocopi\w*|xerox|ricoh|aficio|lexmark|bizhub|konica|kyocera|taskalfa"
    r"|imagerunner|e-studio|officejet|laserjet|deskjet|hp device|digital sender|camscanner"
    r"|adobe scan|genius scan|office lens|e?fax\w*|télécopie\w*|telefax\w*|voice ?mail"
    r"|voice message|sprachnachricht|message vocal|messagerie vocale|mensaje de voz|buzón de voz"
    r"|sent from my|sent from mail|get outlook for|gesendet von mein\w*|gesendet von mail"
    r"|von meinem \w+ gesendet|envoyé de(?:puis)? mon|enviado desde mi"
)
# What else stands beside that.
BESIDE = (
    r"pages?|seiten?|páginas?|device|reader|acrobat|adobe|dpi|pdf|tiff?|jpe?g|images?|bilddatei\w*"
    r"|dokument\w*|documents?|documentos?|dauer|duration|duración|durée"
)
FIELDS = re.compile(r"\s*(?:[\w ./()-]{1,30})[:：]\s*\S{0,40}(?: \S{1,30}){0,5}\s*")
"""A line of a form: `Scan Date: 23.11.2026 10:32:11 (+0100)`."""
_FILE = re.compile(r"\s*\[?(?:cid:)?[\w@.()-]+(?: [\w@.()-]+){0,4}\.\w{2,4}(?:@[\w.]+)?\]?\s*")
"""A line that names a file: `IMG_2231.jpg`, `[cid:image001.png@01DC5C]`."""

_POINTING = 12  # words of a mail that says no more than "see the attached letter"
_WORD_OR_TWO = 2
_NOTICE = 1200  # characters of a notice that a protected mail waits elsewhere
_REMARK = 25  # words of a sentence that a device writes
_LONG = 8  # words of a line that is no name, title or address
_LEGAL = 3  # marks that make a last paragraph a footer without any sign-off
_NAME = 6  # words of a line of a name block


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compiled at the first footer: closing phrases, marks, talk of now, postscripts, secrets."""
    closing = "|".join(sorted(CLOSINGS.split("|"), key=len, reverse=True))
    return (
        re.compile(rf"\s*(?:{closing})\s*(?:[,.!–-]*|,? (?:from|aus|und|et|y)\b.{{0,30}})", re.I),
        re.compile(MARKS, re.I),
        re.compile(rf"(?<![\w'])(?:{LIVE})(?![\w'])", re.I),
        re.compile(rf"\s*{POSTSCRIPT}", re.I),
        re.compile(SECRETS, re.I),
    )


def says_elsewhere(text: str) -> bool:
    """Whether a text only says that there is a protected mail, to be read at some other place."""
    return len(text) < _NOTICE and _protected().search(text) is not None


@cache
def _protected() -> re.Pattern[str]:
    return re.compile(
        r"(?is)\b(?:encrypted|secured?|protected|confidential) (?:e-?mail )?(?:message|e-?mail)\b"
        r".{0,300}\b(?:to (?:read|view|open)|read (?:it|your|the|this)|view (?:it|your|the|this)"
        r"|open(?:ing)? (?:it|your|the)|sign in|log ?in to|click)\b"
        r"|\b(?:verschlüsselte|sichere|geschützte) (?:e-?mail|nachricht)\b"
        r".{0,300}\b(?:öffnen|lesen|anmelden|klicken|abrufen)"
        r"|\b(?:message|courriel|e-?mail) (?:chiffré|sécurisé|protégé|crypté)\b"
        r".{0,300}\b(?:lire|ouvrir|consulter|connecte[rz]|clique[rz])"
        r"|\b(?:mensaje|correo) (?:cifrado|seguro|protegido|encriptado)\b"
        r".{0,300}\b(?:leer|abrir|ver|inici[ae]r?|haga clic)"
    )


def only_points(text: str, *, papers: bool = False) -> bool:
    """Whether a text says nothing but that something is attached, its greeting and name apart.

    Beside `papers` (files that are no pictures, which signatures bear, too) a word or two, such as
    thanks, say nothing either.
    """
    if len(text) > 2000:
        return False
    lines = text.split("\n")
    filled = [line for line in lines[: _signed_off(lines)] if line.strip()]
    if filled and filled[0].rstrip().endswith((",", "!", ":")) and len(filled) > 1:
        filled = filled[1:]
    words = " ".join(filled)
    if papers and len(words.split()) <= _WORD_OR_TWO:
        return True
    if len(words.split()) <= _POINTING and _pointers().search(words):
        return True
    if filled and all(map(_FILE.fullmatch, filled)):
        return True
    return bool(_devices().search(text)) and all(map(_is_devices, _remarks(filled)))


def _remarks(lines: Sequence[str]) -> list[str]:
    """Lines of a form each by itself, the sentences of the others, wrapped as they are."""
    remarks: list[str] = []
    for line in lines:
        if FIELDS.fullmatch(line):
            remarks.append(line)
        else:
            open_line = bool(remarks) and not FIELDS.fullmatch(remarks[-1])
            remarks[-1:] = [f"{remarks[-1]} {line}"] if open_line else [*remarks[-1:], line]
    return [
        each for line in remarks for each in re.split(r"(?<=[^\d][.!?])\s+", line) if each.strip()
    ]


def _is_devices(remark: str) -> bool:
    """Whether a sentence or a line of a form may be a device's: about a scan, a file, a page."""
    if len(remark.split()) > _REMARK:
        return False
    if not re.search(r"[^\W\d]", remark) or FIELDS.fullmatch(remark) or _FILE.fullmatch(remark):
        return True
    return any(words().search(remark) for words in (_devices, _beside, _pointers))


@cache
def _devices() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{DEVICES})(?!\w)", re.I)


@cache
def _beside() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{BESIDE})(?!\w)", re.I)


@cache
def _pointers() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{POINTERS})(?!\w)", re.I)


def without_footer(text: str) -> str:
    """The text without the standing footers under its words; unchanged where there are none."""
    marks = _patterns()[1]
    if not marks.search(text):
        return text
    lines = text.split("\n")
    below = _signed_off(lines)
    drop = [False] * len(lines)
    blocks = list(_blocks(lines, below))
    for start, end in blocks:
        if start and _is_footer(lines[start:end], signed=start >= below):
            drop[start:end] = [True] * (end - start)
    if not any(drop):
        return text
    left = [line for line, dropped in zip(lines, drop, strict=True) if not dropped]
    return "\n".join(_unruled(left)).rstrip()


def _unruled(lines: list[str]) -> list[str]:
    """Without the drawn rule that stood above what was cut."""
    while lines and (not lines[-1].strip() or is_rule(lines[-1])):
        lines.pop()
    return lines


def _signed_off(lines: Sequence[str]) -> int:
    """The first line below the words: behind a closing phrase, a rule, or a name alone.

    The number of lines where nothing of the kind stands. The first paragraph is never a name.
    """
    closing = _patterns()[0]
    worded = False
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if worded and (closing.fullmatch(line.rstrip()) or is_rule(line) or line.rstrip() == "--"):
            return at + 1
        if worded and not lines[at - 1].strip() and (end := _name_block(lines, at)):
            return end
        worded = worded or len(line.split()) >= 3
    return len(lines)


def _name_block(lines: Sequence[str], at: int) -> int:
    """The line behind a short paragraph of names and titles; 0 where it is none."""
    end = at
    while end < len(lines) and lines[end].strip():
        body = lines[end].strip()
        tokens = body.split()
        if len(tokens) >= _LONG:
            break
        if len(tokens) > _NAME or body.endswith((".", "?", "!", ":", ",")):
            return 0
        if not body[:1].isupper():
            return 0
        end += 1
    return end if 0 < end - at <= 6 else 0


def _blocks(lines: Sequence[str], below: int) -> list[tuple[int, int]]:
    """The paragraphs, as (start, end); below the sign-off a long line begins one, too."""
    blocks: list[tuple[int, int]] = []
    start, short = -1, False
    for at, line in enumerate(lines):
        if not line.strip() or is_rule(line):
            if start >= 0:
                blocks.append((start, at))
            start = -1
            continue
        long = len(line.split()) >= _LONG
        if start >= 0 and at >= below and ((long and short) or at == below):
            blocks.append((start, at))
            start = -1
        if start < 0:
            start, short = at, True
        short = short and not long
    if start >= 0:
        blocks.append((start, len(lines)))
    return blocks


def _is_footer(block: Sequence[str], *, signed: bool) -> bool:
    """Whether a paragraph is a footer; without a sign-off above it, only a legal one is."""
    _, marks, live, postscript, secrets = _patterns()
    text = " ".join(" ".join(block).split()).replace("’", "'")
    if postscript.match(text) or live.search(text):
        return False
    hits = {hit[0].casefold() for hit in marks.finditer(text[:8000])}
    if signed:
        return bool(hits)
    return len(hits) >= _LEGAL and secrets.search(text) is not None
