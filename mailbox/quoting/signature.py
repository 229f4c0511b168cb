"""What hangs under the words of a reply: signature, device line, disclaimer, list footer.

Careful by intent: a greeting ("Best regards, Ana") stays, because it is the writer's; a drawn rule
ends the words only where what follows is short. Losing a customer's sentence is worse than keeping
a footer.
"""

import re
from collections.abc import Sequence

from deskless.mailbox.quoting.header_block import is_rule

# Data, language by language: device lines, disclaimers, list footers.

# "Sent from my phone" in its languages: how the line begins ...
SENT_BY = (
    "sent from|sent via|sent with|sent by|sent using|sent on|sent through|sent while|from my"
    "|via my|composed on|composed in|written on|typed on|typed with|mailed from"
    "|email sent from|sent wirelessly from|sent securely|posted from|secured with"
    "|sent courtesy of|shared via|gesendet von|gesendet mit|gesendet via|gesendet über"
    "|gesendet aus|gesendet per|versendet mit|verschickt von|von meinem|von unterwegs"
    "|diese nachricht wurde|diese e-mail wurde|mobil gesendet|von unterwegs gesendet"
    "|envoyé depuis|envoyé de|envoyé à partir|envoyé avec|envoyé par|envoyé via|depuis mon"
    "|provenance|enviado desde|enviado con|enviado de|enviado por|enviado vía"
    "|enviado a través|enviado do|enviado pelo|enviado através|enviada do|enviado a partir"
    "|enviado via|desde mi|inviato da|inviato dal|inviato con|inviato tramite|inviato via"
    "|inviata da|spedito da|verzonden vanaf|verzonden met|verzonden via|verzonden van"
    "|verstuurd vanaf|verstuurd met|verstuurd via|verstuurd door|wysłane z|wysłano z"
    "|wysłano za pomocą|wysłane przez|wysłany z|wysłane za|skickat från|skickat med"
    "|skickad från|skickat via|sendt fra|sendt med|sendt via|sendt frå|lähetetty"
    "|lähetetty laitteesta|odesláno z|odesláno pomocí|posláno z|odoslané z|отправлено из"
    "|отправлено с|отправлено со|отправлено через|отправлено от|послано с|надіслано з"
    "|надіслано із|відправлено з|отримано з|изпратено от|从我的|發自我的|发自我的|發自|发自"
    "|来自我的|傳送自|從我的|用我的|iphoneから送信|ipadから送信|androidから送信|からの送信"
    "|나의|내|küldve|az|elküldve a|trimis de pe|trimis din|iphone'umdan|gönderildi|poslano s"
    "|poslano z|poslano iz|saadetud|saatsin|išsiųsta iš|nosūtīts no|εστάλη από|στάλθηκε από"
    "|enviat des|được gửi từ|đã gửi từ|gửi từ|dikirim dari|נשלח מה|أرسلت من"
)

# ... and what it names. One of these, near the beginning, makes it a device line.
DEVICES = (
    "iphon|windows|iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|redmi|oneplus|pixel"
    "|nokia|motorola|htc|lg|sony|xperia|nexus|windows phone|windows mail|windows live"
    "|windows 10|windows 11|outlook|hotmail|yahoo|gmail|gmx|aol|proton|protonmail|proton mail"
    "|tutanota|airmail|spark|sparrow|polymail|mailbird|thunderbird|k-9|k9|nine|bluemail"
    "|blue mail|newton|superhuman|acompli|mail\\.ru|yandex|zimbra|mailspring|postbox"
    "|mimestream|hey|front|missive|typeapp|myMail|boxer|touchdown|mobile|mobil|mobilgerät"
    "|mobiltelefon|smartphone|phone|handy|tablet|device|téléphone|portable|móvil|teléfono"
    "|celular|dispositivo|cellulare|telefonino|telefono|telefoon|toestel|telefonu|telefon"
    "|telefonen|puhelimesta|puhelimestani|laitteesta|телефона|смартфона|устройства|мобильного"
    "|mobilu|mobilního|мобільного|手机|手機|スマートフォン|verizon|t-mobile|at&t|vodafone"
    "|telekom|orange|rogers|bell|optus|telstra|three|o2|1&1|web\\.de|freenet|laptop|mac"
    "|macbook|apple|watch|surface|mail for windows|mail app|webmail|roundcube|usenet|siri"
    "|carplay|ios|pda"
)

# Adverts that stand beside such a line.
ADVERTS = (
    "get outlook for|get the outlook|download outlook|outlook für|outlook for ios"
    "|outlook for android|outlook pour|télécharger outlook|téléchargez outlook"
    "|obtenir outlook|obtener outlook|obtén outlook|descargar outlook|consiga outlook"
    "|scarica outlook|ottieni outlook|obter o outlook|obtenha o outlook|baixe o outlook"
    "|outlook voor|download outlook voor|pobierz program outlook|pobierz outlook"
    "|uzyskaj aplikację outlook|hämta outlook|skaffa outlook|hent outlook|få outlook"
    "|last ned outlook|hanki outlook|získat outlook|získajte outlook|stáhnout outlook"
    "|скачать outlook|загрузить outlook|получить outlook|获取 outlook|取得 outlook"
    "|outlook を入手|下载 outlook|yahoo mail: search, organize, conquer|yahoo mail para"
    "|get the all-new yahoo|do you yahoo|avast|virus-free|virenfrei|sans virus|libre de virus"
    "|privo di virus|virusvrij|livre de vírus|this email has been checked for viruses"
    "|get your free|get free email|your e-mail. more secure|please consider the environment"
    "|bitte denken sie an die umwelt|pensez à l'environnement|before printing"
    "|antes de imprimir|prima di stampare|denk aan het milieu|please excuse typos"
    "|please excuse brevity|excuse my brevity|excuse any typos|excuse the brevity"
    "|please excuse the brevity|please excuse my brevity|entschuldigen sie die kürze"
    "|bitte entschuldigen sie|désolé pour la brièveté|veuillez excuser ma brièveté"
    "|disculpe la brevedad|por favor disculpe"
)

# Two of these in one paragraph make it a disclaimer; a gateway's banner needs one.
DISCLAIMERS = (
    "confidential|privileged|intended recipient|intended solely|intended only"
    "|solely for the use|received this|in error|unauthorized|unauthorised|strictly prohibited"
    "|notify the sender|delete this|delete it|any attachments|disclosure|legally binding"
    "|registered office|vertraulich|irrtümlich|unbefugte|nicht der richtige adressat"
    "|vernichten|informieren sie|rechtlich geschützt|nicht der beabsichtigte|nicht gestattet"
    "|ausschließlich für|löschen sie|confidentiel|destinataire|par erreur|expéditeur"
    "|toute utilisation|détruire|interdite|confidencial|destinatario|por error|notifique"
    "|prohibida|remitente|elimin|exclusivo|riservat|destinatari|per errore|vietat|mittente"
    "|cancellar|confidenziale|destinatário|por engano|proibida|remetente|apague|sigilos"
    "|vertrouwelijk|geadresseerde|bestemd|per abuis|abusievelijk|afzender|verwijder|verboden"
    "|poufn|adresat|omyłkowo|nadawc|usunięcie|zabronione|konfidentiell|mottagare|avsändaren"
    "|av misstag|fortrolig|modtager|afsender|ved en fejl|mottaker|avsender|ved en feil"
    "|luottamuksell|vastaanottaj|důvěrn|příjemc|odesílatel|omylem|конфиденциальн|получател"
    "|отправител|по ошибке|機密|受信者|誤って|机密|收件人|误"
)
BANNERS = (
    "this email originated from outside|this message originated from outside|external email"
    "|email originated outside|external sender|this message came from outside"
    "|use caution when opening|do not click links or open attachments"
    "|don't often get email from|diese e-mail kommt von extern"
    "|diese e-mail stammt von außerhalb|externe e-mail|externe absender"
    "|cet e-mail provient de l'extérieur|courriel externe|este correo proviene de fuera"
    "|correo externo|email esterna|deze e-mail is afkomstig van buiten"
    "|learn why this is important"
)
DISCLAIMER_OPENERS = (
    "this e-mail|this email|this message|the information|the content|the contents"
    "|confidentiality|disclaimer|notice:|important notice|important:|legal notice|privileged"
    "|if you are not|caution|warning|[external|external|diese e-mail|diese mail"
    "|diese nachricht|der inhalt|die information|vertraulichkeit|wichtiger hinweis|hinweis:"
    "|ce message|ce courriel|cet e-mail|cet email|ce mail|les informations|avertissement"
    "|este mensaje|este correo|este e-mail|la información|aviso|questo messaggio"
    "|questa e-mail|questa email|le informazioni|il contenuto|avviso|esta mensagem"
    "|as informações|deze e-mail|dit bericht|dit e-mailbericht|de informatie|de inhoud"
    "|ta wiadomość|niniejsza|treść|informacje|detta meddelande|detta e-post|denne e-mail"
    "|denne e-post|denne meddelelse|denne meldingen|tämä viesti|tämä sähköposti|tato zpráva"
    "|tento e-mail|toto|это сообщение|данное|настоящее|информация|このメール|本メール|本邮件"
    "|此邮件|本電子郵件"
)

# Footers of mailing lists and trackers: from here on nothing is the writer's.
LISTS = (
    "you received this message because|you are receiving this because|you're receiving this"
    "|to unsubscribe|unsubscribe:|to post to this group|for more options, visit|visit my web"
    "|to view this discussion|to reply to this email|reply to this email directly"
    "|list-unsubscribe|mailing list|manage your subscription|view it on github"
    "|mute the thread|reply here|hit reply from your inbox|to respond, reply to this email"
    "|visit topic|sie erhalten diese nachricht|um sich abzumelden|vous recevez ce message"
    "|pour vous désinscrire|recibes este mensaje|has recibido este mensaje|para darte de baja"
    "|hai ricevuto questo messaggio|per annullare|você recebeu esta mensagem"
    "|u ontvangt dit bericht|para cancelar"
)


_SENT = tuple(sorted(SENT_BY.split("|"), key=len, reverse=True))
_STRONG = ("sent", "gesend", "envoy", "envi", "invi", "verz", "verst", "wysł", "skick", "lähet")
_DEVICE = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(DEVICES.split("|"), key=len, reverse=True)) + r")", re.I
)
_LAST = (
    "gesendet",
    "보냄",
    "送信",
    "gönderildi",
    "küldve",
    "发送",
    "發送",
    "geschickt",
    "verschickt",
)
_ADVERTS = tuple(ADVERTS.split("|"))
_DISCLAIMERS = re.compile("|".join(DISCLAIMERS.split("|")), re.I)
_BANNERS = re.compile("|".join(map(re.escape, BANNERS.split("|"))), re.I)
_WARNS = (
    "[",
    "caution",
    "external",
    "warning",
    "achtung",
    "attention",
    "you don't often",
    "vorsicht",
)
_OPENERS = tuple(DISCLAIMER_OPENERS.split("|"))
_LISTS = tuple(LISTS.split("|"))
_LINK = re.compile(r"[<(\[]\s*(?:https?://|mailto:|www\.)[^\s<>]{0,500}[>)\]]|https?://\S{1,500}")
_SHORT = re.compile(r"\s{0,3}(?:-{2,4}|_{2,4}|\+{2,4}|={2,4}|~{2,4}|#{3,4}|\*{3,4}|—+)\s*")
_DASH_TEXT = re.compile(r"\s{0,3}-- \s*\S.{0,80}")
_DASH_NAME = re.compile(
    r"[-–—~]\s?[^\W\d_a-z][^\W\d_]{1,20}(?:[ .]{1,2}[^\W\d_a-z][\w.'-]{0,20}){0,3}"
)
_PGP_HEAD = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:(?:Hash|Charset): [^\n]{1,40}\n){0,3}\n?"
)
_SPEAKS = frozenset(
    {"i", "we", "you", "they", "but", "and", "ich", "sie", "wir", "je", "vous", "yo"}
)
_CONTACT = re.compile(r"https?://|www\.|\S@\S|\d[\d ()/.-]{6,}\d")
_GREETS = re.compile(
    r"(?i)(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|greetings|hallo"
    r"|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte\w*|liebe\w*|bonjour|bonsoir|salut|cher"
    r"|chère|madame|monsieur"
    r"|hola|buenos días|buenas(?: tardes)?|estimad\w+)\b(?:[ ,!.:]+[\w.-]+){0,5}[ ,!.:–-]*"
)
_PROSE = 9  # words of a line that is a sentence and no address
_TAIL = 15  # non-blank lines at most that a rule may cut off
_HEADING = 3  # a rule this close to its upper line's length underlines it


def without_armour(text: str) -> str:
    """The text without the armour of an inline PGP signature."""
    if "-----BEGIN PGP" not in text:
        return text
    text = _PGP_HEAD.sub("", text, count=1)
    head, mark, tail = text.partition("-----BEGIN PGP SIGNATURE-----")
    return head + tail.partition("-----END PGP SIGNATURE-----")[2] if mark else text


def is_device_line(line: str) -> bool:
    """Whether the line is one that a phone or mail program adds ("Sent from my iPhone")."""
    if len(line) > 240:
        return False
    body = _LINK.sub("", line).strip(" \t<>()[]{}*_-–—~.!\"'|•").lower()
    if not body:
        return False
    if body.startswith(_ADVERTS):
        return len(body.split()) <= 16
    if body.startswith(("from", "via", "az ", "내", "나의", "depuis", "desde", "von")):
        return _few(body, 5, 1) or (body.endswith(_LAST) and _few(body, 9, 9))
    if body.endswith(_LAST) and len(body.split()) <= 14:
        return bool(_DEVICE.search(body))
    if not body.startswith(_SENT):
        return len(body) < 40 and bool(
            re.fullmatch(r"[^\W\d_]{2,15}(?: from| via) (?:my )?(?:mobile|phone|iphone|ipad)", body)
        )
    opener = next(word for word in _SENT if body.startswith(word))
    clause = re.split(r"[,;!]|\. |\s[-–—]\s", body[len(opener) :], maxsplit=1)[0]
    if _DEVICE.search(clause):
        return _strange(clause) <= 2 and len(body.split()) <= 24
    return (
        "," not in body
        and not line.rstrip().endswith((".", "?", ":"))
        and len(clause.split()) <= 3
        and opener.startswith(_STRONG)
    )


def _few(body: str, most: int, strange: int) -> bool:
    tokens = body.split()
    return len(tokens) <= most and bool(_DEVICE.search(body)) and _strange(body) - 1 <= strange


def _strange(clause: str) -> int:
    """How many words of a device line name no device and join nothing."""
    left = _DEVICE.sub(" ", clause)
    return sum(
        1 for word in left.split() if len(word) > 3 and word.isalpha() and word not in _PLAIN
    )


_PLAIN = frozenset(
    [
        "from",
        "with",
        "using",
        "wireless",
        "network",
        "powered",
        "smartphone",
        "gerät",
        "appareil",
        "meinem",
        "mein",
        "mijn",
        "mitt",
        "minha",
        "meine",
        "mobilny",
        "mail",
        "email",
        "e-mail",
        "device",
        "client",
        "version",
        "samsung",
        "plus",
    ]
)


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The runs of non-blank lines, as (start, end)."""
    runs: list[tuple[int, int]] = []
    start = -1
    for at, line in enumerate(lines):
        if line.strip():
            if start < 0:
                start = at
        elif start >= 0:
            runs.append((start, at))
            start = -1
    if start >= 0:
        runs.append((start, len(lines)))
    return runs


def _legal(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether a paragraph is a disclaimer or a gateway's banner."""
    head = lines[start][:400].strip(" \t*_<>()|-–—\"'").lower()
    if not head.startswith((*_OPENERS, *_WARNS)):
        return False
    text = " ".join(lines[start : min(end, start + 40)])[:4000]
    if head.startswith(_WARNS) and len(text) < 600 and _BANNERS.search(text):
        return True
    hits = {match.group().lower() for match in _DISCLAIMERS.finditer(text)}
    return len(text) > 60 and len(hits) >= 2


def _listed(lines: Sequence[str], at: int) -> bool:
    """Whether a mailing list's or tracker's footer begins at this line."""
    body = lines[at][:300].strip(" \t*_[]()—-").lower()
    if not body.startswith(_LISTS):
        return False
    near = " ".join(lines[at : at + 3])[:600]
    return "@" in near or "http" in near or "www." in near


def _delimits(lines: Sequence[str], at: int) -> bool:
    """Whether the words end at this line: `-- `, or a drawn rule above what looks like a footer."""
    line = lines[at]
    if line.strip() in ("--", "—", "–", "__", "ᐧ"):
        return True
    if _DASH_TEXT.fullmatch(line[:90]):
        return not any(other.lstrip().startswith("-- ") for other in lines[at + 1 : at + 4])
    short = _SHORT.fullmatch(line[:40]) is not None
    if not short and not is_rule(line):
        return False
    above = lines[at - 1].strip() if at else ""
    if not short and above and abs(len(above) - len(line.strip())) <= _HEADING:
        return False
    if _framed(lines, at):
        return False
    return _hangs(lines[at + 1 : at + 80])


def _framed(lines: Sequence[str], at: int) -> bool:
    """Whether the same rule stands near above, or below with words under it: the two frame."""
    drawn = lines[at].strip()
    if any(line.strip() == drawn for line in lines[max(0, at - 40) : at]):
        return True
    below = [line.strip() for line in lines[at + 1 : at + 40] if line.strip()]
    return drawn in below[:-1]


def _hangs(rest: Sequence[str]) -> bool:
    """Whether what stands below a rule is short and no prose: a name, a number, a list's links."""
    filled = [line.strip() for line in rest if line.strip()]
    if len(filled) > _TAIL:
        return False
    prose = sum(1 for line in filled if len(line.split()) >= _PROSE)
    return prose <= 1 or any(_CONTACT.search(line) for line in filled)


def trim_signature(lines: list[str]) -> list[str]:
    """One stretch of the writer's lines without what hangs under it, otherwise as it was."""
    drop = [False] * len(lines)
    seen = False
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if seen and _delimits(lines, at) and _all_below(lines, at):
            drop[at] = True
        elif (seen and (_delimits(lines, at) or _listed(lines, at))) or (
            not seen and line.rstrip("\r") == "-- "
        ):
            lines, drop = lines[:at], drop[:at]
            break
        if (is_device_line(line) or (seen and _boast(lines, at))) and _alone(lines, at):
            drop[at] = True
        else:
            seen = True
    for start, end in _paragraphs(lines):
        if end - start <= 60 and _legal(lines, start, end):
            drop[start:end] = [True] * (end - start)
    lines_left = [line for at, line in enumerate(lines) if not drop[at]]
    return _nameless(lines_left)


def _all_below(lines: Sequence[str], at: int) -> bool:
    """Whether all that somebody says stands below a line: above it is a greeting or a banner."""
    above = " ".join(
        " ".join(lines[start:end])
        for start, end in _paragraphs(lines[:at])
        if not _legal(lines, start, end)
    )
    if above and not _GREETS.fullmatch(above.strip()):
        return False
    below = lines[at + 1 :]
    return any(
        len(" ".join(below[start:end]).split()) >= _PROSE
        and not _legal(below, start, end)
        and not _CONTACT.search(" ".join(below[start:end]))
        for start, end in _paragraphs(below)
    )


def _boast(lines: Sequence[str], at: int) -> bool:
    """Whether a last paragraph of one short line says "Sent from ..." of no known device."""
    body = lines[at].strip(" *_-–—~<>()").lower()
    return (
        body.startswith(("sent from ", "envoyé depuis ", "gesendet von ", "enviado desde "))
        and len(body.split()) <= 8
        and _SPEAKS.isdisjoint(body.split())
        and not re.search(r"[,.?:;\d]", body)
        and not lines[at - 1].strip()
        and not any(below.strip() for below in lines[at + 1 :][:20])
    )


def _alone(lines: Sequence[str], at: int) -> bool:
    """Whether a device line is no part of a paragraph that goes on below it."""
    if at + 1 >= len(lines) or not lines[at + 1].strip():
        return True
    below = lines[at + 1]
    return (
        bool(_LINK.search(below))
        or is_device_line(below)
        or is_rule(below)
        or len(lines[at].split()) <= 4
    )


def _nameless(lines: list[str]) -> list[str]:
    """Drop a last line like "-Ana Lopez" where it stands under a paragraph of its own."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if len(filled) < 2:
        return lines
    last, before = filled[-1], filled[-2]
    if last - before >= 2 and _DASH_NAME.fullmatch(lines[last].strip()):
        return lines[: before + 1]
    return lines
