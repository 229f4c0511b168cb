"""Deadlines: the clocks of each severity in somebody's working time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from deskless.agent.case import deadline
from deskless.agent.case.deadline import CLOCKS
from deskless.policies.people.hours import Hours, parse_hours
from deskless.policies.verdict import Severity

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours("Mon-Fri 09:00-18:00", BERLIN)
SHORT = parse_hours("Mon-Thu 08:00-17:00; Fri 08:00-12:00", BERLIN)
NEVER = Hours(BERLIN, ((),) * 7)
ALWAYS = parse_hours("24/7", BERLIN)
SEV1, SEV2, SEV3, SEV4 = Severity


def local(text: str) -> datetime:
    """An instant from Berlin's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def told(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}"


MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("severity", "first", "ack", "updates", "resolution", "internal"),
    [
        (SEV1, 15, 15, 30, 4 * 60, 60),
        (SEV2, 60, 15, 120, 8 * 60, 60),
        (SEV3, 4 * 60, 15, 24 * 60, 48 * 60, None),
        (SEV4, 24 * 60, 15, None, 7 * 24 * 60, None),
    ],
)
def test_the_clocks_are_those_of_the_table(
    severity: Severity,
    first: int,
    ack: int,
    updates: int | None,
    resolution: int,
    internal: int | None,
) -> None:
    """First response, acknowledgement, updates, internal word and resolution, in minutes."""
    clocks = CLOCKS[severity]
    assert clocks.first_response == first * MINUTES
    assert clocks.ack == ack * MINUTES
    assert clocks.updates == (None if updates is None else updates * MINUTES)
    assert clocks.resolution == resolution * MINUTES
    assert clocks.internal == (None if internal is None else internal * MINUTES)
    assert clocks.tell[0] == "customer"


ANSWERS = [
    # severity, within, start, due: all in Berlin
    (SEV1, "", "2026-11-20 17:55", "2026-11-20 18:10"),
    (SEV1, "", "2026-11-22 03:00", "2026-11-22 03:15"),
    (SEV1, "1h", "2026-11-22 03:00", "2026-11-22 04:00"),
    (SEV2, "", "2026-11-20 17:30", "2026-11-23 09:30"),
    (SEV2, "", "2026-11-20 10:00", "2026-11-20 11:00"),
    (SEV2, "", "2026-11-21 10:00", "2026-11-23 10:00"),
    (SEV2, "", "2026-11-20 17:00", "2026-11-20 18:00"),
    (SEV3, "", "2026-11-20 16:00", "2026-11-23 11:00"),
    (SEV3, "2h", "2026-11-20 17:00", "2026-11-23 10:00"),
    (SEV4, "", "2026-11-20 14:00", "2026-11-23 14:00"),
    (SEV4, "", "2026-11-21 14:00", "2026-11-24 09:00"),
    (SEV4, "2 days", "2026-11-19 14:00", "2026-11-23 14:00"),
    (SEV4, "1 week", "2026-11-19 14:00", "2026-11-26 14:00"),
    (SEV4, "1 day 2h", "2026-11-20 17:00", "2026-11-24 10:00"),
    # over the night in which the clock is changed, in October and in March
    (SEV2, "", "2026-10-23 17:30", "2026-10-26 09:30"),
    (SEV4, "", "2026-10-23 14:00", "2026-10-26 14:00"),
    (SEV2, "", "2027-03-26 17:30", "2027-03-29 09:30"),
    (SEV1, "4h", "2027-03-28 00:30", "2027-03-28 05:30"),
    (SEV1, "4h", "2026-10-25 00:30", "2026-10-25 03:30"),
]


@pytest.mark.parametrize(("severity", "within", "start", "due"), ANSWERS)
def test_an_offer_is_to_be_answered_in_working_time(
    severity: Severity, within: str, start: str, due: str
) -> None:
    """SEV-1 around the clock, the rest in the owner's hours."""
    result = deadline.answer_by(severity, within, local(start), hours=OFFICE, name="Dana")
    assert told(result.at) == due
    assert result.at.tzinfo is UTC


def test_the_computation_is_shown() -> None:
    """The computation is shown: nobody has to believe it."""
    start = local("2026-11-20 17:30")
    assert deadline.answer_by(SEV2, "", start, hours=OFFICE, name="Dana").text == (
        "SEV-2: 1 h of Dana's working time (Mon-Fri 09:00-18:00 Europe/Berlin)"
        " from Fri 20 Nov 17:30 CET → Mon 23 Nov 09:30 CET"
    )
    assert deadline.answer_by(SEV1, "", start, hours=OFFICE).text == (
        "SEV-1: 15 min around the clock from Fri 20 Nov 17:30 CET → Fri 20 Nov 17:45 CET"
    )
    text = deadline.answer_by(SEV4, "1 day 2h", start, hours=OFFICE, name="James").text
    assert "1 working day 2 h of James' working time" in text
    assert "5 working days of" in deadline.resolve_by(SEV4, start, hours=OFFICE).text
    assert "24/7" not in deadline.answer_by(SEV4, "", start, hours=ALWAYS).text


def test_holidays_are_not_worked() -> None:
    """The team's list, not a calendar's."""
    hours = parse_hours("Mon-Fri 09:00-18:00", BERLIN, frozenset({date(2026, 11, 23)}))
    result = deadline.answer_by(SEV2, "", local("2026-11-20 17:30"), hours=hours)
    assert told(result.at) == "2026-11-24 09:30"
    result = deadline.answer_by(SEV4, "", local("2026-11-20 14:00"), hours=hours)
    assert told(result.at) == "2026-11-24 14:00"


def test_a_working_day_ends_when_work_ends() -> None:
    """A day from Thursday 16:00 is Friday noon for who stops then; from before work, its start."""
    result = deadline.answer_by(SEV4, "", local("2026-11-19 16:00"), hours=SHORT)
    assert told(result.at) == "2026-11-20 12:00"
    late = parse_hours("Mon-Fri 14:00-24:00", BERLIN)
    result = deadline.answer_by(SEV4, "", local("2026-11-19 23:30"), hours=late)
    assert told(result.at) == "2026-11-20 23:30"


def test_where_nobody_works_the_clock_runs_on() -> None:
    """And says so; a case never waits for hours that never come."""
    for within, due in (("", "2026-11-20 15:00"), ("2 days", "2026-11-22 14:00")):
        result = deadline.answer_by(
            SEV2, within, local("2026-11-20 14:00"), hours=NEVER, name="Ana"
        )
        assert told(result.at) == due
        assert "since Ana has no working time" in result.text
    result = deadline.answer_by(SEV2, "", local("2026-11-21 14:00"), hours=ALWAYS)
    assert told(result.at) == "2026-11-21 15:00"
    assert "around the clock from" in result.text


def test_hours_that_run_out_run_on() -> None:
    """The end of the calendar is no crash."""
    last = datetime(9999, 12, 29, 12, tzinfo=UTC)
    assert deadline.answer_by(SEV4, "2 days", last, hours=OFFICE).at > last


def test_a_span_that_cannot_be_read_is_told() -> None:
    """As a ValueError: the policy file should have been refused."""
    with pytest.raises(ValueError, match="span of time"):
        deadline.answer_by(SEV2, "soon", local("2026-11-20 14:00"), hours=OFFICE)


def test_first_response_and_acknowledgement_are_two_clocks() -> None:
    """Two clocks: from the first mail, and from the escalation."""
    start = local("2026-11-20 10:00")
    assert told(deadline.first_response_by(SEV4, start, hours=OFFICE).at) == "2026-11-23 10:00"
    assert told(deadline.ack_by(SEV4, start, hours=OFFICE).at) == "2026-11-20 10:15"
    assert told(deadline.resolve_by(SEV3, start, hours=OFFICE).at) == "2026-11-24 10:00"


def test_customer_and_team_hear_in_two_cadences() -> None:
    """Customers and the team hear by two cadences."""
    start = local("2026-11-20 10:00")
    assert told(deadline.next_update_due(SEV1, start, hours=OFFICE).at) == "2026-11-20 10:30"
    assert told(deadline.next_update_due(SEV2, start, hours=OFFICE).at) == "2026-11-20 12:00"
    assert told(deadline.next_update_due(SEV3, start, hours=OFFICE).at) == "2026-11-23 10:00"
    assert told(deadline.next_update_due(SEV4, start, hours=OFFICE).at) == "2026-11-27 10:00"
    status = deadline.next_status(SEV2, start, hours=OFFICE)
    assert status is not None
    assert told(status.at) == "2026-11-20 11:00"
    assert deadline.next_status(SEV3, start, hours=OFFICE) is None


def test_an_earlier_promise_wins_and_a_later_one_is_flagged() -> None:
    """A promise nearer than the cadence replaces it; a later one is flagged."""
    start = local("2026-11-20 10:00")
    early, late = local("2026-11-20 11:00"), local("2026-11-20 16:00")
    result = deadline.next_update_due(SEV2, start, hours=OFFICE, promised=early)
    assert (result.at, result.flag) == (early, "")
    assert "promised" in result.text
    result = deadline.next_update_due(SEV2, start, hours=OFFICE, promised=late)
    assert told(result.at) == "2026-11-20 12:00"
    assert result.flag == (
        "promised for Fri 20 Nov 16:00 CET, later than SEV-2 allows (Fri 20 Nov 12:00 CET)"
    )
    result = deadline.next_update_due(SEV4, start, hours=OFFICE, promised=late)
    assert (result.at, result.flag) == (late, "")


def test_the_reminder_comes_half_way() -> None:
    """In working time where hours are known, so not on Sunday."""
    start, due = local("2026-11-20 17:00"), local("2026-11-23 10:00")
    assert told(deadline.remind_at(start, due, OFFICE)) == "2026-11-20 18:00"
    assert told(deadline.remind_at(start, due)) == "2026-11-22 01:30"
    assert told(deadline.remind_at(start, due, ALWAYS)) == "2026-11-22 01:30"
    night = local("2026-11-21 03:00"), local("2026-11-21 03:15")
    assert deadline.remind_at(*night, OFFICE) == night[0] + timedelta(minutes=7, seconds=30)
    assert deadline.remind_at(*night, NEVER) == night[0] + timedelta(minutes=7, seconds=30)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (OFFICE, "Mon-Fri 09:00-18:00 Europe/Berlin"),
        (SHORT, "Mon-Thu 08:00-17:00; Fri 08:00-12:00 Europe/Berlin"),
        (
            parse_hours("Mon 9-12, 13-17; Wed 9-12, 13-17", BERLIN),
            "Mon 09:00-12:00, 13:00-17:00; Wed",
        ),
        (ALWAYS, "24/7"),
        (NEVER, "no hours Europe/Berlin"),
    ],
)
def test_hours_are_said_in_words(hours: Hours, words: str) -> None:
    """As the sheet writes them."""
    assert deadline.hours_in_words(hours).startswith(words)


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda value: value.replace(tzinfo=UTC)
)


@settings(deadline=None)
@given(st.sampled_from(Severity), STARTS, st.sampled_from([OFFICE, SHORT, ALWAYS, NEVER]))
def test_a_deadline_lies_ahead_and_its_reminder_before_it(
    severity: Severity, start: datetime, hours: Hours
) -> None:
    """For any start, also across clock changes; and it falls into working time or its end."""
    result = deadline.answer_by(severity, "", start, hours=hours)
    assert result.at > start
    assert start < deadline.remind_at(start, result.at, hours) < result.at
    if severity is not SEV1 and hours is OFFICE:
        assert hours.working(result.at - timedelta(microseconds=1)) or hours.working(result.at)


@settings(deadline=None)
@given(st.sampled_from([SEV2, SEV3, SEV4]), STARTS, st.integers(1, 100))
def test_a_later_start_is_never_due_earlier(
    severity: Severity, start: datetime, minutes: int
) -> None:
    """Deadlines keep the order of their starts."""
    value = deadline.answer_by(severity, "", start, hours=SHORT)
    two = deadline.answer_by(severity, "", start + minutes * MINUTES, hours=SHORT)
    assert value.at <= two.at
