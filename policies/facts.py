"""Facts about a thread, computed and never asked of a model."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deskless.policies.people.hours import Hours
from deskless.policies.people.working_time import instant_after


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money a customer named, in minor units (cents) of `currency` (ISO 4217)."""

    minor: int
    currency: str
    text: str
    post: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What code knows about a thread at one instant.

    `account` is the key in accounts.csv (None: unknown customer), `renewal_days` whole days until
    renewal (negative: past). `unanswered_since` is when the oldest customer post after the team's
    last answer was written (UTC). `repeat_contacts` counts how often the customer wrote again
    before anybody had answered, plus other threads of the same customer in the window.
    `last_customer_touch` is when the team last wrote to the customer (UTC). `handoffs` counts
    forwards and earlier cases. `promises` are sentences of the team that promise something.
    `injection` are marks of text that talks to a machine rather than to people. `mailing` says that
    all of it was written to many by nobody we know: "written to many" or "a subscription". `hours`
    are those of the team, in which a customer's waiting is counted; None: around the clock.
    """

    at: datetime
    account: str | None = None
    tier: str = ""
    revenue: int | None = None
    renewal_days: int | None = None
    account_owner: str = ""
    channel: str = "email"
    amounts: tuple[Amount, ...] = ()
    mails: int = 0
    customer_mails: int = 0
    days_open: int = 0
    unanswered_since: datetime | None = None
    last_customer_touch: datetime | None = None
    repeat_contacts: int = 0
    team_people: int = 0
    handoffs: int = 0
    promises: tuple[str, ...] = ()
    language: str = "en"
    injection: tuple[str, ...] = ()
    mailing: str = ""
    hours: Hours | None = None

    def waits_longer(self, span: timedelta) -> datetime | None:
        """When (UTC) the customer will have waited for an answer for this long, or has; None: they
        wait for none, or never will.
        """
        since = self.unanswered_since
        if since is None:
            return None
        return instant_after(span, since, self.hours) if self.hours else since + span
