"""Somebody is back who was away when a case was offered to them."""

from dataclasses import dataclass

from deskless.agent.case.event import Event
from deskless.agent.case.event_live import EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack(Event):
    """The founder's handoff `number` ends: `to` was away when asked, is back, and is asked anew."""

    number: int
    to: str


EVENTS |= {CameBack.__name__.lower(): CameBack}
