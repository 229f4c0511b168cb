"""What hangs on a letter: the signed head, the conversation as one readable file, a promise."""

from deskless.agent.case.case import Case
from deskless.agent.language.time import say_instant
from deskless.agent.office.office import Office
from deskless.agent.outbound.case_view import View
from deskless.mailbox.compose import File
from deskless.mailbox.mime import ics
from deskless.mailbox.thread import Side, Thread
from deskless.store import documents
from deskless.store.engine.session import Session
from deskless.store.ledger import entries, head
from deskless.templates.values import Brief, Mail, Receipt, Stranded, Weekly, Welcome

RULE = "=" * 64
WHO = {Side.CUSTOMER: "customer", Side.TEAM: "team", Side.MACHINE: "automatic"}
LARGEST = 2_000_000


def of_case(office: Office, session: Session, value: Mail, view: View) -> tuple[File, ...]:
    """What a letter about a case shows beside its words: the conversation, or what is promised."""
    if isinstance(value, Brief | Stranded):
        words = readable_thread(office, view.thread).encode()
        thread = File("thread.txt", "text/plain", words)
        return (thread, *original_mails(session, view.case.ticket))
    return promise_file(office, view.case) if isinstance(value, Receipt) else ()


def signed_head(office: Office, session: Session, value: Mail) -> tuple[File, ...]:
    """The head that every brief and summary carries, as it stands now."""
    if not isinstance(value, Brief | Stranded | Weekly | Welcome | Receipt):
        return ()
    note = head.publish_head(session, office.ledger, office.clock.now())
    return (File(head.FILENAME, "application/octet-stream", note),)


def readable_thread(office: Office, thread: Thread) -> str:
    """The whole conversation for a person to read, oldest first, internal notes marked as such."""
    parts = []
    for number, post in enumerate(thread.posts, 1):
        who = f"{post.sender.name} <{post.sender.email}>" if post.sender else "unknown sender"
        mark = "internal note" if post.internal else WHO[post.side]
        when = say_instant(post.at, office.config.team.zone)
        if post.chat and post.sender:
            who, when = post.sender.name, post.chat
            mark = f"{WHO[post.side]}, from a pasted chat"
        parts.append(f"{RULE}\n[{number}] {when}  {who}  ({mark})\n{post.subject}\n\n{post.text}\n")
    return "\n".join(parts)


def original_mails(session: Session, ticket: str) -> list[File]:
    """The mails of the conversation byte for byte, as far as they are kept and not too large."""
    files, size = [], 0
    for number, raw in enumerate(documents.mails_of(session, ticket), 1):
        size += len(raw)
        if size > LARGEST:
            break
        files.append(File(f"mail-{number}.eml", "application/octet-stream", raw))
    return files


def promise_file(office: Office, case: Case) -> tuple[File, ...]:
    """The promised update as a calendar file; nothing where nothing is promised."""
    if case.promise is None or case.owner is None:
        return ()
    uid = f"{case.key}@{office.addresses.agent.rpartition('@')[2]}"
    made = ics.promise_calendar(
        uid, case.promise, written=office.clock.now(), title=f"{case.key}: update the customer"
    )
    return (File(f"{case.key}.ics", "text/calendar", made),)


def short_head(session: Session) -> str:
    """The head for the footer of every mail: its size and the beginning of its root."""
    tree = entries.frontier(session)
    return f"{tree.size}:{tree.root().hex()[:16]}"
