"""Looking for one mail by its Message-ID, and keeping a copy of one that was sent."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from deskless.mailbox.imap.connection import (
    examine_folder,
    named_errors,
    open_connection,
    say_goodbye,
)
from deskless.mailbox.imap.read import search_uids
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import Missing

HEADERS = ("Message-ID", "X-Microsoft-Original-Message-ID", "X-Google-Original-Message-ID")
"""Relays that give a mail an id of their own leave ours in one of the others."""
MANY = 50


@dataclass(frozen=True, slots=True)
class MailLocation:
    """Where a mail lies. `message_id` is the one it has there now, without angle brackets."""

    folder: str
    uidvalidity: int
    uid: int
    message_id: str


def plain_id(message_id: str) -> str:
    """The id without angle brackets. Raises ValueError for something that is no Message-ID."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    if not bare or not bare.isascii() or not bare.isprintable():
        raise ValueError(f"not a Message-ID: {message_id!r}")
    return bare


def locate_mail(
    client: IMAPClient, account: MailAccount, bare: str, folders: Sequence[str]
) -> MailLocation | None:
    """The first mail with exactly this id (as `plain_id` gives it); missing folders are skipped.

    SEARCH HEADER compares substrings and ignores case (RFC 3501 §6.4.4), and an empty string
    matches everything, so each hit's own header is fetched and compared.
    """
    for folder in folders:
        try:
            validity, _ = examine_folder(client, account, folder)
        except Missing:
            continue
        for uid, headers in _candidates(client, bare):
            if bare in headers.values():
                return MailLocation(folder, validity, uid, headers.get("message-id", bare))
    return None


def _candidates(client: IMAPClient, bare: str) -> list[tuple[int, dict[str, str]]]:
    uids = search_uids(client, ["HEADER", HEADERS[0], f"<{bare}>"])
    if not uids:
        # Not every server can search headers it does not index; then there is nothing to find.
        with contextlib.suppress(IMAPClientError):
            uids = search_uids(
                client, ["OR", "HEADER", HEADERS[1], bare, "HEADER", HEADERS[2], bare]
            )
    if not uids:
        return []
    fields = f"BODY.PEEK[HEADER.FIELDS ({' '.join(name.upper() for name in HEADERS)})]"
    batch = client.fetch(uids[:MANY], [fields])
    return [
        (uid, _ids(value))
        for uid, item in sorted(batch.items())
        for key, value in item.items()
        if key.startswith(b"BODY[HEADER") and isinstance(value, bytes)
    ]


def _ids(block: bytes) -> dict[str, str]:
    """Header name in lower case → id without brackets, from a fetched header block."""
    unfolded = re.sub(rb"\r?\n(?=[ \t])", b"", block).decode("ascii", "replace")
    pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
    return {name.strip().lower(): value.strip().strip("<>") for name, _, value in pairs}


def newest_heads(client: IMAPClient, senders: Sequence[str], since: date) -> dict[str, bytes]:
    """Sender → header block of their newest mail that came on or after a day (the server's).

    SEARCH FROM compares substrings (RFC 3501 §6.4.4): whose mail it is has to be read from it.
    """
    newest = {}
    for address in senders:
        if uids := search_uids(client, ["SINCE", since, "FROM", address]):
            newest[address] = uids[-1]
    blocks = client.fetch(sorted(set(newest.values())), ["BODY.PEEK[HEADER]"]) if newest else {}
    heads = {uid: item.get(b"BODY[HEADER]") for uid, item in blocks.items()}
    return {
        address: block
        for address, uid in newest.items()
        if isinstance(block := heads.get(uid), bytes)
    }


def append_copy(account: MailAccount, timeout: float, folder: str, raw: bytes) -> None:
    """Store `raw` in `folder`, marked as read, over a connection that is opened for it alone.

    Raises ValueError for the inbox, Missing when there is no such folder, and the troubles of
    the line.
    """
    if folder.strip('"').upper() == "INBOX":
        raise ValueError("nothing is ever written into the inbox")
    client = open_connection(account, timeout)
    try:
        with named_errors(account, f"keeping a copy in {folder}"):
            try:
                client.append(folder, re.sub(rb"\r?\n", b"\r\n", raw), flags=[rb"\Seen"])
            except client.AbortError:
                raise
            except IMAPClientError as refused:
                if "TRYCREATE" in str(refused).upper():
                    raise Missing(f"{account.host} has no folder {folder!r}") from refused
                raise
    finally:
        say_goodbye(client)
