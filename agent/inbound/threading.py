"""Which conversation a mail belongs to: by every id ever seen, never silently by subject.

A mail whose ids lead to two conversations of one customer joins them. Two customers stay two, even
where both name the same Message-ID: each mail goes with its own, and the other is only suggested.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from deskless.agent.inbound.identity import insiders
from deskless.agent.office import conversation, journal, known_mail, office_events, state_keys
from deskless.agent.office.incoming import Incoming
from deskless.agent.office.office import Office
from deskless.mailbox.message import Message
from deskless.mailbox.thread import Post
from deskless.mailbox.threading import base_subject, joining_ids, mail_posts
from deskless.policies.people.accounts import FREE_MAIL
from deskless.store import documents, people, threads, verdicts
from deskless.store.engine.session import Session

WINDOW = timedelta(days=14)
LOOK_BACK = timedelta(days=30)
"""How long ago another conversation of a customer may have gone on to be shown as alike."""
COLLEAGUES = 20
LONGEST = 20_000
WORD = re.compile(r"\w{4,}")
HEADER_END = re.compile(rb"\r?\n\r?\n")


def posts_of_mail(office: Office, message: Message, *, spoken: bool = False) -> tuple[Post, ...]:
    """What a mail adds to a conversation; a date inside a forward is in its forwarder's zone.

    `spoken`: somebody has heard words in what looks like a machine's.
    """
    people = office.rules.matrix
    known = people.by_email(message.sender.email) if message.sender else None
    zone = known.hours.zone if known else office.config.team.zone
    return mail_posts(message, insiders(office), zone=zone, spoken=spoken)


def join_thread(
    office: Office, session: Session, mail: Incoming, spoken: Post | None
) -> str | None:
    """The ticket of the mail's conversation; a customer's first mail begins one.

    `spoken` is what the customer says in it. A forward or a copy of a mail we have goes with that.

    None for a mail of the team that belongs to no customer's conversation.
    """
    customer = spoken.sender.email if spoken and spoken.sender else None
    tickets = threads.find_tickets(session, joining_ids(mail.message))
    if not tickets and (copied := known_mail.ticket_of_copy(session, mail, spoken)):
        tickets = [copied]
    introduced = people.Introduction(mail.now, mail.cause)
    who = people.customer_id(session, customer, introduced) if customer else None
    if not tickets and who and mail.message.automatic:
        tickets = _of_machine(session, mail, who)
    keep = next(
        (ticket for ticket in tickets if _theirs(office, session, ticket, (mail, customer))), None
    )
    if keep is None and who is not None:
        keep = threads.next_ticket(
            session, office.config.team.ticket, first=office.config.team.first
        )
        threads.start_thread(session, keep, mail.now, who)
        if not tickets:
            _suggest(office, session, mail, keep, (who, customer or ""))
    for other in tickets if keep else ():
        if other != keep:
            _merge(session, mail, *sorted((keep or "", other), key=found_at(tickets)))
    return threads.ticket_family(session, keep)[0] if keep else None


def _of_machine(session: Session, mail: Incoming, customer: str) -> list[str]:
    """The conversation that a customer's program goes on with: its mails name none.

    What a program writes about one matter bears one subject. A person's subject joins nothing, and
    a program's joins only its own customer's conversation: else each of its mails would be a case.
    """
    subject = base_subject(mail.message.subject)
    recent = threads.of_customer(session, customer, mail.now - WINDOW)
    same = (
        info.ticket for info in recent
        if subject
            and base_subject(conversation.read_thread(session, info.ticket).subject) == subject
    )  # fmt: skip
    return [ticket] if (ticket := next(same, None)) else []


def found_at(tickets: list[str]) -> Callable[[str], int]:
    """The place of a ticket among those found, oldest first; a new one comes last."""
    return lambda ticket: tickets.index(ticket) if ticket in tickets else len(tickets)


def _theirs(
    office: Office, session: Session, ticket: str, who: tuple[Incoming, str | None]
) -> bool:
    """Whether a mail whose ids lead to this conversation may join it.

    Many customers may answer one mail (a circular in Bcc), and each knows its Message-ID. A
    customer joins their own conversation, their company's, or one that they were part of; a mail
    of the team joins the one whose customer it is addressed to, or else any that it names.
    """
    mail, customer = who
    info, message = threads.get_thread(session, ticket), mail.message
    if info is None or info.customer is None:
        return True
    if customer is None:
        to = (address.email for address in (*message.to, *message.cc))
        known = {people.known_id(session, email, people.CUSTOMER) for email in to} - {None}
        return not known or info.customer in known
    if info.customer == people.known_id(session, customer, people.CUSTOMER):
        return True
    senders = {
        post.sender.email
        for post in conversation.read_thread(session, ticket).from_customer()
        if post.sender
    }
    if any(company_of(office, sender) == company_of(office, customer) for sender in senders):
        return True
    return any(_heads(raw, customer) for raw in documents.mails_of(session, ticket))


def company_of(office: Office, email: str) -> str:
    """What an address belongs to: the account, else its own domain, else nobody but itself."""
    account = office.rules.accounts.find(email)
    domain = email.rpartition("@")[2]
    return account.customer if account else (email if domain in FREE_MAIL else domain)


def _heads(raw: bytes, email: str) -> bool:
    """Whether an address stands in the headers of a mail: its owner was written to."""
    end = HEADER_END.search(raw)
    head = raw[: end.start()] if end else raw
    return email.encode("utf-8", "replace") in head.lower()


def _merge(session: Session, mail: Incoming, keep: str, other: str) -> None:
    """Two conversations of one customer become one; of two customers they stay two."""
    first, second = threads.get_thread(session, keep), threads.get_thread(session, other)
    same = first and second and first.customer == second.customer
    if same:
        threads.merge_threads(session, keep, other)
        verdicts.leave_queue(session, other)
    elif not state_keys.ALIKE.once(session, True, f"{keep}:{other}"):
        return
    ticket, gone = (keep, other) if same else (other, keep)
    happened = office_events.ConversationsMerged if same else office_events.ConversationsLookedAlike
    event = happened(at=mail.now, cause=mail.cause, ticket=ticket, other=gone, by_what="ids")
    journal.enter(session, event)


def _suggest(
    office: Office, session: Session, mail: Incoming, ticket: str, customer: tuple[str, str]
) -> None:
    """Other conversations of this customer or company that may be the same matter: shown, never
    joined. The last month's, those with the most words in common first.
    """
    who, email = customer
    domain = email.rpartition("@")[2]
    account = office.rules.accounts.find(email)
    domains = {name for name in (account.addresses if account else ()) if "@" not in name}
    domains |= {domain} - FREE_MAIL
    theirs = dict.fromkeys((who, *people.customers_at(session, domains)[:COLLEAGUES]))
    recent = {
        info.ticket: info
        for each in theirs
        for info in threads.of_customer(session, each, mail.now - LOOK_BACK)
        if info.ticket != ticket
    }
    words = _words(f"{mail.message.subject} {mail.message.text}")
    newest = sorted(recent.values(), key=lambda info: info.last_at, reverse=True)[:COLLEAGUES]
    near = sorted(newest, key=lambda info: _in_common(session, info.ticket, words), reverse=True)
    others = [info.ticket for info in near[:3]]
    if others:
        event = office_events.ConversationsLookedAlike(
            at=mail.now, cause=mail.cause, ticket=ticket, other=",".join(others),
            by_what="customer",
        )  # fmt: skip
        journal.enter(session, event)


def _in_common(session: Session, ticket: str, words: frozenset[str]) -> float:
    """How much of two matters' words is the same: 0 to 1."""
    thread = conversation.read_thread(session, ticket)
    text = " ".join(post.text for post in thread.from_customer())
    theirs = _words(f"{thread.subject} {text}")
    return len(words & theirs) / (len(words | theirs) or 1)


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text[:LONGEST].casefold()))
