"""Figures of a window, against months computed by hand; what has no source is never a number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cases import NOW, OFFICE, accepted, offered, opened
from figure_table import happenings, sources_are_the_figures

from deskless.agent.case import event
from deskless.agent.case.event_live import Flag, Flagged
from deskless.agent.case.state import IllegalMove
from deskless.agent.figures.case_history import case_tales, first_impossible
from deskless.agent.figures.figures import (
    Figures,
    Happened,
    Rate,
    Window,
    World,
    count_figures,
    median_span,
)
from deskless.agent.figures.metrics import Measure, eight_metrics, load_metrics
from deskless.agent.figures.sources import figure_sources
from deskless.agent.figures.warning_signs import Sign, warning_signs
from deskless.policies.verdict import Severity

NOVEMBER = Window(datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))
WORLD = World(
    "maya", OFFICE, customers={"A": "north", "E": "north", "B": "cafe", "C": "west", "D": ""}
)
HOUR = timedelta(hours=1)

MONTH = """
    when         case what        facts (all times UTC; the office is open 08:00 to 17:00 UTC)
    10-30 09:00  F-1  opened      SEV-3 for=refund first=10-30T08:00
    10-30 09:00  F-1  offered     1 to=ana by=10-30T13:00
    10-30 10:00  F-1  accepted    1 by=ana until=11-02T10:00
    11-02 08:00  A-1  opened      SEV-3 for=refund first=11-02T07:00
    11-02 08:00  A-1  offered     1 to=ana by=11-02T12:00
    11-02 09:00  F-1  progressed  by=ana until=11-04T09:00
    11-02 09:00  A-1  accepted    1 by=ana until=11-02T15:00
    11-02 09:30  A-1  touched     by=tom
    11-02 14:00  A-1  progressed  by=ana until=11-03T15:00
    11-03 16:00  A-1  resolved    by=ana
    11-04 08:00  F-1  resolved    by=ana
    11-04 10:00  A-1  closed      by=ana why=done
    11-04 10:00  B-1  opened      SEV-3 for=refund first=11-04T08:00
    11-04 10:00  B-1  offered     1 to=ana by=11-04T14:00
    11-04 11:00  B-1  bounced     1 by=ana code=not_an_escalation
    11-04 11:00  B-1  closed      by=ana why=not_an_escalation
    11-05 20:10  C-1  opened      SEV-1 for=outage first=11-05T20:00
    11-05 20:10  C-1  offered     1 to=cleo by=11-05T20:25
    11-05 20:25  C-1  lapsed      1
    11-05 20:25  C-1  offered     2 to=ben by=11-05T20:40
    11-05 20:26  C-1  away        2 by=ben
    11-05 20:26  C-1  stranded    3 to=maya by=11-06T20:26
    11-05 20:40  C-1  accepted    3 by=maya until=11-05T21:10
    11-05 20:41  C-1  approved    by=maya
    11-05 23:10  C-1  resolved    by=maya
    11-10 09:00  A-2  opened      SEV-3 for=refund first=11-02T07:00 waiting=11-10T08:30
    11-10 09:00  A-2  offered     1 to=ana by=11-10T13:00
    11-10 10:00  A-2  touched     by=customer
    11-10 14:00  A-2  accepted    1 by=ana until=11-10T16:00
    11-10 20:00  A-2  released    owner=ana
    11-10 20:00  A-2  offered     2 to=ben by=11-11T12:00
    11-11 09:00  A-2  bounced     2 by=ben code=wrong_owner
    11-11 09:00  A-2  offered     3 to=cleo by=11-11T13:00
    11-11 10:00  A-2  accepted    3 by=cleo until=11-11T15:00
    11-11 10:05  A-2  undone      by=cleo what=accepted
    11-11 10:10  A-2  accepted    3 by=cleo until=11-11T15:00
    11-16 09:00  D-1  requested   SEV-3 for= requester=tom
    11-16 10:00  D-1  completed   by=tom
    11-16 10:00  D-1  offered     1 to=ana by=11-16T14:00
    11-16 11:00  D-1  refused     1 by=ben why=not_yours
    11-16 11:05  D-1  refused     1 by=ben why=stale
    11-16 12:00  D-1  accepted    1 by=ana until=11-17T12:00
    11-17 11:00  D-1  progressed  by=ana until=11-18T12:00
    11-18 11:30  D-1  resolved    by=ana
    11-19 09:00  D-1  reopened    by=tom until=11-19T15:00
    11-19 14:00  D-1  resolved    by=ana
    11-27 10:00  E-1  opened      SEV-3 for=refund first=11-27T09:30
    11-27 10:00  E-1  offered     1 to=ana by=11-30T09:00
    12-01 09:00  G-1  opened      SEV-1 for=outage first=12-01T08:00
"""


def november(threads: int | None = 150) -> Figures:
    """The month of the table."""
    return count_figures(happenings(MONTH), NOVEMBER, WORLD, threads)


def test_a_month_computed_by_hand() -> None:
    """The table above, counted with a pencil, 2 November to 29 November:

    opened       A-1 B-1 C-1 A-2 D-1 E-1                      6, one of them asked for (D-1)
    accepted     A-1 ana, C-1 maya, A-2 ana, A-2 cleo, D-1 ana         5; the undone one is none
    bounced      B-1 ana not an escalation, A-2 ben wrong owner        2, both on refund
    lapsed       C-1 cleo                                              1; away is no lapse
    late answers A-2 ana 14:00 for 13:00, D-1 ben's stale yes          2
    kept         A-1 told 09:30; C-1 told 20:41                        2
    broken       A-1 3rd; A-2 10th, 11th; D-1 17th, 18th, 19th; F-1 two 8, nobody wrote to them
    repeat       A-2 second of A; E-1 north again on refund            2
    reopened     D-1 the 19th                                          1, so 3 of 6 came back
    stranded     C-1                                                   1
    solved       F-1 119 h, A-1 32 h, C-1 3 h, D-1 77 h                4
    offers       A-1 1, B-1 1, C-1 3, A-2 3, D-1 1, E-1 1             10 in 6 cases
    founder      C-1, one handoff                                      1
    held         C-1 10 min, E-1 30 min, A-1 1 h, B-1 2 h, A-2 8 d 2 h
    again        A-2's customer, 10th 10:00                            1
    first answer A-1 in time; B-1, E-1 never; C-1 41 min for 15    1 of 4
    in SLA       A-1 C-1 yes; D-1 F-1 late; A-2 due 12th, open     2 of 5
    letters      to customers A-1, C-1; briefs 10                  12
    """
    now = november()
    assert now.opened == ("A-1", "B-1", "C-1", "A-2", "D-1", "E-1")
    assert now.requested == 1
    assert now.accepted == 5
    assert now.bounced == 2
    assert now.bounced_by == {"ana": 1, "ben": 1}
    assert now.bounced_for == {"refund": 2}
    assert now.asked_for == {"refund": 6, "outage": 3}
    assert now.lapsed == 1
    assert now.late_answers == 2
    assert now.kept == 2
    assert now.broken == ("F-1", "F-1", "A-1", "A-2", "A-2", "D-1", "D-1", "D-1")
    assert now.late == 10
    assert (now.told, now.letters) == (2, 12)
    assert now.repeat == ("A-2", "E-1")
    assert now.reopened == ("D-1",)
    assert now.returned == ("A-2", "E-1", "D-1")
    assert now.stranded == ("C-1",)
    assert sorted(now.resolved) == ["A-1", "C-1", "D-1", "F-1"]
    assert (now.offers, now.offered) == (10, 6)
    assert (now.founder_cases, now.founder_handoffs) == (1, 1)
    assert now.held == (HOUR / 6, HOUR / 2, HOUR, 2 * HOUR, timedelta(days=8, hours=2))
    assert now.again == 1
    assert now.first_response == Rate(1, 4)
    assert now.responses == (timedelta(minutes=41), 2.5 * HOUR)
    assert now.resolutions == (3 * HOUR, 32 * HOUR, 77 * HOUR, 119 * HOUR)
    assert now.in_sla == Rate(2, 5)


def test_the_eight_metrics_of_that_month() -> None:
    """Eight, each with its target; three have no source and say so, never 0 or 100 %."""
    fields = {metric.name: (metric.text, metric.met) for metric in eight_metrics(november())}
    assert fields == {
        "First response in time": ("25 % (1 of 4)", False),
        "Time to resolution": ("2 d 6 h", False),
        "Customer satisfaction": (None, None),
        "Escalation rate": ("4 % (6 of 150)", True),
        "Repeat rate": ("50 % (3 of 6)", False),
        "SLA compliance": ("40 % (2 of 5)", False),
        "Customers kept": (None, None),
        "Root-cause actions completed": (None, None),
    }
    assert all(metric.reason for metric in eight_metrics(november()) if metric.text is None)


def test_what_stands_behind_the_figures_of_that_month_adds_up_to_them() -> None:
    """Each of its sources by its case; those of a figure say in words what was counted."""
    happened, now = happenings(MONTH), november()
    tales = case_tales(happened, NOVEMBER.until)
    second = Window(NOVEMBER.since + timedelta(weeks=2), NOVEMBER.until)
    half = count_figures(happened, second, WORLD)
    sources_are_the_figures(figure_sources(tales, half, WORLD), half)
    sources = figure_sources(tales, now, WORLD)
    sources_are_the_figures(sources, now)
    words = {(each.case, each.what) for some in sources.values() for each in some}
    assert {("A-1", "the first letter left"), ("B-1", "no letter left"),
            ("A-2", "due and not solved"), ("A-2", "wrote again"), ("C-1", "brief 3 left"),
            ("A-1", "no letter had left by then"), ("D-1", "came back")} <= words  # fmt: skip


def test_where_the_load_lies() -> None:
    """Founder, hold time, handoffs, promises, customers who had to explain again."""
    fields = {metric.name: metric.text for metric in load_metrics(november())}
    assert fields == {
        "Cases that went to the founder": "17 % (1 of 6)",
        "Held by support before the trigger": "1 h",
        "Handoffs for each case": "1.7",
        "Promises kept": "20 % (2 of 10)",
        "Customers who had to write again": "once",
    }


def test_a_window_without_anything_has_no_data_anywhere() -> None:
    """No metric of an empty week is a number, and every one says why."""
    empty = count_figures([], NOVEMBER, WORLD, 0)
    for metric in (*eight_metrics(empty), *load_metrics(empty)):
        assert (metric.text, metric.met) == (None, None), metric
        assert metric.reason
    assert empty.handoffs is None
    assert empty.late == 0


def test_unknown_conversations_are_no_escalation_rate() -> None:
    """None counted, none judged: no rate; more cases than conversations is still at most all."""
    assert november(None).escalation is None
    assert november(0).escalation is None
    assert november(2).escalation == Rate(6, 6)


def test_the_trend_stands_beside_the_figure_oldest_first() -> None:
    """Weeks without data say so among those that have some; a trend of nothing is none."""
    week = timedelta(days=7)
    last = Window(NOVEMBER.until - week, NOVEMBER.until)
    weeks = [count_figures(happenings(MONTH), last.before(week * n), WORLD, 20) for n in (3, 2, 1)]
    now = count_figures(happenings(MONTH), last, WORLD, 20)
    fields = {metric.name: metric.trend for metric in eight_metrics(now, weeks)}
    assert fields["Escalation rate"] == ("15 %", "5 %", "5 %")
    assert fields["SLA compliance"] == ("67 %", "0 %", "0 %")
    assert fields["Repeat rate"] == ("0 %", "100 %", "100 %")
    assert fields["Customer satisfaction"] == ()
    assert eight_metrics(now) == tuple(
        replace(metric, trend=()) for metric in eight_metrics(now, weeks)
    )


def test_a_window_is_told_as_its_end_knew_it() -> None:
    """D-1 was solved on the 18th and opened again on the 19th: both are true in their time."""
    days = [Window(datetime(2026, 11, day, tzinfo=UTC), datetime(2026, 11, day + 1, tzinfo=UTC))
            for day in (18, 19)]  # fmt: skip
    assert [count_figures(happenings(MONTH), day, WORLD).resolved for day in days] == [
        ("D-1",),
        ("D-1",),
    ]
    middle_ = Window(days[1].since, datetime(2026, 11, 19, 12, tzinfo=UTC))
    assert count_figures(happenings(MONTH), middle_, WORLD).resolved == ()


def test_the_first_answer_may_come_from_before_the_case() -> None:
    """The team answered at 08:20, before anything was escalated: the store knows, events do not."""
    known = replace(WORLD, answered={"B": datetime(2026, 11, 4, 8, 20, tzinfo=UTC)})
    assert count_figures(happenings(MONTH), NOVEMBER, known).first_response == Rate(2, 4)


def test_an_answer_that_nobody_can_date_does_not_count() -> None:
    """Nobody waits when the case opens, so somebody had answered; when, nobody can say."""
    begun = opened(first_mail=NOW - HOUR, last_touch=NOW - HOUR)
    window = Window(NOW - HOUR, NOW + 24 * HOUR)
    assert count_figures([Happened("X-1", begun)], window, WORLD).first_response == Rate(0, 0)


def told(*events: event.Event, **more: object) -> list[Happened]:
    """One case as happenings."""
    return [Happened("X-1", past_event) for past_event in (opened(**more), *events)]


ALL = Window(NOW - 100 * HOUR, NOW + 1000 * HOUR)


def test_a_promise_that_is_taken_back_is_neither_kept_nor_broken() -> None:
    """Undone by its owner, or closed as a duplicate: nobody was promised anything."""
    undone = event.Undone(at=NOW + HOUR, by="ana", what="accepted")
    twin = event.Closed(at=NOW + HOUR, by="ana", reason=event.Why.DUPLICATE, into="Y-1-1")
    for last in (undone, twin):
        now = count_figures(told(offered(), accepted(), last), ALL, WORLD)
        assert (now.kept, now.broken) == (0, ()), last


def test_an_undo_that_gives_a_promise_back_lets_it_run_on() -> None:
    """RESOLVED, then UNDO: what was promised before stands again and is missed."""
    events = (
        offered(), accepted(), event.Resolved(at=NOW + HOUR, by="ana"),
        event.Undone(at=NOW + 1.1 * HOUR, by="ana", what="resolved"),
    )  # fmt: skip
    now = count_figures(told(*events), ALL, WORLD)
    assert (now.kept, now.broken) == (0, ("ACME-1042-1",))


def test_a_case_of_an_earlier_window_that_is_reopened_came_back() -> None:
    """Nothing was opened in the second window, and yet one of one came back."""
    events = (
        offered(), accepted(), event.Resolved(at=NOW + HOUR, by="ana"),
        event.Reopened(at=NOW + 50 * HOUR, by=event.CUSTOMER),
    )  # fmt: skip
    now = count_figures(told(*events), Window(NOW + 40 * HOUR, NOW + 60 * HOUR), WORLD)
    words = {metric.name: metric for metric in eight_metrics(now)}["Repeat rate"]
    assert (words.text, words.met, words.reason) == ("100 % (1 of 1)", False, "1 reopened")


def test_an_answer_that_is_sent_keeps_one_promise_and_makes_the_next() -> None:
    """SEND with a text that says when word comes next: kept by it, then missed at the new time."""
    sent = event.Approved(at=NOW + HOUR, by="ana", text="0" * 64, promise=NOW + 8 * HOUR)
    now = count_figures(told(offered(), accepted(), sent), ALL, WORLD)
    assert (now.kept, now.broken) == (1, ("ACME-1042-1",))
    later = Window(NOW, NOW + 7 * HOUR)
    now = count_figures(told(offered(), accepted(), sent), later, WORLD)
    assert (now.kept, now.broken) == (1, ())


def test_an_answer_that_came_back_keeps_no_promise() -> None:
    """The letter was approved and returned: the promise stands as it stood, and is missed."""
    sent = event.Approved(at=NOW + HOUR, by="ana", text="0" * 64, promise=NOW + 8 * HOUR)
    back = event.Unreached(at=NOW + 2 * HOUR, told=sent.at, status="5.1.1", note="no such user")
    now = count_figures(told(offered(), accepted(), sent, back), ALL, WORLD)
    assert (now.kept, now.broken) == (0, ("ACME-1042-1",))
    other = event.Unreached(at=NOW + 2 * HOUR, told=None, status="5.1.1", note="no such user")
    now = count_figures(told(offered(), accepted(), sent, other), ALL, WORLD)
    assert now.kept == 1


TOLD = event.Reached(
    at=NOW + HOUR, by="ana", text="0" * 64, approved=NOW, promise=NOW + 4 * HOUR, kind="progress"
)
WORD = event.Reached(at=NOW + 3 * HOUR, by="ana", text="1" * 64, approved=NOW, kind="progress")


@pytest.mark.parametrize(
    ("since", "kept", "broken"),
    [
        ((), 1, 1),
        ((event.Released(at=NOW + 2 * HOUR, owner="ana"),), 1, 1),
        ((event.Progressed(at=NOW + 2 * HOUR, by="ana", promise=NOW + 2.5 * HOUR),), 1, 1),
        ((event.Progressed(at=NOW + 2 * HOUR, by="ana", promise=NOW + 9 * HOUR),), 1, 1),
        ((WORD,), 2, 0),
        ((event.Progressed(at=NOW + 2 * HOUR, by="ana", promise=NOW + 2.5 * HOUR), WORD), 2, 0),
        ((WORD, event.Unreached(at=NOW + 3.5 * HOUR, told=WORD.at)), 1, 1),
        ((event.Unreached(at=NOW + 2 * HOUR, told=TOLD.at),), 0, 1),
    ],
)
def test_what_a_letter_told_the_customer_is_kept_or_broken_by_letters_alone(
    since: tuple[event.Event, ...], kept: int, broken: int
) -> None:
    """The first letter says a time; a release, and other times named to us, count nothing."""
    events = (offered(), replace(accepted(), promise=NOW + 2 * HOUR), TOLD, *since)
    now = count_figures(told(*events), Window(NOW, NOW + 6 * HOUR), WORLD)
    assert (now.kept, len(now.broken)) == (kept, broken)
    same = (offered(), accepted(), TOLD, *since)  # the letter tells the time that was named to us
    now = count_figures(told(*same), Window(NOW, NOW + 6 * HOUR), WORLD)
    back = any(isinstance(each, event.Unreached) and each.told == TOLD.at for each in since)
    assert (now.kept, len(now.broken)) == ((0, 1) if back else (kept - 1, broken))


def test_word_to_us_is_no_word_to_the_customer() -> None:
    """A SEV-1 with progress every 25 minutes whose customer heard nothing in six hours."""
    words = [
        event.Progressed(
            at=NOW + HOUR * (25 * n / 60), by="ana", note="on it",
            promise=NOW + HOUR * ((25 * n + 30) / 60),
        )
        for n in range(1, 14)
    ]  # fmt: skip
    history = told(offered(), accepted(), *words, severity=Severity.SEV1)
    now = count_figures(history, Window(NOW, NOW + 6 * HOUR), WORLD)
    assert now.kept == 0
    assert len(now.broken) >= 12
    fields = {metric.name: metric.met for metric in (*eight_metrics(now), *load_metrics(now))}
    assert fields["Promises kept"] is False
    assert fields["First response in time"] is not True


def test_a_letter_that_has_not_left_keeps_nothing_and_acknowledges_nobody() -> None:
    """Approved is not sent; the entry that it left is what counts, at its own time."""
    yes = event.Approved(at=NOW + HOUR, by="ana", text="0" * 64, waits=True)
    now = count_figures(told(offered(), accepted(), yes), ALL, WORLD)
    assert (now.kept, now.told) == (0, 0)
    left = event.Reached(at=NOW + 1.5 * HOUR, by="ana", text="0" * 64, approved=yes.at)
    now = count_figures(told(offered(), accepted(), yes, left), ALL, WORLD)
    assert (now.kept, now.told) == (1, 1)
    same = replace(left, promise=accepted().promise)
    now = count_figures(told(offered(), accepted(), yes, same), ALL, WORLD)
    assert (now.kept, now.broken) == (0, ("ACME-1042-1",)), "to tell a time is not to keep it"


def test_who_wrote_three_times_before_the_case_was_opened_had_to_write_again() -> None:
    """The mails tell, not when the case began; an answer between two ends the waiting."""
    mails = tuple(NOW - HOUR * n for n in (3, 2, 1))
    known = replace(WORLD, wrote={"ACME-1042": mails}, written={"ACME-1042": ()})
    assert count_figures(told(), ALL, known).again == 2
    known = replace(known, written={"ACME-1042": (NOW - 1.5 * HOUR,)})
    assert count_figures(told(), ALL, known).again == 1


def test_an_offer_whose_brief_never_left_is_none() -> None:
    """Nobody was asked; a yes shows that somebody was."""
    known = replace(WORLD, briefs={})
    assert count_figures(told(offered()), ALL, known).offers == 0
    assert count_figures(told(offered(), accepted()), ALL, known).offers == 1
    left = replace(WORLD, briefs={"ACME-1042-1": (offered().at,)})
    assert count_figures(told(offered()), ALL, left).offers == 1


def test_a_promise_that_is_not_yet_due_is_not_counted() -> None:
    """Half an hour before its time nobody knows."""
    window = Window(NOW, NOW + 3 * HOUR)
    now = count_figures(told(offered(), accepted()), window, WORLD)
    assert (now.kept, now.broken) == (0, ())


def test_word_about_progress_without_a_new_time_keeps_no_promise() -> None:
    """The customer was promised an update; that we heard something is not one."""
    progressed = event.Progressed(at=NOW + HOUR, by="ana", note="looking")
    assert count_figures(told(offered(), accepted(), progressed), ALL, WORLD).broken == (
        "ACME-1042-1",
    )


def test_events_that_cannot_follow_each_other_are_refused() -> None:
    """Figures are never made of a history that is none."""
    with pytest.raises(IllegalMove):
        count_figures([Happened("X-1", opened()), Happened("X-1", accepted())], ALL, WORLD)


def test_the_first_event_that_cannot_follow_is_named() -> None:
    """By its entry; a history that can be has none."""
    history = [Happened("X-1", opened(), 4), Happened("X-1", accepted(), 7)]
    impossible = first_impossible(history)
    assert impossible is not None
    assert impossible.entry == 7
    assert first_impossible(history[:1]) is None


def test_the_middle_of_spans() -> None:
    """Of none there is none; of an even number it lies between the two."""
    assert median_span(()) is None
    assert median_span((HOUR,)) == HOUR
    assert median_span((HOUR, 2 * HOUR)) == 1.5 * HOUR


def test_measures_without_a_past_have_no_trend() -> None:
    """Four weeks without data are not four zeros."""
    empty = count_figures([], NOVEMBER, WORLD)
    assert {
        metric.trend
        for metric in (*eight_metrics(november(), [empty]), *load_metrics(november(), [empty]))
    } == {()}
    assert isinstance(eight_metrics(empty)[0], Measure)


def test_the_flags_of_a_window_are_its_entries() -> None:
    """Counted where they went up, by kind; what was erased is told by the flag's rule."""
    seen = "offered 3 times"
    flags = [
        Flagged(at=NOW + HOUR, flag=Flag.HANDOFFS, to="maya", seen=seen),
        Flagged(at=NOW + HOUR, flag=Flag.PATTERN, to="maya", about="refund"),
        Flagged(at=NOW + 9 * HOUR, flag=Flag.GAP, to="ana", seen="too late to count"),
    ]
    tales = case_tales(told(offered(), *flags), ALL.until)
    assert warning_signs(tales, Window(NOW, NOW + 2 * HOUR)) == (
        Sign(Flag.PATTERN, "refund", "3 cases on one criterion within 7 days.", NOW + HOUR),
        Sign(Flag.HANDOFFS, "ACME-1042-1", seen, NOW + HOUR),
    )
