"""Which conversation a mail belongs to, and which posts it adds there: pure functions.

A mail belongs wherever any id that it carries or mentions belongs: its own, those a relay moved to
another header, In-Reply-To and References, also ids that nobody has seen as a mail yet. A subject
never joins anything here; it only suggests. `threading_offline` puts a batch of mail in threads.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from deskless.mailbox.calendar_names import has_clock, inner_date
from deskless.mailbox.message import Absence, Address, Forwarded, MailKind, Message
from deskless.mailbox.quoting import forward, fresh
from deskless.mailbox.quoting.footer import without_footer
from deskless.mailbox.quoting.html import mark_quotes
from deskless.mailbox.quoting.unknown import words_with_quotes
from deskless.mailbox.quoting.words import FORWARD_PREFIXES, REPLY_PREFIXES
from deskless.mailbox.sender.attribution import (
    PLAUSIBLE,
    Attribution,
    Insiders,
    Source,
    attribute,
    is_lists,
    is_robot,
    plain_name,
    signed_address,
)
from deskless.mailbox.sender.confirmations import acknowledges
from deskless.mailbox.thread import DAY_ONLY, UNDATED, UNKNOWN, UNPROVEN, HandOn, Post, Side

WINDOW = timedelta(days=14)
OLDEST = timedelta(days=180)
"""A mail inside a forward that says it is older than this is not taken at its word."""
NESTED = 3  # a forward of a forward of a forward is looked into; no further

_REPORTS = {MailKind.BOUNCE, MailKind.FEEDBACK, MailKind.OWN}
_PREFIX = re.compile(
    rf"\s*(?:(?:{REPLY_PREFIXES}|{FORWARD_PREFIXES})\s?(?:\[\d+\]|\(\d+\))?\s?[:：]\s*)+",
    re.IGNORECASE,
)
_TAG = re.compile(r"\s*\[[^\]\n]{1,60}\]\s*")
MAILING, SUBSCRIBED = "written to many", "a subscription"
"""The flaws of a post that can be unsubscribed from, and of one that says it is subscribed to."""
_SUBSCRIPTION = re.compile(
    r"(?i)\bunsubscribe\b|\b(?:you (?:are )?receiv\w+ this|because you (?:are )?subscrib\w+)"
    r"|\bnewsletter\b|\babbestellen\b|\bsie erhalten diese|\bse désabonner\b|\bdésinscri\w+"
    r"|\bvous recevez ce|\bdarse de baja\b|\bcancelar (?:la|su) suscripción\b|\brecibe este"
)
_EMAIL = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A conversation that a mail might belong to: its name, its customer, subject and last mail."""

    thread: str
    customer: str
    subject: str
    last: datetime


def mentioned_ids(message: Message) -> tuple[str, ...]:
    """Every Message-ID that a mail is known by or mentions, its own first, without doubles."""
    own = (message.message_id,) if message.message_id else ()
    return tuple(dict.fromkeys((*own, *message.other_ids, *message.references)))


def joining_ids(message: Message) -> tuple[str, ...]:
    """Every Message-ID that leads to a mail's conversation, that of an attached mail included."""
    inner = message.forwarded.message_id if message.forwarded else ""
    return tuple(dict.fromkeys((*mentioned_ids(message), *([inner] if inner else []))))


def base_subject(subject: str) -> str:
    """A subject without prefixes (Re:, Fwd:, [list]), in lower case, words one blank apart."""
    left = None
    while left != subject:
        left, subject = subject, _PREFIX.sub("", subject, count=1)
        tag = _TAG.match(subject)
        if tag and tag.end() < len(subject):
            subject = subject[tag.end() :]
    return " ".join(subject.lower().split())


def suggest_thread(
    message: Message, customer: str, seen: Iterable[Seen], *, window: timedelta = WINDOW
) -> str | None:
    """The conversation that a mail without known ids may continue: a suggestion for people.

    The same customer and the same subject within `window` of its last mail; the latest one wins.
    None also for subjects that say nothing.
    """
    subject = base_subject(message.subject)
    at = message.date
    if at is None or len(subject) < 4:
        return None
    fits = [
        known_thread
        for known_thread in seen
        if known_thread.customer.lower() == customer.lower()
        and base_subject(known_thread.subject) == subject
        and abs(at - known_thread.last) <= window
    ]
    return max(fits, key=lambda known_thread: known_thread.last).thread if fits else None


def mail_posts(
    message: Message, people: Insiders, *, zone: tzinfo = UTC, spoken: bool = False
) -> tuple[Post, ...]:
    """What a mail adds to a conversation, by who says what (one post; two for a team's forward).

    Who speaks is `attribution`'s to say, so a broken or rewritten From hides nobody; a customer
    found that way is marked unproven. A teammate's forward of a customer's mail is the customer's
    post (the inner sender) and the teammate's note, which is internal; `zone` is that of dates
    inside that name none. Nobody else's forward changes who speaks: an outsider stays the sender
    of what he passes on. `spoken`: somebody has heard words in what looks like a machine's.
    """
    if is_machines(message) and not spoken:
        return (_post(message, Side.MACHINE, message.fresh),)
    speaker = attribute(message, people)
    who = speaker.address or nobody(message)
    if not people.inside(who.email):
        return (_customers_own(message, who, speaker, people),)

    inner = _customers(message.forwarded, people)
    outside = [address for address in (*message.to, *message.cc) if not people.names(address)]
    if inner is None:
        return (_post(message, Side.TEAM, _passed_on(message), internal=not outside),)
    customer, odd = _named_inside(message, inner, people)
    told = any(address.email == customer.email for address in outside)
    first = _forwarded(message, replace(inner, sender=customer), zone)
    hands = hands_on(message, people.names, zone)
    posts = [replace(first, hands=hands, flaws=(*first.flaws, *odd))]
    if message.fresh.strip():
        posts.append(_post(message, Side.TEAM, message.fresh, internal=not told))
    return tuple(posts)


def with_answered(message: Message) -> Message:
    """The mail with what it answers as a mail inside it, as if it had been forwarded.

    A colleague who takes us into a conversation by a reply passes on what stands in the quote.
    """
    text = (mark_quotes(message.html) if message.html else None) or message.text
    topic = base_subject(message.subject)
    cut = None if message.forwarded else forward.find_forward(f"Fwd: {topic}", text)
    return replace(message, forwarded=cut.forwarded) if cut else message


def _named_inside(
    message: Message, inner: Forwarded, people: Insiders
) -> tuple[Address, tuple[str, ...]]:
    """Who wrote the mail inside, with the flaw of that name.

    Where its head bears a name alone, or none, the name is looked for below the words and among
    those whom the mail goes to; a customer whom nothing names is still one.
    """
    who = inner.sender or Address("")
    if PLAUSIBLE.fullmatch(who.email):
        return who, ()
    name = plain_name(who)
    to = " ".join(person.email for person in (*message.to, *message.cc))
    email = signed_address(inner.text, name, people) or signed_address(to, name, people)
    if email:
        return Address(email, name), (f"{UNPROVEN}: {Source.SIGNED}",)
    return replace(nobody(message), name=name or "Unknown sender"), (
        f"{UNPROVEN}: {Source.NOBODY}",
    )


def _customers_own(message: Message, who: Address, speaker: Attribution, people: Insiders) -> Post:
    """What an outsider wrote, with where the answer shall go and how sure the name is."""
    words = without_footer(_passed_on(message)) or _subject_alone(message)
    post = _post(message, Side.CUSTOMER, words)
    asked = (person.email for person in message.reply_to if not people.near(person.email))
    # A list that puts its own address there did not ask for the author: all of it would read us.
    own = (email for email in asked if not is_lists(message.origin, email))
    elsewhere = next((email for email in own if email != who.email and not is_robot(email)), "")
    odd = [f"{UNPROVEN}: {speaker.source.value}"] if speaker.unproven else []
    if message.origin.mailing and not message.references:
        odd.append(SUBSCRIBED if _SUBSCRIPTION.search(message.text) else MAILING)
    return replace(post, sender=who, reply_to=elsewhere, flaws=(*post.flaws, *odd))


def _subject_alone(message: Message) -> str:
    """The subject, where it is all that somebody wrote: people type their matter there."""
    return "" if message.references else _PREFIX.sub("", message.subject, count=1).strip()


def with_unknown_quotes(
    posts: tuple[Post, ...], message: Message, known: Sequence[str],
    ours: Callable[[Address], bool] = lambda _: False,
) -> tuple[Post, ...]:  # fmt: skip
    """The posts of a mail, the customer's with what it quotes and none of the known texts says.

    `known` are the texts of the conversation and those that we sent; `ours` tells who is one of us,
    whose quoted words are no customer's either. What a teammate quotes, and what stands in a
    forward (it is read as its own mail), changes nothing.
    """
    if message.forwarded is not None:
        return posts
    quoted = words_with_quotes(message.text, message.html, known, ours)
    if quoted is None:
        return posts
    words = without_footer(quoted)
    return tuple(
        replace(post, text=words) if post.side is Side.CUSTOMER else post for post in posts
    )


def is_machines(message: Message) -> bool:
    """Whether nobody speaks in a mail: a report, a vacation program's note, an acknowledgement.

    That a header calls a mail automatic, or a list passed it on, is no reason: its words count. An
    acknowledgement is one that answers something; what a customer's own desk begins is theirs.
    """
    if message.kind in _REPORTS or message.receipt or message.absence is Absence.MARKED:
        return True
    answers = message.automatic and bool(message.references)
    return answers and acknowledges(message.fresh)


def nobody(message: Message) -> Address:
    """Who stands for the sender of a mail that names nobody: an address that nothing reaches."""
    return Address(f"unknown.{message.digest[:12]}@{UNKNOWN}", "Unknown sender")


def _customers(inner: Forwarded | None, people: Insiders) -> Forwarded | None:
    """The customer's mail in a forward, also where a colleague had passed it to the teammate.

    What somebody of our own domain wrote, whom the matrix does not know, is the last resort.
    """
    last: Forwarded | None = None
    for _ in range(NESTED):
        if inner is None:
            break
        if not people.names(inner.sender):
            if inner.sender is None or not people.near(inner.sender.email):
                return inner
            last = last or inner
        cut = forward.find_forward(f"Fwd: {base_subject(inner.subject)}", inner.text)
        inner = cut.forwarded if cut else None
    return last


def _forwarded(message: Message, inner: Forwarded, zone: tzinfo) -> Post:
    """The customer's half of a forward; its own date where it can be read and may be true.

    One that is later than the forward, or older than `OLDEST`, comes from a wrong clock.
    """
    words = without_footer(fresh.fresh_text(inner.text) or inner.text)
    late = message.date or _NEVER
    at, odd = inner_date(inner.date, zone), UNDATED
    if at is not None and late - OLDEST <= at <= late:
        odd = "" if has_clock(inner.date) else DAY_ONLY
    else:
        at = late
    flaws = (*message.flaws, *([odd] if odd else []))
    return Post(
        key=message.digest,
        at=at,
        side=Side.CUSTOMER,
        sender=inner.sender,
        subject=inner.subject or message.subject,
        text=words,
        message_id=message.message_id,
        flaws=flaws,
        unread=message.unread,
    )


def _passed_on(message: Message) -> str:
    """What an outsider says, together with the mail that he passes on for us to read."""
    inner = message.forwarded.text if message.forwarded else ""
    return "\n\n".join(text for text in (message.fresh.strip(), inner.strip()) if text)


def _post(
    message: Message,
    side: Side,
    text: str,
    *,
    internal: bool = False,
) -> Post:
    return Post(
        key=message.digest,
        at=message.date or _NEVER,
        side=side,
        sender=message.sender,
        subject=message.subject,
        text=text,
        internal=internal,
        message_id=message.message_id,
        flaws=message.flaws,
        unread=message.unread,
    )


def hands_on(
    message: Message, ours: Callable[[Address | None], bool], zone: tzinfo = UTC
) -> tuple[HandOn, ...]:
    """Who of the team passed a mail on to whom before it came here, the first one first."""
    if message.forwarded is None or message.sender is None or not ours(message.sender):
        return ()
    to = tuple(address.email for address in (*message.to, *message.cc))
    chain = [HandOn(message.sender.email, to, message.date)]
    inner: Forwarded | None = message.forwarded
    for _ in range(NESTED):
        if inner is None or inner.sender is None or not ours(inner.sender):
            break
        cut = forward.find_forward(inner.subject, inner.text)
        if cut is None:
            break
        at = inner_date(inner.date, zone)
        chain.append(HandOn(inner.sender.email, tuple(_EMAIL.findall(inner.to.lower())), at))
        inner = cut.forwarded
    return tuple(reversed(chain))
