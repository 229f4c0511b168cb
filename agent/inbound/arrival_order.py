"""When a post counts as said: live mail by its arrival, history by its own Date.

A customer's clock may be an hour slow or a day fast. What counts for a live conversation is who
spoke after whom, and that is the order in which the mails came to us: "still down" that arrives
after an answer was written after it, whatever its Date says. History is read long after it came, in
one go and perhaps from a server it was moved to, so there the Date is the better witness.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from deskless.agent.office.incoming import Incoming
from deskless.mailbox.thread import Post
from deskless.store import threads
from deskless.store.engine.session import Session

TICK = timedelta(microseconds=1)


def dated_posts(
    session: Session, ticket: str, mail: Incoming, posts: Iterable[Post]
) -> tuple[Post, ...]:
    """The posts of a mail with the instants (UTC) at which they count as said.

    What a forward holds keeps the date that stands in it, unless that is later than the forward.
    """
    written, at = mail.message.date, arrived_at(session, ticket, mail)
    return tuple(replace(post, at=at if post.at == written else min(post.at, at)) for post in posts)


def arrived_at(session: Session, ticket: str, mail: Incoming) -> datetime:
    """When a mail counts as written; never after the present.

    The server's clock (INTERNALDATE) knows seconds only: a live mail of the same second as the
    conversation's last one counts as later than that, because it was read later.
    """
    date, received = mail.message.date, min(mail.arrival.received, mail.now)
    if mail.silent:
        return received if date is None or date > mail.now else date
    info = threads.get_thread(session, ticket)
    if info and info.last_at.replace(microsecond=0) == received.replace(microsecond=0):
        return max(received, info.last_at + TICK)
    return received
