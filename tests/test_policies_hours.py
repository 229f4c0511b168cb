"""Working time: what is understood, and sums that survive clock changes and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from deskless.policies.people.hours import Hours, closed_days, free_days, parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours("Mon-Fri 09:00-18:00", BERLIN)
NIGHT = parse_hours("Mon-Sun 22:00-06:00", BERLIN)


def berlin(text: str) -> datetime:
    """A local time in Berlin as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mon-Fri 09:00-18:00", "9-18 9-18 9-18 9-18 9-18 . ."),
        ("Mon-Thu 8-17; Fri 8-12", "8-17 8-17 8-17 8-17 8-12 . ."),
        ("9-17", "9-17 9-17 9-17 9-17 9-17 . ."),
        ("Mo–Fr 9–12, 13–17 Uhr", "9-12,13-17 " * 5 + ". ."),
        ("Montag bis Freitag 9 bis 17 Uhr", "9-17 9-17 9-17 9-17 9-17 . ."),
        ("lun-ven 9h-18h", "9-18 9-18 9-18 9-18 9-18 . ."),
        ("lunes-viernes 9:00 - 18:00", "9-18 9-18 9-18 9-18 9-18 . ."),
        ("Mon, Wed & Fri 9am-5pm", "9-17 . 9-17 . 9-17 . ."),
        ("Fri-Mon 10-12", "10-12 . . . 10-12 10-12 10-12"),
        ("weekend 10-14", ". . . . . 10-14 10-14"),
        ("Sat 12am-12pm", ". . . . . 0-12 ."),
        ("Fri 22:00-06:00", ". . . . 22-0 0-6 ."),
        ("Sun 20:00-24:00", ". . . . . . 20-0"),
        ("Mon 0-24", "0-0 . . . . . ."),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, week: str) -> None:
    """Days, ranges, several spans, four languages, past midnight."""
    got = " ".join(
        ",".join(f"{begin.hour}-{end.hour}" for begin, end in day) or "."
        for day in parse_hours(text, BERLIN).week
    )
    assert got == week.strip()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no hours"),
        ("whenever", "names no hours"),
        ("Mon-Fry 9-17", "`mon-fry` is not a weekday"),
        ("Mon 25-26", "not a time of day"),
        ("Mon 9:75-12", "not a time of day"),
        ("Mon 9-9", "begin and end at the same time"),
        ("Mon 9-12, 11-17", "overlap"),
        ("Mon 9-17 lunch", "`lunch` is not understood"),
    ],
)
def test_hours_that_are_not_understood_say_so_with_an_example(text: str, said: str) -> None:
    """A sentence, and how to write it."""
    with pytest.raises(ValueError, match="write `Mon-Fri 09:00-18:00`") as error:
        parse_hours(text, BERLIN)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T09:00", 1, "2026-11-20T10:00"),
        ("2026-11-20T17:30", 1, "2026-11-23T09:30"),  # Friday evening → Monday
        ("2026-11-21T12:00", 2, "2026-11-23T11:00"),  # Saturday
        ("2026-11-20T06:00", 9, "2026-11-20T18:00"),
        ("2026-11-20T09:00", 45, "2026-11-26T18:00"),
        ("2026-03-27T17:00", 2, "2026-03-30T10:00"),  # the clocks go forward on Sunday
    ],
)
def test_time_is_added_in_working_hours(start: str, hours: float, end: str) -> None:
    """Evenings and weekends do not count."""
    assert OFFICE.add(berlin(start), timedelta(hours=hours)) == berlin(end)


def test_a_night_that_loses_an_hour_is_an_hour_shorter() -> None:
    """Clocks forward, 29 March 2026: 22:00–06:00 is seven hours long."""
    assert NIGHT.between(berlin("2026-03-28T22:00"), berlin("2026-03-29T06:00")) == timedelta(
        hours=7
    )


def test_a_night_that_gains_an_hour_is_an_hour_longer() -> None:
    """Clocks back, 25 October 2026: 22:00–06:00 is nine hours long."""
    assert NIGHT.between(berlin("2026-10-24T22:00"), berlin("2026-10-25T06:00")) == timedelta(
        hours=9
    )


def test_a_start_that_the_clocks_skip_is_the_moment_of_the_jump() -> None:
    """02:30 on 29 March does not exist; work begins as the clocks jump to 03:00."""
    early = parse_hours("Sun 02:30-05:00", BERLIN)
    assert early.next_start(berlin("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    swallowed = parse_hours("Sun 02:00-03:00", BERLIN)
    assert swallowed.between(berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == timedelta()


def test_a_holiday_is_no_working_day() -> None:
    """German Unity Day 2025 is a Friday."""
    hours = parse_hours("Mon-Fri 9-18", BERLIN, free_days("DE-BE", range(2025, 2027)))
    assert not hours.working(berlin("2025-10-03T10:00"))
    assert hours.add(berlin("2025-10-02T17:00"), timedelta(hours=2)) == berlin("2025-10-06T10:00")


def test_around_the_clock_knows_no_holiday() -> None:
    """24/7 is just elapsed time."""
    always = parse_hours("24/7", BERLIN, frozenset({date(2026, 12, 25)}))
    start = berlin("2026-12-25T03:00")
    assert always.working(start)
    assert always.next_start(start) == start
    assert always.add(start, timedelta(hours=5)) == start + timedelta(hours=5)


def test_without_any_working_time_nothing_ever_comes() -> None:
    """No hours at all: never, instead of a loop without end."""
    never = Hours(BERLIN, ((),) * 7)
    at = berlin("2026-01-01T00:00")
    assert never.add(at, timedelta(hours=1)) is None
    assert never.next_start(at) is None
    assert parse_hours("24/7", BERLIN).add(at, timedelta(days=3_000_000)) is None


def test_plain_dates_stand_beside_a_country() -> None:
    """`DE-BE, 2026-12-24`: Christmas Eve is no public holiday, and free all the same."""
    days = free_days("DE-BE, 2026-12-24", range(2026, 2027))
    assert {date(2026, 12, 24), date(2026, 12, 25), date(2026, 3, 8)} <= days
    assert date(2026, 11, 11) not in days  # St. Martin is no holiday


def test_the_next_free_days_can_be_shown() -> None:
    """So that a holiday nobody expected is seen before it matters; a Sunday is no news."""
    hours = parse_hours("Mon-Fri 9-18", BERLIN, free_days("DE-BE", range(2026, 2028)))
    assert closed_days(hours, date(2026, 12, 1), 3) == (
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 8),
    )


@pytest.mark.parametrize("text", ["XX", "DE-XX", "2026-13-01"])
def test_an_unknown_country_or_date_is_told(text: str) -> None:
    """A sentence names it."""
    with pytest.raises(ValueError, match=text):
        free_days(text, range(2026, 2027))


zones = st.sampled_from(
    [ZoneInfo(z) for z in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")]
)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
clocks = st.integers(0, 47)


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    """Hours on half hours, at most two spans a day, a few free dates."""
    days = []
    for _ in range(7):
        marks = sorted(draw(st.lists(clocks, max_size=4, unique=True)))
        marks = marks[: len(marks) // 2 * 2]
        pairs = zip(marks[::2], marks[1::2], strict=True)
        days.append(tuple((_half(begin), _half(end)) for begin, end in pairs))
    free = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=3))
    return Hours(draw(zones), tuple(days), free)


def _half(number: int) -> time:
    return time(number // 2, number % 2 * 30)


@given(weeks(), instants, st.integers(1, 200_000))
def test_adding_and_measuring_are_inverse(hours: Hours, start: datetime, seconds: int) -> None:
    """What was added is what lies between."""
    span = timedelta(seconds=seconds)
    end = hours.add(start, span)
    if end is None:
        assert not any(hours.week)
    else:
        assert hours.between(start, end) == span


@given(weeks(), instants, instants, instants)
def test_working_time_adds_up(hours: Hours, a: datetime, b: datetime, c: datetime) -> None:
    """From a to c is from a to b and from b to c."""
    a, b, c = sorted((a, b, c))
    b, c = min(b, a + timedelta(days=40)), min(c, a + timedelta(days=60))
    b, c = sorted((b, c))
    assert hours.between(a, c) == hours.between(a, b) + hours.between(b, c)


@given(weeks(), instants)
def test_the_next_start_is_working_time_and_none_lies_before(hours: Hours, at: datetime) -> None:
    """Between now and the next start nobody works."""
    begin = hours.next_start(at)
    if begin is not None:
        assert hours.working(begin)
        assert hours.between(at, begin) == timedelta()
        assert (begin == at) == hours.working(at)
