"""A team to answer before, and short ways to read an answer."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from deskless.agent.reply.grammar import Asked, Command, Unclear, read_reply
from deskless.policies.people.hours import Hours, parse_hours
from deskless.policies.people.matrix import Matrix, Person

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)
"""A Friday, 10:14 in Berlin."""

HOURS: Hours = parse_hours("Mon-Fri 09:00-18:00", BERLIN)


def person(key: str, name: str, role: str, tier: int = 2) -> Person:
    """Somebody of the team."""
    return Person(key, name, (f"{key}@acme.example",), tier, role, HOURS)


TEAM = Matrix(
    (
        person("dana", "Dana Winter", "billing lead", 1),
        person("ana", "Ana López", "engineer"),
        person("sam", "Sam Fox", "support lead"),
        person("samuel", "Sam Green", "legal"),
        person("maya", "Maya Stern", "founder", 3),
    )
)


BRIEF = Asked(
    criteria=("refund-dispute", "outage"),
    customers=("Northwind Stores", "northwind.example", "Corner Cafe"),
)
"""What a brief of this team asked."""


def reply(text: str, asked: Asked | None = None) -> Command | Unclear:
    """What a text asks."""
    return read_reply(text, people=TEAM, now=NOW, zone=BERLIN, asked=asked or BRIEF)


def command(text: str, asked: Asked | None = None) -> Command:
    """The command that a text is."""
    result = reply(text, asked)
    assert isinstance(result, Command), f"{text!r}: {result}"
    return result
