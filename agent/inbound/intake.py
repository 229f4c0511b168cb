"""One mail that arrived: what it is, whom it concerns, and what is kept of it.

`take_mail` runs inside the turn's transaction. A mail is known by where it lay and by the digest of
its bytes, never by its Message-ID alone: two different mails with one Message-ID stay two. Every
mail leaves one `read` entry, whatever becomes of it.

`queue_instant` says whose conversation is judged first. Normally nothing waits and the order is
without meaning. In a flood (ten thousand mails after an outage of ours, or a mailing gone wrong) a
paying customer does not stand behind strangers: known accounts come before unknown senders, those
with more revenue first, and among equals the oldest.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from deskless.agent.inbound import (
    bounces,
    canary_watch,
    other_lives,
    overheard,
    reference,
    requests,
    routing,
    team_answers,
    threading,
)
from deskless.agent.inbound.identity import colleagues, insiders
from deskless.agent.office import conversation, journal, known_mail, office_events
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.agent.office.situation import read_situation
from deskless.agent.operations import echo
from deskless.agent.outbound import departures
from deskless.agent.outbound.receipts import confirm_sent
from deskless.mailbox.compose import is_signed
from deskless.mailbox.imap.inbox import Arrival
from deskless.mailbox.message import Absence, Address, MailKind, Message
from deskless.mailbox.parse import Own, letter_readings, read_message
from deskless.mailbox.pasted_posts import told_apart
from deskless.mailbox.sandbox import is_suspicious, read_guarded
from deskless.mailbox.thread import Post, Side
from deskless.mailbox.threading import is_machines, joining_ids, with_answered, with_unknown_quotes
from deskless.store import cases, documents, outbox, threads, verdicts
from deskless.store.engine.session import Session
from deskless.store.threads import Place
from deskless.store.verdicts import Waiting

KNOWN = timedelta(days=1)
"""How far before its true time a known customer's mail stands in the queue."""
STEP = 1000
"""Each so much revenue a year (whole units of the team's currency) is a second more."""
MOST = 86_400
"""No account gains more than a day by its revenue."""


def queue_instant(office: Office, sender: str | None, now: datetime) -> datetime:
    """The instant by which a conversation stands in the judges' queue; never after `now`."""
    account = office.rules.accounts.find(sender) if sender else None
    if account is None:
        return now
    worth = min((account.revenue or 0) // STEP, MOST)
    return now - KNOWN - timedelta(seconds=worth)


QUOTABLE = 20
"""The newest mails of a conversation that are read whole to know what a customer quotes."""


def take_mail(office: Office, session: Session, arrival: Arrival, *, silent: bool = False) -> str:
    """Handle one mail in the caller's transaction; returns what became of it, in a word."""
    digest = sha256(arrival.raw).hexdigest()
    place = Place(arrival.folder, arrival.uidvalidity, arrival.uid)
    known = bool(threads.read_before(session, [digest]))
    if not threads.see_place(session, place, digest, arrival.received) or known:
        return "known"
    message = understand_mail(office, session, arrival)
    office.step("parsed")
    mail = Incoming(message, arrival, office.clock.now(), silent)
    other_lives.watch_heads(office, session, mail)
    became, ticket = _become(office, session, mail)
    office.step("decided")
    _enter(session, mail, became, ticket)
    return became


def understand_mail(office: Office, session: Session, arrival: Arrival) -> Message:
    """The mail as a value. Raises Runaway for one whose parsing runs wild."""
    keys = office.keys
    named: list[str] = []
    own = Own(
        loop=keys.loop,
        signs=lambda id_: is_signed(keys.ids, id_),
        ours=lambda ids: tuple(
            letter_readings(text, raw) for text, raw in outbox.texts_sent(session, [*ids, *named])
        ),
    )
    parse = read_guarded if is_suspicious(arrival.raw) else read_message
    message = parse(arrival.raw, received=arrival.received, own=own, partial=arrival.partial)
    if not any(is_signed(keys.ids, name) for name in message.references):
        named += _named_letters(office, session, message)
    if not named:
        return message
    return parse(arrival.raw, received=arrival.received, own=own, partial=arrival.partial)


def _named_letters(office: Office, session: Session, message: Message) -> list[str]:
    """The Message-IDs of the letters of ours that a mail quotes without referring to them."""
    if message.kind is MailKind.OWN:
        return []
    labels = reference.sealed_labels(office, message.text)
    letters = (letter for label in labels for letter in outbox.labelled_letters(session, label))
    return [letter.message_id for letter in letters]


def _become(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """What the mail is to us, and the ticket of its conversation where it has one."""
    message = mail.message
    if message.kind is MailKind.OWN:
        return _own(office, session, mail), None
    if other_lives.is_anothers(office, message):
        return other_lives.tell_of_another(office, session, mail)
    canary_watch.watch_canaries(office, session, mail)
    with office.answers(echo.written_words(office, mail)):
        answered = routing.route_mail(office, session, mail)
        if answered:
            return answered
        reported = _reported(office, session, mail)
        return reported or _converse(office, session, mail)


def _reported(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None] | None:
    """What a report on a mail of ours is; None where it is none, or holds words for us as well."""
    kind = mail.message.kind
    if kind not in {MailKind.FEEDBACK, MailKind.BOUNCE}:
        return None
    lost = kind is MailKind.BOUNCE and not mail.silent
    became = bounces.take_customer_bounce(office, session, mail) if lost else (kind.value, None)
    return became if became[1] or not overheard.hears_words(office, mail) else None


def _own(office: Office, session: Session, mail: Incoming) -> str:
    """Our own mail came back as a copy: the receipt that it went out."""
    letter = outbox.by_message_id(session, mail.message.message_id or "")
    tried = letter is not None and letter.attempts > 0 and letter.state in outbox.OWED
    if letter and tried and confirm_sent(session, letter, mail.now):
        departures.note_left(office, session, letter)
    return "own"


def _converse(office: Office, session: Session, mail: Incoming) -> tuple[str, str | None]:
    """A customer's mail, a teammate's forward of one, or the team's answer to one."""
    words = overheard.hears_words(office, mail) if is_machines(mail.message) else ""
    mail = overheard.as_spoken(mail, words) if words else mail
    message = mail.message
    posts = threading.posts_of_mail(office, message, spoken=bool(words))
    if answered := _answered_inside(office, session, mail, posts):
        mail, posts = answered
        message = mail.message
    chats = colleagues(office)
    parts = told_apart(posts, chats)
    customer = next((post for post in parts if post.side is Side.CUSTOMER), None)
    ticket = threading.join_thread(office, session, mail, customer)
    if told := _told(office, session, mail, (ticket, parts)):
        posts, [customer] = told, told
        ticket = ticket or threading.join_thread(office, session, mail, customer)
    machine = all(post.side is Side.MACHINE for post in posts)
    if ticket is None and machine:
        return _machines(message), None
    if ticket is None:
        asked = requests.to_inbox(office, session, mail)
        return ("request" if asked else "stray"), asked
    ours = insiders(office).names
    posts = told_apart(_with_quotes(session, (ticket, ours), message, posts), chats)
    if _copy(session, ticket, posts) or _copy(session, ticket, parts):
        return "copy", ticket
    posts = known_mail.without_known(session, ticket, mail, posts)
    if not posts:
        conversation.keep_mail(session, ticket, mail, ())
        return "copy", ticket
    conversation.keep_mail(session, ticket, mail, posts)
    spoke = {post.side for post in posts if not post.internal}
    if Side.CUSTOMER in spoke:
        sender = customer.sender.email if customer and customer.sender else None
        first = queue_instant(office, sender, mail.now)
        verdicts.queue_thread(session, Waiting(ticket, first, 0, _why(mail)))
    if not mail.silent and Side.TEAM in spoke:
        team_answers.take_team_answer(
            office, session, mail, read_situation(office, session, ticket, mail.now)
        )
    if not mail.silent and _asks(posts):
        # Read anew: what the team's answer did to the cases is part of it.
        situation = read_situation(office, session, ticket, mail.now)
        requests.by_forward(office, session, mail, situation, posts)
    team = _machines(message) if machine else "team"
    return ("customer" if Side.CUSTOMER in spoke else team), ticket


def _answered_inside(
    office: Office, session: Session, mail: Incoming, posts: tuple[Post, ...]
) -> tuple[Incoming, tuple[Post, ...]] | None:
    """A colleague's answer that brings us into a conversation we do not know, with what it quotes.

    None for every other mail: what lies in Sent was ours to answer, and a known conversation has
    the customer's own mails.
    """
    sent = mail.arrival.folder not in office.config.inbox.folders
    theirs = any(post.side is not Side.TEAM for post in posts)
    if sent or mail.silent or theirs or threads.find_tickets(session, joining_ids(mail.message)):
        return None
    message = with_answered(mail.message)
    inside = threading.posts_of_mail(office, message)
    if all(post.side is Side.TEAM for post in inside):
        return None
    return replace(mail, message=message), inside


def _told(
    office: Office, session: Session, mail: Incoming, place: tuple[str | None, tuple[Post, ...]]
) -> tuple[Post, ...]:
    """What a teammate tells of a customer in a mail that asks for nothing itself.

    Where a conversation has a case, somebody is on it, and colleagues talk of what is known.
    """
    ticket, posts = place
    if requests.asks_to_escalate(mail.message.fresh) or (
        ticket and cases.of_ticket(session, ticket)
    ):
        return ()
    return overheard.as_told(office, mail, posts, begins=ticket is None)


def _machines(message: Message) -> str:
    """What a mail is in which nobody speaks: an absence, or a receipt of some sort."""
    return "away" if message.absence is not Absence.NONE else "receipt"


def _with_quotes(
    session: Session, place: tuple[str, Callable[[Address], bool]], message: Message,
    posts: tuple[Post, ...],
) -> tuple[Post, ...]:  # fmt: skip
    """The posts with what the customer quotes that we have never seen.

    Known are the conversation and the letters of ours that the mail refers to; where that leaves a
    rest, the whole mails of the conversation are read, footers and all. `place` is the ticket, and
    who is one of us.
    """
    ticket, ours = place
    if all(post.side is not Side.CUSTOMER for post in posts):
        return posts
    if with_unknown_quotes(posts, message, (), ours) == posts:
        return posts
    # Of a mail that came twice, both copies are read alike: neither is known to the other.
    others = [
        post for post in conversation.read_thread(session, ticket).posts
        if not post.message_id or post.message_id != message.message_id
    ]  # fmt: skip
    sent = outbox.texts_sent(session, message.references)
    known = [post.text for post in others]
    known += [reading for text, raw in sent for reading in letter_readings(text, raw)]
    if with_unknown_quotes(posts, message, known, ours) == posts:
        return posts
    stored = {post.key for post in others}
    newest = documents.mails_of(session, ticket)[-QUOTABLE:]
    read = [read_message(raw) for raw in newest if not is_suspicious(raw)]
    known += [earlier.text for earlier in read if earlier.digest in stored]
    return with_unknown_quotes(posts, message, known, ours)


def _copy(session: Session, ticket: str, posts: tuple[Post, ...]) -> bool:
    """Whether this very mail stands there already: two of our addresses in To make two copies.

    Copies share Message-ID, sender and words; different mails with one Message-ID stay different.
    """
    ids = {post.message_id for post in posts if post.message_id}
    if not ids or not threads.find_tickets(session, ids):
        return False
    before = {
        (post.message_id, post.sender, post.text)
        for post in conversation.read_thread(session, ticket).posts
    }
    return all((post.message_id, post.sender, post.text) in before for post in posts)


def _why(mail: Incoming) -> str:
    return "history" if mail.silent else "new mail"


def _asks(posts: tuple[Post, ...]) -> bool:
    return any(post.side is Side.TEAM and requests.asks_to_escalate(post.text) for post in posts)


def _enter(session: Session, mail: Incoming, became: str, ticket: str | None) -> None:
    """The `read` entry: that this mail was seen, what it was, and where it went."""
    message = mail.message
    event = office_events.MailRead(
        at=mail.now,
        cause=mail.cause,
        ticket=ticket,
        kind=message.kind.value,
        became=became,
        uid=mail.arrival.uid,
        received=mail.arrival.received,
        size=message.size,
        history=mail.silent,
        unread=True if message.unread and became == "customer" else None,
        message_id=message.message_id,
        flaws=message.flaws,
    )
    journal.enter(session, event)
