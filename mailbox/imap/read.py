"""Finding what is new in the selected folder, and reading it a bearable portion at a time."""

import imaplib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from deskless.mailbox.imap import oversized
from deskless.mailbox.imap.batch import GIANT, Arrival, Batch, FolderCursor, Stumbles, portion

HEAD = "BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)]"
MOST_HEADS = 20
"""Refused mails of a batch whose header lines are asked for."""
WINDOW = 20_000
"""UIDs searched at once; a whole huge folder in one answer would pass imaplib's line limit."""


def search_uids(client: IMAPClient, criteria: list[Any]) -> list[int]:
    """UIDs in ascending order; servers may answer in any."""
    return sorted(client.search(criteria))


def newer_uids(client: IMAPClient, uid: int, following: int | None) -> tuple[list[int], bool]:
    """The next UIDs behind `uid`, and whether there may be yet more behind them.

    `following` is UIDNEXT as the folder was opened. Searched in growing windows, so neither a
    million mails nor a million missing numbers is ever asked for in one line.
    """
    low, width = uid + 1, WINDOW
    while following is not None and low + width < following:
        match = search_uids(client, ["UID", f"{low}:{low + width - 1}"])
        if match:
            return match, True
        low, width = low + width, width * 4
    # n:* always names the last mail, also when its UID is smaller (RFC 3501 §6.4.8).
    return [number for number in search_uids(client, ["UID", f"{low}:*"]) if number > uid], False


def count_behind(client: IMAPClient, uid: int, following: int | None) -> int:
    """How many mails there are behind `uid`, counted in windows."""
    count, more = 0, True
    while more:
        uids, more = newer_uids(client, uid, following)
        count += len(uids)
        uid = max(uids, default=uid)
    return count


class FolderReading:
    """One look into one opened folder."""

    def __init__(self, client: IMAPClient, cursor: FolderCursor, stumbles: Stumbles) -> None:
        self._client = client
        self._cursor = cursor
        self._stumbles = stumbles

    def take(self, uids: Sequence[int], volume: int) -> Batch:
        """The mails with these UIDs, in order, as many of them as fit into `volume` bytes."""
        if not uids:
            return Batch(self._cursor)
        folder, validity = self._cursor.folder, self._cursor.uidvalidity
        facts = self._facts(uids)
        taken = portion(uids, {uid: size for uid, (size, _) in facts.items()}, volume)
        alive = [uid for uid in taken if uid in facts]
        lost = {uid for uid in alive if self._stumbles.hopeless(folder, validity, uid)}
        wanted = {uid: facts[uid][0] for uid in alive if uid not in lost}
        raws, refused = self._bodies(wanted)
        lost |= refused
        self._stumbles.passed(folder, len(taken))
        return Batch(
            FolderCursor(folder, validity, taken[-1]),
            tuple(
                Arrival(folder, validity, uid, *facts[uid], raws[uid], facts[uid][0] > GIANT)
                for uid in alive
                if uid in raws
            ),
            gone=tuple(uid for uid in taken if uid not in raws and uid not in lost),
            refused=tuple(sorted(lost)),
            heads=tuple(sorted(self._heads(refused).items())),
        )

    def _facts(self, uids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        """UID → (size in bytes, INTERNALDATE in UTC) of those that are still there."""
        answer: dict[int, dict[bytes, Any]] = self._client.fetch(
            uids, ["RFC822.SIZE", "INTERNALDATE"]
        )
        return {
            uid: (item[b"RFC822.SIZE"], _utc(item[b"INTERNALDATE"]))
            for uid, item in answer.items()
            if b"RFC822.SIZE" in item and b"INTERNALDATE" in item
        }

    def _bodies(self, sizes: dict[int, int]) -> tuple[dict[int, bytes], set[int]]:
        """Raw mails by UID, and the UIDs that the server lists but will not hand out."""
        raws: dict[int, bytes] = {}
        refused: set[int] = set()
        small = [uid for uid, size in sizes.items() if size <= GIANT]
        try:
            self._small(small, raws, refused)
            for uid in sizes:
                if sizes[uid] > GIANT:
                    raw = oversized.excerpt(self._client, uid)
                    if raw is not None:
                        raws[uid] = raw
        except (imaplib.IMAP4.abort, OSError):
            cursor = self._cursor
            self._stumbles.died(cursor.folder, cursor.uidvalidity, list(sizes))
            raise
        return raws, refused

    def _small(self, uids: list[int], raws: dict[int, bytes], refused: set[int]) -> None:
        """Read whole mails, all at once; one by one when the server stumbles over one of them."""
        try:
            answer = self._client.fetch(uids, ["BODY.PEEK[]"])
        except self._client.AbortError:
            raise
        except IMAPClientError as odd:
            if len(uids) > 1:
                for uid in uids:
                    self._small([uid], raws, refused)
            elif "EXPUNGEISSUED" not in str(odd).upper():
                refused.update(uids)
            return
        for uid, item in answer.items():
            if isinstance(item.get(b"BODY[]"), bytes):
                raws[uid] = item[b"BODY[]"]

    def _heads(self, refused: set[int]) -> dict[int, bytes]:
        """What the server shows of mails whose bodies it will not hand out, as far as it does."""
        heads: dict[int, bytes] = {}
        for uid in sorted(refused)[:MOST_HEADS]:
            try:
                answer = self._client.fetch([uid], [HEAD])
            except self._client.AbortError:
                raise
            except IMAPClientError:
                continue
            lines = [value for item in answer.values() for value in item.values()]
            heads[uid] = next((line for line in lines if isinstance(line, bytes)), b"")
        return heads


def _utc(received: datetime) -> datetime:
    return received.astimezone(UTC) if received.tzinfo else received.replace(tzinfo=UTC)
