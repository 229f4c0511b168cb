"""Replies that nobody but a model may be able to read: put by with their mail, and taken up once.

The row is written in the transaction that takes the mail, keyed by the mail: a process that dies
loses nothing and asks again. Its words lie beside an entry of the ledger, where they are erased as
all words are; the row only points to them.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from deskless.agent.case.case import Case
from deskless.agent.case.verbs import Command, Unclear
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.office.answering import Answering
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.reply.situation import Place
from deskless.agent.reply.understand import PROPOSABLE
from deskless.store import tokens
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.tokens import Token

LONGEST = 4_000
"""Characters of a reply that a model is asked about; who writes more is asked back at once."""


@dataclass(frozen=True, slots=True)
class PendingReply:
    """A reply that waits: its cause (`mail:DIGEST`), what it answers, its words, when they came.

    `seq` is the number of its entry, `tries` how often settling it failed unexpectedly.
    """

    cause: str
    token: Token
    words: str
    at: datetime
    seq: int
    proof: str
    message_id: str
    answering: Answering | None
    tries: int


def may_be_proposed(office: Office, asked: Command | Unclear, words: str, place: Place) -> bool:
    """Whether a model is asked what a reply means: the words left it open, and one is there."""
    open_end = isinstance(asked, Unclear) and bool(asked.line)
    askable = open_end and bool(PROPOSABLE.get(place)) and len(words) <= LONGEST
    return askable and office.bench.model is not None


def put_by(
    office: Office, session: Session, mail: Incoming, case: Case, answer: tuple[Token, str, str]
) -> None:
    """Let an answer (its token, its words, what proved its sender) wait for a proposal."""
    token, words, proof = answer
    event = office_events.ReplyPondered(
        at=mail.now, by=token.person or office.rules.founder, cause=mail.cause,
        ticket=case.ticket, about=case.key, spoken=words,
    )  # fmt: skip
    [entry] = journal.enter(session, event)
    row = state_keys.PendingReply(
        seq=entry.seq, token=token.hash, proof=proof, message_id=mail.message.message_id or "",
        answering=asdict(office.answering) if office.answering else {}, tries=0,
    )  # fmt: skip
    state_keys.PENDING.put(session, row, mail.cause)


def pending_replies(session: Session) -> list[PendingReply]:
    """All that wait, in the order in which they came; those whose words were erased have none."""
    waiting = [
        reply
        for cause, row in state_keys.PENDING.under(session).items()
        if (reply := _read(session, cause, row))
    ]
    return sorted(waiting, key=lambda reply: reply.seq)


def take_pending(session: Session, reply: PendingReply) -> bool:
    """It waits no longer; False where it was taken before."""
    return state_keys.PENDING.drop(session, reply.cause)


def count_failure(session: Session, reply: PendingReply) -> None:
    """Keep that settling it failed, so that it is not tried for ever in the same way."""
    row = state_keys.PENDING.get(session, reply.cause)
    if row is not None:
        state_keys.PENDING.put(session, {**row, "tries": row["tries"] + 1}, reply.cause)


def spoke_since(session: Session, reply: PendingReply, ticket: str) -> bool:
    """Whether its writer has done something in the case by a mail that came later.

    What an earlier mail did that waited, too, does not count.
    """
    person, case = reply.token.person, reply.token.case
    waited = entries.Span(ticket=ticket, kinds=frozenset({"pondered"}))
    earlier = {
        entry.cause for entry in entries.read_entries(session, waited) if entry.seq < reply.seq
    }
    return any(
        entry.actor == person and entry.cause.startswith("mail:")
        and entry.cause not in {reply.cause, *earlier}
        for entry in entries.read_entries(session, entries.Span(case=case, after=reply.seq))
    )  # fmt: skip


def _read(session: Session, cause: str, row: state_keys.PendingReply) -> PendingReply | None:
    """A row with its words; None where its token is gone."""
    token = tokens.get_token(session, row["token"])
    span = entries.Span(after=row["seq"] - 1)
    entry = next(entries.read_entries(session, span, limit=1), None)
    if token is None or entry is None:
        return None
    words = str((entry.private or {}).get("words") or "")
    answering = Answering(**row["answering"]) if row["answering"] else None
    return PendingReply(
        cause, token, words, entry.at, row["seq"], row["proof"], row["message_id"], answering,
        row["tries"],
    )  # fmt: skip
