"""A week, or any window, of events as numbers: what was opened, accepted, bounced, late, and whose.

Pure: events, a window and a few facts about the world come in, numbers go out. What an `Undone`
took back within the window does not count, because a window is read off the cases as they stood at
its end. A figure that has no source is None and never 0 or 100 %.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from deskless.agent.case import event
from deskless.agent.case.case import Handoff, Result
from deskless.agent.case.deadline import Clocks, ClockTable, first_response_by, resolve_by
from deskless.agent.case.event import Why
from deskless.agent.case.event_live import Flag, Flagged
from deskless.agent.figures.afterwards import AfterFigures, count_after
from deskless.agent.figures.case_history import Happened, Tale, case_tales
from deskless.policies.people.hours import Hours

ANSWERS = frozenset({Result.ACCEPTED, Result.BOUNCED})
SLACK = timedelta(minutes=1)
"""The entry of a letter that left may be this much older than the clock that began with it."""


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` (included) to `until` (excluded), both UTC."""

    since: datetime
    until: datetime

    def has(self, at: datetime | None) -> bool:
        """Whether an instant lies in it; None never does."""
        return at is not None and self.since <= at < self.until

    def before(self, span: timedelta) -> "Window":
        """The same window, `span` earlier."""
        return Window(self.since - span, self.until - span)


@dataclass(frozen=True, slots=True)
class World:
    """What figures need besides events: the founder's id and the team's hours.

    `customers` maps a ticket to its customer's id, `answered` a ticket to the instant (UTC) of the
    first answer its customer got from anybody. `wrote` and `written` are a ticket's mails of the
    customer and of the team, `briefs` the instants at which a case's briefs left; None where that
    is not known. `clocks` are the team's own.
    """

    founder: str
    hours: Hours
    customers: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, datetime] = field(default_factory=dict)
    wrote: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    written: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    briefs: Mapping[str, tuple[datetime, ...]] | None = None
    clocks: ClockTable = field(default_factory=ClockTable)

    def clocks_of(self, tale: Tale) -> Clocks:
        """The clocks that hold for a case."""
        return self.clocks.of(tale.case.severity, tale.case.account_tier)

    def first_told(self, tale: Tale) -> datetime | None:
        """When the customer first got a word from us in this conversation; None: never."""
        told = (self.answered.get(tale.case.ticket), *tale.told)
        return min((at for at in told if at), default=None)

    def wrote_again(self, tale: Tale) -> tuple[datetime, ...]:
        """The mails of the customer that followed one of theirs before anybody had answered.

        They belong to the first case of the conversation.
        """
        mails = self.wrote.get(tale.case.ticket)
        if mails is None:
            return tuple(tale.again)
        if tale.case.seq > 1:
            return ()
        answers = sorted({*self.written.get(tale.case.ticket, ()), *tale.told})
        mails = tuple(sorted(mails))
        return tuple(
            mail for last, mail in pairwise(mails)
            if not any(last <= answer < mail for answer in answers)
        )  # fmt: skip

    def has_left(self, tale: Tale, handoff: Handoff) -> bool:
        """Whether the brief of a handoff left, one for each; who answered it has had it."""
        if self.briefs is None or handoff.result in ANSWERS:
            return True
        rest = list(tale.case.handoffs)
        for at in sorted(self.briefs.get(tale.case.key, ())):
            fit = [each for each in rest if _may_be_of(each, at)]
            # The newest that had begun by then; else the first whose clock began with it.
            begun = [each for each in fit if each.offered_at <= at]
            theirs = begun[-1] if begun else next(iter(fit), None)
            rest = [each for each in rest if each is not theirs]
        return handoff.number not in {each.number for each in rest}


def _may_be_of(handoff: Handoff, at: datetime) -> bool:
    """Whether a brief that left then may be the one of a handoff."""
    ended = handoff.answered_at
    return at >= handoff.offered_at - SLACK and (ended is None or at <= ended)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    good: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where there is nothing to take a share of."""
        return self.good / self.of if self.of else None


__all__ = [
    "REPEAT",
    "Figures",
    "Happened",
    "Rate",
    "Window",
    "World",
    "count_figures",
    "figures_of_tales",
]

REPEAT = timedelta(days=30)
"""Within this long another case of the same customer on the same criterion is a repeat."""
TOO_LATE = frozenset({Why.STALE, Why.TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers of one window. People are ids, criteria policy ids, cases keys.

    `threads` is how many conversations were judged, None where nobody counted. `opened` to
    `resolved` count cases and handoffs; `late_answers` are answers after their deadline,
    `broken` promises missed, `kept` promises kept. `held` is the time from a customer's first mail
    to the trigger, `again` the times a customer had to write once more before anybody answered,
    `offers` the handoffs made to `offered` cases, their briefs having left, `founder_*` those that
    went to the founder. `letters` are the letters to customers that left, and the briefs.
    `unconfirmed` are cases that were closed without an answer of the customer, `premature` those
    that ended too early.
    """

    window: Window
    threads: int | None
    opened: tuple[str, ...]
    requested: int
    accepted: int
    bounced: int
    bounced_by: Counter[str]
    bounced_for: Counter[str]
    asked_for: Counter[str]
    lapsed: int
    late_answers: int
    kept: int
    broken: tuple[str, ...]
    repeat: tuple[str, ...]
    reopened: tuple[str, ...]
    stranded: tuple[str, ...]
    resolved: tuple[str, ...]
    offers: int
    offered: int
    founder_cases: int
    founder_handoffs: int
    held: tuple[timedelta, ...]
    again: int
    responses: tuple[timedelta, ...]
    first_response: Rate
    resolutions: tuple[timedelta, ...]
    in_sla: Rate
    told: int
    letters: int
    unconfirmed: tuple[str, ...]
    premature: tuple[str, ...]
    after: AfterFigures = field(default_factory=AfterFigures)

    @property
    def late(self) -> int:
        """Answers after their deadline and promises missed."""
        return self.late_answers + len(self.broken)

    @property
    def escalation(self) -> Rate | None:
        """Cases opened of conversations judged; None where none was judged."""
        if not self.threads:
            return None
        return Rate(len(self.opened), max(self.threads, len(self.opened)))

    @property
    def returned(self) -> tuple[str, ...]:
        """Cases that came back: new ones about an old matter, and old ones opened again."""
        return tuple(dict.fromkeys((*self.repeat, *self.reopened)))

    @property
    def handoffs(self) -> float | None:
        """Offers per case that was offered at all."""
        return self.offers / self.offered if self.offered else None


def count_figures(
    happened: Iterable[Happened], window: Window, world: World, threads: int | None = None
) -> Figures:
    """The numbers of a window. `happened` holds whole histories, from the first event on, of every
    case with an event in the window or up to `REPEAT` before it; later events are left out.
    """
    return figures_of_tales(case_tales(happened, window.until), window, world, threads)


def figures_of_tales(
    told: Mapping[str, Tale], window: Window, world: World, threads: int | None = None
) -> Figures:
    """The numbers of a window, of cases folded up to its end."""
    every = list(told.values())
    opened = [tale for tale in every if window.has(tale.begun.at)]
    first = [pair for tale in opened if (pair := first_response_of(tale, window, world))]
    solved = [tale for tale in every if window.has(tale.done_at)]
    held = (tale.begun.at - tale.begun.first_mail for tale in opened if tale.begun.first_mail)
    letters = sum(len(letters_in(tale, window, world)) for tale in every)
    return Figures(
        window=window,
        threads=threads,
        after=count_after(every, window),
        opened=tuple(tale.case.key for tale in opened),
        requested=sum(tale.begun.requester is not None for tale in opened),
        repeat=_repeats(opened, every, world),
        reopened=tuple(
            tale.case.key
            for tale in every
            if any(window.has(each.at) for each in tale.of(event.Reopened))
        ),
        resolved=tuple(tale.case.key for tale in solved),
        held=tuple(sorted(held)),
        again=sum(window.has(at) for tale in every for at in world.wrote_again(tale)),
        responses=tuple(sorted(took for took, _ in first if took is not None)),
        first_response=Rate(sum(good for _, good in first), len(first)),
        resolutions=tuple(sorted(tale.done_at - tale.begun.at for tale in solved if tale.done_at)),
        in_sla=_sla(every, window, world),
        told=letters,
        unconfirmed=_ended(every, window, Why.UNCONFIRMED),
        premature=tuple(
            tale.case.key
            for tale in every
            if any(window.has(past.at) and past.flag is Flag.EARLY for past in tale.of(Flagged))
        ),
        letters=letters + sum(len(handoffs_made(tale, window, world)) for tale in every),
        **_promised(every, window),
        **_asked(every, window, world),
        **_answers(every, window),
    )


def _ended(every: list[Tale], window: Window, reason: Why) -> tuple[str, ...]:
    """The cases that were closed in a window for this reason, as it stands."""
    return tuple(
        tale.case.key for tale in every
        if tale.case.reason == reason and window.has(tale.case.closed_at)
    )  # fmt: skip


def _promised(every: list[Tale], window: Window) -> dict[str, Any]:
    """Promises that were kept or missed in the window."""
    ended = [
        (tale.case.key, each.kept(window.until))
        for tale in every
        for each in tale.promises
        if window.has(each.settled())
    ]
    return {
        "kept": sum(in_time is True for _, in_time in ended),
        "broken": tuple(key for key, in_time in ended if in_time is False),
    }


def _asked(every: list[Tale], window: Window, world: World) -> dict[str, Any]:
    """Whom cases were offered to, on which criterion, and what ended with the founder."""
    offers = [(tale, each) for tale in every for each in handoffs_made(tale, window, world)]
    stranded = (tale for tale in every if any(window.has(at) for _, at in tale.stranded))
    founder = [tale.case.key for tale, each in offers if each.to == world.founder]
    return {
        "asked_for": Counter(policy for tale, _ in offers for policy in tale.case.policies),
        "stranded": tuple(tale.case.key for tale in stranded),
        "offers": len(offers),
        "offered": len({tale.case.key for tale, _ in offers}),
        "founder_cases": len(set(founder)),
        "founder_handoffs": len(founder),
    }


def _answers(every: list[Tale], window: Window) -> dict[str, Any]:
    """What people answered, and what nobody did."""
    answers = [(tale, each) for tale in every for each in _answered(tale, window)]
    bounced = [(tale, each) for tale, each in answers if each.result is Result.BOUNCED]
    accepted = [each for _, each in answers if each.result is Result.ACCEPTED]
    lapsed = [each for _, each in answers if each.result is Result.LAPSED]
    return {
        "accepted": len(accepted),
        "bounced": len(bounced),
        "bounced_by": Counter(each.to for _, each in bounced),
        "bounced_for": Counter(policy for tale, _ in bounced for policy in tale.case.policies),
        "lapsed": len(lapsed),
        "late_answers": _late(every, answers, window),
    }


def median_span(spans: tuple[timedelta, ...]) -> timedelta | None:
    """The median of some spans in ascending order; None of none."""
    if not spans:
        return None
    half = len(spans) // 2
    return spans[half] if len(spans) % 2 else (spans[half - 1] + spans[half]) / 2


def handoffs_made(tale: Tale, window: Window, world: World) -> list[Handoff]:
    """The handoffs of a window whose briefs left."""
    return [
        handoff for handoff in tale.case.handoffs
        if window.has(handoff.offered_at) and world.has_left(tale, handoff)
    ]  # fmt: skip


def letters_in(tale: Tale, window: Window, world: World) -> tuple[datetime, ...]:
    """The letters to the customer that left in a window."""
    left = {*world.written.get(tale.case.ticket, ()), *tale.told}
    if first := world.answered.get(tale.case.ticket):
        left.add(first)
    return tuple(sorted(at for at in left if window.has(at)))


def _answered(tale: Tale, window: Window) -> list[Handoff]:
    return [handoff for handoff in tale.case.handoffs if window.has(handoff.answered_at)]


def _late(every: list[Tale], answers: list[tuple[Tale, Handoff]], window: Window) -> int:
    """Answers that came after their deadline: those that still counted, and those refused."""
    counted = sum(
        each.answered_at is not None and each.answered_at > each.answer_by
        for tale, each in answers
        if each.result in ANSWERS and each.number not in {number for number, _ in tale.stranded}
    )
    refused = (
        refusal for tale in every for refusal in tale.of(event.Refused) if window.has(refusal.at)
    )
    return counted + sum(
        refusal.why in TOO_LATE and refusal.number is not None for refusal in refused
    )


def _repeats(opened: list[Tale], every: list[Tale], world: World) -> tuple[str, ...]:
    """The same conversation again, or the same customer on the same criterion within a month."""
    theirs: dict[str, list[Tale]] = {}
    for tale in every:
        theirs.setdefault(_customer(tale, world), []).append(tale)
    theirs.pop("", None)
    return tuple(
        tale.case.key
        for tale in opened
        if tale.case.seq > 1
        or any(_alike(tale, other) for other in theirs.get(_customer(tale, world), ()))
    )


def _customer(tale: Tale, world: World) -> str:
    return world.customers.get(tale.case.ticket, "")


def _alike(tale: Tale, other: Tale) -> bool:
    """Whether `other` began in the month before and was about the same criterion."""
    mine, theirs = set(tale.case.policies), set(other.case.policies)
    same = mine & theirs or not (mine or theirs)
    return bool(same) and timedelta(0) < tale.begun.at - other.begun.at <= REPEAT


def first_response_of(
    tale: Tale, window: Window, world: World
) -> tuple[timedelta | None, bool] | None:
    """How long a customer waited for the first answer, and whether that was in time.

    None: not known yet, or not knowable. A second case of a conversation has no first answer.
    """
    begun = tale.begun
    if begun.first_mail is None or tale.case.seq > 1:
        return None
    answered = world.answered.get(tale.case.ticket)
    if answered is None and begun.unanswered_since is None and begun.last_touch is not None:
        return None
    answered = world.first_told(tale)
    due = first_response_by(
        tale.case.severity, begun.first_mail, hours=world.hours, clocks=world.clocks_of(tale)
    ).at
    if answered is None or answered >= window.until:
        return (None, False) if due < window.until else None
    return answered - begun.first_mail, answered <= due


def due_solved(tale: Tale, world: World) -> datetime:
    """When a case was to be solved (UTC)."""
    clocks = world.clocks_of(tale)
    return resolve_by(tale.case.severity, tale.begun.at, hours=world.hours, clocks=clocks).at


def _sla(every: list[Tale], window: Window, world: World) -> Rate:
    """Cases solved in time, of those solved in the window or due in it and still unsolved.

    One whose customer never got a word from us is not in time, whatever its owner says.
    """
    good = of = 0
    for tale in every:
        due = due_solved(tale, world)
        if window.has(tale.done_at):
            of += 1
            told = world.first_told(tale) is not None
            good += told and tale.done_at is not None and tale.done_at <= due
        elif tale.done_at is None and tale.case.closed_at is None and window.has(due):
            of += 1
    return Rate(good, of)
