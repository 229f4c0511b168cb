"""Which folder is which: by RFC 6154 special use, and by the names that mail programs give.

Staff replies lie in Sent, so it has to be found also on servers that mark nothing.
"""

from collections.abc import Iterable

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
NAMES: dict[str, tuple[str, ...]] = {
    "sent": (
        *("sent", "sent items", "sent messages", "sent mail", "sent-mail", "outbox.sent"),
        *("gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten"),
        *("envoyés", "éléments envoyés", "messages envoyés", "courrier envoyé"),
        *("enviados", "elementos enviados", "mensajes enviados", "itens enviados"),
        *("inviata", "posta inviata", "elementi inviati", "inviati", "verzonden"),
        *("verzonden items", "verzonden berichten", "wysłane", "elementy wysłane", "skickat"),
        *("skickade objekt", "sendt", "sendte elementer", "sendt post", "lähetetyt"),
        *("odeslaná pošta", "odeslané", "отправленные", "送信済み", "送信済みアイテム", "已发送"),
        *("已发送邮件", "寄件備份", "보낸 편지함"),
    ),
    "junk": (
        *("junk", "spam", "junk e-mail", "junk email", "bulk mail", "junk-e-mail"),
        *("spamverdacht", "courrier indésirable", "indésirables", "correo no deseado"),
        *("lixo eletrônico", "posta indesiderata", "ongewenste e-mail", "skräppost"),
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


def assign_folders(folders: Iterable[Listed]) -> dict[str, str]:
    """Use → folder name, `inbox` always among them. A mark beats a name, the first mark wins."""
    by_use: dict[str, str] = {}
    named: dict[str, str] = {}
    for flags, delimiter, name in folders:
        if any(flag.lower() in (b"\\noselect", b"\\nonexistent") for flag in flags):
            continue
        for flag in flags:
            use = USES.get(flag.lower())
            if use:
                by_use.setdefault(use, name)
        use = _by_name(name, (delimiter or b"").decode("ascii", "replace"))
        if use:
            # The shallowest wins: "Sent" before "Projects/Old/Sent".
            known = named.get(use)
            if known is None or len(name) < len(known):
                named[use] = name
    return {"inbox": "INBOX", **named, **by_use}


def _by_name(name: str, delimiter: str) -> str | None:
    last = (name.rpartition(delimiter)[2] if delimiter else name).casefold().strip()
    return next((use for use, names in NAMES.items() if last in names), None)
