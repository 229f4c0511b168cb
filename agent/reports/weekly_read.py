"""A week as the store has it: every case that was touched, folded; counts; what was left alone.

Reads five windows, the week and the four before it, so that a trend can be shown. A case's whole
history is read, also the part before the windows, because a case is what its events add up to.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from deskless.agent.case.event import Opening
from deskless.agent.case.event_live import EVENTS
from deskless.agent.figures.case_history import Tale, case_tales, first_impossible
from deskless.agent.figures.figures import (
    REPEAT,
    Figures,
    Happened,
    Window,
    World,
    count_figures,
    figures_of_tales,
)
from deskless.agent.figures.sources import Source, figure_sources
from deskless.agent.figures.warning_signs import Sign, warning_signs
from deskless.agent.live.facts import come_back
from deskless.agent.office import journal
from deskless.agent.office.office import Office
from deskless.agent.operations import outages
from deskless.agent.operations.outages import Silence
from deskless.mailbox.thread import Side
from deskless.policies.verdict import Outcome
from deskless.store import threads
from deskless.store.engine.session import Session
from deskless.store.ledger import entries
from deskless.store.ledger.entries import Entry, Span

BEFORE = 4
"""Windows before the one that is told, for the trend."""
BRIEFS = frozenset({"brief", "stranded"})
"""Letters by which a case is offered."""
SAMPLE = 5
"""Conversations that were left alone, shown for a person to check."""


@dataclass(frozen=True, slots=True)
class Week:
    """Everything the summary speaks of. `before` are the earlier windows, oldest first.

    `all` are the figures of all five windows together, `left` a sample of the `alone`
    conversations that were judged and left to support, `shadow` how many conversations would have
    been escalated, had the agent been live. `broken` are cases that no figure counts, because their
    entries cannot follow each other, each with the number of the entry at which that shows.
    """

    figures: Figures
    before: tuple[Figures, ...]
    all: Figures
    tales: Mapping[str, Tale]
    signs: tuple[Sign, ...]
    silences: tuple[Silence, ...]
    left: tuple[str, ...]
    alone: int
    shadow: int
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    broken: Mapping[str, int] = field(default_factory=dict)


def window_until(office: Office, until: datetime, days: int = 7) -> Window:
    """The window of so many local days that ends at an instant; clock changes are allowed for."""
    local = until.astimezone(office.config.team.zone)
    since = local.replace(tzinfo=None) - timedelta(days=days)
    return Window(since.replace(tzinfo=local.tzinfo).astimezone(UTC), until.astimezone(UTC))


def windows_before(office: Office, last: Window, days: int = 7) -> list[Window]:
    """The windows before `last`, oldest first, one beside the other."""
    windows: list[Window] = []
    for _ in range(BEFORE):
        windows.append(window_until(office, (windows[-1] if windows else last).since, days))
    return windows[::-1]


def read_week(office: Office, session: Session, last: Window, days: int = 7) -> Week:
    """The week, and what it is compared with."""
    earlier = windows_before(office, last, days)
    whole = Window(earlier[0].since, last.until)
    happened, broken = _histories(session, whole)
    world = _world(office, session, happened, whole)
    judged = _judged(session, whole)
    told = case_tales(happened, last.until)
    figures = figures_of_tales(told, last, world, _threads(judged, last))
    alone = _alone(judged, last, told)
    return Week(
        figures=figures,
        before=tuple(
            count_figures(happened, window, world, _threads(judged, window)) for window in earlier
        ),
        all=figures_of_tales(told, whole, world, _threads(judged, whole)),
        tales=told,
        signs=warning_signs(told, last),
        silences=tuple(outages.silences_between(session, last.since, last.until)),
        left=_sample(office, last, alone),
        alone=len(alone),
        shadow=_shadow(session, last),
        sources=figure_sources(told, figures, world),
        broken=broken,
    )


def _histories(session: Session, whole: Window) -> tuple[list[Happened], dict[str, int]]:
    """Every event of every case that was touched since `REPEAT` before the windows, in order.

    A case whose history cannot be is set aside and named with the entry at which that shows: one
    must not take the figures of all others with it.
    """
    happened: list[Happened] = []
    broken: dict[str, int] = {}
    for key, history in _touched(session, whole):
        impossible = first_impossible(history)
        if impossible is None:
            happened += history
        else:
            broken[key] = impossible.entry
    return happened, broken


def _touched(session: Session, whole: Window) -> Iterator[tuple[str, list[Happened]]]:
    """Each such case with its whole history."""
    by_case: dict[str, list[Happened]] = {}
    span = Span(kinds=frozenset(EVENTS), since=whole.since - REPEAT, until=whole.until)
    for entry in entries.read_entries(session, span):
        by_case.setdefault(entry.case or "", []).append(_happened(entry))
    for key, some in by_case.items():
        complete = isinstance(some[0].event, Opening)
        yield (
            key,
            some
            if complete
            else [
                _happened(entry)
                for entry in entries.read_entries(session, Span(case=key))
                if entry.kind in EVENTS
            ],
        )


def _happened(entry: Entry) -> Happened:
    return Happened(entry.case or "", journal.event_of_entry(entry), entry.seq)


def _world(office: Office, session: Session, happened: list[Happened], whole: Window) -> World:
    opened = [happening.event for happening in happened if isinstance(happening.event, Opening)]
    customers: dict[str, str] = {}
    answered: dict[str, datetime] = {}
    wrote: dict[str, tuple[datetime, ...]] = {}
    written: dict[str, tuple[datetime, ...]] = {}
    lost = come_back(happening.event for happening in happened)
    for ticket in dict.fromkeys(opening.ticket for opening in opened):
        info = threads.get_thread(session, ticket)
        if info and info.customer:
            customers[ticket] = info.customer
        posts = [
            post for post in threads.posts_of(session, ticket)
            if not post.internal and f"mail:{post.digest}" not in lost
        ]  # fmt: skip
        wrote[ticket] = tuple(post.at for post in posts if post.side == Side.CUSTOMER.value)
        team = (post.at for post in posts if post.side == Side.TEAM.value)
        written[ticket] = tuple(at for at in team if wrote[ticket] and at > min(wrote[ticket]))
        if written[ticket]:
            answered[ticket] = min(written[ticket])
    return World(
        office.rules.founder, office.rules.team, customers, answered, wrote, written,
        _briefs(session, whole), office.rules.clocks,
    )  # fmt: skip


def _briefs(session: Session, whole: Window) -> dict[str, tuple[datetime, ...]]:
    """When the briefs of each case left."""
    left: dict[str, list[datetime]] = {}
    span = Span(kinds=frozenset({"sent"}), since=whole.since - REPEAT, until=whole.until)
    for entry in entries.read_entries(session, span):
        if entry.data.get("letter") in BRIEFS:
            left.setdefault(str(entry.data.get("about")), []).append(entry.at)
    return {case: tuple(instants) for case, instants in left.items()}


@dataclass(frozen=True, slots=True)
class _Judged:
    """A verdict on a conversation: when, which ticket, and what was decided."""

    at: datetime
    ticket: str
    outcome: str


def _judged(session: Session, whole: Window) -> list[_Judged]:
    span = Span(kinds=frozenset({"judged"}), since=whole.since, until=whole.until)
    return [
        _Judged(entry.at, entry.ticket or "", str(entry.data["outcome"]))
        for entry in entries.read_entries(session, span)
        if not entry.data.get("history")
    ]


def _threads(judged: list[_Judged], part: Window) -> int:
    """How many conversations were judged in a window, each once."""
    return len({verdict.ticket for verdict in judged if part.has(verdict.at)})


def _alone(judged: list[_Judged], last: Window, told: Mapping[str, Tale]) -> list[str]:
    """The tickets whose latest verdict of the window was to leave them, and that have no case."""
    latest = {verdict.ticket: verdict.outcome for verdict in judged if last.has(verdict.at)}
    busy = {tale.case.ticket for tale in told.values()}
    return [
        ticket for ticket, verdict in latest.items() if verdict == "leave" and ticket not in busy
    ]


def _sample(office: Office, last: Window, alone: list[str]) -> tuple[str, ...]:
    """A few of them, drawn by the week's own number: the same mail shows the same sample."""
    local = last.until.astimezone(office.config.team.zone)
    draw = random.Random(f"{office.config.org} {local:%G-W%V}")  # noqa: S311 - a sample, no secret
    return tuple(sorted(draw.sample(sorted(alone), min(SAMPLE, len(alone)))))


def _shadow(session: Session, last: Window) -> int:
    span = Span(kinds=frozenset({"would"}), since=last.since, until=last.until)
    sure = Outcome.ESCALATE.value  # a doubt that a person would have been asked about is none
    would = (
        entry for entry in entries.read_entries(session, span) if entry.data.get("outcome") == sure
    )
    return len({entry.ticket for entry in would})
