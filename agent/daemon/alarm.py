"""The last way to be heard: a mail about the store that never touches the store.

When the disk is full or the database is held or damaged, no letter can be written into the outbox.
The founder is then told by a mail that lives in memory only, once for each such trouble; its end is
told in the ordinary way, because then there is a store again. A server that cannot be reached
either leaves the log, systemd's status line and the metrics file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskless.agent.daemon import timers
from deskless.agent.office.office import Office
from deskless.agent.office.ports import Sender
from deskless.agent.operations.health import Health
from deskless.agent.settings.secret import SecretMissing
from deskless.mailbox.compose import Outgoing, compose_mail, sign_id
from deskless.mailbox.transport.errors import Trouble
from deskless.templates.render import render_mail

ROUTE = "store"


@dataclass(slots=True)
class Alarm:
    """Tells the founder of a trouble of the store, by whichever courier still works."""

    office: Office
    couriers: Mapping[str, Sender]
    health: Health
    log: Any = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.office.log

    async def ring(self) -> bool:
        """Send it, if a trouble of the store is old enough and was not told; True when sent."""
        now = self.office.clock.now()
        if ROUTE not in dict(self.health.untold(now)):
            return False
        trouble = self.health.troubles[ROUTE]
        founder = self.office.person(self.office.rules.founder)
        assert founder is not None, "the rulebook is refused without its founder"
        raw = self._letter(founder.emails[0], now)
        for courier in dict.fromkeys((self.couriers["agent"], self.couriers["inbox"])):
            try:
                await courier.send(self.office.addresses.agent, (founder.emails[0],), raw)
            except (Trouble, SecretMissing) as failed:
                self.log.error("alarm", said=str(failed))
                continue
            trouble.told = True
            return True
        return False

    def _letter(self, to: str, now: datetime) -> bytes:
        office = self.office
        words = render_mail(
            timers.trouble_mail(office, ROUTE, self.health.troubles[ROUTE]), folder=office.words
        )
        name = f"alarm-{self.health.troubles[ROUTE].since:%Y%m%d%H%M%S}"
        domain = office.addresses.agent.rpartition("@")[2]
        return compose_mail(
            Outgoing(
                sender=office.addresses.agent, sender_name=office.config.agent.name, to=(to,),
                subject=words.subject, text=words.text, html=words.html,
                message_id=sign_id(office.keys.ids, name, domain).strip("<>"), date=now,
                loop=office.keys.loop, internal=True, language="en",
            )
        )  # fmt: skip
