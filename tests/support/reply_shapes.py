"""Replies as mail programs write them: the marks above a quote, and the lines under an answer.

The shapes are the programs' own, in their languages; people and words are invented.
"""

# One line above a quote, with the quote marked by `>` or not.
ATTRIBUTIONS = (
    "On Tue, May 5, 2026 at 10:00 AM Ana Lopez <ana@a.example> wrote:",
    "On May 5, 2026, at 10:00 AM, Ana Lopez <ana@a.example> wrote:",
    "On 05/05/2026 10:00, Ana Lopez wrote:",
    "On 2026-05-05 10:00, Ana Lopez wrote:",
    "On Tue, 2026-05-05 at 10:00 +0200, Ana Lopez wrote:",
    "On Tuesday, May 5, 2026, Ana Lopez <ana@a.example> wrote:",
    "On Tuesday, May 5, 2026 10:00 AM, Ana Lopez <ana@a.example> wrote:",
    "On Tuesday, 5 May 2026, 10:00:00 GMT+2, Ana Lopez <ana@a.example> wrote:",
    'On 5/5/26, 10:00 AM, "Ana Lopez" <ana@a.example> wrote:',
    "Am Di., 5. Mai 2026 um 10:00 Uhr schrieb Ana Lopez <ana@a.example>:",
    "Am 05.05.2026 um 10:00 schrieb Ana Lopez:",
    "Am 5. Mai 2026 um 10:00:01 MESZ schrieb Ana Lopez <ana@a.example>:",
    ("Am Dienstag, 5. Mai 2026, 10:00:00 MESZ hat Ana Lopez <a@a.example> Folgendes geschrieben:"),
    'Am 05.05.26, 10:00 schrieb "Ana Lopez" <ana@a.example>:',
    "Ana Lopez <ana@a.example> schrieb am Di., 5. Mai 2026, 10:00:",
    "Ana Lopez schrieb am 05.05.2026 um 10:00:",
    "Le mar. 5 mai 2026 à 10:00, Ana Lopez <ana@a.example> a écrit :",
    "Le 5 mai 2026 à 10:00, Ana Lopez <ana@a.example> a écrit :",
    "Le 05/05/2026 à 10:00, Ana Lopez a écrit :",
    "Le mardi 5 mai 2026 à 10:00:00 UTC+2, Ana Lopez <ana@a.example> a écrit :",
    "El mar, 5 may 2026 a las 10:00, Ana Lopez (<ana@a.example>) escribió:",
    "El 5 may 2026, a las 10:00, Ana Lopez <ana@a.example> escribió:",
    "El 05/05/2026 a las 10:00, Ana Lopez escribió:",
    "El martes, 5 de mayo de 2026, Ana Lopez <ana@a.example> escribió:",
    "Il giorno mar 5 mag 2026 alle ore 10:00 Ana Lopez <ana@a.example> ha scritto:",
    "Il 05/05/2026 10:00, Ana Lopez ha scritto:",
    "Il giorno 05 mag 2026, alle ore 10:00, Ana Lopez <ana@a.example> ha scritto:",
    "Em ter., 5 de mai. de 2026 às 10:00, Ana Lopez <ana@a.example> escreveu:",
    "Em 5 de mai de 2026, à(s) 10:00, Ana Lopez <ana@a.example> escreveu:",
    "No dia 5 de maio de 2026 às 10:00, Ana Lopez <ana@a.example> escreveu:",
    "A 05/05/2026 10:00, Ana Lopez escreveu:",
    "Op di 5 mei 2026 om 10:00 schreef Ana Lopez <ana@a.example>:",
    "Op 5 mei 2026, om 10:00 heeft Ana Lopez <ana@a.example> het volgende geschreven:",
    "Op 05-05-2026 om 10:00 schreef Ana Lopez:",
    "W dniu 05.05.2026 o 10:00, Ana Lopez pisze:",
    "W dniu wt., 5.05.2026 o 10:00 Ana Lopez <ana@a.example> napisał(a):",
    "wt., 5 maj 2026 o 10:00 Ana Lopez <ana@a.example> napisał(a):",
    "Dnia 5 maja 2026 10:00 Ana Lopez <ana@a.example> napisał(a):",
    "Wiadomość napisana przez Ana Lopez <ana@a.example> w dniu 05.05.2026, o godz. 10:00:",
    "Den tis 5 maj 2026 kl 10:00 skrev Ana Lopez <ana@a.example>:",
    "5 maj 2026 kl. 10:00 skrev Ana Lopez <ana@a.example>:",
    "Den 2026-05-05 kl. 10:00, skrev Ana Lopez:",
    "Den tirs. 5. maj 2026 kl. 10.00 skrev Ana Lopez <ana@a.example>:",
    "Den 5. maj 2026 kl. 10.00 skrev Ana Lopez <ana@a.example>:",
    "Den 05-05-2026 kl. 10:00 skrev Ana Lopez:",
    "tir. 5. mai 2026 kl. 10:00 skrev Ana Lopez <ana@a.example>:",
    "5. mai 2026 kl. 10:00 skrev Ana Lopez <ana@a.example>:",
    "ti 5. toukok. 2026 klo 10.00 Ana Lopez (ana@a.example) kirjoitti:",
    "Ana Lopez <ana@a.example> kirjoitti 5.5.2026 kello 10.00:",
    "Ana Lopez kirjoitti 5.5.2026 klo 10.00:",
    "út 5. 5. 2026 v 10:00 odesílatel Ana Lopez <ana@a.example> napsal:",
    "Dne 5.5.2026 v 10:00 Ana Lopez napsal(a):",
    "5. 5. 2026 v 10:00, Ana Lopez <ana@a.example>:",
    "вт, 5 мая 2026 г. в 10:00, Ana Lopez <ana@a.example>:",
    "5 мая 2026 г., в 10:00, Ana Lopez <ana@a.example> написал(а):",
    "05.05.2026 10:00, Ana Lopez пишет:",
    '05.05.2026, 10:00, "Ana Lopez" <ana@a.example>:',
    "Вторник, 5 мая 2026, 10:00 +03:00 от Ana Lopez <ana@a.example>:",
    "вт, 5 трав. 2026 р. о 10:00 Ana Lopez <ana@a.example> пише:",
    "2026年5月5日(火) 10:00 Ana Lopez <ana@a.example>:",
    "2026/05/05 10:00、Ana Lopez <ana@a.example>のメール:",
    "2026/05/05 10:00、Ana Lopez のメッセージ:",
    "在 2026年5月5日，上午10:00，Ana Lopez <ana@a.example> 写道：",
    "Ana Lopez <ana@a.example> 于2026年5月5日周二 上午10:00写道：",
    "Ana Lopez <ana@a.example> 於 2026年5月5日 週二 上午10:00寫道：",
    'At 2026-05-05 10:00:00, "Ana Lopez" <ana@a.example> wrote:',
    '在 2026-05-05 10:00:00，"Ana Lopez" <ana@a.example> 写道：',
    "2026년 5월 5일 (화) 오전 10:00, Ana Lopez <ana@a.example>님이 작성:",
    "2026. 5. 5. 오전 10:00, Ana Lopez <ana@a.example> 작성:",
    "Ana Lopez <ana@a.example> ezt írta (időpont: 2026. máj. 5., K, 10:00):",
    "În mar., 5 mai 2026 la 10:00, Ana Lopez <ana@a.example> a scris:",
    "Ana Lopez <ana@a.example>, 5 May 2026 Sal, 10:00 tarihinde şunu yazdı:",
    "Vào Th 3, 5 thg 5, 2026 vào lúc 10:00 Ana Lopez <ana@a.example> đã viết:",
    "---- On Tue, 05 May 2026 10:00:00 +0200 Ana Lopez <ana@a.example> wrote ----",
    "---- On Tue, 05 May 2026 10:00:00 +0200 Ana Lopez wrote ----",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "------- Original Message -------",
    "Ana Lopez <ana@a.example> wrote on 05/05/2026 10:00:00 AM:",
    "Ana Lopez---05/05/2026 10:00:00 AM---Hello, what about the rack",
    "ana@a.example wrote:",
    "Ana Lopez wrote on 5 May 2026 at 10:00:",
    "Ana Lopez via Forum <forum@acme.example> wrote:",
    "Quoting Ana Lopez <ana@a.example>:",
    "Zitat von Ana Lopez <ana@a.example>:",
    "5. 5. 2026 o 10:00, Ana Lopez <ana@a.example> napísal:",
    "Dana 05.05.2026. u 10:00, Ana Lopez je napisao/la:",
    "Στις Τρί 5 Μαΐ 2026 στις 10:00 π.μ., ο/η Ana Lopez <ana@a.example> έγραψε:",
    "‫בתאריך יום ג׳, 5 במאי 2026 ב-10:00 מאת ‪Ana Lopez‬‏ <‪ana@a.example‬‏>:‬",
    "On Tue, 5 May 2026 at 10:00 Ana Lopez <ana@a.example [ana@a.example]> wrote:",
    "*On Tuesday, May 5, 2026 at 10:00 AM, Ana Lopez <ana@a.example> wrote:*",
    "_On Tuesday, May 5, 2026 at 10:00 AM, Ana Lopez wrote:_",
)

# A header block above a quote.
BLOCKS = {
    "en": (
        "From: Ana Lopez <ana@acme.example>\n"
        "Sent: Tuesday, May 5, 2026 10:00 AM\n"
        "To: Bo Ek\n"
        "Cc: Cy\n"
        "Subject: RE: rack"
    ),
    "de": (
        "Von: Ana Lopez [mailto:ana@x.example]\n"
        "Gesendet: Montag, 5. Mai 2026 10:00\n"
        "An: Bo Ek\n"
        "Cc: Cy\n"
        "Betreff: AW: Regal"
    ),
    "fr": ("De : Ana Lopez\nEnvoyé : lundi 5 mai 2026 10:00\nÀ : Bo Ek\nObjet : RE: étagère"),
    "es": (
        "De: Ana Lopez\n"
        "Enviado el: lunes, 5 de mayo de 2026 10:00\n"
        "Para: Bo Ek\n"
        "Asunto: RE: estante"
    ),
    "it": ("Da: Ana Lopez\nInviato: lunedì 5 maggio 2026 10:00\nA: Bo Ek\nOggetto: R: scaffale"),
    "pt": (
        "De: Ana Lopez\n"
        "Enviada em: segunda-feira, 5 de maio de 2026 10:00\n"
        "Para: Bo Ek\n"
        "Assunto: RES: estante"
    ),
    "nl": ("Van: Ana Lopez\nVerzonden: maandag 5 mei 2026 10:00\nAan: Bo Ek\nOnderwerp: RE: rek"),
    "pl": ("Od: Ana Lopez\nWysłano: poniedziałek, 5 maja 2026 10:00\nDo: Bo Ek\nTemat: ODP: regał"),
    "sv": ("Från: Ana Lopez\nSkickat: den 5 maj 2026 10:00\nTill: Bo Ek\nÄmne: SV: hylla"),
    "da": ("Fra: Ana Lopez\nSendt: 5. maj 2026 10:00\nTil: Bo Ek\nEmne: SV: reol"),
    "fi": (
        "Lähettäjä: Ana Lopez\n"
        "Lähetetty: maanantai 5. toukokuuta 2026 10:00\n"
        "Vastaanottaja: Bo Ek\n"
        "Aihe: VS: hylly"
    ),
    "cs": (
        "Od: Ana Lopez\nOdesláno: pondělí 5. května 2026 10:00\nKomu: Bo Ek\nPředmět: RE: regál"
    ),
    "ru": ("От: Ana Lopez\nОтправлено: 5 мая 2026 г. 10:00\nКому: Bo Ek\nТема: RE: полка"),
    "ja": ("差出人: Ana Lopez\n送信日時: 2026年5月5日 10:00\n宛先: Bo Ek\n件名: RE: 棚"),
    "zh": ("发件人: Ana Lopez\n发送时间: 2026年5月5日 10:00\n收件人: Bo Ek\n主题: 答复: 架子"),
    "zh2": ("寄件者： Ana Lopez\n寄件日期： 2026年5月5日 10:00\n收件者： Bo Ek\n主旨： RE: 架子"),
    "no": ("Fra: Ana Lopez\nSendt: tirsdag 5. mai 2026 10:00\nTil: Bo Ek\nEmne: SV: hylle"),
    "hu": ("Feladó: Ana Lopez\nElküldve: 2026. május 5. 10:00\nCímzett: Bo Ek\nTárgy: RE: polc"),
    "tr": ("Kimden: Ana Lopez\nGönderildi: 5 Mayıs 2026 Salı 10:00\nKime: Bo Ek\nKonu: RE: raf"),
    "ko": (
        "보낸 사람: Ana Lopez\n보낸 날짜: 2026년 5월 5일 10:00\n받는 사람: Bo Ek\n제목: RE: 선반"
    ),
}

# Lines that programs add under an answer.
DEVICES = (
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android",
    "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet von meinem iPhone",
    "Gesendet mit der GMX Mail App",
    "Von meinem Samsung Gerät gesendet.",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Gesendet von Mail für Windows 10",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil mobile Samsung",
    "Provenance : Courrier pour Windows 10",
    "Enviado desde mi iPhone",
    "Enviado desde mi dispositivo Samsung",
    "Inviato da iPhone",
    "Inviato dal mio dispositivo Samsung",
    "Enviado do meu iPhone",
    "Enviado via iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanaf mijn Galaxy",
    "Verzonden met Outlook voor Android",
    "Wysłane z iPhone’a",
    "Wysłane z mojego telefonu",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Sendt fra Mail til Windows",
    "Lähetetty iPhonesta",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено с моего iPhone",
    "Надіслано з мого iPhone",
    "iPhoneから送信",
    "从我的 iPhone 发送",
    "發自我的 iPhone",
    "나의 iPhone에서 보냄",
    "Sent from my iPhone. Please excuse brevity.",
    "Sent from my mobile device, please forgive typos",
    "Sent from Yahoo Mail on Android",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
    "Sent from Mail for Windows 10",
    "Sent from Nine<http://www.9folders.com/>",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from my T-Mobile 4G LTE Device",
    "Sent via the Samsung Galaxy S9, an AT&T 5G Evolution capable smartphone",
    "Sent with Proton Mail secure email.",
    "Sent from ProtonMail mobile",
    "<< Sent from my phone >>",
    "(Sent from a phone)",
    "Bo from mobile",
    "From My Iphone 6",
    "Sent with Airmail",
    "Sent from Outlook",
    "Sent from [Outlook Mobile](https://aka.ms/x)",
    "Sent via BlackBerry from T-Mobile",
    "Sent on the Sprint® Now Network from my BlackBerry®",
    "Sent from Unibox",
    "Sent from my Windows Phone",
    "--\nSent from Gmail Mobile",
    "Sent from Polymail ( https://polymail.io/ )",
    "Sent using Zoho Mail",
    "Sent from Front",
    "Sent from Samsung tablet",
    "Sent from a mobile device",
    "Envoyé avec Proton Mail",
    "Skickat från Outlook för Android",
    "Elküldve az iPhone-omról",
    "iPhone’umdan gönderildi",
    "Trimis de pe iPhone-ul meu",
    "Enviado desde Outlook Mobile",
    "Obtener Outlook para iOS",
    "Inviato da Outlook per Android",
    "Gesendet von Outlook für Android<https://x.y>",
    "Outlook für iOS beziehen",
    "Wysłane z programu Outlook dla systemu iOS",
)

# Lines that begin like them and are the writer's.
SENTENCES = (
    "Sent from my desk, where the phone never rings.",
    "From my phone I cannot log in.",
    "Sent from the warehouse on Monday, the parcel never came.",
    "Sent from my phone yesterday but you never replied",
    "On Monday we ship.",
    "Enviado el lunes por la tarde.",
    "The mobile app says:",
    "Via my bank I paid 20 EUR.",
)
