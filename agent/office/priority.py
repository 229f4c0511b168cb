"""Whose mail is judged first when more comes than can be judged at once.

Normally nothing waits and the order is without meaning. In a flood (ten thousand mails after an
outage of ours, or a mailing gone wrong) a paying customer does not stand behind strangers: known
accounts come before unknown senders, those with more revenue first, and among equals the oldest.
"""

from datetime import datetime, timedelta

from deskless.agent.office.office import Office

KNOWN = timedelta(days=1)
"""How far before its true time a known customer's mail stands in the queue."""
STEP = 1000
"""Each so much revenue a year (whole units of the team's currency) is a second more."""
MOST = 86_400
"""No account gains more than a day by its revenue."""


def place(office: Office, sender: str | None, now: datetime) -> datetime:
    """The instant by which a conversation stands in the judges' queue; never after `now`."""
    account = office.rules.accounts.find(sender) if sender else None
    if account is None:
        return now
    worth = min((account.revenue or 0) // STEP, MOST)
    return now - KNOWN - timedelta(seconds=worth)
