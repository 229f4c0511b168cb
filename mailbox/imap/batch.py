"""How far a folder was read, what was read from it, and how much of it at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MEBIBYTE = 1 << 20
GIANT = 2 * MEBIBYTE
"""Above this size only headers and the beginnings of the text parts are read."""
VOLUME = 8 * MEBIBYTE
COUNT = 200
PARTIAL = MEBIBYTE
"""What a giant is taken to cost in a batch: its header, structure and text."""


UidSpan = tuple[int, int]
"""The first and the last UID of a run."""


@dataclass(frozen=True, slots=True)
class FolderCursor:
    """Everything up to `uid` in this incarnation of the folder was read and accounted for."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it lies on the server. `received` is its INTERNALDATE in UTC.

    `size` is RFC822.SIZE in bytes. Where `partial`, `raw` is a mail rebuilt from the header, the
    structure and the first 256 KiB of each text part; what was left out has its real MIME
    headers and `X-Deskless-Size`, its decoded size in bytes, but no content.
    """

    folder: str
    uidvalidity: int
    uid: int
    size: int
    received: datetime
    raw: bytes
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought, and where to go on.

    `more`: call again at once. `reset`: UIDVALIDITY is another one, `cursor` stands at the
    beginning of the new incarnation, and what comes must be told by its digest from what is
    known already. `gone` are UIDs that a person removed between listing and reading; `refused`
    are those the server lists but does not hand out, `heads` what it still shows of them (From,
    Subject and Date, as header lines). The cursor has passed both, so the caller has to put them on
    record. `missing` are spans of UIDs behind the old cursor that were given to mails and are not
    listed any more: moved or deleted before we looked. The newest of them may lie behind `cursor`,
    so they are met again by the next fetch. `next_uid` is what the next mail will be called.
    """

    cursor: FolderCursor
    arrivals: tuple[Arrival, ...] = ()
    more: bool = False
    reset: bool = False
    gone: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    heads: tuple[tuple[int, bytes], ...] = ()
    missing: tuple[UidSpan, ...] = ()
    next_uid: int | None = None


def missing_spans(listed: Sequence[int], after: int, until: int) -> tuple[UidSpan, ...]:
    """The runs of UIDs from `after` + 1 to `until` that are not in an ascending list."""
    spans, expected = [], after + 1
    for uid in listed:
        if uid > until:
            break
        if uid > expected:
            spans.append((expected, uid - 1))
        expected = uid + 1
    if expected <= until:
        spans.append((expected, until))
    return tuple(spans)


def spans_behind(spans: Sequence[UidSpan], uid: int) -> tuple[UidSpan, ...]:
    """The spans without what is not behind `uid`."""
    return tuple((max(first, uid + 1), last) for first, last in spans if last > uid)


def portion(uids: Sequence[int], sizes: Mapping[int, int], volume: int) -> list[int]:
    """The first UIDs that together stay within `volume` bytes; always at least one."""
    taken: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        total += PARTIAL if size > GIANT else size
        if taken and total > volume:
            break
        taken.append(uid)
    return taken


class Stumbles:
    """Remembers where the connection died while bodies were read.

    Some servers hang up on one mail, for ever the same. After a death the next batch is a single
    mail, so the culprit shows; after `tries` deaths on one mail it is passed by and reported.
    """

    def __init__(self, tries: int = 5) -> None:
        self._tries = tries
        self._deaths: Counter[tuple[str, int, int]] = Counter()
        self._careful: dict[str, int] = {}

    def limit(self, folder: str, limit: int) -> int:
        """How many mails to read at once now."""
        return 1 if self._careful.get(folder) else limit

    def died(self, folder: str, validity: int, uids: Sequence[int]) -> None:
        """The connection was lost while these were being read."""
        self._careful[folder] = max(self._careful.get(folder, 0), len(uids))
        if len(uids) == 1:
            self._deaths[folder, validity, uids[0]] += 1

    def hopeless(self, folder: str, validity: int, uid: int) -> bool:
        """Did reading this one mail kill the connection too often?"""
        return self._deaths[folder, validity, uid] >= self._tries

    def passed(self, folder: str, count: int) -> None:
        """So many were read or passed by: trust grows back once the bad stretch lies behind."""
        left = self._careful.get(folder, 0) - count
        if left > 0:
            self._careful[folder] = left
        else:
            self._careful.pop(folder, None)
            self._deaths.clear()
