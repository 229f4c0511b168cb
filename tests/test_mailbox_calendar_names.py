"""The names of months and weekdays, in every language that mail is read in."""

from zoneinfo import ZoneInfo

import pytest

from deskless.mailbox.calendar_names import inner_date, months, weekdays, written_date
from deskless.mailbox.sender.away import LANGUAGES


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("march", 3), ("mar", 3), ("märz", 3), ("marz", 3), ("maerz", 3), ("février", 2),
        ("fevrier", 2), ("févr", 2), ("août", 8), ("enero", 1), ("sept", 9), ("okt", 10),
        ("maggio", 5), ("maio", 5), ("mei", 5),
    ],
)  # fmt: skip
def test_a_month_is_known_as_people_write_it(word: str, number: int) -> None:
    """Whole or short, with accents, without them, or with umlauts spelt out."""
    assert months(LANGUAGES)[word] == number


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("monday", 0), ("montag", 0), ("lundi", 0), ("lunes", 0), ("miércoles", 2),
        ("miercoles", 2), ("fr", 4), ("ven", 4), ("sáb", 5), ("sonntag", 6), ("terça-feira", 1),
    ],
)  # fmt: skip
def test_a_weekday_is_known_as_people_write_it(word: str, number: int) -> None:
    """Monday is 0."""
    assert weekdays(LANGUAGES)[word] == number


def test_no_word_is_two_months_or_two_weekdays() -> None:
    """Languages are read together, so a name may mean one thing only."""
    for names in (months, weekdays):
        alone = [names((language,)) for language in LANGUAGES]
        for item in alone:
            assert len(set(item.values())) == (12 if names is months else 7)
            assert item.items() <= names(LANGUAGES).items()


def test_the_whole_names_alone_are_no_everyday_words() -> None:
    """Portuguese *sex* and *qui* stand in other languages' mails."""
    assert not {"sex", "qui", "mar", "so"} & weekdays(LANGUAGES, ("wide",)).keys()


WRITTEN = [
    ("Mon, 23 Nov 2026 at 09:00", "2026-11-23 09:00"),
    ("Mon, Nov 23, 2026 at 9:12 PM", "2026-11-23 21:12"),
    ("Monday, November 23, 2026 12:05 AM", "2026-11-23 00:05"),
    ("23.11.2026 10:00", "2026-11-23 10:00"),
    ("23.11.26, 10:00", "2026-11-23 10:00"),
    ("Montag, 23. November 2026 10:00", "2026-11-23 10:00"),
    ("Mo., 23. Nov. 2026 um 10:00 Uhr", "2026-11-23 10:00"),
    ("23. November 2026 um 10:00:00 MEZ", "2026-11-23 10:00"),
    ("lundi 23 novembre 2026 10:00", "2026-11-23 10:00"),
    ("lun. 23 nov. 2026 à 10h05", "2026-11-23 10:05"),
    ("23 de noviembre de 2026, 10:00:00 CET", "2026-11-23 10:00"),
    ("23/11/2026 10:00", "2026-11-23 10:00"),
    ("11/23/2026 10:00 AM", "2026-11-23 10:00"),
    ("понедельник, 23 ноября 2026 г. 10:00", "2026-11-23 10:00"),
    ("2026年11月23日 10:00", "2026-11-23 10:00"),
    ("2026-11-23 10:00", "2026-11-23 10:00"),
    ("November 23, 2026", "2026-11-23 00:00"),
    ("03/04/2026 10:00", None),
    ("31 February 2026", None),
    ("soon", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "instant"), WRITTEN)
def test_the_date_that_a_program_wrote_into_a_forward(text: str, instant: str | None) -> None:
    """As people read it, in many languages; what could be two days is none."""
    date = written_date(text)
    assert (f"{date:%Y-%m-%d %H:%M}" if date else None) == instant


INNER = [
    ("Fri, 20 Nov 2026 16:12:00 +0100", "2026-11-20 15:12"),
    ("Fri, 20 Nov 2026 07:12:00 -0800 (PST)", "2026-11-20 15:12"),
    ("Nov 20, 2026, 16:12 GMT+1", "2026-11-20 15:12"),
    ("Tuesday, May 5, 2026, 10:00:00 AM GMT+2", "2026-05-05 08:00"),
    ("20 Nov 2026, 16:12 UTC-03:30", "2026-11-20 19:42"),
    ("20 Nov 2026, 16:12 GMT", "2026-11-20 16:12"),
    ("2026-11-20 16:12:00Z", "2026-11-20 16:12"),
    ("20. November 2026 um 16:12:10 MEZ", "2026-11-20 15:12"),
    ("Friday, November 20, 2026 4:12 PM", "2026-11-20 15:12"),
    ("20.11.2026 16:12", "2026-11-20 15:12"),
    ("20 Nov 2026", "2026-11-19 23:00"),
    ("03/04/2026 10:00", None),
    ("yesterday", None),
    ("", None),
]
"""A date inside a forward, and its instant; a forwarder in Berlin lends the zone it leaves out."""


@pytest.mark.parametrize(("field", "utc"), INNER)
def test_the_date_inside_a_forward_is_an_instant(field: str, utc: str | None) -> None:
    """Its own zone first, then the forwarder's; day and month that could be either are none."""
    at = inner_date(field, ZoneInfo("Europe/Berlin"))
    assert (f"{at:%Y-%m-%d %H:%M}" if at else None) == utc
