"""What every event of the office has, and how one of its fields says where it is kept.

A field lies in the entry's leaf, where it lasts; one made by `words` lies beside it, where it can
be erased. The events themselves are `office_events`.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from deskless.agent.case.event import DESKLESS

ALWAYS, PRIVATE, NAME = "always", "private", "name"


def words(name: str = "", *, always: bool = False, **options: Any) -> Any:
    """A field for what a person said or is called; written even when it is None where `always`.

    `name` is what it is called in the entry, where that is no name for a field.
    """
    return field(metadata={PRIVATE: True, ALWAYS: always, NAME: name}, **options)


def named(name: str, **options: Any) -> Any:
    """A field that is called otherwise in the entry."""
    return field(metadata={NAME: name}, **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeEvent:
    """Something that happened at an instant (UTC), by whom and because of what.

    `policy` is the hash of the criteria that were in force.
    """

    at: datetime
    by: str = DESKLESS
    cause: str = "clock"
    ticket: str | None = None
    policy: str | None = None


HEAD = frozenset(attribute.name for attribute in fields(OfficeEvent))
