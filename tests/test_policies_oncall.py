"""Who is on call: the rota as a sheet or a calendar, and what it does to who is asked."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from policies_given import NOON, SHEET, facts, matrix, policy

from deskless.policies.people.matrix import Matrix, Shift
from deskless.policies.people.oncall import read_rota, rota_gap
from deskless.policies.problems import Problems
from deskless.policies.settle.next_owner import Desk, suggest_owner

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def rota(folder: Path, text: str, name: str = "oncall.csv") -> tuple[Shift, ...]:
    """The shifts of a folder with this rota, by the matrix of the other tests."""
    (folder / name).write_text(text)
    return read_rota(folder, matrix(), BERLIN)


@pytest.mark.parametrize(
    ("head", "line", "start", "end"),
    [
        ("from,until,who", "2026-11-30 09:00,2026-12-07 09:00,Dev", "30T08:00", "07T08:00"),
        ("from,until,who", "2026-11-30,2026-12-06,dev@acme.example", "29T23:00", "06T23:00"),
        ("who;from;to", "Dev;30.11.2026 09:00;07.12.2026 09:00", "30T08:00", "07T08:00"),
        ("Von;Bis;Wer", "30.11.2026;06.12.2026;Dev", "29T23:00", "06T23:00"),
        ("start,end,engineer", "2026-11-30T09:00Z,2026-12-07T09:00Z,dev", "30T09:00", "07T09:00"),
    ],
)
def test_a_line_of_a_sheet_is_a_shift(
    head: str, line: str, start: str, end: str, tmp_path: Path
) -> None:
    """In the team's zone, by any usual headers; a bare day is the whole of it."""
    [shift] = rota(tmp_path, f"{head}\n{line}\n")
    assert shift.person == "dev"
    assert f"{shift.start:%dT%H:%M}" == start
    assert f"{shift.end:%dT%H:%M}" == end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from,until,who\n2026-11-30,2026-12-06,Devv\n", "`Devv` is nobody in matrix.csv"),
        ("from,until,who\nMonday,2026-12-06,Dev\n", "`Monday` is no time; write `2026-11-30"),
        ("from,until,who\n2026-12-06,2026-11-30,Dev\n", "ends before it begins"),
        ("from,who\n2026-12-06,Dev\n", "The column `until` is missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, words: str, tmp_path: Path) -> None:
    """What was wrong, where, and what to write."""
    with pytest.raises(Problems, match=words) as trouble:
        rota(tmp_path, text)
    assert "oncall.csv" in str(trouble.value)


EVENT = """BEGIN:VEVENT\r\nUID:{0}\r\nSUMMARY:{1}\r\nDTSTART{2}\r\nDTEND{3}\r\n{4}END:VEVENT\r\n"""


def calendar(*entries: str) -> str:
    """An iCalendar file."""
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{''.join(entries)}END:VCALENDAR\r\n"
    )


def test_a_calendar_repeats_its_weeks(tmp_path: Path) -> None:
    """Two people in turn, a week left out, and the same hour where the clocks change."""
    zone = ";TZID=Europe/Berlin:"
    weekly = "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4\r\n"
    shifts = rota(
        tmp_path,
        calendar(
            EVENT.format(
                1, "On call: Cleo", f"{zone}20261012T090000", f"{zone}20261019T090000",
                f"{weekly}EXDATE{zone}20261109T090000\r\n",
            ),
            EVENT.format(
                2, "weekend", f"{zone}20261019T090000", f"{zone}20261026T090000",
                f"{weekly}ATTENDEE:mailto:dev@acme.example\r\n",
            ),
        ),
        "oncall.ics",
    )  # fmt: skip
    starts = [(shift.person, f"{shift.start:%d %b %H:%M}") for shift in shifts]
    assert starts == [
        ("cleo", "12 Oct 07:00"), ("cleo", "26 Oct 08:00"), ("cleo", "23 Nov 08:00"),
        ("dev", "19 Oct 07:00"), ("dev", "02 Nov 08:00"), ("dev", "16 Nov 08:00"),
        ("dev", "30 Nov 08:00"),
    ]  # fmt: skip
    assert f"{shifts[3].end:%d %b %H:%M}" == "26 Oct 08:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "The calendar cannot be read"),
        (
            calendar(EVENT.format(1, "the team", ":20261012T090000", ":20261019T090000", "")),
            "`the team` names nobody",
        ),
        (
            calendar("BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dev\r\nEND:VEVENT\r\n"),
            "has no times that can be read",
        ),
    ],
)
def test_a_calendar_that_cannot_be_read_is_told(text: str, words: str, tmp_path: Path) -> None:
    """Never an empty rota in silence."""
    with pytest.raises(Problems, match=words):
        rota(tmp_path, text, "oncall.ics")


def test_two_rotas_are_one_too_many(tmp_path: Path) -> None:
    """Which of the two counts is for a person to say."""
    (tmp_path / "oncall.ics").write_text(calendar())
    with pytest.raises(Problems, match="keep one of the two"):
        rota(tmp_path, "from,until,who\n")
    (tmp_path / "oncall.csv").unlink()
    assert read_rota(tmp_path, matrix(), BERLIN) == ()


WEEK = Shift("dev", NOON - DAY, NOON + 6 * DAY)
SWAP = Shift("cleo", NOON + DAY, NOON + 2 * DAY)
NEXT = Shift("cleo", WEEK.end, WEEK.end + 7 * DAY)


def on_call(*shifts: Shift) -> Matrix:
    """The matrix of the other tests with these shifts."""
    known = matrix(SHEET)
    return Matrix(known.people, known.tier_names, shifts)


def test_a_swapped_day_is_one_line_more() -> None:
    """The shorter shift counts, of two that are as long the later line."""
    people = on_call(WEEK, SWAP, NEXT)
    days = [people.on_call(NOON + number * DAY) for number in (-2, 0, 1, 2, 6, 20)]
    assert [shift.person if shift else None for shift in days] == [
        None, "dev", "cleo", "dev", "cleo", None,
    ]  # fmt: skip
    assert on_call(WEEK, Shift("cleo", WEEK.start, WEEK.end)).on_call(NOON).person == "cleo"
    assert rota_gap(people.shifts, NOON) == NEXT.end
    assert rota_gap(people.shifts, NOON, DAY) is None
    assert people.with_ids({"dev@acme.example": "p7"}).on_call(NOON).person == "p7"


@pytest.mark.parametrize(
    ("shifts", "owner", "more", "person", "why"),
    [
        ((WEEK,), "on call", {}, "dev", "is on call until Tue 24 Nov 12:00 UTC;"),
        ((WEEK, NEXT), "on-call", {}, "dev", "until Tue 24 Nov 12:00 UTC, then Cleo"),
        ((WEEK, SWAP), "On Call", {"now": NOON + 1.5 * DAY}, "cleo", "until Fri 20 Nov 12:00 UTC"),
        ((WEEK,), "Billing", {}, "cleo", "the criterion `refund` names Billing"),
        ((), "on call", {}, "cleo", "is at work now"),
        ((WEEK,), "on call", {"passed": frozenset({"dev"})}, "cleo", "is at work now"),
        ((Shift("maya", NOON, NOON + DAY),), "on call", {}, "cleo", "is at work now"),
    ],
)
def test_a_criterion_asks_for_who_is_on_call(
    shifts: tuple[Shift, ...], owner: str, more: dict[str, object], person: str, why: str
) -> None:
    """By night, too; nobody twice; no tier is skipped for it; else as without a rota."""
    desk = Desk(on_call(*shifts), **({"now": NOON} | more))  # type: ignore[arg-type]
    suggestion = suggest_owner(desk, (policy(owner=owner),), facts())
    assert suggestion.person == person
    assert why in suggestion.why
