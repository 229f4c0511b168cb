"""Times in replies: read exactly, or asked back with the reason."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from case_tables import pairs
from hypothesis import given, settings, strategies as st

from deskless.agent.language import time as when
from deskless.agent.language.time import NotRead, When
from deskless.policies.people.hours import parse_hours

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)
"""A Friday, 10:14 in Berlin."""

SHOPS = parse_hours("Mon-Thu 07:00-16:00; Fri 07:00-12:00", BERLIN)


def at(text: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> datetime:
    result = when.read_time(text, now, zone)
    assert isinstance(result, When), f"{text!r}: {result}"
    return result.at


def why(text: str, now: datetime = NOW, **more: object) -> str:
    result = when.read_time(text, now, BERLIN, **more)  # type: ignore[arg-type]
    assert isinstance(result, NotRead), f"{text!r}: {result}"
    return result.why


@pytest.mark.parametrize(("text", "meant"), pairs("times"))
def test_a_time_is_read_as_it_was_meant(text: str, meant: str) -> None:
    """Each line of the table, said in Berlin on a Friday morning."""
    assert f"{at(text).astimezone(BERLIN):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(("text", "reason"), pairs("no_times"))
def test_what_cannot_be_taken_is_asked_back(text: str, reason: str) -> None:
    """Past, absurd, far away, or two things at once."""
    assert reason in why(text)


def test_the_table_is_large_enough() -> None:
    """80 times at least."""
    assert len(pairs("times")) >= 80


def test_instants_are_utc_and_say_how_exact_they_are() -> None:
    """The words are kept beside them."""
    result = when.read_time("Monday noon", NOW, BERLIN)
    assert result == When(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), "Monday noon", "part")
    assert isinstance(result, When)
    assert result.at.tzinfo is UTC
    for text, grain in (("16:00", "minute"), ("Monday", "day"), ("in 2 hours", "span")):
        read = when.read_time(text, NOW, BERLIN)
        assert isinstance(read, When)
        assert read.granularity == grain


def test_working_hours_decide_what_a_day_and_its_end_are() -> None:
    """Somebody who starts at seven means seven; their Friday ends at noon."""
    for text, meant in (
        ("Monday", "2026-11-23 07:00"),
        ("EOD", "2026-11-20 12:00"),
        ("EOW", "2026-11-20 12:00"),
        ("today", "2026-11-20 12:00"),
        ("Monday EOD", "2026-11-23 16:00"),
        ("Monday at 7", "2026-11-23 07:00"),
        ("Monday at 3", "2026-11-23 15:00"),
        ("Saturday", "2026-11-21 09:00"),
    ):
        result = when.read_time(text, NOW, BERLIN, hours=SHOPS)
        assert isinstance(result, When), text
        assert f"{result.at.astimezone(BERLIN):%Y-%m-%d %H:%M}" == meant


def test_work_that_ends_at_midnight_ends_at_the_next_one() -> None:
    """00:00 is the end of the day, not its start."""
    late = parse_hours("Mon-Fri 14:00-24:00", BERLIN)
    result = when.read_time("Monday EOD", NOW, BERLIN, hours=late)
    assert isinstance(result, When)
    assert result.at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    open_end = when.read_time("Monday at 8", NOW, BERLIN, hours=late)
    assert isinstance(open_end, When)
    assert open_end.at == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


def test_somebody_who_works_around_the_clock_keeps_usual_days() -> None:
    """Then a bare day still starts at nine."""
    result = when.read_time("Monday", NOW, BERLIN, hours=parse_hours("24/7", BERLIN))
    assert isinstance(result, When)
    assert result.at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_after_work_the_end_of_today_has_passed() -> None:
    """EOD at eight in the evening is asked back."""
    assert "has passed" in why("EOD", datetime(2026, 11, 20, 19, 0, tzinfo=UTC))


def test_next_weekday_within_the_week_is_two_days() -> None:
    """ "Next Friday" said on a Wednesday; prochain is plain."""
    wednesday = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    assert "20 Nov or 27 Nov" in why("next Friday", wednesday)
    assert at("vendredi prochain", wednesday).day == 20


def test_slashes_put_the_day_first_where_nobody_writes_english() -> None:
    """3/12 is the third of December in French."""
    result = when.read_time("3/12", NOW, BERLIN, languages=("fr", "de"))
    assert isinstance(result, When)
    assert result.at.date() == date(2026, 12, 3)


def test_a_writer_means_their_own_clock() -> None:
    """The same words in New York and in Berlin."""
    assert at("16:00", zone=ZoneInfo("America/New_York")) - at("16:00") == timedelta(hours=6)


def test_no_time_is_read_where_the_clock_is_changed() -> None:
    """02:30 does not exist in spring and exists twice in autumn; noon that day is plain."""
    spring = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)
    assert "clock is changed" in why("Sunday 02:30", spring)
    assert "clock is changed" in why("Sunday 02:30", autumn)
    assert at("Sunday noon", spring) == datetime(2027, 3, 28, 10, 0, tzinfo=UTC)
    assert at("Monday noon", autumn) == datetime(2026, 10, 26, 11, 0, tzinfo=UTC)


def test_new_year_and_leap_days() -> None:
    """Without a year the coming one is meant, unless that is far."""
    december = datetime(2027, 12, 30, 9, 0, tzinfo=UTC)
    assert at("2.1.", december).year == 2028
    assert at("29.2.", datetime(2028, 2, 1, 9, tzinfo=UTC)).day == 29
    assert "has passed" in why("29.2.", datetime(2028, 3, 1, 9, tzinfo=UTC))


def test_the_last_resort_reads_other_languages_exactly() -> None:
    """With an explicit day, hour and minute; everything else it does not."""
    for language, text in (("it", "24 novembre 2026 alle 15:00"), ("nl", "24 november 2026 15:00")):
        result = when.read_time(text, NOW, BERLIN, languages=(language,))
        assert isinstance(result, When), text
        assert result.at == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    for text in (
        "domani alle 15:00",
        "lunedì 15:00 e 30",
        "24 novembre a mezzogiorno",
        "5 6 7 8:00",
        "1 2 3:99",
    ):
        assert why(text, languages=("it",))
    for text in ("2/5 alle 15:00", "lunedì 5 15:00 2026"):
        assert when.guess_local_time(text, NOW, ("it",)) is None
    assert why("24 foo 2026 15:00", languages=("xx",))


def test_the_last_resort_takes_two_todays_of_one_year() -> None:
    """Else New Year itself would look like a guess."""
    for day in (1, 2, 31):
        value, two = when.bases(datetime(2026, 1 if day < 31 else 12, day, tzinfo=UTC))
        assert value.year == two.year


@pytest.mark.parametrize(
    ("delta", "ahead", "length"),
    [
        (timedelta(hours=2, minutes=10), "in 2 h 10 min", "2 h 10 min"),
        (timedelta(minutes=-40), "late by 40 min", "40 min"),
        (timedelta(seconds=59), "now", "0 min"),
        (timedelta(days=3, hours=4, minutes=5), "in 3 d 4 h", "3 d 4 h"),
        (timedelta(days=3, minutes=5), "in 3 d", "3 d"),
        (timedelta(hours=-1), "late by 1 h", "1 h"),
    ],
)
def test_timers_say_two_parts(delta: timedelta, ahead: str, length: str) -> None:
    """In whole minutes, the two biggest parts."""
    assert (when.say_timer(delta), when.say_length(delta)) == (ahead, length)


def test_what_is_behind_is_said_so() -> None:
    """For last touches."""
    assert when.say_ago(timedelta(minutes=40)) == "40 min ago"
    assert when.say_ago(timedelta(seconds=5)) == "just now"


def test_an_instant_is_said_with_its_zone() -> None:
    """Zones without a name show their offset."""
    assert when.say_instant(NOW, BERLIN) == "Fri 20 Nov 10:14 CET"
    assert when.say_instant(NOW, ZoneInfo("America/Sao_Paulo")) == "Fri 20 Nov 06:14 UTC-03"


TOKENS = [
    "by", "bis", "tomorrow", "morgen", "Monday", "next", "3pm", "15", "15:00", "24.11.", "noon",
    "de", "la", "tarde", "in", "2", "hours", "h", "Uhr", "halb", "EOD", "11/12", "Nov", "00", "at",
    "99", "o'clock", "mañana", "ce", "soir", "UTC", "CET", "-", ",", "1/1/1", "0.0.", "0000-00-00",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=6).map(" ".join) | st.text(max_size=40))
def test_reading_never_raises_and_never_leaves_the_window(text: str) -> None:
    """What is read lies ahead, within sixty days."""
    result = when.read_time(text, NOW, BERLIN)
    if isinstance(result, When):
        assert NOW < result.at <= NOW + timedelta(days=60)


@settings(deadline=None)
@given(
    st.datetimes(datetime(2026, 11, 20, 12), datetime(2027, 1, 15)),
    st.sampled_from(
        ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d.%m. um %H:%M Uhr", "%d %b %Y at %H:%M"]
    ),
)
def test_an_exact_time_comes_back_exactly(moment: datetime, shape: str) -> None:
    """To the minute, whatever the shape; small hours may be asked back."""
    moment = moment.replace(second=0, microsecond=0)
    result = when.read_time(moment.strftime(shape), NOW, BERLIN)
    assert isinstance(result, When)
    assert result.at.astimezone(BERLIN).replace(tzinfo=None) == moment


def test_the_edges_of_the_calendar_are_no_crash() -> None:
    """The year 9999 and a time at its end."""
    end = datetime(9999, 12, 30, 9, tzinfo=UTC)
    assert isinstance(when.read_time("in 2 weeks", end, BERLIN), NotRead)
    assert isinstance(when.read_time("5.1.", end, BERLIN), NotRead)
    assert isinstance(when.read_time("31st", end, BERLIN), When)


def test_a_long_text_is_no_time() -> None:
    """Eighty characters are enough for any."""
    assert "no time" in why("tomorrow " * 20)
