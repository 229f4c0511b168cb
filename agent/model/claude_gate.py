"""Whether the model is worth asking now: closed after a dead key, a storm, or silence twice."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskless.agent.model.claude_fault import HOUR, SOON, Fault

PATIENCE = 2
"""Failures in a row of a route after which we pause of our own accord."""
LONGEST = 900.0


@dataclass(slots=True)
class Gate:
    """The state of the route to a model. `trouble` is a sentence while it does not work."""

    trouble: str = ""
    failed: int = 0
    closed: Fault | None = None
    until: datetime | None = None

    def shut(self, now: datetime) -> Fault | None:
        """The fault for which the model is not asked now; None when it may be."""
        if self.closed is None or self.until is None:
            return None
        left = (self.until - now).total_seconds()
        # A clock that was set back must not keep the gate shut for ever.
        if not 0 < left <= HOUR:
            self.closed = self.until = None
            return None
        return replace(self.closed, retry_after=left if self.closed.retry_after else None)

    def good(self) -> None:
        """The route works: an answer came, whatever it said."""
        self.trouble, self.failed = "", 0
        self.closed = self.until = None

    def bad(self, fault: Fault, now: datetime) -> None:
        """The route failed. The longer it does, the rarer it is tried, up to every 15 minutes."""
        if not fault.said:
            return self.good()
        self.trouble = fault.said
        # Calls that were in flight together fail together, and count once.
        self.failed += self.shut(now) is None
        pause = fault.pause
        if fault.retry_after and self.failed >= PATIENCE:
            pause = max(pause, min(SOON * 2 ** min(self.failed - PATIENCE, 8), LONGEST))
        if pause:
            until = now + timedelta(seconds=min(pause, HOUR))
            self.closed, self.until = fault, max(until, self.until or until)
        return None
