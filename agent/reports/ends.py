"""Where every mail of a time ended, counted: ours, answers to us, reports, conversation.

The four ends of DESIGN's table are told from what a `read` entry says the mail became; where a
conversation went, by the first verdict after it. A mail that waits for a judge counts as waiting,
one that nobody could read as unread, so nothing disappears into "the rest".
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.agent.office import journal
from deskless.mailbox.message import MailKind
from deskless.policies.verdict import Outcome
from deskless.store import cases, threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span
from deskless.templates.values import Bar, Fact


class MailEnd(StrEnum):
    """Where a mail ended, in words for a person; in the order in which they are told."""

    ESCALATED = "Conversation: escalated"
    ASKED = "Conversation: a person was asked"
    UNREAD = "Conversation: could not be read, a person was asked"
    LEFT = "Conversation: left with support"
    WAITING = "Conversation: not judged yet"
    TEAM = "Conversation: the team's own"
    ANSWER = "Answers to us"
    REPORT = "Reports of machines"
    OURS = "Ours, met again"
    COPY = "Second copies"
    FOREIGN = "Another Deskless's, and answers to it"
    QUARANTINED = "Set aside, not read"
    REFUSED = "Not given out by the server"
    GONE = "Gone before they were read"


REPORTS = frozenset({"bounce", "undelivered", "away", "receipt", "feedback"})
TEAM = frozenset({"team", "stray"})
BY_OUTCOME = {
    Outcome.ESCALATE.value: MailEnd.ESCALATED,
    Outcome.REVIEW.value: MailEnd.ASKED,
    Outcome.LEAVE.value: MailEnd.LEFT,
}
KINDS = frozenset({"read", "judged", "merged", "quarantined", "retried", "unread", "gone"})


@dataclass(slots=True)
class _Waiting:
    """A customer's mail that no verdict was found for yet."""

    at: datetime
    unread: bool


def end_of(became: str, kind: str = "") -> MailEnd | None:
    """The end of a mail by what it became; None: a customer's words, which a verdict decides."""
    if became == "own" or kind == MailKind.OWN.value:
        return MailEnd.OURS
    if became == "customer":
        return None
    if became == "copy":
        return MailEnd.COPY
    if became == "foreign":
        return MailEnd.FOREIGN
    if became in TEAM:
        return MailEnd.TEAM
    return MailEnd.REPORT if became in REPORTS else MailEnd.ANSWER


def count_ends(session: Session, since: datetime, until: datetime) -> Counter[MailEnd]:
    """How many mails that came between two instants (UTC) ended where; history does not count."""
    count: Counter[MailEnd] = Counter()
    waiting: dict[str, list[_Waiting]] = {}
    # Verdicts of later count too: a mail of the last minute is judged in the next.
    for entry in entries.read_entries(session, Span(kinds=KINDS, since=since)):
        if entry.kind == "judged":
            _judged(session, entry, waiting, count)
        elif entry.kind == "merged":
            waiting.setdefault(entry.ticket or "", []).extend(
                waiting.pop(str(entry.data["other"]), [])
            )
        elif entry.at < until:
            _arrived(entry, waiting, count)
    for mails in waiting.values():
        for mail in mails:
            count[MailEnd.UNREAD if mail.unread else MailEnd.WAITING] += 1
    return count


def _arrived(entry: Entry, waiting: dict[str, list[_Waiting]], count: Counter[MailEnd]) -> None:
    if entry.kind in {"gone", "unread"}:
        kind = MailEnd.GONE if entry.kind == "gone" else MailEnd.REFUSED
        count[kind] += int(entry.data.get("count") or len(entry.data["uids"]))
    elif entry.kind in {"quarantined", "retried"}:
        count[MailEnd.QUARANTINED] += 1 if entry.kind == "quarantined" else -1
    elif not entry.data.get("history"):
        end = end_of(str(entry.data["became"]), str(entry.data.get("kind", "")))
        if end is not None:
            count[end] += 1
            return
        mail = _Waiting(entry.at, bool(entry.data.get("unread")))
        waiting.setdefault(entry.ticket or "", []).append(mail)


def _judged(
    session: Session, entry: Entry, waiting: dict[str, list[_Waiting]], count: Counter[MailEnd]
) -> None:
    """A verdict on a conversation decides of every mail that waited for it."""
    mails = waiting.pop(entry.ticket or "", [])
    end = BY_OUTCOME.get(str(entry.data["outcome"]), MailEnd.WAITING)
    if mails and end is not MailEnd.ESCALATED and _live(session, entry.ticket or "", entry.at):
        end = MailEnd.ESCALATED
    for mail in mails:
        count[MailEnd.UNREAD if mail.unread and end is MailEnd.ASKED else end] += 1


def _live(session: Session, ticket: str, at: datetime) -> bool:
    """Whether a case of the conversation was live then: what it brings is in somebody's hands."""
    for item in threads.ticket_family(session, ticket):
        for case in map(journal.case_of_row, cases.of_ticket(session, item)):
            if case.opened_at <= at and (case.closed_at is None or case.closed_at > at):
                return True
    return False


def end_bars(count: Counter[MailEnd]) -> tuple[Bar, ...]:
    """The ends as bars of a chart; those that nothing came to are left out."""
    most = max(count.values(), default=0) or 1
    return tuple(
        Bar(name=end.value, figure=str(count[end]), share=round(100 * count[end] / most))
        for end in MailEnd
        if count[end] > 0
    )


def end_facts(count: Counter[MailEnd]) -> tuple[Fact, ...]:
    """The ends as lines, name and number."""
    return tuple(Fact(name=end.value, value=str(count[end])) for end in MailEnd if count[end] > 0)
