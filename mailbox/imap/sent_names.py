"""What mail programs and providers call the folder of sent mail, by language.

Each line is a name that a program creates: Outlook and Exchange ("Sent Items" and its like), Apple
Mail ("Sent Messages"), Gmail ("Sent Mail"), Thunderbird, Roundcube and Zimbra ("Sent"), and the
providers of that language. Compared without case, in NFC, hyphens as blanks, without
the folders above. Of several folders the shallowest is taken, then the first in this order. Words
that also mean mail still to be sent (outbox, Postausgang, 送信箱) are left out on purpose.
"""

SENT_NAMES: dict[str, tuple[str, ...]] = {
    # What programs create whatever the language: first.
    "en": (
        "sent", "sent items", "sent messages", "sent mail", "sent-mail", "sent e-mail",
        "sent email", "sent emails", "sent-items", "sent-messages", "sentitems", "sentmail",
        "sentbox", "sent objects", "sent mails", "outbox.sent",
    ),
    "de": (
        "gesendet", "gesendete", "gesendete elemente", "gesendete objekte",
        "gesendete nachrichten", "gesendete mails", "gesendete e-mails", "gesendete post",
    ),
    "fr": (
        "envoyé", "envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé",
        "courriers envoyés", "mails envoyés", "e-mails envoyés", "objets envoyés",
        "courriels envoyés", "envois",
    ),
    "es": (
        "enviado", "enviados", "elementos enviados", "mensajes enviados", "correo enviado",
        "correos enviados", "objetos enviados",
    ),
    "pt": (
        "itens enviados", "mensagens enviadas", "enviadas", "e-mails enviados", "e-mail enviado",
        "emails enviados", "correio enviado", "itens enviadas",
    ),
    "it": (
        "inviata", "inviati", "inviate", "posta inviata", "elementi inviati", "messaggi inviati",
        "oggetti inviati", "e-mail inviate",
    ),
    "nl": (
        "verzonden", "verzonden items", "verzonden berichten", "verzonden objecten",
        "verzonden e-mail", "verstuurd", "verzonden post",
    ),
    "pl": (
        "wysłane", "elementy wysłane", "wysłane elementy", "wiadomości wysłane",
        "wysłane wiadomości", "poczta wysłana",
    ),
    "sv": (
        "skickat", "skickade", "skickade objekt", "skickade meddelanden", "skickad e-post",
        "skickade mejl", "skickade brev", "skickad post",
    ),
    "da": (
        "sendt", "sendte", "sendt post", "sendte elementer", "sendte meddelelser", "sendt e-mail",
        "sendte beskeder", "sendte e-mails",
    ),
    "no": ("sendte meldinger", "sendt e-post", "sendte objekter", "sendt element", "sende"),
    "fi": (
        "lähetetyt", "lähetetty", "lähetetyt viestit", "lähetetyt kohteet", "lähetetyt sähköpostit",
    ),
    "is": ("sendir hlutir", "sendur póstur", "sendir póstar"),
    "cs": (
        "odeslané", "odeslaná pošta", "odeslané položky", "odeslané zprávy", "odeslaná",
    ),
    "sk": (
        "odoslané", "odoslaná pošta", "odoslané položky", "odoslané správy", "odoslaná",
    ),
    "hu": (
        "elküldött", "elküldött elemek", "elküldött üzenetek", "elküldött levelek", "elküldve",
        "elküldöttek",
    ),
    "ro": (
        "trimise", "mesaje trimise", "elemente trimise", "trimis", "e-mailuri trimise",
        "mail trimis", "articole trimise", "obiecte trimise",
    ),
    "ru": (
        "отправленные", "отправленное", "отправленные сообщения", "отправленные письма",
        "отправленные элементы",
    ),
    "uk": (
        "надіслані", "відправлені", "надіслане", "надіслані елементи", "надіслані листи",
        "надіслані повідомлення", "відправлені листи",
    ),
    "be": ("адпраўленыя", "дасланыя", "адасланыя", "даслана"),
    "bg": (
        "изпратени", "изпратена поща", "изпратени елементи", "изпратени съобщения",
        "изпратени писма", "изпратено",
    ),
    "sr": (
        "послато", "послате", "послате ставке", "послате поруке", "poslato", "poslate stavke",
        "poslate poruke",
    ),
    "mk": ("испратени", "испратено", "испратени пораки", "пратени", "испратена пошта"),
    "hr": ("poslano", "poslane stavke", "poslane poruke", "poslana pošta", "poslane"),
    "bs": ("poslate stavke", "poslane stavke", "poslano"),
    "sl": ("poslano", "poslana pošta", "poslani elementi", "poslana sporočila", "poslani predmeti"),
    "sq": ("dërguar", "të dërguarat", "të dërguara", "mesazhe të dërguara"),
    "el": (
        "απεσταλμένα", "απεσταλμένα στοιχεία", "απεσταλμένα μηνύματα", "σταλμένα",
        "απεσταλμένη αλληλογραφία",
    ),
    "tr": (
        "gönderilmiş", "gönderilmiş öğeler", "gönderilenler", "gönderilmiş postalar",
        "gönderilen", "gönderilmiş iletiler", "gönderilmiş posta", "gönderilen öğeler",
        "gönderilen postalar", "gönderilen mesajlar", "gönderilmiş mesajlar",
    ),
    "az": ("göndərilmiş", "göndərilənlər", "göndərilmiş məktublar"),
    "et": (
        "saadetud", "saadetud kirjad", "saadetud üksused", "saadetud sõnumid", "saadetud e-kirjad",
    ),
    "lv": (
        "nosūtīts", "nosūtītie", "nosūtītie vienumi", "nosūtītās ziņas", "nosūtītās vēstules",
        "nosūtītās", "sūtītie",
    ),
    "lt": (
        "išsiųsta", "išsiųsti", "išsiųsti laiškai", "išsiųsti elementai", "išsiųstieji",
        "išsiųsta pašta", "išsiųsti pranešimai",
    ),
    "ca": (
        "enviats", "elements enviats", "missatges enviats", "correu enviat", "correus enviats",
    ),
    "gl": ("correo enviado", "elementos enviados", "mensaxes enviadas"),
    "eu": ("bidalitakoak", "bidalita", "bidalitako elementuak", "bidalitako mezuak", "bidaliak"),
    "ga": ("seolta", "míreanna seolta", "teachtaireachtaí seolta"),
    "cy": ("anfonwyd", "eitemau a anfonwyd", "post a anfonwyd", "negeseuon a anfonwyd"),
    "af": ("gestuur", "gestuurde items", "gestuurde pos", "gestuurde boodskappe"),
    "hy": ("ուղարկված", "ուղարկվածներ", "ուղարկված նամակներ"),
    "ka": ("გაგზავნილი", "გაგზავნილები", "გაგზავნილი წერილები"),
    "kk": ("жіберілген", "жіберілгендер", "жіберілген хаттар"),
    "he": ("נשלח", "נשלחו", "פריטים שנשלחו", "דואר שנשלח", "הודעות שנשלחו", ),
    "ar": (
        "المرسلة", "المرسل", "العناصر المرسلة", "البريد المرسل", "الرسائل المرسلة", "مرسل",
        "بريد مرسل", "البريد المُرسَل",
    ),
    "fa": (
        "ارسال شده", "ارسال‌شده", "موارد ارسال شده", "موارد ارسال‌شده", "نامه‌های ارسالی",
        "پیام‌های ارسالی", "پیام‌های فرستاده‌شده", "فرستاده شده", "فرستاده‌ها",
    ),
    "hi": ("भेजे गए", "भेजे गए आइटम", "भेजा गया", "प्रेषित", "भेजे गए मेल", "प्रेषित आइटम"),
    "bn": ("প্রেরিত", "পাঠানো", "প্রেরিত আইটেম"),
    "th": ("ส่งแล้ว", "รายการที่ส่ง", "จดหมายที่ส่งแล้ว", "รายการที่ถูกส่ง", "ข้อความที่ส่ง", "เมลที่ส่งแล้ว"),
    "vi": ("đã gửi", "thư đã gửi", "mục đã gửi", "các mục đã gửi", "tin đã gửi"),
    "id": ("terkirim", "item terkirim", "surat terkirim", "pesan terkirim", "kotak terkirim"),
    "ms": ("dihantar", "item dihantar", "mel dihantar", "mesej dihantar", "item yang dihantar"),
    "tl": ("naipadala", "ipinadala", "mga naipadalang item"),
    "ja": (
        "送信済み", "送信済みアイテム", "送信済みメール", "送信済みメッセージ", "送信済",
        "送信済みトレイ", "送信メール", "送信済みボックス",
    ),
    "zh": (
        "已发送", "已发送邮件", "已发邮件", "已发送的邮件", "已发送项目", "已发送信息",
        "寄件備份", "寄件備份匣", "已傳送郵件", "已寄出", "已傳送的郵件", "已寄郵件",
        "傳送的郵件", "寄件備份郵件", "已傳送", "已寄出郵件", "寄件匣備份", "已傳送訊息",
    ),
    "ko": (
        "보낸 편지함", "보낸편지함", "보낸 메일함", "보낸메일함", "보낸 메일", "보낸 메시지",
        "보낸 항목",
    ),
}  # fmt: skip
"""Language (ISO 639-1) → names, in lower case."""
