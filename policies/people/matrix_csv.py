"""The escalation matrix from a sheet's export: `matrix.csv` → `Matrix`, or every problem at once.

One row is one person on one tier. Somebody who holds several tiers has several rows, or one row
whose tier cell lists them (`1, 2, 3`); such a person is one id on several tiers.
"""

import re
from collections.abc import Iterator, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from deskless.policies.people import hours as working
from deskless.policies.people.csv_rows import Grid, SheetRow, cell_items, missing_column, read_sheet
from deskless.policies.people.hours import Hours
from deskless.policies.people.matrix import Matrix, Person
from deskless.policies.people.roster import slug
from deskless.policies.problems import Problem, Problems, nearest_word

# Time zones by the names that people use in a sheet.
SPOKEN = {
    "cet": "Europe/Paris", "cest": "Europe/Paris", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "gmt": "Etc/GMT", "bst": "Europe/London", "uk": "Europe/London", "eet": "Europe/Helsinki",
    "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York",
    "eastern": "America/New_York", "cst": "America/Chicago", "ct": "America/Chicago",
    "central": "America/Chicago", "mst": "America/Denver", "mountain": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles", "utc": "UTC", "z": "UTC", "germany": "Europe/Berlin",
    "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "sgt": "Asia/Singapore",
}  # fmt: skip


def zone_named(word: str) -> ZoneInfo:
    """The zone of an IANA name, a city (`Berlin`) or an abbreviation (`CET`, with its summer).

    Raises ZoneInfoNotFoundError whose second argument is what was probably meant.
    """
    known = available_timezones()
    bare = word.strip().replace(" ", "_")
    by_name = {name.casefold(): name for name in known}
    if name := SPOKEN.get(bare.casefold()) or by_name.get(bare.casefold()):
        return ZoneInfo(name)
    cities = {
        zone_name.rpartition("/")[2].casefold(): zone_name
        for zone_name in sorted(known)
        if "/" in zone_name
    }
    if name := cities.get(bare.casefold()):
        return ZoneInfo(name)
    city = nearest_word(bare, cities)
    raise ZoneInfoNotFoundError(
        word, nearest_word(bare, known) if "/" in bare else cities.get(city, "")
    )


# A tier by its number, with or without a name beside it.
NUMBERED = re.compile(
    r"(?:t|l|tier|level|stufe|ebene|niveau|nivel|line|stage)?\s*[-#:]?\s*(\d{1,2})"
    r"(?:\s*(?:st|nd|rd|th)?\s*(?:line|level|tier)?)?(?:\s*[-–—:/.(,]?\s*(?P<name>[^\d]*?)\)?)?",
    re.IGNORECASE,
)
ALL = frozenset({"all", "every", "any", "*", "alle", "tous", "todos"})


def number_tiers(
    rows: Sequence[SheetRow], problems: list[Problem]
) -> tuple[list[tuple[SheetRow, tuple[int, ...]]], dict[int, str]]:
    """Each row with its tiers, and the name of each tier.

    Numbers stand for themselves. Names come after the highest number, in the order in which the
    sheet brings them up; `T3 / Engineering` is a number with a name. `1, 2, 3` and `all` are
    somebody who holds several tiers.
    """
    seen = [(row, _parts(row["tier"])) for row in rows]
    names: dict[int, str] = {}
    for _, parts in seen:
        for part in parts:
            if number := _number(part):
                names.setdefault(number, _name(part, number))
    words = [part for _, parts in seen for part in parts if not _number(part)]
    by_name = {name.casefold(): number for number, name in names.items()}
    for word in words:
        if word.casefold() not in by_name and word.casefold() not in ALL:
            by_name[word.casefold()] = max(names, default=0) + 1
            names[by_name[word.casefold()]] = word
    result = []
    for row, parts in seen:
        if not parts:
            problems.append(row.problem("tier", f"{row['name'] or 'This row'} is on no tier."))
        result.append((row, _tiers(parts, names, by_name)))
    return result, dict(sorted(names.items()))


def _tiers(
    parts: tuple[str, ...], names: dict[int, str], by_name: dict[str, int]
) -> tuple[int, ...]:
    numbers: set[int] = set()
    for part in parts:
        if part.casefold() in ALL:
            numbers |= set(names) or {1}
        else:
            numbers.add(_number(part) or by_name[part.casefold()])
    return tuple(sorted(numbers))


def _parts(cell: str) -> tuple[str, ...]:
    """The tiers of a cell: `1, 2`, `T1-T3`, `T1 + T2`, `T3 / Engineering`."""
    if match := re.fullmatch(r"[tl]?\s*(\d)\s*[-–—]\s*[tl]?\s*(\d)", cell.strip(), re.IGNORECASE):
        return tuple(str(number) for number in range(int(match[1]), int(match[2]) + 1))
    several = re.split(r"\s*[+&]\s*", cell)
    if len(several) == 1 and re.fullmatch(r"(?:[tl]?\d+\s*/\s*)+[tl]?\d+", cell, re.IGNORECASE):
        several = cell.split("/")
    return tuple(piece for part in several for piece in cell_items(part))


def _number(part: str) -> int:
    """The number of a tier; 0 when it has only a name."""
    match = NUMBERED.fullmatch(part.strip())
    return int(match[1]) if match else 0


def _name(part: str, number: int) -> str:
    """The name behind a number; the cell itself when it says more than digits, else `T1`."""
    match = NUMBERED.fullmatch(part.strip())
    name = (match["name"] or "").strip() if match else ""
    return name or (f"T{number}" if part.strip().isdigit() else part.strip())


COLUMNS: dict[str, tuple[str, ...]] = {
    "tier": ("level", "stage", "line", "support tier", "escalation level", "step", "stufe",
             "ebene", "niveau", "nivel"),
    "name": ("owner", "person", "who", "contact", "full name", "agent", "member", "employee",
             "responsible", "assignee", "besitzer", "nom", "nombre", "tier owner", "owner name"),
    "email": ("e-mail", "mail", "emails", "e-mails", "address", "addresses", "email address",
              "email addresses", "e-mail address", "e-mail-adresse", "adresse", "correo",
              "courriel", "owner email"),
    "role": ("title", "job", "job title", "position", "team", "function", "rolle", "puesto"),
    "lead": ("tier lead", "is lead", "approver", "approves", "team lead", "leiter", "leitung"),
    "backup": ("deputy", "delegate", "stand-in", "substitute", "stands in", "cover", "fallback",
               "vertretung", "stellvertreter", "suppleant", "suplente"),
    "hours": ("working hours", "work hours", "availability", "schedule", "shift", "arbeitszeit",
              "arbeitszeiten", "horaires", "horario"),
    "zone": ("timezone", "time zone", "tz", "zeitzone", "fuseau horaire", "zona horaria"),
    "holidays": ("public holidays", "feiertage", "calendar", "jours feries", "festivos"),
    "languages": ("language", "lang", "langs", "speaks", "sprachen", "sprache", "langues",
                  "idiomas"),
    "handles": ("criteria", "types", "type", "topics", "areas", "skills", "handles types",
                "criteria or types", "takes", "themen", "sujets", "temas"),
    "phone": ("telephone", "tel", "mobile", "cell", "phone number", "telefon", "telefono"),
    "away": ("away until", "away_until", "absent until", "out until", "on leave until",
             "abwesend bis"),
}  # fmt: skip
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "☑", "lead", "ja", "oui", "si", "sí"})
NO = frozenset({"", "no", "n", "false", "0", "-", "☐", "nein", "non"})
EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
TONGUES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "francais": "fr",
    "spanish": "es", "espanol": "es", "italian": "it", "italiano": "it", "dutch": "nl",
    "nederlands": "nl", "portuguese": "pt", "portugues": "pt", "polish": "pl", "polski": "pl",
    "englisch": "en", "franzosisch": "fr", "franzoesisch": "fr", "spanisch": "es",
}  # fmt: skip
YEARS = range(2024, 2040)  # for which a row's own public holidays are laid out


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row that says nothing means: the team's zone, hours and holidays.

    `later`: holidays are laid out when somebody asks for one, and not checked before.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    hours: str = "Mon-Fri 09:00-18:00"
    free: AbstractSet[date] = frozenset()
    years: range = YEARS
    later: bool = False


def read_matrix(
    source: str | Path, defaults: Defaults | None = None, file: str = "matrix.csv"
) -> Matrix:
    """Read a matrix from a sheet's text or file (Google Sheets' CSV export as it comes).

    Tiers are numbers (`1`, `T1`, `Tier 2`) or names (`Engineering`), which are numbered in the
    sheet's order. Raises Problems with every problem, each with row and column. A path is read
    (I/O).
    """
    name = str(source) if isinstance(source, Path) else file
    return matrix_of(read_sheet(source, COLUMNS, name), defaults or Defaults())


def matrix_of(grid: Grid, defaults: Defaults) -> Matrix:
    """The matrix of a sheet already split into rows. Raises Problems."""
    problems = [
        missing_column(grid, column, why)
        for column, why in (
            ("tier", "say on which tier each person stands, such as `1`"),
            ("email", "brief mails need an address"),
        )
        if column not in grid.headers
    ]
    if not grid.rows:
        problems.append(Problem(grid.file, 0, 0, "The sheet lists nobody."))
    if problems:
        raise Problems(problems)
    everybody = [record for row in grid.rows for record in row_per_person(row)]
    rows, tier_names = number_tiers(everybody, problems)
    people = [
        replace(person, tier=tier)
        for row, tiers in rows
        for person in [_person(row, defaults, problems)]
        for tier in tiers
    ]
    people = _joined(people, [row for row, tiers in rows for _ in tiers], problems)
    people = _backups(people, [row for row, tiers in rows for _ in tiers], problems)
    if any(not problem.warning for problem in problems):
        raise Problems(problems)
    return Matrix(tuple(people), tier_names)


def row_per_person(row: SheetRow) -> list[SheetRow]:
    """A row as one row a person: `Ana, Ben` beside two addresses are two people."""
    names, emails = cell_items(row["name"]), cell_items(row["email"].replace(" ", ","))
    if len(names) < 2 or len(names) != len(emails):
        return [row]
    return [
        replace(row, cells={**row.cells, "name": name, "email": email})
        for name, email in zip(names, emails, strict=True)
    ]


def _person(row: SheetRow, defaults: Defaults, problems: list[Problem]) -> Person:
    """One row as a person on no tier yet; `backup` still holds the sheet's word."""
    emails = tuple(_emails(row, problems))
    name = row["name"] or (emails[0].partition("@")[0] if emails else "")
    return Person(
        id=slug(name) if slug(name) != "x" else slug(emails[0] if emails else "x"),
        name=name,
        emails=emails,
        tier=0,
        role=row["role"],
        hours=_hours(row, defaults, problems),
        lead=_lead(row, problems),
        backup=row["backup"] or None,
        languages=tuple(
            TONGUES.get(slug(code), code.lower()[:2]) for code in cell_items(row["languages"])
        ),
        handles=tuple(handle.casefold() for handle in cell_items(row["handles"])),
        phone=row["phone"],
        away_until=_away(row, problems),
    )


def _emails(row: SheetRow, problems: list[Problem]) -> Iterator[str]:
    cell = row["email"]
    if not cell:
        problems.append(row.problem("email", f"{row['name'] or 'This row'} has no address."))
    for part in cell_items(cell.replace(" ", ",")):
        if part.startswith("<") or "@" in part:
            bare = part.strip("<>()").removeprefix("mailto:").lower()
            if EMAIL.fullmatch(bare) and bare.isascii():
                yield bare
                continue
            problems.append(row.problem("email", f"`{part}` is not a mail address."))
    if cell and "@" not in cell:
        problems.append(row.problem("email", f"`{cell}` is not a mail address."))


def _hours(row: SheetRow, defaults: Defaults, problems: list[Problem]) -> Hours:
    zone, free = defaults.zone, defaults.free
    if row["zone"]:
        try:
            zone = zone_named(row["zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            meant = error.args[1] if len(error.args) > 1 else ""
            text = f"`{row['zone']}` is not a time zone; write `Europe/Berlin`."
            problems.append(row.problem("zone", text, meant))
    try:
        if row["holidays"]:
            read = working.FreeDays if defaults.later else working.free_days
            free = read(row["holidays"], defaults.years)
    except ValueError as error:
        problems.append(row.problem("holidays", str(error)))
    try:
        return working.parse_hours(row["hours"] or defaults.hours, zone, free)
    except ValueError as error:
        problems.append(row.problem("hours", str(error)))
        return Hours(zone, ((),) * 7, free)


def _lead(row: SheetRow, problems: list[Problem]) -> bool:
    word = row["lead"].casefold()
    if word in YES | NO:
        return word in YES
    if word in {row["name"].casefold(), row["email"].casefold()}:
        return True  # a sheet that names each tier's lead in every row of it
    if EMAIL.fullmatch(word) or " " in word or row["lead"].istitle():
        return False
    text = f"`{row['lead']}` is neither yes nor no."
    problems.append(row.problem("lead", text, nearest_word(word, ("yes", "no"))))
    return False


def _away(row: SheetRow, problems: list[Problem]) -> str:
    if not row["away"]:
        return ""
    try:
        return date.fromisoformat(row["away"]).isoformat()
    except ValueError:
        text = f"`{row['away']}` is not a date; write `2026-12-24`."
        problems.append(row.problem("away", text))
        return ""


def _joined(people: list[Person], rows: list[SheetRow], problems: list[Problem]) -> list[Person]:
    """One id for one address; two people never share an id or an address."""
    owner: dict[str, str] = {}
    taken: dict[str, str] = {}
    done: set[tuple[str, int]] = set()
    joined = []
    for person, row in zip(people, rows, strict=True):
        id = next((owner[email] for email in person.emails if email in owner), "")  # noqa: A001
        if id and slug(person.name) != slug(taken[id]):
            text = f"`{person.emails[0]}` already belongs to {taken[id]}."
            problems.append(row.problem("email", text))
        id = id or _free(person.id, taken)  # noqa: A001
        taken.setdefault(id, person.name)
        owner |= dict.fromkeys(person.emails, id)
        if (id, person.tier) in done:
            problems.append(row.problem("tier", f"{person.name} stands on this tier twice."))
        done.add((id, person.tier))
        joined.append(replace(person, id=id))
    return joined


def _free(id: str, taken: dict[str, str]) -> str:  # noqa: A002
    """`id`, or the first of `id-2`, `id-3`, … that is free: two people may share a name."""
    number, free = 2, id
    while free in taken:
        free, number = f"{id}-{number}", number + 1
    return free


def _backups(people: list[Person], rows: list[SheetRow], problems: list[Problem]) -> list[Person]:
    """The sheet's word for who stands in, as an id."""
    by_word = {
        word: teammate.id
        for teammate in people
        for word in (teammate.id, slug(teammate.name), *teammate.emails)
    }
    done = []
    for person, row in zip(people, rows, strict=True):
        word = (person.backup or "").lower()
        id = by_word.get(word) or by_word.get(slug(word)) if word else None  # noqa: A001
        if word and id is None:
            text = f"`{row['backup']}` is nobody in this sheet."
            meant = nearest_word(row["backup"], [teammate.name for teammate in people])
            problems.append(row.problem("backup", text, meant))
        if word and id == person.id:
            problems.append(row.problem("backup", f"{person.name} cannot stand in for themselves."))
            id = None  # noqa: A001
        done.append(replace(person, backup=id))
    return done
