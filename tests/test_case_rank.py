"""Which case comes first: by what is at stake, never by noise, in arithmetic that adds up."""

import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from cases import NOW, accepted, case_of, offered, opened
from hypothesis import given, strategies as st

from deskless.agent.case import event
from deskless.agent.case.after.event_after import Gesture, Level, Standing, TaskKind
from deskless.agent.case.after.files import (
    Goodwill,
    Rating,
    RecoveryFile,
    Relation,
    ReviewFile,
    Task,
)
from deskless.agent.case.case import Case, Room, Status
from deskless.agent.case.rank import leadership_signal, rank_case, wants_attention
from deskless.agent.case.state import replay_events
from deskless.policies.verdict import Nature, Severity, Type

COUNTED = {
    "severity", "revenue", "renewal", "risks", "owner", "status", "promise", "broken_promises",
    "changed_at", "opened_at", "handoffs", "lease_reminded", "nagged",
}  # fmt: skip
"""The fields of a case that its rank may look at; whatever is not here cannot move it."""

CASES = st.builds(
    replace,
    st.sampled_from(
        [
            case_of(),
            case_of(offered()),
            case_of(offered(), accepted()),
            case_of(offered(), accepted(), event.Resolved(at=NOW, by="ana")),
            case_of(
                event.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + timedelta(days=1))
            ),
            replay_events(
                [
                    event.Requested(
                        **{
                            name: getattr(opened(), name)
                            for name in event.Opening.__dataclass_fields__
                        },
                        missing=("reason",),
                    )
                ]
            ),
        ]
    ),
    severity=st.sampled_from(Severity),
    revenue=st.none() | st.integers(0, 10**9),
    renewal=st.none() | st.dates().map(str),
    risks=st.lists(st.sampled_from(["churn", "security", "executive", "contract"])).map(tuple),
    broken_promises=st.integers(0, 9),
    nagged=st.booleans(),
)


@given(CASES)
def test_the_arithmetic_shown_adds_up(case: Case) -> None:
    """Due less the hours is the rank, in the parts and in the sentence that people read."""
    rank = rank_case(case)
    assert rank.at == rank.due - timedelta(hours=sum(hours for _, hours in rank.parts))
    told = rank.shown()
    hours = sum(int(f"{sign}{count}") for sign, count in re.findall(r"([+-]) (\d+) h ", told))
    assert rank.due + timedelta(hours=hours) == rank.at
    assert told.startswith(f"{rank.due.day} ")
    assert not rank.parts or f"= {rank.at.day} " in told


@given(CASES, st.data())
def test_nothing_else_moves_a_case(case: Case, data: st.DataObject) -> None:
    """Who asked, what it is called, its type, how often the customer wrote: all without effect."""
    others = {
        "key": "X-9-9", "ticket": "X-9", "seq": 9, "type": data.draw(st.sampled_from(Type)),
        "nature": data.draw(st.sampled_from(Nature)), "tier": data.draw(st.integers(1, 9)),
        "policies": ("loud",), "requester": data.draw(st.sampled_from(["maya", "ana", None])),
        "room": Room(NOW, "ana", ("ana", "maya")),
        "asked": "maya", "missing": ("tried",), "round": 3, "blocker": event.Blocker.REPRO,
        "last_touch": NOW, "first_mail": NOW, "unanswered_since": NOW, "acknowledged_at": NOW,
        "approved_at": NOW, "told_at": NOW, "promised_at": NOW, "asked_at": NOW,
        "apologised_at": NOW, "expected": NOW, "wished": NOW, "replaced": None,
        "approvals": ("00",), "ticked": (("update", NOW),),
        "reason": "x", "into": "Y-1-1", "verdict": "v", "policy_hash": "h", "account_tier": "vip",
        "questioned": NOW, "inquiry": None, "judged": None, "parted": ("X-2-1",),
        "told": case.picture, "followers_told_at": NOW, "told_to": ("maya",),
        "unfollowed": ("tom",),
        "news": (NOW, NOW), "flags": (), "opened_as": Severity.SEV1,
        "promised_since": NOW, "put_off": 2, "talked": 3, "dropped": 1, "reopened": 1,
        "caused": True, "eased": True, "blocked": True, "fixed_at": NOW, "close_asked": True,
        "before": None, "resolved_at": NOW, "closed_at": None,
        "recovery": RecoveryFile(Level.SEVERE, NOW, "ana", ("9 severity SEV-1",)),
        "offers": (Goodwill(1, Gesture.CREDIT, 2, "ana", "maya"),),
        "tasks": (Task(1, TaskKind.COMMITMENT, "ana", NOW, NOW),),
        "rating": Rating(1, NOW, "mail:ab"), "relation": Relation(Standing.LOST, NOW),
        "review": ReviewFile("ana", NOW, 5),
    }  # fmt: skip
    assert {field.name for field in fields(Case)} == others.keys() | COUNTED
    assert rank_case(replace(case, **others)) == rank_case(case)


def test_noise_is_no_field_of_a_case() -> None:
    """Capitals, exclamation marks, recipients, forwards: there is nowhere to keep them."""
    names = " ".join(field.name for field in fields(Case))
    assert not re.search(r"subject|text|caps|exclam|recipient|\bcc|forward|sender|tone", names)


def test_a_founder_who_asks_moves_nothing() -> None:
    """The same trouble, asked for by the founder, by a teammate, or found by a criterion."""
    asked = [rank_case(case_of(offered(), requester=who)) for who in ("maya", "tom", None)]
    assert asked[0] == asked[1] == asked[2]


def test_a_customer_who_writes_ten_times_is_no_more_urgent() -> None:
    """The last touch moves; the place in the list does not."""
    once = case_of(offered())
    often = case_of(
        offered(),
        *(event.Touched(at=NOW + timedelta(minutes=n), by=event.CUSTOMER) for n in range(10)),
    )
    assert rank_case(often) == rank_case(once)


def test_a_broken_workflow_in_a_renewal_quarter_comes_before_a_minor_defect() -> None:
    """Even when the minor one is due this very minute and the other not until tomorrow."""
    broken = case_of(
        offered(answer_by=NOW + timedelta(days=1), remind_at=NOW + timedelta(days=1)),
        severity=Severity.SEV2, revenue=120_000, renewal="2027-01-15", risks=("churn",),
    )  # fmt: skip
    minor = case_of(
        offered(answer_by=NOW, remind_at=NOW), severity=Severity.SEV4, revenue=400,
    )  # fmt: skip
    assert rank_case(broken).at < rank_case(minor).at


def test_severe_bound_in_time_dear_and_ownerless_is_on_top() -> None:
    """Each of the four alone comes behind all four together."""
    soon = offered(answer_by=NOW + timedelta(hours=1), remind_at=NOW + timedelta(hours=1))
    dear = {"revenue": 250_000, "renewal": "2026-12-31"}
    top = case_of(soon, severity=Severity.SEV1, **dear)
    rest = {
        "owned": case_of(soon, accepted(), severity=Severity.SEV1, **dear),
        "cheap": case_of(soon, severity=Severity.SEV1),
        "minor": case_of(soon, severity=Severity.SEV4, **dear),
        "later": case_of(offered(at=NOW + timedelta(days=2)), severity=Severity.SEV1, **dear),
    }
    ranked = sorted([("top", top), *rest.items()], key=lambda value: rank_case(value[1]).at)
    assert ranked[0][0] == "top"


def test_a_renewal_counts_for_a_quarter_before_it_and_not_after() -> None:
    """92 days ahead at the most, and the day itself; a date that has passed is no reason."""

    def hours(renewal: str | None) -> int:
        return dict(rank_case(case_of(offered(), renewal=renewal)).parts).get("for the renewal", 0)

    assert [hours(text)
        for text in ("2026-11-23", "2027-02-23", "2027-02-24", "2026-11-22", None)] \
        == [24, 24, 0, 0, 0]  # fmt: skip


def test_revenue_counts_by_its_size_in_powers_of_ten() -> None:
    """A tenfold account is six hours; nobody is worth more than thirty."""

    def hours(revenue: int | None) -> int:
        return dict(rank_case(case_of(offered(), revenue=revenue)).parts).get("for revenue", 0)

    amounts = (None, 0, 100, 1_000, 10_000, 100_000, 1_000_000, 10**9)
    assert [hours(amount) for amount in amounts] == [0, 0, 0, 6, 12, 18, 24, 30]


def test_a_broken_promise_and_a_stranded_case_come_forward() -> None:
    """What has gone wrong before is more urgent than what has not; three times is enough."""
    stored = case_of(offered(), accepted())
    ranks = [rank_case(replace(stored, broken_promises=n)).at for n in range(6)]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[3] == ranks[5]
    stranded = case_of(
        event.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW + timedelta(hours=2))
    )
    asked = case_of(offered(remind_at=NOW + timedelta(hours=2)))
    assert stranded.status is Status.STRANDED
    assert rank_case(stranded).at < rank_case(asked).at


def test_what_waits_for_its_requester_or_is_resolved_waits_behind_the_live_ones() -> None:
    """A request nobody completes may not climb over real trouble by growing old."""
    old = NOW - timedelta(days=5)
    request = replay_events([
        event.Requested(**{
            name: getattr(opened(at=old), name) for name in event.Opening.__dataclass_fields__
        }, missing=("tried",)),
        event.Reminded(at=old + timedelta(hours=4), to="tom"),
    ])  # fmt: skip
    resolved = case_of(
        offered(), accepted(), event.Resolved(at=NOW, by="ana"), severity=Severity.SEV1
    )
    live = case_of(offered())
    assert rank_case(live).at < rank_case(request).at
    assert rank_case(live).at < rank_case(resolved).at
    assert "it waits for the requester" in rank_case(request).shown()


def test_every_event_ranks_anew() -> None:
    """An acceptance takes the case down the list at once, a release brings it back up."""
    asked, taken = case_of(offered()), case_of(offered(), accepted())
    assert rank_case(taken).number > rank_case(asked).number
    let = case_of(
        offered(), accepted(), event.Released(at=NOW + timedelta(hours=5), owner="ana"),
        offered(2, at=NOW),
    )  # fmt: skip
    assert rank_case(let).number < rank_case(taken).number


@pytest.mark.parametrize(
    ("facts", "events", "leads", "attention"),
    [
        ({}, [offered()], "", ""),
        ({}, [], "", "nobody is asked yet"),
        ({"risks": ("churn",)}, [offered()], "they may leave", ""),
        ({"risks": ("security",)}, [offered()], "", ""),
        ({}, [event.Stranded(at=NOW, founder="maya", number=1, remind_at=NOW)],
         "nobody took it", ""),
        ({}, [offered(), accepted()], "", ""),
        ({}, [offered(), accepted(), event.Progressed(at=NOW, blocker=event.Blocker.DECISION)],
         "a decision is missing", ""),
        ({}, [offered(), accepted(), event.Progressed(at=NOW, blocker=event.Blocker.BUG_FIX)],
         "", ""),
        ({"risks": ("churn",)}, [offered(), accepted(), event.Resolved(at=NOW, by="ana")], "", ""),
    ],
)  # fmt: skip
def test_leadership_is_asked_for_what_only_it_can_give(
    facts: dict[str, object], events: list[event.Event], leads: str, attention: str
) -> None:
    """To be late is somebody's own to mend; what needs authority, or is at stake, is not."""
    case = case_of(*events, **facts)
    assert leadership_signal(case) == leads
    assert wants_attention(case, NOW) == attention


def test_a_late_case_wants_attention_and_twice_broken_promises_leadership() -> None:
    """The same case, as time goes by."""
    owned, late = case_of(offered(), accepted()), NOW + timedelta(hours=5)
    assert wants_attention(case_of(offered()), late) == "the answer to the offer is late"
    assert wants_attention(owned, late) == "the promised update is late"
    once = replace(owned, broken_promises=1)
    assert (wants_attention(once, NOW), leadership_signal(once)) == ("a promise was missed", "")
    assert leadership_signal(replace(owned, broken_promises=2)) == "2 promises were broken"
