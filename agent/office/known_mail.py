"""A forward or a second copy of a mail that we have: found by the mail inside, and kept once.

A forward has its own Message-ID and rarely names that of the mail inside. So the mail inside is
looked for among what its writer said in the last month: writer, date and words must agree, because
a customer who writes "still down" twice has written two mails.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from deskless.agent.office import conversation
from deskless.agent.office.incoming import Incoming
from deskless.mailbox.calendar_names import inner_date
from deskless.mailbox.mime.header import first_head, read_date
from deskless.mailbox.thread import Post, Side
from deskless.store import documents, people, threads
from deskless.store.engine.session import Session

ZONES = timedelta(hours=26)
"""How far apart two readings of one date may lie: a forward names it in anybody's zone, or none."""
PART, CLEAR = 20, 40
"""Letters and digits from which on a part of a text is enough beside writer and date, and from
which on the words are enough beside the writer alone."""
_MARKS = re.compile(r"[\W_]+")
MONTH = timedelta(days=30)
OWN, MANY = 12, 300
"""Conversations that are looked through: the writer's own, newest first, so that one who writes a
thousand mails costs no more than others; and anybody's, for the mail inside a teammate's forward.
"""


@dataclass(frozen=True, slots=True)
class Inside:
    """What is known of a mail however it came: `at` is its own date (UTC), `exact` to the second.

    A mail is not exact where it was read out of a forward; else its `subject` must agree, too.
    """

    sender: str
    at: datetime | None
    text: str
    exact: bool = True
    subject: str | None = None


def same_mail(letter: Inside, other: Inside) -> bool:
    """Whether two readings are of one mail: its writer, its date and its words agree."""
    if not letter.sender or letter.sender.lower() != other.sender.lower():
        return False
    if letter.at is None or other.at is None:
        dated = len(folded_words(letter.text)) >= CLEAR
    else:
        apart = timedelta() if letter.exact and other.exact else ZONES
        dated = abs(letter.at - other.at) <= apart
    return dated and same_words(letter.text, other.text)


def same_words(text: str, other: str) -> bool:
    """Whether two texts are the same mail's, one of them perhaps without its greeting or footer."""
    short, long = sorted((folded_words(text), folded_words(other)), key=len)
    if short == long:
        return bool(short)
    return len(short) >= PART and 2 * len(short) >= len(long) and short in long


def folded_words(text: str) -> str:
    """The letters and digits of a text in lower case: wrapping, quote marks and blanks say nothing.

    Compatibility forms are one (NFKC), so that a gateway's full-width or ligature letters are, too.
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def ticket_of_copy(session: Session, mail: Incoming, customer: Post | None) -> str | None:
    """The conversation that holds this very mail already; None: it is a new one.

    The writer's own conversations first; what a teammate forwards may also stand in a colleague's.
    """
    if customer is None or customer.sender is None or not folded_words(customer.text):
        return None
    here = _inside(mail, customer)
    since = mail.now - MONTH
    who = people.known_id(session, here.sender, people.CUSTOMER)
    newest = threads.of_customer(session, who, since)[:OWN] if who else []
    own = [info.ticket for info in newest]
    if ticket := _holds(session, own, here):
        return ticket
    if not customer.hands:
        return None
    others = [info.ticket for info in threads.recent(session, since, limit=MANY)]
    return _holds(session, (ticket for ticket in others if ticket not in own), here)


def without_known(
    session: Session, ticket: str, mail: Incoming, posts: Iterable[Post]
) -> tuple[Post, ...]:
    """The posts of a mail without the customer's words that the conversation has already.

    What a teammate passed on again leaves that they did: an empty internal note, where they wrote
    none, so that its way through the team can be told.
    """
    posts = tuple(posts)

    def known(post: Post) -> bool:
        theirs = post.side is Side.CUSTOMER and post.sender is not None
        return theirs and _holds(session, [ticket], _inside(mail, post)) is not None

    rest = [post for post in posts if not known(post)]
    hands = next((post.hands for post in posts if post not in rest), ())
    if not hands:
        return tuple(rest)
    if rest:
        return (replace(rest[0], hands=hands), *rest[1:])
    note = replace(
        posts[0], side=Side.TEAM, sender=mail.message.sender, text="", internal=True, chat=""
    )
    return (replace(note, at=mail.message.date or note.at),)


def _inside(mail: Incoming, post: Post) -> Inside:
    """The customer's half of a mail that just came."""
    message = mail.message
    email = post.sender.email if post.sender else ""
    if message.forwarded is not None and post.hands:
        return Inside(email, inner_date(message.forwarded.date), post.text, exact=False)
    return Inside(email, message.date, post.text, subject=message.subject)


def _holds(session: Session, tickets: Iterable[str], here: Inside) -> str | None:
    for ticket in tickets:
        spoken = [
            post for post in conversation.read_thread(session, ticket).from_customer()
            if post.sender and post.sender.email == here.sender
            and here.subject in {None, post.subject}
            and same_words(post.text, here.text)
        ]  # fmt: skip
        # The mails themselves are read only where writer and words agree.
        dates = _dates(session, ticket) if spoken else {}
        if any(same_mail(here, _stored(post, dates)) for post in spoken):
            return ticket
    return None


def _stored(post: Post, dates: dict[str, datetime]) -> Inside:
    """What a customer said, with the date that its own mail bore; one out of a forward has none."""
    email = post.sender.email if post.sender else ""
    date = None if post.hands else dates.get(post.key)
    return Inside(email, date or post.at, post.text, exact=date is not None)


def _dates(session: Session, ticket: str) -> dict[str, datetime]:
    """The Date of each mail that is kept whole, by its digest: a post only knows its arrival."""
    dates: dict[str, datetime] = {}
    for raw in documents.mails_of(session, ticket):
        date = read_date(first_head(raw).first("date"))
        if date is not None:
            dates[sha256(raw).hexdigest()] = date
    return dates
