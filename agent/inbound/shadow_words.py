"""What the founder says to the shadow: RIGHT and WRONG for items of a digest, and GO or LIVE.

A mark belongs to the item that was shown under its number in the very digest that is answered; it
is kept with the verdict, the criteria and the founder's reason. Going live takes up what the shadow
would have escalated: each such conversation is judged again, and what is still open is offered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.agent.case.verbs import Command
from deskless.agent.inbound import reference
from deskless.agent.judging.foresight import foresee_verdict
from deskless.agent.language.time import say_instant
from deskless.agent.office import conversation, journal, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import latest_verdict, read_situation
from deskless.mailbox.thread import Side
from deskless.policies.verdict import Outcome
from deskless.store import tokens, verdicts
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span
from deskless.store.verdicts import Waiting

RECENT = timedelta(days=7)
"""A conversation that the team has answered since is taken up only when it is younger."""


def mark_items(office: Office, session: Session, mail: Incoming, asked: Command) -> str:
    """Keep the founder's marks; what to tell them, in sentences."""
    shown = _digest_answered(office, session, mail)
    marks = [(word, number) for word, number in asked.fields if word in {"right", "wrong"}]
    if not marks and asked.subject_id:
        marks = [(asked.verb.value, asked.subject_id)]
    noted, unknown = [], []
    for word, number in marks:
        place = int(number) if number.isdigit() else 0
        if not 1 <= place <= len(shown):
            unknown.append(number)
            continue
        _mark(office, session, mail, _Mark(word, place, shown[place - 1], asked.note))
        noted.append(f"{number} {word}")
    because = f" Your reason is kept with it: {asked.note}" if noted and asked.note else ""
    told = [f"Noted: {', '.join(noted)}.{because}"] if noted else []
    if unknown:
        has = f"it has 1 to {len(shown)}" if len(shown) > 1 else f"it has {len(shown) or 'none'}"
        told.append(f"There is no item {', '.join(unknown)} in that digest: {has}.")
    return " ".join(told) or "I found no number. Reply RIGHT 1, or WRONG 2 because …"


@dataclass(frozen=True, slots=True)
class _Mark:
    """RIGHT or WRONG, the number that was shown, its `would` entry, and why."""

    word: str
    number: int
    seq: int
    reason: str


def _digest_answered(office: Office, session: Session, mail: Incoming) -> list[int]:
    """The entries that the answered digest showed, by their numbers; else the newest one's."""
    for token in reference.carried_tokens(office, mail.message):
        shown = state_keys.SHADOW_SHOWN.get(session, tokens.token_digest(token)[:32])
        if shown is not None:
            return shown
    return state_keys.SHADOW_ITEMS.get(session) or []


def _mark(office: Office, session: Session, mail: Incoming, mark: _Mark) -> None:
    would = entries.get_entry(session, mark.seq)
    assert would is not None, "the digest shows entries that there are"
    if state_keys.MARKED.get(session, str(mark.seq)) == mark.word and not mark.reason:
        return
    state_keys.MARKED.put(session, mark.word, str(mark.seq))
    event = office_events.DigestMarked(
        at=mail.now, by=office.rules.founder, cause=mail.cause, ticket=would.ticket,
        mark=mark.word, entry=mark.seq, number=mark.number, verdict=would.data.get("verdict"),
        met=tuple(would.data.get("met", ())), reason=mark.reason, policy=would.policy,
        shown=tuple((would.private or {}).get("quotes") or ()),
    )  # fmt: skip
    journal.enter(session, event)


def take_up(office: Office, session: Session, now: datetime, criterion: str = "") -> str:
    """Judge again what the shadow would have escalated, by a criterion or by any.

    What is still open opens a case in this very turn. Returns what to tell the founder.
    """
    escalated: dict[str, Entry] = {}
    doubted: dict[str, Entry] = {}
    asked: list[str] = []
    for entry in entries.read_entries(session, Span(kinds=frozenset({"would"}))):
        ticket = entry.ticket or ""
        if entry.data.get("by") and not criterion:
            asked.append(ticket)
        elif entry.data["outcome"] == Outcome.ESCALATE.value and (
            not criterion or criterion in entry.data["met"]
        ):
            escalated[ticket] = entry
        elif entry.data["outcome"] == Outcome.REVIEW.value:
            doubted[ticket] = entry
    open_now = [ticket for ticket, entry in escalated.items() if _is_open(session, entry, now)]
    doubts = [
        ticket for ticket, entry in doubted.items()
        if ticket not in escalated and _waits(session, entry)
    ]  # fmt: skip
    for ticket in (*open_now, *([] if criterion else doubts)):
        verdicts.queue_thread(session, Waiting(ticket, now, 0, "went live"))
    told = ""
    if open_now:
        told += (
            f" Judged again now, and offered where still open: {', '.join(open_now)}, which the "
            f"shadow would have escalated. Mail that goes out by that: "
            f"{'; '.join(_foreseen(office, session, ticket, now) for ticket in open_now)}."
        )
    if doubts and not criterion:
        told += f" Asked about now, since nobody has answered the customer: {', '.join(doubts)}."
    if asked:
        keys = ", ".join(dict.fromkeys(asked))
        told += f" A teammate asked to escalate {keys} meanwhile; please ask them to do it again."
    return told


def _foreseen(office: Office, session: Session, ticket: str, now: datetime) -> str:
    """Whom a conversation will be offered to and until when, as it was judged last."""
    situation, verdict = (
        read_situation(office, session, ticket, now),
        latest_verdict(session, ticket),
    )
    if verdict is None:
        return f"{ticket} once it is judged"
    row = foresee_verdict(office, session, situation, verdict)
    told = f"{ticket} ({row.customer}) to {row.asked or 'nobody'}"
    if row.until is None:
        return told
    return f"{told}, to be answered by {say_instant(row.until, office.config.team.zone)}"


def _waits(session: Session, entry: Entry) -> bool:
    """Whether the customer of a doubt spoke last, and it was not called wrong."""
    if state_keys.MARKED.get(session, str(entry.seq)) == "wrong":
        return False
    posts = conversation.read_thread(session, entry.ticket or "").posts
    spoken = [post for post in posts if not post.internal]
    return bool(spoken) and spoken[-1].side is Side.CUSTOMER


def _is_open(session: Session, entry: Entry, now: datetime) -> bool:
    """Whether nobody has ended it since: not called wrong, not answered long ago, no case yet."""
    if state_keys.MARKED.get(session, str(entry.seq)) == "wrong":
        return False
    posts = [post for post in conversation.read_thread(session, entry.ticket or "").posts
             if not post.internal]  # fmt: skip
    if not posts:
        return False
    return posts[-1].side is Side.CUSTOMER or now - posts[-1].at < RECENT
