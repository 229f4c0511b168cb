"""How we are: troubles by name, when each began, and what has gone well last.

A trouble is told to the founder once, and once more when it is over, by a route that still works.
Kept in memory between turns and written to the store when it can be, so that a full disk does not
hide a full disk.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=5)
"""A trouble younger than this is not worth a mail."""

CALM = timedelta(hours=2)
"""What fails unexpectedly is put off and tried again; it is over when it has not for so long."""


@dataclass(slots=True)
class KnownTrouble:
    """Something that does not work: since when (UTC), what was said, whether it was told.

    `urgent` is told at once: it does not mend itself.
    """

    since: datetime
    said: str
    told: bool = False
    urgent: bool = False


@dataclass(slots=True)
class Ending:
    """How one piece of work ended: `why` is what went wrong, empty when nothing did."""

    why: str = ""


@dataclass(slots=True)
class Health:
    """The state of every route: `imap`, `smtp`, `judge`, `store`, `work`, and their logins.

    A mailbox of the agent's own is `imap agent`, a courier apart for customers `smtp inbox`; a
    refused login of a route is `<route> login`. `work` is a piece of work that fails unexpectedly.
    """

    troubles: dict[str, KnownTrouble] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)
    over: list[tuple[str, KnownTrouble, datetime]] = field(default_factory=list)
    blind: timedelta = timedelta(0)
    failures: int = 0
    failed_at: datetime | None = None

    def good(self, route: str, now: datetime) -> None:
        """The route worked just now; its troubles are over."""
        self.last[route] = now
        for name in (route, f"{route} login"):
            ended = self.troubles.pop(name, None)
            if ended is None:
                continue
            if name.startswith("imap"):
                self.blind += now - ended.since
            if ended.told:
                self.over.append((name, ended, now))

    def bad(self, route: str, sentence: str, now: datetime, *, urgent: bool = False) -> None:
        """The route did not work; the first time counts."""
        known = self.troubles.setdefault(route, KnownTrouble(now, sentence))
        known.said, known.urgent = sentence, urgent

    def failed(self, sentence: str, now: datetime) -> None:
        """A piece of work failed in a way that nobody foresaw."""
        self.failures += 1
        self.failed_at = now
        self.bad("work", sentence, now)

    def calm(self, now: datetime) -> None:
        """A turn is over: once nothing has failed for a while, that trouble is over too."""
        if self.failed_at is None or abs(now - self.failed_at) > CALM:
            self.good("work", now)

    def untold(self, now: datetime) -> list[tuple[str, KnownTrouble]]:
        """Troubles that the founder should hear of now."""
        return [
            (name, trouble)
            for name, trouble in self.troubles.items()
            if not trouble.told
            and (trouble.urgent or now - trouble.since >= PATIENCE or "login" in name)
        ]

    def blind_for(self, now: datetime) -> timedelta:
        """How long the inbox could not be read, in all since the start."""
        open_now = [
            trouble.since for name, trouble in self.troubles.items() if name.startswith("imap")
        ]
        return self.blind + (now - min(open_now) if open_now else timedelta(0))
