"""Events written as a table, one a line: `11-02 08:00  A-1  offered  1 to=ana by=11-02T12:00`.

The second column is ticket and number, `by` of an offer its deadline, `until` a promise.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from deskless.agent.case import event
from deskless.agent.case.event import Event, Why
from deskless.agent.case.event_live import EVENTS
from deskless.agent.case.verbs import Code
from deskless.agent.figures.figures import Figures, Happened
from deskless.agent.figures.sources import Source
from deskless.policies.verdict import Nature, Severity, Type


def happenings(table: str) -> list[Happened]:
    """Every line below the heading as an event of its case."""
    lines = [line.split() for line in table.strip().splitlines()[1:]]
    return [Happened(case, _event(_at(f"{day}T{clock}"), case, kind, facts))
            for day, clock, case, kind, *facts in lines]  # fmt: skip


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def _event(at: datetime, case: str, kind: str, facts: list[str]) -> Event:
    words = dict(fact.split("=", 1) for fact in facts if "=" in fact)
    plain = [fact for fact in facts if "=" not in fact]
    known: dict[str, Any] = {"at": at}
    if plain and plain[0].isdigit():
        known["number"] = int(plain[0])
    cls = EVENTS[kind]
    if issubclass(cls, event.Opening):
        known |= _opening(case, plain[0], words)
    known |= dict(_facts(cls, words, at))
    fields = cls.__dataclass_fields__
    return cls(**{name: value for name, value in known.items() if name in fields})


def _opening(case: str, severity: str, said: dict[str, str]) -> dict[str, Any]:
    ticket, _, seq = case.partition("-")
    return {
        "key": case, "ticket": ticket, "seq": int(seq), "severity": Severity(severity),
        "type": Type.BUSINESS, "nature": Nature.POLICY, "tier": 2, "missing": ("tried",),
        "policies": tuple(filter(None, said.get("for", "").split(","))),
    }  # fmt: skip


def _facts(cls: type[Event], said: dict[str, str], at: datetime) -> Iterator[tuple[str, Any]]:
    offer = issubclass(cls, event.Offered | event.Stranded)
    for name, text in said.items():
        if name == "by" and offer:
            yield "answer_by", _at(text)
            yield "remind_at", _at(text) - timedelta(minutes=5)
        elif name == "to":
            yield from (("to", text), ("founder", text), ("tier", 2))
        elif name == "until":
            yield from (("promise", _at(text)), ("tier", 2), ("owner", said["by"]))
        elif name in {"first", "waiting"}:
            yield {"first": "first_mail", "waiting": "unanswered_since"}[name], _at(text)
        elif name == "why":
            yield from (("why", Why(text)), ("reason", Why(text)), ("verb", "accept"))
        elif name == "code":
            yield "code", Code(text)
        else:
            yield name, text
    if cls is event.Approved:
        yield "text", "0" * 64


def sources_are_the_figures(sources: Mapping[str, Sequence[Source]], now: Figures) -> None:
    """What stands behind each figure adds up to it."""
    good = {name: sum(each.good is True for each in some) for name, some in sources.items()}
    count = {name: len(some) for name, some in sources.items()}
    assert (good["Promises kept"], count["Promises kept"]) == (now.kept, now.kept + len(now.broken))
    assert good["First response in time"] == now.first_response.good
    assert count["First response in time"] == now.first_response.of
    assert (good["SLA compliance"], count["SLA compliance"]) == (now.in_sla.good, now.in_sla.of)
    assert count["Time to resolution"] == len(now.resolutions)
    assert count["Customers who had to write again"] == now.again
    assert count["Handoffs for each case"] == now.offers
    assert count["Cases that went to the founder"] == now.founder_handoffs
    assert count["Escalation rate"] == len(now.opened)
    assert count["Held by support before the trigger"] == len(now.held)
    assert count["Repeat rate"] == len(now.returned)
