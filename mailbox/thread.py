"""A customer conversation: which mails belong together, and who said what in it.

Joining is by every Message-ID ever seen, also those only mentioned in References; a subject
alone never joins anything.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deskless.mailbox.message import Address, Unread

UNKNOWN = "sender.invalid"
"""The domain of those whom no header names (RFC 2606: it never exists)."""
UNPROVEN = "sender unproven"
"""How the flaw begins of a post whose sender no plain From names."""

UNDATED, DAY_ONLY = "passed on without a date", "passed on with a day and no time"
"""The flaws of a post out of a forward whose own date cannot be read, or has no time of day."""

READ = 40_000
"""Characters of one post that a judge reads: the first ones and the last `END`, whole lines."""
END = 10_000


class Side(StrEnum):
    """Who speaks in a post."""

    CUSTOMER = "customer"
    TEAM = "team"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class HandOn:
    """A teammate passed a mail on: addresses, and when (UTC) as far as that can be read."""

    by: str
    to: tuple[str, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One contribution to a thread: the fresh words of one mail, or one half of a forward.

    A teammate's forward is two posts: the customer's words (side CUSTOMER, the inner sender) and
    the teammate's comment (side TEAM, `internal` true). `key` names the mail it stands in (its
    digest) and is what evidence cites. `at` is UTC. `reply_to` is where the writer asked for
    answers, where that is another address than the sender's. `unread` says what of the mail nobody
    has read, `hands` through whose hands it went before it came here, the first one first. `chat`
    is the app and the time of a post that was pasted out of a chat, as they stand there; its `at`
    is that of the mail.
    """

    key: str
    at: datetime
    side: Side
    sender: Address | None
    subject: str
    text: str
    internal: bool = False
    message_id: str | None = None
    flaws: tuple[str, ...] = ()
    reply_to: str = ""
    unread: tuple[Unread, ...] = ()
    hands: tuple[HandOn, ...] = ()
    chat: str = ""

    @property
    def answers_to(self) -> str:
        """Where an answer to this post goes; empty where nobody is named."""
        return self.reply_to or (self.sender.email if self.sender else "")


@dataclass(frozen=True, slots=True)
class Thread:
    """A customer conversation, oldest post first. `ticket` is the team's id, once given."""

    ticket: str | None
    subject: str
    customer: Address | None
    posts: tuple[Post, ...]

    def from_customer(self) -> tuple[Post, ...]:
        """The posts that hold the customer's own words, oldest first."""
        return tuple(post for post in self.posts if post.side is Side.CUSTOMER)

    def customer_mails(self) -> tuple[Post, ...]:
        """The same without what was pasted out of chats, unless there is nothing else."""
        posts = self.from_customer()
        return tuple(post for post in posts if not post.chat) or posts

    def evidence_post(self, key: str, words: str) -> tuple[int, Post] | None:
        """The post of a mail in which these words stand, with its number from 1 on.

        Where they cannot be found so, the mail's first post; None for a mail that is not here.
        """
        posts = [(number, post) for number, post in enumerate(self.posts, 1) if post.key == key]
        return next((each for each in posts if words in " ".join(each[1].text.split())),
                    next(iter(posts), None))  # fmt: skip

    def last_unread(self) -> tuple[Unread, ...]:
        """What nobody has read of what the customer wrote since the team last answered.

        An empty mail is forgiven once words follow.
        """
        answers = (post.at for post in self.posts if post.side is Side.TEAM and not post.internal)
        since = max(answers, default=None)
        posts = sorted(self.from_customer(), key=lambda post: post.at)
        waiting = [post for post in posts if since is None or post.at > since]
        reasons = [
            reason
            for post in waiting
            for reason in (*post.unread, *[Unread.CUT] * (len(post.text) > READ))
            if reason is not Unread.EMPTY or post is waiting[-1]
        ]
        return tuple(dict.fromkeys(reasons))
