"""What may stand in the ledger, and that it comes back as it went in; on both engines."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st
from stores import NOON, entry

from deskless.store.engine.database import Store
from deskless.store.ledger import entries, merkle
from deskless.store.ledger.entries import NewEntry, Span

pytest_plugins = ["store_fixtures", "postgres"]

PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
LEAF_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)


def test_entries_come_back_as_they_went_in(store: Store) -> None:
    """Every field, in order, with the numbers the ledger gave."""
    new = NewEntry(
        kind="accepted",
        at=NOON,
        actor="p7",
        cause="mail:" + "a" * 64,
        ticket="ACME-1042",
        case="ACME-1042-1",
        data={"before": "offered", "tries": 2, "codes": ["x", None, True]},
        private={"note": "Grüße, I'll take it \udce9", "address": "bo@acme.example"},
        policy="b" * 64,
    )
    with store.transaction() as session:
        kept_entries = entries.append_entries(session, [new, entry()])
    with store.reading() as session:
        result = list(entries.read_entries(session))
        assert entries.count_entries(session) == 2
    assert result == kept_entries
    assert [each.seq for each in result] == [1, 2]
    assert (result[0].data, result[0].private, result[0].at) == (new.data, new.private, NOON)
    assert result[0].sealed
    assert not result[1].sealed


def test_the_leaf_holds_no_private_word_but_commits_to_it(store: Store) -> None:
    """Canonical JSON with an HMAC in place of the words."""
    with store.transaction() as session:
        (stored,) = entries.append_entries(session, [entry(private={"q": "the secret"})])
    leaf = json.loads(stored.leaf)
    assert b"secret" not in stored.leaf
    assert stored.leaf == json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
    assert len(leaf["private"]) == 64
    assert leaf["at"] == "2026-11-21T12:00:00.000000Z"
    assert stored.leaf_hash == merkle.leaf_hash(stored.leaf)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"data": {"share": 0.5}}, "no fractions"),
        ({"data": {"name": "Grüße"}}, "printable ASCII"),
        ({"data": {"a": {"b": ["x", "new\nline"]}}}, r"data\.a\.b\[1\]"),
        ({"data": {"n": 2**53}}, "too large"),
        ({"data": {1: "x"}}, "key must be text"),
        ({"data": {"when": NOON}}, "RFC 3339"),
        ({"data": {"raw": b"x"}}, "not JSON"),
        ({"actor": "Zoë"}, "actor"),
        ({"case": "A\x00"}, "case"),
        ({"at": datetime(2026, 1, 1)}, "time zone"),
    ],
)
def test_what_a_leaf_cannot_hold_is_refused_before_anything_is_written(
    acme: Store, wrong: dict[str, object], says: str
) -> None:
    """A clear ValueError that names the place; the good entry beside it is not kept either."""
    with acme.transaction() as session:
        with pytest.raises(ValueError, match=says):
            entries.append_entries(session, [entry(), entry(**wrong)])
        assert entries.count_entries(session) == 0
        assert list(entries.read_entries(session)) == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for many examples, each of which rolls back what it did."""
    with Store.open(tmp_path_factory.mktemp("any") / "a.db", "acme") as opened:
        yield opened


@settings(max_examples=60, deadline=None)
@given(data=st.dictionaries(PLAIN, LEAF_DATA, max_size=4), words=st.text(max_size=20))
def test_any_plain_data_and_any_words_come_back(
    shared: Store, data: dict[str, object], words: str
) -> None:
    """Whatever passes the check is kept exactly, whatever anybody wrote beside it."""
    with shared.transaction() as session:
        entries.append_entries(session, [entry(data=data, private={words: words})])
        (result,) = entries.read_entries(session)
        session.rollback()
    assert result.data == data
    assert result.private == {words: words}


def test_instants_are_kept_in_utc(acme: Store) -> None:
    """Noon in Berlin is eleven o'clock."""
    berlin = timezone(timedelta(hours=1))
    with acme.transaction() as session:
        (stored,) = entries.append_entries(session, [entry(at=NOON.astimezone(berlin))])
    assert stored.at == NOON
    assert stored.at.tzinfo is UTC


def test_a_time_is_found_also_where_the_clock_went_back(
    acme: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers follow the instants nearly always: what lies between without belonging is left out,
    and pages of three end in the right place."""
    hours = [5, 1, 2, 9, 3, 4, 8, 0, 6, 7, 3, 4]
    with acme.transaction() as session:
        entries.append_entries(session, [entry(at=NOON + timedelta(hours=n)) for n in hours])
    monkeypatch.setattr(entries, "PAGE", 3)
    since, until = NOON + timedelta(hours=3), NOON + timedelta(hours=7)
    with acme.reading() as session:
        kept_entries = [
            kept_entry.seq
            for kept_entry in entries.read_entries(session, Span(since=since, until=until))
        ]
        assert kept_entries == [1, 5, 6, 9, 11, 12]
        some = [
            kept_entry.seq
            for kept_entry in entries.read_entries(session, Span(since=since, until=until), limit=4)
        ]
        assert some == kept_entries[:4]
        assert [kept_entry.seq
            for kept_entry in entries.read_entries(session, Span(since=since, after=6))] == [
            7, 9, 10, 11, 12,
        ]  # fmt: skip
        assert list(entries.read_entries(session, Span(since=NOON + timedelta(days=1)))) == []


def test_reading_can_be_narrowed(store: Store) -> None:
    """By case, ticket, kind, time and number; a limit; pages join without a seam."""
    made = [
        entry("a" if n % 2 else "b", at=NOON + timedelta(hours=n), ticket=f"T-{n % 3}",
              case=f"T-{n % 3}-1" if n % 3 else None)
        for n in range(30)
    ]  # fmt: skip
    with store.transaction() as session:
        entries.append_entries(session, made)
    table = {
        Span(): 30,
        Span(ticket="T-0"): 10,
        Span(case="T-1-1"): 10,
        Span(kinds=frozenset({"a"})): 15,
        Span(kinds=frozenset({"a", "b"}), after=28): 2,
        Span(since=NOON + timedelta(hours=28)): 2,
        Span(until=NOON + timedelta(hours=3), ticket="T-1"): 1,
        Span(case="T-9-1"): 0,
    }
    with store.reading() as session:
        for span, many in table.items():
            assert len(list(entries.read_entries(session, span))) == many, span
        assert [each.seq for each in entries.read_entries(session, limit=4)] == [1, 2, 3, 4]
        assert entries.last_entry_at(session, "a") == NOON + timedelta(hours=29)
        assert entries.last_entry_at(session, "z") is None


def test_pages_join_without_a_seam(acme: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small pages give the same as one."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry(data={"n": n}) for n in range(23)])
    monkeypatch.setattr(entries, "PAGE", 5)
    with acme.reading() as session:
        assert [each.data["n"] for each in entries.read_entries(session)] == list(range(23))
        assert len(list(entries.read_entries(session, limit=12))) == 12


def test_a_rolled_back_append_leaves_no_gap(store: Store) -> None:
    """The next entry takes the number, and the tree has never seen the lost one."""
    with store.transaction() as session:
        entries.append_entries(session, [entry()])
    with contextlib.suppress(RuntimeError), store.transaction() as session:
        entries.append_entries(session, [entry(), entry()])
        raise RuntimeError
    with store.transaction() as session:
        (stored,) = entries.append_entries(session, [entry()])
        kept_entries = list(entries.read_entries(session))
        assert entries.frontier(session).root() == merkle.tree_root(
            [e.leaf_hash for e in kept_entries]
        )
    assert stored.seq == 2


def test_nothing_to_append_is_nothing(store: Store) -> None:
    """No entries, no row, no lock."""
    with store.transaction() as session:
        assert entries.append_entries(session, []) == []
        assert entries.count_entries(session) == 0
