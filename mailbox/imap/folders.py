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

from deskless.mailbox.imap.sent_names import SENT_NAMES

Listed = tuple[tuple[bytes, ...], bytes | None, str]

USES: dict[bytes, str] = {
    b"\\sent": "sent",
    b"\\junk": "junk",
    b"\\drafts": "drafts",
    b"\\trash": "trash",
    b"\\archive": "archive",
    b"\\all": "all",
}
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
