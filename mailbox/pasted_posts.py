"""Posts of a pasted chat as posts of the conversation: each with its author, its time and a side.

Whoever pastes a chat passes on what others said. A teammate's words in it are no customer's, and a
customer's words in a colleague's note are no colleague's. Who is known as the team, by name or by
address, is the team; whoever else speaks in a chat counts as the customer, so that nobody stays
unseen. A pasted post proves nothing: it is never an answer of the team's, and no address of it is
written to that its mail does not name.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from deskless.mailbox.message import Address
from deskless.mailbox.quoting.pasted import ChatPost, cut_chat
from deskless.mailbox.sender.attribution import PLAUSIBLE
from deskless.mailbox.thread import UNKNOWN, UNPROVEN, Post, Side

CHAT = f"{UNPROVEN}: a name in a pasted chat"
"""The flaw of a customer's post that is known from a chat alone."""


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The team as a chat may call it: names and addresses, and the domains that are all its own."""

    people: tuple[Address, ...]
    domains: frozenset[str] = frozenset()

    def named(self, name: str, *, short: bool) -> Address | None:
        """Who of the team this is, by address or whole name, or where `short` by a first name that
        only one of them has; None: nobody.
        """
        if written := PLAUSIBLE.search(name):
            email = written[0].lower()
            known = next((person for person in self.people if person.email == email), None)
            inside = email.rpartition("@")[2] in self.domains
            return known or (Address(email, name.strip()) if inside else None)
        same = self._called(name, bare_name)
        return same or (self._called(name, _first_name) if short else None)

    def _called(self, name: str, called: Callable[[str], str]) -> Address | None:
        """The one person whose name comes out alike; a chat's first name alone is no whole name."""
        like = {
            person.name: person
            for person in self.people
            if person.name and called(person.name) == bare_name(name)
        }
        return next(iter(like.values())) if len(like) == 1 else None


def bare_name(name: str) -> str:
    """A name as it is compared: `Lopez, Ana (Guest)` is `ana lopez`."""
    name = re.sub(r"\([^)]*\)|\|.*", " ", name).strip(" ~@*,")
    last, comma, first = name.partition(",")
    return " ".join(f"{first} {last}".split() if comma else name.split()).casefold()


def _first_name(name: str) -> str:
    return bare_name(name).partition(" ")[0]


def told_apart(posts: Sequence[Post], team: Colleagues) -> tuple[Post, ...]:
    """The posts of one mail, those of chats pasted into it each by itself.

    What the team wrote to a customer stays whole: those are its own words, whatever they quote.
    """
    customer = next((post for post in posts if post.side is Side.CUSTOMER), None)
    return tuple(part for post in posts for part in _of_post(post, customer, team))


def _of_post(post: Post, customer: Post | None, team: Colleagues) -> tuple[Post, ...]:
    outsider = post.side is Side.CUSTOMER
    chat = cut_chat(post.text) if outsider or (post.side is Side.TEAM and post.internal) else None
    if chat is None:
        return (post,)
    names = {bare_name(each.sender.name) for each in (customer,) if each and each.sender}
    parts = [*_own(post, chat.before)]
    for each in chat.posts:
        spoken = _said(post, each, customer, (team, names))
        words, _, rest = spoken.text.partition("\n\n")
        # Between two posts an outsider may remark on a colleague's: nothing tells it from more of
        # that post, and none of theirs may be lost.
        between = outsider and spoken.side is Side.TEAM and rest
        parts += [replace(spoken, text=words), *_own(post, rest)] if between else [spoken]
    if chat.after and not outsider and parts[-1].side is Side.CUSTOMER:
        # A colleague's remark, or more of the customer's post: a word too many is read, none lost.
        parts[-1] = replace(parts[-1], text=f"{parts[-1].text}\n\n{chat.after}")
    else:
        parts += _own(post, chat.after)
    theirs = next((at for at, part in enumerate(parts) if part.side is Side.CUSTOMER), None)
    if outsider and theirs is None:
        return (post,)  # who only passes on what we said makes it their own words
    first = theirs or 0
    parts[first] = replace(parts[first], unread=post.unread, hands=post.hands)
    return tuple(parts)


def _own(post: Post, words: str) -> Iterable[Post]:
    """What the mail's own writer says around the chat."""
    return [replace(post, text=words, unread=(), hands=())] if words else []


def _said(
    post: Post, chat: ChatPost, customer: Post | None, known: tuple[Colleagues, set[str]]
) -> Post:
    """One post of the chat. An outsider who bears a colleague's name is the outsider."""
    team, names = known
    spoken = replace(post, text=chat.text, unread=(), hands=(), chat=f"{chat.app}, {chat.time}")
    colleague = team.named(chat.name, short=post.side is Side.TEAM)
    if colleague is not None and bare_name(chat.name) not in names:
        return replace(spoken, side=Side.TEAM, sender=colleague, internal=True, reply_to="")
    email = customer.sender.email if customer and customer.sender else ""
    flaws = spoken.flaws if email else (*spoken.flaws, CHAT)
    email = email or f"unknown.{post.key[:12]}@{UNKNOWN}"
    reply_to = customer.reply_to if customer else ""
    return replace(
        spoken, side=Side.CUSTOMER, sender=Address(email, chat.name), internal=False,
        reply_to=reply_to, flaws=flaws,
    )  # fmt: skip
