"""What the agent asks of the world, as promises: a mailbox to read, a way to send, a place to look.

The rooms of a turn know these and not the classes behind them, which is what lets a story run in
memory and the same story over real wires.
"""

from collections.abc import Sequence
from typing import Protocol

from deskless.mailbox.imap.inbox import Batch, FolderCursor
from deskless.mailbox.transport.smtp import SmtpReceipt


class Reader(Protocol):
    """A mailbox that is read and never touched (see `mailbox.imap.Inbox`)."""

    def baseline(self, folder: str) -> FolderCursor:
        """A cursor behind everything that is there now."""
        ...

    def remaining(self, cursor: FolderCursor) -> int:
        """How many mails there are behind the cursor."""
        ...

    def fetch(self, cursor: FolderCursor, *, limit: int = ..., volume: int = ...) -> Batch:
        """What came after the cursor."""
        ...

    def folders(self) -> dict[str, str]:
        """Use → folder name."""
        ...

    def find(self, message_id: str, folders: Sequence[str]) -> str | None:
        """The folder in which exactly this mail lies."""
        ...

    def wait(self, folder: str, seconds: float) -> bool:
        """Sleep until there may be something new."""
        ...


class Sender(Protocol):
    """A way to hand over one mail (see `mailbox.smtp.Courier`)."""

    async def open(self) -> frozenset[str]:
        """Connect and log in, if that is not done yet; what the server offers."""
        ...

    async def send(self, envelope_from: str, to: Sequence[str], raw: bytes) -> SmtpReceipt:
        """Send to all or to none."""
        ...


class Finder(Protocol):
    """Where a copy of our own mail may lie."""

    def find(self, message_id: str) -> bool:
        """Whether a mail with exactly this id lies in Sent or INBOX."""
        ...

    def kept(self, message_id: str) -> bool:
        """Whether the server filed it in a Sent folder by itself."""
        ...
