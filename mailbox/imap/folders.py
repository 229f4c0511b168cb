"""Which folder is which: by RFC 6154 special use, and by the names that mail programs give.

Staff replies lie in Sent, so it has to be found also on servers that mark nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

Listed = tuple[tuple[bytes, ...], bytes | None, str]

USES: dict[bytes, str] = {
    b"\\sent": "sent",
    b"\\junk": "junk",
    b"\\drafts": "drafts",
    b"\\trash": "trash",
    b"\\archive": "archive",
    b"\\all": "all",
}
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
"""Language (ISO 639-1) → names that mail programs and providers of it create, in lower case.

Of Outlook and Exchange ("Sent Items" and its like), Apple Mail ("Sent Messages"), Gmail ("Sent
Mail"), Thunderbird, Roundcube, Zimbra and the providers. Compared without case, in NFC, hyphens as
blanks, without the folders above. Words that also mean mail still to be sent (outbox, Postausgang,
送信箱) are left out on purpose.
"""
_BLANKS = re.compile(r"[\s_\-\u200c\u200e\u200f]+")
_UNDER_INBOX = re.compile(r"(?i)^inbox[./\\]")


def _fold(name: str) -> str:
    """A name as it is compared: NFC, without case, hyphens and underscores as blanks."""
    word = unicodedata.normalize("NFC", name).casefold().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", word)).strip()


ORANGE = frozenset({"outbox", "quarantaine"})
"""Orange keeps sent mail in OUTBOX, told from anybody's outgoing mail by the French spam folder."""
NAMES: dict[str, tuple[str, ...]] = {
    "sent": tuple(dict.fromkeys(_fold(name) for names in SENT_NAMES.values() for name in names)),
    "junk": (
        *("junk", "spam", "junk e mail", "junk email", "bulk mail"),
        *("spamverdacht", "courrier indésirable", "indésirables", "correo no deseado"),
        *("lixo eletrônico", "posta indesiderata", "ongewenste e mail", "skräppost"),
    ),
    "drafts": (
        *("drafts", "draft", "entwürfe", "brouillons", "borradores", "rascunhos", "bozze"),
        *("concepten", "wersje robocze", "utkast", "kladder", "luonnokset", "черновики", "下書き"),
    ),
    "trash": (
        *("trash", "deleted items", "deleted messages", "bin", "papierkorb", "corbeille"),
        *("gelöschte elemente", "éléments supprimés", "papelera", "lixeira", "cestino", "kosz"),
        *("prullenbak", "papperskorgen", "корзина", "ごみ箱"),
    ),
    "archive": ("archive", "archiv", "archives", "archivo", "archivio", "archief", "archiwum"),
}


def list_folders(client: IMAPClient) -> list[Listed]:
    """Every folder with its marks; servers that mark only when asked to are asked (RFC 6154)."""
    plain: list[Listed] = client.list_folders()
    marked = any(flag.lower() in USES for flags, _, _ in plain for flag in flags)
    if marked or not client.has_capability("SPECIAL-USE"):
        return plain
    try:
        typ, _ = client._imap._simple_command("LIST", '""', '"*"', "RETURN", "(SPECIAL-USE)")
        _, data = client._imap._untagged_response(typ, [None], "LIST")
        special: list[Listed] = client._proc_folder_list(data) if typ == "OK" else []
    except (IMAPClientError, ValueError):
        return plain  # LIST with RETURN needs LIST-EXTENDED, which not all of them have
    return special or plain


class ToldBy(StrEnum):
    """How it was told which folder holds sent mail."""

    SETTING = "the setting"
    MARK = "the server's mark"
    NAME = "its name"


@dataclass(frozen=True, slots=True)
class SentFolder:
    """The folder of sent mail, how it was told, and others of which the same could be said."""

    name: str
    told_by: ToldBy
    others: tuple[str, ...] = ()


def assign_folders(folders: Iterable[Listed]) -> dict[str, str]:
    """Use → folder name, `inbox` always among them. A mark beats a name, the first mark wins."""
    usable = list(_usable(folders))
    by_name = {use: names[0] for use in NAMES if (names := _named(usable, use))}
    return {"inbox": "INBOX", **by_name, **_marked(usable)}


def sent_folder(folders: Iterable[Listed]) -> SentFolder | None:
    """Which folder holds sent mail; None where neither a mark nor a known name tells."""
    usable = list(_usable(folders))
    named = _named(usable, "sent")
    if mark := _marked(usable).get("sent"):
        return SentFolder(mark, ToldBy.MARK)
    return SentFolder(named[0], ToldBy.NAME, tuple(named[1:])) if named else None


def _usable(folders: Iterable[Listed]) -> Iterator[Listed]:
    """The folders that can be opened."""
    for listed in folders:
        if not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in listed[0]}:
            yield listed


def _marked(usable: Iterable[Listed]) -> dict[str, str]:
    """Use → folder, by the server's marks; the first of two wins."""
    by_use: dict[str, str] = {}
    for flags, _, name in usable:
        for flag in flags:
            if use := USES.get(flag.lower()):
                by_use.setdefault(use, name)
    return by_use


def _named(usable: Sequence[Listed], use: str) -> list[str]:
    """The folders that are called so: the shallowest first, then in the order of the table.

    "Sent" stands before "Projects/Old/Sent", and "Sent" before "Sent Items" beside it.
    """
    plain = {name: _plain(name, mark) for _, mark, name in usable}
    names = NAMES[use]
    if use == "sent" and set(plain.values()) >= ORANGE:
        names = (*names, "outbox")
    depth = {name: _under(name, mark).count(_char(mark) or "\0") for _, mark, name in usable}
    match = [name for name, word in plain.items() if word in names]
    return sorted(match, key=lambda name: (depth[name], names.index(plain[name])))


def _under(name: str, delimiter: bytes | None) -> str:
    """A folder's name without the INBOX under which some servers keep all others."""
    mark = _char(delimiter)
    if mark:
        head, _, rest = name.partition(mark)
        return rest if rest and head.upper() == "INBOX" else name
    return _UNDER_INBOX.sub("", name, count=1)


def _plain(name: str, delimiter: bytes | None) -> str:
    """A folder's own name, folded, without those above it."""
    mark, under = _char(delimiter), _under(name, delimiter)
    return _fold(under.rpartition(mark)[2] if mark else under)


def _char(delimiter: bytes | None) -> str:
    return (delimiter or b"").decode("ascii", "replace")
