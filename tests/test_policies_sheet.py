"""Sheets: the matrix, the accounts, and a combined matrix turned into files."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given, strategies as st
from policies_given import SHEET, refused

from deskless.policies.book.book import cross_problems, parse_policy
from deskless.policies.people.accounts import read_accounts
from deskless.policies.people.matrix_csv import Defaults, read_matrix
from deskless.policies.problems import Problems
from deskless.policies.tools.convert import import_matrix

GERMAN = (
    "\ufeffBesitzer ;Stufe; E-Mail-Adresse ;Vertretung;Leitung;Zeitzone;Sprachen\r\n"
    'Ana Ruíz;T1;"ana@acme.example, a.ruiz@acme.example";ben;;Madrid;"Englisch, es"\r\n'
    "\r\n"
    "Ben;T1;BEN@acme.example;;nein;CET;de\r\n"
    "Zoë Müller;Tier 2;<zoe@acme.example>;;ja;;\r\n"
)


def test_a_sheet_is_read_whatever_its_headers_order_and_separators() -> None:
    """Semicolons, a byte order mark, German headers, spaces, quoted lists, blank lines."""
    got = read_matrix(GERMAN)
    ana, ben, zoe = got.people
    assert (ana.id, ana.emails) == ("ana-ruiz", ("ana@acme.example", "a.ruiz@acme.example"))
    assert (ana.backup, ana.languages, str(ana.hours.zone)) == (
        "ben",
        ("en", "es"),
        "Europe/Madrid",
    )
    assert (ben.emails, ben.lead, ben.tier) == (("ben@acme.example",), False, 1)
    assert (zoe.id, zoe.lead, zoe.tier) == ("zoe-mueller", True, 2)
    assert got.tier_names == {1: "T1", 2: "Tier 2"}


def test_tabs_work_too() -> None:
    """Pasted from a sheet."""
    assert read_matrix(SHEET.replace('"en, de"', "en").replace(",", "\t")).tiers() == (1, 2, 3)


@pytest.mark.parametrize(
    ("cells", "tiers", "names"),
    [
        ("1 2 3", [1, 2, 3], {1: "T1", 2: "T2", 3: "T3"}),
        ("T1 T2 Engineering Manager", [1, 2, 3, 4], {3: "Engineering", 4: "Manager"}),
        ("Frontline Specialists Frontline Founder", [1, 2, 1, 3], {1: "Frontline", 3: "Founder"}),
        ("L1 Level-2 T3/Engineering", [1, 2, 3], {1: "L1", 3: "Engineering"}),
        ("1 engineering Engineering", [1, 2, 2], {2: "engineering"}),
    ],
)
def test_tiers_are_numbers_or_names_in_the_sheets_order(
    cells: str, tiers: list[int], names: dict[int, str]
) -> None:
    """Names are numbered after the numbers, as the sheet brings them up."""
    rows = [f"{tier},P{n},p{n}@acme.example" for n, tier in enumerate(cells.split())]
    got = read_matrix("tier,name,email\n" + "\n".join(rows))
    assert [person.tier for person in got.people] == tiers
    assert names.items() <= got.tier_names.items()


@pytest.mark.parametrize("cell", ['"1, 2, 3"', "1-3", "T1 + T2 + T3", "1/2/3", "all"])
def test_one_person_may_hold_all_tiers(cell: str) -> None:
    """One person may be the team: the founder is everybody, with one id."""
    got = read_matrix(f"tier,name,email\n{cell},Maya,maya@acme.example\n3,Bo,bo@acme.example\n")
    assert [person.tier for person in got.people if person.id == "maya"] in ([1, 2, 3], [3])
    if cell != "all":
        assert [person.tier for person in got.people] == [1, 2, 3, 3]


def test_the_same_person_on_two_rows_is_one_person() -> None:
    """The address tells."""
    got = read_matrix("tier,name,email\n1,Maya,m@acme.example\n2,Maya,M@acme.example\n")
    assert [(person.id, person.tier) for person in got.people] == [("maya", 1), ("maya", 2)]


def test_two_people_of_one_name_get_two_ids() -> None:
    """Their addresses differ."""
    got = read_matrix("tier,name,email\n1,Ana,a@acme.example\n2,Ana,b@acme.example\n")
    assert [person.id for person in got.people] == ["ana", "ana-2"]


def test_several_people_in_one_cell_are_several_people() -> None:
    """As many names as addresses."""
    got = read_matrix('tier,name,email\n1,"Ana, Ben","a@acme.example; b@acme.example"\n')
    assert [(person.name, person.emails) for person in got.people] == [
        ("Ana", ("a@acme.example",)),
        ("Ben", ("b@acme.example",)),
    ]


def test_what_a_row_leaves_out_comes_from_the_team() -> None:
    """Zone and hours have defaults; a row's own holidays win."""
    from zoneinfo import ZoneInfo

    team = Defaults(ZoneInfo("Europe/Berlin"), "Mon-Thu 8-16", frozenset({date(2026, 12, 24)}))
    text = "tier,name,email,hours,zone,holidays\n1,A,a@x.example,,,\n1,B,b@x.example,24/7,UTC,US\n"
    a, b = read_matrix(text, team).people
    assert (str(a.hours.zone), a.hours.free, len(a.hours.week[4])) == (
        "Europe/Berlin",
        {date(2026, 12, 24)},
        0,
    )
    assert b.hours.always
    assert date(2026, 7, 4) in b.hours.free


def test_every_problem_of_a_sheet_is_told_with_row_and_column() -> None:
    """At once."""
    with pytest.raises(Problems) as error:
        read_matrix(
            "Level,Who,Mail,Time zone,Lead,Deputy\n"
            "1,Ana,ana at acme,Europe/Berln,perhaps,Anna\n"
            ",Ben,ben@acme.example,,,Ben\n"
            "1,Cleo,ana@acme.example,,,Bn\n"
        )
    assert [(problem.line, problem.text.partition(":")[0]) for problem in error.value.problems] == [
        (2, "Mail"),
        (2, "Time zone"),
        (2, "Lead"),
        (2, "Deputy"),
        (3, "Level"),
        (4, "Deputy"),
    ]


@given(st.text(max_size=300))
def test_no_text_breaks_a_sheet(text: str) -> None:
    """A matrix or problems; accounts or problems."""
    for reader in (read_matrix, read_accounts, import_matrix):
        for whole in (text, f"tier,name,email,criteria,customer,domain\n{text}"):
            error = refused(Problems, partial(reader, whole))
            assert error is None or error.problems


ACCOUNTS = (
    "Account name,Domain,Plan,ARR,Renewal date,CSM,Preferred channel\n"
    'Harbour Ltd,harbour.example,Enterprise,"€48,000",2027-03-31,Maya,phone\n'
    "Mill,https://www.mill.example/en,gold,1.2M,31.12.2026,,\n"
    '"Ida Berg","ida.berg@gmail.com; @berg.example",,12k,,,email\n'
)


@pytest.mark.parametrize(
    ("email", "customer"),
    [
        ("X@Harbour.example", "Harbour Ltd"),
        ("x@eu.harbour.example", "Harbour Ltd"),
        ("x@notharbour.example", None),
        ("ida.berg@gmail.com", "Ida Berg"),
        ("other@gmail.com", None),
        ("i@berg.example", "Ida Berg"),
        ("x@mill.example", "Mill"),
        ("", None),
    ],
)
def test_a_customer_is_found_by_address_then_by_domain(email: str, customer: str | None) -> None:
    """A free-mail domain says nothing about anybody."""
    result = read_accounts(ACCOUNTS).find(email)
    assert (result.customer if result else None) == customer


def test_what_is_at_stake_is_read_in_any_notation() -> None:
    """Sums, dates, channels."""
    harbour, mill, ida = read_accounts(ACCOUNTS).accounts
    assert (harbour.revenue, mill.revenue, ida.revenue) == (48_000, 1_200_000, 12_000)
    assert (harbour.renewal, mill.renewal) == (date(2027, 3, 31), date(2026, 12, 31))
    assert (harbour.channel, mill.channel, harbour.tier) == ("call", "email", "enterprise")


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["03/31/2027", "01/02/2027"], [date(2027, 3, 31), date(2027, 1, 2)]),
        (["31/03/2027", "01/02/2027"], [date(2027, 3, 31), date(2027, 2, 1)]),
        (["3 March 2027", "Mar 3, 2027"], [date(2027, 3, 3), date(2027, 3, 3)]),
    ],
)
def test_a_date_is_read_by_what_the_other_rows_show(cells: list[str], dates: list[date]) -> None:
    """One row with a day above twelve settles the column."""
    rows = [f'C{n},c{n}.example,"{cell}"' for n, cell in enumerate(cells)]
    got = read_accounts("customer,domain,renewal\n" + "\n".join(rows))
    assert [account.renewal for account in got.accounts] == dates


def test_a_date_that_may_be_two_is_asked_about() -> None:
    """No guessing."""
    with pytest.raises(Problems, match="may be two dates"):
        read_accounts("customer,domain,renewal\nA,a.example,03/04/2027\n")


def test_a_combined_matrix_becomes_files_that_pass_their_own_check() -> None:
    """Tiers, owners and criteria in one sheet; merged cells leave blanks below."""
    imported = import_matrix(
        "Tier,Owner,Email,Escalate when,SLA,Priority\n"
        'T1,"Ana, Ben","ana@x.example, ben@x.example",,,\n'
        'T2,Cleo,cleo@x.example,"- Refund above €500\n- Chargeback threat",within 2h,high\n'
        "Engineering,Dev,dev@x.example,Site is down: checkout or login,15 min,P1\n"
        ",Dee,dee@x.example,site is down: checkout or login,,\n"
    )
    files = imported.files
    matrix = read_matrix(files.pop("matrix.csv"))
    assert [(person.id, person.tier) for person in matrix.people] == [
        ("ana", 1),
        ("ben", 1),
        ("cleo", 2),
        ("dev", 3),
        ("dee", 3),
    ]
    policies = [parse_policy(text, path) for path, text in files.items()]
    assert not cross_problems(policies, matrix)
    assert [
        (policy.id, policy.severity, policy.owner, policy.answer_within) for policy in policies
    ] == [
        ("refund-above-500", "SEV-2", "T2", "2h"),
        ("chargeback-threat", "SEV-2", "T2", "2h"),
        ("site-is-down-checkout-or-login", "SEV-1", "Engineering", "15 min"),
    ]


def test_a_sheet_says_what_it_cannot_read() -> None:
    """Row and column; the criterion itself is not lost by it."""
    imported = import_matrix("Tier,Criteria,SLA,Severity\n1,Refunds,soonish,terrible\n")
    assert [problem.text.partition(":")[0] for problem in imported.doubts] == ["Severity", "SLA"]
    policy = parse_policy(imported.files["policies/refunds.md"], "refunds.md")
    assert (policy.severity, policy.answer_within) == ("SEV-3", "")


@pytest.mark.parametrize(
    ("sheet", "files", "remarks"),
    [
        (
            "Nr,Was eskaliert wird,Wer\n"
            "1,Der Shop ist für alle Kunden nicht erreichbar,Dev\n2,,Cleo\n",
            {"policies/der-shop-ist-fuer-alle-kunden.md"},
            [
                "The column `Was eskaliert wird` is read as the criteria: it is the one with "
                "sentences.",
                "The sheet has no tiers, so no matrix.csv is made.",
                "Left alone: `Nr`, `Wer`.",
                "Row 2: der-shop-ist-fuer-alle-kunden.",
                "Row 3: nothing, it names no criterion.",
            ],
        ),
        (
            "Issue;Notes\nRefund above 500;ask first\nRefund above 500;\n",
            {"policies/refund-above-500.md"},
            [
                "The sheet has no tiers, so no matrix.csv is made.", "Left alone: `Notes`.",
                "Row 2: refund-above-500.", "Row 3: refund-above-500.",
            ],
        ),
        (
            "Level,Name,Email,Trigger\n1,Ana,ana@x.example,\n2,Cleo,cleo@x.example,Chargeback\n",
            {"matrix.csv", "policies/chargeback.md"},
            ["Row 2: Ana in matrix.csv.", "Row 3: chargeback; Cleo in matrix.csv."],
        ),
    ],
)  # fmt: skip
def test_any_sheet_with_a_column_of_criteria_is_read(
    sheet: str, files: set[str], remarks: list[str]
) -> None:
    """With tiers or without, whatever the column is called; each row is accounted for."""
    imported = import_matrix(sheet)
    assert set(imported.files) == files
    assert list(imported.remarks) == remarks
    for path, text in imported.files.items():
        assert path == "matrix.csv" or parse_policy(text, path).id in path


@pytest.mark.parametrize("sheet", ["Nr,Wer\n1,Dev\n", "Issue\n-\n"])
def test_a_sheet_without_criteria_is_refused(sheet: str) -> None:
    """Nothing is guessed out of numbers and names."""
    with pytest.raises(Problems, match="criteri"):
        import_matrix(sheet)
