"""Forwarded mails as programs write them: client × language × way of writing a sender.

Every shape was taken from how a program lays out a forward; the people and words are invented.
"""

from collections.abc import Iterator

BODY = "Hello Bo,\n\nthe rack in Leeds fell over. Please call.\n\nIda Berg"
SUBJECT = "Rack in Leeds"

# Apple's title, and its labels From, Subject, Date, To, Cc (Thunderbird and Outlook share these).
APPLE = {
    "en": "Begin forwarded message:|From|Subject|Date|To|Cc",
    "de": "Anfang der weitergeleiteten Nachricht:|Von|Betreff|Datum|An|Kopie",
    "fr": "Début du message réexpédié :|De|Objet|Date|À|Cc",
    "es": "Inicio del mensaje reenviado:|De|Asunto|Fecha|Para|Cc",
    "it": "Inizio messaggio inoltrato:|Da|Oggetto|Data|A|Cc",
    "pt": "Início da mensagem reencaminhada:|De|Assunto|Data|Para|Cc",
    "nl": "Begin doorgestuurd bericht:|Van|Onderwerp|Datum|Aan|Kopie",
    "pl": "Początek przekazywanej wiadomości:|Od|Temat|Data|Do|Dw",
    "sv": "Vidarebefordrat mejl:|Från|Ämne|Datum|Till|Kopia",
    "da": "Start på videresendt besked:|Fra|Emne|Dato|Til|Cc",
    "no": "Videresendt melding:|Fra|Emne|Dato|Til|Kopi",
    "fi": "Välitetty viesti alkaa:|Lähettäjä|Aihe|Päivämäärä|Vastaanottaja|Kopio",
    "cs": "Začátek přeposílané zprávy:|Od|Předmět|Datum|Komu|Kopie",
    "ru": "Начало переадресованного сообщения:|От|Тема|Дата|Кому|Копия",
    "uk": "Початок листа, що пересилається:|Від|Тема|Дата|Кому|Копія",
    "hu": "Továbbított levél kezdete:|Feladó|Tárgy|Dátum|Címzett|Másolat",
    "ro": "Începe mesajul redirecționat:|De la|Subiectul|Dată|Destinatarul|Cc",
    "tr": "İleti başlangıcı:|Kimden|Konu|Tarih|Kime|Bilgi",
    "hr": "Započni proslijeđenu poruku:|Od|Predmet|Datum|Prima|Cc",
    "sk": "Začiatok preposlanej správy:|Od|Predmet|Dátum|Pre|Cc",
    "et": "Edastatud kiri:|Saatja|Teema|Kuupäev|Saaja|Koopia",
}
THUNDERBIRD = {
    "en": "Forwarded Message",
    "de": "Weitergeleitete Nachricht",
    "fr": "Message transféré",
    "es": "Mensaje reenviado",
    "it": "Messaggio Inoltrato",
    "pt": "Mensagem reencaminhada",
    "nl": "Doorgestuurd bericht",
    "pl": "Treść przekazanej wiadomości",
    "sv": "Vidarebefordrat meddelande",
    "da": "Videresendt meddelelse",
    "no": "Videresendt melding",
    "fi": "Välitetty viesti / Fwd.Msg",
    "cs": "Přeposlaná zpráva",
    "ru": "Перенаправленное сообщение",
    "uk": "Переслане повідомлення",
    "hu": "Továbbított üzenet",
    "ro": "Mesaj redirecționat",
    "tr": "İletilen İleti",
    "hr": "Proslijeđena poruka",
    "sk": "Preposlaná správa --- Forwarded Message",
    "et": "Edastatud kiri",
}
YAHOO = {
    "en": "From|To|Cc|Sent|Subject",
    "de": "Von|An|CC|Gesendet|Betreff",
    "fr": "De|À|Cc|Envoyé|Objet",
    "es": "De|Para|CC|Enviado|Asunto",
    "it": "Da|A|Cc|Inviato|Oggetto",
    "pt": "De|Para|Cc|Enviado|Assunto",
    "nl": "Van|Aan|Cc|Verzonden|Onderwerp",
    "pl": "Od|Do|Dw|Wysłano|Temat",
    "sv": "Från|Till|Kopia|Skickat|Ämne",
    "da": "Fra|Til|Cc|Sendt|Emne",
    "no": "Fra|Til|Kopi|Sendt|Emne",
    "fi": "Lähettäjä|Vastaanottaja|Kopio|Lähetetty|Aihe",
    "cs": "Od|Komu|Kopie|Datum|Předmět",
    "ru": "От|Кому|Копия|Отправлено|Тема",
    "uk": "Від|Кому|Копія|Відправлено|Тема",
    "hu": "Feladó|Címzett|Másolat|Elküldve|Tárgy",
    "ro": "De la|Către|Cc|Trimis|Subiect",
    "tr": "Kimden|Kime|Cc|Gönderilen|Konu",
    "sk": "Od|Komu|Kópia|Odoslané|Predmet",
}

# Outlook 2019 for Mac forwards with an attribution line and no block.
OUTLOOK_2019 = {
    "cs": "Dne 5.5.2026 10:00, Ida Berg <{}> napsal(a):",
    "da": 'D. 05.05.2026 10.00 skrev "Ida Berg" <{}>:',
    "de": 'Am 05.05.26, 10:00 schrieb "Ida Berg" <{}>:',
    "en": 'On 5/5/26, 10:00 AM, "Ida Berg" <{}> wrote:',
    "es": 'El 5/5/26 10:00, "Ida Berg" <{}> escribió:',
    "fr": "Le 05/05/2026 10:00, « Ida Berg » <{}> a écrit :",
    "fi": "Ida Berg <{}> kirjoitti 5.5.2026 klo 10.00:",
    "hu": "5/5/2026 10:00 időpontban Ida Berg <{}> ezt írta:",
    "it": 'Il giorno 05/05/26, 10:00 "Ida Berg" <{}> ha scritto:',
    "nl": "Op 5-5-2026 10:00 heeft Ida Berg <{}> geschreven:",
    "no": "Ida Berg <{}> skrev følgende den 05.05.2026 10:00:",
    "pl": "Dnia 05.05.2026 10:00 „Ida Berg” <{}> napisał:",
    "pt": 'Em 05/05/2026 10:00, "Ida Berg" <{}> escreveu:',
    "ru": '05.05.2026, 10:00 пользователь "Ida Berg" <{}> написал:',
    "sk": "5. 5. 2026, 10:00 používateľ Ida Berg (<{}>) napísal:",
    "sv": 'Den 2026-05-05 10:00 skrev "Ida Berg" <{}> följande:',
    "tr": '"Ida Berg" <{}>, 05.05.2026 10:00 tarihinde şunu yazdı:',
}

SENDERS = {
    "Ida Berg <ida@cust.example>": ("Ida Berg", "ida@cust.example"),
    '"Berg, Ida" <ida@cust.example>': ("Berg, Ida", "ida@cust.example"),
    "Berg, Ida <ida@cust.example>": ("Berg, Ida", "ida@cust.example"),
    "ida@cust.example": ("", "ida@cust.example"),
    "<ida@cust.example>": ("", "ida@cust.example"),
    "ida@cust.example <ida@cust.example>": ("", "ida@cust.example"),
    "'Ida Berg' <ida@cust.example>": ("Ida Berg", "ida@cust.example"),
    "Ida Berg [ida@cust.example]": ("Ida Berg", "ida@cust.example"),
    "Ida Berg [mailto:ida@cust.example]": ("Ida Berg", "ida@cust.example"),
    "Ida Berg <mailto:ida@cust.example>": ("Ida Berg", "ida@cust.example"),
    "Ida Berg <ida@cust.example<mailto:ida@cust.example>>": ("Ida Berg", "ida@cust.example"),
    "Ida Berg\n<ida@cust.example>": ("Ida Berg", "ida@cust.example"),
    "Ida Berg (Leeds) <ida@cust.example>": ("Ida Berg (Leeds)", "ida@cust.example"),
    "Ida Berg": ("Ida Berg", ""),
    "Ida@Cust.example<mailto:Ida@Cust.example>": ("", "ida@cust.example"),
}

# Notes above a forward. Each but the first two carries an address that must not win.
COVERS = (
    "",
    "FYI, please look.\n\nMia",
    "Hi team,\n\nthis came in. From: Mia Roth <mia@acme.example> see below\n\n-- \n"
    "Mia Roth <mia@acme.example>\nFrom: Leeds",
    "Mia Roth <mia@acme.example>\nPlease take it, Bo <bo@acme.example>:",
    "From: Mia Roth <mia@acme.example>\nTo the team: see below.\n\nSent from my iPhone",
    "mia@acme.example",
    "See this.\n\n________________________________\nMia Roth\nmia@acme.example\n"
    "________________________________",
    "Please call mia@acme.example on 5 May 2026:",
    "Mia Roth | Support\nE-Mail: mia@acme.example\nTel: +44 113 496 0000",
)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def shapes(lang: str, sender: str) -> Iterator[tuple[str, str, str]]:
    """Every forward of a language with this sender, as (client, subject, text)."""
    title, who, about, when, to, cc = APPLE[lang].split("|")
    fwd = f"Fwd: {SUBJECT}"
    apple = (
        f"{who}: {sender}\n{about}: {SUBJECT}\n{when}: 5 May 2026 at 10:00:00 CEST\n"
        f"{to}: Bo Ek <bo@shop.example>\n{cc}: cy@shop.example, Di <di@shop.example>\n\n{BODY}"
    )
    yield "apple", fwd, f"{title}\n\n{apple}"
    yield "apple quoted", fwd, _quoted(f"{title}\n\n{apple}")
    yield "apple half quoted", fwd, f"{title}\n\n{_quoted(apple)}"
    yield (
        "gmail",
        fwd,
        f"---------- Forwarded message ---------\n{who}: {sender}\nDate: Tue, 5 May 2026 at 10:00\n"
        f"Subject: {SUBJECT}\nTo: <bo@shop.example>\nCc: Cy <cy@shop.example>\n\n\n{BODY}",
    )
    yield (
        "thunderbird",
        fwd,
        f"-------- {THUNDERBIRD[lang]} --------\n{about}: \t{SUBJECT}\n{when}: \tTue, 5 May 2026\n"
        f"{who}: \t{sender}\n{to}: \tBo Ek <bo@shop.example>\n\n\n\n{BODY}",
    )
    yield (
        "outlook live",
        f"FW: {SUBJECT}",
        f"\n\n{'_' * 32}\nFrom: {sender}\nSent: Tuesday, May 5, 2026 10:00 AM\n"
        f"To: Bo Ek <bo@shop.example>\nCc: Cy <cy@shop.example>\nSubject: {SUBJECT}\n\n{BODY}",
    )
    block = (
        f"{who}: {sender}\n{when}: Tuesday, May 5, 2026 10:00 AM\n"
        f"{to}: Bo Ek <bo@shop.example>\n{about}: {SUBJECT}"
    )
    yield "outlook", f"FW: {SUBJECT}", f"\n\n{block}\n\n{BODY}"
    bold = "\n".join(
        f"*{name}:*{value}" if known and name[0].isupper() else f"{name}{known}{value}"
        for name, known, value in (line.partition(":") for line in block.split("\n"))
    )
    yield "outlook bold", f"WG: {SUBJECT}", f"{bold}\n\n{BODY}"
    yield "outlook old", f"TR: {SUBJECT}", f"-----Original Message-----\n{block}\n\n{BODY}"
    mailmate = (
        f"From: {sender}\nTo: Bo <bo@shop.example>\nSubject: {SUBJECT}\nDate: 5 May 2026\n\n{BODY}"
    )
    yield "mailmate", fwd, f"Forwarded message:\n\n{_quoted(mailmate)}"
    yield "notes", fwd, f"----- Forwarded by Bo Ek/Shop on 05/05/2026 -----\n\n{block}\n\n\n{BODY}"
    if lang in YAHOO and "@" in sender:
        yield from _yahoo(lang, sender)


def _yahoo(lang: str, sender: str) -> Iterator[tuple[str, str, str]]:
    labels = YAHOO[lang].split("|")
    title = THUNDERBIRD[lang].split(" /")[0].split(" ---")[0]
    values = (
        sender,
        "Bo Ek <bo@shop.example>",
        "Cy <cy@shop.example>",
        "Tuesday, May 5, 2026, 10:00:00 AM GMT+2",
        SUBJECT,
    )
    fields = [f"{label}: {value}" for label, value in zip(labels, values, strict=True)]
    subject = f"Fw: {SUBJECT}"
    yield "yahoo", subject, f"----- {title} -----\n" + "\n".join(fields) + f"\n\n{BODY}"
    yield "yahoo glued", subject, f"   ----- {title} -----{''.join(fields)}\n\n{BODY}"
    yield "yahoo spaced", subject, f"----- {title} ----- {' '.join(fields)}\n\n{BODY}"
