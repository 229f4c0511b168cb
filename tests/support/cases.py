"""Small makers for the tests of the heart: a team, a setting, a case."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from deskless.agent.case import event
from deskless.agent.case.case import Case
from deskless.agent.case.decision import Act, Setting
from deskless.agent.case.state import replay_events
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.verdict import Nature, Severity, Type

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
ALWAYS = Hours(zone=BERLIN, week=(((time(0), time(23, 59)),),) * 7, always=True)
OFFICE = Hours(zone=BERLIN, week=(((time(9), time(18)),),) * 5 + ((), ()))


def person(who: str, tier: int, **more: object) -> Person:
    """Somebody of the team, whose id is the name."""
    facts = {
        "name": who.capitalize(), "emails": (f"{who}@acme.example",), "role": "", "hours": OFFICE,
    } | more  # fmt: skip
    return Person(id=who, tier=tier, **facts)  # type: ignore[arg-type]


TEAM = Matrix(
    (
        person("tom", 1, role="support"),
        person("ana", 2, role="billing"),
        person("ben", 2, role="product"),
        person("cleo", 3, role="engineering"),
        person("maya", 4, role="founder"),
    )
)


def setting(now: datetime = NOW, **more: object) -> Setting:
    """The world at `now`."""
    facts = {"matrix": TEAM, "founder": "maya", "team": OFFICE} | more
    return Setting(now=now, **facts)  # type: ignore[arg-type]


def opening(**more: object) -> event.Opening:
    """What a new case knows."""
    facts = {
        "at": NOW, "key": "ACME-1042-1", "ticket": "ACME-1042", "seq": 1, "severity": Severity.SEV3,
        "type": Type.BUSINESS, "nature": Nature.POLICY, "tier": 2, "policies": ("refund",),
    } | more  # fmt: skip
    return event.Opening(**facts)  # type: ignore[arg-type]


def opened(**more: object) -> event.Opened:
    """The event that opens a case."""
    number = opening(**more)
    return event.Opened(
        **{name: getattr(number, name) for name in event.Opening.__dataclass_fields__}
    )


def offered(number: int = 1, to: str = "ana", at: datetime = NOW, **more: object) -> event.Offered:
    """The event that offers a case, to be answered in four hours."""
    facts = {
        "tier": 2, "answer_by": at + timedelta(hours=4), "remind_at": at + timedelta(hours=2),
    } | more  # fmt: skip
    return event.Offered(at=at, number=number, to=to, **facts)  # type: ignore[arg-type]


def accepted(number: int = 1, by: str = "ana", at: datetime = NOW) -> event.Accepted:
    """The event that gives the case to `by`, with an update promised in four hours."""
    return event.Accepted(
        at=at, by=by, number=number, owner=by, promise=at + timedelta(hours=4), tier=2
    )


def case_of(*events: event.Event, **more: object) -> Case:
    """The case that these events make after its opening."""
    return replay_events([opened(**more), *events])


def act(by: str, number: int | None = None, **more: object) -> Act:
    """Somebody's act by an authenticated mail."""
    facts = {"cause": "mail:" + "ab" * 32, "proof": "dmarc"} | more
    return Act(by=by, number=number, **facts)  # type: ignore[arg-type]
