"""Who is on call: a rota beside the matrix, as a sheet (`oncall.csv`) or a calendar (`oncall.ics`).

A criterion asks for it with `owner: on call`. Where two shifts overlap, the shorter one counts, of
two that are as long the later line: so a day that was swapped is one line more, and the rota itself
stays as it is. Where nobody is on call, the matrix alone decides.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from deskless.policies.people.csv_rows import SheetRow, missing_column, read_sheet
from deskless.policies.people.matrix import Matrix, Person, Shift
from deskless.policies.people.roster import is_called
from deskless.policies.problems import Problem, Problems, nearest_word

if TYPE_CHECKING:
    import icalendar

COLUMNS = {
    "from": ("start", "starts", "begin", "since", "von", "ab", "du", "desde"),
    "until": ("to", "end", "ends", "till", "bis", "au", "hasta"),
    "who": ("person", "name", "on call", "oncall", "email", "engineer", "wer", "qui", "quien"),
}
DAY = timedelta(days=1)
FORMS = ("%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y")
"""How a spreadsheet writes an instant, beside ISO 8601; a month is never first."""
REPEATS = 1000
"""Of a repeated calendar entry so many shifts are laid out: a daily one for almost three years."""


def read_rota(folder: Path, matrix: Matrix, zone: ZoneInfo) -> tuple[Shift, ...]:
    """The shifts of the folder's rota, none where it has none. Times without a zone are `zone`'s.

    Raises Problems with every line that cannot be read, and where both files are there.
    """
    sheet, calendar = folder / "oncall.csv", folder / "oncall.ics"
    if sheet.is_file() and calendar.is_file():
        text = "There is also `oncall.ics`; keep one of the two."
        raise Problems([Problem(str(sheet), 0, 0, text)])
    if sheet.is_file():
        return _of_sheet(sheet, matrix, zone)
    return _of_calendar(calendar, matrix, zone) if calendar.is_file() else ()


def rota_gap(shifts: Iterable[Shift], now: datetime, span: timedelta = 14 * DAY) -> datetime | None:
    """The first instant (UTC) from `now` within `span` at which nobody is on call; None: none."""
    at = now
    for shift in sorted(shifts, key=lambda shift: shift.start):
        if shift.start <= at < shift.end:
            at = shift.end
    return at if at < now + span else None


def _of_sheet(path: Path, matrix: Matrix, zone: ZoneInfo) -> tuple[Shift, ...]:
    grid = read_sheet(path, COLUMNS)
    problems = [
        missing_column(grid, column, "a line says from when until when who is on call")
        for column in COLUMNS
        if column not in grid.headers
    ]
    shifts = [_shift(row, matrix, zone, problems) for row in grid.rows if not problems]
    if problems:
        raise Problems(problems)
    return tuple(filter(None, shifts))


def _shift(row: SheetRow, matrix: Matrix, zone: ZoneInfo, problems: list[Problem]) -> Shift | None:
    start, end = (_instant(row, column, zone, problems) for column in ("from", "until"))
    person = _person(matrix, row["who"])
    if person is None:
        names = [teammate.name for teammate in matrix.people]
        text = f"`{row['who']}` is nobody in matrix.csv."
        problems.append(row.problem("who", text, nearest_word(row["who"], names)))
    if start is None or end is None or person is None:
        return None
    if end <= start:
        problems.append(row.problem("until", f"The shift of {person.name} ends before it begins."))
        return None
    return Shift(person.id, start, end)


def _instant(
    row: SheetRow, column: str, zone: ZoneInfo, problems: list[Problem]
) -> datetime | None:
    """A cell as an instant (UTC). A bare day begins with it, and ends with it under `until`."""
    cell = row[column]
    at = read_local(cell)
    if at is None:
        text = f"`{cell}` is no time; write `2026-11-30 09:00` or `2026-11-30`."
        problems.append(row.problem(column, text))
        return None
    if column == "until" and ":" not in cell:
        at += DAY
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def read_local(cell: str) -> datetime | None:
    """`2026-11-30 09:00`, `2026-11-30T09:00+01:00`, `30.11.2026`; None where it is none."""
    for read in (datetime.fromisoformat, *(_by(form) for form in FORMS)):
        try:
            return read(" ".join(cell.split()))
        except ValueError:
            continue
    return None


def _by(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 - the caller knows the zone


def _person(matrix: Matrix, words: str) -> Person | None:
    """Whom a cell or the title of a calendar entry names: whole, else by name within the words."""
    for person in matrix.people:
        if is_called(person, words):
            return person
    bare = words.casefold()
    inside = [
        person for person in matrix.people
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", bare) for name in _names(person))
    ]  # fmt: skip
    return inside[0] if len({person.id for person in inside}) == 1 else None


def _names(person: Person) -> tuple[str, ...]:
    """The name, the first name and the addresses of a person, in lower case."""
    name = person.name.casefold()
    return tuple(filter(None, (name, *name.split()[:1], *person.emails)))


def _of_calendar(path: Path, matrix: Matrix, zone: ZoneInfo) -> tuple[Shift, ...]:
    """The entries of an iCalendar file (RFC 5545). Raises Problems."""
    import icalendar  # 0.2 s to import, and only a team with such a file needs it

    try:
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
    except (OSError, ValueError) as error:
        text = f"The calendar cannot be read: {error}."
        raise Problems([Problem(str(path), 0, 0, text)]) from error
    problems: list[Problem] = []
    shifts: list[Shift] = []
    for entry in calendar.events:
        title = str(entry.get("SUMMARY", ""))
        mails = entry.get("ATTENDEE", [])
        words = [str(mail).casefold().removeprefix("mailto:") for mail in
                 (mails if isinstance(mails, list) else [mails])]  # fmt: skip
        person = next(filter(None, (_person(matrix, word) for word in (*words, title))), None)
        if person is None:
            text = f"The entry `{title}` names nobody of matrix.csv, or several."
            problems.append(Problem(str(path), 0, 0, text))
            continue
        try:
            shifts += [Shift(person.id, start, end) for start, end in _times(entry, zone)]
        except ValueError as error:
            text = f"The entry `{title}` has no times that can be read: {error}"
            problems.append(Problem(str(path), 0, 0, text))
    if problems:
        raise Problems(problems)
    return tuple(shifts)


def _times(entry: "icalendar.Event", zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Start and end (UTC) of an entry and of its repetitions, less those that it leaves out."""
    from dateutil.rrule import rrulestr

    begin, end = entry.start, entry.end  # raises where the entry says neither
    length = end - begin
    local = _local(begin, zone)
    times = [local]
    if rule := entry.get("RRULE"):
        text = rule.to_ical().decode()
        # The rule's end must be of the same kind as the start it is counted from.
        text = re.sub(r"(UNTIL=\d{8})(?:T\d{6}Z?)?", r"\1T235959", text)
        laid = rrulestr(text, dtstart=local.replace(tzinfo=None))
        times = [at.replace(tzinfo=local.tzinfo) for at in islice(laid, REPEATS)]
    left = entry.get("EXDATE", [])
    skipped = {
        _local(day.dt, zone).astimezone(UTC)
        for part in (left if isinstance(left, list) else [left])
        for day in part.dts
    }
    for at in times:
        if at.astimezone(UTC) not in skipped:
            # By the wall: a shift of a week ends at the same hour, also where the clocks change.
            yield at.astimezone(UTC), (at + length).astimezone(UTC)


def _local(at: date, zone: ZoneInfo) -> datetime:
    """A calendar's time: a bare day begins at midnight, and what names no zone is the team's."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), zone)
    return at if at.tzinfo else at.replace(tzinfo=zone)
