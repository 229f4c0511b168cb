"""The shelf: ranked, counted, due; on both engines, and by its index."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from stores import NOON, entry, every_case

from deskless.store import cases
from deskless.store.cases import CaseRow
from deskless.store.engine.database import Store
from deskless.store.engine.rows import run_statement
from deskless.store.ledger import entries

pytest_plugins = ["store_fixtures", "postgres"]

HOUR = timedelta(hours=1)


def case(key: str, **values: object) -> CaseRow:
    """A case on the shelf."""
    given = {"ticket": key.rpartition("-")[0], "seq": int(key.rpartition("-")[2]), "status": "open"}
    return CaseRow(key=key, **(given | values))  # type: ignore[arg-type]


def test_cases_are_ranked_page_by_page(store: Store) -> None:
    """Smallest rank first, equal ranks by key, cases without a rank not at all."""
    with store.transaction() as session:
        for number in range(25):
            cases.put_case(
                session, case(f"T-{number:02}-1", rank=None if number == 7 else number // 3)
            )
    with store.reading() as session:
        first = cases.live_cases(session, limit=10)
        second = cases.live_cases(session, after=first[-1], limit=10)
        third = cases.live_cases(session, after=second[-1], limit=10)
    keys = [each.key for page in (first, second, third) for each in page]
    assert keys == [f"T-{number:02}-1" for number in range(25) if number != 7]


def test_a_case_is_replaced_and_counted(store: Store) -> None:
    """The last word stands; the counters follow every change of status."""
    rest = {"state": '{"a":1}', "private": {"summary": "Größe"}, "due_at": NOON}
    full = case("T-1-1", owner="p1", tier="2", severity="sev1", rank=5, **rest)
    with store.transaction() as session:
        cases.put_case(session, case("T-1-1"))
        cases.put_case(session, case("T-1-2"))
        cases.put_case(session, full)
        cases.put_case(session, replace(full, status="owned"))
        assert cases.get_case(session, "T-1-1") == replace(full, status="owned")
        assert cases.counts_by_status(session) == {"open": 1, "owned": 1}
        assert cases.next_seq(session, "T-1") == 3
        assert cases.next_seq(session, "T-2") == 1
        assert [each.seq for each in cases.of_ticket(session, "T-1")] == [1, 2]
        assert [each.key for each in every_case(session)] == ["T-1-1", "T-1-2"]
        cases.clear_shelf(session)
        assert cases.counts_by_status(session) == {}
        assert cases.get_case(session, "T-1-1") is None


def test_due_cases_come_in_order(store: Store) -> None:
    """Only those whose time has come; and when to wake up next."""
    with store.transaction() as session:
        assert cases.next_due(session) is None
        for number in (3, 1, 2):
            cases.put_case(session, case(f"T-{number}-1", due_at=NOON + HOUR * number))
        cases.put_case(session, case("T-9-1"))
        assert [each.key for each in cases.due_cases(session, NOON + HOUR * 2)] == [
            "T-1-1",
            "T-2-1",
        ]
        assert cases.next_due(session) == NOON + HOUR


def test_the_ranking_uses_its_index(store: Store) -> None:
    """The plan names it and sorts nothing: closed cases cost nothing."""
    with store.transaction() as session:
        for number in range(200):
            cases.put_case(session, case(f"T-{number}-1", rank=number if number < 20 else None))
        dialect = session.connection().dialect
        pages = [
            cases.ranking_query(session, None, 20),
            cases.ranking_query(session, case("T-1-1", rank=5), 20),
        ]
        prefix = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
        if dialect.name == "postgresql":
            run_statement(session, text("SET LOCAL enable_seqscan = off"))
        for query in pages:
            literal = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            plan = " ".join(str(row) for row in run_statement(session, text(f"{prefix} {literal}")))
            assert "case_rank" in plan
            assert "TEMP B-TREE" not in plan
            assert "SCAN case_shelf'" not in plan


def test_what_the_shelf_holds_and_no_entry_tells_of(store: Store) -> None:
    """Strays by key; and cases counted one by one, whatever the counters say."""
    with store.transaction() as session:
        entries.append_entries(session, [entry(case="T-1-1", ticket="T-1"), entry(ticket="T-3")])
        for key in ("T-1-1", "T-3-1", "T-2-1"):
            cases.put_case(session, case(key, status="closed" if key == "T-2-1" else "open"))
    with store.reading() as session:
        assert cases.stray_keys(session) == ["T-2-1", "T-3-1"]
        assert (
            cases.tally_statuses(session)
            == cases.counts_by_status(session)
            == {"open": 2, "closed": 1}
        )


def test_entries_come_case_by_case(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three cases that ran side by side, each read whole and in order, over pages of four."""
    monkeypatch.setattr(entries, "PAGE", 4)
    made = [entry(case=f"T-{n % 3}-1" if n % 4 else None, private={"n": str(n)}) for n in range(30)]
    with store.transaction() as session:
        entries.append_entries(session, made)
    with store.reading() as session:
        result = [
            (kept_entry.case, kept_entry.seq, kept_entry.private)
            for kept_entry in entries.by_case(session)
        ]
    assert result == sorted(result, key=lambda value: (value[0] or "", value[1]))
    assert len(result) == 22
    assert all(private == {"n": str(seq - 1)} for _, seq, private in result)
