"""A mail in hand, as the rooms of a turn pass it on."""

from dataclasses import dataclass
from datetime import datetime

from deskless.mailbox.imap.inbox import Arrival
from deskless.mailbox.message import Message


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail in hand: what was read, where it lay, when it arrived (UTC), and the cause it gives.

    `silent` is true for history that is only being caught up on: it can never cause mail.
    """

    message: Message
    arrival: Arrival
    now: datetime
    silent: bool = False

    @property
    def cause(self) -> str:
        """What entries name as the cause of what this mail did."""
        return f"mail:{self.message.digest}"
