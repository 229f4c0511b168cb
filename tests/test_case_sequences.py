"""Whatever people, machines and clocks do, a case is what its entries add up to.

Sequences are made by the decisions themselves, from random acts of random people at random times,
so every one of them could have happened; each is written to a real ledger and read back from it.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cases import ALWAYS, NOW, TEAM, act, opening, setting
from hypothesis import HealthCheck, given, settings, strategies as st

from deskless.agent.case import decide, event, on_mail
from deskless.agent.case.case import Case, Result, Status
from deskless.agent.case.decide import EscalationRequest, step_due
from deskless.agent.case.decision import Act, Decision, DecisionDraft, Setting
from deskless.agent.case.on_reply import on_reply
from deskless.agent.case.rank import rank_case
from deskless.agent.case.state import replay_events
from deskless.agent.case.verbs import Code, Command, Unclear, Verb
from deskless.agent.commands import rebuild
from deskless.agent.figures.figures import Happened, Window, World, count_figures
from deskless.agent.live import timers
from deskless.agent.office import journal
from deskless.policies.verdict import Severity
from deskless.store.engine.database import Store

PEOPLE = [person.id for person in TEAM.people]
NUMBERS = itertools.count(1)
Step = tuple[str, dict[str, Any]]
Decisions = Iterator[Decision]

WORDS = st.sampled_from(["", "because it is theirs", "naïve “quote” 🙂", "\ud800 half", "x" * 3000])
TIMES = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=9))
FACTS: dict[str, Any] = {
    "to": st.none() | st.sampled_from(PEOPLE),
    "until": st.none() | TIMES.map(lambda span: NOW + span),
    "note": WORDS,
    "next_action": WORDS,
    "subject_id": st.sampled_from(["", "ACME-7-1"]),
    "fields": st.sampled_from([(), (("blocker", "bug fix"), ("next", "patch"))]),
}
LIKELY = (Verb.ACCEPT, Verb.BOUNCE, Verb.PROGRESS, Verb.RESOLVED, Verb.UNDO, Verb.CLOSE)
COMMANDS = st.one_of(
    st.builds(Command, verb=st.sampled_from(LIKELY), **FACTS),
    st.builds(Command, verb=st.sampled_from(Verb), **FACTS),
    st.builds(Command, verb=st.just(Verb.BOUNCE), code=st.sampled_from(Code), **FACTS),
)
ASKS = st.one_of(COMMANDS, st.builds(Unclear, line=WORDS, why=WORDS))
ACTS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("reply"), st.fixed_dictionaries({
        "asked": ASKS, "by": st.sampled_from(PEOPLE), "holds": st.booleans(),
        "draft": st.booleans(), "into": st.booleans(),
    })),
    st.tuples(st.just("time"), st.fixed_dictionaries({})),
    st.tuples(st.just("away"), st.fixed_dictionaries({"until": st.none() | TIMES})),
    st.tuples(st.just("undelivered"), st.fixed_dictionaries({})),
    st.tuples(st.just("removed"), st.fixed_dictionaries({"who": st.sampled_from(PEOPLE)})),
    st.tuples(st.just("customer"), st.fixed_dictionaries({
        "severity": st.none() | st.sampled_from(Severity), "content": st.booleans(),
    })),
    st.tuples(st.just("team"), st.fixed_dictionaries({"by": st.sampled_from(PEOPLE)})),
    st.tuples(st.just("complete"), st.fixed_dictionaries({"words": WORDS})),
)  # fmt: skip
PAUSES = st.sampled_from([1, 5, 20, 45, 120, 300, 1500, 6000]).map(lambda n: timedelta(minutes=n))
STORIES = st.tuples(
    st.sampled_from(Severity),
    st.none() | st.sampled_from(["", "reason"]),
    st.lists(st.tuples(PAUSES, ACTS), max_size=14),
)
"""How bad it is, whether a teammate asked (and gave how much), and what then happens, when."""


def story(severity: Severity, asked: str | None, steps: list[tuple[timedelta, Step]]) -> Decisions:
    """Everything that is decided, from the first event to the last."""
    key = f"ACME-{next(NUMBERS)}"
    facts = opening(
        key=f"{key}-1", ticket=key, severity=severity, requester=None if asked is None else "tom",
        summary="naïve “words”", first_mail=NOW, unanswered_since=NOW,
    )  # fmt: skip
    request = None if asked is None else EscalationRequest(reason=asked, tried="")
    by = act("tom") if request else Act(by=event.DESKLESS)
    made = decide.open_case(facts, setting(), by, request)
    yield made
    now, case = NOW, made.case
    assert case is not None
    for pause, (kind, about) in steps:
        now += pause
        world = setting(now, team=ALWAYS) if pause > timedelta(hours=2) else setting(now)
        made = STEPS[kind](case, world, **about)
        case = made.case or case
        yield made


def _reply(case: Case, world: Setting, **about: Any) -> Decision:
    handoff, by = case.handoff, about["by"]
    if about["holds"] and handoff:
        by = handoff.to
    number = handoff.number if handoff and about["holds"] else len(case.handoffs) or None
    who = act(by, number, draft="0" * 64 if about["draft"] else "")
    other = replace(case, key="ACME-7-1") if about["into"] else None
    return on_reply(case, about["asked"], world, who, into=other)


def _time(case: Case, world: Setting) -> Decision:
    due = decide.step_due(case)
    late = replace(world, now=max(due, world.now)) if due else world
    return timers.on_time(case, late)


def _away(case: Case, world: Setting, until: timedelta | None) -> Decision:
    number = case.handoff.number if case.handoff else 1
    back: datetime | None = world.now + until if until else None
    return decide.on_away(case, number, back, DecisionDraft(case, world, act("ana")))


def _undelivered(case: Case, world: Setting) -> Decision:
    number = case.handoff.number if case.handoff else 1
    return decide.on_undelivered(case, number, "5.1.1", DecisionDraft(case, world))


def _removed(case: Case, world: Setting, who: str) -> Decision:
    left = replace(TEAM, people=tuple(person for person in TEAM.people if person.id != who))
    return decide.on_removed(case, replace(world, matrix=left))


def _customer(case: Case, world: Setting, severity: Severity | None, content: bool) -> Decision:
    return on_mail.on_customer(case, world, act("x"), severity, content=content)


def _team(case: Case, world: Setting, by: str) -> Decision:
    return on_mail.on_team(case, world, act(by))


def _complete(case: Case, world: Setting, words: str) -> Decision:
    if case.status is not Status.REQUESTED:
        return Decision(case)
    return decide.complete_request(case, world, act("tom"), EscalationRequest(words, words))


STEPS: dict[str, Any] = {
    "reply": _reply, "time": _time, "away": _away, "undelivered": _undelivered,
    "removed": _removed, "customer": _customer, "team": _team, "complete": _complete,
}  # fmt: skip


def check(case: Case) -> None:
    """What holds of every case at every moment."""
    assert sum(handoff.result is Result.OFFERED for handoff in case.handoffs) <= 1
    assert [handoff.number for handoff in case.handoffs] == list(range(1, len(case.handoffs) + 1))
    assert (case.status is Status.OWNED) <= (case.owner is not None)
    assert (case.status in {Status.OFFERED, Status.STRANDED}) == (case.handoff is not None)
    assert (case.status is Status.CLOSED) == (case.closed_at is not None)
    assert rank_case(case).at.tzinfo is not None


def tell(store: Store, told: Decisions) -> None:
    """One sequence: decided, recorded, and read back; the shelf is what the ledger adds up to."""
    events: list[event.Event] = []
    with store.transaction() as session:
        case: Case | None = None
        for decision in told:
            case = decision.case
            assert case is not None
            check(case)
            events += decision.events
            assert replay_events(events) == case
            journal.record_events(session, case, decision.events, step_due(case))
            assert journal.read_case(session, case.key) == case
        assert case is not None
        assert journal.case_from_ledger(session, case.key) == case
        assert list(journal.case_events(session, case.key)) == events
    window = Window(NOW, NOW + timedelta(days=400))
    happened = [Happened(case.key, past_event) for past_event in events]
    now = count_figures(happened, window, World("maya", ALWAYS), 1)
    assert len(now.opened) == 1
    assert now.accepted + now.bounced + now.lapsed <= now.offers


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all sequences: every case has its own ticket."""
    with Store.open(tmp_path_factory.mktemp("ledger") / "acme.db", "acme.example") as opened:
        yield opened


LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=60, deadline=None, suppress_health_check=LOOSE)
@given(STORIES)
def test_replay_equals_shelf(
    shelf: Store, told: tuple[Severity, str | None, list[tuple[timedelta, Step]]]
) -> None:
    """A few sequences, every time the tests run."""
    tell(shelf, story(*told))


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=LOOSE)
@given(STORIES)
def test_replay_equals_shelf_after_two_thousand_sequences(
    shelf: Store, told: tuple[Severity, str | None, list[tuple[timedelta, Step]]]
) -> None:
    """Two thousand sequences of random acts at random times."""
    tell(shelf, story(*told))


def test_the_whole_shelf_is_what_the_whole_ledger_adds_up_to(shelf: Store) -> None:
    """What `ledger rebuild` compares: every case at once, columns and counters included."""
    with shelf.reading() as session:
        assert rebuild.shelf_differences(session) == []
        assert sum(case.case is not None for case in rebuild.folded_cases(session)) > 20
