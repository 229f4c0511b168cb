"""A stored conversation and the mail room's `Thread`: the only file that knows both."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from deskless.mailbox.message import Address, MailKind, Unread
from deskless.mailbox.thread import HandOn, Post, Side, Thread
from deskless.store import documents, people, threads
from deskless.store.engine.session import Session
from deskless.store.threads import PostInfo

if TYPE_CHECKING:
    from deskless.agent.office.incoming import Incoming

KNOWN = frozenset(Unread)
TICK = timedelta(microseconds=1)
KEPT = 256 * 1024
"""Mails up to this many bytes are kept whole, to be attached to a brief."""


def keep_mail(session: Session, ticket: str, mail: "Incoming", posts: Iterable[Post]) -> None:
    """Keep what a mail adds to a conversation, every id that leads here, and the mail itself."""
    from deskless.mailbox.threading import joining_ids

    message = mail.message
    for part, post in enumerate(dated_posts(session, ticket, mail, posts)):
        threads.add_post(session, stored_post(ticket, post, message.kind, part))
    threads.learn_ids(session, ticket, joining_ids(message))
    if len(mail.arrival.raw) <= KEPT:
        documents.keep_mail(session, message.digest, ticket, mail.arrival.raw)


def dated_posts(
    session: Session, ticket: str, mail: "Incoming", posts: Iterable[Post]
) -> tuple[Post, ...]:
    """The posts of a mail with the instants (UTC) at which they count as said.

    A customer's clock may be an hour slow or a day fast, so live mail counts by its arrival: what
    arrives after an answer was written after it. History is read long after it came, perhaps from a
    server that it was moved to: there its own Date is the better witness.
    What a forward holds keeps the date that stands in it, unless that is later than the forward.
    """
    written, at = mail.message.date, arrived_at(session, ticket, mail)
    return tuple(replace(post, at=at if post.at == written else min(post.at, at)) for post in posts)


def arrived_at(session: Session, ticket: str, mail: "Incoming") -> datetime:
    """When a mail counts as written; never after the present.

    The server's clock (INTERNALDATE) knows seconds only: a live mail of the same second as the
    conversation's last one counts as later than that, because it was read later.
    """
    date, received = mail.message.date, min(mail.arrival.received, mail.now)
    if mail.silent:
        return received if date is None or date > mail.now else date
    last = threads.last_post_at(session, ticket)
    if last and last.replace(microsecond=0) == received.replace(microsecond=0):
        return max(received, last + TICK)
    return received


def stored_post(ticket: str, post: Post, kind: MailKind, part: int = 0) -> PostInfo:
    """A post as the store keeps it: everything a person said or is called lies in `private`."""
    sender = post.sender
    return PostInfo(
        ticket=ticket,
        digest=post.key,
        at=post.at,
        kind=kind.value,
        side=post.side.value,
        direction="out" if post.side is Side.TEAM and not post.internal else "in",
        part=part,
        message_id=post.message_id,
        internal=post.internal,
        private={
            "name": sender.name if sender else "",
            "email": sender.email if sender else "",
            "subject": post.subject,
            "text": post.text,
            "flaws": list(post.flaws),
            **({"reply_to": post.reply_to} if post.reply_to else {}),
            **({"unread": list(post.unread)} if post.unread else {}),
            **({"hands": [_hand(hand) for hand in post.hands]} if post.hands else {}),
            **({"chat": post.chat} if post.chat else {}),
        },
    )


def _hand(hand: HandOn) -> list[object]:
    return [hand.by, list(hand.to), hand.at.isoformat() if hand.at else None]


def read_thread(session: Session, ticket: str) -> Thread:
    """The conversation of this ticket as a judge sees it, oldest post first.

    A conversation that was merged into another is that one, under its own ticket.
    """
    ticket = threads.ticket_family(session, ticket)[0]
    posts = tuple(_post(post) for post in threads.posts_of(session, ticket))
    spoken = [post for post in posts if post.side is Side.CUSTOMER]
    customer = _customer(session, ticket, spoken)
    first = spoken[0] if spoken else (posts[0] if posts else None)
    return Thread(ticket, first.subject if first else "", customer, posts)


def _customer(session: Session, ticket: str, spoken: list[Post]) -> Address | None:
    """Whose conversation it is: who began it, whatever the clocks of others say."""
    info = threads.get_thread(session, ticket)
    mails = [post for post in spoken if not post.chat] or spoken
    senders = list(dict.fromkeys(post.sender for post in mails if post.sender))
    for address in senders if info and len(senders) > 1 else ():
        if info and people.known_id(session, address.email, people.CUSTOMER) == info.customer:
            return address
    return senders[0] if senders else None


def _post(post: PostInfo) -> Post:
    words = post.private or {}
    email = words.get("email", "")
    return Post(
        key=post.digest,
        at=post.at,
        side=Side(post.side),
        sender=Address(email, words.get("name", "")) if email else None,
        subject=words.get("subject", ""),
        text=words.get("text", ""),
        internal=post.internal,
        message_id=post.message_id,
        flaws=tuple(words.get("flaws", ())),
        reply_to=words.get("reply_to", ""),
        unread=tuple(Unread(reason) for reason in words.get("unread", ()) if reason in KNOWN),
        hands=tuple(
            HandOn(by, tuple(to), datetime.fromisoformat(at) if at else None)
            for by, to, at in words.get("hands", ())
        ),
        chat=words.get("chat", ""),
    )
