"""The inbox over IMAP, seen and never touched.

Folders are opened with EXAMINE and bodies read with BODY.PEEK, so no flag of a shared inbox can
change by our reading. What is new is found by UID search from a cursor, never by what the server
announces: announcements only say when to look. Blocking; one thread at a time may use an `Inbox`
(`wake` alone may come from any). A connection is opened at the first use and again after it was
lost; how long to wait in between is the caller's choice (`backoff.Backoff`).

CONDSTORE and QRESYNC are not switched on: they tell changed flags and vanished mails, and
nothing is kept here that either could change. What was read is stored; what a person removed
before it was read is reported in `Batch.gone`.
"""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from imapclient import IMAPClient

from deskless.mailbox.imap import folders as imap_folders, idle
from deskless.mailbox.imap.batch import (
    COUNT,
    VOLUME,
    Arrival,
    Batch,
    FolderCursor,
    Stumbles,
    missing_spans,
)
from deskless.mailbox.imap.connection import (
    examine_folder,
    hang_up,
    named_errors,
    open_connection,
    say_goodbye,
    time_limit,
)
from deskless.mailbox.imap.find import (
    MailLocation,
    append_copy,
    locate_mail,
    newest_heads,
    plain_id,
)
from deskless.mailbox.imap.read import FolderReading, count_behind, newer_uids, search_uids
from deskless.mailbox.transport.account import MailAccount
from deskless.mailbox.transport.errors import Broken, LoginRefused, Missing, Unreachable

__all__ = [
    "Arrival",
    "Batch",
    "Broken",
    "Capabilities",
    "FolderCursor",
    "Inbox",
    "LoginRefused",
    "MailLocation",
    "Missing",
    "Unreachable",
]

REARM = 240.0
"""Seconds of one IDLE. Providers and routers drop silent lines after 5 to 29 minutes."""
POLL = 60.0
"""Seconds between looks where the server knows no IDLE."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server can do and how its folders are called."""

    offers: frozenset[str]
    delimiter: str
    names: tuple[str, ...]
    folders: dict[str, str]
    sent_told: imap_folders.SentFolder | None = None
    """Which folder holds sent mail, and how that was told."""

    @property
    def idle(self) -> bool:
        """Does it announce new mail by itself?"""
        return "IDLE" in self.offers

    @property
    def sent(self) -> str | None:
        """The folder of sent mail, if one can be told."""
        return self.folders.get("sent")


class Inbox:
    """One account's folders, for reading. Raises Unreachable, LoginRefused, Broken or Missing.

    `timeout` (seconds) bounds every single read and write, `patience` a whole command with its
    answer, `rearm` one IDLE, `poll` the pause between looks where there is no IDLE. `heard` is
    the monotonic time at which the server last answered a question: the heartbeat for `status`.
    """

    def __init__(
        self,
        account: MailAccount,
        *,
        timeout: float = 30.0,
        patience: float = 300.0,
        rearm: float = REARM,
        poll: float = POLL,
    ) -> None:
        self.account = account
        self._timeout = timeout
        self._patience = patience
        self._rearm = rearm
        self._poll = poll
        self._client: IMAPClient | None = None
        self._selected: str | None = None
        self._marks: dict[str, tuple[int, int]] = {}
        self._stumbles = Stumbles()
        self._bell = idle.Bell()
        self.heard: float | None = None

    def connect(self) -> None:
        """Open the connection and log in, if that is not done yet."""
        if self._client is None:
            self._selected = None
            self._client = open_connection(self.account, self._timeout)

    def close(self) -> None:
        """Log out politely and give everything back. The Inbox may not be used again."""
        client, self._client = self._client, None
        if client is not None:
            say_goodbye(client)
        self._bell.close()

    def wake(self) -> None:
        """End a `wait` that another thread is in, or the next one, at once."""
        self._bell.ring()

    def baseline(self, folder: str) -> FolderCursor:
        """A cursor behind the last mail there is now: history stays unread."""
        with self._line(f"opening {folder}") as client:
            validity, following = self._open(client, folder)
            if following is None:
                last = max(search_uids(client, ["UID", "*"]), default=0)
            else:
                last = following - 1
            self._marks[folder] = (validity, last)
            return FolderCursor(folder, validity, last)

    def beginning(self, folder: str, since: date | None = None) -> FolderCursor:
        """A cursor before the first mail, or before the first that came on or after a day.

        For an explicit backfill, and for rescanning after a `reset`: mail that is older than the
        first baseline is history there, not news. The day is the server's.
        """
        with self._line(f"opening {folder}") as client:
            validity, following = self._open(client, folder)
            if since is None:
                return FolderCursor(folder, validity, 0)
            match = client.search(["SINCE", since])
            last = (
                (following - 1) if following else max(search_uids(client, ["UID", "*"]), default=0)
            )
            return FolderCursor(folder, validity, min(match) - 1 if match else last)

    def remaining(self, cursor: FolderCursor) -> int:
        """How many mails there are behind the cursor, for a progress bar."""
        with self._line(f"counting {cursor.folder}") as client:
            validity, following = self._open(client, cursor.folder)
            uid = cursor.uid if validity == cursor.uidvalidity else 0
            return count_behind(client, uid, following)

    def fetch(self, cursor: FolderCursor, *, limit: int = COUNT, volume: int = VOLUME) -> Batch:
        """What came after the cursor: at most `limit` mails and about `volume` bytes at once."""
        with self._line(f"reading {cursor.folder}") as client, time_limit(client, self._patience):
            validity, following = self._open(client, cursor.folder)
            if validity != cursor.uidvalidity:
                fresh = FolderCursor(cursor.folder, validity, 0)
                self._marks[cursor.folder] = (validity, 0)
                return Batch(fresh, more=True, reset=True, next_uid=following)
            uids, rest = newer_uids(client, cursor.uid, following)
            listed = uids[: self._stumbles.limit(cursor.folder, max(1, min(limit, 500)))]
            batch = FolderReading(client, cursor, self._stumbles).take(listed, volume)
            passed = sum(1 for uid in listed if uid <= batch.cursor.uid)
            self._marks[cursor.folder] = (validity, batch.cursor.uid)
            more = rest or passed < len(uids)
            end = batch.cursor.uid if more or following is None else following - 1
            missing = missing_spans(uids, cursor.uid, end)
            return replace(batch, more=more, missing=missing, next_uid=following)

    def wait(self, folder: str, seconds: float) -> bool:
        """Sleep until there is something to fetch in `folder` (True), or the time is over.

        New means: behind the last `fetch` or `baseline` of this Inbox; a folder never looked at
        is worth a look at once. The line is proved alive, and the folder searched, at least every
        `rearm` seconds, whatever was or was not announced. A `wake` ends it with False.
        """
        end = time.monotonic() + seconds
        with self._line(f"waiting for mail in {folder}") as client:
            while not self._unseen(client, folder):
                self.heard = time.monotonic()
                left = end - time.monotonic()
                if left <= 0:
                    return False
                if client.has_capability("IDLE"):
                    woken = idle.idle(client, min(left, self._rearm), self._bell)
                else:
                    woken = idle.pause(min(left, self._poll), self._bell)
                if woken is not idle.Wake.TIME:
                    return woken is idle.Wake.MAIL
            return True

    def folders(self) -> dict[str, str]:
        """Use → name: `inbox` always; `sent`, `junk`, `drafts`, `trash`, `archive` where told."""
        with self._line("listing folders") as client:
            return imap_folders.assign_folders(imap_folders.list_folders(client))

    def find(self, message_id: str, folders: Sequence[str]) -> str | None:
        """The first of `folders` in which a mail with exactly this Message-ID lies.

        Folders that do not exist are skipped. Raises ValueError for what is no Message-ID.
        """
        place = self.locate(message_id, folders)
        return place.folder if place else None

    def locate(self, message_id: str, folders: Sequence[str]) -> MailLocation | None:
        """Like `find`, with the UID and the Message-ID the server gave it, if it gave another."""
        bare = plain_id(message_id)
        with self._line("looking for a mail") as client:
            self._selected = None
            return locate_mail(client, self.account, bare, folders)

    def latest_heads(self, folder: str, senders: Sequence[str], since: date) -> dict[str, bytes]:
        """Sender → header block of the newest mail from them in `folder` since a day."""
        with self._line(f"looking for mail in {folder}") as client:
            self._open(client, folder)
            return newest_heads(client, senders, since)

    def append(self, folder: str, raw: bytes) -> None:
        """Put a copy of a sent mail into the Sent folder, marked as read.

        Done on a connection of its own, so that the reading one can never write. Raises
        ValueError for the inbox, which nobody may write to.
        """
        append_copy(self.account, self._timeout, folder, raw)

    def probe(self) -> Capabilities:
        """What the server offers and which folders it has."""
        with self._line("asking what it can do") as client:
            listed = imap_folders.list_folders(client)
            delimiter = next((mark for _, mark, _ in listed if mark), b"")
            return Capabilities(
                offers=frozenset(
                    offer.decode("ascii", "replace") for offer in client.capabilities()
                ),
                delimiter=delimiter.decode("ascii", "replace"),
                names=tuple(name for _, _, name in listed),
                folders=imap_folders.assign_folders(listed),
                sent_told=imap_folders.sent_folder(listed),
            )

    @contextlib.contextmanager
    def _line(self, doing: str) -> Iterator[IMAPClient]:
        """The live connection; lost or in doubt after any trouble, so dropped then."""
        self.connect()
        client = self._client
        if client is None:
            raise Unreachable(f"{self.account.host} is not connected")
        try:
            with named_errors(self.account, doing):
                yield client
                self.heard = time.monotonic()
        except Missing:
            raise
        except BaseException:
            # Answers may still be under way; the next command must not take them for its own.
            self._client = None
            hang_up(client)
            raise

    def _open(self, client: IMAPClient, folder: str) -> tuple[int, int | None]:
        self._selected = None
        state = examine_folder(client, self.account, folder)
        self._selected = folder
        return state

    def _unseen(self, client: IMAPClient, folder: str) -> bool:
        mark = self._marks.get(folder)
        if self._selected != folder:
            validity, _ = self._open(client, folder)
            if mark is not None and mark[0] != validity:
                return True
        if mark is None:
            return True
        for _ in range(3):
            # An announcement in the answer to the search itself may be of a mail that the search
            # did not see yet, and IDLE will not repeat it: search again, but not for ever.
            client._imap.untagged_responses.pop("EXISTS", None)
            if any(uid > mark[1] for uid in search_uids(client, ["UID", f"{mark[1] + 1}:*"])):
                return True
            if "EXISTS" not in client._imap.untagged_responses:
                break
        return False
