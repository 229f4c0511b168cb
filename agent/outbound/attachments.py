"""What hangs on a letter: the signed head, the conversation as one readable file, a promise."""

from typing import Protocol

from deskless.agent.language.time import say
from deskless.agent.office import conversation, journal
from deskless.agent.office.office import Office
from deskless.mailbox.compose import File
from deskless.mailbox.mime import ics
from deskless.mailbox.thread import Side, Thread
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.store.ledger import entries, head
from deskless.templates.values import Brief, Mail, Receipt, Stranded, Weekly, Welcome


class About(Protocol):
    """What a letter is about."""

    @property
    def ticket(self) -> str | None:
        """The conversation's ticket."""
        ...

    @property
    def case(self) -> str | None:
        """The case's key."""
        ...


RULE = "=" * 64
WHO = {Side.CUSTOMER: "customer", Side.TEAM: "team", Side.MACHINE: "automatic"}
LARGEST = 2_000_000


def for_letter(office: Office, session: Session, value: Mail, about: About) -> tuple[File, ...]:
    """The files that this letter carries. Every brief and summary carries the signed head."""
    files: list[File] = []
    ticket, case = about.ticket, about.case
    if isinstance(value, Brief | Stranded) and ticket:
        thread = conversation.read(session, ticket)
        files.append(File("thread.txt", "text/plain", readable(office, thread).encode()))
        files += originals(session, ticket)
    if isinstance(value, Receipt) and case:
        files += promise(office, session, case)
    if isinstance(value, Brief | Stranded | Weekly | Welcome | Receipt):
        note = head.publish(session, office.ledger, office.clock.now())
        files.append(File(head.FILENAME, "application/octet-stream", note))
    return tuple(files)


def readable(office: Office, thread: Thread) -> str:
    """The whole conversation for a person to read, oldest first, internal notes marked as such."""
    parts = []
    for number, post in enumerate(thread.posts, 1):
        who = f"{post.sender.name} <{post.sender.email}>" if post.sender else "unknown sender"
        mark = "internal note" if post.internal else WHO[post.side]
        when = say(post.at, office.config.team.zone)
        parts.append(f"{RULE}\n[{number}] {when}  {who}  ({mark})\n{post.subject}\n\n{post.text}\n")
    return "\n".join(parts)


def originals(session: Session, ticket: str) -> list[File]:
    """The mails of the conversation byte for byte, as far as they are kept and not too large."""
    files, size = [], 0
    for number, raw in enumerate(documents.raws(session, ticket), 1):
        size += len(raw)
        if size > LARGEST:
            break
        files.append(File(f"mail-{number}.eml", "application/octet-stream", raw))
    return files


def promise(office: Office, session: Session, key: str) -> list[File]:
    """The promised update as a calendar file; nothing where nothing is promised."""
    case = journal.read(session, key)
    if case is None or case.promise is None or case.owner is None:
        return []
    uid = f"{case.key}@{office.addresses.agent.rpartition('@')[2]}"
    made = ics.promise(
        uid, case.promise, written=office.clock.now(), title=f"{case.key}: update the customer"
    )
    return [File(f"{case.key}.ics", "text/calendar", made)]


def short_head(session: Session) -> str:
    """The head for the footer of every mail: its size and the beginning of its root."""
    tree = entries.frontier(session)
    return f"{tree.size}:{tree.root().hex()[:16]}"
