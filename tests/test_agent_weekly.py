"""The weekly summary beyond its mail: headline, coach, sample, outages, metrics, one line a day."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cases import OFFICE
from harness import MONDAY, Company, company

from deskless.agent.case.event import Accepted
from deskless.agent.figures.figures import Figures, Window, World, count_figures
from deskless.agent.office import journal, office_events, state_keys
from deskless.agent.operations import outages
from deskless.agent.operations.health import Health
from deskless.agent.operations.outages import Silence
from deskless.agent.reports import export, rounds, weekly, weekly_read, weekly_words
from deskless.agent.reports.weekly_read import Week
from deskless.store import state
from deskless.store.engine.errors import StoreRefused

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=3)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A week at Acme: three refunds, two of them sent back, six questions left alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ACME_PASSWORD", "secret")
        with company(tmp_path_factory.mktemp("week") / "acme") as made:
            for number in range(3):
                made.customer_writes(
                    "I was charged twice.", sender=f"Otto <o{number}@else.example>",
                    subject=f"=Bill {number}",
                )  # fmt: skip
                made.pass_time(minutes=1)
            for brief in made.mails("ana")[:2]:
                made.reply("ana", "BOUNCE not an escalation", to=brief)
            for number in range(6):
                made.customer_writes(
                    "How do I change the language?", subject=f"Question {number}",
                    sender=f"q{number}@else.example",
                )  # fmt: skip
            made.clock.at = LATER
            yield made


def week_of(acme: Company) -> Week:
    """The seven days up to Thursday."""
    with acme.office.store.reading() as session:
        return weekly_read.read_week(
            acme.office, session, weekly_read.window_until(acme.office, LATER)
        )


def test_the_preview_is_the_mail_and_writes_nothing(acme: Company) -> None:
    """Twice the same, in a session that cannot write; the ledger has not grown."""
    before = len(acme.entries())
    with acme.office.store.reading() as session:
        words = weekly.preview_week(acme.office, session, LATER)
        again = weekly.preview_week(acme.office, session, LATER)
    assert words == again
    assert words.subject == "The week in cases, 2026-W48"
    assert words.html
    assert "3 cases opened" in words.text
    assert len(words.html.encode()) < 40_000
    assert len(acme.entries()) == before
    with pytest.raises(StoreRefused), acme.office.store.reading() as session:
        state.put(session, "x", 1)


def test_a_criterion_that_is_sent_back_again_and_again_is_named(acme: Company) -> None:
    """Two of three refunds were no escalations: reword it."""
    [hint] = weekly_words.coach(acme.office, week_of(acme))
    assert "(refund-dispute) was bounced 2 of 3 times" in hint
    assert "2 × not an escalation" in hint


def test_a_few_that_were_left_alone_are_shown_and_always_the_same(acme: Company) -> None:
    """Five of six, drawn by the week's number; never one that became a case."""
    week = week_of(acme)
    assert week.alone == 6
    assert len(week.left) == 5
    assert week.left == week_of(acme).left
    assert not {case.ticket for case in acme.cases()} & set(week.left)


def test_the_sheet_has_every_figure_and_no_formula(acme: Company) -> None:
    """Excel's mark first; one heading; every row as long as it."""
    made = weekly.week_sheet(week_of(acme))
    assert made.startswith(b"\xef\xbb\xbf")
    rows = weekly_words.sheet_rows(week_of(acme))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == 1 + 16 + 8 + 5
    assert all(export.safe_cell(cell) == cell for row in rows for cell in row)


def test_the_eight_metrics_with_three_that_have_no_source(acme: Company) -> None:
    """As `report metrics` prints them: the last four weeks."""
    with acme.office.store.reading() as session:
        window, told, broken = weekly.measure_metrics(acme.office, session, LATER)
    assert broken == ()
    fields = {item.name: item for item in told}
    assert window.until - window.since == timedelta(days=28)
    assert len(fields) == 8
    assert fields["Escalation rate"].value == "33 % (3 of 9)"
    assert fields["Escalation rate"].met is False
    for name in ("Customer satisfaction", "Customers kept", "Root-cause actions completed"):
        assert (fields[name].value, fields[name].met) == (None, None)
        assert fields[name].reason


def test_a_case_with_an_impossible_history_is_named_and_takes_no_figure_with_it(
    acme: Company,
) -> None:
    """An acceptance of a case that was never opened: every other figure stands, and it is told."""
    with acme.office.store.reading() as session:
        before = weekly.measure_metrics(acme.office, session, LATER)[1]
    case = replace(acme.cases()[0], key="ACME-9999-1", ticket="ACME-9999")
    event = Accepted(
        at=MONDAY + HOUR, number=1, by=acme.id("ana"), owner=acme.id("ana"), promise=LATER, tier=2
    )
    with suppress(StoreRefused), acme.office.store.transaction() as session:
        [entry] = journal.record_events(session, case, [event], None)
        _, after, [broken] = weekly.measure_metrics(acme.office, session, LATER)
        mail = " ".join(weekly.preview_week(acme.office, session, LATER).text.split())
        raise StoreRefused("taken back")
    assert after == before
    assert f"ACME-9999-1 is in no figure: entry {entry.seq} cannot follow" in broken
    assert broken in mail


def test_a_day_in_one_line(acme: Company) -> None:
    """Proof of life: seen, undecided, set aside, blind, open."""
    with acme.office.store.reading() as session:
        line = weekly.daily_line(acme.office, session, MONDAY + HOUR)
    assert line.startswith("2026-11-23 11:00, last 24 h: ")
    assert "0 undecided, 0 set aside, blind for 0 min, 1 open case" in line


EMPTY = count_figures([], Window(MONDAY, LATER), World("maya", OFFICE), 0)


def headline(figures: Figures, **more: object) -> str:
    """The headline of a week with these figures."""
    facts = {"alone": 0, "shadow": 0} | more
    return weekly_words.headline(
        Week(figures=figures, before=(), all=figures, tales={}, signs=(), silences=(), left=(),
             **facts)  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_headline_says_how_the_week_was() -> None:
    """Quiet, in the shadow, good, or what went wrong; one is singular."""
    assert headline(EMPTY, alone=12) == (
        "A quiet week: nothing was escalated, 12 conversations stayed with support."
    )
    assert headline(EMPTY) == "A quiet week: nothing was escalated."
    assert headline(EMPTY, shadow=1, alone=3) == (
        "Still in the shadow: 1 conversation would have been escalated."
    )
    good = replace(EMPTY, opened=("A-1",), offers=1, offered=1, accepted=1)
    calm = "no answer came late, no promise was missed."
    assert headline(good) == f"1 case opened, 1 accepted, 0 bounced; {calm}"
    bad = replace(
        good, bounced=2, broken=("A-1", "B-1"), late_answers=1, stranded=("C-1",), repeat=("D-1",),
        reopened=("D-1", "E-1"), bounced_by=Counter(ana=2),
    )  # fmt: skip
    assert headline(bad) == (
        "1 case opened, 1 accepted, 2 bounced; 2 promises missed, 1 answer too late, "
        "1 case that nobody took, 2 cases that came back."
    )
    assert headline(good, shadow=2).endswith(
        f"{calm} In the shadow, 2 more would have been escalated."
    )
    assert headline(replace(EMPTY, reopened=("A-1",))) == (
        "0 cases opened, 0 accepted, 0 bounced; 1 case that came back."
    )


def test_a_week_is_seven_local_days_also_when_the_clocks_change(acme: Company) -> None:
    """Monday 08:00 to Monday 08:00 in Berlin over 25 October is 169 hours."""
    due = datetime(2026, 10, 26, 7, 0, tzinfo=UTC)
    window = weekly_read.window_until(acme.office, due)
    assert window.until - window.since == timedelta(hours=169)
    assert weekly_words.week_label(acme.office, window) == "2026-W43"
    earlier = weekly_read.windows_before(acme.office, window)
    assert all(a.until == b.since for a, b in zip(earlier, [*earlier[1:], window], strict=True))


def test_silence_is_told_in_full_and_counted_once(acme: Company) -> None:
    """A refused login, an outage within it, one still going on, and a daemon that was off."""

    def note(kind: str, **data: object) -> None:
        with acme.office.store.transaction() as session:
            at = max(datum for datum in data.values() if isinstance(datum, datetime))
            journal.enter(session, office_events.KINDS[kind](at=at, **data))

    start = MONDAY + timedelta(days=40)
    note("trouble", route="imap", since=start)
    note("trouble_over", route="imap", since=start, until=start + 2 * HOUR)
    note("trouble_over", route="imap login", since=start + HOUR, until=start + 3 * HOUR)
    note("trouble_over", route="smtp", since=start, until=start + 9 * HOUR)
    note("absent", since=start + 5 * HOUR, until=start + 6 * HOUR)
    note("trouble", route="imap", since=start + 8 * HOUR)
    with acme.office.store.reading() as session:
        silences = outages.silences_between(session, start + HOUR / 2, start + 10 * HOUR)
    assert [(item.since - start, item.until - start, item.why) for item in silences] == [
        (HOUR / 2, 2 * HOUR, "the inbox could not be read"),
        (HOUR, 3 * HOUR, "login refused"),
        (5 * HOUR, 6 * HOUR, "not running"),
        (8 * HOUR, 10 * HOUR, "the inbox could not be read, still"),
    ]
    assert outages.total_silence(silences) == 5.5 * HOUR
    assert outages.total_silence([]) == timedelta(0)
    told = Silence(MONDAY, MONDAY + HOUR, "not running").told(acme.office)
    assert told == "Mon 23 Nov 10:00 CET to Mon 23 Nov 11:00 CET (1 h): not running"


def test_a_daemon_that_was_off_says_so_once(acme: Company) -> None:
    """The last heartbeat is two hours old: one entry, however often the clock is asked."""
    now = MONDAY + timedelta(days=60)
    acme.clock.at = now
    absence = next(each for each in rounds.ALL if each.name == "absence")
    for last, expected in ((now - timedelta(minutes=5), 0), (now - 2 * HOUR, 1)):
        before = len(acme.entries("absent"))
        with acme.office.store.transaction() as session:
            state_keys.HEARTBEAT.put(session, {"at": last.isoformat()})
        looks = [absence.look(acme.office, Health()) for _ in range(2)]
        assert looks == [bool(expected), False]
        assert len(acme.entries("absent")) - before == expected
    assert [entry.data["since"] for entry in acme.entries("absent")][-1].startswith(
        "2027-01-22T07:00"
    )


def test_a_heartbeat_that_never_was_is_no_absence(tmp_path: Path) -> None:
    """A new installation was not away."""
    from deskless.store.engine.database import Store

    with Store.open(tmp_path / "new.db", "acme.example") as store, store.transaction() as session:
        assert outages.absent_since(session, MONDAY) is None
