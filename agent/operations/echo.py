"""Echoes: words that come back to our answer to them, as no person's do and every loop's.

A program that answers each mail says the same again, but for a number or an hour. A person does
not, within minutes, to the very answer that these words got. So each answer remembers the words it
answers (`remember`), and an answer to that answer is held against them. Where our answer did
something (a note kept, a word of progress), people do repeat themselves, and more is needed. A
customer's program that begins a conversation with the same words again and again is told by these.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256

from deskless.agent.office import state_keys
from deskless.agent.office.answering import Answering
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import Situation
from deskless.store import threads
from deskless.store.engine.session import Session
from deskless.store.tokens import Token

QUICK = timedelta(minutes=5)
"""An answer to an answer that comes within this may be a machine's."""
ACTED = 12
"""Echoes in a row that are needed where our answer told of something done."""
IDLE = frozenset({"ask_back", "as_it_stands", "help", "answer", "ask_requester", "taken"})
"""Answers of ours that told of nothing done."""
REPEATED = timedelta(hours=6)
"""Within this a customer's same opening words count as a repetition."""
OPENINGS = 3
"""So many conversations with the same opening words are a customer's own matter."""
MASKED = re.compile(r"[^\W_]*\d[\w.:/-]*")


def answered_words(office: Office, session: Session, mail: Incoming, token: Token) -> Answering:
    """The words of an answer to a letter of ours, and how often in a row they came before."""
    text = " ".join(mail.message.fresh.split()).casefold()
    exact, alike = _digests(text)
    before = state_keys.ANSWERED.get(session, token.hash[:32])
    limit, echoes = office.config.limits.loop, 0
    if before and mail.now - datetime.fromisoformat(before["at"]) <= QUICK:
        idle = before["kind"] in IDLE
        same = exact == before["exact"] or (idle and alike == before["alike"])
        # One word is a command, and a person may give it again where it does something.
        echoes = before["echoes"] + 1 if same and (idle or len(text.split()) > 1) else 0
        limit = limit if idle else max(limit, ACTED)
        if echoes:  # a program may answer one letter often: each time counts
            state_keys.ANSWERED.put(session, {**before, "echoes": echoes}, token.hash[:32])
    return Answering(token.person or office.rules.founder, exact, alike, echoes, limit)


def remember(office: Office, session: Session, token: str, kind: str) -> None:
    """Keep which words the letter of this token (its digest) answers, for an answer to it."""
    words = office.answering
    if words is None or not words.team:
        return
    answered = state_keys.Answered(
        exact=words.exact, alike=words.alike, echoes=words.echoes, kind=kind,
        at=office.clock.now().isoformat(),
    )  # fmt: skip
    state_keys.ANSWERED.put(session, answered, token[:32])


def written_words(office: Office, mail: Incoming) -> Answering | None:
    """The words of a mail that answers no letter of ours; None where nobody of the team wrote."""
    sender = mail.message.sender
    person = office.rules.matrix.by_email(sender.email) if sender else None
    if person is None:
        return None
    return Answering(person.id, *_digests(" ".join(mail.message.fresh.split()).casefold()))


def customers_words(
    office: Office, session: Session, situation: Situation, *, count: bool
) -> Answering | None:
    """The customer's latest words; None where there are none.

    `count`: they begin something new, so that their repetitions are counted.
    """
    info = threads.get_thread(session, situation.ticket)
    spoken = situation.thread.from_customer()
    if info is None or info.customer is None or not spoken:
        return None
    exact, alike = _digests(" ".join(spoken[-1].text.split()).casefold())
    if not count:
        return Answering(info.customer, exact, alike, team=False)
    now, about = office.clock.now(), f"{info.customer}:{alike}"
    before = [at for at in state_keys.OPENED.get(session, about) or [] if at > now - REPEATED]
    state_keys.OPENED.put(session, [*before, now], about)
    limit = max(office.config.limits.loop, OPENINGS)
    return Answering(info.customer, exact, alike, len(before), limit, team=False)


def _digests(text: str) -> tuple[str, str]:
    """The digest of some words, and the one of the same with every figure masked."""
    masked = " ".join(MASKED.sub("#", text).split())
    return _digest(text), _digest(masked)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:24]
