"""The record against the mailbox: what was read is what lies there, byte for byte.

Each `read` entry names the digest of its mail and, beside it, the Message-ID. The mails that lie in
the folders up to where they were read are fetched again (nothing is marked or moved) and compared:
by their digest, and where no entry has it, by their Message-ID. A mail that a person has deleted
since is counted, no more.
"""

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from deskless.agent.daemon import assemble
from deskless.agent.office import state_keys
from deskless.agent.settings.config import Config
from deskless.mailbox.imap.inbox import Arrival, FolderCursor, Inbox
from deskless.mailbox.mime import header
from deskless.store import cursor as cursors, threads
from deskless.store.engine.database import Store
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Span

CAUSE = "mail:"
KINDS = frozenset({"read", "quarantined"})
MOST = 200
"""Problems told to a person; the count is always whole."""


@dataclass(slots=True)
class MailboxReport:
    """How many mails were compared, how many entries' mails are not there any more, and what is
    wrong, a sentence each.
    """

    compared: int = 0
    gone: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Entered:
    """What the entries say was read: digest → Message-ID (None where it was erased or absent)."""

    by_digest: dict[str, str | None]
    ids: frozenset[str]
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a folder that was read: from a cursor on, up to a UID; older is history."""

    start: FolderCursor
    last: int
    begun: datetime


def compare_mailboxes(
    settings: Config, store: Store, progress: Callable[[int, int], None]
) -> MailboxReport:
    """Compare the entries with every mailbox that is read. Raises Trouble, SecretMissing."""
    entered, report = _entered(store), MailboxReport()
    for name, reader in _readers(settings).items():
        with closing(reader):
            for folder in _folders(settings, reader):
                for stretch in _read_part(store, f"{name}/{folder}", reader, folder):
                    for arrival in _mails(reader, stretch):
                        _compare(arrival, entered, stretch, report)
                        progress(len(entered.seen), len(entered.by_digest))
    report.gone = len(entered.by_digest.keys() - entered.seen)
    return report


def found_lines(report: MailboxReport | None) -> Iterator[str]:
    """The report for a person; nothing where no mailbox was compared."""
    if report is None:
        return
    yield f"{report.compared} mails in the mailbox compared with their entries"
    if report.gone:
        yield f"{report.gone} mails with an entry are not there any more (deleted or moved)"
    yield from report.problems[:MOST]
    if report.problems:
        count = len(report.problems)
        yield f"{count} mail{'s' if count > 1 else ''} not as the entries say."
    else:
        yield "What was read is what lies there."


def found_values(report: MailboxReport | None) -> dict[str, Any]:
    """The report for a program."""
    if report is None:
        return {}
    return {
        "mails_compared": report.compared, "mails_gone": report.gone,
        "mail_problems": report.problems,
    }  # fmt: skip


def _entered(store: Store) -> _Entered:
    by_digest: dict[str, str | None] = {}
    with store.reading() as session:
        for entry in entries.read_entries(session, Span(kinds=KINDS)):
            if entry.cause.startswith(CAUSE):
                words = entry.private or {}
                by_digest.setdefault(entry.cause.removeprefix(CAUSE), words.get("message_id"))
    return _Entered(by_digest, frozenset(known for known in by_digest.values() if known))


def _readers(settings: Config) -> dict[str, Inbox]:
    inbox, own = settings.inbox, settings.agent
    readers = {"inbox": Inbox(assemble.mail_account(inbox.imap, settings, inbox.password))}
    if own.imap:
        secret = own.password or inbox.password
        readers["agent"] = Inbox(assemble.mail_account(own.imap, settings, secret))
    return readers


def _folders(settings: Config, reader: Inbox) -> list[str]:
    sent = settings.inbox.sent or reader.folders().get("sent", "")
    return list(dict.fromkeys([*settings.inbox.folders, *([sent] if sent else [])]))


def _read_part(store: Store, key: str, reader: Inbox, folder: str) -> Iterator[_Stretch]:
    """What was read of the folder as it is now; nothing of one that began anew since."""
    with store.reading() as session:
        cursor, begun = cursors.get_cursor(session, key), state_keys.BEGUN.get(session, key)
        if cursor is None or begun is None:
            return
        first = threads.first_uid(session, folder, cursor.uidvalidity)
    if reader.baseline(folder).uidvalidity != cursor.uidvalidity:
        return
    # Where nothing was read yet, a mail that was passed over may lie anywhere.
    start = FolderCursor(folder, cursor.uidvalidity, (first or 1) - 1)
    yield _Stretch(start, cursor.uid, datetime.fromisoformat(begun["at"]))


def _mails(reader: Inbox, stretch: _Stretch) -> Iterator[Arrival]:
    cursor, more = stretch.start, True
    while more and cursor.uid < stretch.last:
        batch = reader.fetch(cursor)
        if batch.reset:
            return
        yield from (arrival for arrival in batch.arrivals if arrival.uid <= stretch.last)
        cursor, more = batch.cursor, batch.more


def _compare(arrival: Arrival, entered: _Entered, stretch: _Stretch, report: MailboxReport) -> None:
    digest = sha256(arrival.raw).hexdigest()
    if digest in entered.by_digest:
        entered.seen.add(digest)
        report.compared += 1
        return
    if arrival.received < stretch.begun:
        return
    report.compared += 1
    named = _message_id(arrival.raw)
    about = f"{arrival.folder}, UID {arrival.uid}, {named or 'no Message-ID'}"
    if named and named in entered.ids:
        if not arrival.partial:
            report.problems.append(f"{about}: not the bytes that were read under this Message-ID")
    else:
        report.problems.append(f"{about}: no entry says that it was read")


def _message_id(raw: bytes) -> str:
    """As the entries have it."""
    fields = email.message_from_bytes(raw[:65536], policy=email.policy.compat32)
    return header.own_id(str(fields.get("Message-ID", "")).encode("utf-8", "replace")) or ""
