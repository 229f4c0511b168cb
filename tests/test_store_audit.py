"""The attack table: what somebody with the database file (and perhaps the key) can do unnoticed.

| attack on the database                                   | result                                |
|----------------------------------------------------------|---------------------------------------|
| an entry edited                                          | caught: its leaf hash does not fit    |
| edited, and its leaf hash recomputed                     | caught: the tree's root does not fit  |
| edited, leaf hash and tree recomputed                    | caught: our own signed heads          |
| only the columns beside the leaf edited                  | caught: they contradict the leaf      |
| a row deleted                                            | caught: a number is missing           |
| truncated below a mailed head                            | caught by the mail                    |
| the whole history rewritten, signed with the stolen key  | caught by an old mail                 |
| private words changed                                    | caught: the commitment does not fit   |
| private words deleted without an `erased` entry          | caught                                |
| the guards (triggers) removed                            | caught                                |
| two histories shown to two people                        | caught when both heads are compared   |
| two ids exchanged in `person_address`, or two names      | caught: `introduced` entries say who  |
| an address added, or one taken away                      | caught: no entry says so              |
| some signed heads deleted, or one added                  | caught: each entry counts them        |
| all signed heads deleted, the tree recomputed            | caught: each entry counts them        |
| that, and every count rewritten to 0                     | caught: nothing is signed             |
| that, but the first head kept and counted right          | caught by a mail; else the report says|
|                                                          | "consistent, not witnessed"           |
| rows after the last mailed head dropped, heads log too   | NOT caught: nobody outside has seen it|
| the whole file set back to an older copy                 | by our own returned mail, and by a    |
|                                                          | witness (`stories/test_set_back.py`)  |

The last but one is why a head goes out with every brief and confirmation.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import rfc8785
from stores import AT_NOON, NOON, entry

from deskless.store import people
from deskless.store.engine.database import Store
from deskless.store.ledger import audit, entries, head, merkle
from deskless.store.ledger.audit import Report
from deskless.store.ledger.head import Key, LedgerHead
from deskless.store.ledger.merkle import Frontier

pytest_plugins = ["store_fixtures", "postgres"]


@pytest.fixture
def mailed(acme: Store, key: Key) -> list[bytes]:
    """Twenty entries in the ledger; heads of 8 and of 15 entries lie in the founder's mailbox.

    Two people and a customer were introduced after that.
    """
    notes = []
    with acme.transaction() as session:
        for n in range(20):
            entries.append_entries(session, [entry(data={"n": n}, private={"q": f"word {n}"})])
            if n + 1 in (8, 15):
                notes.append(head.publish_head(session, key, NOON))
        for address, called in PEOPLE.items():
            people.person_ids(session, [address], people.Introduction(NOON, called=called))
        people.customer_id(session, "vera@northwind.example", AT_NOON)
    return notes


PEOPLE = {"ana@acme.example": "Ana Lopez", "ben@acme.example": "Ben Okafor"}


def verify(store: Store, key: Key, notes: list[bytes]) -> Report:
    """Verify with witnesses."""
    with store.reading() as session:
        return audit.audit_ledger(session, key=key.vkey(), witnesses=notes)


def told(report: Report) -> str:
    """All problems in one text."""
    return "\n".join(f"{problem.seq}: {problem.what}" for problem in report.problems)


def attack(store: Store) -> sqlite3.Connection:
    """The database file in the hands of somebody who first removes the guards."""
    raw = sqlite3.connect(str(store.path), isolation_level=None)
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    for name, _ in raw.execute(query).fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    return raw


def restore(raw: sqlite3.Connection) -> None:
    """Put the guards back so that their absence gives nothing away."""
    from deskless.store.engine.migrations import guard_triggers

    for statement in guard_triggers("sqlite"):
        raw.execute(statement)


def leaf_of(raw: sqlite3.Connection, seq: int) -> bytes:
    """The stored bytes of an entry."""
    return bytes(raw.execute("SELECT leaf FROM entry WHERE seq = ?", (seq,)).fetchone()[0])


def replant(raw: sqlite3.Connection) -> None:
    """Recompute every leaf hash and the tree."""
    tree = Frontier()
    for seq, leaf in raw.execute("SELECT seq, leaf FROM entry ORDER BY seq").fetchall():
        hashed = merkle.leaf_hash(leaf)
        tree.append(hashed)
        raw.execute("UPDATE entry SET leaf_hash = ? WHERE seq = ?", (hashed, seq))
    raw.execute("UPDATE head SET size = ?, frontier = ?", (tree.size, tree.packed()))


def edit(raw: sqlite3.Connection) -> None:
    """An entry edited."""
    bent = leaf_of(raw, 5).replace(b'"n":4', b'"n":9')
    raw.execute("UPDATE entry SET leaf = ? WHERE seq = 5", (bent,))


def edit_and_rehash(raw: sqlite3.Connection) -> None:
    """Edited, and its leaf hash recomputed."""
    edit(raw)
    hashed = merkle.leaf_hash(leaf_of(raw, 5))
    raw.execute("UPDATE entry SET leaf_hash = ? WHERE seq = 5", (hashed,))


def edit_and_replant(raw: sqlite3.Connection) -> None:
    """Edited, leaf hash and tree recomputed."""
    edit(raw)
    replant(raw)


def edit_columns(raw: sqlite3.Connection) -> None:
    """Only what searches look at."""
    raw.execute("UPDATE entry SET kind = 'bounced' WHERE seq = 5")


def delete(raw: sqlite3.Connection) -> None:
    """A row in the middle gone."""
    raw.execute("DELETE FROM entry WHERE seq BETWEEN 5 AND 6")


def delete_and_renumber(raw: sqlite3.Connection) -> None:
    """A row gone and the later ones moved up, tree recomputed."""
    raw.execute("DELETE FROM entry WHERE seq = 5")
    raw.execute("UPDATE entry SET seq = seq - 100 WHERE seq > 5")
    raw.execute("UPDATE entry SET seq = seq + 99 WHERE seq < -1")
    replant(raw)


def change_words(raw: sqlite3.Connection) -> None:
    """What somebody said is changed."""
    raw.execute('UPDATE entry_private SET content = \'{"q":"other"}\' WHERE seq = 5')


def drop_words(raw: sqlite3.Connection) -> None:
    """What somebody said is deleted, and no entry says so."""
    raw.execute("DELETE FROM entry_private WHERE seq IN (5, 6, 9)")


def add_words(raw: sqlite3.Connection) -> None:
    """Words put into the mouth of an entry without any."""
    bent = json.loads(leaf_of(raw, 5)) | {"private": None}
    raw.execute("UPDATE entry SET leaf = ? WHERE seq = 5", (json.dumps(bent).encode(),))


def junk(raw: sqlite3.Connection) -> None:
    """A leaf that is no entry."""
    raw.execute("UPDATE entry SET leaf = ? WHERE seq = 5", (b"[]",))


def exchange_ids(raw: sqlite3.Connection) -> None:
    """What Ana did was done by Ben: their ids change places."""
    raw.execute("UPDATE person_address SET id = 'px' WHERE id = 'p1'")
    raw.execute("UPDATE person_address SET id = 'p1' WHERE id = 'p2'")
    raw.execute("UPDATE person_address SET id = 'p2' WHERE id = 'px'")


def exchange_names(raw: sqlite3.Connection) -> None:
    """Only what exports call them."""
    raw.execute("UPDATE person SET name = 'Ben Okafor' WHERE id = 'p1'")


def add_address(raw: sqlite3.Connection) -> None:
    """A stranger's address stands for Ana."""
    raw.execute("INSERT INTO person_address VALUES ('acme', 'p', 'x@else.example', 'p1')")


def take_address(raw: sqlite3.Connection) -> None:
    """A customer is nobody any more, and no entry says so."""
    raw.execute("DELETE FROM person_address WHERE id = 'c1'")


def rewrite_introduction(raw: sqlite3.Connection) -> None:
    """The ids change places in the entries' words as well."""
    exchange_ids(raw)
    raw.execute(
        "UPDATE entry_private SET content = replace(content, 'ana@', 'ben@') WHERE seq = 21"
    )


def delete_a_head(raw: sqlite3.Connection) -> None:
    """The head in the middle: what it covered is covered by nothing."""
    raw.execute("DELETE FROM signed_head WHERE size = 15")


def delete_heads_and_replant(raw: sqlite3.Connection) -> None:
    """An entry edited, everything recomputed, and no signed head left to contradict it."""
    raw.execute("DELETE FROM signed_head")
    edit_and_replant(raw)


def recount(raw: sqlite3.Connection, heads: int) -> None:
    """Every entry says that so many heads had been signed before it."""
    raw.execute("UPDATE counter SET value = ? WHERE name = 'heads'", (heads,))
    for seq, leaf in raw.execute("SELECT seq, leaf FROM entry ORDER BY seq").fetchall():
        values = json.loads(leaf)
        values["heads"] = min(values["heads"], heads)
        raw.execute("UPDATE entry SET leaf = ? WHERE seq = ?", (rfc8785.dumps(values), seq))
    replant(raw)


def delete_heads_and_recount(raw: sqlite3.Connection) -> None:
    """As if no head had ever been signed."""
    delete_heads_and_replant(raw)
    recount(raw, 0)


ATTACKS: list[tuple[Callable[[sqlite3.Connection], None], str]] = [
    (edit, "5: the entry was edited"),
    (edit_and_rehash, "None: the entries do not add up to the tree's root"),
    (edit_and_replant, "our own log: the first 8 entries are not those that were signed"),
    (edit_columns, "5: the entry's columns do not say what its leaf says"),
    (delete, "5: entries 5 to 6 are missing"),
    (delete_and_renumber, "5: the entry's columns do not say what its leaf says"),
    (change_words, "5: the private words are not those the entry was made with"),
    (drop_words, "5: private words of entries 5 to 6 are gone"),
    (add_words, "5: private words were added"),
    (junk, "5: the leaf is not an entry"),
    (exchange_ids, "None: an address of p1 stands for p2 now: ids were exchanged"),
    (exchange_names, "None: p1 is called otherwise than the ledger says"),
    (add_address, "None: an address stands for p1, and no entry says so"),
    (take_address, "None: an address of c1 was taken away"),
    (rewrite_introduction, "21: the private words are not those the entry was made with"),
    (delete_a_head, "16: signed heads of before this entry are gone: 1"),
    (delete_heads_and_replant, "16: signed heads of before this entry are gone: 2"),
    (delete_heads_and_recount, "None: no head of this ledger is signed"),
]


def test_an_honest_ledger_verifies(acme: Store, key: Key, mailed: list[bytes]) -> None:
    """All twenty entries, two heads of our log, two witnesses, covered up to the newest."""
    seen: list[tuple[int, int]] = []
    with acme.reading() as session:
        report = audit.audit_ledger(
            session, key=key.vkey(), witnesses=mailed, progress=lambda *at: seen.append(at)
        )
    assert report.ok, told(report)
    assert (report.size, report.checked, report.heads, report.witnessed) == (23, 23, 2, 2)
    assert report.covered == 15
    assert seen == [(23, 23)]


@pytest.mark.parametrize(("does", "says"), ATTACKS, ids=lambda each: getattr(each, "__name__", ""))
def test_attacks_without_the_key_are_caught_even_without_witnesses(
    acme: Store, key: Key, mailed: list[bytes], does: Callable[..., None], says: str
) -> None:
    """The table above, by the ledger's own evidence."""
    with closing(attack(acme)) as raw:
        does(raw)
        restore(raw)
    assert says in told(verify(acme, key, []))


def truncate(raw: sqlite3.Connection, keep: int) -> None:
    """Drop everything after `keep`, our log of heads included, and make the tree fit."""
    for rows in ("entry", "entry_private"):
        raw.execute(f"DELETE FROM {rows} WHERE seq > ?", (keep,))
    raw.execute("DELETE FROM signed_head WHERE size > ?", (keep,))
    for table in ("person", "person_address"):
        raw.execute(f"DELETE FROM {table}")
    replant(raw)


def test_truncation_below_a_mailed_head_is_caught_by_the_mail(
    acme: Store, key: Key, mailed: list[bytes]
) -> None:
    """Perfect in itself; the founder's mail says there were more."""
    with closing(attack(acme)) as raw:
        truncate(raw, 10)
        restore(raw)
    assert verify(acme, key, []).ok
    assert "witness 2: witnessed 15 > 10: entries were cut off" in told(verify(acme, key, mailed))


def test_an_edit_behind_the_first_head_is_caught_by_the_mail_alone(
    acme: Store, key: Key, mailed: list[bytes]
) -> None:
    """Only the first head is kept, and counted right: consistent, but not what was mailed."""
    with closing(attack(acme)) as raw:
        raw.execute("DELETE FROM signed_head WHERE size > 8")
        bent = leaf_of(raw, 12).replace(b'"n":11', b'"n":99')
        raw.execute("UPDATE entry SET leaf = ? WHERE seq = 12", (bent,))
        recount(raw, 1)
        restore(raw)
    report = verify(acme, key, [])
    assert report.ok, told(report)
    assert report.covered == 0
    assert "witness 2: the first 15 entries are not" in told(verify(acme, key, mailed))


def test_a_store_of_before_the_counts_verifies_and_is_counted_from_now_on(
    acme: Store, key: Key, mailed: list[bytes]
) -> None:
    """No leaf tells a count, nobody was introduced, no counter: all of it begins today."""
    with closing(attack(acme)) as raw:
        truncate(raw, 15)
        for seq, leaf in raw.execute("SELECT seq, leaf FROM entry ORDER BY seq").fetchall():
            values = json.loads(leaf)
            old = {name: values[name] for name in values if name != "heads"} | {"v": 1}
            raw.execute("UPDATE entry SET leaf = ? WHERE seq = ?", (rfc8785.dumps(old), seq))
        replant(raw)
        leaves = [row[0] for row in raw.execute("SELECT leaf_hash FROM entry ORDER BY seq")]
        for size in (8, 15):
            root = merkle.tree_root(leaves[:size])
            note = head.sign_head(LedgerHead(key.name, size, root), key)
            raw.execute("UPDATE signed_head SET note = ? WHERE size = ?", (note, size))
        raw.execute("DELETE FROM counter WHERE name = 'heads'")
        raw.execute("INSERT INTO person VALUES ('acme', 'p1', 'Ana Lopez', NULL)")
        raw.execute("INSERT INTO person_address VALUES ('acme', 'p', 'ana@acme.example', 'p1')")
        restore(raw)
    assert verify(acme, key, []).ok, told(verify(acme, key, []))
    with acme.transaction() as session:
        people.introduce_unknown(session, AT_NOON)
        head.publish_head(session, key, NOON)
        entries.append_entries(session, [entry()])
    assert verify(acme, key, []).ok, told(verify(acme, key, []))
    with closing(attack(acme)) as raw:
        raw.execute("DELETE FROM signed_head WHERE size < 10")
        exchange_names(raw)
        restore(raw)
    report = told(verify(acme, key, []))
    assert "16: signed heads of before this entry are gone: 1" in report
    assert "p1 is called otherwise" in report


def test_a_history_rewritten_with_the_stolen_key_is_caught_by_an_old_mail(
    acme: Store, key: Key, mailed: list[bytes]
) -> None:
    """Every hash and every signature made anew: only the old mail remembers."""
    with closing(attack(acme)) as raw:
        edit(raw)
        replant(raw)
        leaves = [row[0] for row in raw.execute("SELECT leaf_hash FROM entry ORDER BY seq")]
        forged = [
            head.sign_head(LedgerHead(key.name, size, merkle.tree_root(leaves[:size])), key)
            for size in (8, 15)
        ]
        for size, note in zip((8, 15), forged, strict=True):
            raw.execute("UPDATE signed_head SET note = ? WHERE size = ?", (note, size))
        restore(raw)
    assert verify(acme, key, forged).ok
    report = told(verify(acme, key, mailed))
    assert "witness 1: the first 8 entries are not those that were signed" in report
    both = told(verify(acme, key, [forged[0], mailed[0]]))
    assert "split view: two signed heads of size 8 differ" in both


def test_rows_after_the_last_mailed_head_can_be_dropped_unnoticed(
    acme: Store, key: Key, mailed: list[bytes]
) -> None:
    """The one attack that cannot be caught; README says so."""
    with closing(attack(acme)) as raw:
        truncate(raw, 15)
        restore(raw)
    assert verify(acme, key, mailed).ok


def test_missing_guards_are_told(acme: Store, key: Key, mailed: list[bytes]) -> None:
    """Each by name."""
    attack(acme).close()
    report = told(verify(acme, key, []))
    assert "a guard of the ledger is gone: entry_no_update" in report
    assert "a guard of the ledger is gone: signed_head_no_delete" in report


def test_a_witness_that_is_none_is_told(
    acme: Store, key: Key, mailed: list[bytes], tmp_path: Path
) -> None:
    """Not signed by us, or no head at all: it must not count as a good sign."""
    other = head.signing_key(tmp_path / "o.key", "deskless/acme")
    foreign = head.sign_head(LedgerHead("deskless/acme", 8, b"x" * 32), other)
    report = verify(acme, key, [foreign, b"hello"])
    assert "witness 1 proves nothing" in told(report)
    assert "witness 2 proves nothing" in told(report)
    assert report.covered == 0


def test_our_own_log_of_heads_is_checked(acme: Store, key: Key, mailed: list[bytes]) -> None:
    """A changed note, a note moved to another size, a head of the future."""
    with closing(attack(acme)) as raw:
        raw.execute(
            "UPDATE signed_head SET note = ? WHERE size = 8", (mailed[0][:-9] + b"AAAAAAA=\n",)
        )
        raw.execute("UPDATE signed_head SET size = 30 WHERE size = 15")
        raw.execute(
            "INSERT INTO signed_head VALUES ('acme', 40, ?, '2026')",
            (head.sign_head(LedgerHead(key.name, 40, b"x" * 32), key),),
        )
        restore(raw)
    report = told(verify(acme, key, []))
    assert "our head of size 8 was changed" in report
    assert "our head of size 30 says 15" in report
    assert "our own log: witnessed 40 > 23" in report


def test_a_store_that_is_all_wrong_is_told_in_a_thousand_lines(acme: Store, key: Key) -> None:
    """Not in a million."""
    with acme.transaction() as session:
        entries.append_entries(session, [entry() for _ in range(1200)])
    with closing(attack(acme)) as raw:
        raw.execute("UPDATE entry SET leaf_hash = zeroblob(32)")
        restore(raw)
    assert len(verify(acme, key, []).problems) == audit.MOST


def test_an_honest_ledger_verifies_on_both_engines(store: Store, key: Key) -> None:
    """PostgreSQL keeps the same bytes."""
    with store.transaction() as session:
        entries.append_entries(session, [entry(private={"q": "ü"}) for _ in range(9)])
        note = head.publish_head(session, key, NOON)
    report = verify(store, key, [note])
    assert report.ok, told(report)
    assert report.covered == 9


def test_an_empty_ledger_verifies(store: Store, key: Key) -> None:
    """Nothing is something too: the head of size 0 is signed and witnessed."""
    with store.transaction() as session:
        note = head.publish_head(session, key, NOON)
    report = verify(store, key, [note])
    assert report.ok, told(report)
    assert report.root == merkle.EMPTY
